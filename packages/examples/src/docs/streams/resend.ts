import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

/** What failed for a reason that passes, such as a handset that is switched off. */
const isWorthIt = (record: MessageRecord.MessageRecord): boolean => {
  const outcome = MessageRecord.outcome(record)
  return outcome._tag === "Failed" && outcome.code.advice === "retryLater"
}

/** Sends once more what did not arrive; what the log does not show enough of is logged. */
export const resend = (query: SearchQuery.SearchQuery) =>
  DeliveryLog.records(query).pipe(
    Stream.filter(isWorthIt),
    Stream.map((record) => BulkSend.fromRecord(record)),
    Stream.tap(Result.match({ onFailure: (error) => Effect.logWarning(error.message), onSuccess: () => Effect.void })),
    Stream.filterMap((result) => result),
    BulkSend.run()
  )
