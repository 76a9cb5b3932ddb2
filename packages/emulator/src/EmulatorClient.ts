/**
 * Reaches an emulator as an `HttpClient` without a socket.
 *
 * A request is answered in the fiber that makes it, so everything about it, its clock included, is the caller's: under
 * `TestClock` a whole exchange takes no time and never depends on the machine.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Emulator from "./Emulator.ts"
import * as SocketError from "./internal/socketError.ts"

/**
 * The `HttpClient` of an emulator. Whatever host a request names, the emulator answers.
 *
 * **Details**
 *
 * The request target is the path and query of the request's URL, as every transport would put it on the wire: what is
 * already encoded stays as it is. A `Host` header is added, as transports do. A connection that fails is a `TransportError`
 * whose cause has the `code` of a socket: `ECONNREFUSED`, `ECONNRESET`. An answer that is lost never comes: the request ends
 * when the caller's timeout interrupts it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<HttpClient.HttpClient, never, Emulator.Emulator> = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  return HttpClient.make((request, url) => {
    const serverRequest = HttpServerRequest.fromClientRequest(request)
    return emulator.exchange.pipe(
      Effect.provideService(
        HttpServerRequest.HttpServerRequest,
        serverRequest.modify({ headers: { ...request.headers, host: url.host } })
      ),
      Effect.scoped,
      Effect.flatMap((reaction) =>
        reaction._tag === "Answer"
          ? Effect.succeed(HttpServerResponse.toClientResponse(reaction.response, { request }))
          : Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause: SocketError.make(reaction) })
            })
          )
      )
    )
  })
})

/**
 * The `HttpClient` of the emulator in the context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerClient: Layer.Layer<HttpClient.HttpClient, never, Emulator.Emulator> = Layer.fresh(
  // Fresh, since a program may hold several emulators, each with its own client.
  Layer.effect(HttpClient.HttpClient, make)
)

/**
 * An emulator, and the `HttpClient` that reaches it.
 *
 * **Example** (The log tells what the service would not)
 *
 * ```ts import.meta.vitest
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* HttpClient.HttpClient
 *   const emulator = yield* Emulator.Emulator
 *   const response = yield* client.get("https://sens.apigw.ntruss.com/sms/v2/services/x/messages", {
 *     headers: { "x-ncp-apigw-timestamp": "0", "x-ncp-iam-access-key": "nobody", "x-ncp-apigw-signature-v2": "AA==" }
 *   })
 *   const [entry] = yield* emulator.signatureLog
 *   return [response.status, entry?.problem]
 * })
 *
 * const result = await Effect.runPromise(Effect.provide(program, EmulatorClient.layer()))
 *
 * result // => [401, { _tag: "UnknownAccessKey", accessKey: "nobody" }]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Emulator.Options = {}
): Layer.Layer<HttpClient.HttpClient | Emulator.Emulator> =>
  layerClient.pipe(Layer.provideMerge(Emulator.layer(options)))
