import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"

const welcome = (name: string): SendRequest.SendRequest => ({
  type: "SMS",
  from: "0212345678",
  content: `[서점] ${name}님, 가입을 환영합니다.`,
  messages: [{ to: "01012345678" }]
})

// The user and the message, or neither.
const signUp = Effect.fnUntraced(function*(name: string) {
  const sql = yield* SqlClient.SqlClient
  const outbox = yield* Outbox.Outbox
  yield* sql`INSERT INTO users ${sql.insert({ name })}`
  return yield* outbox.enqueue(welcome(name), { key: `welcome/${name}` })
}, (effect) => SqlClient.SqlClient.use((sql) => sql.withTransaction(effect)))

const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const outbox = yield* Outbox.Outbox
  yield* sql`CREATE TABLE users (name TEXT UNIQUE)`
  const id = yield* signUp("홍길동")
  const status = yield* outbox.await(id, "final")
  yield* Effect.log(status._tag)
})

const layer = Outbox.layerWorker().pipe(
  Layer.provideMerge(Outbox.layer()),
  // A file, such as "app.db", outlives the process.
  Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
  Layer.provide(Sens.layer(Account.options)),
  Layer.provide(EmulatorClient.layer({ completedAfter: "1 second" }))
)

await program.pipe(Effect.provide(layer), Effect.runPromise)
