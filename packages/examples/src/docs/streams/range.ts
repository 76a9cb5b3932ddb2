import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** How many messages of a range failed, by result code. */
export const failures = Effect.fn("failures")(function*(start: DateTime.Utc, end: DateTime.Utc) {
  const failed = DeliveryLog.records({ requestTime: { start, end }, statusName: "fail" })
  return yield* Stream.run(failed, DeliverySink.countByCode)
})
