import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, emulated, inVirtualTime, number, random, sms } from "./emulated.ts"

const now = DateTime.makeUnsafe("2026-03-31T15:04:05.678Z")
const minute = 60_000

/** Follows the log in the background, and keeps what came, how often, and the most that a cursor held. */
const following = Effect.fnUntraced(function*(options: DeliveryLog.TailOptions) {
  const seen = new Map<string, number>()
  const held = { most: 0 }
  const cursors: Array<DeliveryLog.Cursor> = []
  const fiber = yield* DeliveryLog.tailPages(options).pipe(
    Stream.runForEach(({ cursor, records }) =>
      Effect.sync(() => {
        for (const { messageId } of records) seen.set(messageId, (seen.get(messageId) ?? 0) + 1)
        if (cursor._tag === "Range") held.most = Math.max(held.most, cursor.carried.length + cursor.kept.length)
        cursors[0] = cursor
      })
    ),
    Effect.forkChild({ startImmediately: true })
  )
  return { fiber, seen, held, cursor: () => cursors[0] }
})

/** Advances virtual time, a step at a time. */
const advance = Effect.fnUntraced(function*(millis: number, step = 10 * minute) {
  for (let left = millis; left > 0; left -= step) yield* TestClock.adjust(Math.min(left, step))
})

const completed = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  return (yield* emulator.allMessages).filter(({ status }) => status === "COMPLETED").map(({ messageId }) => messageId)
})

describe("DeliveryLog.tail", () => {
  it.effect("over 10 days with outages each message comes once, in flat memory", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const sens = yield* Sens.Sens
      const tail = yield* following({ interval: "5 minutes", overlap: "2 minutes" })
      const next = random(7)
      const outages: Record<number, readonly [Fault.Fault, hours: number]> = {
        20: [Fault.serverError(), 3],
        70: [Fault.refused, 30],
        120: [Fault.tooManyRequests({ code: "400" }), 2],
        150: [Fault.reset(), 1],
        180: [Fault.silence({ accepted: false }), 4]
      }
      let sent = 0
      let until = -1
      for (let hour = 0; hour < 240; hour++) {
        const outage = outages[hour]
        if (outage !== undefined) {
          yield* emulator.faults.next("search", Infinity, outage[0])
          until = hour + outage[1]
        }
        if (hour === until) yield* emulator.faults.clear
        for (let part = 0; part < 6; part++) {
          const count = 1 + next(100)
          // At no time in particular between two polls.
          const pause = 1000 * next(600)
          yield* TestClock.adjust(pause)
          yield* sens.messages.send(sms(count, sent % 100_000))
          sent += count
          yield* TestClock.adjust(10 * minute - pause)
        }
      }
      yield* advance(60 * minute)
      yield* Fiber.interrupt(tail.fiber)
      assert.strictEqual((yield* completed).length, sent)
      assert.strictEqual(tail.seen.size, sent)
      assert.isTrue(Array.from(tail.seen.values()).every((count) => count === 1))
      // At most what is completed within the overlap of two windows: three requests.
      assert.isAbove(tail.held.most, 0)
      assert.isAtMost(tail.held.most, 300)
      const searches = (yield* emulator.ledger).filter(({ operation }) => operation === "search")
      const answered = searches.filter(({ verdict }) => verdict._tag === "Answered").length
      console.log(
        `tail over 10 days: ${sent} messages, ${answered} calls answered and ${
          searches.length - answered
        } in vain for ${240 * 12} polls, ${tail.held.most} ids held at the most`
      )
      // A poll is a call, and a further page for every 100 messages at the most.
      assert.isAtMost(answered, 240 * 12 + Math.ceil(sent / 100))
    }).pipe(Effect.provide(emulated({ completedAfter: "30 seconds", logCapacity: 100_000 }))), 300_000)

  it.effect.each([{}, { start: DateTime.add(now, { seconds: 30 }) }, { by: "request" }] as const)(
    "begins where it is told to, not an overlap before: %j",
    (options) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const sens = yield* Sens.Sens
        yield* sens.messages.send(sms(3, 0))
        yield* TestClock.adjust("30 seconds")
        const tail = yield* following({ overlap: "2 minutes", ...options })
        yield* advance(minute, minute)
        assert.strictEqual(tail.seen.size, 0)
        yield* sens.messages.send(sms(2, 3))
        yield* advance(5 * minute, minute)
        yield* Fiber.interrupt(tail.fiber)
        assert.deepStrictEqual(Array.from(tail.seen.values()), [1, 1])
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("what is written down before anything is read loses nothing", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      yield* sens.messages.send(sms(2, 0))
      yield* TestClock.adjust("30 seconds")
      const cursor = yield* DeliveryLog.beginning({ overlap: "2 minutes", pageSize: 2 })
      assert.strictEqual(
        DeliveryLog.position(cursor).epochMilliseconds,
        Math.floor((now.epochMilliseconds + 30_000) / 1000) * 1000
      )
      // Dead for an hour before its first look.
      yield* sens.messages.send(sms(3, 2))
      yield* advance(60 * minute)
      const pages = yield* DeliveryLog.resume(cursor).pipe(Stream.take(2), Stream.runCollect)
      assert.deepStrictEqual(pages.map(({ records }) => records.length), [2, 1])
      // Within the window it is read up to its start, after it up to its end.
      const [within, after] = pages.map(({ cursor }) => cursor as DeliveryLog.RangeCursor)
      assert.strictEqual(
        DeliveryLog.position(within!).epochMilliseconds,
        DeliveryLog.position(cursor).epochMilliseconds
      )
      assert.isAtLeast(DeliveryLog.position(after!).epochMilliseconds, now.epochMilliseconds + 60 * minute)
      const again = yield* DeliveryLog.resume(DeliveryLog.rewound(within!)).pipe(Stream.take(2), Stream.runCollect)
      assert.deepStrictEqual(again.map(({ records }) => records), pages.map(({ records }) => records))
    }).pipe(Effect.provide(emulated())))

  it.effect("an outage is told at each look for as long as it lasts, and may be given up", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const told: Array<string> = []
      const tail = yield* following({
        interval: "1 minute",
        onOutage: (error) => {
          told.push(error.reason._tag)
          return told.length === 5 ? Effect.fail(error) : Effect.void
        }
      })
      yield* advance(5 * minute, minute)
      assert.deepStrictEqual(told, [])
      yield* emulator.faults.next("search", Infinity, Fault.serverError())
      yield* advance(3 * minute, minute)
      const first = told.length
      assert.isAbove(first, 0)
      assert.isBelow(first, 5)
      yield* emulator.faults.clear
      yield* advance(10 * minute, minute)
      assert.strictEqual(told.length, first)
      yield* emulator.faults.next("search", Infinity, Fault.serverError())
      yield* advance(30 * minute, minute)
      const failed = yield* Effect.flip(Fiber.join(tail.fiber))
      assert.strictEqual(told.length, 5)
      assert.strictEqual(failed._tag, "SensError")
    }).pipe(Effect.provide(emulated())))

  it.effect("a cursor that is older than the log skips what is lost, and tells it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      const begun = yield* DeliveryLog.beginning({ start: DateTime.subtract(now, { days: 200 }) })
      // In the middle of a window of which nothing is there any more.
      const end = DateTime.subtract(now, { days: 199 })
      const cursor = { ...begun, window: { start: begun.window.start, end }, next: { index: 3 } }
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(DeliveryLog.resume(cursor))))._tag, "NotCovered")
      yield* sens.messages.send(sms(2, 0))
      yield* TestClock.adjust("1 minute")
      const gaps: Array<DeliveryLog.NotCovered> = []
      const seen = yield* DeliveryLog.resume(DeliveryLog.skipping(cursor), {
        onNotCovered: (gap) => Effect.sync(() => void gaps.push(gap))
      }).pipe(Stream.flatMap(({ records }) => Stream.fromArray(records)), Stream.take(2), Stream.runCollect)
      assert.strictEqual(seen.length, 2)
      assert.strictEqual(gaps.length, 1)
      assert.strictEqual(gaps[0]?.start.epochMilliseconds, begun.window.start.epochMilliseconds)
    }).pipe(Effect.provide(emulated())))

  it.effect("a cursor of a stream that has just begun does not lead to before its start", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      yield* sens.messages.send(sms(3, 0))
      yield* TestClock.adjust("30 seconds")
      const tail = yield* following({ overlap: "2 minutes" })
      yield* advance(minute / 3, minute / 6)
      yield* Fiber.interrupt(tail.fiber)
      const cursor = tail.cursor()
      assert.isDefined(cursor)
      const seen: Array<string> = []
      const resumed = yield* DeliveryLog.resume(cursor!).pipe(
        Stream.runForEach(({ records }) =>
          Effect.sync(() => void seen.push(...records.map(({ messageId }) => messageId)))
        ),
        Effect.forkChild({ startImmediately: true })
      )
      yield* sens.messages.send(sms(2, 3))
      yield* advance(5 * minute, minute)
      yield* Fiber.interrupt(resumed)
      assert.strictEqual(seen.length, 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("an hour with the defaults: each poll is a call, and no message comes late", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      const tail = yield* following({})
      for (let index = 0; index < 60; index++) {
        yield* sens.messages.send(sms(20, 20 * index))
        yield* advance(minute, minute)
        // 5 s until it is completed, 10 s until the next poll.
        assert.strictEqual(tail.seen.size, 20 * (index + 1))
      }
      yield* Fiber.interrupt(tail.fiber)
      assert.isTrue(Array.from(tail.seen.values()).every((count) => count === 1))
      const made = yield* calls("search")
      console.log(`tail over an hour: ${made} calls for 360 polls`)
      assert.isAtMost(made, 361)
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect("what shows up late comes, as long as it is within the overlap", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      const tail = yield* following({ by: "request", overlap: "60 seconds" })
      for (let index = 0; index < 30; index++) {
        yield* sens.messages.send(sms(3, 3 * index))
        yield* advance(7000, 1000)
      }
      yield* advance(2 * minute, 1000)
      yield* Fiber.interrupt(tail.fiber)
      assert.strictEqual(tail.seen.size, 90)
      assert.isTrue(Array.from(tail.seen.values()).every((count) => count === 1))
    }).pipe(Effect.provide(emulated({ visibleAfter: "40 seconds" }))), 60_000)

  it.effect("goes on from a cursor after it was away for two days", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      const first = yield* following({})
      yield* sens.messages.send(sms(100))
      yield* advance(30_000, 1000)
      yield* sens.messages.send(sms(100, 100))
      yield* advance(13_000, 1000)
      yield* Fiber.interrupt(first.fiber)
      const text = yield* Schema.encodeEffect(DeliveryLog.CursorJson)(first.cursor()!)
      for (let index = 0; index < 8; index++) {
        yield* sens.messages.send(sms(100, 200 + 100 * index))
        yield* advance(6 * 60 * minute)
      }
      const seen = new Set(first.seen.keys())
      const before = yield* calls("search")
      yield* DeliveryLog.resume(yield* Schema.decodeEffect(DeliveryLog.CursorJson)(text)).pipe(
        Stream.takeUntil(({ cursor, records }) => {
          for (const { messageId } of records) {
            assert.isFalse(seen.has(messageId))
            seen.add(messageId)
          }
          // A poll after it has caught up.
          return cursor._tag === "Range" && cursor.next === null && seen.size >= 1000 && records.length === 0
        }),
        Stream.runDrain,
        inVirtualTime
      )
      assert.deepStrictEqual(Array.from(seen).sort(), (yield* completed).toSorted())
      assert.strictEqual(seen.size, 1000)
      // Two windows of a day and what is left.
      assert.isAtMost((yield* calls("search")) - before, 8 + 3)
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect("a failure that will not pass ends it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const tail = yield* following({})
      yield* advance(20_000, 1000)
      assert.isUndefined(tail.fiber.pollUnsafe())
      yield* emulator.faults.next("search", 10, Fault.redirect({ location: "https://other.invalid/" }))
      yield* advance(20_000, 1000)
      const error = yield* Effect.flip(Fiber.join(tail.fiber))
      assert.strictEqual(error._tag === "SensError" && error.reason._tag, "UnexpectedResponse")
    }).pipe(Effect.provide(emulated())))

  it.effect("each poll in vain is told, and an outage may be given up", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const sens = yield* Sens.Sens
      const told: Array<string> = []
      const tail = yield* following({
        interval: "5 minutes",
        onOutage: ({ reason }) => Effect.sync(() => void told.push(reason._tag))
      })
      yield* advance(10 * minute)
      assert.deepStrictEqual(told, [])
      yield* emulator.faults.next("search", Infinity, Fault.serverError())
      yield* advance(60 * minute)
      const polls = told.length
      // A poll, with its retries, and a wait.
      assert.isAbove(polls, 5)
      assert.isAtMost(polls, 12)
      assert.deepStrictEqual(Array.from(new Set(told)), ["ServerFault"])
      yield* emulator.faults.clear
      yield* sens.messages.send(sms(3))
      yield* advance(20 * minute)
      assert.strictEqual(told.length, polls)
      assert.strictEqual(tail.seen.size, 3)
      yield* Fiber.interrupt(tail.fiber)
      yield* emulator.faults.next("search", Infinity, Fault.serverError())
      const impatient = yield* Effect.forkChild(
        Effect.flip(Stream.runDrain(DeliveryLog.tailPages({ interval: "5 minutes", onOutage: Effect.fail }))),
        { startImmediately: true }
      )
      yield* advance(30 * minute)
      const error = yield* Fiber.join(impatient)
      assert.deepInclude(error, { _tag: "SensError" })
    }).pipe(Effect.provide(emulated({ completedAfter: "30 seconds" }))))

  it.effect("an outage longer than the log goes back is told", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const gaps: Array<DeliveryLog.NotCovered> = []
      const sens = yield* Sens.Sens
      const cursor: DeliveryLog.Cursor = {
        _tag: "Range",
        by: "completion",
        filters: { to: number(1) },
        pageSize: 100,
        overlap: Duration.minutes(1),
        window: { start: DateTime.subtract(now, { days: 100 }), end: DateTime.subtract(now, { days: 100 }) },
        until: null,
        next: null,
        carried: [],
        kept: []
      }
      const lost = yield* Effect.flip(Stream.runDrain(DeliveryLog.resume(cursor)))
      assert.strictEqual(lost._tag, "NotCovered")
      yield* sens.messages.send(sms(5))
      yield* TestClock.adjust("1 minutes")
      const found = yield* DeliveryLog.resume(cursor, {
        onNotCovered: (gap) => Effect.sync(() => void gaps.push(gap))
      }).pipe(Stream.flatMap(({ records }) => Stream.fromIterable(records)), Stream.take(1), Stream.runCollect)
      assert.deepStrictEqual(found.map(({ to }) => to), [String(number(1))])
      assert.strictEqual(gaps.length, 1)
    }).pipe(Effect.provide(emulated())))
})
