import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const send = Effect.fn("send")(function*(to: string, content: string) {
  const sens = yield* Sens.Sens
  const { type } = yield* Effect.fromResult(SendRequest.fit(content))
  return yield* sens.messages.send({ type, from: "0212345678", content, messages: [{ to }] })
})
