// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * A worker of a job queue in a process of its own: `node outbox-queue.ts <pg-boss or graphile-worker> <address of the gateway> <database>`. A job
 * is a message, and is sent by the same client. It says when it is ready.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { run } from "graphile-worker"
import { PgBoss } from "pg-boss"
import { client, request } from "./outbox-layers.ts"

const [engine, baseUrl = "", connectionString = ""] = process.argv.slice(2)

const runtime = ManagedRuntime.make(client(baseUrl))
const send = (index: number) =>
  runtime.runPromise(Sens.Sens.use(({ messages }) => messages.send(request(index, 1)))).then(() => undefined)

process.once("disconnect", () => process.exit())

if (engine === "pg-boss") {
  // As often as it can be told to look for the jobs of workers that died.
  const boss = new PgBoss({
    connectionString,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 1
  })
  boss.on("error", ({ message }) => process.stderr.write(`${message}\n`))
  await boss.start()
  await boss.createQueue("sms", { expireInSeconds: 2, retryDelay: 0, retryLimit: 100 })
  // The quickest way that it has: bursts of jobs that are handed out together.
  const options = { batchSize: 10, localConcurrency: 20, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
  await boss.work<{ readonly index: number }>("sms", options, async (jobs) => {
    await Promise.all(jobs.map(({ data }) => send(data.index)))
  })
} else {
  await run({
    connectionString,
    concurrency: 32,
    noHandleSignals: true,
    taskList: { sms: (payload) => send(Number((payload as { readonly index: number }).index)) }
  })
}
process.send?.("ready")
