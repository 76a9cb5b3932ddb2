import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

/** SENS accepts the message, and the connection breaks before it can say so. */
export const lostAnswer = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const emulator = yield* Emulator.Emulator
  yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))

  const { requestId } = yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01012345678" }]
  })

  // The client found it in the delivery log, and did not send it again.
  const ledger = yield* emulator.ledger
  const sends = ledger.filter(({ operation }) => operation === "send")
  const duplicates = yield* emulator.duplicates()
  return { requestId, sends: sends.length, duplicates: duplicates.length }
})
