// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * All benchmarks, one after the other, each in a process of its own: one table, `docs/benchmarks.md`, and the baseline of the guard.
 *
 * `--check` compares the goals of the page with those in the code, and `--rewrite` writes its words anew: neither measures anything.
 * `--quick` measures shortly, to try the program, and writes nothing.
 *
 * @since 0.1.0
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { arch, cpus, totalmem, type } from "node:os"
import { type Cost, record } from "./internal/baseline.ts"
import * as Goals from "./internal/goals.ts"
import * as Page from "./internal/page.ts"
import { costsOf, guarded, progress, rowsOf } from "./internal/program.ts"
import { audit, render, renderMissed, type Row } from "./internal/rows.ts"

const page = new URL("../../../docs/benchmarks.md", import.meta.url)
const baseline = new URL("../baseline.json", import.meta.url)

const version = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version

const circumstances = (minutes: number): Page.Circumstances => {
  const processors = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const others = [
    "effect",
    "undici",
    "axios",
    "solapi",
    "twilio",
    "zod",
    "iconv-lite",
    "@exodus/bytes",
    "pg-boss",
    "graphile-worker"
  ]
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors[0]?.model.trim()}, ${processors.length} cores, ${memory} GB, ${type()} ${arch()}`,
    minutes,
    versions: [
      ["Node.js", `${process.versions.node}, with undici ${process.versions["undici"]} as its fetch`],
      ...others.map((name) => [name, version(name)] as const)
    ]
  }
}

const measure = async (quick: boolean): Promise<void> => {
  const start = performance.now()
  const rows: Array<Row> = []
  for (const name of ["euckr", "http", "streams"]) rows.push(...await rowsOf(name, quick ? ["--quick"] : []))
  rows.push(...await rowsOf("emulator", quick ? ["--small"] : []))
  rows.push(...await rowsOf("outbox", [quick ? "--quick" : "--million"]))
  rows.push(...await rowsOf("cli", quick ? ["--quick"] : []))
  const costs: Array<ReadonlyArray<Cost>> = []
  for (const time of quick ? [] : [1, 2, 3]) {
    progress(`Baseline of the guard, ${time} of 3`)
    for (const name of guarded) costs.push(await costsOf(name))
  }
  const minutes = Math.ceil((performance.now() - start) / 60_000)

  const { absent, missed, unexplained, unused } = audit(Goals.all, rows)
  for (const { measure } of unused) progress(`Met, so that its reason in goals.ts may go: ${measure}`)
  for (const { measure } of unexplained) progress(`Missed, and goals.ts does not say why: ${measure}`)
  if (!quick) {
    for (const { measure } of absent) progress(`Not measured: ${measure}`)
    writeFileSync(page, Page.write(Goals.all, rows, circumstances(minutes)))
    writeFileSync(baseline, `${JSON.stringify(record(costs), null, 2)}\n`)
    if (absent.length + unexplained.length > 0) process.exitCode = 1
  }
  process.stdout.write(`\n${renderMissed(missed)}\n\n${render(rows)}\n`)
}

if (process.argv.includes("--check")) {
  const problems = Page.check(existsSync(page) ? readFileSync(page, "utf8") : "", Goals.all)
  for (const problem of problems) progress(`docs/benchmarks.md: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
} else if (process.argv.includes("--rewrite")) {
  writeFileSync(page, Page.rewrite(readFileSync(page, "utf8"), Goals.all))
} else await measure(process.argv.includes("--quick"))
