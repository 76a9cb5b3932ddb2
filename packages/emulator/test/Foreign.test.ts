import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as EmulatorWeb from "@effect-sens/emulator/EmulatorWeb"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { connect } from "node:net"
import { line } from "../src/internal/requestLog.ts"
import { base, call, list, reserved, send, sms } from "./support.ts"

// What a browser says of a request that a page of another origin makes. An image or a form names no origin.
const foreign: ReadonlyArray<readonly [string, Record<string, string>]> = [
  ["a script", { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
  ["an image", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["another port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }],
  ["a link", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
  ["an old browser", { origin: "https://evil.example" }],
  ["a sandbox", { origin: "null" }]
]

const unsigned = {
  "x-ncp-apigw-timestamp": undefined,
  "x-ncp-iam-access-key": undefined,
  "x-ncp-apigw-signature-v2": undefined
}

describe("what a foreign page sends", () => {
  it.effect("uses up no fault, fills no log and changes nothing", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("any", 1, Fault.serverError({ status: 503 }))
      for (const [name, headers] of foreign) {
        for (const method of ["GET", "POST"] as const) {
          const target = `${base}/messages${method === "GET" ? "?requestId=x" : ""}`
          const body = method === "POST" ? sms() : undefined
          const answer = yield* call({ method, target, headers, ...(body === undefined ? undefined : { body }) })
          assert.strictEqual(answer.status, 403, `${name} ${method}`)
        }
        const unsigned = yield* call({ target: `${base}/messages`, headers, signed: { secretKey: "other" } })
        assert.strictEqual(unsigned.status, 403, name)
        assert.strictEqual((yield* call({ target: "/__emulator/messages", headers })).status, 403, name)
        assert.strictEqual((yield* call({ method: "POST", target: "/__emulator/reset", headers })).status, 403, name)
      }
      assert.deepStrictEqual(yield* emulator.ledger, [])
      assert.deepStrictEqual(yield* emulator.signatureLog, [])
      assert.deepStrictEqual((yield* emulator.faults.pending).map(({ count }) => count), [1])
      assert.deepStrictEqual(yield* emulator.allMessages, [])
      assert.strictEqual((yield* send(sms())).status, 503)
      assert.strictEqual((yield* send(sms())).status, 202)
    }).pipe(Effect.provide(EmulatorServer.layerTest())))

  it.effect("a web handler knows its own origin by the address, where there is no Host", () =>
    Effect.gen(function*() {
      const handler = yield* EmulatorWeb.make
      const status = (origin: string) =>
        Effect.map(
          Effect.promise(() =>
            handler(new Request("http://sens.test/__emulator/reset", { method: "POST", headers: { origin } }))
          ),
          (response) => response.status
        )
      assert.strictEqual(yield* status("http://sens.test"), 204)
      assert.strictEqual(yield* status("http://other.test"), 403)
    }).pipe(Effect.provide(Emulator.layer())))

  it.effect("a picture whose browser says nothing of where it stands uses up nothing either", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("any", 1, Fault.serverError({ status: 503 }))
      const browser = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)", accept: "image/avif,*/*;q=0.8" }
      for (const target of [`${base}/messages?requestId=x`, `${base}/messages`, "/nobody"]) {
        assert.strictEqual((yield* call({ target, headers: { ...browser, ...unsigned } })).status, 403, target)
      }
      assert.deepStrictEqual(yield* emulator.ledger, [])
      assert.strictEqual((yield* emulator.faults.pending).length, 1)
      // A program that takes the name of a browser and signs, and one that forgets to sign, are told why.
      assert.strictEqual((yield* call({ target: `${base}/messages?requestId=x`, headers: browser })).status, 503)
      assert.strictEqual((yield* call({ target: `${base}/messages?requestId=x`, headers: unsigned })).status, 401)
    }).pipe(Effect.provide(EmulatorServer.layerTest())))

  it.effect("what a browser asks for by itself, once it was led to a page of the emulator, fills no log either", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      for (let i = 0; i < 2; i++) {
        const icon = yield* call({
          target: "/favicon.ico",
          headers: { "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors" }
        })
        assert.strictEqual(icon.status, 200)
      }
      assert.deepStrictEqual(yield* emulator.ledger, [])
    }).pipe(Effect.provide(EmulatorServer.layerTest())))

  it.effect("the documents run what stands in them, and load nothing from elsewhere", () =>
    Effect.gen(function*() {
      for (let i = 0; i < 2; i++) {
        const { headers, status } = yield* call({ target: "/docs" })
        assert.strictEqual(status, 200)
        const policy = headers["content-security-policy"] ?? ""
        assert.include(policy, "default-src 'none'")
        assert.match(policy, /script-src (?:'sha256-[\w+/]{43}=' ?){2};/)
      }
    }).pipe(Effect.provide(EmulatorServer.layerTest())))

  it.effect("a link to a page of the emulator still opens it", () =>
    Effect.gen(function*() {
      for (const target of ["/", "/openapi.json"]) {
        const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }
        assert.strictEqual((yield* call({ target, headers })).status, 200, target)
      }
    }).pipe(Effect.provide(EmulatorServer.layerTest())))
})

describe("bodies of the control API", () => {
  const post = (size: number, chunked: boolean) => (url: string) =>
    Effect.promise(async () => {
      const text = JSON.stringify({ code: "3001", includes: "x".repeat(size) })
      const response = await fetch(`${url}/__emulator/outcomes`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        ...(chunked
          ? { body: new Blob([text]).stream(), duplex: "half" as const }
          : { body: text })
      } as RequestInit)
      return { status: response.status, body: await response.json().catch(() => undefined) as any }
    })

  for (const chunked of [false, true]) {
    it.live(`of more than 1 MB are refused${chunked ? ", also without a length" : ""}`, () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const large = yield* post(1_100_000, chunked)(baseUrl)
        assert.strictEqual(large.status, 413)
        assert.strictEqual(large.body.error.errorCode, "430")
        // Again, and one that fits.
        assert.strictEqual((yield* post(1_100_000, chunked)(baseUrl)).status, 413)
        assert.notStrictEqual((yield* post(10, chunked)(baseUrl)).status, 413)
      }).pipe(Effect.provide(EmulatorServer.layer({ maxBodyBytes: 50_000_000 }))), 30_000)
  }

  it.effect("the same of a web handler", () =>
    Effect.gen(function*() {
      const handler = yield* EmulatorWeb.make
      const response = yield* Effect.promise(() =>
        handler(
          new Request("http://sens.test/__emulator/outcomes", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ includes: "x".repeat(1_100_000), code: "3001" })
          })
        )
      )
      assert.strictEqual(response.status, 413)
    }).pipe(Effect.provide(Emulator.layer())))
})

describe("a defect", () => {
  it.live("answers in the shape of the gateway, with a line in the log", () => {
    const lines: Array<string> = []
    const log = Logger.make(({ logLevel, message }) => {
      if (logLevel === "Error") lines.push(String(message))
    })
    return Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      for (let i = 0; i < 2; i++) {
        const response = yield* Effect.promise(() => fetch(`${baseUrl}${base}/messages`))
        assert.strictEqual(response.status, 500)
        const body = (yield* Effect.promise(() => response.json())) as any
        assert.strictEqual(body.error.errorCode, "900")
      }
      assert.strictEqual(lines.length, 2)
      assert.include(lines[0], "The emulator failed")
    }).pipe(
      Effect.provide(EmulatorServer.layer({ onRequest: () => Effect.die(new Error("a full disk")) })),
      Effect.provide(Logger.layer([log]))
    )
  })
})

describe("a defect in what falls due before a request", () => {
  it.effect("is answered in the shape of the gateway as well, and the request is in the ledger", () => {
    let broken = false
    const append = () => broken ? Effect.die(new Error("a storage with a mistake")) : Effect.void
    const layer = EmulatorClient.layer({ storage: { events: [], append } })
    return Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const sent = yield* send(reserved())
      assert.strictEqual(sent.status, 202)
      broken = true
      yield* TestClock.adjust("2 hours")
      for (let i = 0; i < 2; i++) {
        const failed = yield* list(`requestId=${sent.body.requestId}`)
        assert.strictEqual(failed.status, 500)
        assert.strictEqual(failed.body.error.errorCode, "900")
      }
      broken = false
      assert.strictEqual((yield* list(`requestId=${sent.body.requestId}`)).body.itemCount, 1)
      const entries = yield* emulator.ledger
      assert.deepStrictEqual(entries.map(({ index, operation, status }) => [index, operation, status]), [
        [0, "send", 202],
        [1, "search", 500],
        [2, "search", 500],
        [3, "search", 200]
      ])
      assert.strictEqual(entries[1]?.verdict._tag, "Refused")
    }).pipe(Effect.provide([layer, Logger.layer([])]))
  })
})

describe("the log", () => {
  it.live("holds no byte that a terminal acts on", () => {
    const lines: Array<string> = []
    return Effect.gen(function*() {
      const { port } = yield* EmulatorServer.EmulatorServer
      const emulator = yield* Emulator.Emulator
      yield* Effect.callback<void>((resume) => {
        const socket = connect({ host: "127.0.0.1", port })
        socket.on("close", () => resume(Effect.void))
        socket.resume()
        socket.end(
          Buffer.from(
            `GET ${base}/messages HTTP/1.1\r\nHost: localhost\r\nx-ncp-iam-access-key: \u009b31m\r\n` +
              "x-ncp-apigw-timestamp: 1\r\nx-ncp-apigw-signature-v2: x\r\nConnection: close\r\n\r\n",
            "latin1"
          )
        )
      })
      const entry = (yield* emulator.ledger)[0]!
      lines.push(line(entry))
      const made = {
        ...entry,
        target: "/\u009b\u0007\u007f\u2028\u202e",
        verdict: { _tag: "Refused", why: ["\u009bJ"] } as const
      }
      lines.push(line(made))
      assert.strictEqual(lines.length, 2)
      for (const each of lines) {
        // oxlint-disable-next-line no-control-regex
        assert.notMatch(each, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
        assert.include(each, "\\u009b")
      }
    }).pipe(Effect.provide(EmulatorServer.layer()))
  })
})
