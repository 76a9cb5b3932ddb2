import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as RateLimiter from "effect/persistence/RateLimiter"

const make = Effect.fn(function*(options: Sens.Options) {
  const limiter = yield* RateLimiter.RateLimiter
  const circuitBreaker = yield* CircuitBreaker.make({
    tripPolicy: CircuitBreaker.consecutive(5),
    openDuration: "30 seconds"
  })
  return yield* Sens.make({ ...options, circuitBreaker, rateLimit: { limiter, limit: 20, window: "1 second" } })
})

export const layer = (options: Sens.Options) =>
  Layer.effect(Sens.Sens, make(options)).pipe(
    Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))),
    Layer.provide(CircuitBreaker.layerStoreMemory())
  )
