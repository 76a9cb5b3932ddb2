import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SensPromise from "@effect-sens/http/SensPromise"

export const outcomes = (sens: SensPromise.SensPromise) => (requestId: RequestId.RequestId) =>
  sens.messages.search({ requestId }).then((response) =>
    SearchResponse.messages(response).map((record) => MessageRecord.outcome(record)._tag)
  )
