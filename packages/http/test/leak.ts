// Sends many requests over `NodeTransport` to a server that answers them, cuts them off or says nothing, gives some of them up at random, and
// tells what is left of it all: `node packages/http/test/leak.ts [requests] [seed] [native]`, over an `Agent` with a bound on its connections, or over the dispatcher of Node itself.
// @effect-diagnostics globalConsole:off
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { type ChildProcess, fork } from "node:child_process"
import { createServer } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Exchange from "../src/internal/exchange.ts"

const modes = ["whole", "chunked", "before", "within", "after", "silent", "half", "closing"] as const
type Mode = (typeof modes)[number]

// A connection that the server resets after its answer may have the next request on it by then.
const possible: Readonly<Record<Mode, ReadonlyArray<string>>> = {
  whole: ["whole", "TransportError", "given up"],
  chunked: ["whole", "TransportError", "given up"],
  closing: ["whole", "TransportError", "given up"],
  before: ["TransportError", "given up"],
  within: ["DecodeError", "TransportError", "given up"],
  half: ["DecodeError", "TransportError", "given up"],
  // The reset may overtake what was written before it.
  after: ["whole", "DecodeError", "TransportError", "given up"],
  silent: ["TransportError", "given up"]
}

/** The body of an answer: `size` bytes in letters of three bytes, so that chunks cut them. */
const bodyOf = (size: number): string => "가".repeat(Math.floor(size / 3))

const serve = (): void => {
  const seen: Array<number> = []
  const server = createServer((socket) => {
    let data = ""
    socket.setEncoding("latin1").on("error", () => {}).on("data", (chunk) => {
      if (data === "") seen.push(Number(/^POST \/\w+\/\d+\/(\d+) /.exec(String(chunk))?.[1]))
      data += String(chunk)
      const end = data.indexOf("\r\n\r\n")
      if (end < 0) return
      const length = Number(/^content-length: *(\d+)/im.exec(data)?.[1] ?? 0)
      if (data.length < end + 4 + length) return
      const [, mode, size] = /^POST \/(\w+)\/(\d+)\//.exec(data) ?? []
      data = ""
      const body = bodyOf(Number(size))
      const bytes = Buffer.byteLength(body)
      const head = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`
      const whole = `${head(`content-length: ${bytes}`)}${body}`
      switch (mode) {
        case "whole":
          return socket.write(whole)
        case "chunked":
          return socket.write(
            `${head("transfer-encoding: chunked")}${bytes === 0 ? "" : `${bytes.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`
          )
        case "before":
          return socket.resetAndDestroy()
        case "within":
          return socket.write(head(`content-length: ${bytes + 1}`), () => socket.resetAndDestroy())
        case "after":
          return socket.write(whole, () => socket.resetAndDestroy())
        case "half":
          return socket.end(`${head(`content-length: ${bytes + 1}`)}${body}`)
        case "closing":
          return socket.end(`${head(`content-length: ${bytes}\r\nconnection: close`)}${body}`)
        default:
          return undefined
      }
    })
  })
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 })
  })
  process.on("message", (what) =>
    what === "seen"
      ? process.send?.({ seen })
      : server.getConnections((_, connections) => process.send?.({ connections })))
  process.on("disconnect", () => process.exit())
}

setFlagsFromString("--expose-gc")
const collect: unknown = runInNewContext("gc")

/** In bytes, after what nobody needs any more is gone. */
const held = Effect.gen(function*() {
  // What a collection lets go may itself hold more.
  for (let turn = 0; turn < 4; turn++) {
    if (typeof collect === "function") collect()
    yield* Effect.sleep("20 millis")
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return heapUsed + arrayBuffers
})

const bound = 24

/** The server in a process of its own, which answers a question at a time. */
const started = Effect.acquireRelease(
  Effect.sync(() => fork(import.meta.filename, ["serve"])),
  (child) => Effect.sync(() => child.disconnect())
)

type Told = "port" | "connections" | "seen"

/** The next message that tells it; an answer to a question that was given up tells something else. */
const told = (child: ChildProcess, what: Told, ask: () => void = () => {}) =>
  Effect.callback<unknown>((resume) => {
    const hear = (message: unknown): void => {
      if (typeof message !== "object" || message === null || !(what in message)) return
      child.off("message", hear)
      resume(Effect.succeed(Reflect.get(message, what)))
    }
    child.on("message", hear)
    ask()
    return Effect.sync(() => child.off("message", hear))
  })

const ask = (child: ChildProcess, what: Told) => told(child, what, () => child.send(what))

// Importing it replaces the dispatcher of Node 22.
const agent = Effect.acquireRelease(
  Effect.promise(() => import("@effect/platform-node/Undici").then(({ Agent }) => new Agent({ connections: bound }))),
  (dispatcher) => Effect.promise(() => dispatcher.close())
)

const main = Effect.fnUntraced(function*(requests: number, isNative: boolean) {
  const warnings: Array<string> = []
  process.on("warning", ({ message }) => warnings.push(message))
  const child = yield* started
  const port = Number(yield* told(child, "port"))
  const ended: Record<string, number> = {}
  const wrong: Array<string> = []
  const unbegun: Array<number> = []
  let most = 0
  let last = 0

  const one = Effect.gen(function*() {
    const id = last++
    const mode: Mode = modes[yield* Random.nextIntBetween(0, modes.length - 1)] ?? "whole"
    const size = (yield* Random.nextIntBetween(0, 3)) === 0 ? yield* Random.nextIntBetween(0, 200_000) : 300
    // What nobody answers is given up.
    const patience = mode === "silent" || (yield* Random.nextIntBetween(0, 3)) === 0
      ? yield* Random.nextIntBetween(0, 15)
      : undefined
    const request = HttpClientRequest.post(`http://127.0.0.1:${port}/${mode}/${size}/${id}`).pipe(
      HttpClientRequest.bodyText(bodyOf(yield* Random.nextIntBetween(0, 20_000)))
    )
    const exchange = Exchange.make(Infinity)
    const asked = HttpClient.execute(request).pipe(
      Effect.flatMap(({ text }) => text),
      Effect.match({
        onSuccess: (text) => text === bodyOf(size) ? "whole" : "another body",
        onFailure: (error) => {
          if (Exchange.wasBegun(error) === false) unbegun.push(id)
          return error.reason._tag
        }
      })
    )
    const came = yield* (patience === undefined
      ? asked
      : Effect.timeoutOrElse(asked, { duration: patience, orElse: () => Effect.succeed("given up") })).pipe(
        Effect.provideService(Exchange.CurrentExchange, exchange)
      )
    if (came === "given up" && exchange.isBegun === false) unbegun.push(id)
    ended[came] = (ended[came] ?? 0) + 1
    if (!possible[mode].includes(came)) wrong.push(`${mode}: ${came}`)
  })

  const many = (count: number) =>
    Effect.forEach(Array.from({ length: count }), () => one, { concurrency: 32, discard: true })

  const watching = Effect.forever(
    Effect.andThen(
      Effect.map(ask(child, "connections"), (connections) => {
        most = Math.max(most, Number(connections))
      }),
      Effect.sleep("20 millis")
    )
  )

  const memory = yield* Effect.scoped(Effect.gen(function*() {
    const dispatcher = yield* (isNative ? Effect.undefined : agent)
    const transport = yield* NodeTransport.make({ dispatcher, connectTimeout: "15 millis" })
    return yield* Effect.gen(function*() {
      const first = Math.round(requests / 10)
      yield* Effect.raceFirst(many(first), watching)
      const before = yield* held
      yield* Effect.raceFirst(many(requests - first), watching)
      return { before, after: yield* held }
    }).pipe(Effect.provideService(HttpClient.HttpClient, transport))
  }))
  yield* Effect.sleep("200 millis")
  const left = Number(yield* ask(child, "connections"))
  const seen = new Set(Schema.decodeUnknownSync(Schema.Array(Schema.Finite))(yield* ask(child, "seen")))
  return {
    requests,
    ended,
    wrong,
    warnings,
    // Not begun, as the transport says, and those of them that came.
    unbegun: { said: unbegun.length, came: unbegun.filter((id) => seen.has(id)).length },
    connections: { most, bound, left },
    memory
  }
}, Effect.scoped)

const [first = "10000", seed = String(process.hrtime.bigint()), dispatcher] = process.argv.slice(2)
if (first === "serve") serve()
else {
  const left = await Effect.runPromise(Random.withSeed(main(Number(first), dispatcher === "native"), seed))
  console.log(JSON.stringify({ seed, ...left }, null, 1))
}
