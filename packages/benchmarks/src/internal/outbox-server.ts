// @effect-diagnostics nodeBuiltinImport:off globalConsole:off
/**
 * The emulator in a process of its own, on loopback; it tells its address and ends with the process that started it. What it accepts
 * is completed a second later.
 *
 * @since 0.1.0
 */
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const announce = Layer.effectDiscard(
  Effect.map(EmulatorServer.EmulatorServer, ({ baseUrl }) => process.send?.(baseUrl))
)

process.once("disconnect", () => process.exit())
Layer.launch(announce.pipe(
  Layer.provide(EmulatorServer.layer({ processingAfter: 0, completedAfter: "1 second" }))
)).pipe(NodeRuntime.runMain)
