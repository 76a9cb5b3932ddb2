// @effect-diagnostics nodeBuiltinImport:off
/**
 * A worker of the outbox in a process of its own: `node outbox-worker.ts <address of the gateway> <database>`. It says when it is ready, and
 * what it has taken of the processor and of memory so far, to whoever sends it a message.
 *
 * @since 0.1.0
 */
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { client, database } from "./outbox-layers.ts"

const [baseUrl = "", where = ""] = process.argv.slice(2)

process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({ cpu: (system + user) / 1000, memory: process.resourceUsage().maxRSS / 1024 })
})
process.once("disconnect", () => process.exit())

Outbox.layerWorker().pipe(
  Layer.provide(Outbox.layer()),
  Layer.tap(() => Effect.sync(() => process.send?.("ready"))),
  Layer.provide([client(baseUrl), database(where)]),
  Layer.launch,
  NodeRuntime.runMain
)
