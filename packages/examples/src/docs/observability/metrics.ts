import * as SensMetrics from "@effect-sens/http/SensMetrics"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** How many sends ended in a way, such as "success", "QuotaExceeded" or "OutcomeUnknown". */
export const sends = (outcome: string): Effect.Effect<number> =>
  SensMetrics.calls.pipe(
    Metric.withAttributes({ operation: "messages.send", outcome }),
    Metric.value,
    Effect.map(({ count }) => count)
  )
