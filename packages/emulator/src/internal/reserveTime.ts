/**
 * The time of a reservation, which belongs to the zone that it names.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

export interface ReserveTime {
  readonly millis: number
  readonly timeZone: string
}

const stamp = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})$/

export const defaultZone = "Asia/Seoul"

export const isZone = (name: string): boolean => Option.isSome(DateTime.zoneMakeNamed(name))

const zoned = (millis: number, timeZone: string) =>
  Option.getOrThrow(DateTime.makeZoned(millis, { timeZone: DateTime.zoneMakeNamedUnsafe(timeZone) }))

/** `yyyy-MM-dd HH:mm` */
export const minutes = (millis: number, timeZone: string): string =>
  DateTime.formatIsoOffset(zoned(millis, timeZone)).slice(0, 16).replace("T", " ")

/** `yyyy-MM-ddTHH:mm:ss+09:00` */
export const withOffset = (millis: number, timeZone: string): string => {
  const text = DateTime.formatIsoOffset(zoned(millis, timeZone))
  return text.slice(0, 19) + text.slice(23)
}

/**
 * Reads `yyyy-MM-dd HH:mm`. A minute that the zone skips, or that the calendar does not have, is no time; of a minute that comes
 * twice it is the first.
 */
export const parse = (text: string, timeZone: string): number | undefined => {
  const match = stamp.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute] = match.slice(1).map(Number)
  const at = DateTime.makeZoned(
    { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: 0, millisecond: 0 },
    { timeZone: DateTime.zoneMakeNamedUnsafe(timeZone), adjustForTimeZone: true }
  )
  if (Option.isNone(at)) return undefined
  const millis = DateTime.toEpochMillis(at.value)
  return minutes(millis, timeZone) === text ? millis : undefined
}
