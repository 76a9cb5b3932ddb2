import * as Reservation from "@effect-sens/core/Reservation"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const at = (iso: string) => DateTime.makeUnsafe(iso)

// Whole minutes of 2000-2098, in zones with and without daylight saving time, and one of 45 minutes.
const reservation = Arbitrary.map(
  Arbitrary.all({
    minutes: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 15_778_080, maximum: 67_843_680 }))),
    timeZone: Arbitrary.schema(
      Schema.Literals(["Asia/Seoul", "Europe/London", "America/New_York", "Pacific/Chatham", "Asia/Kolkata", "UTC"])
    )
  }),
  ({ minutes, timeZone }): Reservation.Reservation => ({ at: DateTime.makeUnsafe(minutes * 60_000), timeZone })
)

// An oracle that shares nothing with the arithmetic of the module.
const clock = (instant: DateTime.Utc, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit"
  }).format(instant.epochMilliseconds)

describe("Reservation", () => {
  it.prop("keeps the instant, and shows it on the clocks of the zone that it names", [reservation], ([reservation]) => {
    const fields = Reservation.toFields(reservation)
    assert.strictEqual(fields.reserveTime, clock(reservation.at, fields.reserveTimeZone ?? ""))
    const read = Option.getOrThrow(Reservation.fromFields(fields))
    assert.strictEqual(read.at.epochMilliseconds, reservation.at.epochMilliseconds)
  }, { arbitrary: { runs: 500 } })

  it("rounds down to the minute", () => {
    const reservation = { at: at("2026-01-01T00:00:59.999Z") }
    assert.deepStrictEqual(Reservation.toFields(reservation), { reserveTime: "2026-01-01 09:00" })
    assert.strictEqual(DateTime.formatIso(Reservation.minute(reservation)), "2026-01-01T00:00:00.000Z")
  })

  it("names the zone where it was named, and tells Korean time otherwise", () => {
    const instant = at("2026-06-30T15:30:00Z")
    assert.deepStrictEqual(Reservation.toFields({ at: instant }), { reserveTime: "2026-07-01 00:30" })
    assert.deepStrictEqual(Reservation.toFields({ at: instant, timeZone: "Asia/Seoul" }), {
      reserveTime: "2026-07-01 00:30",
      reserveTimeZone: "Asia/Seoul"
    })
    assert.deepStrictEqual(Reservation.toFields({ at: instant, timeZone: "Europe/Paris" }), {
      reserveTime: "2026-06-30 17:30",
      reserveTimeZone: "Europe/Paris"
    })
  })

  // New York, 1 November 2026: 01:00-02:00 happens twice. SENS would take the first.
  it("tells the second of two equal hours in Korean time", () => {
    assert.deepStrictEqual(Reservation.toFields({ at: at("2026-11-01T05:30:00Z"), timeZone: "America/New_York" }), {
      reserveTime: "2026-11-01 01:30",
      reserveTimeZone: "America/New_York"
    })
    assert.deepStrictEqual(Reservation.toFields({ at: at("2026-11-01T06:30:00Z"), timeZone: "America/New_York" }), {
      reserveTime: "2026-11-01 15:30",
      reserveTimeZone: "Asia/Seoul"
    })
  })

  it("reads a time that a zone skips as one after the gap", () => {
    const read = Reservation.fromFields({ reserveTime: "2026-03-08 02:30", reserveTimeZone: "America/New_York" })
    assert.strictEqual(DateTime.formatIso(Option.getOrThrow(read).at), "2026-03-08T07:30:00.000Z")
  })

  it.each([
    { reserveTime: "tomorrow" },
    { reserveTime: "2026-02-30 09:00" },
    { reserveTime: "2026-01-01 09:00", reserveTimeZone: "Asia/Nowhere" }
  ])("does not read %j", (fields) => {
    assert.isTrue(Option.isNone(Reservation.fromFields(fields)))
  })

  it("takes zones by their exact names alone", () => {
    const isZone = Schema.is(Reservation.TimeZone)
    const right = ["Asia/Seoul", "UTC", "US/Eastern", "Etc/GMT-9", "America/Argentina/Buenos_Aires"]
    const wrong = [
      "asia/seoul",
      "Asia/seoul",
      "ASIA/SEOUL",
      "+09:00",
      "GMT+9",
      "KST",
      "Asia/Nowhere",
      "",
      "Asia/",
      "/UTC"
    ]
    assert.deepStrictEqual(right.filter((name) => !isZone(name)), [])
    assert.deepStrictEqual(wrong.filter((name) => isZone(name)), [])
  })

  it("takes times that four digits can tell", () => {
    const isReservation = Schema.is(Schema.toType(Reservation.Reservation))
    assert.isTrue(isReservation({ at: at("1970-01-01T00:00:00Z") }))
    assert.isTrue(isReservation({ at: at("2998-12-31T23:59:59Z") }))
    assert.isFalse(isReservation({ at: at("1969-12-31T23:59:59Z") }))
    assert.isFalse(isReservation({ at: at("2999-01-01T00:00:00Z") }))
    assert.isFalse(isReservation({ at: "2026-01-01 09:00" }))
  })

  it("takes a zoned date, with the zone where it has a name", () => {
    const zoned = (timeZone: string | number) => DateTime.makeZonedUnsafe("2026-01-01T00:00:00Z", { timeZone })
    assert.deepStrictEqual(Reservation.fromZoned(zoned("Europe/London")), {
      at: at("2026-01-01T00:00:00Z"),
      timeZone: "Europe/London"
    })
    assert.deepStrictEqual(Reservation.fromZoned(zoned(60 * 60 * 1000)), { at: at("2026-01-01T00:00:00Z") })
  })
})
