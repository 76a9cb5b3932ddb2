/**
 * The client of the SENS SMS API.
 *
 * Every operation is signed at the moment of sending, bounded in time and memory, never follows a redirect, and fails with
 * one typed error, `SensError`.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Preflight from "@effect-sens/core/Preflight"
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import type * as ServiceId from "@effect-sens/core/ServiceId"
import type * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import type * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
import type * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import type * as UploadRequest from "@effect-sens/core/UploadRequest"
import type * as UploadResponse from "@effect-sens/core/UploadResponse"
import type * as Arr from "effect/Array"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Budget from "./internal/budget.ts"
import * as Calls from "./internal/calls.ts"
import * as Fetch from "./internal/fetch.ts"
import * as GatewayClock from "./internal/gatewayClock.ts"
import * as Intents from "./internal/intents.ts"
import * as Journal from "./internal/journal.ts"
import * as Log from "./internal/log.ts"
import * as Operations from "./internal/operations.ts"
import * as Check from "./internal/options.ts"
import * as Question from "./internal/question.ts"
import * as Resolve from "./internal/resolve.ts"
import * as Send from "./internal/send.ts"
import * as Settings from "./internal/settings.ts"
import * as Telemetry from "./internal/telemetry.ts"
import * as Region from "./Region.ts"
import type * as SendIntent from "./SendIntent.ts"
import * as Signature from "./Signature.ts"
import * as Signer from "./Signer.ts"

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

/**
 * What a send does when its request may have been accepted although no answer says so. SENS has no idempotency key, so
 * sending it again could text people twice.
 *
 * - `reconcile`: looks for it in the delivery log until it is found, or until the call's time is up, which ends in
 *   `OutcomeUnknown`. Sends again only on proof that nothing was accepted: the signature has expired, what was accepted has
 *   had time to show up, and the log still has nothing. That takes six minutes (or what {@link Options.signatureLifetime}
 *   makes of them), so `callTimeout` has to be longer for it.
 * - `prompt`: doubles a message that SENS accepts, or shows, later than it looks for it, which is for `reconcile.settleTime`
 *   of the {@link Options}:
 *   it looks as above, but sends again once it has looked for so long in vain. For one-time passwords, where late is lost.
 * - `fail`: ends in `OutcomeUnknown` at once.
 * - `resend`: sends again, blindly. At least once, and perhaps more often.
 *
 * A send that may be reserved is never sent again except by `resend`: a waiting reservation is not in the log.
 *
 * @category models
 * @since 0.1.0
 */
export type OnAmbiguous = "reconcile" | "prompt" | "fail" | "resend"

/**
 * What may be different for one call. What is none of these, or is not of its kind, ends in `InvalidRequest`, with the path
 * `["options", name]`.
 *
 * @category options
 * @since 0.1.0
 */
export interface SendOptions {
  /**
   * What to do when the request may have been accepted although no answer says so.
   *
   * @default that of the client
   */
  readonly onAmbiguous?: OnAmbiguous | undefined
  /**
   * The longest that one HTTP exchange may take, body included.
   *
   * @default that of the client
   */
  readonly attemptTimeout?: Duration.Input | undefined
  /**
   * The longest that the whole call may take, with all that it tries and waits for.
   *
   * @default that of the client
   */
  readonly callTimeout?: Duration.Input | undefined
  /**
   * How long the signature is valid; see {@link Options.signatureLifetime}.
   *
   * @default that of the client
   */
  readonly signatureLifetime?: Duration.Input | undefined
  /**
   * What is run where the send is interrupted while it may have been accepted; see {@link Options.onInterrupted}.
   *
   * @default that of the client
   */
  readonly onInterrupted?: OnInterrupted | undefined
  /**
   * Is run with the intent of each POST, when it is its turn and before it goes out, for a caller that writes intents down: an
   * Effect, or a function that may return a promise. Where it fails, or takes longer than the call may, the POST is not made and
   * no other is tried. Call `learnClock` before, as before `prepare`.
   *
   * @default nothing is run
   */
  readonly onIntent?: OnIntent | undefined
}

/**
 * What is done with the intent of a POST before it goes out, beside the request.
 *
 * @category models
 * @since 0.1.0
 */
export type OnIntent = (
  intent: SendIntent.SendIntent,
  request: SendRequest.SendRequest
) => Effect.Effect<unknown, Error> | Promise<unknown> | void

/**
 * What is done with a send that is interrupted while it may have been accepted: it gets what `reconcile` takes, and the request.
 *
 * @category models
 * @since 0.1.0
 */
export type OnInterrupted = (
  unknown: SensError.OutcomeUnknown,
  request: SendRequest.SendRequest
) => Effect.Effect<unknown> | Promise<unknown> | void

/**
 * How a send is prepared.
 *
 * @category options
 * @since 0.1.0
 */
export interface PrepareOptions {
  /**
   * How long the signature is valid; see {@link Options.signatureLifetime}.
   *
   * @default that of the client
   */
  readonly lifetime?: Duration.Input | undefined
  /**
   * Whether it waits for a turn of the rate limit. What is sent in bulk does better not to: it takes no turn then, so that what
   * is in a hurry is next.
   *
   * @default true
   */
  readonly wait?: boolean | undefined
}

/**
 * What a client goes by, as its {@link Options} say it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientSettings {
  /** What is checked before anything is sent, and how strictly. */
  readonly preflight: Preflight.Options
  /** How long an accepted request may take to show up in the delivery log. */
  readonly visibilityLag: Duration.Duration
  /** How far a signature's timestamp may be off before the gateway refuses it. */
  readonly timestampTolerance: Duration.Duration
}

/**
 * What the calls of a fiber are counted as by the `rateLimit` of the {@link Options}: calls of one group have the limit for themselves, under the
 * client's key, a slash and the group. So what asks for results takes no turn from what sends.
 *
 * **Example** (Reading beside sending)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as RateLimiter from "effect/persistence/RateLimiter"
 *
 * const program = Effect.gen(function*() {
 *   const limiter = yield* RateLimiter.RateLimiter
 *   const { messages } = yield* Sens.make({ ...Account.options, rateLimit: { limiter, limit: 1, window: "1 hour" } })
 *   yield* messages.search({ requestId: "1" }).pipe(Effect.provideService(Sens.CurrentRateLimitGroup, "results"))
 *   const { timestamp } = yield* messages.prepare({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   }, { wait: false })
 *   return timestamp > 0
 * })
 *
 * const layer = Layer.merge(EmulatorClient.layer(), RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)))
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => true
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentRateLimitGroup: Context.Reference<string> = Calls.CurrentRateLimitGroup

/**
 * The operations, grouped as the SENS documents group them.
 *
 * **Details**
 *
 * Every operation fails with `SensError` and nothing else. Reasons that any may have: `AuthenticationFailed`,
 * `PermissionDenied`, `NotFound`, `BadRequest`, `PayloadTooLarge`, `Rejected`, `QuotaExceeded`, `Throttled`, `ServerFault`, `ConnectionFailed`,
 * `ConnectionLost`, `TimedOut`, `UnexpectedResponse`, and `InvalidRequest` where an id cannot stand in a URL. What is said of
 * an operation is what it may have besides.
 *
 * **Example** (From a send to the delivery log)
 *
 * ```ts import.meta.vitest
 * import * as MessageRecord from "@effect-sens/core/MessageRecord"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const { requestId } = yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 *   const page = yield* messages.search({ requestId })
 *   return SearchResponse.messages(page).map((record) => MessageRecord.outcome(record)._tag)
 * })
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Pending"]
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export interface Service {
  /** The SMS service of the client. */
  readonly serviceId: ServiceId.ServiceId
  /** What the client goes by, for whoever keeps the journal of its sends. */
  readonly settings: ClientSettings
  /** Sending, and what became of it. */
  readonly messages: {
    /**
     * What `send` would find wrong with a request, with the client's own options and the present time, and what it would warn of.
     * Sends nothing, and never fails. See `Preflight.check` for the rules.
     *
     * @since 0.1.0
     */
    readonly check: (request: SendRequest.SendRequest) => Effect.Effect<Preflight.Report>

    /**
     * Sends one text to 1-100 recipients. Success means that SENS accepted the request, not that anybody got it: follow
     * its `requestId` in the log. SENS docs, "Send message".
     *
     * Fails with `SensError`: `InvalidRequest` before anything is sent, with all problems that `Preflight.check` finds;
     * `PayloadTooLarge`; `OutcomeUnknown` where SENS may have accepted the request and the log does not tell in time;
     * `ConnectionFailed` with the code `OnIntent` where {@link SendOptions.onIntent} fails.
     *
     * **Gotchas**
     *
     * An error whose `isAmbiguous` is true may hide an accepted request: sending it again may text people twice. See
     * {@link OnAmbiguous}.
     *
     * @since 0.1.0
     */
    readonly send: (
      request: SendRequest.SendRequest,
      options?: SendOptions
    ) => Effect.Effect<SendResponse.SendResponse, SensError.SensError>

    /**
     * Takes the question up again that a send left open: the response where the delivery log has the request, none on
     * proof that it was not accepted, and the same `OutcomeUnknown` where the log still does not tell within
     * `callTimeout`, by default that of the client. The question is an `OutcomeUnknown`, or the intents of `prepare`
     * (which say nothing of the request: it has to be the one that was submitted). Asked again, by this client, it gets the same
     * answer.
     *
     * Fails with `SensError`: `OutcomeUnknown` as said, and always of a reserved send, which the log does not show;
     * `InvalidRequest` for a request other than the one that was sent, or an intent of another service.
     *
     * @since 0.1.0
     */
    readonly reconcile: (
      question:
        | SensError.OutcomeUnknown
        | SendIntent.SendIntent
        | Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>,
      request: SendRequest.SendRequest,
      options?: { readonly callTimeout?: Duration.Input | undefined }
    ) => Effect.Effect<Option.Option<SendResponse.SendResponse>, SensError.SensError>

    /**
     * The first step of a send whose journal its caller keeps: checks the request, waits for a turn of the rate limit, then takes
     * the time. Sends nothing. Write the intent down beside the request before you `submit` it, and call
     * `learnClock` before: it makes no call while the gateway's time is known.
     *
     * `lifetime` makes the signature expire sooner, once several answers agree on the gateway's time; by default that of the
     * client. With `wait: false` it fails where there is no turn at once, and takes none.
     *
     * Fails with `SensError`: `InvalidRequest`, with all problems that `Preflight.check` finds; `ConnectionFailed` where the rate
     * limiter fails, `TimedOut` where its turn does not come within the client's `callTimeout`, `Throttled` where it does not wait,
     * with how long it is until a turn as its `retryAfter`. Nothing was sent.
     *
     * @since 0.1.0
     */
    readonly prepare: (
      request: SendRequest.SendRequest,
      options?: PrepareOptions
    ) => Effect.Effect<SendIntent.SendIntent, SensError.SensError>

    /**
     * The second step: exactly one POST, signed with the timestamp of the intent, and nothing is tried again. The caller's journal
     * and that of `messages.send` do not know each other: send equal messages by one of the two. An intent is for one
     * POST: one that this client has submitted is refused, and across processes it is the journal that sees to it, by a
     * compare-and-set before the call.
     *
     * Fails with `SensError`. Where its `isAmbiguous` is true it may have been accepted: `resolve` it. Else nothing was
     * accepted, and a reason that is retryable, or `AuthenticationFailed` by `ClockSkew`, may be tried with a new intent: the
     * clock has been set right by then.
     *
     * @since 0.1.0
     */
    readonly submit: (
      intent: SendIntent.SendIntent,
      request: SendRequest.SendRequest,
      options?: { readonly attemptTimeout?: Duration.Input | undefined }
    ) => Effect.Effect<SendResponse.SendResponse, SensError.SensError>

    /**
     * The third step, of a POST whose answer was lost: one look at the delivery log, decided with what the caller's journal knows
     * of owners and twins. See {@link SendIntent.Resolution} for the answers, and {@link SendIntent.ResolveOptions} for what the
     * journal has to tell. The journal's owner of an id goes before what this client remembers. It is for a send that has no answer
     * in the journal: one that is there is read there.
     *
     * Where it says `NotAccepted`, write that down only if, in the same transaction, the journal has no twin that `twins` did not
     * give; else look again. After a 2xx that could not be read it is no licence to send again, unless a twin got a record of its
     * interval from the log: then the two have changed places.
     *
     * Fails with `SensError`: `InvalidRequest` for an intent of another service; and as `owners` and `twins` fail. A log that
     * cannot be read is no failure, but `Open`.
     *
     * @since 0.1.0
     */
    readonly resolve: <E = never, R = never>(
      intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>,
      request: SendRequest.SendRequest,
      options: SendIntent.ResolveOptions<E, R>
    ) => Effect.Effect<SendIntent.Resolution, SensError.SensError | E, R>

    /**
     * Makes sure of the gateway's time: reads the log until five answers agree on it, and makes no call where they do, so that it
     * can be run before each `prepare`. An intent
     * that was prepared before that leaves open when it began, by as much as the gateway lets a clock be off, so that a look adopts
     * nothing for it.
     *
     * Fails with `SensError`: `UnexpectedResponse` where twenty answers bear no time, or none that they agree on.
     *
     * @since 0.1.0
     */
    readonly learnClock: Effect.Effect<void, SensError.SensError>

    /**
     * Reads one page of the delivery log. Right after a send the page may still be empty. Messages that cannot be read stand in
     * `unreadable`, with their places and why, and hide none of the others. SENS docs, "Search for message delivery request".
     *
     * Fails with `SensError`: `InvalidRequest` for a window of more than 30 days (24 hours by completion), one that ends
     * before it starts, or a page size out of bounds; see `Preflight.checkSearch`.
     *
     * @since 0.1.0
     */
    readonly search: (
      query: SearchQuery.SearchQuery,
      page?: SearchQuery.Page
    ) => Effect.Effect<SearchResponse.SearchResponse, SensError.SensError>

    /**
     * Reads one message. SENS docs, "Search for message delivery result".
     *
     * Fails with `SensError`: `NotFound` for an id that SENS does not know, or not yet; `UnexpectedResponse` for a message that
     * cannot be read, with why.
     *
     * @since 0.1.0
     */
    readonly result: (
      messageId: string
    ) => Effect.Effect<MessageRecord.MessageRecord, SensError.SensError>
  }

  /** Pictures for MMS. */
  readonly files: {
    /**
     * Uploads a JPEG for an MMS; its `fileId` goes into {@link SendRequest.Mms}. SENS takes a file of the same name and
     * size for the same file, so names come from `UploadRequest.make`, which puts a hash of the content into them. SENS
     * docs, "Upload files".
     *
     * Fails with `SensError`: `InvalidRequest` for what is no JPEG, over 300 KB, or over 1500 x 1440 pixels (see
     * `Preflight.checkUpload`); `PayloadTooLarge`.
     *
     * @since 0.1.0
     */
    readonly upload: (
      request: UploadRequest.UploadRequest
    ) => Effect.Effect<UploadResponse.UploadResponse, SensError.SensError>
  }

  /** Sends that wait for their time. */
  readonly reservations: {
    /**
     * Reads how far a reserved send is. Its id is the `requestId` of the send. SENS docs, "Search for reserved message
     * status".
     *
     * Fails with `SensError`: `NotFound` where there is no such reservation.
     *
     * @since 0.1.0
     */
    readonly status: (
      reserveId: string
    ) => Effect.Effect<ReservationStatus.ReservationStatus, SensError.SensError>

    /**
     * Cancels a reserved send that still waits, at the latest ten minutes before its time. One that is cancelled already
     * stays so. SENS docs, "Cancel reserved message".
     *
     * Fails with `SensError`: `NotFound` where there is no such reservation, `BadRequest` where it is too late.
     *
     * @since 0.1.0
     */
    readonly cancel: (reserveId: string) => Effect.Effect<void, SensError.SensError>
  }

  /** The block list: numbers that refused advertisements. */
  readonly unsubscribes: {
    /**
     * Reads one page of the numbers that opted out of advertising. A page holds 1-100, and what SENS
     * chooses unless asked otherwise. Entries that cannot be read stand beside them, as `unreadable`: whoever owns one of those numbers
     * has opted out, too.
     * SENS docs, "Search for call block number".
     *
     * Fails with `SensError`: `InvalidRequest` for a page size over 100, or a time that ends before it starts.
     *
     * @since 0.1.0
     */
    readonly search: (
      query?: UnsubscribeQuery.UnsubscribeQuery
    ) => Effect.Effect<UnsubscribeResponse.UnsubscribeResponse, SensError.SensError>

    /**
     * Puts 1-1,000 numbers on the block list. SENS docs, "Register call block number".
     *
     * Fails with `SensError`: `InvalidRequest` for none, for more, or for what is no number.
     *
     * @since 0.1.0
     */
    readonly register: (
      numbers: UnsubscribeRequest.UnsubscribeRequest
    ) => Effect.Effect<UnsubscribeResponse.UnsubscribeResponse, SensError.SensError>

    /**
     * Takes 1-1,000 numbers off the block list. SENS docs, "Delete call block number".
     *
     * Fails with `SensError`: `InvalidRequest` for none, for more, or for what is no number.
     *
     * @since 0.1.0
     */
    readonly remove: (numbers: UnsubscribeRequest.UnsubscribeRequest) => Effect.Effect<void, SensError.SensError>
  }
}

/**
 * The client of one SMS service.
 *
 * @category services
 * @since 0.1.0
 */
export class Sens extends Context.Service<Sens, Service>()("@effect-sens/http/Sens") {}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * What a client needs to know, and what may be changed. When and how often failed calls are made again is the
 * `RetryPolicy` of the calling fiber.
 *
 * **Details**
 *
 * All of it is checked when the client is built. Refused are keys that are empty or hold anything but printable ASCII without
 * white space and quotes; the service id of another product than SMS; a base URL that is empty, has no `http:` or `https:`, or
 * holds a user name, a query or a fragment; durations that are none, never end or are no time at all; values of the wrong kind,
 * and options that are not known. `undefined` is as good as absent.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Signature.Credentials {
  /** The SMS service, from the SENS console, such as `ncp:sms:kr:000000000000:demo`. */
  readonly serviceId: string
  /**
   * A zone of {@link Region.baseUrls}, or any other base URL, such as an emulator's. `/sms/v2` at its end is taken off: SENS's
   * documents count it as part of the address.
   *
   * @default "https://sens.apigw.ntruss.com"
   */
  readonly baseUrl?: string | undefined
  /**
   * The longest that one HTTP exchange may take, body included; over `NodeTransport` at most 5 seconds of it without a connection. It is
   * longer than the 10.5 seconds after which Node's `fetch` and undici say by themselves that no connection was made, so that such a send is
   * known not to have left.
   *
   * @default "15 seconds"
   */
  readonly attemptTimeout?: Duration.Input | undefined
  /**
   * The longest that a whole call may take, with all that it tries and waits for.
   *
   * @default "60 seconds"
   */
  readonly callTimeout?: Duration.Input | undefined
  /**
   * The same two for an upload.
   *
   * @default { attemptTimeout: "60 seconds", callTimeout: "180 seconds" }
   */
  readonly upload?: {
    /** The longest that one HTTP exchange of an upload may take; 60 seconds unless given. */
    readonly attemptTimeout?: Duration.Input | undefined
    /** The longest that a whole upload may take; 180 seconds unless given. */
    readonly callTimeout?: Duration.Input | undefined
  } | undefined
  /**
   * What is checked before anything is sent, and how strictly.
   *
   * @default EUC-KR, and the severities of `Preflight.severities`
   */
  readonly preflight?: Preflight.Options | undefined
  /**
   * What a send does when its request may have been accepted although no answer says so.
   *
   * @default "reconcile"
   */
  readonly onAmbiguous?: OnAmbiguous | undefined
  /**
   * What `reconcile` and `prompt` go by when they look for a send in the delivery log: what is assumed of SENS, and how long they
   * wait. docs/retries.md says what follows from each.
   *
   * @default { settleTime: "5 seconds", visibilityLag: "60 seconds", timestampTolerance: "5 minutes" }
   */
  readonly reconcile?: {
    /** How long `prompt` looks for a message in vain before it sends it again; 5 seconds unless given. */
    readonly settleTime?: Duration.Input | undefined
    /**
     * How long an accepted request may take, at the most, to show up in the delivery log: an assumption about SENS; 60 seconds
     * unless given.
     */
    readonly visibilityLag?: Duration.Input | undefined
    /**
     * How far a signature's timestamp may be off before the gateway refuses it: a property of the gateway, not a wish; 5 minutes
     * unless given.
     */
    readonly timestampTolerance?: Duration.Input | undefined
  } | undefined
  /**
   * How long the signature of a send is valid. Less than the gateway's tolerance (5 minutes) makes `reconcile` come to its
   * proof sooner: the timestamp is made older, so that the gateway refuses a request that was held up on its way. Takes
   * effect once five answers agree on the gateway's time.
   *
   * @default the tolerance
   */
  readonly signatureLifetime?: Duration.Input | undefined
  /**
   * How many retries all calls together may make: a token each, refilled by the second.
   *
   * @default { capacity: 100, refillPerSecond: 10 }
   */
  readonly retryBudget?: { readonly capacity: number; readonly refillPerSecond: number } | undefined
  /**
   * The largest answer that is read, in bytes.
   *
   * @default 16_777_216
   */
  readonly maxAnswerBytes?: number | undefined
  /**
   * Spaces requests out: at most `limit` of them go out in a `window`, counted by a limiter of `effect/persistence` under a
   * key, `"sens"` unless given. What waits is signed when it goes out. A limiter that fails makes a call fail with
   * `ConnectionFailed`, whose code is `RateLimiter`.
   *
   * @default no limit
   */
  readonly rateLimit?: {
    /** Who counts. Programs that share one share the limit. */
    readonly limiter: RateLimiter.RateLimiter
    /** How many requests may go out in a window. */
    readonly limit: number
    /** How long a window is. */
    readonly window: Duration.Input
    /** What the limiter counts under; `"sens"` unless given. */
    readonly key?: string | undefined
  } | undefined
  /**
   * Keeps requests back while the service is down: `ConnectionFailed` with the code `CircuitOpen`.
   *
   * @default none
   */
  readonly circuitBreaker?: CircuitBreaker.CircuitBreaker | undefined
  /**
   * Is run where a send is interrupted while it may have been accepted (the fiber, an `AbortSignal`, the end of the client),
   * before the interruption goes on: an Effect, or a function that may return a promise. It has a second; its failure is logged.
   *
   * @default nothing is run
   */
  readonly onInterrupted?: OnInterrupted | undefined
  /**
   * Changes the signed client, for a proxy header or a recorder. What waits in here is signed when it goes out, but for a send,
   * which bears the timestamp that was taken before, and is signed once: what tries it again in here is refused.
   *
   * @default no change
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * Builds a client on the `HttpClient` of the program.
 *
 * Building it sends nothing: keys that the gateway does not know show at the first call. Options that cannot be right (see
 * {@link Options}) are a mistake of the program, a defect: a `TypeError` that tells all of them, a line each, and shows no key.
 * `layerConfig` fails with a `ConfigError` where they come from settings.
 *
 * **Example** (Two clients in one program)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 *
 * const keys = Account.options
 * const program = Effect.gen(function*() {
 *   const careful = yield* Sens.make(keys)
 *   const quick = yield* Sens.make({ ...keys, onAmbiguous: "prompt", callTimeout: "20 seconds" })
 *   const number = "01012345678"
 *   yield* careful.unsubscribes.register([number])
 *   return yield* quick.unsubscribes.search()
 * })
 * const listed = await Effect.runPromise(Effect.provide(program, EmulatorClient.layer()))
 *
 * listed.entries.map(({ clientTelNo }) => clientTelNo) // => ["01012345678"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<Service, never, HttpClient.HttpClient> =>
  Effect.suspend(() => {
    const settled = Check.settle(options)
    return Result.isSuccess(settled)
      ? build(settled.success)
      : Effect.die(Check.typeError(settled.failure.map(Check.sentence)))
  })

const build = Effect.fnUntraced(function*(
  options: Check.Settled
): Effect.fn.Return<Service, never, HttpClient.HttpClient> {
  const transport = yield* HttpClient.HttpClient
  const signed = yield* Signature.withSignature(transport, options)
  const fingerprint = yield* (yield* Signer.Signer).withKey(options.secretKey)
  const { fetch, requestInit } = yield* Fetch.provided(transport)
  const tolerance = Duration.toMillis(options.timestampTolerance)
  const age = (lifetime: Duration.Input | undefined): number =>
    // A second at the least: a timestamp that has expired already is refused.
    lifetime === undefined ? 0 : Math.max(0, tolerance - Math.max(1000, Duration.toMillis(lifetime)))

  // `fetch` follows redirects unless told otherwise: a 307 would post the message twice and hand the signature to another
  // host. The client's own span and trace headers would show NAVER our traces, and our traces the numbers in the query.
  const redirect: RequestInit = { ...requestInit, redirect: "manual" }
  // Added one by one, at a third of the cost of a merge, which copies all services of the program and has the fiber look
  // all of its settings up again.
  const quiet = <R>(context: Context.Context<R>): Context.Context<R> => {
    const quiet = context.pipe(
      Context.add(HttpClient.TracerDisabledWhen, constTrue),
      Context.add(HttpClient.TracerPropagationEnabled, false),
      Context.add(FetchHttpClient.RequestInit, redirect)
    )
    return fetch === undefined || context.mapUnsafe.has(FetchHttpClient.Fetch.key)
      ? quiet
      : Context.add(quiet, FetchHttpClient.Fetch, fetch)
  }

  const clock = GatewayClock.make()
  const calls: Calls.Shared = {
    baseUrl: options.baseUrl,
    serviceId: options.serviceId,
    preflight: options.preflight,
    limits: options.limits,
    client: HttpClient.transformResponse(
      options.transformClient === undefined ? signed : options.transformClient(Calls.noting(signed)),
      Effect.updateContext(quiet)
    ),
    isTransformed: options.transformClient !== undefined,
    clock,
    budget: Budget.make(options.retryBudget),
    maxAnswerBytes: options.maxAnswerBytes,
    tolerance,
    rateLimit: options.rateLimit,
    circuitBreaker: options.circuitBreaker
  }

  const sends: Send.Shared = {
    ...calls,
    intents: Intents.make({ serviceId: options.serviceId, clock, tolerance }),
    // No text that starts like this is signed for the gateway.
    fingerprint: (canonical) => fingerprint(`effect-sens fingerprint\n${options.serviceId}\n${canonical}`),
    reconcile: {
      clock,
      journal: Journal.make({ retention: 24 * 60 * 60 * 1000, reach: 3 * tolerance }),
      visibilityLag: Duration.toMillis(options.visibilityLag),
      settleTime: Duration.toMillis(options.settleTime),
      log: Log.make(calls)
    }
  }

  const sendCall = Calls.prepare(calls, Operations.send)

  const ran = <A, E>(done: Effect.Effect<A, E> | Promise<A> | A): Effect.Effect<A, E> =>
    Effect.isEffect(done) ? done : Effect.promise(() => Promise.resolve(done))

  // `request` is a copy: what is compared later must be what was sent, whatever becomes of the caller's object.
  const prepared = (
    step: Check.Step,
    request: SendRequest.Normalized,
    overrides: (SendOptions & PrepareOptions) | undefined
  ): Result.Result<Send.Send, SensError.SensError> => {
    const reason = overrides === undefined ? undefined : Check.refused(step, overrides)
    if (reason !== undefined) {
      return Result.fail(new SensError.SensError({ operation: Operations.send.name, reason }))
    }
    const onInterrupted = overrides?.onInterrupted ?? options.onInterrupted
    const onIntent = overrides?.onIntent
    return Result.map(
      sendCall(request, overrides === undefined ? undefined : Check.limits(overrides, calls.limits.call)),
      (call): Send.Send => ({
        request,
        policy: overrides?.onAmbiguous ?? options.onAmbiguous,
        isReserved: request.reserve !== undefined,
        age: age(overrides?.lifetime ?? overrides?.signatureLifetime ?? options.signatureLifetime),
        call,
        onInterrupted: onInterrupted === undefined ? undefined : (unknown) => ran(onInterrupted(unknown, request)),
        onIntent: onIntent === undefined ? undefined : (intent) => ran(onIntent(intent, request))
      })
    )
  }

  // One that was checked before: the rules may say something else of it by now, and it was sent all the same.
  const again = (
    step: Check.Step,
    given: SendRequest.SendRequest,
    overrides: SendOptions | undefined
  ): Result.Result<Send.Send, SensError.SensError> => {
    const { errors, value } = Preflight.normalize(given)
    if (value !== undefined) return prepared(step, value, overrides)
    const reason = new SensError.InvalidRequest({ issues: errors })
    return Result.fail(new SensError.SensError({ operation: Operations.send.name, reason }))
  }

  const failing = <A>(result: Result.Result<A, SensError.Reason>): Effect.Effect<A, SensError.SensError> =>
    Effect.fromResult(
      Result.mapError(result, (reason) => new SensError.SensError({ operation: Operations.send.name, reason }))
    )

  const described = <A, E, R>(
    { messages, type }: SendRequest.Normalized,
    effect: Effect.Effect<A, E, R>,
    after?: (value: A) => Telemetry.Attributes
  ): Effect.Effect<A, E, R> =>
    Telemetry.describing(() => ({ "sens.type": type, "sens.recipients": messages.length }), effect, after)

  const isClockKnown = Effect.sync(() => clock.isSettled())

  const observing = <Given, In, A>(row: Operations.Operation<Given, In, A>) => {
    const perform = Calls.perform(calls, row)
    return (given: Given) => Telemetry.observed(row.name)(perform(given))
  }

  const search = observing(Operations.search)
  const read = Calls.perform(calls, Operations.search)
  const searchUnsubscribes = observing(Operations.searchUnsubscribes)
  const status = Calls.perform(calls, Operations.status)
  const cancel = Calls.perform(calls, Operations.cancel)

  return Sens.of({
    serviceId: options.serviceId,
    settings: {
      preflight: options.preflight,
      visibilityLag: options.visibilityLag,
      timestampTolerance: options.timestampTolerance
    },
    messages: {
      check: (request) => Effect.map(DateTime.now, (now) => Preflight.check(request, { ...options.preflight, now })),
      send: (request, overrides) =>
        Telemetry.observed(Operations.send.name)(Calls.checked(calls, Operations.send, request, (request) => {
          const send = prepared("send", request, overrides)
          return Result.isSuccess(send)
            ? described(request, Send.run(sends, send.success), acceptedAs)
            : Effect.fail(send.failure)
        })),
      reconcile: Effect.fnUntraced(function*(question, request, overrides) {
        const send = yield* Effect.fromResult(again("reconcile", request, overrides))
        const asked = yield* failing(Question.question(question))
        return yield* described(
          send.request,
          Send.reconcile(sends, send, asked),
          Option.match({ onNone: () => ({}), onSome: acceptedAs })
        )
      }, Telemetry.observed(Operations.send.name, "Sens.messages.reconcile")),
      prepare: (request, overrides) =>
        Telemetry.traced(Operations.send.name, "Sens.messages.prepare")(
          Calls.checked(calls, Operations.send, request, (request) => {
            const send = prepared("prepare", request, overrides)
            return Result.isSuccess(send)
              ? described(request, Resolve.prepare(sends, send.success, overrides?.wait !== false))
              : Effect.fail(send.failure)
          })
        ),
      submit: Effect.fnUntraced(function*(intent, request, overrides) {
        const send = yield* Effect.fromResult(again("submit", request, overrides))
        const submitted = yield* failing(Question.intent(intent))
        return yield* described(send.request, Resolve.submit(sends, send.call, submitted), acceptedAs)
      }, Telemetry.observed(Operations.send.name, "Sens.messages.submit")),
      resolve: (intents, request, options) =>
        Telemetry.traced(Operations.send.name, "Sens.messages.resolve")(
          Effect.gen(function*() {
            const refused = Check.refused("resolve", options)
            if (refused !== undefined) return yield* failing(Result.fail(refused))
            const send = yield* Effect.fromResult(again("send", request, undefined))
            const asked = yield* failing(Question.intents(intents))
            return yield* described(send.request, Resolve.resolve(sends, send, asked, options))
          })
        ),
      learnClock: Telemetry.traced(Operations.search.name, "Sens.messages.learnClock")(Effect.gen(function*() {
        for (let reads = 0; reads < mostReads; reads++) {
          if (yield* isClockKnown) return
          const now = yield* DateTime.now
          yield* read({ query: { requestTime: { start: now, end: now }, pageSize: 1 }, page: undefined })
        }
        if (yield* isClockKnown) return
        const reason = new SensError.UnexpectedResponse({
          status: 200,
          detail: "answers that do not agree on the time"
        })
        return yield* new SensError.SensError({ operation: Operations.search.name, reason })
      })),
      search: (query, page) => search({ query, page }),
      result: observing(Operations.result)
    },
    files: {
      upload: observing(Operations.upload)
    },
    reservations: {
      status: observing(Operations.status),
      cancel: (reserveId) =>
        // An attempt whose answer was lost may have cancelled it, so that the next one is refused.
        Telemetry.observed(Operations.cancel.name)(Effect.catchIf(
          cancel(reserveId),
          ({ reason }) => reason._tag === "BadRequest" || reason._tag === "NotFound",
          (error) =>
            Effect.flatMap(
              Effect.option(status(reserveId)),
              (status) =>
                Option.exists(Option.flatMap(status, ReservationStatus.state), (state) => state === "CANCELED")
                  ? Effect.void
                  : Effect.fail(error)
            )
        ))
    },
    unsubscribes: {
      search: (query = {}) => searchUnsubscribes(query),
      register: observing(Operations.register),
      remove: observing(Operations.remove)
    }
  })
})

const acceptedAs = ({ requestId }: SendResponse.SendResponse): Telemetry.Attributes => ({
  "sens.request_id": requestId
})

// A gateway that has not told its time by then does not tell it.
const mostReads = 20

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides a client.
 *
 * **Example** (What is wrong, before anything is sent)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const emulator = yield* Emulator.Emulator
 *   const reason = yield* messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "가".repeat(46),
 *     messages: [{ to: "01012345678" }]
 *   }).pipe(Effect.flip, Effect.map((error) => error.reason._tag))
 *   return [reason, yield* emulator.allMessages]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["InvalidRequest", []]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Sens, never, HttpClient.HttpClient> =>
  Layer.effect(Sens, make(options))

/**
 * Provides a client whose settings come from the program's `ConfigProvider`, by default the environment: `SENS_ACCESS_KEY`,
 * `SENS_SECRET_KEY` and `SENS_SERVICE_ID`, and, where they are set, `SENS_BASE_URL`, `SENS_ATTEMPT_TIMEOUT` and
 * `SENS_CALL_TIMEOUT` (durations such as `15 seconds`). Each can be given as another `Config`;
 * the other options are those of {@link Options}.
 *
 * Settings that are missing or wrong (see {@link Options}) make the layer fail with one `ConfigError`, which tells all of them,
 * a line each: the variable, what is wrong and what to do, and of a key nothing. A `SENS_BASE_URL` that is set but empty is wrong,
 * too: it would be the real gateway. What stands in the program and is wrong is a defect, as it is of {@link layer}.
 *
 * **Example** (Settings from somewhere else)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const settings = ConfigProvider.fromEnvRecord({
 *   SENS_ACCESS_KEY: Account.accessKey,
 *   SENS_SECRET_KEY: Account.secretKey,
 *   SENS_SERVICE_ID: Account.serviceId,
 *   SENS_CALL_TIMEOUT: "20 seconds"
 * })
 * const layer = Sens.layerConfig({ onAmbiguous: "prompt" }).pipe(
 *   Layer.provide([EmulatorClient.layer(), ConfigProvider.layer(settings)])
 * )
 * const program = Sens.Sens.use(({ messages }) =>
 *   messages.send({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 * )
 * const { statusName } = await Effect.runPromise(Effect.provide(program, layer))
 *
 * statusName // => "success"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options?: Omit<Options, keyof ConfigOptions> & ConfigOptions
): Layer.Layer<Sens, Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Sens, Effect.flatMap(Settings.settle(options), build))

/**
 * The options of a client that come from settings.
 *
 * @category options
 * @since 0.1.0
 */
export interface ConfigOptions {
  /**
   * The access key.
   *
   * @default `SENS_ACCESS_KEY`
   */
  readonly accessKey?: Config.Config<Redacted.Redacted> | undefined
  /**
   * The secret key.
   *
   * @default `SENS_SECRET_KEY`
   */
  readonly secretKey?: Config.Config<Redacted.Redacted> | undefined
  /**
   * The SMS service.
   *
   * @default `SENS_SERVICE_ID`
   */
  readonly serviceId?: Config.Config<string> | undefined
  /**
   * The base URL; see {@link Options.baseUrl}.
   *
   * @default `SENS_BASE_URL`, or that of the public zone where it is not set
   */
  readonly baseUrl?: Config.Config<string | undefined> | undefined
  /**
   * The longest that one HTTP exchange may take, a duration such as `15 seconds`.
   *
   * @default `SENS_ATTEMPT_TIMEOUT`, or 15 seconds where it is not set
   */
  readonly attemptTimeout?: Config.Config<Duration.Input | undefined> | undefined
  /**
   * The longest that a whole call may take, a duration such as `60 seconds`.
   *
   * @default `SENS_CALL_TIMEOUT`, or 60 seconds where it is not set
   */
  readonly callTimeout?: Config.Config<Duration.Input | undefined> | undefined
}
