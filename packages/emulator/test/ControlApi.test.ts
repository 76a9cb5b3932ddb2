import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { ask, base, call, control, jpeg, list, reserved, send, sms, upload } from "./support.ts"

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
        const messages = yield* ask("/messages")
        assert.deepStrictEqual(
          messages.body.map((each: Record<string, unknown>) => [each["sequence"], each["to"], each["code"]]),
          [[0, "01", "3001"], [1, "02", "3012"]]
        )
        assert.lengthOf((yield* ask("/messages?to=02")).body, 1)
        assert.lengthOf((yield* ask("/messages?after=0&limit=1")).body, 1)
        assert.deepStrictEqual((yield* ask("/wait?to=02&timeoutMillis=1")).body, messages.body[1])
        assert.deepStrictEqual((yield* ask("/otp?to=01")).body, { code: "493021" })
        const none = yield* Effect.raceFirst(ask("/wait?to=03&timeoutMillis=0"), Effect.as(Effect.never, undefined))
        assert.strictEqual(none?.status, 404)
        assert.strictEqual(none?.body._tag, "NoMessage")

        const pending = { operation: "send", count: 1, fault: { _tag: "ServerError", status: 503, accepted: false } }
        assert.strictEqual((yield* control("POST", "/__emulator/faults", { body: pending })).status, 204)
        assert.deepStrictEqual((yield* ask("/faults")).body, { pending: [{ id: 1, ...pending }], applied: [] })
        assert.strictEqual((yield* send(sms())).status, 503)
        const forever = { operation: "any", count: null, fault: { _tag: "NoDate" } }
        yield* control("POST", "/__emulator/faults", { body: forever })
        assert.deepStrictEqual((yield* ask("/faults")).body, {
          pending: [{ id: 2, ...forever }],
          applied: [{ operation: "send", fault: "ServerError", count: 1 }]
        })
        assert.strictEqual((yield* control("DELETE", "/__emulator/faults")).status, 204)
        const random = { seed: "x", rates: [{ fault: { _tag: "EmptyNotFound" }, rate: 1, operation: "search" }] }
        assert.strictEqual((yield* control("PUT", "/__emulator/faults", { body: random })).status, 204)
        assert.strictEqual((yield* list("requestId=x")).status, 404)
        yield* control("DELETE", "/__emulator/faults")

        yield* send(sms({ content: "인증번호 493021", messages: [{ to: "01" }] }))
        assert.lengthOf((yield* ask("/duplicates")).body, 1)
        yield* call({ target: `${base}/messages`, body: sms(), signed: { target: "/" } })
        assert.strictEqual((yield* ask("/signatures")).body[0].problem._tag, "SignatureMismatch")
        const ledger = yield* ask("/ledger?after=1")
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
        const picture = yield* ask(`/files/${uploaded.body.fileId}`)
        assert.deepStrictEqual([picture.status, picture.headers["content-type"]], [200, "image/jpeg"])
        assert.strictEqual((yield* ask("/files/none")).status, 404)

        assert.strictEqual((yield* control("POST", "/__emulator/reset")).status, 204)
        assert.deepStrictEqual((yield* ask("/messages")).body, [])
        assert.deepStrictEqual(yield* emulator.ledger, [])
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
        const policy = (yield* control("GET", "/")).headers["content-security-policy"] ?? ""
        assert.match(policy, /default-src 'none'/)
        for (const kind of ["script", "style", "connect"]) assert.include(policy, `; ${kind}-src 'self';`)
        assert.strictEqual((yield* ask("/nothing")).status, 404)
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
        assert.strictEqual((yield* ask("/messages?limit=0")).status, 400)
        assert.strictEqual((yield* ask("/inbox?limit=x")).status, 400)

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
