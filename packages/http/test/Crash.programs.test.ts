import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// Real processes: one is killed when its POST has been written, the next one has nothing but what the first wrote down.

const worker = join(import.meta.dirname, "crash", "worker.ts")

const started = (baseUrl: string, file: string) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [worker, baseUrl, file], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const printed = (baseUrl: string, file: string) =>
  Effect.flatMap(started(baseUrl, file), (child) =>
    Effect.callback<unknown>((resume) => {
      let output = ""
      child.stdout.on("data", (chunk) => output += String(chunk))
      child.on("close", () => resume(Effect.sync(() => JSON.parse(output))))
    }))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-sens-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

describe("a process that is killed after its POST was written", () => {
  it.live.each(
    [
      ["accepted", Fault.silence({ accepted: true }), "Found"],
      ["lost on the way", Fault.silence({ accepted: false }), "NotAccepted"],
      ["accepted after the process is gone", Fault.acceptedLater({ after: "1 seconds", first: "Silence" }), "Found"]
    ] as const
  )("%s: the next one knows", ([, fault, expected]) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const { allMessages, faults, ledger } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const file = join(yield* folder, "intent.json")
      const child = yield* started(baseUrl, file)
      yield* Effect.repeat(Effect.sleep("20 millis"), {
        until: () => Effect.map(ledger, (entries) => entries.some(({ operation }) => operation === "send"))
      })
      child.kill("SIGKILL")
      const resolution = yield* printed(baseUrl, file)
      assert.deepInclude(resolution, { _tag: expected })
      const ids = (yield* allMessages).map(({ requestId }) => requestId)
      assert.strictEqual(ids.length, expected === "Found" ? 1 : 0)
      if (ids.length > 0) {
        assert.deepInclude(resolution, { responses: [{ ...Object(resolution).responses[0], requestId: ids[0] }] })
      }
      // Asked once more, by a third one.
      assert.deepStrictEqual(yield* printed(baseUrl, file), resolution)
    }).pipe(Effect.scoped, Effect.provide(EmulatorServer.layer({ timestampTolerance: "4 seconds" }))))
})
