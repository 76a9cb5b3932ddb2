/**
 * What the emulator serves besides the service: the inbox, the documents, and the control API.
 */
import * as ByteSize from "effect/ByteSize"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpMethod from "effect/http/HttpMethod"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Control from "./control.ts"
import * as Docs from "./docs.ts"
import { rawTarget } from "./exchange.ts"
import * as InboxPage from "./inboxPage.ts"
import * as Pictures from "./pictures.ts"
import * as Routing from "./routing.ts"
import { SensApi } from "./sensApi.ts"

/** Whether a target belongs to the emulator itself, and not to the service. */
export const owns = (target: string): boolean =>
  /^\/(?:\?.*)?$|^\/(?:docs|openapi\.json|favicon\.ico)(?:[?/]|$)|^\/__emulator(?:[?/]|$)/.test(target)

// The page and its parts come from here and talk to here alone.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const fresh = { "cache-control": "no-store", "x-content-type-options": "nosniff" }

const icon = HttpServerResponse.text(InboxPage.icon, {
  contentType: "image/svg+xml",
  headers: { ...fresh, "content-security-policy": "default-src 'none'" }
})

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
  ),
  HttpRouter.add("GET", "/__emulator/icon.svg", icon),
  // A browser asks for it by itself, wherever a page names no icon: it is not a request to the service.
  HttpRouter.add("GET", "/favicon.ico", icon)
)

const layer = (parts: Control.Parts) =>
  Layer.mergeAll(
    Control.layer(parts),
    HttpRouter.add("GET", "/openapi.json", Effect.sync(() => HttpServerResponse.jsonUnsafe(OpenApi.fromApi(SensApi)))),
    Docs.layer,
    inbox,
    Pictures.layer(parts.emulator)
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
export const make = (parts: Control.Parts) =>
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
        const response = yield* Effect.provideService(
          Effect.flatten(router),
          HttpServerRequest.HttpServerRequest,
          request
        )
        return Docs.guard(rawTarget(request.originalUrl), response)
      })
    }
  })
