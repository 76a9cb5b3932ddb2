/**
 * A program that does nothing but send what is in an outbox, until it is killed.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fences } from "./fences.ts"
import * as Postgres from "./postgres.ts"

const [baseUrl = "", database = "", attemptMillis = "1500"] = process.argv.slice(2)

const client = Sens.layer({
  ...Account.options,
  ...fences.client,
  attemptTimeout: Number(attemptMillis),
  baseUrl
}).pipe(
  Layer.provide(NodeHttpClient.layerUndici)
)

const sql = database.startsWith("postgres:")
  ? Postgres.layerAt(database, "worker")
  : NodeSqlite.layer({ filename: database })

Outbox.layerWorker().pipe(
  Layer.provide(Outbox.layer()),
  Layer.tap(() => Effect.sync(() => process.stdout.write("ready\n"))),
  Layer.provide([client, sql]),
  Layer.launch,
  NodeRuntime.runMain
)
