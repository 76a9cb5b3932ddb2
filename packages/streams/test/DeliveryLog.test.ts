import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, emulated, mocked, number, sms } from "./emulated.ts"

const numbers = (count: number) => Array.from({ length: count }, (_, index) => number(index))

const paging = ["pageIndex", "nextToken", "both"] as const

describe("DeliveryLog.records", () => {
  it.effect.each(paging)(
    "gives every message of a request once, over several pages, by %s",
    (paging) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const emulator = yield* Emulator.Emulator
        const { requestId } = yield* sens.messages.send(sms(100))
        yield* TestClock.adjust("1 hours")
        const before = (yield* emulator.ledger).length
        const records = yield* Stream.runCollect(
          DeliveryLog.records({ requestId, pageSize: 40 })
        )
        assert.strictEqual((yield* emulator.ledger).length - before, 3)
        assert.deepStrictEqual(records.map(({ to }) => to).sort(), numbers(100).map(String))
        assert.isTrue(records.every((record) => MessageRecord.outcome(record)._tag === "Delivered"))
      }).pipe(Effect.provide(emulated({ switches: { paging } })))
  )

  it.effect.prop(
    "neither loses nor repeats a message, whatever the page size",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 120 })),
      Schema.Literals(paging)
    ],
    ([count, pageSize, paging]) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const { requestId } = yield* sens.messages.send(sms(count))
        const pages = yield* Stream.runCollect(DeliveryLog.pages({ requestId, pageSize }))
        assert.strictEqual(pages.length, Math.ceil(count / pageSize))
        const records = pages.flatMap(({ records }) => records)
        assert.deepStrictEqual(records.map(({ to }) => to).sort(), numbers(count).map(String))
      }).pipe(Effect.provide(emulated({ switches: { paging } }))),
    { arbitrary: { runs: 50 } }
  )

  it.effect("reads no further ahead than it is told", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const emulator = yield* Emulator.Emulator
      const { requestId } = yield* sens.messages.send(sms(100))
      for (const [options, ahead] of [[{ prefetch: 0 }, 0], [{}, 1], [{ prefetch: 3 }, 3]] as const) {
        const records = DeliveryLog.records({ requestId, pageSize: 10 }, options)
        const before = (yield* emulator.ledger).length
        yield* Stream.runForEach(Stream.take(records, 15), () => Effect.yieldNow)
        assert.strictEqual((yield* emulator.ledger).length - before, 2 + ahead)
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("asks for full pages unless it is told otherwise", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(DateTime.makeUnsafe("2026-01-01T00:00:00Z").epochMilliseconds)
      const sens = yield* Sens.Sens
      const emulator = yield* Emulator.Emulator
      const start = yield* DateTime.now
      yield* sens.messages.send(sms(100))
      yield* sens.messages.send(sms(100))
      yield* TestClock.adjust("1 minutes")
      const end = yield* DateTime.now
      const before = (yield* emulator.ledger).length
      assert.strictEqual(yield* Stream.runCount(DeliveryLog.records({ requestTime: { start, end } })), 200)
      assert.strictEqual((yield* emulator.ledger).length - before, 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("windows of request and of completion hold what was sent in them", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(DateTime.makeUnsafe("2026-01-01T00:00:00.500Z").epochMilliseconds)
      const sens = yield* Sens.Sens
      const start = yield* DateTime.now
      yield* sens.messages.send(sms(30))
      yield* TestClock.adjust("1 hours")
      const end = yield* DateTime.now
      for (
        const query of [
          { requestTime: { start, end }, pageSize: 7 },
          { completeTime: { start, end }, pageSize: 7 }
        ]
      ) {
        assert.strictEqual(yield* Stream.runCount(DeliveryLog.records(query)), 30)
      }
      const later = { requestTime: { start: DateTime.add(start, { minutes: 1 }), end } }
      assert.strictEqual(yield* Stream.runCount(DeliveryLog.records(later)), 0)
    }).pipe(Effect.provide(emulated())))
})

describe("a log that does not lead on", () => {
  const record = (id: number) => ({ messageId: String(id), to: "01012345678", status: "READY" })

  // Answers the pages given, and the last one for ever.
  const scripted = (...pages: ReadonlyArray<unknown>) => {
    const responses = Schema.decodeUnknownSync(Schema.Array(Schema.Unknown))(pages)
    let index = 0
    const next = (): SearchResponse.SearchResponse => {
      const page = responses[Math.min(index, responses.length - 1)]
      index += 1
      return page as SearchResponse.SearchResponse
    }
    return mocked({ search: () => Effect.sync(next) })
  }

  const drain = (...pages: ReadonlyArray<unknown>) =>
    Effect.flip(Stream.runDrain(DeliveryLog.records({ requestId: requestId })))
      .pipe(Effect.provide(scripted(...pages)), Effect.map((error) => "why" in error ? error.why : error._tag))

  const requestId = "1"

  it.effect("an empty page that says more is an error", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* drain({ messages: [record(1)], hasMore: true }, { messages: [], hasMore: true }),
        "EmptyPage"
      )
      assert.strictEqual(yield* drain({ hasMore: true }), "EmptyPage")
    }))

  it.effect("a token that names its own page is an error", () =>
    Effect.gen(function*() {
      const page = (id: number) => ({ messages: [record(id)], hasMore: true, nextToken: "same" })
      assert.strictEqual(yield* drain(page(1), page(2), page(3)), "RepeatedToken")
    }))

  it.effect("a page that repeats the one before is an error", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* drain({ messages: [record(1), record(2)], hasMore: true }), "RepeatedPage")
    }))

  it.effect("pages that lead round in a circle are an error, however long the circle", () =>
    Effect.gen(function*() {
      for (const length of [2, 3, 7, 50]) {
        // By token: the pages differ every time, the tokens come again.
        const tokens = Array.from({ length: 10 * length }, (_, index) => ({
          messages: [record(index)],
          hasMore: true,
          nextToken: `t${index % length}`
        }))
        assert.strictEqual(yield* drain(...tokens), "RepeatedToken")
        // By number: the pages come again.
        const pages = Array.from({ length: 10 * length }, (_, index) => ({
          messages: [record(index % length)],
          hasMore: true
        }))
        assert.strictEqual(yield* drain(...pages), "RepeatedPage")
      }
    }))

  it.effect("pages of the same messages in another order every time are an error", () =>
    Effect.gen(function*() {
      const ids = Array.from({ length: 10 }, (_, index) => index)
      const pages = Array.from({ length: 100 }, (_, turn) => ({
        messages: ids.map((id) => record((id + turn) % 10)),
        hasMore: true
      }))
      assert.strictEqual(yield* drain(...pages), "RepeatedPage")
    }))

  it.effect("a log that never comes round is read to its end", () =>
    Effect.gen(function*() {
      const pages = Array.from({ length: 1000 }, (_, index) => ({
        messages: [record(index)],
        hasMore: index < 999,
        nextToken: index < 999 ? `t${index}` : ""
      }))
      const count = yield* Stream.runCount(DeliveryLog.records({ requestId })).pipe(
        Effect.provide(scripted(...pages))
      )
      assert.strictEqual(count, 1000)
    }))

  it.effect("no token, an empty one and null all end a log that says no more", () =>
    Effect.gen(function*() {
      for (const nextToken of [undefined, "", null]) {
        for (const hasMore of [undefined, false, null]) {
          const count = yield* Stream.runCount(DeliveryLog.records({ requestId })).pipe(
            Effect.provide(scripted({ messages: [record(1)], hasMore, nextToken }))
          )
          assert.strictEqual(count, 1)
        }
      }
    }))

  it.effect("a token that comes with hasMore: false is followed, and what is behind it read", () =>
    Effect.gen(function*() {
      const last = (nextToken: string, ...ids: ReadonlyArray<number>) => ({
        messages: ids.map(record),
        hasMore: false,
        nextToken
      })
      const read = (...pages: ReadonlyArray<unknown>) =>
        Stream.runCollect(DeliveryLog.records({ requestId })).pipe(
          Effect.provide(scripted(...pages)),
          Effect.map((records) => records.map(({ messageId }) => Number(messageId)))
        )
      assert.deepStrictEqual(yield* read(last("a", 1), last("b", 2), { messages: [record(3)] }), [1, 2, 3])
      // Nothing is behind it, or the same again.
      for (
        const nothing of [SearchResponse.empty, { messages: [], hasMore: false }, last("b"), last("a", 1), last("b", 1)]
      ) {
        assert.deepStrictEqual(yield* read(last("a", 1), nothing), [1])
      }
      // Round in a circle: it said itself that it ends.
      assert.includeMembers(
        yield* read(...Array.from({ length: 100 }, (_, turn) => last(`t${turn % 3}`, turn % 3))),
        [0, 1, 2]
      )
    }))

  it.effect("a cursor knows that nobody promised what is behind a token", () =>
    Effect.gen(function*() {
      const first = { messages: [record(1)], hasMore: false, nextToken: "a" }
      const [page] = yield* Stream.runCollect(Stream.take(DeliveryLog.pages({ requestId }), 1)).pipe(
        Effect.provide(scripted(first))
      )
      if (page === undefined) return assert.fail("no page")
      const text = yield* Schema.encodeEffect(DeliveryLog.CursorJson)(page.cursor)
      const cursor = yield* Schema.decodeEffect(DeliveryLog.CursorJson)(text)
      for (const [behind, count] of [[SearchResponse.empty, 0], [{ messages: [record(2)] }, 1]] as const) {
        for (let turn = 0; turn < 2; turn++) {
          const pages = yield* Stream.runCollect(DeliveryLog.resume(cursor)).pipe(Effect.provide(scripted(behind)))
          assert.strictEqual(pages.flatMap(({ records }) => records).length, count)
        }
      }
    }))

  it.effect("a token that SENS refuses is the end where nobody promised a page", () =>
    Effect.gen(function*() {
      const read = (hasMore: boolean, reason: SensError.Reason) =>
        Stream.runCount(DeliveryLog.records({ requestId })).pipe(
          Effect.provide(mocked({
            search: (_, page) =>
              page === undefined
                ? Effect.succeed({
                  messages: [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }],
                  hasMore,
                  nextToken: "a"
                })
                : Effect.fail(new SensError.SensError({ operation: "messages.search", reason }))
          })),
          Effect.catch((error) => Effect.succeed(error._tag === "SensError" ? error.reason._tag : error._tag))
        )
      const refused = new SensError.BadRequest({ status: 400, errors: [] })
      assert.strictEqual(yield* read(false, refused), 1)
      assert.strictEqual(yield* read(false, new SensError.NotFound({ status: 404 })), 1)
      assert.strictEqual(yield* read(true, refused), "BadRequest")
      assert.strictEqual(yield* read(false, new SensError.ServerFault({ status: 500 })), "ServerFault")
    }))

  it.effect("a token leads on where hasMore is left out", () =>
    Effect.gen(function*() {
      const count = yield* Stream.runCount(DeliveryLog.records({ requestId })).pipe(
        Effect.provide(scripted({ messages: [record(1)], nextToken: "next" }, { messages: [record(2)] }))
      )
      assert.strictEqual(count, 2)
    }))
})

describe("options", () => {
  const query = { requestId: "x" }
  const wrong: ReadonlyArray<readonly [string, ReadonlyArray<unknown>]> = [
    ...[null, 5, "x", { margin: "x" }, { concurrency: NaN }, { prefetch: -1 }, { onNotCovered: 5 }, { page: 1 }]
      .flatMap(
        (options) => [["pages", [query, options]], ["records", [query, options]]] as const
      ),
    ["records", [query, { onUnreadable: "no" }]],
    ["pages", [query, AbortSignal.timeout(1000)]],
    ...[null, { interval: "x" }, { interval: NaN }, { interval: 0 }, { start: "2026-01-01" }, { by: "x" }, { too: "0" }]
      .flatMap((options) => [["tail", [options]], ["tailPages", [options]]] as const)
  ]

  it.effect.each(wrong)("%s%j is refused, and asks for nothing", ([name, given]) =>
    Effect.gen(function*() {
      const make: unknown = Reflect.get(DeliveryLog, name)
      if (typeof make !== "function") return assert.fail(name)
      const stream: Stream.Stream<object, DeliveryLog.LogError, Sens.Sens> = Reflect.apply(make, undefined, given)
      const error = yield* Effect.flip(Stream.runDrain(stream))
      if (error._tag !== "SensError" || error.reason._tag !== "InvalidRequest") return assert.fail(String(error))
      assert.isTrue(error.reason.issues.every(({ kind, path }) => kind === "Option" && path[0] === "options"))
      assert.strictEqual(yield* calls("search"), 0)
    }).pipe(Effect.provide(emulated())))
})
