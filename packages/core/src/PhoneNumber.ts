/**
 * Phone numbers in the form that SENS wants: digits alone.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as CountryCode from "./CountryCode.ts"
import * as plan from "./internal/numberPlan.ts"
import { narrow, strip } from "./internal/numberText.ts"

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
  /**
   * Whether a foreign number begins with a zero, which most countries leave out behind a calling code (`+44 020 …`): look at it before
   * you send.
   */
  readonly hasTrunkZero: boolean
}

/**
 * Why a value is not a phone number. It never holds the value.
 *
 * - `NotText`: no text, but a number, `null` or something else
 * - `Empty`: no digit in it
 * - `Character`: something other than digits, a leading `+`, and what separates them: spaces, dashes, `.`, `(`, `)`
 * - `Several`: two numbers or more
 * - `Decimal`: a number that was turned into a decimal or an amount, such as `1.01235E+09`
 * - `Date`: a date
 * - `LostZero`: the zero at its beginning is missing, as where a spreadsheet took it for an amount
 * - `TooShort`, `TooLong`: a digit is missing, or there are too many, for a number that begins so
 * - `SenderOnly`: a special number such as `1335`, from which messages come, and to which none go
 * - `Foreign`: a number of a country other than 82 where a Korean number was asked for
 * - `Country`: a `+` without a national number behind the calling code
 * - `Prefix`: no number in Korea begins so
 * - `Length`: more than 25 digits
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPhoneNumber extends Schema.TaggedError<InvalidPhoneNumber>("@effect-sens/core/InvalidPhoneNumber")(
  "InvalidPhoneNumber",
  {
    why: Schema.Literals([
      "NotText",
      "Empty",
      "Character",
      "Several",
      "Decimal",
      "Date",
      "LostZero",
      "TooShort",
      "TooLong",
      "SenderOnly",
      "Foreign",
      "Country",
      "Prefix",
      "Length"
    ])
  }
) {
  override get message(): string {
    return messages[this.why]
  }
}

const messages: Record<InvalidPhoneNumber["why"], string> = {
  NotText: "A phone number has to be a text, such as \"01012345678\": as a number it loses its zero",
  Empty: "No digit in the phone number",
  Character: "A phone number may hold digits, one leading +, and the separators space - . ( )",
  Several: "More than one phone number: divide them",
  Decimal: "Not a phone number any more, but a decimal: read it again from where it came, as text",
  Date: "A date, and no phone number",
  LostZero: "The zero at the beginning is missing: read the number again from where it came, as text",
  TooShort: "A digit is missing for a number that begins so",
  TooLong: "Too many digits for a number that begins so",
  SenderOnly: "A special number: messages come from it, and none go there",
  Foreign: "A number of another country: send it with its countryCode (see PhoneNumber.parse)",
  Country: "No national number behind the calling code",
  Prefix: "No phone number in Korea begins so",
  Length: "A phone number has at most 25 digits"
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

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

type Read<A> = Result.Result<A, InvalidPhoneNumber>

const invalid = (why: InvalidPhoneNumber["why"]): Read<never> => Result.fail(new InvalidPhoneNumber({ why }))

const decimal = /^[-+]?\d+\.\d*(?:e[-+]?\d+)?$|^\d+e\+?\d+$|^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/i
const date =
  /^(?:19|20)\d\d[-./\s년]{0,2}(?:0?[1-9]|1[0-2])[-./\s월]{0,2}(?:[12]\d|3[01]|0?[1-9])(?:$|[일.T\s])|^\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d$|^\d{1,2}[-\s][a-z]{3}(?:$|[-\s])/i

const isSeveral = (digits: string): boolean => {
  for (let length = 8; length <= digits.length - 8; length++) {
    const first = national(digits.slice(0, length), "recipient")
    if (first === undefined) continue
    const rest = digits.slice(length)
    if (national(rest, "recipient") !== undefined || isSeveral(rest)) return true
  }
  return false
}

/** Digits, with or without the calling code of Korea, as they are dialled there; undefined where they are no such number. */
const national = (digits: string, role: plan.Role): string | undefined => {
  if (plan.isKorean(digits, role)) return digits
  const coded = /^(?:00)?82(\d+)$/.exec(digits)?.[1]
  return coded === undefined ? undefined : withTrunk(coded, role)
}

const withTrunk = (digits: string, role: plan.Role): string | undefined =>
  plan.isKorean(digits, role) ? digits : plan.isKorean(`0${digits}`, role) ? `0${digits}` : undefined

/** Why digits, or what is left of a text without its separators, are no number in Korea. */
const explain = (text: string, rest: string, role: plan.Role): InvalidPhoneNumber["why"] => {
  const written = text.trim()
  const digits = written.replace(/\D/g, "")
  if (decimal.test(written)) return "Decimal"
  if (date.test(written)) return "Date"
  if (isSeveral(digits)) return "Several"
  if (!/^\+?\d*$/.test(rest)) return "Character"
  if (digits === "") return "Empty"
  const bare = rest.startsWith("+82") ? rest.slice(3) : rest.startsWith("0082") ? rest.slice(4) : rest
  if (bare === "" || bare.startsWith("+0")) return "Country"
  if (bare.startsWith("+") && bare.length - 1 <= callingCodeLength(bare.slice(1))) return "Country"
  if (bare.startsWith("+") || bare.startsWith("00")) return "Foreign"
  if (bare === rest && plan.isKorean(`0${bare}`, "recipient")) return "LostZero"
  if (role === "recipient" && plan.isKorean(bare, "sender")) return "SenderOnly"
  const dialled = bare === rest || bare.startsWith("0") ? bare : `0${bare}`
  return plan.length(dialled) ?? plan.length(bare) ?? "Prefix"
}

const read = (value: unknown, role: plan.Role): Read<PhoneNumber> => {
  if (typeof value !== "string") return invalid("NotText")
  // What most lists and all programs have.
  if (plan.isKorean(value, role)) return Result.succeed(PhoneNumber.make(value))
  const text = narrow(value)
  const rest = strip(value)
  const number = !/^\+?\d+$/.test(rest)
    ? undefined
    : rest.startsWith("+82")
    ? withTrunk(rest.slice(3), role)
    : rest.startsWith("+")
    ? undefined
    : national(rest, role)
  return number === undefined ? invalid(explain(text, rest, role)) : Result.succeed(PhoneNumber.make(number))
}

/**
 * Reads a Korean number as people and lists write it: `010-1234-5678`, `(02) 312-3456`, `+82 10 1234 5678`, `0082-10-1234-5678`,
 * with dashes and spaces of any kind, digits of full width, and characters that cannot be seen. What comes out is digits with the
 * trunk zero, and of a number in Korea by its shape: a list that a spreadsheet damaged does not go through. A `+` of any other
 * country is refused: dropping it would text a stranger in Korea.
 * What is no such number makes it fail with {@link InvalidPhoneNumber}, which says why.
 *
 * **Example** (Numbers as people write them)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Result from "effect/Result"
 *
 * const read = (text: string) =>
 *   Result.match(PhoneNumber.normalize(text), { onSuccess: String, onFailure: ({ why }) => why })
 *
 * read("010-1234-5678") // => "01012345678"
 * read("+82 10 1234 5678") // => "01012345678"
 * read("1012345678") // => "LostZero"
 * read("1.01235E+09") // => "Decimal"
 * read("+81 90-1234-5678") // => "Foreign"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const normalize = (value: unknown): Result.Result<PhoneNumber, InvalidPhoneNumber> => read(value, "recipient")

/**
 * As {@link normalize}, for a number that messages come from: special numbers of 3 or 4 digits, from which public bodies send, are
 * read as well. What is no such number makes it fail with {@link InvalidPhoneNumber}.
 *
 * **Example** (The number of a public body)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Result from "effect/Result"
 *
 * Result.isSuccess(PhoneNumber.normalizeSender("1335")) // => true
 * Result.isSuccess(PhoneNumber.normalize("1335")) // => false
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const normalizeSender = (value: unknown): Result.Result<PhoneNumber, InvalidPhoneNumber> => read(value, "sender")

/**
 * Reads a number of any country. With a `+` the calling code is split off (ITU-T E.164 calling codes are prefix free);
 * without one the number is Korean, and is read as {@link normalize} reads it. A foreign number is what stands behind
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
export const parse = (value: unknown): Result.Result<Parsed, InvalidPhoneNumber> => {
  const rest = typeof value === "string" ? strip(value) : ""
  const code = /^\+[1-9]\d*$/.test(rest) ? rest.slice(1, 1 + callingCodeLength(rest.slice(1))) : "82"
  if (code === "82") {
    return Result.map(
      read(value, "recipient"),
      (number) => ({ countryCode: CountryCode.make("82"), number, hasTrunkZero: false })
    )
  }
  const number = rest.slice(1 + code.length)
  if (number === "") return invalid("Country")
  if (number.length > 25) return invalid("Length")
  return Result.succeed({
    countryCode: CountryCode.make(code),
    number: PhoneNumber.make(number),
    // In Italy the zero is a part of the number.
    hasTrunkZero: number.startsWith("0") && code !== "39"
  })
}

// ITU-T E.164: zones 1 and 7 have one digit, these have two, all others three.
const twoDigits = /^(?:20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

const callingCodeLength = (digits: string): number => /^[17]/.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3

/**
 * A {@link normalize}d number as a schema: for forms, HTTP APIs and files. Its encoded form is what people write.
 *
 * **Example** (A field of a form)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Schema from "effect/Schema"
 *
 * const Form = Schema.Struct({ name: Schema.String, phone: PhoneNumber.FromString })
 *
 * Schema.decodeUnknownSync(Form)({ name: "홍길동", phone: "010-1234-5678" }).phone // => "01012345678"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const FromString = Schema.String.pipe(
  Schema.decodeTo(
    PhoneNumber,
    SchemaTransformation.transformEffect({
      decode: (text, options) =>
        Result.match(normalize(text), {
          onSuccess: (number): Effect.Effect<string, SchemaIssue.Issue> => Effect.succeed(number),
          // The message has to do: the issue is shown, and the text is a number of somebody.
          onFailure: ({ message }) => Effect.fail(new SchemaIssue.InvalidValue({ message }, undefined, options))
        }),
      encode: (number) => Effect.succeed(number)
    })
  )
)

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
