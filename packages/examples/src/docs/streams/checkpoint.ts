import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

interface Store {
  readonly cursor: string | undefined
  /** In one transaction: a page, and where to read on after it. */
  readonly save: (records: ReadonlyArray<MessageRecord.MessageRecord>, cursor: string) => Effect.Effect<void>
}

/** Copies the last 80 days into a store. Start it again after a crash: it repeats at most one page. */
export const copy = Effect.fn("copy")(function*({ cursor, save }: Store) {
  const end = yield* DateTime.now
  const pages = cursor === undefined
    ? DeliveryLog.pages({ requestTime: { start: DateTime.subtract(end, { days: 80 }), end } })
    : DeliveryLog.resume(yield* Schema.decodeEffect(DeliveryLog.CursorJson)(cursor))
  yield* Stream.runForEach(
    pages,
    Effect.fnUntraced(function*({ cursor, records, unreadable }) {
      if (unreadable.length > 0) {
        yield* Effect.logError(
          "Messages that cannot be read",
          unreadable.map(({ why }) => why)
        )
      }
      yield* save(records, yield* Schema.encodeEffect(DeliveryLog.CursorJson)(cursor))
    })
  )
})
