/**
 * Messages on their way to be rows of a campaign.
 */
import type * as Paging from "@effect-sens/core/Paging"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import type * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type * as CampaignStore from "./campaignStore.ts"
import type * as Fingerprint from "./fingerprint.ts"
import * as OptOuts from "./optOuts.ts"
import * as Persist from "./persist.ts"
import * as Reading from "./reading.ts"
import * as Store from "./store.ts"

/** How many rows one transaction writes, and how much text. */
const mostRows = 1000
const mostCharacters = 4_000_000

/** Nobody waits for the signatures one after another. */
const signing = 16

/** A row without what has to be signed. */
interface Pending extends Omit<CampaignStore.Imported, "twin"> {
  /** The request, where it is to be sent. */
  readonly value?: SendRequest.Normalized
}

type Failure = Unlisted | SqlError.SqlError

type Take = (batch: BulkSend.Batch) => Effect.Effect<void, Failure>

type Issues = ReadonlyArray<RequestIssue.RequestIssue>

/**
 * What goes wrong with the block list.
 *
 * @internal
 */
export type Unlisted = SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries

/**
 * @internal
 */
export interface Options {
  readonly importing: CampaignStore.Import
  readonly store: CampaignStore.CampaignStore
  readonly twin: Fingerprint.Fingerprint
  readonly read: ReturnType<typeof Reading.make>
  /** Reads the block list; none where nobody is to be looked up. `undefined` where this process cannot. */
  readonly blockList: Effect.Effect<Unsubscribes.List | undefined, Unlisted> | "keep"
}

const fields = ["type", "contentType", "countryCode", "from", "content", "reserve", "subject", "files"] as const

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== ""

/** The request of one message with all that it has of a request, also what its type does not have, which is refused. */
const alone = (message: BulkSend.Message): SendRequest.SendRequest => {
  const request: { [key: string]: unknown } = {}
  const given: { readonly [key: string]: unknown } = { ...message }
  for (const field of fields) {
    const isSpare = field === "subject" || field === "files" || given[field] === undefined
    if (!isSpare || isGiven(given[field])) request[field] = given[field]
  }
  return Object.assign(request, {
    type: message.type,
    from: message.from,
    content: message.content,
    messages: [{ to: message.to }]
  })
}

const notAnObject: Issues = [{
  path: [],
  kind: "Schema",
  message: "Expected a message: an object with type, from, to and content"
}]

/** What becomes of a message that nobody can read. */
const unread = JSON.stringify({ messages: [{}] })

/**
 * Writes all messages down, some at a time. False where somebody else imports by now.
 *
 * @internal
 */
export const run = <E, R>(
  messages: Stream.Stream<BulkSend.Message, E, R>,
  { blockList, importing, read, store, twin }: Options
): Effect.Effect<
  boolean,
  E | Failure,
  R
> =>
  Effect.gen(function*() {
    const { campaign } = importing
    const persist = Persist.retrying(Persist.briefly)
    let rows: Array<Pending> = []
    let characters = 0
    let isLost = false
    // The list that was read, and when.
    let listed: { readonly list: Unsubscribes.List | undefined; readonly at: number } | undefined

    const sign = ({ value, ...row }: Pending): Effect.Effect<CampaignStore.Imported> =>
      value === undefined
        ? Effect.succeed({ ...row, twin: null })
        : Effect.map(twin(campaign.service, value), (twin) => ({ ...row, twin }))

    const flush = Effect.gen(function*() {
      const taken = rows
      rows = []
      characters = 0
      // Somebody else writes them down.
      if (isLost) return
      const signed = yield* Effect.forEach(taken, sign, { concurrency: signing })
      if (!Arr.isReadonlyArrayNonEmpty(signed)) return
      if (yield* persist(store.step(importing, signed))) importing.steps += 1
      else isLost = true
    })

    const add = (row: Pending): Effect.Effect<void, SqlError.SqlError> => {
      rows.push(row)
      characters += row.request.length
      return rows.length >= mostRows || characters >= mostCharacters ? flush : Effect.void
    }

    const refuse = Effect.fnUntraced(function*(request: string, issues: Issues) {
      const reason = yield* Store.encodeReason(Reading.invalid(issues).reason)
      yield* add({ state: "Refused", recipients: 1, reason, request, filesUntil: null, checkedAt: null })
    })

    /** A request that is right. */
    const take = Effect.fnUntraced(function*(value: SendRequest.Normalized) {
      const filesUntil = Reading.hasFiles(value) ? campaign.files_until : null
      if (filesUntil !== null && campaign.at !== null && campaign.at > filesUntil) return yield* Reading.tooLate
      const request = JSON.stringify(value)
      const checkedAt = blockList === "keep" || !OptOuts.concerns(value)
        ? null
        : listed?.list === undefined
        ? OptOuts.never
        : listed.at
      yield* add({
        state: "Waiting",
        recipients: value.messages.length,
        reason: null,
        request,
        filesUntil,
        checkedAt,
        value
      })
    })

    const lookUp = Effect.gen(function*() {
      if (blockList === "keep") return undefined
      listed ??= { list: yield* blockList, at: yield* Clock.currentTimeMillis }
      return listed.list
    })

    /** One that is wrong takes no others with it. */
    const one = Effect.fnUntraced(function*(message: BulkSend.Message) {
      const request = alone(message)
      const reading = yield* read(request)
      if (Result.isSuccess(reading)) return [message]
      yield* refuse(JSON.stringify(request), reading.failure)
      return []
    })

    const again = (messages: ReadonlyArray<BulkSend.Message>, then: Take) =>
      messages.length === 0
        ? Effect.void
        : Stream.runForEach(BulkSend.batch(Stream.fromIterable(messages)), then)

    const optedOut: Take = (batch) =>
      add({
        state: "NotSent",
        recipients: batch.messages.length,
        reason: "OptedOut",
        request: JSON.stringify(batch.request),
        filesUntil: null,
        checkedAt: null
      })

    /** Those of one request, or what is left of them. */
    const together = Effect.fnUntraced(
      function*({ messages, request }: BulkSend.Batch): Effect.fn.Return<void, Failure> {
        const reading = yield* read(messages.length === 1 ? alone(messages[0]) : request)
        if (Result.isSuccess(reading)) return yield* take(reading.success)
        if (messages.length === 1) return yield* refuse(JSON.stringify(alone(messages[0])), reading.failure)
        const right = (yield* Effect.forEach(messages, one)).flat()
        // Each is right, and together they are not.
        if (right.length === messages.length) {
          return yield* Effect.forEach(right, (message) => together({ request: alone(message), messages: [message] }), {
            discard: true
          })
        }
        yield* again(right, together)
      }
    )

    const takeIn: Take = Effect.fnUntraced(function*(batch) {
      if (!OptOuts.concerns(batch.request)) return yield* together(batch)
      const list = yield* lookUp
      if (list === undefined) return yield* together(batch)
      const has = ({ to }: BulkSend.Message) => Predicate.isString(to) && list.has(to)
      const refused = batch.messages.filter(has)
      if (refused.length === 0) return yield* together(batch)
      yield* again(refused, optedOut)
      yield* again(batch.messages.filter((message) => !has(message)), together)
    })

    let unreadable = 0
    yield* messages.pipe(
      Stream.filter((message) => {
        if (Predicate.isObject(message)) return true
        unreadable += 1
        return false
      }),
      BulkSend.batch(),
      Stream.takeWhile(() => !isLost),
      Stream.runForEachArray((batches) =>
        Effect.forEach(batches, (batch) => isLost ? Effect.void : takeIn(batch), { discard: true })
      )
    )
    for (; unreadable > 0; unreadable--) yield* refuse(unread, notAnObject)
    yield* flush
    return !isLost
  })
