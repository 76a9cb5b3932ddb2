import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import * as Persist from "../src/internal/persist.ts"
import * as Tables from "../src/internal/tables.ts"
import * as Transaction from "../src/internal/transaction.ts"
import * as Postgres from "./postgres.ts"

describe.skipIf(!Postgres.isThere)("a transaction", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("whose connection is lost fails, and the next one goes on", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const lost = yield* sql`SELECT pg_terminate_backend(pg_backend_pid())`.pipe(
          Transaction.within(sql),
          Effect.flip
        )
        assert.isTrue(SqlError.isSqlError(lost))
        assert.deepStrictEqual(yield* Transaction.within(sql)(sql`SELECT 1`.values), [[1]])
      }).pipe(Effect.provide(Postgres.layer)))

    it.effect("of a migration whose connection is lost is made again", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        let tries = 0
        const migration = Effect.suspend(() =>
          tries++ === 0
            ? Effect.asVoid(sql`SELECT pg_terminate_backend(pg_backend_pid())`)
            : Effect.asVoid(sql`CREATE TABLE names (name TEXT)`)
        )
        const migrate = Migrator.make({})({
          loader: Migrator.fromRecord({ "1_names": migration }),
          table: "migrations"
        })
        yield* Persist.retrying(Persist.atStart)(Tables.failing(migrate))
        assert.strictEqual(tries, 2)
        assert.deepStrictEqual(yield* sql`SELECT name FROM names`.values, [])
      }).pipe(Effect.provide(Postgres.layer)))
  })
})

describe("a transaction that is taken back", () => {
  it.effect("fails, or dies, as what is in it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE names (name TEXT)`
      const insert = sql`INSERT INTO names ${sql.insert({ name: "Kim" })}`
      const failed = yield* insert.pipe(
        Effect.andThen(Effect.fail("no" as const)),
        Transaction.within(sql),
        Effect.flip
      )
      assert.strictEqual(failed, "no")
      const died = yield* insert.pipe(Effect.andThen(Effect.die("oh")), Transaction.within(sql), Effect.exit)
      assert.isTrue(Exit.hasDies(died))
      assert.deepStrictEqual(yield* sql`SELECT name FROM names`.values, [])
    }).pipe(Effect.provide(Layer.fresh(NodeSqlite.layer({ filename: ":memory:" })))))
})

describe("what a migrator ends with", () => {
  const lost = new SqlError.SqlError({
    reason: new SqlError.ConnectionError({ cause: undefined, message: "Connection closed" })
  })
  const failed = new Migrator.MigrationError({ kind: "Failed", message: "failed", cause: lost })

  it.effect.each(
    [
      ["a failure of the migration", Effect.fail(failed)],
      ["a defect of it", Effect.die(failed)],
      ["a defect of the rollback", Effect.die(lost)],
      ["both", Effect.failCause(Cause.combine(Cause.fail(failed), Cause.die(lost)))]
    ] as const
  )("is what the database said: %s", ([, ended]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Effect.flip(Tables.failing(ended)), lost)
    }))

  it.effect("or a defect, where the database has no part in it", () =>
    Effect.gen(function*() {
      const wrong = new Migrator.MigrationError({ kind: "Duplicates", message: "twice" })
      assert.isTrue(Exit.hasDies(yield* Effect.exit(Tables.failing(Effect.fail(wrong)))))
      assert.isTrue(Exit.hasInterrupts(yield* Effect.exit(Tables.failing(Effect.interrupt))))
    }))
})
