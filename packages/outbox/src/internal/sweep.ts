/**
 * What is taken out of the database once it is not needed any more.
 */
import type * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SqlError from "effect/sql/SqlError"
import * as Persist from "./persist.ts"
import type * as Store from "./store.ts"

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
  const sweep = what === "everything" ? store.purgeRows : store.purgeTexts
  const { first, last } = yield* store.span(campaign)
  let done = 0
  let after = first - 1
  while (after < last) {
    const upTo = yield* store.nextPart(after, last)
    done += yield* sweep(age, { after, upTo, campaign })
    after = upTo
    // Others have something to write, too.
    yield* Effect.yieldNow
  }
  if (what === "everything" && campaign === undefined) yield* store.purgeCampaigns(age)
  return done
})

/**
 * Forgets which rows were equal, `age` milliseconds after nobody can ask for it any more, some at a time, and says of how many.
 *
 * @internal
 */
export const forget = Effect.fnUntraced(function*(
  store: Store.Store,
  services: Arr.NonEmptyReadonlyArray<string>,
  age: number
): Effect.fn.Return<number, SqlError.SqlError> {
  let done = 0
  let after = ""
  while (true) {
    const next = yield* store.nextTwins(after)
    if (Option.isNone(next)) return done
    done += yield* store.forgetTwins(services, age, { after, upTo: next.value })
    after = next.value
    yield* Effect.yieldNow
  }
})

// Of two programs that sweep at once, one may keep the other from it.
const persist = Persist.retrying(Persist.briefly)

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
  persist(forget(store, services, age)).pipe(
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
  persist(purge(store, after.everything, "everything")).pipe(
    Effect.andThen(persist(purge(store, after.texts, "texts"))),
    Effect.catch((error) => Effect.logWarning("the outbox cannot be swept", error)),
    Effect.andThen(Effect.sleep("1 day")),
    Effect.forever
  )
