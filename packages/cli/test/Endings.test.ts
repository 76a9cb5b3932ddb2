import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
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
