import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  return yield* sens.messages.send({
    type: "LMS",
    from: "0212345678",
    subject: "배송 안내",
    content: "[서점] 주문하신 책을 오늘 보냈습니다. 내일 오후에 도착할 예정입니다. 부재 시 경비실에 맡겨 드립니다.",
    messages: [{ to: "01012345678", subject: "김서점님 배송 안내" }]
  })
})
