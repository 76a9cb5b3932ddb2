import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Aead from "effect/crypto/Aead"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() }
const algorithm = Aead.xchacha20Poly1305

/** Encrypts numbers and texts with a key of 32 bytes, in Base64, from where secrets are kept. */
const make = Effect.fn(function*(secret: Redacted.Redacted) {
  const aead = yield* Aead.Aead
  const random = yield* SecureRandom.SecureRandom
  const key = yield* Aead.key(algorithm, yield* Effect.fromResult(Base64.decode(Redacted.value(secret))))
  const payload: Outbox.PayloadCodec = {
    // Its nonce is long enough to be drawn anew for each, and stands before what is encrypted.
    encode: Effect.fnUntraced(function*(text) {
      const nonce = yield* random.randomBytes(algorithm.nonceLength)
      const encrypted = yield* aead.encrypt(key, utf8.encode.encode(text), { nonce })
      return Base64.encode(Uint8Array.of(...nonce, ...encrypted))
    }),
    decode: Effect.fnUntraced(function*(text) {
      const bytes = yield* Effect.fromResult(Base64.decode(text))
      const nonce = bytes.subarray(0, algorithm.nonceLength)
      return utf8.decode.decode(yield* aead.decrypt(key, bytes.subarray(algorithm.nonceLength), { nonce }))
    })
  }
  return yield* Outbox.make({ payload })
})

export const layer = (secret: Redacted.Redacted) =>
  Layer.effect(Outbox.Outbox, make(secret)).pipe(
    Layer.provide(Aead.layerWebCrypto),
    Layer.provide(SecureRandom.layerWebCrypto)
  )
