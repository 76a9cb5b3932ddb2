import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

/** What a browser test does after it has pressed "Send me a code". */
export const signIn = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const emulator = yield* Emulator.Emulator
  yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "[서점] 인증번호는 493021 입니다.",
    messages: [{ to: "01012345678" }]
  })
  return yield* emulator.waitForOtp({ to: "01012345678", timeout: "5 seconds" })
})
