/**
 * Which failures of a database pass, and how long they are waited for.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as SqlError from "effect/sql/SqlError"

// What a database says of itself while it starts is classified as unknown, so what is listed is what certainly stays.
const lasting: ReadonlySet<SqlError.SqlErrorReason["_tag"]> = new Set([
  "AuthenticationError",
  "AuthorizationError",
  "SqlSyntaxError",
  "UniqueViolation",
  "ConstraintError"
])

/**
 * Whether a failure may pass.
 *
 * @internal
 */
export const passes = ({ reason }: SqlError.SqlError): boolean => !lasting.has(reason._tag)

/**
 * From 50 milliseconds up to 2 seconds.
 *
 * @internal
 */
export const pauses = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")])

const longest = 30_000

/**
 * What is begun once a POST may have been accepted is written for as long as nobody has to wait for it.
 *
 * @internal
 */
export const briefly = Schedule.upTo(pauses, { duration: longest })

/**
 * A database that is restarted while a program starts.
 *
 * @internal
 */
export const atStart = Schedule.upTo(pauses, { duration: "60 seconds" })

/**
 * @internal
 */
export type Retrying = <A, R>(effect: Effect.Effect<A, SqlError.SqlError, R>) => Effect.Effect<A, SqlError.SqlError, R>

/**
 * @internal
 */
export const retrying = (schedule: Schedule.Schedule<unknown>): Retrying => (effect) =>
  Effect.retry(effect, { schedule, while: passes })

/**
 * Of several that come one after the other: all of them together are tried again for no longer than one of {@link briefly}.
 *
 * @internal
 */
export const together = (): Retrying => {
  let waited = 0
  const within = (error: SqlError.SqlError) => passes(error) && waited < longest
  return (effect) =>
    Effect.suspend(() => {
      let before: number | undefined
      const timed = Effect.tapError(effect, () =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          // What the tries of others took is none of it: a POST may stand between them.
          if (before !== undefined) waited += now - before
          before = now
        }))
      return Effect.retry(timed, { schedule: pauses, while: within })
    })
}
