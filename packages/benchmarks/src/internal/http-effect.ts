// @effect-diagnostics returnEffectInGen:off
/**
 * The contestants that are written in Effect.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Clock from "effect/Clock"
import * as Mac from "effect/crypto/Mac"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Headers from "effect/http/Headers"
import type * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Benchmark from "./http-message.ts"

/**
 * A send; what it gives is the id of the request.
 *
 * @category models
 * @since 0.1.0
 */
export type Send = Effect.Effect<
  string,
  SensError.SensError | HttpClientError.HttpClientError | HttpBody.HttpBodyError | Schema.SchemaError
>

/**
 * The client of this project, with its default policies, signing natively.
 *
 * @category contestants
 * @since 0.1.0
 */
export const ours = (baseUrl: string): Effect.Effect<Send, never, HttpClient.HttpClient> => {
  const request: SendRequest.SendRequest = {
    type: "SMS",
    from: PhoneNumber.make(Benchmark.message.from),
    content: Benchmark.message.content,
    messages: [{ to: PhoneNumber.make(Benchmark.message.messages[0].to) }]
  }
  return Effect.map(
    Sens.make({
      accessKey: Redacted.make(Benchmark.accessKey),
      secretKey: Redacted.make(Benchmark.secretKey),
      serviceId: ServiceId.make(Benchmark.serviceId),
      baseUrl
    }),
    ({ messages }) => Effect.map(messages.send(request), ({ requestId }) => requestId)
  ).pipe(Effect.provide(NodeSigner.layer))
}

const Request = Schema.Struct({
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  from: Schema.String.check(Schema.isPattern(/^\d{1,25}$/)),
  content: Schema.NonEmptyString,
  messages: Schema.NonEmptyArray(Schema.Struct({ to: Schema.String.check(Schema.isPattern(/^\d{1,25}$/)) }))
})

const Response = Schema.Struct({
  requestId: Schema.NonEmptyString,
  requestTime: Schema.String,
  statusCode: Schema.String,
  statusName: Schema.String
})

/**
 * What one writes after the manual: signed by `effect/crypto/Mac` in `mapRequestEffect`, `schemaBodyJson` on both ends,
 * `filterStatusOk`, `retryTransient`, and spans by `Effect.fn`. It repeats sends that may have been accepted.
 *
 * @category contestants
 * @since 0.1.0
 */
export const straightforward = (baseUrl: string): Effect.Effect<Send, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const mac = yield* Mac.Mac
    const utf8 = new TextEncoder()
    const key = yield* Effect.orDie(Mac.key(Mac.hmacSha256, utf8.encode(Benchmark.secretKey)))
    const sign = Effect.fn("sign")(function*(request: HttpClientRequest.HttpClientRequest) {
      const timestamp = yield* Clock.currentTimeMillis
      const { pathname, search } = new URL(request.url)
      const text = `${request.method} ${pathname}${search}\n${timestamp}\n${Benchmark.accessKey}`
      const signature = yield* Effect.orDie(mac.sign(key, utf8.encode(text)))
      return HttpClientRequest.setHeaders(request, {
        "x-ncp-apigw-timestamp": String(timestamp),
        "x-ncp-iam-access-key": Benchmark.accessKey,
        "x-ncp-apigw-signature-v2": Base64.encode(signature)
      })
    })
    const client = (yield* HttpClient.HttpClient).pipe(
      HttpClient.mapRequest(HttpClientRequest.prependUrl(baseUrl)),
      HttpClient.mapRequestEffect(sign),
      HttpClient.filterStatusOk,
      HttpClient.retryTransient({ times: 3 })
    )
    const encode = HttpClientRequest.schemaBodyJson(Request)
    const decode = HttpClientResponse.schemaBodyJson(Response)
    const send = Effect.fn("send")(function*(request: typeof Request.Type) {
      const { requestId } = yield* HttpClientRequest.post(Benchmark.path).pipe(
        HttpClientRequest.acceptJson,
        encode(request),
        Effect.flatMap(client.execute),
        Effect.flatMap(decode)
      )
      return requestId
    })
    return send(Benchmark.message)
  }).pipe(Effect.provide(NodeCrypto.layer))

/**
 * The transport alone: no signature, no schema, no policy.
 *
 * @category contestants
 * @since 0.1.0
 */
export const transportAlone = (baseUrl: string): Effect.Effect<Send, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const request = HttpClientRequest.post(baseUrl + Benchmark.path)
    return Effect.flatMap(client.execute(request), ({ text }) => text)
  })

/**
 * What a transport of Effect costs whatever is built on it: a request that was made and signed once, and the text of its answer.
 *
 * @category contestants
 * @since 0.1.0
 */
export const clientAlone = (baseUrl: string): Effect.Effect<Send, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const request = HttpClientRequest.post(baseUrl + Benchmark.path, {
      headers: {
        "x-ncp-apigw-timestamp": "1678195573358",
        "x-ncp-iam-access-key": Benchmark.accessKey,
        "x-ncp-apigw-signature-v2": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
      }
    }).pipe(HttpClientRequest.bodyJsonUnsafe(Benchmark.message))
    return Effect.flatMap(client.execute(request), ({ text }) => text)
  })

/**
 * A transport that answers at once and costs next to nothing.
 *
 * @category transports
 * @since 0.1.0
 */
export const layerNull: Layer.Layer<HttpClient.HttpClient> = Layer.sync(HttpClient.HttpClient, () => {
  const web = new globalThis.Response(Benchmark.answer(), { status: 202 })
  const headers = Headers.fromInput({
    "content-type": "application/json",
    "content-length": String(new TextEncoder().encode(Benchmark.answer()).length),
    "date": "Sun, 22 Nov 2026 00:00:00 GMT"
  })
  const response = Object.defineProperties(HttpClientResponse.fromWeb(HttpClientRequest.post(Benchmark.path), web), {
    status: { value: 202 },
    headers: { value: headers },
    text: { get: () => Effect.succeed(Benchmark.answer()) },
    json: { value: Effect.sync(() => JSON.parse(Benchmark.answer())) },
    stream: { value: Stream.empty }
  })
  return HttpClient.makeWith(
    (request: Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.HttpClientError>) =>
      Effect.map(request, () => response),
    (request) => Effect.succeed(request)
  )
})

/**
 * Sends so many times, `concurrency` of them at a time.
 *
 * @category running
 * @since 0.1.0
 */
export const repeat = (send: Send, concurrency: number) => (calls: number): Promise<void> => {
  let left = calls
  const worker = Effect.whileLoop({
    while: () => left-- > 0,
    body: () => send,
    step: () => {}
  })
  return Effect.runPromise(
    concurrency === 1 ? worker : Effect.forEach(Array.from({ length: concurrency }), () => worker, {
      concurrency: "unbounded",
      discard: true
    })
  )
}
