/**
 * A transaction whose connection is lost is a failure as any other. `withTransaction` of a client dies of it, since it cannot take back
 * what is gone with its connection.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"

/**
 * In a transaction. Where the connection is lost in the middle of it, the rollback fails too, and what is left of both is a defect, which
 * nothing would try again: here it is the failure that it was.
 *
 * @internal
 */
export const within =
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
