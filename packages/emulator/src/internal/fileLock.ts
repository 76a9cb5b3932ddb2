/**
 * One program a file: a lock beside it that names its holder, so that the lock of one that died is known for what it is.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

const Holder = Schema.fromJsonString(Schema.Struct({
  pid: Schema.Int,
  /** When the process began, as its system counts; empty where it does not tell. */
  began: Schema.String
}))
const decodeHolder = Schema.decodeUnknownResult(Holder)
const encodeHolder = Schema.encodeSync(Holder)

/** A text that no other process or moment gets. */
export const unique = Effect.map(
  Effect.all([Random.nextInt, Random.nextInt]),
  (drawn) => [process.pid, ...drawn.map((word) => (word >>> 0).toString(36))].join(".")
)

// Another process may have got the number of one that died.
const began = (fs: FileSystem.FileSystem, pid: number) =>
  fs.readFileString(`/proc/${pid}/stat`).pipe(
    Effect.map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""),
    Effect.orElseSucceed(() => "")
  )

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // One that is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Takes the lock until the scope closes. Fails with the process that has it. */
export const take = Effect.fnUntraced(function*(
  lock: string
): Effect.fn.Return<
  void,
  PlatformError.PlatformError | { readonly _tag: "Held"; readonly pid: number | undefined },
  FileSystem.FileSystem | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const own = encodeHolder({ pid: process.pid, began: yield* began(fs, process.pid) })
  const isThere = <A, R>(effect: Effect.Effect<A, PlatformError.PlatformError, R>) =>
    effect.pipe(
      Effect.as(true),
      Effect.catchTag("PlatformError", (error) =>
        error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error))
    )
  // A link to nowhere comes whole or not at all, and has room on a full disk. Not every system lets a program make one.
  const place = (text: string) =>
    Effect.catchTag(
      isThere(fs.symlink(text, lock)),
      "PlatformError",
      () => isThere(fs.writeFileString(lock, text, { flag: "wx", mode: 0o600 }))
    )
  const look = (name: string) =>
    fs.readLink(name).pipe(
      Effect.catchTag("PlatformError", () => fs.readFileString(name)),
      Effect.orElseSucceed(() => undefined)
    )
  yield* Effect.acquireRelease(
    Effect.gen(function*() {
      for (let tries = 0; tries < 3; tries++) {
        if (yield* place(own)) return
        const found = yield* look(lock)
        if (found === undefined) continue
        const holder = decodeHolder(found)
        if (Result.isFailure(holder)) return yield* Effect.fail({ _tag: "Held", pid: undefined } as const)
        const { pid } = holder.success
        const same = (yield* began(fs, pid)) === holder.success.began
        if (exists(pid) && same) return yield* Effect.fail({ _tag: "Held", pid } as const)
        // Of two that find it stale, one gets to move it; what the other moves is then a new one, and is put back.
        const aside = `${lock}.${yield* unique}`
        if (!(yield* Effect.isSuccess(fs.rename(lock, aside)))) continue
        const moved = yield* look(aside)
        if (moved !== undefined && moved !== found) yield* Effect.ignore(place(moved))
        yield* fs.remove(aside)
      }
      return yield* Effect.fail({ _tag: "Held", pid: undefined } as const)
    }),
    () => Effect.ignore(fs.remove(lock))
  )
})
