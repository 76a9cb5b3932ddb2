/**
 * HMAC-SHA256 by Node.js itself, ten times as fast as WebCrypto for texts as short as these. For Node.js alone; the other
 * modules of this package use no Node built-in.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
// @effect-diagnostics-next-line nodeBuiltinImport:off (what this module is for)
import { createHmac, createSecretKey } from "node:crypto"
import * as Signer from "./Signer.ts"

/**
 * Signs by `node:crypto`, with a key that is prepared once.
 *
 * **Example** (A client that signs natively)
 *
 * ```ts import.meta.vitest
 * import * as NodeSigner from "@effect-sens/http/NodeSigner"
 * import * as Signature from "@effect-sens/http/Signature"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const signature = await Signature.sign({
 *   method: "GET",
 *   target: "/cluster/kubeconfig",
 *   timestamp: 1668407407855,
 *   accessKey: Redacted.make("access"),
 *   secretKey: Redacted.make("secret")
 * }).pipe(Effect.provide(NodeSigner.layer), Effect.runPromise)
 *
 * signature // => "LTJli9+OKT2KvUXxiKslMfu5FIOmDN83avehOvgUFp0="
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.succeed(Signer.Signer, {
  withKey: (secretKey) =>
    Effect.sync(() => {
      const key = createSecretKey(Redacted.value(secretKey), "utf8")
      return (text) => Effect.sync(() => createHmac("sha256", key).update(text).digest("base64"))
    })
})
