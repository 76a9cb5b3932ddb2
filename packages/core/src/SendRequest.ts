/**
 * What goes to SENS to send messages: one request, 1-100 recipients.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ContentType from "./ContentType.ts"
import * as CountryCode from "./CountryCode.ts"
import * as PhoneNumber from "./PhoneNumber.ts"

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

/**
 * One recipient of an SMS. Its `content`, where given, takes priority over the request's.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SmsMessage = Schema.Struct({
  to: PhoneNumber.PhoneNumber,
  content: Schema.optionalKey(Schema.String)
})

/**
 * One recipient of an LMS. Its `subject` and `content`, where given, take priority over the request's.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LmsMessage = Schema.Struct({
  to: PhoneNumber.PhoneNumber,
  subject: Schema.optionalKey(Schema.String),
  content: Schema.optionalKey(Schema.String)
})

const common = {
  contentType: Schema.optionalKey(ContentType.ContentType),
  countryCode: Schema.optionalKey(CountryCode.CountryCode),
  from: PhoneNumber.PhoneNumber,
  content: Schema.NonEmptyString
}

const recipients = <S extends Schema.Constraint>(message: S) =>
  Schema.NonEmptyArray(message).check(Schema.isMaxLength(maxRecipients))

/**
 * A short message: at most 90 bytes, no subject, no files.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Sms = Schema.Struct({
  type: Schema.tag("SMS"),
  ...common,
  messages: recipients(SmsMessage)
})

/**
 * A short message.
 *
 * @category models
 * @since 0.1.0
 */
export type Sms = typeof Sms.Type

/**
 * A long message: at most 2,000 bytes, with a subject of at most 40 bytes if wanted, no files.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Lms = Schema.Struct({
  type: Schema.tag("LMS"),
  ...common,
  subject: Schema.optionalKey(Schema.String),
  messages: recipients(LmsMessage)
})

/**
 * A long message.
 *
 * @category models
 * @since 0.1.0
 */
export type Lms = typeof Lms.Type

/**
 * A send request, a union by `type`. The root `content` is mandatory even where every recipient has its own.
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
export const SendRequest = Schema.Union([Sms, Lms]).pipe(Schema.toTaggedUnion("type"))

/**
 * A send request.
 *
 * @category models
 * @since 0.1.0
 */
export type SendRequest = typeof SendRequest.Type
