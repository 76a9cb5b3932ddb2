/**
 * The client of the SENS SMS API.
 *
 * Every operation is signed at the moment of sending, bounded in time and memory, never follows a redirect, and fails with
 * one typed error, `SensError`.
 *
 * @since 0.1.0
 */
import type * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as ResultResponse from "@effect-sens/core/ResultResponse"
import * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue, identity } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Answer from "./internal/answer.ts"
import * as Redact from "./internal/redact.ts"
import * as Target from "./internal/target.ts"
import * as Transport from "./internal/transport.ts"
import { validate } from "./internal/validate.ts"
import * as Region from "./Region.ts"
import * as Signature from "./Signature.ts"

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

/**
 * The operations, grouped as the SENS documents group them.
 *
 * @category services
 * @since 0.1.0
 */
export interface Service {
  readonly messages: {
    /**
     * Sends one text to 1-100 recipients. Success means that SENS accepted the request, not that anybody got it: follow
     * its `requestId` in the log. SENS docs, "Send message".
     *
     * **Gotchas**
     *
     * SENS has no idempotency key. An error whose `isAmbiguous` is true may hide an accepted request: sending it again
     * may text people twice.
     *
     * @since 0.1.0
     */
    readonly send: (request: SendRequest.SendRequest) => Effect.Effect<SendResponse.SendResponse, SensError.SensError>

    /**
     * Reads one page of the delivery log. Right after a send the page may still be empty. SENS docs, "Search for message
     * delivery request".
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
     * @since 0.1.0
     */
    readonly result: (
      messageId: MessageId.MessageId
    ) => Effect.Effect<MessageRecord.MessageRecord, SensError.SensError>
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
 * What a client needs to know, and what may be changed.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Signature.Credentials {
  /** The SMS service, from the SENS console. */
  readonly serviceId: ServiceId.ServiceId
  /**
   * A zone of {@link Region.baseUrls}, or any other base URL, such as an emulator's.
   *
   * @default "https://sens.apigw.ntruss.com"
   */
  readonly baseUrl?: string | undefined
  /**
   * The longest that one HTTP exchange may take, body included.
   *
   * @default "10 seconds"
   */
  readonly attemptTimeout?: Duration.Input | undefined
  /**
   * The longest that a whole call may take.
   *
   * @default "60 seconds"
   */
  readonly callTimeout?: Duration.Input | undefined
  /**
   * The largest answer that is read, in bytes.
   *
   * @default 16_777_216
   */
  readonly maxAnswerBytes?: number | undefined
  /**
   * Changes the signed client, for a proxy header, a rate limiter, a recorder. What waits in here still sends a fresh
   * signature.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

const encodeSend = validate(SendRequest.SendRequest)
const encodeSearch = validate(SearchQuery.SearchQuery)
const decodeSend = Answer.decode(SendResponse.SendResponse)
const decodeSearch = Answer.decode(SearchResponse.SearchResponse)
const decodeResult = Answer.decode(ResultResponse.ResultResponse)

const sent = (request: SendRequest.SendRequest): ReadonlyArray<string> => [
  request.from,
  request.content,
  ...request.type === "SMS" ? [] : texts(request.subject),
  ...request.messages.flatMap((message) => [
    message.to,
    ...texts(message.content),
    ..."subject" in message ? texts(message.subject) : []
  ])
]

const texts = (text: string | undefined): ReadonlyArray<string> => text === undefined ? [] : [text]

/**
 * Builds a client on the `HttpClient` of the program.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Service, never, HttpClient.HttpClient> {
  const transport = yield* HttpClient.HttpClient
  const signed = yield* Signature.withSignature(transport, options)
  const client = (options.transformClient ?? identity)(signed)
  const baseUrl = (options.baseUrl ?? Region.baseUrls.public).replace(/\/+$/, "")
  const attemptTimeout = Duration.fromInputUnsafe(options.attemptTimeout ?? "10 seconds")
  const callTimeout = Duration.fromInputUnsafe(options.callTimeout ?? "60 seconds")
  const maxAnswerBytes = options.maxAnswerBytes ?? 16 * 1024 * 1024
  const keys = [Redacted.value(options.accessKey), Redacted.value(options.secretKey)]
  const requestInit = Option.getOrElse(yield* Effect.serviceOption(FetchHttpClient.RequestInit), () => ({}))

  // `fetch` follows redirects unless told otherwise: a 307 would post the message twice and hand the signature to another
  // host. The client's own span and trace headers would show NAVER our traces, and our traces the numbers in the query.
  const context = Context.make(HttpClient.TracerDisabledWhen, constTrue).pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(FetchHttpClient.RequestInit, { ...requestInit, redirect: "manual" })
  )

  const exchange = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest, redact: Redact.Redact) {
    const response = yield* Effect.mapError(client.execute(request), Transport.reason)
    const answer = (body: string): Effect.Effect<Answer.Answer> =>
      Effect.map(Clock.currentTimeMillis, (at) => ({ status: response.status, headers: response.headers, body, at }))
    const body = yield* Effect.catch(
      Transport.text(response, maxAnswerBytes),
      (error) =>
        Effect.flatMap(answer(""), (answer) =>
          Effect.fail(
            error._tag === "TooLarge"
              ? Answer.unexpected(answer, redact, `an answer of more than ${maxAnswerBytes} bytes`)
              : Transport.reason(error)
          ))
    )
    return yield* answer(body)
  })

  const call = <A>(options: {
    readonly operation: SensError.Operation
    readonly request: Result.Result<HttpClientRequest.HttpClientRequest, SensError.InvalidRequest>
    readonly sent: () => ReadonlyArray<string>
    readonly read: (answer: Answer.Answer, redact: Redact.Redact) => Result.Result<A, SensError.Reason>
  }): Effect.Effect<A, SensError.SensError> => {
    const redact = Redact.make(() => [...options.sent(), ...keys])
    return Effect.fromResult(options.request).pipe(
      Effect.flatMap((request) =>
        Effect.timeoutOrElse(exchange(request, redact), {
          duration: attemptTimeout,
          orElse: () => Effect.fail(new SensError.TimedOut({ limit: "attempt", after: attemptTimeout }))
        })
      ),
      Effect.flatMap((answer) => Effect.fromResult(options.read(answer, redact))),
      Effect.timeoutOrElse({
        duration: callTimeout,
        orElse: () => Effect.fail(new SensError.TimedOut({ limit: "call", after: callTimeout }))
      }),
      Effect.mapError((reason: SensError.Reason) => new SensError.SensError({ operation: options.operation, reason })),
      Effect.provideContext(context)
    )
  }

  const url = (segments: ReadonlyArray<string>, params: SearchQuery.Params = []) =>
    Result.map(
      Result.all([Target.path([options.serviceId, ...segments]), Target.query(params)]),
      ([path, query]) => baseUrl + path + query
    )

  const get = (segments: ReadonlyArray<string>, params?: SearchQuery.Params) =>
    Result.map(url(segments, params), (url) => HttpClientRequest.acceptJson(HttpClientRequest.get(url)))

  return Sens.of({
    messages: {
      send: Effect.fn("Sens.messages.send", { kind: "client" })(function*(request) {
        yield* Effect.annotateCurrentSpan({ "sens.type": request.type, "sens.recipients": request.messages.length })
        return yield* call({
          operation: "messages.send",
          request: Result.map(
            Result.all([url(["messages"]), encodeSend(request)]),
            ([url, body]) =>
              HttpClientRequest.post(url).pipe(
                HttpClientRequest.acceptJson,
                HttpClientRequest.bodyText(JSON.stringify(body), "application/json; charset=utf-8")
              )
          ),
          sent: () => sent(request),
          read: ok(decodeSend)
        })
      }),
      search: Effect.fn("Sens.messages.search", { kind: "client" })(function*(query, page) {
        return yield* call({
          operation: "messages.search",
          request: Result.flatMap(
            encodeSearch(query),
            () => get(["messages"], [...SearchQuery.toParams(query), ...SearchQuery.pageParams(page)])
          ),
          sent: () => [...texts(query.from), ...texts(query.to)],
          // A service that never sent anything answers 404 with an empty body instead of an empty page.
          read: (answer, redact) =>
            answer.status === 404 && answer.body.trim() === ""
              ? Result.succeed(SearchResponse.empty)
              : ok(decodeSearch)(answer, redact)
        })
      }),
      result: Effect.fn("Sens.messages.result", { kind: "client" })(function*(messageId) {
        return yield* call({
          operation: "messages.result",
          request: get(["messages", messageId]),
          sent: () => [],
          read: (answer, redact) =>
            Result.flatMap(ok(decodeResult)(answer, redact), (response) =>
              Result.fromOption(
                ResultResponse.message(response),
                () => Answer.unexpected(answer, redact, "an answer without a message")
              ))
        })
      })
    }
  })
})

type Read<A> = (answer: Answer.Answer, redact: Redact.Redact) => Result.Result<A, SensError.Reason>

const ok = <A>(read: Read<A>): Read<A> => (answer, redact) =>
  answer.status >= 200 && answer.status < 300 ? read(answer, redact) : Result.fail(Answer.reason(answer, redact))

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides a client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Sens, never, HttpClient.HttpClient> =>
  Layer.effect(Sens, make(options))

/**
 * Provides a client whose settings come from the program's `ConfigProvider`, by default the environment: `SENS_ACCESS_KEY`,
 * `SENS_SECRET_KEY` and `SENS_SERVICE_ID`, and, where they are set, `SENS_BASE_URL`, `SENS_ATTEMPT_TIMEOUT` and
 * `SENS_CALL_TIMEOUT` (durations such as `10 seconds`). Each can be given as another `Config`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options?: {
    readonly accessKey?: Config.Config<Redacted.Redacted> | undefined
    readonly secretKey?: Config.Config<Redacted.Redacted> | undefined
    readonly serviceId?: Config.Config<ServiceId.ServiceId> | undefined
    readonly baseUrl?: Config.Config<string | undefined> | undefined
    readonly attemptTimeout?: Config.Config<Duration.Duration | undefined> | undefined
    readonly callTimeout?: Config.Config<Duration.Duration | undefined> | undefined
    readonly maxAnswerBytes?: Options["maxAnswerBytes"]
    readonly transformClient?: Options["transformClient"]
  }
): Layer.Layer<Sens, Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(
    Sens,
    Effect.flatMap(
      Config.all({
        accessKey: options?.accessKey ?? secret("SENS_ACCESS_KEY"),
        secretKey: options?.secretKey ?? secret("SENS_SECRET_KEY"),
        serviceId: options?.serviceId ?? Config.schema(ServiceId.ServiceId, "SENS_SERVICE_ID"),
        baseUrl: options?.baseUrl ??
          Config.withDefault(Config.map(Config.URL("SENS_BASE_URL"), (url) => url.href), undefined),
        attemptTimeout: options?.attemptTimeout ??
          Config.withDefault(Config.Duration("SENS_ATTEMPT_TIMEOUT"), undefined),
        callTimeout: options?.callTimeout ?? Config.withDefault(Config.Duration("SENS_CALL_TIMEOUT"), undefined)
      }),
      (config) =>
        make({ ...config, maxAnswerBytes: options?.maxAnswerBytes, transformClient: options?.transformClient })
    )
  )

const secret = (name: string): Config.Config<Redacted.Redacted> =>
  Config.map(Config.NonEmptyString(name), (value) => Redacted.make(value))
