// The emulator as a dispatcher of undici's: `NodeTransport` over a service without a socket, under the clock of the test. It calls the old
// callbacks for one request and the new ones for the next.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpMethod from "effect/http/HttpMethod"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const Options = Schema.Struct({
  origin: Schema.String,
  path: Schema.String,
  method: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.NullOr(Schema.instanceOf(Uint8Array<ArrayBuffer>))
})

const hasCode = Schema.is(Schema.Struct({ code: Schema.String }))

const refused = (error: unknown): boolean => hasCode(error) && error.code === "ECONNREFUSED"

/** What an error of a transport came from. */
const causeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "reason" in error && typeof error.reason === "object" &&
    error.reason !== null && "cause" in error.reason
    ? error.reason.cause
    : error

const encoder = new TextEncoder()

const dispatcher = Effect.gen(function*() {
  const client = yield* HttpClient.HttpClient
  const runFork = Effect.runForkWith(yield* Effect.context())
  let requests = 0
  return {
    dispatch: (options: object, handler: object): boolean => {
      const { body, headers, method, origin, path } = Schema.decodeUnknownSync(Options)(options)
      if (!HttpMethod.isHttpMethod(method)) throw new Error(`${method} is no method`)
      const request = HttpClientRequest.make(method)(origin + path).pipe(
        HttpClientRequest.setHeaders(headers),
        body === null ? (request) => request : HttpClientRequest.bodyUint8Array(body, headers["content-type"])
      )
      const isOld = requests++ % 2 === 0
      const call = (
        old: readonly [string, ...ReadonlyArray<unknown>],
        today: readonly [string, ...ReadonlyArray<unknown>]
      ) => {
        const [name, ...args] = isOld ? old : today
        const callback: unknown = Reflect.get(handler, name)
        if (typeof callback !== "function") throw new Error(`no ${name}`)
        Reflect.apply(callback, handler, args)
      }
      let isAborted = false
      const controller = {
        abort: (reason: unknown) => {
          if (isAborted) return
          isAborted = true
          fiber.interruptUnsafe()
          call(["onError", reason], ["onResponseError", controller, reason])
        }
      }
      const fiber = runFork(Effect.gen(function*() {
        const response = yield* client.execute(request)
        const { headers, status } = response
        return { headers, status, body: yield* Effect.result(response.arrayBuffer) }
      }))
      const ended = (exit: typeof fiber extends Fiber.Fiber<infer A, infer E> ? Exit.Exit<A, E> : never): void => {
        if (isAborted) return
        const failed = (error: unknown) =>
          call(["onError", causeOf(error)], ["onResponseError", controller, causeOf(error)])
        if (Exit.isFailure(exit)) return failed(Cause.squash(exit.cause))
        const { body, headers, status } = exit.value
        const raw = Object.entries(headers).flat().map((text) => encoder.encode(text))
        call(["onHeaders", status, raw, () => {}, ""], ["onResponseStart", controller, status, headers, ""])
        if (Result.isFailure(body)) return failed(body.failure)
        const bytes = new Uint8Array(body.success)
        // In two parts.
        const cut = bytes.length >> 1
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
          if (!isAborted) call(["onData", part], ["onResponseData", controller, part])
        }
        if (!isAborted) call(["onComplete", []], ["onResponseEnd", controller, {}])
      }
      const exit = fiber.pollUnsafe()
      // What is refused was never begun.
      const isRefused = exit !== undefined && Exit.isFailure(exit) && refused(causeOf(Cause.squash(exit.cause)))
      if (!isRefused) call(["onConnect", controller.abort, null], ["onRequestStart", controller, null])
      fiber.addObserver(ended)
      return true
    }
  }
})

/** The transport over whatever client there is. */
export const layer: Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.flatMap(dispatcher, (dispatcher) => NodeTransport.make({ dispatcher, connectTimeout: "Infinity" }))
)
