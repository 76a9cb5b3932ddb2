import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** How many messages of a range failed, by result code. */
export const failures = Effect.fn("failures")(function*(start: DateTime.Utc, end: DateTime.Utc) {
  const counts = new Map<string, number>()
  const failed = DeliveryLog.between(start, end, { by: "request", statusName: "fail" })
  yield* Stream.runForEach(failed, (record) =>
    Effect.sync(() => {
      const code = Option.match(MessageRecord.deliveryCode(record), {
        onNone: () => "none",
        onSome: ({ code }) => code
      })
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }))
  return counts
})
