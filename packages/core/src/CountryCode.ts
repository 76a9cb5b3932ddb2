/**
 * A country calling code, without `+`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A calling code of one to three digits without a leading zero or `+`, such as `82` or `1`. SENS docs, "Send message",
 * field `countryCode` (default `82`).
 *
 * **Example** (Japan)
 *
 * ```ts import.meta.vitest
 * import * as CountryCode from "@effect-sens/core/CountryCode"
 *
 * const id = CountryCode.make("81")
 *
 * String(id) // => "81"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const CountryCode = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,2}$/, { expected: "a calling code of 1-3 digits, without +" })
).pipe(Schema.brand("CountryCode"))

/**
 * A country calling code.
 *
 * @category models
 * @since 0.1.0
 */
export type CountryCode = typeof CountryCode.Type

/**
 * Brands a string; throws a `SchemaError` where it is not a valid calling code. For input that may be wrong, decode
 * {@link CountryCode} instead.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): CountryCode => CountryCode.make(value)
