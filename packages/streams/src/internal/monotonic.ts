/**
 * Time that no clock that is set again changes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/**
 * Now, in milliseconds from some moment.
 *
 * @internal
 */
export const now: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)
