import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Forward from "../src/docs/feed/forward.ts"
import * as Results from "../src/docs/feed/results.ts"

const layer = Sens.layer(Account.options).pipe(
  Layer.provideMerge(EmulatorClient.layer({ completedAfter: 0, outcomes: { "01087654321": "2003" } })),
  Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
  Layer.fresh
)

const send = Sens.Sens.use(({ messages }) =>
  messages.send({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01012345678" }, { to: "01087654321" }]
  })
)

describe("delivery-results.md", () => {
  it.live("results into a table", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE results (message_id TEXT UNIQUE, request_id TEXT, outcome TEXT, code TEXT)`
      const rows = yield* Effect.gen(function*() {
        yield* send
        return yield* sql`SELECT outcome, code FROM results ORDER BY outcome`.values.pipe(
          Effect.delay("100 millis"),
          Effect.repeat({ until: ({ length }) => length === 2 })
        )
      }).pipe(Effect.provide(Results.results))
      assert.deepStrictEqual(rows, [["Delivered", "0"], ["Failed", "2003"]])
    }).pipe(Effect.provide(layer)), 60_000)

  it.live("results to another program, again until it takes them", () =>
    Effect.gen(function*() {
      const { allMessages } = yield* Emulator.Emulator
      const told: Array<unknown> = []
      let calls = 0
      const program = HttpClient.make((request) =>
        Effect.sync(() => {
          calls += 1
          const status = calls === 1 ? 503 : 204
          if (status === 204 && request.body._tag === "Uint8Array") {
            told.push(...JSON.parse(new TextDecoder().decode(request.body.body)))
          }
          return HttpClientResponse.fromWeb(request, new Response(null, { status }))
        })
      )
      const forward = Forward.forward("http://127.0.0.1/results").pipe(
        Layer.provide(Layer.succeed(HttpClient.HttpClient, program))
      )
      yield* Effect.gen(function*() {
        yield* send
        yield* Effect.repeat(Effect.sleep("100 millis"), { until: () => told.length > 0 })
      }).pipe(Effect.provide(forward))
      const ids = (yield* allMessages).map(({ messageId }) => messageId)
      assert.sameDeepMembers(told, [{ id: ids[0], outcome: "Delivered" }, { id: ids[1], outcome: "Failed" }])
      assert.strictEqual(calls, 2)
    }).pipe(Effect.provide(layer)), 60_000)
})
