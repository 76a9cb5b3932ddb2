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
import { InboxMessage } from "./InboxMessage.ts"
import { ReservationOutcome } from "./internal/reservationsApi.ts"
import * as Ledger from "./Ledger.ts"
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

const waiting = {
  to: Schema.optionalKey(Schema.String),
  from: Schema.optionalKey(Schema.String),
  includes: Schema.optionalKey(Schema.String),
  after: Schema.optionalKey(After),
  timeoutMillis: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 })))
}

/**
 * A message as the inbox shows it: with what its code means, and the bytes its kind may have.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InboxItem = Schema.Struct({
  message: InboxMessage,
  limit: Schema.Int,
  meaning: Schema.String,
  meaningKo: Schema.String,
  success: Schema.Boolean
})

/**
 * What the inbox shows, newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Inbox = Schema.Struct({
  items: Schema.Array(InboxItem),
  total: Schema.Int,
  reservations: Schema.Int,
  pending: Schema.Array(Fault.Pending)
})

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
  HttpApiEndpoint.get("inbox", "/inbox", {
    query: { search: Schema.optionalKey(Schema.String), limit: Schema.optionalKey(Limit) },
    success: Inbox
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
    success: Schema.Array(
      Schema.Struct({ code: Schema.String, meaning: Schema.String, meaningKo: Schema.String })
    )
  }),
  HttpApiEndpoint.get("faults", "/faults", {
    success: Schema.Struct({ pending: Schema.Array(Fault.Pending), applied: Schema.Array(Fault.Applied) })
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
  HttpApiEndpoint.post("reset", "/reset", { success: Done })
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
 * await Effect.runPromise(Effect.provide(program, EmulatorClient.layer())) // => [{ operation: "send", count: 1, fault: { _tag: "Refused" } }]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class ControlApi extends HttpApi.make("emulator").add(Control).annotateMerge(
  OpenApi.annotations({
    title: "SENS emulator",
    version: "0.1.0",
    description: "Reading back and scripting @effect-sens/emulator."
  })
) {}
