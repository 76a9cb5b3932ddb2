import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Runs until it is interrupted. */
export const alerts = DeliveryLog.tail({ statusName: "fail", interval: "30 seconds" }).pipe(
  Stream.runForEach((record) =>
    UnreadableRecord.is(record)
      ? Effect.logError(`A message that cannot be read: ${record.why}`)
      : Effect.logWarning(record.messageId, MessageRecord.outcome(record))
  )
)
