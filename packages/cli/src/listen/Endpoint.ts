/**
 * The receiver of webhooks: takes a POST, and answers with a status.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
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

/** Without redirects: a body with phone numbers goes where it was told to, and nowhere else. */
export const layer = ({ origin, path }: Target.Target): Layer.Layer<Endpoint> =>
  Layer.effect(
    Endpoint,
    Effect.gen(function*() {
      const dispatcher = yield* NodeHttpClient.Dispatcher
      return {
        post: Effect.fnUntraced(function*(headers, body) {
          const { body: answer, statusCode } = yield* Effect.tryPromise({
            try: (signal) =>
              dispatcher.request({
                origin,
                path,
                method: "POST",
                headers: {
                  "content-type": "application/json",
                  "user-agent": `effect-sens/${version}`,
                  ...headers
                },
                body,
                signal,
                // Whoever calls has a clock of his own.
                headersTimeout: 0,
                bodyTimeout: 0
              }),
            catch: (cause) => new Unreachable({ why: whyOf(cause) })
          })
          // What is read to its end leaves the connection for the next; nobody waits for what does not end.
          yield* Effect.tryPromise((signal) => answer.dump({ limit: 65_536, signal })).pipe(
            Effect.timeout("1 second"),
            Effect.catchCause(() => Effect.sync(() => void answer.destroy()))
          )
          return statusCode
        })
      }
    })
  ).pipe(Layer.provide(NodeHttpClient.layerDispatcher))
