/**
 * A program that writes a request down, and is killed: before its transaction is committed, or right after.
 */
import * as Account from "@effect-sens/emulator/Account"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { sms } from "./emulated.ts"

const [filename = "", at = ""] = process.argv.slice(2)

const dies = (when: string) => Effect.sync(() => when === at && process.kill(process.pid, "SIGKILL"))

const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const { enqueue } = yield* Outbox.Outbox
  yield* sql`CREATE TABLE orders (name TEXT)`
  yield* sql.withTransaction(
    sql`INSERT INTO orders (name) VALUES (${"one"})`.pipe(
      Effect.andThen(enqueue(sms(undefined, "주문 1"), { service: Account.serviceId, key: "order/1" })),
      Effect.andThen(dies("before"))
    )
  )
  yield* dies("after")
})

await program.pipe(
  Effect.provide(Outbox.layer().pipe(Layer.provideMerge(NodeSqlite.layer({ filename })))),
  Effect.runPromise
)
