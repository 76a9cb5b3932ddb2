// Sends a message, follows it to its end, and asks once more how it ended. A reservation is followed in the same way.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const messages = [{ to: "01012345678" }] as const
  const from = "0212345678"
  const { requestId } = yield* sens.messages.send({ type: "SMS", from, content: "안녕하세요", messages })

  yield* Stream.runForEach(
    Delivery.track({ requestId, recipients: messages.length }),
    Delivery.Change.$match({
      Reservation: ({ status }) => Effect.log("reservation", status.reserveStatus),
      Message: ({ record }) => Effect.log("message", record.status),
      Unreadable: ({ record }) => Effect.logWarning("a message that cannot be read", record.why)
    })
  )

  const { records } = yield* Delivery.await(requestId)
  for (const { statusCode } of records) yield* Effect.log("ended with", statusCode)

  const at = DateTime.add(yield* DateTime.now, { hours: 1 })
  const reserved = yield* sens.messages.send({
    type: "SMS",
    from,
    content: "내일 뵙겠습니다",
    messages,
    reserve: { at }
  })
  yield* sens.reservations.cancel(reserved.requestId)
  const { reservation } = yield* Delivery.await(reserved.requestId)
  yield* Effect.log("reservation", reservation)
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
