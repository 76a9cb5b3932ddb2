/**
 * The operations of SENS, one row each: all that is particular to one is said here, and said once. How a row travels is the
 * business of `calls.ts`.
 */
import * as LenientBody from "@effect-sens/core/LenientBody"
import type * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Preflight from "@effect-sens/core/Preflight"
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as ResultResponse from "@effect-sens/core/ResultResponse"
import * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
import * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import type * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as UploadResponse from "@effect-sens/core/UploadResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Answer from "./answer.ts"
import * as Target from "./target.ts"
import type * as Telemetry from "./telemetry.ts"

/**
 * What an operation is: it is given what a caller wrote, which becomes an `In`, and its answer is read as an `A`.
 *
 * @internal
 */
export interface Operation<in Given, in out In, out A> extends Resource<In> {
  readonly name: SensError.Operation
  readonly method: "GET" | "POST" | "DELETE"
  /** The parameters of its query, not percent-encoded; none where it has none. */
  readonly params?: (input: In) => SearchQuery.Params
  /** Its body, JSON as text; none where it has none. */
  readonly body?: (input: In) => string
  /** What is wrong with what a caller wrote, before anything is sent, and the input that it becomes. */
  readonly check: (given: Given, options: Preflight.TimedOptions) => Preflight.Reading<In>
  /** What its answer says; the input that it is for says what the answer may leave out. */
  readonly read: (answer: Answer.Answer, seen: Answer.Seen, input: In) => Result.Result<A, SensError.Reason>
  /** What its span says of the input: no number, and no text. */
  readonly attributes?: (input: In) => Telemetry.Attributes
  /** Which time limits it has. */
  readonly limits: "call" | "upload"
}

/**
 * Where an operation is found.
 *
 * @internal
 */
export interface Resource<in In> {
  /** The segments behind the service id, not percent-encoded. Those that no input changes are no function of it. */
  readonly path: ReadonlyArray<string> | ((input: In) => ReadonlyArray<string>)
  /** The path with names in place of the ids. */
  readonly template: string
}

const at = (...path: ReadonlyArray<string>): Resource<unknown> => ({ path, template: Target.template(path) })

const atId = (name: string, path: (id: string) => ReadonlyArray<string>): Resource<string> => ({
  path,
  template: Target.template(path(`{${name}}`))
})

// -----------------------------------------------------------------------------
// Answers
// -----------------------------------------------------------------------------

const onSuccess = <A>(read: Answer.Read<A>): Answer.Read<A> => (answer, seen) =>
  answer.status >= 200 && answer.status < 300 ? read(answer, seen) : Result.fail(Answer.reason(answer, seen))

// A search of a service that never sent anything is answered with 404 and an empty body instead of an empty page.
const orEmpty = <A>(empty: A, read: Answer.Read<A>): Answer.Read<A> => (answer, seen) =>
  answer.status === 404 && answer.body.trim() === "" ? Result.succeed(empty) : read(answer, seen)

const nothing: Answer.Read<void> = onSuccess(() => Result.succeed(undefined))

/** Read as the schema has it, or, where it does not take the body, as much like it as can be read. */
const lenient = <A>(schema: Schema.Decoder<A>): (body: unknown) => Option.Option<A> => {
  const decode = Schema.decodeUnknownOption(schema)
  // None of them is an array, which may have millions of items.
  return (body) =>
    Option.orElse(decode(body), () => Array.isArray(body) ? Option.none() : decode(LenientBody.normalize(body)))
}

const wrong = (path: ReadonlyArray<string>, kind: string, message: string): Preflight.Reading<never> => ({
  errors: [{ path, kind, message }],
  warnings: [],
  value: undefined
})

// An id is opaque: what is wrong with a text, only the service knows, or the path that it is to stand in. An empty one would
// name what is above it.
const anId = (of: string) => <Id extends string>(id: Id): Preflight.Reading<Id> =>
  Predicate.isString(id) && id !== ""
    ? { errors: [], warnings: [], value: id }
    : wrong([], "Id", `An id is a text that is not empty: give ${of}`)

const readEntries = onSuccess(Answer.decode(UnsubscribeResponse.read))

// -----------------------------------------------------------------------------
// Messages
// -----------------------------------------------------------------------------

/** @internal */
export const send: Operation<SendRequest.SendRequest, SendRequest.Normalized, SendResponse.SendResponse> = {
  ...at("messages"),
  name: "messages.send",
  method: "POST",
  body: (request) => JSON.stringify(SendRequest.toWire(request)),
  check: Preflight.read,
  // Of a search it says how the hand-off went, of a send whether there was one.
  read: onSuccess(Answer.decode(lenient(SendResponse.SendResponse), (statusName) => statusName === "fail")),
  limits: "call"
}

/**
 * A page of a search.
 *
 * @internal
 */
export interface Search<Query = SearchQuery.Normalized> {
  readonly query: Query
  readonly page: SearchQuery.Page | undefined
}

const searched = (read: (body: unknown) => Option.Option<SearchResponse.SearchResponse>) =>
  orEmpty(SearchResponse.empty, onSuccess(Answer.decode(read)))

const anySearch = searched(SearchResponse.read)

const aPage = "give { pageIndex }, a whole number from 0, or { nextToken }, a text"

/** The page that a caller asks for, or what is wrong with it. A name that is not known may be one that was meant. */
const readPage = (page: unknown): Result.Result<SearchQuery.Page | undefined, string> => {
  if (page === undefined) return Result.succeed(undefined)
  const fail = (what: string) => Result.fail(`${what}: ${aPage}`)
  if (!Predicate.isObject(page)) return fail("It is no page")
  const { nextToken, pageIndex, ...others } = page
  if (Object.values(others).some((value) => value !== undefined)) {
    return fail("A page has nothing but pageIndex or nextToken")
  }
  if (nextToken === undefined) {
    return Predicate.isNumber(pageIndex) && Number.isSafeInteger(pageIndex) && pageIndex >= 0
      ? Result.succeed({ pageIndex })
      : fail("It names no page")
  }
  if (pageIndex !== undefined) return fail("It has both pageIndex and nextToken")
  return Predicate.isString(nextToken) ? Result.succeed({ nextToken }) : fail("Its nextToken is no text")
}

/** @internal */
export const search: Operation<Search<SearchQuery.SearchQuery>, Search, SearchResponse.SearchResponse> = {
  ...at("messages"),
  name: "messages.search",
  method: "GET",
  params: ({ page, query }) => [...SearchQuery.toParams(query), ...SearchQuery.pageParams(page)],
  check: ({ page, query }, options) => {
    const asked = readPage(page)
    if (Result.isFailure(asked)) return wrong(["page"], "Paging", asked.failure)
    const { errors, value, warnings } = Preflight.readSearch(query, options)
    return { errors, warnings, value: value === undefined ? undefined : { query: value, page: asked.success } }
  },
  attributes: ({ query }) => "requestId" in query ? { "sens.request_id": query.requestId } : {},
  read: (answer, seen, { query }) =>
    ("requestId" in query ? searched(SearchResponse.readFor(query.requestId)) : anySearch)(answer, seen),
  limits: "call"
}

/** @internal */
export const result: Operation<string, MessageId.MessageId, MessageRecord.MessageRecord> = {
  ...atId("messageId", (id) => ["messages", id]),
  name: "messages.result",
  method: "GET",
  check: (id) => anId("the messageId of a record")(id as MessageId.MessageId),
  read: (answer, seen, messageId) =>
    Result.flatMap(onSuccess(Answer.decode(ResultResponse.read(messageId)))(answer, seen), (response) => {
      const [unreadable] = response.unreadable ?? []
      return unreadable === undefined
        ? Result.fromOption(ResultResponse.message(response), () => Answer.notFound(answer))
        : Result.fail(Answer.unexpected(answer, `a message that cannot be read: ${unreadable.why}`))
    }),
  limits: "call"
}

// -----------------------------------------------------------------------------
// Files
// -----------------------------------------------------------------------------

/** @internal */
export const upload: Operation<
  UploadRequest.UploadRequest,
  UploadRequest.UploadRequest,
  UploadResponse.UploadResponse
> = {
  ...at("files"),
  name: "files.upload",
  method: "POST",
  body: ({ fileBody, fileName }) => JSON.stringify({ fileName, fileBody }),
  check: Preflight.readUpload,
  read: onSuccess(Answer.decode(lenient(UploadResponse.UploadResponse))),
  limits: "upload"
}

// -----------------------------------------------------------------------------
// Reservations
// -----------------------------------------------------------------------------

const ofReservation = (reserveId: string): Telemetry.Attributes => ({ "sens.request_id": reserveId })

/** @internal */
export const status: Operation<string, string, ReservationStatus.ReservationStatus> = {
  ...atId("reserveId", (id) => ["reservations", id, "reserve-status"]),
  name: "reservations.status",
  method: "GET",
  check: anId("the requestId of the send that was reserved"),
  attributes: ofReservation,
  read: onSuccess(Answer.decode(lenient(ReservationStatus.ReservationStatus))),
  limits: "call"
}

/** @internal */
export const cancel: Operation<string, string, void> = {
  ...atId("reserveId", (id) => ["reservations", id]),
  name: "reservations.cancel",
  method: "DELETE",
  check: anId("the requestId of the send that was reserved"),
  attributes: ofReservation,
  read: nothing,
  limits: "call"
}

// -----------------------------------------------------------------------------
// The block list
// -----------------------------------------------------------------------------

/** @internal */
export const searchUnsubscribes: Operation<
  UnsubscribeQuery.UnsubscribeQuery,
  UnsubscribeQuery.Normalized,
  UnsubscribeResponse.UnsubscribeResponse
> = {
  ...at("unsubscribes"),
  name: "unsubscribes.search",
  method: "GET",
  params: UnsubscribeQuery.toParams,
  check: Preflight.readUnsubscribeSearch,
  read: orEmpty(UnsubscribeResponse.empty, readEntries),
  limits: "call"
}

// Both take the same numbers in the same way.
const ofNumbers: Omit<
  Operation<UnsubscribeRequest.UnsubscribeRequest, UnsubscribeRequest.Normalized, unknown>,
  "name" | "method" | "read"
> = {
  ...at("unsubscribes"),
  body: (numbers) => JSON.stringify(UnsubscribeRequest.toWire(numbers)),
  check: Preflight.readUnsubscribes,
  limits: "call"
}

/** @internal */
export const register: Operation<
  UnsubscribeRequest.UnsubscribeRequest,
  UnsubscribeRequest.Normalized,
  UnsubscribeResponse.UnsubscribeResponse
> = {
  ...ofNumbers,
  name: "unsubscribes.register",
  method: "POST",
  read: readEntries
}

/** @internal */
export const remove: Operation<UnsubscribeRequest.UnsubscribeRequest, UnsubscribeRequest.Normalized, void> = {
  ...ofNumbers,
  name: "unsubscribes.remove",
  method: "DELETE",
  read: nothing
}
