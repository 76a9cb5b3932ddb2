/**
 * Delivery results as they come: SENS calls nobody back, so a feed follows its delivery log and hands each completed message to a
 * handler, over restarts and any number of processes, with its place kept in the program's own database.
 *
 * A handler that writes to the same database does so in the transaction that moves the feed's place: exactly once there.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Feed from "./internal/feed.ts"
import * as FeedStore from "./internal/feedStore.ts"
import * as Persist from "./internal/persist.ts"
import * as Tables from "./internal/tables.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Messages that have come to their end, at most 100: at least one, of either kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  /** The messages, as SENS serves them; `MessageRecord.outcome` says what became of each. */
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  /** Those that cannot be read, and why. */
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
}

/**
 * What a feed is called, and who takes what it brings.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<E = never, R = never> {
  /**
   * What the feed is called. Its place in the log is kept under this name and the client's service: feeds of two names each get all
   * messages, and all processes that run one name share them. Keep phone numbers out of it.
   */
  readonly name: string
  /**
   * Takes a page. It is called once at a time, with messages in the order of the log.
   */
  readonly handler: (page: Page) => Effect.Effect<unknown, E, R>
  /**
   * Whether the handler runs in the transaction that moves the feed's place, so that what it writes by the same `SqlClient` is
   * written exactly once. Such a handler makes no call over the network: the transaction keeps a connection, and on SQLite the
   * whole file. With `false` it runs before that transaction, may take as long as it likes, and gets the messages at least once.
   *
   * @default true
   */
  readonly transaction?: boolean | undefined
  /**
   * From when on, where the feed is new: messages that were completed before are not its own. The log goes back 90 days.
   *
   * @default the time at which the feed runs for the first time
   */
  readonly start?: DateTime.DateTime | Date | undefined
  /**
   * How long after its completion a message may show up in the log, the difference of the clocks included. One that shows up later
   * is missed. Each look at the log reads so much of it again.
   *
   * @default "10 minutes"
   */
  readonly overlap?: Duration.Input | undefined
  /**
   * How long after a look at the log the next one is.
   *
   * @default "10 seconds"
   */
  readonly interval?: Duration.Input | undefined
  /**
   * How long a process that has died, or is frozen, keeps the others from taking over; and on PostgreSQL, how long a handler in a
   * transaction may go without a statement.
   *
   * @default "30 seconds"
   */
  readonly lease?: Duration.Input | undefined
  /**
   * Whether a failure of the service is one to wait out. All others end the feed.
   *
   * @default SensError.isTransient
   */
  readonly isOutage?: ((error: SensError.SensError) => boolean) | undefined
  /**
   * What to do about a time that the log does not cover any more, since the feed stood still for longer than it goes back. It runs as
   * the handler does, before the page that comes after the gap. Without it, the feed fails with `NotCovered`.
   */
  readonly onNotCovered?: ((gap: DeliveryLog.NotCovered) => Effect.Effect<unknown, E, R>) | undefined
}

/**
 * What a feed may fail with, beside what its handler fails with.
 *
 * @category errors
 * @since 0.1.0
 */
export type FeedError = DeliveryLog.LogError | SqlError.SqlError

// -----------------------------------------------------------------------------
// Running
// -----------------------------------------------------------------------------

const wrong = (option: string, message: string): Effect.Effect<never, SensError.SensError> =>
  Effect.fail(
    new SensError.SensError({
      operation: "messages.search",
      reason: new SensError.InvalidRequest({ issues: [{ path: ["options", option], kind: "Option", message }] })
    })
  )

const named = (name: string): Effect.Effect<void, SensError.SensError> =>
  Predicate.isString(name) && name.trim() !== ""
    ? Effect.void
    : wrong("name", "It is empty: the place of a feed is kept under its name")

// Without an overlap results would be missed, and without a lease two processes would be active: no such is made of what is none.
const millis = (option: string, input: Duration.Input, least: number): Effect.Effect<number, SensError.SensError> => {
  const millis = Number.isNaN(input) ? Option.none() : Option.map(Duration.fromInput(input), Duration.toMillis)
  return Option.isSome(millis) && Number.isFinite(millis.value) && millis.value >= least
    ? Effect.succeed(millis.value)
    : wrong(option, `Expected a duration of at least ${least} ms, and not for ever`)
}

/**
 * Hands each message that is completed to the handler, page after page, for ever.
 *
 * **Details**
 *
 * The place in the log stands in the table `sens_feed`, and moves in the handler's transaction: what the handler wrote and that it is
 * done are one. The ids of what was handed over stand in `sens_feed_seen` for as long as the log may show them again. Neither holds a
 * phone number or a text.
 *
 * Of all processes that run a feed one reads the log; the others wait, and one of them takes over within the lease when it dies. One
 * that was frozen meanwhile finds that the place has moved, and changes nothing.
 *
 * An outage of SENS is waited out, and so is one of the database. Where the handler fails, `run` fails with its error, nothing of the page
 * is kept, and the page comes again at the next run: `Effect.retry` is the pause between the two. A `SqlError` of the handler that may
 * pass, such as a deadlock, is tried again before, ten times.
 *
 * **Gotchas**
 *
 * A message is handed over once, when the log shows that it is completed; a handler that does something else than writing to the
 * database may get it again after a crash. `messageId` tells it. A record that cannot be read and has no id may come again as well.
 *
 * Fails with what the handler fails with; `SensError` for what is no outage (see `isOutage`), and for an option that is wrong; `PagingError` where
 * a page does not lead on; `NotCovered` as `onNotCovered` says; `SqlError` for what does not pass.
 *
 * **Example** (The result of each message, in the program's own table)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const program = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   const { messages } = yield* Sens.Sens
 *   yield* sql`CREATE TABLE results (message_id TEXT UNIQUE, outcome TEXT)`
 *   yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }, { to: "01087654321" }]
 *   })
 *   const feed = DeliveryFeed.run({
 *     name: "results",
 *     start: new Date(Date.now() - 60_000),
 *     interval: "1 second",
 *     handler: ({ records }) =>
 *       Effect.forEach(records, (record) =>
 *         sql`INSERT INTO results VALUES (${record.messageId}, ${MessageRecord.outcome(record)._tag})`)
 *   })
 *   const all = sql`SELECT outcome FROM results`.values.pipe(
 *     Effect.delay("50 millis"),
 *     Effect.repeat({ until: (rows) => rows.length === 2 })
 *   )
 *   return yield* Effect.raceFirst(feed, all)
 * })
 *
 * const layer = NodeSqlite.layer({ filename: ":memory:" }).pipe(
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer({
 *     completedAfter: 0,
 *     outcomes: { "01087654321": "2003" }
 *   }))
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [["Delivered"], ["Failed"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function*<E = never, R = never>({
  handler,
  interval,
  isOutage,
  lease = "30 seconds",
  name,
  onNotCovered,
  overlap: given = "10 minutes",
  start,
  transaction = true
}: Options<E, R>): Effect.fn.Return<never, E | FeedError, R | Sens.Sens | SqlClient.SqlClient> {
  yield* named(name)
  const overlapping = yield* millis("overlap", given, 0)
  const leasing = yield* millis("lease", lease, 1)
  if (interval !== undefined) yield* millis("interval", interval, 0)
  const from = start === undefined
    ? yield* Clock.currentTimeMillis
    : start instanceof Date
    ? start.getTime()
    : DateTime.toEpochMillis(start)
  if (!Number.isFinite(from)) return yield* wrong("start", "Expected a time")
  const client = yield* SqlClient.SqlClient
  const { serviceId } = yield* Sens.Sens
  yield* Tables.make(Persist.atStart)
  const overlap = Duration.millis(Math.ceil(overlapping / 1000) * 1000)
  const key = {
    name,
    service: serviceId,
    holder: Base64.encode(SecureRandom.randomBytesUnsafe(16)),
    lease: leasing
  }
  const store = FeedStore.make(client, key)
  const cursor = yield* DeliveryLog.beginning({ start: DateTime.makeUnsafe(from), overlap })
  yield* Persist.retrying(Persist.atStart)(
    store.create(yield* Feed.encode(cursor))
  )
  return yield* Feed.run(store, {
    name,
    handler,
    onNotCovered,
    isInTransaction: transaction,
    lease: key.lease,
    overlap,
    reading: { interval, isOutage }
  })
})

/**
 * Up to when the log has been read: what was completed before that time, and has shown up, is handed over. None where the feed has never
 * run. For a health check: a time that is minutes old says that no process follows the feed, that the service or the handler fails, or
 * that there is much to catch up on.
 *
 * Fails with `SqlError`.
 *
 * **Example** (Never run)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Option from "effect/Option"
 *
 * const layer = NodeSqlite.layer({ filename: ":memory:" }).pipe(
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer())
 * )
 *
 * await Effect.runPromise(Effect.provide(DeliveryFeed.position("results"), layer)) // => Option.none()
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const position = Effect.fn("DeliveryFeed.position")(function*(
  name: string
): Effect.fn.Return<Option.Option<DateTime.Utc>, SqlError.SqlError, Sens.Sens | SqlClient.SqlClient> {
  const client = yield* SqlClient.SqlClient
  const { serviceId } = yield* Sens.Sens
  const { cursor } = FeedStore.make(client, { name, service: serviceId, holder: "", lease: 0 })
  // The tables may not be there yet. Who asks about health does not wait for the database.
  const found = yield* Effect.catch(cursor, () => Effect.andThen(Tables.make(Schedule.recurs(0)), cursor))
  return yield* Effect.transposeOption(Option.map(found, Feed.position))
})

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

const pauses = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")])

const nameOf = (error: unknown): string =>
  Predicate.hasProperty(error, "_tag") ? String(error._tag) : error instanceof Error ? error.name : typeof error

/**
 * {@link run} for as long as the layer lives. What it fails with is logged as a warning, by its name alone, and it runs again after 1, 2,
 * 4 … 60 seconds: the page that the handler failed with comes again until the handler takes it.
 *
 * **Example** (Beside the worker of the outbox)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Deferred from "effect/Deferred"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const completed = Deferred.makeUnsafe<number>()
 *
 * const feed = DeliveryFeed.layer({
 *   name: "results",
 *   interval: "1 second",
 *   handler: ({ records }) => Deferred.succeed(completed, records.length)
 * })
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.Outbox
 *   yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 *   return yield* Deferred.await(completed)
 * })
 *
 * const layer = Layer.mergeAll(feed, Outbox.layerWorker()).pipe(
 *   Layer.provideMerge(Outbox.layer()),
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer({ completedAfter: 0 }))
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => 1
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never, R = never>(
  options: Options<E, R>
): Layer.Layer<never, never, R | Sens.Sens | SqlClient.SqlClient> =>
  Layer.effectDiscard(
    run(options).pipe(
      Effect.catchCause((cause) =>
        Effect.flip(Effect.logWarning("a feed of delivery results has failed", {
          feed: options.name,
          // No more of it: its message may hold what the handler was given.
          error: nameOf(Cause.squash(cause))
        }))
      ),
      Effect.retry(pauses),
      Effect.forkScoped
    )
  )
