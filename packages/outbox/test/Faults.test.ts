import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import type * as EntryId from "@effect-sens/outbox/EntryId"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { outbox, pass, signer, sms, working } from "./emulated.ts"

// The fence and the lag, in seconds.
const tolerance = 20
const lag = 5
const options = {
  reconcile: { timestampTolerance: `${tolerance} seconds`, visibilityLag: `${lag} seconds` },
  attemptTimeout: "4 seconds"
} as const
const layer = (emulator?: Emulator.Options) =>
  working({ timestampTolerance: `${tolerance} seconds`, ...emulator }, options)

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ requestId }) => requestId))
)

const posts = Emulator.Emulator.use(({ ledger }) =>
  Effect.map(ledger, (entries) => entries.filter(({ operation }) => operation === "send").length)
)

const statusOf = (id: EntryId.EntryId) => Outbox.Outbox.use(({ status }) => status(id))

const attempts = (id: EntryId.EntryId) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(sql`SELECT attempt FROM sens_send WHERE id = ${id}`.values, ([row]) => row?.[0])
  )

describe("one entry, whose first POST meets a fault", () => {
  it.effect.each(
    [
      // Accepted: found in the log, and not sent again.
      ["500 though accepted", Fault.serverError({ accepted: true }), 1],
      ["reset though accepted", Fault.reset({ accepted: true }), 1],
      ["silence though accepted", Fault.silence({ accepted: true }), 1],
      ["accepted later", Fault.acceptedLater({ after: "3 seconds", first: "Reset" }), 1],
      ["accepted just before the fence", Fault.acceptedLater({ after: "18 seconds", first: "Silence" }), 1],
      ["a 202 that cannot be read", Fault.unreadable({ accepted: true }), 1],
      // Not accepted, and the answer says so.
      ["429", Fault.tooManyRequests({ code: "410" }), 2],
      ["connection refused", Fault.refused, 2],
      ["a clock that is off", Fault.clockSkew("-10 minutes"), 2],
      // Not accepted, and nobody says so: sent again on proof.
      ["503, not accepted", Fault.serverError({ accepted: false }), 2],
      ["reset before", Fault.reset({ accepted: false }), 2],
      ["silence, not accepted", Fault.silence({ accepted: false }), 2]
    ] as const
  )("%s", ([, fault, expected]) =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const id = yield* enqueue(sms())
      yield* pass(3 * (tolerance + lag))
      const ids = yield* accepted
      assert.strictEqual(ids.length, 1)
      const status = yield* statusOf(id)
      assert.strictEqual(status._tag === "Final" ? status.requestId : status._tag, ids[0])
      assert.strictEqual(yield* attempts(id), expected)
    }).pipe(Effect.provide(layer())))

  it.effect("a request that SENS refuses is not sent again", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.saysFailed())
      const id = yield* enqueue(sms())
      yield* pass(60)
      const status = yield* statusOf(id)
      assert.strictEqual(status._tag, "Refused")
      assert.strictEqual(status._tag === "Refused" && status.reason._tag, "Rejected")
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(layer())))

  it.effect("a 202 that cannot be read and is never in the log is held, and never sent again", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
      const id = yield* enqueue(sms())
      yield* pass(3 * (tolerance + lag))
      assert.deepStrictEqual(yield* statusOf(id), Outbox.Status.Held())
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(layer())))

  it.effect("one that is cancelled while it is open is not sent again", () =>
    Effect.gen(function*() {
      const { cancel, enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const id = yield* enqueue(sms())
      yield* pass(1)
      assert.isFalse(yield* cancel(id))
      assert.deepStrictEqual(yield* statusOf(id), Outbox.Status.Open())
      yield* pass(3 * (tolerance + lag))
      assert.deepStrictEqual(yield* statusOf(id), Outbox.Status.NotSent({ why: "Cancelled" }))
      assert.deepStrictEqual(yield* accepted, [])
    }).pipe(Effect.provide(layer())))

  it.effect("one that expires while it is open is not sent again", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const id = yield* enqueue(sms(), { expiresAfter: "10 seconds" })
      yield* pass(3 * (tolerance + lag))
      assert.deepStrictEqual(yield* statusOf(id), Outbox.Status.NotSent({ why: "Expired" }))
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(layer())))
})

describe("equal entries", () => {
  const pairs = [
    ["both lost though accepted", Fault.reset({ accepted: true }), Fault.reset({ accepted: true })],
    ["one lost, one not accepted", Fault.reset({ accepted: true }), Fault.reset({ accepted: false })],
    ["neither accepted", Fault.reset({ accepted: false }), Fault.serverError({ accepted: false })],
    [
      "one accepted late",
      Fault.acceptedLater({ after: "15 seconds", first: "Reset" }),
      Fault.reset({ accepted: false })
    ],
    ["one unread", Fault.unreadable({ accepted: true }), Fault.reset({ accepted: true })]
  ] as const

  it.effect.each(pairs)("%s: two are accepted, under two ids", ([, one, other]) =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, one)
      yield* faults.next("send", 1, other)
      const first = yield* enqueue(sms())
      const second = yield* enqueue(sms())
      yield* pass(5 * (tolerance + lag))
      const ids = yield* accepted
      assert.strictEqual(ids.length, 2)
      const statuses = [yield* statusOf(first), yield* statusOf(second)]
      assert.deepStrictEqual(
        statuses.map((status) => status._tag === "Final" ? status.requestId : status._tag).toSorted(),
        ids.toSorted()
      )
    }).pipe(Effect.provide(layer())))
})

describe("a clock that is off", () => {
  it.effect.each([-1200, -240, -15, 15, 240, 1200])(
    "by %i seconds: each entry is accepted once",
    (offset) =>
      Effect.gen(function*() {
        const { enqueue } = yield* Outbox.Outbox
        const { faults } = yield* Emulator.Emulator
        // It starts where the gateway's clock has a past, too.
        yield* TestClock.setTime(Date.parse("2026-01-01T00:00:00Z"))
        yield* Effect.gen(function*() {
          yield* faults.next("send", 1, Fault.reset({ accepted: true }))
          yield* faults.next("send", 1, Fault.reset({ accepted: false }))
          const ids = yield* Effect.forEach(["one", "two", "three"], (text) => enqueue(sms(undefined, text)))
          yield* pass(4 * (tolerance + lag))
          assert.strictEqual((yield* accepted).length, 3)
          assert.deepStrictEqual(yield* Effect.forEach(ids, (id) => Effect.map(statusOf(id), ({ _tag }) => _tag)), [
            "Final",
            "Final",
            "Final"
          ])
          // The time is learned before the first POST, so none is refused.
          assert.strictEqual(yield* posts, 4)
        }).pipe(Effect.provide(Outbox.layerWorker()))
      }).pipe(Effect.provide(
        outbox({ timestampTolerance: `${tolerance} seconds`, clockOffset: `${offset} seconds` }, options)
      ))
  )
})

/** Keeps a row from being looked at before a time. */
const notBefore = (id: EntryId.EntryId, seconds: number) =>
  SqlClient.SqlClient.use((sql) => sql`UPDATE sens_send SET due = ${seconds * 1000} WHERE id = ${id}`)

describe("an entry whose record went to an equal one", () => {
  it.effect("waits for the fence of that one, too, whose bytes may be late", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const one = yield* enqueue(sms())
      yield* pass(0.5)
      // Its own fence and the lag are over then, and the other's are not.
      yield* notBefore(one, 27.5)
      yield* pass(11.5)
      yield* faults.next("send", 1, Fault.acceptedLater({ after: "18 seconds", first: "Reset" }))
      const other = yield* enqueue(sms())
      yield* pass(8)
      assert.strictEqual((yield* statusOf(one))._tag, "Open")
      assert.notStrictEqual((yield* statusOf(other))._tag, "Open")
      yield* pass(60)
      const ids = yield* accepted
      assert.strictEqual(ids.length, 2)
      const statuses = [yield* statusOf(one), yield* statusOf(other)]
      assert.sameMembers(statuses.map((status) => status._tag === "Final" ? status.requestId : status._tag), [...ids])
    }).pipe(Effect.provide(layer())))

  it.effect("is sent again on proof, when its own answer comes late", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.slow({ after: "3500 millis" }))
      const one = yield* enqueue(sms())
      yield* pass(0.25)
      yield* notBefore(one, 10)
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const other = yield* enqueue(sms())
      yield* pass(5)
      // The answer has come, and tells an id that the other got from the log.
      assert.deepStrictEqual(yield* statusOf(one), Outbox.Status.Open())
      yield* pass(60)
      const ids = yield* accepted
      assert.strictEqual(ids.length, 2)
      const statuses = [yield* statusOf(one), yield* statusOf(other)]
      assert.sameMembers(statuses.map((status) => status._tag === "Final" ? status.requestId : status._tag), [...ids])
    }).pipe(Effect.provide(layer())))
})

describe("a 202 with an id that another entry got by its own", () => {
  const repeating = Layer.effect(
    Sens.Sens,
    Effect.map(Sens.make({ ...Account.options, ...options }), (sens) => {
      let first: SendResponse.SendResponse | undefined
      return Sens.Sens.of({
        ...sens,
        messages: {
          ...sens.messages,
          submit: (...args) =>
            first === undefined
              ? Effect.tap(sens.messages.submit(...args), (response) =>
                Effect.sync(() => {
                  first = response
                }))
              : Effect.succeed(first)
        }
      })
    })
  )

  it.effect("is as one that cannot be read: the entry is held", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const one = yield* enqueue(sms(undefined, "one"))
      yield* pass(1)
      const other = yield* enqueue(sms(undefined, "other"))
      yield* pass(60)
      assert.strictEqual((yield* statusOf(one))._tag, "Final")
      assert.deepStrictEqual(yield* statusOf(other), Outbox.Status.Held())
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(
      Outbox.layerWorker().pipe(
        Layer.provideMerge(Outbox.layer()),
        Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
        Layer.provide(repeating),
        Layer.provide(signer),
        Layer.provideMerge(EmulatorClient.layer({ timestampTolerance: `${tolerance} seconds` })),
        Layer.fresh
      )
    )))
})

describe("a service that cannot send", () => {
  it.effect("is tried by one entry after 1, 2, 4 … minutes while its quota is used up", () =>
    Effect.gen(function*() {
      const { enqueue, holds } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", Infinity, Fault.tooManyRequests({ code: "400" }))
      for (let index = 0; index < 5; index++) yield* enqueue(sms(undefined, `주문 ${index}`))
      yield* pass(10, 1)
      // All that were on their way when the first was refused.
      const before = yield* posts
      assert.strictEqual((yield* holds)[0]?.kind, "Quota")
      yield* pass(15 * 60, 1)
      const probes = (yield* posts) - before
      assert.isAtLeast(probes, 3)
      assert.isAtMost(probes, 5)
      yield* faults.clear
      yield* pass(20 * 60, 1)
      assert.strictEqual((yield* accepted).length, 5)
      assert.deepStrictEqual(yield* holds, [])
    }).pipe(Effect.provide(layer())))

  it.effect("whose quota ends at the fourth entry: nothing is sent between two tries, each of one request", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults, ledger } = yield* Emulator.Emulator
      const ids: Array<EntryId.EntryId> = []
      for (let index = 0; index < 3; index++) {
        ids.push(yield* enqueue(sms(undefined, `주문 ${index}`), { priority: "bulk" }))
        yield* pass(1)
      }
      yield* faults.next("send", Infinity, Fault.tooManyRequests({ code: "400" }))
      for (let index = 3; index < 8; index++) {
        ids.push(yield* enqueue(sms(undefined, `주문 ${index}`), { priority: index === 7 ? "transactional" : "bulk" }))
        yield* pass(1)
      }
      yield* pass(8 * 60, 1)
      const times = (yield* ledger).filter(({ operation }) => operation === "send").map(({ at, status }) => ({
        status,
        at: at.epochMilliseconds
      }))
      assert.deepStrictEqual(times.slice(0, 4).map(({ status }) => status), [202, 202, 202, 429])
      // 1, 2 and 4 minutes after each other.
      const gaps = times.slice(4).map(({ at }, index) => (at - (times[index + 3]?.at ?? 0)) / 60_000)
      assert.strictEqual(gaps.length, 3)
      for (const [index, gap] of gaps.entries()) assert.isTrue(gap >= 2 ** index && gap < 2 ** index + 0.1, String(gap))
      yield* faults.clear
      yield* pass(10 * 60, 1)
      for (const id of ids) assert.strictEqual((yield* status(id))._tag, "Final")
      // The transactional one was the first that tried.
      assert.strictEqual((yield* Emulator.Emulator.use(({ allMessages }) => allMessages))[3]?.content, "주문 7")
    }).pipe(Effect.provide(layer())))

  it.effect("is tried by one entry in ten minutes while its keys are wrong, and sends when they are mended", () =>
    Effect.gen(function*() {
      const { enqueue, holds } = yield* Outbox.Outbox
      const { ledger } = yield* Emulator.Emulator
      const ids = yield* Effect.forEach(["1", "2", "3"], (text) => enqueue(sms(undefined, text)))
      const right = yield* Sens.Sens
      const wrong = yield* Sens.make({ ...Account.options, ...options, secretKey: Redacted.make("wrong") })
      yield* pass(30).pipe(
        Effect.provide(Layer.fresh(Outbox.layerWorker()).pipe(Layer.provide(Layer.succeed(Sens.Sens, wrong))))
      )
      assert.deepInclude((yield* holds)[0], { kind: "Paused" })
      const first = (yield* ledger).length
      yield* pass(30 * 60, 1).pipe(
        Effect.provide(Layer.fresh(Outbox.layerWorker()).pipe(Layer.provide(Layer.succeed(Sens.Sens, wrong))))
      )
      // One at the start of a worker, and one in ten minutes.
      assert.isAtMost((yield* ledger).length - first, 4)
      assert.isAtLeast((yield* ledger).length - first, 3)
      yield* pass(30).pipe(
        Effect.provide(Layer.fresh(Outbox.layerWorker()).pipe(Layer.provide(Layer.succeed(Sens.Sens, right))))
      )
      assert.deepStrictEqual(yield* holds, [])
      for (const id of ids) assert.strictEqual((yield* statusOf(id))._tag, "Final")
    }).pipe(Effect.provide(outbox({ timestampTolerance: `${tolerance} seconds` }, options))))

  it.effect("sends again at once when it is released", () =>
    Effect.gen(function*() {
      const { enqueue, holds, release } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      yield* enqueue(sms())
      yield* pass(5)
      const [hold] = yield* holds
      assert.strictEqual(yield* posts, 1)
      yield* release(hold?.service ?? "")
      yield* pass(5)
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(layer())))

  for (
    const [what, fault] of [
      ["a failure", Fault.serverError({ status: 503 })],
      ["a connection that is lost", Fault.reset()]
    ] as const
  ) {
    it.effect(`stays held where the probe says nothing of it: ${what}`, () =>
      Effect.gen(function*() {
        const { enqueue, holds } = yield* Outbox.Outbox
        const { faults } = yield* Emulator.Emulator
        yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
        yield* enqueue(sms())
        yield* pass(5)
        yield* Effect.forEach(["1", "2", "3", "4", "5"], (text) => enqueue(sms(undefined, text)))
        yield* faults.next("send", 1, fault)
        yield* pass(90)
        assert.strictEqual(yield* posts, 2)
        assert.strictEqual((yield* holds)[0]?.kind, "Quota")
        yield* pass(12 * 60, 1)
        assert.strictEqual((yield* accepted).length, 6)
        assert.deepStrictEqual(yield* holds, [])
      }).pipe(Effect.provide(layer())))
  }

  it.effect("sends again at once when it is released, also what SENS has told to wait for an hour", () =>
    Effect.gen(function*() {
      const { enqueue, holds, release } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400", retryAfter: 3600 }))
      yield* enqueue(sms())
      yield* pass(5)
      const [hold] = yield* holds
      assert.strictEqual(hold?.kind, "Quota")
      yield* pass(60, 1)
      assert.strictEqual(yield* posts, 1)
      yield* release(hold?.service ?? "")
      yield* pass(5)
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(layer())))
})

it.effect("results that are older than three days are not given up because the log cannot be read at that moment", () =>
  Effect.gen(function*() {
    const { enqueue, status } = yield* Outbox.Outbox
    const { faults } = yield* Emulator.Emulator
    const id = yield* enqueue(sms())
    yield* Outbox.drain()
    assert.strictEqual((yield* status(id))._tag, "Accepted")
    yield* pass(73 * 3600, 3600)
    yield* faults.next("search", Infinity, Fault.reset())
    yield* pass(60, 1).pipe(Effect.provide(Layer.fresh(Outbox.layerWorker())))
    assert.strictEqual((yield* status(id))._tag, "Accepted")
    yield* faults.clear
    yield* pass(3 * 3600, 10).pipe(Effect.provide(Layer.fresh(Outbox.layerWorker())))
    const final = yield* status(id)
    assert.deepStrictEqual(final._tag === "Final" && final.results.map(({ outcome }) => outcome), ["Delivered"])
  }).pipe(Effect.provide(outbox())))
