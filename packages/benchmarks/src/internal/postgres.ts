// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off globalRandom:off
/**
 * A PostgreSQL as Debian has it, on a port of its own and in a temporary folder, which is gone when the process ends. What is committed is on
 * the disk.
 *
 * @since 0.1.0
 */
import { spawn, spawnSync } from "node:child_process"
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/**
 * The URL of a new server, or nothing where there is none on this machine.
 *
 * @category servers
 * @since 0.1.0
 */
export const postgres = async (): Promise<string | undefined> => {
  const initdb = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().at(-1)
  if (initdb === undefined) return undefined
  const home = mkdtempSync(join(tmpdir(), "benchmark-"))
  // It refuses to be root, and Debian's package has a user for it.
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {}
  if (user.uid !== undefined) chownSync(home, user.uid, user.gid)
  const data = join(home, "data")
  const options = { ...user, cwd: home, encoding: "utf8" } as const
  const made = spawnSync(
    initdb,
    ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
    options
  )
  if (made.status !== 0) throw new Error(made.stderr)
  const bin = dirname(initdb)
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const server = spawn(join(bin, "postgres"), ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", home], {
    ...user,
    cwd: home,
    stdio: ["ignore", "ignore", "pipe"]
  })
  process.once("exit", () => {
    spawnSync(join(bin, "pg_ctl"), ["-D", data, "-m", "immediate", "-w", "stop"], options)
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  await new Promise<void>((resolve, reject) => {
    let output = ""
    server.once("exit", () => reject(new Error(`PostgreSQL has ended:\n${output}`)))
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (output.includes("ready to accept connections")) resolve()
    })
  })
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}
