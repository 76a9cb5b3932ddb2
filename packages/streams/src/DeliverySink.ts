/**
 * What a stream of messages comes to: counts by result code, advice, carrier and hour, percentiles of the delivery time, and sums of all
 * that by anything. Each takes a page at a time, in one pass and bounded memory.
 *
 * @since 0.1.0
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Sink from "effect/Sink"

// -----------------------------------------------------------------------------
// Counts
// -----------------------------------------------------------------------------

type Messages = Arr.NonEmptyReadonlyArray<MessageRecord.MessageRecord>

/**
 * How many messages there are of each kind, in the order in which the kinds came.
 *
 * @category models
 * @since 0.1.0
 */
export type Counts<K> = ReadonlyMap<K, number>

type Key = (record: MessageRecord.MessageRecord) => unknown

/**
 * Several things about a message, each under a name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keys {
  /** What it is of a message; undefined where the message does not say. */
  readonly [name: string]: (record: MessageRecord.MessageRecord) => unknown
}

/**
 * How many messages there are that agree in several things: in all of `key`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Group<K> {
  /** In what they agree; undefined where the messages do not say. */
  readonly key: K
  /** How many they are. */
  readonly count: number
}

/**
 * Counts messages by anything about them, in the order in which the kinds came: by one thing, or by several at once, each under a name.
 * Messages of which all of it is undefined are left out; of several things, one may be. {@link code}, {@link advice}, {@link telco},
 * {@link hour} and {@link day} are such things.
 *
 * **Example** (By sender)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "READY", from: "0212345678" }
 * const counts = Stream.run(Stream.make(record, record), DeliverySink.countBy(({ from }) => from))
 *
 * await Effect.runPromise(counts) // => new Map([["0212345678", 2]])
 * ```
 *
 * **Example** (By code and carrier)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = (statusCode: string, telcoCode: string) =>
 *   ({ messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusCode, telcoCode })
 * const records = Stream.make(record("0", "SKT"), record("0", "KTF"), record("0", "SKT"))
 * const counts = Stream.run(records, DeliverySink.countBy({ code: DeliverySink.code, telco: DeliverySink.telco }))
 *
 * await Effect.runPromise(counts) // => [{ key: { code: "0", telco: "SKT" }, count: 2 }, { key: { code: "0", telco: "KTF" }, count: 1 }]
 * ```
 *
 * @category sinks
 * @since 0.1.0
 */
export function countBy<K>(
  key: (record: MessageRecord.MessageRecord) => K | undefined
): Sink.Sink<Counts<K>, MessageRecord.MessageRecord>
export function countBy<const K extends Keys>(
  keys: K
): Sink.Sink<
  ReadonlyArray<Group<{ readonly [N in keyof K]: ReturnType<K[N]> }>>,
  MessageRecord.MessageRecord
>
export function countBy(
  key: Key | Keys
): Sink.Sink<Counts<unknown> | ReadonlyArray<Group<object>>, MessageRecord.MessageRecord> {
  return typeof key === "function" ? countByOne(key) : countByAll(key)
}

const countByOne = <K>(
  key: (record: MessageRecord.MessageRecord) => K | undefined
): Sink.Sink<Counts<K>, MessageRecord.MessageRecord> =>
  Sink.reduceArray((): Map<K, number> => new Map(), (counts, records: Messages) => {
    // Most messages are of the kind of the one before: a run of them is counted at once.
    let last: K | undefined
    let run = 0
    const count = () => {
      if (last !== undefined) counts.set(last, (counts.get(last) ?? 0) + run)
    }
    for (const record of records) {
      const kind = key(record)
      if (kind !== last) {
        count()
        last = kind
        run = 0
      }
      run++
    }
    count()
    return counts
  })

/** By the value of the first key, then by that of the second, and so on. */
interface Branch<G> {
  readonly branches: Map<unknown, Branch<G>>
  group: G | undefined
}

const branch = <G>(): Branch<G> => ({ branches: new Map(), group: undefined })

/** The group of whatever agrees in all values, made where it is the first; `groups` has them in the order in which they came. */
const grouping = <G>(keys: Keys, make: (key: object) => G) => {
  const named = Object.entries(keys)
  const root = branch<G>()
  const groups: Array<G> = []
  return {
    groups,
    valuesOf: (record: MessageRecord.MessageRecord): ReadonlyArray<unknown> => named.map(([, key]) => key(record)),
    of: (values: ReadonlyArray<unknown>): G => {
      let at = root
      for (const value of values) {
        let next = at.branches.get(value)
        if (next === undefined) at.branches.set(value, next = branch())
        at = next
      }
      if (at.group === undefined) {
        at.group = make(Object.fromEntries(named.map(([name], index) => [name, values[index]])))
        groups.push(at.group)
      }
      return at.group
    }
  }
}

const countByAll = (
  keys: Keys
): Sink.Sink<ReadonlyArray<Group<object>>, MessageRecord.MessageRecord> =>
  Sink.map(
    Sink.reduceArray(
      () => grouping(keys, (key) => ({ key, count: 0 })),
      (state, records: Messages) => {
        for (const record of records) {
          const values = state.valuesOf(record)
          if (values.every((value) => value === undefined)) continue
          state.of(values).count += 1
        }
        return state
      }
    ),
    ({ groups }) => groups
  )

/**
 * The result code of a message, as SENS writes it; undefined where there is none yet. Whether it was delivered is not said by its code
 * alone: see {@link advice}.
 *
 * **Example** (A code)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 *
 * DeliverySink.code({ messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusCode: "3001" }) // => "3001"
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const code = ({ statusCode }: MessageRecord.MessageRecord): string | undefined =>
  statusCode === undefined || statusCode === null || statusCode === "" ? undefined : String(statusCode)

// A message counts as delivered only where its outcome says so, whatever its code is.
const adviceOf = (outcome: MessageRecord.Outcome): DeliveryCode.Advice | undefined =>
  outcome._tag === "Pending" ? undefined : outcome.code.advice

/**
 * What to do about the result of a message, by `MessageRecord.outcome`: only what was delivered is `delivered`; undefined where it is not
 * final.
 *
 * **Example** (A failure, with the code of a success)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusCode: "0", statusName: "fail" }
 *
 * DeliverySink.advice(record) // => "system"
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const advice = (record: MessageRecord.MessageRecord): DeliveryCode.Advice | undefined =>
  adviceOf(MessageRecord.outcome(record))

/**
 * The carrier of a message; undefined where it is not known.
 *
 * **Example** (A carrier)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 *
 * DeliverySink.telco({ messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", telcoCode: "SKT" }) // => "SKT"
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const telco = ({ telcoCode }: MessageRecord.MessageRecord): string | undefined =>
  telcoCode === null || telcoCode === "" ? undefined : telcoCode

/**
 * Counts by result code, as SENS writes it. Messages without one are not completed yet, and are left out. Whether a message was
 * delivered is not said by its code alone: see {@link countByAdvice}.
 *
 * @category sinks
 * @since 0.1.0
 */
export const countByCode: Sink.Sink<Counts<string>, MessageRecord.MessageRecord> = countBy(code)

/**
 * Counts by what to do about the result; see `DeliveryCode.Advice`. It goes by `MessageRecord.outcome`: messages that are
 * not final are left out, and only what was delivered counts as `delivered`.
 *
 * **Example** (What is worth another try)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = (statusCode: string) =>
 *   ({ messageId: MessageId.make(statusCode), to: "01012345678", status: "COMPLETED", statusCode })
 * const counts = Stream.run(Stream.make(record("0"), record("2003"), record("3001")), DeliverySink.countByAdvice)
 *
 * const byAdvice = await Effect.runPromise(counts)
 *
 * byAdvice.get("retryLater") // => 1
 * ```
 *
 * @category sinks
 * @since 0.1.0
 */
export const countByAdvice: Sink.Sink<Counts<DeliveryCode.Advice>, MessageRecord.MessageRecord> = countBy(advice)

/**
 * Counts by carrier. Messages without one are left out.
 *
 * @category sinks
 * @since 0.1.0
 */
export const countByTelco: Sink.Sink<Counts<string>, MessageRecord.MessageRecord> = countBy(telco)

const usualStamp = /^\d{4}-\d\d-\d\d[ T]\d\d(?::\d\d){2}$/

// A stamp of the usual form is in Korean time, and says its hour itself.
const hourOf = (
  stamp: string | null | undefined,
  millis: () => number | undefined
): string | undefined => {
  if (typeof stamp === "string" && usualStamp.test(stamp)) return `${stamp.slice(0, 10)} ${stamp.slice(11, 13)}`
  const time = millis()
  return time === undefined
    ? undefined
    : DateTime.formatIso(DateTime.makeUnsafe(time + 9 * 3_600_000)).slice(0, 13).replace("T", " ")
}

/**
 * The hour, in Korean time and as `yyyy-MM-dd HH`, in which a message was requested (by default) or completed; undefined where it is not
 * known.
 *
 * **Example** (Nine in the morning)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "READY", requestTime: "2026-01-01 09:59:59" }
 *
 * DeliverySink.hour()(record) // => "2026-01-01 09"
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const hour = (by: "request" | "completion" = "request") =>
(
  record: MessageRecord.MessageRecord
): string | undefined =>
  by === "request"
    ? hourOf(record.requestTime, () => Option.getOrUndefined(MessageRecord.requestTime(record))?.epochMilliseconds)
    : hourOf(record.completeTime, () => Option.getOrUndefined(MessageRecord.completeTime(record))?.epochMilliseconds)

/**
 * The day, in Korean time and as `yyyy-MM-dd`, on which a message was requested (by default) or completed; undefined where it is not known.
 *
 * **Example** (The first of January)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "READY", requestTime: "2026-01-01 09:59:59" }
 *
 * DeliverySink.day()(record) // => "2026-01-01"
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const day = (by: "request" | "completion" = "request") => {
  const at = hour(by)
  return (record: MessageRecord.MessageRecord): string | undefined => at(record)?.slice(0, 10)
}

/**
 * Counts by the hour, in Korean time and as `yyyy-MM-dd HH`, in which messages were requested (by default) or completed.
 * Messages without that time are left out.
 *
 * **Example** (When it was busy)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = (requestTime: string) =>
 *   ({ messageId: MessageId.make(requestTime), to: "01012345678", status: "READY", requestTime })
 * const records = Stream.make(record("2026-01-01 09:00:00"), record("2026-01-01 09:59:59"), record("2026-01-01 10:00:00"))
 *
 * await Effect.runPromise(Stream.run(records, DeliverySink.countByHour())) // => new Map([["2026-01-01 09", 2], ["2026-01-01 10", 1]])
 * ```
 *
 * @category sinks
 * @since 0.1.0
 */
export const countByHour = (
  by: "request" | "completion" = "request"
): Sink.Sink<Counts<string>, MessageRecord.MessageRecord> => countBy(hour(by))

/**
 * All of the counts at once. `pending` are messages that are not final; `delivered` and `failed` are the others.
 *
 * @category models
 * @since 0.1.0
 */
export interface Totals {
  /** How many messages there are. */
  readonly messages: number
  /** How many of them were delivered. */
  readonly delivered: number
  /** How many failed. */
  readonly failed: number
  /** How many are not final. */
  readonly pending: number
  /** See {@link countByCode}. */
  readonly byCode: Counts<string>
  /** See {@link countByAdvice}. */
  readonly byAdvice: Counts<DeliveryCode.Advice>
  /** See {@link countByTelco}. */
  readonly byTelco: Counts<string>
}

/**
 * Counts messages by outcome, code, advice and carrier, in one pass.
 *
 * @category sinks
 * @since 0.1.0
 */
export const totals: Sink.Sink<Totals, MessageRecord.MessageRecord> = Sink.reduceArray(
  () => ({
    messages: 0,
    delivered: 0,
    failed: 0,
    pending: 0,
    byCode: new Map<string, number>(),
    byAdvice: new Map<DeliveryCode.Advice, number>(),
    byTelco: new Map<string, number>()
  }),
  (sum, records: Messages) => {
    for (const record of records) {
      sum.messages += 1
      const outcome = MessageRecord.outcome(record)
      const { _tag } = outcome
      sum[_tag === "Delivered" ? "delivered" : _tag === "Failed" ? "failed" : "pending"] += 1
      const kind = code(record)
      if (kind !== undefined) sum.byCode.set(kind, (sum.byCode.get(kind) ?? 0) + 1)
      const todo = adviceOf(outcome)
      if (todo !== undefined) sum.byAdvice.set(todo, (sum.byAdvice.get(todo) ?? 0) + 1)
      const carrier = telco(record)
      if (carrier !== undefined) sum.byTelco.set(carrier, (sum.byTelco.get(carrier) ?? 0) + 1)
    }
    return sum
  }
)

// -----------------------------------------------------------------------------
// Delivery times
// -----------------------------------------------------------------------------

/**
 * The times from request to result. `percentiles` has them as asked for, 0-100; of no messages there are none.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeliveryTimes {
  /** How many messages have both times; all others are left out. */
  readonly count: number
  /** The shortest. */
  readonly min: Option.Option<Duration.Duration>
  /** The longest. */
  readonly max: Option.Option<Duration.Duration>
  /** The average. */
  readonly mean: Option.Option<Duration.Duration>
  /** The time by percentile, 0-100. */
  readonly percentiles: ReadonlyMap<number, Duration.Duration>
  /** How many took how long, the shortest first: to the second below 200 seconds, in steps of 1 % beyond. */
  readonly distribution: ReadonlyArray<readonly [time: Duration.Duration, count: number]>
}

// SENS tells times in whole seconds. Up to this many of them each has a bucket of its own, beyond that a bucket is 1 % wide: less
// than 1,100 for times of up to a month.
const exact = 200
const width = Math.log(1.01)
const longest = 31 * 86_400

const bucketOf = (seconds: number): number =>
  seconds < exact ? seconds : exact + Math.floor(Math.log(Math.min(seconds, longest) / exact) / width)

/** The middle of a bucket. */
const secondsOf = (bucket: number): number => bucket < exact ? bucket : exact * Math.exp((bucket - exact + 0.5) * width)

const usual: ReadonlyArray<number> = [50, 90, 95, 99]

interface Times {
  readonly counts: Map<number, number>
  count: number
  sum: number
  min: number
  max: number
}

const noTimes = (): Times => ({ counts: new Map(), count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 })

/** How many seconds a message took; undefined where the log does not say. */
const secondsFor = (
  record: MessageRecord.MessageRecord,
  completed: Option.Option<DateTime.Utc>
): number | undefined => {
  if (Option.isNone(completed)) return undefined
  const requested = MessageRecord.requestTime(record)
  if (Option.isNone(requested)) return undefined
  const millis = completed.value.epochMilliseconds - requested.value.epochMilliseconds
  // Clocks that disagree by a second make it less than nothing.
  return Math.max(0, Math.round(millis / 1000))
}

const addTime = (state: Times, seconds: number | undefined): void => {
  if (seconds === undefined) return
  const bucket = bucketOf(seconds)
  state.counts.set(bucket, (state.counts.get(bucket) ?? 0) + 1)
  state.count += 1
  state.sum += seconds
  state.min = Math.min(state.min, seconds)
  state.max = Math.max(state.max, seconds)
}

const timesOf = (
  { count, counts, max, min, sum }: Times,
  percentiles: ReadonlyArray<number>
): DeliveryTimes => {
  const sorted = Array.from(counts).sort(([one], [other]) => one - other)
  const timeOf = (bucket: number) => Duration.seconds(Math.min(max, Math.max(min, secondsOf(bucket))))
  const at = (percentile: number): Duration.Duration => {
    const rank = Math.max(1, Math.ceil(Math.min(100, percentile) / 100 * count))
    let counted = 0
    for (const [bucket, number] of sorted) {
      counted += number
      if (counted >= rank) return timeOf(bucket)
    }
    return Duration.seconds(max)
  }
  const some = (seconds: number) => count === 0 ? Option.none() : Option.some(Duration.seconds(seconds))
  return {
    count,
    min: some(min),
    max: some(max),
    mean: some(sum / count),
    percentiles: new Map(count === 0 ? [] : percentiles.map((percentile) => [percentile, at(percentile)])),
    distribution: sorted.map(([bucket, number]) => [timeOf(bucket), number])
  }
}

/**
 * How long messages took from request to result, delivered or not. Percentiles are exact to the second below 200 seconds,
 * and to 1 % beyond (a histogram with buckets that grow, as in HdrHistogram). Unless others are asked for they are the 50th,
 * 90th, 95th and 99th; a percentile is the time that this share of the
 * messages took at the most (nearest rank).
 *
 * **Example** (The median)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = (second: number) => ({
 *   messageId: MessageId.make(String(second)),
 *   to: "01012345678",
 *   status: "COMPLETED",
 *   requestTime: "2026-01-01 09:00:00",
 *   completeTime: `2026-01-01 09:00:0${second}`
 * })
 * const times = Stream.run(Stream.make(record(2), record(3), record(9)), DeliverySink.deliveryTimes([50]))
 * const { percentiles } = await Effect.runPromise(times)
 *
 * percentiles.get(50) // => Duration.seconds(3)
 * ```
 *
 * @category sinks
 * @since 0.1.0
 */
export const deliveryTimes = (
  percentiles: ReadonlyArray<number> = usual
): Sink.Sink<DeliveryTimes, MessageRecord.MessageRecord> =>
  Sink.map(
    Sink.reduceArray(
      noTimes,
      (state, records: Messages) => {
        for (const record of records) addTime(state, secondsFor(record, MessageRecord.completeTime(record)))
        return state
      }
    ),
    (state) => timesOf(state, percentiles)
  )

// -----------------------------------------------------------------------------
// Sums
// -----------------------------------------------------------------------------

/**
 * What became of the messages that agree in several things.
 *
 * @category models
 * @since 0.1.0
 */
export interface Summary<K> {
  /** In what they agree; undefined where the messages do not say. */
  readonly key: K
  /** How many they are. */
  readonly messages: number
  /** How many of them were delivered. */
  readonly delivered: number
  /** How many failed. */
  readonly failed: number
  /** How many are not final. */
  readonly pending: number
  /** How long those took that were delivered. */
  readonly times: DeliveryTimes
}

/**
 * Ways to group messages, each under a name; by nothing at all (`{}`) they are one group.
 *
 * @category models
 * @since 0.1.0
 */
export interface Groupings {
  /** In what the messages of a group agree. */
  readonly [name: string]: Keys
}

/**
 * What became of messages by anything about them, grouped in several ways at once and in one pass: what a report is made of. Groups come in
 * the order in which their first messages did. Unlike {@link countBy} it leaves no message out: those that do not say are a group as well.
 *
 * **Example** (All of them, and by carrier)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliverySink from "@effect-sens/streams/DeliverySink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = (statusCode: string, telcoCode: string) =>
 *   ({ messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusCode, telcoCode })
 * const records = Stream.make(record("0", "SKT"), record("3001", "SKT"), record("0", "KTF"))
 * const sums = Stream.run(records, DeliverySink.summaries({ all: {}, byTelco: { telco: DeliverySink.telco } }))
 *
 * const { all, byTelco } = await Effect.runPromise(sums)
 *
 * all.map(({ delivered, failed }) => [delivered, failed]) // => [[2, 1]]
 * byTelco.map(({ failed, key, messages }) => [key.telco, messages, failed]) // => [["SKT", 2, 1], ["KTF", 1, 0]]
 * ```
 *
 * @category sinks
 * @since 0.1.0
 */
export function summaries<const G extends Groupings>(
  groupings: G,
  options?: {
    /** Which percentiles `times` have: the 50th, 90th, 95th and 99th unless others are asked for. */
    readonly percentiles?: ReadonlyArray<number> | undefined
  }
): Sink.Sink<
  { readonly [N in keyof G]: ReadonlyArray<Summary<{ readonly [K in keyof G[N]]: ReturnType<G[N][K]> }>> },
  MessageRecord.MessageRecord
>
export function summaries(
  groupings: Groupings,
  { percentiles = usual }: { readonly percentiles?: ReadonlyArray<number> | undefined } = {}
): Sink.Sink<{ readonly [name: string]: ReadonlyArray<Summary<object>> }, MessageRecord.MessageRecord> {
  return Sink.map(
    Sink.reduceArray(
      () => Object.entries(groupings).map(([name, keys]) => [name, grouping(keys, noSums)] as const),
      (state, records: Messages) => {
        for (const record of records) {
          const outcome = MessageRecord.outcome(record)
          const counted = outcome._tag === "Delivered" ? "delivered" : outcome._tag === "Failed" ? "failed" : "pending"
          const seconds = outcome._tag === "Delivered" ? secondsFor(record, outcome.completeTime) : undefined
          for (const [, groups] of state) {
            const sums = groups.of(groups.valuesOf(record))
            sums[counted] += 1
            addTime(sums.times, seconds)
          }
        }
        return state
      }
    ),
    (state) =>
      Object.fromEntries(
        state.map(([name, { groups }]) => [
          name,
          groups.map(({ delivered, failed, key, pending, times }) => ({
            key,
            messages: delivered + failed + pending,
            delivered,
            failed,
            pending,
            times: timesOf(times, percentiles)
          }))
        ])
      )
  )
}

const noSums = (key: object) => ({ key, delivered: 0, failed: 0, pending: 0, times: noTimes() })
