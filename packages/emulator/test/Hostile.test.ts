import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { request } from "node:http"
import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { fileURLToPath } from "node:url"
import { base, call, type send, sign, sms } from "./support.ts"

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

// Draws that a seed repeats (mulberry32).
const draws = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

type Draw = ReturnType<typeof draws>

const pick = <A>(draw: Draw, all: ReadonlyArray<A>): A => all[draw(all.length)]!

const encoder = new TextEncoder()

const bytes = (draw: Draw, length: number): Uint8Array => Uint8Array.from({ length }, () => draw(256))

const repeat = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

const wrong: ReadonlyArray<unknown> = [
  null,
  true,
  -1,
  1e308,
  "",
  "\u0000",
  "\ud800",
  [],
  {},
  [[[[]]]],
  { __proto__: null, constructor: 1 },
  "x".repeat(3000)
]

// What may be wrong with a body, of up to `most` bytes. None of them is a request that could be accepted.
const kinds: Readonly<Record<string, (draw: Draw, most: number) => Uint8Array>> = {
  "random bytes": (draw, most) => bytes(draw, draw(most)),
  "deep arrays": (draw, most) => encoder.encode(repeat("[", draw(most))),
  "deep arrays, closed": (draw, most) => {
    const depth = 1 + draw(most >> 1)
    return encoder.encode("[".repeat(depth) + "]".repeat(depth))
  },
  "deep objects": (draw, most) => encoder.encode(repeat("{\"messages\":", draw(most))),
  "deep objects in a field": (draw, most) => {
    const depth = 1 + draw((most - 400) / 7)
    const value = `${"{\"a\":".repeat(depth)}1${"}".repeat(depth)}`
    return encoder.encode(
      JSON.stringify(sms({ messages: [] })).replace("[]", value)
    )
  },
  "wrong types": (draw) => {
    const body = sms()
    const field = pick(draw, ["type", "from", "content", "messages"])
    // A long text and a lone surrogate are texts like others.
    body[field] = field === "content" || field === "from" || field === "type"
      ? pick(draw, [null, true, -1, [], {}, ""])
      : pick(draw, wrong)
    return encoder.encode(JSON.stringify(body))
  },
  "wrong recipients": (draw) =>
    encoder.encode(JSON.stringify(sms({
      messages: Array.from(
        { length: 1 + draw(20) },
        () => pick(draw, [...wrong.slice(0, 11), { to: pick(draw, wrong) }])
      )
    }))),
  "a cut body": (draw) => {
    const whole = encoder.encode(JSON.stringify(sms()))
    return whole.subarray(0, draw(whole.length))
  },
  "EUC-KR": () =>
    Uint8Array.from([...encoder.encode("{\"content\":\""), 0xb3, 0xbb, 0xbf, 0xeb, ...encoder.encode("\"}")]),
  "UTF-16": (draw) => {
    const text = JSON.stringify(sms())
    const view = new DataView(new ArrayBuffer(text.length * 2))
    const little = draw(2) === 0
    for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), little)
    return new Uint8Array(view.buffer)
  },
  "a bit flipped in a key": (draw) => {
    const whole = encoder.encode(JSON.stringify({ type: "SMS", from: "021", content: "a", messages: [{ to: "1" }] }))
    const keys = [2, 15, 28, 42]
    const at = pick(draw, keys)
    whole[at] = whole[at]! ^ (1 << draw(5))
    return whole
  },
  "keys without end": (draw, most) =>
    encoder.encode(`{${Array.from({ length: draw(most / 12) }, (_, i) => `"k${i}":${i % 10}`).join(",")}}`),
  "numbers without end": (draw, most) => encoder.encode(`{"type":${repeat("9", 1 + draw(most - 20))}}`),
  "an array of nothing": (draw, most) => encoder.encode(`[${repeat("0,", draw(most - 3) & ~1)}0]`)
}

const targets = ["messages", "files", "unsubscribes"].map((path) => `${base}/${path}`)

// 4xx in one of the two shapes of the service.
const assertRefused = (answer: Effect.Success<ReturnType<typeof send>>, what: string) => {
  assert.include([400, 413, 415], answer.status, `${what}: ${answer.text.slice(0, 200)}`)
  if (answer.status === 400) {
    assert.strictEqual(answer.body.status, 400, what)
    assert.isAbove(answer.body.errors.length, 0, what)
    assert.strictEqual(answer.body.errorMessage, `Validation failed. ${answer.body.errors.length} error(s)`, what)
  } else if (answer.status === 413) assert.strictEqual(answer.body.error.errorCode, "430", what)
  assert.isBelow(answer.text.length, 100_000, what)
}

const attack = Effect.fnUntraced(function*(cases: number, most: number, seed: number) {
  const emulator = yield* Emulator.Emulator
  const draw = draws(seed)
  const names = Object.keys(kinds)
  let refused = 0
  for (let i = 0; i < cases; i++) {
    const name = names[i % names.length]!
    const body = kinds[name]!(draw, most)
    const target = pick(draw, targets)
    const method = target.endsWith("unsubscribes") && draw(2) === 0 ? "DELETE" : "POST"
    const contentType = pick(draw, [
      "application/json",
      "application/json",
      "application/json; charset=EUC-KR",
      "text/html"
    ])
    const answer = yield* call({ method, target, rawBody: body, headers: { "content-type": contentType } })
    assertRefused(answer, `case ${i}, ${name}, ${method} ${target}`)
    refused++
  }
  assert.deepStrictEqual(yield* emulator.allMessages, [])
  return refused
})

describe("hostile bodies", () => {
  it.effect("10,000 of up to 4 KB: each refused in the shape of the service", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* attack(10_000, 4096, 1), 10_000)
      // What the ledger keeps of them is bounded, too.
      const emulator = yield* Emulator.Emulator
      for (const { body } of yield* emulator.ledger) assert.isAtMost(body.length, 4096)
    }).pipe(Effect.provide(EmulatorClient.layer({ logCapacity: 1000 }))), 120_000)

  it.effect("1,000 over a socket", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* attack(1000, 4096, 2), 1000)
    }).pipe(Effect.provide(EmulatorServer.layerTest())), 120_000)

  for (
    const [name, layer] of [
      ["without", (options: Emulator.Options) => EmulatorClient.layer(options)],
      ["over", (options: Emulator.Options) => Layer.orDie(EmulatorServer.layerTest(options))]
    ] as const
  ) {
    it.effect(
      `ten of 10 MB, ${name} a socket: refused, also where the limit lets them in, and little is kept`,
      () => {
        const size = 10_000_000
        const large = [
          repeat("[", size),
          repeat("{\"a\":", size),
          `"${"a".repeat(size)}"`,
          `[${repeat("0,", size)}0]`,
          `{"messages":[${repeat("{},", size)}{}]}`,
          `{"type":"SMS","from":"021","content":"${"가".repeat(size / 3)}","messages":[]}`,
          repeat("\u0000", size),
          `{"type":"${"x".repeat(size)}"}`,
          ` ${" ".repeat(size)}`,
          `[${repeat("{\"clientTelNo\":\"x\"},", size - 20)}{}]`
        ]
        const attempt = Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          for (const [i, rawBody] of large.entries()) {
            const answer = yield* call({ target: targets[i % 3]!, rawBody })
            assertRefused(answer, `large case ${i}`)
          }
          assert.deepStrictEqual(yield* emulator.allMessages, [])
          return JSON.stringify(yield* emulator.ledger).length
        })
        return Effect.gen(function*() {
          assert.isBelow(yield* Effect.provide(attempt, layer({})), 200_000)
          assert.isBelow(yield* Effect.provide(attempt, layer({ maxBodyBytes: 20_000_000 })), 200_000)
        })
      },
      120_000
    )
  }

  it.live("a program with a heap of 64 MB takes 400 MB of them, and goes on", () =>
    Effect.gen(function*() {
      const child = yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(process.execPath, ["--max-old-space-size=64", program, "--port=0"], {
            stdio: ["ignore", "pipe", "ignore"]
          })
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      const port = yield* Effect.callback<number>((resume) => {
        let output = ""
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString()
          const match = /127\.0\.0\.1:(\d+)/.exec(output)
          if (match !== null) resume(Effect.succeed(Number(match[1])))
        })
      })
      const target = `${base}/messages`
      const chunk = encoder.encode(repeat("[", 100_000))
      const post = (announced: boolean) =>
        Effect.callback<string>((resume) => {
          const outgoing = request({
            port,
            host: "127.0.0.1",
            method: "POST",
            path: target,
            headers: {
              ...sign({ method: "POST", target, timestamp: Date.now() }),
              "content-type": "application/json",
              ...(announced ? { "content-length": String(chunk.length * 100) } : undefined)
            }
          }, (incoming) => {
            incoming.resume()
            resume(Effect.succeed(String(incoming.statusCode)))
          })
          // A server that has seen enough may hang up.
          outgoing.on("error", () => resume(Effect.succeed("hung up")))
          for (let i = 0; i < 100; i++) outgoing.write(chunk)
          outgoing.end()
        })
      const seen = yield* Effect.forEach(
        Array.from({ length: 40 }, (_, i) => i % 2 === 0),
        post,
        { concurrency: 4 }
      )
      for (const each of seen) assert.include(["413", "hung up"], each)
      assert.include(seen, "413")
      const alive = yield* Effect.promise(() =>
        fetch(`http://127.0.0.1:${port}/__emulator/messages`).then((response) => response.json())
      )
      assert.deepStrictEqual(alive, [])
      assert.isNull(child.exitCode)
      // What the process ever held, where the system tells.
      const status = `/proc/${child.pid}/status`
      const most = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))?.[1] : undefined
      if (most !== undefined) assert.isBelow(Number(most), 400_000)
    }), 120_000)
})

describe("reach", () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => !internal && family === "IPv4")
    .map(({ address }) => address)

  const answers = (host: string, port: number) =>
    Effect.callback<boolean>((resume) => {
      const socket = connect({ host, port })
      const end = (yes: boolean) => () => {
        socket.destroy()
        resume(Effect.succeed(yes))
      }
      socket.once("connect", end(true))
      socket.once("error", end(false))
    })

  it.live("nothing but loopback can reach the port", () =>
    Effect.gen(function*() {
      const { host, port } = yield* EmulatorServer.EmulatorServer
      assert.strictEqual(host, "127.0.0.1")
      assert.isTrue(yield* answers("127.0.0.1", port))
      for (const address of outside) assert.isFalse(yield* answers(address, port), address)
    }).pipe(Effect.provide(EmulatorServer.layer())), 60_000)

  it.live("unless it is told otherwise", () =>
    Effect.gen(function*() {
      const { port } = yield* EmulatorServer.EmulatorServer
      for (const address of ["127.0.0.1", ...outside]) assert.isTrue(yield* answers(address, port), address)
    }).pipe(Effect.provide(EmulatorServer.layer({ host: "0.0.0.0" }))), 60_000)

  it.live("a foreign Host gets to no page of it", () =>
    Effect.gen(function*() {
      const { port } = yield* EmulatorServer.EmulatorServer
      const raw = (request: string) =>
        Effect.callback<string>((resume) => {
          const socket = connect({ host: "127.0.0.1", port })
          let text = ""
          socket.on("data", (chunk) => {
            text += chunk.toString()
          })
          socket.on("close", () => resume(Effect.succeed(text)))
          socket.end(request)
        })
      const target = `${base}/messages`
      const headers = Object.entries(
        sign({ method: "GET", target, timestamp: Date.now(), secretKey: Account.secretKey })
      )
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("")
      for (const path of ["/", "/__emulator/messages", "/openapi.json", "/docs", target]) {
        for (const host of ["Host: rebound.example\r\n", `Host: rebound.example:${port}\r\n`, "Host: \r\n"]) {
          const answer = yield* raw(`GET ${path} HTTP/1.1\r\n${host}${headers}Connection: close\r\n\r\n`)
          assert.match(answer, /^HTTP\/1\.1 403 /, `${path} ${host}`)
        }
      }
    }).pipe(Effect.provide(EmulatorServer.layer())), 60_000)
})
