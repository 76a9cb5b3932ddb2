/**
 * How numbers and texts stand in the database.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Outbox from "../Outbox.ts"

/**
 * As they are.
 *
 * @internal
 */
export const plain: Outbox.PayloadCodec = { encode: Effect.succeed, decode: Effect.succeed }

// What a codec says may hold what it was given.
const silent = (effect: Effect.Effect<string, Error>, what: string): Effect.Effect<string> =>
  Effect.catchCause(effect, (cause) =>
    Cause.hasInterrupts(cause)
      ? Effect.interrupt
      : Effect.die(new Error(`The codec of the outbox's payload cannot ${what} a request`)))

/**
 * A codec that shows nothing where it fails.
 *
 * @internal
 */
export const make = ({ decode, encode }: Outbox.PayloadCodec) => ({
  encode: (text: string) => silent(Effect.suspend(() => encode(text)), "encode"),
  decode: (text: string) => silent(Effect.suspend(() => decode(text)), "decode")
})

/**
 * @internal
 */
export type Payload = ReturnType<typeof make>
