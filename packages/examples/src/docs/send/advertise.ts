import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const content = yield* Effect.fromResult(
    SendRequest.advertisement({ brand: "서점", text: "신간 10% 할인", optOut: "080-123-4567" })
  )
  return yield* sens.messages.send({
    type: "SMS",
    contentType: "AD",
    from: "0212345678",
    content,
    messages: [{ to: "01012345678" }]
  })
})
