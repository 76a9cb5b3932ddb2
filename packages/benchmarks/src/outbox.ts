// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off globalFetch:off
/**
 * Durable sending: `node packages/benchmarks/src/outbox.ts`, `--quick` for a first look, `--million` for a million recipients as well, with faults
 * and kills.
 *
 * One message against a plain send and commits of the database; many against a bulk send that is in memory alone; what a worker takes; and
 * the same work by job queues. The gateway is the emulator, in a process of its own.
 *
 * @since 0.1.0
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { makeWorkerUtils } from "graphile-worker"
import { type ChildProcess, execFile, fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { PgBoss } from "pg-boss"
import * as Goals from "./internal/goals.ts"
import { median } from "./internal/http-race.ts"
import { client, database, request } from "./internal/outbox-layers.ts"
import { postgres } from "./internal/postgres.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

// --- processes ----------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), "benchmark-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

let files = 0
const file = (): string => join(folder, `${files++}.db`)

const path = (name: string) => fileURLToPath(new URL(`./internal/${name}.ts`, import.meta.url))

const next = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once("message", resolve)
    child.once("exit", (code) => reject(new Error(`a program has ended with ${code}`)))
  })

const start = async (name: string, ...args: ReadonlyArray<string>): Promise<ChildProcess> => {
  const child = fork(path(name), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  await next(child)
  return child
}

interface Gateway {
  readonly baseUrl: string
  readonly stop: () => void
  readonly ask: (path: string, method?: string, body?: unknown) => Promise<any>
}

const serve = async (): Promise<Gateway> => {
  const child = fork(path("outbox-server"))
  const baseUrl = String(await next(child))
  return {
    baseUrl,
    stop: () => child.disconnect(),
    ask: async (path, method = "GET", body) => {
      const answer = await fetch(`${baseUrl}/__emulator${path}`, {
        method,
        ...body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
      })
      return answer.status === 204 ? undefined : answer.json()
    }
  }
}

// --- the database ---------------------------------------------------------------

const enqueueAll = (
  requests: ReadonlyArray<SendRequest.SendRequest>,
  perTransaction = 100,
  priority: "transactional" | "bulk" = "bulk"
) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const { enqueue } = yield* Outbox.Outbox
    for (const chunk of Arr.chunksOf(requests, perTransaction)) {
      yield* sql.withTransaction(
        Effect.forEach(chunk, (request) => enqueue(request, { service: Account.serviceId, priority }), {
          discard: true
        })
      )
    }
  })

/** Until so many rows have come so far. */
const until = (count: number, ...states: ReadonlyArray<string>) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.repeat(
      Effect.andThen(
        Effect.sleep(10),
        Effect.map(sql`SELECT count(*) FROM sens_send WHERE ${sql.in("state", states)}`.values, ([row]) =>
          Number(row?.[0]))
      ),
      {
        until: (found) =>
          found >= count
      }
    )
  )

const outbox = (where: string, synchronous?: "NORMAL") =>
  Campaigns.layer().pipe(Layer.provideMerge(Outbox.layer()), Layer.provideMerge(database(where, synchronous)))

/** So many messages as a campaign. */
const startCampaign = (recipients: number) => {
  const { content, from, messages } = request(0, recipients)
  return Campaigns.Campaigns.use(({ start }) =>
    start(
      "campaign",
      Stream.map(Stream.fromIterable(messages), ({ to }): BulkSend.Message => ({ type: "SMS", from, content, to })),
      { service: Account.serviceId }
    )
  )
}

const requestsOf = (recipients: number): ReadonlyArray<SendRequest.SendRequest> =>
  Arr.makeBy(recipients / 100, (index) => request(100 * index))

// --- one message ----------------------------------------------------------------

/** How long it takes until the gateway's answer to one message is there, in milliseconds. */
const latency = async (quick: boolean): Promise<ReadonlyArray<Row>> => {
  progress("O1 one message")
  const gateway = await serve()
  let accepted = (): void => {}
  const tapped = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.tap((response) => Effect.sync(() => response.request.method === "POST" && accepted()))
    )
  ).pipe(Layer.provide(NodeHttpClient.layerUndici))
  const runtime = ManagedRuntime.make(
    Outbox.layerWorker().pipe(
      Layer.provideMerge(outbox(file())),
      Layer.provideMerge(Sens.layer({ ...Account.options, baseUrl: gateway.baseUrl }).pipe(Layer.provide(tapped)))
    )
  )
  await runtime.runPromise(SqlClient.SqlClient.use((sql) => sql`CREATE TABLE plain (value TEXT)`))
  let sent = 0
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const began = performance.now()
    await act()
    return performance.now() - began
  }
  const plain = () => runtime.runPromise(Sens.Sens.use(({ messages }) => messages.send(request(sent++, 1))))
  const commit = () =>
    runtime.runPromise(
      SqlClient.SqlClient.use((sql) => sql.withTransaction(sql`INSERT INTO plain VALUES (${"x".repeat(300)})`))
    )
  const durable = () =>
    new Promise<void>((resolve) => {
      accepted = resolve
      void runtime.runPromise(Outbox.Outbox.use(({ enqueue }) => enqueue(request(sent++, 1))))
    })
  const measured: Array<{ readonly plain: number; readonly commit: number; readonly durable: number }> = []
  const rounds = quick ? 60 : 300
  for (let round = 0; round < rounds + 50; round++) {
    const one = { plain: await timed(plain), commit: await timed(commit), durable: await timed(durable) }
    accepted = () => {}
    // What follows the answer is over before the next turn begins.
    await sleep(5)
    if (round >= 50) measured.push(one)
  }
  await runtime.dispose()
  gateway.stop()
  const by = (name: "plain" | "commit" | "durable") => median(measured.map((one) => one[name]))
  return [
    row(Goals.outbox.latency, by("durable") / (by("plain") + 2 * by("commit"))),
    note("↳ from enqueue to the gateway's answer", by("durable"), " ms"),
    note("↳ a plain send", by("plain"), " ms"),
    note("↳ a commit", by("commit"), " ms")
  ]
}

// --- many messages ----------------------------------------------------------------

/** So many slots has a worker for bulk rows by itself. */
const concurrency = 24

/** Recipients a second, in memory and by way of a file. */
const race = async (quick: boolean): Promise<ReadonlyArray<Row>> => {
  const recipients = quick ? 20_000 : 200_000
  const { content, from, messages } = request(0, recipients)
  const inMemory = async (baseUrl: string): Promise<number> => {
    const runtime = ManagedRuntime.make(client(baseUrl))
    await runtime.runPromise(Sens.Sens)
    const began = performance.now()
    const { accepted } = await runtime.runPromise(
      Stream.fromIterable(messages).pipe(
        Stream.map(({ to }): BulkSend.Message => ({ type: "SMS", from, content, to })),
        BulkSend.run({ concurrency })
      )
    )
    const seconds = (performance.now() - began) / 1000
    await runtime.dispose()
    if (accepted !== recipients) throw new Error(`${accepted} of ${recipients}`)
    return recipients / seconds
  }
  const durable = async (baseUrl: string, synchronous?: "NORMAL") => {
    const runtime = ManagedRuntime.make(
      Outbox.layerWorker().pipe(Layer.provideMerge(outbox(file(), synchronous)), Layer.provideMerge(client(baseUrl)))
    )
    await runtime.runPromise(Outbox.Outbox)
    const requests = recipients / 100
    const began = performance.now()
    await runtime.runPromise(startCampaign(recipients))
    await runtime.runPromise(until(requests, "Accepted", "Final"))
    const sent = (performance.now() - began) / 1000
    await runtime.runPromise(until(requests, "Final"))
    const tracked = (performance.now() - began) / 1000
    await runtime.dispose()
    return { sent: recipients / sent, tracked: recipients / tracked }
  }
  const measured: Array<Readonly<Record<"ratio" | "sent" | "tracked" | "memory" | "relaxed", number>>> = []
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    progress(`O2 ${recipients.toLocaleString("en")} recipients, round ${round + 1}`)
    const gateway = await serve()
    const memory = await inMemory(gateway.baseUrl)
    const { sent, tracked } = await durable(gateway.baseUrl)
    const relaxed = await durable(gateway.baseUrl, "NORMAL")
    gateway.stop()
    measured.push({ ratio: sent / memory, sent, tracked, memory, relaxed: relaxed.sent / memory })
  }
  const by = (name: "ratio" | "sent" | "tracked" | "memory" | "relaxed") => median(measured.map((one) => one[name]))
  return [
    row(Goals.outbox.bulk, by("ratio")),
    note("↳ so without a wait for the disk (synchronous: NORMAL)", by("relaxed"), "x"),
    note("↳ recipients a second, to the gateway's answer", by("sent"), ""),
    note("↳ recipients a second, to their results", by("tracked"), ""),
    note("↳ recipients a second, a bulk send in memory", by("memory"), "")
  ]
}

// --- what a worker takes ------------------------------------------------------------

/** The processor's time of a worker for a request of 100 recipients, to their results, in milliseconds. */
const processorTime = async (recipients: number): Promise<number> => {
  progress(`O3 processor time, ${recipients.toLocaleString("en")} recipients`)
  const gateway = await serve()
  const where = file()
  const runtime = ManagedRuntime.make(outbox(where))
  await runtime.runPromise(Outbox.Outbox)
  const worker = await start("outbox-worker", gateway.baseUrl, where)
  const usage = async (): Promise<{ readonly cpu: number; readonly memory: number }> => {
    const answer = next(worker)
    worker.send("usage")
    return await answer as { readonly cpu: number; readonly memory: number }
  }
  // So that the engine is warm, as it is in a program that runs for days.
  const warm = requestsOf(20_000)
  await runtime.runPromise(Effect.andThen(enqueueAll(warm), until(warm.length, "Final")))
  const before = await usage()
  const requests = requestsOf(recipients)
  await runtime.runPromise(Effect.andThen(enqueueAll(requests), until(warm.length + requests.length, "Final")))
  const after = await usage()
  worker.disconnect()
  await runtime.dispose()
  gateway.stop()
  return (after.cpu - before.cpu) / requests.length
}

/** Statements of a worker that has nothing to do, a second. */
const idle = async (seconds: number): Promise<number> => {
  progress("O4 an idle worker")
  const gateway = await serve()
  let statements = 0
  const counting = Tracer.make({
    span: (options) => {
      if (options.name === "sqlite") statements += 1
      return new Tracer.NativeSpan(options)
    }
  })
  const runtime = ManagedRuntime.make(
    Outbox.layerWorker().pipe(
      Layer.provideMerge(outbox(file())),
      Layer.provideMerge(client(gateway.baseUrl)),
      Layer.provide(Layer.succeed(Tracer.Tracer, counting))
    )
  )
  const requests = requestsOf(1000)
  await runtime.runPromise(enqueueAll(requests))
  while (Number((await gateway.ask("/inbox?limit=1")).total) < 1000) await sleep(50)
  // Their results are there.
  await sleep(8000)
  if (statements === 0) throw new Error("no statement was counted")
  const before = statements
  await sleep(1000 * seconds)
  const found = statements - before
  await runtime.dispose()
  gateway.stop()
  return found / seconds
}

/** Recipients a second that are written down. */
const written = async (recipients: number, rounds: number): Promise<number> => {
  progress("O5 import")
  const rates: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const runtime = ManagedRuntime.make(outbox(file()))
    await runtime.runPromise(Outbox.Outbox)
    const began = performance.now()
    await runtime.runPromise(startCampaign(recipients))
    rates.push(recipients / (performance.now() - began) * 1000)
    await runtime.dispose()
  }
  return Math.max(...rates)
}

// --- a million ----------------------------------------------------------------------

interface Soak {
  readonly test: string
  readonly lost: number
  readonly doubled: number
  readonly seconds: number
  readonly memory: number
  readonly bytes: number
}

const soaks = (): Promise<ReadonlyArray<Soak>> =>
  new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL("../../outbox/test/durable.ts", import.meta.url))
    const child = execFile(process.execPath, [program, "T5", "--json"], { maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout))
      else reject(new Error(`T5 failed\n${stdout}`, { cause: error.code }))
    })
    child.stderr?.pipe(process.stderr)
  })

const million = async (few: number): Promise<ReadonlyArray<Row>> => {
  const rows = [row(Goals.outbox.grown, (await processorTime(1_000_000)) / few)]
  progress("O6 a million recipients, with faults and kills")
  for (const { bytes, doubled, lost, memory, seconds, test } of await soaks()) {
    if (lost + doubled > 0) throw new Error(`${test}: ${lost} lost, ${doubled} doubled`)
    const where = test.includes("PostgreSQL") ? "postgres" : "sqlite"
    rows.push(
      row(Goals.outbox.memory[where], memory),
      row(Goals.outbox.bytes[where], bytes),
      note("↳ seconds, to all results", seconds, " s")
    )
  }
  return rows
}

// --- beside job queues ----------------------------------------------------------------

interface Queue {
  readonly name: string
  readonly worker: (baseUrl: string) => Promise<ChildProcess>
  readonly put: (count: number) => Promise<void>
  readonly done: () => Promise<number>
  /** How many of them a worker has in its hands. */
  readonly taken: () => Promise<number>
  readonly close: () => Promise<void>
}

const scalar = (where: string) => {
  const runtime = ManagedRuntime.make(database(where))
  return {
    ask: (text: string): Promise<number> =>
      runtime.runPromise(
        SqlClient.SqlClient.use((sql) => Effect.map(sql.unsafe(text).values, ([row]) => Number(row?.[0])))
      ),
    close: () => runtime.dispose()
  }
}

const queues = async (): Promise<ReadonlyArray<Queue>> => {
  const url = await postgres()
  if (url === undefined) return []
  const main = scalar(url)
  for (const name of ["ours", "boss", "graphile"]) await main.ask(`CREATE DATABASE ${name}`)
  const [ours, boss, graphile] = ["ours", "boss", "graphile"].map((name) => url.replace(/postgres$/, name)) as [
    string,
    string,
    string
  ]
  await main.close()

  const runtime = ManagedRuntime.make(outbox(ours))
  await runtime.runPromise(Outbox.Outbox)
  const oursAsks = scalar(ours)

  const pgBoss = new PgBoss({ connectionString: boss, schedule: false, supervise: false })
  pgBoss.on("error", ({ message }) => progress(message))
  await pgBoss.start()
  await pgBoss.createQueue("sms", { expireInSeconds: 2, retryDelay: 0, retryLimit: 100 })
  const bossAsks = scalar(boss)

  const graphileWorker = await makeWorkerUtils({ connectionString: graphile })
  await graphileWorker.migrate()
  const graphileAsks = scalar(graphile)
  let put = 0

  return [
    {
      name: "ours",
      worker: (baseUrl) => start("outbox-worker", baseUrl, ours),
      put: (count) =>
        runtime.runPromise(enqueueAll(Arr.makeBy(count, (index) => request(index, 1)), count, "transactional")),
      taken: () => oursAsks.ask("SELECT count(*) FROM sens_send WHERE state = 'Open'"),
      done: () => oursAsks.ask("SELECT count(*) FROM sens_send WHERE state IN ('Accepted', 'Final')"),
      close: async () => {
        await oursAsks.close()
        await runtime.dispose()
      }
    },
    {
      name: "pg-boss",
      worker: (baseUrl) => start("outbox-queue", "pg-boss", baseUrl, boss),
      put: async (count) => {
        await pgBoss.insert("sms", Arr.makeBy(count, (index) => ({ data: { index } })))
      },
      taken: () => bossAsks.ask("SELECT count(*) FROM pgboss.job WHERE name = 'sms' AND state = 'active'"),
      done: () => bossAsks.ask("SELECT count(*) FROM pgboss.job WHERE name = 'sms' AND state = 'completed'"),
      close: async () => {
        await bossAsks.close()
        await pgBoss.stop({ graceful: false })
      }
    },
    {
      name: "graphile-worker",
      worker: (baseUrl) => start("outbox-queue", "graphile-worker", baseUrl, graphile),
      put: async (count) => {
        put += count
        await graphileWorker.addJobs(Arr.makeBy(count, (index) => ({ identifier: "sms", payload: { index } })))
      },
      taken: () => graphileAsks.ask("SELECT count(*) FROM graphile_worker.jobs WHERE locked_at IS NOT NULL"),
      done: async () => put - await graphileAsks.ask("SELECT count(*) FROM graphile_worker.jobs"),
      close: async () => {
        await graphileAsks.close()
        await graphileWorker.release()
      }
    }
  ]
}

/** Jobs a second, from when they are put to when all are done; of single messages, by a worker that is there. */
const jobs = async (all: ReadonlyArray<Queue>, count: number, rounds: number): Promise<ReadonlyMap<string, number>> => {
  const rates = new Map<string, Array<number>>(all.map(({ name }) => [name, []]))
  const gateway = await serve()
  const workers = new Map<string, ChildProcess>()
  for (const queue of all) workers.set(queue.name, await queue.worker(gateway.baseUrl))
  for (let round = 0; round <= rounds; round++) {
    for (const queue of round % 2 === 0 ? all : all.toReversed()) {
      progress(`O7 ${count} jobs, ${queue.name}`)
      const before = await queue.done()
      const began = performance.now()
      await queue.put(count)
      while (await queue.done() < before + count) await sleep(10)
      // The first round is to warm up.
      if (round > 0) rates.get(queue.name)?.push(count / (performance.now() - began) * 1000)
    }
  }
  for (const worker of workers.values()) worker.disconnect()
  gateway.stop()
  return new Map([...rates].map(([name, found]) => [name, median(found)]))
}

/** After how many seconds another worker acts on what a killed one was about to send. */
const takeover = async (queue: Queue): Promise<number> => {
  progress(`O8 a killed worker, ${queue.name}`)
  const gateway = await serve()
  const first = await queue.worker(gateway.baseUrl)
  const second = await queue.worker(gateway.baseUrl)
  // So that it is the first that takes the job, and not done before the first is dead.
  second.kill("SIGSTOP")
  await gateway.ask("/faults", "POST", {
    operation: "send",
    count: 1,
    fault: { _tag: "Slow", beforeMillis: 60_000, afterMillis: 0 }
  })
  await queue.put(1)
  while (await queue.taken() === 0) await sleep(20)
  await sleep(200)
  const before = (await gateway.ask("/ledger?limit=1000")).length
  first.kill("SIGKILL")
  const began = performance.now()
  second.kill("SIGCONT")
  while ((await gateway.ask("/ledger?limit=1000")).length === before && performance.now() - began < 50_000) {
    await sleep(20)
  }
  const seconds = (performance.now() - began) / 1000
  second.disconnect()
  gateway.stop()
  return seconds
}

const beside = async (quick: boolean): Promise<ReadonlyArray<Row>> => {
  const all = await queues()
  const [ours, pgBoss] = all
  if (ours === undefined || pgBoss === undefined) {
    progress("O7 there is no PostgreSQL on this machine")
    return []
  }
  // While their queues are empty.
  const [oursBack, pgBossBack] = [await takeover(ours), await takeover(pgBoss)]
  const rates = await jobs(all, 2000, quick ? 1 : 5)
  const rate = (name: string) => rates.get(name) ?? Number.NaN
  const rows = [
    note("O7 messages a second on PostgreSQL, to pg-boss", rate("ours") / rate("pg-boss"), "x"),
    note("↳ to graphile-worker", rate("ours") / rate("graphile-worker"), "x"),
    ...[...rates].map(([name, found]) => note(`↳ messages a second, ${name}`, found, "")),
    row(Goals.outbox.takeover, oursBack),
    note("↳ pg-boss, told to look each second and to give a job two", pgBossBack, " s"),
    note("↳ pg-boss as it is, by its source", 15 * 60, " s"),
    note("↳ graphile-worker, by its source", 4 * 3600, " s")
  ]
  for (const { close } of all) await close()
  return rows
}

// --- the run --------------------------------------------------------------------------

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const one = await latency(quick)
  const many = await race(quick)
  const few = await processorTime(20_000)
  return [
    ...one,
    ...many,
    row(Goals.outbox.cpu, few),
    row(Goals.outbox.idle, await idle(quick ? 5 : 20)),
    row(Goals.outbox.import, await written(quick ? 20_000 : 200_000, quick ? 1 : 3)),
    ...process.argv.includes("--million") ? await million(few) : [],
    ...await beside(quick)
  ]
}

await main({ rows, section: "durable sending" })
