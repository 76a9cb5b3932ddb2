/**
 * The receiver of webhooks: takes a POST, and answers with a status.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
// @effect-diagnostics-next-line nodeBuiltinImport:off (an `HttpClient` reads the URL and writes it anew)
import type { IncomingMessage } from "node:http"
import { version } from "../Version.ts"
import type * as Target from "./Target.ts"
import type * as WebhookSignature from "./WebhookSignature.ts"

/** Nothing was answered. `why` is a word such as `ECONNREFUSED`, never a part of the URL. */
export class Unreachable
  extends Schema.TaggedError<Unreachable>("effect-sens/listen/Endpoint/Unreachable")("Unreachable", {
    why: Schema.String
  })
{}

export interface Service {
  /** The status that was answered. It takes as long as the endpoint does. */
  readonly post: (headers: WebhookSignature.Headers, body: string) => Effect.Effect<number, Unreachable>
}

export class Endpoint extends Context.Service<Endpoint, Service>()("effect-sens/listen/Endpoint") {}

const whyOf = (cause: unknown): string => {
  // Of several addresses of a name each has failed for a reason of its own.
  const error = cause instanceof AggregateError ? cause.errors[0] as unknown : cause
  if (Predicate.hasProperty(error, "code") && typeof error.code === "string") return error.code
  return error instanceof Error ? error.name : "Error"
}

// Hangs on no open connection, nor on one that the other side has closed.
const agentOf = (protocol: string) =>
  Effect.acquireRelease(
    Effect.map(
      Effect.promise(() => protocol === "https:" ? import("node:https") : import("node:http")),
      ({ Agent, request }) => ({ agent: new Agent({ keepAlive: true }), request })
    ),
    ({ agent }) => Effect.sync(() => agent.destroy())
  )

/** Without redirects: a body with phone numbers goes where it was told to, and nowhere else. */
export const layer = ({ origin, path }: Target.Target): Layer.Layer<Endpoint> =>
  Layer.effect(
    Endpoint,
    Effect.gen(function*() {
      const { hostname, port, protocol } = new URL(origin)
      const { agent, request } = yield* agentOf(protocol)
      const place = { agent, protocol, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, path }

      const answer = (headers: WebhookSignature.Headers, body: string) =>
        Effect.callback<IncomingMessage, Unreachable>((resume) => {
          const sent = request({
            ...place,
            method: "POST",
            headers: {
              "content-type": "application/json",
              "content-length": Buffer.byteLength(body),
              "user-agent": `effect-sens/${version}`,
              ...headers
            }
          })
          // Whoever has given up waiting hears of it no more, but an error that nobody hears ends the process.
          sent.on("error", (cause) => resume(Effect.fail(new Unreachable({ why: whyOf(cause) }))))
          sent.once("response", (response) => resume(Effect.succeed(response)))
          sent.end(body)
          return Effect.sync(() => sent.destroy())
        })

      // What is read to its end leaves the connection for the next; nobody waits for what does not end.
      const drained = (response: IncomingMessage) =>
        Effect.callback<void>((resume) => {
          response.on("error", () => resume(Effect.void)).once("close", () => resume(Effect.void)).resume()
          return Effect.sync(() => response.destroy())
        }).pipe(Effect.timeoutOption("1 second"))

      return {
        post: Effect.fnUntraced(function*(headers, body) {
          const response = yield* answer(headers, body)
          yield* drained(response)
          return response.statusCode ?? 0
        })
      }
    })
  )
