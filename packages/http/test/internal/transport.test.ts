import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { createServer } from "node:net"
import { vi } from "vitest"
import { reason } from "../../src/internal/transport.ts"
import { options } from "../answering.ts"
import { signer } from "../emulated.ts"

const told = (cause: unknown, request = HttpClientRequest.post("https://sens.test/x"), of = reason) => {
  const failed = of(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
  )
  return [failed._tag, "code" in failed ? failed.code : undefined] as const
}

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields)
const fetched = (message: string, fields: object = {}) =>
  new TypeError("fetch failed", { cause: error(message, fields) })

describe("of several addresses", () => {
  const refused = error("connect ECONNREFUSED 192.0.2.1:443", { code: "ECONNREFUSED", syscall: "connect" })

  it("nothing was sent where each of them proves it", () => {
    assert.deepStrictEqual(told(new AggregateError([refused, refused])), ["ConnectionFailed", "ECONNREFUSED"])
  })

  it.each([[error("closed")], [undefined], [error("read ECONNRESET", { code: "ECONNRESET", syscall: "read" })]])(
    "one that says nothing, or something else, proves nothing: %s",
    (other) => {
      for (const errors of [[refused, other], [other, refused]]) {
        assert.strictEqual(told(new AggregateError(errors))[0], "ConnectionLost")
      }
    }
  )
})

describe("an answer that breaks off", () => {
  it("has come to a request that was sent, whatever it broke off for", () => {
    const cause = error("connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED", syscall: "connect" })
    const request = HttpClientRequest.post("https://sens.test/x")
    const response = HttpClientResponse.fromWeb(request, new Response("{"))
    const failed = reason(
      new HttpClientError.HttpClientError({ reason: new HttpClientError.DecodeError({ request, response, cause }) })
    )
    assert.strictEqual(failed._tag, "ConnectionLost")
  })
})

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
    [new TypeError("Fetch failed: Requests to port 6000 are blocked"), "BlockedPort"],
    [new TypeError("Url scheme 'ftp' not supported"), "UnsupportedScheme"],
    // Bun, workerd.
    [
      Object.assign(new TypeError("protocol must be http:, https: or s3:"), { code: "ERR_INVALID_ARG_VALUE" }),
      "ERR_INVALID_ARG_VALUE"
    ],
    [new TypeError("Fetch API cannot load: ftp://127.0.0.1/x"), "UnsupportedScheme"]
  ])("%s", (cause, code) => {
    assert.deepStrictEqual(told(cause), ["ConnectionFailed", code])
  })

  const withHeader = (value: string, name = "x") =>
    HttpClientRequest.setHeader(HttpClientRequest.post("https://sens.test/x"), name, value)

  it.each([
    ["a\nb", "Headers.append: \"a\nb\" is an invalid header value."],
    [
      "가",
      "Cannot convert argument to a ByteString because the character at index 0 has a value of 44032 which is greater than 255."
    ],
    ["가", "Header 'x' has invalid value"],
    ["a\rb", "Invalid header value: \"a\rb\""],
    ["a\u200Bb", "Failed to construct 'Request': 'headers' of 'RequestInit' (Argument 2) is not a valid ByteString"],
    ["a\x01b", "failed to parse header value"],
    ["a\0b", "Invalid header value."]
  ])("a header that a runtime says it does not write: %j, %s", (value, message) => {
    assert.deepStrictEqual(told(new TypeError(message), withHeader(value)), ["ConnectionFailed", "InvalidHeader"])
    // The same words about another header are about the answer, or a request of somebody else.
    assert.deepStrictEqual(told(new TypeError(message), withHeader("plain")), ["ConnectionLost", undefined])
  })

  it("a name of a header that a runtime does not write", () => {
    for (
      const message of [
        "Invalid header name: 'x y'",
        "Invalid header name.",
        "Headers.append: \"x y\" is an invalid header name."
      ]
    ) {
      assert.deepStrictEqual(told(new TypeError(message), withHeader("a", "x y")), [
        "ConnectionFailed",
        "InvalidHeader"
      ])
    }
  })

  const notConnected =
    "error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error: Connection refused"

  it("in Deno over the client that keeps no idle connection", async () => {
    vi.stubGlobal("Deno", { createHttpClient: () => ({}) })
    // It looks once for the client.
    vi.resetModules()
    const { current } = await import("../../src/internal/fetch.ts")
    const { reason } = await import("../../src/internal/transport.ts")
    vi.stubGlobal("fetch", () => Promise.reject(fetched(notConnected)))
    try {
      // Once more gives the same.
      for (let twice = 0; twice < 2; twice++) {
        const failed: unknown = await current("http://127.0.0.1:1/", { method: "POST" }).catch((error: unknown) =>
          error
        )
        assert.deepStrictEqual(told(failed, undefined, reason), ["ConnectionFailed", "Connect"])
      }
      // Over another it may have been the second try.
      const others: unknown = await current("http://127.0.0.1:1/", Object.assign({ method: "POST" }, { client: {} }))
        .catch((error: unknown) => error)
      assert.deepStrictEqual(told(others, undefined, reason), ["ConnectionLost", "Connect"])
    } finally {
      vi.unstubAllGlobals()
    }
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
    // Deno over a client that keeps connections sends again when one breaks; this may be the second try.
    [
      fetched(
        "error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error: Connection refused"
      ),
      "Connect"
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

  it.each([
    // workerd writes Korean as UTF-8, and Bun connects to a URL without a scheme.
    [HttpClientRequest.setHeader(HttpClientRequest.post("https://sens.test/x"), "x", "가"), "Network connection lost."],
    [HttpClientRequest.setHeader(HttpClientRequest.post("https://sens.test/x"), "x", "a\nb"), "no"],
    [HttpClientRequest.post("localhost:8080/x"), "no"],
    [HttpClientRequest.post("ftp://sens.test/x"), "no"]
  ])("a request that not everybody sends, and of which the transport says nothing", (request, message) => {
    assert.deepStrictEqual(told(new Error(message), request), ["ConnectionLost", undefined])
  })

  it("a code that may be anything is not shown", () => {
    for (const code of ["01012345678", "to-010-123-456-78", "안녕", "a b", "x".repeat(50)]) {
      assert.deepStrictEqual(told(error("no", { code })), ["ConnectionLost", "unknown"])
    }
  })
})

describe("over the transports of Node", () => {
  const transports = {
    NodeTransport: NodeTransport.layer(),
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

  it.live.each(["NodeTransport", "fetch", "undici", "node:http"] as const)(
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
