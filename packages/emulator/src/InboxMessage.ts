/**
 * A message in the emulator's inbox: what was asked for, what the handset got, and where it stands.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A message as the emulator keeps it.
 *
 * **Details**
 *
 * `content` and `subject` are what the send asked for; `delivered` is what the handset shows, cut where the text was over
 * its limit. `bytes` counts `content` in the charset of the emulator. `code` is how the message ends, known from the
 * start here, but not to the client before it is `COMPLETED`. `sequence` counts from 0 in the order of acceptance.
 *
 * **Example** (A line of JSON, and back)
 *
 * ```ts import.meta.vitest
 * import * as InboxMessage from "@effect-sens/emulator/InboxMessage"
 * import * as DateTime from "effect/DateTime"
 * import * as Schema from "effect/Schema"
 *
 * const message: InboxMessage.InboxMessage = {
 *   sequence: 0,
 *   messageId: "1",
 *   requestId: "RSSA-1",
 *   serviceId: "ncp:sms:kr:000000000000:emulator",
 *   type: "SMS",
 *   contentType: "COMM",
 *   countryCode: "82",
 *   from: "0212345678",
 *   to: "01012345678",
 *   content: "안녕하세요",
 *   delivered: { content: "안녕하세요" },
 *   bytes: 10,
 *   fileIds: [],
 *   requestTime: DateTime.makeUnsafe("2026-01-01T00:00:00Z"),
 *   status: "COMPLETED",
 *   completeTime: DateTime.makeUnsafe("2026-01-01T00:00:05Z"),
 *   code: "0"
 * }
 * const Line = Schema.fromJsonString(Schema.toCodecJson(InboxMessage.InboxMessage))
 * const line = Schema.encodeSync(Line)(message)
 *
 * line.includes('"completeTime":"2026-01-01T00:00:05.000Z"') // => true
 * Schema.decodeSync(Line)(line) // => message
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const InboxMessage = Schema.Struct({
  sequence: Schema.Int,
  messageId: Schema.String,
  requestId: Schema.String,
  serviceId: Schema.String,
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  to: Schema.String,
  subject: Schema.optionalKey(Schema.String),
  content: Schema.String,
  delivered: Schema.Struct({ subject: Schema.optionalKey(Schema.String), content: Schema.String }),
  bytes: Schema.Int,
  fileIds: Schema.Array(Schema.String),
  requestTime: Schema.DateTimeUtc,
  status: Schema.Literals(["READY", "PROCESSING", "COMPLETED"]),
  completeTime: Schema.DateTimeUtc,
  code: Schema.String
}).annotate({ identifier: "InboxMessage", description: "A message as the emulator keeps it." })

/**
 * A message as the emulator keeps it.
 *
 * @category models
 * @since 0.1.0
 */
export type InboxMessage = typeof InboxMessage.Type
