// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off globalDate:off
/**
 * Reading the delivery log: `node packages/benchmarks/src/streams.ts`, `--quick` for a first look.
 *
 * Decoding of a page against `JSON.parse` and zod; a range as a stream over undici, every message validated, against an async generator over
 * `fetch` that validates nothing; and what memory it takes. Contestants run interleaved, and what is reported are ratios; the server is a process
 * of its own on loopback. Goals P4, P5 and P6.
 *
 * @since 0.1.0
 */
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { execFileSync, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type * as Baseline from "./internal/baseline.ts"
import * as Goals from "./internal/goals.ts"
import { median } from "./internal/http-race.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"
import * as Read from "./internal/streams-read.ts"

// The end of the log: in the past, so that every run reads the same, and near enough that all of it is there.
const now = Math.floor(Date.now() / 1000) * 1000 - 3_600_000

const path = (name: string) => fileURLToPath(new URL(`./internal/${name}.ts`, import.meta.url))

const serve = (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(path("streams-server"), [String(now)])
    child.once("error", reject)
    child.once("message", (port) =>
      resolve({ baseUrl: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() }))
  })

// --- P4 ---------------------------------------------------------------------

const decode = (
  size: number,
  ...args: ReadonlyArray<string>
): Record<"parse" | "ours" | "unreadable" | "zod" | "zodInterpreted", number> =>
  JSON.parse(execFileSync(process.execPath, [path("streams-decode"), String(size), ...args], { encoding: "utf8" }))

const decoding = (): ReadonlyArray<Row> =>
  ([100, 1000] as const).flatMap((size) => {
    progress(`P4 a page of ${size}`)
    const compiled = decode(size, "jit")
    const interpreted = decode(size)
    const asLog = decode(size, "log")
    return [
      row(Goals.streams.jit[size], compiled.ours / compiled.parse),
      row(Goals.streams.interpreted[size], interpreted.ours / interpreted.parse),
      row(Goals.streams.zodJit[size], compiled.ours / compiled.zod),
      row(Goals.streams.zodInterpreted[size], interpreted.ours / interpreted.zod),
      note(
        `↳ as the delivery log reads it, to JSON.parse, page of ${size}`,
        asLog.ours / asLog.parse,
        "x"
      ),
      note(
        `↳ so, with a record that cannot be read, to JSON.parse, page of ${size}`,
        asLog.unreadable / asLog.parse,
        "x"
      ),
      note(`↳ JSON.parse of a page of ${size}`, interpreted.parse / 1000, " us"),
      note(`↳ zod 4, to JSON.parse, page of ${size}`, interpreted.zod / interpreted.parse, "x"),
      note(
        `↳ interpreted, to zod 4 without its own compiler, page of ${size}`,
        interpreted.ours / interpreted.zodInterpreted,
        "x"
      )
    ]
  })

// --- P5 ---------------------------------------------------------------------

interface Cost {
  readonly wall: number
  readonly cpu: number
  readonly user: number
}

const cost = async (run: () => Promise<number>): Promise<Cost> => {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await run()
  const wall = performance.now() - start
  const { system, user } = process.cpuUsage(cpu)
  return { wall, cpu: system + user, user }
}

type Reader = "ours" | "byHand" | "client"

const total = <Name extends Reader>(
  rounds: ReadonlyArray<Readonly<Record<Name, Cost>>>,
  name: NoInfer<Name>,
  by: keyof Cost
): number => rounds.reduce((sum, round) => sum + round[name][by], 0)

/** The costs of some readers in each round. */
const read = async <Name extends Reader>(
  where: Read.Where,
  names: ReadonlyArray<Name>,
  rounds: number
): Promise<ReadonlyArray<Readonly<Record<Name, Cost>>>> => {
  const runtime = ManagedRuntime.make(
    Layer.merge(Read.layer(where, NodeHttpClient.layerUndici), NodeHttpClient.layerUndici)
  )
  const readers: Readonly<Record<Reader, () => Promise<number>>> = {
    // A window has pages of 100 at the most, a search by request id of 1,000.
    ours: () => runtime.runPromise(where.pageSize > 100 ? Read.byRequestId(where) : Read.between(where, "request")),
    byHand: () => Read.byHand(where),
    client: () => runtime.runPromise(Read.byClient(where))
  }
  // Once around, so that the pages are there and the engine is warm. Who does not see all has no place in the table.
  for (const name of names) {
    const found = await readers[name]()
    if (found < where.count) throw new Error(`${name}: ${found} of ${where.count}`)
  }
  const measured: Array<Readonly<Record<Name, Cost>>> = []
  for (let round = 0; round < rounds; round++) {
    const costs = {} as Record<Name, Cost>
    for (const name of round % 2 === 0 ? names : names.toReversed()) costs[name] = await cost(readers[name])
    measured.push(costs)
  }
  await runtime.dispose()
  return measured
}

const streaming = async (baseUrl: string, quick: boolean): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const asked = quick ? ([["short", 3]] as const) : ([["short", 9], ["long", 3], ["largePages", 3]] as const)
  for (const [name, rounds] of asked) {
    const goal = Goals.streams.read[name]
    progress(goal.measure)
    const measured = await read({ baseUrl, now, ...Goals.stretches[name] }, ["ours", "byHand"], rounds)
    const best = Math.min(...measured.map(({ ours }) => ours.wall))
    rows.push(
      row(goal, median(measured.map(({ byHand, ours }) => byHand.wall / ours.wall))),
      note("↳ by processor time", total(measured, "byHand", "cpu") / total(measured, "ours", "cpu"), "x"),
      note("↳ records a second", Goals.stretches[name].count / best * 1000, "")
    )
  }
  progress("P5 Effect's client alone")
  const alone = await read({ baseUrl, now, ...Goals.stretches.short }, ["client", "byHand"], quick ? 3 : 9)
  return [
    ...rows,
    note(
      "↳ Effect's client alone, nothing validated, to a generator over fetch",
      median(alone.map(({ byHand, client }) => byHand.wall / client.wall)),
      "x"
    ),
    note("↳ by processor time", total(alone, "byHand", "cpu") / total(alone, "client", "cpu"), "x")
  ]
}

// --- P6 ---------------------------------------------------------------------

// With room to spare, the engine puts off collecting, whatever a program holds: the generator by hand is larger for it as well. So what
// is held in a small heap is told beside it.
const small = ["--max-old-space-size=48", "--max-semi-space-size=4"]

const memory = (baseUrl: string, quick: boolean): ReadonlyArray<Row> => {
  const held = (
    count: number,
    how: "request" | "completion" | "byHand",
    flags: ReadonlyArray<string>
  ): { readonly peak: number; readonly heap: number } => {
    const where: Read.Where = { baseUrl, count, now, pageSize: 100 }
    const args = ["--expose-gc", ...flags, path("streams-memory"), JSON.stringify(where), how]
    const found = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }))
    if (found.count < count) throw new Error(`${found.count} of ${count}`)
    return found
  }
  const compare = (by: "request" | "completion"): ReadonlyArray<Row> => {
    const { few, many } = Goals.growths[by]
    progress(`P6 ${many.toLocaleString("en")} records by ${by}`)
    const both = (how: "request" | "completion" | "byHand", flags: ReadonlyArray<string>) =>
      [held(few, how, flags), held(many, how, flags)] as const
    const [[less, more], [lesser, larger], [least, most]] = [both(by, small), both(by, []), both("byHand", [])]
    return [
      row(Goals.streams.peak[by], larger.peak / lesser.peak),
      note("↳ so with the generator over fetch", most.peak / least.peak, "x"),
      note("↳ in a heap of 48 MB", more.peak / less.peak, "x"),
      note(`↳ there the peak of ${few.toLocaleString("en")} by ${by}`, less.peak, " MB"),
      note(`↳ there the peak of ${many.toLocaleString("en")} by ${by}`, more.peak, " MB"),
      row(Goals.streams.heap[by], more.heap / less.heap)
    ]
  }
  return [...quick ? [] : compare("request"), ...compare("completion")]
}

// --- the run ----------------------------------------------------------------

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  if (process.argv.includes("--jit")) SchemaJITCompiler.enable(SearchResponse.SearchResponse.ast)
  const server = await serve()
  const rows = [...decoding(), ...await streaming(server.baseUrl, quick), ...memory(server.baseUrl, quick)]
  server.stop()
  return rows
}

/** By the best rounds, since what else the machine does only adds, or by processor time. */
const costs = async (): Promise<ReadonlyArray<Baseline.Cost>> => {
  const compiled = decode(100, "jit")
  const interpreted = decode(100)
  const asLog = decode(100, "log")
  const server = await serve()
  const measured = await read({ baseUrl: server.baseUrl, now, count: 20_000, pageSize: 100 }, ["ours", "byHand"], 7)
  server.stop()
  return [
    { measure: "P4 a page of 100 with the JIT, in JSON.parse", ratio: compiled.ours / compiled.parse, allowed: 2 },
    { measure: "P4 a page of 100 interpreted, in JSON.parse", ratio: interpreted.ours / interpreted.parse, allowed: 2 },
    {
      measure: "P4 a page of 100 as the delivery log reads it, in JSON.parse",
      ratio: asLog.ours / asLog.parse,
      allowed: 2
    },
    {
      measure: "P4 a page of 100 so, with a record that cannot be read, in JSON.parse",
      ratio: asLog.unreadable / asLog.parse,
      // Of at most twice.
      allowed: 1.1
    },
    {
      measure: "P5 processor time of 20,000 records in pages of 100, in a generator over fetch",
      ratio: total(measured, "ours", "user") / total(measured, "byHand", "user"),
      allowed: 2
    }
  ]
}

if (import.meta.main) await main({ rows, costs })
