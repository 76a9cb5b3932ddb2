import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  return yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "[서점] 주문하신 책이 도착했습니다.",
    messages: [
      { to: "01012345678" },
      { to: "01087654321", content: "[서점] 김서점님, 주문하신 책 2권이 도착했습니다." }
    ]
  })
})
