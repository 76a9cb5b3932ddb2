import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Runs until it is interrupted. */
export const alerts = DeliveryLog.tail({ statusName: "fail", interval: "30 seconds" }).pipe(
  Stream.runForEach((record) => Effect.logWarning(record.messageId, MessageRecord.outcome(record)))
)
