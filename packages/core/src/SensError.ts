/**
 * The one error of the client: which operation failed, and why.
 *
 * Every reason says whether trying again can help (`isRetryable`) and whether SENS may have carried the operation out
 * although it failed (`isAmbiguous`). A `SensError` answers the same two questions for its operation: a send whose outcome
 * is ambiguous is never retryable, since trying again could text people twice.
 *
 * No reason holds a key, a signature, a full phone number or message text: of what the service wrote only known words stay
 * (names of fields, codes, the sentences of the documents, digits of at most three). `serviceText` has it as it stands, redacted.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as RequestIssue from "./RequestIssue.ts"
import * as SendIntent from "./SendIntent.ts"

// -----------------------------------------------------------------------------
// Operations
// -----------------------------------------------------------------------------

/**
 * The operations of the API, named as the documents group them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Operation = Schema.Literals([
  "messages.send",
  "messages.search",
  "messages.result",
  "files.upload",
  "reservations.status",
  "reservations.cancel",
  "unsubscribes.search",
  "unsubscribes.register",
  "unsubscribes.remove"
])

/**
 * An operation of the API.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation = typeof Operation.Type

// -----------------------------------------------------------------------------
// Reasons
// -----------------------------------------------------------------------------

// What an answer tells beside its body.
const answered = {
  /** The HTTP status. */
  status: Schema.Int,
  /** The `errorCode` of the answer, as NAVER Cloud's API Gateway gives one. */
  gatewayCode: Schema.optionalKey(Schema.String),
  /** The gateway's `x-ncp-trace-id`, which NAVER's support asks for. */
  traceId: Schema.optionalKey(Schema.String),
  /** What the answer says: the words of it that everybody may know, at most 200 characters. */
  detail: Schema.optionalKey(Schema.String)
}

// Beside the reasons, so that neither their JSON nor what prints or compares them has it.
const serviceTexts = new WeakMap<object, Redacted.Redacted<ReadonlyArray<string>>>()

const noServiceText = Redacted.make<ReadonlyArray<string>>([])

/**
 * What every reason says of the call that failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failure {
  /** Whether the same call may succeed later. */
  readonly isRetryable: boolean
  /** Whether SENS may have carried the operation out. */
  readonly isAmbiguous: boolean
}

/**
 * What a reason says that came with an answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer extends Failure {
  /**
   * What the service wrote, as it stands: at most 20 texts of 200 characters each. It may hold numbers and message texts, so nothing
   * shows it, and the JSON of a reason leaves it out.
   */
  readonly serviceText: Redacted.Redacted<ReadonlyArray<string>>
}

const properties: PropertyDescriptorMap & ThisType<{ readonly _tag: Tag }> = {
  isRetryable: {
    get() {
      return traits[this._tag].isRetryable
    }
  },
  isAmbiguous: {
    get() {
      return traits[this._tag].isAmbiguous
    }
  },
  serviceText: {
    get() {
      return serviceTexts.get(this) ?? noServiceText
    }
  }
}

const described = <Class>(reason: Class): Class => {
  if (Predicate.isFunction(reason)) Object.defineProperties(reason.prototype, properties)
  return reason
}

/** The class of a reason: its fields, and what follows from its tag. */
const reason = <Self, Described = Failure>() =>
<Name extends string, const Fields extends Schema.Struct.Fields>(
  tag: Name,
  fields: Fields
) => described(Schema.TaggedError<Self, Described>(`@effect-sens/core/SensError/${tag}`)(tag, fields))

const answer = ({ detail, gatewayCode, status, traceId }: Extract<Reason, { readonly status: number }>): string =>
  [
    ` (HTTP ${status}`,
    gatewayCode === undefined ? "" : `, gateway code ${gatewayCode}`,
    traceId === undefined ? "" : `, trace id ${traceId}`,
    ")",
    detail === undefined ? "" : `: ${detail}`
  ].join("")

// What happened, and what to do about it. Whether anything was sent depends on the operation as well: see `SensError`.
const sentences = (reason: Reason, what: string, more = ""): string => {
  const happened = what + ("status" in reason ? answer(reason) : "") + more
  const waiting = "retryAfter" in reason && reason.retryAfter !== undefined
    ? ` SENS asks to wait ${Duration.format(reason.retryAfter)}.`
    : ""
  return `${/[.!?]$/.test(happened) ? happened : `${happened}.`}${waiting} ${traits[reason._tag].advice}`
}

/**
 * The request was refused before anything was sent. Each issue says where, what, and what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRequest extends reason<InvalidRequest>()("InvalidRequest", {
  issues: Schema.Array(RequestIssue.RequestIssue)
}) {
  override get message(): string {
    return sentences(this, `The request is invalid: ${RequestIssue.formatAll(this.issues)}`)
  }
}

/**
 * SENS refused the request (HTTP 400, 405, 415, or another 4xx without a reason of its own). `errors` is the service's own list; it refuses a request as a whole.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends reason<BadRequest, Answer>()("BadRequest", {
  ...answered,
  errors: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return sentences(
      this,
      "SENS refused the request",
      this.errors.map((error) => `; ${error}`).join("")
    )
  }
}

/**
 * The gateway did not accept the signature (HTTP 401). `ClockSkew`: the clock of this machine differs from the gateway's by
 * more than the five minutes it allows; `Signature`: the clocks agree, so the keys are wrong; `Unknown`: the answer bore no
 * `Date` to tell the two apart.
 *
 * @category errors
 * @since 0.1.0
 */
export class AuthenticationFailed extends reason<AuthenticationFailed, Answer>()(
  "AuthenticationFailed",
  {
    ...answered,
    why: Schema.Literals(["ClockSkew", "Signature", "Unknown"])
  }
) {
  override get message(): string {
    return sentences(this, authentication[this.why])
  }
}

/**
 * The keys are valid but may not do this (HTTP 403, or 401 with gateway code 210).
 *
 * @category errors
 * @since 0.1.0
 */
export class PermissionDenied extends reason<PermissionDenied, Answer>()("PermissionDenied", {
  ...answered
}) {
  override get message(): string {
    return sentences(this, "The access key may not use this service")
  }
}

/**
 * SENS does not know the id, or the path (HTTP 404), or answers without a message.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends reason<NotFound, Answer>()("NotFound", {
  ...answered
}) {
  override get message(): string {
    return sentences(this, "SENS knows nothing under this id")
  }
}

/**
 * The request body was too large for the gateway (HTTP 413).
 *
 * @category errors
 * @since 0.1.0
 */
export class PayloadTooLarge extends reason<PayloadTooLarge, Answer>()("PayloadTooLarge", {
  ...answered
}) {
  override get message(): string {
    return sentences(this, "The request is too large")
  }
}

/**
 * The quota of the account is used up (HTTP 429 with gateway code 400, or without a word of a rate: NAVER has stated that SENS
 * limits quantities, not the rate of calls). Trying again helps on another day, or after the quota was raised in the console.
 *
 * @category errors
 * @since 0.1.0
 */
export class QuotaExceeded extends reason<QuotaExceeded, Answer>()("QuotaExceeded", {
  ...answered,
  /** How long SENS asks to wait: the `Retry-After` of the answer, where it bears one (RFC 9110, section 10.2.3). */
  retryAfter: Schema.optionalKey(Schema.Duration)
}) {
  override get message(): string {
    return sentences(this, "The sending quota is used up")
  }
}

/**
 * The gateway asks to slow down (HTTP 429 with gateway code 410 or 420, with a `Retry-After`, or with a body that speaks of a
 * rate, as the pages of proxies do). Also where a client's own rate limit has no turn for a `prepare` that does not wait, which
 * then says so as `detail`.
 *
 * @category errors
 * @since 0.1.0
 */
export class Throttled extends reason<Throttled, Answer>()("Throttled", {
  ...answered,
  /** How long SENS asks to wait: the `Retry-After` of the answer, where it bears one (RFC 9110, section 10.2.3). */
  retryAfter: Schema.optionalKey(Schema.Duration)
}) {
  override get message(): string {
    return sentences(this, "The gateway throttled the call")
  }
}

/**
 * The gateway or SENS failed (HTTP 408 and 5xx). It says nothing about acceptance.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerFault extends reason<ServerFault, Answer>()("ServerFault", {
  ...answered,
  /** How long SENS asks to wait: the `Retry-After` of the answer, where it bears one (RFC 9110, section 10.2.3). */
  retryAfter: Schema.optionalKey(Schema.Duration)
}) {
  override get message(): string {
    return sentences(this, "SENS failed")
  }
}

/**
 * The HTTP status was a success, the body says failed: by its `statusCode`, or, of a send, by the `statusName` `fail`. A send that
 * got an id without that name is none of these, whatever its code: it is an `UnexpectedResponse`. Of a search or a result the
 * name says how the hand-off to the carrier went, and is no failure of the call.
 *
 * @category errors
 * @since 0.1.0
 */
export class Rejected extends reason<Rejected, Answer>()("Rejected", {
  ...answered,
  statusCode: Schema.String,
  statusName: Schema.String
}) {
  override get message(): string {
    return sentences(this, `SENS answered ${this.statusCode} ${this.statusName}`)
  }
}

/**
 * No connection came about, so nothing was sent: the name did not resolve, the port refused, the certificate was not
 * trusted, or connecting took too long. `code` is the transport's own, such as `ECONNREFUSED`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionFailed extends reason<ConnectionFailed>()("ConnectionFailed", {
  code: Schema.String
}) {
  override get message(): string {
    return sentences(this, `No connection to SENS came about (${this.code})`)
  }
}

/**
 * The connection broke after the request may have been sent. `code` is the transport's own, where it gave one.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionLost extends reason<ConnectionLost>()("ConnectionLost", {
  code: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return sentences(
      this,
      `The connection to SENS broke${this.code === undefined ? "" : ` (${this.code})`}`
    )
  }
}

/**
 * No complete answer within the time. `limit` says which: one `attempt`, or the whole `call`.
 *
 * @category errors
 * @since 0.1.0
 */
export class TimedOut extends reason<TimedOut>()("TimedOut", {
  /** Which time was up. */
  limit: Schema.Literals(["attempt", "call"]),
  /** How long that was. */
  after: Schema.Duration
}) {
  override get message(): string {
    return sentences(
      this,
      `No answer from SENS within ${Duration.format(this.after)} (limit of the ${this.limit})`
    )
  }
}

/**
 * An answer that the documents do not allow: a redirect (never followed), an interim status (1xx) as the last word, a body that
 * cannot be read, an answer over the size limit. A send may have been accepted: under a status of success (2xx) it was, and a
 * redirect may come after it was. `excerpt` is of the beginning of the body what everybody may know.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnexpectedResponse extends reason<UnexpectedResponse, Answer>()(
  "UnexpectedResponse",
  {
    ...answered,
    excerpt: Schema.optionalKey(Schema.String)
  }
) {
  /**
   * Whether the same call may succeed later.
   *
   * @since 0.1.0
   */
  override get isRetryable(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /**
   * Whether SENS may have carried the operation out.
   *
   * @since 0.1.0
   */
  override get isAmbiguous(): boolean {
    return this.status < 400
  }

  override get message(): string {
    return sentences(
      this,
      "SENS gave an answer that cannot be understood",
      this.excerpt === undefined ? "" : `, body ${JSON.stringify(this.excerpt)}`
    )
  }
}

/**
 * One attempt at a send whose outcome is not known: its intent, which says when it was and until when the gateway can have taken
 * it, and how it ended, the tag of its reason. `isAccepted` says that an answer called it accepted (2xx), without an id that can
 * be its own.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Attempt = Schema.Struct({
  /** What is known of its POST. */
  intent: SendIntent.SendIntent,
  /** How it ended: the tag of a reason, or that it was interrupted. */
  reason: Schema.Literals(["ServerFault", "ConnectionLost", "TimedOut", "UnexpectedResponse", "Interrupted"]),
  /** Whether an answer called it accepted (2xx), without an id that can be its own. */
  isAccepted: Schema.Boolean
})

/**
 * One attempt at a send whose outcome is not known.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attempt extends Schema.Schema.Type<typeof Attempt> {}

/**
 * A send went out, its answer was lost, and the delivery log did not settle whether SENS accepted it. `recipients` counts
 * them, `maskedRecipients` names them as far as a log may (see `PhoneNumber.mask`), and `fingerprint` is a keyed hash of
 * the request, by which the same request is recognised when the question is taken up again.
 *
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends reason<OutcomeUnknown>()("OutcomeUnknown", {
  attempts: Schema.NonEmptyArray(Attempt),
  recipients: Schema.Int,
  maskedRecipients: Schema.Array(Schema.String),
  fingerprint: Schema.String
}) {
  /**
   * The intents of its attempts, which `Sens.messages.resolve` takes.
   *
   * @since 0.1.0
   */
  get intents(): Arr.NonEmptyReadonlyArray<SendIntent.SendIntent> {
    return Arr.map(this.attempts, ({ intent }) => intent)
  }

  override get message(): string {
    const attempts = this.attempts.map(({ intent, reason }) =>
      `${reason} at ${DateTime.formatIso(DateTime.makeUnsafe(intent.preparedAt))}`
    )
    return sentences(
      this,
      `It is not known whether SENS accepted the message to ${this.recipients} recipient(s), after ${
        attempts.join(", ")
      }`
    )
  }
}

const authentication: Record<AuthenticationFailed["why"], string> = {
  ClockSkew: "The clock of this machine is off, so the signature has expired",
  Signature: "The gateway refused the signature, and the clocks agree",
  Unknown: "The gateway refused the signature"
}

// -----------------------------------------------------------------------------
// The error
// -----------------------------------------------------------------------------

/**
 * Why an operation failed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reason = Schema.Union([
  InvalidRequest,
  BadRequest,
  AuthenticationFailed,
  PermissionDenied,
  NotFound,
  PayloadTooLarge,
  QuotaExceeded,
  Throttled,
  ServerFault,
  Rejected,
  ConnectionFailed,
  ConnectionLost,
  TimedOut,
  UnexpectedResponse,
  OutcomeUnknown
])

/**
 * Why an operation failed.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason = typeof Reason.Type

/**
 * The tag of a reason.
 *
 * @category models
 * @since 0.1.0
 */
export type Tag = Reason["_tag"]

/**
 * Keeps what the service wrote with a reason, to be read as its `serviceText`.
 *
 * **Example** (Looking on purpose)
 *
 * ```ts import.meta.vitest
 * import * as SensError from "@effect-sens/core/SensError"
 * import * as Redacted from "effect/Redacted"
 *
 * const reason = SensError.withServiceText(new SensError.NotFound({ status: 404 }), ["No message to 01012345678"])
 *
 * JSON.stringify(reason.serviceText) // => "\"<redacted>\""
 * Redacted.value(reason.serviceText) // => ["No message to 01012345678"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withServiceText = <R extends Reason>(self: R, texts: ReadonlyArray<string>): R => {
  if (texts.length > 0) serviceTexts.set(self, Redacted.make(texts))
  return self
}

/**
 * What holds for a reason, whatever the operation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Traits {
  /** Whether the same call may succeed soon. */
  readonly isRetryable: boolean
  /** Whether SENS may have carried the operation out. */
  readonly isAmbiguous: boolean
  /** Whether it may pass by itself, soon or late: a call that is retryable, and a quota, which is there again on another day. */
  readonly isTransient: boolean
  /** What to do about it. It is part of the reason's message. */
  readonly advice: string
}

/**
 * The traits of each reason. An `UnexpectedResponse` is retryable under a status of success (2xx) alone, and ambiguous below 400: ask
 * the reason.
 *
 * **Example** (What to tell whoever is on duty)
 *
 * ```ts import.meta.vitest
 * import * as SensError from "@effect-sens/core/SensError"
 *
 * SensError.traits.Throttled.advice // => "Call again later, and more slowly."
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const traits: { readonly [T in Tag]: Traits } = {
  InvalidRequest: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Mend what each issue names and call again."
  },
  BadRequest: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Mend what SENS names; a sender number that is not registered is refused this way, too."
  },
  AuthenticationFailed: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Check access key, secret key, and the clock of this machine."
  },
  PermissionDenied: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Check the service id and the permissions of the key (IAM)."
  },
  NotFound: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice:
      "Check the id, the base URL, and whether it belongs to this service; right after a send, ask again a little later."
  },
  PayloadTooLarge: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Divide the recipients among several requests, or save the picture smaller."
  },
  QuotaExceeded: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: true,
    advice: "Call again on another day, or have the quota raised in the console."
  },
  Throttled: {
    isRetryable: true,
    isAmbiguous: false,
    isTransient: true,
    advice: "Call again later, and more slowly."
  },
  ServerFault: {
    isRetryable: true,
    isAmbiguous: true,
    isTransient: true,
    advice: "Call again later; if it stays, tell NAVER's support the trace id."
  },
  Rejected: {
    isRetryable: false,
    isAmbiguous: false,
    isTransient: false,
    advice: "Mend what the answer names; if it names nothing, ask NAVER's support with the trace id."
  },
  ConnectionFailed: {
    isRetryable: true,
    isAmbiguous: false,
    isTransient: true,
    advice: "Check the network, the name and the certificates, then call again."
  },
  ConnectionLost: {
    isRetryable: true,
    isAmbiguous: true,
    isTransient: true,
    advice: "Check the network; what only reads can be called again."
  },
  TimedOut: {
    isRetryable: true,
    isAmbiguous: true,
    isTransient: true,
    advice: "Allow more time; what only reads can be called again."
  },
  UnexpectedResponse: {
    isRetryable: true,
    isAmbiguous: true,
    isTransient: true,
    advice: "Check the base URL and what stands between this program and SENS, such as a proxy."
  },
  OutcomeUnknown: {
    isRetryable: false,
    isAmbiguous: true,
    isTransient: false,
    advice: "Do not send it again: take the question up with messages.reconcile, or look for it in the delivery log."
  }
}

/**
 * The error of every operation. Handle it by reason with `Effect.catchReason`, `Effect.catchReasons` or
 * `Effect.unwrapReason`; `Schema.toCodecJson(SensError)` writes it as JSON and reads it back. `accepted` is
 * `false` where a reason that leaves it open was settled: nothing had been signed yet, or the delivery log proved that no
 * attempt was accepted.
 *
 * **Example** (Retrying what is safe)
 *
 * ```ts import.meta.vitest
 * import * as SensError from "@effect-sens/core/SensError"
 *
 * const fault = (operation: SensError.Operation) =>
 *   new SensError.SensError({ operation, reason: new SensError.ServerFault({ status: 500 }) })
 *
 * fault("messages.search").isRetryable // => true
 * fault("messages.send").isRetryable // => false
 * fault("messages.send").isAmbiguous // => true
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class SensError extends Schema.TaggedError<SensError>("@effect-sens/core/SensError")("SensError", {
  operation: Operation,
  reason: Reason,
  accepted: Schema.optionalKey(Schema.Literal(false))
}) {
  /**
   * The reason, for whoever follows causes. It is no property of the error, so that nothing prints or writes it twice.
   *
   * @since 0.1.0
   */
  override get cause(): unknown {
    return this.reason
  }

  /**
   * Whether the same call can be made again, as it is, without the risk of texting anybody twice.
   *
   * @since 0.1.0
   */
  get isRetryable(): boolean {
    return this.reason.isRetryable && !this.isAmbiguous
  }

  /**
   * Whether a send may have been accepted although it failed. Every other operation can be repeated without harm.
   *
   * @since 0.1.0
   */
  get isAmbiguous(): boolean {
    return this.operation === "messages.send" && this.reason.isAmbiguous && this.accepted !== false
  }

  override get message(): string {
    const outcome = this.reason._tag === "InvalidRequest"
      ? " Nothing was sent."
      : this.operation !== "messages.send" || this.reason._tag === "OutcomeUnknown"
      ? ""
      : this.isAmbiguous
      ? " It may have been accepted all the same: look for it before sending it again."
      : " Nothing was accepted."
    return `${this.operation}: ${this.reason.message}${outcome}`
  }
}

/**
 * Whether a failure, or a reason alone, may pass by itself, so that whoever polls or reads on can wait and ask again: `ConnectionFailed`,
 * `ConnectionLost`, `TimedOut`, `Throttled`, `ServerFault`, `QuotaExceeded`, and an answer of success that cannot be read. A send that
 * may have been accepted is none: it is to be resolved, not sent again.
 *
 * **Example** (Waiting through an outage, not for a wrong key)
 *
 * ```ts import.meta.vitest
 * import * as SensError from "@effect-sens/core/SensError"
 *
 * const failed = (reason: SensError.Reason) => new SensError.SensError({ operation: "messages.search", reason })
 *
 * SensError.isTransient(failed(new SensError.QuotaExceeded({ status: 429 }))) // => true
 * SensError.isTransient(failed(new SensError.PermissionDenied({ status: 403 }))) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isTransient = (self: SensError | Reason): boolean =>
  self._tag === "SensError"
    ? !self.isAmbiguous && isTransient(self.reason)
    : self._tag === "UnexpectedResponse"
    ? self.isRetryable
    : traits[self._tag].isTransient
