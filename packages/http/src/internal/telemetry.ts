/**
 * What is counted and traced of calls and attempts. Nothing here holds a number, a text or a key.
 */
import type * as SensError from "@effect-sens/core/SensError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import * as SensMetrics from "../SensMetrics.ts"

// -----------------------------------------------------------------------------
// Metrics
// -----------------------------------------------------------------------------

// A metric with attributes is made once: there are few operations and few outcomes. One map within the other, since a key
// of both would be a new string to hash at every update.
const cached = <M>(make: (attributes: Record<string, string>) => M) => {
  const operations = new Map<SensError.Operation, Map<string | undefined, M>>()
  return (operation: SensError.Operation, name?: "outcome" | "status", value?: string): M => {
    let metrics = operations.get(operation)
    if (metrics === undefined) operations.set(operation, metrics = new Map())
    const known = metrics.get(value)
    if (known !== undefined) return known
    const made = make(name === undefined || value === undefined ? { operation } : { operation, [name]: value })
    metrics.set(value, made)
    return made
  }
}

const calls = cached(SensMetrics.withAttributes.calls)
const attempts = cached(SensMetrics.withAttributes.attempts)
const duration = cached(SensMetrics.withAttributes.duration)
const sentBytes = cached(SensMetrics.withAttributes.sentBytes)
const receivedCharacters = cached(SensMetrics.withAttributes.receivedCharacters)

const outcome = <A>(exit: Exit.Exit<A, SensError.SensError>): string =>
  Exit.isSuccess(exit)
    ? "success"
    : Option.match(Exit.findErrorOption(exit), { onNone: () => "interrupted", onSome: ({ reason }) => reason._tag })

/**
 * Counts a call and its duration.
 *
 * @internal
 */
export const counted = <A>(
  operation: SensError.Operation,
  effect: Effect.Effect<A, SensError.SensError>
): Effect.Effect<A, SensError.SensError> =>
  Effect.withFiber((fiber) => {
    const { context } = fiber
    const clock = fiber.getRef(Clock.Clock)
    const began = clock.monotonicTimeNanosUnsafe()
    return Effect.onExit(effect, (exit) => {
      calls(operation, "outcome", outcome(exit)).updateUnsafe(1, context)
      duration(operation).updateUnsafe(Number(clock.monotonicTimeNanosUnsafe() - began) / 1e6, context)
      return Effect.void
    })
  })

// -----------------------------------------------------------------------------
// Attempts
// -----------------------------------------------------------------------------

/**
 * What an attempt came to.
 *
 * @internal
 */
export interface Ended {
  readonly result: Result.Result<unknown, SensError.Reason>
  readonly status: number | undefined
  readonly characters: number
}

const numbers = /([?&](?:to|from|clientTelNo)=)[^&]*/g

// Not by its bytes: a body that is made of a text has none until they are asked for, and some transports never ask.
const bodySize = (request: HttpClientRequest.HttpClientRequest): number =>
  request.body._tag === "Uint8Array" ? request.body.contentLength : 0

const ports: Record<string, number> = { "http:": 80, "https:": 443 }

/**
 * A request, and the operation that it is of.
 *
 * @internal
 */
export interface Sending {
  readonly operation: SensError.Operation
  /** The path of the operation, with names in place of ids. */
  readonly template: string
  readonly request: HttpClientRequest.HttpClientRequest
}

/**
 * Counts an attempt, and gives it a span after the semantic conventions of OpenTelemetry for HTTP clients where a tracer is
 * installed. Phone numbers in the query are left out, headers and bodies altogether.
 *
 * @internal
 */
export const attempted = <E extends Ended>(
  { operation, request, template }: Sending,
  resends: number,
  effect: Effect.Effect<E>
): Effect.Effect<E> =>
  Effect.withFiber((fiber) => {
    const size = bodySize(request)
    const { context } = fiber
    const counting = Effect.map(effect, (ended) => {
      const { characters, result, status } = ended
      const name = status === undefined
        ? Result.isFailure(result) ? result.failure._tag : "unknown"
        : String(status)
      attempts(operation, "status", name).updateUnsafe(1, context)
      if (size > 0) sentBytes(operation).updateUnsafe(size, context)
      if (characters > 0) receivedCharacters(operation).updateUnsafe(characters, context)
      return ended
    })
    if (fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer) return counting
    const url = new URL(request.url)
    const search = url.search.replace(numbers, "$1REDACTED")
    return Effect.useSpan(
      `${request.method} ${template}`,
      {
        kind: "client",
        attributes: {
          "http.request.method": request.method,
          "url.template": template,
          "url.full": `${url.origin}${url.pathname}${search}`,
          "url.scheme": url.protocol.slice(0, -1),
          "url.path": url.pathname,
          ...search === "" ? {} : { "url.query": search.slice(1) },
          "server.address": url.hostname,
          "server.port": url.port === "" ? ports[url.protocol] ?? 0 : Number(url.port),
          ...resends === 0 ? {} : { "http.request.resend_count": resends },
          ...size === 0 ? {} : { "http.request.body.size": size }
        }
      },
      (span) =>
        Effect.tap(counting, ({ result, status }) =>
          Effect.sync(() => {
            if (status !== undefined) span.attribute("http.response.status_code", status)
            if (Result.isFailure(result)) {
              span.attribute("error.type", status === undefined ? result.failure._tag : String(status))
              span.attribute("sens.reason", result.failure._tag)
            }
          }))
    )
  })

/**
 * The one span of a public call that is no operation of its own, and is not counted as one.
 *
 * @internal
 */
export const traced =
  (operation: SensError.Operation, name: string) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withFiber((fiber) =>
      fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer
        ? effect
        : Effect.withSpan(effect, name, { attributes: { "sens.operation": operation } })
    )

/**
 * What a span of ours says, by the names of its attributes.
 *
 * @internal
 */
export type Attributes = Readonly<Record<string, string | number>>

/**
 * Adds to the span of the public call what is known before, and what is known after, where there is a tracer.
 *
 * @internal
 */
export const describing = <A, E, R>(
  before: () => Attributes,
  effect: Effect.Effect<A, E, R>,
  after?: (value: A) => Attributes
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    if (fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer) return effect
    const described = Effect.andThen(Effect.annotateCurrentSpan(before()), effect)
    return after === undefined ? described : Effect.tap(described, (value) => Effect.annotateCurrentSpan(after(value)))
  })

/**
 * The one span of a public call, and its metrics. Without a tracer the span costs nothing.
 *
 * @internal
 */
export const observed = (operation: SensError.Operation, name = `Sens.${operation}`) =>
<A>(
  effect: Effect.Effect<A, SensError.SensError>
): Effect.Effect<A, SensError.SensError> => traced(operation, name)(counted(operation, effect))
