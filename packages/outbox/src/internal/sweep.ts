/**
 * What is taken out of the database once it is not needed any more.
 */
import type * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as SqlError from "effect/sql/SqlError"
import type * as Store from "./store.ts"

/** Does what says how many it did until it does none. */
const all = Effect.fnUntraced(function*(some: Effect.Effect<number, SqlError.SqlError>) {
  let all = 0
  while (true) {
    const done = yield* some
    if (done === 0) return all
    all += done
    // Others have something to write, too.
    yield* Effect.yieldNow
  }
})

/**
 * A time that is none would be no time: nothing is as old as that.
 *
 * @internal
 */
export const age = (input: Duration.Input): Duration.Duration =>
  Number.isNaN(input) ? Duration.infinity : Duration.fromInputUnsafe(input)

/**
 * Takes numbers and texts, or whole rows, out of what is over, some at a time, and says how many.
 *
 * @internal
 */
export const purge = Effect.fnUntraced(function*(
  store: Store.Store,
  olderThan: Duration.Duration,
  what: "texts" | "everything",
  /** The number of the one campaign that it is about. */
  campaign?: number
): Effect.fn.Return<number, SqlError.SqlError> {
  const age = Duration.toMillis(olderThan)
  if (!Number.isFinite(age)) return 0
  const done = yield* all(what === "everything" ? store.purgeRows(age, campaign) : store.purgeTexts(age, campaign))
  if (what === "everything" && campaign === undefined) yield* store.purgeCampaigns(age)
  return done
})

/**
 * Forgets once an hour which rows were equal, `age` milliseconds after nobody can ask for it any more. What fails is done an hour
 * later.
 *
 * @internal
 */
export const hourly = (
  store: Store.Store,
  services: Arr.NonEmptyReadonlyArray<string>,
  age: number
): Effect.Effect<never> =>
  all(store.forgetTwins(services, age)).pipe(
    Effect.catch((error) => Effect.logWarning("the outbox cannot forget which entries were equal", error)),
    Effect.andThen(Effect.sleep("1 hour")),
    Effect.forever
  )

/**
 * Does so once a day, for ever. What fails is done the next day.
 *
 * @internal
 */
export const daily = (
  store: Store.Store,
  after: { readonly texts: Duration.Duration; readonly everything: Duration.Duration }
): Effect.Effect<never> =>
  purge(store, after.everything, "everything").pipe(
    Effect.andThen(purge(store, after.texts, "texts")),
    Effect.catch((error) => Effect.logWarning("the outbox cannot be swept", error)),
    Effect.andThen(Effect.sleep("1 day")),
    Effect.forever
  )
