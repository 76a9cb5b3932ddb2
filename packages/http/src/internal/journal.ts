/**
 * What a client remembers of its sends: which may have been accepted, and which got which id. It is to a client what the tables
 * of an outbox are to a program, and lasts as long as the client does.
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendIntent from "@effect-sens/core/SendIntent"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as Arr from "effect/Array"
import * as Evidence from "./evidence.ts"
import type * as Exchange from "./exchange.ts"
import type * as GatewayClock from "./gatewayClock.ts"
import * as Likeness from "./likeness.ts"

// -----------------------------------------------------------------------------
// Attempts
// -----------------------------------------------------------------------------

/**
 * One POST, from its intent on. Times in milliseconds.
 *
 * @internal
 */
export interface Attempt {
  readonly intent: SendIntent.SendIntent
  /** How much older than the gateway's time the timestamp was made. */
  readonly age: number
  /** Monotonic: when it was prepared, or taken up by this process. */
  readonly since: number
  /** Whether it was taken over from another process, so that when it began is not known by this clock. */
  readonly isResumed: boolean
  /** How often it was to be signed: until then nothing can have been sent; more than once where the program's own client tries again. */
  signatures: number
  /** Whether it went into a client of the program's own, which may have sent it without a signature of ours. */
  isUnwatched?: boolean
  /** What its transport says of it, once it is on its way. */
  exchange?: Exchange.Exchange | undefined
  /** The tag of the reason for which its outcome is open. */
  reason: SensError.Attempt["reason"] | undefined
  /** Whether an answer said that it was accepted, without an id that can be its own. */
  isAccepted: boolean
}

/**
 * The moment at which something is looked at.
 *
 * @internal
 */
export interface Now {
  readonly mono: number
  readonly wall: number
  readonly clock: GatewayClock.GatewayClock
}

/**
 * By this an intent is known again, in whatever form it was kept.
 *
 * @internal
 */
export const intentKey = ({ preparedAt, timestamp }: SendIntent.SendIntent): string => `${timestamp}/${preparedAt}`

const tolerance = ({ expires, timestamp }: SendIntent.SendIntent): number => expires - timestamp

/** Whether the gateway's time was known when the intent was prepared. */
const isKnown = (intent: SendIntent.SendIntent): boolean =>
  intent.timestamp - intent.notBefore < tolerance(intent) + Evidence.resolution

/**
 * The earliest that a timestamp can be accepted where the gateway's time is not known.
 *
 * @internal
 */
export const unknownNotBefore = (timestamp: number, tolerance: number): number =>
  timestamp - tolerance - Evidence.resolution

/** When the attempt began, by the gateway's clock; undefined where several answers do not agree on the time, yet. */
const learned = (attempt: Attempt, { clock, mono }: Now): number | undefined => {
  const gateway = attempt.isResumed ? undefined : clock.at(mono)
  return gateway === undefined ? undefined : gateway - (mono - attempt.since)
}

/**
 * What is known of an attempt, now.
 *
 * @internal
 */
export const post = (attempt: Attempt, now: Now): Evidence.Post => {
  const { age, isResumed, since } = attempt
  const intent = intentNow(attempt, now)
  const began = learned(attempt, now)
  const waited = now.mono - since
  const times = {
    intent,
    life: isResumed && isKnown(intent)
      ? Math.max(0, intent.expires - intent.notBefore - Evidence.resolution)
      : tolerance(intent) - age,
    sinceSigned: isResumed ? undefined : waited,
    sinceAsked: waited,
    sincePrepared: now.wall - intent.preparedAt
  }
  if (began !== undefined && now.clock.isSettled()) {
    return { ...times, began, adoptsFrom: began - Evidence.resolution }
  }
  if (isKnown(intent)) return { ...times, began: intent.notBefore + Evidence.resolution, adoptsFrom: intent.notBefore }
  // A single `Date` may be wrong: until more of them agree, this machine's clock has to agree as well.
  const adoptsFrom = began === undefined ? undefined : Math.max(began, intent.preparedAt) - Evidence.resolution
  return { ...times, began: undefined, adoptsFrom }
}

/**
 * The intent of an attempt, with what has been learned of the gateway's time since it was prepared.
 *
 * @internal
 */
export const intentNow = (attempt: Attempt, now: Now): SendIntent.SendIntent => {
  const began = now.clock.isSettled() ? learned(attempt, now) : undefined
  return began === undefined || isKnown(attempt.intent)
    ? attempt.intent
    : { ...attempt.intent, notBefore: Math.max(attempt.intent.notBefore, Math.floor(began - Evidence.resolution)) }
}

// -----------------------------------------------------------------------------
// Entries
// -----------------------------------------------------------------------------

/**
 * What is known of a send for good.
 *
 * @internal
 */
export type Answer =
  | {
    readonly _tag: "Accepted"
    readonly response: SendResponse.SendResponse
    /** The time of its record, where it got its id from the log. */
    readonly adopted: number | undefined
  }
  | { readonly _tag: "NotAccepted" }

/**
 * A send that is under way, or one whose outcome stayed open, or that got its id from the log.
 *
 * @internal
 */
export interface Entry {
  readonly request: SendRequest.Normalized
  /** Those POSTs that may have been accepted. */
  attempts: ReadonlyArray<Attempt>
  /** Whether it may still make a POST. */
  isRunning: boolean
  answer: Answer | undefined
  ours: Likeness.Ours | undefined
  sketch: number | undefined
}

/** @internal */
export const ours = (entry: Entry): Likeness.Ours => entry.ours ??= Likeness.ours(entry.request)

/** The same for equal requests, and cheap: most others differ in it. */
const sketch = (entry: Entry): number =>
  entry.sketch ??= entry.request.messages.reduce(
    (sum, { to }) => sum + Number(to.slice(-8)),
    entry.request.messages.length
  )

/**
 * Whether the transport knows that a POST was not begun. Of what a client of the program's own does it does not know.
 *
 * @internal
 */
export const isUnbegun = ({ exchange, isUnwatched }: Attempt): boolean =>
  isUnwatched !== true && exchange?.isBegun === false

/**
 * Whether a POST may have gone out.
 *
 * @internal
 */
export const mayHaveGone = (attempt: Attempt): boolean =>
  attempt.isUnwatched === true || (attempt.signatures > 0 && !isUnbegun(attempt))

/**
 * The POSTs that can have been accepted: those that were signed, or may have been where nobody sees it.
 *
 * @internal
 */
export const signed = (entry: Entry): ReadonlyArray<Attempt> => entry.attempts.filter(mayHaveGone)

/**
 * An entry as evidence; undefined where nothing of it can have been accepted.
 *
 * @internal
 */
export const send = (entry: Entry, now: Now): Evidence.Send | undefined => {
  const posts = signed(entry).map((attempt) => post(attempt, now))
  if (!Arr.isReadonlyArrayNonEmpty(posts)) return undefined
  return entry.answer?._tag === "Accepted"
    ? { posts, hasId: true, got: entry.answer.adopted }
    : { posts, hasId: false }
}

// -----------------------------------------------------------------------------
// The journal
// -----------------------------------------------------------------------------

/**
 * Who got an id: the send with these intents.
 *
 * @internal
 */
export interface Owner {
  readonly intents: ReadonlyArray<SendIntent.SendIntent>
  /** Monotonic. */
  readonly at: number
}

/** @internal */
export interface Journal {
  /** A new send. */
  readonly open: (request: SendRequest.Normalized) => Entry
  /** Ends a send of which nothing can come any more. */
  readonly close: (entry: Entry) => void
  /** Ends one that stays open, or that got its id from the log, and remembers it. */
  readonly keep: (entry: Entry, mono: number) => void
  /**
   * The entry of this request with these intents, or a new one that takes their question up. None where the intents are known to
   * be another request's, unless it `isVerified` that they are this one's: other processes may have intents that look the same.
   */
  readonly resume: (
    request: SendRequest.Normalized,
    attempts: Arr.NonEmptyReadonlyArray<Attempt>,
    options: { readonly mono: number; readonly isVerified: boolean }
  ) => Entry | undefined
  readonly own: (requestId: RequestId.RequestId, intents: ReadonlyArray<SendIntent.SendIntent>, mono: number) => void
  readonly owner: (requestId: RequestId.RequestId) => Owner | undefined
  /** The other sends that would look the same in the delivery log, and may have been accepted or got their id from there. */
  readonly twins: (entry: Entry) => ReadonlyArray<Entry>
}

// How many ids are remembered, and how many sends that stayed open.
const mostOwned = 200_000
const mostKept = 10_000

/**
 * `retention` is how long an id is remembered at the least, and longer while a send is open whose interval reaches it. `reach`
 * is how far before and after its start the interval of a send can reach. Both in milliseconds.
 *
 * @internal
 */
export const make = (options: { readonly retention: number; readonly reach: number }): Journal => {
  const running = new Set<Entry>()
  const kept = new Set<Entry>()
  const byIntent = new Map<string, Set<Entry>>()
  const owned = new Map<RequestId.RequestId, Owner>()
  // Older than the retention, but within reach of a send that is open.
  const pinned = new Map<RequestId.RequestId, Owner>()
  let swept = Number.NEGATIVE_INFINITY

  const isOpen = (entry: Entry): boolean => entry.answer === undefined
  const isReached = ({ at }: Owner): boolean => {
    for (const entry of kept) {
      if (isOpen(entry) && entry.attempts.some(({ since }) => Math.abs(since - at) <= options.reach)) return true
    }
    return false
  }
  const forget = (entry: Entry): void => {
    kept.delete(entry)
    for (const { intent } of entry.attempts) {
      const entries = byIntent.get(intentKey(intent))
      if (entries?.delete(entry) === true && entries.size === 0) byIntent.delete(intentKey(intent))
    }
  }
  const close = (entry: Entry): void => {
    entry.isRunning = false
    running.delete(entry)
  }
  const remember = (entry: Entry): void => {
    kept.add(entry)
    for (const { intent } of entry.attempts) {
      const entries = byIntent.get(intentKey(intent))
      if (entries === undefined) byIntent.set(intentKey(intent), new Set([entry]))
      else entries.add(entry)
    }
  }
  const twins = (entry: Entry): ReadonlyArray<Entry> => {
    const { key } = ours(entry)
    const sum = sketch(entry)
    return [...running, ...kept].filter((other) =>
      other !== entry && other.answer?._tag !== "NotAccepted" && signed(other).length > 0 && sketch(other) === sum &&
      ours(other).key === key
    )
  }
  // What has ended is remembered for its own question, and as a twin for as long as an equal send is open.
  const sweep = (mono: number): void => {
    if (mono < swept + 60_000) return
    swept = mono
    const openKeys = new Set([...running, ...kept].filter(isOpen).map((entry) => ours(entry).key))
    for (const entry of kept) {
      const isOld = entry.attempts.every(({ since }) => since + options.retention < mono)
      if (kept.size > mostKept || (isOld && !isOpen(entry) && !openKeys.has(ours(entry).key))) forget(entry)
    }
    for (const [id, owner] of pinned) if (!isReached(owner)) pinned.delete(id)
  }
  return {
    open: (request) => {
      const entry: Entry = {
        request,
        attempts: [],
        isRunning: true,
        answer: undefined,
        ours: undefined,
        sketch: undefined
      }
      running.add(entry)
      return entry
    },
    close,
    keep: (entry, mono) => {
      close(entry)
      entry.attempts = signed(entry)
      if (entry.attempts.length === 0) return
      remember(entry)
      sweep(mono)
    },
    resume: (request, attempts, { isVerified, mono }) => {
      const asked = Likeness.ours(request)
      const known = attempts.flatMap(({ intent }) => [...byIntent.get(intentKey(intent)) ?? []])
      const same = known.find((entry) => ours(entry).key === asked.key)
      if (same === undefined && known.length > 0 && !isVerified) return undefined
      const entry: Entry = same ??
        { request, attempts: [], isRunning: false, answer: undefined, ours: asked, sketch: undefined }
      const had = new Set(entry.attempts.map(({ intent }) => intentKey(intent)))
      const further = attempts.filter(({ intent }) => !had.has(intentKey(intent)))
      if (further.length > 0) {
        entry.attempts = [...entry.attempts, ...further]
        // What was proved of some of its POSTs says nothing of the others.
        if (entry.answer?._tag === "NotAccepted") entry.answer = undefined
        remember(entry)
        sweep(mono)
      }
      return entry
    },
    own: (requestId, intents, mono) => {
      owned.set(requestId, { intents, at: mono })
      for (const [id, owner] of owned) {
        if (owner.at >= mono - options.retention && owned.size <= mostOwned) break
        owned.delete(id)
        if (isReached(owner)) pinned.set(id, owner)
      }
    },
    owner: (requestId) => owned.get(requestId) ?? (pinned.size === 0 ? undefined : pinned.get(requestId)),
    twins
  }
}
