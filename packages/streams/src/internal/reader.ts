/**
 * One search, page after page, and how one that leads round in a circle is found out.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import type * as Sens from "@effect-sens/http/Sens"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"

/**
 * What a page is, and where it leads.
 *
 * @internal
 */
export interface Read {
  readonly records: ReadonlyArray<MessageRecord.MessageRecord>
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
  readonly next: Paging.Position | undefined
}

// -----------------------------------------------------------------------------
// Cycles
// -----------------------------------------------------------------------------

type Why = Paging.PagingError["why"]

/**
 * Finds pages that lead round in a circle of any length, with the memory of one page: Brent's algorithm keeps one page, compares every
 * later one with it, and moves on to a later page after 1, 2, 4, 8 … of them. (R. P. Brent, "An improved Monte Carlo factorization
 * algorithm", BIT 20, 1980.) What is kept of a page is made for those pages alone. Pages that only look alike may do so,
 * as long as there are not too many of them.
 *
 * @internal
 */
export const circle = <Page>(keep: (page: Page) => (later: Page) => Why | "Alike" | undefined) => {
  let compare: ((later: Page) => Why | "Alike" | undefined) | undefined
  let distance = 0
  let limit = 1
  let alike = 0
  return (page: Page): Why | undefined => {
    const why = compare?.(page)
    if (why !== undefined && why !== "Alike") return why
    if (why === "Alike" && ++alike >= Paging.mostAlikePages) return "RepeatedPage"
    if (compare === undefined || ++distance === limit) {
      if (compare !== undefined) limit *= 2
      compare = keep(page)
      distance = 0
    }
    return undefined
  }
}

/**
 * Whether later pages hold the same as this one, in whatever order, by what each item is called; one without a name is as good as any
 * other. Never for a page that names nothing.
 *
 * @internal
 */
export const holdsSame = <Item>(items: ReadonlyArray<Item>, nameOf: (item: Item) => string | undefined) => {
  const names = new Set(items.map(nameOf))
  const isNamed = items.some((item) => nameOf(item) !== undefined)
  return (others: ReadonlyArray<Item>): boolean =>
    isNamed && others.length === items.length && others.every((item) => names.has(nameOf(item))) &&
    new Set(others.map(nameOf)).size === names.size
}

const idOf = (record: Paging.Records[number]): string | undefined =>
  UnreadableRecord.is(record) ? record.fields.messageId : record.messageId

const tokenOf = ({ page }: Paging.Position): string | undefined =>
  page !== undefined && "nextToken" in page ? page.nextToken : undefined

// `Paging.next` sees only a page that leads to itself.
const cycles = () =>
  circle<Paging.Position>((kept) => {
    const token = tokenOf(kept)
    const isSame = holdsSame(kept.previous, idOf)
    return (later) =>
      token !== undefined && token === tokenOf(later)
        ? "RepeatedToken"
        : isSame(later.previous)
        ? "RepeatedPage"
        : Paging.isAlikePage(later.previous, kept.previous)
        ? "Alike"
        : undefined
  })

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

/**
 * One page, as a search has it. Nothing behind a token that nobody promised a page for is a page without messages.
 *
 * @internal
 */
export const page = (
  sens: Sens.Service,
  query: SearchQuery.SearchQuery,
  at: Paging.Position
): Effect.Effect<SearchResponse.SearchResponse, SensError.SensError> => {
  const found = sens.messages.search(query, at.page)
  return at.unpromised === true
    ? Effect.map(
      Effect.catchIf(found, ({ reason }) => Paging.isEnd(at, reason), () => Effect.succeed(SearchResponse.empty)),
      (response) => Paging.repeats(at, response) ? SearchResponse.empty : response
    )
    : found
}

/**
 * Where each page of one search leads: none after the last.
 *
 * @internal
 */
export const leading = (mostPages = Infinity) => {
  const leadsBack = cycles()
  return (
    at: Paging.Position,
    response: SearchResponse.SearchResponse
  ): Result.Result<Paging.Position | undefined, Paging.PagingError> =>
    Result.flatMap(Paging.next(at, response), (next) => {
      const following = Option.getOrUndefined(next)
      if (following === undefined) return Result.succeed(undefined)
      const why = leadsBack(following) ?? (following.index >= mostPages ? "TooManyPages" : undefined)
      if (why === undefined) return Result.succeed(following)
      // It said itself that nothing follows.
      return following.unpromised === true
        ? Result.succeed(undefined)
        : Result.fail(new Paging.PagingError({ why, pageIndex: at.index }))
    })
}

/**
 * Reads a search page after page. It may be pulled again after a failure, and then asks for the same page again.
 *
 * @internal
 */
export const make = (
  sens: Sens.Service,
  query: SearchQuery.SearchQuery,
  from: Paging.Position
): Pull.Pull<Read, SensError.SensError | Paging.PagingError> => {
  let position: Paging.Position | undefined = from
  const lead = leading()
  return Effect.suspend((): Pull.Pull<Read, SensError.SensError | Paging.PagingError> => {
    const at = position
    if (at === undefined) return Cause.done()
    return Effect.flatMap(page(sens, query, at), (response) => {
      const next = lead(at, response)
      if (Result.isFailure(next)) return Effect.fail(next.failure)
      position = next.success
      return Effect.succeed({
        records: SearchResponse.messages(response),
        unreadable: SearchResponse.unreadable(response),
        next: next.success
      })
    })
  })
}
