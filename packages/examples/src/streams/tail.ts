// Says so when a message fails, from now on. It never ends, unless COUNT says after how many.
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const count = yield* Config.withDefault(Config.Number("COUNT"), Number.POSITIVE_INFINITY)
  yield* DeliveryLog.tail({ statusName: "fail", interval: "2 seconds" }).pipe(
    Stream.take(count),
    Stream.runForEach((record) => {
      if (UnreadableRecord.is(record)) return Effect.logWarning(`A message that cannot be read: ${record.why}`)
      const outcome = MessageRecord.outcome(record)
      return outcome._tag === "Failed"
        ? Effect.logWarning(record.messageId, outcome.code.meaning, outcome.code.advice)
        : Effect.void
    })
  )
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
