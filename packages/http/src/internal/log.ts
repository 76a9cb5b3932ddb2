/**
 * The delivery log as a reconciliation reads it.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Calls from "./calls.ts"
import * as Likeness from "./likeness.ts"
import * as Look from "./look.ts"
import * as Operations from "./operations.ts"

// Before a page is asked for again.
const pause = 300

const isFaulty = ({ result }: Calls.Ending<unknown>): boolean =>
  Result.isFailure(result) && SensError.isTransient(result.failure)

// What a search that went well says of itself, if anything.
const good = new Set(["", "success", "reserved"])

/**
 * A page that does not even name its messages proves nothing, nor does a search that does not say that it went well. One by request
 * says by that how the hand-off of the request went.
 */
const isProof = (query: SearchQuery.Normalized, page: SearchResponse.SearchResponse): boolean =>
  Array.isArray(page.messages) &&
  ("requestId" in query ||
    (good.has((page.statusName ?? "").trim().toLowerCase()) &&
      /^(?:2\d\d)?$/.test(String(page.statusCode ?? "").trim())))

/**
 * Reads the delivery log for a reconciliation: whole searches, or as much of them as is asked for.
 *
 * @internal
 */
export const make = (shared: Calls.Shared): Look.Log => {
  const searched = Calls.prepare(shared, Operations.search)
  const read = Calls.prepare(shared, Operations.result)
  const unread = Effect.fail(new Look.Unread())

  const once = Effect.fnUntraced(function*<A>(
    prepared: Result.Result<Calls.Call<A>, SensError.SensError>,
    deadline: number
  ) {
    if (Result.isFailure(prepared)) return yield* unread
    const attempt = Effect.gen(function*() {
      const now = yield* Calls.mono
      return now >= deadline
        ? yield* unread
        : yield* Calls.attempt(shared, prepared.success, { remaining: deadline - now, resends: 0 })
    })
    const first = yield* attempt
    if (Result.isFailure(first.result) && Calls.isSkewed(first.result.failure)) {
      shared.clock.correct()
      return yield* attempt
    }
    return first
  })

  return {
    search: Effect.fnUntraced(function*(query, { deadline, mostPages, tries }) {
      const records: Array<MessageRecord.MessageRecord> = []
      const unreadable: Array<Likeness.Shown> = []
      let date: number | undefined
      let counted = 0
      let position: Option.Option<Paging.Position> = Option.some(Paging.start)
      for (let pages = 0; Option.isSome(position); pages++) {
        if (pages >= mostPages) return { records, unreadable, date, isWhole: false }
        const page = once(searched({ query, page: position.value.page }), deadline)
        let answer: Calls.Ending<SearchResponse.SearchResponse> = yield* page
        for (let tried = 1; tried < tries && isFaulty(answer); tried++) {
          yield* Effect.sleep(pause * tried)
          answer = yield* page
        }
        if (Result.isFailure(answer.result)) {
          // It said before that nothing follows.
          if (Paging.isEnd(position.value, answer.result.failure)) break
          return yield* unread
        }
        if (!isProof(query, answer.result.success)) return yield* unread
        // What it shows once more is counted once.
        if (Paging.repeats(position.value, answer.result.success)) break
        if (position.value.index === 0) date = answer.date
        // One by one: a page may hold more than a call takes arguments.
        for (const record of SearchResponse.messages(answer.result.success)) records.push(record)
        for (const { fields } of SearchResponse.unreadable(answer.result.success)) unreadable.push(fields)
        const next: Result.Result<Option.Option<Paging.Position>, Paging.PagingError> = Paging.next(
          position.value,
          answer.result.success
        )
        if (Result.isFailure(next)) return yield* unread
        position = next.success
        counted = Math.max(counted, Number(answer.result.success.itemCount ?? 0))
      }
      // It says itself that it has more than it shows.
      if (counted > records.length + unreadable.length) return yield* unread
      return { records, unreadable, date, isWhole: true }
    }),
    content: Effect.fnUntraced(function*(record, deadline) {
      const { result } = yield* once(read(record.messageId), deadline)
      if (Result.isFailure(result)) return yield* unread
      return Option.fromUndefinedOr(Likeness.present(result.success.content))
    })
  }
}
