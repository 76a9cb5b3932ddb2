/**
 * What can go wrong between a client and the service, on demand.
 *
 * A fault is data, so the same one can be scripted in the process (`emulator.faults`), over the control API, and by hand from
 * the inbox. Every transport of the emulator shows all of them: the socket-less client as the errors that a socket would
 * give, under whatever clock the test runs; the web handler as `fetch` does, by a promise that rejects or never settles;
 * the server on a port by doing it to the connection.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Ledger from "./Ledger.ts"

const Millis = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * A fault.
 *
 * **Details**
 *
 * What shows in place of the answer:
 *
 * - `TooManyRequests`: 429, with a code of the gateway (`400` quota, `410` throttle, `420` rate) or, without one, as SENS
 *   itself would say it; `retryAfter` is the header's text. Nothing is accepted
 * - `ServerError`: 408, 500, 502, 503 or 504, before the request was looked at, or after it was `accepted`
 * - `Redirect`: a 3xx to `location`. Nothing is accepted
 * - `SaysFailed`: the HTTP status of success with a body that says failed
 * - `Unreadable`: the HTTP status of success with JSON that breaks off, with HTML, or with no body
 * - `Flood`: the HTTP status of success with a body of that many bytes and no announced length
 * - `ClockSkew`: 401, as when the clocks differ; `Date` is off by `offsetMillis` on this answer
 * - `EmptyNotFound`: 404 with no body
 * - `Refused`: no connection, so it is certain that nothing was sent. See `EmulatorServer` for ports
 * - `Reset`: the connection breaks after the request was read, before or after it was `accepted`; `code` is what the
 *   socket-less client and the web handler report
 * - `Silence`: no answer ever, whether the request was `accepted` or not
 * - `AcceptedLater`: reset or silence at once; the request is looked at only `afterMillis` later, as if its bytes had been
 *   stuck on the way. Its signature is checked then, by the clock of then
 *
 * What goes along with the answer, whichever it is:
 *
 * - `Slow`: a delay before the request is looked at and one before it is answered. A client that has gone meanwhile does not
 *   stop the first
 * - `WrongDate`: the `Date` header is off; `NoDate`: there is none
 *
 * @category schemas
 * @since 0.1.0
 */
export const Fault = Schema.TaggedUnion({
  TooManyRequests: {
    code: Schema.optionalKey(Schema.Literals(["400", "410", "420"])),
    retryAfter: Schema.optionalKey(Schema.String)
  },
  ServerError: { status: Schema.Literals([408, 500, 502, 503, 504]), accepted: Schema.Boolean },
  Redirect: { status: Schema.Literals([301, 302, 303, 307, 308]), location: Schema.String },
  SaysFailed: { statusCode: Schema.String, accepted: Schema.Boolean },
  Unreadable: { body: Schema.Literals(["brokenJson", "html", "empty"]), accepted: Schema.Boolean },
  Flood: { bytes: Schema.Natural, accepted: Schema.Boolean },
  ClockSkew: { offsetMillis: Schema.Int },
  EmptyNotFound: {},
  Refused: {},
  Reset: { accepted: Schema.Boolean, code: Schema.String },
  Silence: { accepted: Schema.Boolean },
  AcceptedLater: { afterMillis: Millis, first: Schema.Literals(["Reset", "Silence"]) },
  Slow: { beforeMillis: Millis, afterMillis: Millis },
  WrongDate: { offsetMillis: Schema.Int },
  NoDate: {}
})

/**
 * A fault.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

const millis = (duration: Duration.Input | undefined): number =>
  Math.round(Duration.toMillis(Duration.fromInputUnsafe(duration ?? 0)))

/**
 * 429. Nothing is accepted.
 *
 * **Example** (A throttle that says how long to wait)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.tooManyRequests({ code: "410", retryAfter: "2" })._tag // => "TooManyRequests"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooManyRequests = (options?: {
  /** The code of the gateway; without it the answer is that of SENS itself. */
  readonly code?: "400" | "410" | "420" | undefined
  /** The `Retry-After` header, seconds or an HTTP date; without it there is none. */
  readonly retryAfter?: string | number | undefined
}): Fault => ({
  _tag: "TooManyRequests",
  ...(options?.code === undefined ? undefined : { code: options.code }),
  ...(options?.retryAfter === undefined ? undefined : { retryAfter: String(options.retryAfter) })
})

/**
 * 408, 500 (default), 502, 503 or 504; before acceptance unless `accepted`.
 *
 * **Example** (Accepted, and yet a 503)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.serverError({ status: 503, accepted: true }) // => { _tag: "ServerError", status: 503, accepted: true }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const serverError = (options?: {
  /** The HTTP status; 500 unless given. */
  readonly status?: 408 | 500 | 502 | 503 | 504 | undefined
  /** Whether the request was accepted all the same; not by default. */
  readonly accepted?: boolean | undefined
}): Fault => ({ _tag: "ServerError", status: options?.status ?? 500, accepted: options?.accepted ?? false })

/**
 * A redirect, 307 unless another status is given. Nothing is accepted.
 *
 * **Example** (To another host)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.redirect({ location: "https://example.com/" }) // => { _tag: "Redirect", status: 307, location: "https://example.com/" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const redirect = (options: {
  /** Where it leads. */
  readonly location: string
  /** The HTTP status; 307 unless given. */
  readonly status?: 301 | 302 | 303 | 307 | 308 | undefined
}): Fault => ({ _tag: "Redirect", status: options.status ?? 307, location: options.location })

/**
 * A success by its HTTP status whose body says failed; nothing is accepted unless `accepted`.
 *
 * **Example** (Refused under a 202)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.saysFailed({ statusCode: "429" }) // => { _tag: "SaysFailed", statusCode: "429", accepted: false }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const saysFailed = (options?: {
  /** The `statusCode` in the body; `"500"` unless given. */
  readonly statusCode?: string | undefined
  /** Whether the request was accepted all the same; not by default. */
  readonly accepted?: boolean | undefined
}): Fault => ({
  _tag: "SaysFailed",
  statusCode: options?.statusCode ?? "500",
  accepted: options?.accepted ?? false
})

/**
 * A success by its HTTP status whose body cannot be read; the request is accepted unless told otherwise.
 *
 * **Example** (JSON that breaks off)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.unreadable() // => { _tag: "Unreadable", body: "brokenJson", accepted: true }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const unreadable = (options?: {
  /** What the body is; `"brokenJson"` unless given. */
  readonly body?: "brokenJson" | "html" | "empty" | undefined
  /** Whether the request was accepted; by default it was. */
  readonly accepted?: boolean | undefined
}): Fault => ({
  _tag: "Unreadable",
  body: options?.body ?? "brokenJson",
  accepted: options?.accepted ?? true
})

/**
 * A success by its HTTP status with a body of that many bytes; the request is accepted unless told otherwise.
 *
 * **Example** (A hundred megabytes)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.flood({ bytes: 100_000_000 }) // => { _tag: "Flood", bytes: 100000000, accepted: true }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const flood = (options: {
  /** How many bytes the body has. */
  readonly bytes: number
  /** Whether the request was accepted; by default it was. */
  readonly accepted?: boolean | undefined
}): Fault => ({
  _tag: "Flood",
  bytes: options.bytes,
  accepted: options.accepted ?? true
})

/**
 * 401, with a `Date` that is off by the offset; 0 is a clock that has healed when the error arrives.
 *
 * **Example** (Ten minutes ahead)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.clockSkew("10 minutes") // => { _tag: "ClockSkew", offsetMillis: 600000 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const clockSkew = (offset?: Duration.Input): Fault => ({ _tag: "ClockSkew", offsetMillis: millis(offset) })

/**
 * 404 with no body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyNotFound: Fault = { _tag: "EmptyNotFound" }

/**
 * No connection: nothing was sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refused: Fault = { _tag: "Refused" }

/**
 * The connection breaks after the request was read; before acceptance unless `accepted`.
 *
 * **Example** (After acceptance)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.reset({ accepted: true }) // => { _tag: "Reset", accepted: true, code: "ECONNRESET" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const reset = (options?: {
  /** Whether the request was accepted; not by default. */
  readonly accepted?: boolean | undefined
  /** What the transport reports; `"ECONNRESET"` unless given. */
  readonly code?: string | undefined
}): Fault => ({ _tag: "Reset", accepted: options?.accepted ?? false, code: options?.code ?? "ECONNRESET" })

/**
 * No answer ever. The request is accepted unless told otherwise.
 *
 * **Example** (Nothing accepted, nothing said)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.silence({ accepted: false }) // => { _tag: "Silence", accepted: false }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const silence = (options?: {
  /** Whether the request was accepted; by default it was. */
  readonly accepted?: boolean | undefined
}): Fault => ({
  _tag: "Silence",
  accepted: options?.accepted ?? true
})

/**
 * The request was accepted, and its answer is lost.
 *
 * @category constructors
 * @since 0.1.0
 */
export const answerLost: Fault = silence()

/**
 * Reset at once (or silence), and the request is looked at only later, if its signature is still good then.
 *
 * **Example** (Thirty seconds on the way)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.acceptedLater({ after: "30 seconds" }) // => { _tag: "AcceptedLater", afterMillis: 30000, first: "Reset" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const acceptedLater = (options: {
  /** How much later the request is looked at. */
  readonly after: Duration.Input
  /** What the client sees at once; `"Reset"` unless given. */
  readonly first?: "Reset" | "Silence" | undefined
}): Fault => ({
  _tag: "AcceptedLater",
  afterMillis: millis(options.after),
  first: options.first ?? "Reset"
})

/**
 * Delays: before the request is looked at, and before it is answered.
 *
 * **Example** (Three seconds to answer)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.slow({ after: "3 seconds" }) // => { _tag: "Slow", beforeMillis: 0, afterMillis: 3000 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const slow = (options: {
  /** The delay before the request is looked at; none unless given. */
  readonly before?: Duration.Input | undefined
  /** The delay before it is answered; none unless given. */
  readonly after?: Duration.Input | undefined
}): Fault => ({ _tag: "Slow", beforeMillis: millis(options.before), afterMillis: millis(options.after) })

/**
 * A `Date` header that is off; positive is ahead.
 *
 * **Example** (A minute behind)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-sens/emulator/Fault"
 *
 * Fault.wrongDate("-1 minutes") // => { _tag: "WrongDate", offsetMillis: -60000 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const wrongDate = (offset: Duration.Input): Fault => ({ _tag: "WrongDate", offsetMillis: millis(offset) })

/**
 * No `Date` header.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noDate: Fault = { _tag: "NoDate" }

// -----------------------------------------------------------------------------
// Scripting
// -----------------------------------------------------------------------------

/**
 * Which requests a fault is for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Scope = Schema.Union([Ledger.Operation, Schema.Literal("any")])

/**
 * Which requests a fault is for: those of one operation, or of any.
 *
 * @category models
 * @since 0.1.0
 */
export type Scope = typeof Scope.Type

/**
 * A fault that waits for its requests. `count` is how many it still has; `null` is all that come.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Pending = Schema.Struct({ operation: Scope, count: Schema.NullOr(Schema.Natural), fault: Fault })

/**
 * A fault that waits for its requests.
 *
 * @category models
 * @since 0.1.0
 */
export type Pending = typeof Pending.Type

/**
 * A fault that waits, with the id that it is removed by. No id comes twice.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Armed = Schema.Struct({ id: Schema.Int, ...Pending.fields })

/**
 * A fault that waits, with the id that it is removed by.
 *
 * @category models
 * @since 0.1.0
 */
export type Armed = typeof Armed.Type

/**
 * How often requests of an operation got a fault.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Applied = Schema.Struct({
  operation: Ledger.Operation,
  fault: Schema.String,
  count: Schema.Natural
})

/**
 * How often requests of an operation got a fault.
 *
 * @category models
 * @since 0.1.0
 */
export type Applied = typeof Applied.Type

/**
 * Faults at random: each request draws once, and `rate` is the share of requests that get the fault.
 *
 * **Details**
 *
 * The same seed and the same requests give the same faults. Rates are added up in their order; a sum above 1 leaves the last
 * ones out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Random = Schema.Struct({
  seed: Schema.String,
  rates: Schema.Array(Schema.Struct({
    fault: Fault,
    rate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
    operation: Schema.optionalKey(Scope)
  }))
})

/**
 * Faults at random.
 *
 * @category models
 * @since 0.1.0
 */
export type Random = typeof Random.Type

/**
 * The faults of one emulator.
 *
 * **Example** (The second attempt gets through)
 *
 * ```ts import.meta.vitest
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Fault from "@effect-sens/emulator/Fault"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const program = Effect.gen(function*() {
 *   const emulator = yield* Emulator.Emulator
 *   yield* emulator.faults.next("search", 1, Fault.serverError({ status: 503 }))
 *   const search = HttpClient.get("https://sens.apigw.ntruss.com/sms/v2/services/x/messages")
 *   return [(yield* search).status, (yield* search).status]
 * })
 *
 * const statuses = await Effect.runPromise(Effect.provide(program, EmulatorClient.layer()))
 *
 * statuses // => [503, 401]
 * ```
 *
 * **Details**
 *
 * Of the faults that wait, a request takes the one scripted first: one of those that show in place of the answer, one
 * `Slow`, and one that is about `Date`, so that these three can go together. Chance comes in where no scripted fault applies.
 * Only requests for an operation take part: not the inbox, the documents, or paths that nobody serves.
 *
 * @category models
 * @since 0.1.0
 */
export interface Faults {
  /**
   * The next `count` requests of an operation, or of any, get this fault. `Infinity` is all that come.
   */
  readonly next: (operation: Scope, count: number, fault: Fault) => Effect.Effect<void>
  /**
   * From now on requests get faults at random.
   */
  readonly random: (random: Random) => Effect.Effect<void>
  /**
   * Drops all faults that wait, and those at random. Requests that are on their way stay there.
   */
  readonly clear: Effect.Effect<void>
  /**
   * Drops the fault of an id that waits; says whether there was one.
   */
  readonly remove: (id: number) => Effect.Effect<boolean>
  /**
   * What waits, in order.
   */
  readonly pending: Effect.Effect<ReadonlyArray<Armed>>
  /**
   * What comes at random, if anything does.
   */
  readonly atRandom: Effect.Effect<Option.Option<Random>>
  /**
   * What was applied since the start or the last `reset`.
   */
  readonly applied: Effect.Effect<ReadonlyArray<Applied>>
}
