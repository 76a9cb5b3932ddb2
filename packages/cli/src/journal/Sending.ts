/**
 * A send that survives its process: written down, then exactly one POST, then what became of it written down. Where its answer is lost,
 * the delivery log is looked at; nothing is ever sent again by itself.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
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
  return yield* journal.change(entry, ["Open"], (entry, others) => {
    const free = responses.find(({ requestId }) => !others.has(requestId))
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
      const proved = yield* journal.change(entry, ["Open"], (entry, { equal }) => {
        const twins = equal.filter((other) => Journal.isTwin(entry, other))
        // A send that nobody knew of when the look began: its record may be this one's.
        if (!twins.every((twin) => seen.has(Journal.twinOf(twin).version))) return Option.none()
        // The gateway took it. Only where a twin got the record that is missing here have the two changed places.
        isUnreadable = entry.isUnreadable && !twins.some((twin) => hasPlaceOf(entry, twin))
        return isUnreadable ? Option.none() : Option.some({ ...entry, state: "NotAccepted" as const })
      })
      if (Option.isSome(proved)) return stateOf(proved.value)
      return isUnreadable
        ? { _tag: "Open", entry, why: "Unreadable", again: Option.none() }
        : yield* nowOf(journal, entry)
    }
  }
})

/** Whether a twin got a record from the log that may be this one's: one of the time in which this one may have been accepted. */
const hasPlaceOf = ({ intents }: Entry.Entry, twin: Entry.Entry): boolean => {
  const time = Option.getOrUndefined(KstDateTime.parse(twin.requestTime ?? ""))?.epochMilliseconds
  return twin.isAdopted && time !== undefined &&
    // The log leaves the fraction of a second out.
    intents.some(({ expires, notBefore }) => notBefore - 1000 <= time && time <= expires + 2000)
}

const isUnreadable = ({ reason }: SensError.SensError): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

/**
 * The POST of an entry that is open, and what its answer says. Not to be interrupted: what is on its way cannot be taken back. Fails where
 * nothing was accepted, and what `refused` does is done; whatever a disk says, what is known of the send counts.
 */
const post = Effect.fnUntraced(
  function*(
    journal: Journal.Journal,
    entry: Entry.Entry,
    request: SendRequest.Normalized,
    refused: Effect.Effect<unknown, Journal.JournalError>
  ) {
    const { messages } = yield* Sens.Sens
    yield* Ending.uncertain(true)
    const [intent] = entry.intents
    const answer = yield* Effect.result(messages.submit(intent, request))
    const now = Effect.orElseSucceed(nowOf(journal, entry), () => stateOf(entry))
    if (Result.isSuccess(answer)) {
      const { requestId } = answer.success
      const requestTime = answer.success.requestTime ?? null
      // A person may have given it up meanwhile: the answer knows more.
      const written = yield* Effect.result(
        journal.change(entry, ["Open", "GivenUp"], (entry, others) => {
          if (!others.has(requestId)) {
            return Option.some({ ...entry, state: "Accepted" as const, requestId, requestTime, isAdopted: false })
          }
          // An equal send has taken this one's record in the log for its own: the two have changed places, and this one looks for the
          // other. An id that another got by its own answer is none that can be read.
          return others.equal.some((other) => other.requestId === requestId && other.isAdopted)
            ? Option.none()
            : Option.some({ ...entry, isUnreadable: true })
        })
      )
      // It was accepted, whether or not that could be written down; who asks later finds it in the log.
      if (Result.isFailure(written)) {
        return stateOf({ ...entry, state: "Accepted", requestId, requestTime, request: null })
      }
      return Option.isSome(written.success) ? stateOf(written.success.value) : yield* now
    }
    const error = answer.failure
    if (!error.isAmbiguous) {
      yield* Effect.ignore(refused)
      yield* Ending.uncertain(false)
      return yield* error
    }
    if (isUnreadable(error)) {
      yield* Effect.ignore(
        journal.change(entry, ["Open", "GivenUp"], (entry) => Option.some({ ...entry, isUnreadable: true }))
      )
    }
    return yield* now
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
  /**
   * What may be interrupted, where whoever calls may not be: an interruption ends the asking of the log, and what is known is told all
   * the same. Without it all but the POST may be.
   */
  readonly restore?: (<A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) | undefined
}

/** After so many seconds each; the log shows most of what it has within a few. */
const pauses = [2, 3, 5]

/** Asks the log until it says what became of a send, for so long. Whatever keeps the log or the journal from being read, it is open. */
const follow = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  first: Outcome,
  { onLost = Effect.void, patience }: Pick<Options, "onLost" | "patience">
) {
  yield* onLost
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
  let outcome: Outcome = first
  for (let looks = 0; outcome._tag === "Open"; looks++) {
    const pause = 1000 * (pauses[looks] ?? 10)
    if ((yield* Clock.currentTimeMillis) + pause > end) return outcome
    yield* Effect.sleep(pause)
    const { entry }: Outcome = outcome
    const unread: Outcome = { _tag: "Open", entry, why: "Unread", again: Option.some(Duration.seconds(10)) }
    outcome = yield* Effect.orElseSucceed(look(journal, entry), () => unread)
    if (outcome._tag === "Open" && Option.isNone(outcome.again)) return outcome
  }
  return outcome
})

/** From the writing down to what is known: what `open` gives is sent. */
const go = Effect.fnUntraced(function*<E, R>(
  journal: Journal.Journal,
  request: SendRequest.Normalized,
  options: Options,
  open: Effect.Effect<Option.Option<Entry.Entry>, E, R>,
  refused: (entry: Entry.Entry) => Effect.Effect<unknown, Journal.JournalError>
) {
  return yield* Effect.uninterruptibleMask((unmasked) =>
    Effect.gen(function*() {
      const restore = options.restore ?? unmasked
      const posted = yield* Effect.gen(function*() {
        const entry = yield* open
        if (Option.isNone(entry)) return Option.none<Outcome>()
        if (options.onOpen !== undefined) yield* options.onOpen(entry.value)
        return Option.some(yield* post(journal, entry.value, request, refused(entry.value)))
      }).pipe(Ending.awaiting(awaited))
      if (Option.isNone(posted)) return posted
      let outcome = posted.value
      if (outcome._tag === "Open") {
        const followed = yield* Effect.exit(restore(follow(journal, outcome, options)))
        if (Exit.isSuccess(followed)) outcome = followed.value
      }
      // What is known is certain; the rest stays so until it is settled.
      yield* Ending.uncertain(outcome._tag === "Open")
      return Option.some(outcome)
    })
  )
})

const prepare = Effect.fnUntraced(function*(
  request: SendRequest.Normalized,
  { lifetime, restore = identity }: Options
) {
  const { messages } = yield* Sens.Sens
  return yield* restore(Effect.andThen(messages.learnClock, messages.prepare(request, { lifetime })))
})

/**
 * Sends a request: exactly one POST. Fails where nothing was sent.
 */
export const send = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  request: SendRequest.Normalized,
  options: Options
) {
  const intent = yield* prepare(request, options)
  const open = Effect.asSome(journal.open(intent, request))
  const outcome = yield* go(journal, request, options, open, journal.remove)
  return Option.getOrThrow(outcome)
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
  const intent = yield* prepare(request, options)
  const open = journal.change(
    entry,
    ["NotAccepted"],
    (entry) => Option.some({ ...entry, state: "Open" as const, intents: [intent] as const, isUnreadable: false })
  )
  // It stays what it was: not accepted, and to be sent again by whoever wants to.
  return yield* go(
    journal,
    request,
    options,
    open,
    (entry) => journal.change(entry, ["Open"], (entry) => Option.some({ ...entry, state: "NotAccepted" as const }))
  )
})

// -----------------------------------------------------------------------------
// By hand
// -----------------------------------------------------------------------------

const byHand = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  given: Entry.Entry,
  change: Parameters<Journal.Journal["change"]>[2]
) {
  const entry = Option.getOrElse(yield* journal.find(given.id), () => given)
  const changed = yield* journal.change(entry, ["Open", "NotAccepted"], change)
  return Option.isSome(changed) ? stateOf(changed.value) : yield* nowOf(journal, entry)
})

/** It is not to be sent again, whatever became of it. */
export const giveUp = (journal: Journal.Journal, entry: Entry.Entry) =>
  byHand(journal, entry, (entry) => Option.some({ ...entry, state: "GivenUp" as const }))

/** It was accepted as this request; none where that is another send's. */
export const sentAs = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  entry: Entry.Entry,
  { requestId, requestTime }: { readonly requestId: string; readonly requestTime: string | null }
) {
  let isTaken = false
  const outcome = yield* byHand(journal, entry, (entry, others) => {
    isTaken = others.has(requestId)
    return isTaken
      ? Option.none()
      : Option.some({ ...entry, state: "Accepted" as const, requestId, requestTime, isAdopted: true })
  })
  return isTaken ? Option.none<Outcome>() : Option.some(outcome)
})
