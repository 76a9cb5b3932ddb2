// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off globalDate:off
/**
 * A log of a million messages to a file, and counted, against the loop that anybody would write: `node export-race.ts`, with `--quick` for a
 * first look and `--json` for another program. Goals P5 and P6.
 *
 * Each turn is a process of its own, which runs what it measures once before; they take turns against one server on loopback, a process of
 * its own as well, whose pages are made before. A ratio is by processor time, the median of those within a round.
 *
 * @since 0.1.0
 */
import { execFile, fork } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Cost, What, Who } from "./export-contestant.ts"
import type { Where } from "./streams-read.ts"

/**
 * A ratio, and what it should be at the most, where there is a goal for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Figure {
  readonly measure: string
  readonly value: number
  readonly unit: "x" | " MB"
  readonly most: number | undefined
}

const path = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))

const run = promisify(execFile)

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

// The end of the log: in the past, so that every turn reads the same, and near enough that all of it is there.
const now = Math.floor(Date.now() / 1000) * 1000 - 3_600_000

const serve = (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(path("streams-server"), [String(now)])
    child.once("error", reject)
    child.once("message", (port) =>
      resolve({ baseUrl: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() }))
  })

const who = ["ours", "byHand"] as const

/**
 * What the exports cost.
 *
 * @category measuring
 * @since 0.1.0
 */
export const figures = async (
  options: { readonly quick: boolean; readonly progress: (what: string) => void }
): Promise<ReadonlyArray<Figure>> => {
  const [many, rounds] = options.quick ? [100_000, 3] : [1_000_000, 7]
  const folder = mkdtempSync(join(tmpdir(), "export-"))
  const server = await serve()
  const file = (name: Who) => join(folder, name)
  const turn = async (
    what: What,
    name: Who,
    count: number,
    { flags = [], warm = true }: { readonly flags?: ReadonlyArray<string>; readonly warm?: boolean } = {}
  ): Promise<Cost> => {
    const where: Where = { baseUrl: server.baseUrl, count, now, pageSize: 100 }
    const args = [...flags, path("export-contestant"), JSON.stringify(where), what, name, file(name)]
    return JSON.parse((await run(process.execPath, warm ? [...args, "warm"] : args)).stdout)
  }
  try {
    // What is not the same has no place here. By hand, the second that two windows have in common comes twice.
    for (const what of ["csv", "ndjson"] as const) {
      const [ours, byHand] = [new Set<string>(), new Set<string>()]
      for (const [name, lines] of [["ours", ours], ["byHand", byHand]] as const) {
        await turn(what, name, 20_000, { warm: false })
        for (const line of readFileSync(file(name), "utf8").split("\n")) {
          lines.add(what === "csv" ? line : keysInOrder(line))
        }
      }
      if (ours.size < 20_000 || ours.size !== byHand.size || Array.from(ours).some((line) => !byHand.has(line))) {
        throw new Error(`${what}: not the same lines`)
      }
    }
    await turn("count", "byHand", many, { warm: false })
    const found: Array<Figure> = []
    const ratio = (measure: string, most: number | undefined, values: ReadonlyArray<number>) =>
      found.push({ measure, value: median(values), unit: "x", most })
    for (const [what, most] of [["csv", 1.3], ["count", 1.3], ["ndjson", undefined]] as const) {
      options.progress(`P5 ${what}`)
      const costs: Array<Readonly<Record<Who, Cost>>> = []
      for (let round = 0; round < rounds; round++) {
        const first = await turn(what, who[round % 2] ?? "ours", many)
        const second = await turn(what, who[(round + 1) % 2] ?? "byHand", many)
        costs.push(round % 2 === 0 ? { ours: first, byHand: second } : { ours: second, byHand: first })
      }
      const of = `${many.toLocaleString("en")} records, ${what}, to a loop by hand`
      ratio(`P5 processor time, ${of}`, most, costs.map(({ byHand, ours }) => ours.cpu / byHand.cpu))
      ratio(`↳ by the clock`, undefined, costs.map(({ byHand, ours }) => ours.wall / byHand.wall))
      ratio(
        `P6 peak memory, ${of}`,
        what === "csv" ? 1 : undefined,
        costs.map(({ byHand, ours }) => ours.peak / byHand.peak)
      )
      found.push({ measure: "↳ MB", value: median(costs.map(({ ours }) => ours.peak)), unit: " MB", most: undefined })
    }
    options.progress("P6 in a small heap")
    // With room to spare, the engine puts off collecting, whatever a program holds.
    const flags = ["--max-old-space-size=48", "--max-semi-space-size=4"]
    const peaks: Array<readonly [few: number, many: number]> = []
    for (let round = 0; round < (options.quick ? 1 : 3); round++) {
      const few = await turn("csv", "ours", 10_000, { flags, warm: false })
      peaks.push([few.peak, (await turn("csv", "ours", many, { flags, warm: false })).peak])
    }
    ratio(`P6 peak memory in a heap of 48 MB, csv of ${many.toLocaleString("en")} records to that of 10,000`, 1.25, [
      median(peaks.map(([, many]) => many)) / median(peaks.map(([few]) => few))
    ])
    found.push({ measure: "↳ MB", value: median(peaks.map(([, many]) => many)), unit: " MB", most: undefined })
    return found
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Ours are in the order of the schema, and by hand they are as they came. */
const keysInOrder = (line: string): string =>
  line === ""
    ? line
    : JSON.stringify(Object.entries(JSON.parse(line)).toSorted(([one], [other]) => one < other ? -1 : 1))

if (import.meta.main) {
  const found = await figures({
    quick: process.argv.includes("--quick"),
    progress: (what) => process.stderr.write(`${what}\n`)
  })
  const line = ({ measure, most, unit, value }: Figure) => {
    const goal = most === undefined ? "" : ` (<= ${most}${unit}: ${value <= most ? "met" : "missed"})`
    return `${measure}: ${value.toFixed(unit === "x" ? 2 : 0)}${unit}${goal}\n`
  }
  process.stdout.write(process.argv.includes("--json") ? `${JSON.stringify(found)}\n` : found.map(line).join(""))
}
