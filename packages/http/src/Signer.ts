/**
 * HMAC-SHA256, as a service, so that a program can choose who computes it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/**
 * Computes the Base64 form of the HMAC-SHA256 of a text.
 *
 * @category models
 * @since 0.1.0
 */
export type Sign = (text: string) => Effect.Effect<string>

/**
 * Prepares a secret key once, for many signatures. An empty key is a defect.
 *
 * @category services
 * @since 0.1.0
 */
export interface Service {
  /** Prepares a key; what it gives signs texts with it. */
  readonly withKey: (secretKey: Redacted.Redacted) => Effect.Effect<Sign>
}

const utf8 = new TextEncoder()

/**
 * Builds the service on `effect/crypto/Mac`.
 *
 * **Example** (By the crypto of the program)
 *
 * ```ts import.meta.vitest
 * import * as Signer from "@effect-sens/http/Signer"
 * import * as Mac from "effect/crypto/Mac"
 * import * as SecureRandom from "effect/crypto/SecureRandom"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const program = Effect.gen(function*() {
 *   const signer = yield* Signer.make
 *   const sign = yield* signer.withKey(Redacted.make("key"))
 *   return yield* sign("The quick brown fox jumps over the lazy dog")
 * })
 * const crypto = Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))
 *
 * await Effect.runPromise(Effect.provide(program, crypto)) // => "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Service, never, Mac.Mac> = Effect.map(Mac.Mac, (mac) => ({
  withKey: (secretKey) =>
    Effect.map(
      Effect.orDie(Mac.key(Mac.hmacSha256, utf8.encode(Redacted.value(secretKey)))),
      (key): Sign => (text) => Effect.orDie(Effect.map(mac.sign(key, utf8.encode(text)), Base64.encode))
    )
}))

const webCrypto = Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))

/**
 * Who signs. By default WebCrypto, which every runtime has.
 *
 * @category services
 * @since 0.1.0
 */
export const Signer: Context.Reference<Service> = Context.Reference<Service>("@effect-sens/http/Signer", {
  defaultValue: () => ({
    withKey: (secretKey) => Effect.flatMap(make, (signer) => signer.withKey(secretKey)).pipe(Effect.provide(webCrypto))
  })
})

/**
 * Signs with the `Mac` of the program, such as `NodeCrypto.layer`'s.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never, never, Mac.Mac> = Layer.effect(Signer, make)
