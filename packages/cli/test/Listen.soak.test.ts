import type * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, vi } from "vitest"
import { onPort, secret } from "./listen/endpoint.ts"
import { client, listener, send } from "./listen/program.ts"
import * as Emulator from "./support/emulator.ts"
import { temporary } from "./support/program.ts"

let emulator: Emulator.Emulator
let sens: SensPromise.SensPromise

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "0 seconds")
  sens = client(emulator)
})

afterAll(async () => {
  await sens.dispose()
  await emulator[Symbol.asyncDispose]()
})

const wait = (until: () => boolean) => vi.waitUntil(until, { timeout: 60_000, interval: 20 })

const environmentOf = () => ({ ...emulator.env, SENS_WEBHOOK_SECRET: secret })

describe("listen, killed and let down", () => {
  it("kill -9 five times, 503s, slow answers and none: no message is missing, and every POST is verified", async () => {
    using home = temporary()
    let count = 0
    const answered = new Set<string>()
    let refused = 0
    using endpoint = await onPort(async ({ headers }) => {
      const n = ++count
      if (n % 23 === 0) {
        refused++
        return 503
      }
      if (n % 61 === 0) {
        refused++
        return "silence"
      }
      if (n % 11 === 0) await sleep(200)
      answered.add(String(headers["webhook-id"]))
      return 200
    })
    const start = () =>
      listener(
        ["--forward-to", `${endpoint.origin}/hook?a=1&b=`, "--timeout", "1s", "--interval", "1s"],
        { home: home.path, env: environmentOf() }
      )
    const requests: Array<string> = []
    const more = async (n: number) => requests.push(await send(sens, n, requests.length * 100))
    const kills = 5
    for (let life = 0; life < kills; life++) {
      const child = start()
      await wait(() => child.shown.stderr.includes("Listening"))
      await more(30)
      await wait(() => answered.size > life * 15)
      await sleep(life * 300)
      assert.isNull(await child.end("SIGKILL"))
      // While nobody listens.
      await more(6)
    }
    await using last = start()
    const expected = new Set<string>()
    for (const requestId of requests) {
      const { messages } = await sens.messages.search({ requestId })
      for (const { messageId } of messages ?? []) expected.add(messageId)
    }
    assert.strictEqual(expected.size, kills * 36)
    await vi.waitUntil(() => Array.from(expected).every((id) => answered.has(id)), { timeout: 50_000, interval: 50 })
    endpoint.verify()
    const twice = endpoint.received.length - expected.size
    console.log(
      `${expected.size} messages, ${kills} kills: ${endpoint.received.length} POSTs, ${refused} of them refused`
    )
    assert.isAtMost(twice - refused, kills * 100)
    assert.isTrue(endpoint.received.every(({ url }) => url === "/hook?a=1&b="))
    assert.strictEqual(await last.end("SIGTERM"), 143)
  }, 60_000)

  it("ends with 8 where the endpoint is gone, and with 7 where the service has been away for too long", async () => {
    using home = temporary()
    using endpoint = await onPort(() => 410)
    await send(sens, 1)
    const gone = listener(["--forward-to", endpoint.origin, "--from=-1m", "--lang", "ko"], {
      home: home.path,
      env: environmentOf()
    })
    const away = listener(
      ["--forward-to", endpoint.origin, "--cursor", "other.json", "--give-up", "1s", "--interval", "1s"],
      { home: home.path, env: { ...environmentOf(), SENS_BASE_URL: "http://127.0.0.1:1" } }
    )
    assert.strictEqual(await gone.ended(), 8)
    assert.include(gone.shown.stderr, "오류: http://127.0.0.1:")
    assert.include(gone.shown.stderr, "410")
    assert.strictEqual(await away.ended(), 7)
    assert.include(away.shown.stderr, "Outage: No connection to SENS came about.")
    assert.notInclude(away.shown.stderr, "Listening")
  })

  it("what is given up is a line of a file, and the rest goes on", async () => {
    using home = temporary()
    const bad = await send(sens, 1, 50)
    using endpoint = await onPort(({ body }) => body.includes(bad) ? 500 : 200)
    await using child = listener(
      ["--forward-to", endpoint.origin, "--from=-1m", "--retry-for", "0s", "--cursor", "c.json", "--interval", "1s"],
      { home: home.path, env: environmentOf() }
    )
    await wait(() => child.shown.stderr.includes("was given up (HTTP 500)"))
    const after = await send(sens, 1, 60)
    await wait(() => endpoint.received.some(({ body }) => body.includes(after)))
    const text = readFileSync(join(home.path, "undelivered.ndjson"), "utf8")
    assert.strictEqual(text.split("\n").length, 2)
    assert.deepInclude(JSON.parse(text), { requestId: bad, why: "HTTP 500", attempts: 1 })
    assert.notMatch(text, /010\d{8}/)
  })
})
