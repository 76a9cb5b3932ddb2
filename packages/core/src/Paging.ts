/**
 * How one page of the delivery log leads to the next.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as MessageRecord from "./MessageRecord.ts"
import type * as SearchQuery from "./SearchQuery.ts"
import * as SearchResponse from "./SearchResponse.ts"

/**
 * The service says that more pages follow, but does not lead on. Ending quietly would lose messages, going on would never
 * end.
 *
 * - `EmptyPage`: a page without messages says that more follow
 * - `RepeatedToken`: a page names itself as the next
 * - `RepeatedPage`: a page holds the same messages as the one before
 *
 * @category errors
 * @since 0.1.0
 */
export class PagingError extends Schema.TaggedError<PagingError>("@effect-sens/core/PagingError")("PagingError", {
  why: Schema.Literals(["EmptyPage", "RepeatedToken", "RepeatedPage"]),
  pageIndex: Schema.Int
}) {
  override get message(): string {
    return `The delivery log cannot be read on from page ${this.pageIndex}: ${explanations[this.why]}`
  }
}

const explanations: Record<PagingError["why"], string> = {
  EmptyPage: "it is empty, yet says that more follow",
  RepeatedToken: "its next page is itself",
  RepeatedPage: "it repeats the page before"
}

/**
 * Where a reader of the log stands: the page to read now (the first without one), its number from 0, and the messages of
 * the page before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Position {
  /** The number of the page, counted from 0. */
  readonly index: number
  /** How SENS is asked for it; `undefined` for the first. */
  readonly page: SearchQuery.Page | undefined
  /** The messages of the page before. */
  readonly previous: ReadonlyArray<MessageRecord.MessageRecord>
}

/**
 * The first page.
 *
 * @category constants
 * @since 0.1.0
 */
export const start: Position = { index: 0, page: undefined, previous: [] }

/**
 * Where to read on after a page, by `nextToken` where the service gives one, otherwise by `pageIndex`; none after the last.
 * Fails with {@link PagingError} where a page says that more follow, but does not lead on.
 *
 * **Example** (The second page)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as Paging from "@effect-sens/core/Paging"
 * import * as Option from "effect/Option"
 * import * as Result from "effect/Result"
 *
 * const messages = [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }]
 * const next = Result.getOrThrow(Paging.next(Paging.start, { messages, hasMore: true }))
 *
 * Option.map(next, ({ page }) => page) // => Option.some({ pageIndex: 1 })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const next: {
  /**
   * Where to read on after a page, by `nextToken` where the service gives one, otherwise by `pageIndex`.
   *
   * @category combinators
   * @since 0.1.0
   */
  (
    response: SearchResponse.SearchResponse
  ): (self: Position) => Result.Result<Option.Option<Position>, PagingError>
  /**
   * Where to read on after a page, by `nextToken` where the service gives one, otherwise by `pageIndex`.
   *
   * @category combinators
   * @since 0.1.0
   */
  (
    self: Position,
    response: SearchResponse.SearchResponse
  ): Result.Result<Option.Option<Position>, PagingError>
} = dual(2, (
  self: Position,
  response: SearchResponse.SearchResponse
): Result.Result<Option.Option<Position>, PagingError> => {
  const { index, page, previous } = self
  const fail = (why: PagingError["why"]) => Result.fail(new PagingError({ why, pageIndex: index }))
  // The page before said that more follows, and the service has nothing at all (an empty 404): no end, but a gap.
  if (index > 0 && response === SearchResponse.empty) return fail("EmptyPage")
  if (!SearchResponse.hasMore(response)) return Result.succeed(Option.none())
  const messages = SearchResponse.messages(response)
  if (messages.length === 0) return fail("EmptyPage")
  const token = Option.getOrUndefined(SearchResponse.nextToken(response))
  if (token !== undefined && page !== undefined && "nextToken" in page && page.nextToken === token) {
    return fail("RepeatedToken")
  }
  if (isSamePage(messages, previous)) return fail("RepeatedPage")
  return Result.succeed(Option.some({
    index: index + 1,
    page: token === undefined ? { pageIndex: index + 1 } : { nextToken: token },
    previous: messages
  }))
})

const isSamePage = (
  page: ReadonlyArray<MessageRecord.MessageRecord>,
  previous: ReadonlyArray<MessageRecord.MessageRecord>
): boolean =>
  page.length === previous.length && page.every((record, index) => record.messageId === previous[index]?.messageId)
