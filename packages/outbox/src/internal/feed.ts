/**
 * How a feed is followed: one process at a time has its lease, reads the delivery log from its cursor on, and hands over page after
 * page, each in one transaction with the move of the cursor.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Paging from "@effect-sens/core/Paging"
import type * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import type * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type * as FeedStore from "./feedStore.ts"
import * as Persist from "./persist.ts"
import * as Transaction from "./transaction.ts"

type Range = DeliveryLog.RangeCursor

/**
 * @internal
 */
export interface Page {
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
}

/**
 * @internal
 */
export interface Options<E, R> {
  readonly name: string
  readonly handler: (page: Page) => Effect.Effect<unknown, E, R>
  readonly onNotCovered: ((gap: DeliveryLog.NotCovered) => Effect.Effect<unknown, E, R>) | undefined
  readonly isInTransaction: boolean
  /** In milliseconds. */
  readonly lease: number
  readonly overlap: Duration.Duration
  readonly reading: Pick<DeliveryLog.ResumeOptions, "interval" | "isOutage">
}

/** Another process has the feed. */
class Lost extends Data.TaggedError("Lost") {}

/**
 * What a handler failed with, told apart from what the feed itself meets. It may hold anything of what the handler was given, so no
 * span of the feed shows it.
 */
class Handler<E> extends Data.TaggedError("Handler")<{ readonly failure: Redacted.Redacted<Cause.Cause<E>> }> {}

/** Whether the page may get through if it is handed over once more. */
const passes = (error: Lost | SqlError.SqlError | Handler<unknown>): boolean => {
  switch (error._tag) {
    case "Lost":
      return false
    case "SqlError":
      return Persist.passes(error)
    case "Handler":
      return Redacted.value(error.failure).reasons.every((reason) =>
        Cause.isFailReason(reason) && SqlError.isSqlError(reason.error) && Persist.passes(reason.error)
      )
  }
}

// What fails so often while the database answers does not pass.
const tries = Schedule.upTo(Persist.pauses, { times: 10 })

// How often one looks whether a feed has become free.
const longestWait = 2000

const second = 1000

// ---------------------------------------------------------------------------
// Cursors
// ---------------------------------------------------------------------------

const decodeCursor = Schema.decodeEffect(DeliveryLog.CursorJson)
const isRange = (cursor: DeliveryLog.Cursor): cursor is Range => cursor._tag === "Range"
const encodeCursor = Schema.encodeEffect(DeliveryLog.CursorJson)

// Messages are remembered by the table, a row each: written into the cursor, all of them would be written with each page. What is
// left are the names of records without an id.
const isNameless = ([name]: readonly [string, number]): boolean => name.startsWith("unreadable ")

/**
 * A cursor as it is kept.
 *
 * @internal
 */
export const encode = (cursor: Range): Effect.Effect<string> =>
  Effect.orDie(encodeCursor({
    ...cursor,
    carried: cursor.carried.filter(isNameless),
    kept: cursor.kept.filter(isNameless)
  }))

const decode = (text: string): Effect.Effect<Range> =>
  Effect.orDie(Effect.filterOrFail(decodeCursor(text), isRange, () => "the cursor of a feed is none"))

/**
 * What was completed before this time, and has shown up, is handed over.
 *
 * @internal
 */
export const position = (text: string): Effect.Effect<DateTime.Utc> => Effect.map(decode(text), DeliveryLog.position)

// ---------------------------------------------------------------------------
// Pages
// ---------------------------------------------------------------------------

interface Item<A> {
  readonly value: A
  /** None where it cannot be read. */
  readonly messageId: string | undefined
  readonly completedAt: number
}

/** When a message was completed, where that lies in the window; else it may come again as long as the window's end does. */
const within = ({ end, start }: Range["window"], time: Option.Option<DateTime.Utc>): number =>
  Option.match(time, {
    onNone: () => end.epochMilliseconds,
    onSome: ({ epochMilliseconds: at }) =>
      at >= start.epochMilliseconds - second && at <= end.epochMilliseconds + second ? at : end.epochMilliseconds
  })

interface Items {
  readonly records: ReadonlyArray<Item<MessageRecord.MessageRecord>>
  readonly unreadable: ReadonlyArray<Item<UnreadableRecord.UnreadableRecord>>
}

const itemsOf = ({ records, unreadable }: Page, window: Range["window"]): Items => ({
  records: records.map((value): Item<MessageRecord.MessageRecord> => ({
    value,
    messageId: value.messageId,
    completedAt: within(window, MessageRecord.completeTime(value))
  })),
  unreadable: unreadable.map((value): Item<UnreadableRecord.UnreadableRecord> => ({
    value,
    messageId: value.fields.messageId,
    completedAt: within(
      window,
      Option.flatMap(Option.fromNullishOr(value.fields.completeTime), KstDateTime.parse)
    )
  }))
})

/** Those that are new: each message once, none that was handed over. */
const fresh = <A>(items: ReadonlyArray<Item<A>>, taken: Set<string>): ReadonlyArray<Item<A>> =>
  items.filter(({ messageId }) => {
    if (messageId === undefined) return true
    if (taken.has(messageId)) return false
    taken.add(messageId)
    return true
  })

// ---------------------------------------------------------------------------
// Following
// ---------------------------------------------------------------------------

/**
 * Follows a feed for ever, or until something fails that does not pass.
 *
 * @internal
 */
export const run = <E, R>(
  store: FeedStore.FeedStore,
  options: Options<E, R>
): Effect.Effect<
  never,
  E | SensError.SensError | Paging.PagingError | DeliveryLog.NotCovered | SqlError.SqlError,
  R | Sens.Sens
> => {
  const { handler, isInTransaction, lease, name, onNotCovered, overlap, reading } = options

  /** The database may be away for as long as it likes. */
  const lasting = <A>(effect: Effect.Effect<A, SqlError.SqlError>): Effect.Effect<A, SqlError.SqlError> =>
    effect.pipe(
      Effect.tapError(({ reason }) =>
        Effect.logWarning("a feed of delivery results cannot reach its database", { feed: name, reason: reason._tag })
      ),
      Persist.retrying(Persist.pauses)
    )

  const user = <A>(evaluate: () => Effect.Effect<A, E, R>): Effect.Effect<A, Handler<E>, R> =>
    // Where the feed itself is interrupted this does not run: it is the handler that has interrupted itself.
    Effect.catchCause(
      Effect.suspend(evaluate),
      (cause) => Effect.fail(new Handler({ failure: Redacted.make(cause, { label: "failure of the handler" }) }))
    )

  const keeping = (id: number) =>
    Effect.flatMap(lasting(store.renew(id)), (kept) => kept ? Effect.void : Effect.fail(new Lost()))

  const consume = Effect.fnUntraced(function*(
    feed: FeedStore.Feed,
    keep: ReturnType<typeof keeping>,
    mutex: Semaphore.Semaphore
  ) {
    const gaps: Array<DeliveryLog.NotCovered> = []
    let cursor: Range = { ...yield* decode(feed.cursor), overlap }
    let version = feed.version
    // The window that was begun anew: once is enough to find out.
    let anew: number | undefined

    const deliver = Effect.fnUntraced(function*(page: Page, at: Range) {
      const state = { id: feed.id, version }
      // No later window begins before this one does.
      const showsFrom = at.window.start.epochMilliseconds - second
      const before = gaps.filter(({ end }) => end.epochMilliseconds <= at.window.start.epochMilliseconds)
      const items = itemsOf(page, at.window)
      const ids = [...items.records, ...items.unreadable].flatMap(({ messageId }) =>
        messageId === undefined ? [] : [messageId]
      )
      const text = yield* encode(at)

      const choose = Effect.gen(function*() {
        const taken = Arr.isReadonlyArrayNonEmpty(ids) ? yield* store.known(feed.id, ids) : new Set<string>()
        const records = fresh(items.records, taken)
        return { records, unreadable: fresh(items.unreadable, taken) }
      })
      const hand = Effect.fnUntraced(function*({ records, unreadable }: Items) {
        if (onNotCovered !== undefined) {
          yield* Effect.forEach(before, (gap) => user(() => onNotCovered(gap)), { discard: true })
        }
        if (records.length + unreadable.length === 0) return
        yield* user(() =>
          handler({
            records: records.map(({ value }) => value),
            unreadable: unreadable.map(({ value }) => value)
          })
        )
      })
      const write = Effect.fnUntraced(function*({ records, unreadable }: Items) {
        const seen = [...records, ...unreadable].flatMap(({ completedAt, messageId }) =>
          messageId === undefined ? [] : [{ messageId, completedAt }]
        )
        if (Arr.isReadonlyArrayNonEmpty(seen)) yield* store.remember(feed.id, seen)
        if (!(yield* store.move(state, text, showsFrom))) return yield* new Lost()
      })
      const lock = Effect.flatMap(store.lock(state), (locked) => locked ? Effect.void : Effect.fail(new Lost()))

      const once = isInTransaction
        ? lock.pipe(
          Effect.andThen(choose),
          Effect.tap(hand),
          Effect.flatMap(write),
          Transaction.within(store.sql)
        )
        : choose.pipe(
          Effect.tap(hand),
          Effect.flatMap((chosen) => Transaction.within(store.sql)(Effect.andThen(lock, write(chosen))))
        )
      yield* keep.pipe(
        Effect.andThen(isInTransaction ? mutex.withPermit(once) : once),
        Effect.tapError((error) =>
          error._tag === "Lost" ? Effect.void : Effect.logDebug("a page of a feed is not handed over", { feed: name })
        ),
        Effect.retry({ schedule: tries, while: passes }),
        Effect.withSpan("DeliveryFeed.page", {
          attributes: { "sens.feed": name, "sens.messages": page.records.length }
        })
      )
      version += 1
      for (const gap of before) gaps.splice(gaps.indexOf(gap), 1)
    })

    const step = ({ cursor: at, records, unreadable }: DeliveryLog.Page) => {
      if (at._tag !== "Range") return Effect.void
      // In the middle of a window, where all was there before, there is nothing to write down.
      const isIdle = records.length + unreadable.length + gaps.length === 0 && at.next !== null
      const done = Effect.sync(() => {
        cursor = at
      })
      return isIdle ? done : Effect.andThen(deliver({ records, unreadable }, at), done)
    }

    const rewind = <Failure>(failure: Failure): Effect.Effect<void, Failure> =>
      Effect.suspend(() => {
        const window = cursor.window.start.epochMilliseconds
        if (cursor.next === null || anew === window) return Effect.fail(failure)
        anew = window
        cursor = DeliveryLog.rewound(cursor)
        return Effect.void
      })

    const following = Effect.suspend(() =>
      DeliveryLog.resume(cursor, {
        ...reading,
        ...onNotCovered === undefined ? {} : { onNotCovered: (gap) => Effect.sync(() => void gaps.push(gap)) }
      })
        .pipe(Stream.runForEach(step))
    )
    return yield* following.pipe(
      Effect.catchTag("NotCovered", (gap) =>
        onNotCovered === undefined ? Effect.fail(gap) : Effect.sync(() => {
          cursor = DeliveryLog.skipping(cursor)
        })),
      // A token of a page that was kept for days may mean nothing any more.
      Effect.catchTags({
        SensError: (error) => rewind(error),
        PagingError: (error) => rewind(error)
      }),
      Effect.forever
    )
  })

  const turn = Effect.gen(function*() {
    const feed = yield* lasting(store.take).pipe(
      Effect.repeat({ until: Option.isSome, schedule: Schedule.spaced(Math.min(longestWait, lease / 3)) })
    )
    if (Option.isNone(feed)) return
    yield* Effect.logDebug("this process follows the feed from now on", { feed: name })
    const mutex = yield* Semaphore.make(1)
    const keep = keeping(feed.value.id)
    const heart = Effect.sleep(lease / 3).pipe(
      // A page that is being handed over has the row, and keeps the lease itself.
      Effect.andThen(mutex.withPermitsIfAvailable(1)(keep)),
      Effect.forever
    )
    return yield* Effect.raceFirst(consume(feed.value, keep, mutex), heart).pipe(
      // Whoever waits need not wait for the lease to be over.
      Effect.ensuring(Effect.ignore(Effect.timeout(Effect.interruptible(store.release(feed.value.id)), "5 seconds")))
    )
  })

  return turn.pipe(
    Effect.catchTag("Lost", () => Effect.logDebug("another process follows the feed", { feed: name })),
    Effect.forever,
    Effect.catchTag("Handler", ({ failure }) => Effect.failCause(Redacted.value(failure)))
  )
}
