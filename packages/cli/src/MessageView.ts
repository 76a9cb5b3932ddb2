/**
 * A message of the delivery log as commands show it: numbers masked, texts absent, unless asked for.
 *
 * @since 0.1.0
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Advice from "./Advice.ts"
import * as Instant from "./Instant.ts"
import type { Both } from "./Language.ts"
import type * as Output from "./Output.ts"

/** What a code means, and what to do. */
export const Code = Schema.Struct({
  code: Schema.String,
  meaning: Schema.String,
  meaningKo: Schema.String,
  advice: Advice.Advice
})

/** One message. */
export const Message = Schema.Struct({
  messageId: Schema.String,
  requestId: Schema.NullOr(Schema.String),
  type: Schema.NullOr(Schema.String),
  contentType: Schema.NullOr(Schema.String),
  from: Schema.NullOr(Schema.String),
  to: Schema.String,
  countryCode: Schema.NullOr(Schema.String),
  /** How far it is, in the words of the service. */
  status: Schema.String,
  outcome: Schema.Literals(["pending", "delivered", "failed"]),
  code: Schema.NullOr(Code),
  requestTime: Schema.NullOr(Schema.String),
  completeTime: Schema.NullOr(Schema.String),
  telco: Schema.NullOr(Schema.String),
  /** With `--show-texts` alone. */
  subject: Schema.optionalKey(Schema.String),
  /** With `--show-texts` alone. */
  content: Schema.optionalKey(Schema.String)
})

export type Message = typeof Message.Type

export const code = ({ advice, code, meaning, meaningKo }: DeliveryCode.DeliveryCode): typeof Code.Type => ({
  code,
  meaning,
  meaningKo,
  advice
})

const said = (value: string | number | null | undefined): string | null =>
  value === undefined || value === null || value === "" ? null : String(value)

/** The message as it may be shown. */
export const make = (record: MessageRecord.MessageRecord, output: Output.Service): Message => {
  const outcome = MessageRecord.outcome(record)
  const [subject, content] = [record.subject, record.content].map((text) => said(text) ?? "").map(output.text)
  const from = said(record.from)
  return {
    messageId: record.messageId,
    requestId: Option.getOrNull(MessageRecord.requestId(record)),
    type: said(record.type),
    contentType: said(record.contentType),
    from: from === null ? null : output.number(from),
    to: output.number(record.to),
    countryCode: said(record.countryCode),
    status: record.status,
    outcome: outcome._tag === "Pending" ? "pending" : outcome._tag === "Delivered" ? "delivered" : "failed",
    code: outcome._tag === "Pending" ? null : code(outcome.code),
    requestTime: Instant.isoOrNull(MessageRecord.requestTime(record)),
    completeTime: Instant.isoOrNull(MessageRecord.completeTime(record)),
    telco: Option.getOrNull(MessageRecord.telcoCode(record)),
    ...(subject === undefined || subject === "" ? undefined : { subject }),
    ...(content === undefined || content === "" ? undefined : { content })
  }
}

export const outcomes: { readonly [O in Message["outcome"]]: Both } = {
  pending: { en: "under way", ko: "진행 중" },
  delivered: { en: "delivered", ko: "전달됨" },
  failed: { en: "failed", ko: "전달 실패" }
}
