#!/usr/bin/env node
/**
 * `effect-sens-emulator`: the emulator as a program.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"
import * as Program from "./Program.ts"

const Manifest = Schema.Struct({ version: Schema.String })

const { version } = Schema.decodeUnknownSync(Manifest)(createRequire(import.meta.url)("../package.json"))

let stopped: number | undefined

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.once(signal, () => {
    stopped ??= code
    // Whatever is still open is of no use to who wants it to end.
    // @effect-diagnostics-next-line globalTimers:off
    setTimeout(() => process.exit(code), 900).unref()
  })
}

Command.runWith(Program.command, { version })(Program.joined(process.argv.slice(2))).pipe(
  Effect.tapError((error) => error._tag === "Failed" ? Console.error(error.message) : Effect.void),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    teardown: (exit, onExit) =>
      stopped !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
        ? onExit(stopped)
        : Runtime.defaultTeardown(exit, onExit)
  })
)
