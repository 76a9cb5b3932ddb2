import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const describe = Delivery.Change.$match({
  Reservation: ({ requestId, status }) => `${requestId} is ${status.reserveStatus}`,
  Message: ({ record }) => `${record.messageId} is ${MessageRecord.outcome(record)._tag}`,
  Unreadable: ({ record, requestId }) => `a message of ${requestId} cannot be read: ${record.why}`
})

/** Sends, and logs every change of every recipient until nothing more will happen. */
export const sendAndFollow = Effect.fn("sendAndFollow")(function*(request: SendRequest.SendRequest) {
  const sens = yield* Sens.Sens
  const { requestId } = yield* sens.messages.send(request)
  yield* Delivery.track({ requestId, recipients: request.messages.length }).pipe(
    Stream.runForEach((change) => Effect.log(describe(change)))
  )
})
