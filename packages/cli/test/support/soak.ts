// A campaign that is ended again and again at random moments, by everything that ends a program, and gone on with until it is done. A good
// part of its requests meets a fault. Then the books of the emulator are read.
import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Emulator from "./emulator.ts"
import { writeProfile } from "./profile.ts"
import { bin, environment, temporary } from "./program.ts"

/** How soon this gateway refuses an old timestamp, so that a proof takes seconds. */
const tolerance = "4 seconds"

const faults = [
  { operation: "send", rate: 0.1, fault: { _tag: "ServerError", status: 500, accepted: true } },
  { operation: "send", rate: 0.05, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "send", rate: 0.08, fault: { _tag: "Reset", accepted: true, code: "ECONNRESET" } },
  { operation: "send", rate: 0.05, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "send", rate: 0.05, fault: { _tag: "TooManyRequests", code: "410" } },
  { operation: "send", rate: 0.03, fault: { _tag: "AcceptedLater", afterMillis: 2000, first: "Reset" } },
  { operation: "search", rate: 0.03, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "search", rate: 0.02, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } }
]

/** The same numbers for the same seed, from 0 to 1. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

const signals = ["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const

/** What a run ends with that was told to end: its own code, or 5 where something is open. */
const codes = { SIGKILL: [null], SIGINT: [130, 5], SIGTERM: [143, 5], SIGHUP: [129, 5] } as const

export interface Plan {
  readonly recipients: number
  readonly kills: number
  readonly seed: number
  /** How many requests go out in a second, so that there is time to be killed. */
  readonly rate: string
  /** The longest that a run goes on before it is ended, in milliseconds. */
  readonly longest: number
}

export interface Outcome {
  /** Recipients who got none, */
  readonly lost: number
  /** or more than one. */
  readonly doubled: number
  /** What the emulator itself takes for a duplicate. */
  readonly duplicates: number
  /** Code of the last run. */
  readonly code: number | null
  /** How each run ended that was told to end. */
  readonly ends: ReadonlyArray<string>
  /** Whatever ended otherwise than it should. */
  readonly wrong: ReadonlyArray<string>
  /** How many faults were met. */
  readonly faults: number
}

const control = async (url: string, path: string, init?: RequestInit): Promise<unknown> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}/__emulator${path}`, init)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : await answer.json()
}

/**
 * Eight digits for each, of which none comes three times in a row: that may be a mask, and then the log could not tell one from the other.
 */
const digitsOf = (index: number): string => `0${Array.from(index.toString(9).padStart(4, "0")).join("9")}`

const numberOf = (index: number): string => `010${digitsOf(index)}`

/** Who got how many. */
const received = async (url: string): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  for (let after = -1;;) {
    const page = (await control(url, `/messages?limit=1000&after=${after}`)) as ReadonlyArray<{ readonly to: string }>
    for (const { to } of page) counts.set(to, (counts.get(to) ?? 0) + 1)
    if (page.length < 1000) return counts
    after += page.length
  }
}

interface Ended {
  readonly code: number | null
  readonly stderr: string
}

const ended = (child: ChildProcess): Promise<Ended> =>
  // @effect-diagnostics-next-line newPromise:off
  new Promise((resolve, reject) => {
    let stderr = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, stderr }))
  })

export const run = async (plan: Plan): Promise<Outcome> => {
  await using emulator = await Emulator.start(
    "--timestamp-tolerance",
    tolerance,
    "--completed-after",
    "500 millis",
    "--seed",
    String(plan.seed)
  )
  using home = temporary()
  writeProfile(home.path, emulator, { from: "0212345678", timestampTolerance: tolerance, visibilityLag: "1 second" })
  const rows = Array.from({ length: plan.recipients }, (_, index) => `Guest ${digitsOf(index)},${numberOf(index)}\n`)
  writeFileSync(join(home.path, "list.csv"), `name,phone\n${rows.join("")}`)
  await control(emulator.url, "/faults", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: String(plan.seed), rates: faults })
  })

  const begin = (args: ReadonlyArray<string>) =>
    spawn(process.execPath, [bin, "campaign", ...args, "--rate", plan.rate], {
      cwd: home.path,
      env: environment(home.path),
      stdio: ["ignore", "ignore", "pipe"]
    })
  const start = ["start", "list.csv", "--id", "soak", "--text", "{name}, your order is here."]
  const draw = random(plan.seed)
  const ends: Array<string> = []
  const wrong: Array<string> = []
  // Begun by the one command, and gone on with by either.
  let args = start
  for (let kill = 0; kill < plan.kills;) {
    const child = begin(args)
    const signal = signals[kill % signals.length] ?? "SIGKILL"
    // @effect-diagnostics-next-line globalTimers:off
    const timer = setTimeout(() => child.kill(signal), 400 + draw() * plan.longest)
    const { code, stderr } = await ended(child)
    clearTimeout(timer)
    if (code === 3 && stderr.includes("was not written down whole")) {
      // Killed while the list was written down: nothing was sent, and the list is read once more.
      args = start
      continue
    }
    if (code === 8 && (await received(emulator.url)).size === 0) {
      // Killed before it was begun: there is nothing to go on with.
      args = start
      continue
    }
    if (code === 0) break
    kill++
    ends.push(`${signal} ${code}`)
    if (!(codes[signal] as ReadonlyArray<number | null>).includes(code)) wrong.push(`${signal}: ${code} ${stderr}`)
    args = draw() < 0.3 ? start : ["resume", "soak"]
  }
  let last = await ended(begin(start))
  // What nobody could tell at the end of a run is told by the next.
  for (let again = 0; again < 3 && last.code !== 0; again++) {
    wrong.push(`the last run: ${last.code} ${last.stderr}`)
    last = await ended(begin(["resume", "soak"]))
  }
  const counts = await received(emulator.url)
  const wanted = Array.from({ length: plan.recipients }, (_, index) => numberOf(index))
  const { applied } = (await control(emulator.url, "/faults")) as { readonly applied: ReadonlyArray<unknown> }
  return {
    lost: wanted.filter((to) => !counts.has(to)).length,
    doubled: wanted.filter((to) => (counts.get(to) ?? 0) > 1).length,
    duplicates: ((await control(emulator.url, "/duplicates")) as ReadonlyArray<unknown>).length,
    code: last.code,
    ends,
    wrong,
    faults: applied.length
  }
}
