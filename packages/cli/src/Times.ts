/**
 * Times and ranges as people write them. What has no zone is Korean time, wherever the program runs.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"

const units: { readonly [unit: string]: Duration.Duration } = {
  s: Duration.seconds(1),
  m: Duration.minutes(1),
  h: Duration.hours(1),
  d: Duration.days(1),
  w: Duration.weeks(1)
}

const amount = /^(\d{1,6})([smhdw])$/

/** `90m`, `3h`, `85d`, `2w`. */
const duration = (text: string): Option.Option<Duration.Duration> => {
  const [, count = "", unit = ""] = amount.exec(text) ?? []
  return Option.map(Option.fromUndefinedOr(units[unit]), (one) => Duration.times(one, Number(count)))
}

/** Days from today, by the word that people use. */
const days: { readonly [word: string]: number } = {
  오늘: 0,
  어제: -1,
  내일: 1,
  그제: -2,
  모레: 2,
  today: 0,
  yesterday: -1,
  tomorrow: 1
}

const dated = /^(\S+?)(?:\s+(\d{1,2}):(\d\d))?$/

/** The date in Korea, `2026-11-28`. */
const dateOf = (instant: DateTime.Utc): string => KstDateTime.formatMinutes(instant).slice(0, 10)

const two = (digits: string): string => digits.padStart(2, "0")

const read = (text: string, now: DateTime.Utc): Option.Option<DateTime.Utc> => {
  if (text === "now" || text === "지금") return Option.some(now)
  const sign = text.slice(0, 1)
  if (sign === "-" || sign === "+") {
    return Option.map(
      duration(text.slice(1)),
      (by) => sign === "-" ? DateTime.subtractDuration(now, by) : DateTime.addDuration(now, by)
    )
  }
  const [, word = "", hour = "00", minute = "00"] = dated.exec(text) ?? []
  const day = Object.hasOwn(days, word.toLowerCase()) ? days[word.toLowerCase()] : undefined
  if (day !== undefined) {
    return KstDateTime.parse(`${dateOf(DateTime.add(now, { days: day }))} ${two(hour)}:${minute}`)
  }
  return KstDateTime.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00` : text.replace(/ (\d):/, " 0$1:"))
}

const invalid = (flag: string) =>
  Failure.usage({
    en:
      `${flag} is no time: write 2026-11-28 09:00 (Korean time), 2026-11-28T09:00:00+09:00, now, -3h, or tomorrow 09:00`,
    ko:
      `${flag}: 시각이 아닙니다. 2026-11-28 09:00 (한국 시각), 2026-11-28T09:00:00+09:00, now, -3h, 내일 09:00처럼 씁니다`
  })

/** The instant that a text means now; `flag` is named where it means none. */
export const parse = (text: string, flag: string): Effect.Effect<DateTime.Utc, Failure.Refused> =>
  Effect.flatMap(
    DateTime.now,
    (now) => Effect.fromOption(read(text.trim(), now)).pipe(Effect.mapError(() => invalid(flag)))
  )

/** How far back the log is promised to reach: 90 days less a margin. */
export const longest = Duration.days(85)

/** A range that ends now: `85d`, `3h`. One that is longer than the log reaches back is refused before anything is asked. */
export const last = (text: string, flag: string): Result.Result<Duration.Duration, Failure.Refused> =>
  Option.match(Option.filter(duration(text.trim()), Duration.isGreaterThan(Duration.zero)), {
    onNone: () =>
      Result.fail(Failure.usage({
        en: `${flag} is no span of time: write 30m, 3h, 7d`,
        ko: `${flag}: 기간이 아닙니다. 30m, 3h, 7d처럼 씁니다`
      })),
    onSome: (span) =>
      Duration.isGreaterThan(span, longest)
        ? Result.fail(Failure.refuse("NotCovered", ExitCode.table.absent.code, {
          en: `${flag} reaches back 85 days at most; the service keeps 90`,
          ko: `${flag}: 85일까지입니다. 서비스는 90일 동안만 보관합니다`
        }))
        : Result.succeed(span)
  })

/** How long something may take: `10m`, `90s`. */
export const span = (text: string, flag: string): Result.Result<Duration.Duration, Failure.Refused> =>
  Option.match(duration(text.trim()), {
    onNone: () =>
      Result.fail(Failure.usage({
        en: `${flag} is no span of time: write 30s, 10m, 3h`,
        ko: `${flag}: 시간이 아닙니다. 30s, 10m, 3h처럼 씁니다`
      })),
    onSome: Result.succeed
  })
