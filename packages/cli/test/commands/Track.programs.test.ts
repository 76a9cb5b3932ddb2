import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll } from "vitest"
import { Document } from "../../src/commands/Track.handler.ts"
import * as Emulator from "../support/emulator.ts"
import { run } from "../support/program.ts"

let emulator: Emulator.Emulator
let requestId: string
let delivered: string

const decode = Schema.decodeUnknownSync(Document)

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "1 second", "--outcome", "01000000002=3001")
  await using sens = SensPromise.make({
    accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
    secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
    serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
    baseUrl: emulator.url
  })
  const send = (...to: ReadonlyArray<string>) =>
    sens.messages.send({ type: "SMS", from: "0212345678", content: "hello", messages: to.map((to) => ({ to })) })
  requestId = (await send("01000000001", "01000000002")).requestId
  delivered = (await send("01000000003")).requestId
})

afterAll(() => emulator[Symbol.asyncDispose]())

const track = (args: ReadonlyArray<string>, stdin = "") => run(["track", ...args], { env: emulator.env, stdin })

describe("track", () => {
  it("follows to the end, and ends with 6 where something was not delivered", async () => {
    const ended = await track([requestId, "--recipients", "2", "--format", "ndjson"])
    assert.strictEqual(ended.code, 6)
    const lines = ended.stdout.trim().split("\n").map((line) => decode(JSON.parse(line)))
    assert.deepInclude(lines.at(-1), { end: true, delivered: 1, failed: 1, unreadable: 0, unfinished: [] })
    const last = new Map(lines.flatMap((line) => "message" in line ? [[line.message.to, line.message.outcome]] : []))
    assert.deepStrictEqual(Object.fromEntries(last), { "010****0001": "delivered", "010****0002": "failed" })
    // Again: the same answer.
    assert.strictEqual((await track([requestId])).code, 6)
  })

  it("reads ids from stdin, and tells people in a line each", async () => {
    const ended = await track(["-", "--lang", "ko"], `${delivered}\r\n\r\n${delivered}\n`)
    assert.strictEqual(ended.code, 0)
    assert.match(ended.stdout, /010\*{4}0003 +SMS .*전달됨\n$/)
    assert.match(ended.stderr, /전달 1건, 실패 0건\n$/)
  })

  it("ends with 8 where there is no such request, and with 2 where none was given", async () => {
    const ended = await track(["nothing", "--deadline", "1s"])
    assert.deepStrictEqual([ended.code, ended.stdout], [8, ""])
    assert.include(ended.stderr, "nothing: not in the log")
    assert.strictEqual((await track(["-"], "\n")).code, 2)
    assert.strictEqual((await track([])).code, 2)
    assert.strictEqual((await track([requestId, "--deadline", "soon"])).code, 2)
  })

  it("ends with 6 where some are not final in time", async () => {
    const ended = await track([delivered, "nothing", "--deadline", "4s", "--format", "ndjson"])
    assert.strictEqual(ended.code, 6)
    const end = decode(JSON.parse(ended.stdout.trim().split("\n").at(-1) ?? ""))
    assert.deepInclude(end, { delivered: 1, unfinished: [{ requestId: "nothing", why: "NotFound", pending: 0 }] })
  })
})
