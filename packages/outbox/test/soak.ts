import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as Duplicate from "@effect-sens/emulator/Duplicate"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import type * as Fault from "@effect-sens/emulator/Fault"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert } from "@effect/vitest"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { join } from "node:path"
import * as Transaction from "../src/internal/transaction.ts"
import { fences } from "./fences.ts"
import * as Programs from "./programs.ts"

// Real processes on one database: a third of their sends meet a fault, and they meet some trouble. Then the books of the emulator are
// compared with those of the outbox.

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

/** What is sent, by its number. No digit comes three times in a row: that may be a mask, so that a look could not tell texts apart. */
export const text = (index: number) => `주문 ${[...String(index).padStart(5, "0")].join("-")} 준비되었습니다`

export const request = (content: string): SendRequest.SendRequest => ({
  type: "SMS",
  from: "0212345678",
  content,
  messages: [{ to: "01098765432" }]
})

/** Starts the program of a worker; with a port, on a cluster, and with a rate, at no more requests a second. */
export const worker = (baseUrl: string, database: string, attemptMillis = 1500, port?: number, rate?: number) =>
  Programs.started(join(import.meta.dirname, "worker.program.ts"), [
    baseUrl,
    database,
    String(attemptMillis),
    ...port === undefined ? [] : [String(port)],
    ...rate === undefined ? [] : [String(rate)]
  ])

/** What goes on while the workers send. */
export interface World {
  /** The programs that there are. */
  readonly running: Array<Programs.Program>
  /** Waits until so much of all has been accepted, from 0 to 1. */
  readonly until: (share: number) => Effect.Effect<void>
  readonly kill: (index: number) => Effect.Effect<void, SqlError.SqlError>
  readonly start: (index: number) => Effect.Effect<void, never, Scope.Scope>
}

export interface Plan {
  /** How many messages there are. */
  readonly count: number
  /** How many of them are there twice: the delivery log cannot tell the two apart. */
  readonly pairs: number
  /** Over how many milliseconds they are enqueued; 0 unless given. */
  readonly during?: number | undefined
  readonly runners: number
  readonly database: string
  readonly client: Layer.Layer<SqlClient.SqlClient, SqlError.SqlError>
  /** The port of each runner, where they are a cluster. */
  readonly ports?: ReadonlyArray<number> | undefined
  /** What happens to the workers. It is awaited. */
  readonly trouble: (
    world: World
  ) => Effect.Effect<void, SqlError.SqlError | Cause.TimeoutError, SqlClient.SqlClient | Scope.Scope>
  /** What happens all the while. */
  readonly meanwhile?: Effect.Effect<unknown, SqlError.SqlError, SqlClient.SqlClient> | undefined
  /** After how many milliseconds it is given up. */
  readonly longest: number
}

export interface Outcome {
  /** Between two requests that were accepted while others were enqueued, in milliseconds. */
  readonly longestGap: number
  /** How long all took, in milliseconds. */
  readonly took: number
  /** How many entries were open at each kill. */
  readonly open: ReadonlyArray<number>
  /** What the programs have written. */
  readonly outputs: ReadonlyArray<string>
}

const tally = (all: ReadonlyArray<string>) => {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

// A database that is being restarted is one of the troubles.
const persisting = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.retry(effect, Schedule.upTo(Schedule.spaced("100 millis"), { duration: "30 seconds" }))

/** Every table and column, as text. */
const dump = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = ["sens_send", "sens_hold", "sens_meta", "sens_rate", "sens_migration"]
  const rows = yield* Effect.forEach(tables, (table) => sql`SELECT * FROM ${sql(table)}`)
  return JSON.stringify(rows, (_, value: unknown) => typeof value === "bigint" ? Number(value) : value)
})

/** Runs a plan, and fails where anything was lost, or sent twice, or is not as the outbox says. */
export const soak = (plan: Plan) =>
  Effect.gen(function*() {
    const { count, database, pairs, runners } = plan
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const emulator = yield* Emulator.Emulator
    const sql = yield* SqlClient.SqlClient
    const { enqueue, status } = yield* Outbox.Outbox
    const seed = String(Math.random())
    yield* emulator.faults.random({ seed, rates: faults })

    const texts = Arr.makeBy(count, (index) => text(index < 2 * pairs ? Math.floor(index / 2) : index))
    const all: Array<Programs.Program> = []
    const starting = (index: number) =>
      Effect.tap(
        worker(baseUrl, database, 1500, plan.ports?.[index]),
        (program) => Effect.sync(() => all.push(program))
      )
    const running = [...yield* Effect.forEach(Arr.range(0, runners - 1), starting, { concurrency: "unbounded" })]
    const began = yield* Clock.currentTimeMillis

    // Some in a transaction of their own, some together.
    const chunks = Arr.chunksOf(texts.map((text, index) => ({ text, key: String(index) })), 25)
    const enqueuing = yield* Effect.forkScoped(
      Effect.forEach(chunks, (texts) =>
        persisting(
          Transaction.within(sql)(
            Effect.forEach(texts, ({ key, text }) => enqueue(request(text), { key, service: Account.serviceId }))
          )
        ).pipe(Effect.delay((plan.during ?? 0) / chunks.length))).pipe(
          Effect.flatMap((chunks) => Effect.map(Clock.currentTimeMillis, (at) => ({ ids: chunks.flat(), at })))
        )
    )

    const states = (some: ReadonlyArray<string>) =>
      persisting(Effect.map(sql`SELECT id FROM sens_send WHERE ${sql.in("state", some)}`.values, Arr.length))
    const accepted = Effect.map(emulator.allMessages, Arr.length)
    const open: Array<number> = []
    const failing = yield* Effect.forkScoped(plan.meanwhile ?? Effect.void)
    yield* plan.trouble({
      running,
      until: (share) =>
        Effect.asVoid(
          Effect.repeat(Effect.sleep(20), { until: () => Effect.map(accepted, (length) => length >= share * count) })
        ),
      kill: (index) =>
        Effect.andThen(
          Programs.killed(running[index]!),
          Effect.map(states(["Open"]), (length) => {
            open.push(length)
          })
        ),
      start: (index) =>
        Effect.map(starting(index), (program) => {
          running[index] = program
        })
    }).pipe(Effect.timeout(plan.longest))
    const { at, ids } = yield* Fiber.join(enqueuing)
    yield* Effect.repeat(Effect.sleep(200), {
      until: () => Effect.map(states(["Waiting", "Open", "Accepted"]), (left) => left === 0)
    }).pipe(
      Effect.timeout(plan.longest),
      // What is left, for whoever reads why.
      Effect.tapError(() =>
        Effect.flatMap(
          sql`SELECT state, attempt, unread, count(*) FROM sens_send GROUP BY state, attempt, unread`.values,
          (left) => Effect.logError(`seed ${seed}`, left)
        )
      )
    )
    const took = (yield* Clock.currentTimeMillis) - began
    yield* Fiber.interrupt(failing)

    const left = yield* persisting(sql`SELECT state, unread, attempt FROM sens_send WHERE state <> 'Final'`.values)
    assert.deepStrictEqual(left, [])
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
    const outputs = all.map(({ output }) => output())
    const shown = /98765432|주문/
    assert.notMatch(yield* dump, shown)
    assert.notMatch(outputs.join("\n"), shown)
    // None has ended that was not ended.
    for (const { child } of all) assert.isNull(child.exitCode)

    const times = messages
      .map(({ requestTime }) => DateTime.toEpochMillis(requestTime))
      .filter((time) => time <= at)
      .toSorted((a, b) => a - b)
    const gaps = times.slice(1).map((time, index) => time - times[index]!)
    return { longestGap: Math.max(0, ...gaps), took, open, outputs } satisfies Outcome
  }).pipe(
    Effect.provide(
      Outbox.layer().pipe(
        Layer.provideMerge(plan.client),
        Layer.provideMerge(EmulatorServer.layer(fences.emulator)),
        Layer.fresh
      )
    )
  )

/** For how long a frozen process can do no harm by what it has sent: longer than the fence and the lag of the log. */
const pastFence = "8 seconds"

/** Freezes a program for longer than what it has sent can be accepted; it thaws, and goes on as if nothing had been. */
export const freeze = ({ running }: World, index: number) => {
  const { child } = running[index]!
  return Effect.sync(() => child.kill("SIGSTOP")).pipe(
    Effect.andThen(Effect.sleep(pastFence)),
    Effect.ensuring(Effect.sync(() => child.kill("SIGCONT")))
  )
}

/** Kills programs one after the other, over all of the work. Some come back, the others do not. */
export const kill = (
  { kill, start, until }: World,
  victims: ReadonlyArray<{ readonly index: number; readonly comesBack: boolean }>
) =>
  Effect.forEach(victims, ({ comesBack, index }, at) =>
    until((at + 0.5) / (victims.length + 0.5)).pipe(
      Effect.andThen(kill(index)),
      Effect.andThen(comesBack ? start(index) : Effect.void)
    ), { discard: true })
