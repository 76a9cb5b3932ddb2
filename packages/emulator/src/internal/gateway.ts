/**
 * The way every request takes, whatever transport it came by: this is the one place where the emulator can answer, keep
 * silent, or come too late.
 */
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Ledger from "../Ledger.ts"
import { SensApi } from "../SensApi.ts"
import * as ServiceError from "../ServiceError.ts"
import { Exchange, makeNotes, type Notes, rawTarget } from "./exchange.ts"
import * as Handlers from "./handlers.ts"
import type { State } from "./state.ts"

export type Handler = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

const refuse = (notes: Notes, error: { readonly code: ServiceError.GatewayCode; readonly details?: string }) => {
  const body = ServiceError.gatewayBody(error)
  notes.verdict = { _tag: "Refused", why: [body.details ?? body.message] }
  return HttpServerResponse.jsonUnsafe({ error: body }, { status: ServiceError.gatewayErrors[error.code].status })
}

const isRouteNotFound = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

// The service is exact about its paths; ids may be longer than the router would have parameters.
const routerConfig = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  maxParamLength: 1024
}

const withoutFailures = (cause: Cause.Cause<unknown>): Effect.Effect<never> =>
  Effect.failCause(Cause.fromReasons(cause.reasons.filter(Cause.isInterruptReason)))

const routes = (state: State) =>
  HttpApiBuilder.layer(SensApi, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(Handlers.layer(state)),
    Layer.provide(HttpServer.layerServices)
  )

export const make = (state: State): Effect.Effect<Handler, never, Scope.Scope> => {
  const maxBodySize = ByteSize.bytes(state.maxBodyBytes)
  return HttpRouter.toHttpEffect(routes(state)).pipe(
    Effect.provideService(HttpRouter.RouterConfig, routerConfig),
    // A program around may have built a router of its own, which a shared map would hand to us.
    Effect.provideServiceEffect(Layer.CurrentMemoMap, Layer.makeMemoMap),
    Effect.map((router): Handler =>
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const at = yield* Clock.currentTimeMillis
        const notes = makeNotes()
        const traceId = state.ids().traceId()

        const response = yield* router.pipe(
          Effect.provideService(Exchange, notes),
          Effect.provideService(HttpServerRequest.MaxBodySize, maxBodySize),
          Effect.catchCause((cause) => {
            if (Cause.hasInterruptsOnly(cause)) return withoutFailures(cause)
            if (cause.reasons.some((reason) => Cause.isFailReason(reason) && isRouteNotFound(reason.error))) {
              return Effect.succeed(refuse(notes, { code: "300", details: "URL not found." }))
            }
            return Effect.as(Effect.logError("The emulator failed", cause), refuse(notes, { code: "900" }))
          })
        )

        const answered = yield* Clock.currentTimeMillis
        const entry: Ledger.Entry = {
          index: state.ledger.total(),
          at: DateTime.makeUnsafe(at),
          method: request.method,
          target: rawTarget(request.originalUrl),
          headers: { ...request.headers },
          body: notes.body,
          ...(notes.operation === undefined ? undefined : { operation: notes.operation }),
          traceId,
          status: response.status,
          millis: Math.round(answered - at),
          verdict: notes.verdict ?? { _tag: "Answered" }
        }
        state.ledger.push(entry)
        yield* state.onRequest(entry)
        return HttpServerResponse.setHeaders(response, {
          date: DateTime.toDateUtc(DateTime.makeUnsafe(answered)).toUTCString(),
          "x-ncp-trace-id": traceId
        })
      })
    )
  )
}
