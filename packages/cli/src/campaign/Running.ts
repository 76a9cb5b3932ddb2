/**
 * Whether somebody is sending a campaign: a lock that the system takes back from a process however it ends. Several runs may hold it
 * together, for several may send one campaign.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Predicate from "effect/Predicate"
// @effect-diagnostics-next-line nodeBuiltinImport:off (a name that says nothing)
import { createHash } from "node:crypto"
import { DatabaseSync } from "node:sqlite"

const busy = 5

/** A name of a campaign may say anything, and is in no name of a file. */
const fileOf = (database: string, id: string): string =>
  `${database}.${createHash("sha256").update(id).digest("hex").slice(0, 16)}.running`

/** Takes it together with whoever has it so; `undefined` where somebody has it alone. */
const attempt = (path: string, how: "shared" | "alone", wait: number) =>
  Effect.sync(() => {
    const database = new DatabaseSync(path, { timeout: wait })
    try {
      database.exec(how === "alone" ? "BEGIN EXCLUSIVE" : "BEGIN; SELECT count(*) FROM sqlite_master")
      return database
    } catch (error) {
      database.close()
      if (Predicate.hasProperty(error, "errcode") && error.errcode === busy) return undefined
      throw error
    }
  })

const made = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.scoped(fs.open(path, { flag: "a", mode: 0o600 }))
  return path
})

/** What a run that sends a campaign has of the lock. */
export interface Held {
  /** Says that this run sends it no more, and tells whether another does. */
  readonly leave: Effect.Effect<boolean>
}

/** Says that this run sends it, until it leaves or the scope is closed. */
export const hold = Effect.fnUntraced(function*(database: string, id: string) {
  const path = yield* made(fileOf(database, id))
  let lock: DatabaseSync | undefined
  const release = Effect.sync(() => {
    lock?.close()
    lock = undefined
  })
  lock = yield* Effect.acquireRelease(
    // Who asks has it alone for a moment.
    attempt(path, "shared", 5000),
    () => release
  )
  const held: Held = {
    leave: Effect.andThen(release, isTaken(path))
  }
  return held
})

const isTaken = (path: string) =>
  Effect.map(attempt(path, "alone", 0), (lock) => {
    lock?.close()
    return lock === undefined
  })

/** Whether another run sends it. Ask before this one says that it does. */
export const isHeld = Effect.fnUntraced(function*(database: string, id: string) {
  const fs = yield* FileSystem.FileSystem
  const path = fileOf(database, id)
  return (yield* fs.exists(path)) && (yield* isTaken(path))
})
