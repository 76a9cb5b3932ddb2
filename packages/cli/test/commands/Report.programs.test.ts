// @effect-diagnostics globalDate:off
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeAll } from "vitest"
import { Document } from "../../src/commands/Report.handler.ts"
import * as Emulator from "../support/emulator.ts"
import { run, temporary } from "../support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator

interface Message {
  readonly status: string
  readonly code?: string | null
  readonly type: string
  readonly requestTime: string
}

/** What the service says of it, read otherwise than the program does. */
const messages = async () => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  return (await answer.json()) as ReadonlyArray<Message>
}

beforeAll(async () => {
  // What is sent now has no result yet; what was seeded has.
  emulator = await Emulator.start("--processing-after", "1 hour", "--completed-after", "2 hours")
  // @effect-diagnostics-next-line globalFetch:off
  await fetch(`${emulator.url}/__emulator/seed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: 600, days: 3, failed: 0.2, seed: "report" })
  })
  await using sens = SensPromise.make({
    accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
    secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
    serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
    baseUrl: emulator.url
  })
  await sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01000000001" }, { to: "01000000002" }, { to: "01000000003" }]
  })
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const report = (...args: ReadonlyArray<string>) => run(["report", ...args], { env: emulator.env, cwd: folder.path })

const json = async (...args: ReadonlyArray<string>) => {
  const { code, stderr, stdout } = await report(...args, "--json")
  assert.deepStrictEqual([code, stderr], [0, ""])
  return Schema.decodeUnknownSync(Document)(JSON.parse(stdout))
}

describe("report", () => {
  it("counts what the service has, by what is asked for, and pending is not failed", async () => {
    const all = await messages()
    const count = (is: (message: Message) => boolean) => all.filter(is).length
    const { rows, total, until } = await json("--last", "7d", "--by", "day,type")
    assert.match(until, /\+09:00$/)
    assert.deepInclude(total, {
      messages: all.length,
      delivered: count(({ code, status }) => status === "COMPLETED" && code === "0"),
      failed: count(({ code, status }) => status === "COMPLETED" && code !== "0"),
      pending: 3
    })
    assert.isAbove(total.failed, 0)
    assert.isAbove(rows.length, 3)
    const dayOf = (time: string) => new Date(Date.parse(time) + 9 * 3_600_000).toISOString().slice(0, 10)
    for (const { day, messages, type } of rows) {
      assert.strictEqual(messages, count((message) => dayOf(message.requestTime) === day && message.type === type))
    }
    assert.strictEqual(rows.reduce((sum, { messages }) => sum + messages, 0), all.length)
  })

  it("shows people a table in their language, without a number in full", async () => {
    const [english, korean] = await Promise.all([
      report("--last", "7d", "--by", "code,telco"),
      report("--last", "7d", "--by", "sender", "--percentiles", "--lang", "ko")
    ])
    const lines = english.stdout.trim().split("\n")
    assert.match(lines[0] ?? "", /^code +meaning +telco +messages +share +advice$/)
    assert.match(lines[1] ?? "", /^0 +Delivered +(SKT|KT|LGU\+) +\d+ +\d+\.\d% +-$/)
    assert.include(english.stdout, "not final yet")
    assert.match(lines.at(-2) ?? "", /^ +total +603 +pending 3, failed \d+ \(\d+\.\d%\)$/)
    assert.match(lines.at(-1) ?? "", /^time to delivery {3}p50 \d+ s {3}p90 \d+ s {3}p99 \d+ s {3}max \d+ s$/)
    assert.match(english.stderr, /^603 messages from .* KST to .* KST\n$/)
    assert.match(korean.stdout, /^발신번호 +건수 +비율 +실패 +실패율 +대기 +p50 +p90 +p99 +최대\n/)
    assert.include(korean.stdout, "****")
    assert.include(korean.stderr, "603건")
  })

  it("writes files for the eyes of their owner: rows with numbers in full, a page without any", async () => {
    const files = ["--out", "rows.csv", "--html", "page.html"]
    const ended = await report("--last", "7d", "--by", "sender", ...files, "--format", "csv", "--lang", "ko")
    assert.strictEqual(ended.code, 0)
    assert.match(ended.stdout, /^발신번호,건수,비율\(%\),전달,실패,대기\r\n/)
    const [csv, page] = ["rows.csv", "page.html"].map((name) => {
      const path = join(folder.path, name)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      return readFileSync(path, "utf8")
    })
    assert.match(csv ?? "", /^\uFEFF발신번호,/)
    assert.include(csv ?? "", "0212345678,3,")
    assert.match(page ?? "", /^<!doctype html>\n<html lang="ko">/)
    assert.notInclude(page ?? "", "0212345678")
    assert.include(page ?? "", "021****678")
  })

  it("filters, and its page says so", async () => {
    const { total } = await json("--last", "7d", "--failed", "--to", "010-0000-0001", "--html", "failed.html")
    assert.deepInclude(total, { delivered: 0, pending: 0 })
    const page = readFileSync(join(folder.path, "failed.html"), "utf8")
    assert.include(page, "failed only")
    assert.include(page, "--to 010****0001")
    assert.notInclude(page, folder.path)
    assert.notInclude(page, "01000000001")
  })

  it("loads charts for a page alone", () => {
    const loaded = (file: string) =>
      execFileSync(process.execPath, [
        join(import.meta.dirname, "../support/loaded.mjs"),
        pathToFileURL(join(import.meta.dirname, "../../src", file)).href
      ], { encoding: "utf8" })
    const charts = /@observablehq|linkedom|\/d3-/
    assert.notMatch(loaded("commands/Report.handler.ts"), charts)
    assert.match(loaded("report/page/Page.ts"), charts)
  })

  it("refuses what cannot be meant, and what the log does not reach back to, before it asks for anything", async () => {
    // Where nobody answers: whoever asks ends with 7.
    const env = { ...emulator.env, SENS_BASE_URL: "http://127.0.0.1:1" }
    const refused = [
      [["--by", "carrier"], 2, "--by: there is no carrier; there are code, telco, hour, day, type, sender, advice"],
      [["--out", "rows.xlsx"], 2, "--out is to be a .csv file; the page is --html"],
      [["--html", "nowhere/page.html"], 2, "there is no such file"],
      [["--from", "2020-01-01"], 8, "begins at --from \"20"]
    ] as const
    for (const [args, code, says] of refused) {
      const ended = await run(["report", ...args], { env, cwd: folder.path })
      assert.deepStrictEqual([ended.code, ended.stdout], [code, ""])
      assert.include(ended.stderr, says)
    }
    const [, from = ""] = /--from "([^"]+)"/.exec((await report("--from", "2020-01-01")).stderr) ?? []
    assert.strictEqual((await report("--from", from)).code, 0)
  })
})
