import * as KstDateTime from "@effect-sens/core/KstDateTime"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const iso = (text: string) => Option.getOrUndefined(Option.map(KstDateTime.parse(text), DateTime.formatIso))

// Intl knows the named zone: an oracle that shares nothing with the arithmetic of the module.
const seoul = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Seoul",
  dateStyle: "short",
  timeStyle: "medium"
})

// 1989-2099: Korea's last daylight saving time ended in October 1988.
const instant = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 599_616_000_000, maximum: 4_102_444_799_999 }))),
  (millis) => DateTime.makeUnsafe(millis)
)

describe("KstDateTime", () => {
  it("reads every form of the documents", () => {
    assert.strictEqual(iso("2026-01-01 09:00"), "2026-01-01T00:00:00.000Z")
    assert.strictEqual(iso("2021-04-19 06:41:15"), "2021-04-18T21:41:15.000Z")
    assert.strictEqual(iso("2025-11-25T10:12:47.520"), "2025-11-25T01:12:47.520Z")
    assert.strictEqual(iso("2025-11-25T13:19:00+09:00"), "2025-11-25T04:19:00.000Z")
    assert.strictEqual(iso("2025-11-25T13:19:00-0330"), "2025-11-25T16:49:00.000Z")
    assert.strictEqual(iso("2025-11-25T13:19:00Z"), "2025-11-25T13:19:00.000Z")
    assert.strictEqual(iso("2024-02-29 00:00:00"), "2024-02-28T15:00:00.000Z")
    assert.strictEqual(iso("2000-02-29 00:00:00"), "2000-02-28T15:00:00.000Z")
    assert.strictEqual(iso("2025-11-25T10:12:47.5239"), "2025-11-25T01:12:47.523Z")
    assert.strictEqual(iso("2025-11-25T10:12:47.5"), "2025-11-25T01:12:47.500Z")
    assert.strictEqual(iso("2025-11-25T18:00:00+18:00"), "2025-11-25T00:00:00.000Z")
    assert.strictEqual(iso("2025-11-25T09:59:00+09:59"), "2025-11-25T00:00:00.000Z")
  })

  it("agrees with the instant inside an observed request id", () => {
    const observed = {
      requestId: "VORSSA-1678195573358-3988-57284298-XXXXXXXX",
      requestTime: "2023-03-07T22:26:13.358"
    }
    const parsed = Option.getOrThrow(KstDateTime.parse(observed.requestTime))
    assert.strictEqual(parsed.epochMilliseconds, Number(observed.requestId.split("-")[1]))
  })

  it.each([
    "",
    "2026-01-01",
    "2026-13-01 00:00:00",
    "2026-02-29 00:00:00",
    "2026-04-31 00:00:00",
    "2026-06-31 00:00:00",
    "2026-09-31 00:00:00",
    "2026-11-31 00:00:00",
    "2100-02-29 00:00:00",
    "2026-00-10 00:00:00",
    "2026-01-00 00:00:00",
    "2026-01-01 24:00:00",
    "2026-01-01 23:60:00",
    "2026-01-01 23:59:60",
    "2026-01-01T00:00:00+19:00",
    "2026-01-01T00:00:00+09:61",
    " 2026-01-01 00:00:00",
    "2026-01-01 00:00:00 KST",
    "0026-01-01 00:00:00"
  ])("refuses %j", (text) => {
    assert.isTrue(Option.isNone(KstDateTime.parse(text)))
    assert.isTrue(Option.isNone(Schema.decodeUnknownOption(KstDateTime.Seconds)(text)))
  })

  it.prop("writes what the named zone says", [instant], ([instant]) => {
    const named = seoul.format(instant.epochMilliseconds)
    assert.strictEqual(KstDateTime.formatSeconds(instant), named)
    assert.strictEqual(KstDateTime.formatMinutes(instant), named.slice(0, 16))
    const millis = String(instant.epochMilliseconds % 1000).padStart(3, "0")
    assert.strictEqual(KstDateTime.formatMillis(instant), `${named.replace(" ", "T")}.${millis}`)
  })

  it.prop("milliseconds survive the round trip", [instant], ([instant]) => {
    assert.deepStrictEqual(
      Schema.decodeSync(KstDateTime.Millis)(Schema.encodeSync(KstDateTime.Millis)(instant)),
      instant
    )
  })

  it.prop("a text survives the round trip", [instant], ([instant]) => {
    const minutes = KstDateTime.formatMinutes(instant)
    const seconds = KstDateTime.formatSeconds(instant)
    assert.strictEqual(Schema.encodeSync(KstDateTime.Minutes)(Schema.decodeSync(KstDateTime.Minutes)(minutes)), minutes)
    assert.strictEqual(Schema.encodeSync(KstDateTime.Seconds)(Schema.decodeSync(KstDateTime.Seconds)(seconds)), seconds)
  })

  it.prop("the bounds of a window hold the instant, by less than a second", [instant], ([instant]) => {
    const millis = (text: string) => Option.getOrThrow(KstDateTime.parse(text)).epochMilliseconds
    const down = millis(KstDateTime.formatSeconds(instant))
    const up = millis(KstDateTime.formatSecondsUp(instant))
    assert.isTrue(down <= instant.epochMilliseconds && instant.epochMilliseconds - down < 1000)
    assert.isTrue(up >= instant.epochMilliseconds && up - instant.epochMilliseconds < 1000)
  })

  it("says which form it expects, without repeating what it got", () => {
    const failure = (codec: typeof KstDateTime.Seconds): string =>
      Result.match(Schema.decodeUnknownResult(codec)("01012345678"), {
        onFailure: ({ message }) => message,
        onSuccess: () => ""
      })
    assert.strictEqual(failure(KstDateTime.Minutes), "Expected yyyy-MM-dd HH:mm (KST)")
    assert.strictEqual(failure(KstDateTime.Seconds), "Expected yyyy-MM-dd HH:mm:ss (KST)")
    assert.strictEqual(failure(KstDateTime.Millis), "Expected yyyy-MM-dd'T'HH:mm:ss.SSS (KST)")
  })
})
