/**
 * How one page of the delivery log leads to the next.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as MessageRecord from "./MessageRecord.ts"
import type * as SearchQuery from "./SearchQuery.ts"
import * as SearchResponse from "./SearchResponse.ts"
import * as UnreadableRecord from "./UnreadableRecord.ts"

/**
 * The service says that more pages follow, but does not lead on. Ending quietly would lose messages, going on would never
 * end.
 *
 * - `EmptyPage`: a page without messages says that more follow
 * - `RepeatedToken`: a page names itself as the next
 * - `RepeatedPage`: a page holds the same messages as the one before. Where it names none of its messages, since none of them can be
 *   read, that they look alike is no proof: then it says that it is another page than was asked for, or there are more than
 *   {@link mostAlikePages} of them in a row
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
  /** The records of the page before, as `SearchResponse.records` has them. */
  readonly previous: Records
  /** How many pages in a row before that one looked like it, where it names none of its messages; 0 unless given. */
  readonly alike?: number | undefined
}

/**
 * The most pages in a row that may look alike where they name none of their messages.
 *
 * @category constants
 * @since 0.1.0
 */
export const mostAlikePages = 1000

/**
 * The first page.
 *
 * @category constants
 * @since 0.1.0
 */
export const start: Position = { index: 0, page: undefined, previous: [] }

/**
 * The records of a page, those that cannot be read among them.
 *
 * @category models
 * @since 0.1.0
 */
export type Records = ReadonlyArray<MessageRecord.MessageRecord | UnreadableRecord.UnreadableRecord>

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
export const next = (
  self: Position,
  response: SearchResponse.SearchResponse
): Result.Result<Option.Option<Position>, PagingError> => {
  const { alike = 0, index, page, previous } = self
  const fail = (why: PagingError["why"]) => Result.fail(new PagingError({ why, pageIndex: index }))
  // The page before said that more follows, and the service has nothing at all (an empty 404): no end, but a gap.
  if (index > 0 && response === SearchResponse.empty) return fail("EmptyPage")
  if (!SearchResponse.hasMore(response)) return Result.succeed(Option.none())
  const records = SearchResponse.records(response)
  if (records.length === 0) return fail("EmptyPage")
  const token = Option.getOrUndefined(SearchResponse.nextToken(response))
  if (token !== undefined && page !== undefined && "nextToken" in page && page.nextToken === token) {
    return fail("RepeatedToken")
  }
  if (isSamePage(records, previous)) return fail("RepeatedPage")
  const isAlike = isAlikePage(records, previous)
  if (isAlike && (alike >= mostAlikePages - 1 || isAnother(page, response))) return fail("RepeatedPage")
  const following = {
    index: index + 1,
    page: token === undefined ? { pageIndex: index + 1 } : { nextToken: token },
    previous: records
  }
  return Result.succeed(Option.some(isAlike ? { ...following, alike: alike + 1 } : following))
}

/** Whether a page says that it is another than the one that was asked for. */
const isAnother = (asked: SearchQuery.Page | undefined, { pageIndex }: SearchResponse.SearchResponse): boolean =>
  asked !== undefined && "pageIndex" in asked && typeof pageIndex === "number" && pageIndex !== asked.pageIndex

const idOf = (record: Records[number] | undefined): string | undefined =>
  record === undefined ? undefined : UnreadableRecord.is(record) ? record.fields.messageId : record.messageId

/**
 * Whether two pages hold the same messages, by their ids. A service that gives one page again and again does not lead on. Pages that
 * name none of their messages are never the same; see {@link isAlikePage}.
 *
 * **Example** (By their ids)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as Paging from "@effect-sens/core/Paging"
 *
 * const page = (status: string) => [{ messageId: MessageId.make("1"), to: "01012345678", status }]
 *
 * Paging.isSamePage(page("READY"), page("COMPLETED")) // => true
 * Paging.isSamePage(page("READY"), []) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isSamePage = (self: Records, that: Records): boolean => {
  if (self.length !== that.length) return false
  let isNamed = false
  for (let at = 0; at < self.length; at++) {
    const id = idOf(self[at])
    if (id !== idOf(that[at])) return false
    isNamed ||= id !== undefined
  }
  return isNamed
}

const isAlike = (one: Records[number], other: Records[number] | undefined): boolean =>
  UnreadableRecord.is(one) && other !== undefined && UnreadableRecord.is(other) && one.why === other.why &&
  Equal.equals(one.fields, other.fields)

/**
 * Whether two pages name none of their messages, and look alike. So do the pages of a log that holds many messages of which nothing
 * can be read.
 *
 * **Example** (Messages without an id)
 *
 * ```ts import.meta.vitest
 * import * as Paging from "@effect-sens/core/Paging"
 *
 * const page = [{ index: 0, why: "messageId is missing", fields: { to: "01012345678", status: "READY" } }]
 *
 * Paging.isAlikePage(page, page) // => true
 * Paging.isSamePage(page, page) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isAlikePage = (self: Records, that: Records): boolean =>
  self.length > 0 && self.length === that.length &&
  self.every((record, at) => idOf(record) === undefined && isAlike(record, that[at]))
