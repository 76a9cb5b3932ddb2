/**
 * The record of every request that reached the emulator, and of what became of it.
 *
 * It is meant for the developer who sent them, so it shows targets and bodies as they came.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SignatureLog from "./SignatureLog.ts"

/**
 * The operations of the service.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Operation = Schema.Literals([
  "send",
  "search",
  "result",
  "upload",
  "reservationStatus",
  "reservationCancel",
  "unsubscribesSearch",
  "unsubscribesRegister",
  "unsubscribesRemove"
])

/**
 * The operations of the service.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation = typeof Operation.Type

/**
 * What became of a request: a send was accepted, a question was answered, it was refused, and why, or a fault kept the
 * emulator from looking at it. `signature` is what was wrong with its signature, where that is why.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Verdict = Schema.TaggedUnion({
  Accepted: { requestId: Schema.String, recipients: Schema.Int },
  Answered: {},
  Refused: { why: Schema.Array(Schema.String), signature: Schema.optionalKey(SignatureLog.Problem) },
  Faulted: {}
})

/**
 * What became of a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict = typeof Verdict.Type

/**
 * How many characters of a body the ledger keeps.
 *
 * @category constants
 * @since 0.1.0
 */
export const bodyLimit = 4096

/**
 * One request.
 *
 * **Details**
 *
 * `index` counts from 0 and goes on when old entries are dropped, so the last entry tells how many requests there were.
 * `target` is the raw request target. `body` holds the first {@link bodyLimit} characters of a send. `millis` is how many
 * milliseconds the answer took by the clock of the emulator. The reasons of a refused signature are those of the signature log, which the
 * client does not get to see. `status` is 0 where the client got no answer. `faults` names what was scripted for the request;
 * a request that was looked at only after its connection had gone has a second entry, `late`.
 *
 * **Example** (A request that was refused)
 *
 * ```ts import.meta.vitest
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const program = Effect.gen(function*() {
 *   const emulator = yield* Emulator.Emulator
 *   yield* HttpClient.get("https://sens.apigw.ntruss.com/sms/v2/services/x/messages?requestId=1")
 *   const entries = yield* emulator.ledger
 *   return entries.map(({ index, operation, status, verdict }) => [index, operation, status, verdict._tag])
 * })
 *
 * await Effect.runPromise(Effect.provide(program, EmulatorClient.layer())) // => [[0, "search", 401, "Refused"]]
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entry = Schema.Struct({
  index: Schema.Int,
  at: Schema.DateTimeUtc,
  method: Schema.String,
  target: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.String,
  operation: Schema.optionalKey(Operation),
  traceId: Schema.String,
  status: Schema.Int,
  millis: Schema.Int,
  verdict: Verdict,
  faults: Schema.optionalKey(Schema.Array(Schema.String)),
  late: Schema.optionalKey(Schema.Literal(true))
})

/**
 * One request.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = typeof Entry.Type
