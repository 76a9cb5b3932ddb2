/**
 * The three headers of Standard Webhooks: an id by which a receiver knows what it had already, the time of the attempt, and a signature
 * of both and the body by each secret.
 *
 * @since 0.1.0
 */
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Mac from "effect/crypto/Mac"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as WebhookSecret from "./WebhookSecret.ts"

export interface Headers {
  readonly "webhook-id": string
  readonly "webhook-timestamp": string
  readonly "webhook-signature": string
}

export interface Service {
  /** The headers of an attempt that is made now. */
  readonly sign: (id: string, body: string) => Effect.Effect<Headers>
}

export class WebhookSignature
  extends Context.Service<WebhookSignature, Service>()("effect-sens/listen/WebhookSignature")
{}

const utf8 = new TextEncoder()

export const make = Effect.fnUntraced(function*(
  secrets: WebhookSecret.WebhookSecrets
): Effect.fn.Return<Service, never, Mac.Mac> {
  const mac = yield* Mac.Mac
  const keys = yield* Effect.orDie(
    Effect.forEach(secrets, ({ bytes }) => Mac.key(Mac.hmacSha256, Redacted.value(bytes)))
  )
  return {
    sign: Effect.fnUntraced(function*(id, body) {
      const timestamp = String(Math.floor((yield* Clock.currentTimeMillis) / 1000))
      const signed = utf8.encode(`${id}.${timestamp}.${body}`)
      const tags = yield* Effect.orDie(Effect.forEach(keys, (key) => mac.sign(key, signed)))
      return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": tags.map((tag) => `v1,${Base64.encode(tag)}`).join(" ")
      }
    })
  }
})

export const layer = (secrets: WebhookSecret.WebhookSecrets): Layer.Layer<WebhookSignature> =>
  Layer.effect(WebhookSignature, make(secrets)).pipe(Layer.provide(NodeCrypto.layer))
