import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

/** Tells another program, which knows by the id what it was told already. */
export const forward = (url: string) =>
  DeliveryFeed.layer({
    name: "forward",
    // A call over the network: not while a transaction is open.
    transaction: false,
    handler: Effect.fnUntraced(function*({ records }) {
      const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
      const results = records.map((record) => ({
        id: record.messageId,
        outcome: MessageRecord.outcome(record)._tag
      }))
      yield* client.execute(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(url), results))
    })
  })
