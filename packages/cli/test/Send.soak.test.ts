// Sends that are ended by signals at random moments, that are equal, that are many at once, and whose journal has no room: nothing is
// accepted twice, nothing is lost, and whatever was accepted is told as accepted in the end.
import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import * as Emulator from "./support/emulator.ts"
import { writeProfile } from "./support/profile.ts"
import { bin, environment, temporary } from "./support/program.ts"

/** How soon this gateway refuses an old timestamp, so that a proof takes seconds. */
const tolerance = "4 seconds"

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

// @effect-diagnostics-next-line newPromise:off globalTimers:off
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** A user, whose profile knows the gateway, and whose state is kept from run to run. */
const user = (home: string, emulator: Emulator.Emulator) => {
  writeProfile(home, emulator, { timestampTolerance: tolerance, visibilityLag: "1 second" })
  const state = join(home, "state", "effect-sens")
  const run = (args: ReadonlyArray<string>, options: {
    readonly onStart?: (child: ChildProcess) => void
    readonly onSaid?: (stderr: string, child: ChildProcess) => void
    readonly env?: Readonly<Record<string, string>>
  } = {}) =>
    // @effect-diagnostics-next-line newPromise:off
    new Promise<Ended>((resolve, reject) => {
      const env = { ...environment(home), ...options.env }
      const child = spawn(process.execPath, [bin, ...args], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] })
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text
        options.onSaid?.(stderr, child)
      })
      child.once("error", reject)
      child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
      options.onStart?.(child)
    })
  return { run, state, open: () => readdirSync(join(state, "unknown")).filter((name) => name.endsWith(".json")) }
}

type User = ReturnType<typeof user>

const send = (text: string, ...more: ReadonlyArray<string>) => [
  "send",
  "--from",
  "02-1234-5678",
  "--to",
  "01000000001",
  "--text",
  text,
  ...more
]

/** The requests that the gateway has accepted, by their text. */
const accepted = async (emulator: Emulator.Emulator): Promise<ReadonlyMap<string, ReadonlyArray<string>>> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  const messages = (await answer.json()) as ReadonlyArray<{ readonly requestId: string; readonly content: string }>
  const found = new Map<string, ReadonlyArray<string>>()
  for (const { content, requestId } of messages) found.set(content, [...found.get(content) ?? [], requestId])
  return found
}

interface Told {
  readonly id: string
  readonly state: string
  readonly requestId: string | null
}

/** Asks until nothing is open. */
const settled = async ({ open, run }: User): Promise<ReadonlyMap<string, Told>> => {
  const ids = open().map((name) => name.split(".")[0] ?? "")
  if (ids.length === 0) return new Map()
  for (let tries = 0; tries < 60; tries++) {
    const { code, stderr, stdout } = await run(["settle", ...ids, "--json"])
    const told = (JSON.parse(stdout) as { readonly sends: ReadonlyArray<Told> }).sends
    assert.strictEqual(code, told.some(({ state }) => state === "open") ? 5 : 0, stderr)
    if (code === 0) return new Map(told.map((each) => [each.id, each]))
    await pause(500)
  }
  return assert.fail("it is never told")
}

/** The same numbers each time. */
const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const

const faults: ReadonlyArray<{ readonly _tag: string; readonly [option: string]: unknown } | undefined> = [
  undefined,
  { _tag: "Slow", beforeMillis: 0, afterMillis: 700 },
  { _tag: "Slow", beforeMillis: 700, afterMillis: 0 },
  { _tag: "Reset", accepted: true },
  { _tag: "Reset", accepted: false },
  { _tag: "ServerError", status: 503, accepted: true },
  { _tag: "TooManyRequests", code: "410" },
  { _tag: "AcceptedLater", afterMillis: 1500 }
]

describe("a send that is ended by a signal", () => {
  it.concurrent(
    "at whatever moment: never twice, never lost, and its code says what is known",
    { timeout: 240_000 },
    async () => {
      await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
      using folder = temporary()
      const draw = random(7)
      const someone = user(folder.path, emulator)
      // How long a send takes that nobody ends.
      const started = performance.now()
      assert.strictEqual((await someone.run(send("undisturbed"))).code, 0)
      const whole = performance.now() - started
      const codes = new Map<string, Ended>()
      for (let at = 0; at < 16; at++) {
        const wrong = faults[at % faults.length]
        if (wrong !== undefined) await Emulator.fault(emulator.url, "send", wrong)
        const signal = signals[Math.floor(at / faults.length + at) % signals.length] ?? "SIGINT"
        const text = `text ${at}`
        const known = someone.open().length
        const ended = await someone.run(send(text, "--json"), {
          onStart: async (child) => {
            if (at % 2 === 0) {
              // Somewhere on the whole way,
              await pause(whole * draw())
            } else {
              // or once it is written down, so that its request is about to go out, on its way, or over.
              while (child.exitCode === null && someone.open().length <= known) await pause(2)
              await pause(whole * draw() * draw())
            }
            child.kill(signal)
          }
        })
        codes.set(text, ended)
        // What it did not come to.
        await Emulator.mend(emulator.url, "send")
      }
      const told = await settled(someone)
      const requests = await accepted(emulator)
      for (const [text, { code, signal, stderr, stdout }] of codes) {
        const ids = requests.get(text) ?? []
        assert.isAtMost(ids.length, 1, text)
        // Killed: the journal alone knows.
        if (signal !== null) continue
        const { id, requestId, state } = stdout === "" ? { id: null, requestId: null, state: null } : JSON.parse(stdout)
        const what = `${text}: ${code} ${stdout} ${stderr}`
        if (state === "accepted") {
          assert.include([0, 129, 130, 143], code, what)
          assert.deepStrictEqual(ids, [requestId], what)
        } else if (state === "unknown") {
          assert.strictEqual(code, 5, what)
          const later = told.get(id)
          assert.deepStrictEqual(ids, later?.state === "accepted" ? [later.requestId ?? ""] : [], what)
        } else {
          assert.include([3, 7, 129, 130, 143], code, what)
          assert.deepStrictEqual(ids, [], what)
        }
      }
      // All that was accepted is in the journal as that.
      const files = readdirSync(join(someone.state, "settled"))
      assert.strictEqual(files.length, Array.from(requests.values()).flat().length)
      console.log(
        `16 sends ended by signals: ${requests.size - 1} accepted, ${told.size} asked about, codes ${
          Array.from(codes.values(), ({ code, signal }) => code ?? signal).join(" ")
        }`
      )
    }
  )

  it.concurrent(
    "waits for its answer, and is told it; where the answer is lost it is 5",
    { timeout: 120_000 },
    async () => {
      await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
      using folder = temporary()
      const someone = user(folder.path, emulator)
      for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
        await Emulator.fault(emulator.url, "send", { _tag: "Slow", beforeMillis: 0, afterMillis: 3000 })
        const waited = await someone.run(send(`waited ${signal}`, "--json", "--wait", "1m"), {
          onStart: async (child) => {
            while (await Emulator.faultsLeft(emulator.url) > 0) await pause(20)
            child.kill(signal)
          }
        })
        assert.strictEqual(waited.code, code, waited.stderr)
        assert.strictEqual(JSON.parse(waited.stdout).state, "accepted")
        await Emulator.fault(emulator.url, "send", { _tag: "Reset", accepted: false })
        const lost = await someone.run(send(`lost ${signal}`), {
          onSaid: (stderr, child) => {
            if (stderr.includes("The answer is lost")) child.kill(signal)
          }
        })
        assert.strictEqual(lost.code, 5, lost.stderr)
        assert.match(lost.stdout, /^It may have been sent, and nobody knows yet\. .*effect-sens settle \S+\n$/)
      }
      // A reader that has gone is no reason to stop, and none to say that nothing was sent.
      await Emulator.fault(emulator.url, "send", { _tag: "Slow", beforeMillis: 0, afterMillis: 500 })
      const gone = await someone.run(send("unread"), { onStart: (child) => child.stdout?.destroy() })
      assert.strictEqual(gone.code, 0, gone.stderr)
      assert.strictEqual((await accepted(emulator)).get("unread")?.length, 1)
    }
  )
})

describe("sends that nobody can tell apart", () => {
  it.concurrent("are each told once, as many as were accepted", { timeout: 240_000 }, async () => {
    await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
    using folder = temporary()
    const someone = user(folder.path, emulator)
    // Eight at once, of which some are accepted and some not, and none gets an answer.
    for (let at = 0; at < 8; at++) {
      await Emulator.fault(emulator.url, "send", { _tag: "Reset", accepted: at % 3 !== 0 })
    }
    const children: Array<ChildProcess> = []
    const running = Promise.all(
      Array.from(
        { length: 8 },
        () => someone.run(send("equal", "--json"), { onStart: (child) => void children.push(child) })
      )
    )
    while (await Emulator.faultsLeft(emulator.url) > 0) await pause(50)
    // Some have found theirs by themselves by then.
    await pause(3000)
    for (const child of children) child.kill("SIGKILL")
    const sends = await running
    const told = await settled(someone)
    const ids = (await accepted(emulator)).get("equal") ?? []
    const known = [
      ...sends.flatMap(({ stdout }) => stdout === "" ? [] : [JSON.parse(stdout).requestId as string | null]),
      ...Array.from(told.values(), ({ requestId }) => requestId)
    ].filter((id) => id !== null)
    assert.isAtMost(new Set(known).size, ids.length)
    assert.strictEqual(new Set(known).size, known.length, "one request is told as two")
    const files = readdirSync(join(someone.state, "settled"))
    assert.strictEqual(files.length, ids.length)
    // Those that were not are sent again, each by two at once: one for each.
    const again = Array.from(told.values()).filter(({ state }) => state === "notAccepted")
    for (const { id } of again) {
      const both = ["settle", id, "--send-again", "--yes", "--json"]
      const codes = (await Promise.all([someone.run(both), someone.run(both)])).map(({ code }) => code)
      assert.include(codes, 0)
    }
    assert.strictEqual((await accepted(emulator)).get("equal")?.length, 8)
    console.log(`8 equal sends: ${ids.length} accepted at first, ${again.length} sent again`)
  })

  it.concurrent("many at once get an answer each", { timeout: 240_000 }, async () => {
    await using emulator = await Emulator.start()
    using folder = temporary()
    const someone = user(folder.path, emulator)
    const sends = await Promise.all(Array.from({ length: 12 }, () => someone.run(send("many", "--json"))))
    assert.deepStrictEqual(sends.map(({ code }) => code), sends.map(() => 0))
    const ids = sends.map(({ stdout }) => JSON.parse(stdout).requestId as string)
    assert.deepStrictEqual([...ids].sort(), [...(await accepted(emulator)).get("many") ?? []].sort())
    assert.deepStrictEqual(someone.open(), [])
  })
})

describe("settle", () => {
  it.concurrent("sends no advertisement again to who has refused them since", { timeout: 120_000 }, async () => {
    await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
    using folder = temporary()
    const someone = user(folder.path, emulator)
    const text = "(광고)[서점] 새 책 무료거부 0800000000"
    const ad = send(text, "--ad", "--ignore", "AdAtNight", "--json")
    await Emulator.fault(emulator.url, "send", { _tag: "Reset", accepted: false })
    const lost = await someone.run(ad)
    // With so short a tolerance it is proved before it is over.
    assert.deepStrictEqual([lost.code, JSON.parse(lost.stdout).state], [7, "notAccepted"], lost.stderr)
    const { id } = JSON.parse(lost.stdout)
    assert.strictEqual((await someone.run(["unsubscribes", "add", "01000000001"])).code, 0)
    for (let times = 0; times < 2; times++) {
      const again = await someone.run(["settle", id, "--send-again", "--yes"])
      assert.deepStrictEqual([again.code, again.stdout], [3, ""])
      // At any hour: that it is night is told after what stays true by day.
      assert.match(again.stderr, /have refused them since.* Nothing was sent/)
    }
    assert.deepStrictEqual(await accepted(emulator), new Map())
    assert.strictEqual((await someone.run(["settle", "--dir", "nowhere"])).code, 2)
  })

  it.concurrent("says before it sends again that the same was sent since", { timeout: 120_000 }, async () => {
    await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
    using folder = temporary()
    const someone = user(folder.path, emulator)
    await Emulator.fault(emulator.url, "send", { _tag: "Reset", accepted: false })
    const lost = await someone.run(send("since", "--json"))
    assert.strictEqual(lost.code, 7, lost.stderr)
    const settle = ["settle", JSON.parse(lost.stdout).id, "--send-again"]
    const first = await someone.run(send("since"))
    assert.strictEqual(first.code, 0, first.stderr)
    const again = await someone.run(settle)
    assert.strictEqual(again.code, 0, again.stderr)
    assert.match(again.stderr, /Warning: the same was sent since, \d{4}-/)
    assert.strictEqual((await accepted(emulator)).get("since")?.length, 2)
  })
})

/** A file system of its own for the state, where this user may make one. */
const mounted = (path: string, size: string): boolean =>
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=700`, "tmpfs", path]).status === 0

const probe = temporary()
const canMount = process.platform === "linux" && mounted(probe.path, "64k")
if (canMount) spawnSync("umount", [probe.path])
probe[Symbol.dispose]()

describe.skipIf(!canMount)("a journal that cannot be written", () => {
  it.concurrent("sends nothing, and says why", { timeout: 120_000 }, async () => {
    await using emulator = await Emulator.start("--timestamp-tolerance", tolerance)
    using folder = temporary()
    const someone = user(folder.path, emulator)
    const disk = join(folder.path, "disk")
    mkdirSync(disk)
    assert.isTrue(mounted(disk, "64k"))
    try {
      const env = { XDG_STATE_HOME: disk }
      assert.strictEqual((await someone.run(send("room"), { env })).code, 0)
      spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=1024"])
      const full = await someone.run(send("full"), { env })
      assert.deepStrictEqual([full.code, full.stdout], [7, ""], full.stderr)
      assert.include(full.stderr, "no space is left on the disk")
      spawnSync("rm", [join(disk, "filler")])
      spawnSync("mount", ["-o", "remount,ro", disk])
      const fixed = await someone.run(send("read-only"), { env })
      assert.deepStrictEqual([fixed.code, fixed.stdout], [7, ""], fixed.stderr)
      assert.include(fixed.stderr, "the disk can only be read")
    } finally {
      spawnSync("umount", ["-l", disk])
    }
    const requests = await accepted(emulator)
    assert.deepStrictEqual(["room", "full", "read-only"].map((text) => requests.get(text)?.length), [
      1,
      undefined,
      undefined
    ])
  })
})
