import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Times from "../src/Times.ts"

const at = (text: string, now: string) =>
  TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(now))).pipe(
    Effect.andThen(Times.parse(text, "--at")),
    Effect.map(DateTime.formatIso)
  )

describe("Times", () => {
  it.effect("reads times as people write them, in Korean time wherever the machine is", () =>
    Effect.gen(function*() {
      // Half past eight in the evening of the 28th in Korea.
      const now = "2026-11-28T11:30:00Z"
      const rows = [
        ["now", "2026-11-28T11:30:00.000Z"],
        ["지금", "2026-11-28T11:30:00.000Z"],
        ["-3h", "2026-11-28T08:30:00.000Z"],
        ["-90m", "2026-11-28T10:00:00.000Z"],
        ["+2h", "2026-11-28T13:30:00.000Z"],
        ["2026-11-28", "2026-11-27T15:00:00.000Z"],
        ["2026-11-28 09:00", "2026-11-28T00:00:00.000Z"],
        ["2026-11-28 9:00", "2026-11-28T00:00:00.000Z"],
        ["2026-11-28T09:00:30", "2026-11-28T00:00:30.000Z"],
        ["2026-11-28T09:00:00Z", "2026-11-28T09:00:00.000Z"],
        ["2026-11-28T09:00:00-05:00", "2026-11-28T14:00:00.000Z"],
        ["오늘", "2026-11-27T15:00:00.000Z"],
        ["내일 09:00", "2026-11-29T00:00:00.000Z"],
        [" 내일  9:05 ", "2026-11-29T00:05:00.000Z"],
        ["어제 23:59", "2026-11-27T14:59:00.000Z"],
        ["today 21:00", "2026-11-28T12:00:00.000Z"],
        ["Tomorrow", "2026-11-28T15:00:00.000Z"],
        ["yesterday 00:00", "2026-11-26T15:00:00.000Z"]
      ] as const
      for (const [text, instant] of rows) assert.strictEqual(yield* at(text, now), instant, text)
      // Past midnight in Korea, and not yet elsewhere.
      assert.strictEqual(yield* at("오늘 09:00", "2026-11-28T15:30:00Z"), "2026-11-29T00:00:00.000Z")
      assert.strictEqual(yield* at("오늘 09:00", "2026-11-28T14:59:59Z"), "2026-11-28T00:00:00.000Z")
      assert.strictEqual(yield* at("tomorrow 09:00", "2026-12-31T15:00:00Z"), "2027-01-02T00:00:00.000Z")
    }))

  it.effect("refuses what is no time, and does not repeat it", () =>
    Effect.gen(function*() {
      const wrong = [
        "",
        "soon",
        "2026-02-30",
        "2026-11-28 24:00",
        "2026-11-28 09:60",
        "오늘 25:00",
        "-3",
        "3h",
        "--3h",
        "-3y",
        "28/11/2026",
        "01012345678",
        "constructor 09:00"
      ]
      for (const text of wrong) {
        const error = yield* Effect.flip(Times.parse(text, "--at"))
        assert.deepInclude(error, { tag: "Usage", exitCode: 2 })
        if (text.length > 5) assert.notInclude(error.en + error.ko, text)
      }
    }))

  it("reads spans, and refuses one that the log does not reach back to", () => {
    const read = (text: string) => Result.map(Times.last(text, "--last"), Duration.toMillis)
    const rows = [["30m", 1_800_000], ["3h", 10_800_000], ["7d", 604_800_000], ["2w", 1_209_600_000], [
      "85d",
      7_344_000_000
    ]] as const
    for (const [text, millis] of rows) assert.deepStrictEqual(read(text), Result.succeed(millis))
    for (const text of ["86d", "13w", "0d", "", "7", "d", "-7d", "7 days", "1.5h", "9999999d"]) {
      assert.isTrue(Result.isFailure(read(text)), text)
    }
  })

  it.effect.prop(
    "a time and its span back are the same instant",
    {
      amount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 })),
      unit: Schema.Literals(["s", "m", "h", "d"])
    },
    ({ amount, unit }) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(1_790_000_000_000)
        const back = yield* Times.parse(`-${amount}${unit}`, "--from")
        const span = Result.getOrThrow(Times.span(`${amount}${unit}`, "--wait"))
        assert.strictEqual(DateTime.toEpochMillis(back) + Duration.toMillis(span), 1_790_000_000_000)
      })
  )
})
