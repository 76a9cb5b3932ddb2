/**
 * Which failures of a database pass, and how long they are waited for.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"

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

/**
 * In a transaction. Where the connection is lost in the middle of it, the rollback fails too, and what is left of both is a defect, which
 * nothing would try again: here it is the failure that it was.
 *
 * @internal
 */
export const transaction =
  (sql: SqlClient.SqlClient) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    Effect.suspend(() => {
      let failure: Option.Option<E | SqlError.SqlError> = Option.none()
      const remembered = Effect.tapError(effect, (error) =>
        Effect.sync(() => {
          failure = Option.some(error)
        }))
      return Effect.catchCause(sql.withTransaction(remembered), (cause) => {
        const failures = cause.reasons.flatMap((reason): ReadonlyArray<E | SqlError.SqlError> => {
          if (Cause.isFailReason(reason)) return [reason.error]
          if (!Cause.isDieReason(reason)) return []
          if (SqlError.isSqlError(reason.defect)) return [reason.defect]
          return Option.isSome(failure) && failure.value === reason.defect ? [failure.value] : []
        })
        const first = Option.orElse(failure, () => Option.fromUndefinedOr(failures[0]))
        return failures.length === cause.reasons.length && Option.isSome(first)
          ? Effect.fail(first.value)
          : Effect.failCause(cause)
      })
    })
