import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const { unsubscribes } = yield* Sens.Sens
  const number = "01012345678"
  yield* unsubscribes.register([number])
  const registered = yield* unsubscribes.search({ clientTelNo: number })
  yield* unsubscribes.remove([number])
  return registered
})
