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
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Answer from "./answer.ts"
import * as Calls from "./calls.ts"
import * as Likeness from "./likeness.ts"
import * as Look from "./look.ts"
import * as Operations from "./operations.ts"

// Before a page is asked for again.
const pause = 300

const isFaulty = ({ result }: Calls.Ending<unknown>): boolean =>
  Result.isFailure(result) && SensError.isTransient(result.failure)

// -----------------------------------------------------------------------------
// What a page proves
// -----------------------------------------------------------------------------

/** A page, and whether it contradicts nothing that it says of itself, so that what it does not show is not there. */
interface Page {
  readonly page: SearchResponse.SearchResponse
  readonly isSound: boolean
  /** How many records there are at the least. */
  readonly counted: number
}

// Read by name, where they have a meaning of their own.
const known = new Set([
  "messages",
  "unreadable",
  "statusCode",
  "statusName",
  "pageIndex",
  "pageSize",
  "hasMore",
  "nextToken"
])
const misspelt = new Set(Array.from(known, (name) => name.toLowerCase()))

// No name of these stands in a page of SENS but that of `itemCount`; whatever bears one says that something went wrong, that not all
// is there, or that there is more of it.
const count = /count|total/i
const trouble =
  /error|exception|fault|fail|warning|partial|incomplete|truncat|timed?_?-?out|degrad|stale|missing|skipped|next|more|cursor|remaining/i
const state = /(?:code|status|result)$/i
const saysTrouble = /fail|error|timed? ?out|partial|unavailable/i
const whole = /^(?:is_?)?(?:complete|success|successful|ok|valid)$/i

// Deeper than any envelope is.
const deepest = 4

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === false || value === 0 ||
  (typeof value === "string" && /^\s*(?:0|false|null|none)?\s*$/i.test(value)) ||
  (typeof value === "object" && Object.keys(value).length === 0)

// How a state is written that is none of trouble.
const isGood = (value: unknown): boolean => /^\s*(?:2\d\d|success|ok)\s*$/i.test(String(value))

/** What an envelope counts; none where a count is no number. */
const number = (value: unknown): number | undefined => {
  if (value === null || value === undefined || value === "") return 0
  const read = typeof value === "number" || (typeof value === "string" && /^\s*\d+\s*$/.test(value))
    ? Number(value)
    : -1
  return Number.isSafeInteger(read) && read >= 0 ? read : undefined
}

/** What an envelope says beside what is read of it; `undefined` where that is in the way of a proof, else the largest count. */
const counts = (envelope: object, depth = 0): number | undefined => {
  let most = 0
  for (const [name, value] of Object.entries(envelope)) {
    if (depth === 0 && known.has(name)) continue
    let found: number | undefined = 0
    if (misspelt.has(name.toLowerCase().replace(/[_-]/g, ""))) found = isBlank(value) ? 0 : undefined
    else if (count.test(name)) found = number(value)
    else if (trouble.test(name)) found = isBlank(value) ? 0 : undefined
    else if (state.test(name) && typeof value !== "object") found = isBlank(value) || isGood(value) ? 0 : undefined
    else if (whole.test(name)) found = value === false || value === "false" ? undefined : 0
    else if (typeof value === "string") found = saysTrouble.test(value) ? undefined : 0
    // Something is listed elsewhere.
    else if (Array.isArray(value)) found = value.length === 0 ? 0 : undefined
    else if (typeof value === "object" && value !== null) found = depth < deepest ? counts(value, depth + 1) : undefined
    if (found === undefined) return undefined
    most = Math.max(most, found)
  }
  return most
}

/** Whether a page says that it is the one that was asked for. By a token that is not told. */
const isAsked = (pageIndex: unknown, page: SearchQuery.Page | undefined): boolean => {
  const index = number(pageIndex)
  return index !== undefined &&
    (pageIndex === null || pageIndex === undefined || pageIndex === "" || (page !== undefined && "nextToken" in page) ||
      index === (page?.pageIndex ?? 0))
}

/** What a body says of itself, as it stands there. */
interface Envelope {
  readonly messages?: unknown
  readonly pageIndex?: unknown
  readonly statusCode?: unknown
  readonly statusName?: unknown
}

const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === "string"

// One by request says by its name how the hand-off of the request went.
const isSuccess = (query: SearchQuery.Normalized, { statusCode, statusName }: Envelope): boolean =>
  "requestId" in query ||
  (isText(statusName) && /^\s*(?:success)?\s*$/i.test(String(statusName ?? "")) &&
    (isText(statusCode) || typeof statusCode === "number") && /^\s*(?:2\d\d)?\s*$/.test(String(statusCode ?? "")))

const read = (
  { page: asked, query }: Operations.Search,
  { body: text, headers, status }: Answer.Answer,
  body: unknown,
  page: SearchResponse.SearchResponse
): Page => {
  const shown = SearchResponse.records(page).length
  const raw: Envelope = Predicate.isObject(body) ? body : {}
  const counted = Predicate.isObject(body) ? counts(body) : undefined
  return {
    page,
    counted: counted ?? 0,
    isSound: status === 200 && !/[1-9]/.test(headers["age"] ?? "") && headers["warning"] === undefined &&
      Array.isArray(raw.messages) && counted !== undefined && isAsked(raw.pageIndex, asked) && isSuccess(query, raw) &&
      // Its messages are elsewhere, or stand there twice.
      (shown > 0 || !/"message_?id"/i.test(text))
  }
}

const nothing: Page = { page: SearchResponse.empty, isSound: true, counted: 0 }

/** The search as a reconciliation reads it: with what a page says beside its records. */
const search: typeof Operations.search extends Operations.Operation<infer Given, infer In, unknown>
  ? Operations.Operation<Given, In, Page>
  : never = {
    ...Operations.search,
    read: (answer, seen, input) =>
      answer.status >= 200 && answer.status < 300
        ? Answer.decode((body) =>
          Option.map(
            "requestId" in input.query
              ? SearchResponse.readFor(input.query.requestId)(body)
              : SearchResponse.read(body),
            (page) => read(input, answer, body, page)
          )
        )(answer, seen)
        // What is empty without a body, the operation knows.
        : Result.map(Operations.search.read(answer, seen, input), () => nothing)
  }

/**
 * Reads the delivery log for a reconciliation: whole searches, or as much of them as is asked for.
 *
 * @internal
 */
export const make = (shared: Calls.Shared): Look.Log => {
  const searched = Calls.prepare(shared, search)
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
    search: Effect.fnUntraced(function*(query, { deadline, isProof, mostPages, tries }) {
      const records: Array<MessageRecord.MessageRecord> = []
      const unreadable: Array<Likeness.Shown> = []
      let date: number | undefined
      let counted = 0
      let isSound = true
      let position: Option.Option<Paging.Position> = Option.some(Paging.start)
      for (let pages = 0; Option.isSome(position); pages++) {
        if (pages >= mostPages) return { records, unreadable, date, isWhole: false, isSound: false }
        const { index, page: asked, unpromised = false }: Paging.Position = position.value
        const page = once(searched({ query, page: asked }), deadline)
        let answer: Calls.Ending<Page> = yield* page
        for (let tried = 1; tried < tries && isFaulty(answer); tried++) {
          yield* Effect.sleep(pause * tried)
          answer = yield* page
        }
        if (Result.isFailure(answer.result)) {
          if (!Paging.isEnd(position.value, answer.result.failure)) return yield* unread
          // It said before that nothing follows; but that is no proof, as long as the token is not known to lead to nothing.
          isSound &&= !isProof
          break
        }
        const read: Page = answer.result.success
        if (
          unpromised && isProof && (read.page === SearchResponse.empty || SearchResponse.records(read.page).length > 0)
        ) {
          isSound = false
        }
        isSound &&= read.isSound
        // What it shows once more is counted once.
        if (Paging.repeats(position.value, read.page)) break
        if (index === 0) date = answer.date
        // One by one: a page may hold more than a call takes arguments.
        for (const record of SearchResponse.messages(read.page)) records.push(record)
        for (const { fields } of SearchResponse.unreadable(read.page)) unreadable.push(fields)
        counted = Math.max(counted, read.counted)
        const next: Result.Result<Option.Option<Paging.Position>, Paging.PagingError> = Paging.next(
          position.value,
          read.page
        )
        if (Result.isFailure(next)) return yield* unread
        position = next.success
      }
      // It says itself that it has more than it shows.
      isSound &&= counted <= records.length + unreadable.length
      return { records, unreadable, date, isWhole: true, isSound }
    }),
    content: Effect.fnUntraced(function*(record, deadline) {
      const { result } = yield* once(read(record.messageId), deadline)
      if (Result.isFailure(result)) return yield* unread
      return Option.fromUndefinedOr(Likeness.present(result.success.content))
    })
  }
}
