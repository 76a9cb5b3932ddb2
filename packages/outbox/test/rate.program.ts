/**
 * A program that sends some messages as fast as the limit lets it that it shares with others, over a database or a Redis.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as RateLimiterStoreSql from "@effect-sens/outbox/RateLimiterStoreSql"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Redis from "effect/persistence/Redis"
import type * as SqlError from "effect/sql/SqlError"
import * as Postgres from "./postgres.ts"

const [baseUrl = "", url = "", count = "1", limit = "1"] = process.argv.slice(2)

const store: Layer.Layer<RateLimiter.RateLimiterStore, SqlError.SqlError | Redis.RedisError> = url.startsWith("redis:")
  ? RateLimiter.layerStoreRedis().pipe(Layer.provide(NodeRedis.layer({ url })))
  : RateLimiterStoreSql.layer.pipe(Layer.provide(Postgres.layerAt(url)))

Effect.gen(function*() {
  const limiter = yield* RateLimiter.RateLimiter
  const { messages } = yield* Sens.make({
    ...Account.options,
    baseUrl,
    rateLimit: { limiter, limit: Number(limit), window: "1 second" }
  })
  process.stdout.write("ready\n")
  // The connection is there when it comes to counting.
  yield* messages.learnClock
  const sent = yield* Effect.forEach(
    Arr.range(1, Number(count)),
    (index) =>
      messages.send({
        type: "SMS",
        from: "0212345678",
        content: `${process.pid} ${index}`,
        messages: [{ to: "01012345678" }]
      }),
    { concurrency: 40 }
  )
  process.stdout.write(`sent ${sent.length}\n`)
}).pipe(
  Effect.scoped,
  Effect.provide(RateLimiter.layer.pipe(Layer.provide(store))),
  Effect.provide(NodeHttpClient.layerUndici),
  NodeRuntime.runMain
)
