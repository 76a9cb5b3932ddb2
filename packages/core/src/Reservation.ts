/**
 * When a reserved request is to be sent.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as stamp from "./internal/stamp.ts"
import * as KstDateTime from "./KstDateTime.ts"

/**
 * The name of a zone of the IANA time zone database, letter by letter as the database writes it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TimeZone = Schema.String.check(
  Schema.makeFilter((name: string) => Option.isSome(stamp.zone(name)), {
    expected: "a zone of the IANA time zone database, such as Asia/Seoul",
    arbitraryConstraint: {
      patterns: [{ source: "^(Asia/Seoul|Asia/Tokyo|America/New_York|Europe/London|Pacific/Chatham|UTC)$", flags: "" }]
    }
  })
)

/**
 * An instant, and the zone whose clocks tell it, by default `Asia/Seoul`. SENS knows minutes alone: seconds are rounded
 * down. SENS docs, "Send message", fields `reserveTime` and `reserveTimeZone`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservation = Schema.Struct({
  at: KstDateTime.Instant,
  timeZone: Schema.optionalKey(TimeZone)
})

/**
 * An instant, and the zone whose clocks tell it.
 *
 * @category models
 * @since 0.1.0
 */
export type Reservation = typeof Reservation.Type

/**
 * The two fields of a send request on the wire.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fields {
  /** `yyyy-MM-dd HH:mm`, by the clocks of the zone. */
  readonly reserveTime: string
  /** The zone, by its IANA name; `Asia/Seoul` where it is left out. */
  readonly reserveTimeZone?: string
}

/**
 * Takes instant and zone from a zoned date. A zone that is a mere offset has no name on the wire, so that Korean time
 * tells the instant.
 *
 * **Example** (Nine in the evening in New York)
 *
 * ```ts import.meta.vitest
 * import * as Reservation from "@effect-sens/core/Reservation"
 * import * as DateTime from "effect/DateTime"
 *
 * const evening = DateTime.makeZonedUnsafe("2026-01-01T21:00", { timeZone: "America/New_York", adjustForTimeZone: true })
 *
 * Reservation.fromZoned(evening) // => { at: DateTime.makeUnsafe("2026-01-02T02:00:00Z"), timeZone: "America/New_York" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromZoned = (zoned: DateTime.Zoned): Reservation => ({
  at: DateTime.toUtc(zoned),
  ...DateTime.isTimeZoneNamed(zoned.zone) ? { timeZone: zoned.zone.id } : {}
})

/**
 * Writes `yyyy-MM-dd HH:mm` by the clocks of the zone, and its name.
 *
 * **Details**
 *
 * Clocks that are put back show an hour twice. The later of the two cannot be told by them, so it is told in `Asia/Seoul`:
 * the instant is kept, whatever the zone.
 *
 * **Example** (The same instant on two clocks)
 *
 * ```ts import.meta.vitest
 * import * as Reservation from "@effect-sens/core/Reservation"
 * import * as DateTime from "effect/DateTime"
 *
 * const at = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
 *
 * Reservation.toFields({ at }) // => { reserveTime: "2026-01-01 09:00" }
 * Reservation.toFields({ at, timeZone: "Europe/Paris" }) // => { reserveTime: "2026-01-01 01:00", reserveTimeZone: "Europe/Paris" }
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toFields = (self: Reservation): Fields => {
  const { time, zone } = stamp.inZone(self.at, self.timeZone)
  return zone === undefined ? { reserveTime: time } : { reserveTime: time, reserveTimeZone: zone }
}

/**
 * Reads the two fields. `None` where the time is no time or the zone no zone.
 *
 * **Example** (Paris)
 *
 * ```ts import.meta.vitest
 * import * as Reservation from "@effect-sens/core/Reservation"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const fields = { reserveTime: "2026-01-01 01:00", reserveTimeZone: "Europe/Paris" }
 *
 * Option.map(Reservation.fromFields(fields), ({ at }) => DateTime.formatIso(at)) // => Option.some("2026-01-01T00:00:00.000Z")
 * Reservation.fromFields({ reserveTime: "2026-02-30 01:00" }) // => Option.none()
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromFields = (fields: Fields): Option.Option<Reservation> =>
  Option.map(
    stamp.instantIn(fields.reserveTime, fields.reserveTimeZone),
    (at) => fields.reserveTimeZone === undefined ? { at } : { at, timeZone: fields.reserveTimeZone }
  )

/**
 * When SENS will send: the instant, rounded down to the minute.
 *
 * **Example** (Seconds are lost)
 *
 * ```ts import.meta.vitest
 * import * as Reservation from "@effect-sens/core/Reservation"
 * import * as DateTime from "effect/DateTime"
 *
 * const at = DateTime.makeUnsafe("2026-01-01T00:00:59Z")
 *
 * DateTime.formatIso(Reservation.minute({ at })) // => "2026-01-01T00:00:00.000Z"
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const minute = (self: Reservation): DateTime.Utc =>
  DateTime.makeUnsafe(Math.floor(self.at.epochMilliseconds / 60_000) * 60_000)
