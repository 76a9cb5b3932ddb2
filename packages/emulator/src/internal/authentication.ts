/**
 * What every operation of the service is guarded by.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
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
