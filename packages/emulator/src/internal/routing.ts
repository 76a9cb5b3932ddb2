/**
 * What becomes of a request that a router could not serve.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"

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
