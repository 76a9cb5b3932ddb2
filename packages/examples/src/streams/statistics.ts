// Yesterday and today in figures: by advice, carrier and hour, and how long messages took. The log is read once.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const end = yield* DateTime.now
  const records = DeliveryLog.records({ completeTime: { start: DateTime.subtract(end, { days: 2 }), end } })
  const [one, two, three] = yield* Stream.broadcastN(records, { n: 3, capacity: 16 })
  const [totals, byHour, times] = yield* Effect.all([
    Stream.run(one, DeliverySink.totals),
    Stream.run(two, DeliverySink.countByHour("completion")),
    Stream.run(three, DeliverySink.deliveryTimes([50, 99]))
  ], { concurrency: "unbounded" })
  yield* Effect.log(`${totals.delivered} delivered, ${totals.failed} failed`)
  for (const [advice, count] of totals.byAdvice) yield* Effect.log("advice", advice, count)
  for (const [telco, count] of totals.byTelco) yield* Effect.log("carrier", telco, count)
  for (const [hour, count] of byHour) yield* Effect.log("hour", hour, count)
  for (const [percentile, time] of times.percentiles) {
    yield* Effect.log(`p${percentile}`, Duration.format(time))
  }
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
program.pipe(Effect.scoped, Effect.provide(layer), NodeRuntime.runMain)
