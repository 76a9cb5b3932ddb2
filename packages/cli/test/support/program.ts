import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What the command line is run from: its sources, or the bundle where that is named. */
export const bin = process.env.EFFECT_SENS_BIN ?? join(import.meta.dirname, "../../src/bin.ts")

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  readonly timeout?: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of its own for each run: no profile, no state, and a time zone that is not Korea's. */
export const environment = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: home,
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_STATE_HOME: join(home, "state"),
  TZ: "America/New_York",
  LANG: "C"
})

export const temporary = (): { readonly path: string; readonly [Symbol.dispose]: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "effect-sens-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs the command line to its end. */
export const run = async (args: ReadonlyArray<string>, options: Options = {}): Promise<Ended> => {
  using home = temporary()
  // @effect-diagnostics-next-line newPromise:off
  return await new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? home.path,
      env: { ...environment(home.path), ...options.env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    // @effect-diagnostics-next-line globalTimers:off
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeout ?? 20_000)
    child.once("error", reject)
    child.once("close", (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr })
    })
    // A command that reads nothing may have ended before.
    child.stdin.on("error", () => {})
    child.stdin.end(options.stdin ?? "")
  })
}
