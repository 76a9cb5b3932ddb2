import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

const script = fileURLToPath(new URL("./memory.ts", import.meta.url))

describe("tens of thousands of requests of every kind", () => {
  it.live(
    "leave no more in memory than a third of them, with resets, and with a bound on messages",
    () =>
      Effect.gen(function*() {
        const { code, output } = yield* Effect.callback<{ readonly code: unknown; readonly output: string }>(
          (resume) => {
            execFile(process.execPath, ["--expose-gc", script, "--fast"], (error, stdout, stderr) =>
              resume(Effect.succeed({ code: error?.code ?? 0, output: stdout + stderr })))
          }
        )
        assert.strictEqual(code, 0, output)
        assert.lengthOf(output.match(/: \d\.\d{3}$/gm) ?? [], 3, output)
      }),
    300_000
  )
})
