import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join } from "node:path"
import { folder } from "./folder.ts"
import * as Ports from "./ports.ts"
import * as Postgres from "./postgres.ts"
import * as Soak from "./soak.ts"

// What several machines on one database meet. The tests run them short, a table of proofs runs them long.

/** Whether each machine has a worker, or the cluster places one. */
export type Way = "worker" | "cluster"

/** How much there is to send, and over how many milliseconds it comes. */
export interface Size {
  readonly count: number
  readonly during: number
}

const longest = ({ during }: Size) => 240_000 + 2 * during

const onPostgres = Effect.fnUntraced(function*(
  way: Way,
  size: Size,
  plan: Pick<Soak.Plan, "runners" | "trouble" | "meanwhile">
) {
  const database = yield* Postgres.database
  const ports = way === "worker" ? undefined : yield* Effect.forEach(Arr.range(1, plan.runners), () => Ports.free)
  return yield* Soak.soak({
    ...size,
    ...plan,
    pairs: Math.floor(size.count / 20),
    database,
    client: Postgres.layerAt(database),
    ports,
    longest: longest(size)
  })
})

/** Three machines; five times one is killed, and two of them never come back. */
export const kills = (way: Way, size: Size) =>
  onPostgres(way, size, {
    runners: 3,
    trouble: (world) =>
      Soak.kill(world, [
        { index: 0, comesBack: true },
        { index: 1, comesBack: true },
        { index: 2, comesBack: true },
        { index: 0, comesBack: false },
        { index: 1, comesBack: false }
      ])
  })

const freezes = (runners: number): Soak.Plan["trouble"] => (world) =>
  Effect.forEach(
    Arr.range(0, runners - 1),
    (index) => Effect.andThen(world.until(0.2 + 0.1 * index), Soak.freeze(world, index)),
    { discard: true }
  )

/** Each of three machines is frozen, for longer than what it has sent can be accepted. */
export const frozen = (way: Way, size: Size) => onPostgres(way, size, { runners: 3, trouble: freezes(3) })

/** The same with two processes on one file. */
export const frozenOnSqlite = Effect.fnUntraced(function*(size: Size) {
  const filename = join(yield* folder, "outbox.db")
  return yield* Soak.soak({
    ...size,
    pairs: Math.floor(size.count / 20),
    runners: 2,
    database: filename,
    client: NodeSqlite.layer({ filename }),
    trouble: freezes(2),
    longest: longest(size)
  })
})

/** Ends all connections of the machines, each so many milliseconds. */
const disconnecting = (each: number) =>
  SqlClient.SqlClient.use((sql) =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'`.pipe(
      Effect.delay(each),
      // The server is being restarted.
      Effect.ignore,
      Effect.forever
    )
  )

/** The server restarts in the middle of everything, some times, and all connections are ended in between. */
export const restarts = Effect.fnUntraced(function*(way: Way, size: Size, times: number) {
  const { restart } = yield* Postgres.Postgres
  return yield* onPostgres(way, size, {
    runners: 3,
    trouble: (world) =>
      Effect.forEach(
        Arr.range(1, times),
        (at) => Effect.andThen(world.until(at / (times + 1)), restart),
        { discard: true }
      ),
    meanwhile: disconnecting(5000)
  })
})
