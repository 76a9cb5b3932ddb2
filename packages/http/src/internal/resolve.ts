/**
 * The three steps of a send whose journal its caller keeps.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendIntent from "@effect-sens/core/SendIntent"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Owner, Resolution, ResolveOptions, Twin } from "../SendIntent.ts"
import * as Calls from "./calls.ts"
import * as Evidence from "./evidence.ts"
import * as Journal from "./journal.ts"
import * as Likeness from "./likeness.ts"
import * as Look from "./look.ts"
import * as Send from "./send.ts"

/**
 * Waits for a turn of the rate limit, unless it is to fail without one, then takes the time.
 *
 * @internal
 */
export const prepare = Effect.fnUntraced(function*(
  shared: Send.Shared,
  send: Pick<Send.Send, "age" | "call">,
  waits: boolean
): Effect.fn.Return<SendIntent.SendIntent, SensError.SensError> {
  const { call } = send
  const deadline = (yield* Calls.mono) + Duration.toMillis(call.callTimeout)
  const prepared = yield* Send.prepare(shared, send, deadline, waits ? "delay" : "fail")
  if (Result.isFailure(prepared)) {
    const reason = prepared.failure
    // Nothing was signed.
    const settled = reason.isAmbiguous ? { accepted: false } as const : {}
    return yield* new SensError.SensError({ operation: call.operation, reason, ...settled })
  }
  shared.intents.remember(prepared.success)
  return prepared.success.intent
})

/**
 * Makes the one POST of an intent.
 *
 * @internal
 */
export const submit = Effect.fnUntraced(function*(
  shared: Send.Shared,
  call: Calls.Call<SendResponse.SendResponse>,
  intent: SendIntent.SendIntent
): Effect.fn.Return<SendResponse.SendResponse, SensError.SensError> {
  const { operation } = call
  const foreign = Send.foreign(shared, [intent])
  if (foreign !== undefined) return yield* new SensError.SensError({ operation, reason: foreign })
  const attempt = yield* shared.intents.recall(intent)
  if (!shared.intents.take(attempt)) {
    const reason = Send.invalid("Submitted", "The intent has been submitted: it is for one POST. Resolve it")
    return yield* new SensError.SensError({ operation, reason })
  }
  const remaining = Duration.toMillis(call.callTimeout)
  const outcome = yield* Send.post(shared, call, attempt, { remaining, resends: 0 })
  const result = Send.settled(shared, attempt, outcome)
  if (Result.isSuccess(result)) return result.success
  const reason = result.failure
  return yield* new SensError.SensError({
    operation,
    // Where the program's own client tried again, what its last try came to says nothing of the first.
    reason: attempt.reason !== undefined && !reason.isAmbiguous ? new SensError.ConnectionLost({}) : reason,
    ...attempt.reason === undefined && reason.isAmbiguous ? { accepted: false } : {}
  })
})

interface Moment {
  readonly mono: number
  readonly wall: number
}

// How long to wait where a look cannot say.
const unreadAgain = Duration.seconds(10)
const undecidedAgain = Duration.minutes(1)

/**
 * Looks once. What the client itself knows of ids counts where the caller's journal knows nothing.
 *
 * @internal
 */
export const resolve = Effect.fnUntraced(function*<E, R>(
  shared: Send.Shared,
  send: Pick<Send.Send, "call" | "isReserved" | "request">,
  intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>,
  options: ResolveOptions<E, R>
): Effect.fn.Return<Resolution, SensError.SensError | E, R> {
  const { call: { callTimeout, operation }, isReserved, request } = send
  const readTwins = options.twins ?? Effect.succeed([])
  const open = (why: Extract<Resolution, { readonly _tag: "Open" }>["why"], again: Duration.Duration): Resolution => ({
    _tag: "Open",
    why,
    again
  })

  const before = yield* readTwins
  const foreign = Send.foreign(shared, [...intents, ...before.flatMap(({ intents }) => intents)])
  if (foreign !== undefined) return yield* new SensError.SensError({ operation, reason: foreign })
  // A reservation is not in the log while it waits, so the log says nothing about it.
  if (isReserved) return open("Undecided", undecidedAgain)
  const { clock, journal, visibilityLag } = shared.reconcile
  // As evidence, by what is known of the time when it is asked for.
  const recall = ({ hasId, intents, requestTime }: Twin) =>
    Effect.map(Effect.forEach(intents, shared.intents.recall), (attempts) => (at: Moment): Evidence.Send => ({
      hasId,
      got: Option.getOrUndefined(KstDateTime.parse(requestTime ?? ""))?.epochMilliseconds,
      posts: Arr.map(attempts, (attempt) => Journal.post(attempt, { ...at, clock }))
    }))
  const own = yield* recall({ hasId: false, intents })
  const twins = yield* Effect.forEach(before, recall)
  const sends = (at: Moment) => ({
    own: own(at),
    twins: Evidence.touching(own(at), twins.map((twin) => twin(at))),
    // The caller's twins are equal.
    mayAdopt: true
  })
  const ownKeys = new Set(intents.map(Journal.intentKey))
  const known = (id: RequestId.RequestId): Owner | undefined => {
    const owner = journal.owner(id)
    if (owner === undefined) return undefined
    return owner.intents.some((intent) => ownKeys.has(Journal.intentKey(intent))) ? "this" : "another"
  }
  const question: Look.Question<E, R> = {
    request,
    ours: Likeness.ours(request),
    others: new Set(),
    sends,
    owners: (ids) =>
      Effect.map(options.owners(ids), (told) =>
        new Map(ids.flatMap((id) => {
          const owner = told.get(id) ?? known(id)
          return owner === undefined ? [] : [[id, owner] as const]
        })))
  }
  const at = yield* Calls.moment
  const deadline = at.mono + Duration.toMillis(callTimeout)
  const verdict = yield* Look.look(shared.reconcile, question, at, deadline).pipe(
    Effect.catchIf((error) => error instanceof Look.Unread, () => Effect.succeed({ _tag: "Unread" } as const))
  )
  switch (verdict._tag) {
    case "Found": {
      const responses = verdict.found.flatMap(({ record, requestId }) =>
        requestId === undefined ? [] : [Look.response(requestId, record)]
      )
      return Arr.isArrayNonEmpty(responses) ? { _tag: "Found", responses } : open("Undecided", undecidedAgain)
    }
    case "NotAccepted": {
      // A twin that came up meanwhile may have been accepted before this one's fence.
      const known = new Set([...ownKeys, ...before.flatMap(({ intents }) => intents.map(Journal.intentKey))])
      const came = (yield* readTwins).filter(({ intents }) =>
        intents.some((intent) => !known.has(Journal.intentKey(intent)))
      )
      const others = (yield* Effect.forEach(came, recall)).map((twin) => ({ ...twin(at), isNew: true }))
      const all = [...twins.map((twin) => ({ ...twin(at), isNew: false })), ...others]
      return Evidence.touching(own(at), all).some(({ isNew }) => isNew) ? open("Early", Duration.seconds(1)) : verdict
    }
    case "Early": {
      const now = yield* Calls.moment
      const { own, twins } = sends(now)
      const wait = Evidence.untilProof(own, twins, clock.earliest(now.mono), visibilityLag)
      return open("Early", Duration.millis(Math.max(1000, Math.ceil(wait))))
    }
    case "Undecided":
      return open("Undecided", undecidedAgain)
    case "Unread":
      return open("Unread", unreadAgain)
  }
})
