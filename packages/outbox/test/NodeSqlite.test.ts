import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { join } from "node:path"
import { folder } from "./folder.ts"

const memory = NodeSqlite.layer({ filename: ":memory:" })

describe("NodeSqlite", () => {
  it.effect("reads what was written, of each kind, however it is asked", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n TEXT)`
      const row = { i: 1_767_225_600_000, r: 0.5, s: "한글 '\"?", b: Uint8Array.of(0, 255), n: null }
      const [inserted] = yield* sql`INSERT INTO t ${sql.insert(row)} RETURNING *`
      assert.deepEqual({ ...inserted }, { ...row })
      assert.deepStrictEqual(yield* sql`SELECT i, s FROM t`.values, [[row.i, row.s]])
      assert.deepStrictEqual(yield* sql`SELECT ${true} AS yes`.values, [[1]])
      assert.deepStrictEqual(yield* Stream.runCollect(Stream.map(sql`SELECT r FROM t`.stream, (row) => ({ ...row }))), [
        { r: 0.5 }
      ])
      const [safe] = yield* sql`SELECT i FROM t`.values.pipe(Effect.provideService(SqlClient.SafeIntegers, true))
      assert.deepStrictEqual(safe, [BigInt(row.i)])
    }).pipe(Effect.provide(memory)))

  it.effect("tells what is wrong by a reason", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE t (k TEXT UNIQUE)`
      yield* sql`INSERT INTO t VALUES ('a')`
      const twice = yield* Effect.flip(sql`INSERT INTO t VALUES ('a')`)
      assert.deepInclude(twice.reason, { _tag: "UniqueViolation", constraint: "t.k" })
      const wrong = yield* Effect.flip(sql`SELECT nothing FROM t`)
      assert.strictEqual(wrong.reason._tag, "SqlSyntaxError")
      const absent = yield* Effect.flip(
        Effect.provide(SqlClient.SqlClient, NodeSqlite.layer({ filename: "/nowhere/at/all.db" }))
      )
      assert.strictEqual(absent.reason._tag, "ConnectionError")
    }).pipe(Effect.provide(memory)))

  it.effect("keeps other fibers out of a transaction, and takes a savepoint back alone", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE t (k TEXT)`
      const begun = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const transaction = yield* Effect.forkChild(sql.withTransaction(Effect.gen(function*() {
        yield* sql`INSERT INTO t VALUES ('kept')`
        yield* sql`INSERT INTO t VALUES ('taken back')`.pipe(
          Effect.andThen(Effect.fail("no")),
          sql.withTransaction,
          Effect.ignore
        )
        yield* Deferred.succeed(begun, undefined)
        yield* Deferred.await(end)
      })))
      yield* Deferred.await(begun)
      const other = yield* Effect.forkChild(sql`SELECT k FROM t`.values)
      yield* Effect.yieldNow
      assert.isUndefined(other.pollUnsafe())
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(transaction)
      assert.deepStrictEqual(yield* Fiber.join(other), [["kept"]])
    }).pipe(Effect.provide(memory)))

  it.effect("is read by two connections of one file", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      const write = SqlClient.SqlClient.use((sql) =>
        sql.withTransaction(Effect.andThen(sql`CREATE TABLE t (k TEXT)`, sql`INSERT INTO t VALUES ('a')`))
      )
      const read = SqlClient.SqlClient.use((sql) => sql`SELECT k FROM t`.values)
      yield* Effect.provide(write, NodeSqlite.layer({ filename }), { local: true })
      assert.deepStrictEqual(yield* Effect.provide(read, NodeSqlite.layer({ filename }), { local: true }), [["a"]])
    }))
})
