/**
 * What to look for in the delivery log.
 *
 * SENS searches in one of three ways that cannot be mixed: by request id, by the time of the request (at most 30 days),
 * or by the time of completion (at most 24 hours). The log goes back 90 days.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as ContentType from "./ContentType.ts"
import * as CountryCode from "./CountryCode.ts"
import * as KstDateTime from "./KstDateTime.ts"
import * as MessageId from "./MessageId.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import * as RequestId from "./RequestId.ts"

// -----------------------------------------------------------------------------
// As a caller writes it
// -----------------------------------------------------------------------------

/**
 * Narrows a search. SENS docs, "Search for message delivery request", parameters.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  /** The id of one message. */
  readonly messageId?: string | undefined
  /** The type that was sent. */
  readonly type?: "SMS" | "LMS" | "MMS" | undefined
  /** `AD` for advertisements, `COMM` for all else. */
  readonly contentType?: "COMM" | "AD" | undefined
  /** The calling code of the recipient's country, without `+`. */
  readonly countryCode?: string | undefined
  /** The number that sent, as people write it. */
  readonly from?: string | undefined
  /** The number of the recipient, as people write it. */
  readonly to?: string | undefined
  /** How far the message is. */
  readonly status?: "READY" | "PROCESSING" | "COMPLETED" | undefined
  /** How it ended. */
  readonly statusName?: "success" | "fail" | undefined
}

/**
 * A range of time, both ends included. SENS knows seconds: the start is rounded down, the end up.
 *
 * @category models
 * @since 0.1.0
 */
export interface Range {
  /** Its beginning. */
  readonly start: Date | DateTime.DateTime
  /** Its end. */
  readonly end: Date | DateTime.DateTime
}

/**
 * The messages of one request.
 *
 * @category models
 * @since 0.1.0
 */
export interface ByRequestId extends Filters {
  /** The id that the send was answered with. */
  readonly requestId: string
  /** How many messages a page holds, 1-1,000; 1,000 unless given. */
  readonly pageSize?: number | undefined
  /** Of another kind of search. */
  readonly requestTime?: undefined
  /** Of another kind of search. */
  readonly completeTime?: undefined
}

/**
 * The messages that were requested in a range of time: at most 30 days for one search.
 *
 * @category models
 * @since 0.1.0
 */
export interface ByRequestTime extends Filters {
  /** When SENS took the request. */
  readonly requestTime: Range
  /** How many messages a page holds, 1-100; SENS gives 20 unless told. */
  readonly pageSize?: number | undefined
  /** Of another kind of search. */
  readonly requestId?: undefined
  /** Of another kind of search. */
  readonly completeTime?: undefined
}

/**
 * The messages that were completed in a range of time: at most 24 hours for one search.
 *
 * @category models
 * @since 0.1.0
 */
export interface ByCompleteTime extends Filters {
  /** When the carrier reported the result. */
  readonly completeTime: Range
  /** How many messages a page holds, 1-100; SENS gives 20 unless told. */
  readonly pageSize?: number | undefined
  /** Of another kind of search. */
  readonly requestId?: undefined
  /** Of another kind of search. */
  readonly requestTime?: undefined
}

/**
 * A search, one of three kinds that cannot be mixed.
 *
 * **Example** (A day in Korea)
 *
 * ```ts import.meta.vitest
 * import type * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as DateTime from "effect/DateTime"
 *
 * const query: SearchQuery.SearchQuery = {
 *   requestTime: {
 *     start: DateTime.makeUnsafe("2026-01-01T00:00:00+09:00"),
 *     end: DateTime.makeUnsafe("2026-01-01T23:59:59+09:00")
 *   },
 *   to: "010-1234-5678"
 * }
 *
 * query.to // => "010-1234-5678"
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export type SearchQuery = ByRequestId | ByRequestTime | ByCompleteTime

// -----------------------------------------------------------------------------
// As it goes out
// -----------------------------------------------------------------------------

/**
 * The filters of a search as they go out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Filters = Schema.Struct({
  messageId: Schema.optionalKey(MessageId.MessageId),
  type: Schema.optionalKey(Schema.Literals(["SMS", "LMS", "MMS"])),
  contentType: Schema.optionalKey(ContentType.ContentType),
  countryCode: Schema.optionalKey(CountryCode.CountryCode),
  from: Schema.optionalKey(PhoneNumber.PhoneNumber),
  to: Schema.optionalKey(PhoneNumber.PhoneNumber),
  status: Schema.optionalKey(Schema.Literals(["READY", "PROCESSING", "COMPLETED"])),
  statusName: Schema.optionalKey(Schema.Literals(["success", "fail"]))
})

/**
 * A range of time as it goes out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Range = Schema.Struct({ start: KstDateTime.Instant, end: KstDateTime.Instant })

const pageSize = (maximum: number) => Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum })))

/**
 * A search as it goes out, one of three kinds. `pageSize` is 1-1,000 by request id (default of SENS: 1,000) and 1-100 in a
 * range (default 20); a page is named by `pageIndex` from 0, or by the `nextToken` of the page before.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SearchQuery = Schema.Union([
  Schema.Struct({ requestId: RequestId.RequestId, ...Filters.fields, pageSize: pageSize(1000) }),
  Schema.Struct({ requestTime: Range, ...Filters.fields, pageSize: pageSize(100) }),
  Schema.Struct({ completeTime: Range, ...Filters.fields, pageSize: pageSize(100) })
])

/**
 * A search as it goes out: digits, instants, and no field that is not asked for. `Preflight.readSearch` makes it of a
 * {@link SearchQuery} that is right.
 *
 * @category models
 * @since 0.1.0
 */
export type Normalized = typeof SearchQuery.Type

/**
 * Names and values of query parameters, not percent-encoded.
 *
 * @category models
 * @since 0.1.0
 */
export type Params = ReadonlyArray<readonly [name: string, value: string]>

const filterKeys = ["messageId", "type", "contentType", "countryCode", "from", "to", "status", "statusName"] as const

/**
 * The query parameters of a search, not yet percent-encoded, in the order of the documents.
 *
 * **Example** (For a query string)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 *
 * const params = SearchQuery.toParams({ requestId: RequestId.make("RSSA-1"), status: "COMPLETED" })
 *
 * params // => [["requestId", "RSSA-1"], ["status", "COMPLETED"]]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toParams = (self: Normalized): Params => {
  const params: Array<readonly [name: string, value: string]> = []
  if ("requestId" in self) params.push(["requestId", self.requestId])
  else {
    const [name, { end, start }] = "requestTime" in self
      ? ["request", self.requestTime] as const
      : ["complete", self.completeTime] as const
    params.push([`${name}StartTime`, KstDateTime.formatSeconds(start)], [
      `${name}EndTime`,
      KstDateTime.formatSecondsUp(end)
    ])
  }
  for (const key of filterKeys) {
    const value = self[key]
    if (value !== undefined) params.push([key, value])
  }
  if (self.pageSize !== undefined) params.push(["pageSize", String(self.pageSize)])
  return params
}

/**
 * Which page of a search: by number from 0, or by the token that the page before bore. Without either, the first.
 *
 * @category models
 * @since 0.1.0
 */
export type Page = { readonly pageIndex: number } | { readonly nextToken: string }

/**
 * The query parameter of a page, not percent-encoded.
 *
 * None for `undefined`, which is the first page.
 *
 * **Example** (Both ways to name a page)
 *
 * ```ts import.meta.vitest
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 *
 * SearchQuery.pageParams({ pageIndex: 2 }) // => [["pageIndex", "2"]]
 * SearchQuery.pageParams({ nextToken: "abc" }) // => [["nextToken", "abc"]]
 * SearchQuery.pageParams(undefined) // => []
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const pageParams = (page: Page | undefined): Params =>
  page === undefined
    ? []
    : "nextToken" in page
    ? [["nextToken", page.nextToken]]
    : [["pageIndex", String(page.pageIndex)]]
