/**
 * The control API: what `Emulator` offers in the process, for tests in other processes and languages, and for the inbox.
 *
 * It lies under `/__emulator`, needs no signature, and does not show in the ledger. A request that a page of another origin
 * makes from a browser is refused. Times are ISO 8601 in UTC.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as DeliveryResult from "./DeliveryResult.ts"
import * as Duplicate from "./Duplicate.ts"
import * as Fault from "./Fault.ts"
import * as Inbox from "./Inbox.ts"
import { InboxMessage } from "./InboxMessage.ts"
import * as Ledger from "./Ledger.ts"
import { ReservationOutcome } from "./ReservationsApi.ts"
import * as SignatureLog from "./SignatureLog.ts"

/**
 * No message came in time.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoMessage extends Schema.TaggedError<NoMessage>("@effect-sens/emulator/ControlApi/NoMessage")(
  "NoMessage",
  {},
  { httpApiStatus: 404, description: "No message came in time." }
) {}

/**
 * There is no such thing, or no longer.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unknown extends Schema.TaggedError<Unknown>("@effect-sens/emulator/ControlApi/Unknown")(
  "Unknown",
  {},
  { httpApiStatus: 404, description: "There is no such thing, or no longer." }
) {}

/**
 * The service would not do that; all reasons are named.
 *
 * @category errors
 * @since 0.1.0
 */
export class Refused extends Schema.TaggedError<Refused>("@effect-sens/emulator/ControlApi/Refused")(
  "Refused",
  { problems: Schema.Array(Schema.String) },
  { httpApiStatus: 409, description: "The service would not do that; all reasons are named." }
) {}

/**
 * The request does not fit; all problems are named.
 *
 * @category errors
 * @since 0.1.0
 */
export class Malformed extends Schema.TaggedError<Malformed>("@effect-sens/emulator/ControlApi/Malformed")(
  "Malformed",
  { problems: Schema.Array(Schema.String) },
  { httpApiStatus: 400, description: "The request does not fit; all problems are named." }
) {}

/**
 * Turns what does not fit the definitions into `Malformed`.
 *
 * @category services
 * @since 0.1.0
 */
export class Requests extends HttpApiMiddleware.Service<Requests>()(
  "@effect-sens/emulator/ControlApi/Requests",
  { error: Malformed }
) {}

const Limit = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))

const After = Schema.Int.check(Schema.isGreaterThanOrEqualTo(-1))

const Code = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(20))

// As people write it.
const Number = Schema.String.check(Schema.isPattern(/^\+?[\d\s().-]{1,40}$/))

/** Which of many are asked for. */
const slice = {
  offset: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })))
}

const described = (summary: string, description: string) => OpenApi.annotations({ summary, description })

const waiting = {
  to: Schema.optionalKey(Schema.String),
  from: Schema.optionalKey(Schema.String),
  includes: Schema.optionalKey(Schema.String),
  after: Schema.optionalKey(After),
  timeoutMillis: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 })))
}

/**
 * How large a past is to be: how many messages over how many days up to now, which share of them failed, and what all of it
 * comes from.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Past = Schema.Struct({
  messages: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
  days: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0.001, maximum: 3650 }))),
  failed: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  seed: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(100)))
})

/**
 * What an operation of the control API answers that has nothing to say.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Done = HttpApiSchema.NoContent

/**
 * The operations of the control API.
 *
 * @category models
 * @since 0.1.0
 */
export class Control extends HttpApiGroup.make("control").add(
  HttpApiEndpoint.get("messages", "/messages", {
    query: {
      to: Schema.optionalKey(Schema.String),
      after: Schema.optionalKey(After),
      limit: Schema.optionalKey(Limit)
    },
    success: Schema.Array(InboxMessage)
  }),
  HttpApiEndpoint.get("wait", "/wait", { query: waiting, success: InboxMessage, error: NoMessage }),
  HttpApiEndpoint.get("otp", "/otp", {
    query: waiting,
    success: Schema.Struct({ code: Schema.String }),
    error: NoMessage
  }),
  HttpApiEndpoint.get("duplicates", "/duplicates", { success: Schema.Array(Duplicate.Duplicate) }),
  HttpApiEndpoint.get("ledger", "/ledger", {
    query: { after: Schema.optionalKey(After), limit: Schema.optionalKey(Limit) },
    success: Schema.Array(Ledger.Entry)
  }),
  HttpApiEndpoint.get("signatures", "/signatures", { success: Schema.Array(SignatureLog.Entry) }),
  HttpApiEndpoint.get("codes", "/codes", {
    success: Schema.Array(Inbox.Code)
  }),
  HttpApiEndpoint.get("faults", "/faults", {
    success: Schema.Struct({
      pending: Schema.Array(Fault.Armed),
      applied: Schema.Array(Fault.Applied),
      random: Schema.optionalKey(Fault.Random)
    })
  }),
  HttpApiEndpoint.post("addFault", "/faults", { payload: Fault.Pending, success: Done }),
  HttpApiEndpoint.put("randomFaults", "/faults", { payload: Fault.Random, success: Done }),
  HttpApiEndpoint.delete("clearFaults", "/faults", { success: Done }),
  HttpApiEndpoint.put("setOutcome", "/outcomes/:recipient", {
    params: { recipient: Number },
    payload: Schema.Struct({ code: Code }),
    success: Done
  }),
  HttpApiEndpoint.put("setOutcomeByContent", "/outcomes", { payload: DeliveryResult.ByContent, success: Done }),
  HttpApiEndpoint.put("setReservationOutcome", "/reservations/:requestId", {
    params: { requestId: Schema.String },
    payload: Schema.Struct({ outcome: ReservationOutcome }),
    success: Done,
    error: Unknown
  }),
  HttpApiEndpoint.put("optOut", "/opt-outs/:recipient", { params: { recipient: Number }, success: Done }),
  HttpApiEndpoint.put("setClockOffset", "/clock", {
    payload: Schema.Struct({ offsetMillis: Schema.Int }),
    success: Done
  }),
  HttpApiEndpoint.post("seedPast", "/seed", { payload: Past, success: Done }),
  HttpApiEndpoint.post("reset", "/reset", { success: Done }),
  HttpApiEndpoint.delete("removeFault", "/faults/:id", { params: { id: Schema.Int }, success: Done }).annotateMerge(
    described("Drop one fault", "Drops the fault of an id that waits, whether it still does or not.")
  ),
  HttpApiEndpoint.get("outcomes", "/outcomes", {
    success: Schema.Struct({
      byNumber: Schema.Array(Schema.Struct({ recipient: Schema.String, code: Schema.String })),
      byContent: Schema.Array(DeliveryResult.ByContent)
    })
  }).annotateMerge(
    described(
      "List scripted outcomes",
      "The result codes that are scripted for numbers and texts; a number counts before a text."
    )
  ),
  HttpApiEndpoint.delete("removeOutcome", "/outcomes/:recipient", {
    params: { recipient: Number },
    success: Done
  }).annotateMerge(
    described(
      "Forget the outcome of a number",
      "Messages to the number are delivered again, or end as their text says."
    )
  ),
  HttpApiEndpoint.delete("removeOutcomeByContent", "/outcomes", {
    query: { includes: Schema.String },
    success: Done
  }).annotateMerge(described("Forget the outcome of a text", "Messages with the text are delivered again.")),
  HttpApiEndpoint.get("reservations", "/reservations", {
    query: { status: Schema.optionalKey(Inbox.ReserveStatus), ...slice },
    success: Inbox.Reservations
  }).annotateMerge(
    described("List reservations", "Those that wait first, soonest first, then the others, latest first.")
  ),
  HttpApiEndpoint.delete("cancelReservation", "/reservations/:requestId", {
    params: { requestId: Schema.String },
    success: Schema.Struct({ requestId: Schema.String, status: Schema.Literal("CANCELED") }),
    error: [Unknown, Refused]
  }).annotateMerge(
    described(
      "Cancel a reservation",
      "By the rules of the service: not within ten minutes of its time. One that is cancelled already stays so."
    )
  ),
  HttpApiEndpoint.get("optOuts", "/opt-outs", {
    query: { search: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(40))), ...slice },
    success: Inbox.OptOuts
  }).annotateMerge(
    described("List the block list", "Numbers that get no advertising, newest first; `search` is a part of a number.")
  ),
  HttpApiEndpoint.delete("optIn", "/opt-outs/:recipient", { params: { recipient: Number }, success: Done })
    .annotateMerge(
      described("Take a number off the block list", "Of all services.")
    )
).middleware(Requests).prefix("/__emulator") {}

const filtered = Inbox.Filters.fields

const InboxLimit = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 }))

/**
 * The operations by which a page shows what the emulator has, as many at a time as there is room for.
 *
 * @category models
 * @since 0.1.0
 */
export class InboxGroup extends HttpApiGroup.make("inbox").add(
  HttpApiEndpoint.get("inbox", "/inbox", {
    query: { ...filtered, limit: Schema.optionalKey(InboxLimit) },
    success: Inbox.Overview
  }).annotateMerge(
    described(
      "Look at the inbox",
      "How many messages there are under a search and its filters, by state, type, result code and day, and the newest of the requests they are in."
    )
  ),
  HttpApiEndpoint.get("inboxRequests", "/inbox/requests", {
    query: { ...filtered, ...slice },
    success: Inbox.Page
  }).annotateMerge(
    described(
      "List requests of the inbox",
      "Those from `offset` on, newest first. With the `snapshot` of an answer before, what has come since moves nothing."
    )
  ),
  HttpApiEndpoint.get("inboxRequest", "/inbox/requests/:requestId", {
    params: { requestId: Schema.String },
    query: filtered,
    success: Inbox.RequestDetails,
    error: Unknown
  }).annotateMerge(
    described(
      "Look at a request",
      "Its result codes, what was sent, how the service lists it, and what asks for it from a shell."
    )
  ),
  HttpApiEndpoint.get("inboxRecipients", "/inbox/requests/:requestId/messages", {
    params: { requestId: Schema.String },
    query: { ...filtered, ...slice },
    success: Inbox.Recipients,
    error: Unknown
  }).annotateMerge(described("List recipients of a request", "Those whose message fits the search and its filters.")),
  HttpApiEndpoint.get("inboxMessage", "/inbox/messages/:messageId", {
    params: { messageId: Schema.String },
    success: Inbox.MessageDetails,
    error: Unknown
  }).annotateMerge(
    described(
      "Look at a message",
      "What the handset shows, what became of it and what to do, its pictures, and what the service answers for it."
    )
  ),
  HttpApiEndpoint.get("news", "/news", {
    query: {
      cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
      timeoutMillis: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60_000 })))
    },
    success: Inbox.News
  }).annotateMerge(
    described(
      "Wait for news",
      "Answers as soon as something is no longer as it was at the cursor, or by the clock; at once without one. After `timeoutMillis`, 25 seconds unless given, it says that nothing changed."
    )
  ),
  HttpApiEndpoint.get("start", "/start", { success: Inbox.Start }).annotateMerge(
    described("How to begin", "The four variables of a client and a send to try, to be pasted into a shell.")
  ),
  HttpApiEndpoint.get("requests", "/requests", {
    query: {
      verdict: Schema.optionalKey(Schema.Literals(["accepted", "answered", "refused", "faulted", "served"])),
      operation: Schema.optionalKey(Ledger.Operation),
      until: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
      ...slice
    },
    success: Inbox.Exchanges
  }).annotateMerge(
    described(
      "List requests of the ledger",
      "What the service was asked, newest first, with the reasons of what it refused in both languages; `served` is all that was not refused."
    )
  ),
  HttpApiEndpoint.get("request", "/requests/:index", {
    params: { index: Schema.Int },
    success: Inbox.ExchangeDetails,
    error: Unknown
  }).annotateMerge(described("Look at a request of the ledger", "With its headers and the beginning of its body."))
).middleware(Requests).prefix("/__emulator") {}

/**
 * The control API as an `HttpApi`.
 *
 * **Example** (A typed client for it)
 *
 * ```ts import.meta.vitest
 * import * as ControlApi from "@effect-sens/emulator/ControlApi"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Effect from "effect/Effect"
 * import * as HttpApiClient from "effect/http-api/HttpApiClient"
 *
 * const program = Effect.gen(function*() {
 *   const { control } = yield* HttpApiClient.make(ControlApi.ControlApi, { baseUrl: "http://localhost" })
 *   yield* control.addFault({ payload: { operation: "send", count: 1, fault: { _tag: "Refused" } } })
 *   const { pending } = yield* control.faults()
 *   return pending
 * })
 *
 * await Effect.runPromise(Effect.provide(program, EmulatorClient.layer())) // => [{ id: 1, operation: "send", count: 1, fault: { _tag: "Refused" } }]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class ControlApi extends HttpApi.make("emulator").add(Control, InboxGroup).annotateMerge(
  OpenApi.annotations({
    title: "SENS emulator",
    version: "0.1.0",
    description: "Reading back and scripting @effect-sens/emulator."
  })
) {}
