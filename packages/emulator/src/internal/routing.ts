/**
 * What becomes of a request that no router sees, or that a router could not serve.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ServiceError from "./serviceError.ts"

const isRouteNotFound = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

const withoutFailures = (cause: Cause.Cause<unknown>): Effect.Effect<never> =>
  Effect.failCause(Cause.fromReasons(cause.reasons.filter(Cause.isInterruptReason)))

/** Answers where the path is nobody's, and where the emulator itself failed. */
export const recover = (options: {
  readonly notFound: () => HttpServerResponse.HttpServerResponse
  readonly failed: (cause: Cause.Cause<unknown>) => Effect.Effect<HttpServerResponse.HttpServerResponse>
}) =>
<E, R>(router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.catchCause(router, (cause) => {
    if (Cause.hasInterruptsOnly(cause)) return withoutFailures(cause)
    if (cause.reasons.some((reason) => Cause.isFailReason(reason) && isRouteNotFound(reason.error))) {
      return Effect.sync(options.notFound)
    }
    return options.failed(cause)
  })

/** An answer in the shape of the gateway. */
export const refusal = (error: {
  readonly code: ServiceError.GatewayCode
  readonly details?: string
}): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(
    { error: ServiceError.gatewayBody(error) },
    { status: ServiceError.gatewayErrors[error.code].status }
  )

/** Whether the emulator itself is at fault. */
export const isDefect = (cause: Cause.Cause<unknown>): boolean => cause.reasons.some(Cause.isDieReason)

/** What is answered where the emulator itself failed. */
export const failed = (cause: Cause.Cause<unknown>): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.as(Effect.logError("The emulator failed", cause), refusal({ code: "900" }))

const hostOf = (request: HttpServerRequest.HttpServerRequest): string | undefined =>
  request.headers["host"] ?? /^https?:\/\/([^/?#]*)/i.exec(request.originalUrl)?.[1]

/**
 * Whether a page of another origin makes the request, which must not script the emulator behind the back of who runs it. A
 * browser that says nothing of its fetches says at least the origin of those that change something.
 */
export const isForeign = (request: HttpServerRequest.HttpServerRequest): boolean => {
  const { headers } = request
  const site = headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none") return true
  const origin = headers["origin"]
  if (origin === undefined) return false
  return !/^https?:\/\//.test(origin) || origin.replace(/^https?:\/\//, "") !== hostOf(request)
}

const signing = ["x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2"]

/**
 * Whether a browser makes the request, and says nothing of where it comes from: a picture or a script of a page, asked of a server
 * that has a name on a network and no TLS. A page cannot sign such a request, and no library calls itself Mozilla.
 */
export const isAnonymousPage = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  headers["sec-fetch-site"] === undefined && headers["origin"] === undefined &&
  /^Mozilla\/\d/.test(headers["user-agent"] ?? "") && signing.every((name) => headers[name] === undefined)

const pages = /^\/(?:\?.*)?$|^\/(?:docs|openapi\.json)(?:[?/]|$)/

/** Whether the request follows a link to a page of the emulator, which anybody may set. */
export const isLink = (request: HttpServerRequest.HttpServerRequest, target: string): boolean =>
  request.method === "GET" && request.headers["sec-fetch-mode"] === "navigate" && pages.test(target)
