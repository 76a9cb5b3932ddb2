import * as Sens from "@effect-sens/http/Sens"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const recipients = Arr.makeBy(20_000, (index) => ({ to: `010${20_000_000 + index}` }))

const program = Effect.gen(function*() {
  const outbox = yield* Outbox.Outbox
  const ids = yield* Effect.forEach(Arr.chunksOf(recipients, 100), (messages, index) =>
    outbox.enqueue(
      { type: "SMS", from: "0212345678", content: "[서점] 봄맞이 행사를 시작합니다.", messages },
      // A program that was killed and is started again finds what it has enqueued.
      { key: `spring/${index}`, priority: "bulk" }
    ))
  yield* Effect.forEach(ids, (id) => outbox.await(id, "final"))
  yield* Console.log("Every recipient has a result")
})

const database = PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })

const layer = Outbox.layerWorker().pipe(
  Layer.provideMerge(Outbox.layer()),
  Layer.provide(database),
  Layer.provide(Sens.layerConfig()),
  Layer.provide(NodeHttpClient.layerUndici)
)

program.pipe(Effect.provide(layer), NodeRuntime.runMain)
