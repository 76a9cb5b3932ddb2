import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

// A job at night has time to wait for the proof: either accepted once, or proved not to be.
export const sendOnce = Effect.fn("sendOnce")(function*(request: SendRequest.SendRequest) {
  const { messages } = yield* Sens.Sens
  yield* messages.learnClock
  return yield* messages.send(request, { callTimeout: "10 minutes", signatureLifetime: "1 minute" })
})
