// @effect-diagnostics asyncFunction:off globalFetch:off nodeBuiltinImport:off
// Real processes on one database, killed at random while a third of the exchanges meet a fault, on the emulator as a process of
// its own. Then the books of the emulator are compared with those of the outbox.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import type * as Fault from "@effect-sens/emulator/Fault"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as SqlClient from "effect/sql/SqlClient"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Servers from "../../examples/test/recipes/servers.ts"
import * as Postgres from "./postgres.ts"

export interface Plan {
  /** What the requests, the faults and the kills come from. */
  readonly seed: string
  readonly recipients: number
  /** A request has from one up to a hundred recipients, or each has a hundred. */
  readonly sizes: "mixed" | "full"
  readonly runners: number
  /** Where it is, without which it is a file of SQLite. */
  readonly url?: string | undefined
  readonly kills: number
  /** After how many milliseconds it is given up. */
  readonly longest: number
}

export interface Outcome {
  /** Recipients that have not got what was wanted, as often as it was. */
  readonly lost: number
  /** Messages beyond what was wanted. */
  readonly doubled: number
  readonly kills: number
  readonly seconds: number
  /** Entries that were open at each kill. */
  readonly open: ReadonlyArray<number>
  readonly requests: number
  /** Entries that took more than one attempt, and those that have their id from the log. */
  readonly again: number
  readonly adopted: number
  /** The most memory that a worker took, in MB. */
  readonly memory: number
  /** What the database takes, in bytes an entry. */
  readonly bytes: number
  /** Between two accepted requests, in seconds. */
  readonly longestGap: number
  /** All else that is not as it has to be. */
  readonly problems: ReadonlyArray<string>
}

// A third of the sends, and an eighth of the searches, of which a look takes several.
const rates: Fault.Random["rates"] = [
  { operation: "send", rate: 0.07, fault: { _tag: "ServerError", status: 500, accepted: true } },
  { operation: "send", rate: 0.03, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "send", rate: 0.05, fault: { _tag: "Reset", accepted: true, code: "ECONNRESET" } },
  { operation: "send", rate: 0.03, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "send", rate: 0.02, fault: { _tag: "Silence", accepted: true } },
  { operation: "send", rate: 0.01, fault: { _tag: "Silence", accepted: false } },
  { operation: "send", rate: 0.03, fault: { _tag: "Unreadable", body: "brokenJson", accepted: true } },
  { operation: "send", rate: 0.04, fault: { _tag: "TooManyRequests", code: "410" } },
  // One whose signature is still good when its bytes arrive, and one whose is not.
  { operation: "send", rate: 0.02, fault: { _tag: "AcceptedLater", afterMillis: 2000, first: "Reset" } },
  { operation: "send", rate: 0.01, fault: { _tag: "AcceptedLater", afterMillis: 6000, first: "Silence" } },
  { operation: "send", rate: 0.02, fault: { _tag: "NoDate" } },
  { operation: "search", rate: 0.04, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "search", rate: 0.04, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "search", rate: 0.02, fault: { _tag: "TooManyRequests", code: "410" } },
  { operation: "search", rate: 0.02, fault: { _tag: "NoDate" } }
]

/** Numbers from 0 up to 1, the same for the same seed. */
const randomOf = (seed: string): () => number => {
  let state = [...seed].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0) | 0, 7)
  return () => {
    state = state + 0x6d2b79f5 | 0
    let mixed = Math.imul(state ^ state >>> 15, 1 | state)
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32
  }
}

/** Each has a text and numbers of its own, but for every twentieth, which is there twice: the log cannot tell the two apart. */
const requestsOf = ({ recipients, sizes }: Plan, random: () => number): ReadonlyArray<SendRequest.SendRequest> => {
  const requests: Array<SendRequest.SendRequest> = []
  for (let made = 0; made < recipients;) {
    const size = Math.min(recipients - made, sizes === "full" ? 100 : 1 + Math.floor(100 * random()))
    const first = made
    const request: SendRequest.SendRequest = {
      type: "SMS",
      from: "0212345678",
      content: `주문 ${first} 준비되었습니다`,
      messages: Arr.makeBy(size, (index) => ({ to: PhoneNumber.make(`010${20_000_000 + first + index}`) }))
    }
    made += size
    requests.push(request)
    if (requests.length % 20 === 0 && made + size <= recipients) {
      made += size
      requests.push(request)
    }
  }
  return requests
}

interface Message {
  readonly sequence: number
  readonly requestId: string
  readonly requestTime: string
  readonly to: string
  readonly content: string
}

const control = (url: string) => {
  const once = async (path: string, method: string, body?: unknown) => {
    const response = await fetch(`${url}/__emulator${path}`, {
      method,
      ...body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  // A connection that is kept may be closed at the moment when it is used, and a machine that is busy may be late.
  const ask = async (path: string, method = "GET", body?: unknown, tries = 5): Promise<any> => {
    try {
      return await once(path, method, body)
    } catch (error) {
      if (tries === 0) throw error
      await sleep(500)
      return ask(path, method, body, tries - 1)
    }
  }
  return {
    total: async (): Promise<number> => (await ask("/inbox?limit=1")).total,
    faults: (random: Fault.Random) => ask("/faults", "PUT", random),
    /** All messages, a thousand at a time. */
    each: async (use: (message: Message) => void): Promise<void> => {
      for (let after = -1;;) {
        const page: ReadonlyArray<Message> = await ask(`/messages?limit=1000&after=${after}`)
        const last = page.at(-1)
        if (last === undefined) return
        page.forEach(use)
        after = last.sequence
      }
    }
  }
}

const emulator = async () => {
  const port = await Servers.freePort()
  const running = await Servers.start(
    process.execPath,
    [
      fileURLToPath(new URL("../../emulator/src/bin.ts", import.meta.url)),
      `--port=${port}`,
      // As in fences.ts.
      "--timestamp-tolerance=4 seconds",
      "--visible-after=200 millis",
      "--processing-after=0 seconds",
      "--completed-after=1 second"
    ],
    /SENS is emulated at/
  )
  return { ...running, url: `http://127.0.0.1:${port}` }
}

/** The most memory that a process has had so far, in MB. */
const memoryOf = (pid: number | undefined): number => {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

export const killing = async (plan: Plan): Promise<Outcome> => {
  const random = randomOf(plan.seed)
  const requests = requestsOf(plan, random)
  const gateway = await emulator()
  const { each, faults, total } = control(gateway.url)
  const filename = join(Servers.folder(), "outbox.db")
  const database = plan.url ?? filename
  const runtime = ManagedRuntime.make(
    Outbox.layer().pipe(
      Layer.provideMerge(plan.url === undefined ? NodeSqlite.layer({ filename }) : Postgres.layerAt(plan.url))
    )
  )
  const query = (text: string): Promise<ReadonlyArray<ReadonlyArray<unknown>>> =>
    runtime.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe(text).values))
  const count = async (where: string): Promise<number> =>
    Number((await query(`SELECT count(*) FROM sens_send WHERE ${where}`))[0]?.[0])

  const workers: Array<Servers.Running> = []
  const start = async () => {
    const program = fileURLToPath(new URL("worker.program.ts", import.meta.url))
    const worker = await Servers.start(process.execPath, [program, gateway.url, database], /^ready$/m)
    workers.push(worker)
    return worker
  }
  try {
    // The tables are there before anybody asks for them.
    await runtime.runPromise(Outbox.Outbox)
    await faults({ seed: plan.seed, rates })
    const began = performance.now()
    const running = await Promise.all(Arr.makeBy(plan.runners, start))
    let memory = 0
    let longestGap = 0
    let sent = { at: performance.now(), total: 0 }
    const goesOn = async (): Promise<boolean> => {
      for (const { child, output } of [gateway, ...running]) {
        if (child.exitCode !== null) throw new Error(`a program has ended:\n${output().slice(-2000)}`)
      }
      for (const { child } of running) memory = Math.max(memory, memoryOf(child.pid))
      const [now, at] = [await total(), performance.now()]
      if (now > sent.total) {
        if (sent.total > 0) longestGap = Math.max(longestGap, at - sent.at)
        sent = { at, total: now }
      }
      return performance.now() - began < plan.longest
    }

    // Some in a transaction of their own, some together.
    const enqueued = runtime.runPromise(Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { enqueue } = yield* Outbox.Outbox
      const ids: Array<number> = []
      for (const chunk of Arr.chunksOf(requests, plan.sizes === "full" ? 100 : 10)) {
        ids.push(
          ...yield* sql.withTransaction(
            Effect.forEach(chunk, (request) => enqueue(request, { service: Account.serviceId }))
          )
        )
      }
      return ids
    }))

    const open: Array<number> = []
    for (const at of Arr.makeBy(plan.kills, random).toSorted((a, b) => a - b)) {
      while (sent.total < 0.98 * at * plan.recipients && await goesOn()) await sleep(20)
      await sleep(100 * random())
      const victim = Math.floor(running.length * random())
      running[victim]!.child.kill("SIGKILL")
      await running[victim]!.exited
      open.push(await count("state = 'Open'"))
      running[victim] = await start()
    }
    const ids = await enqueued
    while (await count("state IN ('Waiting', 'Open', 'Accepted')") > 0 && await goesOn()) await sleep(200)
    const seconds = (performance.now() - began) / 1000

    const [again, adopted, other] = [
      await count("attempt > 1"),
      await count("adopted = 1"),
      await count("state <> 'Final'")
    ]
    const wanted = new Map<string, number>()
    for (const { content, messages } of requests) {
      for (const { to } of messages) wanted.set(`${to} ${content}`, (wanted.get(`${to} ${content}`) ?? 0) + 1)
    }
    let doubled = 0
    const contents = new Map<string, string>()
    await each(({ content, requestId, to }) => {
      contents.set(requestId, content)
      const left = wanted.get(`${to} ${content}`) ?? 0
      if (left === 0) doubled += 1
      else wanted.set(`${to} ${content}`, left - 1)
    })
    const lost = [...wanted.values()].reduce((sum, left) => sum + left, 0)

    // Every entry has an id of its own, of a request with its text, and a code for each recipient.
    const wrong: Array<string> = []
    const found = await query(`SELECT s.id, s.request_id, p.result FROM sens_send s JOIN sens_payload p ON p.id = s.id`)
    const rows = new Map(
      found.map(([id, requestId, result]) => [Number(id), [String(requestId), String(result)] as const])
    )
    for (const [index, id] of ids.entries()) {
      const request = requests[index]!
      const [requestId = "", result = ""] = rows.get(id) ?? []
      if (contents.get(requestId) !== request.content) wrong.push(`entry ${id} has the id of another`)
      if (result.split(`["D","0"`).length - 1 !== request.messages.length) wrong.push(`entry ${id} lacks results`)
    }
    const distinct = new Set([...rows.values()].map(([requestId]) => requestId)).size
    const tables = (await query(
      plan.url === undefined
        ? "SELECT name FROM sqlite_master WHERE type = 'table'"
        : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )).map(([name]) => String(name)).filter((name) => name !== "sens_payload")
    const dump = JSON.stringify(
      await Promise.all(tables.map((table) => query(`SELECT * FROM ${table}`))),
      (_, value: unknown) => typeof value === "bigint" ? Number(value) : value
    )
    const printed = workers.map(({ output }) => output()).join("\n")
    const shown = /\b0?10\d{8}\b|주문/
    const size = plan.url === undefined
      ? (await query("PRAGMA wal_checkpoint(TRUNCATE)"), statSync(filename).size)
      : Number(
        (await query(
          "SELECT sum(pg_total_relation_size(c::regclass)) FROM unnest(ARRAY['sens_send', 'sens_payload']) c"
        ))[0]
          ?.[0]
      )
    return {
      lost,
      doubled,
      kills: open.length,
      seconds,
      open,
      requests: requests.length,
      again,
      adopted,
      memory,
      bytes: size / requests.length,
      longestGap: longestGap / 1000,
      problems: [
        ...other === 0 ? [] : [`${other} entries have come to no end, or to another`],
        ...wrong.slice(0, 3),
        ...distinct === requests.length ? [] : [`${requests.length - distinct} entries share an id`],
        ...again > 0 && adopted > 0 ? [] : [`${again} sent again, ${adopted} ids from the log: the faults hit nothing`],
        ...open.some((sends) => sends > 0) || plan.kills === 0 ? [] : ["no kill has hit a send"],
        // T15
        ...tables.includes("sens_send") ? [] : [`the tables are ${tables.join(", ")}`],
        ...shown.test(dump) ? ["a number or a text stands in another table than sens_payload"] : [],
        ...shown.test(printed) ? ["a number or a text is in what the workers print"] : []
      ]
    }
  } finally {
    for (const { child } of [...workers, gateway]) child.kill("SIGKILL")
    await runtime.dispose()
  }
}
