/**
 * A send that survives its process: written down, then exactly one POST, then what became of it written down. Where its answer is lost,
 * the delivery log is looked at; nothing is ever sent again by itself.
 *
 * @since 0.1.0
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Ending from "../Ending.ts"
import type * as Entry from "./Entry.ts"
import * as Journal from "./Journal.ts"

/**
 * What is known of a send.
 *
 * `why` it is open: `Early` (before the gateway provably refuses it, and the log has had time to show it), `Undecided` (the log has what
 * may be it, and may not), `Unread` (the log could not be read), `Unreadable` (the gateway said that it took it, under an id that could
 * not be read, and the log does not have it), `Reserved` (the log does not show what waits for its time).
 */
export type Outcome =
  | { readonly _tag: "Accepted"; readonly entry: Entry.Entry; readonly requestId: string }
  | { readonly _tag: "NotAccepted"; readonly entry: Entry.Entry }
  | { readonly _tag: "GivenUp"; readonly entry: Entry.Entry }
  | {
    readonly _tag: "Open"
    readonly entry: Entry.Entry
    readonly why: "Early" | "Undecided" | "Unread" | "Unreadable" | "Reserved"
    /** When to ask again; none where asking does not help. */
    readonly again: Option.Option<Duration.Duration>
  }

const awaited = { en: "the answer to the send", ko: "발송 요청의 응답" } as const

/** What an entry says by itself; `Open` where the log has to be asked. */
export const stateOf = (entry: Entry.Entry): Outcome => {
  switch (entry.state) {
    case "Accepted":
      return { _tag: "Accepted", entry, requestId: entry.requestId ?? "" }
    case "NotAccepted":
      return { _tag: "NotAccepted", entry }
    case "GivenUp":
      return { _tag: "GivenUp", entry }
    case "Open":
      return { _tag: "Open", entry, why: "Early", again: Option.some(Duration.seconds(1)) }
  }
}

const nowOf = Effect.fnUntraced(function*(journal: Journal.Journal, entry: Entry.Entry) {
  return stateOf(Option.getOrElse(yield* journal.find(entry.id), () => entry))
})

/** Gives an entry an id that no other send has; none where all of them are others'. */
const adopt = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  entry: Entry.Entry,
  responses: ReadonlyArray<{ readonly requestId: string; readonly requestTime?: string | null | undefined }>
) {
  return yield* journal.change(entry.id, "Open", (entry, others) => {
    const free = responses.find(({ requestId }) => others.every((other) => other.requestId !== requestId))
    return free === undefined ? Option.none() : Option.some({
      ...entry,
      state: "Accepted" as const,
      requestId: free.requestId,
      requestTime: free.requestTime ?? null,
      isAdopted: true
    })
  })
})

/** One look at the delivery log. Asked again it says the same, or more. */
export const look = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  given: Entry.Entry
): Effect.fn.Return<Outcome, SensError.SensError | Journal.JournalError, Sens.Sens> {
  const { messages } = yield* Sens.Sens
  const entry = Option.getOrElse(yield* journal.find(given.id), () => given)
  const { request } = entry
  if (entry.state !== "Open" || request === null) return stateOf(entry)
  if (request.reserve !== undefined) return { _tag: "Open", entry, why: "Reserved", again: Option.none() }
  const seen = new Set<string>()
  const resolution = yield* messages.resolve(entry.intents, request, {
    owners: (ids) => journal.owners(entry, ids),
    twins: Effect.tap(journal.twins(entry), (twins) =>
      Effect.sync(() => {
        for (const { version } of twins) seen.add(version)
      }))
  })
  switch (resolution._tag) {
    case "Found": {
      const adopted = yield* adopt(journal, entry, resolution.responses)
      return Option.isSome(adopted) ? stateOf(adopted.value) : yield* nowOf(journal, entry)
    }
    case "Open":
      return { _tag: "Open", entry, why: resolution.why, again: Option.some(resolution.again) }
    case "NotAccepted": {
      let isUnreadable = false
      const proved = yield* journal.change(entry.id, "Open", (entry, others) => {
        const twins = others.filter((other) => Journal.isTwin(entry, other))
        // A send that nobody knew of when the look began: its record may be this one's.
        if (!twins.every((twin) => seen.has(Journal.twinOf(twin).version))) return Option.none()
        // The gateway took it. Only where a twin got the record that is missing here have the two changed places.
        isUnreadable = entry.isUnreadable && !twins.some((twin) => twin.isAdopted)
        return isUnreadable ? Option.none() : Option.some({ ...entry, state: "NotAccepted" as const })
      })
      if (Option.isSome(proved)) return stateOf(proved.value)
      return isUnreadable
        ? { _tag: "Open", entry, why: "Unreadable", again: Option.none() }
        : yield* nowOf(journal, entry)
    }
  }
})

const isUnreadable = ({ reason }: SensError.SensError): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

/** The POST of an entry that is open, and what its answer says. Not to be interrupted: what is on its way cannot be taken back. */
const post = Effect.fnUntraced(
  function*(journal: Journal.Journal, entry: Entry.Entry, request: SendRequest.Normalized) {
    const { messages } = yield* Sens.Sens
    yield* Ending.uncertain(true)
    const [intent] = entry.intents
    const answer = yield* Effect.result(messages.submit(intent, request))
    if (Result.isSuccess(answer)) {
      const { requestId, requestTime } = answer.success
      const accepted = {
        ...entry,
        state: "Accepted" as const,
        requestId,
        requestTime: requestTime ?? null,
        request: null
      }
      const written = yield* Effect.result(
        journal.change(entry.id, "Open", (entry, others) =>
          others.some((other) => other.requestId === requestId)
            // An equal send has taken this one's record in the log for its own: the two have changed places, and this one looks for the other.
            ? Option.none()
            : Option.some({ ...entry, state: "Accepted", requestId, requestTime: requestTime ?? null }))
      )
      // It was accepted, whether or not that could be written down; who asks later finds it in the log.
      if (Result.isFailure(written)) return stateOf(accepted)
      return Option.isSome(written.success) ? stateOf(written.success.value) : yield* nowOf(journal, entry)
    }
    const error = answer.failure
    if (!error.isAmbiguous) {
      yield* Effect.ignore(journal.remove(entry.id))
      yield* Ending.uncertain(false)
      return yield* error
    }
    if (isUnreadable(error)) {
      yield* Effect.ignore(journal.change(entry.id, "Open", (entry) => Option.some({ ...entry, isUnreadable: true })))
    }
    return yield* nowOf(journal, entry)
  }
)

export interface Options {
  /** How long the signature is valid: after that, and after the log has had time to show it, it is known to the end. */
  readonly lifetime?: Duration.Input | undefined
  /** Is told of the entry before the POST goes out. */
  readonly onOpen?: ((entry: Entry.Entry) => Effect.Effect<void>) | undefined
  /** Is told that the answer is lost and that the log is asked. */
  readonly onLost?: Effect.Effect<void> | undefined
  /** How long the log is asked before the answer is `Open`. */
  readonly patience: Duration.Input
}

/** After so many seconds each; the log shows most of what it has within a few. */
const pauses = [2, 3, 5]

/** Asks the log until it says what became of a send, for so long. */
const follow = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  first: Outcome,
  { onLost = Effect.void, patience }: Pick<Options, "onLost" | "patience">
) {
  if (first._tag !== "Open") return first
  yield* onLost
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
  let outcome: Outcome = first
  for (let looks = 0; outcome._tag === "Open"; looks++) {
    const pause = 1000 * (pauses[looks] ?? 10)
    if ((yield* Clock.currentTimeMillis) + pause > end) return outcome
    yield* Effect.sleep(pause)
    const { entry }: Outcome = outcome
    outcome = yield* look(journal, entry)
    if (outcome._tag === "Open" && Option.isNone(outcome.again)) return outcome
  }
  return outcome
})

/** What is known is certain; the rest stays so until it is settled. */
const end = (outcome: Outcome) => Effect.as(Ending.uncertain(outcome._tag === "Open"), outcome)

/**
 * Sends a request: exactly one POST. Fails with `SensError` where nothing was sent.
 */
export const send = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  request: SendRequest.Normalized,
  options: Options
) {
  const { messages } = yield* Sens.Sens
  yield* messages.learnClock
  const intent = yield* messages.prepare(request, { lifetime: options.lifetime })
  const posted = yield* Effect.gen(function*() {
    const entry = yield* journal.open(intent, request)
    if (options.onOpen !== undefined) yield* options.onOpen(entry)
    return yield* post(journal, entry, request)
  }).pipe(Effect.uninterruptible, Ending.awaiting(awaited))
  return yield* Effect.flatMap(follow(journal, posted, options), end)
})

/**
 * Sends an entry again that was proved not to have been accepted: of several that do so at once, one sends it. None where another was
 * first.
 */
export const sendAgain = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  entry: Entry.Entry,
  request: SendRequest.Normalized,
  options: Options
) {
  const { messages } = yield* Sens.Sens
  yield* messages.learnClock
  const intent = yield* messages.prepare(request, { lifetime: options.lifetime })
  const posted = yield* Effect.gen(function*() {
    const claimed = yield* journal.change(
      entry.id,
      "NotAccepted",
      (entry) => Option.some({ ...entry, state: "Open" as const, intents: [intent] as const, isUnreadable: false })
    )
    if (Option.isNone(claimed)) return Option.none<Outcome>()
    if (options.onOpen !== undefined) yield* options.onOpen(claimed.value)
    return Option.some(yield* post(journal, claimed.value, request))
  }).pipe(Effect.uninterruptible, Ending.awaiting(awaited))
  if (Option.isNone(posted)) return posted
  return Option.some(yield* Effect.flatMap(follow(journal, posted.value, options), end))
})
