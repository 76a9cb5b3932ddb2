// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off missingPipeableSignature:off globalDate:off
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
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { execFileSync, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { atLeast, atMost, note, render, type Row } from "./internal/harness.ts"
import { median } from "./internal/http-race.ts"
import * as Read from "./internal/streams-read.ts"

const quick = process.argv.includes("--quick")
const jit = process.argv.includes("--jit")

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

const decoding = (): ReadonlyArray<Row> =>
  [100, 1000].flatMap((size) => {
    const run = (...args: ReadonlyArray<string>): Record<"parse" | "ours" | "zod", number> =>
      JSON.parse(execFileSync(process.execPath, [path("streams-decode"), String(size), ...args], { encoding: "utf8" }))
    const compiled = run("jit")
    const interpreted = run()
    return [
      atMost(`P4 a page of ${size} with the JIT, to JSON.parse`, 1.4, compiled.ours / compiled.parse, "x"),
      atMost(`P4 a page of ${size} interpreted, to JSON.parse`, 2.6, interpreted.ours / interpreted.parse, "x"),
      atMost(`P4 a page of ${size} with the JIT, to zod 4`, 1, compiled.ours / compiled.zod, "x"),
      atMost(`P4 a page of ${size} interpreted, to zod 4`, 1, interpreted.ours / interpreted.zod, "x"),
      note(`   JSON.parse of a page of ${size}`, interpreted.parse / 1000, " us"),
      note(`   zod 4, to JSON.parse`, interpreted.zod / interpreted.parse, "x")
    ]
  })

// --- P5 ---------------------------------------------------------------------

const streaming = async (baseUrl: string): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const stretches = quick
    ? [{ count: 100_000, pageSize: 100, rounds: 3 }]
    : [
      { count: 100_000, pageSize: 100, rounds: 9 },
      { count: 1_000_000, pageSize: 100, rounds: 3 },
      { count: 1_000_000, pageSize: 1000, rounds: 3 }
    ]
  for (const { count, pageSize, rounds } of stretches) {
    const where: Read.Where = { baseUrl, count, now, pageSize }
    const runtime = ManagedRuntime.make(Read.layer(where, NodeHttpClient.layerUndici))
    // A window has pages of 100 at the most, a search by request id of 1,000.
    const ours = () => runtime.runPromise(pageSize > 100 ? Read.byRequestId(where) : Read.between(where, "request"))
    const byHand = () => pageSize > 100 ? Read.byHandById(where) : Read.byHand(where)
    // Once around, so that the pages are there and the engine is warm. Who does not see all has no place in the table.
    for (const [name, found] of [["ours", await ours()], ["by hand", await byHand()]] as const) {
      if (found < count) throw new Error(`${name}: ${found} of ${count}`)
    }
    const ratios: Array<{ readonly wall: number; readonly cpu: number }> = []
    let best = Number.POSITIVE_INFINITY
    const cost = async (run: () => Promise<number>) => {
      const cpu = process.cpuUsage()
      const start = performance.now()
      await run()
      const wall = performance.now() - start
      const { system, user } = process.cpuUsage(cpu)
      return { wall, cpu: system + user }
    }
    for (let round = 0; round < rounds; round++) {
      const first = round % 2 === 0 ? await cost(ours) : await cost(byHand)
      const second = round % 2 === 0 ? await cost(byHand) : await cost(ours)
      const [mine, theirs] = round % 2 === 0 ? [first, second] : [second, first]
      ratios.push({ wall: theirs.wall / mine.wall, cpu: theirs.cpu / mine.cpu })
      best = Math.min(best, mine.wall)
    }
    await runtime.dispose()
    const name = `${count.toLocaleString("en")} records in pages of ${pageSize}`
    rows.push(
      atLeast(`P5 ${name}, to a generator over fetch`, 0.9, median(ratios.map(({ wall }) => wall)), "x"),
      note("   by processor time", median(ratios.map(({ cpu }) => cpu)), "x"),
      note("   records a second", count / best * 1000, "")
    )
  }
  return rows
}

// --- P6 ---------------------------------------------------------------------

// With room to spare, the engine puts off collecting for as long as it likes, whatever a program holds: the generator by hand is larger
// for it as well. So what is held is compared in a small heap, and the rest is told beside it.
const small = ["--max-old-space-size=48", "--max-semi-space-size=4"]

const memory = (baseUrl: string): ReadonlyArray<Row> => {
  const read = (
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
  const compare = (few: number, many: number, by: "request" | "completion"): ReadonlyArray<Row> => {
    const both = (how: "request" | "completion" | "byHand", flags: ReadonlyArray<string>) =>
      [read(few, how, flags), read(many, how, flags)] as const
    const [[less, more], [lesser, larger], [least, most]] = [both(by, small), both(by, []), both("byHand", [])]
    const name = `${many.toLocaleString("en")} records by ${by}, to ${few.toLocaleString("en")}`
    return [
      atMost(`P6 peak memory in a heap of 48 MB, ${name}`, 1.25, more.peak / less.peak, "x"),
      atMost(`P6 heap after collection, ${name}`, 1.05, more.heap / less.heap, "x"),
      note(`   peak of ${few.toLocaleString("en")}`, less.peak, " MB"),
      note(`   peak of ${many.toLocaleString("en")}`, more.peak, " MB"),
      note("   peak memory in the engine's own heap", larger.peak / lesser.peak, "x"),
      note("   so with the generator over fetch", most.peak / least.peak, "x")
    ]
  }
  return [...quick ? [] : compare(10_000, 1_000_000, "request"), ...compare(20_000, 200_000, "completion")]
}

if (jit) SchemaJITCompiler.enable(SearchResponse.SearchResponse.ast)
const server = await serve()
const rows = [...decoding(), ...await streaming(server.baseUrl), ...memory(server.baseUrl)]
server.stop()
process.stdout.write(
  `Node ${process.version}, contestants interleaved${jit ? ", schemas compiled" : ""}\n\n${render(rows)}\n`
)
// What keeps sockets open must not keep the process.
process.exit(rows.some(({ verdict }) => verdict === "missed") ? 1 : 0)
