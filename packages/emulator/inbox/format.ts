// Numbers, phone numbers, times and carriers as people read them.
import { say } from "./language.ts"

export const count = (n: number): string => n.toLocaleString("en-US")

/** `010-1234-5678`, `02-000-0000`, `1588-0000`; one abroad with the calling code of its country. */
export const phone = (digits: string, countryCode = "82"): string =>
  countryCode !== "82"
    ? `+${countryCode} ${digits}`
    : /^1\d{7}$/.test(digits)
    ? digits.replace(/(\d{4})(\d{4})/, "$1-$2")
    : digits.replace(/^(02|0\d{2}|050\d)(\d{3,4})(\d{4})$/, "$1-$2-$3")

const offset = 9 * 60 * 60 * 1000

/** The parts of an instant as Korea has them. Korea has no summer time. */
const korean = (at: number | string): string => new Date(new Date(at).getTime() + offset).toISOString()

/** `09:42:07`. */
export const time = (at: number | string): string => korean(at).slice(11, 19)

/** `2026-11-27`. */
export const day = (at: number | string): string => korean(at).slice(0, 10)

/** `2026-11-27 18:42:07 KST`. */
export const full = (at: number | string): string => `${korean(at).slice(0, 19).replace("T", " ")} KST`

/** `11-27 18:42`. */
export const short = (at: number | string): string => korean(at).slice(5, 16).replace("T", " ")

const weekdays = { ko: "일월화수목금토", en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] }
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** A day as a heading; `today` is the day that it is now, `2026-11-27`. */
export const dayName = (day: string, today: string): string => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number)
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const isOther = day.slice(0, 4) !== today.slice(0, 4)
  const name = say(
    `${isOther ? `${year}년 ` : ""}${month}월 ${date}일 (${weekdays.ko[weekday] ?? ""})`,
    `${weekdays.en[weekday] ?? ""} ${date} ${months[month - 1] ?? ""}${isOther ? ` ${year}` : ""}`
  )
  return day === today ? `${say("오늘", "Today")}, ${name}` : name
}

/** How far a clock is off: `+6분`, `−1시간 30분`. */
export const shift = (millis: number): string => {
  const all = Math.round(Math.abs(millis) / 1000)
  const parts = [
    [Math.floor(all / 86_400), say("일", " d")],
    [Math.floor(all / 3600) % 24, say("시간", " h")],
    [Math.floor(all / 60) % 60, say("분", " min")],
    [all % 60, say("초", " s")]
  ] as const
  const shown = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n}${unit}`).join(" ")
  return shown === "" ? "" : `${millis < 0 ? "−" : "+"}${shown}`
}

/** Until then, or since: `12분 뒤`, `in 3 h`. */
export const distance = (millis: number): string => {
  const minutes = Math.round(Math.abs(millis) / 60_000)
  const amount = minutes < 90
    ? say(`${minutes}분`, `${minutes} min`)
    : minutes < 36 * 60
    ? say(`${Math.round(minutes / 60)}시간`, `${Math.round(minutes / 60)} h`)
    : say(`${Math.round(minutes / 1440)}일`, `${Math.round(minutes / 1440)} d`)
  return millis >= 0 ? say(`${amount} 뒤`, `in ${amount}`) : say(`${amount} 전`, `${amount} ago`)
}
