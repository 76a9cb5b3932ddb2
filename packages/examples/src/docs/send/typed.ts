import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

// What a person typed: "010-1234-5678", "+82 10 1234 5678". A wrong number is an InvalidPhoneNumber.
export const notify = Effect.fn("notify")(function*(typed: string) {
  const sens = yield* Sens.Sens
  const to = yield* Effect.fromResult(PhoneNumber.normalize(typed))
  return yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "[서점] 주문하신 책이 도착했습니다.",
    messages: [{ to }]
  })
})
