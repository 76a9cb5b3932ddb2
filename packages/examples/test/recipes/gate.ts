// @effect-diagnostics globalFetch:off globalRandom:off
// The recipes for job queues, on the real servers: 2,000 jobs each, a third of whose sends meet a fault, and two workers, one of
// which is killed three times in the middle, while the other is frozen once, for longer than its signatures last. Then the books of
// the emulator are compared with those of the recipe. Where there is no server its recipe is skipped. The last line is
// `N passed, N failed, N skipped`.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as Fault from "@effect-sens/emulator/Fault"
import { randomUUID } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Engine, engines, type Job } from "./engines.ts"
import * as Servers from "./servers.ts"

const count = 2000
const pairs = 25
// Successes that cannot be read, of requests that were not accepted: their jobs end up with a person.
const unreadable = 3
const longest = 400_000

const faults: Fault.Random["rates"] = [
  { operation: "send", rate: 0.06, fault: { _tag: "ServerError", status: 500, accepted: true } },
  { operation: "send", rate: 0.03, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "send", rate: 0.05, fault: { _tag: "Reset", accepted: true, code: "ECONNRESET" } },
  { operation: "send", rate: 0.03, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } },
  { operation: "send", rate: 0.02, fault: { _tag: "Silence", accepted: true } },
  { operation: "send", rate: 0.01, fault: { _tag: "Silence", accepted: false } },
  { operation: "send", rate: 0.03, fault: { _tag: "Unreadable", body: "brokenJson", accepted: true } },
  { operation: "send", rate: 0.06, fault: { _tag: "TooManyRequests", code: "410" } },
  // One whose signature is still good when its bytes arrive, and one whose is not.
  { operation: "send", rate: 0.03, fault: { _tag: "AcceptedLater", afterMillis: 3000, first: "Reset" } },
  { operation: "send", rate: 0.01, fault: { _tag: "AcceptedLater", afterMillis: 8000, first: "Silence" } },
  { operation: "search", rate: 0.03, fault: { _tag: "ServerError", status: 503, accepted: false } },
  { operation: "search", rate: 0.02, fault: { _tag: "Reset", accepted: false, code: "ECONNRESET" } }
]

// Each job has a message of its own, but for the pairs, which nobody can tell apart in the delivery log.
const makeJobs = (): ReadonlyArray<Job> =>
  Array.from({ length: count }, (_, index) => {
    const digits = String(index < 2 * pairs ? Math.floor(index / 2) : index).padStart(4, "0")
    return {
      id: randomUUID(),
      data: { to: PhoneNumber.make(`0100000${digits}`), text: `주문 ${digits} 준비되었습니다` }
    }
  })

interface Message {
  readonly sequence: number
  readonly requestId: string
  readonly content: string
}

const control = (url: string) => {
  const ask = async (path: string, method = "GET", body?: unknown) => {
    const response = await fetch(`${url}/__emulator${path}`, {
      method,
      ...body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  return {
    total: async (): Promise<number> => (await ask("/inbox?limit=1")).total,
    messages: async (): Promise<ReadonlyArray<Message>> => {
      const all: Array<Message> = []
      while (true) {
        const page: ReadonlyArray<Message> = await ask(`/messages?limit=1000&after=${all.at(-1)?.sequence ?? -1}`)
        if (page.length === 0) return all
        all.push(...page)
      }
    },
    drawn: async (): Promise<number> => {
      const { applied }: { applied: ReadonlyArray<Fault.Applied> } = await ask("/faults")
      return applied.filter(({ operation }) => operation === "send").reduce((sum, { count }) => sum + count, 0)
    },
    script: async (seed: string) => {
      await ask("/faults", "PUT", { seed, rates: faults })
      const fault = { _tag: "Unreadable", body: "html", accepted: false }
      await ask("/faults", "POST", { operation: "send", count: unreadable, fault })
    }
  }
}

const tally = <A>(all: ReadonlyArray<A>, key: (each: A) => string): (key: string) => number => {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1)
  return (key) => counts.get(key) ?? 0
}

const checks = [
  "faults and kills hit something",
  "every job is settled",
  "no message is lost",
  "no message is doubled",
  "every id is of the message of its job",
  "nothing of a message is in what the workers print"
] as const

/** What is wrong, by check. */
type Problems = Readonly<Record<typeof checks[number], ReadonlyArray<string>>>

const run = async (name: string, engine: Engine): Promise<Problems> => {
  const began = performance.now()
  const emulator = await Servers.emulator()
  const { drawn, messages, script, total } = control(emulator.url)
  const workers: Array<Servers.Running> = []
  const startWorker = async () => {
    const worker = await Servers.start(
      process.execPath,
      [fileURLToPath(new URL(engine.worker, import.meta.url))],
      /^ready$/m,
      { env: { ...process.env, ...engine.environment, SENS_BASE_URL: emulator.url } }
    )
    workers.push(worker)
    return worker
  }
  const other = await startWorker()
  let worker = await startWorker()
  const goesOn = () => {
    for (const { child, output } of [emulator, other, worker]) {
      if (child.exitCode !== null) throw new Error(`a program has ended:\n${output()}`)
    }
    return performance.now() - began < longest
  }

  const seed = randomUUID()
  await script(seed)
  const jobs = makeJobs()
  await engine.enqueue(jobs)

  // Twice while most jobs are new, once while what is left waits for its proof.
  const kills = [0.05 + 0.4 * Math.random(), 0.45 + 0.4 * Math.random(), 0.9 + 0.07 * Math.random()]
  const open: Array<number> = []
  const freeze = async () => {
    while (await total() < 0.2 * count && goesOn()) await sleep(20)
    other.child.kill("SIGSTOP")
    await sleep(10_000)
    other.child.kill("SIGCONT")
  }
  const thawed = freeze()
  for (const kill of kills) {
    while (await total() < kill * count && goesOn()) await sleep(20)
    await sleep(100 * Math.random())
    worker.child.kill("SIGKILL")
    await worker.exited
    open.push((await engine.journal()).filter(({ state }) => state === "open").length)
    worker = await startWorker()
  }
  await thawed
  while (await engine.completed() < count && goesOn()) await sleep(250)
  const seconds = (performance.now() - began) / 1000

  const completed = await engine.completed()
  const journal = await engine.journal()
  const inbox = await messages()
  const faulty = await drawn()
  for (const { child } of workers) child.kill("SIGTERM")
  emulator.child.kill("SIGTERM")
  await engine.close()

  const texts = new Map(jobs.map(({ data, id }) => [id, data.text]))
  const textOf = ({ job }: { readonly job: string }) => texts.get(job) ?? ""
  const accepted = journal.filter(({ state }) => state === "accepted")
  const held = journal.filter(({ state }) => state === "held")
  const wanted = tally(jobs, ({ data }) => data.text)
  const sent = tally(inbox, ({ content }) => content)
  const known = tally(accepted, textOf)
  const given = tally(held, textOf)
  const contents = new Map(inbox.map(({ content, requestId }) => [requestId, content]))
  const all = [...new Set([...texts.values(), ...contents.values()])]
  const lost = all.filter((text) => sent(text) + given(text) < wanted(text))
  const doubled = all.filter((text) => sent(text) > wanted(text))
  const found = journal.filter(({ isFromLog }) => isFromLog).length
  const again = journal.filter(({ attempt }) => attempt > 1).length
  const printed = workers.map(({ output }) => output()).join("\n")

  console.log(
    `${name}: ${count} jobs, ${accepted.length} accepted, ${held.length} held, ${lost.length} lost, ${doubled.length} doubled
  ${faulty} faults of sends, kills with ${
      open.join(", ")
    } sends open, ${found} ids from the log, ${again} sent again, ${seconds.toFixed(1)} s, seed ${seed}`
  )
  return {
    "faults and kills hit something": found > 100 && again > 100 && open.every((sends) => sends > 0)
      ? []
      : [`${found} ids from the log, ${again} sent again, ${open.join(", ")} open`],
    "every job is settled": [
      ...completed === count ? [] : [`${completed} are completed`],
      ...journal.length === count ? [] : [`${journal.length} are in the journal`],
      ...journal.filter((entry) => !accepted.includes(entry) && !held.includes(entry)).map(({ state }) => state),
      // Of two that are equal, one may have the other's answer.
      ...held.filter((entry) => wanted(textOf(entry)) === 1).slice(unreadable).map(({ job }) => `${job} is held`)
    ],
    "no message is lost": lost,
    "no message is doubled": doubled,
    "every id is of the message of its job": [
      ...accepted.filter((entry) => contents.get(entry.requestId ?? "") !== textOf(entry)).map(({ job }) => job),
      ...new Set(accepted.map(({ requestId }) => requestId)).size === accepted.length ? [] : ["two have the same"],
      ...all.filter((text) => sent(text) !== known(text)).map((text) => `${text}: accepted ${sent(text)} times`)
    ],
    "nothing of a message is in what the workers print": /\b010\d{8}\b|주문/.test(printed) ? [printed] : []
  }
}

let passed = 0
let failed = 0
let skipped = 0
await Promise.all(engines.map(async ({ name, needs, open }) => {
  let problems: Problems
  try {
    const engine = await open()
    if (engine === undefined) {
      skipped += checks.length
      console.log(`SKIP  ${name}: there is no ${needs} on this machine`)
      return
    }
    problems = await run(name, engine)
  } catch (error) {
    failed += checks.length
    console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return
  }
  for (const check of checks) {
    const [first, ...more] = problems[check]
    if (first === undefined) passed++
    else failed++
    console.log(
      first === undefined ? `ok    ${name}: ${check}` : `FAIL  ${name}: ${check}\n${first}, and ${more.length} more`
    )
  }
}))
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 ? 1 : 0)
