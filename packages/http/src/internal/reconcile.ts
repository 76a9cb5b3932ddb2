/**
 * Looks at the delivery log until a send is settled, with the journal in memory.
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as Effect from "effect/Effect"
import type * as SendIntent from "../SendIntent.ts"
import * as Calls from "./calls.ts"
import * as Evidence from "./evidence.ts"
import * as Journal from "./journal.ts"
import * as Look from "./look.ts"

/** @internal */
export interface Shared extends Look.Shared {
  readonly journal: Journal.Journal
  /** How long `prompt` looks before it sends again, in milliseconds. */
  readonly settleTime: number
}

/**
 * What came of it.
 *
 * - `Found`: it was accepted, with this response
 * - `NotAccepted`: proof that no attempt was accepted, nor can be
 * - `Settled`: nothing was found for the settle time, which is no proof
 * - `Unknown`: none of these before the deadline
 *
 * @internal
 */
export type Finding =
  | { readonly _tag: "Found"; readonly response: SendResponse.SendResponse }
  | { readonly _tag: "NotAccepted" }
  | { readonly _tag: "Settled" }
  | { readonly _tag: "Unknown" }

const firstPause = 500
const longestPause = 10_000
// What shows up at all shows up within the lag: after that, only a proof is waited for.
const longestLatePause = 60_000

const now = (shared: Look.Shared, at: { readonly mono: number; readonly wall: number }): Journal.Now => ({
  ...at,
  clock: shared.clock
})

/** The entry and its twins as evidence; undefined where nothing of it can have been accepted. */
const sends = (shared: Shared, entry: Journal.Entry, at: Journal.Now) => {
  const own = Journal.send(entry, at)
  if (own === undefined) return undefined
  const { hidden } = Journal.ours(entry)
  const alike = shared.journal.twins(entry).flatMap((twin) => {
    const sent = Journal.send(twin, at)
    return sent === undefined ? [] : [{ ...sent, twin }]
  })
  const twins = Evidence.touching(own, alike)
  const isUnlike = ({ twin }: { readonly twin: Journal.Entry }) =>
    twin.answer === undefined && Journal.ours(twin).hidden !== hidden
  return {
    own: { ...own, hasId: false },
    twins,
    // The log may not tell a picture from another, nor a message from a reservation whose time has come.
    mayAdopt: !twins.some(isUnlike) &&
      !alike.some((one) => isUnlike(one) && one.twin.request.reserve !== undefined)
  }
}

const keys = (twins: ReadonlyArray<Evidence.Send>): ReadonlyArray<string> =>
  twins.flatMap(({ posts }) => posts.map(({ intent }) => Journal.intentKey(intent)))

const intentsOf = (entry: Journal.Entry): ReadonlyArray<string> =>
  entry.attempts.map(({ intent }) => Journal.intentKey(intent))

/** Whose an id is, for the send of the entry. */
const owner = (
  { journal }: Shared,
  entry: Journal.Entry,
  id: RequestId.RequestId
): SendIntent.Owner | undefined => {
  const known = journal.owner(id)
  if (known === undefined) return undefined
  const own = new Set(intentsOf(entry))
  return known.intents.some((intent) => own.has(Journal.intentKey(intent))) ? "this" : "another"
}

/**
 * Whether an answer that said "accepted" without an id that can be this send's is explained by a twin that got a record of its
 * interval from the log: then the two have changed places.
 */
const isExplained = (shared: Shared, entry: Journal.Entry, at: Journal.Now): boolean =>
  shared.journal.twins(entry).some(({ answer }) => {
    const time = answer?._tag === "Accepted" ? answer.adopted : undefined
    return time !== undefined && Journal.signed(entry).some((attempt) => {
      const { began, intent } = Journal.post(attempt, at)
      return time >= (began ?? intent.notBefore) - Evidence.slack && time <= intent.expires + Evidence.slack
    })
  })

const answered = (answer: Journal.Answer): Finding =>
  answer._tag === "Accepted" ? { _tag: "Found", response: answer.response } : answer

/**
 * Looks for the attempts of a send in the delivery log until it is settled, or until the deadline (monotonic, in
 * milliseconds). What is found out for good is written to the entry, so that whoever asks again gets the same answer.
 *
 * @internal
 */
export const settle = Effect.fnUntraced(function*(
  shared: Shared,
  entry: Journal.Entry,
  options: { readonly deadline: number; readonly until: "proof" | "settled" }
): Effect.fn.Return<Finding> {
  const { clock, journal, visibilityLag } = shared
  const others = new Set<RequestId.RequestId>()
  const start = yield* Calls.mono
  const settled = start + shared.settleTime
  const question: Look.Question<never, never> = {
    request: entry.request,
    ours: Journal.ours(entry),
    others,
    sends: (at) => sends(shared, entry, now(shared, at)) ?? unsigned(),
    owners: (ids) =>
      Effect.sync(() =>
        new Map(ids.flatMap((id) => {
          const whose = owner(shared, entry, id)
          return whose === undefined ? [] : [[id, whose] as const]
        }))
      )
  }
  let pause = firstPause
  while (true) {
    const at = yield* Calls.moment
    if (entry.answer !== undefined) return answered(entry.answer)
    if (at.mono >= options.deadline) return { _tag: "Unknown" }
    const before = question.sends(at)
    const looked = yield* Effect.option(Look.look(shared, question, at, options.deadline))
    const after = yield* Calls.moment
    // Whoever asked the same at the same time may have been answered. From here on nothing else runs until it is written down.
    if (entry.answer !== undefined) return answered(entry.answer)
    if (looked._tag === "Some") {
      const verdict = looked.value
      switch (verdict._tag) {
        case "Found": {
          // Another send may have taken one while this one was reading.
          const free = verdict.found.find(({ requestId }) =>
            requestId !== undefined && owner(shared, entry, requestId) !== "another"
          )
          if (free?.requestId === undefined) break
          const response = Look.response(free.requestId, free.record)
          journal.own(free.requestId, entry.attempts.map(({ intent }) => intent), after.mono)
          entry.answer = { _tag: "Accepted", response, adopted: free.time }
          return { _tag: "Found", response }
        }
        case "NotAccepted": {
          const known = new Set(keys(before.twins))
          const twins = sends(shared, entry, now(shared, after))?.twins ?? []
          // A twin that came up meanwhile may have been accepted before this one's fence.
          if (keys(twins).some((key) => !known.has(key))) break
          const isAccepted = entry.attempts.some(({ isAccepted }) => isAccepted)
          // Accepted, and not to be found: nothing that could be sent again.
          if (isAccepted && !isExplained(shared, entry, now(shared, after))) break
          if (entry.isRunning) entry.attempts = []
          else entry.answer = verdict
          return verdict
        }
        case "Early":
          if (options.until === "settled" && at.mono >= settled) return { _tag: "Settled" }
          break
        case "Undecided":
          if (options.until === "settled" && at.mono >= settled && !verdict.isNear) return { _tag: "Settled" }
      }
    }
    const { own, twins } = question.sends(after)
    const proof = Evidence.untilProof(own, twins, clock.earliest(after.mono), visibilityLag)
    const longest = after.mono - start > visibilityLag ? longestLatePause : longestPause
    const wakes = [after.mono + Math.min(pause, longest), after.mono + proof]
    if (options.until === "settled") wakes.push(settled)
    // The first moment after now at which another look can tell more.
    const wake = Math.min(...wakes.filter((wake) => wake > after.mono))
    if (wake >= options.deadline) return { _tag: "Unknown" }
    yield* Effect.sleep(wake - after.mono)
    pause = Math.min(pause * 2, longestLatePause)
  }
})

const unsigned = (): never => {
  throw new Error("A send is looked for of which nothing was signed")
}
