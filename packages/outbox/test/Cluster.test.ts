import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Postgres from "./postgres.ts"
import * as Troubles from "./troubles.ts"

const size = { count: 300, during: 12_000 }

describe.skipIf(!Postgres.isThere)("three machines of which five are killed, and two never come back", {
  concurrent: false
}, () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    for (const way of ["worker", "cluster"] as const) {
      it.effect(`lose nothing and double nothing, as a ${way}`, () =>
        Effect.gen(function*() {
          const { longestGap, took } = yield* Troubles.kills(way, size)
          yield* Effect.log(`${way}: the longest gap between two requests was ${longestGap} ms, all took ${took} ms`)
          // Where nobody took over, nothing would be sent until the end.
          assert.isBelow(longestGap, 12_000)
        }), 240_000)
    }
  })
})
