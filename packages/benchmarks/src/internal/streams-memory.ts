// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * Reads a log in a process of its own, and tells what memory that took: `node --expose-gc streams-memory.ts <where as JSON> <how>`, where
 * `how` is `request` or `completion` for our stream, or `byHand`.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Read from "./streams-read.ts"

const where: Read.Where = JSON.parse(process.argv[2] ?? "")
const how = process.argv[3]

const count = how === "byHand"
  ? await Read.byHand(where)
  : await Effect.runPromise(
    Effect.provide(
      Read.between(where, how === "completion" ? "completion" : "request"),
      Read.layer(where, NodeHttpClient.layerUndici)
    )
  )
const { maxRSS } = process.resourceUsage()
globalThis.gc?.()
process.stdout.write(JSON.stringify({ count, peak: maxRSS / 1024, heap: process.memoryUsage().heapUsed / 1024 ** 2 }))
process.exit(0)
