import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** What the command line is run from: its sources, or the bundle where that is named. */
export const bin = process.env.EFFECT_SENS_BIN ?? join(import.meta.dirname, "../../src/bin.ts")

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  readonly timeout?: number
  /** What `profiles.json` holds; without it there is none. */
  readonly profiles?: unknown
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** What Node has compiled of the bundle is kept beside it, and goes with it. */
const compiled: Record<string, string> =
  process.env.EFFECT_SENS_BIN === undefined || process.env.NODE_COMPILE_CACHE === undefined
    ? {}
    : { NODE_COMPILE_CACHE: join(dirname(bin), "../compiled") }

/** A folder of its own for each run: no profile, no state, and a time zone that is not Korea's. */
export const environment = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: home,
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_STATE_HOME: join(home, "state"),
  TZ: "America/New_York",
  LANG: "C",
  ...compiled
})

export const temporary = (): { readonly path: string; readonly [Symbol.dispose]: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "effect-sens-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** What nobody may see who did not ask for it: keys, and numbers of people in full. */
const secrets = /emulator-secret-key|emulator-access-key|made-up-secret|\b01[016789]-?\d{3,4}-?\d{4}\b/

/** Every run is swept for them. */
const swept = (args: ReadonlyArray<string>, ended: Ended): Ended => {
  const shown = `${ended.stdout}\n${ended.stderr}`
  const found = secrets.exec(shown)
  const words = args.join(" ")
  if (found !== null && !words.includes("--show-numbers") && !/^(?:effect-sens )?emulate\b/.test(words)) {
    throw new Error(`${words} shows what it must not: ${found[0]}`)
  }
  return ended
}

const keys = /emulator-secret-key|emulator-access-key/

/** What it leaves behind is its owner's alone, and holds no key but where keys are kept. */
const sweepFolder = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!/\/(?:config|state)\/effect-sens/.test(path)) continue
    const mode = statSync(path).mode & 0o777
    if ((mode & 0o077) !== 0) throw new Error(`others may read ${path}: ${mode.toString(8)}`)
    if (entry.isFile() && path.includes("/state/") && keys.test(readFileSync(path, "latin1"))) {
      throw new Error(`${path} holds a key`)
    }
  }
}

interface Child {
  readonly command: string
  readonly args: ReadonlyArray<string>
  /** What is done with it while it runs. */
  readonly onData?: (shown: string, child: ChildProcess) => void
  readonly keepOpen?: boolean
}

const ended = async ({ args, command, keepOpen, onData }: Child, options: Options): Promise<Ended> => {
  using home = temporary()
  if (options.profiles !== undefined) {
    const directory = join(home.path, "config", "effect-sens")
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(join(directory, "profiles.json"), JSON.stringify(options.profiles), { mode: 0o600 })
  }
  // @effect-diagnostics-next-line newPromise:off
  return await new Promise<Ended>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? home.path,
      env: { ...environment(home.path), ...options.env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      onData?.(stdout, child)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    // @effect-diagnostics-next-line globalTimers:off
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeout ?? 120_000)
    child.once("error", reject)
    child.once("close", (code, signal) => {
      clearTimeout(timer)
      try {
        sweepFolder(home.path)
        resolve({ code, signal, stdout, stderr })
      } catch (error) {
        reject(error)
      }
    })
    // A command that reads nothing may have ended before.
    child.stdin.on("error", () => {})
    if (options.stdin !== undefined) child.stdin.write(options.stdin)
    if (keepOpen !== true) child.stdin.end()
  })
}

/** Runs the command line to its end, without a terminal. */
export const run = async (args: ReadonlyArray<string>, options: Options = {}): Promise<Ended> =>
  swept(args, await ended({ command: process.execPath, args: [bin, ...args] }, options))

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** A line of a shell, in which `effect-sens` is the command line. */
export const shell = async (line: string, options: Options = {}): Promise<Ended> =>
  swept(
    [line],
    await ended({
      command: "bash",
      args: ["-c", `effect-sens() { ${quoted(process.execPath)} ${quoted(bin)} "$@"; }\n${line}`]
    }, options)
  )

/** Whether there is a `script`, which makes a terminal. */
export const hasTerminal = process.platform === "linux" &&
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true

export interface Typed {
  /** When it is typed: once this was shown, after what was typed before. */
  readonly after: RegExp
  readonly keys: string
}

/** Runs it on a terminal, and types. `stdout` is all that is shown; what moves the cursor is taken out of it. */
export const atTerminal = async (
  args: ReadonlyArray<string>,
  typed: ReadonlyArray<Typed> = [],
  options: Options = {}
): Promise<Ended> => {
  const left = [...typed]
  let from = 0
  const line = [process.execPath, bin, ...args].map(quoted).join(" ")
  const { stdout, ...rest } = await ended({
    command: "script",
    args: ["-qefc", line, "/dev/null"],
    keepOpen: true,
    onData: (shown, child) => {
      const [next] = left
      if (next === undefined || !next.after.test(shown.slice(from))) return
      left.shift()
      from = shown.length
      child.stdin?.write(next.keys)
    }
  }, { ...options, env: { TERM: "xterm", LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...options.env } })
  // oxlint-disable-next-line no-control-regex
  const seen = stdout.replaceAll(/\u001B\[[0-9;?]*[a-zA-Z]/g, "").replaceAll("\r\n", "\n")
  return swept(args, { ...rest, stdout: seen })
}
