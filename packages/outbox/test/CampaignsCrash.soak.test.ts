import * as Account from "@effect-sens/emulator/Account"
import * as Duplicate from "@effect-sens/emulator/Duplicate"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { join } from "node:path"
import { fences } from "./fences.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"
import * as Programs from "./programs.ts"

// Real processes that are killed in the middle of a campaign. Then the books of the emulator are compared with its results.

const options = { service: Account.serviceId }

const number = (index: number) => `010${String(index).padStart(8, "0")}`

const many = (count: number) =>
  Stream.range(1, count).pipe(Stream.map((index) => ({
    type: "SMS" as const,
    from: "0212345678",
    to: number(index),
    content: "[서점] 주문하신 책이 도착했습니다."
  })))

const program = (name: string, ...args: ReadonlyArray<string>) =>
  Programs.started(join(import.meta.dirname, `${name}.program.ts`), args)

const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(Effect.sleep(20), { until: () => condition }).pipe(Effect.timeout("60 seconds"))

type Client = Layer.Layer<SqlClient.SqlClient, SqlError.SqlError>

const given = (client: Client) =>
  Campaigns.layer().pipe(
    Layer.provideMerge(Outbox.layer()),
    Layer.provideMerge(client),
    Layer.provideMerge(EmulatorServer.layer(fences.emulator)),
    Layer.fresh
  )

/** Each has exactly one, and its result says so. */
const balanced = Effect.fnUntraced(function*(id: string, count: number) {
  const { results } = yield* Campaigns.Campaigns
  const { allMessages } = yield* Emulator.Emulator
  const messages = yield* allMessages
  assert.deepStrictEqual(messages.map(({ to }) => to).toSorted(), Arr.range(1, count).map(number))
  assert.deepStrictEqual(Duplicate.find({ messages }), [])
  const said = yield* Stream.runCollect(results(id))
  assert.deepStrictEqual(
    said.map(({ status, to }) => [Option.getOrNull(to), status]).toSorted(),
    Arr.range(1, count).map((index) => [number(index), "Delivered"])
  )
})

const imported = (database: string, client: Client) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const { allMessages } = yield* Emulator.Emulator
    const { progress, start, watch } = yield* Campaigns.Campaigns
    yield* program("worker", baseUrl, database)
    const dying = yield* program("campaign", database, "a", "120000")
    const written = Effect.map(progress("a"), ({ recipients }) => recipients >= 100_000)
    yield* until(Effect.orElseSucceed(written, () => false))
    yield* Programs.killed(dying)
    const dead = yield* progress("a")
    assert.deepStrictEqual([dead.status._tag, dead.waiting], ["Importing", dead.recipients])
    // Two others take it up, and one of them reads.
    let reads = 0
    const messages = Stream.unwrap(Effect.sync(() => {
      reads += 1
      return many(500)
    }))
    const taken = yield* Effect.forkChild(
      Effect.all([start("a", messages, options), start("a", messages, options)], { concurrency: 2 })
    )
    yield* Effect.sleep("1 second")
    assert.deepStrictEqual(yield* allMessages, [])
    const [one, two] = yield* Fiber.join(taken)
    assert.deepStrictEqual([one.recipients, two.recipients, reads], [500, 500, 1])
    yield* Stream.runDrain(watch("a"))
    yield* balanced("a", 500)
  }).pipe(Effect.provide(given(client)))

const paused = (database: string, client: Client) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const { allMessages, faults } = yield* Emulator.Emulator
    const { cancel, pause, progress, resume, start, watch } = yield* Campaigns.Campaigns
    const sent = Effect.map(allMessages, ({ length }) => length)
    yield* faults.next("send", Infinity, Fault.slow({ before: "250 millis" }))
    const first = yield* program("worker", baseUrl, database)
    yield* start("a", many(8000), options)
    yield* until(Effect.map(sent, (count) => count > 1000))
    yield* pause("a")
    yield* Programs.killed(first)
    // What it was about to send, and what was on its way.
    const { open, status } = yield* progress("a")
    assert.strictEqual(status._tag, "Paused")
    assert.isAbove(open, 0)
    yield* program("worker", baseUrl, database)
    // By their proofs, and the log, none of them is open any more.
    yield* until(Effect.map(progress("a"), ({ accepted, open }) => open + accepted === 0))
    const before = yield* sent
    assert.isBelow(before, 8000)
    assert.strictEqual((yield* progress("a")).delivered, before)
    yield* Effect.sleep("2 seconds")
    assert.strictEqual(yield* sent, before)
    yield* resume("a")
    yield* Stream.runDrain(watch("a")).pipe(Effect.timeout("60 seconds"))
    yield* balanced("a", 8000)
    // Another one, that is cancelled with open rows, and nobody there to see to them.
    const third = yield* program("worker", baseUrl, database)
    yield* start("b", many(20_000).pipe(Stream.map((message) => ({ ...message, content: "취소될 안내" }))), options)
    yield* until(Effect.map(sent, (count) => count > 9000))
    yield* cancel("b")
    yield* Programs.killed(third)
    // What is proved not to have been accepted waits for a moment, until somebody sees that it is not wanted.
    yield* until(Effect.map(progress("b"), ({ accepted, open, waiting }) => waiting + open + accepted === 0))
    const closed = yield* progress("b")
    assert.deepInclude(closed, { status: Campaigns.Status.Cancelled(), waiting: 0, held: 0, refused: 0 })
    assert.strictEqual(closed.delivered + closed.notSent, 20_000)
    assert.strictEqual(closed.delivered, (yield* sent) - 8000)
  }).pipe(Effect.provide(given(client)))

describe("a campaign whose process is killed, on SQLite", () => {
  const filename = Effect.map(folder, (folder) => join(folder, "outbox.db"))

  it.live("is imported once", () =>
    Effect.gen(function*() {
      const database = yield* filename
      yield* imported(database, NodeSqlite.layer({ filename: database }))
    }), 120_000)

  it.live("stays paused, and closes its books", () =>
    Effect.gen(function*() {
      const database = yield* filename
      yield* paused(database, NodeSqlite.layer({ filename: database }))
    }), 240_000)
})

describe.skipIf(!Postgres.isThere)("a campaign whose process is killed, on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("is imported once", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        yield* imported(url, Postgres.layerAt(url))
      }), 120_000)

    it.effect("stays paused, and closes its books", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        yield* paused(url, Postgres.layerAt(url))
      }), 240_000)
  })
})
