import * as Outbox from "@effect-sens/outbox/Outbox"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** What is wrong, for the health check of a program with a worker; nothing is well. */
export const problems = Effect.gen(function*() {
  const outbox = yield* Outbox.Outbox
  const { entries, holds, lastPass, overdue } = yield* outbox.health
  const now = yield* DateTime.now
  const isStuck = Option.match(lastPass, {
    onNone: () => true,
    onSome: (at) => Duration.isGreaterThan(DateTime.distance(at, now), Duration.seconds(30))
  })
  const isLate = Option.exists(overdue, (late) => Duration.isGreaterThan(late, Duration.minutes(1)))
  return [
    ...isStuck ? ["the worker does not run"] : [],
    ...isLate ? ["entries wait for more than a minute"] : [],
    ...holds.map(({ kind, service }) => `${service}: ${kind}`),
    ...entries.Held > 0 ? [`${entries.Held} entries have to be settled by hand`] : []
  ]
})
