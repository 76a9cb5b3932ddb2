import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as OutboxMetrics from "@effect-sens/outbox/OutboxMetrics"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { outbox, pass, sms, working } from "./emulated.ts"

const service = Account.serviceId
const entries = (state: string) =>
  Effect.map(
    Metric.value(Metric.withAttributes(OutboxMetrics.entries, { service, state })),
    ({ value }) => value
  )
const changes = Effect.map(
  Effect.forEach(
    ["Enqueue", "Cancel", "Claim", "Accept", "GiveBack", "Refuse", "Finish", "Hold"],
    (change) =>
      Effect.map(
        Metric.value(Metric.withAttributes(OutboxMetrics.changes, { service, change })),
        ({ count }) => [change, count] as const
      )
  ),
  (all) => new Map(all)
)

/** With metrics of its own. */
const alone = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => Effect.provideService(effect, Metric.MetricRegistry, new Map()))

describe("holds", () => {
  it.effect("lists a service that nobody has a client of, once its entries are due, and for as long", () =>
    Effect.gen(function*() {
      const { cancel, enqueue, health, holds } = yield* Outbox.Outbox
      const unserved = Effect.map(
        holds,
        (all) =>
          all.filter(({ kind }) => kind === "Unserved").map((
            { service, since }
          ) => [service, DateTime.toEpochMillis(since)])
      )
      const other = "ncp:sms:kr:000000000000:other"
      yield* enqueue(sms())
      const id = yield* enqueue(sms(), { service: other, at: new Date(60_000) })
      yield* TestClock.adjust("90 seconds")
      // Nobody works yet.
      assert.deepStrictEqual(yield* unserved, [[service, 0]])
      yield* Outbox.drain()
      yield* TestClock.adjust("40 seconds")
      assert.deepStrictEqual(yield* unserved, [[other, 60_000]])
      // It is as late as any other.
      assert.isTrue(Option.isSome((yield* health).overdue))
      yield* enqueue(sms())
      yield* TestClock.adjust("50 minutes")
      assert.deepStrictEqual(yield* unserved, [[other, 60_000]])
      yield* TestClock.adjust("20 minutes")
      assert.strictEqual((yield* unserved).length, 2)
      yield* Outbox.drain()
      yield* cancel(id)
      assert.deepStrictEqual(yield* holds, [])
    }).pipe(Effect.provide(outbox())))
})

describe("health", () => {
  it.effect("says what waits, what is late, who is held, and when the worker has last run", () =>
    Effect.gen(function*() {
      const { enqueue, health, release } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      const empty = { Waiting: 0, Open: 0, Accepted: 0, Held: 0 }
      assert.deepStrictEqual(yield* health, {
        entries: empty,
        overdue: Option.none(),
        holds: [],
        lastPass: Option.none()
      })
      const now = yield* DateTime.now
      yield* enqueue(sms(), { at: DateTime.add(now, { hours: 1 }) })
      yield* enqueue(sms())
      yield* TestClock.adjust("90 seconds")
      const late = yield* health
      assert.deepStrictEqual(late.entries, { ...empty, Waiting: 2 })
      assert.deepStrictEqual(late.overdue, Option.some(Duration.seconds(90)))
      assert.strictEqual(yield* entries("Waiting"), 2)
      assert.strictEqual((yield* Metric.value(OutboxMetrics.overdue)).value, 90_000)

      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      yield* Outbox.drain()
      yield* TestClock.adjust("30 seconds")
      const held = yield* health
      // What waits for the end of a hold is not late.
      assert.deepStrictEqual(held.overdue, Option.none())
      assert.deepStrictEqual(held.holds.map(({ kind }) => kind), ["Quota"])
      assert.deepStrictEqual(held.lastPass, DateTime.make(90_000))

      yield* release(service)
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* Outbox.drain()
      const open = yield* health
      assert.deepStrictEqual(open.entries, { ...empty, Waiting: 1, Open: 1 })
      yield* TestClock.adjust("3 seconds")
      yield* Outbox.drain()
      assert.deepStrictEqual((yield* health).entries, { ...empty, Waiting: 1, Accepted: 1 })
      assert.strictEqual(yield* entries("Open"), 0)
      assert.strictEqual(yield* entries("Accepted"), 1)
    }).pipe(Effect.provide(outbox()), alone))
})

describe("metrics", () => {
  it.effect("count what becomes of entries, and nothing that is taken back", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { cancel, enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      const before = yield* changes
      yield* enqueue(sms()).pipe(Effect.andThen(Effect.fail("no")), sql.withTransaction, Effect.ignore)
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "410" }))
      yield* enqueue(sms(), { key: "one" })
      yield* enqueue(sms(), { key: "one" })
      yield* pass(20)
      const now = yield* DateTime.now
      const later = yield* enqueue(sms(), { at: DateTime.add(now, { hours: 1 }) })
      assert.isTrue(yield* cancel(later))
      yield* cancel(later)
      const after = yield* changes
      assert.deepStrictEqual(
        Arr.map([...after], ([change, count]) => [change, count - (before.get(change) ?? 0)]),
        [
          ["Enqueue", 2],
          ["Cancel", 1],
          ["Claim", 2],
          ["Accept", 1],
          ["GiveBack", 1],
          ["Refuse", 0],
          ["Finish", 1],
          ["Hold", 0]
        ]
      )
    }).pipe(Effect.provide(working()), alone))

  it.effect("hold no number, text or key", () =>
    Effect.gen(function*() {
      const { enqueue, health } = yield* Outbox.Outbox
      yield* enqueue(sms("01098765432", "비밀번호"), { key: "secret-key" })
      yield* pass(10)
      yield* health
      const all = JSON.stringify(yield* Metric.snapshot, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value)
      assert.include(all, "sens_outbox_changes")
      for (const secret of ["98765432", "비밀", "secret-key"]) {
        assert.notInclude(all, secret)
      }
    }).pipe(Effect.provide(working())))
})

class Lost extends Data.TaggedError("Lost")<{ readonly text: string }> {
  override get message(): string {
    return `no key for ${this.text}`
  }
}

describe("a codec of the payload", () => {
  const text = "인증번호 738201"
  // Each letter is another, and what is read is what was written.
  const shifted = (by: number) => (text: string) =>
    Effect.succeed(Array.from(text, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + by)).join(""))
  const secret: Outbox.PayloadCodec = { encode: shifted(1), decode: shifted(-1) }
  const payloads = SqlClient.SqlClient.use((sql) =>
    Effect.map(sql`SELECT request FROM sens_payload`.values, (rows) => rows.flat().join("\n"))
  )

  it.effect("keeps numbers and texts out of the table, and the worker reads them", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { allMessages } = yield* Emulator.Emulator
      const id = yield* enqueue(sms("01098765432", text), { key: "one" })
      assert.notMatch(yield* payloads, /98765432|인증|messages/)
      assert.strictEqual(yield* enqueue(sms("01098765432", text), { key: "one" }), id)
      yield* pass(20)
      assert.deepStrictEqual((yield* allMessages).map(({ content }) => content), [text])
      assert.strictEqual((yield* status(id))._tag, "Final")
    }).pipe(Effect.provide(working(undefined, undefined, { payload: secret }))))

  it.effect("that cannot read leaves the entry as it is, open or not, until it can", () => {
    let hasKey = true
    const losing: Outbox.PayloadCodec = {
      encode: secret.encode,
      decode: (text) => hasKey ? secret.decode(text) : Effect.fail(new Lost({ text }))
    }
    return Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { allMessages, faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const open = yield* enqueue(sms(undefined, "open"))
      yield* pass(0.5)
      hasKey = false
      const waiting = yield* enqueue(sms(undefined, "waiting"))
      yield* pass(60)
      assert.deepStrictEqual(yield* status(open), Outbox.Status.Open())
      assert.strictEqual((yield* status(waiting))._tag, "Waiting")
      hasKey = true
      yield* pass(60)
      assert.strictEqual((yield* status(open))._tag, "Final")
      assert.strictEqual((yield* status(waiting))._tag, "Final")
      assert.strictEqual((yield* allMessages).length, 2)
    }).pipe(Effect.provide(working(undefined, undefined, { payload: losing })))
  })

  it.effect("that cannot write says nothing of what it was given", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const defect = yield* Effect.catchDefect(enqueue(sms("01098765432", text)), (defect) => Effect.succeed(defect))
      assert.include(String(defect), "cannot encode")
      assert.notMatch(String(defect), /98765432|인증/)
      assert.deepStrictEqual(yield* payloads, "")
    }).pipe(Effect.provide(outbox(undefined, undefined, {
      payload: { ...secret, encode: (text) => Effect.fail(new Lost({ text })) }
    }))))
})
