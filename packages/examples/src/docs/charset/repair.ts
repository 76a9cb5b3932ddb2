import * as EucKr from "@effect-sens/core/EucKr"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

export class CannotBeSaid extends Data.TaggedError("CannotBeSaid")<{
  readonly problems: ReadonlyArray<EucKr.Issue>
}> {}

export const repaired = Effect.fn("repaired")(function*(text: string) {
  const { remaining, text: safe } = EucKr.repair(text)
  if (remaining.length > 0) return yield* new CannotBeSaid({ problems: remaining })
  return safe
})
