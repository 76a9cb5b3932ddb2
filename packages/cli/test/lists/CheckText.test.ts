import { assert, describe, it } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as CheckReport from "../../src/lists/CheckReport.ts"
import * as CheckText from "../../src/lists/CheckText.ts"
import * as ListCheck from "../../src/lists/ListCheck.ts"
import type * as ListPlan from "../../src/lists/ListPlan.ts"
import { cp949, disk, now, settings } from "./fixtures.ts"

const file = cp949([
  "이름,전화번호",
  ...Array.from({ length: 1200 }, (_, index) => `홍길동,010-0000-${String(index).padStart(4, "0")}`),
  "홍길동,010-0000-0001",
  "홍길동,1011112222",
  "홍길동,1011112223.0",
  "뷁,010-1111-2224",
  "뷁,010-1111-2225",
  ",010-1111-2226",
  `${"길".repeat(50)},010-1111-2227`
].join("\r\n"))

const report = (
  given: Partial<ListPlan.Settings> = {},
  options: Partial<ListCheck.Options> = {}
): Effect.Effect<CheckReport.CheckReport> =>
  ListCheck.check("명단.csv", {
    settings: { ...settings, content: "{이름}님, 반갑습니다.", ...given },
    isSending: false,
    language: "ko",
    at: now,
    ...options
  }).pipe(Effect.scoped, Effect.map(({ report }) => report), Effect.provide(disk(file)), Effect.orDie)

describe("the report for people", () => {
  it.effect("in Korean", () =>
    Effect.gen(function*() {
      const text = CheckText.render(yield* report(), { language: "ko", width: 100 })
      assert.deepStrictEqual(text.replace(/SHA-256 \S+/, "SHA-256 …").split("\n"), [
        "명단.csv   CP949, 쉼표, 제목 줄 있음, 1,207행   받는 번호: \"전화번호\"   SHA-256 …",
        "",
        "  SMS (90바이트 이하)   1,200건",
        "  LMS                       1건   115바이트, {이름} 열이 길어서",
        "  보낼 수 없음              5행",
        "    보낼 수 없는 글자       2행   1,205, 1,206",
        "        1,205행 {이름} \"뷁\" (U+BDC1) → 비슷한 글자가 없습니다",
        "    앞의 0이 없음           1행   1,203   → --repair-numbers 로 되살립니다",
        "    소수나 지수로 바뀜      1행   1,204   → --repair-numbers 로 되살립니다",
        "    비어 있음 {이름}        1행   1,207   → {이름|고객}처럼 기본값을 주십시오",
        "  중복 번호                 1행   한 번만 보냅니다 (--keep-repeats)",
        "",
        "보낼 건수 1,201 (SMS 1,200 · LMS 1)   단가를 주면 금액을 계산합니다: --price sms=9,lms=27",
        "아무것도 보내지 않았습니다.   빠진 행: --out 빠진행.csv"
      ])
    }))

  it.effect("in English, with a price and repaired numbers", () =>
    Effect.gen(function*() {
      const told = yield* report({ repair: true }, { prices: { SMS: 9, LMS: 27 } })
      const text = CheckText.render(told, { language: "en", width: 100 })
      assert.deepStrictEqual(text.split("\n").slice(-4), [
        "  Repeated numbers                           1 row   sent once (--keep-repeats)",
        "",
        "1,203 messages to send (1,202 SMS, 1 LMS).   KRW 10,845 by the prices given.",
        "Nothing was sent.   Rows left out: --out rejects.csv"
      ])
      assert.include(text, "  Repaired numbers                          2 rows   1,203, 1,204   by --repair-numbers")
      assert.deepStrictEqual((yield* report({}, { prices: { SMS: 8.4 } })).price, {
        total: 10_080,
        SMS: 10_080,
        LMS: 0
      })
      // A campaign says what it sends itself.
      assert.notInclude(CheckText.render(told, { language: "en", width: 100, isPlan: true }), "Nothing was sent")
    }))

  it.effect("no line is wider than the terminal, but for what is one word", () =>
    Effect.gen(function*() {
      const told = yield* report()
      for (const language of ["en", "ko"] as const) {
        for (const width of [80, 100, 120]) {
          for (const line of CheckText.render(told, { language, width }).split("\n")) {
            assert.isAtMost(CliOutput.displayWidth(line), width, line)
          }
        }
      }
    }))

  it.effect("of an advertisement it says what time it is", () =>
    Effect.gen(function*() {
      const content = "(광고)[서점] 신간 무료수신거부 080-123-4567"
      const at = (time: string, options: Partial<ListCheck.Options> = {}) =>
        Effect.map(
          report({ ad: true, content }, { at: DateTime.makeUnsafe(`2026-03-02T${time}+09:00`), ...options }),
          (told) => CheckText.render(told, { language: "ko", width: 100 })
        )
      assert.notInclude(yield* at("12:00:00"), "경고")
      assert.include(yield* at("20:41:00"), "경고  광고는 21:00까지만 보낼 수 있습니다. 지금은 20:41입니다.")
      assert.include(yield* at("21:00:00"), "경고  21:00~08:00 사이에는 광고를 보낼 수 없습니다. 지금은 21:00입니다.")
      const blockList = { size: 1, has: (number: string) => number === "01000000007" }
      assert.match(yield* at("12:00:00", { blockList }), / {2}수신 거부\(080\) +1행 {3}보내지 않습니다/)
    }))

  it.effect("characters of the text itself are told once, before all rows", () =>
    Effect.gen(function*() {
      const text = CheckText.render(yield* report({ content: "👍 뷁 {이름}님" }), { language: "ko", width: 100 })
      assert.include(text, "문안에 보낼 수 없는 글자가 있습니다: \"👍\" (U+1F44D) → 빼십시오, \"뷁\" (U+BDC1)")
      assert.include(text, "보낼 건수 0")
    }))
})
