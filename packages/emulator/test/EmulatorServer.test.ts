import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { request } from "node:http"
import { base, call, list, send, sign, sms } from "./support.ts"

interface RawAnswer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | ReadonlyArray<string>>
  readonly text: string
}

// Node's client writes the path as it stands, so the target on the wire is exactly this one.
const raw = Effect.fnUntraced(function*(options: {
  readonly method?: string
  readonly target: string
  readonly headers?: Record<string, string>
  readonly body?: string
}) {
  const { host, port } = yield* EmulatorServer.EmulatorServer
  return yield* Effect.callback<RawAnswer, Error>((resume) => {
    const outgoing = request(
      { host, port, method: options.method ?? "GET", path: options.target, headers: options.headers ?? {} },
      (incoming) => {
        let text = ""
        incoming.setEncoding("utf8")
        incoming.on("data", (chunk: string) => text += chunk)
        incoming.on(
          "end",
          () => resume(Effect.succeed({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
        )
      }
    )
    outgoing.on("error", (error) => resume(Effect.fail(error)))
    outgoing.end(options.body)
  })
})

layer(EmulatorServer.layerTest())("EmulatorServer", (it) => {
  it.effect("sends, lists and reports over a socket", () =>
    Effect.gen(function*() {
      const sent = yield* send(sms())
      assert.strictEqual(sent.status, 202, sent.text)
      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.strictEqual(listed.body.itemCount, 1)
      const result = yield* call({ target: `${base}/messages/${listed.body.messages[0].messageId}` })
      assert.strictEqual(result.body.messages[0].to, "01000000001")
    }))

  describe("checks the signature over the target as it came", () => {
    const id = Account.serviceId
    for (
      const target of [
        `${base}/messages?requestId=a%20b`,
        `${base}/messages?requestId=a+b`,
        `${base}/messages?requestId=%61%62%3a`,
        `/sms/v2/services/${id.replaceAll(":", "%3A")}/messages?requestId=x`,
        `/sms/v2/services/${id.replaceAll(":", "%3a")}/messages?pageSize=3&requestId=x&&`,
        `${base}/messages?requestStartTime=2020-01-01+00:00:00&requestEndTime=2020-01-01%2000%3A00%3A00`
      ]
    ) {
      it.effect(target, () =>
        Effect.gen(function*() {
          const good = yield* raw({ target, headers: sign({ method: "GET", target, timestamp: 0 }) })
          assert.strictEqual(good.status, 200, good.text)
          const decoded = decodeURIComponent(target.replaceAll("+", " "))
          if (decoded === target) return
          const bad = yield* raw({ target, headers: sign({ method: "GET", target: decoded, timestamp: 0 }) })
          assert.strictEqual(bad.status, 401)
          const emulator = yield* Emulator.Emulator
          const log = yield* emulator.signatureLog
          assert.isTrue(log.some((entry) => entry.target === target && entry.problem._tag === "SignatureMismatch"))
        }))
    }
  })

  it.effect("refuses a foreign Host", () =>
    Effect.gen(function*() {
      const { port } = yield* EmulatorServer.EmulatorServer
      const target = `${base}/messages?requestId=x`
      const headers = sign({ method: "GET", target, timestamp: 0 })
      for (
        const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "sens.apigw.ntruss.com.evil"]
      ) {
        assert.strictEqual((yield* raw({ target, headers: { ...headers, host } })).status, 403, host)
      }
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "LOCALHOST", "sens.apigw.ntruss.com"]) {
        assert.strictEqual((yield* raw({ target, headers: { ...headers, host } })).status, 200, host)
      }
    }))
})
