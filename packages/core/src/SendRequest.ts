/**
 * What goes to SENS to send messages: one request, 1-100 recipients.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as EucKr from "./EucKr.ts"
import * as fields from "./internal/sendFields.ts"
import * as text from "./internal/text.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import * as RequestIssue from "./RequestIssue.ts"
import * as Reservation from "./Reservation.ts"

// -----------------------------------------------------------------------------
// Limits
// -----------------------------------------------------------------------------

/**
 * The most recipients that one request may have. SENS docs, "Send message", field `messages`.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxRecipients = 100

/**
 * The most bytes, in the charset of SENS, of the text of an SMS, the text of an LMS or MMS, and a subject. SENS docs,
 * "Send message", fields `content` and `subject`.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxBytes = { SMS: 90, LMS: 2000, MMS: 2000, subject: 40 } as const

// -----------------------------------------------------------------------------
// Recipients and files
// -----------------------------------------------------------------------------

/**
 * One recipient of an SMS. Further fields are the caller's own: a row of a table will do, and only these are sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recipient {
  /**
   * Its number, as people and lists write it: `01012345678`, `010-1234-5678`, `+82 10 1234 5678`. Of a recipient abroad, the digits
   * behind the calling code.
   */
  readonly to: string
  /** Its own text; it takes priority over that of the request. */
  readonly content?: string | undefined
}

/**
 * One recipient of an LMS or MMS.
 *
 * @category models
 * @since 0.1.0
 */
export interface LmsRecipient extends Recipient {
  /** Its own subject; it takes priority over that of the request. At most 40 bytes. */
  readonly subject?: string | undefined
}

/**
 * A picture that an MMS shows, and that was uploaded before.
 *
 * @category models
 * @since 0.1.0
 */
export interface File {
  /** The `fileId` that the upload was answered with. */
  readonly fileId: string
}

/**
 * When a request is to be sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reserve {
  /** The instant; SENS knows minutes alone, so seconds are rounded down. At least ten minutes ahead. */
  readonly at: Date | DateTime.DateTime
  /** The zone whose clocks tell it to SENS, by its IANA name; `Asia/Seoul` unless given. It does not change the instant. */
  readonly timeZone?: string | undefined
}

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

const recipients = <S extends Schema.Constraint>(message: S) =>
  Schema.NonEmptyArray(message).check(Schema.isMaxLength(maxRecipients))

const common = fields.common(PhoneNumber.PhoneNumber)
const long = {
  ...common,
  ...fields.subject,
  messages: recipients(Schema.Struct(fields.lmsMessage(PhoneNumber.PhoneNumber)))
}
const sms = {
  type: Schema.tag("SMS"),
  ...common,
  messages: recipients(Schema.Struct(fields.smsMessage(PhoneNumber.PhoneNumber)))
}
const lms = { type: Schema.tag("LMS"), ...long }
const mms = { type: Schema.tag("MMS"), ...long, ...fields.files }

/**
 * What all requests have.
 *
 * @category models
 * @since 0.1.0
 */
export interface Common {
  /** `COMM`, the default, or `AD` for an advertisement, for which the law asks for more: see the rules of `Preflight`. */
  readonly contentType?: "COMM" | "AD" | undefined
  /** The calling code of the recipients' country, without `+`; `82` unless given. Only an SMS goes abroad. */
  readonly countryCode?: string | undefined
  /** The number that the messages come from. It has to be registered in the console. */
  readonly from: string
  /** The text, at most 90 bytes of an SMS and 2,000 of an LMS or MMS in EUC-KR, where a Korean character has two. */
  readonly content: string
  /** When it is to be sent; at once unless given. */
  readonly reserve?: Reserve | undefined
}

/**
 * A short message: at most 90 bytes, no subject, no files.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sms extends Common {
  /** A short message. */
  readonly type: "SMS"
  /** 1-100 recipients. */
  readonly messages: ReadonlyArray<Recipient>
}

/**
 * A long message: at most 2,000 bytes, with a subject if wanted, no files.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lms extends Common {
  /** A long message. */
  readonly type: "LMS"
  /** At most 40 bytes. */
  readonly subject?: string | undefined
  /** 1-100 recipients. */
  readonly messages: ReadonlyArray<LmsRecipient>
}

/**
 * A long message with pictures, which were uploaded before. Without any, SENS sends and bills an LMS.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mms extends Common {
  /** A long message with pictures. */
  readonly type: "MMS"
  /** At most 40 bytes. */
  readonly subject?: string | undefined
  /** 1-100 recipients. */
  readonly messages: ReadonlyArray<LmsRecipient>
  /** The pictures; handsets are known to take three. */
  readonly files?: ReadonlyArray<File> | undefined
}

/**
 * A send request, a union by `type`, as a caller writes it.
 *
 * @category models
 * @since 0.1.0
 */
export type SendRequest = Sms | Lms | Mms

// The wire tells a reservation by two fields, the domain by one value.
const flat = {
  reserveTime: Schema.optionalKey(Schema.String),
  reserveTimeZone: Schema.optionalKey(Schema.String)
}

interface Flat {
  readonly reserveTime?: string
  readonly reserveTimeZone?: string
}

interface Nested {
  readonly reserve?: Reservation.Reservation
}

const nest = (
  reserveTime: string | undefined,
  reserveTimeZone: string | undefined,
  options: SchemaAST.ParseOptions
): Effect.Effect<Nested, SchemaIssue.Issue> => {
  if (reserveTime === undefined) return Effect.succeed({})
  const fields = { reserveTime, ...reserveTimeZone === undefined ? {} : { reserveTimeZone } }
  return Option.match(Reservation.fromFields(fields), {
    onNone: () =>
      Effect.fail(
        new SchemaIssue.Pointer(
          ["reserveTime"],
          new SchemaIssue.InvalidValue(
            { message: "Expected yyyy-MM-dd HH:mm in the IANA time zone reserveTimeZone" },
            reserveTime,
            options
          )
        )
      ),
    onSome: (reserve) => Effect.succeed({ reserve })
  })
}

const flatten = (reserve: Reservation.Reservation | undefined): Flat =>
  reserve === undefined ? {} : Reservation.toFields(reserve)

/**
 * A short message: at most 90 bytes, no subject, no files.
 *
 * **Example** (Regular)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 *
 * const body = SendRequest.toWire({
 *   type: "SMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "[서점] 주문하신 책이 도착했습니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }]
 * })
 *
 * body // => { type: "SMS", from: "0212345678", content: "[서점] 주문하신 책이 도착했습니다.", messages: [{ to: "01012345678" }] }
 * ```
 *
 * **Example** (Reserved)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as DateTime from "effect/DateTime"
 *
 * const { reserveTime, reserveTimeZone } = SendRequest.toWire({
 *   type: "SMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "[치과] 오늘 14시 진료 예약입니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }],
 *   reserve: { at: DateTime.makeUnsafe("2026-01-01T00:00:00Z"), timeZone: "Asia/Seoul" }
 * })
 *
 * reserveTime // => "2026-01-01 09:00"
 * reserveTimeZone // => "Asia/Seoul"
 * ```
 *
 * **Example** (Advertisement)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const report = Preflight.check({
 *   type: "SMS",
 *   contentType: "AD",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "(광고)[서점] 신간 10% 할인\n무료수신거부 0801234567",
 *   messages: [{ to: PhoneNumber.make("01012345678") }]
 * }, { now: DateTime.makeUnsafe("2026-01-01T03:00:00Z") })
 *
 * report // => { errors: [], warnings: [] }
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const Sms = Schema.Struct({ ...sms, ...flat }).pipe(
  Schema.decodeTo(
    Schema.toType(Schema.Struct({ ...sms, ...fields.reserve })),
    SchemaTransformation.transformEffect({
      decode: ({ reserveTime, reserveTimeZone, ...rest }, options) =>
        Effect.map(nest(reserveTime, reserveTimeZone, options), (reserve) => ({ ...rest, ...reserve })),
      encode: ({ reserve, ...rest }) => Effect.succeed({ ...rest, ...flatten(reserve) })
    })
  )
)

/**
 * A long message: at most 2,000 bytes, with a subject of at most 40 bytes if wanted, no files.
 *
 * **Example** (Regular)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 *
 * const body = SendRequest.toWire({
 *   type: "LMS",
 *   from: PhoneNumber.make("0212345678"),
 *   subject: "배송 안내",
 *   content: "주문하신 책을 오늘 보냈습니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678"), subject: "홍길동님 배송 안내" }]
 * })
 *
 * JSON.stringify(body) // => '{"type":"LMS","from":"0212345678","subject":"배송 안내","content":"주문하신 책을 오늘 보냈습니다.","messages":[{"to":"01012345678","subject":"홍길동님 배송 안내"}]}'
 * ```
 *
 * **Example** (Reserved)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as DateTime from "effect/DateTime"
 *
 * const { reserveTime, reserveTimeZone } = SendRequest.toWire({
 *   type: "LMS",
 *   from: PhoneNumber.make("0212345678"),
 *   subject: "정기 점검",
 *   content: "오늘 밤 점검이 있습니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }],
 *   reserve: { at: DateTime.makeUnsafe("2026-01-01T00:00:00Z"), timeZone: "America/New_York" }
 * })
 *
 * reserveTime // => "2025-12-31 19:00"
 * reserveTimeZone // => "America/New_York"
 * ```
 *
 * **Example** (Advertisement)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const report = Preflight.check({
 *   type: "LMS",
 *   contentType: "AD",
 *   from: PhoneNumber.make("0212345678"),
 *   subject: "(광고) 신간 안내",
 *   content: "(광고)[서점] 이번 달의 신간입니다.\n무료수신거부 0801234567",
 *   messages: [{ to: PhoneNumber.make("01012345678") }]
 * }, { now: DateTime.makeUnsafe("2026-01-01T13:00:00Z") })
 *
 * report.errors // => []
 * report.warnings.map(({ kind }) => kind) // => ["AdAtNight"]
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const Lms = Schema.Struct({ ...lms, ...flat }).pipe(
  Schema.decodeTo(
    Schema.toType(Schema.Struct({ ...lms, ...fields.reserve })),
    SchemaTransformation.transformEffect({
      decode: ({ reserveTime, reserveTimeZone, ...rest }, options) =>
        Effect.map(nest(reserveTime, reserveTimeZone, options), (reserve) => ({ ...rest, ...reserve })),
      encode: ({ reserve, ...rest }) => Effect.succeed({ ...rest, ...flatten(reserve) })
    })
  )
)

/**
 * A long message with pictures, which were uploaded before. Without any, SENS sends and bills an LMS.
 *
 * **Example** (Regular)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 *
 * const body = SendRequest.toWire({
 *   type: "MMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "매장 약도입니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }],
 *   files: [{ fileId: FileId.make("a136000074f7") }]
 * })
 *
 * JSON.stringify(body) // => '{"type":"MMS","from":"0212345678","content":"매장 약도입니다.","messages":[{"to":"01012345678"}],"files":[{"fileId":"a136000074f7"}]}'
 * ```
 *
 * **Example** (Reserved)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as DateTime from "effect/DateTime"
 *
 * const { reserveTime, reserveTimeZone } = SendRequest.toWire({
 *   type: "MMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "생신을 축하드립니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }],
 *   files: [{ fileId: FileId.make("a136000074f7") }],
 *   reserve: { at: DateTime.makeUnsafe("2026-01-01T00:00:00Z") }
 * })
 *
 * reserveTime // => "2026-01-01 09:00"
 * String(reserveTimeZone) // => "undefined"
 * ```
 *
 * **Example** (Advertisement)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const report = Preflight.check({
 *   type: "MMS",
 *   contentType: "AD",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "신간 안내",
 *   messages: [{ to: PhoneNumber.make("01012345678") }]
 * }, { now: DateTime.makeUnsafe("2026-01-01T03:00:00Z") })
 *
 * report.warnings.map(({ kind }) => kind) // => ["NoFile", "AdWithoutMark", "AdWithoutOptOut"]
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const Mms = Schema.Struct({ ...mms, ...flat }).pipe(
  Schema.decodeTo(
    Schema.toType(Schema.Struct({ ...mms, ...fields.reserve })),
    SchemaTransformation.transformEffect({
      decode: ({ reserveTime, reserveTimeZone, ...rest }, options) =>
        Effect.map(nest(reserveTime, reserveTimeZone, options), (reserve) => ({ ...rest, ...reserve })),
      encode: ({ reserve, ...rest }) => Effect.succeed({ ...rest, ...flatten(reserve) })
    })
  )
)

/**
 * A send request, a union by `type`. The root `content` is mandatory even where every recipient has its own. Its encoded
 * form is the JSON body. SENS docs, "Send message", request body.
 *
 * **Example** (One text to two people)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import type * as SendRequest from "@effect-sens/core/SendRequest"
 *
 * const request: SendRequest.SendRequest = {
 *   type: "SMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "안녕하세요",
 *   messages: [
 *     { to: PhoneNumber.make("01012345678") },
 *     { to: PhoneNumber.make("01087654321"), content: "반갑습니다" }
 *   ]
 * }
 *
 * request.messages.length // => 2
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendRequest = Schema.Union([Sms, Lms, Mms]).pipe(Schema.toTaggedUnion("type"))

/**
 * A send request as it goes out: digits for numbers, instants, and no field that is not sent. `Preflight.read` makes it of a
 * {@link SendRequest} that is right.
 *
 * @category models
 * @since 0.1.0
 */
export type Normalized = typeof SendRequest.Type

/**
 * The JSON body of a send request.
 *
 * @category models
 * @since 0.1.0
 */
export type Encoded = typeof SendRequest.Encoded

/**
 * The JSON body of a request, without validating it once more: what encoding it with {@link SendRequest} gives, at a
 * fraction of the cost. For a request that `Preflight.check` has passed.
 *
 * **Example** (The body of a reserved send)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as DateTime from "effect/DateTime"
 *
 * const body = SendRequest.toWire({
 *   type: "SMS",
 *   from: PhoneNumber.make("0212345678"),
 *   content: "[치과] 내일 14시 진료 예약입니다.",
 *   messages: [{ to: PhoneNumber.make("01012345678") }],
 *   reserve: { at: DateTime.makeUnsafe("2026-01-01T00:00:00Z") }
 * })
 *
 * body.reserveTime // => "2026-01-01 09:00"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toWire = (request: Normalized): Encoded => {
  if (request.reserve === undefined) return request
  const { reserve, ...rest } = request
  return { ...rest, ...flatten(reserve) }
}

// -----------------------------------------------------------------------------
// Choosing the type
// -----------------------------------------------------------------------------

/**
 * The smallest type that holds a text, and why: `Fits` where an SMS has room for it, `TooLongForSms`, or `HasSubject`, since
 * an SMS has none. `bytes` is the length of the text in the charset, `limit` what the type has room for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fit {
  /** The type that the text needs. */
  readonly type: "SMS" | "LMS"
  /** Why it is no smaller one. */
  readonly why: "Fits" | "TooLongForSms" | "HasSubject"
  /** The length of the text, in bytes of the charset. */
  readonly bytes: number
  /** What the type has room for, in bytes: 90 or 2,000. */
  readonly limit: number
}

/**
 * What {@link fit} takes besides a text.
 *
 * @category options
 * @since 0.1.0
 */
export interface FitOptions {
  /** A subject, which only an LMS has; at most 40 bytes. Without one, or with an empty one, an SMS will do. */
  readonly subject?: string | undefined
  /** `"EUC-KR"` unless given. */
  readonly charset?: EucKr.Charset | undefined
}

/**
 * No type holds the text: it is longer than an LMS may be, or has characters that the charset lacks. Each issue says where
 * and what to do; none holds any of the text.
 *
 * @category errors
 * @since 0.1.0
 */
export class DoesNotFit extends Schema.TaggedError<DoesNotFit>("@effect-sens/core/DoesNotFit")("DoesNotFit", {
  issues: Schema.NonEmptyArray(RequestIssue.RequestIssue)
}) {
  override get message(): string {
    return `No type of message holds the text: ${RequestIssue.formatAll(this.issues)}`
  }
}

const isFatal = (rule: text.TextRule): boolean =>
  rule !== "ControlCharacter" && rule !== "InvisibleCharacter" && rule !== "WrongCharset"

/**
 * The smaller of SMS and LMS that holds a text, and a subject where there is one. Nothing is cut: a text of more than
 * 2,000 bytes, a subject of more than 40, or a character that the charset lacks makes it fail with {@link DoesNotFit}.
 *
 * **Example** (45 and 46 syllables)
 *
 * ```ts import.meta.vitest
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as Result from "effect/Result"
 *
 * SendRequest.fit("가".repeat(45)) // => Result.succeed({ type: "SMS", why: "Fits", bytes: 90, limit: 90 })
 * SendRequest.fit("가".repeat(46)) // => Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 92, limit: 2000 })
 * Result.isFailure(SendRequest.fit("가".repeat(1001))) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fit = (content: string, options?: FitOptions): Result.Result<Fit, DoesNotFit> => {
  const charset = options?.charset ?? "EUC-KR"
  const subject = options?.subject ?? ""
  const issues: Array<RequestIssue.RequestIssue> = []
  const add = (rule: text.TextRule, issue: Omit<RequestIssue.RequestIssue, "kind">): void => {
    if (isFatal(rule)) issues.push({ ...issue, kind: rule })
  }
  const { LMS, SMS, subject: subjectLimit } = maxBytes
  text.check(content, { path: ["content"], what: "an LMS", limit: LMS, charset, todo: "Shorten it or split it", add })
  if (subject !== "") {
    text.check(subject, { path: ["subject"], what: "a subject", limit: subjectLimit, charset, todo: "Shorten it", add })
  }
  const [first, ...rest] = issues
  if (first !== undefined) return Result.fail(new DoesNotFit({ issues: [first, ...rest] }))
  const bytes = EucKr.byteLength(content)
  return Result.succeed(
    subject !== ""
      ? { type: "LMS", why: "HasSubject", bytes, limit: LMS }
      : bytes <= SMS
      ? { type: "SMS", why: "Fits", bytes, limit: SMS }
      : { type: "LMS", why: "TooLongForSms", bytes, limit: LMS }
  )
}

// -----------------------------------------------------------------------------
// Advertisements
// -----------------------------------------------------------------------------

/**
 * What an advertisement is made of.
 *
 * @category options
 * @since 0.1.0
 */
export interface Advertisement {
  /** Who advertises, as its customers know it; in one line. */
  readonly brand: string
  /** What it has to say. */
  readonly text: string
  /** The free number to opt out by, which begins with 080, as people write it. It has to be registered with SENS. */
  readonly optOut: string
}

/**
 * No advertisement can be made of what was given. Each issue says what is wrong and what to do; none holds any of it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidAdvertisement
  extends Schema.TaggedError<InvalidAdvertisement>("@effect-sens/core/InvalidAdvertisement")("InvalidAdvertisement", {
    issues: Schema.NonEmptyArray(RequestIssue.RequestIssue)
  })
{
  override get message(): string {
    return `No advertisement can be made of this: ${RequestIssue.formatAll(this.issues)}`
  }
}

const adMark = "(광고)"

/**
 * The text of an advertisement as the law wants it: `(광고)` and who sends it first, a free number to opt out by last. What is framed
 * already is not framed twice. For `contentType: "AD"`; a subject needs the mark as well, and SENS adds none of it.
 *
 * **Details**
 *
 * Fails with {@link InvalidAdvertisement} where the brand or the text is blank, or the number to opt out by is none that begins with
 * 080. Which type holds the text is told by {@link fit}. When it may be sent, and to whom, is not in its text: not from 21:00 to 08:00,
 * and to nobody who did not agree.
 *
 * **Example** (A bookshop)
 *
 * ```ts import.meta.vitest
 * import * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as Result from "effect/Result"
 *
 * const content = SendRequest.advertisement({ brand: "서점", text: "신간 10% 할인", optOut: "080-123-4567" })
 *
 * Result.getOrThrow(content) // => "(광고)[서점] 신간 10% 할인\n무료수신거부 0801234567"
 * ```
 *
 * @see Information and Communications Network Act, article 50
 * @category constructors
 * @since 0.1.0
 */
export const advertisement = (of: Advertisement): Result.Result<string, InvalidAdvertisement> => {
  // Callers without a compiler may pass anything.
  const [brand, body, optOut] = [trimmed(of.brand), trimmed(of.text), trimmed(of.optOut)]
  const issues: Array<RequestIssue.RequestIssue> = []
  const wrong = (field: keyof Advertisement, message: string) =>
    issues.push({ path: [field], kind: field === "optOut" ? "AdWithoutOptOut" : "Schema", message })
  const who = brand.replace(/^\[(.*)\]$/, "$1").trim()
  if (who === "" || /[\r\n\u2028\u2029]/.test(who)) wrong("brand", "Expected who advertises, in one line")
  const name = `[${who}]`
  const number = Result.getOrElse(PhoneNumber.normalize(optOut), () => "")
  if (!number.startsWith("080")) wrong("optOut", "Expected a free number to opt out by, such as 080-123-4567")
  const end = `무료수신거부 ${number}`
  const bare = without(body, adMark, name, number)
  if (bare === "") wrong("text", "Expected what the advertisement has to say")
  const [first, ...rest] = issues
  return first === undefined
    ? Result.succeed(`${adMark}${name} ${bare}\n${end}`)
    : Result.fail(new InvalidAdvertisement({ issues: [first, ...rest] }))
}

const trimmed = (value: unknown): string => typeof value === "string" ? value.trim() : ""

// A last line that tells how to opt out, as people write it.
const optOutLine = /무료\s*수신\s*(?:거부|거절)([^\n\r]*)$/

/** A text without its frame. */
const without = (framed: string, first: string, second: string, optOut: string): string => {
  let rest = framed
  for (const start of [first, second]) if (rest.startsWith(start)) rest = rest.slice(start.length).trimStart()
  const said = optOutLine.exec(rest)
  const isSame = said !== null &&
    Result.getOrElse(PhoneNumber.normalize(said[1]?.replace(/^[\s:]+/, "")), () => undefined) === optOut
  return isSame ? rest.slice(0, said.index).trimEnd() : rest
}
