// @effect-diagnostics newPromise:off globalRandom:off
// PostgreSQL and Redis as Debian has them, and the emulator: each in a process of its own, on a free port and in a temporary
// folder, and gone when this process ends, however it does.
import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from "node:child_process"
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const ending: Array<() => void> = []
process.once("exit", () => {
  for (const end of ending.toReversed()) end()
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130))

export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "recipes-"))
  ending.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return path
}

// Above these the kernel takes ports for connections that go out.
const lowest = 20_000
const highest = 32_767

export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once("error", () => resolve(false))
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
  throw new Error("no free port")
}

export interface Running {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly output: () => string
  readonly exited: Promise<string>
}

/** Starts a program that says when it is ready; without that it is not waited for. */
export const start = async (
  command: string,
  args: ReadonlyArray<string>,
  ready: RegExp | undefined,
  options: SpawnOptions & { readonly stop?: () => void } = {}
): Promise<Running> => {
  const { stop, ...rest } = options
  const child = spawn(command, args, { ...rest, stdio: ["ignore", "pipe", "pipe"] })
  ending.push(stop ?? (() => child.kill("SIGKILL")))
  let output = ""
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("exit", (code, signal) => resolve(String(code ?? signal)))
  })
  const isReady = new Promise<true>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text
        if (ready?.test(output)) resolve(true)
      })
    }
    if (ready === undefined) resolve(true)
  })
  const how = await Promise.race([isReady, exited])
  if (how !== true) throw new Error(`${command} ended with ${how} before it was ready:\n${output}`)
  return { child, output: () => output, exited }
}

/** A PostgreSQL with an empty database; the URL of it, or nothing where there is none on this machine. */
export const postgres = async (): Promise<string | undefined> => {
  const initdb = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().at(-1)
  if (initdb === undefined) return undefined
  const home = folder()
  // It refuses to be root, and Debian's package has a user for it.
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {}
  if (user.uid !== undefined) chownSync(home, user.uid, user.gid)
  const data = join(home, "data")
  const made = spawnSync(
    initdb,
    ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...user, cwd: home, encoding: "utf8" }
  )
  if (made.status !== 0) throw new Error(made.stderr)
  const bin = dirname(initdb)
  const port = await freePort()
  await start(
    join(bin, "postgres"),
    // Only the workers are killed here, not the machine, so nothing has to be on its disk.
    ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", home, "-c", "fsync=off"],
    /ready to accept connections/,
    {
      ...user,
      cwd: home,
      // It has processes of its own, which have to be gone before their folder is.
      stop: () => spawnSync(join(bin, "pg_ctl"), ["-D", data, "-m", "immediate", "-w", "stop"], { ...user, cwd: home })
    }
  )
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

/** An empty Redis; its port, or nothing where there is none on this machine. */
export const redis = async (): Promise<number | undefined> => {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined
  const port = await freePort()
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", folder()]
  await start("redis-server", args, /Ready to accept connections/)
  return port
}

/** The emulator as its users start it, with a fence that a test can wait for. */
export const emulator = async (): Promise<Running & { readonly url: string }> => {
  const port = await freePort()
  const running = await start(
    process.execPath,
    [
      fileURLToPath(new URL("../../../emulator/src/bin.ts", import.meta.url)),
      `--port=${port}`,
      "--timestamp-tolerance=6 seconds",
      "--visible-after=500 millis",
      "--completed-after=5 seconds"
    ],
    /SENS is emulated at/
  )
  return { ...running, url: `http://127.0.0.1:${port}` }
}
