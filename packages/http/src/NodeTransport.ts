/**
 * An `HttpClient` for Node.js that hands requests to the dispatcher of Node's own `fetch`, or to one of the program's, at half the
 * cost of `fetch` and without a dependency. It knows whether a request was begun on a connection: what failed before that was not
 * sent, whatever it failed of.
 *
 * In a runtime without a dispatcher (Bun, Deno, workers) it is `FetchHttpClient`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Url from "effect/http/Url"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as Exchange from "./internal/exchange.ts"

// -----------------------------------------------------------------------------
// Dispatchers
// -----------------------------------------------------------------------------

/**
 * What sends requests: an `Agent`, `Pool`, `ProxyAgent` or whatever else of undici's is a dispatcher. It has to tell its handler when
 * a request is begun on a connection, as all of undici's do: what failed before is taken for not sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Dispatcher {
  /** Takes a request, and calls the handler of it from then on. */
  dispatch(options: object, handler: object): boolean
}

/**
 * What a transport is made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The dispatcher to use, for a proxy, a certificate or a bound on connections of one's own. It is the caller's to close.
   *
   * @default that of Node's `fetch`, as it is at each request, so that `setGlobalDispatcher` is honoured
   */
  readonly dispatcher?: Dispatcher | undefined
  /**
   * How long a request may wait for a connection that it can be written to: for the host's name, the connection, TLS and a proxy, and for
   * a free one where the dispatcher has a bound on them. After it nothing was sent, and the request fails.
   *
   * @default "5 seconds"
   */
  readonly connectTimeout?: Duration.Input | undefined
}

const globalDispatcher = Symbol.for("undici.globalDispatcher.1")

const isDispatcher = (value: unknown): value is Dispatcher =>
  Predicate.hasProperty(value, "dispatch") && typeof value.dispatch === "function"

// Node makes it when it is needed first. Whether it ever will is a matter of the runtime, so it is tried once.
let isMade = false

const current = (): Dispatcher | undefined => {
  // At each request: a program may set another, and importing undici may replace it.
  const found: unknown = Reflect.get(globalThis, globalDispatcher)
  if (isDispatcher(found)) return found
  if (isMade || typeof Request !== "function") return undefined
  isMade = true
  Result.try(() => new Request("http://localhost"))
  const made: unknown = Reflect.get(globalThis, globalDispatcher)
  return isDispatcher(made) ? made : undefined
}

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

interface Place {
  readonly origin: string
  readonly path: string
  /** Without what stands behind a `#`. */
  readonly href: string
}

const invalidUrl = (request: HttpClientRequest.HttpClientRequest, cause: unknown, description?: string) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.InvalidUrlError({ request, cause, ...description === undefined ? {} : { description } })
  })

// Most requests of a program go to the same few places; the last is enough.
let last: { readonly url: string; readonly place: Place } | undefined

const placeOf = (
  request: HttpClientRequest.HttpClientRequest
): Result.Result<Place, HttpClientError.HttpClientError> => {
  const isPlain = request.urlParams.params.length === 0 && Option.isNone(request.hash)
  if (isPlain && last !== undefined && request.url === last.url) return Result.succeed(last.place)
  const made = Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash))
  if (Result.isFailure(made)) return Result.fail(invalidUrl(request, made.failure))
  const url = made.success
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return Result.fail(invalidUrl(request, undefined, "it is neither http: nor https:"))
  }
  // They would be left out without a word.
  if (url.username !== "" || url.password !== "") {
    return Result.fail(invalidUrl(request, undefined, "it has a user name or a password in it"))
  }
  const place = { origin: url.origin, path: url.pathname + url.search, href: url.origin + url.pathname + url.search }
  if (isPlain) last = { url: request.url, place }
  return Result.succeed(place)
}

const bodyOf = (
  request: HttpClientRequest.HttpClientRequest
): Result.Result<Uint8Array | string | null, HttpClientError.HttpClientError> => {
  const { body } = request
  if (body._tag === "Empty") return Result.succeed(null)
  if (body._tag === "Uint8Array") return Result.succeed(body.body)
  if (body._tag === "Raw" && (typeof body.body === "string" || body.body instanceof Uint8Array)) {
    return Result.succeed(body.body)
  }
  const description = "NodeTransport sends bodies of bytes alone: use FetchHttpClient for streams and forms"
  return Result.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, description }) })
  )
}

// -----------------------------------------------------------------------------
// Answers
// -----------------------------------------------------------------------------

const utf8 = new TextDecoder()

/** What became of a body: its bytes, that there are more than may be, or why it broke off. */
type Body =
  | { readonly _tag: "Whole"; readonly bytes: Uint8Array }
  | { readonly _tag: "Cut" }
  | { readonly _tag: "Broken"; readonly cause: unknown }

const whole = (chunks: ReadonlyArray<Uint8Array>, size: number): Body => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return { _tag: "Whole", bytes: first }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return { _tag: "Whole", bytes }
}

class Response extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  // Not private to the language: who wraps an answer may do it by `Object.create`.
  private readonly setCookie: ReadonlyArray<string>
  private readonly body: Body

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    url: string,
    head: Head,
    body: Body
  ) {
    super()
    this[HttpIncomingMessage.TypeId] = HttpIncomingMessage.TypeId
    this[HttpClientResponse.TypeId] = HttpClientResponse.TypeId
    this.request = request
    this.url = url
    this.status = head.status
    this.headers = head.headers
    this.setCookie = head.setCookie
    this.body = body
  }

  get [Exchange.Collected](): "whole" | "cut" {
    return this.body._tag === "Cut" ? "cut" : "whole"
  }

  private unreadable(cause: unknown, description?: string): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({
        request: this.request,
        response: this,
        cause,
        ...description === undefined ? {} : { description }
      })
    })
  }

  private read<A>(read: (bytes: Uint8Array) => A): Effect.Effect<A, HttpClientError.HttpClientError> {
    const body = this.body
    switch (body._tag) {
      case "Whole":
        return Effect.succeed(read(body.bytes))
      case "Cut":
        return Effect.fail(this.unreadable(undefined, "the body is larger than it may be"))
      case "Broken":
        return Effect.fail(this.unreadable(body.cause))
    }
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return this.read((bytes) => utf8.decode(bytes))
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({
        try: (): Schema.Json => text === "" ? null : JSON.parse(text),
        catch: (cause) => this.unreadable(cause)
      }))
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return this.read((bytes) => new Uint8Array(bytes).buffer)
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    // Copies: what is read is the reader's, and the bytes may be a part of what the socket read.
    return Stream.fromEffect(this.read((bytes) => new Uint8Array(bytes)))
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    // A question mark at the beginning is a part of the form.
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text.replace(/^\?/, "%3F"))))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () => new globalThis.Response(body, { headers: this.headers }).formData(),
        catch: (cause) => this.unreadable(cause)
      }))
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.setCookie)
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  get upgrade(): Effect.Effect<Socket.Socket, HttpClientError.HttpClientError> {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: this.request,
          response: this,
          description: "NodeTransport does not hand over a connection"
        })
      })
    )
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "effect/http/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}

// -----------------------------------------------------------------------------
// One request
// -----------------------------------------------------------------------------

/** What comes before a body. */
interface Head {
  readonly status: number
  readonly headers: Headers.Headers
  readonly setCookie: ReadonlyArray<string>
}

type Given = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

const headOf = (status: number, given: Given): Head => {
  const cookies = given["set-cookie"]
  return {
    status,
    headers: Headers.fromInput(given),
    setCookie: cookies === undefined ? [] : typeof cookies === "string" ? [cookies] : cookies
  }
}

/** The headers of an old handler: names and values in turn. */
const record = (raw: ReadonlyArray<Uint8Array | string>): Given => {
  const given: Record<string, string | Array<string>> = {}
  const textOf = (value: Uint8Array | string | undefined): string =>
    value === undefined ? "" : typeof value === "string" ? value : utf8.decode(value)
  for (let index = 0; index < raw.length; index += 2) {
    const name = textOf(raw[index]).toLowerCase()
    const value = textOf(raw[index + 1])
    const before = Object.hasOwn(given, name) ? given[name] : undefined
    given[name] = before === undefined ? value : typeof before === "string" ? [before, value] : [...before, value]
  }
  return given
}

interface Controller {
  abort(reason: Error): void
}

const interrupted = new Error("The request was interrupted")
const tooLarge = new Error("The body is larger than it may be")

type Resume = (effect: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>) => void

/**
 * What a dispatcher calls. It has the callbacks of old and those of today: Node 22 knows the old ones alone, and undici 8 the new ones.
 */
class Handler {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #url: string
  readonly #exchange: Exchange.Exchange | undefined
  readonly #limit: number
  readonly #resume: Resume
  #isBegun = false
  #isDone = false
  #abort: ((reason: Error) => void) | undefined
  #reason = interrupted
  #timer: ReturnType<typeof setTimeout> | undefined
  #head: Head | undefined
  #chunks: Array<Uint8Array> = []
  #size = 0

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    url: string,
    exchange: Exchange.Exchange | undefined,
    resume: Resume
  ) {
    this.#request = request
    this.#url = url
    this.#exchange = exchange
    this.#limit = exchange === undefined ? Infinity : exchange.maxAnswerBytes
    this.#resume = resume
  }

  /** Waits for the beginning of what has not begun. */
  limit(milliseconds: number): void {
    if (this.#isBegun || this.#isDone || milliseconds === Infinity) return
    // @effect-diagnostics-next-line globalTimers:off (how long a connection takes is real time, whatever clock the program has)
    this.#timer = setTimeout(() => {
      const error = new Error(`No connection within ${milliseconds} ms`)
      this.fail(Object.assign(error, { code: "ConnectTimeout" }))
      this.#stop(error)
    }, milliseconds)
  }

  interrupt(): void {
    this.#stop(interrupted)
  }

  #stop(reason: Error): void {
    this.#isDone = true
    this.#reason = reason
    clearTimeout(this.#timer)
    this.#abort?.(reason)
  }

  #end(body: Body): void {
    if (this.#isDone || this.#head === undefined) return
    this.#isDone = true
    clearTimeout(this.#timer)
    this.#resumeWith(Effect.succeed(new Response(this.#request, this.#url, this.#head, body)))
  }

  fail(cause: unknown): void {
    if (this.#head !== undefined) return this.#end({ _tag: "Broken", cause })
    if (this.#isDone) return
    this.#isDone = true
    clearTimeout(this.#timer)
    const error = new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({ request: this.#request, cause })
    })
    this.#resumeWith(Effect.fail(Exchange.note(error, this.#isBegun)))
  }

  // What the program does next is not to happen within a callback of the dispatcher, which has not put its things in order.
  #resumeWith(effect: Parameters<Resume>[0]): void {
    queueMicrotask(() => this.#resume(effect))
  }

  // The request is about to be written.
  #begin(abort: (reason: Error) => void): void {
    if (this.#isDone) return abort(this.#reason)
    clearTimeout(this.#timer)
    this.#abort = abort
    this.#isBegun = true
    if (this.#exchange !== undefined) this.#exchange.isBegun = true
  }

  #start(status: number, given: () => Given): void {
    // What comes before the answer says nothing of it.
    if (status < 200 || this.#isDone) return
    this.#isBegun = true
    const head = headOf(status, given())
    this.#head = head
    if (this.#request.method !== "HEAD" && Number(head.headers["content-length"]) > this.#limit) this.#cut()
  }

  #data(chunk: Uint8Array): void {
    if (this.#isDone) return
    this.#size += chunk.length
    if (this.#size > this.#limit) this.#cut()
    else this.#chunks.push(chunk)
  }

  #cut(): void {
    this.#end({ _tag: "Cut" })
    this.#stop(tooLarge)
  }

  #complete(): void {
    this.#end(whole(this.#chunks, this.#size))
  }

  // Of today.

  onRequestStart(controller: Controller): void {
    this.#begin((reason) => controller.abort(reason))
  }

  onResponseStart(_: Controller, status: number, headers: Given): void {
    this.#start(status, () => headers)
  }

  onResponseData(_: Controller, chunk: Uint8Array): void {
    this.#data(chunk)
  }

  onResponseEnd(): void {
    this.#complete()
  }

  onResponseError(_: Controller | null, error: unknown): void {
    this.fail(error)
  }

  // Of old.

  onConnect(abort: (reason: Error) => void): void {
    this.#begin(abort)
  }

  onHeaders(status: number, raw: ReadonlyArray<Uint8Array | string>): boolean {
    this.#start(status, () => record(raw))
    return true
  }

  onData(chunk: Uint8Array): boolean {
    this.#data(chunk)
    return true
  }

  onComplete(): void {
    this.#complete()
  }

  onError(error: unknown): void {
    this.fail(error)
  }
}

const send = (
  dispatcher: Dispatcher,
  connectTimeout: number,
  request: HttpClientRequest.HttpClientRequest,
  exchange: Exchange.Exchange | undefined
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const place = placeOf(request)
  if (Result.isFailure(place)) return Effect.fail(place.failure)
  const body = bodyOf(request)
  if (Result.isFailure(body)) return Effect.fail(body.failure)
  const { href, origin, path } = place.success
  return Effect.callback((resume) => {
    const handler = new Handler(request, href, exchange, resume)
    if (exchange !== undefined) exchange.isBegun ??= false
    try {
      dispatcher.dispatch(
        {
          origin,
          path,
          method: request.method,
          headers: request.headers,
          body: body.success,
          // How long an exchange may take is for the client to say.
          headersTimeout: 0,
          bodyTimeout: 0
        },
        handler
      )
      handler.limit(connectTimeout)
    } catch (cause) {
      handler.fail(cause)
    }
    return Effect.sync(() => handler.interrupt())
  })
}

// -----------------------------------------------------------------------------
// Clients
// -----------------------------------------------------------------------------

/**
 * Makes the transport. A dispatcher that is none, or a time that is none, is a defect.
 *
 * **Example** (Nobody listens there)
 *
 * ```ts import.meta.vitest
 * import * as NodeTransport from "@effect-sens/http/NodeTransport"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* NodeTransport.make({ connectTimeout: "1 second" })
 *   const error = yield* Effect.flip(client.get("http://127.0.0.1:1"))
 *   return error.reason._tag
 * })
 *
 * await Effect.runPromise(program) // => "TransportError"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): Effect.Effect<HttpClient.HttpClient> =>
  Effect.suspend(() => {
    const { connectTimeout = "5 seconds", dispatcher } = options
    if (dispatcher !== undefined && !isDispatcher(dispatcher)) {
      return Effect.die(new TypeError("dispatcher is none: give an Agent of undici's, or leave it out"))
    }
    const limit = Duration.fromInput(connectTimeout)
    if (Option.isNone(limit)) {
      return Effect.die(new TypeError("connectTimeout is no duration: give one such as \"5 seconds\""))
    }
    const milliseconds = Duration.toMillis(limit.value)
    return Effect.map(Effect.provide(Effect.service(HttpClient.HttpClient), FetchHttpClient.layer), (fallback) =>
      HttpClient.makeWith(
        (effect: Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.HttpClientError>) =>
          Effect.flatMap(effect, (request) =>
            Effect.withFiber((fiber) => {
              const found = dispatcher ?? current()
              return found === undefined
                ? fallback.postprocess(Effect.succeed(request))
                : send(found, milliseconds, request, fiber.getRef(Exchange.CurrentExchange))
            })),
        Effect.succeed
      ))
  })

/**
 * The transport as a layer.
 *
 * It makes no span of its own, follows no redirect, and sends bodies of bytes alone. The `fetch` and the `RequestInit` that the program
 * provides matter only where there is no dispatcher.
 *
 * **Example** (A client on Node)
 *
 * ```ts import.meta.vitest
 * import * as NodeSigner from "@effect-sens/http/NodeSigner"
 * import * as NodeTransport from "@effect-sens/http/NodeTransport"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Layer from "effect/Layer"
 *
 * const SensLive = Sens.layerConfig().pipe(Layer.provide([NodeTransport.layer(), NodeSigner.layer]))
 *
 * Layer.isLayer(SensLive) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(HttpClient.HttpClient, make(options))
