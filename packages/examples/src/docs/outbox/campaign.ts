import * as Campaigns from "@effect-sens/outbox/Campaigns"
import type * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Started again after a crash, it reads the list anew, or goes on with what is there. */
export const send = Effect.fn("send")(function*<E, R>(id: string, messages: Stream.Stream<BulkSend.Message, E, R>) {
  const campaigns = yield* Campaigns.Campaigns
  yield* campaigns.start(id, messages, { maxRecipients: 10_000, expiresAfter: "1 day" })
  yield* Stream.runForEach(
    campaigns.watch(id),
    ({ delivered, recipients, status }) => Console.log(`${status._tag}: ${delivered} of ${recipients} have it`)
  )
  return yield* Stream.runCollect(
    Stream.filter(campaigns.results(id, { final: true }), ({ status }) => status !== "Delivered")
  )
})
