import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Calls from "./calls.ts"
import type * as GatewayClock from "./gatewayClock.ts"
import * as Journal from "./journal.ts"

/**
 * How the delivery log is read for this: a whole search, and what it cost to know it.
 *
 * @internal
 */
export interface Log {
  /** All records of a search, and the `Date` of its first answer. Fails where any page of it fails. */
  readonly search: (
    query: SearchQuery.SearchQuery,
    deadline: number
  ) => Effect.Effect<{
    readonly records: ReadonlyArray<MessageRecord.MessageRecord>
    readonly date: number | undefined
  }, Unread>
  /** The text of one message, for a log that leaves it out. */
  readonly content: (
    record: MessageRecord.MessageRecord,
    deadline: number
  ) => Effect.Effect<Option.Option<string>, Unread>
}

/**
 * The log could not be read, which proves nothing.
 *
 * @internal
 */
export class Unread {
  readonly _tag = "Unread"
}

/** @internal */
export interface Setting {
  readonly clock: GatewayClock.GatewayClock
  readonly journal: Journal.Journal
  readonly log: Log
  /** How far a timestamp may be off for the gateway. All in milliseconds. */
  readonly tolerance: number
  readonly visibilityLag: number
  readonly settleTime: number
}

/**
 * What the log told.
 *
 * - `Found`: the one request that can be ours
 * - `Absent`: proof that no attempt was accepted, nor can be
 * - `Settled`: nothing was found for the settle time, which is no proof
 * - `Unknown`: none of these before the deadline
 *
 * @internal
 */
export type Finding =
  | { readonly _tag: "Found"; readonly requestId: RequestId.RequestId; readonly record: MessageRecord.MessageRecord }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Settled" }
  | { readonly _tag: "Unknown" }

const unknown: Finding = { _tag: "Unknown" }

// The requestTime of the log and the Date of an answer leave out the fraction of their second.
const resolution = 2000

// How far apart the clocks may be as long as no answer bore a Date.
const unsynchronised = 10 * 60 * 1000

const firstPause = 500
const longestPause = 10_000

/** The time in which the gateway may have taken an attempt, by the gateway's clock. */
interface Interval {
  readonly from: number
  readonly to: number
}

const interval = (setting: Setting, attempt: Journal.Attempt, wall: number, now: number): Interval => {
  const gateway = setting.clock.at(now)
  const [started, margin] = gateway === undefined
    ? [attempt.startedWall, unsynchronised]
    : [gateway - (now - attempt.startedMono), resolution]
  const fence = (attempt.signedAt ?? wall) + setting.tolerance
  return { from: started - margin, to: fence + margin }
}

const covers = ({ from, to }: Interval, instant: number): boolean => from <= instant && instant <= to

const signature = (to: string, content: string, subject: string): string => JSON.stringify([to, content, subject])

// -----------------------------------------------------------------------------
// One look at the log
// -----------------------------------------------------------------------------

interface Look {
  readonly candidates: ReadonlyArray<{
    readonly requestId: RequestId.RequestId
    readonly record: MessageRecord.MessageRecord
    readonly requestTime: number
  }>
  /** Whether a request is there that is no candidate, but may be ours. */
  readonly undecided: boolean
  readonly date: number | undefined
}

/**
 * Whether a request of the log has the same recipients with the same texts as ours. `Partial` is one that would, if the
 * rest of its messages showed up.
 */
const compare = Effect.fnUntraced(function*(
  setting: Setting,
  request: SendRequest.SendRequest,
  requestId: RequestId.RequestId,
  deadline: number
): Effect.fn.Return<"Same" | "Different" | "Partial", Unread> {
  const { records } = yield* setting.log.search({ _tag: "ByRequestId", requestId }, deadline)
  const ours = new Map<string, number>()
  for (const message of request.messages) {
    const { content, subject } = Journal.text(request, message)
    const key = signature(message.to, content, subject)
    ours.set(key, (ours.get(key) ?? 0) + 1)
  }
  const subjects = new Map(
    request.messages.map((message) => [String(message.to), Journal.text(request, message).subject])
  )
  for (const record of records) {
    if (record.from !== undefined && record.from !== null && record.from !== request.from) return "Different"
    const content = typeof record.content === "string"
      ? record.content
      : Option.getOrUndefined(yield* setting.log.content(record, deadline))
    // A text that cannot be read cannot be compared, so it cannot be ours.
    if (content === undefined) return "Different"
    // The log of an older service leaves the subject out.
    const subject = record.subject ?? subjects.get(record.to) ?? ""
    const key = signature(record.to, content, subject)
    const left = ours.get(key) ?? 0
    if (left === 0) return "Different"
    ours.set(key, left - 1)
  }
  return records.length === request.messages.length ? "Same" : "Partial"
})

const look = Effect.fnUntraced(function*(
  setting: Setting,
  entry: Journal.Entry,
  different: Set<RequestId.RequestId>,
  deadline: number
): Effect.fn.Return<Look, Unread> {
  const now = yield* Calls.mono
  const wall = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  const intervals = entry.attempts.map((attempt) => interval(setting, attempt, wall, now))
  // One wrong Date must not hide a request, so the search reaches as far as any of the clocks says, and as far as the
  // gateway lets them differ. What it finds outside of the intervals is not ours for sure, but forbids to say that nothing
  // is there.
  const clocks = [wall, setting.clock.at(now) ?? wall, setting.clock.earliest(now) ?? wall]
  const began = Math.max(...entry.attempts.map(({ startedMono }) => now - startedMono))
  const margin = setting.tolerance + resolution
  const from = Math.min(...intervals.map(({ from }) => from), ...clocks.map((clock) => clock - began - margin))
  const to = Math.max(...clocks) + margin
  const [first] = entry.request.messages
  // Never by type: an MMS without a file is kept as an LMS.
  const { date, records } = yield* setting.log.search({
    _tag: "ByRequestTime",
    start: DateTime.makeUnsafe(from),
    end: DateTime.makeUnsafe(to),
    from: entry.request.from,
    to: first.to,
    pageSize: 100
  }, deadline)
  const candidates: Array<Look["candidates"][number]> = []
  let undecided = false
  const seen = new Set<RequestId.RequestId>()
  for (const record of records) {
    const requestId = Option.getOrUndefined(MessageRecord.requestId(record))
    const requestTime = Option.getOrUndefined(MessageRecord.requestTime(record))?.epochMilliseconds
    if (requestId === undefined || requestTime === undefined || seen.has(requestId)) continue
    seen.add(requestId)
    if (setting.journal.isOwned(requestId) || different.has(requestId)) continue
    const comparison = yield* compare(setting, entry.request, requestId, deadline)
    if (comparison === "Same") {
      if (intervals.some((interval) => covers(interval, requestTime))) {
        candidates.push({ requestId, record, requestTime })
      } else undecided = true
    }
    if (comparison === "Different") different.add(requestId)
    // What shows up only in part may be ours for as long as the rest may still come.
    if (comparison === "Partial") {
      if ((setting.clock.at(now) ?? wall) < requestTime + setting.visibilityLag) undecided = true
      else different.add(requestId)
    }
  }
  return { candidates, undecided, date }
})

// -----------------------------------------------------------------------------
// Proof
// -----------------------------------------------------------------------------

/**
 * Whether a search that found nothing, begun at `began` and answered with `date`, proves that the gateway took none of the
 * attempts: it began when the last of them had expired and what was accepted had had time to show up, and its own answer
 * says so.
 */
const isProof = (
  setting: Setting,
  entry: Journal.Entry,
  search: { readonly began: number; readonly gateway: number | undefined; readonly date: number | undefined }
): boolean =>
  entry.attempts.every((attempt) => {
    if (attempt.signedAt === undefined) return false
    const fence = attempt.signedAt + setting.tolerance
    // However wrong a Date may be: an attempt lives as long as its signature does.
    if (search.began - attempt.startedMono < setting.tolerance - attempt.age) return false
    return search.gateway !== undefined && search.date !== undefined
      ? search.gateway >= fence + setting.visibilityLag && search.date > fence + resolution
      : search.date === undefined &&
        search.began - attempt.startedMono >= 2 * setting.tolerance + setting.visibilityLag
  })

/** How long until a search could be a proof, at the least. */
const untilProof = (setting: Setting, entry: Journal.Entry, now: number): number => {
  const gateway = setting.clock.earliest(now)
  return Math.max(...entry.attempts.map((attempt) =>
    gateway === undefined || attempt.signedAt === undefined
      ? attempt.startedMono + 2 * setting.tolerance + setting.visibilityLag - now
      : attempt.signedAt + setting.tolerance + Math.max(setting.visibilityLag, resolution) + 1000 - gateway
  ))
}

// -----------------------------------------------------------------------------
// The search
// -----------------------------------------------------------------------------

/**
 * Looks for the open attempts of a send in the delivery log until it is settled, or until the deadline (monotonic, in
 * milliseconds).
 *
 * @internal
 */
export const settle = Effect.fnUntraced(function*(
  setting: Setting,
  entry: Journal.Entry,
  options: { readonly deadline: number; readonly until: "proof" | "settled" }
): Effect.fn.Return<Finding> {
  const different = new Set<RequestId.RequestId>()
  const settled = (yield* Calls.mono) + setting.settleTime
  let pause = firstPause
  while (true) {
    const began = yield* Calls.mono
    if (began >= options.deadline) return unknown
    const gateway = setting.clock.earliest(began)
    const found = yield* Effect.option(look(setting, entry, different, options.deadline))
    if (Option.isSome(found)) {
      const { candidates, date, undecided } = found.value
      const [candidate] = candidates
      if (candidate === undefined && !undecided) {
        if (isProof(setting, entry, { began, gateway, date })) return { _tag: "Absent" }
        if (options.until === "settled" && began >= settled) return { _tag: "Settled" }
      } else if (
        candidate !== undefined && candidates.length === 1 && !undecided &&
        !(yield* isContested(setting, entry, candidate.requestTime))
      ) {
        setting.journal.own(candidate.requestId, yield* Calls.mono)
        return { _tag: "Found", requestId: candidate.requestId, record: candidate.record }
      }
    }
    const now = yield* Calls.mono
    const wakes = [now + pause, now + Math.max(0, untilProof(setting, entry, now))]
    if (options.until === "settled") wakes.push(settled)
    // The first moment after now at which another look can tell more.
    const wake = Math.min(...wakes.filter((wake) => wake > now))
    if (wake >= options.deadline) return unknown
    yield* Effect.sleep(wake - now)
    pause = Math.min(pause * 2, longestPause)
  }
})

/**
 * Whether another send of this client, equal to ours, was open when SENS took the candidate. One that ended and has our
 * signatures is ours, from before its outcome stayed open.
 */
const isContested = Effect.fnUntraced(function*(setting: Setting, entry: Journal.Entry, requestTime: number) {
  const now = yield* Calls.mono
  const wall = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  return setting.journal.twins(entry).some((twin) =>
    !Journal.isContinued(twin, entry) &&
    twin.attempts.some((attempt) => covers(interval(setting, attempt, wall, now), requestTime))
  )
})
