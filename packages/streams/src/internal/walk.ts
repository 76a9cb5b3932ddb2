/**
 * A walk along the log in windows that SENS takes, in the order of time. All times are milliseconds since 1970, and those
 * that a search is made of are whole seconds, the resolution of SENS.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import type * as Sens from "@effect-sens/http/Sens"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import type * as Scope from "effect/Scope"
import { ahead } from "./ahead.ts"
import * as Reader from "./reader.ts"

/** @internal */
export type By = "request" | "completion"

/** @internal */
export interface Window {
  readonly start: number
  readonly end: number
}

/**
 * A message that the next window has once more, and its time.
 *
 * @internal
 */
export type Seen = readonly [messageId: string, at: number]

/**
 * Where a walk stands: the window, the page of it to read next (none when it is read), what the windows before had of this
 * one, and what of it the next window will have.
 *
 * @internal
 */
export interface State {
  readonly window: Window
  readonly next: Paging.Position | undefined
  readonly carried: ReadonlyArray<Seen>
  readonly kept: ReadonlyArray<Seen>
}

/** @internal */
export interface Plan<E> {
  readonly sens: Sens.Service
  readonly by: By
  readonly filters: typeof SearchQuery.Filters.Type
  readonly pageSize: number
  readonly overlap: number
  /** How many windows are read at the same time, and how many pages of each ahead of the reader. */
  readonly concurrency: number
  readonly prefetch: number
  /** The window to read after another, if any; it starts with the overlap. It may take its time. */
  readonly following: (window: Window) => Effect.Effect<Window | undefined, E>
  /** What a window fails with that reaches back further than the log, at this time. */
  readonly tooOld: (window: Window, now: number) => E | undefined
  /** What to do about pages that fail. */
  readonly outages: (
    pull: Pull.Pull<Step, E | SensError.SensError | Paging.PagingError>
  ) => Pull.Pull<Step, E | SensError.SensError | Paging.PagingError>
}

/** @internal */
export interface Step {
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  readonly state: State
}

const second = 1000

/** @internal */
export const floorSecond = (millis: number): number => Math.floor(millis / second) * second

/** @internal */
export const ceilSecond = (millis: number): number => Math.ceil(millis / second) * second

/**
 * The longest window that SENS takes.
 *
 * @internal
 */
export const longest: { readonly [B in By]: number } = { request: 30 * 86_400_000, completion: 86_400_000 }

type Status = NonNullable<(typeof SearchQuery.Filters.Type)["status"]>

// A message leaves these states while the log is read, and the pages behind it shift. So they are asked of each record that
// comes, and not of the service.
const isPassing = (status: Status | undefined): boolean => status === "READY" || status === "PROCESSING"

const matching = (filters: typeof SearchQuery.Filters.Type, records: Reader.Read["records"]): Reader.Read["records"] =>
  isPassing(filters.status) ? records.filter(({ status }) => status === filters.status) : records

/**
 * The search of a window.
 *
 * @internal
 */
export const query = (
  plan: Pick<Plan<never>, "by" | "filters" | "pageSize">,
  window: Window
): SearchQuery.Normalized => {
  const { status, ...filters } = plan.filters
  const search = {
    ...filters,
    ...status === undefined || isPassing(status) ? {} : { status },
    pageSize: plan.pageSize
  }
  const range = { start: DateTime.makeUnsafe(window.start), end: DateTime.makeUnsafe(window.end) }
  return plan.by === "request" ? { ...search, requestTime: range } : { ...search, completeTime: range }
}

// -----------------------------------------------------------------------------
// The seam between two windows
// -----------------------------------------------------------------------------

/** By what a record that cannot be read is known again, without its id: a cursor holds no text and no number. */
const likeness = ({ fields, why }: UnreadableRecord.UnreadableRecord): string =>
  `unreadable ${Hash.string(JSON.stringify([why, fields]))}`

// Those without an id are counted: a log may hold many that look alike, and one name for each would have no bounds.
const counted = /^(unreadable -?\d+) (\d+)$/

/** Names with the greatest of their counts, and the latest of their times. */
const merged = (seen: Iterable<Seen>): ReadonlyArray<Seen> => {
  const named = new Map<string, number>()
  const counts = new Map<string, { readonly count: number; readonly at: number }>()
  for (const [id, at] of seen) {
    const found = counted.exec(id)
    if (found === null) {
      named.set(id, at)
      continue
    }
    const name = found[1] ?? ""
    const known = counts.get(name)
    counts.set(name, {
      count: Math.max(known?.count ?? 0, Number(found[2])),
      at: Math.max(known?.at ?? at, at)
    })
  }
  return [...named, ...Array.from(counts, ([name, { at, count }]): Seen => [`${name} ${count}`, at])]
}

/** The messages of a window that the windows before did not have, and what of them the next one will have. */
const seam = (by: By, overlap: number, window: Window, carried: State["carried"], initial: State["kept"]) => {
  const before = new Map(carried)
  const countsBefore = new Map<string, number>()
  for (const [id] of carried) {
    const found = counted.exec(id)
    if (found !== null) countsBefore.set(found[1] ?? "", Number(found[2]))
  }
  // One without a time may be anywhere in the window. Only where most of it was seen before is it taken for one of those.
  const isMostlySeen = 2 * overlap >= window.end - window.start
  // A second more than is needed, in case the service compares a finer time than it shows.
  const from = window.end - overlap - second
  const fromText = KstDateTime.formatSeconds(DateTime.makeUnsafe(from))
  const timeOf = by === "request" ? MessageRecord.requestTime : MessageRecord.completeTime
  let kept = initial
  let previous: Reader.Read["records"] = []
  const named = new Set<string>()
  const alike = new Map<string, number>()

  // A message without a time may be anywhere.
  const millis = (record: MessageRecord.MessageRecord): number =>
    Option.match(timeOf(record), { onNone: () => window.end, onSome: (time) => time.epochMilliseconds })

  const unreadableTime = ({ fields }: UnreadableRecord.UnreadableRecord): number | undefined => {
    const stamp = by === "request" ? fields.requestTime : fields.completeTime
    return stamp === undefined || stamp === null || stamp === ""
      ? undefined
      : Option.getOrUndefined(KstDateTime.parse(stamp))?.epochMilliseconds
  }

  // What says nothing but that it lacks something looks alike in many pages.
  const empty = new Map<string, string>()
  const likenessOf = (record: UnreadableRecord.UnreadableRecord): string => {
    if (Object.keys(record.fields).length > 0) return likeness(record)
    const known = empty.get(record.why)
    if (known !== undefined) return known
    const made = likeness(record)
    empty.set(record.why, made)
    return made
  }

  // Stamps of the usual form are in the order of their letters, and comparing those is all that most messages cost.
  const isKept = (record: MessageRecord.MessageRecord): boolean => {
    const stamp = by === "request" ? record.requestTime : record.completeTime
    return typeof stamp === "string" && stamp.length === 19 && stamp[10] === " "
      ? stamp >= fromText
      : millis(record) >= from
  }

  return {
    kept: () => kept,
    freshUnreadable: (records: Reader.Read["unreadable"]): Reader.Read["unreadable"] => {
      const staying: Array<Seen> = []
      const fresh = records.filter((record) => {
        const { messageId } = record.fields
        const time = unreadableTime(record)
        const at = time ?? window.end
        if (messageId !== undefined) {
          if (named.has(messageId)) return false
          named.add(messageId)
          if (at >= from) staying.push([messageId, at])
          return !before.has(messageId)
        }
        // Those that look alike are as many as there are of them in a window.
        const name = likenessOf(record)
        const count = (alike.get(name) ?? 0) + 1
        alike.set(name, count)
        if (at >= from) staying.push([`${name} ${count}`, at])
        return (time === undefined && !isMostlySeen) || count > (countsBefore.get(name) ?? 0)
      })
      if (staying.length > 0) kept = merged([...kept, ...staying])
      return fresh
    },
    fresh: (records: Reader.Read["records"]): Reader.Read["records"] => {
      const staying = records.filter(isKept)
      if (staying.length > 0) kept = [...kept, ...staying.map((record): Seen => [record.messageId, millis(record)])]
      // What came in meanwhile may have pushed the end of the page before onto this one.
      const first = records[0]
      const repeats = first !== undefined && previous.some(({ messageId }) => messageId === first.messageId)
        ? new Set(previous.map(({ messageId }) => messageId))
        : undefined
      previous = records
      return before.size === 0 && repeats === undefined
        ? records
        : records.filter(({ messageId }) => !before.has(messageId) && repeats?.has(messageId) !== true)
    }
  }
}

/**
 * The beginning of a window that comes after another.
 *
 * @internal
 */
export const enter = (state: State, window: Window): State => {
  const carried = [...state.carried, ...state.kept].filter(([, time]) => time >= window.start - second)
  return { window, next: Paging.start, carried: merged(carried), kept: [] }
}

/**
 * The beginning of a walk.
 *
 * @internal
 */
export const begin = (window: Window): State => ({ window, next: Paging.start, carried: [], kept: [] })

// -----------------------------------------------------------------------------
// The walk
// -----------------------------------------------------------------------------

interface Opened<E> {
  readonly window: Window
  readonly pull: Pull.Pull<Reader.Read, E | SensError.SensError | Paging.PagingError>
}

/**
 * The pages of a walk from a state on. It may be pulled again after a failure, and then asks for the same page again, as long
 * as it reads neither ahead nor several windows at a time.
 *
 * @internal
 */
export const make = Effect.fnUntraced(function*<E>(
  plan: Plan<E>,
  from: State,
  scope: Scope.Scope
): Effect.fn.Return<Pull.Pull<Step, E | SensError.SensError | Paging.PagingError>> {
  type Failure = E | SensError.SensError | Paging.PagingError
  let state = from
  let current: (Opened<E> & { readonly seam: ReturnType<typeof seam> }) | undefined
  // Windows whose pages are being read, but not yet taken.
  const opened: Array<Opened<E>> = []
  let last: Window | undefined = from.window

  const open = Effect.fnUntraced(function*(window: Window, position: Paging.Position) {
    const read = Reader.make(plan.sens, query(plan, window), position)
    const guarded: Opened<E>["pull"] = Effect.flatMap(Clock.currentTimeMillis, (now): Opened<E>["pull"] => {
      const failure = plan.tooOld(window, now)
      return failure === undefined ? read : Effect.fail(failure)
    })
    return {
      window,
      pull: plan.concurrency > 1 ? yield* ahead(guarded, Math.max(1, plan.prefetch), scope) : guarded
    }
  })

  const next: Effect.Effect<Opened<E> | undefined, E> = Effect.gen(function*() {
    const waiting = opened.shift()
    if (waiting !== undefined) return waiting
    if (last === undefined) return undefined
    last = yield* plan.following(last)
    return last === undefined ? undefined : yield* open(last, Paging.start)
  })

  const openMore = Effect.gen(function*() {
    while (opened.length < plan.concurrency - 1 && last !== undefined) {
      last = yield* plan.following(last)
      if (last !== undefined) opened.push(yield* open(last, Paging.start))
    }
  })

  const pull: Pull.Pull<Step, Failure> = Effect.gen(function*() {
    let reading = current
    if (reading === undefined) {
      let window: Opened<E> | undefined
      if (state.next === undefined) {
        window = yield* next
        if (window === undefined) return yield* Cause.done()
        state = enter(state, window.window)
      } else window = yield* open(state.window, state.next)
      reading = { ...window, seam: seam(plan.by, plan.overlap, state.window, state.carried, state.kept) }
      current = reading
      yield* openMore
    }
    const read = yield* reading.pull
    const records = matching(plan.filters, reading.seam.fresh(read.records))
    const unreadable = read.unreadable.length === 0 ? read.unreadable : reading.seam.freshUnreadable(read.unreadable)
    state = { ...state, next: read.next, kept: reading.seam.kept() }
    if (read.next === undefined) current = undefined
    return { records, unreadable, state }
  })

  const lasting = plan.outages(pull)
  return plan.concurrency > 1 ? lasting : yield* ahead(lasting, plan.prefetch, scope)
})
