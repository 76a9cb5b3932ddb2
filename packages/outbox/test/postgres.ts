import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chownSync, globSync } from "node:fs"
import { dirname, join } from "node:path"
import { folder } from "./folder.ts"
import * as Ports from "./ports.ts"

const initdb = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().at(-1)

/** Whether there is a PostgreSQL on this machine. */
export const isThere = initdb !== undefined

const ready = (child: ChildProcess): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let output = ""
    child.once("exit", () => resume(Effect.die(new Error(`PostgreSQL has ended:\n${output}`))))
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (output.includes("ready to accept connections")) resume(Effect.void)
    })
  })

/** A server of its own, on a free port and in a temporary folder, which is gone when the scope ends. */
export class Postgres extends Context.Service<Postgres, {
  readonly url: (database: string) => string
  /** Ends it in the middle of everything, and starts it again. */
  readonly restart: Effect.Effect<void>
  /** Does something while it is not there. */
  readonly without: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}>()("Postgres") {
  static readonly layer = Layer.effect(
    Postgres,
    Effect.gen(function*() {
      const home = yield* folder
      // It refuses to be root, and Debian's package has a user for it.
      const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
      const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {}
      if (user.uid !== undefined) chownSync(home, user.uid, user.gid)
      const data = join(home, "data")
      const options = { ...user, cwd: home, encoding: "utf8" } as const
      const args = ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
      const made = spawnSync(initdb ?? "initdb", args, options)
      if (made.status !== 0) return yield* Effect.die(new Error(made.stderr))
      const bin = dirname(initdb ?? "")
      const port = yield* Ports.free
      // No machine loses its power here, so nothing has to be on its disk.
      const settings = ["-h", "127.0.0.1", "-p", String(port), "-k", home, "-c", "fsync=off"]
      const child = yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(
            join(bin, "postgres"),
            ["-D", data, ...settings],
            { ...user, cwd: home, stdio: ["ignore", "ignore", "pipe"] }
          )
        ),
        () => Effect.sync(() => spawnSync(join(bin, "pg_ctl"), ["-D", data, "-m", "immediate", "-w", "stop"], options))
      )
      yield* ready(child)
      const control = (what: "start" | "stop" | "restart") =>
        Effect.callback<void>((resume) => {
          const how = what === "start" ? ["-o", settings.join(" ")] : ["-m", "immediate"]
          spawn(join(bin, "pg_ctl"), ["-D", data, "-w", "-l", join(home, "log"), ...how, what], {
            ...user,
            cwd: home,
            stdio: "ignore"
          }).once("exit", (code) => resume(code === 0 ? Effect.void : Effect.die(new Error(`pg_ctl: ${code}`))))
        })
      return {
        url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
        restart: control("restart"),
        without: (effect) => Effect.acquireUseRelease(control("stop"), () => effect, () => control("start"))
      }
    })
  )
}

const client = (url: string, applicationName = "test") =>
  PgClient.layer({ url: Redacted.make(url), maxConnections: 8, applicationName })

let databases = 0

/** The URL of an empty database. */
export const database = Effect.gen(function*() {
  const { url } = yield* Postgres
  const name = `test_${databases++}`
  yield* SqlClient.SqlClient.use((sql) => sql`CREATE DATABASE ${sql(name)}`).pipe(
    Effect.provide(client(url("postgres")), { local: true })
  )
  return url(name)
})

/** A client of a database. */
export const layerAt = (url: string, applicationName?: string) => Layer.fresh(client(url, applicationName))

/** A client of an empty database. */
export const layer = Layer.unwrap(Effect.map(Effect.orDie(database), layerAt))
