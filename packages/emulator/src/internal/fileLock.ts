/**
 * One program a file: a lock beside it that names its holder, so that the lock of one that died is known for what it is.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
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
  began: Schema.String,
  /** Where the number of the process has a meaning: the run of a machine, and what it keeps apart on it. */
  space: Schema.optional(Schema.String),
  /** Which of all holders it is. */
  id: Schema.optional(Schema.String),
  /** How often the lock was renewed. */
  beats: Schema.optional(Schema.Int)
}))
const decodeHolder = Schema.decodeUnknownResult(Holder)
const encodeHolder = Schema.encodeSync(Holder)

const beatMillis = 1000
/** How long a holder that cannot be seen from here may keep silent; much longer than anything takes that keeps it busy. */
const silenceMillis = 10_000

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

const spaceOf = (fs: FileSystem.FileSystem) =>
  Effect.all([fs.readFileString("/proc/sys/kernel/random/boot_id"), fs.readLink("/proc/self/ns/pid")]).pipe(
    Effect.map((parts) => parts.map((part) => part.trim()).join(" ")),
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

export interface Lock {
  /** Whether nobody else has taken it, as one may do who took this process for dead. */
  readonly isOurs: Effect.Effect<boolean>
}

/** Takes the lock until the scope closes. Fails with the process that has it. */
export const take = Effect.fnUntraced(function*(
  lock: string
): Effect.fn.Return<
  Lock,
  PlatformError.PlatformError | { readonly _tag: "Held"; readonly pid: number | undefined },
  FileSystem.FileSystem | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  // Other programs live by the time of the day, whatever that of this one is.
  const clock = Clock.Clock.defaultValue()
  const space = yield* spaceOf(fs)
  const id = yield* unique
  const self = { pid: process.pid, began: yield* began(fs, process.pid), space, id }
  let beats = 0
  const isOwn = (text: string): boolean => {
    const holder = decodeHolder(text)
    return Result.isSuccess(holder) && holder.success.id === id
  }
  const isThere = <A, R>(effect: Effect.Effect<A, PlatformError.PlatformError, R>) =>
    effect.pipe(
      Effect.as(true),
      Effect.catchTag("PlatformError", (error) =>
        error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error))
    )
  // A link to nowhere comes whole or not at all, and has room on a full disk. Not every system lets a program make one.
  const placeAt = (name: string, text: string) =>
    Effect.catchTag(
      isThere(fs.symlink(text, name)),
      "PlatformError",
      () => isThere(fs.writeFileString(name, text, { flag: "wx", mode: 0o600 }))
    )
  const look = (name: string) =>
    fs.readLink(name).pipe(
      Effect.catchTag("PlatformError", () => fs.readFileString(name)),
      Effect.orElseSucceed(() => undefined)
    )

  /** Whether a lock stays as it is for longer than a holder that lives would leave it so. */
  const isSilent = Effect.fnUntraced(function*(found: string) {
    yield* Effect.logInfo(`${lock} is of a process that cannot be seen from here; it is watched for 10 seconds`)
    for (let waited = 0; waited < silenceMillis; waited += beatMillis / 2) {
      yield* clock.sleep(Duration.millis(beatMillis / 2))
      if ((yield* look(lock)) !== found) return false
    }
    return true
  })

  const isOurs = Effect.gen(function*() {
    const found = yield* look(lock)
    // Somebody has removed it.
    if (found !== undefined) return isOwn(found)
    return yield* Effect.orElseSucceed(placeAt(lock, encodeHolder({ ...self, beats })), () => true)
  })

  yield* Effect.acquireRelease(
    Effect.gen(function*() {
      for (let tries = 0; tries < 3; tries++) {
        if (yield* placeAt(lock, encodeHolder({ ...self, beats }))) return
        const found = yield* look(lock)
        if (found === undefined) continue
        const holder = decodeHolder(found)
        if (Result.isFailure(holder)) return yield* Effect.fail({ _tag: "Held", pid: undefined } as const)
        const { pid } = holder.success
        if ((holder.success.space ?? space) === space) {
          const same = (yield* began(fs, pid)) === holder.success.began
          if (exists(pid) && same) return yield* Effect.fail({ _tag: "Held", pid } as const)
        } else if (!(yield* isSilent(found))) {
          if ((yield* look(lock)) === undefined) continue
          return yield* Effect.fail({ _tag: "Held", pid: undefined } as const)
        }
        // Of two that find it stale, one gets to move it; what the other moves is then a new one, and is put back.
        const aside = `${lock}.${yield* unique}`
        if (!(yield* Effect.isSuccess(fs.rename(lock, aside)))) continue
        const moved = yield* look(aside)
        if (moved !== undefined && moved !== found) yield* Effect.ignore(placeAt(lock, moved))
        yield* fs.remove(aside)
      }
      return yield* Effect.fail({ _tag: "Held", pid: undefined } as const)
    }),
    () => Effect.flatMap(isOurs, (ours) => ours ? Effect.ignore(fs.remove(lock)) : Effect.void)
  )

  const beat = Effect.gen(function*() {
    if (!(yield* isOurs)) return
    const next = encodeHolder({ ...self, beats: ++beats })
    const aside = `${lock}.${yield* unique}`
    if (!(yield* placeAt(aside, next))) return
    yield* Effect.onError(fs.rename(aside, lock), () => Effect.ignore(fs.remove(aside)))
  }).pipe(Effect.ignore, Effect.uninterruptible)
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(clock.sleep(Duration.millis(beatMillis)), beat)))
  return { isOurs }
})
