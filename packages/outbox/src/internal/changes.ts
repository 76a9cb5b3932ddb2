/**
 * What tells those of this process who watch that a row has changed.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as SqlClient from "effect/sql/SqlClient"

/**
 * The changes that were made through a database client.
 *
 * @internal
 */
export interface Changes {
  /** Tells of one. */
  readonly tell: () => void
  /** How many were told of. */
  readonly count: () => number
  /** Waits until there are more than that. */
  readonly after: (count: number) => Effect.Effect<void>
}

const all = new WeakMap<SqlClient.SqlClient, Changes>()

const make = (): Changes => {
  const latch = Latch.makeUnsafe(false)
  let count = 0
  return {
    tell: () => {
      count += 1
      // Whoever waits now goes on.
      latch.openUnsafe()
      latch.closeUnsafe()
    },
    count: () => count,
    after: (seen) => Effect.suspend(() => count > seen ? Effect.void : latch.await)
  }
}

/**
 * @internal
 */
export const of = (sql: SqlClient.SqlClient): Changes => {
  const changes = all.get(sql) ?? make()
  all.set(sql, changes)
  return changes
}
