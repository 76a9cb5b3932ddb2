/**
 * What stands in the bundle in place of the page of the emulator's documents, whose script is larger than all else together: the way
 * to the document itself. `@effect-sens/emulator` has the page.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

export const layer = HttpRouter.use((router) =>
  router.add("GET", "/docs", Effect.succeed(HttpServerResponse.redirect("/openapi.json")))
)

/** A redirect needs no policy. */
export const guard = (
  _target: string,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => response
