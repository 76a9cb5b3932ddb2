/**
 * What an endpoint is told of a message that has come to its end.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Instant from "../Instant.ts"
import * as MessageView from "../MessageView.ts"

const Said = Schema.NullOr(Schema.String)

/** The body: `data` names things as SENS does, and explains the code. The numbers are whole: it is for their owner. */
export const Body = Schema.Struct({
  type: Schema.Literal("message.completed"),
  /** When the message was completed. */
  timestamp: Schema.String,
  data: Schema.Struct({
    requestId: Said,
    messageId: Schema.String,
    from: Said,
    to: Schema.String,
    status: Schema.String,
    statusCode: Said,
    statusName: Said,
    telcoCode: Said,
    requestTime: Said,
    completeTime: Said,
    code: Schema.NullOr(MessageView.Code),
    subject: Schema.optionalKey(Schema.String),
    content: Schema.optionalKey(Schema.String)
  })
})

/** A body that is sent as it is, at each attempt. */
export interface WebhookEvent {
  /** The id of the message, by which a receiver knows what it had already. */
  readonly id: string
  readonly requestId: string | null
  readonly to: string
  readonly outcome: MessageView.Message["outcome"]
  readonly code: string | null
  readonly body: string
}

const encode = Schema.encodeEffect(Schema.fromJsonString(Body))

const said = (value: string | number | null | undefined): string | null =>
  value === undefined || value === null || value === "" ? null : String(value)

export const make = Effect.fnUntraced(function*(
  record: MessageRecord.MessageRecord,
  { includeText }: { readonly includeText: boolean }
): Effect.fn.Return<WebhookEvent> {
  const outcome = MessageRecord.outcome(record)
  const completed = MessageRecord.completeTime(record)
  const timestamp = Option.getOrElse(completed, () => DateTime.nowUnsafe())
  const requestId = Option.getOrNull(MessageRecord.requestId(record))
  const code = outcome._tag === "Pending" ? null : MessageView.code(outcome.code)
  const texts = includeText
    ? Object.entries({ subject: said(record.subject), content: said(record.content) }).filter(([, text]) =>
      text !== null
    )
    : []
  const body = yield* Effect.orDie(encode({
    type: "message.completed",
    timestamp: Instant.iso(timestamp),
    data: {
      requestId,
      messageId: record.messageId,
      from: said(record.from),
      to: record.to,
      status: record.status,
      statusCode: said(record.statusCode),
      statusName: said(record.statusName),
      telcoCode: Option.getOrNull(MessageRecord.telcoCode(record)),
      requestTime: Instant.isoOrNull(MessageRecord.requestTime(record)),
      completeTime: Instant.isoOrNull(completed),
      code,
      ...Object.fromEntries(texts)
    }
  }))
  return {
    id: record.messageId,
    requestId,
    to: record.to,
    outcome: outcome._tag === "Pending" ? "pending" : outcome._tag === "Delivered" ? "delivered" : "failed",
    code: code?.code ?? null,
    body
  }
})
