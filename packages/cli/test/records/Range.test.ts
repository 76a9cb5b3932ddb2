import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as ExitCode from "../../src/ExitCode.ts"
import * as Range from "../../src/records/Range.ts"
import type * as RangeFlags from "../../src/records/RangeFlags.ts"

const nothing: RangeFlags.Input = {
  last: Option.none(),
  from: Option.none(),
  until: Option.none(),
  to: Option.none(),
  fromNumber: Option.none(),
  type: Option.none(),
  failed: false,
  status: Option.none(),
  code: [],
  telco: []
}

const resolve = (given: Partial<RangeFlags.Input>, by?: Range.By) =>
  TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T11:30:00Z"))).pipe(
    Effect.andThen(Range.resolve({ ...nothing, ...given }, by))
  )

const span = ({ end, start }: Range.Selection) => `${DateTime.formatIso(start)} ${DateTime.formatIso(end)}`

const record = (statusName: string, statusCode: string, telcoCode: string): MessageRecord.MessageRecord => ({
  messageId: MessageId.make("m"),
  to: "01000000001",
  status: "COMPLETED",
  statusName,
  statusCode,
  telcoCode
})

describe("the range of a log", () => {
  it.effect("is a day, so long ago, or between two times; never beyond now", () =>
    Effect.gen(function*() {
      const now = "2026-11-28T11:30:00.000Z"
      const some = Option.some
      assert.strictEqual(span(yield* resolve({})), `2026-11-27T11:30:00.000Z ${now}`)
      assert.strictEqual(span(yield* resolve({ last: some("3h") })), `2026-11-28T08:30:00.000Z ${now}`)
      assert.strictEqual(span(yield* resolve({ last: some("85d") })), `2026-09-04T11:30:00.000Z ${now}`)
      assert.strictEqual(span(yield* resolve({ from: some("어제") })), `2026-11-26T15:00:00.000Z ${now}`)
      assert.strictEqual(
        span(yield* resolve({ from: some("2026-11-01"), until: some("2026-11-15 09:00") })),
        "2026-10-31T15:00:00.000Z 2026-11-15T00:00:00.000Z"
      )
      assert.strictEqual(
        span(yield* resolve({ from: some("-3h"), until: some("tomorrow") })),
        `2026-11-28T08:30:00.000Z ${now}`
      )
    }))

  it.effect("is refused where it cannot be meant", () =>
    Effect.gen(function*() {
      const some = Option.some
      const wrong: ReadonlyArray<readonly [Partial<RangeFlags.Input>, RegExp]> = [
        [{ last: some("3h"), from: some("-5h") }, /--last/],
        [{ last: some("3h"), until: some("-1h") }, /--last/],
        [{ last: some("0d") }, /span/],
        [{ until: some("now") }, /--from/],
        [{ from: some("now"), until: some("-1h") }, /after/],
        [{ from: some("tomorrow") }, /future/],
        [{ from: some("soon") }, /--from/],
        [{ failed: true, status: some("READY") }, /--failed/],
        [{ to: some("12") }, /--to/],
        [{ fromNumber: some("me") }, /--from-number/]
      ]
      for (const [given, says] of wrong) {
        const error = yield* Effect.flip(resolve(given))
        assert.match(error.message, says)
        assert.strictEqual(ExitCode.of(error), 2)
        assert.notInclude(error.message, "12 ")
      }
    }))

  it.effect("is refused before anything is asked where the log does not reach back to it", () =>
    Effect.gen(function*() {
      const some = Option.some
      const wrong: ReadonlyArray<readonly [Partial<RangeFlags.Input>, RegExp]> = [
        [{ last: some("86d") }, /85 days/],
        [{ from: some("-90d") }, /begins at --from "2026-08-30 21:32"/],
        [{ from: some("2025-11-28"), until: some("2025-11-29") }, /90 days/]
      ]
      for (const by of ["request", "completion"] as const) {
        for (const [given, says] of wrong) {
          const error = yield* Effect.flip(resolve(given, by))
          assert.match(error.message, says)
          assert.strictEqual(ExitCode.of(error), 8)
        }
        yield* resolve({ from: some("2026-08-30 21:32") }, by)
      }
    }))

  it.effect("asks the service for what it can tell, and keeps the rest by itself", () =>
    Effect.gen(function*() {
      const selection = yield* resolve({
        to: Option.some("010-0000-0001"),
        fromNumber: Option.some("02-1234-5678"),
        type: Option.some("LMS"),
        failed: true,
        code: ["e917", "3001"],
        telco: ["skt"]
      }, "completion")
      const { completeTime, ...filters } = { completeTime: undefined, ...selection.query }
      assert.isDefined(completeTime)
      assert.deepStrictEqual<unknown>(filters, {
        to: "01000000001",
        from: "0212345678",
        type: "LMS",
        status: "COMPLETED"
      })
      assert.isTrue(selection.keeps(record("fail", "3001", "SKT")))
      assert.isTrue(selection.keeps(record("FAIL", "E917", "skt")))
      assert.isFalse(selection.keeps(record("fail", "3002", "SKT")))
      assert.isFalse(selection.keeps(record("fail", "3001", "KT")))
      assert.isFalse(selection.keeps(record("success", "0", "SKT")))
    }))

  it.effect("knows carriers by their codes, and by the names that people know", () =>
    Effect.gen(function*() {
      const kept = (telco: string) =>
        Effect.map(resolve({ telco: [telco] }), ({ keeps }) =>
          ["SKT", "KTF", "KT", "LGT"].filter((code) => keeps(record("success", "0", code))))
      assert.deepStrictEqual(yield* kept("kt"), ["KTF", "KT"])
      assert.deepStrictEqual(yield* kept("ktf"), ["KTF"])
      assert.deepStrictEqual(yield* kept("lgu+"), ["LGT"])
    }))

  it.effect("keeps all where nothing was said, and what is under way has no code", () =>
    Effect.gen(function*() {
      const all = yield* resolve({})
      for (const { code } of DeliveryCode.all) assert.isTrue(all.keeps(record("fail", code, "")))
      const coded = yield* resolve({ code: ["0"] })
      assert.isTrue(coded.keeps(record("success", "0", "")))
      assert.isFalse(coded.keeps({ ...record("success", "0", ""), status: "PROCESSING" }))
    }))
})
