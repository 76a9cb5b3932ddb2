/**
 * A program that does nothing but send what is in an outbox, until it is killed; with a port, as a runner of a cluster.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as ClusterWorker from "@effect-sens/outbox/ClusterWorker"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { fences } from "./fences.ts"
import * as Postgres from "./postgres.ts"

const [baseUrl = "", database = "", attemptMillis = "1500", port, rate] = process.argv.slice(2)

// A limit that this process alone counts.
const rateLimit = Effect.map(
  RateLimiter.RateLimiter,
  (limiter) => ({ limiter, limit: Number(rate), window: 1000 })
)

const client = Layer.effect(
  Sens.Sens,
  Effect.flatMap(
    rate === undefined ? Effect.undefined : rateLimit,
    (rateLimit) =>
      Sens.make({ ...Account.options, ...fences.client, attemptTimeout: Number(attemptMillis), baseUrl, rateLimit })
  )
).pipe(
  Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))),
  Layer.provide(NodeHttpClient.layerUndici)
)

const sql = database.startsWith("postgres:")
  ? Postgres.layerAt(database, "worker")
  : NodeSqlite.layer({ filename: database })

const address = Option.some(RunnerAddress.make("127.0.0.1", Number(port)))

const cluster = ClusterWorker.layer().pipe(
  Layer.provide(NodeClusterSocket.layer({
    storage: "sql",
    shardingConfig: {
      runnerAddress: address,
      runnerListenAddress: address,
      shardLockExpiration: "3 seconds",
      refreshAssignmentsInterval: "500 millis"
    }
  }))
)

const worker = Layer.unwrap(Effect.sync((): typeof cluster => port === undefined ? Outbox.layerWorker() : cluster))

worker.pipe(
  Layer.provide(Outbox.layer()),
  Layer.tap(() => Effect.sync(() => process.stdout.write("ready\n"))),
  Layer.provide([client, sql]),
  Layer.launch,
  NodeRuntime.runMain
)
