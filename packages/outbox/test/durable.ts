// @effect-diagnostics asyncFunction:off
// Whether anything is lost or doubled, in the long: `node packages/outbox/test/durable.ts`, `--quick` as CI runs it, or some tests by their
// names, such as `T1 T5`; `--seeds=20`; `--json` for another program. It ends with a table, and with `N passed, N failed, N skipped`.
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { join } from "node:path"
import * as Servers from "../../examples/test/recipes/servers.ts"
import * as FeedSoak from "./feedSoak.ts"
import { killing, type Outcome, type Plan } from "./killing.ts"
import * as Postgres from "./postgres.ts"
import type * as Soak from "./soak.ts"
import * as Troubles from "./troubles.ts"

interface Row {
  readonly test: string
  readonly seed: string
  readonly lost: number | string
  readonly doubled: number | string
  readonly kills: number | string
  readonly seconds: number
  readonly more: string
  /** MB, and bytes a request. */
  readonly memory: number
  readonly bytes: number
  readonly problems: ReadonlyArray<string>
}

const isJson = process.argv.includes("--json")
/** With `--json` the rows are all that is on the output. */
const say = (text: string) => isJson ? console.error(text) : console.log(text)
const quick = process.argv.includes("--quick")
const seedsGiven = process.argv.map((arg) => /^--seeds=(\d+)$/.exec(arg)?.[1]).find((count) => count !== undefined)
const chosen = process.argv.slice(2).filter((arg) => /^T\d+$/.test(arg))
const minute = 60_000

const rowOf = (test: string, seed: string, outcome: Outcome): Row => ({
  test,
  seed,
  lost: outcome.lost,
  doubled: outcome.doubled,
  kills: outcome.kills,
  seconds: outcome.seconds,
  memory: outcome.memory,
  bytes: outcome.bytes,
  more: [
    `${outcome.requests} requests`,
    `${outcome.open.join("+")} open at the kills`,
    `${outcome.again} sent again`,
    `${outcome.adopted} ids from the log`,
    `gap ${outcome.longestGap.toFixed(1)} s`,
    `${outcome.memory.toFixed(0)} MB`,
    `${outcome.bytes.toFixed(0)} bytes a request`
  ].join(", "),
  problems: [
    ...outcome.lost > 0 ? [`${outcome.lost} lost`] : [],
    ...outcome.doubled > 0 ? [`${outcome.doubled} doubled`] : [],
    ...outcome.problems
  ]
})

const rows: Array<Row> = []
const print = ({ doubled, kills, lost, more, problems, seconds, seed, test }: Row) => {
  const cells = [test.padEnd(16), seed.padEnd(6), ...[lost, doubled, kills].map((cell) => String(cell).padStart(7))]
  say(`${cells.join(" ")} ${seconds.toFixed(1).padStart(8)}  ${more}`)
  for (const problem of problems) say(`  FAIL ${problem}`)
}
let skipped = 0

const run = async (test: string, seed: string, how: () => Promise<Row>): Promise<void> => {
  let row: Row
  try {
    row = await how()
  } catch (error) {
    const problem = error instanceof Error ? error.stack ?? error.message : String(error)
    row = {
      test,
      seed,
      lost: "-",
      doubled: "-",
      kills: "-",
      seconds: 0,
      memory: 0,
      bytes: 0,
      more: "",
      problems: [problem]
    }
  }
  rows.push(row)
  print(row)
}

const soak = (test: string, plan: Plan) => run(test, plan.seed, async () => rowOf(test, plan.seed, await killing(plan)))

const onPostgres = async (test: string, plan: Plan) => {
  const url = await Servers.postgres()
  if (url !== undefined) return soak(test, { ...plan, url })
  skipped++
  say(`SKIP ${test}: there is no PostgreSQL on this machine`)
}

/** One that fails by itself where anything is lost or doubled. */
const measured = async <E>(
  test: string,
  how: Effect.Effect<{ readonly kills: number; readonly more: string }, E, Scope.Scope>
): Promise<void> => {
  const began = performance.now()
  await run(test, "-", async () => {
    const { kills, more } = await Effect.runPromise(Effect.scoped(how))
    const seconds = (performance.now() - began) / 1000
    return { test, seed: "-", lost: 0, doubled: 0, kills, seconds, memory: 0, bytes: 0, more, problems: [] }
  })
}

/** The same with a server of its own. */
const onServer = async <E>(
  test: string,
  how: Effect.Effect<{ readonly kills: number; readonly more: string }, E, Postgres.Postgres | Scope.Scope>
): Promise<void> => {
  if (Postgres.isThere) return measured(test, Effect.provide(how, Postgres.Postgres.layer))
  skipped++
  say(`SKIP ${test}: there is no PostgreSQL on this machine`)
}

const troubled = <E, R>(trouble: Effect.Effect<Soak.Outcome, E, R>) =>
  Effect.map(trouble, ({ longestGap, open }) => ({
    kills: open.length,
    more: `${open.join("+")} open at the kills, gap ${(longestGap / 1000).toFixed(1)} s`
  }))

const fed = <E, R>(
  soak: Effect.Effect<{ readonly messages: number; readonly repeated: number; readonly failed: number }, E, R>
) =>
  Effect.map(soak, ({ failed, messages, repeated }) => ({
    kills: feed.kills,
    more: `${messages} results, ${repeated} handed over twice, ${failed} searches failed`
  }))

const feed = { count: 50_000, seconds: 60, kills: 6 }
const long = { count: 1000, during: 30_000 }
const ways = ["worker", "cluster"] as const

const tests: Readonly<Record<string, () => Promise<void>>> = {
  T1: async () => {
    const seeds = Array.from({ length: Number(seedsGiven ?? (quick ? 2 : 10)) }, (_, index) => index + 1)
    // They wait for proofs most of the time, so two go on at once.
    const next = async (): Promise<void> => {
      const seed = seeds.shift()
      if (seed === undefined) return
      await soak("T1 SQLite", {
        seed: String(seed),
        recipients: 20_000,
        sizes: "mixed",
        // One process, or two on one file.
        runners: 1 + seed % 2,
        kills: 3 + seed % 6,
        longest: 5 * minute
      })
      return next()
    }
    await Promise.all([next(), next()])
  },
  T2: async () => {
    for (const way of ways) await onServer(`T2 ${way}`, troubled(Troubles.kills(way, long)))
  },
  T3: async () => {
    await measured("T3 SQLite", troubled(Troubles.frozenOnSqlite(long)))
    for (const way of ways) await onServer(`T3 ${way}`, troubled(Troubles.frozen(way, long)))
  },
  T4: async () => {
    for (const way of ways) {
      await onServer(`T4 ${way}`, troubled(Troubles.restarts(way, { count: 500, during: 30_000 }, 4)))
    }
  },
  T5: async () => {
    const plan = { seed: "1", recipients: 1_000_000, sizes: "full", kills: 3, longest: 15 * minute } as const
    await soak("T5 SQLite", { ...plan, runners: 1 })
    await onPostgres("T5 PostgreSQL", { ...plan, runners: 3 })
  },
  T16: async () => {
    const filename = join(Servers.folder(), "feed.db")
    const client = NodeSqlite.layer({ filename })
    await measured(
      "T16 SQLite",
      fed(FeedSoak.soak({ ...feed, database: filename }).pipe(Effect.provide(FeedSoak.layer(client))))
    )
    await onServer(
      "T16 PostgreSQL",
      fed(
        Effect.flatMap(
          Postgres.database,
          (url) =>
            FeedSoak.soak({ ...feed, database: url, meanwhile: FeedSoak.disconnecting }).pipe(
              Effect.provide(FeedSoak.layer(Postgres.layerAt(url)))
            )
        )
      )
    )
  }
}

const unknown = chosen.filter((name) => tests[name] === undefined)
if (unknown.length > 0) throw new Error(`no ${unknown.join(", ")}; the tests: ${Object.keys(tests).join(" ")}`)
const wanted = chosen.length > 0 ? chosen : quick ? ["T1"] : Object.keys(tests)
say(`${"test".padEnd(16)} seed      lost doubled   kills  seconds`)
for (const name of wanted) await tests[name]?.()

if (rows.length > 1) {
  say("")
  for (const row of rows) print(row)
}
const failed = rows.filter(({ problems }) => problems.length > 0).length
say(`${rows.length - failed} passed, ${failed} failed, ${skipped} skipped`)
if (isJson) console.log(JSON.stringify(rows))
process.exit(failed > 0 ? 1 : 0)
