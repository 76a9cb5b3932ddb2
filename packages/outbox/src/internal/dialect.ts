/**
 * What PostgreSQL and SQLite say differently.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as Statement from "effect/sql/Statement"

/**
 * @internal
 */
export const make = (sql: SqlClient.SqlClient) => {
  const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })

  const integer = (value: number): Statement.Fragment =>
    isPostgres ? sql`${Math.ceil(value)}::bigint` : sql`CAST(${Math.ceil(value)} AS INTEGER)`

  /** Milliseconds since 1970, by the database's clock where it has one for all processes. */
  const now: Effect.Effect<Statement.Fragment> = isPostgres
    ? Effect.succeed(sql.literal("(extract(epoch FROM clock_timestamp()) * 1000)::bigint"))
    : Effect.map(Clock.currentTimeMillis, (millis) => integer(Math.floor(millis)))

  return {
    isPostgres,
    integer,
    now,
    /** Rows that another process is about to take are left to it. SQLite has one writer at a time. */
    skipLocked: sql.literal(isPostgres ? "FOR UPDATE SKIP LOCKED" : "")
  }
}
