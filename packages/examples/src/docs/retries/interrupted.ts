import * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const encode = Schema.encodeEffect(Schema.fromJsonString(Schema.toCodecJson(SensError.OutcomeUnknown)))

/** A client that hands `keep` what a program leaves open when it is stopped, to be asked about at its next start. */
export const layer = (keep: (json: string) => Effect.Effect<void>) =>
  Sens.layerConfig({ onInterrupted: (unknown) => Effect.flatMap(Effect.orDie(encode(unknown)), keep) })
