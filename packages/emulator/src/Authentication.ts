/**
 * What every operation of the service is guarded by.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import type { Account } from "./Account.ts"
import * as ServiceError from "./ServiceError.ts"

/**
 * The account that signed the request.
 *
 * **Example** (What its services are)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Authentication from "@effect-sens/emulator/Authentication"
 * import * as Effect from "effect/Effect"
 *
 * const services = Authentication.CurrentAccount.use(({ serviceIds }) => Effect.succeed(serviceIds))
 * const provided = Effect.provideService(services, Authentication.CurrentAccount, Account.emulatorAccount)
 *
 * await Effect.runPromise(provided) // => [Account.serviceId]
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class CurrentAccount extends Context.Service<CurrentAccount, Account>()(
  "@effect-sens/emulator/Authentication/CurrentAccount"
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
