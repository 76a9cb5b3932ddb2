/**
 * What the operations of the control API do.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Account from "../Account.ts"
import { ControlApi, Malformed, NoMessage, Refused, Requests, Unknown } from "../ControlApi.ts"
import type * as Inbox from "../Inbox.ts"
import * as Codes from "./codes.ts"
import * as MakeInbox from "./inbox.ts"
import * as Numbers from "./numbers.ts"
import * as Paste from "./paste.ts"
import * as LedgerPages from "./requests.ts"
import type { Service } from "./service.ts"
import type { State } from "./state.ts"
import * as Store from "./store.ts"

export interface Parts {
  readonly emulator: Service
  readonly state: State
  readonly settle: Effect.Effect<void>
  /** When something will happen by itself. */
  readonly nextDue: () => number | undefined
}

const orUnknown = <A>(found: A | undefined): Effect.Effect<A, Unknown> =>
  found === undefined ? Effect.fail(new Unknown()) : Effect.succeed(found)

const codes = DeliveryCode.all.map(({ code }) => Codes.describe(code))

/** What a newcomer pastes, with the address by which the page was found. */
const start = (state: State) =>
  Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }): typeof Inbox.Start.Type => {
    const account = state.accounts[0] ?? Account.emulatorAccount
    const { accessKey, senders = [] } = account
    const secret = Redacted.isRedacted(account.secretKey) ? Redacted.value(account.secretKey) : account.secretKey
    const serviceId = account.serviceIds[0] ?? Account.serviceId
    return {
      accessKey,
      serviceId,
      exports: Paste.exports({
        accessKey,
        // Whoever opens the page need not know the key of somebody else's account.
        secretKey: secret === Account.secretKey ? secret : "<secret key>",
        serviceId,
        baseUrl: `http://${headers["host"] ?? "127.0.0.1"}`
      }),
      curl: Paste.curl({ from: Numbers.digits(senders[0] ?? "0200000000"), offset: state.clockOffset() })
    }
  })

const control = (parts: Parts, inbox: ReturnType<typeof MakeInbox.make>) =>
  HttpApiBuilder.group(ControlApi, "control", (handlers) => {
    const { emulator, settle, state } = parts
    return handlers.handleAll({
      messages: ({ query: { after = -1, limit = 100, to } }) =>
        Effect.map(Effect.andThen(settle, state.now), (now) => {
          const some = to === undefined ? state.store.all() : state.store.to(Numbers.digits(to))
          return Store.after(some, after).slice(0, limit).map((message) => state.lifecycle.message(message, now))
        }),
      wait: ({ query: { timeoutMillis, ...query } }) =>
        Effect.mapError(
          emulator.waitForMessage({ ...query, timeout: timeoutMillis }),
          () => new NoMessage()
        ),
      otp: ({ query: { timeoutMillis, ...query } }) =>
        emulator.waitForOtp({ ...query, timeout: timeoutMillis }).pipe(
          Effect.map((code) => ({ code })),
          Effect.mapError(() => new NoMessage())
        ),
      duplicates: () => emulator.duplicates(),
      ledger: ({ query: { after = -1, limit = 100 } }) =>
        Effect.map(
          emulator.ledger,
          (entries) => entries.filter(({ index }) => index > after).slice(0, limit)
        ),
      signatures: () => emulator.signatureLog,
      codes: () => Effect.succeed(codes),
      faults: () =>
        Effect.gen(function*() {
          const { applied, atRandom, pending } = yield* Effect.all(
            { pending: emulator.faults.pending, applied: emulator.faults.applied, atRandom: emulator.faults.atRandom }
          )
          return { pending, applied, ...(Option.isSome(atRandom) ? { random: atRandom.value } : undefined) }
        }),
      addFault: ({ payload: { count, fault, operation } }) =>
        emulator.faults.next(operation, count ?? Number.POSITIVE_INFINITY, fault),
      randomFaults: ({ payload }) => emulator.faults.random(payload),
      clearFaults: () => emulator.faults.clear,
      removeFault: ({ params }) => Effect.asVoid(emulator.faults.remove(params.id)),
      outcomes: () => emulator.outcomes,
      setOutcome: ({ params, payload }) => emulator.setOutcome(params.recipient, payload.code),
      removeOutcome: ({ params }) => Effect.asVoid(emulator.removeOutcome(params.recipient)),
      setOutcomeByContent: ({ payload }) => emulator.setOutcomeByContent(payload),
      removeOutcomeByContent: ({ query }) => Effect.asVoid(emulator.removeOutcomeByContent(query.includes)),
      reservations: ({ query: { limit = 50, offset = 0, status } }) => inbox.reservations(status, { limit, offset }),
      setReservationOutcome: ({ params, payload }) =>
        Effect.gen(function*() {
          if (!(yield* emulator.setReservationOutcome(params.requestId, payload.outcome))) return yield* new Unknown()
        }),
      cancelReservation: ({ params: { requestId } }) =>
        Effect.gen(function*() {
          const canceled = yield* emulator.cancelReservation(requestId)
          if (Option.isNone(canceled)) return yield* new Unknown()
          if (Result.isFailure(canceled.value)) return yield* new Refused({ problems: [canceled.value.failure] })
          return { requestId, status: "CANCELED" as const }
        }),
      optOuts: ({ query: { limit = 100, offset = 0, search = "" } }) => inbox.optOuts(search, { limit, offset }),
      optOut: ({ params }) => emulator.optOut(params.recipient),
      optIn: ({ params }) => emulator.optIn(params.recipient),
      setClockOffset: ({ payload }) => emulator.setClockOffset(payload.offsetMillis),
      seedPast: ({ payload }) => emulator.seedPast(payload),
      reset: () => emulator.reset
    })
  })

const looking = ({ emulator, state }: Parts, inbox: ReturnType<typeof MakeInbox.make>) =>
  HttpApiBuilder.group(ControlApi, "inbox", (handlers) =>
    handlers.handleAll({
      inbox: ({ query: { limit = 100, ...filters } }) => inbox.overview(filters, limit),
      inboxRequests: ({ query: { limit = 100, offset = 0, ...filters } }) => inbox.page(filters, { limit, offset }),
      inboxRecipients: ({ params, query: { limit = 100, offset = 0, ...filters } }) =>
        Effect.flatMap(inbox.recipients(params.requestId, filters, { limit, offset }), orUnknown),
      inboxRequest: ({ params, query }) => Effect.flatMap(inbox.request(params.requestId, query), orUnknown),
      inboxMessage: ({ params }) => Effect.flatMap(inbox.message(params.messageId), orUnknown),
      news: ({ query: { cursor, timeoutMillis = 25_000 } }) => inbox.news(cursor, timeoutMillis),
      start: () => start(state),
      requests: ({ query: { limit = 50, offset = 0, ...query } }) =>
        Effect.map(emulator.ledger, (entries) => LedgerPages.select(entries, { ...query, limit, offset })),
      request: ({ params }) =>
        Effect.flatMap(emulator.ledger, (entries) => {
          const entry = entries.find(({ index }) => index === params.index)
          return orUnknown(entry === undefined ? undefined : LedgerPages.details(entry))
        })
    }))

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const requests = HttpApiMiddleware.layerSchemaErrorTransform(
  Requests,
  (error) =>
    Effect.fail(
      new Malformed({
        problems: format(error.cause.issue).issues.map(({ message, path }) =>
          path === undefined || path.length === 0
            ? message
            : `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`
        )
      })
    )
)

/** The control API and its description. */
export const layer = (parts: Parts) => {
  const inbox = MakeInbox.make(parts)
  return HttpApiBuilder.layer(ControlApi, { openapiPath: "/__emulator/openapi.json" }).pipe(
    Layer.provide([control(parts, inbox), looking(parts, inbox)]),
    Layer.provide(requests)
  )
}
