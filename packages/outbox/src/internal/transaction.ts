/**
 * A transaction whose connection is lost is a failure as any other. `withTransaction` of a client dies of it, since it cannot take back
 * what is gone with its connection.
 */
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"

/**
 * Makes the defects of a database failures, as they are where nothing is to be taken back.
 *
 * @internal
 */
export const failing = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
  Effect.catchDefect(effect, (defect) => SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect))

/**
 * @internal
 */
export const within =
  (sql: SqlClient.SqlClient) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    failing(sql.withTransaction(effect))
