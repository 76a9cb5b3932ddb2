import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** Tomorrow at nine in Korea, in whatever zone this program runs. */
export const tomorrowAtNine = (now: Date): DateTime.DateTime =>
  DateTime.makeZonedUnsafe(now, { timeZone: "Asia/Seoul" }).pipe(
    DateTime.startOf("day"),
    DateTime.add({ days: 1, hours: 9 })
  )

/** What a form in Korea says, such as `2026-01-02 09:00`. Undefined where that is no time. */
export const fromForm = (text: string): Date | undefined =>
  Option.getOrUndefined(Option.map(KstDateTime.parse(text), DateTime.toDateUtc))

/** The same way back, for people. */
export const forPeople = (time: Date): string => KstDateTime.formatMinutes(DateTime.fromDateUnsafe(time))
