import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "./support/emulator.ts"
import { writeProfile } from "./support/profile.ts"
import { bin, type Ended, environment, temporary } from "./support/program.ts"

let emulator: Emulator.Emulator

/** How soon this gateway refuses an old timestamp: a proof takes less than a minute, and no run on a busy machine as long. */
const tolerance = "15 seconds"

beforeAll(async () => {
  emulator = await Emulator.start("--timestamp-tolerance", tolerance)
})

afterAll(() => emulator[Symbol.asyncDispose]())

/** Who got a text. */
const got = async (content: string): Promise<ReadonlyArray<string>> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  const messages = (await answer.json()) as ReadonlyArray<{ readonly to: string; readonly content: string }>
  return messages.filter((message) => message.content === content).map(({ to }) => to)
}

/** A user, whose profile knows the gateway, and whose state is kept from run to run. */
const user = (home: string, more: { readonly onAmbiguous?: "fail" } = {}) => {
  writeProfile(home, emulator, { timestampTolerance: tolerance, visibilityLag: "1 second", ...more })
  const start = (args: ReadonlyArray<string>) =>
    spawn(process.execPath, [bin, ...args], { cwd: home, env: environment(home), stdio: ["ignore", "pipe", "pipe"] })
  const run = (args: ReadonlyArray<string>) =>
    // @effect-diagnostics-next-line newPromise:off
    new Promise<Omit<Ended, "signal">>((resolve, reject) => {
      const child = start(args)
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      child.once("error", reject)
      child.once("close", (code) => resolve({ code, stdout, stderr }))
    })
  return { start, run, unknown: join(home, "state", "effect-sens", "unknown") }
}

type User = ReturnType<typeof user>

// @effect-diagnostics-next-line newPromise:off globalTimers:off
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

const send = (text: string) => ["send", "--from", "02-1234-5678", "--to", "01000000001", "--text", text]

/** Starts a send, and kills it once its request is on its way. */
const killed = async ({ start, unknown }: User, text: string, fault: Parameters<Emulator.Emulator["fault"]>[1]) => {
  await emulator.fault("send", fault)
  const child = start(send(text))
  for (let tries = 0; tries < 500 && await Emulator.faultsLeft(emulator.url) > 0; tries++) await pause(20)
  child.kill("SIGKILL")
  // @effect-diagnostics-next-line newPromise:off
  await new Promise((resolve) => child.once("close", resolve))
  const names = readdirSync(unknown).filter((name) => name.endsWith(".json"))
  assert.strictEqual(names.length, 1)
  assert.include(readFileSync(join(unknown, names[0] ?? ""), "utf8"), "\"state\":\"Open\"")
}

const sendsOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).sends

describe("settle", { concurrent: false, timeout: 240_000 }, () => {
  it("tells of a send that was killed while its answer was on its way, twice the same", async () => {
    using home = temporary()
    const someone = user(home.path)
    await killed(someone, "killed and taken", { _tag: "Slow", beforeMillis: 0, afterMillis: 60_000 })
    const first = await someone.run(["settle", "--json"])
    assert.strictEqual(first.code, 0, first.stdout + first.stderr)
    const [told] = sendsOf(first)
    assert.deepInclude(told, { state: "accepted", recipients: 1 })
    const again = await someone.run(["settle", told.id, "--json"])
    assert.deepStrictEqual([again.code, sendsOf(again)], [0, [told]])
    // It was accepted: it is not sent again.
    assert.strictEqual((await someone.run(["settle", told.id, "--send-again", "--yes"])).code, 0)
    assert.strictEqual((await got("killed and taken")).length, 1)
    assert.strictEqual((await someone.run(["settle", "nothing"])).code, 8)
    assert.deepStrictEqual(sendsOf(await someone.run(["settle", "--json"])), [])
  })

  it("proves that one was not taken, and sends it again once", async () => {
    using home = temporary()
    const someone = user(home.path)
    await killed(someone, "killed and lost", { _tag: "Silence", accepted: false })
    const early = await someone.run(["settle", "--json"])
    assert.strictEqual(early.code, 5)
    const [open] = sendsOf(early)
    assert.deepInclude(open, { state: "open" })
    assert.strictEqual((await someone.run(["settle", open.id, "--send-again", "--yes"])).code, 5)
    let proof = await someone.run(["settle", "--json"])
    for (let tries = 0; tries < 120 && proof.code === 5; tries++) {
      await pause(500)
      proof = await someone.run(["settle", "--json"])
    }
    assert.deepInclude(sendsOf(proof)[0], { id: open.id, state: "notAccepted" })
    assert.deepStrictEqual(await got("killed and lost"), [])
    const again = ["settle", open.id, "--send-again", "--yes", "--json"]
    const both = await Promise.all([someone.run(again), someone.run(again)])
    assert.strictEqual((await got("killed and lost")).length, 1)
    assert.include(both.map(({ code }) => code), 0)
    assert.deepInclude(sendsOf(await someone.run(again))[0], { state: "accepted" })
    assert.strictEqual((await got("killed and lost")).length, 1)
  })

  it("takes a person's word for one that the log cannot tell of", async () => {
    using home = temporary()
    const someone = user(home.path)
    await killed(someone, "given up", { _tag: "Silence", accepted: false })
    const [{ id }] = sendsOf(await someone.run(["settle", "--json"]))
    const unknown = await someone.run(["settle", id, "--sent", "nothing", "--json"])
    assert.strictEqual(unknown.code, 3)
    const other = JSON.parse((await someone.run([...send("another"), "--json"])).stdout)
    const taken = await someone.run(["settle", id, "--sent", other.requestId, "--json"])
    assert.strictEqual(taken.code, 3, taken.stdout)
    for (let times = 0; times < 2; times++) {
      const ended = await someone.run(["settle", id, "--give-up", "--json"])
      assert.deepStrictEqual([ended.code, sendsOf(ended)[0].state], [0, "givenUp"])
    }
    assert.strictEqual((await someone.run(["settle", id, "--send-again", "--yes", "--json"])).code, 3)
    assert.deepStrictEqual(await got("given up"), [])
    const wrong = [["--give-up"], [id, "--give-up", "--send-again"], [id, id, "--sent", "x"], [id, "--yes"], [
      "--max",
      "1"
    ]]
    for (const args of wrong) {
      assert.strictEqual((await someone.run(["settle", ...args])).code, 2)
    }
  })

  it("of a campaign sends nothing: what is to be sent again waits for somebody who lets it go on", async () => {
    using home = temporary()
    const someone = user(home.path, { onAmbiguous: "fail" })
    writeFileSync(join(home.path, "list.csv"), "name,phone\nA,01000000011\nB,01000000012\n")
    const campaign = (...args: ReadonlyArray<string>) => someone.run(["campaign", ...args])
    const settle = (...args: ReadonlyArray<string>) => someone.run(["settle", "--campaign", "c", ...args])
    const words = ["--text", "{name}, again", "--from", "02-1234-5678"]
    await emulator.fault("send", { _tag: "Reset", accepted: false })
    assert.strictEqual((await campaign("start", "list.csv", "--id", "c", ...words)).code, 5)
    const again = ["--send-again", "--yes", "--json"]
    const over = await settle(...again, "--max", "1")
    assert.strictEqual(JSON.parse(over.stderr.trim().split("\n").at(-1) ?? "").error.tag, "MaxExceeded")
    const send = ["--send-again", "--yes", "--max", "2"]
    let waits = await settle(...send)
    for (let tries = 0; waits.code === 3 && tries < 60; tries++) {
      // What was sent may be accepted for as long as its signature is taken.
      assert.match(waits.stderr, /until 20\d\d-.* KST/)
      await pause(1_000)
      waits = await settle(...send)
    }
    assert.strictEqual(waits.code, 0, waits.stderr)
    assert.include(waits.stderr, "sent once more to 2 recipients")
    assert.include(waits.stderr, new URL(emulator.url).host)
    const twice = await settle(...again, "--max", "2")
    assert.strictEqual(JSON.parse(twice.stderr).error.tag, "NotHeld")
    const asked = await settle("--json")
    assert.strictEqual(asked.code, 0)
    assert.deepInclude(JSON.parse(asked.stdout).campaign, { status: "paused", held: 0, waiting: 2 })
    assert.deepStrictEqual(await got("A, again"), [])
    assert.strictEqual((await campaign("resume", "c")).code, 0)
    assert.deepStrictEqual([await got("A, again"), await got("B, again")], [["01000000011"], ["01000000012"]])

    // One that is done stays done.
    await campaign("cancel", "c", "--yes")
    const status = await campaign("status", "c", "--json")
    assert.deepInclude(JSON.parse(status.stdout).campaign, { status: "done", delivered: 2, notSent: 0 })
  })

  it("of a campaign that was killed looks for what is open, and leaves the rest unsent", async () => {
    using home = temporary()
    const someone = user(home.path)
    const rows = Array.from({ length: 300 }, (_, at) => `A,0100001${String(at).padStart(4, "0")}\n`)
    writeFileSync(join(home.path, "list.csv"), `name,phone\n${rows.join("")}`)
    await emulator.fault("send", { _tag: "Silence", accepted: false })
    const words = ["--text", "killed and open", "--from", "02-1234-5678"]
    const child = someone.start(["campaign", "start", "list.csv", "--id", "open", "--rate", "1/m", ...words])
    const ended = once(child, "close")
    for (let tries = 0; tries < 500 && await Emulator.faultsLeft(emulator.url) > 0; tries++) await pause(20)
    child.kill("SIGKILL")
    assert.deepStrictEqual(await ended, [null, "SIGKILL"])
    const settle = () => someone.run(["settle", "--campaign", "open", "--json"])
    let settled = await settle()
    for (let tries = 0; settled.code === 5 && tries < 20; tries++) settled = await settle()
    assert.strictEqual(settled.code, 0, settled.stderr)
    assert.deepInclude(JSON.parse(settled.stdout).campaign, { status: "paused", open: 0, waiting: 300 })
    assert.deepStrictEqual(await got("killed and open"), [])
  })
})
