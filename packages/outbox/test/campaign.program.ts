/**
 * A program that starts a campaign whose stream never ends, until it is killed.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Postgres from "./postgres.ts"

const [database = "", id = "", count = "0"] = process.argv.slice(2)

const messages = Stream.range(1, Number(count)).pipe(
  Stream.map((index) => ({
    type: "SMS" as const,
    from: "0212345678",
    to: `010${String(index).padStart(8, "0")}`,
    content: "[서점] 주문하신 책이 도착했습니다."
  })),
  Stream.concat(Stream.never)
)

const sql = database.startsWith("postgres:") ? Postgres.layerAt(database) : NodeSqlite.layer({ filename: database })

Effect.gen(function*() {
  const { start } = yield* Campaigns.Campaigns
  process.stdout.write("ready\n")
  yield* start(id, messages, { service: Account.serviceId })
}).pipe(
  Effect.provide(Campaigns.layer().pipe(Layer.provideMerge(Outbox.layer()), Layer.provide(sql))),
  NodeRuntime.runMain
)
