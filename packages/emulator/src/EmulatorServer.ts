/**
 * An emulator on a port of a Node process.
 *
 * It listens on the loopback interface and answers only requests that name it, or the service it stands for, in their `Host`
 * header, so that neither the network nor a page in a browser can reach it by accident.
 *
 * A connection that is to fail by a fault is reset (RST). A listening port cannot refuse a single connection, so `Refused` is a
 * reset here too; `refusing` closes the port.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { createServer, type Server } from "node:http"
import * as Emulator from "./Emulator.ts"
import { rawTarget } from "./internal/exchange.ts"
import * as ServiceError from "./internal/serviceError.ts"

/**
 * How the emulator behaves, and where it listens.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Emulator.Options {
  /**
   * The port, a TCP port number; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined
  /**
   * The address to bind.
   *
   * @default "127.0.0.1"
   */
  readonly host?: string | undefined
  /**
   * Further names that a `Host` header may bear, besides the loopback ones, `host`, and the three of SENS.
   *
   * @default none
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * How long requests in flight may take to finish at the end.
   *
   * @default "5 seconds"
   */
  readonly gracefulShutdownTimeout?: Duration.Input | undefined
}

/**
 * Where an emulator listens.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** For instance `http://127.0.0.1:54321`, without a slash at the end. */
  readonly baseUrl: string
  /** The address that it is bound to. */
  readonly host: string
  /** The TCP port number. */
  readonly port: number
  /**
   * Runs an effect while nobody listens on the port, so that every connection is refused; open ones are closed.
   */
  readonly refusing: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * The server of this program or test.
 *
 * @category services
 * @since 0.1.0
 */
export class EmulatorServer
  extends Context.Service<EmulatorServer, Service>()("@effect-sens/emulator/EmulatorServer")
{}

const loopback = ["localhost", "127.0.0.1", "[::1]"]
const emulated = ["sens.apigw.ntruss.com", "sens.apigw.gov-ntruss.com", "sens.apigw.fin-ntruss.com"]

const hostname = (host: string): string => host.replace(/:\d*$/, "").toLowerCase()

// An empty host would be every address of this machine.
const hostOf = ({ host }: Options): string => host === undefined || host === "" ? "127.0.0.1" : host

const guarded = (emulator: Emulator.Service, options: Options) => {
  const allowed = new Set([
    ...loopback,
    ...emulated,
    ...(options.host === undefined ? [] : [options.host.includes(":") ? `[${options.host}]` : options.host]),
    ...options.allowedHosts ?? []
  ].map((host) => host.toLowerCase()))
  const foreign = HttpServerResponse.jsonUnsafe(
    {
      error: ServiceError.gatewayBody({
        code: "230",
        details: "The Host header names another server; allowedHosts (--allow-host) lets in a further name."
      })
    },
    { status: ServiceError.gatewayErrors["230"].status }
  )
  return Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (!allowed.has(hostname(request.headers["host"] ?? ""))) return foreign
    // The Date, or that there is none, is the emulator's to say.
    NodeHttpServerRequest.toServerResponse(request).sendDate = false
    // The server would not let a client that hangs up interrupt a wait.
    const reaction = yield* Effect.interruptible(emulator.exchange)
    if (reaction._tag === "Answer") return reaction.response
    NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
    return HttpServerResponse.empty()
  })
}

/** Closes the port, and opens the same one again. */
const withPortClosed = (server: Server, options: Options, port: number) => <A, E, R>(self: Effect.Effect<A, E, R>) => {
  const close = Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })
  const open = Effect.callback<void>((resume) => {
    server.once("error", (error) => resume(Effect.die(error)))
    server.listen({ host: hostOf(options), port }, () => resume(Effect.void))
  })
  return Effect.acquireUseRelease(close, () => self, () => open)
}

/**
 * Serves an emulator on a port until its scope closes. Fails with `ServeError` where the port cannot be had.
 *
 * **Example** (Where it listens)
 *
 * ```ts import.meta.vitest
 * import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
 * import * as Effect from "effect/Effect"
 *
 * const program = EmulatorServer.EmulatorServer.use(({ baseUrl, port }) => Effect.succeed([baseUrl, port] as const))
 * const [baseUrl, port] = await Effect.runPromise(Effect.provide(program, EmulatorServer.layer()))
 *
 * baseUrl // => `http://127.0.0.1:${port}`
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<Emulator.Emulator | EmulatorServer, HttpServerError.ServeError> =>
  Layer.unwrap(Effect.sync(() => {
    const nodeServer = createServer()
    const serving = Layer.effect(
      EmulatorServer,
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const server = yield* HttpServer.HttpServer
        yield* server.serve(guarded(emulator, options))
        const { address } = server
        if (NetAddress.isUnixPathAddress(address)) {
          return yield* Effect.die(new Error("The emulator listens on a port, not on a path"))
        }
        const ip = NetAddress.isUnspecified(address.address) ? NetAddress.ipv4Loopback : address.address
        return EmulatorServer.of({
          baseUrl: `http://${NetAddress.formatUrlHost(ip)}:${address.port}`,
          host: NetAddress.formatIp(ip),
          port: address.port,
          refusing: withPortClosed(nodeServer, options, address.port)
        })
      })
    )
    return serving.pipe(
      Layer.provide(NodeHttpServer.layerServer(() => nodeServer, {
        host: hostOf(options),
        port: options.port ?? 0,
        gracefulShutdownTimeout: options.gracefulShutdownTimeout ?? "5 seconds"
      })),
      Layer.provideMerge(Emulator.layer(options))
    )
  }))

/**
 * Points the `HttpClient` of the context at the server: whatever origin a request names, the server gets it, with the path and
 * query just as they were.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerClient: Layer.Layer<HttpClient.HttpClient, never, EmulatorServer | HttpClient.HttpClient> = Layer
  .fresh(
    // Fresh, since a program may hold several emulators, each with its own client.
    Layer.effect(
      HttpClient.HttpClient,
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer
        const client = yield* HttpClient.HttpClient
        return HttpClient.mapRequest(
          client,
          (request) => HttpClientRequest.setUrl(request, baseUrl + rawTarget(request.url))
        )
      })
    )
  )

/**
 * An emulator on a free port, and an `HttpClient` that reaches it over a real socket, for tests. Fails with `ServeError` where
 * no port can be had.
 *
 * **Example** (Its own OpenAPI document)
 *
 * ```ts import.meta.vitest
 * import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const program = Effect.map(HttpClient.get("/openapi.json"), (response) => response.status)
 *
 * await Effect.runPromise(Effect.provide(program, EmulatorServer.layerTest())) // => 200
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (
  options: Options = {}
): Layer.Layer<Emulator.Emulator | EmulatorServer | HttpClient.HttpClient, HttpServerError.ServeError> =>
  layerClient.pipe(
    Layer.provide(Layer.fresh(NodeHttpClient.layerUndici)),
    Layer.provideMerge(layer(options))
  )
