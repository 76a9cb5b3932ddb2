import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { assertRefused, base, call, list, reserved, send } from "./support.ts"

const status = (id: string) => call({ target: `${base}/reservations/${id}/reserve-status` })

const statusOf = (id: string) => Effect.map(status(id), ({ body }) => body.reserveStatus as string)

const cancel = (id: string) => call({ method: "DELETE", target: `${base}/reservations/${id}` })

const reserve = Effect.fnUntraced(function*(over: Record<string, unknown> = {}) {
  const sent = yield* send(reserved(over))
  assert.strictEqual(sent.status, 202, sent.text)
  return sent.body.requestId as string
})

describe("reservations", () => {
  it.effect("a reservation goes from READY through PROCESSING to DONE, and its messages on from there", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const sent = yield* send(reserved({ messages: [{ to: "1" }, { to: "2", content: "너" }] }))
      assert.deepInclude(sent.body, {
        statusCode: "202",
        statusName: "success",
        requestTime: "1970-01-01T09:00:00.000"
      })
      const id = sent.body.requestId
      assert.deepStrictEqual((yield* status(id)).body, {
        reserveId: id,
        reserveTimeZone: "Asia/Seoul",
        reserveTime: "1970-01-01T10:00:00+09:00",
        reserveStatus: "READY"
      })
      const waiting = yield* list(`requestId=${id}`)
      assert.strictEqual(waiting.status, 200)
      assert.strictEqual(waiting.body.statusName, "reserved")
      assert.notProperty(waiting.body, "messages")
      const window = "requestStartTime=1970-01-01%2000%3A00%3A00&requestEndTime=1970-01-02%2000%3A00%3A00"
      assert.strictEqual((yield* list(window)).body.itemCount, 0)
      assert.lengthOf(yield* emulator.allMessages, 0)

      yield* TestClock.adjust("3599999 millis")
      assert.strictEqual(yield* statusOf(id), "READY")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* statusOf(id), "PROCESSING")
      assert.strictEqual((yield* list(`requestId=${id}`)).body.statusName, "processing")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* statusOf(id), "DONE")
      const listed = yield* list(`requestId=${id}`)
      assert.strictEqual(listed.body.statusName, "success")
      assert.deepStrictEqual(
        listed.body.messages.map((item: Record<string, string>) => [
          item["to"],
          item["content"],
          item["requestTime"],
          item["status"]
        ]),
        [["1", "내용", "1970-01-01 10:00:01", "READY"], ["2", "너", "1970-01-01 10:00:01", "READY"]]
      )
      assert.strictEqual((yield* list(window)).body.itemCount, 2)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* list(`requestId=${id}`)).body.messages[0].status, "PROCESSING")
      yield* TestClock.adjust("4 seconds")
      assert.deepInclude((yield* list(`requestId=${id}`)).body.messages[0], {
        status: "COMPLETED",
        completeTime: "1970-01-01 10:00:06",
        statusCode: "0"
      })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("nobody has to look for it to be sent at its time", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* reserve({ reserveTime: "1970-01-01 12:00", content: "둘" })
      yield* reserve({ content: "하나" })
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual(
        (yield* emulator.allMessages).map(({ content, requestTime, status }) => [
          content,
          requestTime.epochMilliseconds,
          status
        ]),
        [["하나", 3_601_000, "COMPLETED"], ["둘", 10_801_000, "COMPLETED"]]
      )
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("cancelling: only while it waits, and not in its last ten minutes", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const first = yield* reserve()
      const second = yield* reserve()
      yield* TestClock.adjust("50 minutes")
      const canceled = yield* cancel(first)
      assert.strictEqual(canceled.status, 204)
      assert.strictEqual(canceled.text, "")
      assert.strictEqual(yield* statusOf(first), "CANCELED")
      assert.deepInclude((yield* list(`requestId=${first}`)).body, { statusName: "fail", itemCount: 0 })
      assertRefused(yield* cancel(first), ["The reservation is not READY."])
      yield* TestClock.adjust("1 millis")
      assertRefused(yield* cancel(second), ["The reservation cannot be cancelled within 10 minutes of its time."])
      yield* TestClock.adjust("10 minutes")
      assertRefused(yield* cancel(second), ["The reservation is not READY."])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* statusOf(first), "CANCELED")
      assert.deepStrictEqual((yield* emulator.allMessages).map(({ requestId }) => requestId), [second])
      assertRefused(yield* cancel(second), ["The reservation is not READY."])
      for (const unknown of [yield* cancel("x"), yield* status("x")]) {
        assert.strictEqual(unknown.status, 404)
        assert.strictEqual(unknown.text, "")
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  for (const outcome of ["FAIL", "STALE", "SKIP"] as const) {
    it.effect(`may end as ${outcome}, with nothing sent`, () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const id = yield* reserve()
        assert.isTrue(yield* emulator.setReservationOutcome(id, outcome))
        assert.isFalse(yield* emulator.setReservationOutcome("x", outcome))
        assert.strictEqual(yield* statusOf(id), "READY")
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* statusOf(id), "PROCESSING")
        assert.isFalse(yield* emulator.setReservationOutcome(id, "DONE"))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* statusOf(id), outcome)
        assert.strictEqual((yield* list(`requestId=${id}`)).body.statusName, "fail")
        assert.lengthOf(yield* emulator.allMessages, 0)
      }).pipe(Effect.provide(EmulatorClient.layer())))
  }

  it.effect("the time: its form, ten minutes ahead, in a zone of the tz database", () =>
    Effect.gen(function*() {
      const form = ["The reserveTime must be in the form yyyy-MM-dd HH:mm."]
      for (
        const reserveTime of [
          "1970-02-30 10:00",
          "1970-01-01T10:00",
          "1970-01-01 10:00:00",
          "tomorrow",
          "1970-01-01 24:00"
        ]
      ) assertRefused(yield* send(reserved({ reserveTime })), form)
      assertRefused(yield* send(reserved({ reserveTime: "1970-01-01 09:00" })), [
        "The reserveTime must be in the future."
      ])
      assertRefused(yield* send(reserved({ reserveTime: "1970-01-01 09:09" })), [
        "The reserveTime must be at least 10 minutes ahead."
      ])
      assert.strictEqual((yield* send(reserved({ reserveTime: "1970-01-01 09:10" }))).status, 202)
      for (const reserveTimeZone of ["Asia/Seul", "KST+9", "../etc"]) {
        assertRefused(yield* send(reserved({ reserveTimeZone })), [
          "The reserveTimeZone must be a name of the tz database."
        ])
      }
      const soon = EmulatorClient.layer({ reservationLead: 0, reservationCutoff: 0 })
      assert.strictEqual(
        yield* Effect.gen(function*() {
          const id = yield* reserve({ reserveTime: "1970-01-01 09:01" })
          return (yield* cancel(id)).status
        }).pipe(Effect.provide(soon)),
        204
      )
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a zone with summer time: an hour that is skipped is refused, one that comes twice is the first", () =>
    Effect.gen(function*() {
      const zone = { reserveTimeZone: "America/New_York" }
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-01-01T00:00:00Z")))
      const id = yield* reserve({ reserveTime: "2026-07-01 09:00", ...zone })
      assert.deepInclude((yield* status(id)).body, {
        reserveTimeZone: "America/New_York",
        reserveTime: "2026-07-01T09:00:00-04:00"
      })
      assertRefused(yield* send(reserved({ reserveTime: "2026-03-08 02:30", ...zone })), [
        "The reserveTime must be in the form yyyy-MM-dd HH:mm."
      ])
      const twice = yield* reserve({ reserveTime: "2026-11-01 01:30", ...zone })
      assert.strictEqual((yield* status(twice)).body.reserveTime, "2026-11-01T01:30:00-04:00")
      yield* Effect.gen(function*() {
        const id = yield* reserve({ reserveTime: "2026-07-01 09:00", ...zone })
        assert.strictEqual((yield* status(id)).body.reserveTime, "2026-07-01 09:00")
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { reserveTime: "minutes" } })))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect.prop(
    "whatever is reserved and cancelled, what is sent is what was not cancelled, in the order of its time",
    [
      Schema.Array(Schema.Struct({
        minutes: Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 59 })),
        cancel: Schema.Boolean
      })).check(Schema.isMaxLength(8))
    ],
    ([plans]) =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const ids = yield* Effect.forEach(plans, ({ minutes }) =>
          reserve({ reserveTime: `1970-01-01 09:${minutes}`, content: String(minutes) }))
        const expected: Array<number> = []
        for (const [i, plan] of plans.entries()) {
          if (plan.cancel) {
            assert.strictEqual((yield* cancel(ids[i]!)).status, 204)
          } else expected.push(plan.minutes)
        }
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(
          (yield* emulator.allMessages).map(({ content }) =>
            Number(content)
          ),
          expected.sort((a, b) => a - b)
        )
        for (const [i, plan] of plans.entries()) {
          assert.strictEqual(yield* statusOf(ids[i]!), plan.cancel ? "CANCELED" : "DONE")
        }
      }).pipe(Effect.provide(EmulatorClient.layer())),
    { arbitrary: { runs: 50 } }
  )
})
