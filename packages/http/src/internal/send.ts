/**
 * The life of a send: its steps, what becomes of one whose outcome is open, and how the question is taken up again.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendIntent from "@effect-sens/core/SendIntent"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Calls from "./calls.ts"
import * as Exchange from "./exchange.ts"
import type * as Intents from "./intents.ts"
import * as Journal from "./journal.ts"
import type * as Question from "./question.ts"
import * as Reconcile from "./reconcile.ts"
import * as Transport from "./transport.ts"

/** @internal */
export type Policy = "reconcile" | "prompt" | "fail" | "resend"

/** @internal */
export interface Shared extends Calls.Shared {
  readonly reconcile: Reconcile.Shared
  readonly intents: Intents.Intents
  /** The fingerprint of a request: an HMAC that is keyed with the secret, since a plain hash of a number can be guessed. */
  readonly fingerprint: (canonical: string) => Effect.Effect<string>
}

/** @internal */
export interface Send {
  readonly request: SendRequest.Normalized
  readonly call: Calls.Call<SendResponse.SendResponse>
  readonly policy: Policy
  readonly isReserved: boolean
  /** How much older than the gateway's time a signature is made, in milliseconds. */
  readonly age: number
  /** What is run where the send is interrupted while it may have been accepted. */
  readonly onInterrupted: ((unknown: SensError.OutcomeUnknown) => Effect.Effect<unknown>) | undefined
  /** What is run with the intent of each POST before it goes out. */
  readonly onIntent: ((intent: SendIntent.SendIntent) => Effect.Effect<unknown, Error>) | undefined
}

// -----------------------------------------------------------------------------
// Outcome unknown
// -----------------------------------------------------------------------------

/**
 * A request in one order, whatever order its properties have, so that one that was kept as JSON is known again.
 */
const canonical = (request: SendRequest.Normalized): string => {
  const body = SendRequest.toWire(request)
  return JSON.stringify([
    body.type,
    body.contentType,
    body.countryCode,
    body.from,
    "subject" in body ? body.subject : undefined,
    body.content,
    body.messages.map((message) => [message.to, "subject" in message ? message.subject : undefined, message.content]),
    "files" in body ? body.files?.map(({ fileId }) => fileId) : undefined,
    body.reserveTime,
    body.reserveTimeZone
  ])
}

const outcomeUnknown = Effect.fnUntraced(function*(
  shared: Shared,
  { request }: Send,
  entry: Journal.Entry
): Effect.fn.Return<SensError.OutcomeUnknown> {
  const now = yield* Effect.clockWith((clock) =>
    Effect.succeed({ mono: Calls.monoUnsafe(clock), wall: clock.currentTimeMillisUnsafe(), clock: shared.clock })
  )
  const attempts = entry.attempts.map((attempt): SensError.Attempt => ({
    intent: Journal.intentNow(attempt, now),
    reason: attempt.reason ?? "Interrupted",
    isAccepted: attempt.isAccepted
  }))
  if (!Arr.isReadonlyArrayNonEmpty(attempts)) return yield* Effect.die("An unknown outcome without an open attempt")
  return new SensError.OutcomeUnknown({
    attempts,
    recipients: request.messages.length,
    maskedRecipients: request.messages.map(({ to }) => PhoneNumber.mask(to)),
    fingerprint: yield* shared.fingerprint(canonical(request))
  })
})

// -----------------------------------------------------------------------------
// One POST
// -----------------------------------------------------------------------------

const openReasons = SensError.Attempt.fields.reason.literals

const isSuccess = (reason: SensError.Reason): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

/** The timestamp of the intent, once: whatever tries again inside of the program's own client is refused. */
const signing = (call: Calls.Call<unknown>, attempt: Journal.Attempt): Calls.Signing => ({
  timestamp: Effect.suspend(() => {
    attempt.signatures += 1
    if (attempt.signatures === 1) return Effect.succeed(attempt.intent.timestamp)
    const cause = Object.assign(new Error("The request was signed already"), { code: Transport.alreadySigned })
    const reason = new HttpClientError.TransportError({ request: call.request, cause })
    return Effect.fail(new HttpClientError.HttpClientError({ reason }))
  }),
  signedAt: () => attempt.signatures === 0 ? undefined : attempt.intent.timestamp,
  // A client of the program's own that dies may have sent it before.
  diesAs: (defect) => attempt.signatures === 0 ? undefined : Transport.defect(defect)
})

/**
 * Makes the one POST of an attempt. {@link settled} says what it came to.
 *
 * @internal
 */
export const post = (
  shared: Shared,
  call: Calls.Call<SendResponse.SendResponse>,
  attempt: Journal.Attempt,
  options: { readonly remaining: number; readonly resends: number }
): Effect.Effect<Calls.Ending<SendResponse.SendResponse>> =>
  Effect.suspend(() => {
    // Without any time left it does not even come to the client.
    if (shared.isTransformed && options.remaining > 0) attempt.isUnwatched = true
    const exchange = Exchange.make(shared.maxAnswerBytes)
    attempt.exchange = exchange
    return Calls.exchanged(shared, call, signing(call, attempt), { ...options, exchange })
  })

/**
 * What the POST of an attempt came to. What it leaves open is written to the attempt, and that the clock was off to the clock, so
 * that the next intent is right.
 *
 * @internal
 */
export const settled = (
  { clock, reconcile: { journal } }: Shared,
  attempt: Journal.Attempt,
  { result }: Calls.Ending<SendResponse.SendResponse>
): Result.Result<SendResponse.SendResponse, SensError.Reason> => {
  if (Result.isSuccess(result)) {
    const { requestId } = result.success
    const owner = journal.owner(requestId)
    if (owner === undefined || owner.intents.some((intent) => isSame(intent, attempt.intent))) {
      journal.own(requestId, [attempt.intent], attempt.since)
      return result
    }
    // It was accepted; its own id is to be found. Where the other got this one from the log, the two have changed places.
    attempt.reason = "UnexpectedResponse"
    attempt.isAccepted = true
    return Result.fail(new SensError.UnexpectedResponse({ status: 202, detail: "the id of another send" }))
  }
  const reason = result.failure
  if (Calls.isSkewed(reason)) clock.correct()
  if (isOpen(reason, attempt)) {
    attempt.reason = openReasons.find((tag) => tag === reason._tag) ?? "ConnectionLost"
    attempt.isAccepted = isSuccess(reason)
  }
  return result
}

const isSame = (left: SendIntent.SendIntent, right: SendIntent.SendIntent): boolean =>
  Journal.intentKey(left) === Journal.intentKey(right)

/**
 * Whether an attempt may have reached SENS, and be accepted there, although it failed: it was signed, here or by a client of the
 * program's own that took the place of ours, and its reason leaves the outcome open. Where such a client tried again, the reason
 * tells of its last try alone.
 */
const isOpen = (reason: SensError.Reason, attempt: Journal.Attempt): boolean =>
  Journal.mayHaveGone(attempt) && (reason.isAmbiguous || attempt.signatures > 1)

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

/**
 * Sends, and never lets a message be accepted twice unless the policy says so.
 *
 * @internal
 */
export const run = (shared: Shared, send: Send): Effect.Effect<SendResponse.SendResponse, SensError.SensError> =>
  Effect.suspend(() => {
    // Opened within what closes it, so that no interruption can come between the two.
    let entry: Journal.Entry | undefined
    const opened = Effect.suspend(() => {
      entry = shared.reconcile.journal.open(send.request)
      return loop(shared, send, entry)
    })
    return Effect.onExit(opened, (exit) => entry === undefined ? Effect.void : ended(shared, send, entry, exit))
  })

const ended = (
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<void> => {
  const { journal } = shared.reconcile
  // What was interrupted before it went out needs no looking for.
  if (Exit.isFailure(exit)) entry.attempts = entry.attempts.filter((attempt) => !Journal.isUnbegun(attempt))
  // The only POST of it was accepted, under an id of its own.
  const isClean = Exit.isSuccess(exit) && entry.attempts.length === 1 && entry.answer?._tag === "Accepted" &&
    entry.answer.adopted === undefined
  if (isClean || entry.attempts.length === 0) {
    journal.close(entry)
    return Effect.void
  }
  return Effect.flatMap(Calls.mono, (mono) => {
    // What may still be accepted stays known, so that no other send takes its id for its own.
    journal.keep(entry, mono)
    // Also where it has its answer, which nobody gets any more: whoever asks is told it at once.
    return Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause) && entry.attempts.length > 0 &&
        send.onInterrupted !== undefined
      ? told(shared, send, entry, send.onInterrupted)
      : Effect.void
  })
}

/** Hands over what is known before the interruption goes on, which it does after a second at the latest. */
const told = (
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  onInterrupted: NonNullable<Send["onInterrupted"]>
): Effect.Effect<void> =>
  Effect.flatMap(outcomeUnknown(shared, send, entry), (unknown) =>
    Effect.suspend(() => onInterrupted(unknown)).pipe(
      Effect.timeout("1 second"),
      Effect.asVoid,
      // Its own words may hold a number or a text.
      Effect.catchCause(() =>
        Effect.logError(`${send.call.operation}: onInterrupted failed, or took more than a second`)
      )
    ))

const failed = Effect.fnUntraced(function*(
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  reason: SensError.Reason,
  settled: boolean
): Effect.fn.Return<never, SensError.SensError> {
  // An earlier attempt may have been accepted, whatever became of the last one.
  const open = entry.attempts.length > 0
  return yield* new SensError.SensError({
    operation: send.call.operation,
    reason: open ? yield* outcomeUnknown(shared, send, entry) : reason,
    ...settled && reason.isAmbiguous && !open ? { accepted: false } : {}
  })
})

/** An attempt, what it came to, and until when the call may take. None where it got no turn, or was not to go out. */
interface Tried {
  readonly attempt: Journal.Attempt | undefined
  /** Whether no other is to be tried: its intent could not be written down. */
  readonly isLast?: true
  readonly result: Result.Result<SendResponse.SendResponse, SensError.Reason>
  /** Monotonic, in milliseconds. */
  readonly deadline: number
}

const tryOnce = (
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  { deadline, resends }: { readonly deadline: number; readonly resends: number }
): Effect.Effect<Tried> => {
  const { call } = send
  const tried = (attempt: Journal.Attempt): Effect.Effect<Tried> => {
    // The first attempt begins with the call, unless it has to wait for its turn.
    const until = Math.min(deadline, attempt.since + Duration.toMillis(call.callTimeout))
    const posted = (remaining: number): Effect.Effect<Tried> => {
      entry.attempts = entry.attempts.length === 0 ? [attempt] : [...entry.attempts, attempt]
      return Effect.map(
        post(shared, call, attempt, { remaining, resends }),
        (outcome) => ({ attempt, result: settled(shared, attempt, outcome), deadline: until })
      )
    }
    const { onIntent } = send
    if (onIntent === undefined) return posted(until - attempt.since)
    // It may come back, to this client, in a question.
    shared.intents.remember(attempt)
    shared.intents.take(attempt)
    return Effect.matchEffect(handedOver(call, onIntent, attempt.intent, until - attempt.since), {
      onSuccess: () => Effect.flatMap(Calls.mono, (now) => posted(until - now)),
      onFailure: (reason) =>
        Effect.succeed<Tried>({ attempt: undefined, isLast: true, result: Result.fail(reason), deadline: until })
    })
  }
  if (shared.rateLimit === undefined) return Effect.flatMap(shared.intents.make(send.age), tried)
  return Effect.flatMap(prepare(shared, send, deadline), (prepared) =>
    Result.isSuccess(prepared)
      ? tried(prepared.success)
      : Effect.succeed<Tried>({ attempt: undefined, result: Result.fail(prepared.failure), deadline }))
}

/** Hands an intent to whoever writes it down. Without that nothing goes out. */
const handedOver = (
  { callTimeout, operation }: Send["call"],
  onIntent: NonNullable<Send["onIntent"]>,
  intent: SendIntent.SendIntent,
  remaining: number
): Effect.Effect<unknown, SensError.Reason> =>
  Effect.suspend(() => onIntent(intent)).pipe(
    Effect.catchCause(() =>
      // Its own words may hold a number or a text.
      Effect.andThen(
        Effect.logError(`${operation}: onIntent failed, so nothing goes out`),
        Effect.fail(new SensError.ConnectionFailed({ code: "OnIntent" }))
      )
    ),
    Effect.timeoutOrElse({
      duration: Duration.millis(Math.max(0, remaining)),
      orElse: () => Effect.fail(new SensError.TimedOut({ limit: "call", after: callTimeout }))
    })
  )

const accepted = (entry: Journal.Entry, response: SendResponse.SendResponse): SendResponse.SendResponse => {
  entry.answer = { _tag: "Accepted", response, adopted: undefined }
  return response
}

const loop = (
  shared: Shared,
  send: Send,
  entry: Journal.Entry
): Effect.Effect<SendResponse.SendResponse, SensError.SensError> => {
  const first = (deadline: number) =>
    Effect.flatMap(tryOnce(shared, send, entry, { deadline, resends: 0 }), (tried) =>
      Result.isSuccess(tried.result)
        ? Effect.succeed(accepted(entry, tried.result.success))
        : goOn(shared, send, entry, tried))
  return shared.rateLimit === undefined
    ? first(Infinity)
    : Effect.flatMap(Calls.mono, (mono) => first(mono + Duration.toMillis(send.call.callTimeout)))
}

/** What comes after a first attempt that failed. */
const goOn = Effect.fnUntraced(function*(
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  first: Tried
): Effect.fn.Return<SendResponse.SendResponse, SensError.SensError> {
  const { operation } = send.call
  let next: Calls.Backoff | undefined
  let corrected = false

  const fail = (reason: SensError.Reason, settled: boolean) => failed(shared, send, entry, reason, settled)

  let tried = first
  for (let resends = 1;; resends++) {
    const { attempt, deadline, isLast, result } = tried
    if (Result.isSuccess(result)) return accepted(entry, result.success)
    const reason = result.failure
    let isSettled = true
    let isAtOnce = false
    if (isLast === true) return yield* fail(reason, true)
    if (attempt?.reason === undefined) {
      entry.attempts = entry.attempts.filter((open) => open !== attempt)
      isAtOnce = Calls.isSkewed(reason) && !corrected
      if (!isAtOnce && !SensError.isTransient(reason)) return yield* fail(reason, true)
    } else {
      yield* Effect.logDebug(`${operation}: ${reason._tag}, its outcome is open (${send.policy})`)
      const resolution = yield* resolve(shared, send, entry, attempt, deadline)
      if (resolution._tag === "Found") return resolution.response
      if (resolution._tag === "Unknown") return yield* fail(reason, false)
      isSettled = resolution._tag === "NotAccepted"
    }
    if (isAtOnce) corrected = true
    else {
      next ??= yield* Calls.backoff(shared)
      const delay = yield* next(reason)
      if (Option.isNone(delay) || (yield* Calls.mono) + delay.value >= deadline) return yield* fail(reason, isSettled)
      yield* Effect.logDebug(`${operation}: ${reason._tag}, sent again in ${Math.round(delay.value)} ms`)
      yield* Effect.sleep(delay.value)
    }
    tried = yield* tryOnce(shared, send, entry, { deadline, resends })
  }
})

/**
 * Waits for a turn of the rate limit, unless it is to fail without one, then takes the time: a wait after that would use the
 * signature up.
 *
 * @internal
 */
export const prepare = (
  shared: Shared,
  { age, call }: Pick<Send, "age" | "call">,
  deadline: number,
  onExceeded?: "delay" | "fail"
): Effect.Effect<Result.Result<Journal.Attempt, SensError.Reason>> => {
  const taken = shared.intents.make(age)
  if (shared.rateLimit === undefined) return Effect.map(taken, Result.succeed)
  return Effect.flatMap(Calls.mono, (now) =>
    Calls.turn(shared, onExceeded).pipe(
      Effect.timeoutOrElse({
        duration: Duration.millis(Math.max(0, deadline - now)),
        orElse: () => Effect.fail(new SensError.TimedOut({ limit: "call", after: call.callTimeout }))
      }),
      Effect.andThen(taken),
      Effect.result
    ))
}

type Resolution =
  | Extract<Reconcile.Finding, { readonly _tag: "Found" | "NotAccepted" | "Unknown" }>
  | { readonly _tag: "Resend" }

/** What to do about an attempt that may have been accepted. */
const resolve = Effect.fnUntraced(function*(
  shared: Shared,
  send: Send,
  entry: Journal.Entry,
  attempt: Journal.Attempt,
  deadline: number
): Effect.fn.Return<Resolution> {
  if (send.policy === "fail") return { _tag: "Unknown" }
  if (send.policy === "resend" && !attempt.isAccepted) return { _tag: "Resend" }
  // A reservation is not in the log while it waits, so the log says nothing about it.
  if (send.isReserved) return { _tag: "Unknown" }
  const finding = yield* Reconcile.settle(shared.reconcile, entry, {
    deadline,
    // A success whose body cannot be read was accepted: only its id is to be found.
    until: send.policy === "prompt" && !attempt.isAccepted ? "settled" : "proof"
  })
  return finding._tag === "Settled" ? { _tag: "Resend" } : finding
})

// -----------------------------------------------------------------------------
// Taking the question up again
// -----------------------------------------------------------------------------

/** @internal */
export const invalid = (kind: string, message: string): SensError.InvalidRequest =>
  new SensError.InvalidRequest({ issues: [{ path: [], kind, message }] })

/**
 * Refuses intents of another service.
 *
 * @internal
 */
export const foreign = (
  { serviceId }: Shared,
  intents: ReadonlyArray<SendIntent.SendIntent>
): SensError.InvalidRequest | undefined =>
  intents.length > 0 && intents.every((intent) => intent.serviceId === serviceId)
    ? undefined
    : invalid("ServiceId", "No intent of this service: ask a client of that one")

/**
 * Looks for the attempts of an outcome that stayed unknown: its response where they are found, none where they are proved
 * not to have been accepted. The same question, asked again or by two at once, gets the same answer.
 *
 * @internal
 */
export const reconcile = Effect.fnUntraced(function*(
  shared: Shared,
  send: Send,
  { intents, told }: Question.Question
): Effect.fn.Return<Option.Option<SendResponse.SendResponse>, SensError.SensError> {
  const { callTimeout, operation } = send.call
  const error = (reason: SensError.Reason) => new SensError.SensError({ operation, reason })
  const refused = foreign(shared, intents)
  if (refused !== undefined) return yield* error(refused)
  const unlike = invalid(
    "Fingerprint",
    "Not the request whose outcome is unknown, or not its keys: what became of that one stays open"
  )
  if (told !== undefined && (yield* shared.fingerprint(canonical(send.request))) !== told.fingerprint) {
    return yield* error(unlike)
  }
  const attempts = yield* Effect.forEach(intents, shared.intents.recall)
  const now = yield* Calls.mono
  const entry = shared.reconcile.journal.resume(
    send.request,
    Arr.map(attempts, (attempt, index) => {
      const { isAccepted, reason } = told?.attempts[index] ?? attempt
      return { ...attempt, exchange: undefined, signatures: 1, reason, isAccepted }
    }),
    { mono: now, isVerified: told !== undefined }
  )
  if (entry === undefined) return yield* error(unlike)
  const unknown = told === undefined ? outcomeUnknown(shared, send, entry) : Effect.succeed(told)
  if (send.isReserved) return yield* error(yield* unknown)
  const finding = yield* Reconcile.settle(shared.reconcile, entry, {
    deadline: now + Duration.toMillis(callTimeout),
    until: "proof"
  })
  switch (finding._tag) {
    case "Found":
      return Option.some(finding.response)
    case "NotAccepted":
      return Option.none()
    default:
      return yield* error(yield* unknown)
  }
})
