/**
 * The life of a send: attempts, what becomes of one whose outcome is open, and how the question is taken up again.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Calls from "./calls.ts"
import * as Journal from "./journal.ts"
import * as Reconcile from "./reconcile.ts"

/** @internal */
export type Policy = "reconcile" | "prompt" | "fail" | "resend"

/** @internal */
export interface Setting extends Calls.Setting {
  readonly reconcile: Reconcile.Setting
  /** The fingerprint of a request: an HMAC that is keyed with the secret, since a plain hash of a number can be guessed. */
  readonly fingerprint: (canonical: string) => Effect.Effect<string>
}

/** @internal */
export interface Send {
  readonly request: SendRequest.SendRequest
  readonly call: Calls.Call<SendResponse.SendResponse>
  readonly policy: Policy
  readonly isReserved: boolean
  /** How much older than the gateway's time a signature is made, in milliseconds. */
  readonly age: number
}

const openReasons = ["ServerFault", "ConnectionLost", "TimedOut", "UnexpectedResponse"] as const

const openReason = (reason: SensError.Reason): Journal.Attempt["reason"] =>
  openReasons.find((tag) => tag === reason._tag) ?? "ConnectionLost"

// -----------------------------------------------------------------------------
// Outcome unknown
// -----------------------------------------------------------------------------

const outcomeUnknown = Effect.fnUntraced(function*(setting: Setting, send: Send, entry: Journal.Entry) {
  const now = yield* Calls.mono
  const gateway = setting.clock.at(now)
  const attempts = entry.attempts.map(({ reason, signedAt, startedMono, startedWall }) => ({
    startedAt: DateTime.makeUnsafe(gateway === undefined ? startedWall : gateway - (now - startedMono)),
    fence: DateTime.makeUnsafe((signedAt ?? startedWall) + setting.tolerance),
    reason: reason ?? "ConnectionLost"
  }))
  if (!Arr.isReadonlyArrayNonEmpty(attempts)) return yield* Effect.die("An unknown outcome without an open attempt")
  return new SensError.OutcomeUnknown({
    attempts,
    recipients: send.request.messages.length,
    maskedRecipients: send.request.messages.map(({ to }) => PhoneNumber.mask(to)),
    fingerprint: yield* setting.fingerprint(Journal.canonical(send.request))
  })
})

const adopted = (requestId: RequestId.RequestId, record: MessageRecord.MessageRecord): SendResponse.SendResponse => ({
  requestId,
  requestTime: record.requestTime,
  statusCode: "202",
  statusName: "success"
})

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

/**
 * Sends, and never lets a message be accepted twice unless the policy says so.
 *
 * @internal
 */
export const run = (setting: Setting, send: Send): Effect.Effect<SendResponse.SendResponse, SensError.SensError> =>
  Effect.suspend(() => {
    const { journal } = setting.reconcile
    // Opened within what closes it, so that no interruption can come between the two.
    let entry: Journal.Entry | undefined
    const opened = Effect.clockWith((clock) => {
      entry = journal.open(send.request, Calls.monoUnsafe(clock))
      return loop(setting, send, entry)
    })
    return Effect.onExit(opened, () => {
      if (entry !== undefined) {
        entry.running = false
        // What may still be accepted stays known, so that no other send takes its id for its own.
        if (entry.attempts.every(({ signedAt }) => signedAt === undefined)) journal.close(entry)
      }
      return Effect.void
    })
  })

const failed = Effect.fnUntraced(function*(
  setting: Setting,
  send: Send,
  entry: Journal.Entry,
  reason: SensError.Reason,
  settled: boolean
): Effect.fn.Return<never, SensError.SensError> {
  // An earlier attempt may have been accepted, whatever became of the last one; so may an earlier try of the program's own
  // client. "fail" gives the reason itself where that says as much.
  const open = entry.attempts.length > 0 && !(send.policy === "fail" && reason.isAmbiguous)
  return yield* new SensError.SensError({
    operation: send.call.operation,
    reason: open ? yield* outcomeUnknown(setting, send, entry) : reason,
    ...settled && reason.isAmbiguous && !open ? { accepted: false } : {}
  })
})

const loop = Effect.fnUntraced(function*(
  setting: Setting,
  send: Send,
  entry: Journal.Entry
): Effect.fn.Return<SendResponse.SendResponse, SensError.SensError> {
  const { call } = send
  const deadline = (yield* Calls.mono) + Duration.toMillis(call.callTimeout)
  let next: Calls.Backoff | undefined
  let corrected = false

  const fail = (reason: SensError.Reason, settled: boolean) => failed(setting, send, entry, reason, settled)

  for (let resends = 0;; resends++) {
    const attempt = yield* Calls.newAttempt
    const before = entry.attempts
    entry.attempts = [...before, attempt]
    const { result } = yield* Calls.attempt(setting, call, attempt, {
      remaining: deadline - attempt.startedMono,
      age: send.age,
      resends
    })
    if (Result.isSuccess(result)) {
      entry.attempts = before
      setting.reconcile.journal.own(result.success.requestId, yield* Calls.mono)
      return result.success
    }
    const reason = result.failure
    let settled = true
    if (Calls.isOpen(reason, attempt)) {
      attempt.reason = openReason(reason)
      yield* Effect.logDebug(`${call.operation}: ${reason._tag}, its outcome is open (${send.policy})`)
      const resolution = yield* resolve(setting, send, entry, reason, deadline)
      switch (resolution._tag) {
        case "Found":
          // Which of several attempts it was, nobody knows.
          if (entry.attempts.length === 1) entry.attempts = []
          return adopted(resolution.requestId, resolution.record)
        case "Absent":
          entry.attempts = []
          break
        case "Resend":
          settled = false
          break
        case "Unknown":
          return yield* fail(reason, false)
      }
    } else {
      entry.attempts = before
      if (Calls.isSkewed(reason) && !corrected) {
        corrected = true
        setting.clock.correct()
        continue
      }
      if (!Calls.isRetryable(reason)) return yield* fail(reason, true)
    }
    next ??= yield* Calls.backoff(setting)
    const delay = yield* next(reason)
    if (Option.isNone(delay) || (yield* Calls.mono) + delay.value >= deadline) return yield* fail(reason, settled)
    yield* Effect.logDebug(`${call.operation}: ${reason._tag}, sent again in ${Math.round(delay.value)} ms`)
    yield* Effect.sleep(delay.value)
  }
})

type Resolution =
  | Extract<Reconcile.Finding, { readonly _tag: "Found" | "Absent" | "Unknown" }>
  | { readonly _tag: "Resend" }

/** What to do about an attempt that may have been accepted. */
const resolve = Effect.fnUntraced(function*(
  setting: Setting,
  send: Send,
  entry: Journal.Entry,
  reason: SensError.Reason,
  deadline: number
): Effect.fn.Return<Resolution> {
  // A success whose body cannot be read was accepted: only its id is to be found.
  const isAccepted = reason._tag === "UnexpectedResponse" && reason.isAmbiguous
  if (send.policy === "fail") return { _tag: "Unknown" }
  if (send.policy === "resend" && !isAccepted) return { _tag: "Resend" }
  // A reservation is not in the log while it waits, so the log says nothing about it.
  if (send.isReserved) return { _tag: "Unknown" }
  const finding = yield* Reconcile.settle(setting.reconcile, entry, {
    deadline,
    until: send.policy === "prompt" && !isAccepted ? "settled" : "proof"
  })
  if (finding._tag === "Settled") return { _tag: "Resend" }
  return isAccepted && finding._tag === "Absent" ? { _tag: "Unknown" } : finding
})

// -----------------------------------------------------------------------------
// Taking the question up again
// -----------------------------------------------------------------------------

/**
 * Looks for the attempts of an outcome that stayed unknown: its response where they are found, none where they are proved
 * not to have been accepted.
 *
 * @internal
 */
export const reconcile = Effect.fnUntraced(function*(
  setting: Setting,
  send: Send,
  unknown: SensError.OutcomeUnknown
): Effect.fn.Return<Option.Option<SendResponse.SendResponse>, SensError.SensError> {
  const { operation, callTimeout } = send.call
  if ((yield* setting.fingerprint(Journal.canonical(send.request))) !== unknown.fingerprint) {
    return yield* new SensError.SensError({
      operation,
      reason: new SensError.InvalidRequest({
        issues: [{
          path: [],
          kind: "Fingerprint",
          message: "Not the request whose outcome is unknown, or not its keys"
        }]
      })
    })
  }
  const now = yield* Calls.mono
  const entry: Journal.Entry = {
    request: send.request,
    running: true,
    attempts: unknown.attempts.map(({ fence, reason, startedAt }) => ({
      startedWall: startedAt.epochMilliseconds,
      startedMono: now,
      // Without a fence: as late as a timestamp may be that the gateway takes.
      signedAt: fence === undefined
        ? startedAt.epochMilliseconds + setting.tolerance
        : fence.epochMilliseconds - setting.tolerance,
      age: setting.tolerance,
      signatures: 1,
      isResumed: true,
      reason
    }))
  }
  if (send.isReserved) return yield* new SensError.SensError({ operation, reason: unknown })
  const finding = yield* Reconcile.settle(setting.reconcile, entry, {
    deadline: now + Duration.toMillis(callTimeout),
    until: "proof"
  })
  if (finding._tag === "Found" || finding._tag === "Absent") {
    const { journal } = setting.reconcile
    journal.twins(entry).filter((twin) => Journal.isContinued(twin, entry)).forEach(journal.close)
  }
  switch (finding._tag) {
    case "Found":
      return Option.some(adopted(finding.requestId, finding.record))
    case "Absent":
      return Option.none()
    default:
      return yield* new SensError.SensError({ operation, reason: unknown })
  }
})
