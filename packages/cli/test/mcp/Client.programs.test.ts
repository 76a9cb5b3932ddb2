// The official client of MCP, which holds what a server says against the protocol, and each answer against the schema of its tool.
import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { type Things, things } from "../support/commands.ts"
import * as Emulator from "../support/emulator.ts"
import * as Mcp from "../support/mcp.ts"
import { run, temporary } from "../support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator
let named: Things

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "0 seconds")
  named = await things(emulator, folder.path)
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const sends = async () => (await emulator.requests()).filter((operation) => operation === "send").length

describe("the official client", { concurrent: false }, () => {
  it("gets an answer of every tool, as its schema says", async () => {
    const { messageId, picture, requestId, reserveId } = named
    await using server = await Mcp.start(["--allow-send", "--max-recipients-per-day", "5", "--allow-manage"], {
      home: folder.path,
      env: emulator.env
    })
    // The client keeps the schemas of what it has listed.
    const { tools } = await server.client.listTools()
    const calls: { readonly [tool: string]: { readonly [name: string]: unknown } } = {
      sens_measure_text: { text: "뷁 안녕" },
      sens_check_messages: { recipients: [{ to: "010-0000-0001" }, { to: "1" }], text: "(광고) 뷁", isAd: true },
      sens_explain_code: { codes: ["3001", "nothing"] },
      sens_search_log: { last: "1h" },
      sens_report: { last: "1h", by: ["code", "telco", "hour", "day", "type", "sender", "advice"] },
      sens_get_result: { messageId },
      sens_track_request: { requestId },
      sens_reservation_status: { ids: [reserveId, "nothing"] },
      sens_list_unsubscribes: {},
      sens_has_unsubscribed: { numbers: ["010-0000-0003"] },
      sens_cancel_reservation: { id: reserveId },
      sens_unsubscribe_add: { numbers: ["010-0000-0005"] },
      sens_unsubscribe_remove: { numbers: ["010-0000-0005"] },
      sens_upload_file: { path: picture },
      sens_prepare_send: { to: ["010-0000-0001"], text: "hello", from: Mcp.sender }
    }
    for (const [name, given] of Object.entries(calls)) {
      const { answer, isError, text } = await server.call(name, given)
      assert.isFalse(isError, `${name}: ${text}`)
      // For clients that read text alone.
      assert.deepStrictEqual(JSON.parse(text), answer)
    }
    const sent = await server.send(await server.prepare("010-0000-0001", "010-0000-0002"))
    assert.deepInclude(sent.answer, { recipients: 2, leftToday: 3 })
    assert.deepStrictEqual(
      tools.map(({ name }) => name).sort(),
      [...Object.keys(calls), "sens_send"].sort()
    )
    const { contents } = await server.client.readResource({ uri: "sens://limits" })
    const [limits] = contents
    assert.include(limits !== undefined && "text" in limits ? limits.text : "", "\"maxRecipientsPerDay\":5")
    assert.deepStrictEqual(server.errors, [])
    assert.notMatch(JSON.stringify(server.frames), /\b01\d-?0000-?\d{4}\b|0212345678|emulator-secret-key/)
  })

  it("asks the person, and nothing goes out that was not meant", async () => {
    let says: "yes" | "unticked" | "no" | "closed" | "broken" = "yes"
    const asked: Array<string> = []
    await using server = await Mcp.start(["--allow-send", "--max-recipients-per-day", "9", "--yes"], {
      home: folder.path,
      // Under a name that does not say that it is this machine.
      env: { ...emulator.env, SENS_BASE_URL: emulator.elsewhere },
      person: async (message) => {
        asked.push(message)
        if (says === "broken") throw new Error("no window")
        if (says === "no") return { action: "decline" }
        if (says === "closed") return { action: "cancel" }
        return { action: "accept", content: { send: says === "yes" } }
      }
    })
    const before = await sends()
    for (const word of ["unticked", "no", "closed", "broken"] as const) {
      says = word
      const planId = await server.prepare("010-0000-0001")
      const refused = await server.send(planId)
      assert.isTrue(refused.isError, word)
      assert.include(refused.text, "did not say yes")
      // Nor does it help to ask again.
      says = "yes"
      assert.include((await server.send(planId)).text, "this planId is over")
    }
    assert.strictEqual(await sends(), before)
    const planId = await server.prepare("010-0000-0001", "010-0000-0002", "010-0000-0003", "010-0000-0004")
    assert.deepInclude((await server.send(planId)).answer, { recipients: 4, leftToday: 5 })
    assert.strictEqual(await sends(), before + 1)
    assert.strictEqual(asked.length, 5)
    const question = asked.at(-1) ?? ""
    assert.match(question, /^Send this SMS to 4\?\n/)
    assert.include(question, "010****0003 …")
    assert.include(question, "\n> secret words")
    assert.notMatch(JSON.stringify(server.frames), /\b01\d-?0000-?\d{4}\b/)
  })
})

const frame = (message: object) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`

const hello = frame({
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } }
}) + frame({ method: "notifications/initialized" })

describe("the pipe", () => {
  it("carries JSON-RPC alone, whatever comes in, and its end is the end", async () => {
    const measure = (id: number, text: string) =>
      frame({ id, method: "tools/call", params: { name: "sens_measure_text", arguments: { text } } })
    const stdin = `${hello}${measure(2, "안녕")}no JSON\n\n{"half":\n${measure(3, "뷁")}${
      frame({ id: 4, method: "nothing" })
    }`
    const ended = await run(["mcp", "--lang", "ko"], { stdin })
    assert.strictEqual(ended.code, 0)
    const lines = ended.stdout.trim().split("\n").map((line) => JSON.parse(line) as { id?: number; error?: unknown })
    assert.deepStrictEqual(lines.map(({ id }) => id).filter((id) => id !== undefined).sort(), [1, 2, 3, 4])
    assert.isDefined(lines.find(({ id }) => id === 4)?.error)
    assert.include(ended.stderr, "JSON이 아닌 줄")
  })
})
