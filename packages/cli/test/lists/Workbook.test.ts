import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import writeSheet from "write-excel-file/node"
import type * as ListPlan from "../../src/lists/ListPlan.ts"
import * as Workbook from "../../src/lists/Workbook.ts"
import { disk, outcomes } from "./fixtures.ts"
import { number, row, text, workbook, zip } from "./zip.ts"

const read = (bytes: Uint8Array, given?: Partial<ListPlan.Settings>, options?: Partial<ListPlan.Options>) =>
  Effect.provide(Effect.scoped(outcomes("명단.xlsx", { content: "{이름}", ...given }, options)), disk(bytes))

const why = (bytes: Uint8Array) =>
  Effect.map(Effect.flip(read(bytes)), (error) => "why" in error ? error.why : error._tag)

const header = row(1, text("A1", "이름"), text("B1", "전화번호"))

describe("workbooks", () => {
  it.effect("a number has lost its zero, however Excel showed it, and is repaired where asked", () =>
    Effect.gen(function*() {
      const file = workbook({
        Sheet1: [
          header,
          row(2, text("A2", "홍"), number("B2", 1011112222)),
          row(3, text("A3", "김"), number("B3", 1011112223, 1)),
          row(4, text("A4", "이"), text("B4", "01011112224")),
          row(5, text("A5", "박"), text("B5", "010-1111-2225")),
          row(6, text("A6", "최"), number("B6", 821011112226)),
          row(7, text("A7", "정"), number("B7", 212345678))
        ].join("")
      })
      const whole = ["4 SMS 01011112224 이", "5 SMS 01011112225 박", "6 SMS 01011112226 최"]
      assert.deepStrictEqual(yield* read(file), ["2 LostZero", "3 LostZero", ...whole, "7 LostZero"])
      assert.deepStrictEqual(yield* read(file, { repair: true }), [
        "2 SMS 01011112222 홍",
        "3 SMS 01011112223 김",
        ...whole,
        "7 LostZero"
      ])
    }))

  it.effect("rows have the numbers that Excel shows, also behind rows that are not there", () =>
    Effect.gen(function*() {
      const file = workbook({
        Sheet1: [
          row(3, text("B3", "이름"), text("D3", "전화번호")),
          row(7, text("B7", "홍\n길동"), text("D7", "010-1111-2222")),
          row(9, text("D9", "010-1111-2223")),
          row(10, text("B10", "김"), text("D10", "010-1111-2224"), text("F10", "남은 것"))
        ].join("")
      })
      assert.deepStrictEqual(yield* read(file), ["7 SMS 01011112222 홍 길동", "9 Missing", "10 Ragged"])
    }))

  it.effect("what is no text is read as a CSV file would have it", () =>
    Effect.gen(function*() {
      const file = workbook({
        Sheet1: [
          row(1, text("A1", "전화번호"), text("B1", "금액"), text("C1", "날짜"), text("D1", "참")),
          row(
            2,
            text("A2", "010-1111-2222"),
            number("B2", 0.1 + 0.2),
            number("C2", 46_024, 2),
            "<c r=\"D2\" t=\"b\"><v>1</v></c>"
          ),
          row(
            3,
            text("A3", "010-1111-2223"),
            number("B3", 12_000),
            number("C3", 46_024.5, 2),
            "<c r=\"D3\" t=\"b\"><v>0</v></c>"
          )
        ].join("")
      })
      assert.deepStrictEqual(yield* read(file, { content: "{금액}원 {날짜} {참}" }), [
        "2 SMS 01011112222 0.3원 2026-01-02 TRUE",
        "3 SMS 01011112223 12000원 2026-01-02 12:00 FALSE"
      ])
    }))

  it.effect("the first sheet with anything in it is read, and others are named", () =>
    Effect.gen(function*() {
      const sheets: Array<Workbook.Workbook> = []
      const onWorkbook = (workbook: Workbook.Workbook) => Effect.sync(() => sheets.push(workbook))
      const rows = [header, row(2, text("A2", "홍"), text("B2", "010-1111-2222"))].join("")
      const file = workbook({ 표지: "", 명단: rows, 설명: row(1, text("A1", "설명")), 빈: "" })
      assert.deepStrictEqual(yield* read(file, {}, { onWorkbook }), ["2 SMS 01011112222 홍"])
      assert.deepStrictEqual(sheets.map(({ others, sheet }) => [sheet, ...others]), [["명단", "설명"]])
      assert.strictEqual(yield* why(workbook({ 표지: "" })), "Empty")
    }))

  it.effect("what another program writes is read", () =>
    Effect.gen(function*() {
      const sheet = writeSheet([
        [{ value: "이름" }, { value: "전화번호" }],
        [{ value: "홍길동" }, { value: 1011112222, type: Number, format: "00000000000" }],
        [{ value: "김영희 &<\"" }, { value: "010-1111-2223" }]
      ])
      const bytes = yield* Effect.promise(() => sheet.toBuffer())
      assert.deepStrictEqual(yield* read(bytes, { repair: true }), [
        "2 SMS 01011112222 홍길동",
        "3 SMS 01011112223 김영희 &<\""
      ])
    }))

  it.effect("what is no workbook, or too much of one, is told", () =>
    Effect.gen(function*() {
      const bytes = workbook({ Sheet1: header })
      assert.strictEqual(yield* why(bytes.slice(0, -1)), "BadWorkbook")
      assert.strictEqual(yield* why(bytes.slice(0, bytes.length / 2)), "BadWorkbook")
      assert.strictEqual(yield* why(zip({ "hello.txt": "안녕" })), "BadWorkbook")
      assert.strictEqual(yield* why(zip({ "xl/workbook.xml": "<" })), "BadWorkbook")
      assert.strictEqual(yield* why(workbook({ Sheet1: header }, 0xffffffff)), "TooLarge")
      const many = [header, row(Workbook.mostRows + 1, text("A", "홍"))].join("")
      const error = yield* Effect.flip(
        read(workbook({ Sheet1: many.replace("r=\"A\"", `r="A${Workbook.mostRows + 1}"`) }))
      )
      assert.deepInclude(error, { why: "TooManyRows", limit: 100_000 })
    }))
})
