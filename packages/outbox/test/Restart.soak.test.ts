import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import * as Postgres from "./postgres.ts"
import * as Soak from "./soak.ts"
import * as Troubles from "./troubles.ts"

// A cluster loses its locks with its connections: of each five seconds it sends for two or three.
const sizes = { worker: { count: 100, during: 8000 }, cluster: { count: 40, during: 8000 } }

describe.skipIf(!Postgres.isThere)("a server that is restarted, and ends all connections each five seconds", {
  concurrent: false
}, () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    for (const way of ["worker", "cluster"] as const) {
      it.effect(`makes nobody lose, double or end anything, as a ${way}`, () =>
        Effect.gen(function*() {
          const { outputs } = yield* Troubles.restarts(way, sizes[way], 2)
          assert.notMatch(outputs.join("\n"), /unhandled|uncaught/i)
        }), 240_000)
    }

    it.effect("keeps no worker from starting", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        const { restart, without } = yield* Postgres.Postgres
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const starting = Effect.forkScoped(Soak.worker(baseUrl, url))
        const away = yield* without(Effect.tap(starting, Effect.sleep("2 seconds")))
        yield* Fiber.join(away)
        for (const delay of [300, 600, 900, 1200]) {
          const one = yield* starting
          yield* Effect.sleep(delay)
          yield* restart
          yield* Fiber.join(one)
        }
        const last = yield* starting
        yield* SqlClient.SqlClient.use((sql) =>
          sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'`.pipe(
            Effect.delay(20),
            Effect.repeat({ times: 100 })
          )
        ).pipe(Effect.provide(Postgres.layerAt(url)))
        yield* Fiber.join(last)
      }).pipe(Effect.provide(EmulatorServer.layer())), 120_000)
  })
})
