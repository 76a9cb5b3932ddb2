/**
 * The client for programs without Effect: the same operations as promises.
 *
 * A promise rejects with the same `SensError` that the Effect fails with. Every operation takes an `AbortSignal` as its last
 * argument; aborting closes the socket, and rejects with the signal's reason.
 *
 * @since 0.1.0
 */
import type * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import type * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import type * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import type * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
import type * as UploadRequest from "@effect-sens/core/UploadRequest"
import type * as UploadResponse from "@effect-sens/core/UploadResponse"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Sens from "./Sens.ts"

/**
 * The options of {@link Sens.Options}, with plain strings for the keys.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Omit<Sens.Options, "accessKey" | "secretKey" | "serviceId"> {
  /** The access key of the account. */
  readonly accessKey: string | Redacted.Redacted
  /** Its secret key. */
  readonly secretKey: string | Redacted.Redacted
  /** The SMS service, from the SENS console, such as `ncp:sms:kr:000000000000:demo`. */
  readonly serviceId: string
  /**
   * The transport.
   *
   * @default FetchHttpClient.layer
   */
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient> | undefined
}

/**
 * The operations of `Sens.Service` as promises. What is an `Option` there is `undefined` where there is none; a promise rejects
 * with the `SensError` that the operation there fails with, or with the reason of an aborted signal.
 *
 * @category models
 * @since 0.1.0
 */
export interface SensPromise extends AsyncDisposable {
  /** Sending, and what became of it. */
  readonly messages: {
    /** Sends one text to 1-100 recipients. */
    readonly send: (
      request: SendRequest.SendRequest,
      options?: Sens.SendOptions,
      signal?: AbortSignal
    ) => Promise<SendResponse.SendResponse>
    /** Takes the question up again that a send left open; `undefined` on proof that it was not accepted. */
    readonly reconcile: (
      unknown: SensError.OutcomeUnknown,
      request: SendRequest.SendRequest,
      options?: { readonly callTimeout?: Duration.Input | undefined },
      signal?: AbortSignal
    ) => Promise<SendResponse.SendResponse | undefined>
    /** Reads one page of the delivery log. */
    readonly search: (
      query: SearchQuery.SearchQuery,
      page?: SearchQuery.Page,
      signal?: AbortSignal
    ) => Promise<SearchResponse.SearchResponse>
    /** Reads one message. */
    readonly result: (messageId: MessageId.MessageId, signal?: AbortSignal) => Promise<MessageRecord.MessageRecord>
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
      reserveId: RequestId.RequestId,
      signal?: AbortSignal
    ) => Promise<ReservationStatus.ReservationStatus>
    /** Cancels a reserved send that still waits, at the latest ten minutes before its time. */
    readonly cancel: (reserveId: RequestId.RequestId, signal?: AbortSignal) => Promise<void>
  }
  /** The block list: numbers that refused advertisements. */
  readonly unsubscribes: {
    /** Reads one page of the block list. */
    readonly search: (
      query?: UnsubscribeQuery.UnsubscribeQuery,
      signal?: AbortSignal
    ) => Promise<UnsubscribeEntry.UnsubscribeEntries>
    /** Puts 1-1,000 numbers on the block list. */
    readonly register: (
      numbers: UnsubscribeRequest.UnsubscribeRequest,
      signal?: AbortSignal
    ) => Promise<UnsubscribeEntry.UnsubscribeEntries>
    /** Takes 1-1,000 numbers off the block list. */
    readonly remove: (numbers: UnsubscribeRequest.UnsubscribeRequest, signal?: AbortSignal) => Promise<void>
  }
  /** Gives up what is under way and frees the transport. */
  readonly dispose: () => Promise<void>
}

// A runtime that was disposed of dies with a text, and a promise should reject with an error.
const toError = (cause: Cause.Cause<SensError.SensError>): Error => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error : new Error(String(error))
}

const toServiceId = (serviceId: string): ServiceId.ServiceId =>
  Option.getOrThrowWith(
    Schema.decodeOption(ServiceId.ServiceId)(serviceId),
    () => new TypeError("serviceId: expected a service id such as ncp:sms:kr:000000000000:demo")
  )

const toKey = (name: "accessKey" | "secretKey", value: string | Redacted.Redacted): Redacted.Redacted => {
  const key = typeof value === "string" ? Redacted.make(value) : value
  if (Redacted.value(key) === "") throw new TypeError(`${name}: expected a key, which is not empty`)
  return key
}

/**
 * Builds a client, with the defaults of `Sens.Options`. A service id of the wrong form throws a `TypeError`, and so
 * does an empty key.
 *
 * **Example** (A send without Effect)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
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
 *   from: PhoneNumber.make("0212345678"),
 *   content: "가".repeat(46),
 *   messages: [{ to: PhoneNumber.make("01012345678") }]
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
export const make = ({ accessKey, httpClient, secretKey, serviceId, ...options }: Options): SensPromise => {
  const runtime = ManagedRuntime.make(
    Sens.layer({
      ...options,
      accessKey: toKey("accessKey", accessKey),
      secretKey: toKey("secretKey", secretKey),
      serviceId: toServiceId(serviceId)
    }).pipe(Layer.provide(httpClient ?? FetchHttpClient.layer))
  )

  const run = <A>(
    call: (sens: Sens.Service) => Effect.Effect<A, SensError.SensError>,
    signal: AbortSignal | undefined
  ): Promise<A> =>
    runtime.runPromiseExit(Effect.flatMap(Sens.Sens, call), signal === undefined ? {} : { signal }).then(
      Exit.match({
        onSuccess: (value) => value,
        onFailure: (cause) => {
          throw Cause.hasInterruptsOnly(cause) && signal?.aborted === true ? signal.reason : toError(cause)
        }
      })
    )

  return {
    messages: {
      send: (request, options, signal) => run(({ messages }) => messages.send(request, options), signal),
      reconcile: (unknown, request, options, signal) =>
        run(
          ({ messages }) => Effect.map(messages.reconcile(unknown, request, options), Option.getOrUndefined),
          signal
        ),
      search: (query, page, signal) => run(({ messages }) => messages.search(query, page), signal),
      result: (messageId, signal) => run(({ messages }) => messages.result(messageId), signal)
    },
    files: {
      upload: (request, signal) => run(({ files }) => files.upload(request), signal)
    },
    reservations: {
      status: (reserveId, signal) => run(({ reservations }) => reservations.status(reserveId), signal),
      cancel: (reserveId, signal) => run(({ reservations }) => reservations.cancel(reserveId), signal)
    },
    unsubscribes: {
      search: (query, signal) => run(({ unsubscribes }) => unsubscribes.search(query), signal),
      register: (numbers, signal) => run(({ unsubscribes }) => unsubscribes.register(numbers), signal),
      remove: (numbers, signal) => run(({ unsubscribes }) => unsubscribes.remove(numbers), signal)
    },
    dispose: () => runtime.dispose(),
    [Symbol.asyncDispose]: () => runtime.dispose()
  }
}
