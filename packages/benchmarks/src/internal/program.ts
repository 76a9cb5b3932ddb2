// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off
/**
 * What all benchmark programs have in common: their arguments, and how they tell their figures.
 *
 * @since 0.1.0
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Cost } from "./baseline.ts"
import * as Goals from "./goals.ts"
import { audit, render, renderMissed, type Row } from "./rows.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface Program {
  readonly rows: (options: { readonly quick: boolean }) => Promise<ReadonlyArray<Row>>
  /** A few ratios that can be had in seconds on a busy machine. */
  readonly costs?: () => Promise<ReadonlyArray<Cost>>
}

/**
 * The programs that the guard runs.
 *
 * @category running
 * @since 0.1.0
 */
export const guarded = ["euckr", "http", "streams"] as const

/**
 * Says what is being measured, apart from the results.
 *
 * @category running
 * @since 0.1.0
 */
export const progress = (what: string): void => {
  process.stderr.write(`${what}\n`)
}

const result = async ({ costs, rows }: Program): Promise<string> => {
  if (process.argv.includes("--costs")) return JSON.stringify(await costs?.() ?? [])
  const measured = await rows({ quick: process.argv.includes("--quick") })
  if (process.argv.includes("--json")) return JSON.stringify(measured)
  const { missed, unexplained } = audit(Goals.all, measured)
  const lines = [renderMissed(missed), ...unexplained.map(({ measure }) => `- ${measure}: no reason is known yet`)]
  return [`Node ${process.version}, contestants interleaved`, render(measured), lines.join("\n").trim()].join("\n\n")
}

/**
 * Runs a program: as a table, `--json` as rows for another process, `--costs` for the guard. A missed goal is a result, not a failure.
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
