import type * as MessageId from "@effect-sens/core/MessageId"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

// At most 47 seconds of waiting: more than a call may take would be cut off.
const patient = RetryPolicy.make({
  throttled: RetryPolicy.fullJitter({ base: "1 second", cap: "8 seconds", times: 8 })
})

// For all calls of an effect, or of a whole program.
export const withPatience = Effect.provideService(RetryPolicy.CurrentRetryPolicy, patient)

export const once = (messageId: MessageId.MessageId) =>
  Sens.Sens.use((sens) => sens.messages.result(messageId)).pipe(
    Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never)
  )
