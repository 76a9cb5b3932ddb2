/**
 * One search, page after page, and how one that leads round in a circle is found out.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SensError from "@effect-sens/core/SensError"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
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

/**
 * Finds a log that leads round in a circle of any length, with the memory of one page: Brent's algorithm keeps one page,
 * compares every later one with it, and moves on to a later page after 1, 2, 4, 8 … of them. (R. P. Brent, "An improved Monte
 * Carlo factorization algorithm", BIT 20, 1980.) `Paging.next` sees only a page that leads to itself. Pages that name none of their
 * messages may look alike, as long as there are not too many of them.
 */
const cycles = () => {
  let kept: { readonly token: string | undefined; readonly records: Paging.Position["previous"] } | undefined
  let distance = 0
  let limit = 1
  let alike = 0
  return (next: Paging.Position): Paging.PagingError["why"] | undefined => {
    const token = next.page !== undefined && "nextToken" in next.page ? next.page.nextToken : undefined
    if (kept !== undefined) {
      if (token !== undefined && token === kept.token) return "RepeatedToken"
      if (Paging.isSamePage(next.previous, kept.records)) return "RepeatedPage"
      if (Paging.isAlikePage(next.previous, kept.records) && ++alike >= Paging.mostAlikePages) return "RepeatedPage"
    }
    if (kept === undefined || ++distance === limit) {
      if (kept !== undefined) limit *= 2
      kept = { token, records: next.previous }
      distance = 0
    }
    return undefined
  }
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

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
  const leadsBack = cycles()
  return Effect.suspend((): Pull.Pull<Read, SensError.SensError | Paging.PagingError> => {
    const at = position
    if (at === undefined) return Cause.done()
    return Effect.flatMap(sens.messages.search(query, at.page), (response) => {
      const next = Paging.next(at, response)
      if (Result.isFailure(next)) return Effect.fail(next.failure)
      const following = Option.getOrUndefined(next.success)
      if (following !== undefined) {
        const why = leadsBack(following)
        if (why !== undefined) return Effect.fail(new Paging.PagingError({ why, pageIndex: at.index }))
      }
      position = following
      return Effect.succeed({
        records: SearchResponse.messages(response),
        unreadable: SearchResponse.unreadable(response),
        next: following
      })
    })
  })
}
