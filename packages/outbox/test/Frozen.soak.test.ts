import { describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Postgres from "./postgres.ts"
import * as Troubles from "./troubles.ts"

// `soak.ts` asserts that nothing is lost or doubled, and that nobody has ended.
const size = { count: 200, during: 8000 }

describe("processes that are frozen, one after the other", { concurrent: false }, () => {
  it.live("lose nothing and double nothing, on SQLite", () => Troubles.frozenOnSqlite(size), 240_000)
})

describe.skipIf(!Postgres.isThere)("processes that are frozen, one after the other, on PostgreSQL", {
  concurrent: false
}, () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    for (const way of ["worker", "cluster"] as const) {
      it.effect(
        `lose nothing and double nothing, as a ${way}`,
        () => Effect.asVoid(Troubles.frozen(way, size)),
        240_000
      )
    }
  })
})
