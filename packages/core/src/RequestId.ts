/**
 * The id that SENS gives to one send request.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A request id: opaque and not empty. It is also the `reserveId` of a reserved send. SENS docs, "Send message",
 * response field `requestId`.
 *
 * **Example** (Naming a request)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 *
 * const id = RequestId.make("RSSA-1700000000000-1234-12345678-AbCdEfGh")
 *
 * String(id) // => "RSSA-1700000000000-1234-12345678-AbCdEfGh"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestId = Schema.NonEmptyString.pipe(Schema.brand("RequestId"))

/**
 * The id of one send request.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestId = typeof RequestId.Type

/**
 * Brands a string; throws a `SchemaError` where it is not a valid request id. For input that may be wrong, decode
 * {@link RequestId} instead.
 *
 * **Example** (What is one, and what is none)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as Result from "effect/Result"
 *
 * const isMade = (value: string) => Result.isSuccess(Result.try(() => RequestId.make(value)))
 *
 * isMade("RSSA-1700000000000-1234-12345678-AbCdEfGh") // => true
 * isMade("") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): RequestId => RequestId.make(value)
