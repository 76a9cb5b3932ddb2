/**
 * Shares and times as people read them.
 *
 * @since 0.1.0
 */
import type * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Language } from "../Language.ts"

/** `62.1%`. What is not all is never 100 %, and what is not nothing is never 0. */
export const share = (part: number, whole: number): string => {
  if (whole === 0) return "-"
  if (part === 0) return "0%"
  if (part === whole) return "100%"
  const percent = (part / whole) * 100
  return percent < 0.05 ? "<0.1%" : percent >= 99.95 ? ">99.9%" : `${percent.toFixed(1)}%`
}

interface Units {
  readonly minute: string
  readonly hour: string
  readonly day: string
}

const units = {
  en: { second: " s", minute: " min", hour: " h", day: " d" },
  ko: { second: "초", minute: "분", hour: "시간", day: "일" }
} as const

const two = (n: number, big: string, rest: number, small: string): string =>
  rest === 0 ? `${n}${big}` : `${n}${big} ${rest}${small}`

/** `4 s`, `61 s`, `14 min 2 s`, `3 h 5 min`. */
export const duration = (seconds: number, language: Language): string => {
  const { day, hour, minute, second } = units[language]
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole}${second}`
  if (whole < 3600) return two(Math.floor(whole / 60), minute, whole % 60, second)
  const minutes = Math.round(whole / 60)
  if (minutes < 2880) return two(Math.floor(minutes / 60), hour, minutes % 60, minute)
  const hours = Math.round(minutes / 60)
  return two(Math.floor(hours / 24), day, hours % 24, hour)
}

const one = (seconds: number, { day, hour, minute }: Units): string => {
  if (seconds < 60) return String(seconds)
  if (seconds < 3600) return `${seconds / 60}${minute}`
  return seconds < 86_400 ? `${seconds / 3600}${hour}` : `${seconds / 86_400}${day}`
}

/** The bound of an interval: `20`, `1 min`, `6 h`. */
export const bound = (seconds: number, language: Language): string => one(seconds, units[language])

const letters = { minute: "m", hour: "h", day: "d" }

/** The same where there is little room: `15m`. */
export const tick = (seconds: number, language: Language): string =>
  one(seconds, language === "ko" ? units.ko : letters)

/** The seconds of a percentile. */
export const percentile = ({ percentiles }: DeliverySink.DeliveryTimes, of: number): number | undefined => {
  const time = percentiles.get(of)
  return time === undefined ? undefined : Math.round(Duration.toSeconds(time))
}

/** The seconds of what took longest. */
export const longest = ({ max }: DeliverySink.DeliveryTimes): number | undefined =>
  Option.getOrUndefined(Option.map(max, Duration.toSeconds))
