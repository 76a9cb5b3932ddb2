/**
 * Where sends are written down: `unknown/` holds those of which nobody knows yet what became of them, or that may be sent again,
 * `settled/` those of which it is known, without their numbers and texts. Each change is made under a lock, so that of two processes one
 * settles, and no two sends get the same request id.
 *
 * @since 0.1.0
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
// The portable Mac would take its key in anew for each of them.
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { createHash, createHmac } from "node:crypto"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as FileLock from "../FileLock.ts"
import * as Instant from "../Instant.ts"
import * as StateDir from "../StateDir.ts"
import * as Entry from "./Entry.ts"

export type JournalError = Failure.Refused | PlatformError.PlatformError

const texts = {
  busy: {
    en: "another run of effect-sens keeps the journal of sends locked; run it again",
    ko: "다른 effect-sens 실행이 발송 기록을 쓰고 있습니다. 다시 실행하십시오"
  },
  unreadable: {
    en: (file: string) =>
      `${file} of the journal of sends cannot be read. It may be of a newer version; nothing was sent`,
    ko: (file: string) =>
      `발송 기록의 ${file} 파일을 읽을 수 없습니다. 더 새로운 버전의 것일 수 있습니다. 아무것도 보내지 않았습니다`
  }
} as const

const decode = Schema.decodeEffect(Entry.Json)

const encode = Schema.encodeEffect(Entry.Json)

/** Numbers and texts of what was proved not accepted are kept for so long, to be sent again. */
const againDays = 7

/** What became of a send is told for so long. */
const settledDays = 90

export interface Journal {
  /** What is in it, of this service at this host. */
  readonly all: Effect.Effect<ReadonlyArray<Entry.Entry>, JournalError>
  /** Those of them that are open, or may be sent again. */
  readonly pending: Effect.Effect<ReadonlyArray<Entry.Entry>, JournalError>
  readonly find: (id: string) => Effect.Effect<Option.Option<Entry.Entry>, JournalError>
  /** Writes a send down that is about to go out. */
  readonly open: (
    intent: SendIntent.SendIntent,
    request: SendRequest.Normalized
  ) => Effect.Effect<Entry.Entry, JournalError>
  /**
   * Changes an entry, if it is in one of these states and of the same POST still; none where another process was there first. `change`
   * sees the equal ones, and whether a request id is another's, and may decide that there is nothing to change. It runs under the lock.
   */
  readonly change: (
    entry: Entry.Entry,
    from: ReadonlyArray<Entry.State>,
    change: (entry: Entry.Entry, others: Others) => Option.Option<Entry.Entry>
  ) => Effect.Effect<Option.Option<Entry.Entry>, JournalError>
  /** Takes an entry away whose POST was not accepted, as its answer said; not if it was sent again meanwhile. */
  readonly remove: (entry: Entry.Entry) => Effect.Effect<void, JournalError>
  /** Equal sends of which nobody knows yet what became of them: whoever sends once more sends what may have been accepted. */
  readonly openLike: (request: SendRequest.Normalized) => Effect.Effect<ReadonlyArray<Entry.Entry>, JournalError>
  /** Sends that the log cannot tell from this one, and what of them was read. */
  readonly twins: (entry: Entry.Entry) => Effect.Effect<ReadonlyArray<Twin>, JournalError>
  readonly owners: (
    entry: Entry.Entry,
    ids: ReadonlyArray<RequestId.RequestId>
  ) => Effect.Effect<ReadonlyMap<RequestId.RequestId, SendIntent.Owner>, JournalError>
}

/** What a change has to be in order with. */
export interface Others {
  /** Equal sends. */
  readonly equal: ReadonlyArray<Entry.Entry>
  /** Whether a request id is that of another send, equal or not. */
  readonly has: (requestId: string) => boolean
}

export interface Twin extends SendIntent.Twin {
  /** What tells whether it has changed since it was read. */
  readonly version: string
}

/** Whether the log may show the record of one where the other is looked for. */
export const isTwin = (entry: Entry.Entry, other: Entry.Entry): boolean =>
  other.id !== entry.id && other.twin === entry.twin &&
  (other.state === "Open" || other.state === "GivenUp" || other.state === "Accepted" && other.isAdopted)

export const twinOf = ({ id, intents, isAdopted, requestId, requestTime, state }: Entry.Entry): Twin => ({
  intents,
  hasId: requestId !== null,
  requestTime,
  version: `${id} ${state} ${isAdopted} ${intents.map(({ timestamp }) => timestamp).join(",")}`
})

export interface Options {
  readonly serviceId: string
  readonly host: string
  /** The folder that holds `unknown/` and `settled/`; the state of this user unless said otherwise. */
  readonly directory?: string | undefined
}

// A name says what an entry is looked for by, so that one of many is found without reading the others: its id, what it has in common with
// equal ones, and the request that it is. All but the id are hashes.
const hashed = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16)

const nameOf = ({ id, requestId, twin }: Entry.Entry): string =>
  [id, twin.slice(0, 16), ...requestId === null ? [] : [hashed(requestId)], "json"].join(".")

interface Name {
  readonly name: string
  readonly id: string
  readonly twin: string
  readonly request: string | undefined
}

/** Where it is. */
interface Place extends Name {
  readonly folder: string
}

const readName = (name: string): Option.Option<Name> => {
  const [id, twin, ...rest] = name.split(".")
  if (id === undefined || twin === undefined || rest.at(-1) !== "json" || rest.length > 2) return Option.none()
  return Option.some({ name, id, twin, request: rest.length === 2 ? rest[0] : undefined })
}

/** The beginning of the ids of a time. */
const stampOf = (time: DateTime.Utc): string => Instant.iso(time).slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")

const attemptOf = ({ intents }: Entry.Entry): string =>
  intents.map(({ preparedAt, timestamp }) => `${timestamp}/${preparedAt}`).join(",")

/** The journal of a service. */
export const make = Effect.fnUntraced(function*(
  { directory, host, serviceId }: Options
): Effect.fn.Return<Journal, JournalError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const home = yield* StateDir.make(directory ?? (yield* StateDir.state))
  const unknown = yield* StateDir.make(path.join(home, "unknown"))
  const settled = yield* StateDir.make(path.join(home, "settled"))
  const provide = Effect.provideService(FileSystem.FileSystem, fs)

  // Other processes live by the time of the day, whatever that of this one is.
  const clock = Clock.Clock.defaultValue()
  const lock = path.join(home, "sends.lock")
  yield* fs.writeFileString(lock, "", { flag: "a", mode: 0o600 })

  const withLock = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.scoped(Effect.gen(function*() {
      // Whoever has it has it for milliseconds.
      for (let tries = 0; tries < 400; tries++) {
        if (yield* FileLock.hold(lock)) return yield* effect
        yield* clock.sleep(Duration.millis(25))
      }
      return yield* Failure.refuse("JournalLocked", ExitCode.table.unavailable.code, texts.busy)
    }))

  const readFile = Effect.fnUntraced(function*(folder: string, name: string) {
    const text = yield* fs.readFileString(path.join(folder, name)).pipe(
      Effect.asSome,
      // It was moved meanwhile.
      Effect.catchIf(({ reason }) => reason._tag === "NotFound", () => Effect.succeed(Option.none<string>()))
    )
    if (Option.isNone(text)) return Option.none<Entry.Entry>()
    return yield* Effect.mapBoth(decode(text.value), {
      onSuccess: Option.some,
      onFailure: () =>
        Failure.refuse("InvalidJournal", ExitCode.table.refused.code, {
          en: texts.unreadable.en(path.join(folder, name)),
          ko: texts.unreadable.ko(path.join(folder, name))
        })
    })
  })

  const isOurs = (entry: Entry.Entry): boolean => entry.serviceId === serviceId && entry.host === host

  const list = (folder: string) => Effect.map(fs.readDirectory(folder), (names) => Arr.getSomes(names.map(readName)))

  // An entry that is being settled is in both for a moment: what is known of it counts.
  const names: Effect.Effect<ReadonlyArray<Place>, PlatformError.PlatformError> = Effect.gen(function*() {
    const open = yield* list(unknown)
    const known = yield* list(settled)
    const ids = new Set(known.map(({ id }) => id))
    return [
      ...open.filter(({ id }) => !ids.has(id)).map((name) => ({ ...name, folder: unknown })),
      ...known.map((name) => ({ ...name, folder: settled }))
    ]
  })

  const entriesOf = Effect.fnUntraced(function*(meant: ReadonlyArray<Place>) {
    const found = yield* Effect.forEach(meant, ({ folder, name }) => readFile(folder, name))
    const byId = new Map<string, Entry.Entry>()
    for (const entry of Arr.getSomes(found).filter(isOurs)) {
      const other = byId.get(entry.id)
      // A crash may leave both what was known and what is.
      if (other === undefined || DateTime.isLessThan(other.changedAt, entry.changedAt)) byId.set(entry.id, entry)
    }
    const entries = Array.from(byId.values()).sort((a, b) => a.id < b.id ? -1 : 1)
    return { entries, isWhole: found.every(Option.isSome) }
  })

  const read = Effect.fnUntraced(function*(
    isMeant: (place: Place) => boolean
  ): Effect.fn.Return<ReadonlyArray<Entry.Entry>, JournalError> {
    const { entries, isWhole } = yield* entriesOf((yield* names).filter(isMeant))
    // One that was settled between the list and its reading is read once more.
    return isWhole ? entries : yield* read(isMeant)
  })

  const find = (id: string) => Effect.map(read((name) => name.id === id), Arr.head)

  /** Equal ones, this one too. */
  const isEqual = ({ id, twin }: Entry.Entry) => (place: Place) => place.id === id || twin.startsWith(place.twin)

  const write = Effect.fnUntraced(function*(entry: Entry.Entry, before: ReadonlyArray<Place>) {
    const isOpen = entry.state === "Open" || entry.state === "NotAccepted"
    const folder = isOpen ? unknown : settled
    const name = nameOf(entry)
    const written = { ...isOpen ? entry : { ...entry, request: null }, changedAt: yield* DateTime.now }
    const text = yield* Effect.orDie(encode(written))
    yield* provide(StateDir.writeFile(path.join(folder, name), `${text}\n`))
    yield* provide(StateDir.syncFolder(folder))
    for (const place of before) {
      if (place.id !== entry.id || (place.folder === folder && place.name === name)) continue
      yield* fs.remove(path.join(place.folder, place.name), { force: true })
    }
    return written
  })

  const keyFile = path.join(home, "sends.key")

  const knownKey = Effect.catchIf(
    Effect.asSome(fs.readFileString(keyFile)),
    ({ reason }) => reason._tag === "NotFound",
    () => Effect.succeedNone
  )

  /** A random key of this folder: whoever reads a hash alone cannot try all numbers. */
  const key = Effect.gen(function*() {
    const known = yield* knownKey
    if (Option.isSome(known)) return known.value
    const made = Base64.encode(SecureRandom.randomBytesUnsafe(32))
    yield* provide(StateDir.writeFile(keyFile, made))
    yield* provide(StateDir.syncFolder(home))
    return made
  })

  const twinBy = (key: string, request: SendRequest.Normalized): string =>
    createHmac("sha256", key).update(SendIntent.twinKey(request)).digest("hex")

  const openLike = Effect.fnUntraced(function*(request: SendRequest.Normalized) {
    const known = yield* knownKey
    if (Option.isNone(known)) return []
    const twin = twinBy(known.value, request)
    const open = (yield* list(unknown)).filter((name) => twin.startsWith(name.twin))
    const { entries } = yield* entriesOf(open.map((name) => ({ ...name, folder: unknown })))
    return entries.filter((entry) => entry.state === "Open" && entry.twin === twin)
  })

  const open = (intent: SendIntent.SendIntent, request: SendRequest.Normalized) =>
    withLock(Effect.gen(function*() {
      const createdAt = yield* DateTime.now
      const random = Hex.encode(SecureRandom.randomBytesUnsafe(4))
      return yield* write({
        v: 1,
        id: `${stampOf(createdAt)}-${random}`,
        serviceId,
        host,
        createdAt,
        changedAt: createdAt,
        type: request.type,
        recipients: request.messages.length,
        twin: twinBy(yield* key, request),
        state: "Open",
        intents: [intent],
        request,
        isUnreadable: false,
        isAdopted: false,
        requestId: null,
        requestTime: null
      }, [])
    }))

  const change: Journal["change"] = (given, from, change) =>
    withLock(Effect.gen(function*() {
      const places = yield* names
      const { entries } = yield* entriesOf(places.filter(isEqual(given)))
      const entry = entries.find(({ id }) => id === given.id)
      if (entry === undefined || !from.includes(entry.state) || attemptOf(entry) !== attemptOf(given)) {
        return Option.none()
      }
      const taken = new Set(
        places.flatMap(({ id, request }) => id === given.id || request === undefined ? [] : [request])
      )
      const changed = change(entry, {
        equal: entries.filter(({ id, twin }) => id !== given.id && twin === given.twin),
        has: (requestId) => taken.has(hashed(requestId))
      })
      return Option.isNone(changed) ? changed : Option.some(yield* write(changed.value, places))
    }))

  const remove = (given: Entry.Entry) =>
    withLock(Effect.gen(function*() {
      const entry = yield* find(given.id)
      if (!Option.exists(entry, (entry) => entry.state === "Open" && attemptOf(entry) === attemptOf(given))) return
      yield* fs.remove(path.join(unknown, nameOf(given)), { force: true })
    }))

  /** What a crash left behind, and what is too old. */
  const prune = Effect.gen(function*() {
    const now = yield* DateTime.now
    const before = (days: number) => DateTime.subtract(now, { days })
    const isStale = ({ changedAt, state }: Entry.Entry): boolean =>
      state === "NotAccepted"
        ? DateTime.isLessThan(changedAt, before(againDays))
        : state !== "Open" && DateTime.isLessThan(changedAt, before(settledDays))
    const found = Effect.gen(function*() {
      const open = yield* fs.readDirectory(unknown)
      const done = yield* fs.readDirectory(settled)
      const known = new Set(Arr.getSomes(done.map(readName)).map(({ id }) => id))
      const of = (folder: string, names: ReadonlyArray<string>, isMeant: (name: string) => boolean) =>
        names.flatMap((name) => isMeant(name) ? [path.join(folder, name)] : [])
      const isPart = (name: string) => name.endsWith(".part")
      // An id begins with when it was made, which is before it was settled.
      const isBefore = (stamp: string) => (name: string) => !isPart(name) && name < stamp
      return {
        leftOver: [
          ...of(unknown, open, (name) => isPart(name) || known.has(name.split(".")[0] ?? "")),
          ...of(settled, done, isPart)
        ],
        old: [
          ...of(unknown, open, isBefore(stampOf(before(againDays)))),
          ...of(settled, done, isBefore(stampOf(before(settledDays))))
        ]
      }
    })
    const { leftOver, old } = yield* found
    if (leftOver.length + old.length === 0) return
    yield* withLock(Effect.gen(function*() {
      const { leftOver, old } = yield* found
      for (const file of leftOver) yield* fs.remove(file, { force: true })
      for (const file of old) {
        // What cannot be read stays.
        const entry = yield* Effect.orElseSucceed(
          readFile(path.dirname(file), path.basename(file)),
          () => Option.none<Entry.Entry>()
        )
        if (Option.exists(entry, isStale)) yield* fs.remove(file, { force: true })
      }
    }))
  })

  yield* prune
  return {
    all: read(() => true),
    pending: Effect.map(
      read(({ folder }) => folder === unknown),
      (entries) => entries.filter(({ state }) => state === "Open" || state === "NotAccepted")
    ),
    find,
    open,
    change,
    remove,
    openLike,
    twins: (entry) =>
      Effect.map(read(isEqual(entry)), (entries) => entries.filter((other) => isTwin(entry, other)).map(twinOf)),
    owners: (entry, ids) =>
      Effect.map(names, (names) => {
        const owners = new Map<RequestId.RequestId, SendIntent.Owner>()
        for (const id of ids) {
          const owner = names.find(({ request }) => request === hashed(id))
          if (owner !== undefined) owners.set(id, owner.id === entry.id ? "this" : "another")
        }
        return owners
      })
  }
})
