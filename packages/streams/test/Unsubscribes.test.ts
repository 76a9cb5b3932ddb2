import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Sens from "@effect-sens/http/Sens"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { NumberSet } from "../src/internal/numberSet.ts"
import { calls, emulated, mocked, number } from "./emulated.ts"

const numbers = (count: number) => Array.from({ length: count }, (_, index) => number(index))

describe("Unsubscribes.all", () => {
  it.effect.each([0, 1, 99, 100, 101, 250])(
    "gives each of %i numbers once, with the fewest calls",
    (count) =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        for (const to of numbers(count)) yield* emulator.optOut(to)
        const found = yield* Stream.runCollect(Unsubscribes.all())
        assert.deepStrictEqual(found.map(({ clientTelNo }) => clientTelNo), numbers(count).map(String))
        // A page that is full does not say whether another follows.
        assert.strictEqual(yield* calls("unsubscribesSearch"), Math.floor(count / 100) + 1)
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("takes a query, and any page size", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      yield* sens.unsubscribes.register(numbers(30))
      assert.strictEqual(yield* Stream.runCount(Unsubscribes.all({ pageSize: 7 })), 30)
      assert.strictEqual(yield* Stream.runCount(Unsubscribes.all({ clientTelNo: number(3) })), 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a list that repeats a page is an error", () =>
    Effect.gen(function*() {
      const entries = numbers(100).map((clientTelNo) => ({ clientTelNo }))
      const error = yield* Stream.runDrain(Unsubscribes.all()).pipe(
        Effect.provide(mocked({ unsubscribes: () => Effect.succeed(entries) })),
        Effect.flip
      )
      assert.strictEqual("why" in error && error.why, "RepeatedPage")
    }))
})

describe("Unsubscribes.partition", () => {
  it.effect("splits recipients, each to one side", () =>
    Effect.scoped(Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      for (let index = 0; index < 300; index += 3) yield* emulator.optOut(number(index))
      const people = Stream.fromIterable(numbers(1000).map((to, index) => ({ to, index })))
      const [allowed, refused] = yield* people.pipe(Unsubscribes.partition(({ to }) => to))
      const [some, others] = yield* Effect.all([Stream.runCollect(allowed), Stream.runCollect(refused)], {
        concurrency: 2
      })
      assert.strictEqual(others.length, 100)
      assert.isTrue(others.every(({ index }) => index % 3 === 0 && index < 300))
      assert.strictEqual(some.length + others.length, 1000)
      assert.strictEqual(yield* calls("unsubscribesSearch"), 2)
    })).pipe(Effect.provide(emulated())))
})

describe("a set of numbers", () => {
  const Digits = Schema.String.check(Schema.isPattern(/^[0-9]{1,20}$/))

  it.prop("holds what a Set holds", [Schema.Array(Digits), Schema.Array(Digits)], ([some, others]) => {
    const set = new NumberSet()
    const model = new Set<string>()
    for (const number of [...some, ...some]) {
      assert.strictEqual(set.add(number), !model.has(number))
      model.add(number)
    }
    assert.strictEqual(set.size, model.size)
    for (const number of [...some, ...others]) assert.strictEqual(set.has(number), model.has(number))
  })

  it("tells leading zeros and other keys apart, in any number", () => {
    const set = new NumberSet()
    for (let index = 0; index < 50_000; index++) assert.isTrue(set.add(number(index)))
    for (let index = 0; index < 50_000; index++) assert.isFalse(set.add(number(index)))
    assert.isTrue(set.add("1"))
    assert.isTrue(set.add("01"))
    assert.isTrue(set.add("81/1"))
    assert.isTrue(set.has("81/1"))
    assert.isFalse(set.has("001"))
    assert.strictEqual(set.size, 50_003)
  })
})
