/**
 * What can become of a row: all transitions as data, and the decisions that choose one, without a clock, a database or a network.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// States
// -----------------------------------------------------------------------------

/**
 * - `Waiting`: to be sent. Nothing that was sent of it can be accepted any more
 * - `Open`: it was or is about to be sent, and may be accepted
 * - `Accepted`: it has an id; `Final`: and a result for each recipient
 * - `Refused`: certainly not accepted, and would be refused again
 * - `NotSent`: certainly not accepted, and not wanted any more
 * - `Held`: nobody can tell; a person settles it
 *
 * @internal
 */
export const State = Schema.Literals(["Waiting", "Open", "Accepted", "Final", "Refused", "NotSent", "Held"])

/**
 * @internal
 */
export type State = typeof State.Type

/**
 * The states that `due` says something of: what they wait for.
 *
 * @internal
 */
export const active: ReadonlySet<State> = new Set<State>(["Waiting", "Open", "Accepted"])

// -----------------------------------------------------------------------------
// Transitions
// -----------------------------------------------------------------------------

/**
 * Why a row is not sent. `GivenUp`: a person says so, though it may have been accepted. `FilesExpired`: SENS has its files no more.
 * `OptedOut`: it is an advertisement to people who refused such.
 *
 * @internal
 */
export const NotSent = Schema.Literals(["Expired", "Cancelled", "GivenUp", "FilesExpired", "OptedOut"])

/**
 * One change of a row. A `delay` is how many milliseconds later it is due.
 *
 * @internal
 */
export type Change = Data.TaggedEnum<{
  /** It is about to be sent. */
  Claim: { readonly intent: SendIntent.SendIntent; readonly isProbe: boolean }
  /** It cannot be sent now. */
  PutOff: { readonly delay: number }
  /** It is not wanted any more: its time is over, or it was cancelled. */
  Lapse: {}
  /** It is wrong, and was not sent. */
  Reject: { readonly reason: SensError.Reason }
  /** Its own answer says that it was accepted. */
  Accept: { readonly response: SendResponse.SendResponse }
  /** The log says so. */
  Adopt: { readonly response: SendResponse.SendResponse }
  /** Its own answer says that it was not accepted, and the next may be. */
  GiveBack: { readonly delay: number }
  /** Its own answer says that it was not accepted, and never will be. */
  Refuse: { readonly reason: SensError.Reason }
  /** The log proves that it was not accepted. `isHeld`: a person is to see it all the same. */
  Prove: { readonly isHeld: boolean }
  /** Nobody knows yet. */
  StayOpen: { readonly delay: number; readonly isUnread: boolean }
  /** Nobody will know. */
  Hold: {}
  /** A person has found its id. */
  Assign: { readonly requestId: RequestId.RequestId }
  /** A person knows that it was not accepted. `lag`: how many milliseconds the log may be late. */
  SendAgain: { readonly lag: number }
  /** A person does not want it any more, though it may have been accepted. */
  GiveUp: {}
  /** Some of its results are missing. */
  Follow: { readonly delay: number }
  /** All of its results are there, so many of them good and so many bad. */
  Finish: { readonly result: string; readonly delivered: number; readonly failed: number }
}>

/**
 * @internal
 */
export const Change = Data.taggedEnum<Change>()

interface Transition {
  readonly from: ReadonlyArray<State>
  /** More than one where what stands beside the row decides. */
  readonly to: ReadonlyArray<State>
}

/**
 * Every change is written only where the row is in one of the states `from`, in the attempt that was read.
 *
 * @internal
 */
export const transitions: { readonly [Tag in Change["_tag"]]: Transition } = {
  Claim: { from: ["Waiting"], to: ["Open"] },
  PutOff: { from: ["Waiting"], to: ["Waiting"] },
  Lapse: { from: ["Waiting"], to: ["NotSent"] },
  Reject: { from: ["Waiting"], to: ["Refused"] },
  // A row was given to a person while its answer was on its way.
  Accept: { from: ["Open", "Held"], to: ["Accepted"] },
  Adopt: { from: ["Open"], to: ["Accepted"] },
  GiveBack: { from: ["Open"], to: ["Waiting"] },
  Refuse: { from: ["Open"], to: ["Refused"] },
  Prove: { from: ["Open"], to: ["Waiting", "Held"] },
  StayOpen: { from: ["Open"], to: ["Open"] },
  Hold: { from: ["Open"], to: ["Held"] },
  Assign: { from: ["Held"], to: ["Accepted"] },
  SendAgain: { from: ["Held"], to: ["Waiting"] },
  GiveUp: { from: ["Held"], to: ["NotSent"] },
  Follow: { from: ["Accepted"], to: ["Accepted"] },
  Finish: { from: ["Accepted"], to: ["Final"] }
}

// -----------------------------------------------------------------------------
// Pauses
// -----------------------------------------------------------------------------

/** The first look at a row whose answer has not come: a process that dies after the claim leaves it like this. */
export const firstLook = 3000

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const doubling = (times: number, most: number): number => Math.min(most, second * 2 ** Math.min(times, 30))

/** How long nobody can tell before a person has to, and after how many looks: a process may have been away for as long. */
const longestOpen = 24 * hour
const leastLooks = 8

/** How long results are waited for, and how often they are asked for. */
const longestFollowed = 72 * hour

/**
 * @internal
 */
export const following = (looks: number): number => Math.min(hour, Math.ceil(2 * second * 1.5 ** Math.min(looks, 100)))

/** How far the log goes back. */
const longestKept = 90 * day

/**
 * Whether results that are missing will not come any more. What the log says is needed to tell: nobody may have asked it for days.
 *
 * @internal
 */
export const isOverdue = (sinceAccepted: number, isRead: boolean): boolean =>
  sinceAccepted > (isRead ? longestFollowed : longestKept)

// The law allows advertisements between 08:00 and 21:00; what is accepted just before the night may be delivered in it.
const morning = 8 * hour
const evening = 20 * hour + 50 * minute

/**
 * In how many milliseconds an advertisement may go out in Korea: none between 08:00 and 20:50.
 *
 * @internal
 */
export const untilMorning = (now: number): number => {
  const time = (((now + 9 * hour) % day) + day) % day
  return time < morning ? morning - time : time < evening ? 0 : day - time + morning
}

// -----------------------------------------------------------------------------
// Decisions
// -----------------------------------------------------------------------------

/**
 * What keeps a whole service from sending.
 *
 * - `Quota`: the quota is used up; `retryAfter` where SENS says for how long
 * - `Paused`: the keys or their permissions are wrong
 *
 * @internal
 */
export type Obstacle = {
  readonly kind: "Quota" | "Paused"
  readonly reason: SensError.Reason
  readonly retryAfter: Duration.Duration | undefined
}

/**
 * How many milliseconds later a probe may go out, after so many of them: where SENS does not say it, in 1, 2, 4 … 60 minutes and at
 * 00:05 in Korea, since a quota may be of a day.
 *
 * @internal
 */
export const untilProbe = (
  { kind, retryAfter }: Pick<Obstacle, "kind" | "retryAfter">,
  probes: number,
  now: number
): number => {
  if (kind === "Paused") return 10 * minute
  if (retryAfter !== undefined) return Math.ceil(Duration.toMillis(retryAfter))
  const sinceRenewal = (((now + 9 * hour - 5 * minute) % day) + day) % day
  return Math.min(hour, minute * 2 ** Math.min(probes, 30), day - sinceRenewal)
}

/**
 * @internal
 */
export const obstacle = ({ reason }: SensError.SensError): Obstacle | undefined => {
  switch (reason._tag) {
    case "QuotaExceeded":
      return { kind: "Quota", reason, retryAfter: reason.retryAfter }
    case "AuthenticationFailed":
      // The clock has been set right by the answer itself.
      return reason.why === "ClockSkew" ? undefined : { kind: "Paused", reason, retryAfter: undefined }
    case "PermissionDenied":
      return { kind: "Paused", reason, retryAfter: undefined }
    default:
      return undefined
  }
}

/** These say that the message itself is wrong. A quota, a key, a clock or a network will be another one day. */
const isWrong = ({ reason }: SensError.SensError): boolean =>
  !reason.isRetryable && !SensError.isTransient(reason) && reason._tag !== "AuthenticationFailed" &&
  reason._tag !== "PermissionDenied"

// For how long a quota is used up is kept by the hold of the service, whose end, or release, lets this row go as well.
const retryDelay = (attempt: number, { reason }: SensError.SensError): number => {
  const asked = reason._tag === "Throttled" ? reason.retryAfter : undefined
  return Math.max(doubling(attempt, minute), asked === undefined ? 0 : Math.ceil(Duration.toMillis(asked)))
}

/** A 2xx that cannot be read: it was accepted, under an id that is to be found. */
const saysAccepted = ({ reason }: SensError.SensError): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

/**
 * Where a row did not wait for the turn that it has not got: in how many milliseconds it is its turn.
 *
 * @internal
 */
export const untilTurn = ({ reason }: SensError.SensError): number | undefined =>
  reason._tag === "Throttled" && reason.retryAfter !== undefined
    ? Math.max(1, Math.ceil(Duration.toMillis(reason.retryAfter)))
    : undefined

/**
 * What became of `prepare`, where it failed: nothing was sent.
 *
 * @internal
 */
export const notPrepared = (attempt: number, error: SensError.SensError): Change =>
  isWrong(error)
    ? Change.Reject({ reason: error.reason })
    : Change.PutOff({ delay: retryDelay(attempt, error) })

/**
 * Whether a POST may come too late for its signature, which is then not worth making: the process stood still since it was prepared,
 * or its database did.
 *
 * @internal
 */
export const isStale = (intent: SendIntent.SendIntent, now: number): boolean =>
  now - intent.preparedAt > Math.min(intent.expires - intent.notBefore, intent.expires - intent.timestamp) / 2

/**
 * What became of `submit`. `attempt` counts this POST.
 *
 * @internal
 */
export const answered = (
  attempt: number,
  result: Result.Result<SendResponse.SendResponse, SensError.SensError>
): Change => {
  if (Result.isSuccess(result)) return Change.Accept({ response: result.success })
  const error = result.failure
  if (error.isAmbiguous) return Change.StayOpen({ delay: second, isUnread: saysAccepted(error) })
  if (isWrong(error)) return Change.Refuse({ reason: error.reason })
  return Change.GiveBack({ delay: retryDelay(attempt - 1, error) })
}

/**
 * Whether what became of `submit` says that its service sends: the message was accepted, or was looked at. What never came to that says
 * nothing of a quota or of keys.
 *
 * @internal
 */
export const endsHold = (change: Change): boolean =>
  change._tag === "Accept" || change._tag === "Refuse" || (change._tag === "StayOpen" && change.isUnread)

/**
 * What a look says, where it found nothing: `looks` were made before it, and the POST is `age` old.
 *
 * @internal
 */
export const looked = (
  row: { readonly looks: number; readonly age: number },
  resolution: Exclude<SendIntent.Resolution, { readonly _tag: "Found" }>,
  /** What is done with a proof. */
  onOpen: "sendAgain" | "hold" = "sendAgain"
): Change => {
  if (resolution._tag === "NotAccepted") return Change.Prove({ isHeld: onOpen === "hold" })
  if (resolution.why !== "Early" && row.age > longestOpen && row.looks >= leastLooks) return Change.Hold()
  // `again` is when a proof can be had; what was accepted may show up sooner.
  // Of one that is so old that no proof can be had any more, it is no time.
  const again = row.age > longestOpen ? hour : Math.ceil(Duration.toMillis(resolution.again))
  return Change.StayOpen({ delay: Math.min(doubling(row.looks, hour), again), isUnread: false })
}

/**
 * A stamp of Korean time as milliseconds since 1970.
 *
 * @internal
 */
export const millis = (stamp: string | null | undefined): number | null =>
  Option.getOrNull(Option.map(KstDateTime.parse(stamp ?? ""), ({ epochMilliseconds }) => epochMilliseconds))
