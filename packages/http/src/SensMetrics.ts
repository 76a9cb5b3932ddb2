/**
 * What a client counts. Attributes are `operation` (`messages.send`, ...), `outcome` (`success`, or the tag of a reason) and
 * `status` (an HTTP status, or the tag of a reason where no answer came).
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"

const boundaries = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 180_000, 600_000]

const counted = ({ description }: Metric.Counter<number>) => ({ description, incremental: true })

/**
 * Calls, by `operation` and `outcome`.
 *
 * **Example** (How many calls succeeded)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as SensMetrics from "@effect-sens/http/SensMetrics"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Metric from "effect/Metric"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const searches = Metric.withAttributes(SensMetrics.calls, { operation: "unsubscribes.search", outcome: "success" })
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   const before = yield* Metric.value(searches)
 *   yield* unsubscribes.search()
 *   const after = yield* Metric.value(searches)
 *   return after.count - before.count
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => 1
 * ```
 *
 * @category metrics
 * @since 0.1.0
 */
export const calls = Metric.counter("sens_client_calls", {
  description: "Calls of an operation, by outcome",
  incremental: true
})

/**
 * HTTP requests, by `operation` and `status`. More of them than calls are retries.
 *
 * @category metrics
 * @since 0.1.0
 */
export const attempts = Metric.counter("sens_client_attempts", {
  description: "HTTP requests, by status",
  incremental: true
})

/**
 * How long calls take, retries and waits included, in milliseconds, by `operation`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const duration = Metric.histogram("sens_client_call_duration_ms", {
  description: "Duration of calls in milliseconds",
  boundaries
})

/**
 * Bytes of request bodies, by `operation`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const sentBytes = Metric.counter("sens_client_sent_bytes", {
  description: "Bytes of request bodies",
  incremental: true
})

/**
 * Characters of answers that were read, by `operation`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const receivedCharacters = Metric.counter("sens_client_received_characters", {
  description: "Characters of answers that were read",
  incremental: true
})

/**
 * The same with attributes of their own from the start: `Metric.withAttributes` computes the key of a series anew at every
 * update.
 *
 * @internal
 */
export const withAttributes = {
  calls: (attributes: Record<string, string>) => Metric.counter(calls.id, { ...counted(calls), attributes }),
  attempts: (attributes: Record<string, string>) => Metric.counter(attempts.id, { ...counted(attempts), attributes }),
  duration: (attributes: Record<string, string>) =>
    Metric.histogram(duration.id, { description: duration.description, boundaries, attributes }),
  sentBytes: (attributes: Record<string, string>) =>
    Metric.counter(sentBytes.id, { ...counted(sentBytes), attributes }),
  receivedCharacters: (attributes: Record<string, string>) =>
    Metric.counter(receivedCharacters.id, { ...counted(receivedCharacters), attributes })
}
