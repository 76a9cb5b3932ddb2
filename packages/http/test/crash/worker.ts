/**
 * A program that keeps its journal in a file: it submits a message, or asks what became of one that is in the journal. It prints
 * one line, unless it is killed before.
 */
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { credentials, sms } from "../emulated.ts"

const [baseUrl = "", file = ""] = process.argv.slice(2)

const json = Schema.fromJsonString(SendIntent.SendIntent)

const program = Effect.gen(function*() {
  const { messages } = yield* Sens.Sens
  yield* messages.learnClock
  if (!existsSync(file)) {
    const intent = yield* messages.prepare(sms())
    writeFileSync(file, yield* Schema.encodeEffect(json)(intent))
    return yield* messages.submit(intent, sms())
  }
  const intent = yield* Schema.decodeEffect(json)(readFileSync(file, "utf8"))
  const resolve = messages.resolve([intent], sms(), { owners: () => Effect.succeed(new Map()) })
  for (let look = 0; look < 100; look++) {
    const resolution = yield* resolve
    if (resolution._tag !== "Open") return resolution
    yield* Effect.sleep("200 millis")
  }
  return yield* Effect.die("never settled")
})

const layer = Sens.layer({
  ...credentials,
  baseUrl,
  reconcile: { timestampTolerance: "4 seconds", visibilityLag: "500 millis" }
})
  .pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )

program.pipe(
  Effect.flatMap((result) => Effect.sync(() => process.stdout.write(`${JSON.stringify(result)}\n`))),
  Effect.provide(layer),
  NodeRuntime.runMain
)
