/**
 * The client for programs without Effect: the same operations as promises.
 *
 * A promise rejects with the same `SensError` that the Effect fails with. Every operation takes an `AbortSignal` as its last
 * argument; aborting closes the socket, and rejects with the signal's reason. Only a send that may have been accepted by then
 * rejects with a `SensError` whose reason is `OutcomeUnknown`, and whose `cause` is the signal's reason.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as ReservationStatus from "@effect-sens/core/ReservationStatus"
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
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Check from "./internal/options.ts"
import type * as SendIntent from "./SendIntent.ts"
import * as Sens from "./Sens.ts"

/**
 * The options of {@link Sens.Options}, with plain strings for the keys.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Omit<Sens.Options, "accessKey" | "secretKey"> {
  /** The access key of the account. */
  readonly accessKey: string | Redacted.Redacted
  /** Its secret key. */
  readonly secretKey: string | Redacted.Redacted
  /**
   * The transport. On Node `NodeTransport.layer()` costs half as much, and knows more of what was not sent.
   *
   * @default FetchHttpClient.layer
   */
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient> | undefined
}

/**
 * What a look needs to know of the journal, as `SendIntent.ResolveOptions` with functions that may return promises. One that
 * throws or rejects makes `resolve` reject with the same.
 *
 * @category options
 * @since 0.1.0
 */
export interface ResolveOptions {
  /** Which of these ids belong to a send of the journal. */
  readonly owners: (
    ids: Arr.NonEmptyReadonlyArray<RequestId.RequestId>
  ) => Promise<ReadonlyMap<RequestId.RequestId, SendIntent.Owner>> | ReadonlyMap<RequestId.RequestId, SendIntent.Owner>
  /**
   * The twins; it is called when the look begins, and again before it answers `NotAccepted`.
   *
   * @default none
   */
  readonly twins?: (() => Promise<ReadonlyArray<SendIntent.Twin>> | ReadonlyArray<SendIntent.Twin>) | undefined
}

/**
 * The operations of `Sens.Service` as promises. What is an `Option` there is `undefined` where there is none; a promise rejects
 * with the `SensError` that the operation there fails with, or with the reason of an aborted signal.
 *
 * @category models
 * @since 0.1.0
 */
export interface SensPromise extends AsyncDisposable {
  /** The SMS service of the client. */
  readonly serviceId: ServiceId.ServiceId
  /** What the client goes by, for whoever keeps the journal of its sends. */
  readonly settings: Sens.ClientSettings
  /** Sending, and what became of it. */
  readonly messages: {
    /** What `send` would find wrong with a request, and what it would warn of. Sends nothing. */
    readonly check: (request: SendRequest.SendRequest) => Promise<Preflight.Report>
    /** Sends one text to 1-100 recipients. */
    readonly send: (
      request: SendRequest.SendRequest,
      options?: Sens.SendOptions,
      signal?: AbortSignal
    ) => Promise<SendResponse.SendResponse>
    /** Takes the question up again that a send left open; `undefined` on proof that it was not accepted. */
    readonly reconcile: (
      question:
        | SensError.OutcomeUnknown
        | SendIntent.SendIntent
        | Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>,
      request: SendRequest.SendRequest,
      options?: { readonly callTimeout?: Duration.Input | undefined },
      signal?: AbortSignal
    ) => Promise<SendResponse.SendResponse | undefined>
    /** The first step of a send whose journal its caller keeps: checks, waits for its turn, takes the time. Sends nothing. */
    readonly prepare: (
      request: SendRequest.SendRequest,
      options?: Sens.PrepareOptions,
      signal?: AbortSignal
    ) => Promise<SendIntent.SendIntent>
    /** The second step: exactly one POST, signed with the timestamp of the intent. */
    readonly submit: (
      intent: SendIntent.SendIntent,
      request: SendRequest.SendRequest,
      options?: { readonly attemptTimeout?: Duration.Input | undefined },
      signal?: AbortSignal
    ) => Promise<SendResponse.SendResponse>
    /** The third step, of a POST whose answer was lost: one look at the delivery log. */
    readonly resolve: (
      intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>,
      request: SendRequest.SendRequest,
      options: ResolveOptions,
      signal?: AbortSignal
    ) => Promise<SendIntent.Resolution>
    /** Makes sure of the gateway's time, before the first `prepare`. */
    readonly learnClock: (signal?: AbortSignal) => Promise<void>
    /** Reads one page of the delivery log. */
    readonly search: (
      query: SearchQuery.SearchQuery,
      page?: SearchQuery.Page,
      signal?: AbortSignal
    ) => Promise<SearchResponse.SearchResponse>
    /** Reads one message. */
    readonly result: (messageId: string, signal?: AbortSignal) => Promise<MessageRecord.MessageRecord>
  }
  /** Pictures for MMS. */
  readonly files: {
    /** Uploads a JPEG for an MMS. */
    readonly upload: (
      request: UploadRequest.UploadRequest,
      signal?: AbortSignal
    ) => Promise<UploadResponse.UploadResponse>
  }
  /** Sends that wait for their time. */
  readonly reservations: {
    /** Reads how far a reserved send is. */
    readonly status: (
      reserveId: string,
      signal?: AbortSignal
    ) => Promise<ReservationStatus.ReservationStatus>
    /** Cancels a reserved send that still waits, at the latest ten minutes before its time. */
    readonly cancel: (reserveId: string, signal?: AbortSignal) => Promise<void>
  }
  /** The block list: numbers that refused advertisements. */
  readonly unsubscribes: {
    /** Reads one page of the block list; entries that cannot be read stand beside the others, as `unreadable`. */
    readonly search: (
      query?: UnsubscribeQuery.UnsubscribeQuery,
      signal?: AbortSignal
    ) => Promise<UnsubscribeResponse.UnsubscribeResponse>
    /** Puts 1-1,000 numbers on the block list. */
    readonly register: (
      numbers: UnsubscribeRequest.UnsubscribeRequest,
      signal?: AbortSignal
    ) => Promise<UnsubscribeResponse.UnsubscribeResponse>
    /** Takes 1-1,000 numbers off the block list. */
    readonly remove: (numbers: UnsubscribeRequest.UnsubscribeRequest, signal?: AbortSignal) => Promise<void>
  }
  /**
   * Runs an Effect with this client, for what has no promise of its own here. It rejects as the operations do: with what the Effect
   * fails with, or with the reason of the signal.
   */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Sens.Sens>, signal?: AbortSignal) => Promise<A>
  /** Gives up what is under way and frees the transport. */
  readonly dispose: () => Promise<void>
}

// A runtime that was disposed of dies with a text, and a promise should reject with an error.
const toError = (cause: Cause.Cause<unknown>): Error => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error : new Error(String(error))
}

// Of another realm or a polyfill it is one as well.
const isSignal = (signal: unknown): boolean =>
  signal == null ||
  (Predicate.hasProperty(signal, "aborted") && Predicate.isBoolean(signal.aborted) &&
    Predicate.hasProperty(signal, "addEventListener") && Predicate.isFunction(signal.addEventListener) &&
    Predicate.hasProperty(signal, "removeEventListener") && Predicate.isFunction(signal.removeEventListener))

const noSignal = new SensError.InvalidRequest({
  issues: [{
    path: ["signal"],
    kind: "Option",
    message: "It is no AbortSignal: give the signal of an AbortController, as controller.signal, or nothing"
  }]
})

/**
 * Builds a client, with the defaults of `Sens.Options`.
 *
 * **Gotchas**
 *
 * Options that are missing, wrong or unknown throw a `TypeError` at once, which tells all of them, a line each, and shows no key.
 * What is refused says `Sens.Options`; `httpClient` has to be a `Layer`.
 *
 * **Example** (A send without Effect)
 *
 * ```ts import.meta.vitest
 * import * as SensPromise from "@effect-sens/http/SensPromise"
 *
 * const sens = SensPromise.make({
 *   accessKey: "access",
 *   secretKey: "secret",
 *   serviceId: "ncp:sms:kr:000000000000:demo"
 * })
 *
 * const refused = await sens.messages.send({
 *   type: "SMS",
 *   from: "0212345678",
 *   content: "가".repeat(46),
 *   messages: [{ to: "01012345678" }]
 * }).then(() => "sent", (error) => error.reason._tag)
 *
 * refused // => "InvalidRequest"
 *
 * await sens.dispose()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (given: Options): SensPromise => {
  const checked = Check.settle(given, "promise")
  if (Result.isFailure(checked)) throw Check.typeError(checked.failure.map(Check.sentence))
  const { httpClient = FetchHttpClient.layer } = given
  const { accessKey, preflight, secretKey, serviceId, timestampTolerance, visibilityLag } = checked.success
  // An object may have its options from a class: a spread would leave those out.
  const others = Check.taken(given)
  const runtime = ManagedRuntime.make(
    Sens.layer({ ...others, accessKey, secretKey, serviceId }).pipe(Layer.provide(httpClient))
  )

  const running = <A, E>(
    operation: SensError.Operation,
    effect: Effect.Effect<A, E, Sens.Sens>,
    signal: AbortSignal | undefined,
    interrupted: () => SensError.OutcomeUnknown | undefined = () => undefined
  ): Promise<A> => {
    if (!isSignal(signal)) return Promise.reject(new SensError.SensError({ operation, reason: noSignal }))
    // Nothing is begun that is given up already.
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    return runtime.runPromiseExit(effect, signal == null ? {} : { signal }).then(
      Exit.match({
        onSuccess: (value) => value,
        onFailure: (cause) => {
          if (!Cause.hasInterruptsOnly(cause)) throw toError(cause)
          const unknown = interrupted()
          const reason: unknown = signal?.aborted === true ? signal.reason : toError(cause)
          throw unknown === undefined ? reason : Object.defineProperty(
            new SensError.SensError({ operation: "messages.send", reason: unknown }),
            // Why it was interrupted, in place of why it is not known.
            "cause",
            { value: reason, configurable: true }
          )
        }
      })
    )
  }

  const run = <A, E>(
    operation: SensError.Operation,
    call: (sens: Sens.Service) => Effect.Effect<A, E>,
    signal: AbortSignal | undefined,
    interrupted?: () => SensError.OutcomeUnknown | undefined
  ): Promise<A> => running(operation, Effect.flatMap(Sens.Sens, call), signal, interrupted)

  const send: SensPromise["messages"]["send"] = (request, overrides, signal) => {
    // As it is, for its sentence: what is made of it below would hide what is wrong.
    if (overrides !== undefined && Check.refused("send", overrides) !== undefined) {
      return run("messages.send", ({ messages }) => messages.send(request, overrides), signal)
    }
    let interrupted: SensError.OutcomeUnknown | undefined
    const onInterrupted = overrides?.onInterrupted ?? given.onInterrupted
    const keeping: Sens.SendOptions = {
      ...overrides,
      onInterrupted: (unknown, request) => {
        interrupted = unknown
        return onInterrupted?.(unknown, request)
      }
    }
    return run("messages.send", ({ messages }) => messages.send(request, keeping), signal, () => interrupted)
  }

  return {
    serviceId,
    settings: { preflight, visibilityLag, timestampTolerance },
    messages: {
      check: (request) => run("messages.send", ({ messages }) => messages.check(request), undefined),
      send,
      reconcile: (question, request, options, signal) =>
        run(
          "messages.send",
          ({ messages }) => Effect.map(messages.reconcile(question, request, options), Option.getOrUndefined),
          signal
        ),
      prepare: (request, options, signal) =>
        run("messages.send", ({ messages }) => messages.prepare(request, options), signal),
      submit: (intent, request, options, signal) =>
        run("messages.send", ({ messages }) => messages.submit(intent, request, options), signal),
      resolve: (intents, request, options, signal) =>
        run("messages.send", ({ messages }) => {
          const reason = Check.refused("resolvePromise", options)
          if (reason !== undefined) return Effect.fail(new SensError.SensError({ operation: "messages.send", reason }))
          const { owners, twins } = options
          return messages.resolve(intents, request, {
            owners: (ids) => Effect.promise(() => Promise.resolve(owners(ids))),
            ...twins === undefined ? {} : { twins: Effect.promise(() => Promise.resolve(twins())) }
          })
        }, signal),
      learnClock: (signal) => run("messages.send", ({ messages }) => messages.learnClock, signal),
      search: (query, page, signal) => run("messages.search", ({ messages }) => messages.search(query, page), signal),
      result: (messageId, signal) => run("messages.result", ({ messages }) => messages.result(messageId), signal)
    },
    files: {
      upload: (request, signal) => run("files.upload", ({ files }) => files.upload(request), signal)
    },
    reservations: {
      status: (reserveId, signal) =>
        run("reservations.status", ({ reservations }) => reservations.status(reserveId), signal),
      cancel: (reserveId, signal) =>
        run("reservations.cancel", ({ reservations }) => reservations.cancel(reserveId), signal)
    },
    unsubscribes: {
      search: (query, signal) => run("unsubscribes.search", ({ unsubscribes }) => unsubscribes.search(query), signal),
      register: (numbers, signal) =>
        run("unsubscribes.register", ({ unsubscribes }) => unsubscribes.register(numbers), signal),
      remove: (numbers, signal) =>
        run("unsubscribes.remove", ({ unsubscribes }) => unsubscribes.remove(numbers), signal)
    },
    run: (effect, signal) => running("messages.search", effect, signal),
    dispose: () => runtime.dispose(),
    [Symbol.asyncDispose]: () => runtime.dispose()
  }
}
