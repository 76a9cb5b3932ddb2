/**
 * The result codes of a delivery, as one algebraic data type.
 *
 * A message that is `COMPLETED` bears a code of one of three tables: what the mobile carrier reported (`Report`), what
 * the relay gateway answered (`Response`), or what the EMMA agent refused (`Emma`). A code that is in none of them is kept
 * as `Unknown`, since SENS may add codes at any time.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Struct from "effect/Struct"
import * as table from "./internal/deliveryCodes.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A code of the table "IB G/W Report Code".
 *
 * @category models
 * @since 0.1.0
 */
export type ReportCode = keyof typeof table.report

/**
 * A code of the table "IB G/W Response Code".
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseCode = keyof typeof table.response

/**
 * A code of the table "IB EMMA".
 *
 * @category models
 * @since 0.1.0
 */
export type EmmaCode = keyof typeof table.emma

/**
 * How the documents classify a report code; the other two tables have no such column.
 *
 * @category models
 * @since 0.1.0
 */
export type Classification = (typeof table.report)[ReportCode]["classification"]

/**
 * What to do about a result. It is our own reading of the tables, not a statement of NAVER.
 *
 * - `delivered`: nothing to do
 * - `retryLater`: the same message may get through later; see {@link isUncertain} before you send it again
 * - `fixRecipient`: the recipient's number is wrong or unusable
 * - `fixSender`: the sender number is wrong, not registered, or protected
 * - `fixContent`: the text or subject cannot be delivered as it stands
 * - `fixAttachment`: the file is missing, too large, expired, or unwanted
 * - `quota`: the quota of the account is used up
 * - `blocked`: somebody refuses these messages: the recipient, the carrier, an opt-out list, a spam filter
 * - `system`: a fault between NAVER and the carrier that the sender cannot mend
 * - `never`: do not send it again
 *
 * @category models
 * @since 0.1.0
 */
export type Advice =
  | "delivered"
  | "retryLater"
  | "fixRecipient"
  | "fixSender"
  | "fixContent"
  | "fixAttachment"
  | "quota"
  | "blocked"
  | "system"
  | "never"

/**
 * What the mobile carrier reported. The only table with a classification, and the only one with a success, code `0`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  readonly _tag: "Report"
  /** The code as SENS writes it, such as `3018`. */
  readonly code: ReportCode
  /** What the documents say of it: a success, a failure, or an invalid number. */
  readonly classification: Classification
  /** What it says, in English. */
  readonly meaning: string
  /** What it says, in Korean: the words of the documents. */
  readonly meaningKo: string
  /** What to do about it. */
  readonly advice: Advice
  /** The same as a sentence in Korean: {@link adviceKo}. */
  readonly adviceKo: string
}

/**
 * What the relay company's gateway answered when it took, or refused, the message.
 *
 * @category models
 * @since 0.1.0
 */
export interface Response {
  readonly _tag: "Response"
  /** The code as SENS writes it, such as `S004`. */
  readonly code: ResponseCode
  /** What it says, in English. */
  readonly meaning: string
  /** What it says, in Korean: the words of the documents. */
  readonly meaningKo: string
  /** What to do about it. */
  readonly advice: Advice
  /** The same as a sentence in Korean: {@link adviceKo}. */
  readonly adviceKo: string
}

/**
 * What the EMMA agent found wrong with the delivery request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Emma {
  readonly _tag: "Emma"
  /** The code as SENS writes it, such as `E915`. */
  readonly code: EmmaCode
  /** What it says, in English. */
  readonly meaning: string
  /** What it says, in Korean: the words of the documents. */
  readonly meaningKo: string
  /** What to do about it. */
  readonly advice: Advice
  /** The same as a sentence in Korean: {@link adviceKo}. */
  readonly adviceKo: string
}

/**
 * A code of no table. The raw code is kept; the advice goes by its first character.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unknown {
  readonly _tag: "Unknown"
  /** The code as it came. */
  readonly code: string
  /** That the code is not known. */
  readonly meaning: string
  /** The same in Korean. */
  readonly meaningKo: string
  /** What to do about it. */
  readonly advice: Advice
  /** The same as a sentence in Korean: {@link adviceKo}. */
  readonly adviceKo: string
}

/**
 * A documented code.
 *
 * @category models
 * @since 0.1.0
 */
export type Known = Report | Response | Emma

/**
 * The result code of a delivery. A `switch` over `_tag`, or over `code` of a {@link Known} one, is checked for
 * completeness by the compiler.
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryCode = Known | Unknown

// -----------------------------------------------------------------------------
// Look-ups
// -----------------------------------------------------------------------------

/**
 * Each advice as a sentence in Korean, for people who read a report.
 *
 * **Example** (What a marketer reads)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * DeliveryCode.adviceKo.fixRecipient // => "수신번호를 확인하십시오"
 * DeliveryCode.fromString("3001").adviceKo // => "수신번호를 확인하십시오"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const adviceKo: { readonly [A in Advice]: string } = table.adviceKo

/**
 * The same in English.
 *
 * **Example** (What to do)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * DeliveryCode.adviceEn[DeliveryCode.fromString("3001").advice] // => "Check the recipient's number"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const adviceEn: { readonly [A in Advice]: string } = table.adviceEn

const advised = <A extends { readonly advice: Advice }>(row: A): A & { readonly adviceKo: string } => ({
  ...row,
  adviceKo: adviceKo[row.advice]
})

const report = (code: ReportCode): Report => ({ _tag: "Report", code, ...advised(table.report[code]) })
const response = (code: ResponseCode): Response => ({ _tag: "Response", code, ...advised(table.response[code]) })
const emma = (code: EmmaCode): Emma => ({ _tag: "Emma", code, ...advised(table.emma[code]) })

/**
 * All 90 documented codes, in the order of the documents: 31 of `Report`, 35 of `Response`, 24 of `Emma`.
 *
 * **Example** (Codes that are worth another try)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * DeliveryCode.all.length // => 90
 * DeliveryCode.all.filter((code) => code.advice === "quota").map((code) => String(code.code)) // => ["1005", "S004", "S010"]
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const all: ReadonlyArray<Known> = [
  ...Struct.keys(table.report).map((code) => report(code)),
  ...Struct.keys(table.response).map((code) => response(code)),
  ...Struct.keys(table.emma).map((code) => emma(code))
]

const byCode: ReadonlyMap<string, Known> = new Map(all.map((known) => [known.code, known]))

/**
 * Looks a raw code up; total, since a code of no table is `Unknown`.
 *
 * **Example** (One code of each kind)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * const codes = ["3018", "S004", "E915", "4321"].map(DeliveryCode.fromString)
 *
 * codes.map((code) => `${code._tag} ${code.advice}`) // => ["Report fixSender", "Response quota", "Emma never", "Unknown system"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromString = (code: string): DeliveryCode => byCode.get(code) ?? unknown(code)

const unknown = (code: string): Unknown =>
  advised({
    _tag: "Unknown",
    code,
    meaning: "Unknown result code",
    meaningKo: "알 수 없는 결과 코드",
    // The 2xxx codes are failures on the way to the handset, all of which may pass.
    advice: /^2\d{3}$/.test(code) ? "retryLater" : "system"
  })

/**
 * Looks a raw code up among the documented ones.
 *
 * `None` for a code of no table; {@link fromString} makes it an `Unknown`.
 *
 * **Example** (A code of no table)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 * import * as Option from "effect/Option"
 *
 * Option.map(DeliveryCode.known("2003"), (code) => code.meaning) // => Option.some("Handset is switched off")
 * DeliveryCode.known("4321") // => Option.none()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const known = (code: string): Option.Option<Known> => Option.fromUndefinedOr(byCode.get(code))

// -----------------------------------------------------------------------------
// Guards and matching
// -----------------------------------------------------------------------------

/**
 * Whether the handset received the message: code `0`, and no other.
 *
 * **Example** (Code 0, and a handset that is off)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * DeliveryCode.isSuccess(DeliveryCode.fromString("0")) // => true
 * DeliveryCode.isSuccess(DeliveryCode.fromString("2003")) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isSuccess = (self: DeliveryCode): boolean => self._tag === "Report" && self.classification === "success"

/**
 * Whether the message may have arrived although the code is not that of a success: `2000` (the carrier gave up waiting for the
 * handset's report) and `1019` (the time to live ran out); so it may where the log says that a message failed and gives the code of a
 * success, which `MessageRecord.outcome` has as `Unknown`. Who sends such a message again may text somebody twice.
 *
 * **Example** (What can be sent again without a second thought)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * const codes = ["2000", "2003", "1019"].map(DeliveryCode.fromString)
 *
 * codes.filter((code) => code.advice === "retryLater").map(({ code }) => code) // => ["2000", "2003", "1019"]
 * codes.filter((code) => !DeliveryCode.isUncertain(code)).map(({ code }) => code) // => ["2003"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isUncertain = (self: DeliveryCode): boolean =>
  isKnown(self) ? table.uncertain.has(self.code) : Option.exists(known(self.code), isSuccess)

/**
 * Whether the code is a documented one.
 *
 * **Example** (Codes to tell NAVER about)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * const codes = ["0", "3018", "4321"].map(DeliveryCode.fromString)
 *
 * codes.filter((code) => !DeliveryCode.isKnown(code)).map(({ code }) => code) // => ["4321"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isKnown = (self: DeliveryCode): self is Known => self._tag !== "Unknown"

/**
 * One function a table. A missing tag does not compile.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cases<A, B, C, D> {
  /** For a code of the mobile carrier. */
  readonly Report: (code: Report) => A
  /** For a code of the relay gateway. */
  readonly Response: (code: Response) => B
  /** For a code of the EMMA agent. */
  readonly Emma: (code: Emma) => C
  /** For a code of no table. */
  readonly Unknown: (code: Unknown) => D
}

/**
 * Takes a code apart by its table.
 *
 * **Example** (Who said so)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
 *
 * const source = DeliveryCode.match({
 *   Report: (code) => `carrier (${code.classification})`,
 *   Response: () => "relay gateway",
 *   Emma: () => "agent",
 *   Unknown: (code) => `unknown ${code.code}`
 * })
 *
 * source(DeliveryCode.fromString("3018")) // => "carrier (invalid)"
 * source(DeliveryCode.fromString("4321")) // => "unknown 4321"
 * ```
 *
 * @category pattern matching
 * @since 0.1.0
 */
export const match: {
  /**
   * Takes a code apart by its table.
   *
   * @category pattern matching
   * @since 0.1.0
   */
  <A, B, C, D>(cases: Cases<A, B, C, D>): (self: DeliveryCode) => A | B | C | D
  /**
   * Takes a code apart by its table.
   *
   * @category pattern matching
   * @since 0.1.0
   */
  <A, B, C, D>(self: DeliveryCode, cases: Cases<A, B, C, D>): A | B | C | D
} = dual(2, <A, B, C, D>(self: DeliveryCode, cases: Cases<A, B, C, D>): A | B | C | D => {
  switch (self._tag) {
    case "Report":
      return cases.Report(self)
    case "Response":
      return cases.Response(self)
    case "Emma":
      return cases.Emma(self)
    case "Unknown":
      return cases.Unknown(self)
  }
})

// -----------------------------------------------------------------------------
// Schemas
// -----------------------------------------------------------------------------

const isDeliveryCode = (u: unknown): u is DeliveryCode =>
  typeof u === "object" && u !== null && "code" in u && typeof u.code === "string" && "_tag" in u &&
  u._tag === fromString(u.code)._tag

const fromCode = SchemaTransformation.transform<DeliveryCode, string>({
  decode: fromString,
  encode: (self) => self.code
})

/**
 * Codec between the raw code and the ADT. Decoding never fails.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DeliveryCode: Schema.Codec<DeliveryCode, string> = Schema.String.pipe(Schema.decodeTo(
  Schema.declare(isDeliveryCode, {
    expected: "DeliveryCode",
    toCodecJson: () => Schema.link<DeliveryCode>()(Schema.String, fromCode),
    toCodecArbitrary: () =>
      Schema.link<DeliveryCode>()(
        Schema.Union([Schema.Literals(all.map((known) => known.code)), Schema.String]),
        fromCode
      )
  }),
  fromCode
))
