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
      }), 180_000)
  }
)

const demo = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  return { fs, folder, args: ["--folder", folder] }
})

const account = (output: string) => {
  const rows = output.split("\n").filter((line) => /^010\*{4}\d{4} {2}SMS/.test(line))
  assert.strictEqual(rows.length, 250)
  assert.strictEqual(new Set(rows.map((row) => row.slice(0, 11))).size, 250)
  for (const code of ["0", "2003", "1005", "S004", "E915", "4321"]) {
    assert.isTrue(rows.some((row) => row.includes(`  ${code} `)), code)
  }
  assert.match(output, /^all +250$/m)
}

it.live(
  "the demo accounts for each of its 250 recipients once, and again when it is started again",
  () =>
    Effect.gen(function*() {
      const { args } = yield* demo
      for (const language of ["ko", "en"]) {
        const { output, status } = yield* run("demo", { args: [...args, "--language", language] })
        assert.strictEqual(status, 0, output)
        assert.match(output, language === "ko" ? /전달 +230/ : /delivered +230/)
        account(output)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  180_000
)

it.live(
  "the demo is killed twice, goes on, and sends to each of its 250 recipients once",
  () =>
    Effect.gen(function*() {
      const { args, folder, fs } = yield* demo
      // Before anything is sent, and when everything was accepted.
      const first = yield* runUntilKilled("demo", args, /nothing is billed/)
      const second = yield* runUntilKilled("demo", args, /accepted 250/)
      assert.deepStrictEqual([first.status, second.status], [-1, -1], first.output + second.output)
      const { output, status } = yield* run("demo", { args })
      assert.strictEqual(status, 0, output)
      assert.include(output, "demo is there already")
      account(output)
      // What the emulator has accepted, over all its starts.
      const events = (yield* fs.readFileString(`${folder}/emulator.events`)).trim().split("\n")
      const accepted = events.flatMap((line) => [...line.matchAll(/"to":"(\d+)"/g)].map(([, to]) => to))
      assert.strictEqual(accepted.length, 250)
      assert.strictEqual(new Set(accepted).size, 250)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  180_000
)
