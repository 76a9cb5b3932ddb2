// A worker of the recipe for pg-boss, as a program of its own: the gate kills it.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { PgBoss } from "pg-boss"
import * as Recipe from "../../src/recipes/pgBoss.ts"
import { journalKey, sensOptions } from "./settings.ts"

const worker = Effect.gen(function*() {
  // Jobs of a killed worker are looked for each second, not each minute.
  const boss = new PgBoss({
    connectionString: process.env["DATABASE_URL"] ?? "",
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 1
  })
  boss.on("error", (error) => console.error(error.message))
  yield* Effect.promise(() => boss.start())
  yield* Recipe.work(boss, { journalKey: Redacted.make(journalKey), expireInSeconds: 5, retryDelay: 1 })
  console.log("ready")
  return yield* Effect.never
})

worker.pipe(
  Effect.provide(Layer.provide(
    Sens.layer({
      ...sensOptions,
      accessKey: Redacted.make(sensOptions.accessKey),
      secretKey: Redacted.make(sensOptions.secretKey)
    }),
    NodeTransport.layer()
  )),
  NodeRuntime.runMain
)
