import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runOnEmulator } from "./program.ts"

/** What a program says that ends well. */
const run = (program: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.map(runOnEmulator(`streams/${program}`, { env }), ({ output, status }) => {
    assert.strictEqual(status, 0, output)
    return output
  })

// One after another, since each looks at what those before it sent.
it.live("the programs about the delivery log and bulk sends, one after another", () =>
  Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    yield* emulator.setOutcome("01000000002", "3001")

    const tail = yield* Effect.forkChild(run("tail", { COUNT: "1" }))
    // It says what fails from when it has started.
    yield* emulator.ledger.pipe(
      Effect.delay("100 millis"),
      Effect.repeat({ until: (entries) => entries.some(({ operation }) => operation === "search") })
    )
    const bulk = yield* run("bulk")
    assert.include(bulk, "999 delivered, 0 unsettled")
    assert.include(bulk, "250 accepted in 3 requests")
    assert.include(yield* Fiber.join(tail), "fixRecipient")
    // The last of the second time.
    yield* emulator.messages("01000000250").pipe(
      Effect.delay("100 millis"),
      Effect.repeat({
        until: (messages) => messages.length > 0 && messages.every(({ status }) => status === "COMPLETED")
      })
    )

    const between = yield* run("between")
    assert.match(between, /0 Delivered 1248/)
    assert.match(between, /3001 .* 2/)

    const track = yield* run("track")
    assert.include(track, "message COMPLETED")
    assert.include(track, "ended with 0")
    assert.include(track, "CANCELED")

    const unsubscribes = yield* run("unsubscribes")
    assert.include(unsubscribes, "1 on the block list")
    assert.include(unsubscribes, "99 may get it, not so 7")

    const statistics = yield* run("statistics")
    assert.include(statistics, "1249 delivered, 2 failed")
    assert.match(statistics, /advice fixRecipient 2/)
    assert.match(statistics, /p50 1s/)

    const csv = yield* run("export")
    assert.strictEqual(csv.trimEnd().split("\r\n").length, 1 + 1251)
    assert.match(csv, /^messageId,to,requestTime,completeTime,statusCode,telcoCode\r\n/)

    const directory = mkdtempSync(join(tmpdir(), "example-"))
    const output = join(directory, "log.ndjson")
    const lines = () => readFileSync(output, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line))
    yield* Effect.gen(function*() {
      yield* run("checkpoint", { OUTPUT: output })
      assert.strictEqual(lines().length, 1251)
      // The range is read, so there is nothing to read on.
      yield* run("checkpoint", { OUTPUT: output })
      assert.strictEqual(lines().length, 1251)
    }).pipe(Effect.ensuring(Effect.sync(() => rmSync(directory, { recursive: true }))))
  }).pipe(Effect.provide(EmulatorServer.layer({ completedAfter: "1 second", processingAfter: "0 seconds" }))), 180_000)
