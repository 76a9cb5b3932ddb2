import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { run } from "./support/program.ts"

describe("Cli", () => {
  it("loads no HTTP client, no emulator and no handler before a command asks for one", () => {
    const loaded = (file: string) =>
      execFileSync(process.execPath, [
        join(import.meta.dirname, "support/loaded.mjs"),
        pathToFileURL(join(import.meta.dirname, "../src", file)).href
      ], { encoding: "utf8" }).trim().split("\n")
    const heavy =
      /\/packages\/(?:http|streams|outbox)\/|\/packages\/emulator\/(?!src\/(?:Program|Account|internal\/programFlags)\.ts)|\/undici\/|\.handler\.ts|\/effect\/(?:dist|src)\/http\/Http(?:Client|Server|Api)/
    const tree = loaded("Cli.ts")
    assert.include(tree.join("\n"), "/packages/cli/src/commands/Bytes.ts")
    assert.deepStrictEqual(tree.filter((url) => heavy.test(url)), [])
  })

  it("writes data to stdout and nothing else anywhere", async () => {
    const { code, stderr, stdout } = await run(["bytes", "안녕하세요", "--json"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.deepInclude(JSON.parse(stdout), { v: 1, command: "bytes", bytes: 10, type: "SMS" })
    const piped = await run(["bytes", "-"], { stdin: "안녕하세요\n", env: { LANG: "ko_KR.UTF-8" } })
    assert.deepStrictEqual(piped, {
      code: 0,
      signal: null,
      stdout: "10바이트 (EUC-KR): SMS (90바이트 이하)\n",
      stderr: ""
    })
    const long = await run(["bytes", "가".repeat(1001)])
    assert.deepStrictEqual([long.code, long.stderr], [3, ""])
  })

  it("tells what is wrong with a command line in one line and where help is, and ends with 2", async () => {
    const wrong = [
      [["send-it"], "There is no command send-it", "effect-sens"],
      [["bytes"], "<text> is missing", "effect-sens bytes"],
      [["bytes", "x", "--max", "3"], "--max has no use in effect-sens bytes", "effect-sens bytes"],
      [
        ["bytes", "-10%"],
        "There is no flag -1 in effect-sens bytes. An argument that begins with - comes after --",
        "effect-sens bytes"
      ]
    ] as const
    for (const [args, says, command] of wrong) {
      const { code, stderr, stdout } = await run(args)
      assert.deepStrictEqual([code, stdout, stderr], [2, "", `Error: ${says}\nTry ${command} --help\n`])
    }
    const json = await run(["code", "--json"])
    assert.deepStrictEqual([json.code, json.stdout], [2, ""])
    assert.deepInclude(JSON.parse(json.stderr).error, { tag: "Usage", exitCode: 2, mayHaveBeenSent: false })
  })
})
