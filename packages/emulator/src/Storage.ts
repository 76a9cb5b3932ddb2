/**
 * What an emulator writes down, so that another can go on where it stopped.
 *
 * What is kept are the messages, the reservations, the files and the block list. The ledger, faults, scripted outcomes and
 * requests that are on their way are not.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Beside from "./internal/beside.ts"
import {
  AcceptedRequest,
  Event,
  NotWritten,
  Plan,
  Reservation,
  UnsubscribeEntry,
  UploadedFile
} from "./internal/event.ts"
import * as FileLock from "./internal/fileLock.ts"
import * as Store from "./internal/store.ts"
import * as Torn from "./internal/torn.ts"

export { AcceptedRequest, Event, NotWritten, Plan, Reservation, UnsubscribeEntry, UploadedFile }

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
   * written, or it fails with {@link NotWritten} and none is. `all` gives what came of the events before and was not forgotten, for
   * a storage that is written anew.
   */
  readonly append: (
    events: ReadonlyArray<Event>,
    all: () => Iterable<Event>
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
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const header = encoder.encode("{\"_tag\":\"EffectSensEmulator\",\"version\":1}\n")
const newline = 10
const chunkBytes = 2 ** 20
const tags = Object.keys(Event.cases)

/** How much an event adds to a file, in messages. */
const weightOf = (event: Event): number => {
  switch (event._tag) {
    case "Accepted":
      return event.request.messages.length
    case "Reserved":
      return event.reservation.plan.messages.length
    case "Uploaded":
      return 1 + event.file.body.length / 256
    case "Unsubscribed":
      return event.entries.length
    case "Resubscribed":
      return event.numbers.length
    case "Canceled":
    case "Ended":
    case "Cleared":
      return 1
  }
}

const totalOf = (events: Iterable<Event>): number => {
  let total = 0
  for (const event of events) total += weightOf(event)
  return total
}

/** A file of less than this is left as it is, whatever in it has no effect any more. */
const slack = 1000

/** How many events are put into one text. */
const batch = 1000

const startsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean =>
  bytes.length >= beginning.length && beginning.every((byte, i) => byte === bytes[i])

const concat = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

const parse = (bytes: Uint8Array): Result.Result<Event, unknown> =>
  Result.flatMap(Result.try(() => decoder.decode(bytes)), decodeLine)

/** A system that lost its power may have made a file longer before it wrote what was to stand there. */
const isTorn = (tail: Uint8Array): boolean => {
  let end = tail.length
  while (end > 0 && tail[end - 1] === 0) end--
  return end === 0 || Torn.isTorn(tail.subarray(0, end), tags)
}

interface Held {
  readonly events: ReadonlyArray<Event>
  /** How many bytes of it are whole lines, and events that lack the end of theirs alone. */
  readonly good: number
  /** Whether there is nothing in it at all. */
  readonly isEmpty: boolean
  /** Whether its last line has its end. */
  readonly whole: boolean
  /** The beginning of an event that was never written to its end. */
  readonly tail: Uint8Array | undefined
}

/** What a file holds, or the line that is not an emulator's. */
const read = Effect.fnUntraced(function*(
  handle: FileSystem.File
): Effect.fn.Return<Held, PlatformError.PlatformError | { readonly _tag: "Foreign"; readonly line: number }> {
  const events: Array<Event> = []
  let good = 0
  let lines = 0
  let pieces: Array<Uint8Array> = []
  const foreign = () => Effect.fail({ _tag: "Foreign", line: lines + 1 } as const)
  for (;;) {
    const chunk = Option.getOrUndefined(yield* handle.readAlloc(chunkBytes))
    if (chunk === undefined) break
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = concat([...pieces, chunk.subarray(start, end)])
      if (lines > 0) {
        const event = parse(line)
        if (Result.isFailure(event)) return yield* foreign()
        events.push(event.success)
      } else if (line.length !== header.length - 1 || !startsWith(header, line)) return yield* foreign()
      lines++
      good += line.length + 1
      pieces = []
      start = end + 1
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
    // Whatever is not its own may have lines of any length.
    if (lines === 0) return yield* foreign()
  }
  const tail = concat(pieces)
  if (tail.length === 0) return { events, good, isEmpty: lines === 0, whole: true, tail: undefined }
  const last = parse(tail)
  if (Result.isSuccess(last)) {
    events.push(last.success)
    return { events, good: good + tail.length, isEmpty: false, whole: false, tail: undefined }
  }
  if (!isTorn(tail)) return yield* foreign()
  return { events, good, isEmpty: false, whole: true, tail }
})

/** What of a file that was put aside is somebody else's: all that is neither an event nor the beginning of one. */
const foreignPart = (bytes: Uint8Array): Uint8Array => {
  const kept: Array<Uint8Array> = []
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(newline, start)
    const end = found === -1 ? bytes.length : found + 1
    const line = bytes.subarray(start, end)
    const isOwn = Result.isSuccess(parse(line)) || (found === -1 && isTorn(line)) ||
      (line.length === header.length && startsWith(line, header))
    if (!isOwn) kept.push(line)
    start = end
  }
  return concat(kept)
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
 * `Cleared` empties the file, and takes texts out of what was moved beside it.
 *
 * The file is written anew when half of it, and more than 1,000 messages, has no effect any more: at the start, and while it is written.
 * What has none is a number that left the block list, the bytes of a picture that expired, and a message that the emulator forgot: it was
 * one of more than `messageCapacity`, or 90 days older than the newest, and no search tells of it. It is written anew, too, when it was removed, changed or
 * replaced by somebody else: what then stands in its place is kept as `FILE.replaced`.
 *
 * What was acknowledged survives the end of the process, however it comes. It is not waited for until the disk has it, so a power
 * cut may take the last seconds of it; a file that is written anew is on the disk before it takes the place of the other.
 *
 * **Gotchas**
 *
 * It holds phone numbers and texts. A lock of another machine or container is watched for 10 seconds: its holder renews
 * it each second, and is taken for dead when it does not.
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
  // A pipe would not open before somebody writes, and a device keeps nothing.
  if (!isNew && (yield* fs.stat(path)).type !== "File") {
    return yield* PlatformError.systemError({
      _tag: "BadResource",
      module: "Storage",
      method: "file",
      description: "Not a regular file",
      pathOrDescriptor: path
    })
  }
  const lock = yield* Effect.catchIf(
    FileLock.take(`${path}.lock`),
    (error) => error._tag === "Held",
    ({ pid }) => Effect.fail(new FileInUse({ path, pid }))
  )
  const beside = Beside.make(fs, path)

  let handle: FileSystem.File
  let identity = ""
  let size = 0
  // What came of the last attempt may still stand behind `size`.
  let dirty = false
  // What stands there since before the start, until there is room for it beside.
  let torn: Uint8Array | undefined
  // Its last line lacks its end.
  let open = false
  let weight = 0
  let nextLook = 0
  let scope = yield* Scope.fork(yield* Effect.scope)

  const identityOf = (info: FileSystem.File.Info) => `${info.dev} ${Option.getOrElse(info.ino, () => 0n)}`
  const reopen = Effect.gen(function*() {
    const next = yield* Scope.fork(yield* Effect.scope)
    handle = yield* Scope.provide(fs.open(path, { flag: "a", mode: 0o600 }), next)
    yield* Scope.close(scope, Exit.void)
    scope = next
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
  const rewrite = Effect.fnUntraced(function*(events: Iterable<Event>, place: "free" | "own") {
    let total = 0
    yield* beside.put(place, (made) =>
      Effect.gen(function*() {
        yield* made.writeAll(header)
        // In pieces, since a text has a longest length.
        let some: Array<Event> = []
        for (const event of events) {
          total += weightOf(event)
          some.push(event)
          if (some.length < batch) continue
          yield* made.writeAll(yield* encode(some))
          some = []
        }
        yield* made.writeAll(yield* encode(some))
      }))
    weight = total
    nextLook = 2 * total
    torn = undefined
    open = false
    yield* reopen
  })

  let events: ReadonlyArray<Event> = []
  yield* beside.tidy(header)
  if (isNew) yield* rewrite([], "free")
  else {
    const found = yield* Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), read)).pipe(
      Effect.catchIf(
        (error) => error._tag === "Foreign",
        ({ line }) => Effect.fail(new NotAnEventFile({ path, line }))
      )
    )
    events = found.events
    if (found.isEmpty) yield* rewrite([], "own")
    else {
      yield* fs.chmod(path, 0o600)
      yield* reopen
      size = found.good
      open = !found.whole
      torn = found.tail
      weight = totalOf(events)
      if (torn !== undefined) {
        dirty = true
        yield* Effect.matchEffect(beside.keep(".torn", torn), {
          onFailure: (error) =>
            Effect.logWarning(
              `${path} ends in the middle of an event, which stays there until it can be kept beside: ${whyOf(error)}`
            ),
          onSuccess: Effect.fnUntraced(function*(kept) {
            torn = undefined
            yield* handle.truncate(size)
            dirty = false
            yield* Effect.logWarning(`${path} ended in the middle of an event, which is in ${kept} now`)
          })
        })
      }
      if (weight > slack) {
        const store = Store.make()
        for (const event of events) store.apply(event)
        store.forget({ now: yield* Clock.currentTimeMillis, messages: Number.POSITIVE_INFINITY })
        events = Array.from(store.events())
      }
    }
  }

  /** Writes the file anew where that makes it much smaller. One that is only long is as good as it was. */
  const tidy = Effect.fnUntraced(function*(all: () => Iterable<Event>) {
    nextLook = 2 * weight
    const kept = totalOf(all())
    if (weight - kept <= Math.max(slack, kept)) return
    yield* Effect.catch(
      rewrite(all(), "own"),
      (error) => Effect.logWarning(`${path} cannot be written anew, and stays as long as it is: ${whyOf(error)}`)
    )
  })
  if (torn === undefined && weight > slack) {
    const restored = events
    yield* tidy(() => restored)
    nextLook = 0
  }

  /** What somebody else did to the file since, if anything. */
  const changed = Effect.gen(function*() {
    const info = yield* Effect.option(fs.stat(path))
    if (Option.isNone(info)) return "removed"
    if (identityOf(info.value) !== identity) return "replaced"
    return Number(info.value.size) === size || dirty ? undefined : "changed"
  })

  /** Puts a file with these events in the place, and what somebody else has put there aside. */
  const renew = Effect.fnUntraced(function*(what: "removed" | "replaced" | "changed", events: Iterable<Event>) {
    const kept = what === "removed" ? undefined : yield* beside.move(".replaced")
    yield* rewrite(events, "free")
    yield* Effect.logWarning(
      `${path} was ${what} while in use, and is written anew${
        kept === undefined ? "" : `; what stood there is in ${kept}`
      }`
    )
  })

  const mend = Effect.fnUntraced(function*() {
    if (!dirty) return
    if (torn !== undefined) yield* beside.keep(".torn", torn)
    torn = undefined
    yield* handle.truncate(size)
    dirty = false
  })

  /** At once, so that a file that cannot be emptied is as it was. */
  const clear = Effect.fnUntraced(function*(rest: ReadonlyArray<Event>) {
    const what = yield* changed
    if (what !== undefined) yield* renew(what, rest)
    else if (rest.length > 0) yield* rewrite(rest, "own")
    else {
      yield* handle.truncate(header.length)
      size = header.length
      dirty = false
      torn = undefined
      open = false
      weight = 0
      nextLook = 0
    }
    yield* beside.clean([".torn", ".replaced"], foreignPart)
  })

  const write = Effect.fnUntraced(function*(added: ReadonlyArray<Event>, all: () => Iterable<Event>) {
    const cleared = added.findLastIndex(({ _tag }) => _tag === "Cleared")
    if (cleared !== -1) return yield* clear(added.slice(cleared + 1))
    const what = yield* changed
    if (what === undefined) yield* mend()
    else yield* renew(what, all())
    if (weight > Math.max(slack, nextLook)) yield* tidy(all)
    const lines = yield* encode(added)
    const bytes = open ? concat([Uint8Array.of(newline), lines]) : lines
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
    open = false
    size += bytes.length
    weight += totalOf(added)
  })

  let failing = false
  return {
    events,
    salt: isNew ? "" : `/${yield* FileLock.unique}`,
    append: (added, all) =>
      Effect.flatMap(
        lock.isOurs,
        (isOurs) =>
          isOurs
            ? Effect.mapError(write(added, all), (error) => new NotWritten({ path, why: whyOf(error) }))
            : Effect.fail(new NotWritten({ path, why: "another program has taken its lock" }))
      ).pipe(
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
