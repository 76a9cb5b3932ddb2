/**
 * `effect-sens result`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Telco from "@effect-sens/core/Telco"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Advice from "../Advice.ts"
import * as Client from "../Client.ts"
import type { Language } from "../Language.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import type * as Result from "./Result.ts"

export const Document = Output.document("result", { message: MessageView.Message })

const texts = {
  message: { en: "message", ko: "메시지" },
  request: { en: "request", ko: "요청" },
  type: { en: "type", ko: "유형" },
  from: { en: "from", ko: "발신" },
  to: { en: "to", ko: "수신" },
  outcome: { en: "outcome", ko: "결과" },
  code: { en: "code", ko: "코드" },
  advice: { en: "advice", ko: "할 일" },
  requested: { en: "requested", ko: "요청 시각" },
  completed: { en: "completed", ko: "완료 시각" },
  telco: { en: "telco", ko: "통신사" },
  subject: { en: "subject", ko: "제목" },
  content: { en: "text", ko: "내용" }
} as const

const table = (message: MessageView.Message, language: Language): string => {
  const meaning = message.code === null
    ? undefined
    : `${message.code.code} ${language === "ko" ? message.code.meaningKo : message.code.meaning}`
  const rows: ReadonlyArray<readonly [keyof typeof texts, string | null | undefined]> = [
    ["message", message.messageId],
    ["request", message.requestId],
    ["type", message.type],
    ["from", message.from],
    ["to", message.to],
    ["outcome", `${MessageView.outcomes[message.outcome][language]} (${message.status})`],
    ["code", meaning],
    ["advice", message.code === null ? undefined : Advice.of(message.code.advice)[language]],
    ["requested", message.requestTime],
    ["completed", message.completeTime],
    ["telco", message.telco === null ? null : Telco.nameOf(message.telco)],
    ["subject", message.subject],
    ["content", message.content]
  ]
  return Table.render({
    rows: rows.flatMap(([name, value]) => value === null || value === undefined ? [] : [[texts[name][language], value]])
  })
}

export const run = Effect.fnUntraced(function*({ messageId }: Result.Input) {
  const output = yield* Output.Output
  const { messages } = yield* Sens.Sens
  const message = MessageView.make(yield* messages.result(messageId), output)
  yield* Output.answer({
    document: Document,
    value: Document.make({ message }),
    table: () => table(message, output.language)
  })
}, Effect.provide(Client.layer))
