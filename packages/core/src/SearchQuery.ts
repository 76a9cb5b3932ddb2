/**
 * What to look for in the delivery log.
 *
 * SENS searches in one of three ways that cannot be mixed: by request id, by the time of the request (at most 30 days),
 * or by the time of completion (at most 24 hours). The log goes back 90 days.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ContentType from "./ContentType.ts"
import * as CountryCode from "./CountryCode.ts"
import * as KstDateTime from "./KstDateTime.ts"
import * as MessageId from "./MessageId.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import * as RequestId from "./RequestId.ts"

/**
 * Narrows a search. SENS docs, "Search for message delivery request", parameters.
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
 * Narrows a search.
 *
 * @category models
 * @since 0.1.0
 */
export type Filters = typeof Filters.Type

const pageSize = (maximum: number) => Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum })))

/**
 * A search, one of three kinds. `pageSize` is 1-1,000 by request id (default of SENS: 1,000) and 1-100 in a window
 * (default 20); a page is named by `pageIndex` from 0, or by the `nextToken` of the page before.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SearchQuery = Schema.TaggedUnion({
  ByRequestId: {
    requestId: RequestId.RequestId,
    ...Filters.fields,
    pageSize: pageSize(1000)
  },
  ByRequestTime: {
    start: KstDateTime.Instant,
    end: KstDateTime.Instant,
    ...Filters.fields,
    pageSize: pageSize(100)
  },
  ByCompleteTime: {
    start: KstDateTime.Instant,
    end: KstDateTime.Instant,
    ...Filters.fields,
    pageSize: pageSize(100)
  }
})

/**
 * A search.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchQuery = typeof SearchQuery.Type

/**
 * A search by request id.
 *
 * @category models
 * @since 0.1.0
 */
export type ByRequestId = Extract<SearchQuery, { readonly _tag: "ByRequestId" }>

/**
 * A search by the time of the request, both ends included.
 *
 * @category models
 * @since 0.1.0
 */
export type ByRequestTime = Extract<SearchQuery, { readonly _tag: "ByRequestTime" }>

/**
 * A search by the time of completion, both ends included.
 *
 * @category models
 * @since 0.1.0
 */
export type ByCompleteTime = Extract<SearchQuery, { readonly _tag: "ByCompleteTime" }>

/**
 * The messages of one send request.
 *
 * **Example** (Those that failed)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 *
 * const query = SearchQuery.byRequestId({ requestId: RequestId.make("RSSA-1"), statusName: "fail", pageSize: 40 })
 *
 * SearchQuery.toParams(query) // => [["requestId", "RSSA-1"], ["statusName", "fail"], ["pageSize", "40"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byRequestId = (query: Omit<ByRequestId, "_tag">): ByRequestId => ({ _tag: "ByRequestId", ...query })

/**
 * The messages that were requested in a window of at most 30 days.
 *
 * **Example** (A day in Korea)
 *
 * ```ts import.meta.vitest
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as DateTime from "effect/DateTime"
 *
 * const query = SearchQuery.byRequestTime({
 *   start: DateTime.makeUnsafe("2026-01-01T00:00:00+09:00"),
 *   end: DateTime.makeUnsafe("2026-01-01T23:59:59+09:00"),
 *   pageSize: 100
 * })
 *
 * SearchQuery.toParams(query) // => [["requestStartTime", "2026-01-01 00:00:00"], ["requestEndTime", "2026-01-01 23:59:59"], ["pageSize", "100"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byRequestTime = (query: Omit<ByRequestTime, "_tag">): ByRequestTime => ({
  _tag: "ByRequestTime",
  ...query
})

/**
 * The messages that were completed in a window of at most 24 hours.
 *
 * **Example** (The bounds are widened to whole seconds of Korean time)
 *
 * ```ts import.meta.vitest
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as DateTime from "effect/DateTime"
 *
 * const query = SearchQuery.byCompleteTime({
 *   start: DateTime.makeUnsafe("2026-01-01T00:00:00.900Z"),
 *   end: DateTime.makeUnsafe("2026-01-01T01:00:00.100Z")
 * })
 *
 * SearchQuery.toParams(query) // => [["completeStartTime", "2026-01-01 09:00:00"], ["completeEndTime", "2026-01-01 10:00:01"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byCompleteTime = (query: Omit<ByCompleteTime, "_tag">): ByCompleteTime => ({
  _tag: "ByCompleteTime",
  ...query
})

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
 * const params = SearchQuery.toParams(SearchQuery.byRequestId({ requestId: RequestId.make("RSSA-1"), status: "COMPLETED" }))
 *
 * params // => [["requestId", "RSSA-1"], ["status", "COMPLETED"]]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toParams = (self: SearchQuery): Params => {
  const params = [...SearchQuery.match(self, {
    ByRequestId: ({ requestId }): Params => [["requestId", requestId]],
    ByRequestTime: ({ end, start }): Params => [
      ["requestStartTime", KstDateTime.formatSeconds(start)],
      ["requestEndTime", KstDateTime.formatSecondsUp(end)]
    ],
    ByCompleteTime: ({ end, start }): Params => [
      ["completeStartTime", KstDateTime.formatSeconds(start)],
      ["completeEndTime", KstDateTime.formatSecondsUp(end)]
    ]
  })]
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
