/**
 * Traces, metrics and logs of a send and a search, by OTLP to a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`). Neither keys nor signatures,
 * numbers or texts are in what it gets.
 */
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as References from "effect/References"

const program = Effect.fn("program")(function*() {
  const sens = yield* Sens.Sens
  const from = "0212345678"
  const to = "01012345678"
  const { requestId } = yield* sens.messages.send({ type: "SMS", from, content: "안녕하세요", messages: [{ to }] })
  yield* Effect.log(`accepted as ${requestId}`)

  const end = yield* DateTime.now
  const query = { requestTime: { start: DateTime.subtract(end, { days: 1 }), end }, from, to }
  const page = yield* sens.messages.search(query)
  yield* Effect.log(`${page.messages?.length ?? 0} in the log`)
})

const telemetry = Layer.unwrap(
  Effect.map(
    Config.URL("OTEL_EXPORTER_OTLP_ENDPOINT").pipe(Config.withDefault(new URL("http://localhost:4318"))),
    ({ href }) => Otlp.layerJson({ baseUrl: href, resource: { serviceName: "effect-sens-example" } })
  )
)

program().pipe(
  Effect.provide(Sens.layerConfig()),
  // The client tells of retries at this level.
  Effect.provideService(References.MinimumLogLevel, "Debug"),
  Effect.provide(telemetry.pipe(Layer.provideMerge(NodeTransport.layer()))),
  NodeRuntime.runMain
)
