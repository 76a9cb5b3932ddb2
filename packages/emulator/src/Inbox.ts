/**
 * What the emulator's inbox is made of: requests with the messages that fit, their numbers, what is new, and the details.
 *
 * These are the shapes that the control API answers in; `InboxMessage` is a message as the process sees it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fault from "./Fault.ts"
import { InboxMessage } from "./InboxMessage.ts"
import { ListResponse, MessageItem, ResultResponse } from "./internal/messagesApi.ts"
import { RegisterType } from "./internal/unsubscribesApi.ts"
import * as Ledger from "./Ledger.ts"
import * as SignatureLog from "./SignatureLog.ts"

// -----------------------------------------------------------------------------
// What is asked for
// -----------------------------------------------------------------------------

/**
 * Where a message stands for who sent it: there is no result yet, the handset has it, or not.
 *
 * @category schemas
 * @since 0.1.0
 */
export const State = Schema.Literals(["waiting", "delivered", "failed"])

/**
 * Where a message stands for who sent it.
 *
 * @category models
 * @since 0.1.0
 */
export type State = typeof State.Type

/**
 * Which messages an inbox is to hold, as query parameters.
 *
 * **Details**
 *
 * - `search`: text and subject; numbers of three digits or more, with or without hyphens; the beginning of a request id or a
 *   message id (four characters, of digits alone eight); the result code of a failed message, or what it means, in Korean or
 *   English; the carrier. Case and white space make no difference
 * - `state`: those that wait, were delivered, or failed
 * - `types`, `codes`: any of several, divided by commas
 * - `ad`: `true` for advertising alone
 * - `snapshot`: what an answer was taken of. Which requests are in it, and in what order, does not change by what comes later. One
 *   from before a reset is taken for none, and the answer bears another
 *
 * @category schemas
 * @since 0.1.0
 */
export const Filters = Schema.Struct({
  search: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
  state: Schema.optionalKey(Schema.Literals(["all", "waiting", "delivered", "failed"])),
  types: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^(?:(?:SMS|LMS|MMS)(?:,(?:SMS|LMS|MMS)){0,2})?$/u))),
  ad: Schema.optionalKey(Schema.Boolean),
  codes: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(2000))),
  snapshot: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(100)))
})

/**
 * Which messages an inbox is to hold.
 *
 * @category models
 * @since 0.1.0
 */
export type Filters = typeof Filters.Type

// -----------------------------------------------------------------------------
// Rows
// -----------------------------------------------------------------------------

const code = {
  code: Schema.optionalKey(Schema.String),
  telcoCode: Schema.optionalKey(Schema.String),
  carrier: Schema.optionalKey(Schema.String)
}

/**
 * One recipient of a request.
 *
 * **Details**
 *
 * `code`, `telcoCode` and `carrier`, the name that people know it by, are there once the message is `COMPLETED`; `subject` and
 * `text` where the recipient has his own.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Recipient = Schema.Struct({
  sequence: Schema.Int,
  messageId: Schema.String,
  to: Schema.String,
  state: State,
  status: Schema.Literals(["READY", "PROCESSING", "COMPLETED"]),
  ...code,
  subject: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String)
})

/**
 * One recipient of a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Recipient = typeof Recipient.Type

/**
 * One request, with what of it fits the filters.
 *
 * **Details**
 *
 * `sequence` is that of its first message. `text` is one line of at most 200 characters, taken from where a search found it.
 * `recipients` is how many the request has, `matching` how many of them fit: the sum of `delivered`, `failed` and `waiting`.
 * `first` is the first that fits.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Row = Schema.Struct({
  requestId: Schema.String,
  sequence: Schema.Int,
  serviceId: Schema.String,
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  requestTime: Schema.DateTimeUtc,
  status: Schema.Literals(["READY", "PROCESSING", "COMPLETED"]),
  completeTime: Schema.optionalKey(Schema.DateTimeUtc),
  subject: Schema.optionalKey(Schema.String),
  text: Schema.String,
  pictures: Schema.Int,
  recipients: Schema.Int,
  matching: Schema.Int,
  delivered: Schema.Int,
  failed: Schema.Int,
  waiting: Schema.Int,
  first: Recipient
})

/**
 * One request, with what of it fits the filters.
 *
 * @category models
 * @since 0.1.0
 */
export type Row = typeof Row.Type

/**
 * How many messages bear a result code.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CodeCount = Schema.Struct({ code: Schema.String, count: Schema.Int })

/**
 * How many messages bear a result code.
 *
 * @category models
 * @since 0.1.0
 */
export type CodeCount = typeof CodeCount.Type

/**
 * The numbers of an inbox, and the first of its requests, newest first.
 *
 * **Example** (What did not arrive)
 *
 * ```ts import.meta.vitest
 * import * as ControlApi from "@effect-sens/emulator/ControlApi"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Effect from "effect/Effect"
 * import * as HttpApiClient from "effect/http-api/HttpApiClient"
 *
 * const program = Effect.gen(function*() {
 *   const emulator = yield* Emulator.Emulator
 *   const { inbox } = yield* HttpApiClient.make(ControlApi.ControlApi, { baseUrl: "http://localhost" })
 *   yield* emulator.seedPast({ messages: 1000, failed: 0.1 })
 *   const { states } = yield* inbox.inbox({ query: { limit: 0 } })
 *   const { codes, messages } = yield* inbox.inbox({ query: { state: "failed", search: "010", limit: 10 } })
 *   return messages === states.failed && codes.reduce((sum, { count }) => sum + count, 0) === messages
 * })
 *
 * await Effect.runPromise(Effect.provide(program, EmulatorClient.layer())) // => true
 * ```
 *
 * **Details**
 *
 * `total` counts all messages there are, `messages` those that fit, `requests` the rows they are in. Each group of counts says how
 * many messages there would be if its filter were chosen: it obeys the search and the filters of the other groups. The groups
 * are `states` with `codes`, `types`, and `ad`; they are of now, also under an older snapshot. `days` are the days in Korea that the
 * rows are of, newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Overview = Schema.Struct({
  snapshot: Schema.String,
  now: Schema.DateTimeUtc,
  clockOffsetMillis: Schema.Finite,
  total: Schema.Int,
  requests: Schema.Int,
  messages: Schema.Int,
  states: Schema.Struct({ all: Schema.Int, waiting: Schema.Int, delivered: Schema.Int, failed: Schema.Int }),
  types: Schema.Struct({ SMS: Schema.Int, LMS: Schema.Int, MMS: Schema.Int }),
  ad: Schema.Int,
  codes: Schema.Array(CodeCount),
  days: Schema.Array(Schema.Struct({ day: Schema.String, requests: Schema.Int })),
  items: Schema.Array(Row)
})

/**
 * Some of the requests of an inbox: `requests` is how many there are.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Page = Schema.Struct({
  snapshot: Schema.String,
  offset: Schema.Int,
  requests: Schema.Int,
  items: Schema.Array(Row)
})

/**
 * Some of the recipients of a request that fit: `total` is how many there are.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Recipients = Schema.Struct({
  total: Schema.Int,
  offset: Schema.Int,
  items: Schema.Array(Recipient)
})

// -----------------------------------------------------------------------------
// Details
// -----------------------------------------------------------------------------

/**
 * A send as its body would stand in a request.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Sent = Schema.Struct({
  type: Schema.String,
  contentType: Schema.String,
  countryCode: Schema.String,
  from: Schema.String,
  subject: Schema.optionalKey(Schema.String),
  content: Schema.String,
  messages: Schema.Array(Schema.Struct({
    to: Schema.String,
    subject: Schema.optionalKey(Schema.String),
    content: Schema.optionalKey(Schema.String)
  })),
  files: Schema.optionalKey(Schema.Array(Schema.Struct({ fileId: Schema.String })))
})

/**
 * A result code, what it means and what to do about it. `advice` is one of the ten of `DeliveryCode`; `uncertain` says that the message
 * may have arrived all the same.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Code = Schema.Struct({
  code: Schema.String,
  success: Schema.Boolean,
  uncertain: Schema.Boolean,
  meaning: Schema.String,
  meaningKo: Schema.String,
  advice: Schema.String,
  adviceEn: Schema.String,
  adviceKo: Schema.String
})

/**
 * A result code, what it means and what to do about it.
 *
 * @category models
 * @since 0.1.0
 */
export type Code = typeof Code.Type

const Length = Schema.Struct({ bytes: Schema.Int, limit: Schema.Int, cutAt: Schema.optionalKey(Schema.Int) })

/**
 * Everything about one message.
 *
 * **Details**
 *
 * `result`, `telcoCode` and `carrier` are absent while it waits, `json` while the service would not show it. `cutAt` is where
 * the text of the handset ends, in UTF-16 units. `undeliverable` are the characters that the charset lacks; a `suggestion` of `""` is to
 * leave one out. `json` is what the service answers for it, `sent` the send that it came of, `curl` what asks for them from a shell.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageDetails = Schema.Struct({
  message: InboxMessage,
  state: State,
  result: Schema.optionalKey(Code),
  telcoCode: Schema.optionalKey(Schema.String),
  carrier: Schema.optionalKey(Schema.String),
  content: Length,
  subject: Schema.optionalKey(Length),
  undeliverable: Schema.Array(Schema.Struct({
    part: Schema.Literals(["subject", "content"]),
    index: Schema.Int,
    length: Schema.Int,
    text: Schema.String,
    codePoints: Schema.Array(Schema.Int),
    suggestion: Schema.optionalKey(Schema.String)
  })),
  otp: Schema.optionalKey(Schema.String),
  recipients: Schema.Int,
  pictures: Schema.Array(Schema.Struct({
    fileId: Schema.String,
    name: Schema.String,
    bytes: Schema.optionalKey(Schema.Int),
    url: Schema.optionalKey(Schema.String)
  })),
  json: Schema.optionalKey(Schema.Struct({ result: ResultResponse, item: MessageItem })),
  sent: Sent,
  curl: Schema.Struct({ send: Schema.String, result: Schema.String, list: Schema.String })
})

/**
 * Everything about one request, with what of it fits the filters. `codes` counts what has a result, the most frequent first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestDetails = Schema.Struct({
  request: Row,
  codes: Schema.Array(CodeCount),
  sent: Sent,
  list: Schema.optionalKey(ListResponse),
  curl: Schema.Struct({ send: Schema.String, list: Schema.String })
})

// -----------------------------------------------------------------------------
// What is new
// -----------------------------------------------------------------------------

/**
 * What can change while somebody looks: messages came, the clock moved some on, requests were answered, a reservation was made,
 * cancelled or came due, or what decides the next answers was changed or used up.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Topic = Schema.Literals(["messages", "states", "requests", "reservations", "controls"])

/**
 * What can change while somebody looks.
 *
 * @category models
 * @since 0.1.0
 */
export type Topic = typeof Topic.Type

/**
 * What is new since a cursor.
 *
 * **Details**
 *
 * `restarted` says that the cursor is from before a reset or another start, so that nothing of before counts. `arrived` is how
 * many messages came since; the other numbers are of now. `requests` counts those that the ledger keeps.
 *
 * @category schemas
 * @since 0.1.0
 */
export const News = Schema.Struct({
  cursor: Schema.String,
  restarted: Schema.Boolean,
  changed: Schema.Array(Topic),
  arrived: Schema.Int,
  now: Schema.DateTimeUtc,
  clockOffsetMillis: Schema.Finite,
  messages: Schema.Int,
  requests: Schema.Int,
  refused: Schema.Int,
  reservations: Schema.Int,
  faults: Schema.Array(Fault.Armed),
  random: Schema.optionalKey(Fault.Random)
})

/**
 * What is new since a cursor.
 *
 * @category models
 * @since 0.1.0
 */
export type News = typeof News.Type

/**
 * What a newcomer pastes into a shell. A secret key that is not the emulator's own does not show.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Start = Schema.Struct({
  accessKey: Schema.String,
  serviceId: Schema.String,
  exports: Schema.String,
  curl: Schema.String
})

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

/**
 * Why a request was refused, and what to do, in both languages.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reason = Schema.Struct({
  en: Schema.String,
  ko: Schema.String,
  adviceEn: Schema.optionalKey(Schema.String),
  adviceKo: Schema.optionalKey(Schema.String)
})

/**
 * Why a request was refused, and what to do, in both languages.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason = typeof Reason.Type

/**
 * What became of a request, in a word.
 *
 * @category schemas
 * @since 0.1.0
 */
export const VerdictName = Schema.Literals(["accepted", "answered", "refused", "faulted"])

const exchange = {
  index: Schema.Int,
  at: Schema.DateTimeUtc,
  method: Schema.String,
  target: Schema.String,
  operation: Schema.optionalKey(Ledger.Operation),
  traceId: Schema.String,
  status: Schema.Int,
  millis: Schema.Int,
  verdict: VerdictName,
  requestId: Schema.optionalKey(Schema.String),
  recipients: Schema.optionalKey(Schema.Int),
  faults: Schema.optionalKey(Schema.Array(Schema.String)),
  late: Schema.optionalKey(Schema.Literal(true)),
  reasons: Schema.Array(Reason),
  signature: Schema.optionalKey(SignatureLog.Problem)
}

/**
 * One request of the ledger, without its headers and its body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Exchange = Schema.Struct(exchange)

/**
 * One request of the ledger, without its headers and its body.
 *
 * @category models
 * @since 0.1.0
 */
export type Exchange = typeof Exchange.Type

/**
 * One request of the ledger, with its headers and the beginning of its body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ExchangeDetails = Schema.Struct({
  ...exchange,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.String
})

/**
 * Some of the requests of the ledger, newest first. `until` keeps what came later out of the next page; `counts` are of what the
 * ledger keeps.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Exchanges = Schema.Struct({
  until: Schema.Int,
  counts: Schema.Struct({
    all: Schema.Int,
    refused: Schema.Int,
    served: Schema.Int,
    accepted: Schema.Int,
    answered: Schema.Int,
    faulted: Schema.Int
  }),
  total: Schema.Int,
  offset: Schema.Int,
  items: Schema.Array(Exchange)
})

// -----------------------------------------------------------------------------
// Reservations and the block list
// -----------------------------------------------------------------------------

/**
 * Where a reservation can stand.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReserveStatus = Schema.Literals(["READY", "PROCESSING", "CANCELED", "DONE", "FAIL", "STALE", "SKIP"])

/**
 * A reservation: `to` is its first recipient, `cancelableUntil` is there while it can be cancelled, `outcome` is what becomes of it when its time
 * has come.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservation = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  to: Schema.String,
  recipients: Schema.Int,
  subject: Schema.optionalKey(Schema.String),
  text: Schema.String,
  reserveTime: Schema.DateTimeUtc,
  timeZone: Schema.String,
  status: ReserveStatus,
  cancelableUntil: Schema.optionalKey(Schema.DateTimeUtc),
  outcome: Schema.Literals(["DONE", "FAIL", "STALE", "SKIP"])
})

/**
 * A reservation.
 *
 * @category models
 * @since 0.1.0
 */
export type Reservation = typeof Reservation.Type

/**
 * Some of the reservations: those that wait first, soonest first, then the others, latest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservations = Schema.Struct({
  counts: Schema.Struct({
    all: Schema.Int,
    READY: Schema.Int,
    PROCESSING: Schema.Int,
    CANCELED: Schema.Int,
    DONE: Schema.Int,
    FAIL: Schema.Int,
    STALE: Schema.Int,
    SKIP: Schema.Int
  }),
  total: Schema.Int,
  offset: Schema.Int,
  items: Schema.Array(Reservation)
})

/**
 * A number that gets no advertising.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OptOut = Schema.Struct({
  recipient: Schema.String,
  serviceId: Schema.String,
  registerType: RegisterType,
  registerTime: Schema.DateTimeUtc
})

/**
 * A number that gets no advertising.
 *
 * @category models
 * @since 0.1.0
 */
export type OptOut = typeof OptOut.Type

/**
 * Some of the numbers that get no advertising, newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OptOuts = Schema.Struct({
  total: Schema.Int,
  offset: Schema.Int,
  items: Schema.Array(OptOut)
})
