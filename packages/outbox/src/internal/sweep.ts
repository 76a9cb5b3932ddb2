/**
 * What is taken out of the database once it is not needed any more.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as SqlError from "effect/sql/SqlError"
import type * as Store from "./store.ts"

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
  const some = what === "texts" ? store.purgeTexts(age, campaign) : store.purgeRows(age, campaign)
  let all = 0
  while (true) {
    const gone = yield* some
    if (gone === 0) break
    all += gone
    // Others have something to write, too.
    yield* Effect.yieldNow
  }
  if (what === "everything" && campaign === undefined) yield* store.purgeCampaigns(age)
  return all
})

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
