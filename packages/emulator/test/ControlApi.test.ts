import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { base, call, jpeg, list, reserved, send, sms, upload } from "./support.ts"

// Without a signature, as anybody would.
const control = Effect.fnUntraced(function*(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {}
) {
  const client = yield* HttpClient.HttpClient
  let request = HttpClientRequest.make(method)(`http://127.0.0.1${path}`).pipe(
    HttpClientRequest.setHeaders(options.headers ?? {})
  )
  if (options.body !== undefined) request = HttpClientRequest.bodyJsonUnsafe(request, options.body)
  const response = yield* client.execute(request)
  const text = yield* response.text
  // Each test asserts on the fields it names; a schema here would be the one under test.
  const body: any = /json/.test(response.headers["content-type"] ?? "") ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body }
})

const get = (path: string) => control("GET", `/__emulator${path}`)

for (const [name, layer] of [["without", EmulatorClient.layer()], ["over", EmulatorServer.layerTest()]] as const) {
  describe(`the control API, ${name} a socket`, () => {
    it.effect("reads back and scripts as the process does", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        assert.strictEqual((yield* control("PUT", "/__emulator/outcomes/01", { body: { code: "3001" } })).status, 204)
        for (const path of ["opt-outs/010-0000-0009", "opt-outs/+82%2010%200000%200009"]) {
          assert.strictEqual((yield* control("PUT", `/__emulator/${path}`)).status, 204)
        }
        assert.strictEqual((yield* control("PUT", "/__emulator/opt-outs/nobody")).status, 400)
        assert.strictEqual(
          (yield* control("PUT", "/__emulator/outcomes", { body: { includes: "광고", code: "3012" } })).status,
          204
        )
        yield* send(sms({ content: "인증번호 493021", messages: [{ to: "01" }, { to: "02", content: "광고" }] }))
        const messages = yield* get("/messages")
        assert.deepStrictEqual(
          messages.body.map((each: Record<string, unknown>) => [each["sequence"], each["to"], each["code"]]),
          [[0, "01", "3001"], [1, "02", "3012"]]
        )
        assert.lengthOf((yield* get("/messages?to=02")).body, 1)
        assert.lengthOf((yield* get("/messages?after=0&limit=1")).body, 1)
        assert.deepStrictEqual((yield* get("/wait?to=02&timeoutMillis=1")).body, messages.body[1])
        assert.deepStrictEqual((yield* get("/otp?to=01")).body, { code: "493021" })
        const none = yield* Effect.raceFirst(get("/wait?to=03&timeoutMillis=0"), Effect.as(Effect.never, undefined))
        assert.strictEqual(none?.status, 404)
        assert.strictEqual(none?.body._tag, "NoMessage")

        const pending = { operation: "send", count: 1, fault: { _tag: "ServerError", status: 503, accepted: false } }
        assert.strictEqual((yield* control("POST", "/__emulator/faults", { body: pending })).status, 204)
        assert.deepStrictEqual((yield* get("/faults")).body, { pending: [pending], applied: [] })
        assert.strictEqual((yield* send(sms())).status, 503)
        const forever = { operation: "any", count: null, fault: { _tag: "NoDate" } }
        yield* control("POST", "/__emulator/faults", { body: forever })
        assert.deepStrictEqual((yield* get("/faults")).body, {
          pending: [forever],
          applied: [{ operation: "send", fault: "ServerError", count: 1 }]
        })
        assert.strictEqual((yield* control("DELETE", "/__emulator/faults")).status, 204)
        const random = { seed: "x", rates: [{ fault: { _tag: "EmptyNotFound" }, rate: 1, operation: "search" }] }
        assert.strictEqual((yield* control("PUT", "/__emulator/faults", { body: random })).status, 204)
        assert.strictEqual((yield* list("requestId=x")).status, 404)
        yield* control("DELETE", "/__emulator/faults")

        yield* send(sms({ content: "인증번호 493021", messages: [{ to: "01" }] }))
        assert.lengthOf((yield* get("/duplicates")).body, 1)
        yield* call({ target: `${base}/messages`, body: sms(), signed: { target: "/" } })
        assert.strictEqual((yield* get("/signatures")).body[0].problem._tag, "SignatureMismatch")
        const ledger = yield* get("/ledger?after=1")
        assert.deepStrictEqual(
          ledger.body.map((entry: Record<string, unknown>) => entry["operation"]),
          ["search", "send", "send"]
        )

        const sent = yield* send(reserved())
        const reservation = `/__emulator/reservations/${sent.body.requestId}`
        assert.strictEqual((yield* control("PUT", reservation, { body: { outcome: "STALE" } })).status, 204)
        assert.strictEqual(
          (yield* control("PUT", "/__emulator/reservations/x", { body: { outcome: "STALE" } })).status,
          404
        )
        assert.strictEqual((yield* control("PUT", "/__emulator/opt-outs/01")).status, 204)
        const blocked = yield* call({ target: `${base}/unsubscribes` })
        assert.strictEqual(blocked.body[0].registerType, "C")
        assert.strictEqual(
          (yield* control("PUT", "/__emulator/clock", { body: { offsetMillis: 600_000 } })).status,
          204
        )
        assert.strictEqual((yield* send(sms())).status, 401)

        const uploaded = yield* Effect.andThen(emulator.setClockOffset(0), upload("a.jpg", jpeg()))
        const picture = yield* get(`/files/${uploaded.body.fileId}`)
        assert.deepStrictEqual([picture.status, picture.headers["content-type"]], [200, "image/jpeg"])
        assert.strictEqual((yield* get("/files/none")).status, 404)

        assert.strictEqual((yield* control("POST", "/__emulator/reset")).status, 204)
        assert.deepStrictEqual((yield* get("/messages")).body, [])
        assert.deepStrictEqual(yield* emulator.ledger, [])
      }).pipe(Effect.provide(layer as typeof layer)))

    it.effect("the inbox: newest first, with what a code means, searched by number, text and id", () =>
      Effect.gen(function*() {
        yield* control("PUT", "/__emulator/outcomes/01000000002", { body: { code: "3001" } })
        yield* send(sms({ content: "하나", messages: [{ to: "01000000001" }] }))
        yield* send(sms({ type: "LMS", content: "Zwei", messages: [{ to: "01000000002" }] }))
        const inbox = yield* get("/inbox")
        assert.strictEqual(inbox.body.total, 2)
        assert.deepInclude(inbox.body.items[0], {
          limit: 2000,
          meaning: "No subscriber with this number",
          meaningKo: "가입자 없음",
          success: false
        })
        assert.deepInclude(inbox.body.items[1].message, { content: "하나", bytes: 4, to: "01000000001" })
        const found = (search: string) =>
          Effect.map(
            get(`/inbox?search=${encodeURIComponent(search)}`),
            ({ body }) => body.items.map(({ message }: { message: { content: string } }) => message.content)
          )
        assert.deepStrictEqual(yield* found("010-0000-0002"), ["Zwei"])
        assert.deepStrictEqual(yield* found("0000001"), ["하나"])
        assert.deepStrictEqual(yield* found("zwei"), ["Zwei"])
        assert.deepStrictEqual(yield* found(inbox.body.items[1].message.requestId), ["하나"])
        assert.deepStrictEqual(yield* found("nichts"), [])
        assert.lengthOf((yield* get("/inbox?limit=1")).body.items, 1)
      }).pipe(Effect.provide(layer as typeof layer)))

    it.effect("its pages do not show in the ledger, and bear the emulator's Date", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* emulator.faults.next("any", 100, { _tag: "ServerError", status: 500, accepted: false })
        yield* TestClock.setTime(1_678_195_573_358)
        for (const path of ["/", "/?a", "/openapi.json", "/docs", "/__emulator/inbox.js", "/__emulator/openapi.json"]) {
          const page = yield* control("GET", path)
          assert.strictEqual(page.status, 200, path)
          assert.strictEqual(page.headers["date"], "Tue, 07 Mar 2023 13:26:13 GMT")
        }
        assert.match((yield* control("GET", "/")).headers["content-security-policy"] ?? "", /default-src 'none'/)
        assert.strictEqual((yield* get("/nothing")).status, 404)
        assert.deepStrictEqual(yield* emulator.ledger, [])
        assert.deepStrictEqual(yield* emulator.faults.applied, [])
      }).pipe(Effect.provide(layer as typeof layer)))

    it.effect("refuses what does not fit, and pages of other origins", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        for (
          const [path, body] of [
            ["/faults", { operation: "send", count: -1, fault: { _tag: "NoDate" } }],
            ["/faults", { operation: "sent", count: 1, fault: { _tag: "NoDate" } }],
            ["/faults", { operation: "send", count: 1, fault: { _tag: "NoSuchFault" } }],
            ["/faults", { operation: "send", count: 1, fault: { _tag: "Silence", accepted: 1 } }],
            ["/faults", { operation: "send", count: 1, fault: { _tag: "Flood" } }],
            ["/faults", null]
          ] as const
        ) assert.strictEqual((yield* control("POST", `/__emulator${path}`, { body })).status, 400)
        assert.deepStrictEqual(yield* emulator.faults.pending, [])
        assert.strictEqual((yield* get("/messages?limit=0")).status, 400)
        assert.strictEqual((yield* get("/inbox?limit=x")).status, 400)

        const reset = (headers: Record<string, string>) =>
          Effect.map(control("POST", "/__emulator/reset", { headers }), ({ status }) => status)
        yield* send(sms())
        for (
          const headers of [
            { origin: "https://evil.example" },
            { origin: "null" },
            { origin: "http://127.0.0.1.evil.example" },
            { "sec-fetch-site": "cross-site" },
            { "sec-fetch-site": "same-site" }
          ]
        ) assert.strictEqual(yield* reset(headers as Record<string, string>), 403)
        assert.lengthOf(yield* emulator.allMessages, 1)
        assert.strictEqual(yield* reset({ "sec-fetch-site": "same-origin" }), 204)
        assert.lengthOf(yield* emulator.allMessages, 0)
      }).pipe(Effect.provide(layer as typeof layer)))
  })
}
