import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, emulated, history, inVirtualTime, leastCalls, mocked, random, sms } from "./emulated.ts"

const day = 86_400_000
const now = DateTime.makeUnsafe("2026-03-31T15:04:05.678Z")
const at = (millis: number) => DateTime.makeUnsafe(millis)
const millis = (at: Date | DateTime.DateTime) => at instanceof Date ? at.getTime() : at.epochMilliseconds
const floor = (millis: number) => Math.floor(millis / 1000) * 1000
const ceil = (millis: number) => Math.ceil(millis / 1000) * 1000

/** The windows that a range has to be cut into: as long as SENS takes, with a second in common. */
const windows = (start: number, end: number, length: number) => {
  const cut = [{ start, end: Math.min(start + length, end) }]
  for (let last = cut[0]!; last.end < end; last = cut[cut.length - 1]!) {
    cut.push({ start: last.end - 1000, end: Math.min(last.end - 1000 + length, end) })
  }
  return cut
}

const times = {
  request: { length: 30 * day, of: (past: { requestedAt: number }) => past.requestedAt },
  completion: { length: day, of: (past: { completedAt: number }) => past.completedAt }
}

// 85 days up to the present, in an emulator's own store.
const start = now.epochMilliseconds - 85 * day

/** Collects the ids of a stream without keeping its records, and fails at the first that comes twice. */
const idsOf = <E, R>(records: Stream.Stream<{ readonly messageId: string }, E, R>) =>
  Stream.runFold(records, () => new Set<string>(), (ids, { messageId }) => {
    assert.isFalse(ids.has(messageId), `${messageId} comes twice`)
    return ids.add(messageId)
  })

const rangeBy = (by: "request" | "completion", start: DateTime.Utc, end: DateTime.Utc): SearchQuery.SearchQuery =>
  by === "request" ? { requestTime: { start, end } } : { completeTime: { start, end } }

describe("a range of 85 days", () => {
  const large = history(200_000, start, now.epochMilliseconds)
  const small = history(20_000, start, now.epochMilliseconds)

  it.effect.each(
    [["request", "200,000", large], ["completion", "20,000", small]] as const
  )(
    "by %s gives each of %s records once, in the order of its windows, with the fewest calls",
    ([by, , { messages, storage }]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const { length, of } = times[by]
        const expected = messages.filter((past) => of(past) <= now.epochMilliseconds)
        const seen = new Set<string>()
        let latest = 0
        yield* Stream.runForEachArray(DeliveryLog.records(rangeBy(by, at(start), now)), (records) =>
          Effect.sync(() => {
            for (const { completeTime, messageId, requestTime } of records) {
              assert.isFalse(seen.has(messageId))
              seen.add(messageId)
              const time = Date.parse(`${(by === "request" ? requestTime : completeTime)?.replace(" ", "T")}+09:00`)
              // The emulator serves a window in the order of time, so all of the range is.
              assert.isAtLeast(time, latest)
              latest = time
            }
          }))
        assert.strictEqual(seen.size, expected.length)
        assert.isTrue(expected.every(({ messageId }) => seen.has(messageId)))
        const made = yield* calls("search")
        const least = leastCalls(expected.map(of), windows(floor(start), ceil(now.epochMilliseconds), length))
        console.log(`between by ${by}: ${seen.size} records, ${made} calls, ${least} are the least`)
        assert.strictEqual(made, least)
      }).pipe(Effect.provide(emulated({ storage }))),
    300_000
  )

  it.effect("several windows at a time keep their order, and cost no more calls", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const { messages } = small
      const from = now.epochMilliseconds - 20 * day
      const expected = messages.filter(({ completedAt }) =>
        completedAt >= floor(from) && completedAt <= now.epochMilliseconds
      )
      const one = yield* Stream.runCollect(DeliveryLog.records({ completeTime: { start: at(from), end: now } }))
      const before = yield* calls("search")
      const four = yield* Stream.runCollect(
        DeliveryLog.records({ completeTime: { start: at(from), end: now } }, { concurrency: 4, prefetch: 2 })
      )
      assert.strictEqual(one.length, expected.length)
      assert.deepStrictEqual(four.map(({ messageId }) => messageId), one.map(({ messageId }) => messageId))
      assert.strictEqual((yield* calls("search")) - before, before)
    }).pipe(Effect.provide(emulated({ storage: small.storage }))), 300_000)

  it.effect.each(
    [["request", "20,000", small, 30], ["completion", "200,000", large, 5000]] as const
  )(
    "by %s gives each of %s records once while 100 messages a second arrive and one call in 20 answers 429 or 500",
    ([by, , { messages, storage }, most]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const emulator = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        yield* emulator.faults.random({
          seed: "0",
          rates: [
            { fault: Fault.serverError(), rate: 0.025, operation: "search" },
            { fault: Fault.tooManyRequests({ code: "410" }), rate: 0.025, operation: "search" },
            // The rest takes its time, so that messages arrive while pages are read.
            { fault: Fault.slow({ before: "50 millis" }), rate: 0.95, operation: "search" }
          ]
        })
        const arriving = yield* Effect.forkChild(
          Effect.repeat(sens.messages.send(sms(100)), Schedule.spaced("1 seconds"))
        )
        const { length, of } = times[by]
        const expected = messages.filter((past) => of(past) <= now.epochMilliseconds)
        const seen = yield* inVirtualTime(idsOf(DeliveryLog.records(rangeBy(by, at(start), now))))
        yield* Fiber.interrupt(arriving)
        assert.isTrue(expected.every(({ messageId }) => seen.has(messageId)))
        // What arrives is after the end, but for the second that the end is in.
        const arrived = (yield* emulator.allMessages).length - messages.length
        assert.isAtLeast(arrived, most)
        assert.isAtMost(seen.size - expected.length, 300)
        const made = yield* calls("search")
        const faults = (yield* emulator.faults.applied).filter(({ fault }) => fault !== "Slow")
          .reduce((sum, { count }) => sum + count, 0)
        assert.isAtLeast(faults, made / 40)
        const least = leastCalls(expected.map(of), windows(floor(start), ceil(now.epochMilliseconds), length))
        console.log(
          `between by ${by} under faults: ${seen.size} records, ${arrived} arrived, ${made} calls: ${least} are the least, ${faults} failed`
        )
        // One more page where those of the last second were over a page's end.
        assert.isAtMost(made - least - faults, Math.ceil((seen.size - expected.length) / 100))
      }).pipe(Effect.provide(emulated({ storage }))),
    300_000
  )
})

describe("a range", () => {
  it.effect.each(["pageIndex", "nextToken"] as const)(
    "is whole at any seam, whatever the page size, by %s",
    (paging) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        // Bursts exactly at and around the seams of the windows.
        const first = floor(now.epochMilliseconds) - 3 * day
        const seams = windows(first, floor(now.epochMilliseconds), day).map(({ end }) => end)
        const bursts = [first, ...seams].flatMap((seam) =>
          [-2000, -1001, -1000, -1, 0, 1, 999, 1000].map((d) => seam + d)
        )
        const { messages, storage } = history(bursts.length * 50, first, now.epochMilliseconds)
        const next = random(1)
        const events = storage.events.flatMap((event) => {
          if (event._tag !== "Accepted") return []
          const completedAt = bursts[next(bursts.length)] ?? 0
          return [{ ...event, request: { ...event.request, requestedAt: completedAt - 5000, completedAt } }]
        })
        const due = events.filter(({ request }) =>
          request.completedAt >= first && request.completedAt <= now.epochMilliseconds
        ).flatMap(({ request }) => request.messages.map(({ messageId }) => messageId))
        assert.isAbove(due.length, messages.length / 2)
        for (const pageSize of [17, 100]) {
          const seen = yield* idsOf(DeliveryLog.records({ completeTime: { start: at(first), end: now }, pageSize }))
            .pipe(
              Effect.provide(emulated({ storage: { ...storage, events }, switches: { paging } }))
            )
          assert.deepStrictEqual(Array.from(seen).sort(), due.toSorted())
        }
      }),
    120_000
  )

  it.effect("what is older than the log is an error, before anything is read", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const start = at(now.epochMilliseconds - 95 * day)
      const error = yield* Effect.flip(Stream.runDrain(DeliveryLog.records({ requestTime: { start, end: now } })))
      assert.instanceOf(error, DeliveryLog.NotCovered)
      assert.strictEqual(DateTime.formatIso(error.start), DateTime.formatIso(at(floor(start.epochMilliseconds))))
      assert.strictEqual(
        DateTime.formatIso(error.end),
        DateTime.formatIso(at(ceil(now.epochMilliseconds - 90 * day + 3_600_000)))
      )
      assert.strictEqual(yield* calls("search"), 0)
      const whole = DeliveryLog.records({ completeTime: { start, end: at(now.epochMilliseconds - 91 * day) } })
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(whole)))._tag, "NotCovered")
      assert.deepStrictEqual(
        Schema.decodeSync(Schema.fromJsonString(Schema.toCodecJson(DeliveryLog.NotCovered)))(
          Schema.encodeSync(Schema.fromJsonString(Schema.toCodecJson(DeliveryLog.NotCovered)))(error)
        ),
        error
      )
    }).pipe(Effect.provide(emulated())))

  it.effect("with onNotCovered the rest is read, whole, while the end of the log moves on", () => {
    const start = now.epochMilliseconds - 95 * day
    const { messages, storage } = history(20_000, start, now.epochMilliseconds)
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      // 10 minutes of reading: what the log forgets meanwhile is in the margin.
      yield* emulator.faults.next("search", Infinity, Fault.slow({ before: "3 seconds" }))
      const gaps: Array<DeliveryLog.NotCovered> = []
      const seen = yield* inVirtualTime(
        idsOf(
          DeliveryLog.records({ requestTime: { start: at(start), end: now } }, {
            onNotCovered: (gap) => Effect.sync(() => void gaps.push(gap))
          })
        ),
        3000
      )
      assert.isAbove((yield* DateTime.now).epochMilliseconds - now.epochMilliseconds, 550_000)
      const [gap] = gaps
      assert.strictEqual(gaps.length, 1)
      const due = messages.filter(({ requestedAt }) => requestedAt >= gap!.end.epochMilliseconds)
      assert.deepStrictEqual(Array.from(seen).sort(), due.map(({ messageId }) => messageId).sort())
      // And nothing is left for a range that is all gone.
      const nothing = DeliveryLog.records({ requestTime: { start: at(start), end: at(start + day) } }, {
        onNotCovered: (gap) => Effect.sync(() => void gaps.push(gap))
      })
      const before = yield* calls("search")
      assert.strictEqual(yield* Stream.runCount(nothing), 0)
      assert.strictEqual(gaps.length, 2)
      assert.strictEqual(yield* calls("search"), before)
    }).pipe(Effect.provide(emulated({ storage })))
  }, 120_000)

  it.effect("a reader so slow that the log forgets its window is told", () => {
    const start = now.epochMilliseconds - 89.9 * day
    const { storage } = history(2000, start, start + day)
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const error = yield* DeliveryLog.pages({ requestTime: { start: at(start), end: now } }).pipe(
        Stream.runForEach(() => TestClock.adjust("1 hours")),
        Effect.flip
      )
      assert.strictEqual(error._tag, "NotCovered")
    }).pipe(Effect.provide(emulated({ storage })))
  })

  it.effect("filters reach every window", () => {
    const start = now.epochMilliseconds - 3 * day
    const { storage } = history(1000, start, now.epochMilliseconds - day)
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const all = yield* Stream.runCollect(DeliveryLog.records({ completeTime: { start: at(start), end: now } }))
      const query: SearchQuery.SearchQuery = { completeTime: { start: at(start), end: now }, statusName: "fail" }
      const failed = yield* Stream.runCollect(DeliveryLog.records(query))
      assert.deepStrictEqual(
        failed.map(({ messageId }) => messageId),
        all.filter(({ statusName }) => statusName === "fail").map(({ messageId }) => messageId)
      )
      assert.isAbove(failed.length, 50)
    }).pipe(Effect.provide(emulated({ storage })))
  })

  it.effect("an end in the future is the present, and a range of no time is one call", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      yield* sens.messages.send(sms(10))
      const later = at(now.epochMilliseconds + 365 * day)
      assert.strictEqual(yield* Stream.runCount(DeliveryLog.records({ requestTime: { start: now, end: later } })), 10)
      assert.strictEqual(yield* Stream.runCount(DeliveryLog.records({ requestTime: { start: now, end: now } })), 10)
      assert.strictEqual(yield* calls("search"), 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("a range that ends before it starts is refused", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const error = yield* Effect.flip(
        Stream.runDrain(DeliveryLog.records({ requestTime: { start: now, end: at(now.epochMilliseconds - day) } }))
      )
      assert.strictEqual(error._tag, "SensError")
    }).pipe(Effect.provide(emulated())))

  it.effect.each([true, false])("is whole whether a service counts the end of a window in or not: %s", (included) => {
    // Unlike the emulator: a message every half an hour, at the very second of the seams among them.
    const first = floor(now.epochMilliseconds) - 4 * day
    const stored = Array.from({ length: 4 * 48 + 1 }, (_, id) => ({
      messageId: `m${id}`,
      to: "01012345678",
      status: "COMPLETED",
      at: first + id * 1_800_000
    }))
    const layer = mocked({
      search: (query) =>
        Effect.sync(() => {
          const [from, to] = query.completeTime === undefined
            ? [0, 0]
            : [millis(query.completeTime.start), millis(query.completeTime.end)]
          return Schema.decodeUnknownSync(SearchResponse.SearchResponse)({
            messages: stored.filter(({ at }) => from <= at && (included ? at <= to : at < to)).map((record) => ({
              ...record,
              completeTime: KstDateTime.formatSeconds(at(record.at))
            })),
            hasMore: false
          })
        })
    })
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const seen = yield* idsOf(DeliveryLog.records({ completeTime: { start: at(first), end: now } }))
      // By the second in which the stream starts, what an excluded end leaves out is nothing.
      assert.strictEqual(seen.size, stored.length)
    }).pipe(Effect.provide(layer))
  })

  it.effect("a log that is served newest first, and grows while it is read, gives each message once", () => {
    // A service unlike the emulator: the newest first, by page number, a message more at every call.
    const record = (id: number, time: number) => ({
      messageId: `m${id}`,
      to: "01012345678",
      status: "READY",
      requestTime: KstDateTime.formatSeconds(at(time))
    })
    const stored = Array.from({ length: 1000 }, (_, id) => record(id, now.epochMilliseconds - day + id * 1000))
    let count = 0
    const layer = mocked({
      search: (query, page) =>
        Effect.sync(() => {
          count += 1
          stored.push(record(1000 + count, now.epochMilliseconds))
          const pageIndex = page !== undefined && "pageIndex" in page ? page.pageIndex : 0
          const found = query.requestTime !== undefined ? stored.toReversed() : []
          return Schema.decodeUnknownSync(SearchResponse.SearchResponse)({
            messages: found.slice(pageIndex * 100, (pageIndex + 1) * 100),
            hasMore: found.length > (pageIndex + 1) * 100
          })
        })
    })
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const seen = yield* idsOf(
        DeliveryLog.records({ requestTime: { start: at(now.epochMilliseconds - day), end: now } })
      )
      for (let id = 0; id < 1000; id++) assert.isTrue(seen.has(`m${id}`))
    }).pipe(Effect.provide(layer))
  })
})

describe("cursors", () => {
  const start = now.epochMilliseconds - 70 * day
  const { messages, storage } = history(2500, start, now.epochMilliseconds - day)

  it.effect.each(
    [["request", 100, 1], ["completion", 40, 1], ["completion", 100, 3]] as const
  )(
    "a reader that stops anywhere goes on with what it has not had: by %s, pages of %i, %i windows at a time",
    ([by, pageSize, concurrency]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const whole = yield* Stream.runCollect(
          DeliveryLog.pages({ ...rangeBy(by, at(start), now), pageSize }, { concurrency })
        )
        const ids = whole.flatMap(({ records }) => records.map(({ messageId }) => messageId))
        assert.strictEqual(new Set(ids).size, ids.length)
        assert.strictEqual(ids.length, messages.length)
        const next = random(pageSize)
        for (let run = 0; run < 8; run++) {
          const stop = next(whole.length)
          const text = yield* Schema.encodeEffect(DeliveryLog.CursorJson)(whole[stop]!.cursor)
          const cursor = yield* Schema.decodeEffect(DeliveryLog.CursorJson)(text)
          const rest = yield* Stream.runCollect(DeliveryLog.resume(cursor, { concurrency }))
          assert.deepStrictEqual(
            rest.flatMap(({ records }) => records.map(({ messageId }) => messageId)),
            whole.slice(stop + 1).flatMap(({ records }) => records.map(({ messageId }) => messageId))
          )
        }
      }).pipe(Effect.provide(emulated({ storage }))),
    120_000
  )

  it.effect("of a search", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(sms(95))
      const query = { requestId, pageSize: 10 }
      const whole = yield* Stream.runCollect(DeliveryLog.pages(query))
      for (const [index, { cursor }] of whole.entries()) {
        const rest = yield* DeliveryLog.resume(cursor, {}).pipe(Stream.runCollect)
        assert.deepStrictEqual(rest, whole.slice(index + 1))
      }
    }).pipe(Effect.provide(emulated())))

  it.prop("any cursor reads back from its text as it was", [DeliveryLog.Cursor], ([cursor]) => {
    const text = Schema.encodeSync(DeliveryLog.CursorJson)(cursor)
    assert.deepStrictEqual(
      Schema.encodeSync(DeliveryLog.CursorJson)(Schema.decodeSync(DeliveryLog.CursorJson)(text)),
      text
    )
  })
})

describe("a filter by a state that messages leave", () => {
  const asked: Array<string | undefined> = []

  it.effect("is asked of each record, and not of the service", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 2, 31))
      const end = yield* DateTime.now
      const records = yield* DeliveryLog.records({
        requestTime: { start: DateTime.subtract(end, { days: 1 }), end },
        status: "READY"
      }).pipe(Stream.runCollect)
      assert.deepStrictEqual(records.map(({ messageId }) => String(messageId)), ["1", "3"])
      assert.deepStrictEqual(asked, [undefined])
    }).pipe(Effect.provide(mocked({
      search: ({ status }) =>
        Effect.sync(() => {
          asked.push(status)
          const record = (id: string, status: string) => ({ messageId: MessageId.make(id), to: "01012345678", status })
          return { messages: [record("1", "READY"), record("2", "PROCESSING"), record("3", "READY")], hasMore: false }
        })
    }))))
})
