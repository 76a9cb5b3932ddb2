/**
 * The delivery log as streams.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { PagingError } from "./PagingError.ts"

interface Position {
  readonly index: number
  readonly page: SearchQuery.Page | undefined
  readonly previous: SearchResponse.SearchResponse
}

/**
 * The pages of a search, one at a time, from the first to the last. Pages are followed by `nextToken` where the service
 * gives one, otherwise by `pageIndex` for as long as it says `hasMore`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pages = (
  query: SearchQuery.SearchQuery
): Stream.Stream<SearchResponse.SearchResponse, SensError.SensError | PagingError, Sens.Sens> =>
  Stream.unwrap(Effect.map(Sens.Sens, (sens) => {
    const start: Position = { index: 0, page: undefined, previous: SearchResponse.empty }
    return Stream.paginate(
      start,
      Effect.fnUntraced(function*({ index, page, previous }: Position) {
        const response = yield* sens.messages.search(query, page)
        const token = SearchResponse.nextToken(response)
        if (!SearchResponse.hasMore(response)) return [[response], Option.none<Position>()] as const
        const messages = SearchResponse.messages(response)
        if (messages.length === 0) return yield* new PagingError({ why: "EmptyPage", pageIndex: index })
        if (Option.isSome(token) && page !== undefined && "nextToken" in page && page.nextToken === token.value) {
          return yield* new PagingError({ why: "RepeatedToken", pageIndex: index })
        }
        if (isSamePage(messages, SearchResponse.messages(previous))) {
          return yield* new PagingError({ why: "RepeatedPage", pageIndex: index })
        }
        const next: Position = {
          index: index + 1,
          page: Option.match(token, {
            onNone: () => ({ pageIndex: index + 1 }),
            onSome: (nextToken) => ({ nextToken })
          }),
          previous: response
        }
        return [[response], Option.some(next)] as const
      })
    )
  }))

const isSamePage = (
  page: ReadonlyArray<MessageRecord.MessageRecord>,
  previous: ReadonlyArray<MessageRecord.MessageRecord>
): boolean =>
  page.length === previous.length && page.every((record, index) => record.messageId === previous[index]?.messageId)

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
): Stream.Stream<MessageRecord.MessageRecord, SensError.SensError | PagingError, Sens.Sens> =>
  Stream.flattenIterable(Stream.map(pages(query), SearchResponse.messages))
