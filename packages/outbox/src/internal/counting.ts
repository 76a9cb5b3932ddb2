/**
 * Counts what becomes of rows.
 */
import type * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as OutboxMetrics from "../OutboxMetrics.ts"

const counters = new Map<string, Metric.Counter<number>>()

/**
 * Counts a change of a row of a service.
 *
 * @internal
 */
export const count = (service: string, change: string): Effect.Effect<void> => {
  const key = `${change} ${service}`
  let counter = counters.get(key)
  if (counter === undefined) {
    counter = OutboxMetrics.withAttributes.changes({ service, change })
    counters.set(key, counter)
  }
  return Metric.update(counter, 1)
}
