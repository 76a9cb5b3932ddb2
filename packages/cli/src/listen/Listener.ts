/**
 * Follows the delivery log, and delivers each message that is completed. Where it stands is written down after every message of a page
 * was answered: what dies in between repeats at most that page.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Paging from "@effect-sens/core/Paging"
import type * as SensError from "@effect-sens/core/SensError"
import type * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Attempts from "./Attempts.ts"
import type * as CursorFile from "./CursorFile.ts"
import type * as Endpoint from "./Endpoint.ts"
import * as WebhookEvent from "./WebhookEvent.ts"
import type * as WebhookSignature from "./WebhookSignature.ts"

/** What is told of a listener's way. */
export type News =
  | { readonly _tag: "Listening"; readonly from: DateTime.Utc }
  | { readonly _tag: "Delivered"; readonly event: WebhookEvent.WebhookEvent; readonly outcome: Attempts.Delivered }
  | { readonly _tag: "Undelivered"; readonly event: WebhookEvent.WebhookEvent; readonly outcome: Attempts.Undelivered }
  | { readonly _tag: "Unreadable"; readonly messageId: string | undefined; readonly why: string }
  | { readonly _tag: "Outage"; readonly of: "service"; readonly why: SensError.Reason["_tag"] }
  | { readonly _tag: "Outage"; readonly of: "endpoint"; readonly why: string }
  | { readonly _tag: "Recovered"; readonly of: "service" | "endpoint"; readonly seconds: number }
  | { readonly _tag: "Stuck"; readonly messageId: string; readonly why: string; readonly seconds: number }
  | { readonly _tag: "Behind"; readonly seconds: number }
  | { readonly _tag: "CaughtUp" }
  | { readonly _tag: "Lost"; readonly start: DateTime.Utc; readonly end: DateTime.Utc }

export interface Options<E> {
  readonly place: CursorFile.Place
  /** Keeps the place; what it fails with ends the listener. */
  readonly save: (place: CursorFile.Place) => Effect.Effect<void, E>
  /** Hears of everything, and writes down what was given up; what it fails with ends the listener. */
  readonly onNews: (news: News) => Effect.Effect<void, E>
  readonly interval: Duration.Duration
  /** How long the service may be away before it is given up; without it, for ever. */
  readonly giveUp: Option.Option<Duration.Duration>
  readonly includeText: boolean
  readonly concurrency: number
  readonly timeout: Duration.Duration
  readonly patience: Duration.Duration
}

type Failure = Attempts.Gone | SensError.SensError | Paging.PagingError | DeliveryLog.NotCovered

/** An empty look at the log moves the place in memory alone, and on the disk as often as this. */
const saveEvery = 60_000

/** A listener that is no further behind than this, beside the interval, is not said to be. */
const usual = 60_000

const seconds = (millis: number): number => Math.round(millis / 1000)

/** How far the log was read, whatever of it is read again for what shows up late. */
const reached = ({ next, overlap, window }: DeliveryLog.RangeCursor): number =>
  next === null
    ? window.end.epochMilliseconds
    : Math.min(window.start.epochMilliseconds + Duration.toMillis(overlap), window.end.epochMilliseconds)

/** The place of a listener that is new: a look at the log at once, so that it is not said to listen before it can. */
export const beginning = Effect.fnUntraced(function*(
  options: DeliveryLog.TailOptions
): Effect.fn.Return<CursorFile.Place, SensError.SensError> {
  const { window: { start }, ...cursor } = yield* DeliveryLog.beginning(options)
  // A window has a length.
  const window = { start, end: DateTime.addDuration(start, "1 second") }
  return { cursor: DeliveryLog.rewound({ ...cursor, window }), done: [] }
})

/** Listens for ever, or until something fails that does not pass. */
export const run = Effect.fnUntraced(function*<E>(
  { concurrency, giveUp, includeText, interval, onNews, patience, place, save, timeout }: Options<E>
): Effect.fn.Return<never, E | Failure, Sens.Sens | Endpoint.Endpoint | WebhookSignature.WebhookSignature> {
  const broken = yield* Deferred.make<never, E>()
  /** To be told of something fails nobody but the listener as a whole. */
  const tell = (news: News): Effect.Effect<void> =>
    Effect.catch(onNews(news), (error) => Effect.asVoid(Deferred.fail(broken, error)))
  const since = (at: number) => Effect.map(Clock.currentTimeMillis, (now) => seconds(now - at))

  const attempts = yield* Attempts.make({
    concurrency,
    timeout,
    patience,
    watcher: {
      onDown: (why) => tell({ _tag: "Outage", of: "endpoint", why }),
      onUp: (at) => Effect.flatMap(since(at), (seconds) => tell({ _tag: "Recovered", of: "endpoint", seconds })),
      onStuck: ({ id: messageId }, why, at) =>
        Effect.flatMap(since(at), (seconds) => tell({ _tag: "Stuck", messageId, why, seconds }))
    }
  })

  let cursor = place.cursor
  /** What of the page that is being delivered is done. */
  let done = new Set(place.done)
  let isListening = false
  let isBehind = false
  let outageSince: number | undefined
  let isGivenUp = false
  let savedAt = 0
  // The window that was begun anew: once is enough to find out.
  let anew: number | undefined

  const lag = Duration.toMillis(interval) + usual

  /** What is worth saying before a page is delivered. */
  const arrived = Effect.fnUntraced(function*(now: number) {
    if (!isListening) {
      isListening = true
      yield* tell({ _tag: "Listening", from: DeliveryLog.position(cursor) })
    }
    if (outageSince !== undefined) {
      yield* tell({ _tag: "Recovered", of: "service", seconds: seconds(now - outageSince) })
      outageSince = undefined
    }
    const behind = now - reached(cursor)
    if (!isBehind && behind > lag) {
      isBehind = true
      yield* tell({ _tag: "Behind", seconds: seconds(behind) })
    }
  })

  const deliver = Effect.fnUntraced(function*(record: MessageRecord.MessageRecord) {
    const event = yield* WebhookEvent.make(record, { includeText })
    const outcome = yield* attempts.deliver(event)
    // What was given up is not done before it is written down.
    if (outcome._tag === "Undelivered") {
      yield* Effect.uninterruptible(tell({ _tag: "Undelivered", event, outcome }))
      done.add(event.id)
      return
    }
    done.add(event.id)
    yield* tell({ _tag: "Delivered", event, outcome })
  })

  const step = Effect.fnUntraced(function*({ cursor: at, records, unreadable }: DeliveryLog.Page) {
    if (at._tag !== "Range") return
    const now = yield* Clock.currentTimeMillis
    yield* arrived(now)
    yield* Effect.forEach(records.filter(({ messageId }) => !done.has(messageId)), deliver, {
      concurrency: "unbounded",
      discard: true
    })
    yield* Effect.forEach(
      unreadable,
      ({ fields: { messageId }, why }) => tell({ _tag: "Unreadable", messageId, why }),
      { discard: true }
    )
    // What was given up and could not be written down is not passed over.
    if (yield* Deferred.isDone(broken)) return yield* Effect.never
    const isKept = records.length + unreadable.length > 0 || now - savedAt >= saveEvery
    // Whoever is told to end has the page before, with what of this one is done, or this one.
    yield* Effect.uninterruptible(Effect.suspend(() => {
      cursor = at
      done = new Set()
      if (!isKept) return Effect.void
      savedAt = now
      return Effect.catch(save({ cursor, done: [] }), (error) => Deferred.fail(broken, error))
    }))
    if (isBehind && at.next === null && now - at.window.end.epochMilliseconds <= lag) {
      isBehind = false
      yield* tell({ _tag: "CaughtUp" })
    }
  })

  const onOutage = (error: SensError.SensError) =>
    Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<void, SensError.SensError> => {
      if (outageSince === undefined) {
        outageSince = now
        return tell({ _tag: "Outage", of: "service", why: error.reason._tag })
      }
      isGivenUp = Option.isSome(giveUp) && now - outageSince >= Duration.toMillis(giveUp.value)
      return isGivenUp ? Effect.fail(error) : Effect.void
    })

  // A token of a page that was kept for days may mean nothing any more. What failed for another reason fails so again.
  const rewind = <Broken extends SensError.SensError | Paging.PagingError>(
    error: Broken
  ): Effect.Effect<void, Broken> =>
    Effect.suspend(() => {
      const window = cursor.window.start.epochMilliseconds
      if (cursor.next === null || anew === window || isGivenUp) return Effect.fail(error)
      anew = window
      cursor = DeliveryLog.rewound(cursor)
      return Effect.void
    })

  const following = Effect.suspend(() =>
    Stream.runForEach(
      DeliveryLog.resume(cursor, {
        interval,
        onOutage,
        onNotCovered: ({ end, start }) => tell({ _tag: "Lost", start, end })
      }),
      step
    )
  ).pipe(
    Effect.catchTags({
      NotCovered: () => Effect.sync(() => void (cursor = DeliveryLog.skipping(cursor))),
      SensError: rewind,
      PagingError: rewind
    }),
    Effect.forever
  )

  return yield* Effect.raceFirst(following, Deferred.await(broken)).pipe(
    // Whoever is told to end says how far he is; of what was under way nobody knows whether it arrived.
    Effect.onInterrupt(() => done.size === 0 ? Effect.void : Effect.ignore(save({ cursor, done: Array.from(done) })))
  )
})
