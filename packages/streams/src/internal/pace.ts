/**
 * Turns that come evenly, for all who share them.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Monotonic time in milliseconds.
 *
 * @internal
 */
export const mono: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/**
 * Waits for its turn: turns come evenly, `limit` of them in a window.
 *
 * @internal
 */
export const make = (options: { readonly limit: number; readonly window: Duration.Input }): Effect.Effect<void> => {
  const interval = Duration.toMillis(options.window) / options.limit
  let free = Number.NEGATIVE_INFINITY
  return Effect.flatMap(mono, (now) => {
    const turn = Math.max(now, free)
    free = turn + interval
    return turn > now ? Effect.sleep(turn - now) : Effect.void
  })
}
