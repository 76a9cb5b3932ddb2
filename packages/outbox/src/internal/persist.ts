/**
 * Which failures of a database pass, and how long they are waited for.
 */
import * as Cause from "effect/Cause"
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

/**
 * What is begun once a POST may have been accepted is written for as long as nobody has to wait for it.
 *
 * @internal
 */
export const briefly = Schedule.upTo(pauses, { duration: "30 seconds" })

/**
 * A database that is restarted while a program starts.
 *
 * @internal
 */
export const atStart = Schedule.upTo(pauses, { duration: "60 seconds" })

/**
 * @internal
 */
export const retrying =
  (schedule: Schedule.Schedule<unknown>) =>
  <A, R>(effect: Effect.Effect<A, SqlError.SqlError, R>): Effect.Effect<A, SqlError.SqlError, R> =>
    Effect.retry(effect, { schedule, while: passes })

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
