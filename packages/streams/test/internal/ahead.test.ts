import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
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

  // A fiber can be interrupted wherever it yields; here it yields after so many operations.
  it.effect.each([1, 3])(
    "a take that is interrupted anywhere loses no page, and begins none beside another",
    (count) =>
      Effect.gen(function*() {
        for (let operations = 3; operations <= 30; operations++) {
          for (let turns = 0; turns < 8; turns++) {
            const running = { now: 0, most: 0, begun: 0 }
            const pull = Effect.acquireUseRelease(
              Effect.sync(() => {
                running.most = Math.max(running.most, ++running.now)
                return running.begun++
              }),
              (page) => Effect.as(Effect.yieldNow, page),
              () =>
                Effect.sync(() => {
                  running.now--
                })
            )
            const take = yield* ahead(pull, count, yield* Effect.scope)
            for (let turn = 0; turn < 5; turn++) yield* Effect.yieldNow
            const fiber = yield* Effect.forkChild(Effect.provideService(take, Scheduler.MaxOpsBeforeYield, operations))
            for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
            yield* Fiber.interrupt(fiber)
            const first = yield* Fiber.await(fiber)
            const taken = Exit.isSuccess(first) ? [first.value] : []
            for (let more = 0; more < 3; more++) taken.push(yield* take)
            assert.deepStrictEqual(taken, Array.from(taken, (_, page) => page))
            assert.strictEqual(running.most, 1)
          }
        }
      }).pipe(Effect.scoped)
  )

  it.effect("reads ahead without a limit only so far", () =>
    Effect.gen(function*() {
      const { pages, pull } = numbered(Infinity)
      const take = yield* ahead(pull, Infinity, yield* Effect.scope)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* take, 0)
      assert.isAtMost(pages.begun, 10)
    }))

  it.effect("a page that dies is a take that dies", () =>
    Effect.gen(function*() {
      const take = yield* ahead(Effect.die("broken"), 1, yield* Effect.scope)
      assert.deepStrictEqual(yield* Effect.exit(take), Exit.die("broken"))
    }))
})
