/**
 * One POST of a send, as it can be written down before it goes out, so that a process that dies leaves something to ask
 * about.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ServiceId from "./ServiceId.ts"

// Within what a date can be.
const Millis = Schema.Int.check(Schema.isBetween({ minimum: -8_640_000_000_000_000, maximum: 8_640_000_000_000_000 }))

/**
 * What is known of one POST before it goes out. It holds no secret, no phone number and no text, turns into JSON and back, and
 * is for one POST: whoever keeps it keeps the request beside it. All times are milliseconds since 1970.
 *
 * **Example** (Kept as JSON)
 *
 * ```ts import.meta.vitest
 * import * as SendIntent from "@effect-sens/core/SendIntent"
 * import * as Schema from "effect/Schema"
 *
 * const kept = "{\"serviceId\":\"ncp:sms:kr:000000000000:demo\",\"timestamp\":1767225600000,\"preparedAt\":1767225600000,\"notBefore\":1767225598000,\"expires\":1767225900000}"
 * const intent = Schema.decodeUnknownSync(Schema.fromJsonString(SendIntent.SendIntent))(kept)
 *
 * (intent.expires - intent.timestamp) / 60_000 // => 5
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendIntent = Schema.Struct({
  /** The SMS service that the POST goes to. */
  serviceId: ServiceId.ServiceId,
  /** What the POST is signed with. */
  timestamp: Millis,
  /**
   * When it was prepared, by the clock of this machine, or of its database. No two intents of a client have both this and
   * `timestamp` in common.
   */
  preparedAt: Millis,
  /** The gateway's time before which it cannot have been accepted, less two seconds. */
  notBefore: Millis,
  /** The fence: the gateway's time after which it refuses the timestamp. */
  expires: Millis
})

/**
 * What is known of one POST before it goes out.
 *
 * @category models
 * @since 0.1.0
 */
export interface SendIntent extends Schema.Schema.Type<typeof SendIntent> {}
