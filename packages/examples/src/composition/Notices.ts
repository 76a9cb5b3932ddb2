import type * as RequestId from "@effect-sens/core/RequestId"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Settings } from "./Settings.ts"

/** The same text to many people, a request for each hundred. */
export interface Service {
  readonly announce: (
    text: string,
    to: Arr.NonEmptyReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<RequestId.RequestId>, SensError.SensError | SendRequest.DoesNotFit>
}

export class Notices extends Context.Service<Notices, Service>()("@effect-sens/examples/composition/Notices") {}

export const layer = Layer.effect(
  Notices,
  Effect.gen(function*() {
    const sens = yield* Sens.Sens
    const { from } = yield* Settings

    return Notices.of({
      announce: Effect.fn("Notices.announce")(function*(content, to) {
        const { type } = yield* Effect.fromResult(SendRequest.fit(content))
        const recipients = Arr.map(Arr.dedupe(to), (to) => ({ to }))
        return yield* Effect.forEach(
          Arr.chunksOf(recipients, SendRequest.maxRecipients),
          (messages) => Effect.map(sens.messages.send({ type, from, content, messages }), ({ requestId }) => requestId)
        )
      })
    })
  })
)
