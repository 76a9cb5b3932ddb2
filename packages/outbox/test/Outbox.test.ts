import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EntryId from "@effect-sens/outbox/EntryId"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { outbox, pass, sms, working } from "./emulated.ts"

const texts = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ content }) => content))
)

describe("enqueue", () => {
  it.effect("is part of the caller's transaction", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { enqueue, status } = yield* Outbox.Outbox
      yield* enqueue(sms(undefined, "taken back")).pipe(
        Effect.andThen(Effect.fail("no")),
        sql.withTransaction,
        Effect.ignore
      )
      const id = yield* sql.withTransaction(Effect.gen(function*() {
        const id = yield* enqueue(sms(undefined, "committed"))
        yield* pass(3)
        assert.deepStrictEqual(yield* texts, [])
        return id
      }))
      yield* pass(1.5)
      assert.deepStrictEqual(yield* texts, ["committed"])
      assert.strictEqual((yield* status(id))._tag, "Accepted")
    }).pipe(Effect.provide(working())))

  it.effect("wakes the worker when the transaction is committed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { enqueue } = yield* Outbox.Outbox
      yield* pass(0.1, 0.01)
      yield* sql.withTransaction(enqueue(sms(undefined, "at once")))
      // The worker would look by itself once in a second.
      yield* pass(0.8, 0.01)
      assert.deepStrictEqual(yield* texts, ["at once"])
    }).pipe(Effect.provide(working())))

  it.effect("joins an equal request of the same key, and refuses another", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const id = yield* enqueue(sms(), { key: "otp/1" })
      // The same, written otherwise.
      const { content, from, messages, type } = sms("010-1234-5678")
      assert.strictEqual(yield* enqueue({ messages, content, type, from }, { key: "otp/1" }), id)
      const conflict = yield* Effect.flip(enqueue(sms(undefined, "other"), { key: "otp/1" }))
      assert.deepInclude(conflict, { _tag: "KeyConflict", id })
      assert.notStrictEqual(yield* enqueue(sms(), { key: "otp/2" }), id)
      assert.notStrictEqual(yield* enqueue(sms()), yield* enqueue(sms()))
      yield* Outbox.drain()
      assert.strictEqual(yield* enqueue(sms(), { key: "otp/1" }), id)
    }).pipe(Effect.provide(outbox())))

  it.effect("refuses what is wrong, and what is reserved, before anything is written", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { enqueue } = yield* Outbox.Outbox
      const issues = (error: unknown) => Object(error).reason.issues.map(({ path }: { path: unknown }) => path)
      assert.deepStrictEqual(
        issues(yield* Effect.flip(enqueue({ ...sms("02"), content: "가".repeat(46) }))),
        [["messages", 0, "to"], ["content"]]
      )
      const at = DateTime.makeUnsafe("1970-01-02T00:00:00Z")
      assert.deepStrictEqual(issues(yield* Effect.flip(enqueue({ ...sms(), reserve: { at } }))), [["reserve"]])
      assert.deepStrictEqual(yield* sql`SELECT count(*) FROM sens_send`.values, [[0]])
    }).pipe(Effect.provide(outbox())))

  it.effect("needs no client where the service is named", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      assert.strictEqual(Object(yield* Effect.flip(enqueue(sms()))).reason._tag, "InvalidRequest")
      assert.strictEqual(yield* enqueue(sms(), { service: "ncp:sms:kr:1:a" }), EntryId.EntryId.make(1))
    }).pipe(Effect.provide(
      Outbox.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" })), Layer.fresh)
    )))
})

describe("an entry", () => {
  it.effect("is followed to the result of each recipient", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const to = (last: number) => ({ to: PhoneNumber.make(`010000000${String(last).padStart(2, "0")}`) })
      const request = { ...sms(), messages: [to(1), to(2), to(1), to(3)] }
      const id = yield* enqueue(request, { priority: "bulk" })
      yield* pass(1)
      assert.strictEqual((yield* status(id))._tag, "Accepted")
      yield* pass(12)
      const final = yield* status(id)
      assert.strictEqual(final._tag, "Final")
      const results = final._tag === "Final" ? final.results : []
      assert.deepStrictEqual(results.map(({ code, outcome }) => [outcome, Option.getOrNull(code)?.code]), [
        ["Delivered", "0"],
        ["Failed", "3018"],
        ["Delivered", "0"],
        ["Delivered", "0"]
      ])
      assert.isTrue(results.every(({ completeTime }) => Option.isSome(completeTime)))
      assert.isTrue(DeliveryCode.isKnown(Option.getOrThrow(results[1]!.code)))
    }).pipe(Effect.provide(working({ outcomes: { "01000000002": "3018" } }))))

  it.effect("waits for its time, and is not sent after it", () =>
    Effect.gen(function*() {
      const { await: wait, enqueue, status } = yield* Outbox.Outbox
      const now = yield* DateTime.now
      const at = DateTime.add(now, { seconds: 10 })
      const later = yield* enqueue(sms(undefined, "later"), { at: DateTime.toDateUtc(at) })
      const never = yield* enqueue(sms(undefined, "never"), { at, expiresAfter: 0 })
      yield* pass(9.5)
      assert.deepStrictEqual(yield* texts, [])
      assert.deepStrictEqual(yield* status(later), Outbox.Status.Waiting({ due: Option.some(at) }))
      yield* pass(2)
      assert.deepStrictEqual(yield* texts, ["later"])
      assert.deepStrictEqual(yield* wait(never, "accepted"), Outbox.Status.NotSent({ why: "Expired" }))
    }).pipe(Effect.provide(working())))

  it.effect("is cancelled while it waits", () =>
    Effect.gen(function*() {
      const { cancel, enqueue, status } = yield* Outbox.Outbox
      const id = yield* enqueue(sms())
      assert.isTrue(yield* cancel(id))
      assert.isTrue(yield* cancel(id))
      assert.deepStrictEqual(yield* status(id), Outbox.Status.NotSent({ why: "Cancelled" }))
      assert.deepInclude(yield* Outbox.drain(), { acted: 0, next: Option.none() })
      const sent = yield* enqueue(sms())
      yield* Outbox.drain()
      assert.isFalse(yield* cancel(sent))
      const nothing = EntryId.EntryId.make(99)
      assert.strictEqual((yield* Effect.flip(cancel(nothing)))._tag, "NotFound")
      assert.strictEqual((yield* Effect.flip(status(nothing)))._tag, "NotFound")
    }).pipe(Effect.provide(outbox())))
})

describe("an advertisement", () => {
  const ad = (content: string) => ({
    ...sms(undefined, `(광고)[서점] ${content}\n무료수신거부 0801234567`),
    contentType: "AD" as const
  })

  it.effect("waits for the morning in Korea, and nothing else does", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const at = (time: string) => Effect.andThen(TestClock.setTime(Date.parse(time)), Outbox.drain())
      yield* enqueue(ad("저녁"))
      yield* at("2026-01-01T20:49:00+09:00")
      assert.strictEqual((yield* texts).length, 1)
      const late = yield* enqueue(ad("밤"))
      yield* enqueue({ ...ad("해외"), countryCode: "81" })
      yield* enqueue(sms(undefined, "인증번호 1"))
      const { next } = yield* at("2026-01-01T20:50:00+09:00")
      assert.isTrue(Option.isSome(next))
      assert.strictEqual((yield* texts).length, 3)
      const due = DateTime.makeUnsafe("2026-01-02T08:00:00+09:00")
      assert.deepStrictEqual(yield* status(late), Outbox.Status.Waiting({ due: Option.some(DateTime.toUtc(due)) }))
      yield* at("2026-01-02T07:59:59+09:00")
      assert.strictEqual((yield* texts).length, 3)
      yield* at("2026-01-02T08:00:00+09:00")
      assert.strictEqual((yield* texts).length, 4)
    }).pipe(Effect.provide(outbox())))

  it.effect("goes out at night where the program says so", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      yield* TestClock.setTime(Date.parse("2026-01-01T23:00:00+09:00"))
      yield* enqueue(ad("밤"))
      yield* Outbox.drain()
      assert.strictEqual((yield* texts).length, 0)
      yield* enqueue(ad("새벽"))
      yield* Outbox.drain({ quietHours: false })
      assert.strictEqual((yield* texts).length, 1)
    }).pipe(Effect.provide(outbox())))
})

describe("drain", () => {
  it.effect("sends what is due, the transactional ones first, and says when it is to be called again", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      for (const index of Arr.range(1, 5)) yield* enqueue(sms(undefined, `bulk ${index}`), { priority: "bulk" })
      yield* enqueue(sms(undefined, "otp"))
      const first = yield* Outbox.drain({ limit: 3 })
      assert.deepStrictEqual((yield* texts).toSorted(), ["bulk 1", "bulk 2", "otp"])
      assert.deepInclude(first, { acted: 3, next: Option.some(Duration.zero) })
      yield* Outbox.drain()
      assert.strictEqual((yield* texts).length, 6)
      assert.deepInclude(yield* Outbox.drain(), { acted: 0, next: Option.some(Duration.seconds(2)) })
    }).pipe(Effect.provide(outbox())))
})
