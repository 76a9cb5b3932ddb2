/**
 * The id of an SMS service, `ncp:sms:kr:<number>:<project>`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The id of an SMS service as the SENS console shows it: a NAVER resource name with colons, such as
 * `ncp:sms:kr:000000000000:demo` (`fkr` in the financial zone). That of another product, such as `ncp:kkobizmsg:kr:...` for
 * AlimTalk, is none, nor is one with white space or quotes. SENS docs, "Send message", path variable `serviceId`.
 *
 * **Example** (Naming the service)
 *
 * ```ts import.meta.vitest
 * import * as ServiceId from "@effect-sens/core/ServiceId"
 *
 * const id = ServiceId.make("ncp:sms:kr:000000000000:demo")
 *
 * String(id) // => "ncp:sms:kr:000000000000:demo"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServiceId = Schema.String.check(
  // The part in the middle names the region, of which the documents show two.
  Schema.isPattern(/^ncp:sms:[a-z]+:[^:\s"'`]+:[^\s"'`]+$/, {
    expected: "the id of an SMS service, such as ncp:sms:kr:000000000000:demo"
  })
).pipe(Schema.brand("ServiceId"))

/**
 * The id of an SMS service.
 *
 * @category models
 * @since 0.1.0
 */
export type ServiceId = typeof ServiceId.Type

/**
 * Brands a string; throws a `SchemaError` where it is not a valid service id. For input that may be wrong, decode
 * {@link ServiceId} instead.
 *
 * **Example** (What is one, and what is none)
 *
 * ```ts import.meta.vitest
 * import * as ServiceId from "@effect-sens/core/ServiceId"
 * import * as Result from "effect/Result"
 *
 * const isMade = (value: string) => Result.isSuccess(Result.try(() => ServiceId.make(value)))
 *
 * isMade("ncp:sms:kr:000000000000:demo") // => true
 * isMade("demo") // => false
 * isMade("ncp:kkobizmsg:kr:000000000000:demo") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): ServiceId => ServiceId.make(value)
