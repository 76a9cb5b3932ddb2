/**
 * What to look for in the block list, the numbers that refused advertisements.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as KstDateTime from "./KstDateTime.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type * as SearchQuery from "./SearchQuery.ts"

/**
 * The most numbers that one page of the block list holds.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxPageSize = 100

/**
 * A search of the block list, by number and by the time of registration (both ends included, to the millisecond). Without
 * either, all of it. `pageSize` is 0-100, by default 100; pages count from 0. SENS docs, "Search for opt-out numbers",
 * parameters.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeQuery = Schema.Struct({
  clientTelNo: Schema.optionalKey(PhoneNumber.PhoneNumber),
  start: Schema.optionalKey(KstDateTime.Instant),
  end: Schema.optionalKey(KstDateTime.Instant),
  pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: maxPageSize }))),
  pageIndex: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
})

/**
 * A search of the block list, as a caller writes it.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnsubscribeQuery {
  /** The number to look for, as people write it. */
  readonly clientTelNo?: string | undefined
  /** From when on it was registered, to the millisecond. */
  readonly start?: Date | DateTime.DateTime | undefined
  /** Until when it was registered. */
  readonly end?: Date | DateTime.DateTime | undefined
  /** How many numbers a page holds, 0-100; 100 unless given. */
  readonly pageSize?: number | undefined
  /** Which page, counted from 0. */
  readonly pageIndex?: number | undefined
}

/**
 * A search as it goes out: digits and instants.
 *
 * @category models
 * @since 0.1.0
 */
export type Normalized = typeof UnsubscribeQuery.Type

/**
 * The query parameters of a search, not yet percent-encoded, in the order of the documents. Instants go over the wire as
 * milliseconds since 1970.
 *
 * **Example** (The numbers of one day)
 *
 * ```ts import.meta.vitest
 * import * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
 * import * as DateTime from "effect/DateTime"
 *
 * const params = UnsubscribeQuery.toParams({
 *   start: DateTime.makeUnsafe("2025-11-21T10:40:00Z"),
 *   end: DateTime.makeUnsafe("2025-11-22T10:40:00Z"),
 *   pageSize: 100
 * })
 *
 * params // => [["pageSize", "100"], ["startTime", "1763721600000"], ["endTime", "1763808000000"]]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toParams = (self: Normalized): SearchQuery.Params => {
  const params: Array<readonly [name: string, value: string]> = []
  if (self.clientTelNo !== undefined) params.push(["clientTelNo", self.clientTelNo])
  if (self.pageSize !== undefined) params.push(["pageSize", String(self.pageSize)])
  if (self.pageIndex !== undefined) params.push(["pageIndex", String(self.pageIndex)])
  if (self.start !== undefined) params.push(["startTime", String(self.start.epochMilliseconds)])
  if (self.end !== undefined) params.push(["endTime", String(self.end.epochMilliseconds)])
  return params
}
