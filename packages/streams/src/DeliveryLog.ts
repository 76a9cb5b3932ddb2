/**
 * The delivery log as streams: a search of any kind, any range of time, and what comes in from now on.
 *
 * SENS gives its log away in pages of at most 100 messages, for windows of at most 30 days (by the time of the request) or 24
 * hours (by the time of completion), and for the last 90 days. The streams of this module ask for the next page when it is
 * wanted, one page ahead, hold no more than that in memory, and never end quietly where something is missing.
 *
 * @since 0.1.0
 */
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import * as Preflight from "@effect-sens/core/Preflight"
import * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ahead } from "./internal/ahead.ts"
import * as Check from "./internal/options.ts"
import * as Reader from "./internal/reader.ts"
import * as Span from "./internal/span.ts"
import * as Walk from "./internal/walk.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

const Position = Schema.Struct({
  index: Schema.Natural,
  page: Schema.optionalKey(Schema.Union([
    Schema.Struct({ pageIndex: Schema.Natural }),
    Schema.Struct({ nextToken: Schema.String })
  ])),
  unpromised: Schema.optionalKey(Schema.Boolean)
})

const Seen = Schema.Array(Schema.Tuple([Schema.String, Schema.Int]))

/**
 * Where to read on: a plain value that comes with every {@link Page} and that {@link resume} takes, in this process or
 * another. Write it down with {@link CursorJson} once the page has been dealt with; then a program that dies repeats at most
 * the page that it was at.
 *
 * **Details**
 *
 * It holds no text and no phone number, unless the filters of the search do. `carried` and `kept` are the messages that two
 * neighbouring windows have in common; their number is bounded by what SENS took (or completed) within the overlap.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cursor = Schema.TaggedUnion({
  Search: { query: SearchQuery.SearchQuery, next: Schema.NullOr(Position) },
  Range: {
    by: Schema.Literals(["request", "completion"]),
    filters: SearchQuery.Filters,
    pageSize: Schema.Int,
    overlap: Schema.Duration,
    window: Schema.Struct({ start: Schema.DateTimeUtc, end: Schema.DateTimeUtc }),
    /** Where the range ends; `null` for one that never does, of {@link tail}. */
    until: Schema.NullOr(Schema.DateTimeUtc),
    next: Schema.NullOr(Position),
    carried: Seen,
    kept: Seen
  }
})

/**
 * Where to read on.
 *
 * @category models
 * @since 0.1.0
 */
export type Cursor = typeof Cursor.Type

/**
 * A {@link Cursor} as a line of JSON.
 *
 * **Example** (There and back)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as Schema from "effect/Schema"
 *
 * const cursor: DeliveryLog.Cursor = {
 *   _tag: "Search",
 *   query: { requestId: RequestId.make("RSSA-1") },
 *   next: { index: 1, page: { pageIndex: 1 } }
 * }
 * const text = Schema.encodeSync(DeliveryLog.CursorJson)(cursor)
 *
 * typeof text // => "string"
 * Schema.decodeSync(DeliveryLog.CursorJson)(text) // => cursor
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const CursorJson = Schema.fromJsonString(Schema.toCodecJson(Cursor))

/**
 * Where to read on in a range of time, or in what comes in: a {@link Cursor} of anything but a search by request id.
 *
 * @category models
 * @since 0.1.0
 */
export type RangeCursor = Extract<Cursor, { readonly _tag: "Range" }>

/**
 * One page: its messages, those that cannot be read, and where to read on after it. `records` may be empty, as where a window
 * holds nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  /** The messages, as SENS serves them. */
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  /** Those that cannot be read, and why. */
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  /** Where to read on, once they have been dealt with. */
  readonly cursor: Cursor
}

/**
 * The log does not go back that far: what SENS took from `start` to `end` cannot be read any more.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotCovered extends Schema.TaggedError<NotCovered>("@effect-sens/streams/DeliveryLog/NotCovered")(
  "NotCovered",
  {
    start: Schema.DateTimeUtc,
    end: Schema.DateTimeUtc
  }
) {
  override get message(): string {
    return `The delivery log goes back 90 days: it does not cover ${DateTime.formatIso(this.start)} to ${
      DateTime.formatIso(this.end)
    }. Begin later, or give onNotCovered to read what is left.`
  }
}

/**
 * Messages of the log that cannot be read: their places in the page, why, and their ids, where those can be read. All others of
 * the page came before it.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnreadableRecords
  extends Schema.TaggedError<UnreadableRecords>("@effect-sens/streams/DeliveryLog/UnreadableRecords")(
    "UnreadableRecords",
    {
      records: Schema.NonEmptyArray(Schema.Struct({
        index: Schema.Natural,
        why: Schema.String,
        messageId: Schema.optionalKey(MessageId.MessageId)
      }))
    }
  )
{
  override get message(): string {
    const records = this.records.slice(0, 10).map(({ index, messageId, why }) =>
      `${messageId ?? `record ${index}`} (${why})`
    )
    const more = this.records.length - records.length
    return `The delivery log holds ${this.records.length} message(s) that cannot be read: ${records.join("; ")}${
      more > 0 ? `; and ${more} more` : ""
    }. Give onUnreadable to read on beside them.`
  }
}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * How a log is read. All but `prefetch` is about ranges of time.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * How many pages are read ahead of whoever takes them, for each window that is being read.
   *
   * @default 1
   */
  readonly prefetch?: number | undefined
  /**
   * How many windows are read at the same time. Their order stays. At most `concurrency * prefetch` pages are held; of
   * several windows each is read at least one page ahead.
   *
   * @default 1
   */
  readonly concurrency?: number | undefined
  /**
   * How far a range stays away from the old end of the log, which moves while it is read.
   *
   * @default "1 hour"
   */
  readonly margin?: Duration.Input | undefined
  /**
   * What to do about a part of the range that is older than the log. With it, the rest is read; without it, the stream fails
   * with {@link NotCovered} before it reads anything.
   */
  readonly onNotCovered?: ((gap: NotCovered) => Effect.Effect<void>) | undefined
}

/**
 * How messages are taken out of their pages.
 *
 * @category options
 * @since 0.1.0
 */
export interface RecordsOptions extends Options {
  /**
   * What to do about a message that cannot be read. With it, reading goes on; without it, the stream fails with
   * {@link UnreadableRecords} after the other messages of the page.
   */
  readonly onUnreadable?: ((record: UnreadableRecord.UnreadableRecord) => Effect.Effect<void>) | undefined
}

/**
 * How a log is followed, and what of it.
 *
 * @category options
 * @since 0.1.0
 */
export interface TailOptions extends Pick<Options, "prefetch">, SearchQuery.Filters {
  /**
   * Which time is followed: what is completed, or what is requested.
   *
   * @default "completion"
   */
  readonly by?: "request" | "completion" | undefined
  /**
   * From when on.
   *
   * @default the time at which the stream starts
   */
  readonly start?: Date | DateTime.DateTime | undefined
  /**
   * How long after a poll the next one is.
   *
   * @default "10 seconds"
   */
  readonly interval?: Duration.Input | undefined
  /**
   * How much of its predecessor each poll looks at again, and so the longest that a message may take to show up in the log
   * (the difference of the clocks included) without being missed. It bounds the memory: the ids of this time are held.
   *
   * @default "60 seconds"
   */
  readonly overlap?: Duration.Input | undefined
  /**
   * How many messages a page holds, 1-100.
   *
   * @default 100
   */
  readonly pageSize?: number | undefined
  /**
   * Whether a failure is one to wait out. All others end the stream.
   *
   * @default SensError.isTransient
   */
  readonly isOutage?: ((error: SensError.SensError) => boolean) | undefined
  /**
   * What to do each time that a poll fails and is about to be waited out, once an `interval` for as long as the outage lasts. The
   * next page tells that it is over. Where it fails with `SensError`, so does the stream: so an outage may be given up.
   *
   * @default nothing is done
   */
  readonly onOutage?: ((error: SensError.SensError) => Effect.Effect<void, SensError.SensError>) | undefined
  /**
   * How far the stream stays away from the old end of the log, when it has been held up for so long.
   *
   * @default "1 hour"
   */
  readonly margin?: Duration.Input | undefined
  /**
   * What to do about messages that were lost since the stream was held up for longer than the log goes back. Without it, the
   * stream fails with {@link NotCovered}.
   */
  readonly onNotCovered?: ((gap: NotCovered) => Effect.Effect<void>) | undefined
}

/**
 * How reading is resumed. What a search looks for, the page size and the overlap stand in the cursor.
 *
 * @category options
 * @since 0.1.0
 */
export interface ResumeOptions extends Options, Pick<TailOptions, "interval" | "isOutage" | "onOutage"> {}

// -----------------------------------------------------------------------------
// Streams of pulls
// -----------------------------------------------------------------------------

/** A page, whose cursor is made for whoever asks for it. */
interface Read {
  readonly records: Page["records"]
  readonly unreadable: Page["unreadable"]
  readonly cursor: () => Cursor
}

const fromPull = <A, E>(
  make: (sens: Sens.Service, scope: Scope.Scope) => Effect.Effect<Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E>, E>
): Stream.Stream<A, E, Sens.Sens> =>
  Stream.fromChannel(
    Channel.fromTransform((_: Pull.Pull<unknown, unknown, unknown>, scope) =>
      Effect.flatMap(Sens.Sens, (sens) => make(sens, scope))
    )
  )

const pagesOf = <E>(pull: Pull.Pull<Read, E>): Pull.Pull<Arr.NonEmptyReadonlyArray<Page>, E> =>
  Effect.map(pull, ({ cursor, records, unreadable }) => Arr.of({ records, unreadable, cursor: cursor() }))

const asError = (records: Arr.NonEmptyReadonlyArray<UnreadableRecord.UnreadableRecord>): UnreadableRecords =>
  new UnreadableRecords({
    records: Arr.map(records, ({ fields: { messageId }, index, why }) => ({
      index,
      why,
      ...messageId === undefined ? {} : { messageId }
    }))
  })

/**
 * The messages of the pages, each page as it is. A stream for each page would give the same, but what it leaves in the scope of the whole
 * holds its page until a full collection, and that made reading half as dear again.
 */
const recordsOf = <E>(
  pull: Pull.Pull<Read, E>,
  onUnreadable: RecordsOptions["onUnreadable"]
): Pull.Pull<Arr.NonEmptyReadonlyArray<MessageRecord.MessageRecord>, E | UnreadableRecords> => {
  type Records = Pull.Pull<Arr.NonEmptyReadonlyArray<MessageRecord.MessageRecord>, E | UnreadableRecords>
  // What is to be done about the others of a page, after those that can be read were taken.
  let after: Effect.Effect<void, UnreadableRecords> | undefined
  const next: Records = Effect.suspend(() => {
    if (after !== undefined) {
      const told = after
      after = undefined
      return Effect.andThen(told, next)
    }
    return Effect.flatMap(pull, ({ records, unreadable }): Records => {
      if (Arr.isReadonlyArrayNonEmpty(unreadable)) {
        after = onUnreadable === undefined
          ? Effect.fail(asError(unreadable))
          : Effect.forEach(unreadable, onUnreadable, { discard: true })
      }
      return Arr.isReadonlyArrayNonEmpty(records) ? Effect.succeed(records) : next
    })
  })
  return next
}

// -----------------------------------------------------------------------------
// Searches
// -----------------------------------------------------------------------------

const defaultPageSize = 100

// A range may be as long as it likes, and what the log does not cover is told otherwise.
const anyRange: Preflight.Options = { severity: { WindowTooLong: "off", WindowTooOld: "off" } }

/** The search as it goes out, with what is wrong with it told before anything is asked. */
const normalized = (query: SearchQuery.SearchQuery): Effect.Effect<SearchQuery.Normalized, SensError.SensError> =>
  Effect.flatMap(DateTime.now, (now) => {
    const { errors, value } = Preflight.readSearch(query, { ...anyRange, now })
    if (value !== undefined) return Effect.succeed(value)
    const reason = new SensError.InvalidRequest({ issues: errors })
    return Effect.fail(new SensError.SensError({ operation: "messages.search", reason }))
  })

const toPosition = (next: Paging.Position | undefined): typeof Position.Type | null =>
  next === undefined ? null : {
    index: next.index,
    ...next.page === undefined ? {} : { page: next.page },
    ...next.unpromised === true ? { unpromised: true } : {}
  }

const fromPosition = (next: typeof Position.Type | null): Paging.Position | undefined =>
  next === null
    ? undefined
    : { index: next.index, page: next.page, previous: [], unpromised: next.unpromised }

const search = (
  sens: Sens.Service,
  query: SearchQuery.Normalized,
  from: Paging.Position,
  options: Options,
  scope: Scope.Scope
): Effect.Effect<Pull.Pull<Read, SensError.SensError | Paging.PagingError>> =>
  ahead(
    Effect.map(Reader.make(sens, query, from), ({ next, records, unreadable }): Read => ({
      records,
      unreadable,
      cursor: () => ({ _tag: "Search", query, next: toPosition(next) })
    })),
    options.prefetch ?? 1,
    scope
  )

// -----------------------------------------------------------------------------
// Ranges
// -----------------------------------------------------------------------------

const retention = 90 * 86_400_000
const rangeOverlap = 1000

const nothing: Pull.Pull<never> = Cause.done()

/** The messages of a range are those of one of its windows. What neighbours have in common is given once. */
interface Range {
  readonly by: Walk.By
  readonly filters: typeof SearchQuery.Filters.Type
  readonly pageSize: number
  readonly overlap: number
  readonly until: number | undefined
}

const filterKeys = ["messageId", "type", "contentType", "countryCode", "from", "to", "status", "statusName"] as const

const filtersIn = (options: SearchQuery.Filters): SearchQuery.Filters =>
  Object.fromEntries(filterKeys.map((key) => [key, options[key]]))

const filtersOf = (query: SearchQuery.Normalized): typeof SearchQuery.Filters.Type =>
  Object.fromEntries(
    filterKeys.flatMap((key) => query[key] === undefined ? [] : [[key, query[key]]])
  )

const toCursor = ({ by, filters, overlap, pageSize, until }: Range, state: Walk.State): RangeCursor => ({
  _tag: "Range",
  by,
  filters,
  pageSize,
  overlap: Duration.millis(overlap),
  window: { start: DateTime.makeUnsafe(state.window.start), end: DateTime.makeUnsafe(state.window.end) },
  until: until === undefined ? null : DateTime.makeUnsafe(until),
  next: toPosition(state.next),
  carried: state.carried,
  kept: state.kept
})

const gapOf = (start: number, end: number): NotCovered =>
  new NotCovered({ start: DateTime.makeUnsafe(start), end: DateTime.makeUnsafe(end) })

/** The earliest time that is still read. */
const oldest = (now: number, margin: Duration.Input | undefined): number =>
  Walk.ceilSecond(now - retention + Duration.toMillis(margin ?? "1 hour"))

const report = (
  gap: NotCovered,
  onNotCovered: Options["onNotCovered"]
): Effect.Effect<void, NotCovered> => onNotCovered === undefined ? Effect.fail(gap) : onNotCovered(gap)

// A moment of the log moves on by the second, so a window that began at its very end is not older than it.
const tooOld = (window: Walk.Window, now: number): NotCovered | undefined =>
  window.start < Walk.floorSecond(now - retention) ? gapOf(window.start, Walk.ceilSecond(now - retention)) : undefined

const walk = (sens: Sens.Service, range: Range, state: Walk.State, scope: Scope.Scope, options: ResumeOptions) =>
  Effect.map(
    Walk.make<NotCovered>(
      {
        sens,
        ...range,
        concurrency: range.until === undefined ? 1 : options.concurrency ?? 1,
        prefetch: options.prefetch ?? 1,
        tooOld,
        ...range.until === undefined ? live(range, options) : {
          outages: (pull) => pull,
          following: ({ end }) => {
            if (range.until === undefined || end >= range.until) return Effect.undefined
            const start = end - range.overlap
            return Effect.succeed({ start, end: Math.min(start + Walk.longest[range.by], range.until) })
          }
        }
      },
      state,
      scope
    ),
    Effect.map(({ records, state, unreadable }): Read => ({
      records,
      unreadable,
      cursor: () => toCursor(range, state)
    }))
  )

/**
 * What reading the log, or following it, may fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type LogError = SensError.SensError | Paging.PagingError | NotCovered

/** What of a range cannot be read any more, if anything; and the rest. */
const covered = (
  range: { readonly start: DateTime.Utc; readonly end: DateTime.Utc },
  now: number,
  margin: Duration.Input | undefined
): { readonly from: number; readonly until: number; readonly gap: NotCovered | undefined } => {
  const from = Walk.floorSecond(range.start.epochMilliseconds)
  // What comes in from now on is not part of the range, so it has an end.
  const until = Walk.ceilSecond(Math.min(range.end.epochMilliseconds, Math.max(now, from)))
  const reach = oldest(now, margin)
  return from < reach && from <= until
    ? { from: reach, until, gap: gapOf(from, Math.min(reach, until)) }
    : { from, until, gap: undefined }
}

const rangeOf = (query: SearchQuery.Normalized) =>
  "requestTime" in query
    ? { by: "request" as const, range: query.requestTime }
    : "completeTime" in query
    ? { by: "completion" as const, range: query.completeTime }
    : undefined

const pull = Effect.fnUntraced(function*(
  sens: Sens.Service,
  scope: Scope.Scope,
  given: SearchQuery.SearchQuery,
  options: Options
): Effect.fn.Return<Pull.Pull<Read, LogError>, LogError> {
  const query = yield* normalized(given)
  const asked = rangeOf(query)
  if (asked === undefined) return yield* search(sens, query, Paging.start, options, scope)
  const { by } = asked
  const { from, gap, until } = covered(asked.range, yield* Clock.currentTimeMillis, options.margin)
  if (gap !== undefined) {
    yield* report(gap, options.onNotCovered)
    if (until < from) return nothing
  }
  const range: Range = {
    by,
    filters: filtersOf(query),
    pageSize: query.pageSize ?? defaultPageSize,
    overlap: rangeOverlap,
    until
  }
  const window = { start: from, end: Math.min(from + Walk.longest[by], until) }
  return yield* walk(sens, range, Walk.begin(window), scope, options)
})

/**
 * Whether the log still covers a search: fails with {@link NotCovered}, which says what it does not, before anything is read. So a
 * web page can tell it before its response has begun. A search by request id is taken for covered.
 *
 * **Example** (Too long ago)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const end = yield* DateTime.now
 *   const lastYear = DeliveryLog.covers({ requestTime: { start: DateTime.subtract(end, { days: 365 }), end } })
 *   return yield* Effect.match(lastYear, { onFailure: ({ _tag }) => _tag, onSuccess: () => "covered" })
 * })
 *
 * await Effect.runPromise(program) // => "NotCovered"
 * ```
 *
 * Fails with `SensError` where the search is none: its reason is `InvalidRequest`.
 *
 * @category guards
 * @since 0.1.0
 */
export const covers = Effect.fnUntraced(function*(
  query: SearchQuery.SearchQuery,
  options?: Pick<Options, "margin">
): Effect.fn.Return<void, SensError.SensError | NotCovered> {
  const asked = rangeOf(yield* normalized(query))
  if (asked === undefined) return
  const { gap } = covered(asked.range, yield* Clock.currentTimeMillis, options?.margin)
  if (gap !== undefined) return yield* gap
})

/**
 * The pages of a search, from the first to the last, one at a time and one ahead: of one request, or of any range of time, however
 * long.
 *
 * **Details**
 *
 * Pages are followed by `nextToken` where the service gives one, otherwise by `pageIndex` for as long as it says `hasMore`. In a
 * range a page holds 100 messages unless the query says otherwise. A token that is new is followed even where its page says
 * `hasMore: false`: messages behind it are read, and nothing behind it, or a refusal, is the end.
 *
 * A range is cut into windows that SENS takes, 30 days by request and 24 hours by completion. Windows come in the order of time, and
 * within a window messages come as SENS serves them. Neighbouring windows overlap by a second, and what both have is given once. An
 * end in the future is cut to the time at which the stream starts. The bounds are widened to whole seconds, the resolution of SENS.
 * In 30 days by request there is one call for every 100 messages, by completion there is at least one for every day.
 *
 * **Gotchas**
 *
 * A page that says that more follow but does not lead on ends in `PagingError`: when it is empty, or when it comes round to a
 * page that was read before, directly or over any number of others. A call that fails is tried again by the `RetryPolicy` of
 * the fiber; do not put `Stream.retry` around it, which would begin at the first page again.
 *
 * A filter by `READY` or `PROCESSING` is applied to what SENS gives of a range, page by page: asked of SENS, the pages would shift
 * under the reader. So they do in a log that grows by a page or more between two calls, should the service give the newest first.
 *
 * The log goes back 90 days, and its old end moves on while it is read: what of a range is older than that, less a margin,
 * is a {@link NotCovered}, as an error or, with `onNotCovered`, as a value.
 *
 * Fails with `SensError` where a call does, with `PagingError` where a page does not lead on, and with {@link NotCovered}.
 *
 * **Example** (Three messages, two to a page)
 *
 * ```ts import.meta.vitest
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const { requestId } = yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [
 *       { to: "01000000001" },
 *       { to: "01000000002" },
 *       { to: "01000000003" }
 *     ]
 *   })
 *   const query = { requestId, pageSize: 2 }
 *   const pages = yield* Stream.runCollect(DeliveryLog.pages(query))
 *   return pages.map(({ records }) => records.length)
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [2, 1]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const pages = (
  query: SearchQuery.SearchQuery,
  options: Options = {}
): Stream.Stream<Page, LogError, Sens.Sens> =>
  Span.traced("DeliveryLog.pages")(
    checked(options, Check.records, () =>
      fromPull<Page, LogError>((sens, scope) =>
        Effect.map(pull(sens, scope, query, options), pagesOf)
      ))
  )

/** The stream, where its options are right. */
const checked = <A, E, R>(
  options: unknown,
  rules: Parameters<typeof Check.problems>[1],
  stream: () => Stream.Stream<A, E, R>
): Stream.Stream<A, E | SensError.SensError, R> => {
  const found = Check.problems(options, rules)
  return found.length === 0 ? stream() : Stream.fail(Check.invalid("messages.search", found))
}

/**
 * The messages of a search, page after page; see {@link pages}.
 *
 * **Gotchas**
 *
 * Right after a send SENS may not know its messages yet: an empty stream does not mean that nothing was sent. See
 * `Delivery.track`.
 *
 * Fails with `SensError`, `PagingError` and {@link NotCovered} as {@link pages} does, and with {@link UnreadableRecords} after the
 * readable messages of a page that has others, unless `onUnreadable` is given.
 *
 * **Example** (The messages of a send)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const { requestId } = yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }, { to: "01087654321" }]
 *   })
 *   const records = yield* Stream.runCollect(DeliveryLog.records({ requestId }))
 *   return records.map((record) => [record.to, MessageRecord.outcome(record)._tag])
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [["01012345678", "Delivered"], ["01087654321", "Delivered"]]
 * ```
 *
 * **Example** (The last 80 days, in three windows)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }, { to: "01087654321" }]
 *   })
 *   const end = yield* DateTime.now
 *   return yield* DeliveryLog.records({ requestTime: { start: DateTime.subtract(end, { days: 80 }), end } }).pipe(
 *     Stream.map((record) => MessageRecord.outcome(record)._tag),
 *     Stream.runCollect
 *   )
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Delivered", "Delivered"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const records = (
  query: SearchQuery.SearchQuery,
  options: RecordsOptions = {}
): Stream.Stream<MessageRecord.MessageRecord, LogError | UnreadableRecords, Sens.Sens> =>
  Span.traced("DeliveryLog.records")(
    checked(
      options,
      Check.records,
      () =>
        fromPull<MessageRecord.MessageRecord, LogError | UnreadableRecords>((sens, scope) =>
          Effect.map(pull(sens, scope, query, options), (pages) => recordsOf(pages, options.onUnreadable))
        )
    )
  )

// -----------------------------------------------------------------------------
// Following
// -----------------------------------------------------------------------------

/** The windows of a walk without an end, each up to the present, and some time after the one before. */
const live = (
  range: Range,
  options: ResumeOptions
): Pick<Walk.Plan<NotCovered>, "following" | "outages"> => {
  const interval = Duration.fromInputUnsafe(options.interval ?? "10 seconds")
  const survives = options.isOutage ?? SensError.isTransient
  const told = options.onOutage ?? (() => Effect.void)
  return {
    following: Effect.fnUntraced(function*({ end, start: earliest }) {
      const early = end + Duration.toMillis(interval) - (yield* Clock.currentTimeMillis)
      // A window that was cut off for its length is followed by the next at once.
      if (early > 0) yield* Effect.sleep(early)
      const now = yield* Clock.currentTimeMillis
      // The first windows are shorter than the overlap: nothing is asked for from before the first.
      let start = Math.max(end - range.overlap, earliest)
      if (tooOld({ start, end }, now) !== undefined) {
        const reach = oldest(now, options.margin)
        yield* report(gapOf(start, reach), options.onNotCovered)
        start = reach
      }
      return { start, end: Math.min(start + Walk.longest[range.by], Walk.ceilSecond(now)) }
    }),
    outages: (pull) => {
      const lasting: typeof pull = Effect.catch(pull, (error) =>
        error._tag === "SensError" && survives(error)
          ? told(error).pipe(Effect.andThen(Effect.sleep(interval)), Effect.andThen(lasting))
          : Effect.fail(error))
      return lasting
    }
  }
}

/**
 * As {@link tail}, page by page, each with its cursor. A page may be empty: its cursor still says how far the log was read.
 *
 * Fails as {@link tail} does: with `SensError`, `PagingError` or {@link NotCovered}.
 *
 * **Example** (A page, and where to read on)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }, { to: "01087654321" }]
 *   })
 *   const start = DateTime.subtract(yield* DateTime.now, { minutes: 1 })
 *   const [page] = yield* DeliveryLog.tailPages({ start }).pipe(
 *     Stream.filter(({ records }) => records.length > 0),
 *     Stream.take(1),
 *     Stream.runCollect
 *   )
 *   return [page?.records.length, page?.cursor._tag]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [2, "Range"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tailPages = (options: TailOptions = {}): Stream.Stream<Page, LogError, Sens.Sens> =>
  Span.traced("DeliveryLog.tailPages")(checked(options, Check.tail, () => follow(options)))

const rangeIn = Effect.fnUntraced(function*(options: TailOptions) {
  const now = yield* Clock.currentTimeMillis
  const from = options.start instanceof Date ? options.start.getTime() : options.start?.epochMilliseconds
  const start = Walk.floorSecond(from ?? now)
  const at = DateTime.makeUnsafe(now)
  const query = yield* normalized({ ...filtersIn(options), requestTime: { start: at, end: at } })
  const range: Range = {
    by: options.by ?? "completion",
    filters: filtersOf(query),
    pageSize: options.pageSize ?? defaultPageSize,
    overlap: Walk.ceilSecond(Duration.toMillis(options.overlap ?? "60 seconds")),
    until: undefined
  }
  // A window that is read already, and such that the next one begins at the start.
  const before = { start, end: start }
  return { range, state: { ...Walk.begin(before), next: undefined } satisfies Walk.State }
})

const follow = (options: TailOptions): Stream.Stream<Page, LogError, Sens.Sens> =>
  fromPull<Page, LogError>(Effect.fnUntraced(function*(sens, scope) {
    const { range, state } = yield* rangeIn(options)
    return pagesOf(yield* walk(sens, range, state, scope, options))
  }))

/**
 * The messages that come in from now on, each once for ever: by default those that are completed.
 *
 * **Details**
 *
 * SENS calls nobody back, so the log is asked again and again. Each poll looks once more at the last of what the poll before
 * it saw, for what showed up late. An outage is waited out, however long; what came in meanwhile follows. Messages that cannot
 * be read come as `UnreadableRecord`, after the others of their page.
 *
 * Fails with `SensError` for what is no outage (see `isOutage`), with `PagingError` where a page does not lead on, and with
 * {@link NotCovered} as `onNotCovered` says.
 *
 * **Example** (An alert)
 *
 * ```ts import.meta.vitest
 * import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0, outcomes: { "01087654321": "2003" } })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const start = DateTime.subtract(yield* DateTime.now, { minutes: 1 })
 *   yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }, { to: "01087654321" }]
 *   })
 *   return yield* DeliveryLog.tail({ start, statusName: "fail" }).pipe(
 *     Stream.map((record) =>
 *       UnreadableRecord.is(record) ? `unreadable: ${record.why}` : `${record.to} failed with ${record.statusCode}`
 *     ),
 *     Stream.take(1),
 *     Stream.runCollect
 *   )
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["01087654321 failed with 2003"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tail = (
  options: TailOptions = {}
): Stream.Stream<MessageRecord.MessageRecord | UnreadableRecord.UnreadableRecord, LogError, Sens.Sens> =>
  Span.traced("DeliveryLog.tail")(
    checked(
      options,
      Check.tail,
      () =>
        Stream.flattenIterable(Stream.map(follow(options), ({ records, unreadable }) => [...records, ...unreadable]))
    )
  )

// -----------------------------------------------------------------------------
// Resuming
// -----------------------------------------------------------------------------

/**
 * Reads on where a cursor says, whichever stream it is of.
 *
 * **Gotchas**
 *
 * While nobody read, the old end of the log may have moved into the window that was being read, so that its pages are not what
 * they were: that is a {@link NotCovered}, with the window's start.
 *
 * Fails with `SensError`, `PagingError` or {@link NotCovered}, as the stream does that it goes on with.
 *
 * **Example** (Killed after the first page)
 *
 * ```ts import.meta.vitest
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const { requestId } = yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [
 *       { to: "01000000001" },
 *       { to: "01000000002" },
 *       { to: "01000000003" }
 *     ]
 *   })
 *   const query = { requestId, pageSize: 2 }
 *   const [page] = yield* Stream.runCollect(Stream.take(DeliveryLog.pages(query), 1))
 *   if (page === undefined) return []
 *   const rest = yield* Stream.runCollect(DeliveryLog.resume(page.cursor))
 *   return rest.map(({ records }) => records.length)
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [1]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const resume = (
  cursor: Cursor,
  options: ResumeOptions = {}
): Stream.Stream<Page, LogError, Sens.Sens> =>
  Span.traced("DeliveryLog.resume")(checked(options, Check.resume, () => readOn(cursor, options)))

const readOn = (cursor: Cursor, options: ResumeOptions): Stream.Stream<Page, LogError, Sens.Sens> => {
  const next = fromPosition(cursor.next)
  if (cursor._tag === "Search") {
    return next === undefined
      ? Stream.empty
      : fromPull<Page, LogError>((sens, scope) => Effect.map(search(sens, cursor.query, next, options, scope), pagesOf))
  }
  const range: Range = {
    by: cursor.by,
    filters: cursor.filters,
    pageSize: cursor.pageSize,
    overlap: Duration.toMillis(cursor.overlap),
    until: cursor.until?.epochMilliseconds
  }
  const state: Walk.State = {
    window: { start: cursor.window.start.epochMilliseconds, end: cursor.window.end.epochMilliseconds },
    next,
    carried: cursor.carried,
    kept: cursor.kept
  }
  return fromPull<Page, LogError>((sens, scope) => Effect.map(walk(sens, range, state, scope, options), pagesOf))
}

// -----------------------------------------------------------------------------
// Cursors
// -----------------------------------------------------------------------------

/**
 * Where {@link tailPages} begins with these options. Whoever writes it down before anything is read loses nothing by a crash
 * before the first page: {@link resume} goes on from it.
 *
 * Fails with `SensError` where an option is wrong: its reason is `InvalidRequest`.
 *
 * **Example** (From a time on)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const start = DateTime.makeUnsafe("2026-11-28T00:00:00Z")
 * const cursor = await Effect.runPromise(DeliveryLog.beginning({ start, overlap: "10 minutes" }))
 *
 * DateTime.formatIso(DeliveryLog.position(cursor)) // => "2026-11-28T00:00:00.000Z"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const beginning = Effect.fnUntraced(function*(
  options: TailOptions = {}
): Effect.fn.Return<RangeCursor, SensError.SensError> {
  const found = Check.problems(options, Check.tail)
  if (found.length > 0) return yield* Check.invalid("messages.search", found)
  const { range, state } = yield* rangeIn(options)
  return toCursor(range, state)
})

/**
 * Up to when a log has been read: what came in before that time, and has shown up, has been given.
 *
 * **Example** (Two of three pages of an hour)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const start = DateTime.makeUnsafe("2026-11-28T00:00:00Z")
 * const end = DateTime.makeUnsafe("2026-11-28T01:00:00Z")
 * const cursor = await Effect.runPromise(DeliveryLog.beginning({ start }))
 * const within = { ...cursor, window: { start, end }, next: { index: 2 } }
 *
 * DateTime.formatIso(DeliveryLog.position(within)) // => "2026-11-28T00:00:00.000Z"
 * DateTime.formatIso(DeliveryLog.position({ ...within, next: null })) // => "2026-11-28T01:00:00.000Z"
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const position = ({ next, window }: RangeCursor): DateTime.Utc => next === null ? window.end : window.start

/**
 * The same place, with its window read from the first page on. Pages of it that were given come again. For a cursor that was kept for
 * so long that the service does not know its page any more.
 *
 * **Example** (The first page)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const start = DateTime.makeUnsafe("2026-11-28T00:00:00Z")
 * const cursor = await Effect.runPromise(DeliveryLog.beginning({ start }))
 *
 * DeliveryLog.rewound({ ...cursor, next: { index: 3, page: { nextToken: "x" } } }).next // => { index: 0 }
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const rewound = (cursor: RangeCursor): RangeCursor => ({ ...cursor, next: { index: 0 } })

/**
 * The window of a cursor given up, since the log does not reach back to its start any more. {@link resume} goes on where the log
 * begins now, and tells `onNotCovered` what is lost.
 *
 * **Example** (No page of the window is left to read)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const start = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
 * const cursor = await Effect.runPromise(DeliveryLog.beginning({ start }))
 *
 * DeliveryLog.skipping({ ...cursor, next: { index: 3 } }).next // => null
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const skipping = (cursor: RangeCursor): RangeCursor => ({
  ...cursor,
  window: { start: cursor.window.start, end: DateTime.addDuration(cursor.window.start, cursor.overlap) },
  next: null
})
