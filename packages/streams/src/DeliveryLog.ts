/**
 * The delivery log as streams.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * The pages of a search, one at a time, from the first to the last. Pages are followed by `nextToken` where the service
 * gives one, otherwise by `pageIndex` for as long as it says `hasMore`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pages = (
  query: SearchQuery.SearchQuery
): Stream.Stream<SearchResponse.SearchResponse, SensError.SensError | Paging.PagingError, Sens.Sens> =>
  Stream.unwrap(Effect.map(Sens.Sens, (sens) =>
    Stream.paginate(
      Paging.start,
      Effect.fnUntraced(function*(position: Paging.Position) {
        const response = yield* sens.messages.search(query, position.page)
        return [[response], yield* Effect.fromResult(Paging.next(position, response))] as const
      })
    )))

/**
 * The messages of a search, page after page.
 *
 * **Gotchas**
 *
 * Right after a send SENS may not know its messages yet: an empty stream does not mean that nothing was sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const records = (
  query: SearchQuery.SearchQuery
): Stream.Stream<MessageRecord.MessageRecord, SensError.SensError | Paging.PagingError, Sens.Sens> =>
  Stream.flattenIterable(Stream.map(pages(query), SearchResponse.messages))
