import * as Account from "@effect-sens/emulator/Account"
import * as Duplicate from "@effect-sens/emulator/Duplicate"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import type * as Fault from "@effect-sens/emulator/Fault"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { fences } from "./fences.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"

// Real processes on one database: a third of their sends meet a fault, some are killed in the middle of it, and one is frozen. Then
// the books of the emulator are compared with those of the outbox.

const count = 400
const pairs = 20
const kills = 4
const longest = 120_000

const faults: Fault.Random["rates"] = [
  { operation: "send", rate: 0.08, fault: { _tag: "ServerError", status: 500, accepted: true } },
  { operation: "send", rate: 0.04, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "send", rate: 0.06, fault: { _tag: "Reset", accepted: true, code: "ECONNRESET" } },
  { operation: "send", rate: 0.04, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "send", rate: 0.02, fault: { _tag: "Silence", accepted: true } },
  { operation: "send", rate: 0.01, fault: { _tag: "Silence", accepted: false } },
  { operation: "send", rate: 0.03, fault: { _tag: "Unreadable", body: "brokenJson", accepted: true } },
  { operation: "send", rate: 0.06, fault: { _tag: "TooManyRequests", code: "410" } },
  // One whose signature is still good when its bytes arrive, and one whose is not.
  { operation: "send", rate: 0.02, fault: { _tag: "AcceptedLater", afterMillis: 2000, first: "Reset" } },
  { operation: "send", rate: 0.01, fault: { _tag: "AcceptedLater", afterMillis: 6000, first: "Silence" } },
  { operation: "search", rate: 0.03, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "search", rate: 0.02, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } }
]

// No digit comes three times in a row: that may be a mask, so that a look could not tell texts apart that differ in it.
const text = (index: number) => `주문 ${[...String(index).padStart(4, "0")].join("-")} 준비되었습니다`
// Each has a text of its own, but for the pairs, which nobody can tell apart in the delivery log.
const texts = Arr.makeBy(count, (index) => text(index < 2 * pairs ? Math.floor(index / 2) : index))
const request = (content: string) => ({
  type: "SMS" as const,
  from: "0212345678",
  content,
  messages: [{ to: "01098765432" }]
})

interface Worker {
  readonly child: ChildProcess
  readonly output: () => string
}

const started = (baseUrl: string, database: string, attemptMillis = 1500): Effect.Effect<Worker> =>
  Effect.callback((resume) => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "worker.program.ts"), baseUrl, database, String(attemptMillis)],
      { stdio: ["ignore", "pipe", "pipe"] }
    )
    let output = ""
    const worker = { child, output: () => output }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk
        if (output.includes("ready")) resume(Effect.succeed(worker))
      })
    }
    child.once("exit", () => resume(Effect.die(new Error(`a worker has ended:\n${output}`))))
  })

const ended = ({ child }: Worker): Effect.Effect<void> =>
  Effect.callback((resume) => {
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
    if (child.exitCode !== null || child.signalCode !== null) resume(Effect.void)
  })

const tally = (all: ReadonlyArray<string>) => {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

/** Every table and column, as text. */
const dump = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = ["sens_send", "sens_hold", "sens_meta", "sens_migration"]
  const rows = yield* Effect.forEach(tables, (table) => sql`SELECT * FROM ${sql(table)}`)
  return JSON.stringify(rows, (_, value: unknown) => typeof value === "bigint" ? Number(value) : value)
})

const soak = (
  runners: number,
  database: string,
  client: Layer.Layer<SqlClient.SqlClient, SqlError.SqlError>,
  /** What happens all the while, beside the kills. */
  meanwhile: Effect.Effect<unknown, SqlError.SqlError, SqlClient.SqlClient> = Effect.void
) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const emulator = yield* Emulator.Emulator
    const sql = yield* SqlClient.SqlClient
    const { enqueue, status } = yield* Outbox.Outbox
    const seed = String(Math.random())
    yield* emulator.faults.random({ seed, rates: faults })

    const workers: Array<Worker> = []
    const start = Effect.tap(started(baseUrl, database), (worker) => Effect.sync(() => workers.push(worker)))
    yield* Effect.addFinalizer(() => Effect.forEach(workers, ended, { concurrency: "unbounded" }))
    const running = yield* Effect.all(Arr.makeBy(runners, () => start), { concurrency: "unbounded" })
    // Some in a transaction of their own, some together.
    const ids = yield* Effect.forEach(
      Arr.chunksOf(texts, 25),
      (texts) =>
        sql.withTransaction(
          Effect.forEach(texts, (text) => enqueue(request(text), { service: Account.serviceId }))
        )
    ).pipe(Effect.map((chunks) => chunks.flat()))

    const open = (states: ReadonlyArray<string>) =>
      Effect.map(sql`SELECT id FROM sens_send WHERE ${sql.in("state", states)}`.values, (rows) => rows.length)
    const total = Effect.map(emulator.allMessages, ({ length }) => length)
    const until = (share: number) =>
      Effect.repeat(Effect.sleep(20), { until: () => Effect.map(total, (length) => length >= share * count) })

    // The last one is frozen, for longer than what it has sent can be accepted; it thaws, and goes on as if nothing had been.
    const frozen = running[runners - 1]!
    const freezes = until(0.2).pipe(
      Effect.andThen(Effect.sync(() => frozen.child.kill("SIGSTOP"))),
      Effect.andThen(Effect.sleep("8 seconds")),
      Effect.andThen(Effect.sync(() => frozen.child.kill("SIGCONT")))
    )
    yield* Effect.forkScoped(meanwhile)
    const thawed = yield* Effect.forkScoped(freezes)

    const found: Array<number> = []
    for (let kill = 0; kill < kills; kill++) {
      yield* until((kill + 0.5) / (kills + 0.5))
      const at = kill % (runners - 1)
      yield* ended(running[at]!)
      found.push(yield* open(["Open"]))
      running[at] = yield* start
    }
    yield* Fiber.join(thawed)
    yield* Effect.repeat(Effect.sleep(200), {
      until: () => Effect.map(open(["Waiting", "Open", "Accepted"]), (left) => left === 0)
    }).pipe(
      Effect.timeout(longest),
      // What is left, for whoever reads why.
      Effect.tapError(() =>
        Effect.flatMap(
          sql`SELECT state, attempt, unread, count(*) FROM sens_send GROUP BY state, attempt, unread`.values,
          (left) => Effect.logError(`seed ${seed}`, left)
        )
      )
    )

    const states = yield* sql`SELECT state, unread, attempt FROM sens_send WHERE state <> 'Final'`.values
    assert.deepStrictEqual(states, [])
    // What was interrupted was open, and came back.
    assert.isAbove(found.reduce((sum, open) => sum + open, 0), 0)
    const messages = yield* emulator.allMessages
    const wanted = tally(texts)
    const sent = tally(messages.map(({ content }) => content))
    assert.deepStrictEqual([...wanted].filter(([text, times]) => (sent.get(text) ?? 0) < times), [], "lost")
    assert.deepStrictEqual([...sent].filter(([text, times]) => times > (wanted.get(text) ?? 0)), [], "doubled")
    const single = messages.filter(({ content }) => wanted.get(content) === 1)
    assert.deepStrictEqual(Duplicate.find({ messages: single }), [])
    const contents = new Map<string, string>(messages.map(({ content, requestId }) => [requestId, content]))
    const requestIds = new Set<string>()
    for (const [index, id] of ids.entries()) {
      const now = yield* status(id)
      assert.strictEqual(now._tag, "Final")
      if (now._tag !== "Final") continue
      assert.strictEqual(contents.get(now.requestId), texts[index])
      assert.deepStrictEqual(now.results.map(({ outcome }) => outcome), ["Delivered"])
      requestIds.add(now.requestId)
    }
    assert.strictEqual(requestIds.size, count)
    const shown = /98765432|주문/
    assert.notMatch(yield* dump, shown)
    assert.notMatch(workers.map(({ output }) => output()).join("\n"), shown)
    for (const { child } of running) assert.isNull(child.exitCode)
  }).pipe(
    Effect.provide(
      Outbox.layer().pipe(
        Layer.provideMerge(client),
        Layer.provideMerge(EmulatorServer.layer(fences.emulator)),
        Layer.fresh
      )
    )
  )

describe("a worker that is told to end", () => {
  it.live("sends what it has begun to its end, and leaves nothing open", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      yield* Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const { allMessages, faults, ledger } = yield* Emulator.Emulator
        const sql = yield* SqlClient.SqlClient
        const { enqueue } = yield* Outbox.Outbox
        yield* faults.next("send", Infinity, { _tag: "Slow", beforeMillis: 0, afterMillis: 1000 })
        const worker = yield* started(baseUrl, filename, 10_000)
        yield* Effect.addFinalizer(() => ended(worker))
        yield* Effect.forEach(texts.slice(-100), (text) => enqueue(request(text), { service: Account.serviceId }))
        yield* Effect.repeat(Effect.sleep(10), {
          until: () => Effect.map(ledger, (entries) => entries.some(({ operation }) => operation === "send"))
        })
        yield* Effect.callback<void>((resume) => {
          worker.child.once("exit", () => resume(Effect.void))
          worker.child.kill("SIGTERM")
        }).pipe(Effect.timeout("20 seconds"))
        const states = yield* sql`SELECT state, count(*) FROM sens_send GROUP BY state ORDER BY state`.values
        const accepted = (yield* allMessages).length
        assert.isAbove(accepted, 0)
        assert.deepStrictEqual(states, [["Accepted", accepted], ["Waiting", 100 - accepted]])
      }).pipe(Effect.provide(
        Outbox.layer().pipe(
          Layer.provideMerge(NodeSqlite.layer({ filename })),
          Layer.provideMerge(EmulatorServer.layer({ ...fences.emulator, completedAfter: "1 minute" })),
          Layer.fresh
        )
      ))
    }), 60_000)
})

describe("workers that are killed", () => {
  it.live("lose nothing and double nothing, on SQLite", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      yield* soak(2, filename, NodeSqlite.layer({ filename }))
    }), 240_000)
})

/** Ends all connections of the workers, again and again. */
const disconnecting = SqlClient.SqlClient.use((sql) =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'`.pipe(
    Effect.andThen(Effect.sleep("2 seconds")),
    Effect.forever
  )
)

describe.skipIf(!Postgres.isThere)("workers that are killed, on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("lose nothing and double nothing", () =>
      Effect.gen(function*() {
        const url = yield* Postgres.database
        yield* soak(3, url, Postgres.layerAt(url), disconnecting)
      }), 240_000)
  })
})
