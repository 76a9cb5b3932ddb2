import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "../support/emulator.ts"
import { writeProfile } from "../support/profile.ts"
import { bin, type Ended, environment, run, shell, temporary } from "../support/program.ts"

let emulator: Emulator.Emulator
const folder = temporary()

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "200 millis")
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** A list of so many, whose numbers begin with these digits. */
const list = (name: string, prefix: string, count: number): string => {
  const rows = Array.from(
    { length: count },
    (_, index) => `Guest ${index},010${prefix}${String(index).padStart(4, "0")}\n`
  )
  writeFileSync(join(folder.path, name), `name,phone\n${rows.join("")}`)
  return name
}

/** Who got something, by the beginning of their numbers. */
const received = async (prefix: string): Promise<ReadonlyArray<string>> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  const messages = (await answer.json()) as ReadonlyArray<{ readonly to: string }>
  return messages.map(({ to }) => to).filter((to) => to.startsWith(`010${prefix}`)).toSorted()
}

const user = (name: string) => {
  const env = { ...emulator.env, XDG_STATE_HOME: join(folder.path, name) }
  const campaign = (...args: ReadonlyArray<string>) => run(["campaign", ...args], { env, cwd: folder.path })
  const start = (file: string, id: string, ...more: ReadonlyArray<string>) =>
    campaign("start", file, "--id", id, "--text", "{name}, hello", "--from", "02-1234-5678", ...more)
  /** Starts it, and does something to it when so many have got their message. */
  const until = async (
    args: ReadonlyArray<string>,
    prefix: string,
    then: (signal: (name: NodeJS.Signals) => void) => Promise<unknown>
  ): Promise<Omit<Ended, "signal" | "stdout">> => {
    const child = spawn(process.execPath, [bin, "campaign", ...args], {
      cwd: folder.path,
      env: { ...environment(folder.path), ...env },
      stdio: ["ignore", "ignore", "pipe"]
    })
    let stderr = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    const ended = Promise.withResolvers<number | null>()
    child.once("close", (code) => ended.resolve(code))
    while (child.exitCode === null && (await received(prefix)).length === 0) {
      // @effect-diagnostics-next-line globalTimers:off newPromise:off
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await then((name) => child.kill(name))
    return { code: await ended.promise, stderr }
  }
  return { env, campaign, start, until }
}

const words = ["--text", "{name}, hello", "--from", "02-1234-5678"]

describe("campaign", () => {
  it("sends what was checked, once, whoever reads; the same again joins, and anything else is refused", async () => {
    const { campaign, env, start } = user("once")
    list("a.csv", "0211", 3)
    const first = await shell(
      `effect-sens campaign start a.csv --id a --text '{name}, hello' --from 02-1234-5678 2>&1 | head -n 1; echo "\${PIPESTATUS[0]}"`,
      { env, cwd: folder.path }
    )
    assert.match(first.stdout, /\n0\n$/)
    const got = ["01002110000", "01002110001", "01002110002"]
    assert.deepStrictEqual(await received("0211"), got)
    const again = await start("a.csv", "a", "--json")
    assert.deepStrictEqual([again.code, again.stderr], [0, ""])
    assert.deepInclude(JSON.parse(again.stdout).campaign, { id: "a", status: "done", delivered: 3, requests: 1 })
    for (const other of [["--ad"], ["--keep-repeats"], ["--expires", "+1d"]]) {
      const refused = await start("a.csv", "a", ...other, "--json")
      assert.deepStrictEqual([refused.code, JSON.parse(refused.stderr).error.tag], [3, "KeyConflict"])
    }
    list("a.csv", "0211", 4)
    assert.strictEqual((await start("a.csv", "a")).code, 3)
    assert.strictEqual((await campaign("resume", "a")).code, 0)
    assert.strictEqual((await campaign("resume", "b")).code, 8)
    assert.deepStrictEqual(await received("0211"), got)
    // Its files say nothing, and are its owner's.
    const state = join(folder.path, "once", "effect-sens")
    for (const file of readdirSync(state)) {
      assert.match(file, /^[\w.@-]+\.sqlite(?:-\w+|\.[0-9a-f]{16}\.running)?$/)
      assert.strictEqual(statSync(join(state, file)).mode & 0o077, 0)
    }
  })

  it("refuses a number as its name, a time that has passed, and what nobody can be sent", async () => {
    const { start } = user("wrong")
    list("w.csv", "0212", 2)
    writeFileSync(join(folder.path, "nobody.csv"), "name,phone\nKim,12\n")
    assert.strictEqual((await start("w.csv", "spring 010-0000-0001")).code, 2)
    assert.strictEqual((await start("w.csv", "w", "--at", "yesterday 09:00")).code, 2)
    assert.strictEqual((await start("nobody.csv", "w")).code, 3)
    const over = await start("w.csv", "w", "--yes", "--base-url", emulator.elsewhere)
    assert.strictEqual(over.code, 3)
    assert.include(over.stderr, "--yes --max 2")
    assert.deepStrictEqual(await received("0212"), [])
  })

  it("is paused by ^C with its books closed, by campaign pause, and goes on", async () => {
    const { campaign, until } = user("paused")
    list("p.csv", "0213", 300)
    const start = ["start", "p.csv", "--id", "p", ...words, "--rate", "1/s"]
    const stopped = await until(start, "0213", async (signal) => signal("SIGINT"))
    assert.strictEqual(stopped.code, 130)
    assert.match(
      stopped.stderr,
      /Accepted \d00, to be sent \d00, unknown 0\.\nTo go on: effect-sens campaign resume p\n$/
    )
    const { code, stdout } = await campaign("status", "p", "--json")
    assert.strictEqual(code, 0)
    assert.deepInclude(JSON.parse(stdout).campaign, { status: "paused", isRunning: false, open: 0 })
    const left = await campaign("watch", "p")
    assert.strictEqual(left.code, 6)
    assert.include(left.stderr, "No run sends it")
    const over = await campaign(...start, "--max", "10")
    assert.strictEqual(over.code, 3)
    assert.include(over.stderr, "--max 10")
    const done = await campaign("resume", "p")
    assert.strictEqual(done.code, 0)
    assert.strictEqual((await received("0213")).length, 300)
    assert.strictEqual(new Set(await received("0213")).size, 300)
    assert.strictEqual((await campaign("watch", "p", "--format", "ndjson")).code, 0)
  })

  it("ends where another terminal pauses it, and cancelled sends no more", async () => {
    const { campaign, until } = user("cancelled")
    list("c.csv", "0214", 300)
    const ended = await until(
      ["start", "c.csv", "--id", "c", ...words, "--rate", "1/m"],
      "0214",
      () => campaign("pause", "c")
    )
    assert.strictEqual(ended.code, 6)
    assert.include(ended.stderr, "campaign resume c")
    assert.strictEqual((await campaign("cancel", "c")).code, 0)
    assert.strictEqual((await campaign("resume", "c")).code, 6)
    assert.isBelow((await received("0214")).length, 300)
  })

  it("does not send what another run left behind", async () => {
    const { campaign, start, until } = user("left")
    list("l.csv", "0215", 300)
    list("m.csv", "0216", 2)
    const killed = await until(
      ["start", "l.csv", "--id", "l", ...words, "--rate", "1/m"],
      "0215",
      async (signal) => signal("SIGKILL")
    )
    assert.isNull(killed.code)
    const before = await received("0215")
    const other = await start("m.csv", "m")
    assert.strictEqual(other.code, 0)
    assert.deepStrictEqual(await received("0215"), before)
    assert.match((await campaign("list")).stdout, /^l +cut off/m)
  })

  it("tells of each, masked but in a file, and sends again to those alone who failed", async () => {
    const { campaign, start } = user("results")
    writeFileSync(join(folder.path, "r.csv"), `name,phone\nKim,${Emulator.switchedOff}\nLee,01002170001\n`)
    assert.strictEqual((await start("r.csv", "r")).code, 6)
    const shown = await campaign("results", "r", "--failed", "--format", "ndjson")
    const [first, end] = shown.stdout.trim().split("\n").map((line) => JSON.parse(line))
    assert.deepInclude(first.recipient, { to: "010****0031", status: "failed" })
    assert.deepInclude(end, { end: true, recipients: 1 })
    assert.strictEqual((await campaign("results", "r", "--out", "r-results.csv")).code, 0)
    const file = join(folder.path, "r-results.csv")
    assert.strictEqual(statSync(file).mode & 0o077, 0)
    assert.match(readFileSync(file, "utf8"), /^\uFEFFTo,.*\r?\n010-0000-0031,failed,2003,/)
    const tried = await campaign("retry", "r", "--as", "r2")
    assert.strictEqual(tried.code, 6)
    assert.strictEqual((await received("0217")).length, 1)
    assert.strictEqual((await campaign("retry", "r2", "--as", "r")).code, 3)
    assert.strictEqual((await campaign("held", "r")).code, 0)
  })

  it("leaves to a person what cannot be proved", { timeout: 240_000 }, async () => {
    // A gateway of which its owner knows that it takes old signatures.
    await using other = await Emulator.start("--completed-after", "0 seconds")
    using home = temporary()
    writeProfile(home.path, other, { timestampTolerance: "1 second", visibilityLag: "1 second", onAmbiguous: "fail" })
    list("h.csv", "0218", 2)
    const effectSens = (...args: ReadonlyArray<string>) =>
      run(args, {
        env: { XDG_CONFIG_HOME: join(home.path, "config"), XDG_STATE_HOME: join(home.path, "state") },
        cwd: folder.path
      })
    await Emulator.fault(other.url, "send", { _tag: "Reset", accepted: false })
    const lost = await effectSens("campaign", "start", "h.csv", "--id", "h", ...words, "--json")
    assert.strictEqual(lost.code, 5, lost.stderr)
    assert.deepInclude(JSON.parse(lost.stdout).campaign, { status: "done", held: 2, delivered: 0 })
    const held = await effectSens("campaign", "held", "h", "--json")
    assert.strictEqual(held.code, 5)
    assert.strictEqual(JSON.parse(held.stdout).entries.length, 1)
    assert.strictEqual((await effectSens("settle", "--campaign", "h")).code, 5)
    assert.strictEqual((await effectSens("settle", "--campaign", "h", "--sent", "nothing")).code, 8)
    for (const guard of [["--yes"], ["--max", "1"]]) {
      assert.strictEqual((await effectSens("settle", "--campaign", "h", "--give-up", ...guard)).code, 2)
    }
    const given = await effectSens("settle", "--campaign", "h", "--give-up", "--json")
    assert.strictEqual(given.code, 0, given.stderr)
    assert.deepInclude(JSON.parse(given.stdout).campaign, { held: 0, notSent: 2 })
    assert.deepStrictEqual((await other.requests()).filter((operation) => operation === "send").length, 1)
  })
})
