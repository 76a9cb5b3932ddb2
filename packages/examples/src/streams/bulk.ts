// A text to each customer, half of them with their own, and what became of all of them.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"

const from = "0212345678"

// As they might come from a database, however many there are.
const customers = Stream.range(1, 1000).pipe(
  Stream.map((id) => ({ id, to: PhoneNumber.make(`010${String(id).padStart(8, "0")}`), isMember: id % 2 === 0 }))
)

const messages = Stream.map(customers, ({ id, isMember, to }) => ({
  type: "SMS" as const,
  from,
  to,
  content: isMember ? `[서점] ${id}번 회원님, 적립금이 있습니다.` : "[서점] 회원이 되시면 적립금을 드립니다."
}))

const program = Effect.gen(function*() {
  const unsettled = yield* Ref.make(0)
  const outcomes = BulkSend.send(messages, {
    concurrency: 4,
    dedupe: true,
    // Also told when the program is stopped: write down what may have to be looked after.
    onOutcome: ({ _tag }) => _tag === "Unknown" ? Ref.update(unsettled, (count) => count + 1) : Effect.void
  })
  const delivered = yield* outcomes.pipe(
    BulkSend.accepted,
    Delivery.trackAll(),
    Stream.filter((change) => change._tag === "Message" && change.record.statusName === "success"),
    Stream.runCount
  )
  yield* Effect.log(`${delivered} delivered, ${yield* Ref.get(unsettled)} unsettled`)

  const summary = yield* BulkSend.run(Stream.take(messages, 250))
  yield* Effect.log(`${summary.accepted} accepted in ${summary.requests} requests`)
})

// Sends and looks alike, 20 a second.
const layer = Layer.unwrap(
  Effect.map(
    RateLimiter.RateLimiter,
    (limiter) => Sens.layerConfig({ rateLimit: { limiter, limit: 20, window: "1 second" } })
  )
).pipe(Layer.provide([
  NodeTransport.layer(),
  RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
]))
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
