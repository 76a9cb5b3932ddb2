// How long a start takes, beside `node -e 0`, in turn; and how large the package is.
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Emulator from "../support/emulator.ts"
import { median, table } from "../support/figures.ts"
import { bin, environment } from "../support/program.ts"

const rounds = 15
const home = mkdtempSync(join(tmpdir(), "effect-sens-start-"))
await using emulator = await Emulator.start()
const search = ["unsubscribes", "has", "010-0000-0001"]

const contestants = {
  "node -e 0": ["-e", "0"],
  "--help": [bin, "--help"],
  "bytes": [bin, "bytes", "안녕하세요"],
  "a call to the emulator": [bin, ...search],
  "send to the emulator": [bin, "send", "--to", "010-0000-0001", "--from", "02-1234-5678", "--text", "안녕하세요"]
} as const

const times = new Map(Object.keys(contestants).map((name) => [name, new Array<number>()]))
const env = { ...environment(home), ...emulator.env }
for (let round = 0; round < rounds; round++) {
  for (const [name, args] of Object.entries(contestants)) {
    const start = process.hrtime.bigint()
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" })
    if (status !== 0) throw new Error(`${name} ends with ${status}: ${stderr}`)
    times.get(name)?.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
}
rmSync(home, { recursive: true, force: true })

const ratios = (name: string) => {
  const bare = times.get("node -e 0") ?? []
  return median((times.get(name) ?? []).map((time, round) => time / (bare[round] ?? Number.NaN)))
}

// What is published is the bundle and a page or two.
const packed = execFileSync("tar", ["-cz", "-C", dirname(bin), "."], { maxBuffer: 64e6 }).length

console.log(`${cpus().length} processors, Node ${process.version}, median of ${rounds} rounds`)
process.exitCode = table([
    { what: "--help, times bare node", is: ratios("--help"), most: 4 },
    { what: "bytes, times bare node", is: ratios("bytes"), most: 4 },
    { what: "a call to the emulator, times bare node", is: ratios("a call to the emulator"), most: 8 },
    { what: "send to the emulator, times bare node", is: ratios("send to the emulator"), most: 8 },
    { what: "packed size, MB", is: packed / 1e6, most: 2 }
  ])
  ? 0
  : 1
