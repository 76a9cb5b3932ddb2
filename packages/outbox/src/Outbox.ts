/**
 * Messages that survive the process: an entry is a row of the program's own database, written in the program's own transaction,
 * and sent once after its commit, whatever dies in between.
 *
 * `enqueue` writes an entry down, a worker sends it: in the same process, in another one, or in several. An entry whose answer was
 * lost is looked for in the delivery log, and sent again only on proof that it was not accepted.
 *
 * @since 0.1.0
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import { isFailure } from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import type * as Stream from "effect/Stream"
import * as EntryId from "./EntryId.ts"
import * as Counting from "./internal/counting.ts"
import * as Fingerprint from "./internal/fingerprint.ts"
import * as HeldRows from "./internal/heldRows.ts"
import * as Machine from "./internal/machine.ts"
import * as Payload from "./internal/payload.ts"
import * as Persist from "./internal/persist.ts"
import * as Reading from "./internal/reading.ts"
import * as Results from "./internal/results.ts"
import type * as Row from "./internal/row.ts"
import * as Store from "./internal/store.ts"
import * as Sweep from "./internal/sweep.ts"
import * as Tables from "./internal/tables.ts"
import * as Wake from "./internal/wake.ts"
import * as Worker from "./internal/worker.ts"
import * as OutboxError from "./OutboxError.ts"
import * as OutboxMetrics from "./OutboxMetrics.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * What became of one recipient. `Unknown`: the delivery log had no final state of it within 72 hours.
 *
 * @category models
 * @since 0.1.0
 */
export interface Result {
  /** Whether the handset has it. */
  readonly outcome: "Delivered" | "Failed" | "Unknown"
  /** The result code; none where it is not known. */
  readonly code: Option.Option<DeliveryCode.DeliveryCode>
  /** When the carrier had its result. */
  readonly completeTime: Option.Option<DateTime.Utc>
}

/**
 * Why an entry is not sent.
 *
 * - `Expired`: its time was over
 * - `FilesExpired`: SENS does not have the files of the MMS any more
 * - `OptedOut`: it is an advertisement of a campaign, and the number is on the block list
 * - `Cancelled`: it, or its campaign, was cancelled
 * - `GivenUp`: a person has settled it so, though it may have been accepted
 *
 * @category models
 * @since 0.1.0
 */
export type NotSentReason = typeof Machine.NotSent.Type

/**
 * How far an entry is.
 *
 * - `Waiting`: it is to be sent, not before `due`; there is none while its campaign is paused
 * - `Open`: it is being sent, or its answer was lost and the delivery log is asked
 * - `Accepted`: SENS has taken it; the results of its recipients are awaited
 * - `Final`: there are no more results to come; one for each recipient, in their order
 * - `Refused`: SENS refused it, or it is wrong; nobody got it
 * - `NotSent`: its time or that of its files was over, it was cancelled, or it is an advertisement to people who refused such; nobody got it
 * - `Held`: nobody can tell whether it was accepted
 *
 * @category models
 * @since 0.1.0
 */
export type Status = Data.TaggedEnum<{
  Waiting: { readonly due: Option.Option<DateTime.Utc> }
  Open: {}
  Accepted: { readonly requestId: RequestId.RequestId }
  Final: { readonly requestId: RequestId.RequestId; readonly results: ReadonlyArray<Result> }
  Refused: { readonly reason: SensError.Reason }
  NotSent: { readonly why: NotSentReason }
  Held: {}
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Status}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Status = Data.taggedEnum<Status>()

/**
 * A service that does not send at present.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hold {
  /** The SMS service. */
  readonly service: string
  /**
   * `Quota`: its quota is used up. `Paused`: its keys or their permissions are wrong. `Unserved`: entries of it are due, and for an hour no
   * worker or `drain` had a client of it.
   */
  readonly kind: "Quota" | "Paused" | "Unserved"
  /** What SENS said; none where it was not asked. */
  readonly reason: Option.Option<SensError.Reason>
  /** Since when. */
  readonly since: DateTime.Utc
  /** When one entry tries whether it is over; none where that takes a client. */
  readonly until: Option.Option<DateTime.Utc>
}

/**
 * An entry that a person has to settle.
 *
 * @category models
 * @since 0.1.0
 */
export interface Held {
  /** The entry. */
  readonly id: EntryId.EntryId
  /** The SMS service that it was sent to. */
  readonly service: string
  /** When it was sent. */
  readonly intentAt: DateTime.Utc
  /** How many recipients it has. */
  readonly recipients: number
}

/**
 * What a person has found out about an entry that is held.
 *
 * - `Accepted`: it was, under this id
 * - `SendAgain`: it was not
 * - `GiveUp`: it is not to be sent again, whatever became of it
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict = Data.TaggedEnum<{
  Accepted: { readonly requestId: RequestId.RequestId }
  SendAgain: {}
  GiveUp: {}
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Verdict}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Verdict = Data.taggedEnum<Verdict>()

/**
 * What is taken out of the database.
 *
 * @category options
 * @since 0.1.0
 */
export interface PurgeOptions {
  /** How long ago an entry has come to its end, at the least. */
  readonly olderThan: Duration.Input
  /** `texts`: numbers and texts. `everything`: the entry. */
  readonly what: "texts" | "everything"
}

/**
 * How an entry is to be sent.
 *
 * @category options
 * @since 0.1.0
 */
export interface EnqueueOptions {
  /**
   * What makes the entry the only one of its kind, such as `welcome/12`: with a key that is taken by an equal request, the entry
   * that is there is given back. Keep phone numbers out of it.
   *
   * @default none: each call is an entry
   */
  readonly key?: string | undefined
  /**
   * The SMS service that sends it.
   *
   * @default that of the client in the context of the layer
   */
  readonly service?: string | undefined
  /**
   * When it is sent, at the earliest. It stands in place of `reserve`, which is refused: a reservation that waits is in no search.
   *
   * @default at once
   */
  readonly at?: DateTime.DateTime | Date | undefined
  /**
   * How long after `at`, or after now, it may be sent for the first or any other time.
   *
   * @default for ever
   */
  readonly expiresAfter?: Duration.Input | undefined
  /**
   * Until when SENS has the files of an MMS: the `expireTime` of their upload. It is not sent after that.
   *
   * @default two days from now
   */
  readonly filesExpireAt?: DateTime.DateTime | Date | undefined
  /**
   * Whether it goes before, or after, all that is `transactional`.
   *
   * @default "transactional"
   */
  readonly priority?: "transactional" | "bulk" | undefined
}

/**
 * How an outbox is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Health {
  /** How many entries have not come to their end, by their state. */
  readonly entries: { readonly [State in "Waiting" | "Open" | "Accepted" | "Held"]: number }
  /** For how long an entry has been due that nobody has acted on; what waits for the end of a hold is not due. */
  readonly overdue: Option.Option<Duration.Duration>
  /** The services that do not send at present, and why. */
  readonly holds: ReadonlyArray<Hold>
  /** When a worker of this process has last taken what was due; none where none has. */
  readonly lastPass: Option.Option<DateTime.Utc>
}

/**
 * How the numbers and texts of an entry stand in the database. Both are given and give a text; where one fails, nothing of what it
 * says is shown.
 *
 * @category models
 * @since 0.1.0
 */
export interface PayloadCodec {
  /** Makes what is written down. Where it fails with any `Error`, `enqueue` dies. */
  readonly encode: (text: string) => Effect.Effect<string, Error>
  /** Reads it. Where it fails with any `Error`, as for want of a key, the entry stays as it is, and is tried again. */
  readonly decode: (text: string) => Effect.Effect<string, Error>
}

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

/**
 * An outbox.
 *
 * @category services
 * @since 0.1.0
 */
export interface Service {
  /**
   * Writes a request down, to be sent once. In a `withTransaction` of the same `SqlClient` it is part of that transaction: where it
   * is taken back, nothing is sent. Sends nothing itself, and makes no call.
   *
   * Fails with `SensError`, whose reason is `InvalidRequest`, with all problems that the client's own check finds, and for a
   * `reserve`; `KeyConflict` where an entry with another request has the key; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly enqueue: (
    request: SendRequest.SendRequest,
    options?: EnqueueOptions
  ) => Effect.Effect<EntryId.EntryId, SensError.SensError | OutboxError.KeyConflict | SqlError.SqlError>

  /**
   * How far an entry is.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly status: (id: EntryId.EntryId) => Effect.Effect<Status, OutboxError.NotFound | SqlError.SqlError>

  /**
   * Waits until an entry has come so far, or cannot come any further, and gives its status: `accepted` until SENS has taken it, `final`
   * until its recipients' results are there. It asks once in a second.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly await: (
    id: EntryId.EntryId,
    until: "accepted" | "final"
  ) => Effect.Effect<Status, OutboxError.NotFound | SqlError.SqlError>

  /**
   * Keeps an entry from being sent. True where it certainly is not and will not be. An entry that is open, or held, may have been accepted;
   * if it turns out that it was not, it is not sent again.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly cancel: (id: EntryId.EntryId) => Effect.Effect<boolean, OutboxError.NotFound | SqlError.SqlError>

  /**
   * The entries that nobody can tell about, from the oldest on: SENS said that it accepted them, and the delivery log never showed them; or
   * for a day it could not be read, or showed what may be them and may not.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly held: Stream.Stream<Held, SqlError.SqlError>

  /**
   * Settles an entry that is held, by what a person has found out.
   *
   * Fails with `NotFound` where there is none of this id; `WrongState` where it is not held, where the request id is another entry's, and for
   * `SendAgain` as long as what was sent of it, or of an equal entry, may still be accepted or be missing in the log; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly settle: (
    id: EntryId.EntryId,
    verdict: Verdict
  ) => Effect.Effect<void, OutboxError.NotFound | OutboxError.WrongState | SqlError.SqlError>

  /**
   * Takes personal data out of entries that have come to their end so long ago: the numbers and texts, or the entries as a whole, which
   * sets their keys free. Held entries stay, and so does an entry with an equal one that is still open or held. Gives how many it were.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly purge: (options: PurgeOptions) => Effect.Effect<number, SqlError.SqlError>

  /**
   * The services that do not send at present, and why.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly holds: Effect.Effect<ReadonlyArray<Hold>, SqlError.SqlError>

  /**
   * Lets a service send again at once.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly release: (service: string) => Effect.Effect<void, SqlError.SqlError>

  /**
   * How the outbox is, for whoever is on duty. It counts all entries that have not come to their end, which takes a moment where there
   * are millions, and sets the gauges of `OutboxMetrics`.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly health: Effect.Effect<Health, SqlError.SqlError>

  /** How numbers and texts stand in the database; the worker reads them by it. */
  readonly payload: PayloadCodec
}

/**
 * The outbox of a database.
 *
 * @category services
 * @since 0.1.0
 */
export class Outbox extends Context.Service<Outbox, Service>()("@effect-sens/outbox/Outbox") {}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * How an outbox checks what it is given.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * What is checked, and how strictly, where no client is in the context.
   *
   * @default those of the client in the context
   */
  readonly preflight?: Preflight.Options | undefined
  /**
   * How long an accepted request may take to show up in the delivery log, for what a person settles; see `reconcile` of the client.
   *
   * @default that of the client in the context, or 60 seconds where there is none
   */
  readonly visibilityLag?: Duration.Input | undefined
  /**
   * How numbers and texts stand in the database, such as encrypted. All programs on one database have the same.
   *
   * @default as they are
   */
  readonly payload?: PayloadCodec | undefined
}

const priorities = { transactional: 0, bulk: 1 } as const

const settled = {
  accepted: new Set<Status["_tag"]>(["Accepted", "Final", "Refused", "NotSent", "Held"]),
  final: new Set<Status["_tag"]>(["Final", "Refused", "NotSent", "Held"])
}

// A row in such a state has such a column.
const present = <A>(value: A | null): Effect.Effect<A> => Effect.orDie(Effect.fromNullishOr(value))

const polls = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])

/**
 * Makes the tables where they are not there, and gives their outbox. The client in the context, if there is one, says what is checked
 * and which service sends; a program that only enqueues needs none.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute.
 *
 * **Example** (A program that only enqueues)
 *
 * ```ts import.meta.vitest
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.make({ preflight: { charset: "CP949" } })
 *   const id = yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "똠방각하",
 *     messages: [{ to: "01012345678" }]
 *   }, { service: "ncp:sms:kr:000000000000:demo" })
 *   const { _tag } = yield* outbox.status(id)
 *   return _tag
 * })
 *
 * await Effect.runPromise(Effect.provide(program, NodeSqlite.layer({ filename: ":memory:" }))) // => "Waiting"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options = {}
): Effect.fn.Return<Service, SqlError.SqlError, SqlClient.SqlClient> {
  const client = yield* SqlClient.SqlClient
  yield* Tables.make(Persist.atStart)
  const store = Store.make(client)
  const fingerprint = yield* Persist.retrying(Persist.atStart)(Fingerprint.make(store))
  const sens = yield* Effect.serviceOption(Sens.Sens)
  const wake = Wake.of(client)
  const codec = options.payload ?? Payload.plain
  const payload = Payload.make(codec)

  const settings = Option.map(sens, ({ settings }) => settings)
  const read = Reading.make(sens, options.preflight)

  const enqueue = Effect.fn("Outbox.enqueue")(function*(
    request: SendRequest.SendRequest,
    { at, expiresAfter, filesExpireAt, key, priority = "transactional", service }: EnqueueOptions = {}
  ) {
    const reading = yield* read(request)
    if (isFailure(reading)) return yield* Reading.invalid(reading.failure)
    const value = reading.success
    if (!Object.hasOwn(priorities, priority)) {
      return yield* Reading.wrong("priority", "Expected transactional or bulk")
    }
    if (key !== undefined) yield* Reading.name("key", key)
    const from = yield* Reading.service(sens, service)
    const lasting = yield* Reading.duration("expiresAfter", expiresAfter)
    const due = yield* Reading.millis("at", at)
    const known = yield* Reading.millis("filesExpireAt", filesExpireAt)
    const present = yield* Clock.currentTimeMillis
    const filesUntil = Reading.hasFiles(value) ? known ?? present + Reading.filesLast : undefined
    if (filesUntil !== undefined && (due ?? present) > filesUntil) return yield* Reading.tooLate
    const digest = yield* fingerprint.digest(from, value)
    const twin = yield* fingerprint.twin(from, value)
    const entry = yield* store.insert({
      key: key ?? null,
      digest,
      twin,
      service: from,
      priority: priorities[priority],
      recipients: value.messages.length,
      at: due,
      filesUntil,
      expiresAfter: lasting,
      request: yield* payload.encode(JSON.stringify(value))
    })
    const id = EntryId.EntryId.make(entry.id)
    if (entry.digest !== digest) return yield* new OutboxError.KeyConflict({ id })
    yield* client.afterCommit(Effect.suspend(() => {
      wake.openUnsafe()
      return entry.isNew ? Counting.count(from, "Enqueue") : Effect.void
    }))
    return id
  })

  const rowOf = (id: EntryId.EntryId) =>
    Effect.flatMap(
      store.row(id),
      Option.match({
        onNone: () => Effect.fail(new OutboxError.NotFound({ id })),
        onSome: Effect.succeed
      })
    )

  const statusOf = Effect.fnUntraced(function*(row: Row.Row): Effect.fn.Return<Status, SqlError.SqlError> {
    switch (row.state) {
      case "Waiting":
        return Status.Waiting({ due: Option.flatMap(Option.fromNullOr(row.due), DateTime.make) })
      case "Open":
        return Status.Open()
      case "Held":
        return Status.Held()
      case "Accepted":
        return Status.Accepted({ requestId: yield* present(row.request_id) })
      case "Final": {
        const kept = yield* store.result(row.id)
        const results = Results.shown(Option.getOrNull(kept))
        return Status.Final({ requestId: yield* present(row.request_id), results })
      }
      case "Refused":
        return Status.Refused({ reason: Store.decodeReason(row.reason) })
      case "NotSent":
        return Status.NotSent({ why: Store.decodeWhy(row.reason) })
    }
  })

  const status = (id: EntryId.EntryId) => Effect.flatMap(rowOf(id), statusOf)

  // What is no number would be no lag at all, and something be sent again too early.
  const isLagGiven = options.visibilityLag !== undefined && !Number.isNaN(options.visibilityLag)
  const lag = Duration.toMillis(
    isLagGiven
      ? Duration.fromInputUnsafe(options.visibilityLag)
      : Option.match(settings, { onNone: () => Duration.seconds(60), onSome: ({ visibilityLag }) => visibilityLag })
  )

  const settle = Effect.fn("Outbox.settle")(function*(id: EntryId.EntryId, verdict: Verdict) {
    const row = yield* rowOf(id)
    const change = Verdict.$match(verdict, {
      Accepted: ({ requestId }): Machine.Change => Machine.Change.Assign({ requestId }),
      SendAgain: () => Machine.Change.SendAgain({ lag }),
      GiveUp: () => Machine.Change.GiveUp()
    })
    const written = yield* store.write(row, change)
    if (Option.isSome(written)) {
      wake.openUnsafe()
      return
    }
    const { state } = yield* rowOf(id)
    if (state !== "Held") return yield* new OutboxError.WrongState({ id, why: "NotHeld" })
    if (verdict._tag === "Accepted") return yield* new OutboxError.WrongState({ id, why: "IdTaken" })
    const until = DateTime.add(yield* DateTime.now, { milliseconds: yield* store.untilSafe(row, lag) })
    return yield* new OutboxError.WrongState({ id, why: "TooEarly", until })
  })

  const held = HeldRows.make(store)

  const holds = Effect.gen(function*() {
    const all = (yield* store.holds).map(({ kind, reason, service, since, until }): Hold => ({
      service,
      kind,
      reason: Option.some(reason),
      since: DateTime.makeUnsafe(since),
      until: Option.some(DateTime.makeUnsafe(until))
    }))
    const unserved = (yield* store.unserved).map(({ service, since }): Hold => ({
      service,
      kind: "Unserved",
      reason: Option.none(),
      since: DateTime.makeUnsafe(since),
      until: Option.none()
    }))
    return [...all, ...unserved]
  })

  // What has come to its end is none of a state any more.
  const shown = new Set<string>()
  const gauge = (service: string, state: string, count: number) =>
    Metric.update(OutboxMetrics.withAttributes.entries({ service, state }), count)

  const health = Effect.gen(function*() {
    const counts = yield* store.health
    const held = yield* holds
    const entries = { Waiting: 0, Open: 0, Accepted: 0, Held: 0 }
    const gone = new Set(shown)
    let wait = 0
    for (const { count, service, state, wait: first } of counts) {
      entries[state] += count
      const isHeld = state === "Waiting" && held.some((hold) => hold.service === service && hold.kind !== "Unserved")
      if (first !== null && !isHeld) wait = Math.min(wait, first)
      yield* gauge(service, state, count)
      shown.add(`${state} ${service}`)
      gone.delete(`${state} ${service}`)
    }
    for (const key of gone) yield* gauge(key.slice(key.indexOf(" ") + 1), key.slice(0, key.indexOf(" ")), 0)
    yield* Metric.update(OutboxMetrics.overdue, -wait)
    return {
      entries,
      overdue: wait < 0 ? Option.some(Duration.millis(-wait)) : Option.none(),
      holds: held,
      lastPass: Option.flatMap(Option.fromUndefinedOr(Wake.lastPass(client)), DateTime.make)
    }
  }).pipe(Effect.withSpan("Outbox.health"))

  return Outbox.of({
    enqueue,
    health,
    payload: codec,
    held,
    settle,
    purge: Effect.fn("Outbox.purge")(function*({ olderThan, what }: PurgeOptions) {
      return yield* Sweep.purge(store, Sweep.age(olderThan), what)
    }),
    status: Effect.fn("Outbox.status")(status),
    await: Effect.fn("Outbox.await")((id: EntryId.EntryId, until: "accepted" | "final") =>
      Effect.repeat(status(id), {
        schedule: polls,
        until: ({ _tag }) => settled[until].has(_tag)
      })
    ),
    cancel: Effect.fn("Outbox.cancel")(function*(id: EntryId.EntryId) {
      const isCancelled = yield* store.cancel(id)
      const { service, state } = yield* rowOf(id)
      if (isCancelled) {
        yield* Counting.count(service, "Cancel")
        return true
      }
      return state === "NotSent" || state === "Refused"
    }),
    holds: Effect.withSpan(holds, "Outbox.holds"),
    release: Effect.fn("Outbox.release")(function*(service: string) {
      yield* store.release(service)
      wake.openUnsafe()
    })
  })
})

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides the outbox of the program's database. It sends nothing: that is what {@link layerWorker} or {@link drain} does.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute.
 *
 * **Example** (In the transaction of the program, or not at all)
 *
 * ```ts import.meta.vitest
 * import type * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const welcome = (name: string): SendRequest.SendRequest => ({
 *   type: "SMS",
 *   from: "0212345678",
 *   content: `${name}, welcome`,
 *   messages: [{ to: "01012345678" }]
 * })
 *
 * const signUp = Effect.fnUntraced(function*(name: string) {
 *   const sql = yield* SqlClient.SqlClient
 *   const outbox = yield* Outbox.Outbox
 *   yield* sql`INSERT INTO users ${sql.insert({ name })}`
 *   return yield* outbox.enqueue(welcome(name), { key: `welcome/${name}` })
 * }, (effect) => SqlClient.SqlClient.use((sql) => sql.withTransaction(effect)))
 *
 * const program = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   const outbox = yield* Outbox.Outbox
 *   const emulator = yield* Emulator.Emulator
 *   yield* sql`CREATE TABLE users (name TEXT UNIQUE)`
 *   const id = yield* signUp("Kim")
 *   yield* Effect.flip(signUp("Kim"))
 *   const { _tag } = yield* outbox.await(id, "accepted")
 *   return [_tag, (yield* emulator.allMessages).length]
 * })
 *
 * const layer = Outbox.layerWorker().pipe(
 *   Layer.provideMerge(Outbox.layer()),
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer())
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Accepted", 1]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<Outbox, SqlError.SqlError, SqlClient.SqlClient> =>
  Layer.effect(Outbox, make(options))

/**
 * Who sends, and how much at once.
 *
 * @category options
 * @since 0.1.0
 */
export interface WorkerOptions {
  /**
   * Further clients, of other services than that in the context. An entry of a service that has no client waits.
   *
   * @default none
   */
  readonly clients?: ReadonlyArray<Sens.Service> | undefined
  /**
   * The one campaign whose entries are acted on, for a program that runs each by itself. Others stay as they are.
   *
   * @default every entry
   */
  readonly campaign?: string | undefined
  /**
   * How many entries are acted on at the same time, from 2 to 10,000. A quarter of them is kept for transactional ones.
   *
   * @default 32
   */
  readonly concurrency?: number | undefined
  /**
   * Whether advertisements to Korean numbers (`contentType: "AD"`, country 82) wait for the morning: none is sent between 20:50 and 08:00 in
   * Korea. The law forbids it from 21:00 on, unless a recipient has agreed to just that.
   *
   * @default true
   */
  readonly quietHours?: boolean | undefined
  /**
   * What becomes of an entry whose answer was lost where the delivery log proves that it was not accepted: `sendAgain`, or `hold`,
   * which leaves it to a person, for whoever does not trust what is assumed of SENS.
   *
   * @default "sendAgain"
   */
  readonly onOpen?: "sendAgain" | "hold" | undefined
  /**
   * After how long the numbers and texts of an entry that has come to its end are taken out of the database, and after how long all of
   * it, once a day; see `purge` of the {@link Service}. What is infinite is never done.
   *
   * @default { texts: "7 days", everything: "90 days" }
   */
  readonly sweep?: {
    /** When numbers and texts go; 7 days unless given. */
    readonly texts?: Duration.Input | undefined
    /** When the entry goes; 90 days unless given. */
    readonly everything?: Duration.Input | undefined
  } | undefined
}

// No statement takes more rows at a time.
const most = 10_000

const whole = (given: number | undefined, otherwise: number): number =>
  given === undefined || Number.isNaN(given) ? otherwise : Math.max(0, Math.min(most, Math.ceil(given)))

const working = Effect.fnUntraced(
  function*(
    { campaign, clients = [], onOpen = "sendAgain", quietHours = true }: Pick<
      WorkerOptions,
      "campaign" | "clients" | "onOpen" | "quietHours"
    >
  ) {
    // Its tables are there.
    const { payload } = yield* Outbox
    const client = yield* SqlClient.SqlClient
    const store = Store.make(client)
    const wake = yield* Wake.current(client)
    const all = Arr.prepend(clients, yield* Sens.Sens)
    const worker = Worker.make(store, all, {
      campaign,
      onOpen,
      quietHours,
      payload: Payload.make(payload),
      wake: () => wake.openUnsafe(),
      passed: (at) => Wake.passed(client, at)
    })
    // Until nobody can ask any more whose a record is, by the clock of any client.
    const forgetting = Math.max(
      ...all.map(({ settings: { timestampTolerance, visibilityLag } }) =>
        Duration.toMillis(timestampTolerance) + Duration.toMillis(visibilityLag)
      )
    )
    const services = Arr.map(all, ({ serviceId }): string => serviceId)
    return { store, worker, wake, services, forgetting }
  }
)

/**
 * Sends what is in the outbox, follows it to its results, and settles what processes left that died: for as long as the layer lives.
 * Any number of programs may do so on one database.
 *
 * Where the layer ends, what is being sent is sent to its end, for as long as an attempt of the client may take.
 *
 * **Example** (Two services)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const other = { ...Account.options, serviceId: "ncp:sms:kr:000000000000:other" }
 *
 * const worker = Layer.unwrap(Effect.map(Sens.make(other), (client) => Outbox.layerWorker({ clients: [client] })))
 * const layer = worker.pipe(
 *   Layer.provideMerge(Outbox.layer()),
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer({
 *     accounts: [{ ...Account.emulatorAccount, serviceIds: [Account.serviceId, other.serviceId] }]
 *   }))
 * )
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.Outbox
 *   const id = yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   }, { service: other.serviceId })
 *   const { _tag } = yield* outbox.await(id, "accepted")
 *   return _tag
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => "Accepted"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWorker = (
  options: WorkerOptions = {}
): Layer.Layer<never, never, Outbox | Sens.Sens | SqlClient.SqlClient> =>
  Layer.effectDiscard(Effect.gen(function*() {
    const { forgetting, services, store, wake, worker } = yield* working(options)
    yield* Effect.forkScoped(Sweep.hourly(store, services, forgetting))
    yield* Effect.forkScoped(Sweep.daily(store, {
      texts: Sweep.age(options.sweep?.texts ?? "7 days"),
      everything: Sweep.age(options.sweep?.everything ?? "90 days")
    }))
    yield* Effect.forkScoped(Worker.run(worker, Math.max(2, whole(options.concurrency, 32)), wake))
  }))

/**
 * How much is done in one pass.
 *
 * @category options
 * @since 0.1.0
 */
export interface DrainOptions {
  /**
   * Further clients; see {@link WorkerOptions}.
   *
   * @default none
   */
  readonly clients?: ReadonlyArray<Sens.Service> | undefined
  /**
   * Whether advertisements to Korean numbers (`contentType: "AD"`, country 82) wait for the morning: none is sent between 20:50 and 08:00 in
   * Korea. The law forbids it from 21:00 on, unless a recipient has agreed to just that.
   *
   * @default true
   */
  readonly quietHours?: boolean | undefined
  /**
   * What becomes of an entry that was lost and surely not accepted; see {@link WorkerOptions}.
   *
   * @default "sendAgain"
   */
  readonly onOpen?: "sendAgain" | "hold" | undefined
  /**
   * How many entries are acted on, up to 10,000.
   *
   * @default 100
   */
  readonly limit?: number | undefined
}

/**
 * One pass over what is due, for a program that is started from time to time: a cron job, a function of a cloud. `acted` is how many
 * entries were acted on, `next` how long it is until one is due; none where none waits for anything. It sweeps nothing: once a day, `purge` of
 * the {@link Service} takes personal data away.
 *
 * Fails with `SqlError`.
 *
 * **Example** (A cron job)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.Outbox
 *   const id = yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 *   const { acted } = yield* Outbox.drain()
 *   const { _tag } = yield* outbox.status(id)
 *   return [acted, _tag]
 * })
 *
 * const layer = Outbox.layer().pipe(
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer())
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [1, "Accepted"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const drain = Effect.fn("Outbox.drain")(function*(
  options: DrainOptions = {}
): Effect.fn.Return<
  { readonly acted: number; readonly next: Option.Option<Duration.Duration> },
  SqlError.SqlError,
  Outbox | Sens.Sens | SqlClient.SqlClient
> {
  const { worker } = yield* working(options)
  const limit = whole(options.limit, 100)
  const tasks = yield* worker.take(limit, limit)
  yield* Effect.forEach(tasks, ({ act }) => act, { concurrency: "unbounded", discard: true })
  const wait = yield* worker.untilDue
  return { acted: tasks.length, next: Option.map(wait, Duration.millis) }
})
