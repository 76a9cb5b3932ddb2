import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { run, runOnEmulator, runUntilKilled } from "./program.ts"

layer(EmulatorServer.layer({ completedAfter: "0 seconds" }), { excludeTestServices: true, timeout: "60 seconds" })(
  "the programs of the README",
  (it) => {
    it.effect("send.ts sends, and stream.ts finds what it sent", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const sent = yield* runOnEmulator("send")
        assert.strictEqual(sent.status, 0, sent.output)
        const [message] = yield* emulator.messages("01012345678")
        assert.strictEqual(message?.content, "안녕하세요")
        assert.include(sent.output, `accepted as ${message?.requestId}`)
        const streamed = yield* runOnEmulator("stream")
        assert.strictEqual(streamed.status, 0, streamed.output)
        assert.match(streamed.output, new RegExp(`${message?.messageId} Delivered`))
      }), 60_000)

    it.effect("the demo accounts for each of its 250 recipients once", () =>
      Effect.gen(function*() {
        const { output, status } = yield* runOnEmulator("demo")
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

it.live(
  "the durable demo is killed twice, goes on, and sends to each of its 250 recipients once",
  () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const args = ["--durable", "--folder", folder]
      // In the middle of sending, and in the middle of what comes after.
      const first = yield* runUntilKilled("demo", args, /^Written to /m)
      const second = yield* runUntilKilled("demo", args, /[1-9]\d* of 250 final/)
      assert.deepStrictEqual([first.status, second.status], [-1, -1], first.output + second.output)
      const { output, status } = yield* run("demo", { args })
      assert.strictEqual(status, 0, output)
      assert.match(output, /^Going on: [1-9]\d* of 250 were accepted/m)
      const rows = output.split("\n").filter((line) => /^010\*{4}\d{4} {2}SMS/.test(line))
      assert.strictEqual(new Set(rows.map((row) => row.slice(0, 11))).size, 250)
      assert.match(output, /^all +250$/m)
      // What the emulator has accepted, over all its starts.
      const events = (yield* fs.readFileString(`${folder}/emulator.events`)).trim().split("\n")
      const accepted = events.flatMap((line) => [...line.matchAll(/"to":"(\d+)"/g)].map(([, to]) => to))
      assert.strictEqual(accepted.length, 250)
      assert.strictEqual(new Set(accepted).size, 250)

      const again = yield* run("demo", { args })
      assert.strictEqual(again.status, 0, again.output)
      assert.include(again.output, "All of it was sent before")
      const other = yield* run("demo", { args: [...args, "--text", "Another"] })
      assert.strictEqual(other.status, 1)
      assert.include(other.output, "holds another text or list")
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  120_000
)

it.live(
  "the demo tells at once which variables it lacks, and what is wrong with the others",
  () =>
    Effect.gen(function*() {
      const { output, status } = yield* run("demo", {
        args: ["--live", "--to", "01012345678", "--from", "0212345678"],
        env: {
          SENS_ACCESS_KEY: "made-up-key\n",
          SENS_SERVICE_ID: "ncp:kkobizmsg:kr:1:x",
          SENS_BASE_URL: "localhost:8080"
        }
      })
      assert.strictEqual(status, 1)
      assert.include(output, "SENS_ACCESS_KEY ends in a line feed: take it off")
      assert.include(output, "SENS_SECRET_KEY is not set: give the secret key of the account")
      assert.include(output, "SENS_SERVICE_ID is the id of an AlimTalk service")
      assert.include(output, "SENS_BASE_URL does not begin with http:// or https://: write http://localhost:8080")
      assert.notInclude(output, "made-up-key")
      assert.notInclude(output, "SchemaError")
    }),
  60_000
)

it.live("the demo sends nothing live without a terminal, a list of its own and a sender", () =>
  Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    const listless = yield* runOnEmulator("demo", { args: ["--live"] })
    const senderless = yield* runOnEmulator("demo", { args: ["--live", "--to", "01012345678"] })
    const unattended = yield* runOnEmulator("demo", { args: ["--live", "--to", "01012345678", "--from", "0212345678"] })
    assert.deepStrictEqual([listless.status, senderless.status, unattended.status], [1, 1, 1])
    assert.include(listless.output, "--to or --recipients")
    assert.include(senderless.output, "--from")
    assert.include(unattended.output, "terminal")
    assert.deepStrictEqual(yield* emulator.ledger, [])
  }).pipe(Effect.provide(EmulatorServer.layer())), 60_000)
