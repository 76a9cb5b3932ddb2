// @effect-diagnostics globalDate:off
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { parseHTML } from "linkedom"
import * as Output from "../../src/Output.ts"
import * as Figures from "../../src/report/Figures.ts"
import * as Page from "../../src/report/page/Page.ts"
import * as ReportText from "../../src/report/ReportText.ts"
import * as Rows from "../../src/report/Rows.ts"
import * as Sums from "../../src/report/Sums.ts"
import { cases, end, facts, record } from "./fixtures.ts"

// Days are those of Korea, wherever the program runs.
process.env["TZ"] = "America/New_York"

const output = (language: "en" | "ko"): Output.Service => ({
  language,
  format: "table",
  isMachine: false,
  out: { isTerminal: false, canRedraw: false, style: Output.plain },
  err: { isTerminal: false, canRedraw: false, style: Output.plain },
  columns: 80,
  write: () => Effect.void,
  note: () => Effect.void,
  draw: () => Effect.void,
  say: () => Effect.void,
  number: (number) => `${number.slice(0, 3)}****${number.slice(-3)}`,
  text: () => undefined
})

const Told = Schema.Struct({
  ago: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400_000 })),
  took: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 199 })),
  code: Schema.UndefinedOr(Schema.Literals(["0", "0", "0", "2000", "3001", "XXXX"])),
  telco: Schema.NullOr(Schema.Literals(["SKT", "KTF"])),
  type: Schema.Literals(["SMS", "LMS"]),
  from: Schema.Literals(["0212345678", "15880000"])
})

const By = Schema.NonEmptyArray(Schema.Literals(Sums.names))

/** The same by sorting and counting, without anything of the program but the stamps of the records. */
const plainKey = (told: typeof Told.Type, record: MessageRecord.MessageRecord) => {
  const at = new Date(end.epochMilliseconds - told.ago * 1000 + 9 * 3_600_000).toISOString()
  assert.strictEqual(record.requestTime, at.slice(0, 19).replace("T", " "))
  return {
    code: told.code ?? null,
    telco: told.code === undefined ? null : told.telco,
    hour: at.slice(11, 13),
    day: at.slice(0, 10),
    type: told.type,
    sender: `${told.from.slice(0, 3)}****${told.from.slice(-3)}`,
    advice: told.code === undefined ? null : DeliveryCode.fromString(told.code).advice
  }
}

describe("the rows of a report", () => {
  it.effect.prop(
    "are what sorting and counting comes to, and what is pending has not failed",
    [Schema.Array(Told).check(Schema.isMaxLength(60)), By],
    ([told, names]) =>
      Effect.gen(function*() {
        const by = Array.from(new Set(names))
        const records = told.map(record)
        const sums = yield* Sums.run(Stream.fromIterable(records), by, { isPage: false })
        const rows = Rows.documents(sums, { by, percentiles: true }, output("en"))
        const groups = Map.groupBy(
          told.map((each, index) => ({ each, key: plainKey(each, records[index]!) })),
          ({ key }) => JSON.stringify(by.map((name) => key[name]))
        )
        assert.strictEqual(rows.length, groups.size)
        for (const row of rows) {
          const group = groups.get(JSON.stringify(by.map((name) => row[name]))) ?? []
          const delivered = group.filter(({ each }) => each.code === "0").map(({ each }) => each.took).sort((a, b) =>
            a - b
          )
          const pending = group.filter(({ each }) => each.code === undefined).length
          assert.deepInclude(row, {
            messages: group.length,
            delivered: delivered.length,
            pending,
            failed: group.length - delivered.length - pending
          })
          assert.approximately(row.share, group.length / told.length, 1e-9)
          const rank = (percentile: number) =>
            delivered[Math.max(1, Math.ceil(percentile / 100 * delivered.length)) - 1]
          assert.deepStrictEqual<unknown>(
            row.times,
            delivered.length === 0 ? null : {
              count: delivered.length,
              p50: rank(50),
              p90: rank(90),
              p95: rank(95),
              p99: rank(99),
              max: delivered.at(-1)
            }
          )
        }
        const times = rows.map((row) =>
          [...by.includes("day") ? [row.day] : [], ...by.includes("hour") ? [row.hour] : []].join()
        )
        assert.deepStrictEqual(times, times.toSorted())
        const total = Rows.total(sums)
        assert.strictEqual(total.messages, told.length)
        assert.strictEqual(total.delivered + total.failed + total.pending, told.length)
        // A table of as many lines, in both languages, and a spreadsheet.
        for (const language of ["en", "ko"] as const) {
          const table = Rows.table(sums, { by, percentiles: false }, output(language)).split("\n")
          assert.strictEqual(table.length, rows.length + 2 + (total.times === null ? 0 : 1))
          assert.notInclude(table.join("\n"), "0212345678")
        }
        const csv = Rows.csv(sums, { by, percentiles: true }, "ko", String)
        assert.deepStrictEqual(new Set(csv.map((cells) => cells.length)).size, 1)
        assert.strictEqual(csv.length, rows.length + 1)
      })
  )

  it.effect("of what failed with the code of a success is none of what was delivered", () =>
    Effect.gen(function*() {
      const delivered = record({ ago: 60, took: 3, code: "0" }, 1)
      const sums = yield* Sums.run(Stream.make(delivered, { ...delivered, statusName: "fail" }), ["code"], {
        isPage: false
      })
      const rows = Rows.documents(sums, { by: ["code"], percentiles: false }, output("en"))
      assert.deepStrictEqual(
        rows.map(({ advice, code, delivered, failed, meaning }) => [code, advice, meaning, delivered, failed]),
        [
          ["0", "delivered", "Delivered", 1, 0],
          ["0", "system", "Failed, with the code of a success", 0, 1]
        ]
      )
    }))

  it.effect("of what is not final yet have no code, whatever the log says already", () =>
    Effect.gen(function*() {
      const pending = { ...record({ ago: 60, took: 3, code: "3001" }, 1), status: "PROCESSING" }
      const sums = yield* Sums.run(Stream.make(pending), ["code", "advice"], { isPage: true })
      const [row, ...others] = Rows.documents(sums, { by: ["code", "advice"], percentiles: false }, output("en"))
      assert.deepInclude(row, { code: null, advice: null, pending: 1, failed: 0 })
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(sums.code.map(({ key }) => ReportText.told(key)), [undefined])
    }))

  it("say which advice is none to follow since the message may have arrived", () => {
    const uncertain = DeliveryCode.all.filter((code) => DeliveryCode.isUncertain(code)).map(({ code }) => code)
    assert.include(uncertain, "2000")
    const records = [...uncertain, "2003"].map((code) => record({ ago: 1, took: 1, code }, 1))
    const sums = Effect.runSync(Sums.run(Stream.fromIterable(records), ["code"], { isPage: false }))
    const table = Rows.table(sums, { by: ["code"], percentiles: false }, output("ko"))
    assert.strictEqual(table.match(/도착했을 수 있음/g)?.length, uncertain.length)
    assert.strictEqual(table.match(/나중에 다시/g)?.length, 1)
  })

  it("take names in any case, each once, and refuse what there is not", () => {
    const parsed = (text: string) => Sums.parse(text)
    assert.deepInclude(parsed(" Code,telco ,code"), { success: ["code", "telco"] })
    for (const text of ["", "code,", "operator"]) assert.strictEqual(parsed(text)._tag, "Failure")
  })
})

describe("figures", () => {
  it("never say all or nothing of what is not", () => {
    assert.deepStrictEqual(
      [[0, 0], [0, 5], [5, 5], [1, 3000], [1, 1000], [2999, 3000], [999, 1000], [1, 3]].map(([part = 0, whole = 0]) =>
        Figures.share(part, whole)
      ),
      ["-", "0%", "100%", "<0.1%", "0.1%", ">99.9%", "99.9%", "33.3%"]
    )
    assert.deepStrictEqual(
      [0, 61, 119, 120, 842, 3600, 3599, 90_000, 86_400 * 3].map((seconds) => Figures.duration(seconds, "en")),
      ["0 s", "61 s", "119 s", "2 min", "14 min 2 s", "1 h", "59 min 59 s", "25 h", "3 d"]
    )
    assert.strictEqual(Figures.duration(842, "ko"), "14분 2초")
  })
})

const parts = (page: string) => parseHTML(page).document

describe("the page", () => {
  for (const name of Object.keys(cases)) {
    for (const language of ["ko", "en"] as const) {
      it(`of ${name} in ${language} holds what was counted, in one file that asks for nothing`, async () => {
        const given = await facts(name, language)
        const page = Page.make(given)
        assert.isAtMost(Buffer.byteLength(page), 150_000)
        const document = parts(page)
        assert.strictEqual(document.documentElement.getAttribute("lang"), language)
        assert.include(page, `content="default-src 'none'; style-src 'unsafe-inline'"`)
        for (
          const selector of ["script", "link", "img", "iframe", "[src]", "[onload]", "[onclick]", "[style]", "form"]
        ) {
          assert.strictEqual(document.querySelectorAll(selector).length, 0, selector)
        }
        for (const link of document.querySelectorAll("[href]")) {
          const id = link.getAttribute("href") ?? ""
          assert.isTrue(id.startsWith("#") && document.getElementById(id.slice(1)) !== null, id)
        }
        assert.notMatch(page, /url\((?!#hatch\))|@import|https?:\/\/|\bNaN\b|undefined|Infinity|\[object/)
        assert.notMatch(page, /01000000001|0212345678/)
        const total = Rows.total(given.sums)
        const figures = Array.from(document.querySelectorAll(".kpi .big"), ({ textContent }) => textContent)
        assert.deepStrictEqual(figures.slice(0, 3), [
          total.messages.toLocaleString("en"),
          Figures.share(total.delivered, total.messages),
          Figures.share(total.failed, total.messages)
        ])
        if (total.pending > 0) assert.include(document.querySelector("#do")?.textContent ?? "", String(total.pending))
        // A table under every chart, whose sums are those of all.
        for (const section of document.querySelectorAll("section")) {
          const charts = section.querySelectorAll("svg[role=img]")
          for (const chart of charts) assert.isNotEmpty(chart.getAttribute("aria-label"))
          if (section.querySelector("figure") !== null) assert.isNotNull(section.querySelector("table caption"))
        }
        const sum = (selector: string, column: number) =>
          Array.from(
            document.querySelectorAll(`${selector} tbody tr`),
            (row) => Number(row.children[column]?.textContent?.replaceAll(",", ""))
          )
            .reduce((sum, cell) => sum + cell, 0)
        if (total.messages > 0) {
          for (const id of ["#hour", "#day", "#telco"]) assert.strictEqual(sum(id, 1), total.messages, id)
          assert.strictEqual(sum("#hour", 3), total.failed)
          assert.strictEqual(sum("#day", 4), total.pending)
          assert.strictEqual(sum("#code", 2), total.failed)
        }
        const heights = Array.from(
          document.querySelectorAll("rect[height]"),
          (rect) => Number(rect.getAttribute("height"))
        )
        assert.isTrue(heights.every((height) => height > 0 && height < 250))
      })
    }
  }

  it("has the days of Korea, each of the range, whatever the zone of the machine", async () => {
    assert.strictEqual(new Date(0).getHours(), 19)
    const document = parts(Page.make(await facts("week", "ko")))
    const days = Array.from(document.querySelectorAll("#day tbody th"), ({ textContent }) => textContent)
    assert.deepStrictEqual(days, [
      "11-20 (금)",
      "11-21 (토)",
      "11-22 (일)",
      "11-23 (월)",
      "11-24 (화)",
      "11-25 (수)",
      "11-26 (목)",
      "11-27 (금)"
    ])
    assert.include(document.querySelector("#day caption")?.textContent ?? "", "18:42")
    // Days on which nothing was sent, the first and the last ones among them.
    const quiet = await facts("one", "en")
    const selection = {
      start: DateTime.subtract(end, { days: 2 }),
      end: DateTime.makeUnsafe("2026-11-29T15:00:00Z")
    }
    const page = parts(Page.make({ ...quiet, selection }))
    assert.deepStrictEqual(
      Array.from(page.querySelectorAll("#day tbody th"), ({ textContent }) => textContent),
      ["11-25 (Wed)", "11-26 (Thu)", "11-27 (Fri)", "11-28 (Sat)", "11-29 (Sun)"]
    )
    assert.strictEqual(page.querySelector("#day caption")?.textContent, "The first day is not whole (from 18:42).")
  })

  it("leaves text text", async () => {
    const page = Page.make(await facts("hostile", "en"))
    assert.notInclude(page, "<script")
    assert.notInclude(page, "\u202E")
    const text = parts(page).body.textContent ?? ""
    assert.isAtLeast(text.split("<script>document.title=\"wrong\"</script>").length, 5)
  })
})
