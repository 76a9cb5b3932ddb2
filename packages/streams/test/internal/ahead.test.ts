import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { ahead } from "../../src/internal/ahead.ts"

/** Pages 0, 1, 2 … that take a second each, up to one that fails; `begun` is how many were asked for. */
const numbered = (failing: number) => {
  const pages = { begun: 0 }
  const pull = Effect.suspend(() => {
    const page = pages.begun++
    return Effect.delay(page < failing ? Effect.succeed(page) : Effect.fail("failed" as const), "1 second")
  })
  return { pages, pull }
}

describe("reading ahead", () => {
  it.effect.each([1, 2, 5])(
    "gives every page once, in order, and is never more than %i ahead",
    (count) =>
      Effect.gen(function*() {
        const { pages, pull } = numbered(20)
        const take = yield* ahead(pull, count, yield* Effect.scope)
        for (let page = 0; page < 20; page++) {
          yield* TestClock.adjust("10 seconds")
          assert.strictEqual(pages.begun, Math.min(page + count, 21))
          assert.strictEqual(yield* take, page)
        }
      })
  )

  it.effect.each([1, 3])("stays failed, and asks for nothing more", (count) =>
    Effect.gen(function*() {
      const { pages, pull } = numbered(2)
      const take = yield* ahead(pull, count, yield* Effect.scope)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* take, 0)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* take, 1)
      yield* TestClock.adjust("10 seconds")
      for (let again = 0; again < 3; again++) {
        assert.deepStrictEqual(yield* Effect.exit(take), Exit.fail("failed" as const))
      }
      assert.strictEqual(pages.begun, 3)
    }))

  it.effect("a take that is interrupted loses no page", () =>
    Effect.gen(function*() {
      const { pull } = numbered(9)
      const take = yield* ahead(pull, 1, yield* Effect.scope)
      const fiber = yield* Effect.forkChild(take, { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* take, 0)
    }))
})
