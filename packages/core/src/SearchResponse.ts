/**
 * One page of the delivery log.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Records from "./internal/records.ts"
import * as wire from "./internal/wire.ts"
import * as MessageRecord from "./MessageRecord.ts"
import type * as RequestId from "./RequestId.ts"
import * as UnreadableRecord from "./UnreadableRecord.ts"

/**
 * One page of the log, as it stands on the wire. SENS docs, "Search for message delivery request", response body, and the
 * `nextToken` of its newer version. `itemCount` is the number of messages in this page; there is no total. `unreadable` are
 * those that cannot be read, which {@link read} puts there.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SearchResponse = Schema.Struct({
  /** The code of the answer, `202` where it is a success. */
  statusCode: wire.code,
  /** How the hand-off of the request went: `success`, `fail`, `reserved`. The records are there in each case. */
  statusName: wire.text,
  /** The records that can be read: see {@link messages}. */
  messages: wire.nullish(Schema.Array(MessageRecord.MessageRecord)),
  /** Which page it is, counted from 0. */
  pageIndex: wire.blankable(Schema.Int),
  /** How many records a page has at the most. */
  pageSize: wire.blankable(Schema.Int),
  /** How many records this page has. There is no total. */
  itemCount: wire.blankable(Schema.Int),
  /** Whether another page follows: see {@link hasMore}. */
  hasMore: wire.blankable(Schema.Boolean),
  /** What leads to the next page, where the service pages so: see {@link nextToken}. */
  nextToken: wire.text,
  /** The records that cannot be read, with their places and why: see {@link unreadable}. */
  unreadable: Schema.optionalKey(Schema.Array(UnreadableRecord.UnreadableRecord))
})

/**
 * One page of the log.
 *
 * @category models
 * @since 0.1.0
 */
export interface SearchResponse extends Schema.Schema.Type<typeof SearchResponse> {}

const decode = Schema.decodeUnknownOption(SearchResponse)

const byRecord = (body: unknown, known: Records.Known): Option.Option<SearchResponse> =>
  Records.page(body, known, decode)

/**
 * Reads a page, record by record where it is not what the schema takes: one odd record never hides the others. Numbers and
 * booleans that are written as texts are read, and texts that are written as numbers. None where it is no page, or does not say whether
 * another follows: an object that has neither `messages` nor anything else of a page is none.
 *
 * **Example** (Two records, one of them without a status)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 * import * as Option from "effect/Option"
 *
 * const page = Option.getOrThrow(SearchResponse.read({
 *   statusName: "success",
 *   messages: [{ messageId: "1", to: "01012345678" }, { messageId: "2", to: "01012345678", status: "READY", telcoCode: 5 }],
 *   hasMore: "false"
 * }))
 *
 * SearchResponse.messages(page).map(({ telcoCode }) => telcoCode) // => ["5"]
 * SearchResponse.unreadable(page).map(({ index, why }) => [index, why]) // => [[0, "status is missing"]]
 * page.hasMore // => false
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const read = (body: unknown): Option.Option<SearchResponse> =>
  Records.isAnswer(body) ? Option.orElse(decode(body), () => byRecord(body, {})) : Option.none()

/**
 * Reads a page of the search for one request, as {@link read} does. Records that leave the request out get the one that was asked
 * for; what a page says of itself names no request.
 *
 * **Example** (A record that does not name its request)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 * import * as Option from "effect/Option"
 *
 * const page = Option.getOrThrow(SearchResponse.readFor(RequestId.make("R-1"))({
 *   messages: [{ messageId: "1", to: "01012345678", status: "READY" }]
 * }))
 *
 * SearchResponse.messages(page).map(({ requestId }) => requestId) // => [RequestId.make("R-1")]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const readFor = (requestId: RequestId.RequestId) => (body: unknown): Option.Option<SearchResponse> => {
  if (!Records.isAnswer(body)) return Option.none()
  const page = decode(body)
  return Option.isSome(page) && messages(page.value).every((record) => !Records.lacks(record, "requestId"))
    ? page
    : byRecord(body, { requestId })
}

/**
 * A page without messages, and none behind it.
 *
 * @category constants
 * @since 0.1.0
 */
export const empty: SearchResponse = { statusCode: "202", statusName: "success", messages: [], hasMore: false }

/**
 * The messages of the page. SENS leaves them out for a reservation that still waits.
 *
 * **Example** (A page without any)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 *
 * SearchResponse.messages({ statusName: "reserved" }) // => []
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const messages = (self: SearchResponse): ReadonlyArray<MessageRecord.MessageRecord> =>
  Option.getOrElse(wire.present(self.messages), () => [])

/**
 * The messages of the page that cannot be read, and why.
 *
 * **Example** (A page of which all can be read)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 *
 * SearchResponse.unreadable(SearchResponse.empty) // => []
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const unreadable = (self: SearchResponse): ReadonlyArray<UnreadableRecord.UnreadableRecord> =>
  self.unreadable ?? []

/**
 * All that the page holds: the messages that can be read, then the others.
 *
 * **Example** (One of each)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 *
 * const page: SearchResponse.SearchResponse = {
 *   messages: [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }],
 *   unreadable: [{ index: 0, why: "status is missing", fields: {} }]
 * }
 *
 * SearchResponse.records(page).length // => 2
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const records = (
  self: SearchResponse
): ReadonlyArray<MessageRecord.MessageRecord | UnreadableRecord.UnreadableRecord> =>
  self.unreadable === undefined ? messages(self) : [...messages(self), ...self.unreadable]

/**
 * Whether SENS says that another page follows: by `hasMore`, or by a token where it leaves `hasMore` out.
 *
 * **Example** (A page that is the last)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 *
 * SearchResponse.hasMore({ messages: [], hasMore: false, nextToken: "" }) // => false
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const hasMore = (self: SearchResponse): boolean =>
  Option.getOrElse(wire.present(self.hasMore), () => Option.isSome(nextToken(self)))

/**
 * The token that names the next page, where SENS pages by token.
 *
 * **Example** (No token is an empty one)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 * import * as Option from "effect/Option"
 *
 * SearchResponse.nextToken({ nextToken: "abc" }) // => Option.some("abc")
 * SearchResponse.nextToken({ nextToken: "" }) // => Option.none()
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const nextToken = (self: SearchResponse): Option.Option<string> => wire.present(self.nextToken)

/**
 * Whether the request is a reservation that still waits, so that it has no messages yet.
 *
 * **Example** (What SENS answers to a search for one)
 *
 * ```ts import.meta.vitest
 * import * as SearchResponse from "@effect-sens/core/SearchResponse"
 *
 * SearchResponse.isReserved({ statusCode: "202", statusName: "reserved" }) // => true
 * SearchResponse.isReserved(SearchResponse.empty) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isReserved = (self: SearchResponse): boolean => self.statusName?.toLowerCase() === "reserved"
