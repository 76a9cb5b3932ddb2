// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * All benchmarks, one after the other, each in a process of its own: one table, `docs/benchmarks.md` with its picture, and the baseline of the
 * guard.
 *
 * `--check` compares the goals of the page with those in the code, and `--rewrite` writes its words anew: neither measures anything.
 * `--quick` measures shortly, to try the program, and writes nothing.
 *
 * @since 0.1.0
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { arch, cpus, totalmem, type } from "node:os"
import * as Goals from "./internal/goals.ts"
import * as Page from "./internal/page.ts"
import { baseline, files, progress, recorded, rowsOf, writePage } from "./internal/program.ts"
import { audit, render, renderMissed, type Row } from "./internal/rows.ts"

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
  for (const name of ["goals", "link"]) rows.push(...await rowsOf(name, quick ? ["--quick"] : []))
  rows.push(...await rowsOf("outbox", [quick ? "--quick" : "--million"]))
  rows.push(...await rowsOf("cli", quick ? ["--quick"] : []))
  rows.push(...await rowsOf("emulator", quick ? ["--small"] : []))
  rows.push(...await rowsOf("euckr", quick ? ["--quick"] : []))
  const costs = quick ? "" : await recorded()
  const minutes = Math.ceil((performance.now() - start) / 60_000)

  const { absent, missed, unexplained, unused } = audit(Goals.all, rows)
  for (const { measure } of unused) progress(`Met, so that its reason in goals.ts may go: ${measure}`)
  for (const { measure } of unexplained) progress(`Missed, and goals.ts does not say why: ${measure}`)
  if (!quick) {
    for (const { measure } of absent) progress(`Not measured: ${measure}`)
    writePage(Page.write(Goals.all, rows, circumstances(minutes)))
    writeFileSync(baseline, costs)
    if (absent.length + unexplained.length > 0) process.exitCode = 1
  }
  process.stdout.write(`\n${renderMissed(missed)}\n\n${render(rows)}\n`)
}

const read = (file: URL): string => existsSync(file) ? readFileSync(file, "utf8") : ""

if (process.argv.includes("--check")) {
  const page = read(files.page)
  const problems = [
    ...Page.check(page, Goals.all),
    ...read(files.picture) === Page.draw(page) ? [] : ["its picture shows other figures: npm run bench -- --rewrite"]
  ]
  for (const problem of problems) progress(`docs/benchmarks.md: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
} else if (process.argv.includes("--rewrite")) writePage(Page.rewrite(read(files.page), Goals.all))
else await measure(process.argv.includes("--quick"))
