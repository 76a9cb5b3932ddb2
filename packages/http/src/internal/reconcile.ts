/**
 * Whether SENS accepted a send whose answer was lost: what the delivery log proves, and what it does not.
 */
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

/** A time by the gateway's clock. */
interface Interval {
  readonly from: number
  readonly to: number
}

/**
 * When the gateway can have taken an attempt at all: it takes no timestamp that is further off, so this holds however wrong
 * a clock of ours may be.
 */
const possible = (setting: Setting, signedAt: number): Interval => ({
  from: signedAt - setting.tolerance - resolution,
  to: signedAt + setting.tolerance + Math.max(setting.visibilityLag, resolution)
})

/** When it can have taken an attempt by what is known of the clocks. */
const likely = (setting: Setting, attempt: Journal.Attempt, wall: number, now: number): Interval => {
  const { from, to } = possible(setting, attempt.signedAt ?? wall)
  if (attempt.isResumed) return { from, to }
  const gateway = setting.clock.at(now)
  const started = gateway === undefined
    ? attempt.startedWall - unsynchronised
    : gateway - (now - attempt.startedMono) - resolution
  return { from: started, to }
}

const covers = ({ from, to }: Interval, instant: number): boolean => from <= instant && instant <= to

// -----------------------------------------------------------------------------
// Whose request it is
// -----------------------------------------------------------------------------

/** What the log shows may not be to the letter what was sent; what may be ours is never taken for somebody else's. */
type Relation = "Ours" | "Others" | "Undecided"

const digits = (number: string): string => number.replace(/\D/g, "")

const plain = (text: string): string => text.replace(/\r\n?/g, "\n").trim()

// What is cut keeps its beginning, and no limit of SENS is below this many characters.
const shortestCut = 20

const isSimilar = (one: string, other: string): boolean => {
  const [short = "", long = ""] = [plain(one), plain(other)].toSorted((a, b) => a.length - b.length)
  return short === long || (short.length >= shortestCut && long.startsWith(short))
}

const relate = (ours: string, theirs: string | undefined): Relation =>
  theirs === undefined ? "Undecided" : ours === theirs ? "Ours" : isSimilar(ours, theirs) ? "Undecided" : "Others"

interface Text {
  readonly to: string
  readonly content: string
  readonly subject: string
}

const present = (text: string | null | undefined): string | undefined =>
  text === null || text === undefined || text === "" ? undefined : text

const relateRecord = (ours: Text, record: MessageRecord.MessageRecord, content: string | undefined): Relation => {
  if (digits(ours.to) !== digits(record.to)) return "Others"
  const text = relate(ours.content, content)
  // The log of an older service leaves the subject out, and an SMS has none.
  const subject = present(record.subject)
  if (text === "Others" || subject === undefined) return text
  const title = relate(ours.subject, subject)
  return title === "Ours" ? text : title
}

/** Compares a request of the log, all of its messages, with ours. */
const compare = Effect.fnUntraced(function*(
  setting: Setting,
  request: SendRequest.SendRequest,
  requestId: RequestId.RequestId,
  deadline: number
): Effect.fn.Return<Relation, Unread> {
  const { records } = yield* setting.log.search({ _tag: "ByRequestId", requestId }, deadline)
  const left = request.messages.map((message): Text => ({ to: message.to, ...Journal.text(request, message) }))
  const all = [...left]
  let isDecided = records.length === all.length
  for (const record of records) {
    const from = present(record.from)
    if (from !== undefined && digits(from) !== digits(request.from)) return "Others"
    const content = present(record.content) ?? Option.getOrUndefined(yield* setting.log.content(record, deadline))
    const same = left.findIndex((ours) => relateRecord(ours, record, content) === "Ours")
    if (same >= 0) left.splice(same, 1)
    else if (all.some((ours) => relateRecord(ours, record, content) !== "Others")) isDecided = false
    else return "Others"
  }
  return isDecided ? "Ours" : "Undecided"
})

// -----------------------------------------------------------------------------
// One look at the log
// -----------------------------------------------------------------------------

interface Look {
  readonly candidates: ReadonlyArray<{
    readonly requestId: RequestId.RequestId
    readonly record: MessageRecord.MessageRecord
    readonly requestTime: number
  }>
  /** Whether something is there that is no candidate, but may be ours. */
  readonly undecided: boolean
  readonly date: number | undefined
}

const look = Effect.fnUntraced(function*(
  setting: Setting,
  entry: Journal.Entry,
  others: Set<RequestId.RequestId>,
  deadline: number
): Effect.fn.Return<Look, Unread> {
  const wall = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  const reach = entry.attempts.map(({ signedAt }) => possible(setting, signedAt ?? wall))
  const [first] = entry.request.messages
  // Never by type: an MMS without a file is kept as an LMS.
  const { date, records } = yield* setting.log.search({
    _tag: "ByRequestTime",
    start: DateTime.makeUnsafe(Math.min(...reach.map(({ from }) => from))),
    end: DateTime.makeUnsafe(Math.max(...reach.map(({ to }) => to))),
    from: entry.request.from,
    to: first.to,
    pageSize: 100
  }, deadline)
  const ours: Array<Look["candidates"][number]> = []
  let undecided = false
  const seen = new Set<RequestId.RequestId>()
  for (const record of records) {
    const requestId = Option.getOrUndefined(MessageRecord.requestId(record))
    const requestTime = Option.getOrUndefined(MessageRecord.requestTime(record))?.epochMilliseconds
    if (requestId === undefined) {
      undecided = true
      continue
    }
    if (seen.has(requestId) || setting.journal.isOwned(requestId) || others.has(requestId)) continue
    seen.add(requestId)
    const relation = yield* compare(setting, entry.request, requestId, deadline)
    if (relation === "Others") others.add(requestId)
    else if (relation === "Undecided" || requestTime === undefined) undecided = true
    else ours.push({ requestId, record, requestTime })
  }
  // By what is known of the clocks now: the answers to this very search may have set them right.
  const now = yield* Calls.mono
  const intervals = entry.attempts.map((attempt) => likely(setting, attempt, wall, now))
  const candidates = ours.filter(({ requestTime }) => intervals.some((interval) => covers(interval, requestTime)))
  // The others are from before our attempt, if the few answers that told the time told it right.
  if (candidates.length < ours.length && !setting.clock.isSettled()) undecided = true
  return { candidates, undecided, date }
})

// -----------------------------------------------------------------------------
// Proof
// -----------------------------------------------------------------------------

/**
 * Whether a search that found nothing, begun at `began` and answered with `date`, proves that the gateway took none of the
 * attempts: it began when the last of them had expired and what was accepted had had time to show up, and its own answer
 * says so.
 *
 * @internal
 */
export const isProof = (
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
  const others = new Set<RequestId.RequestId>()
  const settled = (yield* Calls.mono) + setting.settleTime
  let pause = firstPause
  while (true) {
    const began = yield* Calls.mono
    if (began >= options.deadline) return unknown
    const gateway = setting.clock.earliest(began)
    const found = yield* Effect.option(look(setting, entry, others, options.deadline))
    if (Option.isSome(found)) {
      const { candidates, date, undecided } = found.value
      const looked = yield* Calls.mono
      const [candidate] = candidates
      if (candidate === undefined && !undecided) {
        if (isProof(setting, entry, { began, gateway, date })) return { _tag: "Absent" }
        if (options.until === "settled" && began >= settled) return { _tag: "Settled" }
      } else if (
        candidate !== undefined && candidates.length === 1 && !undecided &&
        !(yield* isContested(setting, entry, candidate.requestTime)) &&
        // Another reconciliation may have taken it while this one was reading. Nothing may run between this and `own`.
        !setting.journal.isOwned(candidate.requestId)
      ) {
        setting.journal.own(candidate.requestId, looked)
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
    twin.attempts.some((attempt) => covers(likely(setting, attempt, wall, now), requestTime))
  )
})
