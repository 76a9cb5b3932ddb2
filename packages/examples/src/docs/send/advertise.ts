import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  return yield* sens.messages.send({
    type: "SMS",
    contentType: "AD",
    from: "0212345678",
    content: "(광고)[서점] 신간 10% 할인\n무료수신거부 0801234567",
    messages: [{ to: "01012345678" }]
  })
})
