// The log of today as CSV on the standard output.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const stdio = yield* Stdio.Stdio
  const end = yield* DateTime.now
  yield* DeliveryLog.records({ requestTime: { start: DateTime.subtract(end, { days: 1 }), end } }).pipe(
    DeliveryExport.csv({ columns: ["messageId", "to", "requestTime", "completeTime", "statusCode", "telcoCode"] }),
    Stream.run(stdio.stdout())
  )
})

const layer = Layer.mergeAll(Layer.provide(Sens.layerConfig(), NodeTransport.layer()), NodeServices.layer)
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
