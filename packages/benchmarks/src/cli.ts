// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * The command line, from the start of its process to the end, against a Node.js that does nothing: `node packages/benchmarks/src/cli.ts`.
 *
 * What is measured is the bundle that is published. All are started in turn, and a figure is the median of the ratios within each round.
 *
 * @since 0.1.0
 */
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as Goals from "./internal/goals.ts"
import { median } from "./internal/http-race.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

const run = promisify(execFile)

/** The settings of an emulator that runs until it is stopped. */
const emulator = async (
  bin: string
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly stop: () => void }> => {
  const child = spawn(process.execPath, [bin, "emulate", "--port", "0", "--env"], {
    stdio: ["ignore", "pipe", "ignore"]
  })
  let text = ""
  for await (const piece of child.stdout.setEncoding("utf8")) {
    text += piece
    if (/SENS_BASE_URL=.*\n/.test(text)) break
  }
  const env = Object.fromEntries(
    text.trim().split("\n").map((line) => {
      const at = line.indexOf("=")
      return [line.slice(0, at), line.slice(at + 1)]
    })
  )
  return { env, stop: () => child.kill("SIGTERM") }
}

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const folder = mkdtempSync(join(tmpdir(), "cli-"))
  try {
    await run(process.execPath, [join(root, "scripts/bundle.ts"), folder], { cwd: root })
    const bin = join(folder, "bin.js")
    const { env, stop } = await emulator(bin)
    try {
      const contestants = {
        bare: { args: ["-e", "0"], says: /^$/ },
        help: { args: [bin, "--help"], says: /unsubscribes/ },
        bytes: { args: [bin, "bytes", "안녕"], says: /4/ },
        call: { args: [bin, "unsubscribes", "list", "--json"], says: /"count":0/ }
      }
      const names = ["bare", "help", "bytes", "call"] as const
      const times: { readonly [N in (typeof names)[number]]: Array<number> } = {
        bare: [],
        help: [],
        bytes: [],
        call: []
      }
      progress("Command line: starts")
      for (let round = -1; round < (quick ? 3 : 21); round++) {
        for (const name of round % 2 === 0 ? names : names.toReversed()) {
          const { args, says } = contestants[name]
          const before = performance.now()
          const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env, LANG: "C" } })
          const after = performance.now()
          if (!says.test(stdout)) throw new Error(`${name} says something else: ${stdout}`)
          // The first round warms the disk.
          if (round >= 0) times[name].push(after - before)
        }
      }
      const ratio = (name: (typeof names)[number]): number =>
        median(times[name].map((time, round) => time / (times.bare[round] ?? Number.NaN)))
      return [
        row(Goals.cli.help, ratio("help")),
        row(Goals.cli.bytes, ratio("bytes")),
        row(Goals.cli.call, ratio("call")),
        ...names.map((name) =>
          note(
            `↳ the best of ${contestants[name].args.slice(-2).join(" ").replace(bin, "effect-sens")}`,
            Math.min(...times[name]),
            " ms"
          )
        )
      ]
    } finally {
      stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main({ rows, section: "L1, L2" })
