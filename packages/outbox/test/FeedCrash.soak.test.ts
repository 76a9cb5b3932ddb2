import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { join } from "node:path"
import * as Soak from "./feedSoak.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"

// Real processes on one feed, some of which are killed, and some frozen. `feed.ts` does the same with many more messages.

const small = { count: 4000, seconds: 8, kills: 4 }

// A slow machine is no failure.
const longest = "90 seconds"

type Client = Layer.Layer<SqlClient.SqlClient, SqlError.SqlError>

/** A process stops itself, another takes over, and the first one goes on as if nothing had been. */
const frozen = (database: string, client: Client, freezes: "before the transaction" | "in the transaction") =>
  Effect.gen(function*() {
    const { started } = yield* Soak.starting({ database, lease: 1000 })
    const until = (count: number) =>
      Effect.repeat(Effect.delay(Soak.fromDatabase, 50), { until: ({ length }) => length >= count }).pipe(
        Effect.timeout(longest)
      )
    const first = yield* started({ freezes })
    yield* Soak.sending(250, 1)
    yield* Effect.repeat(Effect.sleep(50), { until: () => Effect.sync(() => first.output().includes("frozen")) }).pipe(
      Effect.timeout(longest)
    )
    const second = yield* started()
    yield* Soak.sending(250, 1)
    yield* until(500)
    const before = yield* Soak.fromDatabase
    const own = before.filter(({ worker }) => worker === first.name).length
    assert.isBelow(own, 500)
    first.child.kill("SIGCONT")
    yield* Effect.sleep("3 seconds")
    assert.deepStrictEqual(yield* Soak.fromDatabase, before)
    // It waits for its turn, and has it.
    yield* Soak.ended(second)
    yield* Soak.sending(100, 0.1)
    yield* until(600)
    const after = yield* Soak.fromDatabase
    assert.deepStrictEqual(after.map(({ messageId }) => messageId).toSorted(), yield* Soak.completed)
    assert.strictEqual(after.at(-1)?.worker, first.name)
    assert.isNull(first.child.exitCode, first.output())
  }).pipe(Effect.provide(Soak.layer(client)))

describe("processes on one feed, on SQLite", () => {
  const fresh = Effect.map(folder, (home) => {
    const filename = join(home, "feed.db")
    return { home, filename, client: NodeSqlite.layer({ filename }) }
  })

  it.live(
    "hand over each message exactly once into their database, in order, killed and frozen",
    () =>
      Effect.gen(function*() {
        const { client, filename } = yield* fresh
        console.log(yield* Soak.soak({ ...small, database: filename }).pipe(Effect.provide(Soak.layer(client))))
      }),
    300_000
  )

  it.live("hand over each message at least once anywhere else", () =>
    Effect.gen(function*() {
      const { client, filename, home } = yield* fresh
      const file = join(home, "results.csv")
      console.log(yield* Soak.soak({ ...small, database: filename, file }).pipe(Effect.provide(Soak.layer(client))))
    }), 300_000)

  it.live("one that was frozen with a page in its hands writes nothing when it thaws", () =>
    Effect.gen(function*() {
      const { client, filename } = yield* fresh
      yield* frozen(filename, client, "before the transaction")
    }), 240_000)
})

describe.skipIf(!Postgres.isThere)("processes on one feed, on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect(
      "hand over each message exactly once into their database, in order, killed and frozen",
      () =>
        Effect.gen(function*() {
          const url = yield* Postgres.database
          console.log(
            yield* Soak.soak({ ...small, database: url, meanwhile: Soak.disconnecting }).pipe(
              Effect.provide(Soak.layer(Postgres.layerAt(url)))
            )
          )
        }),
      300_000
    )

    it.effect(
      "one that was frozen with a page in its hands writes nothing when it thaws",
      () =>
        Effect.gen(function*() {
          const url = yield* Postgres.database
          yield* frozen(url, Postgres.layerAt(url), "before the transaction")
        }),
      240_000
    )

    it.effect("one that was frozen in its transaction does not keep the others waiting", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        yield* frozen(url, Postgres.layerAt(url), "in the transaction")
      }), 240_000)
  })
})
