import * as RequestId from "@effect-sens/core/RequestId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as EntryId from "@effect-sens/outbox/EntryId"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Store from "../src/internal/store.ts"
import * as Sweep from "../src/internal/sweep.ts"
import { outbox, pass, sms, working } from "./emulated.ts"

const layer = working({ timestampTolerance: "20 seconds" }, {
  reconcile: { timestampTolerance: "20 seconds", visibilityLag: "5 seconds" },
  attemptTimeout: "4 seconds"
}, { visibilityLag: "60 seconds" })

/** The same, by the lag of the client. */
const ofClient = working({ timestampTolerance: "20 seconds" }, {
  reconcile: { timestampTolerance: "20 seconds", visibilityLag: "5 seconds" },
  attemptTimeout: "4 seconds"
})

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ requestId }) => requestId))
)

/** An entry that SENS says to have accepted, and never shows. */
const heldEntry = Effect.gen(function*() {
  const { enqueue, status } = yield* Outbox.Outbox
  const { faults } = yield* Emulator.Emulator
  yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
  const id = yield* enqueue(sms())
  yield* pass(40)
  assert.strictEqual((yield* status(id))._tag, "Held")
  return id
})

describe("an entry that is held", () => {
  it.effect("is listed, until a person sends it again", () =>
    Effect.gen(function*() {
      const { held, settle, status } = yield* Outbox.Outbox
      const id = yield* heldEntry
      const [entry, ...others] = yield* Stream.runCollect(held)
      assert.deepInclude(entry, { id, recipients: 1 })
      assert.deepStrictEqual(others, [])
      assert.strictEqual(DateTime.toEpochMillis(entry!.intentAt), 0)
      // The lag of the outbox is a minute.
      const early = yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain()))
      assert.strictEqual(early._tag === "WrongState" && early.why, "TooEarly")
      const until = early._tag === "WrongState" ? early.until : undefined
      yield* pass((DateTime.toEpochMillis(until!) - DateTime.toEpochMillis(yield* DateTime.now)) / 1000 - 1, 1)
      assert.strictEqual((yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain())))._tag, "WrongState")
      yield* pass(2)
      yield* settle(id, Outbox.Verdict.SendAgain())
      yield* pass(10)
      const status_ = yield* status(id)
      assert.deepStrictEqual(yield* accepted, [status_._tag === "Final" ? status_.requestId : status_._tag])
      const again = yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain()))
      assert.strictEqual(again._tag === "WrongState" && again.why, "NotHeld")
      assert.deepStrictEqual(yield* Stream.runCollect(held), [])
    }).pipe(Effect.provide(layer)))

  it.effect("is sent again by the lag of the client, where no other is given", () =>
    Effect.gen(function*() {
      const { enqueue, settle } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
      const id = yield* enqueue(sms())
      // The fence, the lag of five seconds, and ten seconds.
      yield* pass(34)
      assert.strictEqual(Object(yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain()))).why, "TooEarly")
      yield* pass(2)
      yield* settle(id, Outbox.Verdict.SendAgain())
    }).pipe(Effect.provide(ofClient)))

  it.effect("is not sent again beside the late bytes of an equal one", () =>
    Effect.gen(function*() {
      const { enqueue, settle, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      const id = yield* heldEntry
      yield* pass(55)
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const equal = yield* enqueue(sms())
      yield* pass(2)
      assert.strictEqual((yield* status(equal))._tag, "Open")
      // Its own fence, the lag of a minute and ten seconds are over.
      const early = yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain()))
      const now = DateTime.toEpochMillis(yield* DateTime.now)
      const until = early._tag === "WrongState" ? early.until : undefined
      assert.isAbove(DateTime.toEpochMillis(until!) - now, 80_000)
      yield* pass(60)
      // The equal one has an answer of its own by now.
      assert.strictEqual((yield* status(equal))._tag, "Final")
      yield* settle(id, Outbox.Verdict.SendAgain())
      yield* pass(20)
      assert.strictEqual((yield* accepted).length, 2)
    }).pipe(Effect.provide(layer)))

  it.effect("gets the id that a person has found, unless that is another's", () =>
    Effect.gen(function*() {
      const { enqueue, settle, status } = yield* Outbox.Outbox
      const id = yield* heldEntry
      const other = yield* enqueue(sms(undefined, "other"))
      yield* pass(1)
      const theirs = yield* status(other)
      const requestId = theirs._tag === "Accepted" ? theirs.requestId : RequestId.make("none")
      const taken = yield* Effect.flip(settle(id, Outbox.Verdict.Accepted({ requestId })))
      assert.strictEqual(taken._tag === "WrongState" && taken.why, "IdTaken")
      const found = RequestId.make("found-by-hand")
      yield* settle(id, Outbox.Verdict.Accepted({ requestId: found }))
      assert.deepStrictEqual(yield* status(id), Outbox.Status.Accepted({ requestId: found }))
    }).pipe(Effect.provide(layer)))

  it.effect("is given up, and stays what an equal one has to reckon with", () =>
    Effect.gen(function*() {
      const { enqueue, settle, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      const id = yield* heldEntry
      yield* settle(id, Outbox.Verdict.GiveUp())
      assert.deepStrictEqual(yield* status(id), Outbox.Status.NotSent({ why: "GivenUp" }))
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const equal = yield* enqueue(sms())
      yield* pass(60)
      assert.strictEqual((yield* accepted).length, 1)
      assert.strictEqual((yield* status(equal))._tag, "Final")
      const nothing = EntryId.EntryId.make(99)
      assert.strictEqual((yield* Effect.flip(settle(nothing, Outbox.Verdict.GiveUp())))._tag, "NotFound")
    }).pipe(Effect.provide(layer)))
})

describe("an entry that was left open", () => {
  it.effect("for 91 days stays open, since the log may not reach back so far; it is never sent again", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults, ledger } = yield* Emulator.Emulator
      const sql = yield* SqlClient.SqlClient
      yield* TestClock.setTime(Date.parse("2026-06-01T00:00:00Z"))
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const id = yield* enqueue(sms())
      yield* Outbox.drain()
      assert.strictEqual((yield* status(id))._tag, "Open")
      const days = 91 * 86_400_000
      yield* sql`UPDATE sens_send SET intent_at = intent_at - ${days}, intent_time = intent_time - ${days},
        intent_from = intent_from - ${days}, intent_to = intent_to - ${days}, changed_at = changed_at - ${days}`
      for (let look = 0; look < 6; look++) {
        yield* TestClock.adjust("2 minutes")
        yield* Outbox.drain()
        assert.strictEqual((yield* status(id))._tag, "Open")
      }
      // It is asked about less and less often.
      for (let look = 0; look < 10; look++) {
        yield* TestClock.adjust("1 hour")
        yield* Outbox.drain()
      }
      assert.strictEqual((yield* status(id))._tag, "Open")
      const { next } = yield* Outbox.drain()
      assert.isAtLeast(Duration.toMillis(Option.getOrThrow(next)), 3_500_000)
      assert.strictEqual((yield* ledger).filter(({ operation }) => operation === "send").length, 1)
    }).pipe(Effect.provide(outbox())))
})

describe("an entry whose request was changed by hand", () => {
  const spoil = (id: EntryId.EntryId) =>
    SqlClient.SqlClient.use((sql) => sql`UPDATE sens_payload SET request = '{}' WHERE id = ${id}`)

  it.effect("is refused where it was not sent, and held where it may have been", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const open = yield* enqueue(sms(undefined, "open"))
      yield* pass(0.25)
      yield* spoil(open)
      const now = yield* DateTime.now
      const waiting = yield* enqueue(sms(undefined, "waiting"), { at: DateTime.add(now, { seconds: 5 }) })
      yield* spoil(waiting)
      yield* pass(10)
      const refused = yield* status(waiting)
      assert.strictEqual(refused._tag === "Refused" && refused.reason._tag, "InvalidRequest")
      assert.strictEqual((yield* status(open))._tag, "Held")
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(layer)))

  it.effect("that is accepted has no results that nobody has read", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const id = yield* enqueue(sms())
      yield* pass(1)
      yield* spoil(id)
      yield* pass(60)
      assert.strictEqual((yield* status(id))._tag, "Accepted")
    }).pipe(Effect.provide(layer)))
})

const count = (column: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(sql`SELECT count(${sql(column)}) FROM sens_payload`.values, ([row]) => row?.[0])
  )

describe("purge", () => {
  it.effect("takes texts, or all, out of what has come to its end, and nothing out of anything else", () =>
    Effect.gen(function*() {
      const { enqueue, purge, status } = yield* Outbox.Outbox
      const now = yield* DateTime.now
      const done = yield* enqueue(sms(undefined, "done"), { key: "done" })
      yield* pass(10)
      const held = yield* heldEntry
      const waiting = yield* enqueue(sms(undefined, "waiting"), { at: DateTime.add(now, { days: 100 }) })
      const final = yield* status(done)
      assert.strictEqual(final._tag, "Final")
      assert.strictEqual(yield* purge({ olderThan: "1 hour", what: "texts" }), 0)
      yield* pass(3600, 10)
      assert.strictEqual(yield* purge({ olderThan: "1 hour", what: "texts" }), 1)
      assert.strictEqual(yield* purge({ olderThan: "1 hour", what: "texts" }), 0)
      assert.strictEqual(yield* count("request"), 2)
      // What became of it is still known, and its key is taken.
      assert.deepStrictEqual(yield* status(done), final)
      assert.strictEqual(yield* enqueue(sms(undefined, "done"), { key: "done" }), done)
      assert.strictEqual(yield* purge({ olderThan: Duration.zero, what: "everything" }), 1)
      assert.strictEqual((yield* Effect.flip(status(done)))._tag, "NotFound")
      assert.strictEqual((yield* status(held))._tag, "Held")
      assert.strictEqual((yield* status(waiting))._tag, "Waiting")
      assert.notStrictEqual(yield* enqueue(sms(undefined, "done"), { key: "done" }), done)
    }).pipe(Effect.provide(layer)))

  it.effect("leaves what an entry that is held may still have to ask about", () =>
    Effect.gen(function*() {
      const { enqueue, purge, settle, status } = yield* Outbox.Outbox
      const held = yield* heldEntry
      const equal = yield* enqueue(sms())
      yield* pass(20)
      assert.strictEqual((yield* status(equal))._tag, "Final")
      assert.strictEqual(yield* purge({ olderThan: Duration.zero, what: "everything" }), 0)
      yield* settle(held, Outbox.Verdict.GiveUp())
      assert.strictEqual(yield* purge({ olderThan: Duration.zero, what: "everything" }), 2)
    }).pipe(Effect.provide(layer)))

  it.effect("is done once a day", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const id = yield* enqueue(sms())
      yield* Outbox.drain()
      yield* pass(10)
      yield* Outbox.drain()
      assert.strictEqual((yield* status(id))._tag, "Final")
      const store = Store.make(yield* SqlClient.SqlClient)
      const after = { texts: Duration.days(7), everything: Duration.days(90) }
      yield* Effect.forkChild(Sweep.daily(store, after))
      yield* pass(6.5 * 86_400, 3600)
      assert.strictEqual(yield* count("request"), 1)
      yield* pass(2 * 86_400, 3600)
      assert.strictEqual(yield* count("request"), 0)
      assert.strictEqual((yield* status(id))._tag, "Final")
      yield* pass(84 * 86_400, 3600)
      assert.strictEqual((yield* Effect.flip(status(id)))._tag, "NotFound")
      assert.strictEqual(yield* count("id"), 0)
    }).pipe(Effect.provide(outbox())))
})
