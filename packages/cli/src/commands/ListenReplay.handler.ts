/**
 * `effect-sens listen replay`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Attempts from "../listen/Attempts.ts"
import * as Endpoint from "../listen/Endpoint.ts"
import * as Target from "../listen/Target.ts"
import * as WebhookEvent from "../listen/WebhookEvent.ts"
import * as WebhookSecret from "../listen/WebhookSecret.ts"
import * as WebhookSignature from "../listen/WebhookSignature.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Times from "../Times.ts"
import type * as Listen from "./Listen.ts"

export const Document = Output.document("listen replay", {
  messages: Schema.Array(Schema.Struct({
    messageId: Schema.String,
    to: Schema.String,
    delivered: Schema.Boolean,
    /** `HTTP 200`, `ECONNREFUSED`, `no answer`. */
    answer: Schema.String
  }))
})

const texts = {
  heads: { en: ["message", "to", "delivered", "answer"], ko: ["메시지", "수신", "전달", "응답"] },
  yes: { en: "yes", ko: "예" },
  no: { en: "no", ko: "아니요" }
} as const

const pending = (messageId: string) =>
  Failure.refuse("NotCompleted", ExitCode.table.refused.code, {
    en: `${messageId} is not completed yet: there is nothing to tell`,
    ko: `${messageId}: 아직 완료되지 않아 알릴 결과가 없습니다`
  })

export const run = Effect.fnUntraced(function*(input: Listen.Replay) {
  const output = yield* Output.Output
  const { language } = output
  const target = yield* Effect.fromResult(Target.optional(input.forwardTo, { isInsecure: input.insecure }))
  const timeout = yield* Effect.fromResult(Times.span(input.timeout, "--timeout"))
  const { secrets } = yield* WebhookSecret.load(input.secretFile, process.env)
  const messages = yield* Effect.gen(function*() {
    const { messages } = yield* Sens.Sens
    const { attempt } = yield* Attempts.make({
      concurrency: 1,
      timeout,
      patience: Duration.zero,
      watcher: { onDown: () => Effect.void, onUp: () => Effect.void, onStuck: () => Effect.void }
    })
    // What is not there is told before anything goes out.
    const events = yield* Effect.forEach(
      input.messageIds,
      Effect.fnUntraced(function*(messageId) {
        const event = yield* WebhookEvent.make(yield* messages.result(messageId), input)
        return event.outcome === "pending" ? yield* pending(messageId) : event
      })
    )
    return yield* Effect.forEach(events, (event) =>
      Effect.map(attempt(event), (answered) => ({
        messageId: event.id,
        to: output.number(event.to),
        delivered: typeof answered === "number" && answered !== 410,
        answer: typeof answered === "number" ? `HTTP ${answered}` : answered
      })))
  }).pipe(
    Effect.provide(Layer.mergeAll(Endpoint.layer(target), WebhookSignature.layer(secrets), Client.layer))
  )
  const failed = messages.filter(({ delivered }) => !delivered).length
  if (failed > 0) {
    yield* Ending.exit(failed < messages.length ? ExitCode.table.part.code : ExitCode.table.unavailable.code)
  }
  const rows = [
    texts.heads[language],
    ...messages.map(({ answer, delivered, messageId, to }) => [
      messageId,
      to,
      delivered ? texts.yes[language] : texts.no[language],
      answer
    ])
  ]
  yield* Output.answer({
    document: Document,
    value: Document.make({ messages }),
    table: () => Table.render({ rows })
  })
})
