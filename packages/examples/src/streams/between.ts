// What became of the messages of the last 85 days, by result code.
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const end = yield* DateTime.now
  const start = DateTime.subtract(end, { days: 85 })
  const counts = yield* Stream.run(DeliveryLog.records({ requestTime: { start, end } }), DeliverySink.countByCode)
  for (const [code, count] of counts) yield* Effect.log(code, DeliveryCode.fromString(code).meaning, count)
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
