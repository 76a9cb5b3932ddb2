/**
 * When a call that failed is made again, as a value.
 *
 * A policy says how long to wait and how often to try. What may be tried again at all is not up to it: a request that SENS
 * may have accepted is never sent again by a retry.
 *
 * @since 0.1.0
 */
import type * as SensError from "@effect-sens/core/SensError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { nearest } from "./internal/nearest.ts"

/**
 * How failed calls are made again.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  /** After HTTP 429: `Throttled` and `QuotaExceeded`. A `Retry-After` of the answer lengthens the delay. */
  readonly throttled: Schedule.Schedule<unknown, SensError.Reason>
  /** After HTTP 408 and 5xx, an answer that cannot be read, a timeout, and every failure of the transport. */
  readonly failed: Schedule.Schedule<unknown, SensError.Reason>
  /** The longest that a `Retry-After` is obeyed; a longer one is cut to this. */
  readonly maxRetryAfter: Duration.Duration
}

/**
 * What {@link make} takes: what is not given is as {@link make} has it by itself.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * After HTTP 429.
   *
   * @default three more tries
   */
  readonly throttled?: Schedule.Schedule<unknown, SensError.Reason> | undefined
  /**
   * After what else may be tried again.
   *
   * @default three more tries
   */
  readonly failed?: Schedule.Schedule<unknown, SensError.Reason> | undefined
  /**
   * The longest that a `Retry-After` is obeyed.
   *
   * @default "30 seconds"
   */
  readonly maxRetryAfter?: Duration.Input | undefined
}

/**
 * Exponential back-off with full jitter: the n-th delay is anything between nothing and `base * 2^n`, at most `cap`.
 *
 * **Example** (Two more tries, soon)
 *
 * ```ts import.meta.vitest
 * import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import * as Schedule from "effect/Schedule"
 *
 * const schedule = RetryPolicy.fullJitter({ base: "100 millis", cap: "1 second", times: 2 })
 *
 * const [, delay] = await Effect.runPromise(
 *   Effect.flatMap(Schedule.toStep(schedule), (step) => step(0, undefined))
 * )
 *
 * Duration.isLessThanOrEqualTo(delay, Duration.millis(100)) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fullJitter = (options: {
  /** What the first delay is at the most. */
  readonly base: Duration.Input
  /** What any delay is at the most. */
  readonly cap: Duration.Input
  /** How many more tries there are. */
  readonly times: number
}): Schedule.Schedule<unknown, unknown> =>
  Schedule.min([Schedule.exponential(options.base), Schedule.spaced(options.cap)]).pipe(
    Schedule.modifyDelay(({ duration }) => Effect.map(Random.next, (random) => Duration.times(duration, random))),
    Schedule.upTo({ times: options.times })
  )

/**
 * Three more tries, after 0.2 s, 0.4 s and 0.8 s at most (5 s is the cap), and at most 30 s of a `Retry-After`. What is no
 * schedule, no duration or no option at all is a mistake of the program: a `TypeError` that tells which.
 *
 * **Example** (Quotas are not waited for)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Fault from "@effect-sens/emulator/Fault"
 * import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Schedule from "effect/Schedule"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))
 *
 * const calls = (fault: Fault.Fault) =>
 *   Effect.gen(function*() {
 *     const { unsubscribes } = yield* Sens.Sens
 *     const { faults, ledger } = yield* Emulator.Emulator
 *     yield* faults.next("unsubscribesSearch", 1, fault)
 *     yield* Effect.exit(unsubscribes.search())
 *     return (yield* ledger).length
 *   }).pipe(
 *     Effect.provide(layer),
 *     Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.make({ throttled: Schedule.recurs(0) }))
 *   )
 *
 * await Effect.runPromise(calls(Fault.tooManyRequests({ code: "400" }))) // => 1
 * await Effect.runPromise(calls(Fault.serverError())) // => 2
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): RetryPolicy => {
  const wrong = problems(options)
  if (wrong.length > 0) throw new TypeError(wrong.join("\n"))
  return {
    throttled: options.throttled ?? fullJitter({ base: "200 millis", cap: "5 seconds", times: 3 }),
    failed: options.failed ?? fullJitter({ base: "200 millis", cap: "5 seconds", times: 3 }),
    maxRetryAfter: Duration.fromInputUnsafe(options.maxRetryAfter ?? "30 seconds")
  }
}

const names = ["throttled", "failed", "maxRetryAfter"] satisfies ReadonlyArray<keyof Options>

/** What is wrong with the options, as a program in plain JavaScript may hand them over. */
const problems = (options: unknown): ReadonlyArray<string> => {
  if (!Predicate.isObject(options)) return ["options is not an object: write { throttled, failed, ... }"]
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    switch (name) {
      case "throttled":
      case "failed":
        return Schedule.isSchedule(value)
          ? []
          : [`${name} is not a Schedule: leave it out, or give one such as Schedule.recurs(2)`]
      case "maxRetryAfter":
        return Option.exists(toDuration(value), Duration.isFinite)
          ? []
          : [`${name} is not a duration that ends: leave it out, or write "30 seconds"`]
      default:
        return [
          `an option is unknown: ${
            Option.match(nearest(name, names), {
              onNone: () => `leave it out (known: ${names.join(", ")})`,
              onSome: (known) => `write ${known}`
            })
          }`
        ]
    }
  })
}

const toDuration: (value: unknown) => Option.Option<Duration.Duration> = Option.liftThrowable((value: unknown) =>
  Duration.fromInputUnsafe(value as Duration.Input)
)

/**
 * Every call is made once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const never: RetryPolicy = make({ throttled: Schedule.recurs(0), failed: Schedule.recurs(0) })

/**
 * The policy of the calls that a fiber makes. Provide it once for a program, or around one call.
 *
 * **Example** (One call that is not made again)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Fault from "@effect-sens/emulator/Fault"
 * import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   const emulator = yield* Emulator.Emulator
 *   yield* emulator.faults.next("unsubscribesSearch", 1, Fault.serverError({ status: 503 }))
 *   const error = yield* unsubscribes.search().pipe(
 *     Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never),
 *     Effect.flip
 *   )
 *   const ledger = yield* emulator.ledger
 *   return [error.reason._tag, ledger.length]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["ServerFault", 1]
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentRetryPolicy: Context.Reference<RetryPolicy> = Context.Reference<RetryPolicy>(
  "@effect-sens/http/RetryPolicy/CurrentRetryPolicy",
  { defaultValue: () => make() }
)
