/**
 * What becomes of requests that were sent: every change of every recipient, until nothing more will happen.
 *
 * SENS calls nobody back, so the delivery log is asked again and again: after 2 seconds, then less and less often, up to once a
 * minute, for 70 minutes. Each look takes its turn in the `rateLimit` of the client, where it has one.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import * as RequestId from "@effect-sens/core/RequestId"
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constVoid, dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Pull from "effect/Pull"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Monotonic from "./internal/monotonic.ts"
import * as Given from "./internal/options.ts"
import * as Reader from "./internal/reader.ts"
import * as Span from "./internal/span.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A request to track. `recipients` is how many messages it has: with it, a log that does not show all of them yet is not taken
 * for complete.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tracked {
  /** The id that the send was answered with. */
  readonly requestId: string
  /** How many messages it has; without it, whatever the log shows is taken for all. */
  readonly recipients?: number | undefined
}

/**
 * Something that changed since it was last looked at. `before` is the state it had then; none where it was not seen before.
 *
 * - `Reservation`: the state of a reserved request
 * - `Message`: the state of one recipient's message; `MessageRecord.outcome` says what became of it
 * - `Unreadable`: a message that the log shows in a way that cannot be read. One that has an id holds up the end until it has looked the
 *   same three times in a row. Those without an id cannot be told apart: each is told as often as it looks new, and they hold up the end
 *   for the first three looks that show as many of them, whether or not they change
 *
 * @category models
 * @since 0.1.0
 */
export type Change = Data.TaggedEnum<{
  Reservation: {
    readonly requestId: RequestId.RequestId
    readonly status: ReservationStatus.ReservationStatus
    readonly before: Option.Option<string>
  }
  Message: {
    readonly requestId: RequestId.RequestId
    readonly record: MessageRecord.MessageRecord
    readonly before: Option.Option<string>
  }
  Unreadable: {
    readonly requestId: RequestId.RequestId
    readonly record: UnreadableRecord.UnreadableRecord
  }
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Change}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Change = Data.taggedEnum<Change>()

/**
 * How a request ended: its messages as the log has them, each delivered or failed. `reservation` is the last state of one that
 * was reserved; if it was cancelled, or failed, there are no messages.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ended {
  /** The request. */
  readonly requestId: RequestId.RequestId
  /** Its messages, each delivered or failed. */
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  /** Those of which the log does not say what became, since it showed them in a way that cannot be read when it was last looked at. */
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  /** The last state of its reservation; none where it was not reserved. */
  readonly reservation: Option.Option<ReservationStatus.ReservationStatus>
}

/**
 * Some requests did not end in time. All others did, and their changes came before this. `why` says what is known:
 *
 * - `NotFound`: the log never had it, so perhaps there is no such request
 * - `Unread`: the log could not be read all the time, so nothing is known
 * - `Reserved`: its reservation has not been handed on
 * - `Pending`: that many messages of it are not final
 *
 * @category errors
 * @since 0.1.0
 */
export class DeadlineExceeded
  extends Schema.TaggedError<DeadlineExceeded>("@effect-sens/streams/Delivery/DeadlineExceeded")("DeadlineExceeded", {
    requests: Schema.NonEmptyArray(Schema.Struct({
      requestId: RequestId.RequestId,
      why: Schema.Literals(["NotFound", "Unread", "Reserved", "Pending"]),
      pending: Schema.Int
    })),
    after: Schema.Duration
  })
{
  override get message(): string {
    const said = { NotFound: "not found", Unread: "the log could not be read", Reserved: "reserved" } as const
    const requests = this.requests.map(({ pending, requestId, why }) =>
      `${requestId} (${why === "Pending" ? `${pending} pending` : said[why]})`
    )
    return `Not final after ${Duration.format(this.after)}: ${requests.join(", ")}. ` +
      "Track them again later, or look for them in the delivery log."
  }
}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * How requests are tracked.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * How long after the first look the second is. Every further one waits half as long again.
   *
   * @default "2 seconds"
   */
  readonly firstDelay?: Duration.Input | undefined
  /**
   * The longest between two looks.
   *
   * @default "60 seconds"
   */
  readonly maxDelay?: Duration.Input | undefined
  /**
   * How long each request is tracked, counted from its beginning, or from the time it is reserved for.
   *
   * @default "70 minutes"
   */
  readonly deadline?: Duration.Input | undefined
  /**
   * How many calls are made at the same time.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /**
   * How many requests are tracked at the same time; more are taken when others have ended.
   *
   * @default 1000
   */
  readonly maxTracked?: number | undefined
}

// -----------------------------------------------------------------------------
// One request
// -----------------------------------------------------------------------------

interface Request {
  readonly requestId: RequestId.RequestId
  readonly recipients: number | undefined
  /** What each message was when it was last looked at. */
  readonly seen: Map<string, Pick<MessageRecord.MessageRecord, "status" | "statusName">>
  /** What each message that cannot be read looked like, by its id, and how often in a row. */
  readonly unreadable: Map<string, { readonly shown: string; readonly looks: number }>
  /** Those without an id: how many of each likeness were told, the most that a look showed, and how many looks showed any since. */
  readonly nameless: { readonly told: Map<string, number>; most: number; looks: number }
  /** What of the log could not be read when it was last looked at. */
  lastUnreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  /** What is being asked: the log, or the reservation. */
  phase: "messages" | "reservation"
  reservation: string | undefined
  /** Whether it is known not to be a reservation. */
  regular: boolean
  /** Whether it was answered once, if only that there is no such request. */
  answered: boolean
  empty: number
  pending: number
  /** Monotonic times in milliseconds. */
  delay: number
  due: number
  deadline: number
  ended: boolean
}

interface Polling {
  readonly sens: Sens.Service
  readonly firstDelay: number
  readonly maxDelay: number
  readonly deadline: number
}

// How much longer each pause is than the one before.
const growth = 1.5

// After so many looks at an empty log, whether it is a reservation is asked, in case the log does not say so.
const emptyLooks = 3

// A request has at most 100 messages, and a page that leads on has one at least.
const mostPages = 1000

// A message that cannot be read, and stays as it is for so many looks, will not be read by more of them.
const unreadableLooks = 3

const growing = (polling: Polling, request: Request, now: number): void => {
  request.due = now + request.delay
  request.delay = Math.min(request.delay * growth, polling.maxDelay)
}

const readMessages = Effect.fnUntraced(function*(
  polling: Polling,
  request: Request,
  changes: Array<Change>
): Effect.fn.Return<void, SensError.SensError | Paging.PagingError> {
  const { requestId, seen } = request
  let position: Paging.Position | undefined = Paging.start
  let said: string | null | undefined
  let messages = 0
  let pending = 0
  let nameless = 0
  const alike = new Map<string, number>()
  const unreadable: Array<UnreadableRecord.UnreadableRecord> = []
  const lead = Reader.leading(mostPages)
  while (position !== undefined) {
    const response: SearchResponse.SearchResponse = yield* Reader.page(polling.sens, { requestId }, position)
    if (position.unpromised !== true) said = response.statusName
    for (const record of SearchResponse.messages(response)) {
      messages += 1
      if (!MessageRecord.isFinal(record)) pending += 1
      const { status, statusName } = record
      const before = seen.get(record.messageId)
      if (before !== undefined && before.status === status && before.statusName === statusName) continue
      seen.set(record.messageId, { status, statusName })
      changes.push(Change.Message({ requestId, record, before: Option.fromUndefinedOr(before?.status) }))
    }
    for (const record of SearchResponse.unreadable(response)) {
      messages += 1
      unreadable.push(record)
      const { fields, why } = record
      // Its place in the page may change.
      const shown = JSON.stringify([why, fields])
      if (fields.messageId === undefined) {
        nameless += 1
        const count = (alike.get(shown) ?? 0) + 1
        alike.set(shown, count)
        if (count <= (request.nameless.told.get(shown) ?? 0)) continue
        request.nameless.told.set(shown, count)
        changes.push(Change.Unreadable({ requestId, record }))
        continue
      }
      const known = request.unreadable.get(fields.messageId)
      const looks = known?.shown === shown ? known.looks + 1 : 1
      request.unreadable.set(fields.messageId, { shown, looks })
      if (looks === 1) changes.push(Change.Unreadable({ requestId, record }))
      if (looks < unreadableLooks) pending += 1
    }
    const next: Result.Result<Paging.Position | undefined, Paging.PagingError> = lead(position, response)
    position = yield* Effect.fromResult(next)
    if (position !== undefined && request.deadline <= (yield* Monotonic.now)) {
      // What was not read is not final.
      request.pending = Math.max(1, pending, (request.recipients ?? 0) - messages)
      return
    }
  }
  request.lastUnreadable = unreadable
  if (nameless > request.nameless.most) {
    request.nameless.most = nameless
    request.nameless.looks = 0
  }
  if (nameless > 0 && ++request.nameless.looks < unreadableLooks) pending += nameless
  request.pending = Math.max(pending, (request.recipients ?? 0) - messages)
  if (messages > 0) {
    request.empty = 0
    request.ended = request.pending === 0
    return
  }
  request.empty += 1
  // A reservation that waits, or that came to nothing, has no messages, and the log says so by another name than success.
  const hint = typeof said === "string" && said !== "" && said.toLowerCase() !== "success"
  if (hint || (!request.regular && request.empty % emptyLooks === 0)) {
    yield* readReservation(polling, request, changes)
  }
})

/** Asks for the reservation, and says whether there is one. */
const readReservation = Effect.fnUntraced(function*(
  polling: Polling,
  request: Request,
  changes: Array<Change>
): Effect.fn.Return<boolean, SensError.SensError> {
  const found = yield* Effect.result(polling.sens.reservations.status(request.requestId))
  if (Result.isFailure(found)) {
    if (found.failure.reason._tag !== "NotFound") return yield* found.failure
    request.phase = "messages"
    request.regular = request.empty > emptyLooks
    return false
  }
  const status = found.success
  if (request.reservation !== status.reserveStatus) {
    changes.push(Change.Reservation({
      requestId: request.requestId,
      status,
      before: Option.fromUndefinedOr(request.reservation)
    }))
    request.reservation = status.reserveStatus
  }
  if (!ReservationStatus.isFinal(status)) {
    request.phase = "reservation"
    const wall = yield* Clock.currentTimeMillis
    const now = yield* Monotonic.now
    request.deadline = Option.match(ReservationStatus.reserveTime(status), {
      onNone: () => request.deadline,
      onSome: (time) => Math.max(request.deadline, now + time.epochMilliseconds - wall + polling.deadline)
    })
  } else if (Option.contains(ReservationStatus.state(status), "DONE")) {
    if (request.phase === "reservation") request.delay = polling.firstDelay
    request.phase = "messages"
  } else {
    request.ended = true
    request.pending = 0
  }
  return true
})

/** Looks at a request once. */
const look = Effect.fnUntraced(function*(
  polling: Polling,
  request: Request
): Effect.fn.Return<ReadonlyArray<Change>, SensError.SensError | Paging.PagingError> {
  const changes: Array<Change> = []
  const read = request.phase === "reservation"
    ? Effect.asVoid(readReservation(polling, request, changes))
    : Effect.catchReason(readMessages(polling, request, changes), "SensError", "Rejected", (_, error) =>
      // That is how SENS may put that a reservation has failed or was cancelled.
      Effect.flatMap(readReservation(polling, request, changes), (found) => found ? Effect.void : Effect.fail(error)))
  const failure = yield* Effect.match(read, { onFailure: Option.some, onSuccess: Option.none })
  if (Option.isNone(failure) || (failure.value._tag === "SensError" && failure.value.reason._tag === "NotFound")) {
    request.answered = true
  } else if (failure.value._tag !== "SensError" || !SensError.isTransient(failure.value)) {
    return yield* failure.value
  }
  growing(polling, request, yield* Monotonic.now)
  return changes
})

// -----------------------------------------------------------------------------
// All of them
// -----------------------------------------------------------------------------

const overdue = ({ answered, nameless, pending, phase, requestId, seen, unreadable }: Request) => ({
  requestId,
  why: phase === "reservation"
    ? "Reserved" as const
    : seen.size + unreadable.size + nameless.most === 0
    ? answered ? "NotFound" as const : "Unread" as const
    : "Pending" as const,
  pending
})

interface Asked {
  readonly requestId: RequestId.RequestId
  readonly recipients: number | undefined
}

const decodeRequestId = Schema.decodeUnknownEffect(RequestId.RequestId)

/** Reads a request to track, as somebody wrote it. */
const ask = (given: string | Tracked): Effect.Effect<Asked, SensError.SensError> => {
  const request: unknown = typeof given === "string" ? { requestId: given } : given
  // Programs without a compiler give anything.
  if (!Predicate.isObject(request)) return Effect.fail(notTracked)
  const { recipients, requestId } = request
  if (recipients !== undefined && !isCount(recipients)) return Effect.fail(notACount)
  return Effect.mapBoth(decodeRequestId(requestId), {
    onSuccess: (requestId) => ({ requestId, recipients }),
    onFailure: () => notAnId
  })
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const invalid = (path: ReadonlyArray<string>, kind: string, message: string) =>
  new SensError.SensError({
    operation: "messages.search",
    reason: new SensError.InvalidRequest({ issues: [{ path, kind, message }] })
  })

const notAnId = invalid(["requestId"], "RequestId", "It is no request id: give what the send was answered with")
const notACount = invalid(["recipients"], "Schema", "It is no number of recipients: leave it out, or write how many")
const notTracked = invalid([], "Schema", "It is no request to track: give its id, or { requestId, recipients }")

/** The requests to track, however many were given. */
const toRequests = (
  requests: string | Tracked | Iterable<string | Tracked>
): Stream.Stream<string | Tracked, SensError.SensError> =>
  Predicate.isString(requests) || Predicate.hasProperty(requests, "requestId")
    ? Stream.succeed(requests)
    : Predicate.isIterable(requests)
    ? Stream.fromIterable(requests)
    : Stream.fail(notTracked)

const pullAll = Effect.fnUntraced(function*<E, R>(
  tracked: Stream.Stream<string | Tracked, E, R>,
  options: Options,
  scope: Scope.Scope,
  onEnded: (request: Request) => void = constVoid
) {
  type Failure = E | SensError.SensError | Paging.PagingError | DeadlineExceeded
  const deadline = Duration.fromInputUnsafe(options.deadline ?? "70 minutes")
  const polling: Polling = {
    sens: yield* Sens.Sens,
    firstDelay: Duration.toMillis(options.firstDelay ?? "2 seconds"),
    maxDelay: Duration.toMillis(options.maxDelay ?? "60 seconds"),
    deadline: Duration.toMillis(deadline)
  }
  const concurrency = options.concurrency ?? 4
  const maxTracked = options.maxTracked ?? 1000
  const incoming = yield* Queue.make<Asked, E | SensError.SensError | Cause.Done>({ capacity: 16 })
  yield* Effect.forkIn(Stream.runIntoQueue(Stream.mapEffect(tracked, ask), incoming), scope)

  const active = new Set<Request>()
  const late: Array<ReturnType<typeof overdue>> = []
  const input = { open: true }

  const add = ({ recipients, requestId }: Asked, now: number): void => {
    active.add({
      requestId,
      recipients,
      seen: new Map(),
      unreadable: new Map(),
      nameless: { told: new Map(), most: 0, looks: 0 },
      lastUnreadable: [],
      phase: "messages",
      reservation: undefined,
      regular: false,
      answered: false,
      empty: 0,
      pending: recipients ?? 0,
      delay: polling.firstDelay,
      due: now,
      deadline: now + polling.deadline,
      ended: false
    })
  }

  const close = Effect.sync(() => {
    input.open = false
  })

  /** Takes what has come in and, where there is nothing else to do, waits for it. */
  const take = Effect.gen(function*() {
    while (input.open && active.size < maxTracked) {
      if (active.size > 0 && Queue.sizeUnsafe(incoming) === 0) return
      const items = yield* Queue.takeBetween(incoming, 1, maxTracked - active.size).pipe(
        Effect.catchIf(Cause.isDone, () => Effect.as(close, []))
      )
      const now = yield* Monotonic.now
      for (const item of items) add(item, now)
    }
  })

  /** Waits until a request is due, or another comes in. */
  const waitFor = (millis: number) =>
    input.open && active.size < maxTracked
      ? Queue.peek(incoming).pipe(
        Effect.asVoid,
        Effect.catchIf(Cause.isDone, () => close),
        Effect.timeoutOrElse({ duration: millis, orElse: () => Effect.void })
      )
      : Effect.sleep(millis)

  const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<Change>, Failure> = Effect.gen(function*() {
    while (true) {
      yield* take
      const now = yield* Monotonic.now
      for (const request of active) {
        if (request.deadline > now) continue
        active.delete(request)
        late.push(overdue(request))
      }
      if (active.size === 0) {
        if (input.open) continue
        return yield* Arr.isArrayNonEmpty(late)
          ? new DeadlineExceeded({ requests: late, after: deadline })
          : Cause.done()
      }
      const due = Array.from(active).filter((request) => request.due <= now).sort((a, b) => a.due - b.due)
      if (due.length === 0) {
        const wake = Math.min(...Array.from(active, (request) => Math.min(request.due, request.deadline)))
        yield* waitFor(wake - now)
        continue
      }
      const changes = yield* Effect.forEach(due.slice(0, concurrency), (request) => look(polling, request), {
        concurrency
      })
      for (const request of due) {
        if (!request.ended) continue
        active.delete(request)
        onEnded(request)
      }
      const all = changes.flat()
      if (Arr.isReadonlyArrayNonEmpty(all)) return all
    }
  })
  return pull
})

/**
 * As {@link track}, for requests that come as a stream, such as those of a bulk send.
 *
 * Fails as {@link track} does, with `SensError`, `PagingError` or {@link DeadlineExceeded}, and as the stream of requests does.
 *
 * **Example** (Two requests, as their messages end)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Delivery from "@effect-sens/streams/Delivery"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const send = (to: string) =>
 *     messages.send({
 *       type: "SMS",
 *       from: "0212345678",
 *       content: "안녕하세요",
 *       messages: [{ to: PhoneNumber.make(to) }]
 *     })
 *   return yield* Stream.make("01012345678", "01087654321").pipe(
 *     Stream.mapEffect(send),
 *     Stream.map(({ requestId }) => ({ requestId, recipients: 1 })),
 *     Delivery.trackAll({ deadline: "1 hour" }),
 *     Stream.filter((change) => change._tag === "Message" && MessageRecord.isFinal(change.record)),
 *     Stream.runCount
 *   )
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => 2
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const trackAll: {
  /**
   * As {@link track}, for requests that come as a stream, such as those of a bulk send.
   *
   * @category constructors
   * @since 0.1.0
   */
  (options?: Options): <E, R>(
    requests: Stream.Stream<string | Tracked, E, R>
  ) => Stream.Stream<Change, E | SensError.SensError | Paging.PagingError | DeadlineExceeded, R | Sens.Sens>
  /**
   * As {@link track}, for requests that come as a stream, such as those of a bulk send.
   *
   * @category constructors
   * @since 0.1.0
   */
  <E, R>(
    requests: Stream.Stream<string | Tracked, E, R>,
    options?: Options
  ): Stream.Stream<Change, E | SensError.SensError | Paging.PagingError | DeadlineExceeded, R | Sens.Sens>
} = dual((args) => Stream.isStream(args[0]), <E, R>(
  requests: Stream.Stream<string | Tracked, E, R>,
  options: Options = {}
): Stream.Stream<Change, E | SensError.SensError | Paging.PagingError | DeadlineExceeded, R | Sens.Sens> =>
  Span.traced("Delivery.trackAll")(changesOf(requests, options)))

const changesOf = <E, R>(
  requests: Stream.Stream<string | Tracked, E, R>,
  options: Options,
  onEnded?: (request: Request) => void
) => {
  const wrong = Given.problems(options, rules)
  return wrong.length > 0 ? Stream.fail(Given.invalid("messages.search", wrong)) : Stream.fromChannel(
    Channel.fromTransform((_: Pull.Pull<unknown, unknown, unknown>, scope) =>
      pullAll(requests, options, scope, onEnded)
    )
  )
}

const rules = {
  firstDelay: Given.aDuration,
  maxDelay: Given.aDuration,
  deadline: Given.aDuration,
  concurrency: Given.whole(1),
  maxTracked: Given.whole(1)
} satisfies { readonly [Name in keyof Options]-?: Given.Rule }

/**
 * Every change of every recipient of one or more requests, until all of them are final.
 *
 * **Details**
 *
 * What SENS does not know yet, an empty page or a 404 just after a send, is pending. A reserved request is followed by its
 * reservation first; one that was cancelled, or that failed, ends with that. A call that fails is made again by the
 * `RetryPolicy` of the fiber, and after that at the next look; a failure that will not pass ends the stream:
 * a `SensError`, or a `PagingError` where a page of the log does not lead on, or a request has more than 1,000 of them. Requests that are not final in time are named by
 * {@link DeadlineExceeded}, after all others have ended. What is no request to track, and an option that is wrong or none, is an
 * `InvalidRequest`.
 *
 * **Gotchas**
 *
 * Only what a look sees is a change: a message that goes from `READY` to `COMPLETED` between two looks was never seen
 * `PROCESSING`.
 *
 * **Example** (How a request goes)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Delivery from "@effect-sens/streams/Delivery"
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
 *   return yield* Delivery.track({ requestId, recipients: 2 }).pipe(
 *     Stream.map(Delivery.Change.$match({
 *       Reservation: ({ status }) => status.reserveStatus,
 *       Message: ({ record }) => `${record.to} ${MessageRecord.outcome(record)._tag}`,
 *       Unreadable: ({ record }) => record.why
 *     })),
 *     Stream.runCollect
 *   )
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["01012345678 Delivered", "01087654321 Delivered"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const track = (
  requests: string | Tracked | Iterable<string | Tracked>,
  options: Options = {}
): Stream.Stream<Change, SensError.SensError | Paging.PagingError | DeadlineExceeded, Sens.Sens> =>
  Span.traced("Delivery.track")(
    changesOf(
      toRequests(requests),
      options
    )
  )

/**
 * How a request ended: waits until nothing more will happen to any of its messages.
 *
 * Fails as {@link track} does: with `SensError`, `PagingError` or {@link DeadlineExceeded}.
 *
 * **Example** (Waiting for the result)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Delivery from "@effect-sens/streams/Delivery"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
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
 *   const { records } = yield* Delivery.await({ requestId, recipients: 2 })
 *   return records.map((record) => MessageRecord.outcome(record)._tag)
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Delivered", "Delivered"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
const await_ = (
  request: string | Tracked,
  options: Options = {}
): Effect.Effect<Ended, SensError.SensError | Paging.PagingError | DeadlineExceeded, Sens.Sens> =>
  Effect.flatMap(ask(request), (asked) => {
    const records = new Map<string, MessageRecord.MessageRecord>()
    let reservation = Option.none<ReservationStatus.ReservationStatus>()
    let unreadable: Ended["unreadable"] = []
    const changes = changesOf(Stream.succeed(asked), options, ({ lastUnreadable }) => {
      unreadable = lastUnreadable
    })
    return Stream.runForEach(Span.traced("Delivery.await")(changes), (change) =>
      Effect.sync(() => {
        if (change._tag === "Reservation") reservation = Option.some(change.status)
        else if (change._tag === "Message") records.set(change.record.messageId, change.record)
      })).pipe(
        Effect.map((): Ended => {
          // What was read of one before it could not be read any more is not how it ended.
          for (const { fields: { messageId } } of unreadable) if (messageId !== undefined) records.delete(messageId)
          return {
            requestId: asked.requestId,
            records: Array.from(records.values()),
            unreadable,
            reservation
          }
        })
      )
  })

export { await_ as await }
