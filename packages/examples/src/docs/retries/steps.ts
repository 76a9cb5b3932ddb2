import * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const Entry = Schema.TaggedUnion({
  Open: { intent: SendIntent.SendIntent, isUnreadable: Schema.Boolean },
  Accepted: { requestId: RequestId.RequestId }
})

/** An answer said that it was accepted, and the log does not have it: a person has to decide. */
export class Held extends Data.TaggedError("Held") {}

const isUnreadable = ({ reason }: SensError.SensError): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

/**
 * Sends the message of this name once, in whatever process it is called next. The journal is a folder, or a table of your own.
 * It is for messages of which no two are equal, and for one process at a time.
 */
export const sendOnce = Effect.fn("sendOnce")(function*(name: string, request: SendRequest.SendRequest) {
  const { messages } = yield* Sens.Sens
  const journal = KeyValueStore.toSchemaStore(yield* KeyValueStore.KeyValueStore, Entry)
  const open = (intent: SendIntent.SendIntent, isUnreadable: boolean) =>
    journal.set(name, { _tag: "Open", intent, isUnreadable })
  const accept = (requestId: RequestId.RequestId) => journal.set(name, { _tag: "Accepted", requestId })

  const send = Effect.gen(function*() {
    yield* messages.learnClock
    const intent = yield* messages.prepare(request)
    yield* open(intent, false)
    const result = yield* Effect.result(messages.submit(intent, request))
    if (Result.isSuccess(result)) return yield* accept(result.success.requestId)
    if (result.failure.isAmbiguous) return yield* open(intent, isUnreadable(result.failure))
    yield* journal.remove(name)
    return yield* result.failure
  })

  while (true) {
    const entry = Option.getOrUndefined(yield* journal.get(name))
    if (entry === undefined) {
      yield* send
      continue
    }
    if (entry._tag === "Accepted") return entry.requestId
    const resolution = yield* messages.resolve([entry.intent], request, { owners: () => Effect.succeed(new Map()) })
    switch (resolution._tag) {
      case "Found":
        yield* accept(resolution.responses[0].requestId)
        break
      case "NotAccepted":
        if (entry.isUnreadable) return yield* new Held()
        yield* journal.remove(name)
        break
      case "Open":
        // A proof comes then; what shows up late is found sooner.
        yield* Effect.sleep(Duration.min(resolution.again, Duration.seconds(10)))
    }
  }
})
