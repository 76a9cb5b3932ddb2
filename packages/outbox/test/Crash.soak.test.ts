import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { join } from "node:path"
import { fences } from "./fences.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"
import * as Soak from "./soak.ts"

const world = { count: 400, pairs: 20, longest: 120_000 }

/** Four kills, and the last one is frozen. */
const trouble = (runners: number): Soak.Plan["trouble"] => (world) =>
  Effect.gen(function*() {
    const thawed = yield* Effect.forkScoped(Effect.andThen(world.until(0.2), Soak.freeze(world, runners - 1)))
    yield* Soak.kill(world, Arr.makeBy(4, (kill) => ({ index: kill % (runners - 1), comesBack: true })))
    yield* Fiber.join(thawed)
  })

describe("a worker that is told to end", () => {
  it.live("sends what it has begun to its end, and leaves nothing open", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      yield* Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const { allMessages, faults, ledger } = yield* Emulator.Emulator
        const sql = yield* SqlClient.SqlClient
        const { enqueue } = yield* Outbox.Outbox
        yield* faults.next("send", Infinity, { _tag: "Slow", beforeMillis: 0, afterMillis: 1000 })
        const worker = yield* Soak.worker(baseUrl, filename, 10_000)
        yield* Effect.forEach(Arr.range(1, 100), (index) =>
          enqueue(Soak.request(Soak.text(index)), { service: Account.serviceId }))
        yield* Effect.repeat(Effect.sleep(10), {
          until: () =>
            Effect.map(ledger, (entries) => entries.some(({ operation }) => operation === "send"))
        })
        yield* Effect.callback<void>((resume) => {
          worker.child.once("exit", () => resume(Effect.void))
          worker.child.kill("SIGTERM")
        }).pipe(Effect.timeout("20 seconds"))
        const states = yield* sql`SELECT state, count(*) FROM sens_send GROUP BY state ORDER BY state`.values
        const accepted = (yield* allMessages).length
        assert.isAbove(accepted, 0)
        // On a busy machine all of them may have been begun before it was told.
        const waiting = accepted === 100 ? [] : [["Waiting", 100 - accepted]]
        assert.deepStrictEqual(states, [["Accepted", accepted], ...waiting])
      }).pipe(Effect.provide(
        Outbox.layer().pipe(
          Layer.provideMerge(NodeSqlite.layer({ filename })),
          Layer.provideMerge(EmulatorServer.layer({ ...fences.emulator, completedAfter: "1 minute" })),
          Layer.fresh
        )
      ))
    }), 60_000)
})

describe("workers that are killed", () => {
  it.live("lose nothing and double nothing, on SQLite", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      const { open } = yield* Soak.soak({
        ...world,
        runners: 2,
        database: filename,
        client: NodeSqlite.layer({ filename }),
        trouble: trouble(2)
      })
      // What was interrupted was open, and came back.
      assert.isAbove(open.reduce((sum, open) => sum + open, 0), 0)
    }), 240_000)
})

/** Ends all connections of the workers, again and again. */
const disconnecting = SqlClient.SqlClient.use((sql) =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'`.pipe(
    Effect.andThen(Effect.sleep("2 seconds")),
    Effect.forever
  )
)

describe.skipIf(!Postgres.isThere)("workers that are killed, on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("lose nothing and double nothing", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        yield* Soak.soak({
          ...world,
          runners: 3,
          database: url,
          client: Postgres.layerAt(url),
          trouble: trouble(3),
          meanwhile: disconnecting
        })
      }), 240_000)
  })
})
