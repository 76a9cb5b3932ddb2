import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** What became of each message, in a table of the program: `results (message_id, request_id, outcome, code)`. */
const save = Effect.fnUntraced(function*({ records, unreadable }: DeliveryFeed.Page) {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(records, (record) => {
    const outcome = MessageRecord.outcome(record)
    const code = outcome._tag === "Pending" ? null : outcome.code.code
    return sql`INSERT INTO results VALUES (${record.messageId}, ${record.requestId}, ${outcome._tag}, ${code})`
  })
  yield* Effect.forEach(unreadable, ({ why }) => Effect.logWarning("a result that cannot be read", why))
})

/** For as long as the program runs, in one process or in many. */
export const results = DeliveryFeed.layer({
  name: "results",
  handler: save,
  onNotCovered: ({ end, start }) =>
    Effect.logError("results are lost", DateTime.formatIso(start), DateTime.formatIso(end))
})
