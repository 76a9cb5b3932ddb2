// Whether a feed loses or repeats anything, in the long: `node packages/outbox/test/feed.ts`, with 50,000 messages or as many as
// `--messages=10000` says. It ends with `N passed, N failed, N skipped`.
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as Soak from "./feedSoak.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"

const given = process.argv.map((arg) => /^--messages=(\d+)$/.exec(arg)?.[1]).find((count) => count !== undefined)
const count = Number(given ?? 50_000)
const plan = { count, seconds: count / 1000, kills: 8 }

const counts = { passed: 0, failed: 0, skipped: 0 }

const row = <E, R>(name: string, soak: Effect.Effect<Effect.Success<ReturnType<typeof Soak.soak>>, E, R>) =>
  Effect.timed(soak).pipe(
    Effect.map(([time, { failed, messages, processes, repeated }]) => {
      counts.passed++
      return [messages, repeated, processes, failed, `${time}`].join("\t")
    }),
    Effect.catchCause((cause) => {
      counts.failed++
      return Effect.succeed(`FAIL ${Cause.pretty(cause)}`)
    }),
    Effect.map((cells) => console.log(`${name.padEnd(46)}\t${cells}`))
  )

const program = Effect.gen(function*() {
  console.log(`${"handler".padEnd(46)}\tmessages\tagain\tstarted\tfailed searches\ttime`)
  yield* Effect.gen(function*() {
    const filename = join(yield* folder, "feed.db")
    const soak = Soak.soak({ ...plan, database: filename })
    yield* row("in the transaction, SQLite", Effect.provide(soak, Soak.layer(NodeSqlite.layer({ filename }))))
  }).pipe(Effect.scoped)
  yield* Effect.gen(function*() {
    const home = yield* folder
    const filename = join(home, "feed.db")
    const soak = Soak.soak({ ...plan, database: filename, file: join(home, "results.csv") })
    yield* row("outside of it, SQLite", Effect.provide(soak, Soak.layer(NodeSqlite.layer({ filename }))))
  }).pipe(Effect.scoped)
  if (!Postgres.isThere) {
    counts.skipped++
    return console.log("SKIP: there is no PostgreSQL on this machine")
  }
  yield* Effect.gen(function*() {
    const url = yield* Postgres.database
    const soak = Soak.soak({ ...plan, database: url, meanwhile: Soak.disconnecting })
    yield* row("in the transaction, PostgreSQL that hangs up", Effect.provide(soak, Soak.layer(Postgres.layerAt(url))))
  }).pipe(Effect.scoped, Effect.provide(Postgres.Postgres.layer))
})

await Effect.runPromise(program)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0
