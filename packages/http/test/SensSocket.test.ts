import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Redacted from "effect/Redacted"
import { createServer, type RequestListener } from "node:http"
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net"

// The wires themselves: no fake transport, no virtual time.

const transports = [
  ["NodeTransport", NodeTransport.layer()],
  ["fetch", FetchHttpClient.layer],
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp]
] as const

const options = (baseUrl: string): Sens.Options => ({
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId),
  baseUrl,
  onAmbiguous: "fail"
})

const sms: SendRequest.SendRequest = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
}

// One POST and what it came to: `send` would go on from there.
const post = ({ messages }: Sens.Service) =>
  Effect.flatMap(messages.prepare(sms), (intent) => messages.submit(intent, sms))

const port = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const httpServer = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  )

const tcpServer = (onSocket: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createTcpServer>>((resume) => {
      const server = createTcpServer(onSocket)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
      })
  )

/** Takes requests and never answers. */
const blackHole = Effect.gen(function*() {
  const requested = yield* Deferred.make<void>()
  const closed = yield* Deferred.make<void>()
  const server = yield* tcpServer((socket) => {
    // Node's fetch opens a connection ahead of need after it gave one up; only one that got a request counts.
    socket.on("error", () => {}).once("data", () => {
      Deferred.doneUnsafe(requested, Effect.void)
      socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
    })
  })
  return {
    baseUrl: `http://127.0.0.1:${port(server)}`,
    requested: Deferred.await(requested),
    closed: Deferred.await(closed)
  }
})

const failure = (send: Effect.Effect<SendResponse.SendResponse, SensError.SensError>) =>
  Effect.map(Effect.flip(once(send)), ({ reason }) => reason)

const once = Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never)

const client = (baseUrl: string, overrides?: Partial<Sens.Options>) => Sens.make({ ...options(baseUrl), ...overrides })

for (const [name, transport] of transports) {
  layer(transport, { excludeTestServices: true })(`over ${name}`, (it) => {
    it.effect("a message is accepted by the emulator, its signature verified", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const emulator = yield* Emulator.Emulator
        const sens = yield* client(baseUrl)
        const { requestId } = yield* sens.messages.send(sms)
        const [message] = yield* emulator.messages("01012345678")
        assert.strictEqual(message?.requestId, requestId)
        assert.strictEqual(message?.content, "안녕하세요")
      }).pipe(Effect.provide(EmulatorServer.layer())))

    it.effect("a redirect to another host is not followed, and that host sees nothing", () =>
      Effect.gen(function*() {
        const seen = { here: 0, there: 0 }
        const there = yield* httpServer((_, response) => {
          seen.there += 1
          response.end()
        })
        for (const status of [301, 302, 303, 307, 308]) {
          seen.here = 0
          const here = yield* httpServer((_, response) => {
            seen.here += 1
            response.writeHead(status, { location: `http://127.0.0.1:${port(there)}/` }).end()
          })
          const sens = yield* client(`http://127.0.0.1:${port(here)}`)
          assert.deepInclude(yield* failure(post(sens)), { _tag: "UnexpectedResponse", status })
          assert.deepStrictEqual(seen, { here: 1, there: 0 })
        }
      }).pipe(Effect.scoped))

    it.effect("a dead port proves that nothing was sent", () =>
      Effect.gen(function*() {
        const dead = yield* Effect.scoped(Effect.map(httpServer(() => {}), port))
        const sens = yield* client(`http://127.0.0.1:${dead}`)
        assert.deepInclude(yield* failure(sens.messages.send(sms)), { _tag: "ConnectionFailed", code: "ECONNREFUSED" })
      }).pipe(Effect.scoped))

    it.effect("a black hole ends after the limit, and its socket is closed", () =>
      Effect.gen(function*() {
        const { baseUrl, closed } = yield* blackHole
        const sens = yield* client(baseUrl, { attemptTimeout: "1 second" })
        assert.deepInclude(yield* failure(post(sens)), { _tag: "TimedOut", limit: "attempt" })
        yield* closed
      }).pipe(Effect.scoped))

    it.effect("a body that drips ends after the limit as well", () =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<void>()
        const runFork = Effect.runForkWith(yield* Effect.context())
        const drip = yield* httpServer((_, response) => {
          response.writeHead(202, { "content-type": "application/json" })
          const drop = (): void => {
            if (!response.destroyed) response.write(" ", () => runFork(Effect.delay(Effect.sync(drop), "50 millis")))
          }
          drop()
          response.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        })
        const sens = yield* client(`http://127.0.0.1:${port(drip)}`, { attemptTimeout: "1 second" })
        assert.deepInclude(yield* failure(post(sens)), { _tag: "TimedOut" })
        yield* Deferred.await(closed)
      }).pipe(Effect.scoped))

    it.effect("a connection that breaks after the request may hide an accepted one", () =>
      Effect.gen(function*() {
        const broken = yield* tcpServer((socket) => {
          socket.on("error", () => {}).once("data", () => socket.destroy())
        })
        const sens = yield* client(`http://127.0.0.1:${port(broken)}`)
        const error = yield* Effect.flip(post(sens))
        assert.strictEqual(error.reason._tag, "ConnectionLost")
        assert.isTrue(error.isAmbiguous)
        assert.isFalse(error.isRetryable)
      }).pipe(Effect.scoped))

    it.effect("a body that breaks off may hide an accepted one", () =>
      Effect.gen(function*() {
        const broken = yield* tcpServer((socket) => {
          socket.on("error", () => {}).once("data", () => {
            socket.end("HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n{\"requestId\":")
          })
        })
        const sens = yield* client(`http://127.0.0.1:${port(broken)}`)
        const error = yield* Effect.flip(post(sens))
        assert.strictEqual(error.reason._tag, "ConnectionLost")
        assert.isTrue(error.isAmbiguous)
      }).pipe(Effect.scoped))

    it.effect("100 MB are not read", () =>
      Effect.gen(function*() {
        let written = 0
        const closed = yield* Deferred.make<void>()
        const flood = yield* httpServer((_, response) => {
          response.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
          response.writeHead(202, { "content-type": "application/json" })
          const chunk = Buffer.alloc(1024 * 1024, " ")
          const write = (): void => {
            while (written < 100 && !response.destroyed) {
              written += 1
              if (!response.write(chunk)) {
                response.once("drain", write)
                return
              }
            }
            response.end()
          }
          write()
        })
        const sens = yield* client(`http://127.0.0.1:${port(flood)}`, { maxAnswerBytes: 4 * 1024 * 1024 })
        assert.deepInclude(yield* failure(post(sens)), { _tag: "UnexpectedResponse", status: 202 })
        yield* Deferred.await(closed)
        assert.isTrue(written < 60, `${written} MB were written`)
      }).pipe(Effect.scoped))

    it.effect("interrupting a send closes its socket", () =>
      Effect.gen(function*() {
        const { baseUrl, closed, requested } = yield* blackHole
        const sens = yield* client(baseUrl)
        const sending = yield* Effect.forkChild(sens.messages.send(sms))
        yield* requested
        yield* Fiber.interrupt(sending)
        yield* closed
      }).pipe(Effect.scoped))
  })
}

describe("FetchHttpClient.RequestInit", () => {
  it.live("what the program sets is kept, but for redirects", () =>
    Effect.gen(function*() {
      const inits: Array<RequestInit | undefined> = []
      const stub: typeof globalThis.fetch = (_, init) => {
        inits.push(init)
        return Promise.resolve(new Response(JSON.stringify({ requestId: "1" }), { status: 202 }))
      }
      const sens = yield* Sens.make(options("http://127.0.0.1")).pipe(
        Effect.provideService(FetchHttpClient.RequestInit, { redirect: "follow", keepalive: true }),
        Effect.provide(FetchHttpClient.layer)
      )
      yield* Effect.provideService(sens.messages.send(sms), FetchHttpClient.Fetch, stub)
      assert.deepInclude(inits[0], { redirect: "manual", keepalive: true })
    }))
})
