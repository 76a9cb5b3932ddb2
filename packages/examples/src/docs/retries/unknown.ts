import * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Open = Schema.fromJsonString(Schema.toCodecJson(Schema.Struct({
  request: SendRequest.SendRequest,
  unknown: SensError.OutcomeUnknown
})))

/** Gives nothing where SENS has the message, otherwise what to keep until the question can be settled. */
export const send = (request: SendRequest.SendRequest) =>
  Sens.Sens.use((sens) => sens.messages.send(request)).pipe(
    Effect.as(Option.none<string>()),
    Effect.catchReason("SensError", "OutcomeUnknown", (unknown) =>
      Effect.asSome(Effect.orDie(Schema.encodeEffect(Open)({ request, unknown }))))
  )

/** Later, in this process or another: the response, or none on proof that it was not accepted. */
export const settle = Effect.fn("settle")(function*(kept: string) {
  const sens = yield* Sens.Sens
  const { request, unknown } = yield* Schema.decodeEffect(Open)(kept)
  return yield* sens.messages.reconcile(unknown, request, { callTimeout: "10 minutes" })
})
