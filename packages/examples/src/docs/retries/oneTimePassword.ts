import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const sendCode = Effect.fn("sendCode")(function*(to: string, code: string) {
  const sens = yield* Sens.Sens
  return yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: `[서점] 인증번호는 ${code} 입니다.`,
    messages: [{ to }]
  }, { onAmbiguous: "prompt" })
})
