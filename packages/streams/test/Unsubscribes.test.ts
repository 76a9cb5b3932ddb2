import * as RequestId from "@effect-sens/core/RequestId"
import type * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { NumberSet } from "../src/internal/numberSet.ts"
import { calls, emulated, inVirtualTime, mocked, number } from "./emulated.ts"

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
        Effect.provide(mocked({ unsubscribes: () => Effect.succeed({ entries, unreadable: [] }) })),
        Effect.flip
      )
      assert.strictEqual("why" in error && error.why, "RepeatedPage")
    }))

  it.effect("a list that never ends is an error: pages in a circle, or the same numbers in another order", () =>
    Effect.gen(function*() {
      const all = numbers(700).map((clientTelNo) => ({ clientTelNo }))
      const page = (at: number) => all.slice(100 * at, 100 * (at + 1))
      const turned = (by: number) => [...page(0).slice(by % 100), ...page(0).slice(0, by % 100)]
      const odd = [{ index: 0, why: "clientTelNo is missing" }]
      const lists: ReadonlyArray<(index: number) => UnsubscribeResponse.UnsubscribeResponse> = [
        (index) => ({ entries: page(index % 2), unreadable: [] }),
        (index) => ({ entries: page(index % 7), unreadable: [] }),
        // It never comes back to where it began.
        (index) => ({ entries: page(index < 4 ? index : 4 + index % 3), unreadable: [] }),
        (index) => ({ entries: turned(index), unreadable: [] }),
        (index) => ({ entries: page(index % 2).slice(1), unreadable: odd })
      ]
      for (const list of lists) {
        let made = 0
        const layer = mocked({
          unsubscribes: ({ pageIndex = 0 } = {}) =>
            Effect.sync(() => {
              made += 1
              return made > 100 ? assert.fail("it goes on for ever") : list(pageIndex)
            })
        })
        const onUnreadable = () => Effect.void
        for (const read of [Stream.runDrain(Unsubscribes.all({ onUnreadable })), Unsubscribes.load({ onUnreadable })]) {
          made = 0
          const error = yield* Effect.flip(Effect.provide(read, layer))
          assert.strictEqual("why" in error && error.why, "RepeatedPage")
        }
      }
    }))
})

describe("a block list with an entry that cannot be read", () => {
  const why = "clientTelNo is missing"

  /** A list of so many entries in pages of 100; those at these places cannot be read. */
  const listed = (count: number, odd: ReadonlyArray<number>) =>
    mocked({
      unsubscribes: ({ pageIndex = 0, pageSize = 100 } = {}) => {
        const places = Array.from({ length: count }, (_, at) => at).slice(
          pageIndex * pageSize,
          (pageIndex + 1) * pageSize
        )
        return Effect.succeed({
          entries: places.filter((at) => !odd.includes(at)).map((at) => ({ clientTelNo: number(at) })),
          unreadable: places.flatMap((at, index) => odd.includes(at) ? [{ index, why }] : [])
        })
      }
    })

  it.effect("all gives the others of the page, then fails, and goes on where it is told to", () =>
    Effect.gen(function*() {
      const read: Array<string> = []
      const error = yield* Unsubscribes.all().pipe(
        Stream.runForEach(({ clientTelNo }) => Effect.sync(() => void read.push(clientTelNo))),
        Effect.flip
      )
      assert.strictEqual(read.length, 99)
      assert.deepStrictEqual(error._tag === "UnreadableEntries" ? error.entries : [], [{ index: 5, why }])
      assert.include(error.message, why)
      const told: Array<number> = []
      const onUnreadable = ({ index }: { readonly index: number }) => Effect.sync(() => void told.push(index))
      // The page with an odd entry is full, so another follows.
      assert.strictEqual(yield* Stream.runCount(Unsubscribes.all({ onUnreadable })), 147)
      assert.deepStrictEqual(told, [5, 20, 21])
    }).pipe(Effect.provide(listed(150, [5, 120, 121]))))

  it.effect("load and partition fail, so that nobody who is on it is taken for somebody who is not", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Unsubscribes.load())
      assert.deepStrictEqual(error._tag === "UnreadableEntries" ? error.entries : [], [{ index: 20, why }])
      const people = Stream.make(number(1), number(500))
      const refused = yield* Effect.flip(Effect.scoped(Unsubscribes.partition(people, (to) => to)))
      assert.strictEqual(refused._tag, "UnreadableEntries")
      let told = 0
      const onUnreadable = () => Effect.sync(() => void told++)
      const list = yield* Unsubscribes.load({ onUnreadable })
      assert.deepStrictEqual([list.size, list.has(number(1)), list.has(number(120))], [149, true, false])
      for (
        const parts of [
          Unsubscribes.partition(people, (to) => to, { onUnreadable }),
          people.pipe(Unsubscribes.partition((to) => to, { onUnreadable }))
        ]
      ) {
        const [some, others] = yield* Effect.scoped(
          Effect.flatMap(
            parts,
            ([allowed, refused]) =>
              Effect.all([Stream.runCollect(allowed), Stream.runCollect(refused)], { concurrency: 2 })
          )
        )
        assert.deepStrictEqual([some, others], [[number(500)], [number(1)]])
      }
      assert.strictEqual(told, 3)
    }).pipe(Effect.provide(listed(150, [120]))))

  it.effect("a page of such entries alone is not the end, and a list of them for ever is an error", () =>
    Effect.gen(function*() {
      let told = 0
      const onUnreadable = () => Effect.sync(() => void told++)
      const odd = Array.from({ length: 200 }, (_, index) => index)
      const list = yield* Unsubscribes.load({ onUnreadable }).pipe(Effect.provide(listed(210, odd)))
      assert.deepStrictEqual([list.size, told], [10, 200])
      const endless = mocked({
        unsubscribes: ({ pageSize = 100 } = {}) =>
          Effect.succeed({ entries: [], unreadable: Array.from({ length: pageSize }, (_, index) => ({ index, why })) })
      })
      const error = yield* Effect.flip(Unsubscribes.load({ onUnreadable }).pipe(Effect.provide(endless)))
      assert.strictEqual("why" in error && error.why, "RepeatedPage")
    }))

  it.effect.each(["010********", "0101234****", "nobody", "+", "-", "０１０***"])(
    "a number that nobody can be compared with is none: %s",
    (clientTelNo) =>
      Effect.gen(function*() {
        const list = mocked({ unsubscribes: () => Effect.succeed({ entries: [{ clientTelNo }], unreadable: [] }) })
        const error = yield* Effect.flip(Unsubscribes.load().pipe(Effect.provide(list)))
        assert.strictEqual(error._tag, "UnreadableEntries")
        assert.notMatch(error.message, /010|０１０|nobody/)
        // It stands there all the same.
        assert.strictEqual(yield* Stream.runCount(Unsubscribes.all()).pipe(Effect.provide(list)), 1)
      })
  )

  it.effect.each(
    [
      ["01012345678", "010-1234-5678"],
      ["1012345678", "01012345678"],
      ["+82 10-1234-5678", "01012345678"],
      ["821012345678", "010 1234 5678"],
      ["０１０-１２３４-５６７８", "01012345678"],
      ["212345678", "0212345678"],
      ["15441234", "1544-1234"],
      ["+81 90 1234 5678", "819012345678"],
      // What a spreadsheet makes of the number that is asked about.
      ["01012345678", "1012345678"],
      ["01012345678", "10-1234-5678"],
      ["01012345678", "1012345678.0"],
      ["01012345678", "1012345678."],
      ["01012345678", "821012345678.00"],
      ["0312345678", "82312345678.0"],
      ["01012345678", "'1012345678"],
      ["01012345678", "=\"01012345678\""],
      ["01012345678", "010-1234-5678 (본인)"],
      ["1012345678", "1012345678.0"],
      ["023123456", "02-312-3456"],
      ["15441234", "1544-1234.0"]
    ] as const
  )("%s is found as %s", ([clientTelNo, asked]) =>
    Effect.gen(function*() {
      const list = yield* Unsubscribes.load().pipe(Effect.provide(mocked({
        unsubscribes: () => Effect.succeed({ entries: [{ clientTelNo }, { clientTelNo }], unreadable: [] })
      })))
      assert.deepStrictEqual([list.size, list.has(asked), list.has("01099999999")], [1, true, false])
    }))

  it.effect("no advertisement goes out beside it, unless told to", () =>
    Effect.gen(function*() {
      let sent = 0
      const layer = mocked({
        send: () =>
          Effect.sync(() => {
            sent += 1
            return { requestId: RequestId.make(String(sent)) }
          }),
        unsubscribes: () => Effect.succeed({ entries: [], unreadable: [{ index: 0, why }] })
      })
      const messages = Stream.make(
        {
          type: "SMS",
          contentType: "AD",
          from: "0212345678",
          to: "01012345678",
          content: "(광고) 안녕하세요 무료수신거부 080-000-0000"
        } as const
      )
      const error = yield* Effect.flip(messages.pipe(BulkSend.run(), Effect.provide(layer)))
      assert.deepStrictEqual([error._tag, sent], ["UnreadableEntries", 0])
      let told = 0
      const onUnreadableOptOut = () => Effect.sync(() => void told++)
      yield* messages.pipe(BulkSend.run({ onUnreadableOptOut }), Effect.provide(layer), inVirtualTime)
      assert.deepStrictEqual([told, sent], [1, 1])
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
