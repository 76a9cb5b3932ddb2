import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { calls, history, leastCalls } from "./emulated.ts"

const program = fileURLToPath(new URL("checkpoint.program.ts", import.meta.url))

/** Runs the reader in a process of its own, to its end or until it is killed, and says by which signal. */
const run = (args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly signal: string | null; readonly output: string }>((resume) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      (_, stdout, stderr) => resume(Effect.succeed({ signal: child.signalCode, output: stdout + stderr }))
    )
  })

it.live(
  "a reader that is killed twice in the middle of a page goes on, and repeats the cut pages alone",
  () =>
    Effect.gen(function*() {
      const end = DateTime.subtract(yield* DateTime.now, { hours: 1 })
      const start = DateTime.subtract(end, { days: 40 })
      const { messages, storage } = history(8000, start.epochMilliseconds, end.epochMilliseconds - 700_000)
      const directory = mkdtempSync(join(tmpdir(), "checkpoint-"))
      const file = join(directory, "ids")
      const read = () => readFileSync(file, "utf8").trimEnd().split("\n")
      yield* Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const args = [baseUrl, DateTime.formatIso(start), DateTime.formatIso(end), file, join(directory, "cursor")]
        const first = yield* run([...args, "20"])
        assert.strictEqual(first.signal, "SIGKILL", first.output)
        const before = read()
        assert.isBelow(before.length, messages.length)
        const second = yield* run([...args, "31"])
        assert.strictEqual(second.signal, "SIGKILL", second.output)
        const between = read()
        const third = yield* run([...args, "-1"])
        assert.isNull(third.signal, third.output)
        const all = read()
        // All of them, whichever run read them.
        assert.deepStrictEqual(Array.from(new Set(all)).sort(), messages.map(({ messageId }) => messageId).sort())
        // What came twice is the beginning of the pages that were cut: the end of the runs that were killed.
        const repeats = (one: ReadonlyArray<string>, after: ReadonlyArray<string>) =>
          after.filter((id) => one.includes(id))
        const once = repeats(before, between.slice(before.length))
        const twice = repeats(between, all.slice(between.length))
        assert.deepStrictEqual(once, before.slice(before.length - once.length))
        assert.deepStrictEqual(twice, between.slice(between.length - twice.length))
        assert.isTrue([once, twice].every(({ length }) => length > 0 && length <= 50))
        assert.strictEqual(all.length, messages.length + once.length + twice.length)
        const made = yield* calls("search")
        const day = 86_400_000
        const [low, high] = [Math.floor(start.epochMilliseconds / 1000), Math.ceil(end.epochMilliseconds / 1000)]
        const windows: Array<{ readonly start: number; readonly end: number }> = []
        for (let from = low * 1000; windows.at(-1)?.end !== high * 1000;) {
          windows.push({ start: from, end: Math.min(from + day, high * 1000) })
          from += day - 1000
        }
        const least = leastCalls(messages.map(({ completedAt }) => completedAt), windows)
        console.log(`a reader killed twice: ${made} calls, ${least} are the least without`)
        // The page that was cut, and the one that was read ahead, each time.
        assert.isAtMost(made, least + 4)
      }).pipe(
        Effect.provide(EmulatorServer.layer({ storage })),
        Effect.ensuring(Effect.sync(() => rmSync(directory, { recursive: true })))
      )
    }),
  120_000
)
