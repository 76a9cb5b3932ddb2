// @effect-diagnostics nodeBuiltinImport:off
/**
 * Reads a log in a process of its own, and tells what is left of that in memory: `node --expose-gc streams-memory.ts <where as JSON> <by>`, where
 * `by` is `request` or `completion`.
 *
 * @since 0.1.0
 */
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Effect from "effect/Effect"
import * as Read from "./streams-read.ts"

const where: Read.Where = JSON.parse(process.argv[2] ?? "")
const by = process.argv[3] === "completion" ? "completion" : "request"

const count = await Effect.runPromise(
  Effect.provide(Read.between(where, by), Read.layer(where, NodeTransport.layer()))
)
if (count < where.count) throw new Error(`${count} of ${where.count}`)
globalThis.gc?.()
process.stdout.write(JSON.stringify({ heap: process.memoryUsage().heapUsed / 1024 ** 2 }), () => process.exit(0))
