import * as SensError from "@effect-sens/core/SensError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const encode = Schema.encodeEffect(Schema.fromJsonString(Schema.toCodecJson(SensError.SensError)))

/** Writes a failure down as JSON, which holds no key, no text and no full number. */
export const logFailure = <A, E extends SensError.SensError, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tapError(effect, (error) => Effect.flatMap(Effect.orDie(encode(error)), (json) => Effect.logError(json)))
