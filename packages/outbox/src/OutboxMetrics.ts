/**
 * What an outbox counts. No attribute holds anything of a message.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"

/**
 * Changes of entries that this process has made, by `service` and `change`: `Enqueue`, `Cancel`, `Claim` (sent), `Accept` and `Adopt` (accepted, by its own answer or
 * by the log), `GiveBack` (certainly not accepted, tried again), `Prove` (the log proves it), `Refuse` and `Reject`, `Lapse`, `Hold`, `Finish`, …
 *
 * **Example** (How many were accepted)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as OutboxMetrics from "@effect-sens/outbox/OutboxMetrics"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Metric from "effect/Metric"
 *
 * const accepted = Metric.withAttributes(OutboxMetrics.changes, { service: Account.serviceId, change: "Accept" })
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.Outbox
 *   const before = yield* Metric.value(accepted)
 *   yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 *   yield* Outbox.drain()
 *   const after = yield* Metric.value(accepted)
 *   return after.count - before.count
 * })
 *
 * const layer = Outbox.layer().pipe(
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer())
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => 1
 * ```
 *
 * @category metrics
 * @since 0.1.0
 */
export const changes = Metric.counter("sens_outbox_changes", {
  description: "Changes of entries, by service",
  incremental: true
})

/**
 * Entries that have not come to their end, by `service` and `state` (`Waiting`, `Open`, `Accepted`, `Held`), when `health` of the
 * outbox was asked last.
 *
 * @category metrics
 * @since 0.1.0
 */
export const entries = Metric.gauge("sens_outbox_entries", {
  description: "Entries that have not come to their end, by service and state"
})

/**
 * For how many milliseconds an entry has been due that nobody has acted on, when `health` of the outbox was asked last. What waits for
 * the end of a hold is not due.
 *
 * @category metrics
 * @since 0.1.0
 */
export const overdue = Metric.gauge("sens_outbox_overdue_ms", {
  description: "Milliseconds since the oldest entry that nobody has acted on was due"
})

/**
 * With attributes of its own from the start: `Metric.withAttributes` computes the key of a series anew at every update.
 *
 * @internal
 */
export const withAttributes = {
  changes: (attributes: Record<string, string>) =>
    Metric.counter(changes.id, { description: changes.description, incremental: true, attributes }),
  entries: (attributes: Record<string, string>) =>
    Metric.gauge(entries.id, { description: entries.description, attributes })
}
