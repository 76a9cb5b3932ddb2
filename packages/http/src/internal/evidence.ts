/**
 * What one look at the delivery log proves about a send: the one place that decides it, a pure function of what was seen. The
 * rules are those of docs/retries.md; `test/protocol` explores them in every order of events.
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendIntent from "@effect-sens/core/SendIntent"
import * as Arr from "effect/Array"

// -----------------------------------------------------------------------------
// Evidence
// -----------------------------------------------------------------------------

/**
 * One POST that may have been accepted. All times are milliseconds; instants are the gateway's, since 1970, unless said.
 *
 * @internal
 */
export interface Post {
  readonly intent: SendIntent.SendIntent
  /** When it began; undefined where the gateway's time is not known well enough to tell. */
  readonly began: number | undefined
  /** From when on a record may be this POST's; undefined where that cannot be told, so that it adopts nothing. */
  readonly adoptsFrom: number | undefined
  /** How long its signature can live. */
  readonly life: number
  /** How long ago it was signed, by the monotonic clock of this process; undefined for one of another process. */
  readonly sinceSigned: number | undefined
  /** How long ago it was prepared, by the clocks of the machines that prepared it and that ask. */
  readonly sincePrepared: number
  /** For how long this process has been asking about it, by the monotonic clock. */
  readonly sinceAsked: number
}

/**
 * A send, with its POSTs that may have been accepted.
 *
 * @internal
 */
export interface Send {
  readonly posts: Arr.NonEmptyReadonlyArray<Post>
  readonly hasId: boolean
  /** The time of its record, where it got its id from the log: it may be that of another's POST. */
  readonly got?: number | undefined
}

/**
 * A request of the log that is not surely another's by its sender, numbers or texts.
 *
 * @internal
 */
export interface Found {
  /** Undefined where the log does not tell it. */
  readonly requestId: RequestId.RequestId | undefined
  /** Undefined where it cannot be read. */
  readonly time: number | undefined
  /** Whether it shows sender, recipients and texts as they were sent. */
  readonly isEqual: boolean
  readonly owner: "this" | "another" | undefined
}

/**
 * The times between which the log was asked.
 *
 * @internal
 */
export interface Window {
  readonly from: number
  readonly to: number
}

/**
 * What is known of the question, the journal, the clocks and the searches.
 *
 * @internal
 */
export interface Look {
  /** The send in question; `hasId` is false, or nobody would ask. */
  readonly own: Send
  /** Equal sends of the same journal that {@link touching} took in. */
  readonly twins: ReadonlyArray<Send>
  readonly window: Window
  /** Whether a record may be taken for this send's: not where an unlike send of the journal would look the same in the log. */
  readonly mayAdopt: boolean
  /** Whether the searches cover all recipients, each read to its last page. */
  readonly coversAll: boolean
  /** The gateway's time when the look began, as the most cautious of the last answers has it. */
  readonly began: number | undefined
  /** The `Date` of the first answer. */
  readonly date: number | undefined
  /** How late an accepted request may show up. */
  readonly visibilityLag: number
}

/**
 * - `Found`: these are its own, or may be taken for it
 * - `NotAccepted`: none of its POSTs was accepted, or ever will be
 * - `Undecided`: something is there that may be its own; `isNear` where it lies where the send itself may lie
 * - `Early`: nothing is there, and something may still come
 *
 * @internal
 */
export type Verdict<F extends Found> =
  | { readonly _tag: "Found"; readonly found: Arr.NonEmptyReadonlyArray<F> }
  | { readonly _tag: "NotAccepted" }
  | { readonly _tag: "Undecided"; readonly isNear: boolean }
  | { readonly _tag: "Early" }

// -----------------------------------------------------------------------------
// Constants
// -----------------------------------------------------------------------------

/**
 * The fraction of a second that the log and a `Date` leave out, and a second more.
 *
 * @internal
 */
export const resolution = 2000

/**
 * How far the clock of the log may be off.
 *
 * @internal
 */
export const slack = 10_000

// A time that is shown has lost the fraction of its second; one of a whole minute may have lost its seconds as well.
const before = (time: number): number => slack + (time % 60_000 === 0 ? 60_000 : 1000)

// The log goes back 90 days.
const oldest = 85 * 24 * 60 * 60 * 1000

// -----------------------------------------------------------------------------
// Twins
// -----------------------------------------------------------------------------

const touch = (left: Window, right: Window): boolean =>
  left.from - slack <= right.to + slack && right.from - slack <= left.to + slack

/** When a POST can have been accepted; a send that got the record of another's reaches as far as that. */
const reach = ({ intent }: Post, got: number | undefined): Window => ({
  from: Math.min(intent.notBefore, got ?? intent.notBefore),
  to: Math.max(intent.expires, got ?? intent.expires)
})

/**
 * Of the twins those whose intervals touch that of the send, each ten seconds wider on both sides, directly or over others; of
 * each, the POSTs that do.
 *
 * @internal
 */
export const touching = <S extends Send>(own: Send, twins: ReadonlyArray<S>): ReadonlyArray<S> => {
  if (twins.length === 0) return twins
  const chain: Array<Window> = own.posts.map((post) => reach(post, undefined))
  const taken = new Set<Post>()
  let left = twins.flatMap(({ got, posts }) => posts.map((post) => ({ post, interval: reach(post, got) })))
  for (let grown = true; grown;) {
    const rest = left.filter(({ interval, post }) => {
      if (!chain.some((other) => touch(interval, other))) return true
      chain.push(interval)
      taken.add(post)
      return false
    })
    grown = rest.length < left.length
    left = rest
  }
  return twins.flatMap((twin) => {
    const posts = twin.posts.filter((post) => taken.has(post))
    return Arr.isArrayNonEmpty(posts) ? [{ ...twin, posts }] : []
  })
}

const union = (own: Send, twins: ReadonlyArray<Send>): ReadonlyArray<Post> =>
  [own, ...twins].flatMap(({ posts }) => posts)

/**
 * The window that a look has to ask for, in whole seconds, as the log is asked.
 *
 * @internal
 */
export const window = (own: Send, twins: ReadonlyArray<Send>): Window => {
  const posts = union(own, twins)
  return {
    from: Math.floor((Math.min(...posts.map(({ intent }) => intent.notBefore)) - slack) / 1000) * 1000,
    to: Math.ceil((Math.max(...posts.map(({ intent }) => intent.expires)) + slack) / 1000) * 1000
  }
}

// -----------------------------------------------------------------------------
// Proof
// -----------------------------------------------------------------------------

/**
 * Whether all POSTs have expired, and what was accepted has had time to show up, by the gateway's clock and by that of this
 * machine. `began` is when the searches began, `date` the `Date` of the first answer.
 *
 * @internal
 */
export const hasPassed = (
  posts: ReadonlyArray<Post>,
  look: { readonly began: number | undefined; readonly date: number | undefined; readonly visibilityLag: number }
): boolean =>
  posts.every(({ intent, life, sinceAsked, sincePrepared, sinceSigned }) => {
    const { began, date, visibilityLag } = look
    // However wrong a `Date` may be: a POST lives as long as its signature does.
    const waited = sinceSigned ?? sinceAsked
    if (date === undefined) return waited >= 2 * (intent.expires - intent.timestamp) + visibilityLag + resolution
    const shown = intent.expires + visibilityLag
    return began !== undefined && began > shown && date > shown + resolution && date - intent.timestamp <= oldest &&
      (waited >= life + visibilityLag || (sinceSigned === undefined && sincePrepared >= life + visibilityLag))
  })

/**
 * How long until a look could be a proof, at the least. `began` is the gateway's time now, where it is known.
 *
 * @internal
 */
export const untilProof = (
  own: Send,
  twins: ReadonlyArray<Send>,
  began: number | undefined,
  visibilityLag: number
): number =>
  Math.max(
    0,
    ...union(own, twins).map(({ intent, life, sinceAsked, sincePrepared, sinceSigned }) => {
      const waited = sinceSigned ?? sinceAsked
      if (began === undefined) return 2 * (intent.expires - intent.timestamp) + visibilityLag + resolution - waited
      const aged = sinceSigned === undefined ? Math.max(waited, sincePrepared) : waited
      return Math.max(intent.expires + visibilityLag + resolution + 1000 - began, life + visibilityLag - aged)
    })
  )

// -----------------------------------------------------------------------------
// The verdict
// -----------------------------------------------------------------------------

/** A time that was not asked for cannot be that of a log which does what it is asked. */
const readable = ({ from, to }: Window, time: number | undefined): number | undefined =>
  time !== undefined && time >= from && time <= to ? time : undefined

const least = (values: ReadonlyArray<number | undefined>): number | undefined =>
  values.every((value) => value !== undefined) ? Math.min(...values) : undefined

/**
 * Whether a record is surely from before the send and all its twins, by the gateway's clock and by that of the machine, both of
 * which have to be known.
 *
 * @internal
 */
export const isBefore = (
  { own, twins, window }: Pick<Look, "own" | "twins" | "window">,
  shown: number | undefined
): boolean => {
  const time = readable(window, shown)
  const posts = union(own, twins)
  const byGateway = least(posts.map(({ began }) => began))
  if (time === undefined || byGateway === undefined) return false
  const byMachine = Math.min(...posts.map(({ intent }) => intent.preparedAt))
  return time < Math.min(byGateway, byMachine) - before(time)
}

/**
 * Decides what a look proves that showed these.
 *
 * @internal
 */
export const judge = <F extends Found>(look: Look, found: ReadonlyArray<F>): Verdict<F> => {
  const { mayAdopt, own, twins, window } = look
  const [first, ...more] = found.filter(({ owner }) => owner === "this")
  // The same question gets the same answer.
  if (first !== undefined) return { _tag: "Found", found: [first, ...more] }

  const posts = union(own, twins)
  const latest = Math.max(...posts.map(({ intent }) => intent.expires)) + resolution
  // Where it may lie: that it may be adopted from a moment on does not say that it cannot be from before.
  const earliest = Math.min(
    ...posts.map(({ adoptsFrom, began, intent }) =>
      began === undefined ? intent.notBefore : adoptsFrom ?? intent.notBefore
    )
  )

  const candidates: Array<F> = []
  let undecided = false
  let isNear = false
  for (const record of found) {
    if (record.owner === "another" || isBefore(look, record.time)) continue
    const time = readable(window, record.time)
    if (
      time !== undefined && record.isEqual && record.requestId !== undefined &&
      posts.some(({ adoptsFrom, intent }) =>
        adoptsFrom !== undefined && time >= adoptsFrom && time <= intent.expires + resolution
      )
    ) {
      candidates.push(record)
      continue
    }
    undecided = true
    if (time === undefined || (time >= earliest - before(time) && time <= latest)) isNear = true
  }

  const without = 1 + twins.filter(({ hasId }) => !hasId).length
  const [candidate, ...others] = candidates.sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
  if (candidate !== undefined) {
    return isNear || !mayAdopt || candidates.length > without
      ? { _tag: "Undecided", isNear: true }
      : { _tag: "Found", found: [candidate, ...others] }
  }
  if (undecided) return { _tag: "Undecided", isNear }
  return look.coversAll && hasPassed(posts, look) ? { _tag: "NotAccepted" } : { _tag: "Early" }
}
