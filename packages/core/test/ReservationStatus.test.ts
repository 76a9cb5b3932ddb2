import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ReservationStatus.ReservationStatus))
const iso = (status: ReservationStatus.ReservationStatus) =>
  Option.map(ReservationStatus.reserveTime(status), DateTime.formatIso)

describe("ReservationStatus", () => {
  it.each([bodies.reservationStatusOld, bodies.reservationStatusNew])("reads %s", (body) => {
    const status = decode(body)
    assert.deepStrictEqual(iso(status), Option.some("2025-11-25T04:19:00.000Z"))
    assert.deepStrictEqual(Option.map(ReservationStatus.reserveId(status), String), Option.some("string"))
    assert.deepStrictEqual(ReservationStatus.state(status), Option.some("READY"))
  })

  it.each(
    [
      ["READY", false, false, true],
      ["PROCESSING", false, false, false],
      ["DONE", true, false, false],
      ["CANCELED", true, false, false],
      ["FAIL", true, true, false],
      ["STALE", true, true, false],
      ["SKIP", true, true, false],
      ["skip", true, true, false],
      ["PAUSED", false, false, false]
    ] as const
  )("%s: final %s, failure %s, cancelable %s", (reserveStatus, isFinal, isFailure, isCancelable) => {
    const status = decode(JSON.stringify({ reserveStatus }))
    assert.strictEqual(ReservationStatus.isFinal(status), isFinal)
    assert.strictEqual(ReservationStatus.isFailure(status), isFailure)
    assert.strictEqual(ReservationStatus.isCancelable(status), isCancelable)
    assert.strictEqual(Option.isSome(ReservationStatus.state(status)), reserveStatus !== "PAUSED")
  })

  it("an un-zoned time belongs to its zone, which is Korea's by default", () => {
    const time = (reserveTimeZone?: string | null) =>
      iso({
        reserveTime: "2026-07-01 09:00",
        reserveStatus: "READY",
        ...reserveTimeZone === undefined ? {} : { reserveTimeZone }
      })
    for (const absent of [undefined, null, "", "Asia/Seoul"]) {
      assert.deepStrictEqual(time(absent), Option.some("2026-07-01T00:00:00.000Z"))
    }
    assert.deepStrictEqual(time("America/New_York"), Option.some("2026-07-01T13:00:00.000Z"))
    assert.deepStrictEqual(time("Nowhere/Land"), Option.none())
  })

  it("null, blank and absent are the same", () => {
    for (const nothing of [null, "", undefined]) {
      const status = decode(JSON.stringify({
        reserveId: nothing,
        reserveTime: nothing,
        reserveTimeZone: nothing,
        reserveStatus: "DONE"
      }))
      assert.deepStrictEqual(ReservationStatus.reserveId(status), Option.none())
      assert.deepStrictEqual(ReservationStatus.reserveTime(status), Option.none())
    }
  })

  it.prop("decodes what it encodes", [ReservationStatus.ReservationStatus], ([status]) => {
    const text = JSON.stringify(Schema.encodeSync(ReservationStatus.ReservationStatus)(status))
    assert.deepStrictEqual(JSON.stringify(decode(text)), text)
  })
})
