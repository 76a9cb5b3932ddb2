import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Ports from "../../outbox/test/ports.ts"
import * as Postgres from "../../outbox/test/postgres.ts"
import * as Cluster from "../src/docs/outbox/cluster.ts"
import * as Encrypted from "../src/docs/outbox/encrypted.ts"
import * as Health from "../src/docs/outbox/health.ts"
import * as Rate from "../src/docs/outbox/rate.ts"

describe("outbox.md", () => {
  it.effect("one rate of several machines", () =>
    Effect.gen(function*() {
      const send = Sens.Sens.use(({ messages }) =>
        messages.send({ type: "SMS", from: "0212345678", content: "안녕하세요", messages: [{ to: "01012345678" }] })
      )
      // Each has a client of its own, and all of them one database.
      const machine = send.pipe(Effect.provide(Rate.layer(Account.options), { local: true }))
      yield* Effect.all([machine, machine, machine])
      const { allMessages } = yield* Emulator.Emulator
      assert.strictEqual((yield* allMessages).length, 3)
      const rates = yield* SqlClient.SqlClient.use((sql) => sql`SELECT key, level FROM sens_rate`.values)
      assert.deepStrictEqual(rates, [[`sens/${Account.serviceId}`, 97]])
    }).pipe(Effect.provide(
      Layer.merge(EmulatorClient.layer(), NodeSqlite.layer({ filename: ":memory:" }))
    )))

  it.effect("encrypted at rest, and a health check", () =>
    Effect.gen(function*() {
      const outbox = yield* Outbox.Outbox
      const request = {
        type: "SMS",
        from: "0212345678",
        content: "인증번호 738201",
        messages: [{ to: "01098765432" }]
      } as const
      const id = yield* outbox.enqueue(request)
      yield* outbox.enqueue(request)
      const [first, second] = yield* SqlClient.SqlClient.use((sql) => sql`SELECT request FROM sens_payload`.values)
      assert.notMatch(String(first), /98765432|인증|[^A-Za-z0-9+/=]/)
      assert.notStrictEqual(String(first), String(second))
      assert.deepStrictEqual(yield* Health.problems, ["the worker does not run"])
      yield* Outbox.drain()
      const { allMessages } = yield* Emulator.Emulator
      assert.deepStrictEqual((yield* allMessages).map(({ content }) => content), [request.content, request.content])
      assert.strictEqual((yield* outbox.status(id))._tag, "Accepted")
      assert.deepStrictEqual(yield* Health.problems, [])
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* Health.problems, [
        "the worker does not run",
        "entries wait for more than a minute"
      ])
    }).pipe(Effect.provide(
      Encrypted.layer(Redacted.make(Base64.encode(new Uint8Array(32).fill(7)))).pipe(
        Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
        Layer.provideMerge(Sens.layer(Account.options)),
        Layer.provideMerge(EmulatorClient.layer())
      )
    )))
})

const sms = { type: "SMS", from: "0212345678", content: "안녕하세요", messages: [{ to: "01012345678" }] } as const

describe.skipIf(!Postgres.isThere)("outbox.md, with PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("several machines, and a cluster of them", () =>
      Effect.gen(function*() {
        const database = Redacted.make(yield* Postgres.database)
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const sens = { ...Account.options, baseUrl }
        const machine = Effect.flatMap(Ports.free, (port) =>
          Layer.build(Layer.fresh(Cluster.layer({ host: "127.0.0.1", port, database, sens }))))
        const machines = yield* Effect.all([machine, machine], { concurrency: "unbounded" })
        // Whichever of them it is that sends.
        const sent = yield* Effect.forEach(machines, (context) =>
          Outbox.Outbox.use(({ await: until, enqueue }) =>
            Effect.flatMap(enqueue(sms), (id) =>
              until(id, "accepted"))
          ).pipe(Effect.provide(context)))
        assert.deepStrictEqual(
          sent.map(({ _tag }) =>
            _tag
          ),
          ["Accepted", "Accepted"]
        )
        const { allMessages } = yield* Emulator.Emulator
        assert.strictEqual((yield* allMessages).length, 2)
      }).pipe(Effect.provide([EmulatorServer.layer(), NodeHttpClient.layerUndici])), 60_000)
  })
})
