import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as EntryId from "@effect-sens/outbox/EntryId"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { pass, sms, working } from "./emulated.ts"

// Two entries that nobody can tell apart in the delivery log, each wanted once: whatever became of their answers, two are accepted.

const tolerance = 20
const lag = 5
const layer = working({ timestampTolerance: `${tolerance} seconds` }, {
  reconcile: { timestampTolerance: `${tolerance} seconds`, visibilityLag: `${lag} seconds` },
  attemptTimeout: "4 seconds"
})

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ requestId }): string => requestId))
)

/** Keeps an entry from being looked at before a time, in seconds. */
const notBefore = (id: EntryId.EntryId, seconds: number) =>
  SqlClient.SqlClient.use((sql) => sql`UPDATE sens_send SET due = ${seconds * 1000} WHERE id = ${id}`)

/** Each has an id of its own, and each id is of a message. */
const areTwo = Effect.fnUntraced(function*(...ids: ReadonlyArray<EntryId.EntryId>) {
  const { status } = yield* Outbox.Outbox
  const statuses = yield* Effect.forEach(ids, status)
  const found = statuses.map((status): SendResponse.SendResponse["requestId"] | string =>
    status._tag === "Final" ? status.requestId : status._tag
  )
  assert.sameMembers(found, [...yield* accepted])
  assert.strictEqual((yield* accepted).length, ids.length)
})

describe("equal entries", () => {
  it.effect("one of which got the other's record, through an outage of six minutes", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const one = yield* enqueue(sms())
      yield* pass(0.25)
      yield* notBefore(one, 20)
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const other = yield* enqueue(sms())
      yield* pass(10)
      // It was not accepted itself.
      assert.strictEqual((yield* status(other))._tag, "Final")
      yield* faults.next("any", Infinity, Fault.serverError({ status: 503 }))
      yield* pass(360, 1)
      assert.deepStrictEqual(yield* status(one), Outbox.Status.Open())
      yield* faults.clear
      yield* pass(300, 1)
      yield* areTwo(one, other)
    }).pipe(Effect.provide(layer)))

  it.effect("one of which is sent while the proof of the other is read", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const one = yield* enqueue(sms())
      yield* pass(1)
      yield* notBefore(one, 29)
      // The searches of its proof take three seconds, and the other is accepted in the midst of them, unheard.
      yield* pass(27.5)
      yield* faults.next("search", 4, Fault.slow({ after: "3 seconds" }))
      yield* pass(1.5)
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const other = yield* enqueue(sms())
      yield* pass(120)
      yield* areTwo(one, other)
    }).pipe(Effect.provide(layer)))

  it.effect("one of which has a 2xx that cannot be read, and whose record the other got", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.unreadable({ accepted: true }))
      const one = yield* enqueue(sms())
      yield* pass(0.25)
      yield* notBefore(one, 15)
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const other = yield* enqueue(sms())
      yield* pass(12)
      assert.strictEqual((yield* status(other))._tag, "Final")
      // The two have changed places, so this one is sent again, and not held.
      yield* pass(90)
      yield* areTwo(one, other)
    }).pipe(Effect.provide(layer)))

  it.effect("one of which is held: the other is sent again on proof, and does not get what is not its own", () =>
    Effect.gen(function*() {
      const { enqueue, settle, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
      const one = yield* enqueue(sms())
      yield* pass(40)
      assert.deepStrictEqual(yield* status(one), Outbox.Status.Held())
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const other = yield* enqueue(sms())
      yield* pass(90)
      assert.strictEqual((yield* status(other))._tag, "Final")
      assert.deepStrictEqual(yield* status(one), Outbox.Status.Held())
      assert.strictEqual((yield* accepted).length, 1)
      yield* settle(one, Outbox.Verdict.SendAgain())
      yield* pass(30)
      yield* areTwo(one, other)
    }).pipe(Effect.provide(layer)))
})
