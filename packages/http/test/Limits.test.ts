import * as RequestId from "@effect-sens/core/RequestId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as TestClock from "effect/testing/TestClock"
import { credentials, inVirtualTime, signer, sms } from "./emulated.ts"

const search = (sens: Sens.Service) =>
  Effect.provideService(
    sens.messages.search({ requestId: RequestId.make("1") }),
    RetryPolicy.CurrentRetryPolicy,
    RetryPolicy.never
  )

const services = Layer.mergeAll(
  signer,
  EmulatorClient.layer(),
  RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)),
  CircuitBreaker.layerStoreMemory()
)

describe("a rate limit", () => {
  it.effect("spaces requests out, and signs each when it goes out", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const sens = yield* Sens.make({
        ...credentials,
        attemptTimeout: "1 hours",
        callTimeout: "2 hours",
        rateLimit: { limiter, limit: 1, window: "10 minutes" }
      })
      const { exit } = yield* inVirtualTime(
        Effect.forEach(["1", "2", "3"], (text) => sens.messages.send(sms("01012345678", text)), { concurrency: 3 }),
        5000
      )
      assert.strictEqual((yield* exit).length, 3)
      const { ledger } = yield* Emulator.Emulator
      // Twenty minutes after the first, the last signature would long have expired had it been made then.
      const times = (yield* ledger).map(({ at }) => at.epochMilliseconds)
      assert.isTrue((times[2] ?? 0) - (times[0] ?? 0) >= 1_200_000)
      assert.deepStrictEqual((yield* ledger).map(({ status }) => status), [202, 202, 202])
    }).pipe(Effect.provide(Layer.fresh(services))))

  it.effect("what waits for its turn does not use up the time of an attempt", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const sens = yield* Sens.make({ ...credentials, rateLimit: { limiter, limit: 1, window: "5 seconds" } })
      const texts = Array.from({ length: 10 }, (_, index) => `${index}`)
      const { exit } = yield* inVirtualTime(
        Effect.forEach(texts, (text) => sens.messages.send(sms("01012345678", text)), { concurrency: 10 })
      )
      assert.strictEqual((yield* exit).length, 10)
    }).pipe(Effect.provide(Layer.fresh(services))))

  it.effect("what waits longer than it may was not sent, and says so", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const sens = yield* Sens.make({ ...credentials, rateLimit: { limiter, limit: 1, window: "10 minutes" } })
      yield* sens.messages.send(sms())
      const { exit } = yield* inVirtualTime(Effect.flip(sens.messages.send(sms())))
      const error = yield* exit
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.isFalse(error.isAmbiguous)
      assert.isTrue(error.isRetryable)
      assert.include(error.message, "Nothing was accepted")
      assert.strictEqual((yield* (yield* Emulator.Emulator).ledger).length, 1)
    }).pipe(Effect.provide(Layer.fresh(services))))
})

describe("a circuit breaker", () => {
  it.effect("keeps requests back while the service is down", () =>
    Effect.gen(function*() {
      const circuitBreaker = yield* CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(3),
        openDuration: "30 seconds"
      })
      const sens = yield* Sens.make({ ...credentials, circuitBreaker })
      const { faults, ledger } = yield* Emulator.Emulator
      yield* faults.next("any", 3, Fault.serverError())
      for (let call = 0; call < 3; call++) {
        assert.strictEqual((yield* Effect.flip(search(sens))).reason._tag, "ServerFault")
      }
      const kept = yield* Effect.flip(search(sens))
      assert.deepInclude(kept.reason, { _tag: "ConnectionFailed", code: "CircuitOpen" })
      assert.strictEqual((yield* ledger).length, 3)
      yield* TestClock.adjust("30 seconds")
      yield* search(sens)
      yield* search(sens)
      assert.strictEqual((yield* ledger).length, 5)
    }).pipe(Effect.scoped, Effect.provide(Layer.fresh(services))))

  it.effect("counts a service that never answers", () =>
    Effect.gen(function*() {
      const circuitBreaker = yield* CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(3),
        openDuration: "10 minutes"
      })
      const sens = yield* Sens.make({ ...credentials, circuitBreaker })
      const { faults, ledger } = yield* Emulator.Emulator
      yield* faults.next("any", Infinity, Fault.silence({ accepted: false }))
      for (let call = 0; call < 3; call++) yield* inVirtualTime(Effect.exit(search(sens)), 1000)
      assert.deepInclude((yield* Effect.flip(search(sens))).reason, { _tag: "ConnectionFailed", code: "CircuitOpen" })
      assert.strictEqual((yield* ledger).length, 3)
    }).pipe(Effect.scoped, Effect.provide(Layer.fresh(services))))

  it.effect("does not count what the service refuses", () =>
    Effect.gen(function*() {
      const circuitBreaker = yield* CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(2),
        openDuration: "30 seconds"
      })
      const sens = yield* Sens.make({ ...credentials, circuitBreaker })
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 5, Fault.saysFailed())
      for (let call = 0; call < 5; call++) {
        assert.strictEqual((yield* Effect.flip(search(sens))).reason._tag, "Rejected")
      }
    }).pipe(Effect.scoped, Effect.provide(Layer.fresh(services))))
})
