import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Effect from "effect/Effect"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"

const Intents = Schema.NonEmptyArray(SendIntent.SendIntent)

/** Sends to many, and writes down what may have been accepted before it goes out: a row for each request, by its first message. */
export const send = Effect.fn("send")(function*<M extends BulkSend.Message & { readonly id: string }, E, R>(
  messages: Stream.Stream<M, E, R>
) {
  const journal = KeyValueStore.toSchemaStore(yield* KeyValueStore.KeyValueStore, Intents)
  return yield* BulkSend.run(messages, {
    onRequest: ({ intents, messages: [{ id }] }) => journal.set(id, intents)
  })
})

/** What became of a request, in the process that is started next: its id, or none on proof that it was not accepted. */
export const settle = Effect.fn("settle")(function*(id: string, request: SendRequest.SendRequest) {
  const sens = yield* Sens.Sens
  const journal = KeyValueStore.toSchemaStore(yield* KeyValueStore.KeyValueStore, Intents)
  const intents = yield* Effect.fromOption(yield* journal.get(id))
  return yield* sens.messages.reconcile(intents, request, { callTimeout: "10 minutes" })
})
