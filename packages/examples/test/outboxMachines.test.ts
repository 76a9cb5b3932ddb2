import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
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
})
