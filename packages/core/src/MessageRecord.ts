/**
 * One message in the delivery log: what was sent to one recipient, and what became of it.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as DeliveryCode from "./DeliveryCode.ts"
import * as RecordDecoder from "./internal/recordDecoder.ts"
import * as wire from "./internal/wire.ts"
import * as KstDateTime from "./KstDateTime.ts"
import * as MessageId from "./MessageId.ts"
import type * as RequestId from "./RequestId.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A file of an MMS. SENS may leave out either field.
 *
 * @category schemas
 * @since 0.1.0
 */
export const File = Schema.Struct({
  /** The file, as it was uploaded. */
  fileId: wire.nullish(wire.FileId),
  /** Its name. */
  name: wire.text
})

/**
 * A file of an MMS.
 *
 * @category models
 * @since 0.1.0
 */
export interface File extends Schema.Schema.Type<typeof File> {}

const fields = {
  /** The request that it belongs to: see {@link requestId}. */
  requestId: wire.nullish(wire.RequestId),
  /** The message, to ask for it alone. */
  messageId: MessageId.MessageId,
  /** When SENS took it, a stamp of Korean time: see {@link requestTime}. */
  requestTime: wire.text,
  /** `COMM` or `AD`. */
  contentType: wire.text,
  /** `SMS`, `LMS` or `MMS`. */
  type: wire.text,
  /** Its subject, where it has one. */
  subject: wire.text,
  /** Its text. */
  content: wire.text,
  /** The country of the recipient, such as `82`. */
  countryCode: wire.code,
  /** The number that it came from. */
  from: wire.text,
  /** The number that it goes to, as the service writes it. */
  to: Schema.String,
  // A state that is blank would be waited for without an end.
  /** How far it is: `READY`, `PROCESSING` or `COMPLETED`, which is not yet delivered: see {@link outcome}. */
  status: Schema.String.check(Schema.isPattern(/\S/)),
  /** The result code, once it is known: see {@link deliveryCode}. */
  statusCode: wire.code,
  /** `success` or `fail`, once it is known. */
  statusName: wire.text,
  /** What the code means, in words of the service. */
  statusMessage: wire.text,
  /** When the carrier had its result, a stamp of Korean time: see {@link completeTime}. */
  completeTime: wire.text,
  /** The carrier: see {@link telcoCode}. */
  telcoCode: wire.text,
  /** The pictures of an MMS: see {@link files}. */
  files: wire.blankable(Schema.Array(File))
}

/**
 * A message as the log has it on the wire: a plain, serialisable value. SENS docs, "Search for message delivery request"
 * and "Search for message delivery result", fields `messages.*`. Fields that SENS may leave out may be absent, `null` or
 * `""`; read them with the accessors of this module. Instants and codes are computed when asked for, so decoding a page
 * costs one pass.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageRecord = RecordDecoder.decoding(Schema.Struct(fields), Schema.Struct(fields))

/**
 * A message as the log has it.
 *
 * @category models
 * @since 0.1.0
 */
export interface MessageRecord extends Schema.Schema.Type<typeof MessageRecord> {}

/**
 * What became of a message.
 *
 * - `Pending`: SENS or the carrier still works on it (`status` is `READY`, `PROCESSING`, or one that SENS may add)
 * - `Delivered`: the handset has it
 * - `Failed`: it will not be delivered; `code` says why
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = Data.TaggedEnum<{
  Pending: { readonly status: string }
  Delivered: { readonly code: DeliveryCode.DeliveryCode; readonly completeTime: Option.Option<DateTime.Utc> }
  Failed: { readonly code: DeliveryCode.DeliveryCode; readonly completeTime: Option.Option<DateTime.Utc> }
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Outcome}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Outcome = Data.taggedEnum<Outcome>()

// -----------------------------------------------------------------------------
// Accessors
// -----------------------------------------------------------------------------

/**
 * The request that the message belongs to. Older answers of "Search for message delivery result" leave it out.
 *
 * **Example** (Left out)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Option from "effect/Option"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   requestId: null
 * }
 *
 * MessageRecord.requestId(record) // => Option.none()
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const requestId = (self: MessageRecord): Option.Option<RequestId.RequestId> => wire.present(self.requestId)

/**
 * When SENS took the request. `None` where the log does not say, or says no time.
 *
 * **Example** (Korean time)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   requestTime: "2026-01-01 09:00:00"
 * }
 *
 * Option.map(MessageRecord.requestTime(record), DateTime.formatIso) // => Option.some("2026-01-01T00:00:00.000Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const requestTime = (self: MessageRecord): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.requestTime), KstDateTime.parse)

/**
 * When the carrier reported the result; none before the message is `COMPLETED`.
 *
 * **Example** (Korean time)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   completeTime: "2026-01-01 09:00:05"
 * }
 *
 * Option.map(MessageRecord.completeTime(record), DateTime.formatIso) // => Option.some("2026-01-01T00:00:05.000Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const completeTime = (self: MessageRecord): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.completeTime), KstDateTime.parse)

/**
 * The carrier, such as `SKT`, `KTF`, `LGT`; none before the message is `COMPLETED`. SENS publishes no list.
 *
 * **Example** (A carrier)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Option from "effect/Option"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   telcoCode: "SKT"
 * }
 *
 * MessageRecord.telcoCode(record) // => Option.some("SKT")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const telcoCode = (self: MessageRecord): Option.Option<string> => wire.present(self.telcoCode)

/**
 * The result code; none before the message is `COMPLETED`.
 *
 * **Example** (What the code says)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Option from "effect/Option"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   statusCode: "2003"
 * }
 *
 * Option.map(MessageRecord.deliveryCode(record), ({ meaning }) => meaning) // => Option.some("Handset is switched off")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const deliveryCode = (self: MessageRecord): Option.Option<DeliveryCode.DeliveryCode> =>
  Option.map(wire.present(self.statusCode), (code) => DeliveryCode.fromString(String(code)))

/**
 * The files of an MMS.
 *
 * Empty where there is none.
 *
 * **Example** (A message without files)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 *
 * MessageRecord.files({ messageId: MessageId.make("1"), to: "01012345678", status: "READY", files: null }) // => []
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const files = (self: MessageRecord): ReadonlyArray<File> => Option.getOrElse(wire.present(self.files), () => [])

/**
 * What became of the message. `COMPLETED` alone does not mean delivered: the result has to be a success as well, by name
 * and by code. A result name that the documents do not know is `Pending`, since it may be another state to come. The code of
 * a message that failed is never one of success: where the log says both, it is `Unknown`.
 *
 * **Example** (Completed, but not delivered)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 *
 * const outcome = MessageRecord.outcome({
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   statusCode: "2003",
 *   statusName: "fail",
 *   completeTime: "2026-01-01 09:00:05"
 * })
 *
 * const text = MessageRecord.Outcome.$match(outcome, {
 *   Pending: ({ status }) => `still ${status}`,
 *   Delivered: () => "delivered",
 *   Failed: ({ code }) => code.meaning
 * })
 *
 * text // => "Handset is switched off"
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const outcome = (self: MessageRecord): Outcome => {
  const pending = (): Outcome => Outcome.Pending({ status: self.status })
  if (self.status.trim().toUpperCase() !== "COMPLETED") return pending()
  const name = Option.map(wire.present(self.statusName), (name) => name.trim().toLowerCase())
  if (Option.isSome(name) && name.value !== "success" && name.value !== "fail") return pending()
  const said = deliveryCode(self)
  const succeeded = Option.isSome(name) && name.value === "success"
  const failed = (code: DeliveryCode.DeliveryCode): Outcome =>
    Outcome.Failed({
      code: DeliveryCode.isSuccess(code) ? contradicted(code.code) : code,
      completeTime: completeTime(self)
    })
  if (Option.isNone(said)) {
    return Option.isNone(name) ? pending() : succeeded
      ? Outcome.Delivered({ code: DeliveryCode.fromString("0"), completeTime: completeTime(self) })
      : failed(DeliveryCode.fromString(""))
  }
  return DeliveryCode.isSuccess(said.value) && (succeeded || Option.isNone(name))
    ? Outcome.Delivered({ code: said.value, completeTime: completeTime(self) })
    : failed(said.value)
}

// What says both is not delivered, and nobody may take its code for that of a delivery.
const contradicted = (code: string): DeliveryCode.DeliveryCode => ({
  _tag: "Unknown",
  code,
  meaning: "Failed, with the code of a success",
  meaningKo: "성공 코드인데 실패로 표시됨",
  advice: "system",
  adviceKo: DeliveryCode.adviceKo.system
})

/**
 * Whether nothing more will happen to the message.
 *
 * **Example** (Before and after)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "READY" }
 *
 * MessageRecord.isFinal(record) // => false
 * MessageRecord.isFinal({ ...record, status: "COMPLETED", statusCode: "0", statusName: "success" }) // => true
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isFinal = (self: MessageRecord): boolean => outcome(self)._tag !== "Pending"
