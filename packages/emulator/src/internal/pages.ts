/**
 * What the emulator serves besides the service: the inbox, the documents, and the control API.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as ByteSize from "effect/ByteSize"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpMethod from "effect/http/HttpMethod"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import { ControlApi, type Inbox, Malformed, NoMessage, Requests, Unknown } from "../ControlApi.ts"
import { rawTarget } from "./exchange.ts"
import * as InboxPage from "./inboxPage.ts"
import { contentLimit, contentOf } from "./lifecycle.ts"
import * as Numbers from "./numbers.ts"
import * as Routing from "./routing.ts"
import { SensApi } from "./sensApi.ts"
import type { Service } from "./service.ts"
import type { State } from "./state.ts"
import * as Store from "./store.ts"

/** Whether a target belongs to the emulator itself, and not to the service. */
export const owns = (target: string): boolean =>
  /^\/(?:\?.*)?$|^\/(?:docs|openapi\.json)(?:[?/]|$)|^\/__emulator(?:[?/]|$)/.test(target)

/** The messages that a search of the inbox is about, newest first. */
const find = (state: State, search: string, limit: number): ReadonlyArray<Store.StoredMessage> => {
  const all = state.store.all()
  if (search === "") return all.slice(-limit).toReversed()
  const compact = Numbers.digits(search).replace(/[-\s]/g, "")
  if (/^\d{8,25}$/.test(compact)) {
    const exact = state.store.to(compact)
    if (exact.length > 0) return exact.slice(-limit).toReversed()
  }
  const lower = search.toLowerCase()
  const fits = (message: Store.StoredMessage): boolean =>
    contentOf(message).toLowerCase().includes(lower) ||
    (compact !== "" && (message.to.includes(compact) || message.request.from.includes(compact))) ||
    message.messageId === search || message.request.requestId === search
  const found: Array<Store.StoredMessage> = []
  for (let i = all.length - 1; i >= 0 && found.length < limit; i--) {
    const message = all[i]!
    if (fits(message)) found.push(message)
  }
  return found
}

interface Parts {
  readonly emulator: Service
  readonly state: State
  readonly settle: Effect.Effect<void>
}

const look = (
  { emulator, settle, state }: Parts,
  query: { readonly limit?: number; readonly search?: string }
): Effect.Effect<typeof Inbox.Type> =>
  Effect.gen(function*() {
    const pending = yield* emulator.faults.pending
    yield* settle
    const now = yield* state.now
    return {
      items: find(state, (query.search ?? "").trim(), query.limit ?? 100).map((stored) => {
        const code = DeliveryCode.fromString(stored.code)
        return {
          message: state.lifecycle.message(stored, now),
          limit: contentLimit[stored.request.type],
          meaning: code.meaning,
          meaningKo: code.meaningKo,
          success: DeliveryCode.isSuccess(code)
        }
      }),
      total: state.store.all().length,
      reservations: state.store.waitingReservations(),
      pending
    }
  })

const control = ({ emulator, settle, state }: Parts) =>
  HttpApiBuilder.group(ControlApi, "control", (handlers) =>
    handlers.handleAll({
      messages: ({ query: { after = -1, limit = 100, to } }) =>
        Effect.map(Effect.andThen(settle, state.now), (now) => {
          const some = to === undefined
            ? state.store.all()
            : state.store.to(Numbers.digits(to))
          return Store.after(some, after).slice(0, limit).map((message) => state.lifecycle.message(message, now))
        }),
      inbox: ({ query }) => look({ emulator, settle, state }, query),
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
      codes: () =>
        Effect.succeed(DeliveryCode.all.map(({ code, meaning, meaningKo }) => ({ code, meaning, meaningKo }))),
      faults: () => Effect.all({ pending: emulator.faults.pending, applied: emulator.faults.applied }),
      addFault: ({ payload: { count, fault, operation } }) =>
        emulator.faults.next(operation, count ?? Number.POSITIVE_INFINITY, fault),
      randomFaults: ({ payload }) => emulator.faults.random(payload),
      clearFaults: () => emulator.faults.clear,
      setOutcome: ({ params, payload }) => emulator.setOutcome(params.recipient, payload.code),
      setOutcomeByContent: ({ payload }) => emulator.setOutcomeByContent(payload),
      setReservationOutcome: ({ params, payload }) =>
        Effect.gen(function*() {
          if (!(yield* emulator.setReservationOutcome(params.requestId, payload.outcome))) return yield* new Unknown()
        }),
      optOut: ({ params }) => emulator.optOut(params.recipient),
      setClockOffset: ({ payload }) => emulator.setClockOffset(payload.offsetMillis),
      seedPast: ({ payload }) => emulator.seedPast(payload),
      reset: () => emulator.reset
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

// The page and its parts come from here and talk to here alone.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const fresh = { "cache-control": "no-store", "x-content-type-options": "nosniff" }

const inbox = Layer.mergeAll(
  HttpRouter.add(
    "GET",
    "/",
    HttpServerResponse.text(InboxPage.html, {
      contentType: "text/html; charset=utf-8",
      headers: { ...fresh, "content-security-policy": contentSecurityPolicy, "referrer-policy": "no-referrer" }
    })
  ),
  HttpRouter.add(
    "GET",
    "/__emulator/inbox.css",
    HttpServerResponse.text(InboxPage.css, { contentType: "text/css; charset=utf-8", headers: fresh })
  ),
  HttpRouter.add(
    "GET",
    "/__emulator/inbox.js",
    HttpServerResponse.text(InboxPage.script, { contentType: "text/javascript; charset=utf-8", headers: fresh })
  )
)

const pictures = (emulator: Service) =>
  HttpRouter.add(
    "GET",
    "/__emulator/files/:fileId",
    Effect.gen(function*() {
      const { fileId } = yield* HttpRouter.params
      return Option.match(yield* emulator.file(fileId ?? ""), {
        onNone: () => HttpServerResponse.empty({ status: 404 }),
        onSome: ({ body }) => HttpServerResponse.uint8Array(body, { contentType: "image/jpeg", headers: fresh })
      })
    })
  )

const layer = (parts: Parts) =>
  Layer.mergeAll(
    HttpApiBuilder.layer(ControlApi, { openapiPath: "/__emulator/openapi.json" }).pipe(
      Layer.provide(control(parts)),
      Layer.provide(requests)
    ),
    HttpRouter.add("GET", "/openapi.json", Effect.sync(() => HttpServerResponse.jsonUnsafe(OpenApi.fromApi(SensApi)))),
    HttpApiScalar.layer(SensApi, { path: "/docs", scalar: { withDefaultFonts: false } }),
    inbox,
    pictures(parts.emulator)
  ).pipe(Layer.provide(HttpServer.layerServices))

/** The largest body that the control API reads. */
const maxControlBytes = 1024 * 1024

/** A control body, read within its bounds; the request that is given back no longer needs its connection. */
const bounded = Effect.fnUntraced(function*(request: HttpServerRequest.HttpServerRequest) {
  if (!HttpMethod.isHttpMethod(request.method) || !HttpMethod.hasBody(request.method)) return request
  if (Number(request.headers["content-length"] ?? 0) > maxControlBytes) return undefined
  const body = yield* Effect.provideService(
    request.arrayBuffer,
    HttpServerRequest.MaxBodySize,
    ByteSize.bytes(maxControlBytes)
  ).pipe(Effect.orElseSucceed(() => undefined))
  if (body === undefined || body.byteLength > maxControlBytes) return undefined
  const copy = HttpClientRequest.make(request.method)(`http://emulator${rawTarget(request.originalUrl)}`)
  return HttpServerRequest.fromClientRequest(
    body.byteLength === 0 ? copy : HttpClientRequest.bodyUint8Array(copy, new Uint8Array(body))
  ).modify({ headers: request.headers })
})

/** Built when somebody first asks: most emulators are never looked at. */
export const make = (parts: Parts) =>
  Effect.gen(function*() {
    const context = yield* Effect.context<Scope.Scope>()
    const router = yield* HttpRouter.toHttpEffect(layer(parts)).pipe(
      Effect.map(Routing.recover({
        notFound: () => HttpServerResponse.empty({ status: 404 }),
        failed: (cause) =>
          Routing.isDefect(cause)
            ? Routing.failed(cause)
            : Effect.map(HttpServerError.causeResponse(cause), ([response]) => response)
      })),
      Effect.provideServiceEffect(Layer.CurrentMemoMap, Layer.makeMemoMap),
      // The request that happens to be the first must not stay around for those after it.
      Effect.updateContext((_: Context.Context<never>) => context),
      Effect.cached
    )
    return {
      answer: Effect.gen(function*() {
        const request = yield* bounded(yield* HttpServerRequest.HttpServerRequest)
        if (request === undefined) return Routing.refusal({ code: "430", details: "The request body is too large." })
        return yield* Effect.provideService(
          Effect.flatten(router),
          HttpServerRequest.HttpServerRequest,
          request
        )
      })
    }
  })
