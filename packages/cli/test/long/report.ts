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

/** Milliseconds, and the most memory, in MB. */
const timed = (emulator: Emulator.Emulator, ...args: ReadonlyArray<string>) => {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      "data:text/javascript,process.on('exit',()=>process.stderr.write('RSS '+process.resourceUsage().maxRSS+'\\n'))",
      bin,
      ...args
    ],
    { env: { ...environment(home), ...emulator.env }, cwd: home, encoding: "utf8", timeout: 300_000 }
  )
  if (status !== 0) throw new Error(`${args.join(" ")} ends with ${status}: ${stderr}`)
  return { millis: Number(process.hrtime.bigint() - start) / 1e6, rss: Number(/RSS (\d+)/.exec(stderr)?.[1]) / 1024 }
}

await using few = await seeded(10_000)
await using many = await seeded(100_000)
const range = ["--last", "30d"]
const asked = [...range, "--by", "day,hour,code,telco", "--percentiles", "--html", "report.html", "-q"]
const [beyond, plain, rss, page] = [new Array<number>(), new Array<number>(), new Array<number>(), new Array<number>()]
for (let round = 0; round < rounds; round++) {
  const reading = timed(many, "log", ...range, "--out", "log.ndjson", "-q")
  const counting = timed(many, "report", ...range, "-q")
  const whole = timed(many, "report", ...asked)
  const small = timed(few, "report", ...asked)
  console.log(
    [reading, counting, whole, small].map(({ millis, rss }) => `${Math.round(millis)} ms ${Math.round(rss)} MB`).join(
      "   "
    )
  )
  beyond.push(whole.millis - reading.millis)
  plain.push(counting.millis - reading.millis)
  page.push(whole.millis - counting.millis)
  rss.push(whole.rss / small.rss)
}
const size = statSync(join(home, "report.html")).size
const sizes: Array<number> = []
for (const name of Object.keys(cases)) sizes.push(Buffer.byteLength(Page.make(await facts(name, "ko"))))
rmSync(home, { recursive: true, force: true })

process.exitCode = table([
    { what: "report beyond log --out, 100,000 messages, ms", is: median(plain), most: 1000 },
    { what: "report --html beyond log --out, ms", is: median(beyond), most: 1000 },
    { what: "the page alone (charts loaded, drawn, written), ms", is: median(page), most: 1000 },
    { what: "memory of 100,000, times that of 10,000", is: median(rss), most: 1.25 },
    { what: "the page of 100,000 messages, kB", is: size / 1000, most: 150 },
    { what: "the page of 90 days and 50 codes, kB", is: Math.max(...sizes) / 1000, most: 150 }
  ])
  ? 0
  : 1
