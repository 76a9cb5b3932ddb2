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
import * as abroad from "./internal/numberAbroad.ts"
import * as plan from "./internal/numberPlan.ts"
import * as text from "./internal/numberText.ts"

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
 * - `Extension`: a number, and a few digits more, as of an extension or a range of numbers: `02-312-3456~7`
 * - `Decimal`: a number that was turned into a decimal or an amount, such as `1.01235E+09` or `1012345678.0`
 * - `Date`: a date
 * - `Groups`: digits that are divided as no number is that begins so, such as `02-312-34567`
 * - `LostZero`: the zero at its beginning is missing, as where a spreadsheet took it for an amount
 * - `TooShort`, `TooLong`: a digit is missing, or there are too many, for a number that begins so
 * - `SenderOnly`: a special number such as `1335`, from which messages come, and to which none go
 * - `Foreign`: a number of a country other than 82 where a Korean number was asked for
 * - `Country`: a `+` without a national number behind the calling code
 * - `Prefix`: no number in Korea begins so
 * - `Length`: a text of more than 60 characters, or more than 15 digits of a foreign number with its calling code
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
      "Extension",
      "Decimal",
      "Date",
      "Groups",
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
  Extension: "A phone number, and a few digits more: write the number alone, without an extension or a range",
  Decimal: "Not a phone number any more, but a decimal: read it again from where it came, as text",
  Date: "A date, and no phone number",
  Groups: "The digits are not divided as those of a number are that begins so: one may be missing, and one too many",
  LostZero: "The zero at the beginning is missing: read the number again from where it came, as text",
  TooShort: "A digit is missing for a number that begins so",
  TooLong: "Too many digits for a number that begins so",
  SenderOnly: "A special number: messages come from it, and none go there",
  Foreign: "A number of another country: send it with its countryCode (see PhoneNumber.parse)",
  Country: "No national number behind the calling code",
  Prefix: "No phone number in Korea begins so",
  Length: "Too long for a phone number: one has at most 15 digits with its calling code"
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

// The plan has no number that is other than 3-12 digits, and lists have millions of them.
const valid = (digits: string): Read<PhoneNumber> => Result.succeed(digits as PhoneNumber)

/** Whether digits are two numbers or more, one behind the other. */
const isSeveral = (digits: string): boolean => {
  // How many numbers the digits up to each place are; more than two are as good as two.
  const counts = new Map([[0, 0]])
  for (let end = shortest; end <= digits.length; end++) {
    for (let start = Math.max(0, end - longest); start <= end - shortest; start++) {
      const before = counts.get(start)
      if (before === undefined || counts.get(end) === 2) continue
      if (national(digits.slice(start, end), "recipient") !== undefined) counts.set(end, Math.min(2, before + 1))
    }
  }
  return counts.get(digits.length) === 2
}

// A number of a firm, and one of twelve digits with 0082 before it.
const shortest = 8
const longest = 16

/** Digits, with or without the calling code of Korea, as they are dialled there; undefined where they are no such number. */
const national = (digits: string, role: plan.Role): string | undefined => {
  if (plan.isKorean(digits, role)) return digits
  const coded = /^(?:00)?82(\d+)$/.exec(digits)?.[1]
  return coded === undefined ? undefined : withTrunk(coded, role)
}

const withTrunk = (digits: string, role: plan.Role): string | undefined =>
  plan.isKorean(digits, role) ? digits : plan.isKorean(`0${digits}`, role) ? `0${digits}` : undefined

/** The number in Korea that a text without its separators is. */
const dialled = (rest: string, role: plan.Role): string | undefined =>
  !/^\+?\d+$/.test(rest)
    ? undefined
    : rest.startsWith("+82")
    ? withTrunk(rest.slice(3), role)
    : rest.startsWith("+")
    ? undefined
    : national(rest, role)

/**
 * Whether a text is divided where its number is, or at every digit. Most numbers may have a digit more or less, so one that is glued on,
 * and the parts of a date, would make another number.
 */
const isDivided = (written: string, rest: string, number: string): boolean => {
  const found = text.breaks(written)
  const digits = rest.replace("+", "").length
  if (found.length === digits - 1) return true
  const shift = digits - number.length
  const allowed = new Set(plan.places(number).map((place) => place + shift))
  if (digits !== number.length || rest.startsWith("+")) {
    const code = rest.startsWith("00") ? 4 : 2
    allowed.add(2).add(code)
    // +82 (0)10
    if (shift === code && number.startsWith("0")) allowed.add(code + 1)
  }
  return found.every((place) => allowed.has(place))
}

const understood = (written: string, role: plan.Role): string | undefined => {
  if (text.damage(written) !== undefined) return undefined
  const rest = text.strip(written)
  const number = dialled(rest, role)
  return number !== undefined && isDivided(written, rest, number) ? number : undefined
}

/** Why what is written is no number in Korea. */
const explain = (written: string, role: plan.Role): InvalidPhoneNumber["why"] => {
  const damage = text.damage(written)
  if (damage !== undefined) return damage
  const digits = written.replace(/\D/g, "")
  const rest = text.strip(written)
  if (text.isFraction(written)) return "Decimal"
  if (isSeveral(digits)) return "Several"
  const head = text.beforeTail(written)
  if (head !== undefined && understood(head, "recipient") !== undefined) return "Extension"
  if (!/^\+?\d*$/.test(rest)) return "Character"
  if (digits === "") return "Empty"
  if (dialled(rest, role) !== undefined) return "Groups"
  const bare = rest.startsWith("+82") ? rest.slice(3) : rest.startsWith("0082") ? rest.slice(4) : rest
  if (bare === "" || bare.startsWith("+0")) return "Country"
  if (bare.startsWith("+") && bare.length - 1 <= callingCodeLength(bare.slice(1))) return "Country"
  if (bare.startsWith("+") || bare.startsWith("00")) return "Foreign"
  if (bare === rest && plan.isKorean(`0${bare}`, "recipient")) return "LostZero"
  if (role === "recipient" && plan.isKorean(bare, "sender")) return "SenderOnly"
  const national = bare === rest || bare.startsWith("0") ? bare : `0${bare}`
  return plan.length(national) ?? plan.length(bare) ?? "Prefix"
}

const mobile = /^010-\d{4}-\d{4}$/

const read = (value: unknown, role: plan.Role): Read<PhoneNumber> => {
  if (typeof value !== "string") return invalid("NotText")
  // What most lists and all programs have.
  if (plan.isKorean(value, role)) return valid(value)
  // What most people write: any digits make a number of it.
  if (mobile.test(value)) return valid(`010${value.slice(4, 8)}${value.slice(9)}`)
  const written = text.written(value)
  if (written === undefined) return invalid("Length")
  const number = understood(written, role)
  return number === undefined ? invalid(explain(written, role)) : valid(number)
}

/**
 * Reads a Korean number as people and lists write it: `010-1234-5678`, `(02) 312-3456`, `+82 10 1234 5678`, `0082-10-1234-5678`,
 * with dashes and spaces of any kind, digits of full width, and characters that cannot be seen. What comes out is digits with the
 * trunk zero, and of a number in Korea by its shape: a list that a spreadsheet damaged does not go through. What divides the digits has
 * to stand where it does in such a number, or between all of them. A `+` of any other country is refused: dropping it would text a
 * stranger in Korea.
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
 * read("02-312-3456~7") // => "Extension"
 * read("+81 90-1234-5678") // => "Foreign"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const normalize = (value: unknown): Result.Result<PhoneNumber, InvalidPhoneNumber> => read(value, "recipient")

// A mobile number without its zero, and with the point zero that programs write behind an amount.
const withoutZero = /^10\d{8}$/
const withPoint = /^(\d{10,})\.0$/

/**
 * As {@link normalize}, and also reads two kinds of damage that leave no doubt which number it was: a mobile number of 010 that lost its
 * zero (`1012345678`), and a number that became a decimal (`1012345678.0`). For lists that somebody will look over: whoever writes
 * a number down so may have written others down wrongly, too.
 * What is no such number makes it fail with {@link InvalidPhoneNumber}, as `normalize` does.
 *
 * **Example** (What spreadsheets and programs did to a list)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Result from "effect/Result"
 *
 * const repair = (text: string) =>
 *   Result.match(PhoneNumber.repair(text), { onSuccess: String, onFailure: ({ why }) => why })
 *
 * repair("1012345678") // => "01012345678"
 * repair("1012345678.0") // => "01012345678"
 * repair("212345678") // => "LostZero"
 * repair("1.01235E+09") // => "Decimal"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const repair = (value: unknown): Result.Result<PhoneNumber, InvalidPhoneNumber> => {
  const found = normalize(value)
  if (Result.isSuccess(found) || typeof value !== "string") return found
  const { why } = found.failure
  if (why !== "LostZero" && why !== "Decimal") return found
  const seen = text.written(value) ?? ""
  const whole = why === "Decimal" ? withPoint.exec(seen)?.[1] : seen
  if (whole === undefined) return found
  const again = withoutZero.test(text.strip(whole)) ? `0${whole}` : whole
  // What it was stays the reason.
  return Result.mapError(normalize(again), () => found.failure)
}

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
  const written = typeof value === "string" ? text.written(value) : undefined
  const plus = written === undefined ? null : /^\+([1-9]\d*)/.exec(text.strip(written))
  const digits = plus?.[1] ?? "82"
  const code = digits.slice(0, callingCodeLength(digits))
  if (written === undefined || code === "82") {
    return Result.map(
      read(value, "recipient"),
      (number) => ({ countryCode: CountryCode.make("82"), number, hasTrunkZero: false })
    )
  }
  const number = abroad.read(written, code)
  if (Result.isFailure(number)) return invalid(number.failure)
  return Result.succeed({
    countryCode: CountryCode.make(code),
    number: PhoneNumber.make(number.success),
    hasTrunkZero: plan.hasTrunkZero(code, number.success)
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

// 02 is Seoul; 030x and 050x have four digits; all others three. Firms have eight digits without a zero.
const parts = /^(02|0[35]0\d|0\d{2})(\d{3,4})(\d{4})$|^(1[568]\d{2})(\d{4})$/

/**
 * The digits of a Korean number as people write it, so that a spreadsheet takes it for a text and keeps its zero. What is no such number
 * stays as it is.
 *
 * **Example** (For people)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 *
 * PhoneNumber.hyphenate("01012345678") // => "010-1234-5678"
 * PhoneNumber.hyphenate("15880000") // => "1588-0000"
 * PhoneNumber.hyphenate("1335") // => "1335"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const hyphenate = (number: string): string => {
  const found = parts.exec(number)
  if (found === null) return number
  const [, area, middle, last, firm, own] = found
  return area === undefined ? `${firm}-${own}` : `${area}-${middle}-${last}`
}
