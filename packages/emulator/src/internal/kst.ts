/**
 * The un-zoned stamps of the service, which are Korean Standard Time: UTC+09:00 all year.
 */
import * as DateTime from "effect/DateTime"

const offset = 9 * 60 * 60 * 1000

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

/** `yyyy-MM-dd HH:mm:ss` */
export const seconds = (millis: number): string => iso(millis + offset).slice(0, 19).replace("T", " ")

/** `yyyy-MM-ddTHH:mm:ss.SSS` */
export const withMillis = (millis: number): string => iso(millis + offset).slice(0, 23)

const stamp = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** Reads `yyyy-MM-dd HH:mm:ss`; a day that the calendar does not have is no stamp. */
export const parse = (text: string): number | undefined => {
  if (!stamp.test(text)) return undefined
  const at = DateTime.make(`${text.replace(" ", "T")}Z`)
  if (at._tag === "None") return undefined
  const millis = DateTime.toEpochMillis(at.value) - offset
  return seconds(millis) === text ? millis : undefined
}
