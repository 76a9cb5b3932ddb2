import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

interface Person {
  readonly name: string
  readonly to: string
}

const log = BulkSend.Outcome.$match({
  Accepted: () => Effect.void,
  Failed: ({ error, message }) => Effect.logWarning(PhoneNumber.mask(message.to), error.reason._tag),
  Unknown: ({ message }) => Effect.logWarning(PhoneNumber.mask(message.to), "perhaps sent: being settled"),
  NotSent: ({ message, why }) => Effect.logWarning(PhoneNumber.mask(message.to), why)
})

/** One text of their own to each, 100 to a request; settles what is unknown; gives a summary. */
export const announce = <E, R>(people: Stream.Stream<Person, E, R>) =>
  people.pipe(
    Stream.map(({ name, to }) => ({
      type: "SMS" as const,
      from: "0212345678",
      to,
      content: `[서점] ${name}님, 주문하신 책이 도착했습니다.`
    })),
    BulkSend.send({ dedupe: true, onOutcome: log }),
    BulkSend.reconcile({ callTimeout: "10 minutes" }),
    Stream.run(BulkSend.summary)
  )
