import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const sendAbroad = Effect.fn("sendAbroad")(function*(typed: string) {
  const sens = yield* Sens.Sens
  const { countryCode, number } = yield* Effect.fromResult(PhoneNumber.parse(typed))
  return yield* sens.messages.send({
    type: "SMS",
    countryCode,
    from: "0212345678",
    content: "Your booking is confirmed.",
    messages: [{ to: number }]
  })
})
