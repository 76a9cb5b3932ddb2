import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Sens from "@effect-sens/http/Sens"
import * as ClusterWorker from "@effect-sens/outbox/ClusterWorker"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as TestRunner from "effect/cluster/TestRunner"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dispatcher from "../src/internal/dispatcher.ts"
import { fences } from "./fences.ts"
import * as Ports from "./ports.ts"
import * as Postgres from "./postgres.ts"
import * as Programs from "./programs.ts"
import * as Soak from "./soak.ts"
import * as Troubles from "./troubles.ts"

const size = { count: 200, during: 10_000 }

describe.skipIf(!Postgres.isThere)("three machines of which five are killed, and two never come back", {
  concurrent: false
}, () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    for (const way of ["worker", "cluster"] as const) {
      it.effect(`lose nothing and double nothing, as a ${way}`, () =>
        Effect.gen(function*() {
          const { longestGap, took } = yield* Troubles.kills(way, size)
          yield* Effect.log(`${way}: the longest gap between two requests was ${longestGap} ms, all took ${took} ms`)
          // Where nobody took over, nothing would be sent until the end.
          assert.isBelow(longestGap, 12_000)
        }), 240_000)
    }

    it.effect(
      "send by one of them at a time, so that a limit that each counts is that of all",
      () =>
        Effect.gen(function*() {
          const url = yield* Postgres.database
          const { baseUrl } = yield* EmulatorServer.EmulatorServer
          const { ledger } = yield* Emulator.Emulator
          const outbox = yield* Layer.build(Outbox.layer().pipe(Layer.provide(Postgres.layerAt(url))))
          yield* Effect.forEach(
            Arr.range(1, 3),
            () => Effect.flatMap(Ports.free, (port) => Soak.worker(baseUrl, url, 10_000, port, 20)),
            { concurrency: "unbounded" }
          )
          const { await: until, enqueue } = Context.get(outbox, Outbox.Outbox)
          const ids = yield* Effect.forEach(
            Arr.range(1, 120),
            (index) => enqueue(Soak.request(Soak.text(index)), { service: Account.serviceId })
          )
          yield* Effect.forEach(ids, (id) => until(id, "accepted"), { concurrency: "unbounded" })
          const turns = (yield* ledger)
            .filter(({ operation }) => operation === "send")
            .map(({ headers }) => Number(headers["x-ncp-apigw-timestamp"]))
          assert.strictEqual(turns.length, 120)
          // 20 at once, the others at 20 a second. Three that send would take a third of the time.
          assert.isAbove(Math.max(...turns) - Math.min(...turns), 4000)
        }).pipe(Effect.provide(EmulatorServer.layer())),
      120_000
    )

    it.effect(
      "send what they have begun to its end when they are told to end, and the next one goes on",
      () =>
        Effect.gen(function*() {
          const url = yield* Postgres.database
          const { baseUrl } = yield* EmulatorServer.EmulatorServer
          const { faults, ledger } = yield* Emulator.Emulator
          const context = yield* Layer.build(Outbox.layer().pipe(Layer.provideMerge(Postgres.layerAt(url))))
          const sql = Context.get(context, SqlClient.SqlClient)
          const { await: until, enqueue } = Context.get(context, Outbox.Outbox)
          yield* faults.next("send", Infinity, { _tag: "Slow", beforeMillis: 0, afterMillis: 1000 })
          const first = yield* Soak.worker(baseUrl, url, 10_000, yield* Ports.free)
          const ids = yield* Effect.forEach(
            Arr.range(1, 100),
            (index) => enqueue(Soak.request(Soak.text(index)), { service: Account.serviceId })
          )
          yield* Effect.repeat(Effect.sleep(10), {
            until: () => Effect.map(ledger, (entries) => entries.some(({ operation }) => operation === "send"))
          })
          first.child.kill("SIGTERM")
          yield* Effect.timeout(Programs.exited(first), "20 seconds")
          const states = yield* sql`SELECT DISTINCT state FROM sens_send ORDER BY state`.values
          assert.deepStrictEqual(states, [["Accepted"], ["Waiting"]])
          yield* Soak.worker(baseUrl, url, 10_000, yield* Ports.free)
          yield* Effect.forEach(ids, (id) => until(id, "accepted"), { concurrency: "unbounded" })
        }).pipe(Effect.provide(EmulatorServer.layer({ ...fences.emulator, completedAfter: "1 minute" }))),
      120_000
    )
  })
})

const other = "ncp:sms:kr:000000000000:other"

// Two services on one runner.
const layers = Layer.unwrap(
  Effect.map(
    Sens.make({ ...Account.options, serviceId: other }),
    (client) => ClusterWorker.layer({ clients: [client] })
  )
).pipe(
  Layer.provideMerge(Outbox.layer()),
  Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
  Layer.provideMerge(Sens.layer(Account.options)),
  Layer.provideMerge(
    EmulatorClient.layer({
      accounts: [{ ...Account.emulatorAccount, serviceIds: [Account.serviceId, other] }]
    })
  ),
  Layer.provideMerge(TestRunner.layer),
  Layer.fresh
)

describe("ClusterWorker", () => {
  it.live("sends for each service, and at once what is enqueued", () =>
    Effect.gen(function*() {
      const { await: until, enqueue } = yield* Outbox.Outbox
      const tags: Array<string> = []
      const waits: Array<number> = []
      for (let index = 0; index < 20; index++) {
        const service = index % 2 === 0 ? other : Account.serviceId
        const [took, status] = yield* Effect.timed(
          Effect.flatMap(enqueue(Soak.request(Soak.text(index)), { service }), (id) => until(id, "accepted"))
        )
        tags.push(status._tag)
        waits.push(Duration.toMillis(took))
      }
      assert.deepStrictEqual(tags, Arr.makeBy(20, () => "Accepted"))
      // Without a call it would be the half of a second.
      assert.isBelow(waits.toSorted((a, b) => a - b)[10]!, 400)
      const messages = yield* Emulator.Emulator.use(({ allMessages }) => allMessages)
      assert.strictEqual(messages.length, 20)
    }).pipe(Effect.provide(layers)))

  it.live("leaves alone what no client serves, and says so", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(String(message)))
    return Effect.gen(function*() {
      const dispatcher = yield* Dispatcher.entityOf("default").client
      yield* dispatcher("ncp:sms:kr:000000000000:nobody").Wake()
      assert.isTrue(lines.some((line) => line.includes("a runner has no client of a service")))
    }).pipe(Effect.provide(layers), Effect.provide(Logger.layer([logger])))
  })
})
