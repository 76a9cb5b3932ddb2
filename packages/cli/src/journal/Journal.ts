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
import { createHmac } from "node:crypto"
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
  readonly find: (id: string) => Effect.Effect<Option.Option<Entry.Entry>, JournalError>
  /** Writes a send down that is about to go out. */
  readonly open: (
    intent: SendIntent.SendIntent,
    request: SendRequest.Normalized
  ) => Effect.Effect<Entry.Entry, JournalError>
  /**
   * Changes an entry, if it is in this state still; none where another process was there first. `change` sees all other entries, and
   * may decide that there is nothing to change. It runs under the lock.
   */
  readonly change: (
    id: string,
    from: Entry.State,
    change: (entry: Entry.Entry, others: ReadonlyArray<Entry.Entry>) => Option.Option<Entry.Entry>
  ) => Effect.Effect<Option.Option<Entry.Entry>, JournalError>
  /** Takes an entry away that was not accepted, as its answer said. */
  readonly remove: (id: string) => Effect.Effect<void, JournalError>
  /** Sends that the log cannot tell from this one, and what of them was read. */
  readonly twins: (entry: Entry.Entry) => Effect.Effect<ReadonlyArray<Twin>, JournalError>
  readonly owners: (
    entry: Entry.Entry,
    ids: ReadonlyArray<RequestId.RequestId>
  ) => Effect.Effect<ReadonlyMap<RequestId.RequestId, SendIntent.Owner>, JournalError>
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

const isEntry = (name: string): boolean => name.endsWith(".json")

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

  const readFolder = Effect.fnUntraced(function*(folder: string) {
    const names = (yield* fs.readDirectory(folder)).filter(isEntry).sort()
    return Arr.getSomes(yield* Effect.forEach(names, (name) => readFile(folder, name)))
  })

  const isOurs = (entry: Entry.Entry): boolean => entry.serviceId === serviceId && entry.host === host

  // An entry that is being settled is in both for a moment: what is known of it counts.
  const all = Effect.gen(function*() {
    const byId = new Map<string, Entry.Entry>()
    for (const entry of [...yield* readFolder(unknown), ...yield* readFolder(settled)]) {
      if (isOurs(entry)) byId.set(entry.id, entry)
    }
    return Array.from(byId.values()).sort((a, b) => a.id < b.id ? -1 : 1)
  })

  const find = Effect.fnUntraced(function*(id: string) {
    const name = `${id}.json`
    // What somebody writes for an id leads into no other folder.
    if (path.basename(name) !== name) return Option.none()
    const known = yield* readFile(settled, name)
    return Option.filter(Option.isSome(known) ? known : yield* readFile(unknown, name), isOurs)
  })

  const write = Effect.fnUntraced(function*(entry: Entry.Entry) {
    const isOpen = entry.state === "Open" || entry.state === "NotAccepted"
    const folder = isOpen ? unknown : settled
    const written = isOpen ? entry : { ...entry, request: null }
    const text = yield* Effect.orDie(encode(written))
    yield* provide(StateDir.writeFile(path.join(folder, `${entry.id}.json`), `${text}\n`))
    yield* provide(StateDir.syncFolder(folder))
    yield* fs.remove(path.join(isOpen ? settled : unknown, `${entry.id}.json`), { force: true })
    return written
  })

  /** A random key of this folder: whoever reads a hash alone cannot try all numbers. */
  const key = Effect.gen(function*() {
    const file = path.join(home, "sends.key")
    const found = yield* Effect.orElseSucceed(fs.readFileString(file), () => "")
    if (found !== "") return found
    const made = Base64.encode(SecureRandom.randomBytesUnsafe(32))
    yield* provide(StateDir.writeFile(file, made))
    return made
  })

  const open = (intent: SendIntent.SendIntent, request: SendRequest.Normalized) =>
    withLock(Effect.gen(function*() {
      const createdAt = yield* DateTime.now
      const random = Hex.encode(SecureRandom.randomBytesUnsafe(4))
      const stamp = Instant.iso(createdAt).slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")
      return yield* write({
        v: 1,
        id: `${stamp}-${random}`,
        serviceId,
        host,
        createdAt,
        type: request.type,
        recipients: request.messages.length,
        twin: createHmac("sha256", yield* key).update(SendIntent.twinKey(request)).digest("base64url"),
        state: "Open",
        intents: [intent],
        request,
        isUnreadable: false,
        isAdopted: false,
        requestId: null,
        requestTime: null
      })
    }))

  const change: Journal["change"] = (id, from, change) =>
    withLock(Effect.gen(function*() {
      const entries = yield* all
      const entry = entries.find((entry) => entry.id === id)
      if (entry?.state !== from) return Option.none()
      const changed = change(entry, entries.filter((other) => other.id !== id))
      return Option.isNone(changed) ? changed : Option.some(yield* write(changed.value))
    }))

  const remove = (id: string) => withLock(fs.remove(path.join(unknown, `${id}.json`), { force: true }))

  const prune = Effect.gen(function*() {
    const now = yield* DateTime.now
    const isOlder = ({ createdAt }: Entry.Entry, days: number) =>
      DateTime.isLessThan(createdAt, DateTime.subtract(now, { days }))
    const entries = yield* all
    const stale = entries.filter((entry) =>
      entry.state === "NotAccepted" ? isOlder(entry, againDays) : entry.state !== "Open" && isOlder(entry, settledDays)
    )
    if (stale.length === 0) return
    yield* withLock(
      Effect.forEach(
        stale,
        ({ id, state }) =>
          fs.remove(path.join(state === "NotAccepted" ? unknown : settled, `${id}.json`), { force: true })
      )
    )
  })

  yield* prune
  return {
    all,
    find,
    open,
    change,
    remove,
    twins: (entry) => Effect.map(all, (entries) => entries.filter((other) => isTwin(entry, other)).map(twinOf)),
    owners: (entry, ids) =>
      Effect.map(all, (entries) => {
        const owners = new Map<RequestId.RequestId, SendIntent.Owner>()
        for (const id of ids) {
          const owner = entries.find(({ requestId }) => requestId === id)
          if (owner !== undefined) owners.set(id, owner.id === entry.id ? "this" : "another")
        }
        return owners
      })
  }
})
