// What becomes of a POST over `NodeTransport`, beside what becomes of it over Effect's own client for undici: the same, or better.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { createServer as createHttpServer } from "node:http"
import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2"
import { type AddressInfo, createServer, type Server, Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { once, options } from "./answering.ts"
import * as Certificate from "./certificate.ts"
import { signer } from "./emulated.ts"

const sms: SendRequest.SendRequest = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
}

// -----------------------------------------------------------------------------
// Servers
// -----------------------------------------------------------------------------

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const listening = <S extends Server>(make: (track: (socket: Socket) => void) => S) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly server: S; readonly sockets: Set<Socket> }>((resume) => {
        const sockets = new Set<Socket>()
        const server = make((socket) => {
          sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)))
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, sockets })))
      }),
      ({ server, sockets }) =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        })
    ),
    ({ server, sockets }) => ({ sockets, port: portOf(server), url: `http://127.0.0.1:${portOf(server)}` })
  )

/** Does something with each connection once the whole of a request has come. */
const raw = (answer: (socket: Socket, head: string) => void) =>
  listening((track) =>
    createServer((socket) => {
      track(socket)
      let data = ""
      socket.setEncoding("latin1").on("data", (chunk) => {
        data += String(chunk)
        const end = data.indexOf("\r\n\r\n")
        if (end < 0) return
        const length = Number(/^content-length: *(\d+)/im.exec(data)?.[1] ?? 0)
        if (data.length < end + 4 + length) return
        const head = data.slice(0, end)
        data = ""
        answer(socket, head)
      })
    })
  )

const accepted = JSON.stringify({ requestId: "RSSA-1", statusCode: "202", statusName: "success" })
const head = (headers: ReadonlyArray<string>, status = "202 Accepted") =>
  `HTTP/1.1 ${status}\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`
const whole = head(["content-type: application/json", `content-length: ${accepted.length}`]) + accepted
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const inParts = (parts: ReadonlyArray<string | Buffer>, end: (socket: Socket) => void) => (socket: Socket) => {
  const [part, ...rest] = parts
  if (part === undefined) return end(socket)
  // A turn of its own each, so that they are not joined.
  socket.write(part, () => setImmediate(() => inParts(rest, end)(socket)))
}

// -----------------------------------------------------------------------------
// Both transports
// -----------------------------------------------------------------------------

const undici = NodeHttpClient.layerUndici
const ours = NodeTransport.layer()

type Transport = Layer.Layer<HttpClient.HttpClient>

const over = (dispatcher: Undici.Dispatcher): { readonly undici: Transport; readonly ours: Transport } => ({
  undici: NodeHttpClient.layerUndiciNoDispatcher.pipe(
    Layer.provide(Layer.succeed(NodeHttpClient.Dispatcher, dispatcher))
  ),
  ours: NodeTransport.layer({ dispatcher })
})

const closing = <D extends Undici.Dispatcher>(dispatcher: D) =>
  Effect.acquireRelease(Effect.succeed(dispatcher), () => Effect.promise(() => dispatcher.destroy()))

/** What one POST comes to: "accepted", or the tag of its failure, whether it may have been accepted, and its code. */
const outcome = (transport: Transport, baseUrl: string, overrides?: Partial<Sens.Options>) =>
  Sens.make({ ...options, baseUrl, ...overrides }).pipe(
    Effect.flatMap(({ messages }) =>
      Effect.flatMap(messages.prepare(sms), (intent) => once(messages.submit(intent, sms)))
    ),
    Effect.match({
      onSuccess: ({ requestId }) => `accepted ${requestId}`,
      onFailure: ({ isAmbiguous, reason }) => `${reason._tag}${isAmbiguous ? ", ambiguous" : ""}`
    }),
    Effect.provide([transport, signer])
  )

/** The same, over connections that are kept from one to the next. */
const keeping = (transport: Transport) =>
  Effect.map(
    Layer.build(transport),
    (context) => (baseUrl: string, overrides?: Partial<Sens.Options>) =>
      outcome(Layer.succeedContext(context), baseUrl, overrides)
  )

const change = (change: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest) => ({
  transformClient: HttpClient.mapRequest(change)
})

interface Case {
  readonly name: string
  readonly answer: (socket: Socket, head: string) => void
  readonly undici: string
  /** Where it is another. */
  readonly better?: string
  readonly options?: Partial<Sens.Options>
}

const lost = "ConnectionLost, ambiguous"
const failed = "ConnectionFailed"
const unexpected = "UnexpectedResponse, ambiguous"
const success = "accepted RSSA-1"

const answers = (text: string) => (socket: Socket): void => {
  socket.write(text)
}
const ends = (text: string) => (socket: Socket): void => {
  socket.end(text)
}
const header = (name: string, value: string) => change((request) => HttpClientRequest.setHeader(request, name, value))

const cases: ReadonlyArray<Case> = [
  { name: "whole", answer: answers(whole), undici: success },
  {
    name: "in chunks",
    answer: answers(head(["transfer-encoding: chunked"]) + chunk(accepted) + chunk("")),
    undici: success
  },
  { name: "to its end", answer: ends(head(["connection: close"]) + accepted), undici: success },
  { name: "after an early hint", answer: answers(head([], "103 Early Hints") + whole), undici: success },
  { name: "204", answer: answers(head([], "204 No Content")), undici: unexpected },
  {
    name: "302",
    answer: answers(head(["location: http://127.0.0.1:1/", "content-length: 0"], "302 Found")),
    undici: unexpected
  },
  { name: "101 that nobody asked for", answer: answers(head(["upgrade: x"], "101 Switching Protocols")), undici: lost },
  { name: "half a body", answer: ends(head(["content-length: 100"]) + accepted), undici: lost },
  {
    name: "half a chunked body",
    answer: ends(head(["transfer-encoding: chunked"]) + chunk(accepted)),
    undici: lost
  },
  { name: "reset before an answer", answer: (socket) => socket.resetAndDestroy(), undici: lost },
  {
    name: "reset in the head",
    answer: inParts(["HTTP/1.1 202 Acc"], (socket) => socket.resetAndDestroy()),
    undici: lost
  },
  {
    name: "reset in the body",
    answer: inParts([head(["content-length: 100"]), "{"], (socket) => socket.resetAndDestroy()),
    undici: lost
  },
  { name: "reset after the body", answer: inParts([whole], (socket) => socket.resetAndDestroy()), undici: success },
  { name: "a length below zero", answer: answers(head(["content-length: -5"]) + accepted), undici: lost },
  { name: "a length that is none", answer: answers(head(["content-length: abc"]) + accepted), undici: lost },
  {
    name: "two lengths",
    answer: answers(head([`content-length: ${accepted.length}`, "content-length: 1"]) + accepted),
    undici: lost
  },
  {
    name: "a length and chunks",
    answer: answers(head(["content-length: 1", "transfer-encoding: chunked"]) + chunk(accepted) + chunk("")),
    undici: lost
  },
  { name: "no HTTP", answer: answers("SSH-2.0-OpenSSH_9.2\r\n"), undici: lost },
  {
    name: "a hundred headers",
    answer: answers(
      head([
        ...Array.from({ length: 100 }, (_, index) => `x-${index}: ${"y".repeat(20)}`),
        `content-length: ${accepted.length}`
      ]) + accepted
    ),
    undici: success
  },
  {
    name: "headers without end",
    answer: answers(head(Array.from({ length: 1000 }, (_, index) => `x-${index}: ${"y".repeat(100)}`)) + accepted),
    undici: lost
  },
  {
    name: "too large, as it says",
    answer: answers(`${head(["content-length: 100000"])}${" ".repeat(100_000)}`),
    undici: unexpected,
    options: { maxAnswerBytes: 50_000 }
  },
  {
    name: "too large, in chunks",
    answer: answers(
      `${head(["transfer-encoding: chunked"])}${chunk(" ".repeat(40_000))}${chunk(" ".repeat(40_000))}${chunk("")}`
    ),
    undici: unexpected,
    options: { maxAnswerBytes: 50_000 }
  },
  {
    name: "to a request with a line feed in a header",
    answer: answers(whole),
    undici: failed,
    options: header("x-a", "a\nb")
  },
  {
    name: "to a request with another one in its header",
    answer: answers(whole),
    undici: failed,
    options: header("x-a", "a\r\n\r\nPOST / HTTP/1.1\r\n")
  },
  { name: "to a request with NUL in a header", answer: answers(whole), undici: failed, options: header("x-a", "a\0") },
  {
    name: "to a request with Korean in a header",
    answer: answers(whole),
    undici: failed,
    options: header("x-a", "가")
  },
  {
    name: "to a request with a header of a bad name",
    answer: answers(whole),
    undici: failed,
    options: header("x a", "a")
  },
  {
    name: "to a request that says it is chunked",
    answer: answers(whole),
    undici: failed,
    options: header("transfer-encoding", "chunked")
  },
  // undici refuses these as well, by codes that are not known to come before the first byte.
  {
    name: "to a request that wants to be told to go on",
    answer: answers(whole),
    undici: lost,
    better: failed,
    options: header("expect", "100-continue")
  },
  {
    name: "to a request of another length than it says",
    answer: answers(whole),
    undici: lost,
    better: failed,
    options: header("content-length", "5")
  },
  {
    name: "to a request of a scheme that is none",
    answer: answers(whole),
    undici: failed,
    better: "InvalidRequest",
    options: change((request) => HttpClientRequest.setUrl(request, request.url.replace("http:", "ftp:")))
  },
  // It would go out without them.
  {
    name: "to a request with a password in its URL",
    answer: answers(whole),
    undici: success,
    better: "InvalidRequest",
    options: change((request) => HttpClientRequest.setUrl(request, request.url.replace("http://", "http://a:b@")))
  }
]

describe("an answer", () => {
  it.live.each(cases)("$name", ({ answer, better, options, undici: expected }) =>
    Effect.gen(function*() {
      const { url } = yield* raw(answer)
      assert.deepStrictEqual(
        yield* Effect.all({ undici: outcome(undici, url, options), ours: outcome(ours, url, options) }),
        { undici: expected, ours: better ?? expected }
      )
    }).pipe(Effect.scoped))
})

describe("a connection", () => {
  it.live("that is kept serves the next request, and one that the server gave up does not", () =>
    Effect.gen(function*() {
      for (const transport of [ours, undici]) {
        let connections = 0
        const seen = new Set<Socket>()
        const { sockets, url } = yield* raw((socket) => {
          if (!seen.has(socket)) connections++
          seen.add(socket)
          socket.write(head([`content-length: ${accepted.length}`, "keep-alive: timeout=5"]) + accepted)
        })
        const send = (yield* keeping(transport))(url)
        for (let sent = 0; sent < 6; sent++) assert.strictEqual(yield* send, success)
        // undici takes a connection for free only when it has done with its answer, which is after it has told of it.
        assert.isAtMost(connections, 2)
        const before = connections
        for (const socket of sockets) socket.end()
        yield* Effect.sleep("50 millis")
        assert.deepStrictEqual([yield* send, connections], [success, before + 1])
      }
    }).pipe(Effect.scoped))

  it.live("that may be kept for no time is used once", () =>
    Effect.gen(function*() {
      for (const transport of [ours, undici]) {
        let connections = 0
        const seen = new Set<Socket>()
        const { url } = yield* raw((socket) => {
          if (!seen.has(socket)) connections++
          seen.add(socket)
          socket.write(head([`content-length: ${accepted.length}`, "keep-alive: timeout=1"]) + accepted)
        })
        const send = (yield* keeping(transport))(url)
        assert.deepStrictEqual([yield* send, yield* send, connections], [success, success, 2])
      }
    }).pipe(Effect.scoped))

  it.live("with TLS", () =>
    Effect.gen(function*() {
      const { port } = yield* listening((track) =>
        createTlsServer(Certificate, (socket) => {
          track(socket)
          socket.once("data", () => socket.write(whole))
        })
      )
      const url = `https://127.0.0.1:${port}`
      const trusting = over(yield* closing(new Undici.Agent({ connect: { ca: Certificate.cert } })))
      assert.deepStrictEqual(
        yield* Effect.all([outcome(trusting.undici, url), outcome(trusting.ours, url)]),
        [success, success]
      )
      // A certificate that nobody vouches for.
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [failed, failed])
    }).pipe(Effect.scoped))

  it.live.each(
    [
      [
        "answers",
        (stream: ServerHttp2Stream) => {
          stream.respond({ ":status": 202, "content-type": "application/json" })
          stream.end(accepted)
        },
        success
      ],
      ["closes its stream", (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR), lost],
      // It says that it has not looked at it, which undici does not tell.
      ["refuses its stream", (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM), lost],
      ["breaks", (stream: ServerHttp2Stream) => stream.session?.destroy(), lost]
    ] as const
  )("of HTTP/2 that %s", ([, answer, expected]) =>
    Effect.gen(function*() {
      const sessions = new Set<ServerHttp2Session>()
      const { port } = yield* listening((track) =>
        createSecureServer(Certificate)
          .on("secureConnection", track)
          .on("session", (session) => sessions.add(session))
          .on("stream", (stream) => {
            stream.on("error", () => {})
            answer(stream)
          })
      )
      const url = `https://127.0.0.1:${port}`
      const trusting = over(
        yield* closing(new Undici.Agent({ allowH2: true, connect: { ca: Certificate.cert, allowH2: true } }))
      )
      assert.deepStrictEqual(
        yield* Effect.all([outcome(trusting.undici, url), outcome(trusting.ours, url)]),
        [expected, expected]
      )
      assert.isTrue(sessions.size > 0)
    }).pipe(Effect.scoped))

  it.live.each(
    [
      ["closes", (socket: Socket) => socket.destroy(), failed],
      ["resets", (socket: Socket) => socket.resetAndDestroy(), lost],
      ["answers without TLS", (socket: Socket) => socket.write(whole), lost]
    ] as const
  )("in whose TLS handshake the server %s carried nothing", ([, answer, expected]) =>
    Effect.gen(function*() {
      const { port } = yield* listening((track) =>
        createServer((socket) => {
          track(socket)
          socket.once("data", () => answer(socket))
        })
      )
      const url = `https://127.0.0.1:${port}`
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [expected, failed])
    }).pipe(Effect.scoped))

  it.live("that does not come about within the time of an attempt, or of a connection, proves that nothing was sent", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(() => {})
      // One connection, on which another waits for ever.
      const bounded = over(yield* closing(new Undici.Agent({ connections: 1, pipelining: 1 })))
      yield* Effect.forkScoped(outcome(bounded.ours, url))
      yield* Effect.sleep("50 millis")
      const short = { attemptTimeout: "200 millis" } as const
      assert.deepStrictEqual(
        yield* Effect.all([outcome(bounded.undici, url, short), outcome(bounded.ours, url, short)]),
        ["TimedOut, ambiguous", failed]
      )
      // As long as the call may take.
      assert.strictEqual(
        yield* outcome(bounded.ours, url, { callTimeout: "200 millis", attemptTimeout: "5 seconds" }),
        failed
      )
      const impatient = NodeTransport.layer({
        dispatcher: yield* closing(new Undici.Agent({ connections: 1 })),
        connectTimeout: "100 millis"
      })
      const send = yield* keeping(impatient)
      const first = yield* Effect.forkChild(send(url, { attemptTimeout: "1 second" }))
      yield* Effect.sleep("50 millis")
      assert.strictEqual(yield* send(url), failed)
      // What has begun is not bound by it.
      assert.strictEqual(yield* Fiber.join(first), "TimedOut, ambiguous")
    }).pipe(Effect.scoped))

  it.live("that is waited for when a send is interrupted leaves nothing to look for", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(() => {})
      const bounded = over(yield* closing(new Undici.Agent({ connections: 1 })))
      yield* Effect.forkScoped(outcome(bounded.ours, url))
      yield* Effect.sleep("50 millis")
      for (const [transport, expected] of [[bounded.undici, 1], [bounded.ours, 0]] as const) {
        let told = 0
        const { messages } = yield* Effect.provide(
          Sens.make({ ...options, baseUrl: url, onInterrupted: () => Effect.sync(() => told++) }),
          [transport, signer]
        )
        const sending = yield* Effect.forkChild(messages.send(sms))
        yield* Effect.sleep("50 millis")
        yield* Fiber.interrupt(sending)
        assert.strictEqual(told, expected)
      }
    }).pipe(Effect.scoped))
})

describe("a proxy", () => {
  /** A proxy that answers CONNECT as it is told, and counts. */
  const proxy = (connect: (client: Socket, port: number) => void) =>
    Effect.gen(function*() {
      let tunnels = 0
      const { url } = yield* listening((track) =>
        createHttpServer((_, response) => response.writeHead(500).end())
          .on("connection", track)
          .on("connect", ({ url = "" }, client: Socket) => {
            tunnels++
            connect(client, Number(url.split(":")[1]))
          })
      )
      return { url, tunnels: () => tunnels }
    })

  const tunnel = (client: Socket, port: number): void => {
    const upstream = new Socket().on("error", () => client.destroy())
    upstream.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n")
      client.pipe(upstream)
      upstream.pipe(client)
    })
    client.on("close", () => upstream.destroy())
  }

  it.live("that opens a tunnel", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(answers(whole))
      const { tunnels, url: uri } = yield* proxy(tunnel)
      const { ours, undici } = over(yield* closing(new Undici.ProxyAgent({ uri, proxyTunnel: true })))
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [success, success])
      assert.isTrue(tunnels() > 0)
    }).pipe(Effect.scoped))

  it.live("that breaks under a request which has gone through it may have let it pass", () =>
    Effect.gen(function*() {
      const { url } = yield* raw((socket) => socket.resetAndDestroy())
      const { url: uri } = yield* proxy(tunnel)
      const { ours, undici } = over(yield* closing(new Undici.ProxyAgent({ uri, proxyTunnel: true })))
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [lost, lost])
    }).pipe(Effect.scoped))

  it.live.each(
    [
      ["refuses", (client: Socket) => client.end("HTTP/1.1 403 Forbidden\r\n\r\n"), failed],
      ["asks for a password", (client: Socket) => client.end("HTTP/1.1 407 Password\r\n\r\n"), failed],
      ["closes", (client: Socket) => client.destroy(), lost],
      ["resets", (client: Socket) => client.resetAndDestroy(), lost]
    ] as const
  )("that %s lets nothing pass", ([, connect, expected]) =>
    Effect.gen(function*() {
      const { url: uri } = yield* proxy(connect)
      const { ours, undici } = over(yield* closing(new Undici.ProxyAgent({ uri, proxyTunnel: true })))
      const url = "http://127.0.0.1:9"
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [expected, failed])
    }).pipe(Effect.scoped))

  it.live("of the program's settings, by one that reads them", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(answers(whole))
      const { tunnels, url: uri } = yield* proxy(tunnel)
      const dispatcher = new Undici.EnvHttpProxyAgent({ httpProxy: uri, noProxy: "", proxyTunnel: true })
      const { ours, undici } = over(yield* closing(dispatcher))
      assert.deepStrictEqual(yield* Effect.all([outcome(undici, url), outcome(ours, url)]), [success, success])
      assert.isTrue(tunnels() > 0)
    }).pipe(Effect.scoped))
})

describe("a client of the program's own", () => {
  it.live("reads a text that was cut within a letter, cookies, bytes and JSON", () =>
    Effect.gen(function*() {
      const text = JSON.stringify({ text: "안녕하세요 😀" })
      const bytes = Buffer.from(text)
      const { url } = yield* raw(
        inParts(
          [
            head(
              [`content-length: ${bytes.length}`, "set-cookie: a=1", "set-cookie: b=2", "X-Twice: 1", "x-twice: 2"],
              "200 OK"
            ),
            ...Array.from(bytes, (byte) => Buffer.of(byte))
          ],
          () => {}
        )
      )
      for (const transport of [undici, ours]) {
        yield* Effect.gen(function*() {
          const response = yield* HttpClient.get(`${url}/a?b=c#d`, { urlParams: { e: "가" } })
          assert.strictEqual(yield* response.text, text)
          assert.deepStrictEqual(yield* response.json, { text: "안녕하세요 😀" })
          assert.strictEqual(Buffer.from(yield* response.arrayBuffer).toString(), text)
          // Once more, whatever became of the first.
          assert.strictEqual(Buffer.from(yield* response.arrayBuffer).toString(), text)
          // As clients that change an answer make theirs.
          const wrapped: HttpClientResponse.HttpClientResponse = Object.create(response)
          assert.strictEqual(yield* wrapped.text, text)
          assert.deepStrictEqual(Object.keys(response.cookies.cookies), ["a", "b"])
          assert.deepInclude(response.headers, { "x-twice": "1, 2" })
          assert.strictEqual(response.url, `${url}/a?b=c&e=%EA%B0%80`)
          assert.strictEqual(response.status, 200)
        }).pipe(Effect.provide(transport))
      }
      const streamed = yield* HttpClient.get(url).pipe(
        Effect.flatMap((response) => Stream.mkString(Stream.decodeText(response.stream))),
        Effect.provide(ours)
      )
      assert.strictEqual(streamed, text)
    }).pipe(Effect.scoped))

  it.live("is told of a body that broke off with the answer that it belongs to", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(ends(head(["content-length: 100"], "200 OK") + "half"))
      for (const transport of [undici, ours]) {
        yield* Effect.gen(function*() {
          const response = yield* HttpClient.get(url)
          assert.strictEqual(response.status, 200)
          const { arrayBuffer, json, text } = response
          for (const read of [text, text, Effect.asVoid(json), Effect.asVoid(arrayBuffer)]) {
            const { reason } = yield* Effect.flip(read)
            assert.strictEqual(reason._tag, "DecodeError")
          }
        }).pipe(Effect.provide(transport))
      }
    }).pipe(Effect.scoped))

  it.live("gets a request refused that is none of bytes, or has a URL that is none", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(() => assert.fail("it came"))
      const refused = (request: HttpClientRequest.HttpClientRequest) =>
        Effect.map(Effect.flip(HttpClient.execute(request)), ({ reason }) => reason._tag)
      const post = HttpClientRequest.post(url)
      assert.deepStrictEqual(
        yield* Effect.all([
          refused(HttpClientRequest.bodyStream(post, Stream.make(Uint8Array.of(1)))),
          refused(HttpClientRequest.bodyFormData(post, new FormData())),
          refused(HttpClientRequest.setBody(post, HttpBody.raw(new Blob(["x"])))),
          refused(HttpClientRequest.post("http://")),
          refused(HttpClientRequest.post("/relative")),
          refused(HttpClientRequest.post("http://a b/"))
        ]),
        ["EncodeError", "EncodeError", "EncodeError", "InvalidUrlError", "InvalidUrlError", "InvalidUrlError"]
      )
    }).pipe(Effect.provide(ours), Effect.scoped))

  it.live("has a HEAD answered whose body would be too large", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(answers(head(["content-length: 999999999"], "200 OK")))
      for (const transport of [undici, ours]) {
        const response = yield* Effect.provide(HttpClient.head(url), transport)
        assert.strictEqual(response.status, 200)
      }
    }).pipe(Effect.scoped))

  it.live("may hand over a dispatcher of old callbacks, or of new ones", () =>
    Effect.gen(function*() {
      const { url } = yield* raw(answers(whole))
      yield* outcome(ours, url)
      const node: unknown = Reflect.get(globalThis, Symbol.for("undici.globalDispatcher.1"))
      const pick = (names: ReadonlyArray<string>, inner: Undici.Dispatcher): NodeTransport.Dispatcher => ({
        dispatch: (options, handler) =>
          Reflect.apply(inner.dispatch, inner, [
            options,
            Object.fromEntries(names.map((name) => [name, Reflect.get(handler, name).bind(handler)]))
          ])
      })
      const old = pick(["onConnect", "onHeaders", "onData", "onComplete", "onError"], node as Undici.Dispatcher)
      const names = ["onRequestStart", "onResponseStart", "onResponseData", "onResponseEnd", "onResponseError"]
      const today = pick(names, yield* closing(new Undici.Agent()))
      for (const dispatcher of [old, today]) {
        const transport = NodeTransport.layer({ dispatcher })
        assert.strictEqual(yield* outcome(transport, url), success)
        assert.strictEqual(yield* outcome(transport, "http://127.0.0.1:1"), failed)
        const broken = yield* raw((socket) => socket.resetAndDestroy())
        assert.strictEqual(yield* outcome(transport, broken.url), lost)
        const { sockets, url: silent } = yield* raw(() => {})
        const sending = yield* Effect.forkChild(outcome(transport, silent))
        while (sockets.size === 0) yield* Effect.sleep("5 millis")
        yield* Fiber.interrupt(sending)
        while (sockets.size > 0) yield* Effect.sleep("5 millis")
      }
    }).pipe(Effect.scoped))

  it.live("has a dispatcher that throws, or fails after an answer, told for what it is", () =>
    Effect.gen(function*() {
      const throwing = NodeTransport.layer({
        dispatcher: {
          dispatch: () => {
            throw new Error("no")
          }
        }
      })
      assert.strictEqual(yield* outcome(throwing, "http://127.0.0.1:1"), failed)
    }))

  it.effect("is told of options that are none", () =>
    Effect.gen(function*() {
      for (const given of [{ dispatcher: {} }, { connectTimeout: "soon" }]) {
        // @ts-expect-error none of these is one
        const exit = yield* Effect.exit(NodeTransport.make(given))
        assert.isTrue(Exit.hasDies(exit))
      }
    }))
})
