/**
 * One page of the delivery log.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as wire from "./internal/wire.ts"
import * as MessageRecord from "./MessageRecord.ts"

/**
 * One page of the log, as it stands on the wire. SENS docs, "Search for message delivery request", response body, and the
 * `nextToken` of its newer version. `itemCount` is the number of messages in this page; there is no total.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SearchResponse = Schema.Struct({
  statusCode: wire.code,
  statusName: wire.text,
  messages: wire.nullish(Schema.Array(MessageRecord.MessageRecord)),
  pageIndex: wire.blankable(Schema.Int),
  pageSize: wire.blankable(Schema.Int),
  itemCount: wire.blankable(Schema.Int),
  hasMore: wire.blankable(Schema.Boolean),
  nextToken: wire.text
})

/**
 * One page of the log.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchResponse = typeof SearchResponse.Type

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
