import * as RequestId from "@effect-sens/core/RequestId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Persist from "../src/internal/persist.ts"
import { outbox, pass, signer, sms, working } from "./emulated.ts"

const limiter = RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))

/** A worker whose client may send 20 requests a second. */
const limited = Layer.effect(
  Sens.Sens,
  Effect.gen(function*() {
    const limiter = yield* RateLimiter.RateLimiter
    return yield* Sens.make({ ...Account.options, rateLimit: { limiter, limit: 20, window: "1 second" } })
  })
).pipe(Layer.provide(limiter))

/** Makes of one row that waits as many as wanted. */
const multiply = (count: number) =>
  SqlClient.SqlClient.use((sql) =>
    sql.withTransaction(Effect.gen(function*() {
      yield* sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
        INSERT INTO sens_send (digest, service, priority, recipients, state, due, created_at, changed_at)
        SELECT digest, service, priority, recipients, state, due, created_at, changed_at FROM sens_send, n`
      yield* sql`INSERT INTO sens_payload (id, request) SELECT s.id, p.request FROM sens_send s, sens_payload p
        WHERE s.id NOT IN (SELECT id FROM sens_payload)`
    }))
  )

/** Counts what is asked of the database. */
const counting = () => {
  const counted = { statements: 0 }
  const tracer = Tracer.make({
    span: (options) => {
      if (options.name.startsWith("sqlite")) counted.statements += 1
      return new Tracer.NativeSpan(options)
    }
  })
  return { counted, layer: Layer.succeed(Tracer.Tracer, tracer) }
}

describe("a one-time password beside a campaign", () => {
  it.live(
    "of 100,000 under a limit of 20 requests a second is accepted within half a second",
    () =>
      Effect.gen(function*() {
        const { await: wait, enqueue } = yield* Outbox.Outbox
        const emulator = yield* Emulator.Emulator
        yield* enqueue(sms(undefined, "campaign"), { priority: "bulk" })
        yield* multiply(100_000)
        yield* Effect.gen(function*() {
          // The first second of the limit is at once.
          yield* Effect.sleep("2 seconds")
          const millis: Array<number> = []
          for (let index = 0; index < 20; index++) {
            const before = performance.now()
            const id = yield* enqueue(sms(undefined, `인증번호 ${index}`))
            yield* Effect.repeat(Effect.sleep(5), {
              until: () =>
                Effect.map(emulator.allMessages, (all) => all.some(({ content }) => content === `인증번호 ${index}`))
            })
            millis.push(performance.now() - before)
            yield* wait(id, "accepted")
            yield* Effect.sleep("200 millis")
          }
          const sorted = millis.toSorted((a, b) => a - b)
          assert.isBelow(sorted[10]!, 500)
          assert.isBelow(sorted[19]!, 2000)
          // The campaign goes on meanwhile, at what is left of its rate.
          const times = (yield* emulator.allMessages).map(({ requestTime }) => requestTime.epochMilliseconds)
          const seconds = (Math.max(...times) - Math.min(...times)) / 1000
          assert.isAtLeast(times.length, 15 * seconds)
          assert.isAtMost(times.length, 20 * (seconds + 1) + 1)
        }).pipe(Effect.provide(Outbox.layerWorker()))
      }).pipe(Effect.provide(
        Outbox.layer().pipe(
          Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
          Layer.provideMerge(limited),
          Layer.provideMerge(signer),
          Layer.provideMerge(EmulatorClient.layer()),
          Layer.fresh
        )
      )),
    60_000
  )
})

describe("a limit of requests", () => {
  const layer = (worker?: Outbox.WorkerOptions) =>
    Outbox.layerWorker(worker).pipe(
      Layer.provideMerge(Outbox.layer()),
      Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
      Layer.provideMerge(limited),
      Layer.provideMerge(signer),
      Layer.provideMerge(EmulatorClient.layer()),
      Layer.fresh
    )

  it.effect("is used to its full by bulk entries, and few of them are put back in vain", () => {
    const { counted, layer: counter } = counting()
    return Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { allMessages } = yield* Emulator.Emulator
      yield* enqueue(sms(undefined, "campaign"), { priority: "bulk" })
      yield* multiply(200)
      yield* pass(5, 0.025)
      const sent = (yield* allMessages).length
      assert.isAtLeast(sent, 20 + 4 * 19)
      assert.isAtMost(sent, 20 + 5 * 20)
      assert.isAtMost(counted.statements, 15 * sent)
      yield* pass(6, 0.025)
      assert.strictEqual((yield* allMessages).length, 200)
    }).pipe(Effect.provide(layer().pipe(Layer.provideMerge(counter))))
  }, 60_000)
})

describe("a drain again and again", () => {
  it.effect("uses a limit of requests to its full, and says when there is a turn", () => {
    const { counted, layer: counter } = counting()
    return Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { allMessages } = yield* Emulator.Emulator
      yield* enqueue(sms(undefined, "campaign"), { priority: "bulk" })
      yield* multiply(200)
      const start = yield* DateTime.now
      let passes = 0
      while ((yield* allMessages).length < 100) {
        // What asks for results waits for its own turns.
        const drain = yield* Effect.forkChild(Outbox.drain())
        while (drain.pollUnsafe() === undefined) yield* TestClock.adjust("5 millis")
        const { next } = yield* Fiber.join(drain)
        yield* TestClock.adjust(Option.getOrThrow(next))
        passes += 1
      }
      const seconds = Duration.toSeconds(DateTime.distance(start, yield* DateTime.now))
      assert.isAtLeast(seconds, 3.9)
      assert.isAtMost(seconds, 6)
      assert.isAtMost(passes, 100 * 4)
      assert.isAtMost(counted.statements, 100 * 25)
    }).pipe(Effect.provide(
      Outbox.layer().pipe(
        Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
        Layer.provideMerge(limited),
        Layer.provideMerge(signer),
        Layer.provideMerge(EmulatorClient.layer()),
        Layer.provideMerge(counter),
        Layer.fresh
      )
    ))
  })
})

describe("two services", () => {
  const other = { ...Account.options, serviceId: "ncp:sms:kr:000000000000:other" }
  const both = { accounts: [{ ...Account.emulatorAccount, serviceIds: [Account.serviceId, other.serviceId] }] }

  it.effect("have a quota each: where one is used up, the other goes on", () =>
    Effect.gen(function*() {
      const { enqueue, holds, release } = yield* Outbox.Outbox
      const { allMessages, faults } = yield* Emulator.Emulator
      const second = yield* Sens.make(other)
      yield* Effect.gen(function*() {
        yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
        yield* enqueue(sms(undefined, "one"), { priority: "bulk" })
        yield* pass(2)
        assert.deepInclude((yield* holds)[0], { service: Account.serviceId, kind: "Quota" })
        for (let index = 0; index < 20; index++) {
          yield* enqueue(sms(undefined, `one ${index}`), { priority: index % 2 === 0 ? "bulk" : "transactional" })
          yield* enqueue(sms(undefined, `other ${index}`), {
            service: other.serviceId,
            priority: index % 2 === 0 ? "bulk" : "transactional"
          })
        }
        yield* pass(5)
        const texts = (yield* allMessages).map(({ content }) => content)
        assert.strictEqual(texts.filter((text) => text.startsWith("other")).length, 20)
        assert.strictEqual(texts.filter((text) => text.startsWith("one")).length, 0)
        yield* release(Account.serviceId)
        yield* pass(5)
        assert.strictEqual((yield* allMessages).length, 41)
      }).pipe(Effect.provide(Outbox.layerWorker({ clients: [second] })))
    }).pipe(Effect.provide(outbox(both))))

  it.effect("one in hold does not keep a drain awake", () =>
    Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400", retryAfter: 90 }))
      yield* enqueue(sms(undefined, "one"))
      yield* enqueue(sms(undefined, "two"))
      yield* Outbox.drain({ limit: 1 })
      const { acted, next } = yield* Outbox.drain()
      assert.strictEqual(acted, 0)
      assert.isAtLeast(Number(Object(next).value?.value?.millis ?? 0), 80_000)
    }).pipe(Effect.provide(outbox())))
})

describe("onOpen: hold", () => {
  const tolerance = { timestampTolerance: "20 seconds" } as const
  const options = { reconcile: { ...tolerance, visibilityLag: "5 seconds" }, attemptTimeout: "4 seconds" } as const

  it.effect("leaves to a person what surely was not accepted, and takes what is found", () =>
    Effect.gen(function*() {
      const { cancel, enqueue, settle, status } = yield* Outbox.Outbox
      const { allMessages, faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const lost = yield* enqueue(sms(undefined, "lost"), { expiresAfter: "10 seconds" })
      yield* pass(1)
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const found = yield* enqueue(sms(undefined, "found"))
      yield* pass(60)
      assert.strictEqual((yield* status(found))._tag, "Final")
      // Neither sent again nor given up, though its time is over.
      assert.deepStrictEqual(yield* status(lost), Outbox.Status.Held())
      assert.isFalse(yield* cancel(lost))
      assert.strictEqual((yield* allMessages).length, 1)
      yield* settle(lost, Outbox.Verdict.Accepted({ requestId: RequestId.make("by hand") }))
    }).pipe(Effect.provide(working(tolerance, options, { worker: { onOpen: "hold" } }))))

  it.effect("is an option of a drain, too", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.refused)
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const id = yield* enqueue(sms())
      for (let second = 0; second < 60; second++) {
        yield* Outbox.drain({ onOpen: "hold" })
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(yield* status(id), Outbox.Status.Held())
    }).pipe(Effect.provide(outbox(tolerance, options))))
})

const twins = SqlClient.SqlClient.use((sql) =>
  Effect.map(sql`SELECT twin FROM sens_send ORDER BY id`.values, (rows) => rows.map(([twin]) => twin !== null))
)

describe("whom an entry is equal to", () => {
  const tolerance = { timestampTolerance: "20 seconds" } as const
  const options = { reconcile: { ...tolerance, visibilityLag: "5 seconds" }, attemptTimeout: "4 seconds" } as const

  it.effect("is forgotten an hour later, but not while an equal one is open, held or waits", () =>
    Effect.gen(function*() {
      const { enqueue, settle } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      const now = yield* DateTime.now
      yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
      const held = yield* enqueue(sms(undefined, "equal"))
      yield* pass(60, 1)
      yield* enqueue(sms(undefined, "equal"))
      yield* enqueue(sms(undefined, "alone"))
      yield* enqueue(sms(undefined, "later"), { at: DateTime.add(now, { days: 2 }) })
      yield* pass(3700, 60)
      assert.deepStrictEqual(yield* twins, [true, true, false, true])
      yield* settle(held, Outbox.Verdict.GiveUp())
      yield* pass(3700, 60)
      assert.deepStrictEqual(yield* twins, [false, false, false, true])
    }).pipe(Effect.provide(working(tolerance, options))))
})

describe("the database", () => {
  it.effect("is asked no more than once in a second where there is nothing to do", () => {
    const { counted, layer } = counting()
    return Effect.gen(function*() {
      const { enqueue } = yield* Outbox.Outbox
      yield* enqueue(sms())
      yield* pass(60)
      const before = counted.statements
      assert.isAbove(before, 5)
      yield* pass(5 * 60, 0.5)
      assert.isAtMost(counted.statements - before, 5 * 60 + 1)
      assert.isAtLeast(counted.statements - before, 4.9 * 60)
    }).pipe(Effect.provide(working().pipe(Layer.provideMerge(layer))))
  })

  const failing = (times: { count: number }) =>
    Effect.suspend(() => {
      times.count += 1
      return Effect.fail(new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: undefined }) }))
    })

  it.effect("that is away is waited for for 30 seconds by all that follows a POST together", () =>
    Effect.gen(function*() {
      const times = { count: 0 }
      const together = Persist.together()
      const three = Effect.forEach([1, 2, 3], () => Effect.exit(together(failing(times))))
      const fiber = yield* Effect.forkChild(three)
      yield* pass(33, 0.05)
      assert.isDefined(fiber.pollUnsafe())
      assert.isAbove(times.count, 15)
    }))
})
