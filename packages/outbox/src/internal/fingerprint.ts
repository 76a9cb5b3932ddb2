/**
 * What tells requests apart without saying what is in them. A plain hash of a phone number could be guessed, so these are keyed with
 * a random key of the database.
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Signer from "@effect-sens/http/Signer"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import type * as SqlError from "effect/sql/SqlError"
import type * as Store from "./store.ts"

/** What the delivery log shows of a request: sender, numbers and texts, whatever the order of the recipients. */
const visible = ({ content, from, messages, ...rest }: SendRequest.Normalized): unknown => [
  from,
  rest.countryCode ?? "82",
  messages.map((recipient) => JSON.stringify([recipient.to, recipient.content ?? content])).toSorted()
]

/** A request with its fields in one order, whichever they were written in. */
const canonical = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(canonical)
    : typeof value === "object" && value !== null
    ? Object.entries(value).filter(([, field]) => field !== undefined).toSorted(([a], [b]) => a < b ? -1 : 1).map((
      [name, field]
    ) => [name, canonical(field)])
    : value

/**
 * Of a request to a service.
 *
 * @internal
 */
export type Fingerprint = (service: string, request: SendRequest.Normalized) => Effect.Effect<string>

/**
 * @internal
 */
export interface Fingerprints {
  readonly digest: Fingerprint
  readonly twin: Fingerprint
}

/**
 * Prepares the key, and gives what computes `digest`, the same for a request that is the same, and `twin`, the same where the
 * delivery log could not tell two requests apart.
 *
 * @internal
 */
export const make = Effect.fnUntraced(function*(
  store: Store.Store
): Effect.fn.Return<Fingerprints, SqlError.SqlError> {
  const offer = Base64.encode(SecureRandom.randomBytesUnsafe(32))
  const key = yield* store.meta("key", offer)
  const sign = yield* (yield* Signer.Signer).withKey(Redacted.make(key, { label: "outbox key" }))
  const digest: Fingerprint = (service, request) => sign(`digest ${JSON.stringify([service, canonical(request)])}`)
  const twin: Fingerprint = (service, request) => sign(`twin ${JSON.stringify([service, visible(request)])}`)
  return { digest, twin }
})
