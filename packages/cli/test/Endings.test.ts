import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { vi } from "vitest"
import * as Emulator from "./support/emulator.ts"
import { bin, environment, run, shell, temporary } from "./support/program.ts"

describe("how a run ends", () => {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    it(`${signal} is ${code}`, async () => {
      using home = temporary()
      const child = spawn(process.execPath, [bin, "emulate", "--port", "0", "--env"], {
        env: environment(home.path),
        stdio: ["ignore", "pipe", "ignore"]
      })
      const exited = once(child, "exit")
      // It listens.
      await once(child.stdout, "data")
      child.kill(signal)
      const [ended] = await exited
      assert.strictEqual(ended, code)
    })
  }

  it("the second ^C says that something is waited for, the third leaves", async () => {
    using home = temporary()
    const child = spawn(process.execPath, [bin, "emulate", "--port", "0", "--env", "--shutdown-timeout", "1 hour"], {
      env: environment(home.path),
      stdio: ["ignore", "pipe", "pipe"]
    })
    const exited = once(child, "exit")
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
    const [line] = await once(child.stdout, "data") as [Buffer]
    const env = Object.fromEntries(String(line).trim().split("\n").map((text) => text.split(/=(.*)/s)))
    // A request that is never answered, which the end of the emulator waits for.
    await Emulator.fault(env["SENS_BASE_URL"], "result", { _tag: "Silence" })
    const client = spawn(process.execPath, [bin, "result", "x"], {
      env: { ...environment(home.path), ...env },
      stdio: "ignore"
    })
    try {
      await vi.waitUntil(async () => await Emulator.faultsLeft(env["SENS_BASE_URL"]) === 0, {
        timeout: 120_000,
        interval: 50
      })
      child.kill("SIGINT")
      await vi.waitUntil(() => said.includes("Press ^C once more") || !child.kill("SIGINT"), {
        timeout: 120_000,
        interval: 200
      })
      child.kill("SIGINT")
      const [code] = await exited
      assert.strictEqual(code, 130)
      assert.include(said, "Still waiting for the end of what was begun. Press ^C once more to leave at once.")
    } finally {
      client.kill("SIGKILL")
      child.kill("SIGKILL")
    }
  })

  it("with 0 and without a word where the reader of a pipe has gone", async () => {
    const { code, stderr, stdout } = await shell(
      "effect-sens code --all --json | true; effect-sens code --all | head -n 1; printf '%s %s' \"${PIPESTATUS[@]}\""
    )
    assert.strictEqual(stderr, "")
    assert.strictEqual(code, 0)
    assert.match(stdout, /^code {2}.*\n0 0$/)
  })

  it("with 2 on a Node that is too old, in both languages", async () => {
    const { code, stderr } = await shell(
      `node() { command '${process.execPath}' "$@"; }; node --input-type=module -e '
        Object.defineProperty(process.versions, "node", { value: "20.19.0" });
        await import("${bin}")' 2>&1 >/dev/null; exit $?`
    )
    assert.strictEqual(code, 2, stderr)
  })

  it("without a word on what of Node is experimental; other warnings are for people", async () => {
    const warn = `const { write } = process.stdout
      process.stdout.write = function(...args) {
        process.stdout.write = write
        process.emitWarning("made up", "ExperimentalWarning")
        process.emitWarning("worth knowing")
        return write.apply(this, args)
      }`
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(warn)}` }
    const [people, program] = await Promise.all([
      run(["bytes", "x"], { env }),
      run(["bytes", "x", "--json"], { env })
    ])
    assert.deepStrictEqual([people.code, people.stderr], [0, "Warning: worth knowing\n"])
    assert.deepStrictEqual([program.code, program.stderr], [0, ""])
  })

  it("a flag that takes a secret is refused with where keys come from", async () => {
    const { code, stderr, stdout } = await run(["result", "x", "--secret-key", "shown-to-everybody"])
    assert.deepStrictEqual([code, stdout], [2, ""])
    assert.include(stderr, "No flag takes a secret")
    assert.notInclude(stderr, "shown-to-everybody")
  })

  it("a value that begins with - is told how it is written", async () => {
    const { code, stderr } = await run(["check", "list.csv", "--text", "-안내"])
    assert.strictEqual(code, 2)
    assert.include(stderr, "A value that begins with - is written --text=...")
  })
})
