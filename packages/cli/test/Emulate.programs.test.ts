import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as Emulator from "./support/emulator.ts"
import { bin, environment, run, temporary } from "./support/program.ts"

/** `emulate`, once it has said enough. */
const emulate = async (args: ReadonlyArray<string>, home: string, enough: RegExp) => {
  const child = spawn(process.execPath, [bin, "emulate", ...args], {
    env: environment(home),
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  for await (const piece of child.stdout.setEncoding("utf8")) {
    stdout += piece
    if (enough.test(stdout)) break
  }
  const url = /SENS_BASE_URL=(\S+)/.exec(stdout)?.[1] ?? ""
  return { child, url, stdout: () => stdout, stderr: () => stderr }
}

const end = async (child: ChildProcess): Promise<number | null> => {
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  await ended
  return child.exitCode
}

describe("emulate", () => {
  it("--env writes four settings, and by them everything works; a request is a line on stderr", async () => {
    using home = temporary()
    const { child, stderr, stdout, url } = await emulate(["--port", "0", "--env"], home.path, /SENS_BASE_URL=.*\n/)
    try {
      assert.match(
        stdout(),
        /^SENS_ACCESS_KEY=\S+\nSENS_SECRET_KEY=\S+\nSENS_SERVICE_ID=\S+\nSENS_BASE_URL=http:\/\/127\.0\.0\.1:\d+\n$/
      )
      const env = Object.fromEntries(stdout().trim().split("\n").map((line) => line.split(/=(.*)/s)))
      const added = await run(["unsubscribes", "add", "010-0000-0001"], { env })
      assert.deepStrictEqual([added.code, added.stdout], [0, "1 put on the list\n"])
      assert.match(stderr(), /POST \S+\/unsubscribes 200/)
      assert.notMatch(stderr(), /0?10-?0000-?0001/)
      // @effect-diagnostics-next-line globalFetch:off
      const docs = await fetch(`${url}/docs`)
      assert.match(docs.url, /\/openapi\.json$/)
      assert.strictEqual((await docs.json() as { readonly openapi: string }).openapi, "3.1.0")
      // @effect-diagnostics-next-line globalFetch:off
      assert.include(await (await fetch(url)).text(), "<html")
    } finally {
      assert.strictEqual(await end(child), 143)
    }
  })

  it("shows what to paste, takes a negative duration, and a past", async () => {
    using home = temporary()
    const args = ["--port", "0", "--clock-offset", "-2 minutes", "--lang", "ko"]
    const { child, stdout, url } = await emulate(args, home.path, /openssl/)
    try {
      assert.include(stdout(), `export SENS_BASE_URL=${url}`)
      const seeded = await run(["emulate", "seed", "--messages", "10", "--url", url])
      assert.deepStrictEqual([seeded.code, seeded.stdout], [0, `10 messages of the last 30 days are at ${url}\n`])
    } finally {
      await end(child)
    }
  })

  it("says in both languages why it does not run, with a code of its own", async () => {
    await using other = await Emulator.start()
    const { port } = new URL(other.url)
    for (
      const [args, code, en, ko] of [
        [["--port", port], 7, `Port ${port} is in use; --port 0 takes a free one.`, "--port 0"],
        [["--port=0", "--host=256.0.0.1"], 2, "256.0.0.1", "바인딩"],
        [["--port=0", "--data=/"], 3, "data file", "데이터 파일"],
        [["--port=0", "--sender=1"], 2, "--sender", "플래그의 값이 올바르지 않습니다 (--sender"],
        [["seed", "--url=http://127.0.0.1:1"], 7, "No emulator listens", "에뮬레이터가 없습니다"],
        [["--detach", "--port", port], 7, `Port ${port} is in use`, "--port 0"]
      ] as const
    ) {
      const english = await run(["emulate", ...args])
      assert.deepStrictEqual([english.code, english.stdout], [code, ""], args.join(" "))
      assert.match(english.stderr, /^Error: [^\n]*\n$/)
      assert.include(english.stderr, en)
      const korean = await run(["emulate", ...args, "--lang", "ko"])
      assert.strictEqual(korean.code, code)
      assert.match(korean.stderr, /^오류: [^\n]*\n$/)
      assert.include(korean.stderr, ko)
    }
  })

  it("--detach returns when it listens", async () => {
    const { code, stdout } = await run(["emulate", "--port", "0", "--detach"])
    assert.strictEqual(code, 0)
    const pid = Number(/kill (\d+)/.exec(stdout)?.[1])
    try {
      const [, url = ""] = /SENS_BASE_URL=(\S+)/.exec(stdout) ?? []
      // @effect-diagnostics-next-line globalFetch:off
      assert.isTrue((await fetch(url)).ok)
    } finally {
      process.kill(pid, "SIGTERM")
    }
  })
})
