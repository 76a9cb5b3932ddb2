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
import type * as SensError from "./SensError.ts"
import * as UnreadableRecord from "./UnreadableRecord.ts"

/**
 * The service says that more pages follow, but does not lead on. Ending quietly would lose messages, going on would never
 * end.
 *
 * - `EmptyPage`: a page without messages says that more follow
 * - `RepeatedToken`: a page names itself as the next, or one before it
 * - `RepeatedPage`: a page holds the same messages as one before it. Where it names none of its messages, since none of them can be
 *   read, that they look alike is no proof: then it says that it is another page than was asked for, or there are more than
 *   {@link mostAlikePages} of them in a row
 * - `TooManyPages`: more pages than there can be of what was asked for
 *
 * @category errors
 * @since 0.1.0
 */
export class PagingError extends Schema.TaggedError<PagingError>("@effect-sens/core/PagingError")("PagingError", {
  why: Schema.Literals(["EmptyPage", "RepeatedToken", "RepeatedPage", "TooManyPages"]),
  pageIndex: Schema.Int
}) {
  override get message(): string {
    return `The pages cannot be read on from page ${this.pageIndex}: ${explanations[this.why]}`
  }
}

const explanations: Record<PagingError["why"], string> = {
  EmptyPage: "it is empty, yet says that more follow",
  RepeatedToken: "its next page is itself, or one before it",
  RepeatedPage: "it repeats a page before",
  TooManyPages: "there cannot be so many, yet it says that more follow"
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
  /**
   * Whether the page before said that none follows, and gave a token all the same. What the token leads to may be nothing, which is
   * the end then; `false` unless given.
   */
  readonly unpromised?: boolean | undefined
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
 * A token that is new is followed, once, even where the page says `hasMore: false`: one of the two is wrong, and to believe the latter
 * would hide messages. Nothing behind such a token is the end, and no error: see {@link repeats} and {@link isEnd}.
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
  const { alike = 0, index, previous, unpromised = false } = self
  const fail = (why: PagingError["why"]) => Result.fail(new PagingError({ why, pageIndex: index }))
  // The page before said that more follows, and the service has nothing at all (an empty 404): no end, but a gap.
  if (index > 0 && !unpromised && response === SearchResponse.empty) return fail("EmptyPage")
  const isLast = !SearchResponse.hasMore(response)
  const token = Option.getOrUndefined(SearchResponse.nextToken(response))
  if (isLast && token === undefined) return Result.succeed(Option.none())
  const wrong = doesNotLead(self, response, token)
  // A page without messages may still name one that has some; a second such page is the end.
  const isFollowed = isLast && wrong === "EmptyPage" && !unpromised
  if (!isFollowed && wrong !== undefined) return isLast ? Result.succeed(Option.none()) : fail(wrong)
  const records = SearchResponse.records(response)
  return Result.succeed(Option.some({
    index: index + 1,
    page: token === undefined ? { pageIndex: index + 1 } : { nextToken: token },
    previous: records,
    ...isAlikePage(records, previous) ? { alike: alike + 1 } : {},
    ...isLast ? { unpromised: true } : {}
  }))
}

/** Why a page that names another does not lead to it. */
const doesNotLead = (
  { alike = 0, page, previous }: Position,
  response: SearchResponse.SearchResponse,
  token: string | undefined
): PagingError["why"] | undefined => {
  const records = SearchResponse.records(response)
  if (records.length === 0) return "EmptyPage"
  if (isOf(page, token)) return "RepeatedToken"
  return isSamePage(records, previous) ||
      (isAlikePage(records, previous) && (alike >= mostAlikePages - 1 || isAnother(page, response)))
    ? "RepeatedPage"
    : undefined
}

/** Whether a token is the one that a page was asked for by. */
const isOf = (asked: SearchQuery.Page | undefined, token: string | undefined): boolean =>
  token !== undefined && asked !== undefined && "nextToken" in asked && asked.nextToken === token

/**
 * Whether a page holds only what the page before held, behind a token that came with `hasMore: false`: such a service takes no notice of
 * its token, and the records were read already.
 *
 * **Example** (The only page, once more)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as Paging from "@effect-sens/core/Paging"
 * import * as Option from "effect/Option"
 * import * as Result from "effect/Result"
 *
 * const messages = [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }]
 * const response = { messages, hasMore: false, nextToken: "t" }
 * const second = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, response)))
 *
 * Paging.repeats(second, response) // => true
 * Result.getOrThrow(Paging.next(second, response)) // => Option.none()
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const repeats = ({ page, previous, unpromised }: Position, response: SearchResponse.SearchResponse): boolean => {
  if (unpromised !== true || SearchResponse.hasMore(response)) return false
  const records = SearchResponse.records(response)
  return isSamePage(records, previous) ||
    (isOf(page, Option.getOrUndefined(SearchResponse.nextToken(response))) && isAlikePage(records, previous))
}

/**
 * Whether a failure to read a page says that there is none, behind a token that came with `hasMore: false`: SENS knows nothing there, or
 * refuses the token.
 *
 * **Example** (A token that leads nowhere)
 *
 * ```ts import.meta.vitest
 * import * as Paging from "@effect-sens/core/Paging"
 * import * as SensError from "@effect-sens/core/SensError"
 *
 * const position = { index: 1, page: { nextToken: "t" }, previous: [], unpromised: true }
 *
 * Paging.isEnd(position, new SensError.NotFound({ status: 404 })) // => true
 * Paging.isEnd(position, new SensError.ServerFault({ status: 500 })) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isEnd = ({ unpromised }: Position, reason: SensError.Reason): boolean =>
  unpromised === true && (reason._tag === "BadRequest" || reason._tag === "NotFound")

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
