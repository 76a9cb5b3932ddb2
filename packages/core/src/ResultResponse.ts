/**
 * What SENS answers when asked for one message.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as records from "./internal/records.ts"
import * as wire from "./internal/wire.ts"
import type * as MessageId from "./MessageId.ts"
import * as MessageRecord from "./MessageRecord.ts"
import * as UnreadableRecord from "./UnreadableRecord.ts"

/**
 * The answer about one message, as it stands on the wire: an array of one. SENS docs, "Search for message delivery
 * result", response body. The files stand in the message, in older versions beside it. `unreadable` is one that cannot be read,
 * which {@link read} puts there.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResultResponse = Schema.Struct({
  statusCode: wire.code,
  statusName: wire.text,
  messages: wire.nullish(Schema.Array(MessageRecord.MessageRecord)),
  files: wire.blankable(Schema.Array(MessageRecord.File)),
  unreadable: Schema.optionalKey(Schema.Array(UnreadableRecord.UnreadableRecord))
})

/**
 * The answer about one message.
 *
 * @category models
 * @since 0.1.0
 */
export type ResultResponse = typeof ResultResponse.Type

const decode = Schema.decodeUnknownOption(ResultResponse)

/**
 * Reads the answer about a message, as `SearchResponse.read` reads a page. A message that leaves its id out, as older versions
 * do, gets the one that was asked for. None where it is no answer about a message.
 *
 * **Example** (A message without an id)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as ResultResponse from "@effect-sens/core/ResultResponse"
 * import * as Option from "effect/Option"
 *
 * const body = { statusName: "success", messages: [{ to: "01012345678", status: "READY" }] }
 * const response = ResultResponse.read(MessageId.make("132597da-68ab-499b-b509-174d06143b9e"))(body)
 *
 * const message = Option.flatMap(response, ResultResponse.message)
 *
 * Option.map(message, ({ messageId }) => messageId) // => Option.some("132597da-68ab-499b-b509-174d06143b9e")
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const read = (messageId: MessageId.MessageId) => (body: unknown): Option.Option<ResultResponse> =>
  records.isAnswer(body)
    ? Option.orElse(decode(body), () => records.page(body, { messageId }, decode))
    : Option.none()

/**
 * The message, with its files wherever they stood.
 *
 * **Example** (Files beside the message)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as ResultResponse from "@effect-sens/core/ResultResponse"
 * import * as Option from "effect/Option"
 *
 * const message = ResultResponse.message({
 *   messages: [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }],
 *   files: [{ fileId: FileId.make("a136") }]
 * })
 *
 * Option.map(message, (record) => MessageRecord.files(record).length) // => Option.some(1)
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const message = (self: ResultResponse): Option.Option<MessageRecord.MessageRecord> =>
  Option.map(
    Option.flatMap(wire.present(self.messages), (messages) => Option.fromUndefinedOr(messages[0])),
    (record) =>
      Option.isNone(wire.present(record.files)) && self.files != null ? { ...record, files: self.files } : record
  )
