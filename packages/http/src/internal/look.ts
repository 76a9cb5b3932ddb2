/**
 * One look at the delivery log for a send: which searches it takes, and what they show.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SendIntent from "../SendIntent.ts"
import * as Evidence from "./evidence.ts"
import type * as GatewayClock from "./gatewayClock.ts"
import * as Likeness from "./likeness.ts"

// -----------------------------------------------------------------------------
// The log
// -----------------------------------------------------------------------------

/**
 * The log could not be read, which proves nothing.
 *
 * @internal
 */
export class Unread {
  readonly _tag = "Unread"
}

/**
 * How the delivery log is read for a look.
 *
 * @internal
 */
export interface Log {
  /**
   * The records of a search, those that cannot be read as far as they can be, and the `Date` of its first answer. It is read to its
   * last page, or up to `mostPages` of them; where it is to be a proof, also to what a token leads to beside the word that no more
   * follows. It is not sound where a page contradicts itself: what it does not show may be there. Fails where any page of it fails as
   * often as it is to be tried.
   */
  readonly search: (
    query: SearchQuery.Normalized,
    options: {
      readonly deadline: number
      readonly mostPages: number
      readonly tries: number
      readonly isProof: boolean
    }
  ) => Effect.Effect<{
    readonly records: ReadonlyArray<MessageRecord.MessageRecord>
    readonly unreadable: ReadonlyArray<Likeness.Shown>
    readonly date: number | undefined
    readonly isWhole: boolean
    readonly isSound: boolean
  }, Unread>
  /** The text of one message, for a log that leaves it out. */
  readonly content: (
    record: MessageRecord.MessageRecord,
    deadline: number
  ) => Effect.Effect<Option.Option<string>, Unread>
}

/** @internal */
export interface Shared {
  readonly clock: GatewayClock.GatewayClock
  readonly log: Log
  /** How late an accepted request may show up, in milliseconds. */
  readonly visibilityLag: number
}

/**
 * What is asked, and what a journal knows of it.
 *
 * @internal
 */
export interface Question<E, R> {
  readonly request: SendRequest.Normalized
  readonly ours: Likeness.Ours
  /** The send and its twins as evidence, by what is known of the time when it is called. */
  readonly sends: (at: { readonly mono: number; readonly wall: number }) => {
    readonly own: Evidence.Send
    readonly twins: ReadonlyArray<Evidence.Send>
    readonly mayAdopt: boolean
  }
  readonly owners: (
    ids: Arr.NonEmptyReadonlyArray<RequestId.RequestId>
  ) => Effect.Effect<ReadonlyMap<RequestId.RequestId, SendIntent.Owner>, E, R>
  /** Ids that a look has found to be surely others': the next one need not ask for them again. */
  readonly others: Set<RequestId.RequestId>
}

/** @internal */
export interface Found extends Evidence.Found {
  readonly record: Likeness.Shown
}

/**
 * The answer to a send, as the log has it.
 *
 * @internal
 */
export const response = (
  requestId: RequestId.RequestId,
  record: Likeness.Shown
): SendResponse.SendResponse => ({
  requestId,
  requestTime: record.requestTime,
  statusCode: "202",
  statusName: "success"
})

// A search by sender alone that does not end within these is no way to see all of a request.
const mostSenderPages = 20
// Nobody reads on for ever for one number.
const mostPages = 200
// A look that fails is made again; one that takes a hundred searches would never end well where one in twenty fails.
const triesOfProof = 3
// How many requests of the log are asked for by their id in one look, and how many texts one by one.
const mostRequests = 10
const mostTexts = 10

// -----------------------------------------------------------------------------
// What was seen
// -----------------------------------------------------------------------------

interface Group {
  readonly requestId: RequestId.RequestId | undefined
  readonly record: Likeness.Shown
  readonly times: Set<number | undefined>
  /** Whether one of its records cannot be read, so that it is never surely ours. */
  isUnreadable: boolean
  isEqual: boolean
}

/** The records of a look by request, but for those that are surely others'. */
const make = (ours: Likeness.Ours, known: Set<RequestId.RequestId>) => {
  const groups = new Map<string, Group>()
  const others = new Set<string>(known)
  let nameless = 0
  return {
    left: () => [...groups.values()],
    drop: (group: Group) => {
      if (group.requestId === undefined) return
      groups.delete(group.requestId)
      others.add(group.requestId)
      known.add(group.requestId)
    },
    add: (records: ReadonlyArray<Likeness.Shown>, isUnreadable: boolean) => {
      for (const record of records) {
        const time = Option.getOrUndefined(KstDateTime.parse(record.requestTime ?? ""))?.epochMilliseconds
        const requestId = Likeness.present(record.requestId) === undefined ? undefined : record.requestId || undefined
        const key = requestId ?? `message ${record.messageId ?? nameless++}`
        if (others.has(key)) continue
        // All messages of a request of ours are ours.
        if (Likeness.record(ours, record) === "Others") {
          groups.delete(key)
          others.add(key)
          continue
        }
        const group = groups.get(key)
        if (group === undefined) {
          groups.set(key, { requestId, record, times: new Set([time]), isUnreadable, isEqual: false })
        } else {
          group.times.add(time)
          group.isUnreadable ||= isUnreadable
        }
      }
    }
  }
}

/** One that is shown with two times has none that can be relied on. */
const time = ({ times }: Group): number | undefined => {
  const [first, ...others] = times
  return others.length === 0 ? first : undefined
}

// -----------------------------------------------------------------------------
// The look
// -----------------------------------------------------------------------------

/** Compares a request of the log, all of its messages, with ours. */
const compare = Effect.fnUntraced(function*(
  { log }: Shared,
  ours: Likeness.Ours,
  requestId: RequestId.RequestId,
  deadline: number
): Effect.fn.Return<Likeness.Relation, Unread> {
  const { isSound, records, unreadable } = yield* log.search(
    { requestId },
    { deadline, mostPages, tries: 1, isProof: false }
  )
  // A log that shows other requests than the one that was asked for does not say what that one holds.
  const isAnother = (record: Likeness.Shown): boolean =>
    Likeness.present(record.requestId) !== undefined && record.requestId !== requestId
  if (!isSound || records.some(isAnother) || unreadable.some(isAnother)) return yield* Effect.fail(new Unread())
  const texts = new Map<string, string>()
  for (const [content, record] of Likeness.unshown(ours, records).slice(0, mostTexts)) {
    const shown = yield* log.content(record, deadline)
    if (Option.isSome(shown)) texts.set(content, shown.value)
  }
  const relation = Likeness.request(ours, [...records, ...unreadable], texts)
  // What cannot be read of it may be what makes it another's.
  return relation === "Equal" && unreadable.length > 0 ? "Undecided" : relation
})

/**
 * Looks once. First for the first recipient, then, where that shows nothing, for the last; and where the time for a proof has
 * come and nothing is there, for all of them.
 *
 * @internal
 */
export const look = Effect.fnUntraced(function*<E, R>(
  shared: Shared,
  question: Question<E, R>,
  at: { readonly mono: number; readonly wall: number },
  deadline: number
): Effect.fn.Return<Evidence.Verdict<Found>, Unread | E, R> {
  const { clock, log, visibilityLag } = shared
  const { ours, request } = question
  const before = question.sends(at)
  const window = Evidence.window(before.own, before.twins)
  const began = clock.earliest(at.mono)
  const mayProve = Evidence.untilProof(before.own, before.twins, began, visibilityLag) <= 0
  const seen = make(ours, question.others)
  const owners = new Map<RequestId.RequestId, SendIntent.Owner | undefined>()
  let date: number | undefined
  let searches = 0
  let isSound = true

  // Never by type: an MMS without a file is kept as an LMS.
  const search = Effect.fnUntraced(function*(
    filters: { readonly to?: PhoneNumber.PhoneNumber },
    limits: { readonly tries: number; readonly mostPages: number }
  ): Effect.fn.Return<boolean, Unread> {
    const query: SearchQuery.Normalized = {
      requestTime: { start: DateTime.makeUnsafe(window.from), end: DateTime.makeUnsafe(window.to) },
      from: request.from,
      ...filters,
      pageSize: 100
    }
    const found = yield* log.search(query, { deadline, isProof: mayProve, ...limits })
    if (searches++ === 0) date = found.date
    // What is cut off by its pages is asked for otherwise.
    if (found.isWhole) isSound &&= found.isSound
    seen.add(found.records, false)
    seen.add(found.unreadable, true)
    return found.isWhole
  })

  const searchFor = Effect.fnUntraced(function*(
    to: PhoneNumber.PhoneNumber,
    tries: number
  ): Effect.fn.Return<void, Unread> {
    if (!(yield* search({ to }, { tries, mostPages }))) return yield* Effect.fail(new Unread())
  })

  // By what is known of the clocks now: the answers to this very look may have set them right.
  const evidence = (coversAll: boolean): Evidence.Look => ({
    ...question.sends(at),
    window,
    coversAll,
    began,
    date,
    visibilityLag
  })

  const found = (): ReadonlyArray<Found> =>
    seen.left().map((group) => ({
      requestId: group.requestId,
      record: group.record,
      time: time(group),
      isEqual: group.isEqual,
      owner: group.requestId === undefined ? undefined : owners.get(group.requestId)
    }))

  const decide = Effect.fnUntraced(
    function*(coversAll: boolean): Effect.fn.Return<Evidence.Verdict<Found>, Unread | E, R> {
      const ids = seen.left().flatMap(({ requestId }) =>
        requestId === undefined || owners.has(requestId) ? [] : [requestId]
      )
      if (Arr.isReadonlyArrayNonEmpty(ids)) {
        const told = yield* question.owners(ids)
        for (const id of ids) owners.set(id, told.get(id))
      }
      const asked = new Set<RequestId.RequestId>()
      while (true) {
        const known = evidence(coversAll)
        const verdict = Evidence.judge(known, found())
        if (verdict._tag !== "Undecided" || asked.size >= mostRequests || (!verdict.isNear && !mayProve)) return verdict
        // The newest first: what is surely from before is not asked for at all.
        const next = seen.left().toSorted((a, b) => (time(b) ?? Infinity) - (time(a) ?? Infinity)).find((group) =>
          group.requestId !== undefined && !asked.has(group.requestId) && owners.get(group.requestId) === undefined &&
          !Evidence.isBefore(known, time(group))
        )
        if (next?.requestId === undefined) return verdict
        asked.add(next.requestId)
        const relation = yield* compare(shared, ours, next.requestId, deadline)
        if (relation === "Others") seen.drop(next)
        else next.isEqual = relation === "Equal" && !next.isUnreadable
      }
    }
  )

  // What was not shown by a search that contradicts itself may be there.
  const trusted = (verdict: Evidence.Verdict<Found>): Effect.Effect<Evidence.Verdict<Found>, Unread> =>
    isSound || verdict._tag === "Found" || (verdict._tag === "Undecided" && verdict.isNear)
      ? Effect.succeed(verdict)
      : Effect.fail(new Unread())

  const rest = new Set(request.messages.map(({ to }) => to))
  const [first] = request.messages
  const last = Arr.lastNonEmpty(request.messages)
  yield* searchFor(first.to, 1)
  rest.delete(first.to)
  if (seen.left().length === 0 && rest.has(last.to)) {
    yield* searchFor(last.to, 1)
    rest.delete(last.to)
  }
  const verdict = yield* decide(rest.size === 0)
  const posts = [before.own, ...before.twins].flatMap(({ posts }) => posts)
  // An answer that bears no time, or another one, may be no proof after all.
  if (
    verdict._tag !== "Early" || rest.size === 0 || !mayProve || !isSound ||
    !Evidence.hasPassed(posts, { began, date, visibilityLag })
  ) return yield* trusted(verdict)
  // By sender alone, as long as that takes no more than to ask for each.
  if (!(yield* search({}, { tries: triesOfProof, mostPages: Math.min(mostSenderPages, rest.size) }))) {
    for (const to of rest) yield* searchFor(to, triesOfProof)
  }
  return yield* trusted(yield* decide(true))
})
