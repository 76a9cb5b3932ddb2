/**
 * The stamps of SENS as milliseconds and back.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

// Korea has had no daylight saving time since 1988, so Korean time is UTC+09:00 by plain arithmetic.
/** @internal */
export const kstOffset = 9 * 60 * 60 * 1000

const stamp = /^([12]\d{3})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))?$/

/**
 * The fields of a stamp as milliseconds since 1970, as if they were UTC, and the offset that stands behind them.
 *
 * @internal
 */
export interface Stamp {
  readonly local: number
  readonly offset: number | undefined
}

/** @internal */
export const read = (text: string): Option.Option<Stamp> => {
  const match = stamp.exec(text)
  if (match === null) return Option.none()
  const field = (index: number): number => Number(match[index] ?? 0)
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)]
  const millis = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3))
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return Option.none()
  if (day > daysIn(year, month)) return Option.none()
  const local = Date.UTC(year, month - 1, day, hour, minute, second, millis)
  if (match[8] !== undefined) return Option.some({ local, offset: 0 })
  if (match[9] === undefined) return Option.some({ local, offset: undefined })
  const [offsetHours, offsetMinutes] = [field(10), field(11)]
  if (offsetHours > 18 || offsetMinutes > 59) return Option.none()
  const shift = (offsetHours * 60 + offsetMinutes) * 60_000
  return Option.some({ local, offset: match[9] === "-" ? -shift : shift })
}

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
    : month === 4 || month === 6 || month === 9 || month === 11
    ? 30
    : 31

/** @internal */
export const minutes = (local: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(local)).slice(0, 16).replace("T", " ")

const shape = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/

/**
 * A zone of the IANA database by its exact name. `Intl` takes any letter case and plain offsets, the service need not.
 *
 * @internal
 */
export const zone = (name: string): Option.Option<DateTime.TimeZone.Named> =>
  shape.test(name)
    ? Option.filter(
      DateTime.zoneMakeNamed(name),
      ({ id }) => id === name || id.toLowerCase() !== name.toLowerCase()
    )
    : Option.none()

const seoul = "Asia/Seoul"

/**
 * The instant of a stamp. Without an offset of its own it belongs to the zone, by default Korea's. Where clocks were
 * put back and the stamp exists twice, the earlier instant; where they were put forward, the one after the gap.
 *
 * @internal
 */
export const instantIn = (text: string, zoneName: string | undefined): Option.Option<DateTime.Utc> =>
  Option.flatMap(read(text), ({ local, offset }) => {
    if (offset !== undefined) return Option.some(DateTime.makeUnsafe(local - offset))
    if (zoneName === undefined || zoneName === seoul) return Option.some(DateTime.makeUnsafe(local - kstOffset))
    return Option.flatMap(zone(zoneName), (timeZone) =>
      Option.map(
        DateTime.makeZoned(local, { timeZone, adjustForTimeZone: true, disambiguation: "compatible" }),
        DateTime.toUtc
      ))
  })

/**
 * `yyyy-MM-dd HH:mm` on the clocks of a zone, rounded down to the minute, and the zone. A minute that these clocks show
 * twice is told in Korean time, which shows every minute once, when it is the later of the two.
 *
 * @internal
 */
export const inZone = (
  instant: DateTime.Utc,
  zoneName: string | undefined
): { readonly time: string; readonly zone: string | undefined } => {
  const millis = Math.floor(instant.epochMilliseconds / 60_000) * 60_000
  const korean = minutes(millis + kstOffset)
  if (zoneName === undefined || zoneName === seoul) return { time: korean, zone: zoneName }
  return Option.getOrElse(
    Option.flatMap(zone(zoneName), (timeZone) => {
      const zoned = DateTime.makeZonedUnsafe(millis, { timeZone })
      const time = minutes(millis + DateTime.zonedOffset(zoned))
      return Option.map(
        Option.filter(instantIn(time, zoneName), (read) => read.epochMilliseconds === millis),
        () => ({ time, zone: zoneName })
      )
    }),
    () => ({ time: korean, zone: seoul })
  )
}
