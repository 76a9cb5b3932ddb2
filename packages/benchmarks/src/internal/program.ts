// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off globalDate:off
/**
 * What all benchmark programs have in common: their arguments, and how they tell their figures.
 *
 * @since 0.1.0
 */
import { execFile } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Cost, record } from "./baseline.ts"
import * as Goals from "./goals.ts"
import * as Page from "./page.ts"
import { audit, render, renderMissed, type Row } from "./rows.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface Program {
  readonly rows: (options: { readonly quick: boolean }) => Promise<ReadonlyArray<Row>>
  /** A few ratios that can be had in seconds on a busy machine. */
  readonly costs?: () => Promise<ReadonlyArray<Cost>>
  /** What the page calls it, if its rows are all of a table: then `--write` puts them there. */
  readonly section?: string
}

const docs = new URL("../../../../docs/", import.meta.url)

/**
 * The page, and its picture.
 *
 * @category writing
 * @since 0.1.0
 */
export const files = {
  page: new URL("benchmarks.md", docs),
  picture: new URL(Page.picture, docs)
} as const

/**
 * Writes the page, and draws its picture.
 *
 * @category writing
 * @since 0.1.0
 */
export const writePage = (text: string): void => {
  writeFileSync(files.page, text)
  const picture = Page.draw(text)
  if (picture !== "") writeFileSync(files.picture, picture)
}

/**
 * The programs that the guard runs.
 *
 * @category running
 * @since 0.1.0
 */
export const guarded = ["euckr", "http", "streams", "bulk"] as const

/**
 * Says what is being measured, apart from the results.
 *
 * @category running
 * @since 0.1.0
 */
export const progress = (what: string): void => {
  process.stderr.write(`${what}\n`)
}

const put = (section: string, rows: ReadonlyArray<Row>, start: number): void => {
  const minutes = Math.ceil((performance.now() - start) / 60_000)
  const when = `${new Date().toISOString().slice(0, 10)}, in ${minutes} minutes`
  writePage(Page.put(readFileSync(files.page, "utf8"), Goals.all, rows, [section, when]))
}

const result = async ({ costs, rows, section }: Program): Promise<string> => {
  if (process.argv.includes("--costs")) return JSON.stringify(await costs?.() ?? [])
  const start = performance.now()
  const measured = await rows({ quick: process.argv.includes("--quick") })
  if (process.argv.includes("--json")) return JSON.stringify(measured)
  if (section !== undefined && process.argv.includes("--write")) put(section, measured, start)
  const { missed, unexplained } = audit(Goals.all, measured)
  for (const { measure } of unexplained) progress(`Missed, and goals.ts does not say why: ${measure}`)
  const lines = [renderMissed(missed), ...unexplained.map(({ measure }) => `- ${measure}: no reason is known yet`)]
  return [`Node ${process.version}, contestants in turn`, render(measured), lines.join("\n").trim()].join("\n\n")
}

/**
 * Runs a program: as a table, `--json` as rows for another process, `--costs` for the guard, `--write` to put them on the page as well. A missed
 * goal is a result, not a failure.
 *
 * @category running
 * @since 0.1.0
 */
export const main = async (program: Program): Promise<void> => {
  const output = await result(program)
  // What keeps sockets open must not keep the process.
  process.stdout.write(`${output.trimEnd()}\n`, () => process.exit(0))
}

const spawn = (name: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL(`../${name}.ts`, import.meta.url))
    const child = execFile(process.execPath, [file, ...args], { maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${name} failed`, { cause: error.code }))
    })
    child.stderr?.pipe(process.stderr)
  })

/**
 * The rows of a program, run in a process of its own, so that none disturbs the heap and the compiled code of another.
 *
 * @category running
 * @since 0.1.0
 */
export const rowsOf = async (name: string, args: ReadonlyArray<string>): Promise<ReadonlyArray<Row>> =>
  JSON.parse(await spawn(name, ["--json", ...args]))

/**
 * The costs of a program, run in a process of its own.
 *
 * @category running
 * @since 0.1.0
 */
export const costsOf = async (name: string): Promise<ReadonlyArray<Cost>> => JSON.parse(await spawn(name, ["--costs"]))

/**
 * What the guard compares with.
 *
 * @category guarding
 * @since 0.1.0
 */
export const baseline = new URL("../../baseline.json", import.meta.url)

/**
 * What it is to compare with from now on, by three measurements.
 *
 * @category guarding
 * @since 0.1.0
 */
export const recorded = async (): Promise<string> => {
  const costs: Array<ReadonlyArray<Cost>> = []
  for (const time of [1, 2, 3]) {
    progress(`Baseline of the guard, ${time} of 3`)
    for (const name of guarded) costs.push(await costsOf(name))
  }
  return `${JSON.stringify(record(costs), null, 2)}\n`
}
