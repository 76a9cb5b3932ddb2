/**
 * Instants as programs and people read them: in Korean time, wherever the machine is.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** `2026-01-01T09:00:00.000+09:00`. */
export const iso = (instant: DateTime.Utc): string => `${KstDateTime.formatMillis(instant)}+09:00`

export const isoOrNull = (instant: Option.Option<DateTime.Utc>): string | null =>
  Option.getOrNull(Option.map(instant, iso))

/** `2026-01-01 09:00:00 KST`. */
export const people = (instant: DateTime.Utc): string => `${KstDateTime.formatSeconds(instant)} KST`

export const peopleOr = (instant: Option.Option<DateTime.Utc>, other = "-"): string =>
  Option.match(instant, { onNone: () => other, onSome: people })
