/**
 * Why the signatures of requests were refused.
 *
 * The service itself says only "Invalid authentication information.". The emulator knows the secret key, so it can say what
 * should have been signed, and often what was signed instead.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What was wrong with the authentication of a request.
 *
 * **Details**
 *
 * - `HeadersMissing`: which of the three headers did not come
 * - `UnknownAccessKey`: no account has this access key
 * - `SignatureMismatch`: `expectedToSign` is the string that the signature must cover; `mistake` names what was signed instead,
 *   when one of the usual mistakes explains the signature that came, and `signedInstead` is that string
 * - `TimestampMalformed`: the signature is right, the timestamp is not a decimal number of milliseconds
 * - `TimestampRefused`: the signature is right, but its timestamp is too far from the emulator's clock; a positive
 *   `offsetMillis` means that the client's clock is ahead
 *
 * @category schemas
 * @since 0.1.0
 */
export const Problem = Schema.TaggedUnion({
  HeadersMissing: { headers: Schema.Array(Schema.String) },
  UnknownAccessKey: { accessKey: Schema.String },
  SignatureMismatch: {
    expectedToSign: Schema.String,
    expectedSignature: Schema.String,
    receivedSignature: Schema.String,
    mistake: Schema.optionalKey(Schema.String),
    signedInstead: Schema.optionalKey(Schema.String)
  },
  TimestampMalformed: { timestamp: Schema.String },
  TimestampRefused: { timestamp: Schema.String, offsetMillis: Schema.Int, toleranceMillis: Schema.Int }
})

/**
 * What was wrong with the authentication of a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = typeof Problem.Type

/**
 * One refused signature.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entry = Schema.Struct({
  at: Schema.DateTimeUtc,
  method: Schema.String,
  target: Schema.String,
  problem: Problem
})

/**
 * One refused signature.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = typeof Entry.Type

/**
 * Says in a sentence what was wrong.
 *
 * **Example** (A caller nobody knows)
 *
 * ```ts import.meta.vitest
 * import * as SignatureLog from "@effect-sens/emulator/SignatureLog"
 *
 * SignatureLog.explain({ _tag: "UnknownAccessKey", accessKey: "nobody" }) // => "no account has the access key \"nobody\""
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const explain = (problem: Problem): string =>
  Problem.match(problem, {
    HeadersMissing: ({ headers }) => `missing: ${headers.join(", ")}`,
    UnknownAccessKey: ({ accessKey }) => `no account has the access key ${JSON.stringify(accessKey)}`,
    SignatureMismatch: ({ expectedToSign, mistake, signedInstead }) =>
      `the signature must cover ${JSON.stringify(expectedToSign)}` +
      (mistake === undefined ? "" : `; ${mistake}: it covers ${JSON.stringify(signedInstead)}`),
    TimestampMalformed: ({ timestamp }) =>
      `the timestamp ${JSON.stringify(timestamp)} is no decimal number of milliseconds since 1970`,
    TimestampRefused: ({ offsetMillis, toleranceMillis }) =>
      `the timestamp is ${Math.abs(offsetMillis)} ms ${
        offsetMillis > 0 ? "ahead of" : "behind"
      } the gateway's clock, which tolerates ${toleranceMillis} ms`
  })
