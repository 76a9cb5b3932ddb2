// An export that is killed at random moments and run again, until it is done.
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Emulator from "./support/emulator.ts"
import { bin, environment, run, temporary } from "./support/program.ts"

const seed = async (url: string): Promise<void> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}/__emulator/seed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: 60_000, days: 20 })
  })
  if (!answer.ok) throw new Error(`no past: ${answer.status} ${await answer.text()}`)
}

/** Runs it for so long at most; whether it came to its end. */
const killed = (args: ReadonlyArray<string>, options: {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly after: number
  readonly signal: NodeJS.Signals
}): Promise<boolean> =>
  // @effect-diagnostics-next-line newPromise:off
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: options.cwd, env: options.env, stdio: "ignore" })
    // @effect-diagnostics-next-line globalTimers:off
    const timer = setTimeout(() => child.kill(options.signal), options.after)
    child.once("error", reject)
    child.once("exit", (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const

describe("log --out, killed and gone on with", () => {
  it.concurrent("writes the file that is written undisturbed", { timeout: 240_000 }, async () => {
    await using emulator = await Emulator.start()
    using folder = temporary()
    await seed(emulator.url)
    // The same range in each run, whenever it is.
    const now = DateTime.nowUnsafe()
    const ends = [DateTime.subtract(now, { days: 20 }), DateTime.subtract(now, { hours: 1 })]
    const [from = "", until = ""] = ends.map(DateTime.formatIso)
    const log = (
      out: string
    ) => ["log", "--from", from, "--until", until, "--out", out, "--encoding", "cp949"]
    const options = { cwd: folder.path, env: { ...environment(folder.path), ...emulator.env } }
    const whole = await run(log("whole.csv"), { ...options, timeout: 120_000 })
    assert.strictEqual(whole.code, 0, whole.stderr)
    // So that it takes seconds on any machine, and is killed in the middle.
    await Emulator.fault(emulator.url, "search", { _tag: "Slow", beforeMillis: 0, afterMillis: 10 }, null)
    const args = [...log("cut.csv"), "--checkpoint", "cut.json"]
    let resumed = 0
    for (let at = 0; at < 40; at++) {
      if (existsSync(join(folder.path, "cut.json"))) resumed++
      const signal = signals[at % 4] ?? "SIGKILL"
      if (await killed(args, { ...options, after: 1500 + 100 * at + (at * 631) % 1500, signal })) break
    }
    assert.isAbove(resumed, 0)
    assert.isFalse(existsSync(join(folder.path, "cut.json")))
    assert.isFalse(existsSync(join(folder.path, "cut.csv.part")))
    assert.isTrue(readFileSync(join(folder.path, "whole.csv")).equals(readFileSync(join(folder.path, "cut.csv"))))
  })
})
