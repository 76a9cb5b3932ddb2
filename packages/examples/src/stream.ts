import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const end = yield* DateTime.now
  const today = { requestTime: { start: DateTime.subtract(end, { days: 1 }), end } }
  yield* DeliveryLog.records(today).pipe(
    Stream.map((record) => ({ id: record.messageId, outcome: MessageRecord.outcome(record) })),
    Stream.runForEach(({ id, outcome }) =>
      Effect.log(id, outcome._tag === "Pending" ? outcome.status : outcome.code.meaning)
    )
  )
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
await program.pipe(Effect.provide(layer), Effect.runPromise)
