import * as Account from "@effect-sens/emulator/Account"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it, layer, type Vitest } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { join } from "node:path"
import * as FeedStore from "../src/internal/feedStore.ts"
import * as Persist from "../src/internal/persist.ts"
import * as Tables from "../src/internal/tables.ts"
import * as Transaction from "../src/internal/transaction.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"

type Client<R> = Layer.Layer<SqlClient.SqlClient, SqlError.SqlError, R>

/** The feed as several processes see it. */
const opened = Effect.gen(function*() {
  yield* Tables.make(Persist.atStart)
  const sql = yield* SqlClient.SqlClient
  const store = (holder: string, lease = 60_000, name = "results") =>
    FeedStore.make(sql, { name, service: Account.serviceId, holder, lease })
  yield* store("a").create("first")
  return { sql, store, transaction: Transaction.within(sql) }
})

const taken = (store: FeedStore.FeedStore) => Effect.map(store.take, Option.getOrThrow)
const seen = (...ids: Arr.NonEmptyReadonlyArray<number>): Arr.NonEmptyReadonlyArray<FeedStore.Seen> =>
  Arr.map(ids, (id) => ({ messageId: String(id), completedAt: id }))

// With clients of an empty database each.
const suite = <R>(it: Vitest.MethodsNonLive<R>, fresh: Client<R>) => {
  it.effect("is made once, and keeps what it was made with", () =>
    Effect.gen(function*() {
      const { store } = yield* opened
      yield* store("b").create("second")
      assert.deepInclude(yield* taken(store("b")), { cursor: "first", version: 0 })
      yield* store("b", 1, "another").create("third")
      assert.deepInclude(yield* taken(store("b", 1, "another")), { cursor: "third" })
    }).pipe(Effect.provide(fresh)))

  it.effect("belongs to one of many that ask at once, until its lease is over or given back", () =>
    Effect.gen(function*() {
      const { sql, store } = yield* opened
      const holders = Arr.makeBy(10, String)
      const all = yield* Effect.forEach(holders, (holder) => store(holder).take, { concurrency: "unbounded" })
      const winners = holders.filter((_, index) => Option.isSome(all[index] ?? Option.none()))
      assert.strictEqual(winners.length, 1)
      const [winner = ""] = winners
      const { id } = Arr.getSomes(all)[0]!
      // Who has it may ask again.
      assert.isTrue(Option.isSome(yield* store(winner).take))
      assert.isTrue(Option.isNone(yield* store("another").take))
      assert.isFalse(yield* store("another").renew(id))
      yield* store("another").release(id)
      assert.isTrue(yield* store(winner).renew(id))
      yield* sql`UPDATE sens_feed SET held_until = 0`
      assert.isTrue(Option.isSome(yield* store("another").take))
      assert.isFalse(yield* store(winner).renew(id))
      yield* store("another").release(id)
      assert.isTrue(Option.isSome(yield* store(winner).take))
    }).pipe(Effect.provide(fresh)))

  it.effect("is moved by who has it, from where it was read, and by nobody else", () =>
    Effect.gen(function*() {
      const { sql, store, transaction } = yield* opened
      const [mine, other] = [store("a"), store("b")]
      const feed = yield* taken(mine)
      const row = sql`SELECT cursor, version FROM sens_feed`.values
      assert.isFalse(yield* transaction(other.lock(feed)))
      assert.isFalse(yield* transaction(other.move(feed, "stolen", 0)))
      assert.isTrue(yield* transaction(mine.lock(feed)))
      assert.isTrue(yield* transaction(mine.move(feed, "second", 2000)))
      // As it was read before.
      assert.isFalse(yield* transaction(mine.lock(feed)))
      assert.isFalse(yield* transaction(mine.move(feed, "stale", 0)))
      assert.deepStrictEqual(yield* row, [["second", 1]])
      // Another has it now, and has not moved it yet.
      const read = yield* taken(mine)
      yield* sql`UPDATE sens_feed SET held_until = 0`
      yield* taken(other)
      assert.isFalse(yield* transaction(mine.lock(read)))
      assert.isFalse(yield* transaction(mine.move(read, "late", 0)))
      assert.deepStrictEqual(yield* row, [["second", 1]])
    }).pipe(Effect.provide(fresh)))

  it.effect("knows what was handed over, forgets what is too old, a page at a time or more", () =>
    Effect.gen(function*() {
      const { sql, store, transaction } = yield* opened
      const mine = store("a")
      const feed = yield* taken(mine)
      yield* mine.remember(feed.id, seen(1, 2, 3))
      yield* Effect.forEach(
        Arr.range(1, 12),
        (batch) => mine.remember(feed.id, Arr.map(Arr.range(100 * batch, 100 * batch + 99), (id) => seen(id)[0]))
      )
      assert.deepStrictEqual(yield* mine.known(feed.id, ["1", "4", "3"]), new Set(["1", "3"]))
      // Another feed's are its own.
      const other = store("a", 1, "another")
      yield* other.create("")
      const { id } = yield* taken(other)
      assert.deepStrictEqual(yield* other.known(id, ["1"]), new Set())
      yield* other.remember(id, seen(1))
      const left = Effect.map(sql`SELECT * FROM sens_feed_seen WHERE feed = ${feed.id}`, ({ length }) => length)
      yield* transaction(mine.move(feed, "second", 1250))
      assert.strictEqual(yield* left, 203)
      yield* transaction(mine.move({ ...feed, version: 1 }, "third", 1250))
      assert.strictEqual(yield* left, 50)
      assert.deepStrictEqual(yield* mine.known(feed.id, ["1", "1249", "1250"]), new Set(["1250"]))
      assert.deepStrictEqual(yield* other.known(id, ["1"]), new Set(["1"]))
    }).pipe(Effect.provide(fresh)))

  it.effect("a transaction that fails leaves nothing, and says with what it failed", () =>
    Effect.gen(function*() {
      const { sql, store, transaction } = yield* opened
      const mine = store("a")
      const feed = yield* taken(mine)
      const failing = mine.remember(feed.id, seen(1)).pipe(
        Effect.andThen(mine.move(feed, "second", 0)),
        Effect.andThen(Effect.fail("no" as const)),
        transaction
      )
      for (let turn = 0; turn < 2; turn++) assert.strictEqual(yield* Effect.flip(failing), "no")
      assert.deepStrictEqual(yield* sql`SELECT cursor, version FROM sens_feed`.values, [["first", 0]])
      assert.strictEqual((yield* sql`SELECT * FROM sens_feed_seen`).length, 0)
      const defect = yield* Effect.exit(transaction(Effect.die("a defect")))
      assert.include(String(defect), "a defect")
    }).pipe(Effect.provide(fresh)))
}

describe("SQLite", () => {
  suite(it, Layer.fresh(NodeSqlite.layer({ filename: ":memory:" })))

  it.live("a file is one feed for all processes", () =>
    Effect.gen(function*() {
      const client = NodeSqlite.layer({ filename: join(yield* folder, "feed.db") })
      const asked = (holder: number) =>
        Effect.flatMap(opened, ({ store }) => store(String(holder)).take).pipe(Effect.provide(client, { local: true }))
      const all = yield* Effect.forEach(Arr.range(1, 5), asked, { concurrency: "unbounded" })
      assert.strictEqual(all.filter(Option.isSome).length, 1)
    }))
})

describe.skipIf(!Postgres.isThere)("PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    suite(it, Postgres.layer)

    it.effect("whoever asks for a feed that is in a transaction is told at once, and not kept waiting", () =>
      Effect.gen(function*() {
        const { sql, store, transaction } = yield* opened
        const mine = store("a")
        const feed = yield* taken(mine)
        // It takes longer than the lease.
        yield* sql`UPDATE sens_feed SET held_until = 0`
        const busy = yield* mine.lock(feed).pipe(
          Effect.andThen(Effect.sleep("3 seconds")),
          transaction,
          Effect.forkChild
        )
        yield* Effect.sleep("500 millis")
        const asked = yield* Effect.timeoutOption(store("b").take, "1 second")
        assert.isTrue(Option.isSome(asked) && Option.isNone(asked.value))
        yield* Fiber.join(busy)
      }).pipe(Effect.provide(Postgres.layer)))

    it.effect("a transaction in which nothing happens for longer than the lease is ended, as a failure", () =>
      Effect.gen(function*() {
        const { sql, store, transaction } = yield* opened
        const mine = store("a", 300)
        const feed = yield* taken(mine)
        const late = mine.lock(feed).pipe(
          Effect.andThen(Effect.sleep("2 seconds")),
          Effect.andThen(mine.move(feed, "late", 0)),
          transaction
        )
        const error = yield* Effect.flip(late)
        assert.isTrue(Persist.passes(error))
        assert.deepStrictEqual(yield* sql`SELECT cursor, version FROM sens_feed`.values, [["first", 0]])
        // The session's limit goes with its transaction.
        const next = yield* taken(mine)
        yield* transaction(mine.lock(next))
        const limits = yield* Effect.forEach(
          Arr.range(1, 8),
          () => sql`SHOW idle_in_transaction_session_timeout`.values
        )
        assert.deepStrictEqual(new Set(limits.flat(2)), new Set(["0"]))
      }).pipe(Effect.provide(Postgres.layer)))
  })
})
