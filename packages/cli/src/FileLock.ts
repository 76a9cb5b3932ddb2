/**
 * A lock that one process has at a time, and that ends with it however it ends: the system keeps it, by way of SQLite. A file with the
 * number of a process in it would stay behind after a `kill -9`, and in a container every process has the same number.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as PlatformError from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"

const busy = 5

/** What SQLite says of a disk, as the file system puts it. */
const disks: ReadonlyMap<unknown, string> = new Map([[8, "EROFS"], [10, "EIO"], [13, "ENOSPC"], [14, "EIO"]])

const errorOf = (path: string, cause: unknown): PlatformError.PlatformError => {
  const primary = Predicate.hasProperty(cause, "errcode") ? Number(cause.errcode) % 256 : undefined
  const code = disks.get(primary)
  return PlatformError.systemError({
    module: "FileSystem",
    method: "lock",
    _tag: "Unknown",
    pathOrDescriptor: path,
    cause: code === undefined ? cause : Object.assign(new Error(code, { cause }), { code })
  })
}

const open = (path: string) =>
  Effect.flatMap(
    Effect.promise(() => import("node:sqlite")),
    ({ DatabaseSync }) =>
      Effect.suspend(() => {
        let database: InstanceType<typeof DatabaseSync> | undefined
        try {
          database = new DatabaseSync(path, { timeout: 0 })
          database.exec("BEGIN EXCLUSIVE")
          return Effect.succeed(database)
        } catch (cause) {
          database?.close()
          return Predicate.hasProperty(cause, "errcode") && cause.errcode === busy
            ? Effect.undefined
            : Effect.fail(errorOf(path, cause))
        }
      })
  )

/** Holds the lock until the scope is closed; false where another has it. The file stays, and is empty. */
export const hold = (path: string): Effect.Effect<boolean, PlatformError.PlatformError, Scope.Scope> =>
  Effect.acquireRelease(open(path), (database) => Effect.sync(() => database?.close())).pipe(
    Effect.map((database) => database !== undefined)
  )
