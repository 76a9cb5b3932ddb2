import * as Sens from "@effect-sens/http/Sens"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as References from "effect/References"

// Spans, metrics and logs go to a collector of OpenTelemetry; debug logs, too.
const telemetry = Otlp.layerJson({
  baseUrl: "http://localhost:4318",
  resource: { serviceName: "bookshop" }
})

const level = Layer.succeed(References.MinimumLogLevel, "Debug")

/** Needs an HttpClient, for SENS and for the collector. */
export const layer = Sens.layerConfig().pipe(Layer.provideMerge([telemetry, level]))
