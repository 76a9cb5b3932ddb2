import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

interface Run {
  readonly status: number
  readonly output: string
}

// The programs as a user runs them: a process of their own, settings from the environment.
const run = (program: string, args: ReadonlyArray<string> = []) =>
  Effect.flatMap(EmulatorServer.EmulatorServer, ({ baseUrl }) =>
    Effect.callback<Run>((resume) => {
      const env = {
        ...process.env,
        SENS_ACCESS_KEY: Account.accessKey,
        SENS_SECRET_KEY: Account.secretKey,
        SENS_SERVICE_ID: Account.serviceId,
        SENS_BASE_URL: baseUrl
      }
      const path = fileURLToPath(new URL(`../src/${program}.ts`, import.meta.url))
      const child = execFile(process.execPath, [path, ...args], { env }, (_, stdout, stderr) =>
        resume(Effect.succeed({ status: child.exitCode ?? -1, output: stdout + stderr })))
    }))

layer(EmulatorServer.layer({ completedAfter: "0 seconds" }), { excludeTestServices: true, timeout: "60 seconds" })(
  "the programs of the README",
  (it) => {
    it.effect("send.ts sends, and stream.ts finds what it sent", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const sent = yield* run("send")
        assert.strictEqual(sent.status, 0, sent.output)
        const [message] = yield* emulator.messages("01012345678")
        assert.strictEqual(message?.content, "안녕하세요")
        assert.include(sent.output, `accepted as ${message?.requestId}`)
        const streamed = yield* run("stream")
        assert.strictEqual(streamed.status, 0, streamed.output)
        assert.match(streamed.output, new RegExp(`${message?.messageId} Delivered`))
      }), 60_000)

    it.effect("the demo accounts for each of its 250 recipients once", () =>
      Effect.gen(function*() {
        const { output, status } = yield* run("demo")
        assert.strictEqual(status, 0, output)
        const rows = output.split("\n").filter((line) => /^010\*{4}\d{4} {2}SMS/.test(line))
        assert.strictEqual(new Set(rows.map((row) => row.slice(0, 11))).size, 250)
        assert.strictEqual(rows.length, 250)
        for (const code of ["0", "2003", "1005", "S004", "E915", "4321"]) {
          assert.isTrue(rows.some((row) => row.includes(`  ${code} `)), code)
        }
        assert.match(output, /^all +250$/m)
      }), 60_000)
  }
)

it.live("the demo sends nothing live without a terminal, a list of its own and a sender", () =>
  Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    const listless = yield* run("demo", ["--live"])
    const senderless = yield* run("demo", ["--live", "--to", "01012345678"])
    const unattended = yield* run("demo", ["--live", "--to", "01012345678", "--from", "0212345678"])
    assert.deepStrictEqual([listless.status, senderless.status, unattended.status], [1, 1, 1])
    assert.include(listless.output, "--to or --recipients")
    assert.include(senderless.output, "--from")
    assert.include(unattended.output, "terminal")
    assert.deepStrictEqual(yield* emulator.ledger, [])
  }).pipe(Effect.provide(EmulatorServer.layer())), 60_000)
