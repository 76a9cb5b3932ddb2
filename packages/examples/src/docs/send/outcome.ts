import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const outcomes = Effect.fn("outcomes")(function*(requestId: RequestId.RequestId) {
  const sens = yield* Sens.Sens
  const response = yield* sens.messages.search({ requestId })
  return SearchResponse.messages(response).map((record) =>
    MessageRecord.Outcome.$match(MessageRecord.outcome(record), {
      Pending: ({ status }) => `still ${status}`,
      Delivered: () => "delivered",
      Failed: ({ code }) => `${code.code}: ${code.meaning} (${code.advice})`
    })
  )
})
