import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { createServer } from "node:net"
import { reason } from "../../src/internal/transport.ts"
import { options } from "../answering.ts"
import { signer } from "../emulated.ts"

const told = (cause: unknown, request = HttpClientRequest.post("https://sens.test/x")) => {
  const failed = reason(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
  )
  return [failed._tag, "code" in failed ? failed.code : undefined] as const
}

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields)
const fetched = (message: string, fields: object = {}) =>
  new TypeError("fetch failed", { cause: error(message, fields) })

// As the runtimes have them, read off each.
describe("nothing was sent", () => {
  it.each([
    [fetched("connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED", syscall: "connect" }), "ECONNREFUSED"],
    [fetched("getaddrinfo ENOTFOUND nope.invalid", { code: "ENOTFOUND", syscall: "getaddrinfo" }), "ENOTFOUND"],
    [fetched("connect ETIMEDOUT 192.0.2.1:443", { code: "ETIMEDOUT", syscall: "connect" }), "ETIMEDOUT"],
    [fetched("connect EHOSTUNREACH 192.0.2.1:443", { code: "EHOSTUNREACH", syscall: "connect" }), "EHOSTUNREACH"],
    [fetched("connect ENETUNREACH 192.0.2.1:443", { code: "ENETUNREACH", syscall: "connect" }), "ENETUNREACH"],
    [fetched("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "DEPTH_ZERO_SELF_SIGNED_CERT"],
    [fetched("bad port"), "BlockedPort"],
    [fetched("unknown scheme"), "UnsupportedScheme"],
    [error("Connect Timeout Error", { code: "UND_ERR_CONNECT_TIMEOUT" }), "UND_ERR_CONNECT_TIMEOUT"],
    [error("invalid x-ncp-iam-access-key header", { code: "UND_ERR_INVALID_ARG" }), "UND_ERR_INVALID_ARG"],
    [error("Invalid character in header content [\"x\"]", { code: "ERR_INVALID_CHAR" }), "ERR_INVALID_CHAR"],
    [
      error("Client network socket disconnected before secure TLS connection was established", { code: "ECONNRESET" }),
      "ECONNRESET"
    ],
    [
      error("Proxy response (403) !== 200 when HTTP Tunneling", { code: "UND_ERR_ABORTED" }),
      "UND_ERR_ABORTED"
    ],
    // Bun.
    [
      Object.assign(new TypeError("EPROTO: The TLS handshake failed. Does the server speak TLS on this port?"), {
        code: "EPROTO",
        errno: 0
      }),
      "EPROTO"
    ],
    [
      Object.assign(new TypeError("ECONNREFUSED: Unable to connect."), { code: "ECONNREFUSED", errno: 0 }),
      "ECONNREFUSED"
    ],
    // Deno.
    [
      fetched(
        "error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error: Connection refused"
      ),
      "Connect"
    ],
    [
      fetched("error sending request for url (https://x/): client error (Connect): invalid peer certificate"),
      "Connect"
    ],
    [new TypeError("Fetch failed: Requests to port 6000 are blocked"), "BlockedPort"],
    [new TypeError("Url scheme 'ftp' not supported"), "UnsupportedScheme"]
  ])("%s", (cause, code) => {
    assert.deepStrictEqual(told(cause), ["ConnectionFailed", code])
  })

  it.each(["a\nb", "a\rb", "a\0b", "a\u200Bb", "가"])("what stands in a header cannot be written: %j", (value) => {
    const request = HttpClientRequest.setHeader(HttpClientRequest.post("https://sens.test/x"), "x", value)
    assert.deepStrictEqual(told(new TypeError("no"), request), ["ConnectionFailed", "InvalidHeader"])
  })

  it("a scheme that is none of HTTP", () => {
    const request = HttpClientRequest.post("ftp://sens.test/x")
    assert.deepStrictEqual(told(new TypeError("no"), request), ["ConnectionFailed", "UnsupportedScheme"])
  })
})

describe("it may have been", () => {
  it.each([
    [fetched("other side closed", { code: "UND_ERR_SOCKET" }), "UND_ERR_SOCKET"],
    [fetched("read ECONNRESET", { code: "ECONNRESET", syscall: "read" }), "ECONNRESET"],
    [error("write EPIPE", { code: "EPIPE", syscall: "write" }), "EPIPE"],
    [error("read ETIMEDOUT", { code: "ETIMEDOUT", syscall: "read" }), "ETIMEDOUT"],
    [error("Headers Timeout Error", { code: "UND_ERR_HEADERS_TIMEOUT" }), "UND_ERR_HEADERS_TIMEOUT"],
    [error("write EPROTO", { code: "EPROTO", syscall: "write" }), "EPROTO"],
    [error("aborted", { code: "UND_ERR_ABORTED" }), "UND_ERR_ABORTED"],
    // Bun, Deno.
    [
      Object.assign(new TypeError("ECONNRESET: The socket connection was closed unexpectedly."), {
        code: "ECONNRESET"
      }),
      "ECONNRESET"
    ],
    [
      fetched(
        "error sending request from 127.0.0.1:5 for http://x/ (127.0.0.1:6): client error (SendRequest): connection closed before message completed"
      ),
      undefined
    ],
    [new TypeError("no"), undefined],
    [undefined, undefined]
  ])("%s", (cause, code) => {
    assert.deepStrictEqual(told(cause), ["ConnectionLost", code])
  })

  it("what white space is around a header, `fetch` takes off and sends", () => {
    const request = HttpClientRequest.setHeader(HttpClientRequest.post("https://sens.test/x"), "x", " a\n")
    assert.deepStrictEqual(told(new TypeError("no"), request), ["ConnectionLost", undefined])
  })

  it("a code that may be anything is not shown", () => {
    for (const code of ["01012345678", "안녕", "a b", "x".repeat(50)]) {
      assert.deepStrictEqual(told(error("no", { code })), ["ConnectionLost", "unknown"])
    }
  })
})

describe("over the transports of Node", () => {
  const transports = {
    fetch: FetchHttpClient.layer,
    undici: NodeHttpClient.layerUndici,
    "node:http": NodeHttpClient.layerNodeHttp
  }

  const sms = {
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    content: "안녕하세요",
    messages: [{ to: PhoneNumber.make("01012345678") }]
  } as const

  /** Sends once, and says why that failed. */
  const failure = (transport: keyof typeof transports, baseUrl: string, header?: string) =>
    Sens.make({
      ...options,
      baseUrl,
      transformClient: header === undefined
        ? undefined
        : HttpClient.mapRequest(HttpClientRequest.setHeader("x-header", header))
    }).pipe(
      Effect.flatMap(({ messages }) =>
        Effect.flatMap(messages.prepare(sms), (intent) => Effect.flip(messages.submit(intent, sms)))
      ),
      Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never),
      Effect.provide([transports[transport], signer]),
      Effect.map(({ isAmbiguous, reason }) => [reason._tag, isAmbiguous])
    )

  /** A server that reads a request and closes, without TLS. */
  const rude = Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => {})
        socket.once("data", () => socket.destroy())
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

  it.live.each(["fetch", "undici", "node:http"] as const)(
    "%s tells the two apart",
    (transport) =>
      Effect.gen(function*() {
        const { port } = yield* rude
        const here = `http://127.0.0.1:${port}`
        assert.deepStrictEqual(yield* failure(transport, here), ["ConnectionLost", true])
        assert.deepStrictEqual(yield* failure(transport, "http://127.0.0.1:1"), ["ConnectionFailed", false])
        assert.deepStrictEqual(yield* failure(transport, "http://nothing.invalid"), ["ConnectionFailed", false])
        for (const header of ["a\u200Bb", "가", "a\nb"]) {
          assert.deepStrictEqual(yield* failure(transport, here, header), ["ConnectionFailed", false])
        }
      }).pipe(Effect.scoped)
  )

  it.live("a port that fetch blocks", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* failure("fetch", "http://127.0.0.1:6000"), ["ConnectionFailed", false])
    }))
})
