/**
 * Phone numbers in the form that SENS wants: digits alone.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CountryCode from "./CountryCode.ts"

/**
 * A phone number of 1-25 digits, without `-`, spaces or `+`. A Korean number keeps its trunk zero (`01012345678`).
 * SENS docs, "Send message", fields `from` and `messages.to`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PhoneNumber = Schema.String.check(
  Schema.isPattern(/^\d{1,25}$/, { expected: "a phone number of 1-25 digits" })
).pipe(Schema.brand("PhoneNumber"))

/**
 * A phone number of 1-25 digits.
 *
 * @category models
 * @since 0.1.0
 */
export type PhoneNumber = typeof PhoneNumber.Type

/**
 * A number together with the country that it belongs to, the two fields that an international send needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parsed {
  /** The calling code, such as `82`. */
  readonly countryCode: CountryCode.CountryCode
  /** The digits behind it; of a Korean number with the trunk zero. */
  readonly number: PhoneNumber
}

/**
 * Why a text is not a phone number. It never holds the text.
 *
 * - `Empty`: no digit in it
 * - `Character`: something other than digits, a leading `+`, and the separators space `-` `.` `(` `)`
 * - `Length`: more than 25 digits
 * - `Foreign`: a `+` with a country other than 82 where a Korean number was asked for
 * - `Country`: a `+` without a national number behind the calling code
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPhoneNumber extends Schema.TaggedError<InvalidPhoneNumber>("@effect-sens/core/InvalidPhoneNumber")(
  "InvalidPhoneNumber",
  { why: Schema.Literals(["Empty", "Character", "Length", "Foreign", "Country"]) }
) {
  override get message(): string {
    return messages[this.why]
  }
}

const messages: Record<InvalidPhoneNumber["why"], string> = {
  Empty: "No digit in the phone number",
  Character: "A phone number may hold digits, one leading +, and the separators space - . ( )",
  Length: "A phone number has at most 25 digits",
  Foreign: "A number of another country: send it with its countryCode (see PhoneNumber.parse)",
  Country: "No national number behind the calling code"
}

/**
 * Brands digits; throws a `SchemaError` where they are not 1-25 digits. For text that a person typed use
 * {@link normalize} or {@link parse}.
 *
 * **Example** (A number in the source)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 *
 * const number = PhoneNumber.make("01012345678")
 *
 * PhoneNumber.mask(number) // => "010****5678"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (digits: string): PhoneNumber => PhoneNumber.make(digits)

const unbranded = (number: string): Result.Result<PhoneNumber, InvalidPhoneNumber> =>
  number === ""
    ? Result.fail(new InvalidPhoneNumber({ why: "Empty" }))
    : number.length > 25
    ? Result.fail(new InvalidPhoneNumber({ why: "Length" }))
    : Result.succeed(PhoneNumber.make(number))

/**
 * Reads a Korean number as people write it: `010-1234-5678`, `(02) 123-4567` and `+82 10 1234 5678` become digits with
 * the trunk zero. A `+` of any other country is refused: dropping it would text a stranger in Korea.
 * What is no such number makes it fail with {@link InvalidPhoneNumber}, which says why.
 *
 * **Example** (Numbers as people write them)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Result from "effect/Result"
 *
 * const written = ["010-1234-5678", "+82 10 1234 5678", "+81 90 1234 5678"]
 *
 * written.map((text) => Result.isSuccess(PhoneNumber.normalize(text))) // => [true, true, false]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const normalize = (text: string): Result.Result<PhoneNumber, InvalidPhoneNumber> =>
  Result.flatMap(
    parse(text),
    ({ countryCode, number }) =>
      countryCode === "82" ? Result.succeed(number) : Result.fail(new InvalidPhoneNumber({ why: "Foreign" }))
  )

/**
 * Reads a number of any country. With a `+` the calling code is split off (ITU-T E.164 calling codes are prefix free);
 * without one the number is Korean. A Korean number keeps or regains its trunk zero, a foreign one is what stands behind
 * its calling code. What is no number makes it fail with {@link InvalidPhoneNumber}, which says why.
 *
 * **Example** (A number of Japan)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Result from "effect/Result"
 *
 * const { countryCode, number } = Result.getOrThrow(PhoneNumber.parse("+81 90-1234-5678"))
 *
 * `${countryCode} ${number}` // => "81 9012345678"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Parsed, InvalidPhoneNumber> => {
  const trimmed = text.trim()
  if (!/^\+?[\d\s().-]*$/.test(trimmed)) return Result.fail(new InvalidPhoneNumber({ why: "Character" }))
  const digits = trimmed.replace(/\D/g, "")
  if (!trimmed.startsWith("+")) {
    return Result.map(unbranded(digits), (number) => ({ countryCode: CountryCode.make("82"), number }))
  }
  if (digits === "") return Result.fail(new InvalidPhoneNumber({ why: "Empty" }))
  const code = digits.slice(0, callingCodeLength(digits))
  const national = digits.slice(code.length)
  if (code.startsWith("0") || national === "") return Result.fail(new InvalidPhoneNumber({ why: "Country" }))
  const number = code === "82" && !national.startsWith("0") ? `0${national}` : national
  return Result.map(unbranded(number), (number) => ({ countryCode: CountryCode.make(code), number }))
}

// ITU-T E.164: zones 1 and 7 have one digit, these have two, all others three.
const twoDigits = /^(?:20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

const callingCodeLength = (digits: string): number => /^[17]/.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3

/**
 * Hides the middle of a number, for people's eyes: at most the first three and the last four digits stay, and at least a
 * third of the number is hidden.
 *
 * **Example** (What a log may show)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 *
 * PhoneNumber.mask("01012345678") // => "010****5678"
 * PhoneNumber.mask("15880000") // => "1*****00"
 * PhoneNumber.mask("112") // => "***"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const mask = (number: string): string => {
  const [head, tail] = number.length >= 11 ? [3, 4] : number.length >= 9 ? [3, 3] : number.length >= 7 ? [1, 2] : [0, 0]
  return number.slice(0, head) + "*".repeat(number.length - head - tail) + number.slice(number.length - tail)
}
