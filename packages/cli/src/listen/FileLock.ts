/**
 * A lock that one process has at a time, and that ends with it however it ends: the system keeps it, by way of SQLite. A file with the
 * number of a process in it would stay behind after a `kill -9`, and in a container every process has the same number.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"

const busy = 5

const open = (path: string) =>
  Effect.flatMap(
    Effect.promise(() => import("node:sqlite")),
    ({ DatabaseSync }) =>
      Effect.sync(() => {
        const database = new DatabaseSync(path, { timeout: 0 })
        try {
          database.exec("BEGIN EXCLUSIVE")
          return database
        } catch (error) {
          database.close()
          if (Predicate.hasProperty(error, "errcode") && error.errcode === busy) return undefined
          throw error
        }
      })
  )

/** Holds the lock until the scope is closed; false where another has it. The file stays, and is empty. */
export const hold = (path: string): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(open(path), (database) => Effect.sync(() => database?.close())).pipe(
    Effect.map((database) => database !== undefined)
  )
