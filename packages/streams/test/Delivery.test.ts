import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, credentials, emulated, inVirtualTime, limited, mocked, sms } from "./emulated.ts"

const now = DateTime.makeUnsafe("2026-03-31T01:00:00Z")

const setTime = TestClock.setTime(now.epochMilliseconds)

const reserved = (minutes: number): SendRequest.SendRequest => ({
  ...sms(10),
  reserve: { at: DateTime.add(now, { minutes }) }
})

/** The states that each message went through, in the order of the stream. */
const histories = (changes: ReadonlyArray<Delivery.Change>) => {
  const states = new Map<string, Array<string>>()
  for (const change of changes) {
    if (change._tag !== "Message") continue
    const { messageId, status } = change.record
    const before = states.get(messageId) ?? []
    assert.strictEqual(Option.getOrUndefined(change.before), before.at(-1))
    states.set(messageId, [...before, status])
  }
  return states
}

describe("Delivery.track", () => {
  it.effect("reports every transition of 1,000 recipients over 10 requests, and ends", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const requests = yield* Effect.forEach(
        Array.from({ length: 10 }, (_, index) => index),
        (index) => sens.messages.send(sms(100, 100 * index))
      )
      const changes = yield* inVirtualTime(
        Stream.runCollect(Delivery.track(requests.map(({ requestId }) => ({ requestId, recipients: 100 })))),
        250
      )
      const states = histories(changes)
      assert.strictEqual(states.size, 1000)
      for (const history of states.values()) assert.deepStrictEqual(history, ["READY", "PROCESSING", "COMPLETED"])
      assert.strictEqual(changes.length, 3000)
      const made = yield* calls("search")
      // 0, 2, 5, 9.5, 16.25, 26.4, 41.6 and 64.4 s: the last is the first at which they are complete.
      console.log(`track: 10 requests to 1,000 recipients, ${made} calls for 8 looks at each`)
      assert.strictEqual(made, 80)
      assert.strictEqual(yield* calls("reservationStatus"), 0)
    }).pipe(Effect.provide(emulated({ processingAfter: "12 seconds", completedAfter: "55 seconds" }))), 60_000)

  it.effect("what is not in the log yet is pending, whether SENS answers a page or 404", () =>
    Effect.gen(function*() {
      for (const emptySearch of ["page", "notFound"] as const) {
        yield* Effect.gen(function*() {
          yield* setTime
          const sens = yield* Sens.Sens
          const { requestId } = yield* sens.messages.send(sms(3))
          const ended = yield* inVirtualTime(Delivery.await(requestId))
          assert.strictEqual(ended.records.length, 3)
          assert.isTrue(ended.records.every((record) => MessageRecord.outcome(record)._tag === "Delivered"))
          assert.strictEqual(ended.requestId, requestId)
          assert.isTrue(Option.isNone(ended.reservation))
          // Once, to be sure that it is no reservation.
          assert.isAtMost(yield* calls("reservationStatus"), 1)
        }).pipe(Effect.provide(emulated({ visibleAfter: "20 seconds", switches: { emptySearch } })))
      }
    }))

  it.effect("a message that completes with a result is Failed, and final", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const emulator = yield* Emulator.Emulator
      yield* emulator.setOutcome("01000000000", "3001")
      const { requestId } = yield* sens.messages.send(sms(2))
      const { records } = yield* inVirtualTime(Delivery.await(requestId))
      assert.deepStrictEqual(records.map((record) => MessageRecord.outcome(record)._tag), ["Failed", "Delivered"])
    }).pipe(Effect.provide(emulated())))

  it.effect("an outage that lasts until the deadline says nothing of whether there is such a request", () =>
    Effect.gen(function*() {
      yield* setTime
      const { faults } = yield* Emulator.Emulator
      const requestId = RequestId.make("RSSA-nothing")
      const follow = Delivery.await(requestId, { deadline: "5 minutes" })
      yield* faults.next("search", 1000, Fault.serverError({ status: 503 }))
      const unread = yield* Effect.flip(inVirtualTime(follow, 5000))
      assert.instanceOf(unread, Delivery.DeadlineExceeded)
      assert.deepStrictEqual(unread.requests, [{ requestId, why: "Unread", pending: 0 }])
      assert.include(unread.message, "RSSA-nothing (the log could not be read)")
      // Read once is read.
      yield* faults.clear
      yield* faults.next("search", 8, Fault.serverError({ status: 503 }))
      const read = yield* Effect.flip(inVirtualTime(follow, 5000))
      assert.instanceOf(read, Delivery.DeadlineExceeded)
      assert.deepStrictEqual(read.requests, [{ requestId, why: "NotFound", pending: 0 }])
    }).pipe(Effect.provide(emulated())))

  it.effect("an unknown request id ends by the deadline, with its typed error", () =>
    Effect.gen(function*() {
      yield* setTime
      const requestId = RequestId.make("RSSA-nothing")
      const error = yield* Effect.flip(inVirtualTime(Delivery.await(requestId), 60_000))
      assert.instanceOf(error, Delivery.DeadlineExceeded)
      assert.deepStrictEqual(error.requests, [{ requestId, why: "NotFound", pending: 0 }])
      const elapsed = (yield* DateTime.now).epochMilliseconds - now.epochMilliseconds
      assert.isAtLeast(elapsed, 70 * 60_000)
      assert.isAtMost(elapsed, 72 * 60_000)
      console.log(`track of an unknown id: ${yield* calls("search")} searches in 70 minutes`)
      assert.isAtMost(yield* calls("search"), 80)
      const codec = Schema.toCodecJson(Delivery.DeadlineExceeded)
      assert.deepStrictEqual(Schema.decodeSync(codec)(Schema.encodeSync(codec)(error)), error)
      assert.include(error.message, "RSSA-nothing (not found)")
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect("those that end in time are reported, and then those that do not are named", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const known = yield* sens.messages.send(sms(5))
      const changes: Array<Delivery.Change> = []
      const error = yield* Delivery.track([RequestId.make("x"), known.requestId], { deadline: "5 minutes" }).pipe(
        Stream.runForEach((change) => Effect.sync(() => void changes.push(change))),
        inVirtualTime,
        Effect.flip
      )
      assert.strictEqual(error._tag, "DeadlineExceeded")
      assert.deepStrictEqual("requests" in error ? error.requests.map(({ requestId }) => String(requestId)) : [], ["x"])
      assert.strictEqual(
        changes.filter((change) => change._tag === "Message" && MessageRecord.isFinal(change.record)).length,
        5
      )
    }).pipe(Effect.provide(emulated())))

  it.effect("messages that stay pending are counted", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(sms(7))
      const error = yield* Delivery.await(requestId, { deadline: "10 minutes" }).pipe(inVirtualTime, Effect.flip)
      assert.deepStrictEqual("requests" in error ? error.requests : [], [{ requestId, why: "Pending", pending: 7 }])
    }).pipe(Effect.provide(emulated({ completedAfter: "2 hours" }))))

  it.effect("an outage is waited out, and a failure that will not pass ends it", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const emulator = yield* Emulator.Emulator
      const { requestId } = yield* sens.messages.send(sms(3))
      yield* emulator.faults.next("search", 20, Fault.serverError())
      const { records } = yield* inVirtualTime(Delivery.await(requestId))
      assert.strictEqual(records.length, 3)
      yield* emulator.faults.next("search", 1, Fault.redirect({ location: "https://other.invalid/" }))
      const error = yield* Effect.flip(inVirtualTime(Delivery.await(requestId)))
      assert.strictEqual(error._tag === "SensError" && error.reason._tag, "UnexpectedResponse")
    }).pipe(Effect.provide(emulated())))

  it.effect("with the number of recipients, a log that shows only some of them is not complete", () => {
    let looks = 0
    const record = (id: number) => ({
      messageId: `m${id}`,
      to: "01012345678",
      status: "COMPLETED",
      statusName: "success",
      statusCode: "0"
    })
    const layer = mocked({
      search: () =>
        Effect.sync(() => {
          looks += 1
          const messages = Array.from({ length: looks * 3 }, (_, id) => record(id))
          return Schema.decodeUnknownSync(SearchResponse.SearchResponse)({ messages })
        })
    })
    return Effect.gen(function*() {
      const requestId = RequestId.make("1")
      assert.strictEqual((yield* inVirtualTime(Delivery.await({ requestId, recipients: 9 }))).records.length, 9)
      assert.strictEqual(looks, 3)
      looks = 0
      assert.strictEqual((yield* inVirtualTime(Delivery.await(requestId))).records.length, 3)
    }).pipe(Effect.provide(layer))
  })

  describe("a log that never ends", () => {
    const requestId = RequestId.make("1")
    const messages = (id: number) => [{
      messageId: MessageId.make(`m${id}`),
      to: "01012345678",
      status: "COMPLETED",
      statusName: "success",
      statusCode: "0"
    }]

    /** Asks for what a page shows, at the most so many times. */
    const shown = (page: (call: number) => SearchResponse.SearchResponse, most: number) => {
      const made = { calls: 0 }
      const layer = mocked({
        search: () => Effect.sync(() => made.calls < most ? page(made.calls++) : assert.fail("it goes on for ever"))
      })
      return { made, layer }
    }

    it.effect("pages that lead round in a circle are an error", () =>
      Effect.gen(function*() {
        const byToken = shown((call) => ({ messages: messages(call), hasMore: true, nextToken: `t${call % 2}` }), 20)
        const byNumber = shown((call) => ({ messages: messages(call % 3), hasMore: true }), 20)
        for (const [{ layer, made }, why] of [[byToken, "RepeatedToken"], [byNumber, "RepeatedPage"]] as const) {
          for (const ending of [Delivery.await(requestId), Stream.runDrain(Delivery.track(requestId))]) {
            made.calls = 0
            const error = yield* Effect.flip(inVirtualTime(Effect.provide(ending, layer)))
            assert.strictEqual("why" in error && error.why, why)
          }
        }
      }))

    it.effect("more pages than a request can have are an error", () =>
      Effect.gen(function*() {
        const { layer, made } = shown((call) => ({ messages: messages(call), hasMore: true }), 2000)
        const error = yield* Effect.flip(inVirtualTime(Effect.provide(Delivery.await(requestId), layer)))
        assert.strictEqual("why" in error && error.why, "TooManyPages")
        assert.strictEqual(made.calls, 1000)
      }))

    it.effect("the deadline holds within a look", () =>
      Effect.gen(function*() {
        let made = 0
        const layer = mocked({
          search: () =>
            Effect.delay(
              Effect.sync(() => ({ messages: messages(made++), hasMore: made < 100 })),
              "1 minute"
            )
        })
        const options = { deadline: "10 minutes" } as const
        const error = yield* Delivery.await({ requestId, recipients: 100 }, options).pipe(
          Effect.provide(layer),
          (it) => inVirtualTime(it, 30_000),
          Effect.flip
        )
        assert.deepStrictEqual("requests" in error ? error.requests : error, [{
          requestId,
          why: "Pending",
          pending: 90
        }])
        assert.strictEqual(made, 10)
      }))

    it.effect("what is behind a token that comes with hasMore: false counts", () =>
      Effect.gen(function*() {
        for (const [behind, count] of [[{ messages: messages(2) }, 2], [SearchResponse.empty, 1]] as const) {
          const { layer, made } = shown(
            (call) => call === 0 ? { messages: messages(1), hasMore: false, nextToken: "t" } : behind,
            2
          )
          const { records } = yield* inVirtualTime(Effect.provide(Delivery.await(requestId), layer))
          assert.strictEqual(records.length, count)
          assert.strictEqual(made.calls, 2)
        }
      }))
  })

  it.effect(
    "many requests, from two streams, a few at a time: each look takes its turn in the client's rate limit",
    () =>
      Effect.gen(function*() {
        yield* setTime
        const limiter = yield* RateLimiter.RateLimiter
        const emulator = yield* Emulator.Emulator
        const sens = yield* Sens.make({ ...credentials, rateLimit: { limiter, limit: 5, window: "1 second" } })
        const sends = (count: number) =>
          Stream.range(1, count).pipe(
            Stream.rechunk(1),
            Stream.mapEffect((index) => Effect.map(sens.messages.send(sms(2, 2 * index)), ({ requestId }) => requestId))
          )
        const tracking = (count: number) => Stream.runCollect(Delivery.trackAll(sends(count), { maxTracked: 7 }))
        const [one, other] = yield* Effect.all([tracking(40), tracking(20)], { concurrency: 2 }).pipe(
          Effect.provideService(Sens.Sens, sens),
          (effect) => inVirtualTime(effect, 100)
        )
        const final = (changes: ReadonlyArray<Delivery.Change>) =>
          changes.filter((change) => change._tag === "Message" && MessageRecord.isFinal(change.record)).length
        assert.deepStrictEqual([final(one), final(other)], [80, 40])
        // Sends and looks alike: after the first five, no more than five a second.
        const times = (yield* emulator.ledger).map(({ at }) => at.epochMilliseconds)
        for (let index = 10; index < times.length; index++) assert.isAtLeast(times[index]! - times[index - 5]!, 900)
      }).pipe(Effect.provide(limited())),
    60_000
  )
})

describe("Delivery.track of a reservation", () => {
  it.effect("follows the reservation, then its messages", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      // Beyond the deadline, which counts from the time it is reserved for.
      const { requestId } = yield* sens.messages.send(reserved(180))
      const changes = yield* inVirtualTime(Stream.runCollect(Delivery.track(requestId)), 2000)
      const reservation = changes.flatMap((change) =>
        change._tag === "Reservation" ? [change.status.reserveStatus] : []
      )
      assert.deepStrictEqual([reservation[0], reservation.at(-1)], ["READY", "DONE"])
      assert.strictEqual(histories(changes).size, 10)
      const elapsed = (yield* DateTime.now).epochMilliseconds - now.epochMilliseconds
      assert.isAtMost(elapsed, 185 * 60_000)
      console.log(
        `track of a reservation in 3 hours: ${yield* calls("reservationStatus")} looks at it, ${yield* calls(
          "search"
        )} searches`
      )
      assert.isAtMost(yield* calls("reservationStatus"), 195)
      assert.isAtMost(yield* calls("search"), 8)
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect("one that is cancelled ends, whether it was tracked before or not", () =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(reserved(60))
      const fiber = yield* Effect.forkChild(inVirtualTime(Delivery.await(requestId)))
      yield* TestClock.adjust("3 minutes")
      yield* sens.reservations.cancel(requestId)
      const ended = yield* Fiber.join(fiber)
      assert.deepStrictEqual(ended.records, [])
      assert.strictEqual(Option.getOrUndefined(ended.reservation)?.reserveStatus, "CANCELED")
      const again = yield* inVirtualTime(Delivery.await(requestId))
      assert.strictEqual(Option.getOrUndefined(again.reservation)?.reserveStatus, "CANCELED")
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect.each(["FAIL", "STALE", "SKIP"] as const)("%s is final", (outcome) =>
    Effect.gen(function*() {
      yield* setTime
      const sens = yield* Sens.Sens
      const emulator = yield* Emulator.Emulator
      const { requestId } = yield* sens.messages.send(reserved(30))
      assert.isTrue(yield* emulator.setReservationOutcome(requestId, outcome))
      const ended = yield* inVirtualTime(Delivery.await(requestId))
      assert.strictEqual(Option.getOrUndefined(ended.reservation)?.reserveStatus, outcome)
      assert.deepStrictEqual(ended.records, [])
    }).pipe(Effect.provide(emulated())), 60_000)

  it.effect("one that ended is found although the log does not say that it was a reservation", () =>
    Effect.gen(function*() {
      yield* setTime
      const layer = mocked({
        search: () => Effect.succeed(SearchResponse.empty),
        status: () => Effect.succeed({ reserveStatus: "CANCELED" })
      })
      const ended = yield* inVirtualTime(Delivery.await(RequestId.make("1")).pipe(Effect.provide(layer)))
      assert.isTrue(Option.isSome(ended.reservation))
    }))

  it.effect("one that is never handed on is named", () =>
    Effect.gen(function*() {
      yield* setTime
      const layer = mocked({
        search: () => Effect.succeed({ statusName: "reserved" }),
        status: () => Effect.succeed({ reserveStatus: "READY", reserveTime: "2026-03-31 10:30" })
      })
      const requestId = RequestId.make("1")
      const error = yield* Delivery.await(requestId).pipe(Effect.provide(layer), (it) =>
        inVirtualTime(it, 30_000), Effect.flip)
      assert.deepStrictEqual("requests" in error ? error.requests : [], [{ requestId, why: "Reserved", pending: 0 }])
      // 10:30 in Korea is half an hour from now.
      const elapsed = (yield* DateTime.now).epochMilliseconds - now.epochMilliseconds
      assert.isAtLeast(elapsed, 100 * 60_000)
      assert.isAtMost(elapsed, 102 * 60_000)
    }))
})
