/**
 * The time stamps of SENS: text in, `DateTime.Utc` out, and back.
 *
 * SENS writes most of its stamps without a zone; they are Korean time (KST). Korea has had no daylight saving time since
 * 1988, so KST is UTC+09:00 by plain arithmetic, which is exact for every message that SENS ever sent.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as stamp from "./internal/stamp.ts"

/**
 * Reads any stamp that SENS writes: `yyyy-MM-dd HH:mm`, `yyyy-MM-dd HH:mm:ss`, `yyyy-MM-ddTHH:mm:ss.SSS`, and ISO 8601
 * with `Z` or an offset. Without an offset it is Korean time. `None` for anything else, a date that does not exist included.
 *
 * **Example** (With and without an offset)
 *
 * ```ts import.meta.vitest
 * import * as KstDateTime from "@effect-sens/core/KstDateTime"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const iso = (text: string) => Option.getOrThrow(Option.map(KstDateTime.parse(text), DateTime.formatIso))
 *
 * iso("2026-01-01 09:00:00") // => "2026-01-01T00:00:00.000Z"
 * iso("2026-01-01T09:00:00.250") // => "2026-01-01T00:00:00.250Z"
 * iso("2025-11-25T13:19:00+09:00") // => "2025-11-25T04:19:00.000Z"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const parse = (text: string): Option.Option<DateTime.Utc> => stamp.instantIn(text, undefined)

const year = (instant: DateTime.Utc): number => DateTime.getPartUtc(instant, "year")

/**
 * An instant that a stamp of SENS can tell, in Korea and in any other zone: of the years 1970 to 2998.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Instant = Schema.DateTimeUtc.check(
  Schema.makeFilter((instant: DateTime.Utc) => year(instant) >= 1970 && year(instant) <= 2998, {
    expected: "a time of the years 1970 to 2998"
  })
)

const kst = (instant: DateTime.Utc): string =>
  DateTime.formatIso(DateTime.makeUnsafe(instant.epochMilliseconds + stamp.kstOffset))

/**
 * Writes `yyyy-MM-dd HH:mm` in Korean time, rounding down to the minute.
 *
 * **Example** (As a reservation has it)
 *
 * ```ts import.meta.vitest
 * import * as KstDateTime from "@effect-sens/core/KstDateTime"
 * import * as DateTime from "effect/DateTime"
 *
 * KstDateTime.formatMinutes(DateTime.makeUnsafe("2026-01-01T00:00:00.250Z")) // => "2026-01-01 09:00"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const formatMinutes = (instant: DateTime.Utc): string => kst(instant).slice(0, 16).replace("T", " ")

/**
 * Writes `yyyy-MM-dd HH:mm:ss` in Korean time, rounding down to the second. It is what a search window starts with.
 *
 * **Example** (The bounds of a search window)
 *
 * ```ts import.meta.vitest
 * import * as KstDateTime from "@effect-sens/core/KstDateTime"
 * import * as DateTime from "effect/DateTime"
 *
 * const instant = DateTime.makeUnsafe("2026-01-01T00:00:00.250Z")
 *
 * KstDateTime.formatSeconds(instant) // => "2026-01-01 09:00:00"
 * KstDateTime.formatSecondsUp(instant) // => "2026-01-01 09:00:01"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const formatSeconds = (instant: DateTime.Utc): string => kst(instant).slice(0, 19).replace("T", " ")

/**
 * Writes `yyyy-MM-dd HH:mm:ss` in Korean time, rounding up to the second, so that a search window which ends at the
 * instant includes it.
 *
 * **Example** (An end that counts)
 *
 * ```ts import.meta.vitest
 * import * as KstDateTime from "@effect-sens/core/KstDateTime"
 * import * as DateTime from "effect/DateTime"
 *
 * KstDateTime.formatSecondsUp(DateTime.makeUnsafe("2026-01-01T00:00:00.250Z")) // => "2026-01-01 09:00:01"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const formatSecondsUp = (instant: DateTime.Utc): string =>
  formatSeconds(DateTime.makeUnsafe(Math.ceil(instant.epochMilliseconds / 1000) * 1000))

/**
 * Writes `yyyy-MM-ddTHH:mm:ss.SSS` in Korean time.
 *
 * **Example** (As the answer to a send has it)
 *
 * ```ts import.meta.vitest
 * import * as KstDateTime from "@effect-sens/core/KstDateTime"
 * import * as DateTime from "effect/DateTime"
 *
 * KstDateTime.formatMillis(DateTime.makeUnsafe("2026-01-01T00:00:00.250Z")) // => "2026-01-01T09:00:00.250"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const formatMillis = (instant: DateTime.Utc): string => kst(instant).slice(0, 23)

const codec = (expected: string, format: (instant: DateTime.Utc) => string) =>
  Schema.String.pipe(Schema.decodeTo(
    Schema.DateTimeUtc,
    SchemaTransformation.transformEffect({
      decode: (text: string, options) =>
        Effect.mapError(
          Effect.fromOption(parse(text)),
          () => new SchemaIssue.InvalidValue({ message: `Expected ${expected}` }, text, options)
        ),
      encode: (instant: DateTime.Utc) => Effect.succeed(format(instant))
    })
  ))

/**
 * Reads any stamp of {@link parse}, writes `yyyy-MM-dd HH:mm` in Korean time. Decoding anything else fails.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Minutes = codec("yyyy-MM-dd HH:mm (KST)", formatMinutes)

/**
 * Reads any stamp of {@link parse}, writes `yyyy-MM-dd HH:mm:ss` in Korean time. Decoding anything else fails.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Seconds = codec("yyyy-MM-dd HH:mm:ss (KST)", formatSeconds)

/**
 * Reads any stamp of {@link parse}, writes `yyyy-MM-ddTHH:mm:ss.SSS` in Korean time. Decoding anything else fails.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Millis = codec("yyyy-MM-dd'T'HH:mm:ss.SSS (KST)", formatMillis)
