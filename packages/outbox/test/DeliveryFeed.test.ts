import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
import type * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as TestClock from "effect/testing/TestClock"
import { outbox, pass } from "./emulated.ts"

const beginning = DateTime.makeUnsafe("2026-03-02T00:00:00.500Z")
const emulated = (options?: Emulator.Options, client?: Partial<Sens.Options>) =>
  outbox(options, client).pipe(
    Layer.provideMerge(Layer.effectDiscard(TestClock.setTime(beginning.epochMilliseconds)))
  )

// A slow machine is no failure.
const longest = 120_000

let recipients = 0
/** As many messages, to numbers of their own. */
const send = Effect.fnUntraced(function*(count: number) {
  const { messages } = yield* Sens.Sens
  return yield* messages.send({
    type: "SMS",
    from: "0212345678",
    content: "주문이 준비되었습니다",
    messages: Array.from({ length: count }, () => ({ to: `010${String(10_000_000 + recipients++)}` }))
  })
})

/** Takes a page by writing it into a table of the program. */
const insert = Effect.fnUntraced(function*(feed: string, { records, unreadable }: DeliveryFeed.Page) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS results (feed TEXT, message_id TEXT)`
  const ids = [...records.map(({ messageId }) => messageId), ...unreadable.map(({ why }) => why)]
  yield* Effect.forEach(ids, (id) => sql`INSERT INTO results (feed, message_id) VALUES (${feed}, ${id})`)
})

const insertInto = (feed: string) => (page: DeliveryFeed.Page) => insert(feed, page)

/** Runs a feed in the background, which writes what it gets unless it has another handler. */
const following = <E = SqlError.SqlError, R = SqlClient.SqlClient>(
  { name = "results", ...options }: Partial<DeliveryFeed.Options<E, R>> = {}
) =>
  DeliveryFeed.run<E | SqlError.SqlError, R | SqlClient.SqlClient>({
    handler: insertInto(name),
    ...options,
    name
  }).pipe(Effect.forkChild({ startImmediately: true }))

const written = Effect.fnUntraced(function*(feed = "results") {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS results (feed TEXT, message_id TEXT)`
  const rows = yield* sql`SELECT message_id FROM results WHERE feed = ${feed}`.values
  return rows.map(([id]) => String(id)).toSorted()
})

const completed = Effect.gen(function*() {
  const { allMessages } = yield* Emulator.Emulator
  return (yield* allMessages)
    .flatMap(({ messageId, status }) => status === "COMPLETED" ? [messageId] : [])
    .toSorted()
})

const rows = SqlClient.SqlClient.use((sql) => sql`SELECT * FROM sens_feed ORDER BY id`)
const remembered = SqlClient.SqlClient.use((sql) =>
  Effect.map(sql`SELECT message_id FROM sens_feed_seen`.values, ({ length }) => length)
)

class Unwilling extends Data.TaggedError("Unwilling") {}

describe("DeliveryFeed.run", () => {
  it.effect("hands over each message once, in the order of completion, while it runs", () =>
    Effect.gen(function*() {
      const times: Array<string> = []
      yield* following({
        handler: (page) =>
          Effect.andThen(
            Effect.sync(() => times.push(...page.records.map(({ completeTime }) => String(completeTime)))),
            insert("results", page)
          )
      })
      for (let minute = 0; minute < 20; minute++) {
        yield* send(1 + (minute * 37) % 100)
        yield* pass(60, 10)
      }
      const all = yield* completed
      assert.isAbove(all.length, 900)
      assert.deepStrictEqual(yield* written(), all)
      assert.deepStrictEqual(times, times.toSorted())
      // What is remembered is what the log may show again.
      assert.isAtMost(yield* remembered, 12 * 100)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect(
    "goes on where it stood after an end at any moment, and hands over nothing twice",
    () =>
      Effect.gen(function*() {
        for (let turn = 0; turn < 20; turn++) {
          const fiber = yield* following()
          yield* send(70 + (turn % 4) * 10)
          yield* pass((turn * 7) % 50, 1)
          yield* Fiber.interrupt(fiber)
          yield* pass((turn * 11) % 90, 10)
        }
        yield* following()
        yield* pass(60, 5)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }).pipe(Effect.provide(emulated())),
    60_000
  )

  it.effect("what shows up late comes within the overlap, and not after it", () =>
    Effect.gen(function*() {
      yield* following({ overlap: "2 minutes" })
      yield* pass(60, 10)
      // It is completed at once, and in the log much later.
      yield* send(1)
      yield* pass(90, 10)
      assert.deepStrictEqual(yield* written(), [])
      yield* pass(30, 10)
      assert.strictEqual((yield* written()).length, 1)
    }).pipe(Effect.provide(emulated({ visibleAfter: "100 seconds", completedAfter: 0 }))), longest)

  it.effect("an overlap that is longer from now on brings nothing again", () =>
    Effect.gen(function*() {
      const short = yield* following({ overlap: "1 minute" })
      for (let minute = 0; minute < 10; minute++) {
        yield* send(10)
        yield* pass(60, 10)
      }
      yield* Fiber.interrupt(short)
      assert.isAtMost(yield* remembered, 40)
      yield* following({ overlap: "8 minutes" })
      yield* send(10)
      yield* pass(120, 10)
      assert.deepStrictEqual(yield* written(), yield* completed)
      yield* pass(1200, 60)
      assert.deepStrictEqual(yield* written(), yield* completed)
      assert.strictEqual(yield* remembered, 0)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("begins where it is told, and at its first run otherwise", () =>
    Effect.gen(function*() {
      yield* send(5)
      yield* pass(3600, 600)
      yield* following({ name: "all", start: DateTime.toDateUtc(beginning) })
      yield* following({ name: "from now on" })
      yield* send(3)
      yield* pass(60, 10)
      assert.strictEqual((yield* written("all")).length, 8)
      assert.strictEqual((yield* written("from now on")).length, 3)
      // It has begun: another start changes nothing.
      const again = yield* following({ name: "from now on", start: beginning })
      yield* pass(60, 10)
      yield* Fiber.interrupt(again)
      assert.strictEqual((yield* written("from now on")).length, 3)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("two names, and two services, are two feeds", () =>
    Effect.gen(function*() {
      const other = yield* Sens.make({ ...Account.options, serviceId: "ncp:sms:kr:000000000000:other" })
      yield* following({ name: "a" })
      yield* following({ name: "b" })
      yield* Effect.provideService(following({ name: "a", handler: insertInto("other") }), Sens.Sens, other)
      yield* send(4)
      yield* Effect.provideService(send(2), Sens.Sens, other)
      yield* pass(60, 10)
      assert.deepStrictEqual(yield* written("a"), yield* written("b"))
      assert.strictEqual((yield* written("a")).length, 4)
      assert.strictEqual((yield* written("other")).length, 2)
      assert.strictEqual((yield* rows).length, 3)
    }).pipe(Effect.provide(emulated({
      accounts: [{
        ...Account.emulatorAccount,
        serviceIds: [Account.serviceId, "ncp:sms:kr:000000000000:other"]
      }]
    }))), longest)

  it.effect(
    "of two that run one name at once one works, and the other takes over as soon as it ends",
    () =>
      Effect.gen(function*() {
        const taken: Array<string> = []
        const run = (who: string) =>
          following({ handler: ({ records }) => Effect.sync(() => taken.push(...records.map(() => who))) })
        const first = yield* run("first")
        yield* pass(1)
        yield* run("second")
        yield* send(3)
        yield* pass(30, 1)
        assert.deepStrictEqual(taken, ["first", "first", "first"])
        yield* Fiber.interrupt(first)
        yield* send(2)
        yield* pass(20, 1)
        assert.deepStrictEqual(taken.slice(3), ["second", "second"])
      }).pipe(Effect.provide(emulated())),
    longest
  )

  it.effect("an outage of the service is waited out", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      const fiber = yield* following()
      const outages: ReadonlyArray<Fault.Fault> = [
        Fault.serverError(),
        Fault.refused,
        Fault.tooManyRequests({ code: "400" }),
        Fault.reset(),
        Fault.silence({ accepted: false })
      ]
      for (const outage of outages) {
        yield* faults.next("search", Infinity, outage)
        yield* send(10)
        yield* pass(1800, 30)
        yield* faults.clear
        yield* pass(300, 10)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }
      assert.isUndefined(fiber.pollUnsafe())
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("what is no outage ends it, and the next run goes on", () =>
    Effect.gen(function*() {
      const wrong = yield* Sens.make({ ...Account.options, secretKey: Redacted.make("wrong") })
      const fiber = yield* Effect.provideService(following(), Sens.Sens, wrong)
      yield* send(10)
      yield* pass(60, 5)
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.isTrue(error._tag === "SensError" && error.reason._tag === "AuthenticationFailed")
      yield* following()
      yield* pass(60, 5)
      assert.deepStrictEqual(yield* written(), yield* completed)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("an option that is wrong is told", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<object> = [
        { overlap: Number.NaN },
        { overlap: -1 },
        { overlap: "long" },
        { lease: Number.NaN },
        { lease: 0 },
        { lease: Duration.infinity },
        { interval: Number.NaN },
        { start: "2026-01-01" }
      ]
      for (const options of wrong) {
        const error = yield* Effect.flip(DeliveryFeed.run({ name: "a", handler: () => Effect.void, ...options }))
        assert.isTrue(error._tag === "SensError" && error.reason._tag === "InvalidRequest")
      }
      for (const name of ["", "  "]) {
        const error = yield* Effect.flip(DeliveryFeed.run({ name, handler: () => Effect.void }))
        assert.isTrue(error._tag === "SensError" && error.reason._tag === "InvalidRequest")
      }
    }).pipe(Effect.provide(emulated())), longest)
})

describe("DeliveryFeed.position", () => {
  it.effect("is where the log has been read to, and stands still where nobody reads", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      const age = Effect.gen(function*() {
        const position = Option.getOrThrow(yield* DeliveryFeed.position("results"))
        return Duration.toSeconds(DateTime.distance(position, yield* DateTime.now))
      })
      assert.isTrue(Option.isNone(yield* DeliveryFeed.position("results")))
      const fiber = yield* following()
      yield* pass(60, 1)
      assert.isTrue(Option.isNone(yield* DeliveryFeed.position("another")))
      assert.isBelow(yield* age, 12)
      yield* faults.next("search", Infinity, Fault.serverError())
      yield* pass(300, 10)
      assert.isAbove(yield* age, 280)
      yield* faults.clear
      yield* pass(30, 1)
      assert.isBelow(yield* age, 12)
      yield* Fiber.interrupt(fiber)
      yield* pass(300, 10)
      assert.isAbove(yield* age, 295)
      assert.isAbove(yield* age, 295)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("does not pass a page that the handler does not take", () =>
    Effect.gen(function*() {
      yield* Effect.forEach([1, 2, 3], () => Effect.andThen(send(100), pass(60, 60)))
      let pages = 0
      yield* following({
        start: beginning,
        handler: () => ++pages === 2 ? Effect.fail(new Unwilling()) : Effect.void
      })
      yield* pass(30, 1)
      assert.strictEqual(pages, 2)
      const position = Option.getOrThrow(yield* DeliveryFeed.position("results"))
      assert.isTrue(DateTime.isLessThanOrEqualTo(position, beginning))
    }).pipe(Effect.provide(emulated())), longest)
})

describe("a handler that fails", () => {
  it.effect(
    "ends the feed with its error; nothing of the page is kept, and it comes again at the next run",
    () =>
      Effect.gen(function*() {
        const attempts = yield* Ref.make(0)
        const feed = DeliveryFeed.run({
          name: "results",
          handler: (page) =>
            insert("results", page).pipe(
              Effect.andThen(Ref.updateAndGet(attempts, (count) => count + 1)),
              Effect.flatMap((count) => count <= 3 ? Effect.fail(new Unwilling()) : Effect.void)
            )
        })
        const fiber = yield* Effect.forkChild(feed, { startImmediately: true })
        yield* send(5)
        yield* pass(30, 1)
        const exit = fiber.pollUnsafe()
        assert.isTrue(exit !== undefined && Exit.isFailure(exit) && Cause.squash(exit.cause) instanceof Unwilling)
        assert.deepStrictEqual(yield* written(), [])
        assert.strictEqual(yield* remembered, 0)
        // As a program does it.
        yield* feed.pipe(Effect.retry(Schedule.spaced("5 seconds")), Effect.forkChild({ startImmediately: true }))
        yield* pass(60, 1)
        assert.strictEqual(yield* Ref.get(attempts), 4)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }).pipe(Effect.provide(emulated())),
    longest
  )

  it.effect(
    "in the layer it is called again until it takes the page, also after a defect, and where it interrupts itself",
    () =>
      Effect.gen(function*() {
        let attempts = 0
        const layer = DeliveryFeed.layer({
          name: "results",
          handler: Effect.fnUntraced(function*(page) {
            attempts += 1
            if (attempts === 2) throw new Error("a defect")
            if (attempts === 3) return yield* Effect.interrupt
            if (attempts < 5) return yield* new Unwilling()
            yield* insert("results", page)
          })
        })
        yield* Effect.gen(function*() {
          yield* send(5)
          yield* pass(90, 1)
        }).pipe(Effect.provide(layer))
        assert.strictEqual(attempts, 5)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }).pipe(Effect.provide(emulated())),
    longest
  )

  it.effect(
    "by an error of the database that passes is called again at once, by another one ends the feed",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE once (message_id TEXT UNIQUE)`
        yield* sql`INSERT INTO once VALUES ('1')`
        const fiber = yield* following({ handler: () => sql`INSERT INTO once VALUES ('1')` })
        yield* send(1)
        yield* pass(20, 1)
        const error = yield* Effect.flip(Fiber.join(fiber))
        assert.isTrue(error._tag === "SqlError" && error.reason._tag === "UniqueViolation")
        assert.strictEqual((yield* sql`SELECT * FROM once`).length, 1)
      }).pipe(Effect.provide(emulated())),
    longest
  )
})

describe("a handler outside of the transaction", () => {
  it.effect("gets each message, and again where the place could not be moved", () =>
    Effect.gen(function*() {
      const taken: Array<string> = []
      const fiber = yield* following({
        transaction: false,
        handler: ({ records }) =>
          Effect.sync(() => taken.push(...records.map(({ messageId }) => messageId))).pipe(
            // For longer than the lease: it is kept.
            Effect.andThen(Effect.sleep("100 seconds"))
          )
      })
      yield* send(5)
      yield* pass(60, 1)
      assert.strictEqual(taken.length, 5)
      assert.strictEqual(yield* remembered, 0)
      const [row] = yield* rows
      assert.isAbove(Number(row?.["held_until"]), DateTime.toEpochMillis(yield* DateTime.now))
      // The process dies before the handler has ended.
      yield* Fiber.interrupt(fiber)
      yield* following({
        transaction: false,
        handler: ({ records }) => Effect.sync(() => taken.push(...records.map(({ messageId }) => messageId)))
      })
      yield* pass(20, 1)
      assert.deepStrictEqual(taken.slice(5), taken.slice(0, 5))
      yield* pass(600, 60)
      assert.strictEqual(taken.length, 10)
    }).pipe(Effect.provide(emulated())), longest)
})

describe("another process that has taken over", () => {
  for (const transaction of [true, false]) {
    it.effect(
      `is noticed before anything is written, ${transaction ? "" : "not "}in the transaction`,
      () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const calls: Array<number> = []
          yield* following({
            transaction,
            handler: ({ records }) => Effect.sync(() => calls.push(records.length))
          })
          yield* pass(5, 1)
          const [before] = yield* rows
          yield* sql`UPDATE sens_feed SET holder = 'another', held_until = held_until + 3600000, version = version + 1`
          yield* send(5)
          yield* pass(120, 1)
          assert.deepStrictEqual(calls, [])
          assert.strictEqual(yield* remembered, 0)
          const [after] = yield* rows
          assert.strictEqual(after?.["cursor"], before?.["cursor"])
          assert.strictEqual(after?.["holder"], "another")
          // Its lease is over: the place is read again from the row.
          yield* sql`UPDATE sens_feed SET held_until = 0`
          yield* pass(60, 1)
          assert.deepStrictEqual(calls, [5])
        }).pipe(Effect.provide(emulated())),
      longest
    )
  }
})

describe("a feed that stood still for longer than the log goes back", () => {
  const longAgo = Effect.gen(function*() {
    const fiber = yield* following({ interval: "1 minute" })
    yield* send(2)
    yield* pass(120, 10)
    yield* Fiber.interrupt(fiber)
    assert.strictEqual((yield* written()).length, 2)
    yield* TestClock.adjust("100 days")
    yield* send(3)
    yield* pass(60, 10)
  })

  it.effect("fails, again and again, where nobody is told of the gap", () =>
    Effect.gen(function*() {
      yield* longAgo
      const kept = yield* rows
      for (let turn = 0; turn < 2; turn++) {
        const error = yield* Effect.flip(DeliveryFeed.run({ name: "results", handler: insertInto("results") }))
        assert.strictEqual(error._tag, "NotCovered")
        assert.deepStrictEqual((yield* rows).map(({ cursor }) => cursor), kept.map(({ cursor }) => cursor))
      }
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("tells of the gap once, as the handler is told, and reads on behind it", () =>
    Effect.gen(function*() {
      yield* longAgo
      const gaps: Array<DeliveryLog.NotCovered> = []
      const onNotCovered = (gap: DeliveryLog.NotCovered) =>
        Effect.sync(() => {
          gaps.push(gap)
        })
      // It is not told, so the gap is not passed.
      const unwilling = yield* following({ onNotCovered: () => Effect.fail(new Unwilling()) })
      yield* pass(10, 1)
      assert.strictEqual((yield* Effect.flip(Fiber.join(unwilling)))._tag, "Unwilling")
      const fiber = yield* following({ onNotCovered })
      yield* pass(60, 10)
      assert.strictEqual((yield* written()).length, 5)
      yield* Fiber.interrupt(fiber)
      yield* following({ onNotCovered })
      yield* pass(60, 10)
      assert.strictEqual(gaps.length, 1)
      const [gap] = gaps
      const days = Duration.toDays(DateTime.distance(gap!.start, gap!.end))
      assert.isTrue(days > 9.5 && days < 10.5, KstDateTime.formatSeconds(gap!.end))
      assert.strictEqual((yield* written()).length, 5)
    }).pipe(Effect.provide(emulated())), longest)

  it.effect("does so in the middle of a window, too", () =>
    Effect.gen(function*() {
      const gaps: Array<DeliveryLog.NotCovered> = []
      // A whole day, of which only the first page is taken.
      yield* Effect.forEach([1, 2, 3], () => Effect.andThen(send(100), pass(3600, 600)))
      let pages = 0
      const failing = yield* following({
        start: beginning,
        handler: Effect.fnUntraced(function*(page) {
          if (++pages === 2) return yield* new Unwilling()
          yield* insert("results", page)
        })
      })
      yield* pass(30, 1)
      yield* Effect.flip(Fiber.join(failing))
      assert.strictEqual((yield* written()).length, 100)
      const [row] = yield* rows
      assert.notInclude(String(row?.["cursor"]), "\"next\":null")
      yield* TestClock.adjust("100 days")
      yield* send(3)
      yield* following({
        onNotCovered: (gap) =>
          Effect.sync(() => {
            gaps.push(gap)
          })
      })
      yield* pass(60, 10)
      assert.strictEqual(gaps.length, 1)
      assert.isTrue(DateTime.isLessThanOrEqualTo(gaps[0]!.start, beginning))
      assert.strictEqual((yield* written()).length, 103)
    }).pipe(Effect.provide(emulated())), longest)
})

const Body = Schema.fromJsonString(Schema.Struct({
  messages: Schema.Array(Schema.Record(Schema.String, Schema.Unknown))
}))

/** Takes these fields out of each record of the log. */
const without = (...fields: ReadonlyArray<string>): Partial<Sens.Options> => ({
  transformClient: HttpClient.transformResponse(
    Effect.flatMap((response) =>
      response.request.method !== "GET" || response.status !== 200 ? Effect.succeed(response) : Effect.map(
        Effect.orDie(response.text),
        (body) => {
          const { messages } = Schema.decodeSync(Body)(body)
          const kept = messages.map((record) =>
            Object.fromEntries(Object.entries(record).filter(([name]) => !fields.includes(name)))
          )
          const text = JSON.stringify({ ...JSON.parse(body), messages: kept })
          return HttpClientResponse.fromWeb(response.request, new Response(text, { status: 200 }))
        }
      )
    )
  )
})

describe("a place in the middle of a window", () => {
  for (const paging of ["both", "pageIndex", "nextToken"] as const) {
    const half = Effect.gen(function*() {
      yield* Effect.forEach([1, 2, 3], () => Effect.andThen(send(100), pass(60, 60)))
      let pages = 0
      const failing = yield* following({
        start: beginning,
        handler: Effect.fnUntraced(function*(page) {
          if (++pages === 3) return yield* new Unwilling()
          yield* insert("results", page)
        })
      })
      yield* pass(30, 1)
      yield* Effect.flip(Fiber.join(failing))
      assert.strictEqual((yield* written()).length, 200)
      // Something shows up in what was read.
      yield* send(50)
      yield* pass(3600, 600)
    })

    it.effect(`is read on from: ${paging}`, () =>
      Effect.gen(function*() {
        yield* half
        yield* following()
        yield* pass(60, 10)
        assert.strictEqual((yield* written()).length, 350)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }).pipe(Effect.provide(emulated({ switches: { paging } }))), longest)

    if (paging === "pageIndex") continue
    it.effect(`is begun anew where the service does not know it any more: ${paging}`, () =>
      Effect.gen(function*() {
        yield* half
        const sql = yield* SqlClient.SqlClient
        const [row] = yield* rows
        const cursor = String(row?.["cursor"]).replace(/"nextToken":"[^"]+"/, "\"nextToken\":\"long gone\"")
        yield* sql`UPDATE sens_feed SET cursor = ${cursor}`
        yield* following()
        yield* pass(60, 10)
        assert.deepStrictEqual(yield* written(), yield* completed)
      }).pipe(Effect.provide(emulated({ switches: { paging } }))), longest)
  }

  it.effect("is begun anew once, and not for ever", () =>
    Effect.gen(function*() {
      yield* Effect.forEach([1, 2, 3], () => Effect.andThen(send(100), pass(60, 60)))
      let searches = 0
      // The third page leads nowhere, ever.
      const body = JSON.stringify({
        statusCode: "200",
        statusName: "success",
        messages: [],
        pageIndex: 2,
        hasMore: true
      })
      const client = yield* Sens.make({
        ...Account.options,
        transformClient: HttpClient.transformResponse(Effect.map((response) => {
          if (!response.request.url.includes("/messages")) return response
          searches += 1
          const third = response.request.url.includes("pageIndex=2")
          return third ? HttpClientResponse.fromWeb(response.request, new Response(body, { status: 200 })) : response
        }))
      })
      const fiber = yield* Effect.provideService(following({ start: beginning }), Sens.Sens, client)
      yield* pass(120, 1)
      assert.strictEqual((yield* Effect.flip(Fiber.join(fiber)))._tag, "PagingError")
      assert.strictEqual((yield* written()).length, 200)
      assert.isBelow(searches, 20)
    }).pipe(Effect.provide(emulated({ switches: { paging: "pageIndex" } }))), longest)
})

describe("records that cannot be read", () => {
  for (const fields of [["status"], ["status", "messageId"], ["status", "completeTime"]]) {
    it.effect(
      `are handed over once, over an end of the process: without ${fields.join(" and ")}`,
      () =>
        Effect.gen(function*() {
          const first = yield* following()
          yield* send(3)
          yield* pass(40, 1)
          assert.strictEqual((yield* written()).length, 3)
          yield* Fiber.interrupt(first)
          const second = yield* following()
          yield* pass(40, 1)
          yield* Fiber.interrupt(second)
          yield* following()
          yield* pass(1500, 60)
          assert.strictEqual((yield* written()).length, 3)
        }).pipe(Effect.provide(emulated({}, without(...fields)))),
      longest
    )
  }

  it.effect("a message without a time of completion is handed over once, too", () =>
    Effect.gen(function*() {
      const first = yield* following()
      yield* send(3)
      yield* pass(40, 1)
      yield* Fiber.interrupt(first)
      yield* following()
      yield* pass(1500, 60)
      assert.deepStrictEqual(yield* written(), yield* completed)
    }).pipe(Effect.provide(emulated({}, without("completeTime")))), longest)
})
