import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Storage from "@effect-sens/emulator/Storage"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as TestClock from "effect/testing/TestClock"
import { ask, call, control, list, reserved, send, sms, target } from "./support.ts"

const news = (cursor: string | undefined, timeoutMillis = 60_000) =>
  Effect.map(
    ask(`/news?timeoutMillis=${timeoutMillis}${cursor === undefined ? "" : `&cursor=${cursor}`}`),
    ({ body }) => body
  )

const now = Effect.map(news(undefined), ({ cursor }) => cursor as string)

describe("news", () => {
  it.effect("each kind of change is told once, and at once", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* TestClock.setTime(1_000_000)
      const changes: ReadonlyArray<
        readonly [
          Effect.Effect<unknown, HttpClientError.HttpClientError, HttpClient.HttpClient>,
          ReadonlyArray<string>
        ]
      > = [
        [send(sms({ messages: [{ to: "01" }, { to: "02" }] })), ["messages", "requests"]],
        [list("requestId=x"), ["requests"]],
        [call({ target: target("messages"), body: sms(), signed: { target: "/" } }), ["requests"]],
        [send(reserved({ reserveTime: "1970-01-02 10:00" })), ["requests", "reservations"]],
        [emulator.faults.next("send", 1, Fault.serverError()), ["controls"]],
        [send(sms()), ["requests", "controls"]],
        [emulator.faults.random({ seed: "x", rates: [] }), ["controls"]],
        [emulator.faults.clear, ["controls"]],
        [emulator.setOutcome("01", "3001"), ["controls"]],
        [emulator.removeOutcome("01"), ["controls"]],
        [emulator.setOutcomeByContent({ includes: "x", code: "3001" }), ["controls"]],
        [emulator.removeOutcomeByContent("x"), ["controls"]],
        [emulator.optOut("01"), ["controls"]],
        [emulator.optIn("01"), ["controls"]],
        [emulator.setClockOffset(100), ["controls"]],
        [emulator.seedPast({ messages: 3 }), ["messages"]]
      ]
      for (const [change, expected] of changes) {
        const cursor = yield* now
        const waiting = yield* Effect.forkChild(news(cursor))
        yield* Effect.yieldNow
        assert.isUndefined(waiting.pollUnsafe(), expected.join())
        yield* change
        const first = yield* Fiber.join(waiting)
        // A send is there before the ledger has it, so the first to be told may be told a part.
        const second = yield* news(first.cursor, 0)
        assert.deepStrictEqual([...new Set([...first.changed, ...second.changed])].sort(), [...expected].sort())
        assert.deepStrictEqual((yield* news(cursor, 0)).changed, [...expected])
        assert.deepStrictEqual((yield* news(second.cursor, 0)).changed, [])
      }
      assert.deepInclude(yield* news(undefined), {
        messages: 5,
        requests: 5,
        refused: 1,
        reservations: 1,
        clockOffsetMillis: 100
      })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("what nobody does comes by the clock: states, reservations, late requests", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms())
      yield* send(reserved({ reserveTime: "1970-01-01 09:20" }))
      yield* emulator.faults.next("send", 1, Fault.acceptedLater({ after: "10 seconds" }))
      yield* Effect.flip(send(sms()))
      let cursor = yield* now
      const next = (wait: `${number} millis`, changed: ReadonlyArray<string>) =>
        Effect.gen(function*() {
          const waiting = yield* Effect.forkChild(news(cursor))
          yield* TestClock.adjust(wait)
          assert.isUndefined(waiting.pollUnsafe(), `${wait} before ${changed.join()}`)
          yield* TestClock.adjust("1 millis")
          const told = yield* Fiber.join(waiting)
          assert.deepStrictEqual(told.changed, changed)
          cursor = told.cursor
        })
      yield* next("999 millis", ["states"])
      yield* next("3999 millis", ["states"])
      yield* next("4999 millis", ["messages", "requests"])
      yield* next("999 millis", ["states"])
      yield* next("3999 millis", ["states"])
      yield* TestClock.setTime(1_190_000)
      cursor = yield* now
      yield* next("9999 millis", ["reservations"])
      // It is submitted a second after its time.
      yield* next("999 millis", ["messages", "reservations"])
      assert.deepInclude(yield* news(undefined), { messages: 3, reservations: 0 })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("nothing in time is an answer; a reset starts over; a cursor of nobody's does, too", () =>
    Effect.gen(function*() {
      const all = ["messages", "states", "requests", "reservations", "controls"]
      const cursor = yield* now
      const waiting = yield* Effect.forkChild(news(cursor, 25_000))
      yield* TestClock.adjust("24999 millis")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      const quiet = yield* Fiber.join(waiting)
      assert.deepInclude(quiet, { changed: [], arrived: 0, restarted: false })
      yield* send(sms({ messages: [{ to: "01" }, { to: "02" }] }))
      assert.strictEqual((yield* news(quiet.cursor)).arrived, 2)
      const [epoch] = quiet.cursor.split("_")
      for (const count of ["9", "9".repeat(170), `-${"9".repeat(170)}`]) {
        assert.isAtLeast((yield* news(`${epoch}_${count}_0_0_0_0`)).arrived, 0, count)
      }
      const open = yield* Effect.forkChild(news(yield* now))
      yield* Effect.yieldNow
      yield* control("POST", "/__emulator/reset")
      assert.deepInclude(yield* Fiber.join(open), { restarted: true, changed: all, messages: 0, requests: 0 })
      assert.deepInclude(yield* news(cursor), { restarted: true, changed: all })
      for (const odd of ["x", "_____", "a_1_2_3_4_x"]) {
        assert.deepInclude(yield* news(odd), { restarted: true, changed: all })
      }
      assert.deepInclude(yield* news(undefined), { restarted: false, changed: all })
      assert.strictEqual((yield* ask("/news?timeoutMillis=60001")).status, 400)
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

describe("a reservation that cannot be written down", () => {
  const refusing = () => {
    const appends: Array<number> = []
    const storage: Storage.Storage = {
      events: [],
      append: (events) =>
        events.some(({ _tag }) => _tag === "Accepted")
          ? Effect.andThen(
            Effect.map(Clock.currentTimeMillis, (at) => appends.push(at)),
            Effect.fail(new Storage.NotWritten({ path: "full", why: "ENOSPC" }))
          )
          : Effect.void
    }
    return { appends, storage }
  }

  for (
    const [name, wait] of [
      [
        "news",
        (emulator: Emulator.Service) => Effect.andThen(Effect.flatMap(now, (cursor) => news(cursor)), emulator.ledger)
      ],
      [
        "a wait for a message",
        (emulator: Emulator.Service) => Effect.exit(emulator.waitForMessage({ timeout: "20 seconds" }))
      ]
    ] as const
  ) {
    it.effect(`is tried once a second while somebody waits: ${name}`, () => {
      const { appends, storage } = refusing()
      return Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* send(reserved({ reserveTime: "1970-01-01 09:20" }))
        yield* TestClock.setTime(1_201_500)
        appends.length = 0
        const waiting = yield* Effect.forkChild(wait(emulator))
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.interrupt(waiting)
        assert.isAtLeast(appends.length, 5)
        assert.isAtMost(appends.length, 15)
      }).pipe(Effect.provide(EmulatorClient.layer({ storage })))
    })
  }
})

describe("what is taken back one by one", () => {
  it.effect("faults, by an id that does not come twice", () =>
    Effect.gen(function*() {
      const fault = { _tag: "ServerError", status: 503, accepted: false }
      for (const operation of ["send", "search", "send"]) {
        yield* control("POST", "/__emulator/faults", { body: { operation, count: 1, fault } })
      }
      const ids = Effect.map(ask("/faults"), ({ body }) => body.pending.map(({ id }: { id: number }) => id))
      assert.deepStrictEqual(yield* ids, [1, 2, 3])
      for (let again = 0; again < 2; again++) {
        assert.strictEqual((yield* control("DELETE", "/__emulator/faults/1")).status, 204)
        assert.deepStrictEqual(yield* ids, [2, 3])
      }
      assert.strictEqual((yield* list("requestId=x")).status, 503)
      assert.deepStrictEqual(yield* ids, [3])
      yield* control("PUT", "/__emulator/faults", { body: { seed: "x", rates: [{ fault, rate: 0 }] } })
      assert.deepStrictEqual((yield* ask("/faults")).body.random, { seed: "x", rates: [{ fault, rate: 0 }] })
      yield* control("DELETE", "/__emulator/faults")
      assert.notProperty((yield* ask("/faults")).body, "random")
      yield* control("POST", "/__emulator/faults", { body: { operation: "send", count: 1, fault } })
      assert.deepStrictEqual(yield* ids, [4])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("outcomes, by number and by text", () =>
    Effect.gen(function*() {
      yield* control("PUT", "/__emulator/outcomes/010-0000-0009", { body: { code: "2003" } })
      yield* control("PUT", "/__emulator/outcomes", { body: { includes: "당첨 &", code: "3022" } })
      assert.deepStrictEqual((yield* ask("/outcomes")).body, {
        byNumber: [{ recipient: "01000000009", code: "2003" }],
        byContent: [{ includes: "당첨 &", code: "3022" }]
      })
      for (let again = 0; again < 2; again++) {
        assert.strictEqual((yield* control("DELETE", "/__emulator/outcomes/010-0000-0009")).status, 204)
        assert.strictEqual(
          (yield* control("DELETE", `/__emulator/outcomes?includes=${encodeURIComponent("당첨 &")}`)).status,
          204
        )
        assert.deepStrictEqual((yield* ask("/outcomes")).body, { byNumber: [], byContent: [] })
      }
      assert.strictEqual((yield* control("DELETE", "/__emulator/outcomes")).status, 400)
      yield* send(sms({ messages: [{ to: "01000000009" }], content: "당첨 &" }))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* ask("/inbox")).body.states.delivered, 1)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("the block list", () =>
    Effect.gen(function*() {
      for (const number of ["010-0000-0001", "010-0000-0002"]) {
        yield* control("PUT", `/__emulator/opt-outs/${number}`)
        yield* TestClock.adjust("1 second")
      }
      const numbers = (query = "") =>
        Effect.map(
          ask(`/opt-outs${query}`),
          ({ body }) => body.items.map(({ recipient }: { recipient: string }) => recipient)
        )
      assert.deepStrictEqual(yield* numbers(), ["01000000002", "01000000001"])
      assert.deepStrictEqual(yield* numbers("?search=0-0001"), ["01000000001"])
      assert.deepStrictEqual(yield* numbers("?offset=1&limit=1"), ["01000000001"])
      assert.deepInclude((yield* ask("/opt-outs?limit=1")).body, { total: 2, offset: 0 })
      for (let again = 0; again < 2; again++) {
        assert.strictEqual((yield* control("DELETE", "/__emulator/opt-outs/010-0000-0002")).status, 204)
        assert.deepStrictEqual(yield* numbers(), ["01000000001"])
      }
      const ad = (to: string) => send(sms({ contentType: "AD", messages: [{ to }] }))
      yield* Effect.andThen(ad("01000000001"), ad("01000000002"))
      yield* TestClock.adjust("5 seconds")
      const { states } = (yield* ask("/inbox")).body
      assert.deepStrictEqual(states, { all: 2, waiting: 0, delivered: 1, failed: 1 })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("reservations: listed, cancelled as the service would, and no second word about it", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const times = ["1970-01-01 12:00", "1970-01-01 10:00", "1970-01-01 09:15", "1970-01-01 11:00"]
      const ids: Array<string> = []
      for (const reserveTime of times) {
        const { body } = yield* send(reserved({ reserveTime, messages: [{ to: "01" }, { to: "02" }] }))
        ids.push(body.requestId)
      }
      const cancel = (id: string) => control("DELETE", `/__emulator/reservations/${id}`)
      const listed = (query = "") =>
        Effect.map(
          ask(`/reservations${query}`),
          ({ body }) => body.items.map(({ requestId }: { requestId: string }) => ids.indexOf(requestId))
        )
      assert.deepStrictEqual(yield* listed(), [2, 1, 3, 0])
      assert.deepInclude((yield* ask("/reservations?limit=1")).body.items[0], {
        to: "01",
        recipients: 2,
        status: "READY",
        reserveTime: "1970-01-01T00:15:00.000Z",
        cancelableUntil: "1970-01-01T00:05:00.000Z",
        timeZone: "Asia/Seoul",
        outcome: "DONE"
      })
      // By the page, and by the service: each sees what the other did, and says it again.
      for (let again = 0; again < 2; again++) {
        const answer = yield* cancel(ids[1]!)
        assert.deepStrictEqual([answer.status, answer.body], [200, { requestId: ids[1], status: "CANCELED" }])
      }
      const status = (id: string) =>
        Effect.map(call({ target: target(`reservations/${id}/reserve-status`) }), ({ body }) => body.reserveStatus)
      assert.strictEqual(yield* status(ids[1]!), "CANCELED")
      yield* call({ method: "DELETE", target: target(`reservations/${ids[3]}`) })
      assert.strictEqual((yield* cancel(ids[3]!)).status, 200)
      assert.strictEqual((yield* cancel("nothing")).status, 404)
      const both = yield* Effect.all([cancel(ids[0]!), cancel(ids[0]!)], { concurrency: "unbounded" })
      assert.deepStrictEqual(both.map(({ status }) => status), [200, 200])

      yield* TestClock.adjust("6 minutes")
      const late = yield* cancel(ids[2]!)
      assert.deepStrictEqual([late.status, late.body._tag], [409, "Refused"])
      assert.strictEqual(
        (yield* call({ method: "DELETE", target: target(`reservations/${ids[2]}`) })).body.errors[0],
        late.body.problems[0]
      )
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* cancel(ids[2]!)).status, 409)
      assert.deepStrictEqual(yield* listed(), [0, 3, 1, 2])
      assert.deepStrictEqual(yield* listed("?status=CANCELED&offset=1"), [3, 1])
      const { counts } = (yield* ask("/reservations")).body
      assert.deepInclude(counts, { all: 4, CANCELED: 3, DONE: 1, READY: 0 })
      assert.lengthOf(yield* emulator.allMessages, 2)
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
