// `log --out` of a million messages, beside the library's reading of them to nowhere, in turn; and what memory that takes.
import * as DateTime from "effect/DateTime"
import { fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { median, table } from "../support/figures.ts"
import { bin, environment } from "../support/program.ts"

const rounds = 5
const few = 10_000
const many = 1_000_000

const support = join(import.meta.dirname, "../support")
const home = mkdtempSync(join(tmpdir(), "effect-sens-log-"))
// The messages of the server stand in the 85 days before this.
const now = DateTime.removeTime(DateTime.nowUnsafe())
const [start, end] = [DateTime.formatIso(DateTime.subtract(now, { days: 85 })), DateTime.formatIso(now)]

const server = fork(
  join(import.meta.dirname, "../../../benchmarks/src/internal/streams-server.ts"),
  [String(DateTime.toEpochMillis(now))]
)
const [port] = await once(server, "message")

interface Usage {
  readonly peak: number
  readonly processor: number
  readonly seconds: number
}

const measured = (count: number, args: ReadonlyArray<string>, flags: ReadonlyArray<string> = []): Usage => {
  const usage = join(home, "usage.json")
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [...flags, "--import", join(support, "usage.mjs"), ...args],
    {
      env: {
        ...environment(home),
        SENS_ACCESS_KEY: "access",
        SENS_SECRET_KEY: "secret",
        SENS_SERVICE_ID: `ncp:sms:kr:1:${count}`,
        SENS_BASE_URL: `http://127.0.0.1:${String(port)}`,
        USAGE: usage
      },
      encoding: "utf8"
    }
  )
  if (status !== 0) throw new Error(`${args.join(" ")} ends with ${status}: ${stderr}`)
  if (!stdout.replaceAll(",", "").includes(String(count))) throw new Error(`not ${count} messages: ${stdout}`)
  return JSON.parse(readFileSync(usage, "utf8"))
}

const file = join(home, "log.csv")
const nowhere = [join(support, "nowhere.ts"), start, end]
const log = (...args: ReadonlyArray<string>) => [bin, "log", "--from", start, "--until", end, ...args]
const csv = log("--out", file)

const told = (name: string, args: ReadonlyArray<string>): Usage => {
  const usage = measured(many, args)
  console.log(
    `${name.padEnd(24)} ${usage.seconds.toFixed(1)} s, ${usage.processor.toFixed(1)} s of processor, ${
      Math.round(usage.peak)
    } MB, ${Math.round(many / usage.seconds).toLocaleString("en")} messages a second`
  )
  return usage
}

// What is served is not what is measured: the server makes its pages at the first reading.
measured(many, nowhere)

// In turn, since whatever else the machine does is to hit both.
const pairs = Array.from({ length: rounds }, () => [told("to nowhere", nowhere), told("CSV", csv)] as const)
const lines = readFileSync(file, "latin1").split("\r\n").length - 2
if (lines !== many) throw new Error(`${lines} lines in the file`)
console.log(`${(statSync(file).size / 1e6).toFixed(0)} MB of CSV`)

// Without a goal of their own.
told("CSV, with a checkpoint", log("--out", file, "--checkpoint", join(home, "checkpoint.json")))
told("CSV in CP949", log("--out", file, "--encoding", "cp949"))
told("NDJSON", log("--out", join(home, "log.ndjson")))

// The best turns of each: what else the machine does only adds to them.
const speed = (of: "seconds" | "processor") =>
  Math.min(...pairs.map(([nowhere]) => nowhere[of])) / Math.min(...pairs.map(([, csv]) => csv[of]))
console.log(`by processor time CSV has ${speed("processor").toFixed(2)} of the speed of the reading`)

// With room to spare, the engine puts off collecting for as long as it likes, whatever a program holds.
const peak = (count: number, flags: ReadonlyArray<string>) =>
  median(Array.from({ length: 3 }, () => measured(count, csv, flags).peak))
const small = ["--max-old-space-size=48", "--max-semi-space-size=2"]
const peaks = [peak(few, []), peak(many, []), peak(few, small), peak(many, small)] as const
console.log(
  `peaks with ${few} and ${many}, then in a small heap: ${peaks.map((each) => Math.round(each)).join(", ")} MB`
)

server.kill()
rmSync(home, { recursive: true, force: true })

console.log(`${cpus().length} processors, Node ${process.version}, best of ${rounds} turns`)
process.exitCode = table([
    { what: "CSV, speed to the library's to nowhere", is: speed("seconds"), least: 0.8 },
    { what: "peak of memory, to that of 10,000, small heap", is: peaks[3] / peaks[2], most: 1.25 }
  ])
  ? 0
  : 1
