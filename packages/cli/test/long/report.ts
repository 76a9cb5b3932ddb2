// What a report costs beyond the reading: the program on an emulator with many messages, beside one that reads them and counts nothing
// (`log --out`); the page, its size, and memory that does not grow with what is read.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Page from "../../src/report/page/Page.ts"
import { cases, facts } from "../report/fixtures.ts"
import * as Emulator from "../support/emulator.ts"
import { median, table } from "../support/figures.ts"
import { bin, environment } from "../support/program.ts"

const rounds = 3
const home = mkdtempSync(join(tmpdir(), "effect-sens-report-"))

const seeded = async (messages: number) => {
  const emulator = await Emulator.start("--completed-after", "0 seconds")
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/seed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages, days: 20, failed: 0.05, seed: "report" })
  })
  if (!answer.ok) throw new Error(await answer.text())
  return emulator
}

const hook = `process.on("exit", () => {
  const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
  process.stderr.write("used " + (systemCPUTime + userCPUTime) / 1000 + " " + maxRSS / 1024 + "\\n")
})`

/** Milliseconds of a processor, which other programs do not change, and the most memory, in MB. */
const used = (emulator: Emulator.Emulator, ...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, bin, ...args],
    { env: { ...environment(home), ...emulator.env }, cwd: home, encoding: "utf8", timeout: 300_000, maxBuffer: 64e6 }
  )
  if (status !== 0) throw new Error(`${args.join(" ")} ends with ${status}: ${stderr}`)
  const [, millis, rss] = /used ([\d.]+) ([\d.]+)/.exec(stderr) ?? []
  return { millis: Number(millis), rss: Number(rss) }
}

await using few = await seeded(50_000)
await using many = await seeded(200_000)
const range = ["--last", "30d", "-q"]
const by = ["--by", "code,telco", "--percentiles"]
const html = ["--html", "report.html"]
const runs = Array.from({ length: rounds }, () => ({
  log: used(many, "log", ...range, "--out", "log.ndjson"),
  report: used(many, "report", ...range, ...by),
  page: used(many, "report", ...range, ...by, ...html),
  hours: used(many, "report", ...range, "--by", "day,hour,code,telco", "--percentiles"),
  few: used(few, "report", ...range, ...by, ...html)
}))
for (const run of runs) {
  console.log(
    Object.entries(run).map(([name, { millis, rss }]) => `${name} ${Math.round(millis)} ms, ${Math.round(rss)} MB`)
      .join("   ")
  )
}
const size = statSync(join(home, "report.html")).size
const sizes: Array<number> = []
for (const name of Object.keys(cases)) sizes.push(Buffer.byteLength(Page.make(await facts(name, "ko"))))
rmSync(home, { recursive: true, force: true })

type Run = (typeof runs)[number]

const of = (figure: (run: Run) => number): number => median(runs.map(figure))

process.exitCode = table([
    {
      what: "report beyond log --out, 200,000 messages, ms",
      is: of(({ log, report }) => report.millis - log.millis),
      most: 1000
    },
    { what: "the same by day,hour,code,telco, ms", is: of(({ hours, log }) => hours.millis - log.millis), most: 1000 },
    {
      what: "--html beyond report (charts loaded and drawn), ms",
      is: of(({ page, report }) => page.millis - report.millis),
      most: 1000
    },
    { what: "memory of 200,000, times that of 50,000", is: of(({ few, page }) => page.rss / few.rss), most: 1.25 },
    { what: "the page of 200,000 messages, kB", is: size / 1000, most: 150 },
    { what: "the page of 90 days and 50 codes, kB", is: Math.max(...sizes) / 1000, most: 150 }
  ])
  ? 0
  : 1
