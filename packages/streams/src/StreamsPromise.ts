/**
 * Sending to many, the delivery log and tracking, for programs without Effect: promises, and values to read with `for await`.
 *
 * It is the client of `SensPromise` with these besides, so that all of them share its rate limit, and what it knows of what it sent.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import type * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import type * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as BulkSend from "./BulkSend.ts"
import * as Delivery from "./Delivery.ts"
import * as DeliveryLog from "./DeliveryLog.ts"
import * as Given from "./internal/options.ts"
import * as Reading from "./internal/reading.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Values that come one after another, to be read once, with `for await`.
 *
 * Nothing is done before the first is asked for, and nothing more than is asked for. `break`, `return()` and `await using` end what
 * is under way, and wait for it; what was sent by then has its outcome. It rejects as the promises of `SensPromise` do: with the error,
 * or with the reason of an aborted signal, after the values that were there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sequence<A> extends AsyncIterableIterator<A, undefined, void>, AsyncDisposable {
  /** The next value. */
  readonly next: () => Promise<IteratorResult<A, undefined>>
  /** Ends what is under way, and waits until it has ended. */
  readonly return: () => Promise<IteratorResult<A, undefined>>
  /** Itself: it can be read once. */
  readonly [Symbol.asyncIterator]: () => Sequence<A>
}

/**
 * Values of a program: an array, a generator, or rows as a database gives them.
 *
 * @category models
 * @since 0.1.0
 */
export type Values<A> = Iterable<A> | AsyncIterable<A>

/**
 * A page of the log.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  /** Its messages. */
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  /** Those of them that cannot be read: their places and why. */
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  /** Where to read on: a text to write down, for {@link StreamsPromise.resume}. */
  readonly cursor: string
}

/**
 * Something that changed since it was last looked at; see `Delivery.Change`. `before` is `undefined` where it was not seen before.
 *
 * @category models
 * @since 0.1.0
 */
export type Change =
  | {
    readonly _tag: "Reservation"
    readonly requestId: RequestId.RequestId
    readonly status: ReservationStatus.ReservationStatus
    readonly before: string | undefined
  }
  | {
    readonly _tag: "Message"
    readonly requestId: RequestId.RequestId
    readonly record: MessageRecord.MessageRecord
    readonly before: string | undefined
  }
  | {
    readonly _tag: "Unreadable"
    readonly requestId: RequestId.RequestId
    readonly record: UnreadableRecord.UnreadableRecord
  }

/**
 * How a request ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ended extends Omit<Delivery.Ended, "reservation"> {
  /** The last state of its reservation; `undefined` where it was not reserved. */
  readonly reservation: ReservationStatus.ReservationStatus | undefined
}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * How messages are sent; see `BulkSend.Options`.
 *
 * @category options
 * @since 0.1.0
 */
export interface BulkOptions<M extends BulkSend.Message = BulkSend.Message>
  extends Omit<BulkSend.Options<M>, "onOutcome" | "onRequest" | "onUnreadableOptOut">
{
  /**
   * Is run before each POST of a request, to write it down. Where it throws or rejects, the POST is not made, and its messages are
   * `NotSent` as `Withheld`. By default nothing is run.
   */
  readonly onRequest?: ((submission: BulkSend.Submission<M>) => Promise<unknown> | void) | undefined
  /**
   * Is run with every outcome, once, also when nobody reads on: what is on its way then has its outcome first. By default nothing is
   * run.
   */
  readonly onOutcome?: ((outcome: BulkSend.Outcome<M>) => Promise<unknown> | void) | undefined
  /**
   * What to do about a number of the block list that cannot be read. With it, advertisements go out all the same, perhaps to that
   * number too; without it, reading rejects with `UnreadableEntries` before the first of them.
   */
  readonly onUnreadableOptOut?: ((entry: UnsubscribeResponse.UnreadableEntry) => Promise<unknown> | void) | undefined
}

/**
 * How a log is read; see `DeliveryLog.Options`.
 *
 * @category options
 * @since 0.1.0
 */
export interface LogOptions extends Omit<DeliveryLog.Options, "onNotCovered"> {
  /**
   * What to do about a part of the range that is older than the log. With it, the rest is read; without it, reading rejects with
   * `NotCovered`.
   */
  readonly onNotCovered?: ((gap: DeliveryLog.NotCovered) => Promise<unknown> | void) | undefined
}

/**
 * How messages are taken out of their pages; see `DeliveryLog.RecordsOptions`.
 *
 * @category options
 * @since 0.1.0
 */
export interface RecordsOptions extends LogOptions {
  /**
   * What to do about a message that cannot be read. With it, reading goes on; without it, it rejects with `UnreadableRecords` after
   * the other messages of the page.
   */
  readonly onUnreadable?: ((record: UnreadableRecord.UnreadableRecord) => Promise<unknown> | void) | undefined
}

/**
 * How a log is followed; see `DeliveryLog.TailOptions`.
 *
 * @category options
 * @since 0.1.0
 */
export interface TailOptions
  extends Omit<DeliveryLog.TailOptions, "onNotCovered" | "onOutage">, Pick<LogOptions, "onNotCovered">
{
  /**
   * What to do each time that a poll fails and is about to be waited out, once an `interval` for as long as the outage lasts. The
   * next page tells that it is over.
   *
   * @default nothing is done
   */
  readonly onOutage?: ((error: SensError.SensError) => Promise<unknown> | void) | undefined
}

/**
 * How reading is resumed; see `DeliveryLog.ResumeOptions`.
 *
 * @category options
 * @since 0.1.0
 */
export interface ResumeOptions
  extends
    Omit<DeliveryLog.ResumeOptions, "onNotCovered" | "onOutage">,
    Pick<LogOptions, "onNotCovered">,
    Pick<TailOptions, "onOutage">
{}

// -----------------------------------------------------------------------------
// The client
// -----------------------------------------------------------------------------

/**
 * The client of `SensPromise`, with the streams of this package.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamsPromise extends SensPromise.SensPromise {
  /**
   * Sends messages, and gives what becomes of each: one outcome for every message that is taken in, in the order in which requests
   * end. No more is sent than is read: read on to the end.
   */
  readonly bulk: <M extends BulkSend.Message>(
    messages: Values<M>,
    options?: BulkOptions<M>,
    signal?: AbortSignal
  ) => Sequence<BulkSend.Outcome<M>>
  /** Settles unknown outcomes: asks the delivery log what became of their requests, once a request. */
  readonly reconcile: <M extends BulkSend.Message>(
    outcomes: Values<BulkSend.Outcome<M>>,
    options?: BulkSend.ReconcileOptions,
    signal?: AbortSignal
  ) => Sequence<BulkSend.Outcome<M>>
  /** Reads outcomes to their end, and adds them up. */
  readonly summary: <M extends BulkSend.Message>(
    outcomes: Values<BulkSend.Outcome<M>>,
    signal?: AbortSignal
  ) => Promise<BulkSend.Summary>
  /** The pages of a search: of one request, or of any range of time. */
  readonly pages: (query: SearchQuery.SearchQuery, options?: LogOptions, signal?: AbortSignal) => Sequence<Page>
  /** The messages of a search, page after page. */
  readonly records: (
    query: SearchQuery.SearchQuery,
    options?: RecordsOptions,
    signal?: AbortSignal
  ) => Sequence<MessageRecord.MessageRecord>
  /** The messages that come in from now on, each once for ever: by default those that are completed. */
  readonly tail: (
    options?: TailOptions,
    signal?: AbortSignal
  ) => Sequence<MessageRecord.MessageRecord | UnreadableRecord.UnreadableRecord>
  /** As `tail`, page by page, each with its cursor. */
  readonly tailPages: (options?: TailOptions, signal?: AbortSignal) => Sequence<Page>
  /** Reads on where a cursor says, whichever pages it is of; rejects with `InvalidRequest` for a text that is no cursor. */
  readonly resume: (cursor: string, options?: ResumeOptions, signal?: AbortSignal) => Sequence<Page>
  /** Every change of every recipient of one or more requests, until all of them are final. */
  readonly track: (
    requests: string | Delivery.Tracked | Values<string | Delivery.Tracked>,
    options?: Delivery.Options,
    signal?: AbortSignal
  ) => Sequence<Change>
  /** How a request ended: waits until nothing more will happen to any of its messages. */
  readonly awaitDelivery: (
    request: string | Delivery.Tracked,
    options?: Delivery.Options,
    signal?: AbortSignal
  ) => Promise<Ended>
}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/** A function of the program, as the streams take it. */
const ran = <In>(use: (input: In) => Promise<unknown> | void) => (input: In): Effect.Effect<void> =>
  Effect.asVoid(Effect.promise(() => Promise.resolve(use(input))))

const logOptions = <O extends LogOptions>({ onNotCovered, ...options }: O) => ({
  ...options,
  ...onNotCovered === undefined ? {} : { onNotCovered: ran(onNotCovered) }
})

const followOptions = <O extends LogOptions & Pick<TailOptions, "onOutage">>({ onOutage, ...options }: O) => ({
  ...logOptions(options),
  ...onOutage === undefined ? {} : { onOutage: ran(onOutage) }
})

/** The values, or a failure where there are none to read: a text is no list. */
const toStream = <A>(values: Values<A>, name: "messages" | "outcomes" | "requests"): Stream.Stream<A, Error> => {
  // A program without a compiler gives anything.
  const given: unknown = values
  if (!Predicate.isObjectOrArray(given)) return Stream.fail(notValues(name))
  if (Symbol.asyncIterator in values) return Reading.fromAsyncIterable(values)
  return Predicate.isIterable(given) ? Reading.fromIterable(values) : Stream.fail(notValues(name))
}

const notValues = (name: "messages" | "outcomes" | "requests") =>
  invalid(
    [name],
    "Schema",
    "They cannot be read one after another: give an array, or another iterable",
    name === "requests" ? "messages.search" : "messages.send"
  )

const bulkOptions = <M extends BulkSend.Message>(
  { onOutcome, onRequest, onUnreadableOptOut, ...options }: BulkOptions<M>
): BulkSend.Options<M> => ({
  ...options,
  ...onOutcome === undefined ? {} : { onOutcome: ran(onOutcome) },
  ...onRequest === undefined ? {} : { onRequest: ran(onRequest) },
  ...onUnreadableOptOut === undefined ? {} : { onUnreadableOptOut: ran(onUnreadableOptOut) }
})

const encodeCursor = Schema.encodeEffect(DeliveryLog.CursorJson)
const decodeCursor = Schema.decodeEffect(DeliveryLog.CursorJson)

const invalid = (
  path: ReadonlyArray<string>,
  kind: string,
  message: string,
  operation: SensError.Operation = "messages.search"
) =>
  new SensError.SensError({
    operation,
    reason: new SensError.InvalidRequest({ issues: [{ path, kind, message }] })
  })

const withText = <E, R>(pages: Stream.Stream<DeliveryLog.Page, E, R>): Stream.Stream<Page, E, R> =>
  Stream.mapEffect(
    pages,
    ({ cursor, records, unreadable }) =>
      Effect.map(Effect.orDie(encodeCursor(cursor)), (cursor): Page => ({ records, unreadable, cursor }))
  )

const toChange = (change: Delivery.Change): Change =>
  change._tag === "Unreadable" ? change : { ...change, before: Option.getOrUndefined(change.before) }

/**
 * Builds a client, as `SensPromise.make` does, and with the same options.
 *
 * **Gotchas**
 *
 * Options that are missing, wrong or unknown throw a `TypeError` at once, which tells all of them.
 *
 * **Example** (A text of their own for each, and what became of it)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
 *
 * const sens = StreamsPromise.make({
 *   ...Account.options,
 *   httpClient: EmulatorClient.layer({ completedAfter: 0 })
 * })
 *
 * const people = [{ to: "010-1234-5678", name: "홍길동" }, { to: "010-8765-4321", name: "김철수" }]
 * const messages = people.map(({ name, to }) => ({
 *   type: "SMS" as const,
 *   from: "02-1234-5678",
 *   to,
 *   content: `[서점] ${name}님, 책이 도착했습니다.`,
 *   name
 * }))
 *
 * const seen: Array<string> = []
 * for await (const outcome of sens.bulk(messages)) {
 *   seen.push(`${outcome.message.name}: ${outcome._tag}`)
 * }
 *
 * seen // => ["홍길동: Accepted", "김철수: Accepted"]
 *
 * await sens.dispose()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: SensPromise.Options): StreamsPromise => {
  const sens = SensPromise.make(options)
  const read = <A, E>(stream: Stream.Stream<A, E, Sens.Sens>, signal: AbortSignal | undefined) =>
    Reading.make<A>((give, stopped) =>
      sens.run(Effect.raceFirst(Stream.runForEachArray(stream, give), stopped), signal)
    )
  return {
    ...sens,
    bulk: <M extends BulkSend.Message>(
      messages: Values<M>,
      options: BulkOptions<M> = {},
      signal?: AbortSignal
    ) => {
      // Before they are spread: what is no object, and a signal, would pass for none.
      const wrong = Given.problems(options, Given.bulkSend)
      return read(
        wrong.length > 0
          ? Stream.fail(Given.invalid("messages.send", wrong))
          : BulkSend.send(toStream(messages, "messages"), bulkOptions(options)),
        signal
      )
    },
    reconcile: (outcomes, options, signal) => read(BulkSend.reconcile(toStream(outcomes, "outcomes"), options), signal),
    summary: (outcomes, signal) => sens.run(Stream.run(toStream(outcomes, "outcomes"), BulkSend.summary), signal),
    pages: (query, options = {}, signal) => read(withText(DeliveryLog.pages(query, logOptions(options))), signal),
    records: (query, { onUnreadable, ...options } = {}, signal) =>
      read(
        DeliveryLog.records(query, {
          ...logOptions(options),
          ...onUnreadable === undefined ? {} : { onUnreadable: ran(onUnreadable) }
        }),
        signal
      ),
    tail: (options = {}, signal) => read(DeliveryLog.tail(followOptions(options)), signal),
    tailPages: (options = {}, signal) => read(withText(DeliveryLog.tailPages(followOptions(options))), signal),
    resume: (cursor, options = {}, signal) =>
      read(
        Stream.unwrap(Effect.map(
          Effect.mapError(
            decodeCursor(cursor),
            () => invalid(["cursor"], "Cursor", "It is no cursor: give the text that came with a page")
          ),
          (cursor) => withText(DeliveryLog.resume(cursor, followOptions(options)))
        )),
        signal
      ),
    track: (requests, options = {}, signal) =>
      read(
        Stream.map(
          Delivery.trackAll(
            Predicate.isString(requests) || Predicate.hasProperty(requests, "requestId")
              ? Stream.succeed(requests)
              : toStream(requests, "requests"),
            options
          ),
          toChange
        ),
        signal
      ),
    awaitDelivery: (request, options = {}, signal) =>
      sens.run(
        Effect.map(
          Delivery.await(request, options),
          ({ reservation, ...ended }): Ended => ({
            ...ended,
            reservation: Option.getOrUndefined(reservation)
          })
        ),
        signal
      )
  }
}
