/**
 * What wakes the worker of this process when a program of this process has put something into its outbox.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import type * as SqlClient from "effect/sql/SqlClient"

const passes = new WeakMap<SqlClient.SqlClient, number>()

/**
 * Remembers when a worker of this process has last taken what is due, in milliseconds since 1970.
 *
 * @internal
 */
export const passed = (sql: SqlClient.SqlClient, at: number): void => {
  passes.set(sql, at)
}

/**
 * @internal
 */
export const lastPass = (sql: SqlClient.SqlClient): number | undefined => passes.get(sql)

const latches = new WeakMap<SqlClient.SqlClient, Latch.Latch>()

/**
 * The latch of a database client: open where there is something to do.
 *
 * @internal
 */
export const of = (sql: SqlClient.SqlClient): Latch.Latch => {
  const latch = latches.get(sql) ?? Latch.makeUnsafe(false)
  latches.set(sql, latch)
  return latch
}

/**
 * What wakes the workers that are made here, in place of the latch of the database client: two that wait at one latch close it for each
 * other.
 *
 * @internal
 */
export const Own = Context.Reference<Option.Option<Latch.Latch>>("@effect-sens/outbox/internal/wake/Own", {
  defaultValue: Option.none
})

/**
 * The latch of the worker that is made here.
 *
 * @internal
 */
export const current = (sql: SqlClient.SqlClient): Effect.Effect<Latch.Latch> =>
  Effect.map(Own, Option.getOrElse(() => of(sql)))
