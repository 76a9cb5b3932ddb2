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
 * **Example** (Without the plus sign)
 *
 * ```ts import.meta.vitest
 * import * as CountryCode from "@effect-sens/core/CountryCode"
 * import * as Result from "effect/Result"
 *
 * const isMade = (value: string) => Result.isSuccess(Result.try(() => CountryCode.make(value)))
 *
 * isMade("82") // => true
 * isMade("+82") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): CountryCode => CountryCode.make(value)

/**
 * The year of the list behind {@link listed} and {@link isListed}. NAVER publishes its own in the console and may drop a
 * country at any time, so a code that is not listed is a reason to ask, not to refuse.
 *
 * @category constants
 * @since 0.1.0
 */
export const listedAsOf = "2020"

const codes =
  "1 7 20 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 95 " +
  "351 352 353 355 356 357 358 359 370 371 372 374 375 380 381 385 386 387 389 420 421 673 675 " +
  "852 853 855 856 880 886 961 962 965 966 967 968 971 972 973 992 993 994 996 998"

/**
 * The countries that SENS was known to send to, Korea included.
 *
 * **Example** (Korea is one of them)
 *
 * ```ts import.meta.vitest
 * import * as CountryCode from "@effect-sens/core/CountryCode"
 *
 * const listed = CountryCode.listed()
 *
 * listed.includes(CountryCode.make("82")) // => true
 * listed.length // => 78
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const listed = (): ReadonlyArray<CountryCode> => codes.split(" ").map(make)

/**
 * Whether SENS was known to send to a country.
 *
 * **Example** (Japan, and a code that nobody has)
 *
 * ```ts import.meta.vitest
 * import * as CountryCode from "@effect-sens/core/CountryCode"
 *
 * CountryCode.isListed("81") // => true
 * CountryCode.isListed("999") // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isListed = (code: string): boolean => codes.split(" ").includes(code)
