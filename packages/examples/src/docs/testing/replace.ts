import * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const quotaExceeded = new SensError.SensError({
  operation: "messages.send",
  reason: new SensError.QuotaExceeded({ status: 429 })
})

/** The client of the context, but for one operation. */
export const outOfQuota = Layer.effect(
  Sens.Sens,
  Effect.map(Sens.Sens, (sens) => ({ ...sens, messages: { ...sens.messages, send: () => Effect.fail(quotaExceeded) } }))
)
