/**
 * How an operation travels: what of it is checked, the request that it becomes, one attempt at that with its limits, and the
 * retries of a call that can be repeated without harm.
 */
import type * as Preflight from "@effect-sens/core/Preflight"
import * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SensError from "@effect-sens/core/SensError"
import type * as ServiceId from "@effect-sens/core/ServiceId"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import type * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as RetryPolicy from "../RetryPolicy.ts"
import * as Signature from "../Signature.ts"
import * as Answer from "./answer.ts"
import type * as Budget from "./budget.ts"
import * as Exchange from "./exchange.ts"
import type * as GatewayClock from "./gatewayClock.ts"
import type * as Operations from "./operations.ts"
import * as Target from "./target.ts"
import * as Telemetry from "./telemetry.ts"
import * as Transport from "./transport.ts"

/**
 * What all calls of a client share.
 *
 * @internal
 */
export interface Shared {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly serviceId: ServiceId.ServiceId
  readonly preflight: Preflight.Options
  readonly limits: { readonly call: Limits; readonly upload: Limits }
  readonly client: HttpClient.HttpClient
  /** Whether the program has put something around the signed client. */
  readonly isTransformed: boolean
  readonly clock: GatewayClock.GatewayClock
  readonly budget: Budget.Budget
  readonly maxAnswerBytes: number
  /** How far a timestamp may be off for the gateway, in milliseconds. */
  readonly tolerance: number
  readonly rateLimit: RateLimit | undefined
  readonly circuitBreaker: CircuitBreaker.CircuitBreaker | undefined
}

/** @internal */
export interface RateLimit {
  readonly limiter: RateLimiter.RateLimiter
  readonly limit: number
  readonly window: Duration.Input
  readonly key?: string | undefined
}

/** @internal */
export interface Limits {
  /** The longest that one exchange may take. */
  readonly attemptTimeout: Duration.Duration
  /** The longest that the call may take, with all that it tries and waits for. */
  readonly callTimeout: Duration.Duration
}

/**
 * One operation with its arguments.
 *
 * @internal
 */
export interface Call<A> extends Telemetry.Sending, Limits {
  readonly read: Answer.Read<A>
}

/**
 * Monotonic time in milliseconds.
 *
 * @internal
 */
export const mono: Effect.Effect<number> = Effect.clockWith((clock) => Effect.succeed(monoUnsafe(clock)))

/**
 * Now by the monotonic clock and by that of the machine, in milliseconds.
 *
 * @internal
 */
export const moment: Effect.Effect<{ readonly mono: number; readonly wall: number }> = Effect.clockWith((clock) =>
  Effect.succeed({ mono: monoUnsafe(clock), wall: clock.currentTimeMillisUnsafe() })
)

/** @internal */
export const monoUnsafe = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

// -----------------------------------------------------------------------------
// From a row to a call
// -----------------------------------------------------------------------------

/** The request of an operation, but for its body. */
const bare = <In>(
  { baseUrl, serviceId }: Shared,
  { method, params, path }: Operations.Operation<never, In, unknown>
): (input: In) => Result.Result<HttpClientRequest.HttpClientRequest, SensError.InvalidRequest> => {
  const make = HttpClientRequest.make(method)
  const build = (segments: ReadonlyArray<string>, query: SearchQuery.Params) =>
    Result.map(
      Result.all([Target.path([serviceId, ...segments]), Target.query(query)]),
      ([path, query]) => HttpClientRequest.acceptJson(make(baseUrl + path + query))
    )
  if (typeof path === "function") return (input) => build(path(input), params?.(input) ?? [])
  if (params !== undefined) return (input) => build(path, params(input))
  // The same for every input, so it is built once for all calls of the client.
  const known = build(path, [])
  return () => known
}

/**
 * How a client calls an operation, with the limits of its row unless others are given. Fails where the input cannot stand in a
 * URL.
 *
 * @internal
 */
export const prepare = <In, A>(
  shared: Shared,
  row: Operations.Operation<never, In, A>
): (input: In, limits?: Limits) => Result.Result<Call<A>, SensError.SensError> => {
  const { body, name: operation, read, template } = row
  const request = bare(shared, row)
  const ofRow = shared.limits[row.limits]
  const onFailure = (reason: SensError.InvalidRequest) => new SensError.SensError({ operation, reason })
  return (input, { attemptTimeout, callTimeout } = ofRow) =>
    Result.mapBoth(request(input), {
      onFailure,
      onSuccess: (request): Call<A> => ({
        operation,
        template,
        request: body === undefined
          ? request
          : HttpClientRequest.bodyText(request, body(input), "application/json; charset=utf-8"),
        read: (answer, seen) => read(answer, seen, input),
        attemptTimeout,
        callTimeout
      })
    })
}

/**
 * Goes on with `next` where the check of the operation finds nothing that keeps the input from being sent.
 *
 * @internal
 */
export const checked = <Given, In, A>(
  shared: Shared,
  { attributes, check, name: operation }: Operations.Operation<Given, In, unknown>,
  given: Given,
  next: (input: In) => Effect.Effect<A, SensError.SensError>
): Effect.Effect<A, SensError.SensError> =>
  Effect.clockWith((clock) => {
    const now = DateTime.makeUnsafe(clock.currentTimeMillisUnsafe())
    const { errors, value, warnings } = check(given, { ...shared.preflight, now })
    if (value === undefined) {
      const reason = new SensError.InvalidRequest({ issues: errors })
      return Effect.fail(new SensError.SensError({ operation, reason }))
    }
    const described = attributes === undefined
      ? next
      : (input: In) => Telemetry.describing(() => attributes(input), next(input))
    // Issues hold no text and no number.
    return warnings.length === 0
      ? described(value)
      : Effect.flatMap(Effect.logWarning(`${operation}: ${RequestIssue.formatAll(warnings)}`), () => described(value))
  })

/**
 * How a client performs an operation that can be repeated without harm: its check, then its call.
 *
 * @internal
 */
export const perform = <Given, In, A>(
  shared: Shared,
  row: Operations.Operation<Given, In, A>
): (given: Given) => Effect.Effect<A, SensError.SensError> => {
  const prepared = prepare(shared, row)
  return (given) =>
    checked(shared, row, given, (input) => {
      const call = prepared(input)
      return Result.isSuccess(call) ? repeatable(shared, call.success) : Effect.fail(call.failure)
    })
}

// -----------------------------------------------------------------------------
// One attempt
// -----------------------------------------------------------------------------

/**
 * What an attempt gave, with the `Date` of its answer where it bore one.
 *
 * @internal
 */
export interface Ending<A> extends Telemetry.Ended {
  readonly result: Result.Result<A, SensError.Reason>
  readonly date: number | undefined
}

const exchange = (
  shared: Shared,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Answer.Answer, SensError.Reason> => {
  const read = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<Answer.Answer, SensError.Reason> => {
    // `fetch` makes them anew whenever it is asked.
    const { headers, status } = response
    return Effect.matchEffect(Transport.text(response, headers, shared.maxAnswerBytes), {
      onSuccess: (body) => Effect.succeed<Answer.Answer>({ status, headers, body }),
      onFailure: (error) =>
        error._tag === "TooLarge"
          ? Effect.succeed<Answer.Answer>({ status, headers, body: "", tooLarge: true })
          : Effect.fail(Transport.reason(error))
    })
  }
  return Effect.matchEffect(shared.client.execute(request), {
    onSuccess: read,
    // A client of the program's own may fail of a status, of which it is for us to say what it means.
    onFailure: (error) =>
      error.reason._tag === "StatusCodeError" ? read(error.reason.response) : Effect.fail(Transport.reason(error))
  })
}

/**
 * Has an exchange hear of every answer that comes, so that nothing that goes wrong after it counts as a proof that nothing was
 * sent. It belongs beneath whatever the program puts around its client.
 *
 * @internal
 */
export const noting = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transformResponse(
    client,
    Effect.tap(() =>
      Effect.contextWith((context: Context.Context<never>) =>
        Effect.sync(() => {
          const exchange = Context.get(context, Exchange.CurrentExchange)
          if (exchange !== undefined) exchange.hasAnswer = true
        })
      )
    )
  )

/** What is left of a reason that says that nothing was sent, where an answer came. */
const afterAnswer = (reason: SensError.Reason): SensError.Reason =>
  reason._tag === "ConnectionFailed" || reason._tag === "InvalidRequest"
    ? new SensError.ConnectionLost(reason._tag === "ConnectionFailed" ? { code: reason.code } : {})
    : reason

/**
 * What a limit comes to where the transport knows that the request was not begun. A client of the program's own may have sent it by
 * another one.
 */
const beforeBegun = (shared: Shared, reason: SensError.Reason, { isBegun }: Exchange.Exchange): SensError.Reason =>
  reason._tag === "TimedOut" && isBegun === false && !shared.isTransformed
    ? new SensError.ConnectionFailed({ code: "ConnectTimeout" })
    : reason

class Faulty {
  readonly _tag = "Faulty"
  readonly answer: Answer.Answer
  constructor(answer: Answer.Answer) {
    this.answer = answer
  }
}

/**
 * What the calls of a fiber are counted as by a rate limit, beside all others.
 *
 * @internal
 */
export const CurrentRateLimitGroup = Context.Reference<string>("@effect-sens/http/Sens/CurrentRateLimitGroup", {
  defaultValue: () => ""
})

/**
 * Waits for a turn of the rate limit, where there is one, or fails where it cannot be had at once.
 *
 * @internal
 */
export const turn = (
  { rateLimit }: Shared,
  onExceeded: "delay" | "fail" = "delay"
): Effect.Effect<void, SensError.Reason> =>
  rateLimit === undefined
    ? Effect.void
    : Effect.flatMap(CurrentRateLimitGroup, (group) =>
      rateLimit.limiter.consume({
        key: `${rateLimit.key ?? "sens"}${group === "" ? "" : `/${group}`}`,
        limit: rateLimit.limit,
        window: rateLimit.window,
        algorithm: "token-bucket",
        onExceeded
      })).pipe(
        Effect.mapError(({ reason }) =>
          reason._tag === "RateLimitExceeded"
            ? new SensError.Throttled({
              status: 429,
              detail: "by the client's own limit",
              retryAfter: reason.retryAfter
            })
            : new SensError.ConnectionFailed({ code: "RateLimiter" })
        ),
        Effect.flatMap(({ delay }) => Effect.sleep(delay))
      )

const guarded = <A>(
  shared: Shared,
  { attemptTimeout, request }: Call<A>,
  before: Effect.Effect<void, SensError.Reason> | undefined
): Effect.Effect<Answer.Answer, SensError.Reason> => {
  const { circuitBreaker } = shared
  // The limit is the exchange's own: neither a wait for the rate limiter counts, nor does a service that never answers
  // escape the circuit breaker.
  const timed = Effect.timeoutOrElse(exchange(shared, request), {
    duration: attemptTimeout,
    orElse: () => Effect.fail(new SensError.TimedOut({ limit: "attempt", after: attemptTimeout }))
  })
  const limited = before === undefined ? timed : Effect.andThen(before, timed)
  if (circuitBreaker === undefined) return limited
  return circuitBreaker.execute(
    // An answer that says the service is down counts against it, as no answer does.
    Effect.filterOrFail(limited, ({ status }) => status < 500, (answer) => new Faulty(answer)),
    { key: new URL(request.url).origin }
  ).pipe(
    Effect.catch((error) =>
      error._tag === "Faulty"
        ? Effect.succeed(error.answer)
        : Effect.fail(
          error._tag === "CircuitBreakerError" ? new SensError.ConnectionFailed({ code: "CircuitOpen" }) : error
        )
    )
  )
}

/**
 * What an attempt is signed with, asked for at the moment of signing, and what that was.
 *
 * @internal
 */
export interface Signing {
  readonly timestamp: Effect.Effect<number, HttpClientError.HttpClientError>
  readonly signedAt: () => number | undefined
  /** What a defect of the client is taken for; where it is for nothing, it goes on as one. */
  readonly diesAs?: (defect: unknown) => SensError.Reason | undefined
}

/** The time of the gateway at the moment of signing, as often as it is signed. */
const signing = ({ clock: gateway }: Shared): Signing => {
  let signedAt: number | undefined
  return {
    timestamp: Effect.clockWith((clock) =>
      Effect.sync(() => signedAt = gateway.timestamp(clock.currentTimeMillisUnsafe(), monoUnsafe(clock), 0))
    ),
    signedAt: () => signedAt,
    // Its words may hold the query, and so a number.
    diesAs: Transport.defect
  }
}

/**
 * Sends the request once, when it is its turn.
 *
 * @internal
 */
export const attempt = <A>(
  shared: Shared,
  call: Call<A>,
  options: { readonly remaining: number; readonly resends: number }
): Effect.Effect<Ending<A>> =>
  exchanged(shared, call, signing(shared), {
    ...options,
    exchange: Exchange.make(shared.maxAnswerBytes),
    before: shared.rateLimit === undefined ? undefined : turn(shared)
  })

/**
 * Makes one exchange, after `before`, where that is given, and within what remains of the call's time, in milliseconds.
 *
 * @internal
 */
export const exchanged = <A>(
  shared: Shared,
  call: Call<A>,
  signing: Signing,
  options: {
    readonly remaining: number
    readonly resends: number
    readonly exchange: Exchange.Exchange
    readonly before?: Effect.Effect<void, SensError.Reason> | undefined
  }
): Effect.Effect<Ending<A>> => Telemetry.attempted(call, options.resends, untraced(shared, call, signing, options))

const untraced = <A>(
  shared: Shared,
  call: Call<A>,
  signing: Signing,
  { before, exchange, remaining }: {
    readonly remaining: number
    readonly exchange: Exchange.Exchange
    readonly before?: Effect.Effect<void, SensError.Reason> | undefined
  }
): Effect.Effect<Ending<A>> => {
  const late = () => Effect.fail(new SensError.TimedOut({ limit: "call", after: call.callTimeout }))
  // A limit costs two fibers. The call's comes into it only where something waits, or where less is left than an exchange
  // may take.
  const isBounded = before === undefined && shared.circuitBreaker === undefined &&
    remaining >= Duration.toMillis(call.attemptTimeout)
  const limited = isBounded
    ? guarded(shared, call, before)
    : remaining > 0
    ? Effect.timeoutOrElse(guarded(shared, call, before), { duration: Duration.millis(remaining), orElse: late })
    : Effect.suspend(late)
  return Effect.updateContext(
    limited,
    (context: Context.Context<never>) =>
      context.pipe(
        Context.add(Signature.CurrentTimestamp, signing.timestamp),
        Context.add(Exchange.CurrentExchange, exchange)
      )
  ).pipe(
    Effect.matchCauseEffect({
      onFailure: (cause) => {
        const failed = Cause.findError(cause)
        let reason: SensError.Reason | undefined
        if (Result.isSuccess(failed)) reason = failed.success
        else {
          if (!Cause.hasInterrupts(cause)) reason = signing.diesAs?.(Cause.squash(cause))
          if (reason === undefined) return Effect.failCause(failed.failure)
        }
        const result: Ending<A>["result"] = Result.fail(
          exchange.hasAnswer ? afterAnswer(reason) : beforeBegun(shared, reason, exchange)
        )
        return Effect.succeed<Ending<A>>({ result, date: undefined, status: undefined, characters: 0 })
      },
      onSuccess: (answer) =>
        Effect.clockWith((clock) => Effect.succeed(answered(shared, call, signing.signedAt(), answer, clock)))
    })
  )
}

const answered = <A>(
  shared: Shared,
  call: Call<A>,
  signedAt: number | undefined,
  answer: Answer.Answer,
  clock: Clock.Clock
): Ending<A> => {
  const wall = clock.currentTimeMillisUnsafe()
  const date = shared.clock.observe(answer.headers["date"], wall, monoUnsafe(clock))
  const seen: Answer.Seen = { at: wall, signedAt, date, tolerance: shared.tolerance }
  return {
    date,
    status: answer.status,
    characters: answer.body.length,
    // The status of a failure says enough without its body.
    result: answer.tooLarge === true && answer.status >= 200 && answer.status < 300
      ? Result.fail(Answer.unexpected(answer, `an answer of more than ${shared.maxAnswerBytes} bytes`))
      : call.read(answer, seen)
  }
}

// -----------------------------------------------------------------------------
// Retries
// -----------------------------------------------------------------------------

/**
 * How long to wait before the next attempt; none where there is to be none.
 *
 * @internal
 */
export type Backoff = (reason: SensError.Reason) => Effect.Effect<Option.Option<number>>

const retryAfter = (reason: SensError.Reason): number =>
  "retryAfter" in reason && reason.retryAfter !== undefined ? Duration.toMillis(reason.retryAfter) : 0

/**
 * Made after the first failure, so that a call that succeeds pays nothing for it.
 *
 * @internal
 */
export const backoff = Effect.fnUntraced(function*(shared: Shared): Effect.fn.Return<Backoff> {
  const policy = yield* RetryPolicy.CurrentRetryPolicy
  const throttled = yield* Schedule.toStep(policy.throttled)
  const failed = yield* Schedule.toStep(policy.failed)
  return Effect.fnUntraced(function*(reason) {
    const step = reason._tag === "Throttled" || reason._tag === "QuotaExceeded" ? throttled : failed
    const now = yield* Clock.currentTimeMillis
    const next = yield* step(now, reason).pipe(
      Effect.map(([, delay]) => Option.some(Duration.toMillis(delay))),
      Pull.catchDone(() => Effect.succeed(Option.none<number>()))
    )
    if (Option.isNone(next) || !shared.budget.take(yield* mono)) return Option.none()
    return Option.some(Math.max(next.value, Math.min(retryAfter(reason), Duration.toMillis(policy.maxRetryAfter))))
  })
})

/**
 * Whether the gateway refused the timestamp of the signature, and nothing else.
 *
 * @internal
 */
export const isSkewed = (reason: SensError.Reason): boolean =>
  reason._tag === "AuthenticationFailed" && reason.why === "ClockSkew"

/**
 * Makes a call that can be repeated without harm.
 *
 * @internal
 */
export const repeatable = Effect.fnUntraced(function*<A>(
  shared: Shared,
  call: Call<A>
): Effect.fn.Return<A, SensError.SensError> {
  const deadline = (yield* mono) + Duration.toMillis(call.callTimeout)
  let next: Backoff | undefined
  let corrected = false
  for (let resends = 0;; resends++) {
    const now = yield* mono
    const { result } = yield* attempt(shared, call, { remaining: deadline - now, resends })
    if (Result.isSuccess(result)) return result.success
    const reason = result.failure
    if (isSkewed(reason) && !corrected) {
      corrected = true
      shared.clock.correct()
      continue
    }
    const failure = new SensError.SensError({ operation: call.operation, reason })
    if (!SensError.isTransient(reason)) return yield* failure
    next ??= yield* backoff(shared)
    const delay = yield* next(reason)
    if (Option.isNone(delay) || (yield* mono) + delay.value >= deadline) return yield* failure
    yield* Effect.logDebug(`${call.operation}: ${reason._tag}, tried again in ${Math.round(delay.value)} ms`)
    yield* Effect.sleep(delay.value)
  }
})
