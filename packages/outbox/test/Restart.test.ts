import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Postgres from "./postgres.ts"
import * as Troubles from "./troubles.ts"

const size = { count: 200, during: 10_000 }

describe.skipIf(!Postgres.isThere)("a server that is restarted, and ends all connections each five seconds", {
  concurrent: false
}, () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    for (const way of ["worker", "cluster"] as const) {
      it.effect(`makes nobody lose, double or end anything, as a ${way}`, () =>
        Effect.gen(function*() {
          const { outputs } = yield* Troubles.restarts(way, size, 2)
          assert.notMatch(outputs.join("\n"), /unhandled|uncaught/i)
        }), 240_000)
    }
  })
})
