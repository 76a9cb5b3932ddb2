// @effect-diagnostics asyncFunction:off
// Whether anything is lost or doubled, in the long: `node packages/outbox/test/durable.ts`, `--quick` as CI runs it, or some tests by their
// names, such as `T1 T5`; `--seeds=20`; `--json` for another program. It ends with a table, and with `N passed, N failed, N skipped`.
import * as Servers from "../../examples/test/recipes/servers.ts"
import { killing, type Outcome, type Plan } from "./killing.ts"

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
  T5: async () => {
    const plan = { seed: "1", recipients: 1_000_000, sizes: "full", kills: 3, longest: 15 * minute } as const
    await soak("T5 SQLite", { ...plan, runners: 1 })
    await onPostgres("T5 PostgreSQL", { ...plan, runners: 3 })
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
