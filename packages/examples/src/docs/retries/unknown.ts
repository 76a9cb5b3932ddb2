import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

interface Notice {
  readonly to: string
  readonly text: string
}

const toRequest = ({ text, to }: Notice): SendRequest.SendRequest => ({
  type: "SMS",
  from: "0212345678",
  content: text,
  messages: [{ to }]
})

const Kept = Schema.fromJsonString(Schema.toCodecJson(SensError.OutcomeUnknown))

/** None where SENS has the message; otherwise JSON to keep beside the notice. */
export const send = (notice: Notice) =>
  Sens.Sens.use((sens) => sens.messages.send(toRequest(notice))).pipe(
    Effect.as(Option.none<string>()),
    Effect.catchReason(
      "SensError",
      "OutcomeUnknown",
      (unknown) => Effect.asSome(Effect.orDie(Schema.encodeEffect(Kept)(unknown)))
    )
  )

/** Later, in this process or another: the response, or none on proof that it was not accepted. */
export const settle = Effect.fn("settle")(function*(notice: Notice, kept: string) {
  const sens = yield* Sens.Sens
  const unknown = yield* Schema.decodeEffect(Kept)(kept)
  return yield* sens.messages.reconcile(unknown, toRequest(notice), { callTimeout: "10 minutes" })
})
