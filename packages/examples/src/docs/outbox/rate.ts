import * as Sens from "@effect-sens/http/Sens"
import * as RateLimiterStoreSql from "@effect-sens/outbox/RateLimiterStoreSql"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"

const make = Effect.fn(function*(options: Sens.Options) {
  const limiter = yield* RateLimiter.RateLimiter
  const key = `sens/${options.serviceId}`
  return yield* Sens.make({ ...options, rateLimit: { limiter, limit: 100, window: "1 second", key } })
})

// The client of each machine's worker.
export const layer = (options: Sens.Options) =>
  Layer.effect(Sens.Sens, make(options)).pipe(
    Layer.provide(RateLimiter.layer),
    Layer.provide(RateLimiterStoreSql.layer)
  )
