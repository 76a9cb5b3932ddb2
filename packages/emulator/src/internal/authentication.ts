/**
 * What every operation of the service is guarded by.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Schema from "effect/Schema"
import type { Account } from "../Account.ts"
import * as ServiceError from "./serviceError.ts"

/**
 * The account that signed the request.
 *
 * @category services
 * @since 0.1.0
 */
export class CurrentAccount extends Context.Service<CurrentAccount, Account>()(
  "@effect-sens/emulator/internal/authentication/CurrentAccount"
) {}

/**
 * Checks the signature of a request, and that its account may use the service in the path.
 *
 * @category services
 * @since 0.1.0
 */
export class Authentication extends HttpApiMiddleware.Service<Authentication, { provides: CurrentAccount }>()(
  "@effect-sens/emulator/Authentication",
  { error: [ServiceError.AuthenticationFailed, ServiceError.AccessDenied] }
) {}

/**
 * Turns what does not fit the wire definitions into the validation error of the service.
 *
 * @category services
 * @since 0.1.0
 */
export class BadRequests extends HttpApiMiddleware.Service<BadRequests>()(
  "@effect-sens/emulator/Authentication/BadRequests",
  { error: ServiceError.ValidationFailed }
) {}

/**
 * The service in the path of every operation.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServiceId = Schema.String.annotate({ description: "The service, as the console names it: ncp:sms:kr:…" })

const header = (name: string, description: string) => ({ type: "apiKey", in: "header", name, description })

/**
 * The three headers that sign a request, as OpenAPI describes them: a request needs all of them.
 *
 * @category constants
 * @since 0.1.0
 */
export const securitySchemes = {
  timestamp: header(
    "x-ncp-apigw-timestamp",
    "When the request was signed: milliseconds since 1970, at most five minutes off."
  ),
  accessKey: header("x-ncp-iam-access-key", "The access key of the account."),
  signature: header(
    "x-ncp-apigw-signature-v2",
    "Base64 of HMAC-SHA256, with the secret key, over `METHOD target\\ntimestamp\\naccessKey`: the method in capitals, the " +
      "path with its query exactly as it is sent, no line feed at the end."
  )
}
