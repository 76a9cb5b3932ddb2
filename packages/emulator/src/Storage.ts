/**
 * What an emulator writes down, so that another can go on where it stopped.
 *
 * What is kept are the messages, the reservations, the files and the block list. The ledger, faults, scripted outcomes and
 * requests that are on their way are not.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as FileLock from "./internal/fileLock.ts"
import { ReservationOutcome } from "./internal/reservationsApi.ts"
import * as Store from "./internal/store.ts"
import * as Torn from "./internal/torn.ts"
import { RegisterType } from "./internal/unsubscribesApi.ts"

// -----------------------------------------------------------------------------
// Events
// -----------------------------------------------------------------------------

const Text = {
  to: Schema.String,
  /** What this recipient gets in place of the common subject. */
  subject: Schema.optional(Schema.String),
  /** What this recipient gets in place of the common text. */
  content: Schema.optional(Schema.String),
  code: Schema.String
}

const Common = {
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  subject: Schema.optional(Schema.String),
  content: Schema.String,
  files: Schema.Array(Schema.Struct({ fileId: Schema.String, name: Schema.String }))
}

/**
 * What a send comes to when it is accepted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({ ...Common, messages: Schema.Array(Schema.Struct(Text)) })

/**
 * An accepted send. Times are milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AcceptedRequest = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  ...Common,
  requestedAt: Schema.Finite,
  processingAt: Schema.Finite,
  completedAt: Schema.Finite,
  messages: Schema.Array(Schema.Struct({ messageId: Schema.String, ...Text }))
})

/**
 * A reserved send.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservation = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  reserveAt: Schema.Finite,
  timeZone: Schema.String,
  plan: Plan
})

/**
 * An uploaded picture.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadedFile = Schema.Struct({
  fileId: Schema.String,
  serviceId: Schema.String,
  name: Schema.String,
  createdAt: Schema.Finite,
  expiresAt: Schema.Finite,
  body: Schema.Uint8ArrayFromBase64
})

/**
 * A number on the block list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeEntry = Schema.Struct({
  clientTelNo: Schema.String,
  registerType: RegisterType,
  registeredAt: Schema.Finite
})

/**
 * Something that changed what an emulator holds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = Schema.TaggedUnion({
  Accepted: { request: AcceptedRequest },
  Reserved: { reservation: Reservation },
  Canceled: { serviceId: Schema.String, requestId: Schema.String },
  Ended: { serviceId: Schema.String, requestId: Schema.String, outcome: ReservationOutcome },
  Uploaded: { file: UploadedFile },
  Unsubscribed: { serviceId: Schema.String, entries: Schema.Array(UnsubscribeEntry) },
  Resubscribed: { serviceId: Schema.String, numbers: Schema.Array(Schema.String) },
  Cleared: {}
})

/**
 * Something that changed what an emulator holds.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = typeof Event.Type

/**
 * Events that could not be written. What asked for them did not happen.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotWritten extends Schema.TaggedError<NotWritten>("@effect-sens/emulator/Storage/NotWritten")(
  "NotWritten",
  {
    /** The file. */
    path: Schema.String,
    /** Why, as the system says it. */
    why: Schema.String
  }
) {
  override get message(): string {
    return `${this.path} cannot be written: ${this.why}`
  }
}

/**
 * Where an emulator writes its events.
 *
 * @category models
 * @since 0.1.0
 */
export interface Storage {
  /** What was written before, in order. */
  readonly events: ReadonlyArray<Event>
  /** What ids come from besides the seed, so that none comes twice; nothing where none was given before. */
  readonly salt?: string | undefined
  /**
   * Writes events down, before they happen and the request that caused them is answered; one call at a time. All of them are
   * written, or it fails with {@link NotWritten} and none is. `all` gives what came of the events before, for a storage that has
   * to be written anew.
   */
  readonly append: (
    events: ReadonlyArray<Event>,
    all: () => ReadonlyArray<Event>
  ) => Effect.Effect<void, NotWritten>
}

// -----------------------------------------------------------------------------
// A file
// -----------------------------------------------------------------------------

/**
 * A file that holds something else than events.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAnEventFile extends Schema.TaggedError<NotAnEventFile>("@effect-sens/emulator/Storage/NotAnEventFile")(
  "NotAnEventFile",
  {
    /** The file. */
    path: Schema.String,
    /** The line, counted from 1. */
    line: Schema.Int
  }
) {
  override get message(): string {
    return `${this.path}, line ${this.line}, is nothing that an emulator wrote; the file was left as it is`
  }
}

/**
 * A file that another emulator writes to.
 *
 * @category errors
 * @since 0.1.0
 */
export class FileInUse extends Schema.TaggedError<FileInUse>("@effect-sens/emulator/Storage/FileInUse")(
  "FileInUse",
  {
    /** The file. */
    path: Schema.String,
    /** The number of its process, where its lock tells. */
    pid: Schema.optional(Schema.Int)
  }
) {
  override get message(): string {
    const who = this.pid === undefined ? "another program" : `process ${this.pid}`
    return `${this.path} is in use by ${who}; its lock is ${this.path}.lock`
  }
}

const Line = Schema.fromJsonString(Event)
const decodeLine = Schema.decodeUnknownResult(Line)
const encodeLine = Schema.encodeEffect(Line)

const encoder = new TextEncoder()
const header = encoder.encode("{\"_tag\":\"EffectSensEmulator\",\"version\":1}\n")
const newline = 10

/** Whether later ones may leave nothing of it. */
const isPassing = ({ _tag }: Event): boolean => _tag === "Unsubscribed" || _tag === "Resubscribed" || _tag === "Cleared"

/** How many events may be of no more use before the file is written anew. */
const slack = 1000

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

const parse = (bytes: Uint8Array): Result.Result<Event, unknown> =>
  Result.flatMap(
    Result.try(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)),
    decodeLine
  )

interface Held {
  readonly events: ReadonlyArray<Event>
  /** How many bytes of it are whole lines. */
  readonly good: number
  /** Whether it begins as one does that was made here. */
  readonly ours: boolean
  /** Whether its last line has its end. */
  readonly whole: boolean
  /** The beginning of an event that was never written to its end. */
  readonly tail: Uint8Array | undefined
}

/** What a file holds, or the line that is not an emulator's. */
const read = (bytes: Uint8Array): Result.Result<Held, number> => {
  const events: Array<Event> = []
  const ours = sameBytes(bytes.subarray(0, header.length), header)
  let good = ours ? header.length : 0
  let lines = ours ? 1 : 0
  for (let end = bytes.indexOf(newline, good); end !== -1; end = bytes.indexOf(newline, good)) {
    lines++
    const event = parse(bytes.subarray(good, end))
    if (Result.isFailure(event)) return Result.fail(lines)
    events.push(event.success)
    good = end + 1
  }
  const tail = bytes.subarray(good)
  if (tail.length === 0) return Result.succeed({ events, good, ours, whole: true, tail: undefined })
  // Only what follows lines of its own can be its own.
  if (lines === 0) return Result.fail(1)
  const last = parse(tail)
  if (Result.isSuccess(last)) {
    events.push(last.success)
    return Result.succeed({ events, good, ours, whole: false, tail: undefined })
  }
  if (!Torn.isTorn(tail, Object.keys(Event.cases))) return Result.fail(lines + 1)
  return Result.succeed({ events, good, ours, whole: true, tail })
}

/** Runs with the first name of this kind that nothing has. */
const beside = <A, R>(
  name: string,
  use: (free: string) => Effect.Effect<A, PlatformError.PlatformError, R>
): Effect.Effect<string, PlatformError.PlatformError, R> => {
  const attempt = (n: number): Effect.Effect<string, PlatformError.PlatformError, R> => {
    const free = n === 0 ? name : `${name}.${n}`
    return use(free).pipe(
      Effect.as(free),
      Effect.catchTag(
        "PlatformError",
        (error) => error.reason._tag === "AlreadyExists" ? attempt(n + 1) : Effect.fail(error)
      )
    )
  }
  return attempt(0)
}

const whyOf = (error: PlatformError.PlatformError): string => {
  const { cause } = error.reason
  return cause instanceof Error ? cause.message : error.reason._tag
}

/**
 * Keeps events in a file, one JSON text a line, that its owner alone may read. It is made if it is not there, and locked by
 * `FILE.lock` until the scope closes; the lock of a process that died is taken over.
 *
 * A last event that a crash has cut is moved to `FILE.torn`. Fails with {@link NotAnEventFile} where the file holds anything else
 * that is not its own, and leaves it alone; with {@link FileInUse} where another emulator has it; and with `PlatformError` where it
 * cannot be opened or read.
 *
 * **Details**
 *
 * Events that cannot be written, as on a full disk, are told in the log, and nothing of them stays; the next ones are tried anew.
 * `Cleared` empties the file. It is written anew, without what has no effect any more, when that has become much; and when
 * it was removed, changed or replaced by somebody else: what then stands in its place is kept as `FILE.replaced`.
 *
 * **Gotchas**
 *
 * It holds phone numbers and texts. Processes of different machines or containers do not see each other's locks.
 *
 * **Example** (A file that is new)
 *
 * ```ts import.meta.vitest
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
 * import * as Storage from "@effect-sens/emulator/Storage"
 * import * as Effect from "effect/Effect"
 * import * as FileSystem from "effect/FileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const server = (path: string) =>
 *   Layer.unwrap(Effect.map(Storage.file(path), (storage) => EmulatorServer.layer({ storage })))
 * const program = Effect.gen(function*() {
 *   const fs = yield* FileSystem.FileSystem
 *   const path = `${yield* fs.makeTempDirectoryScoped()}/events`
 *   yield* Layer.build(server(path))
 *   return yield* fs.exists(path)
 * })
 *
 * await Effect.runPromise(Effect.scoped(Effect.provide(program, NodeFileSystem.layer))) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = Effect.fnUntraced(function*(
  given: string
): Effect.fn.Return<
  Storage,
  PlatformError.PlatformError | NotAnEventFile | FileInUse,
  FileSystem.FileSystem | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const isNew = !(yield* fs.exists(given))
  // Of two names of one file, both find the same lock.
  const path = isNew ? given : yield* fs.realPath(given)
  yield* Effect.catchIf(
    FileLock.take(`${path}.lock`),
    (error) => error._tag === "Held",
    ({ pid }) => Effect.fail(new FileInUse({ path, pid }))
  )

  let handle: FileSystem.File
  let identity = ""
  let size = 0
  // What came of the last attempt may still stand behind `size`.
  let dirty = false
  let obsolete = 0
  let open = yield* Scope.fork(yield* Effect.scope)

  const identityOf = (info: FileSystem.File.Info) => `${info.dev} ${Option.getOrElse(info.ino, () => 0n)}`
  const reopen = Effect.gen(function*() {
    const next = yield* Scope.fork(yield* Effect.scope)
    handle = yield* Scope.provide(fs.open(path, { flag: "a", mode: 0o600 }), next)
    yield* Scope.close(open, Exit.void)
    open = next
    const info = yield* handle.stat
    identity = identityOf(info)
    size = Number(info.size)
    dirty = false
  }).pipe(Effect.provideService(Scope.Scope, yield* Effect.scope))

  const encode = (events: ReadonlyArray<Event>) =>
    Effect.map(
      Effect.orDie(Effect.forEach(events, (event) => encodeLine(event))),
      (lines) => encoder.encode(lines.map((line) => `${line}\n`).join(""))
    )

  /** Puts a file with these events in the place, whole or not at all. */
  const rewrite = Effect.fnUntraced(function*(events: ReadonlyArray<Event>, place: "free" | "own") {
    const made = `${path}.${yield* FileLock.unique}.new`
    yield* Effect.gen(function*() {
      yield* fs.writeFile(made, header, { flag: "wx", mode: 0o600 })
      // In pieces, since a text has a longest length.
      for (let i = 0; i < events.length; i += slack) {
        yield* fs.writeFile(made, yield* encode(events.slice(i, i + slack)), { flag: "a" })
      }
      if (place === "own") return yield* fs.rename(made, path)
      // Unlike a rename, it overwrites nothing that came in between.
      yield* fs.link(made, path)
    }).pipe(Effect.ensuring(Effect.ignore(fs.remove(made))))
    obsolete = 0
    yield* reopen
  })

  let events: ReadonlyArray<Event> = []
  if (isNew) yield* rewrite([], "free")
  else {
    const bytes = yield* fs.readFile(path)
    const found = read(bytes)
    if (Result.isFailure(found)) return yield* new NotAnEventFile({ path, line: found.failure })
    const { good, ours, tail, whole } = found.success
    events = found.success.events
    if (tail !== undefined) {
      const kept = yield* beside(
        `${path}.torn`,
        (free) => fs.writeFile(free, tail, { flag: "wx", mode: 0o600 })
      )
      yield* fs.truncate(path, good)
      yield* Effect.logWarning(`${path} ended in the middle of an event, which is in ${kept} now`)
    }
    const needless = events.filter(isPassing)
    if (!ours || !whole || needless.length > slack) {
      const store = Store.make()
      for (const event of events) store.apply(event)
      events = store.events()
      yield* rewrite(events, "own").pipe(
        // One that is only long is as good as it was; there may be no room for two.
        Effect.catchIf(() => ours && whole, () => reopen)
      )
    } else {
      yield* fs.chmod(path, 0o600)
      obsolete = needless.length
      yield* reopen
    }
  }

  /** What somebody else did to the file since, if anything. */
  const changed = Effect.gen(function*() {
    const info = yield* Effect.option(fs.stat(path))
    if (Option.isNone(info)) return "removed"
    if (identityOf(info.value) !== identity) return "replaced"
    return Number(info.value.size) === size || dirty ? undefined : "changed"
  })

  const mend = Effect.fnUntraced(function*(all: () => ReadonlyArray<Event>) {
    const what = yield* changed
    if (what !== undefined) {
      const kept = what === "removed" ?
        undefined :
        yield* beside(`${path}.replaced`, (free) => Effect.andThen(fs.link(path, free), fs.remove(path)))
      yield* rewrite(all(), "free")
      yield* Effect.logWarning(
        `${path} was ${what} while in use, and is written anew${
          kept === undefined ? "" : `; what stood there is in ${kept}`
        }`
      )
    } else if (dirty) {
      yield* handle.truncate(size)
      dirty = false
    }
  })

  const write = Effect.fnUntraced(function*(added: ReadonlyArray<Event>, all: () => ReadonlyArray<Event>) {
    yield* mend(all)
    let rest = added
    const cleared = added.findLastIndex(({ _tag }) => _tag === "Cleared")
    if (cleared !== -1) {
      yield* handle.truncate(header.length)
      size = header.length
      obsolete = 0
      rest = added.slice(cleared + 1)
    } else if (obsolete > Math.max(slack, size / slack)) yield* rewrite(all(), "own")
    if (rest.length === 0) return
    const bytes = yield* encode(rest)
    dirty = true
    yield* Effect.onError(
      handle.writeAll(bytes),
      () =>
        Effect.ignore(Effect.andThen(
          handle.truncate(size),
          Effect.sync(() => {
            dirty = false
          })
        ))
    )
    dirty = false
    size += bytes.length
    obsolete += rest.filter(isPassing).length
  })

  let failing = false
  return {
    events,
    salt: isNew ? "" : `/${yield* FileLock.unique}`,
    append: (added, all) =>
      write(added, all).pipe(
        Effect.mapError((error) => new NotWritten({ path, why: whyOf(error) })),
        Effect.tapError((error) => {
          failing = true
          return Effect.logError(`${error.message}; what was asked is refused, and nothing of it is kept`)
        }),
        Effect.tap(() => {
          if (!failing) return Effect.void
          failing = false
          return Effect.logInfo(`${path} can be written again`)
        }),
        Effect.uninterruptible
      )
  }
})
