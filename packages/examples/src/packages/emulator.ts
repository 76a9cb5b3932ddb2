import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const emulator = yield* Emulator.Emulator
  const to = "01012345678"

  // SENS accepts the message, and the connection breaks before it can say so.
  yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))
  const from = "0212345678"
  yield* sens.messages.send({ type: "SMS", from, content: "[서점] 인증번호는 493021 입니다.", messages: [{ to }] })

  yield* Effect.log(`the code is ${yield* emulator.waitForOtp({ to })}`)
  yield* Effect.log(`${(yield* emulator.duplicates()).length} duplicates`)
})

const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))

await program.pipe(Effect.provide(layer), Effect.runPromise)
