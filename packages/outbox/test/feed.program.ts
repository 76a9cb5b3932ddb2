/**
 * A program that follows a feed, until it is killed. What it gets goes into the table `results` of its database, or, without a
 * transaction, into a file.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { appendFileSync } from "node:fs"
import * as FeedOptions from "./feedOptions.ts"
import * as Postgres from "./postgres.ts"

const { baseUrl, database, file, freezes, lease, start, worker } = Schema.decodeSync(FeedOptions.Json)(
  process.argv[2] ?? ""
)

// An answer without messages is shorter.
const shortest = 500
let isFirst = true

/** Stops this process on the spot, until somebody lets it go on. */
const freeze = Effect.sync(() => {
  if (!isFirst) return
  isFirst = false
  process.stdout.write("frozen\n")
  process.kill(process.pid, "SIGSTOP")
})

const client = Sens.layer({
  ...Account.options,
  baseUrl,
  // The first messages are read, and nothing is written yet.
  transformClient: HttpClient.tap(({ headers }) =>
    freezes === "before the transaction" && Number(headers["content-length"]) > shortest ? freeze : Effect.void
  )
}).pipe(
  Layer.provide(NodeHttpClient.layerUndici)
)

const sql = database.startsWith("postgres:")
  ? Postgres.layerAt(database, "worker")
  : NodeSqlite.layer({ filename: database })

const insert = Effect.fnUntraced(function*({ records }: DeliveryFeed.Page) {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(
    records,
    ({ completeTime, messageId }) =>
      sql`INSERT INTO results (message_id, completed_at, worker) VALUES (${messageId}, ${completeTime}, ${worker})`
  )
  // What was inserted is not committed yet.
  if (freezes === "in the transaction") yield* freeze
})

const append = ({ records }: DeliveryFeed.Page) =>
  Effect.sync(() => {
    const lines = records.map(({ completeTime, messageId }) => `${messageId},${completeTime},${worker}\n`)
    if (file !== undefined) appendFileSync(file, lines.join(""))
  })

DeliveryFeed.run({
  name: "results",
  handler: (page) => file === undefined ? insert(page) : append(page),
  transaction: file === undefined,
  start: DateTime.makeUnsafe(start),
  ...FeedOptions.pace,
  lease
}).pipe(
  Effect.provide([client, sql]),
  NodeRuntime.runMain
)
