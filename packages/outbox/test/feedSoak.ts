import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as assert from "node:assert/strict"
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as FeedOptions from "./feedOptions.ts"

/** One in twenty searches fails. */
const faults: Fault.Random["rates"] = [
  { operation: "search", rate: 0.02, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "search", rate: 0.02, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "search", rate: 0.01, fault: { _tag: "TooManyRequests", code: "410" } }
]

const text = "주문이 준비되었습니다"
const number = (index: number) => `010${String(20_000_000 + index)}`

/** What no table but the program's own, and no line of a process, may hold. */
export const secrets = /주문|010[- ]?2\d{3}/

export interface Worker {
  readonly child: ChildProcess
  readonly name: string
  readonly output: () => string
}

export type Started = (
  options?: Partial<Schema.Schema.Type<typeof FeedOptions.Json>>
) => Effect.Effect<Worker>

/** Starts processes that follow one feed, each under another name; they end with the scope. */
export const starting = Effect.fnUntraced(
  function*(options: Pick<Schema.Schema.Type<typeof FeedOptions.Json>, "database" | "lease" | "file">) {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const workers: Array<Worker> = []
    const start = Date.now() - 1000
    yield* Effect.addFinalizer(() => Effect.forEach(workers, ended, { concurrency: "unbounded" }))
    const started: Started = (more = {}) =>
      Effect.sync(() => {
        const name = `worker ${workers.length + 1}`
        const argument = Schema.encodeSync(FeedOptions.Json)({ baseUrl, start, worker: name, ...options, ...more })
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, "feed.program.ts"), argument],
          { stdio: ["ignore", "pipe", "pipe"] }
        )
        let output = ""
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding("utf8").on("data", (chunk: string) => {
            output += chunk
          })
        }
        const worker: Worker = { child, name, output: () => output }
        workers.push(worker)
        return worker
      })
    return { workers, started }
  }
)

export const ended = ({ child }: Worker): Effect.Effect<void> =>
  Effect.callback((resume) => {
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
    if (child.exitCode !== null || child.signalCode !== null) resume(Effect.void)
  })

/** What has been handed over, in its order. */
export interface Handed {
  readonly messageId: string
  readonly completedAt: string
  readonly worker: string
}

/** Sends messages, a hundred in a request, over some time. */
export const sending = Effect.fnUntraced(function*(count: number, seconds: number) {
  const { messages } = yield* Sens.Sens
  const requests = Arr.chunksOf(Arr.makeBy(count, number), 100)
  for (const numbers of requests) {
    yield* messages.send({ type: "SMS", from: "0212345678", content: text, messages: numbers.map((to) => ({ to })) })
    yield* Effect.sleep(1000 * seconds / requests.length)
  }
})

const table = SqlClient.SqlClient.use((sql) =>
  sql`CREATE TABLE results (id ${
    sql.literal(sql.onDialectOrElse({
      pg: () => "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
      orElse: () => "INTEGER PRIMARY KEY"
    }))
  }, message_id TEXT, completed_at TEXT, worker TEXT)`
)

const Rows = Schema.Array(Schema.Tuple([Schema.String, Schema.String, Schema.String]))
const decodeRows = Schema.decodeUnknownEffect(Rows)

export const fromDatabase = SqlClient.SqlClient.use((sql) =>
  sql`SELECT message_id, completed_at, worker FROM results ORDER BY id`.values.pipe(
    Effect.flatMap((rows) => Effect.orDie(decodeRows(rows))),
    Effect.map((rows) => rows.map(([messageId, completedAt, worker]): Handed => ({ messageId, completedAt, worker })))
  )
)

export const fromFile = (file: string) =>
  Effect.sync(() => {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : []
    return lines.map((line): Handed => {
      const [messageId = "", completedAt = "", worker = ""] = line.split(",")
      return { messageId, completedAt, worker }
    })
  })

/** How many messages were handed over, and who had the last one. */
const progressOf = (all: ReadonlyArray<Handed>) => ({
  messages: new Set(all.map(({ messageId }) => messageId)).size,
  last: all.at(-1)?.worker
})

const progressInDatabase = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [[messages] = []] = yield* sql`SELECT count(DISTINCT message_id) FROM results`.values
  const [[last] = []] = yield* sql`SELECT worker FROM results ORDER BY id DESC LIMIT 1`.values
  return { messages: Number(messages), last: last === undefined ? undefined : String(last) }
})

/** The tables of the feed, as text. */
export const tables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = [yield* sql`SELECT * FROM sens_feed`, yield* sql`SELECT * FROM sens_feed_seen`]
  return JSON.stringify(rows, (_, value: unknown) => typeof value === "bigint" ? Number(value) : value)
})

/** All that the service has completed. */
export const completed = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(
    allMessages,
    (all) => all.flatMap(({ messageId, status }) => status === "COMPLETED" ? [messageId] : []).toSorted()
  )
)

/** An emulator on a port, a client of it, and a database with the program's table. */
export const layer = (client: Layer.Layer<SqlClient.SqlClient, SqlError.SqlError>) =>
  Layer.effectDiscard(table).pipe(
    Layer.provideMerge(client),
    Layer.provideMerge(Layer.unwrap(Effect.map(EmulatorServer.EmulatorServer, ({ baseUrl }) =>
      Sens.layer({ ...Account.options, baseUrl }).pipe(Layer.provide(NodeHttpClient.layerUndici))))),
    Layer.provideMerge(EmulatorServer.layer({ completedAfter: "300 millis", logCapacity: 1000 })),
    Layer.fresh
  )

/** Ends all connections of the processes, again and again. */
export const disconnecting = SqlClient.SqlClient.use((sql) =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'`.pipe(
    Effect.andThen(Effect.sleep("2 seconds")),
    Effect.forever
  )
)

export interface Soak {
  readonly database: string
  /** How many messages, and in how many seconds they are sent. */
  readonly count: number
  readonly seconds: number
  readonly kills: number
  /** Where the handler puts what it gets, if not into the database. */
  readonly file?: string | undefined
  /** What happens all the while. */
  readonly meanwhile?: Effect.Effect<unknown, SqlError.SqlError, SqlClient.SqlClient> | undefined
}

const lease = 1500

/**
 * Three processes on one feed. Whichever of them hands over is killed in the middle of it and started again, and one is frozen for longer
 * than the lease.
 */
export const soak = Effect.fnUntraced(function*(
  { count, database, file, kills, meanwhile = Effect.void, seconds }: Soak
) {
  const emulator = yield* Emulator.Emulator
  yield* emulator.faults.random({ seed: String(Math.random()), rates: faults })
  // However few searches there are, some of them fail.
  yield* emulator.faults.next("search", 2, Fault.serverError())
  const { started, workers } = yield* starting({ database, lease, ...file === undefined ? {} : { file } })
  const handed = file === undefined ? fromDatabase : fromFile(file)
  yield* Effect.forEach([1, 2, 3], () => started())
  const sent = yield* Effect.forkScoped(sending(count, seconds))
  yield* Effect.forkScoped(meanwhile)

  const progress = file === undefined ? progressInDatabase : Effect.map(handed, progressOf)
  const until = (share: number) =>
    Effect.repeat(progress, {
      schedule: Schedule.spaced("100 millis"),
      until: ({ messages }) => messages >= share * count
    })
  // The one that hands over at present.
  const active = progress.pipe(
    Effect.map(({ last }) => workers.find(({ child, name }) => name === last && child.signalCode === null)),
    Effect.flatMap(Effect.fromNullishOr),
    Effect.retry(Schedule.spaced("100 millis"))
  )

  for (let kill = 0; kill < kills; kill++) {
    yield* until((kill + 0.5) / (kills + 1))
    const worker = yield* active
    if (kill === 1) {
      worker.child.kill("SIGSTOP")
      yield* Effect.sleep(2.5 * lease)
      worker.child.kill("SIGCONT")
    } else {
      yield* ended(worker)
      yield* started()
    }
  }
  yield* Fiber.join(sent)
  yield* until(1).pipe(Effect.timeout("3 minutes"))
  // What comes twice comes within the next looks.
  yield* Effect.sleep("5 seconds")

  const all = yield* handed
  const ids = all.map(({ messageId }) => messageId)
  assert.deepStrictEqual(Array.from(new Set(ids)).toSorted(), yield* completed)
  const repeated = ids.length - new Set(ids).size
  if (file === undefined) {
    assert.strictEqual(repeated, 0)
    const times = all.map(({ completedAt }) => completedAt)
    assert.deepStrictEqual(times, times.toSorted())
  } else {
    // At most the page of each that was stopped.
    assert.ok(repeated <= kills * 100, `${repeated} came twice`)
  }
  assert.ok(new Set(all.map(({ worker }) => worker)).size >= Math.min(3, kills), "all by one process")
  assert.doesNotMatch(yield* tables, secrets)
  assert.doesNotMatch(workers.map(({ output }) => output()).join("\n"), secrets)
  const alive = workers.filter(({ child }) => child.signalCode === null)
  assert.strictEqual(alive.length, 3)
  for (const { child, output } of alive) assert.equal(child.exitCode, null, output())
  const failed = (yield* emulator.ledger).filter(({ operation, verdict }) =>
    operation === "search" && verdict._tag !== "Answered"
  )
  assert.ok(failed.length > 0, "no search has failed")
  return { messages: ids.length - repeated, repeated, processes: workers.length, failed: failed.length }
})
