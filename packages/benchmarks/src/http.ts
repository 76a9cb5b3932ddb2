// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off missingPipeableSignature:off
/**
 * The client against others, and what it costs: `node packages/benchmarks/src/http.ts`, `--quick` for a first look.
 *
 * Contestants run interleaved, and what is reported are ratios: of the best turns where nothing waits (P1), and otherwise the median of the
 * ratios within each round. The server is a process of its own on loopback. Goals P1, P2, P3, P7 and P8.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { atLeast, atMost, note, render, type Row } from "./internal/harness.ts"
import * as Bundle from "./internal/http-bundle.ts"
import * as Contestants from "./internal/http-effect.ts"
import * as Plain from "./internal/http-plain.ts"
import { race } from "./internal/http-race.ts"
import * as Start from "./internal/http-start.ts"

const quick = process.argv.includes("--quick")
// Short turns without waiting: the best of many has the processor for itself. Longer ones where a server answers.
const alone = quick ? { rounds: 25, turn: 10 } : { rounds: 101, turn: 10 }
const served = quick ? { rounds: 7, turn: 60 } : { rounds: 21, turn: 120 }

const serve = (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./internal/http-server.ts", import.meta.url)))
    child.once("error", reject)
    child.once("message", (port) =>
      resolve({ baseUrl: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() }))
  })

const sends = async (layer: Layer.Layer<HttpClient.HttpClient>, baseUrl: string) => {
  const runtime = ManagedRuntime.make(layer)
  const [ours, straightforward, transport] = await runtime.runPromise(
    Effect.all([
      Contestants.ours(baseUrl),
      Contestants.straightforward(baseUrl),
      Contestants.transportAlone(baseUrl)
    ])
  )
  // Who does not get the answer has no place in the table.
  const ids = await runtime.runPromise(Effect.all([ours, straightforward]))
  if (new Set(ids).size !== 1) throw new Error("The contestants do not get the same answer")
  return { ours, straightforward, transport, dispose: () => runtime.dispose() }
}

// --- P1 ---------------------------------------------------------------------

const overhead = async (): Promise<ReadonlyArray<Row>> => {
  const { dispose, ours, straightforward, transport } = await sends(Contestants.layerNull, "http://sens.test")
  const result = await race({
    ours: Contestants.repeat(ours, 1),
    straightforward: Contestants.repeat(straightforward, 1),
    transport: Contestants.repeat(transport, 1),
    floor: Plain.floor
  }, alone)
  await dispose()
  const best = (name: "ours" | "straightforward" | "transport" | "floor") => result.best(name).wall
  return [
    atMost("P1 a signed send on a null transport, less the transport", 12, best("ours") - best("transport"), " us"),
    atMost("P1 of it in a straightforward Effect program", 0.333, best("ours") / best("straightforward"), "x"),
    note("   the straightforward program", best("straightforward"), " us"),
    note("   body, HMAC and answer by hand, without Effect", best("floor"), " us"),
    note("   a signed send in times of that", best("ours") / best("floor"), "x")
  ]
}

// --- P2, P3 -----------------------------------------------------------------

const concurrencies = [1, 16, 64]

const overUndici = async (baseUrl: string): Promise<ReadonlyArray<Row>> => {
  const { dispose, ours, straightforward } = await sends(NodeHttpClient.layerUndici, baseUrl)
  const rows: Array<Row> = []
  for (const concurrency of concurrencies) {
    const result = await race({
      ours: Contestants.repeat(ours, concurrency),
      straightforward: Contestants.repeat(straightforward, concurrency),
      undici: Plain.repeat(Plain.undici(baseUrl), concurrency),
      axios: Plain.repeat(Plain.axiosPost(baseUrl), concurrency)
    }, served)
    const at = `over undici, ${concurrency} at a time`
    rows.push(
      atLeast(`P2 sends a second ${at}, to undici.request`, 0.5, result.ratio("undici", "ours").wall, "x"),
      atLeast(`P2 sends a second ${at}, to axios`, 1.5, result.ratio("axios", "ours").wall, "x"),
      note(`   straightforward program ${at}, to undici.request`, result.ratio("undici", "straightforward").wall, "x"),
      note(`   by processor time ${at}, to undici.request`, result.ratio("undici", "ours").cpu, "x"),
      note(`   by processor time ${at}, to axios`, result.ratio("axios", "ours").cpu, "x")
    )
  }
  await dispose()
  return rows
}

const overFetch = async (baseUrl: string): Promise<ReadonlyArray<Row>> => {
  const { dispose, ours, straightforward } = await sends(FetchHttpClient.layer, baseUrl)
  const rows: Array<Row> = []
  for (const concurrency of concurrencies) {
    const result = await race({
      ours: Contestants.repeat(ours, concurrency),
      straightforward: Contestants.repeat(straightforward, concurrency),
      fetch: Plain.repeat(Plain.fetched(baseUrl), concurrency)
    }, served)
    const at = `over fetch, ${concurrency} at a time`
    rows.push(
      atLeast(`P3 sends a second ${at}, to fetch`, 0.7, result.ratio("fetch", "ours").wall, "x"),
      note(`   straightforward program ${at}, to fetch`, result.ratio("fetch", "straightforward").wall, "x"),
      note(`   by processor time ${at}, to fetch`, result.ratio("fetch", "ours").cpu, "x")
    )
  }
  await dispose()
  return rows
}

// --- P7 ---------------------------------------------------------------------

const size = (): ReadonlyArray<Row> => {
  const total = Bundle.kilobytes(Bundle.ours("effect/http/FetchHttpClient", "layer"))
  const bare = Bundle.kilobytes(Bundle.bare(true))
  return [
    atMost("P7 a program that sends, bundled, gzip", 70, total, " KB"),
    atMost("P7 of it this project's share", 20, total - bare, " KB"),
    note("   the same program on Effect alone", bare, " KB"),
    note("   on Effect alone, without a schema", Bundle.kilobytes(Bundle.bare(false)), " KB"),
    // Both are made for Node alone.
    atMost("P7 in the size of solapi", 0.167, total / Bundle.kilobytes(Bundle.solapi, "node"), "x"),
    atMost("P7 in the size of twilio", 0.167, total / Bundle.kilobytes(Bundle.twilio, "node"), "x"),
    note("   solapi for a browser, without the modules of Node it needs", Bundle.kilobytes(Bundle.solapi), " KB")
  ]
}

// --- P8 ---------------------------------------------------------------------

const start = async (baseUrl: string): Promise<ReadonlyArray<Row>> => {
  const result = await Start.race(
    {
      axios: Bundle.axios,
      fetch: Bundle.ours("effect/http/FetchHttpClient", "layer", true),
      undici: Bundle.ours("@effect/platform-node/NodeHttpClient", "layerUndici", true),
      bare: Bundle.bare(true)
    },
    baseUrl,
    quick ? 7 : 21
  )
  return [
    atMost("P8 start to first answer over fetch, in that of axios", 1.4, result.ratio("fetch", "axios"), "x"),
    atMost("P8 start to first answer over undici, in that of axios", 1.4, result.ratio("undici", "axios"), "x"),
    note("   on Effect alone over fetch, in that of axios", result.ratio("bare", "axios"), "x"),
    note("   axios", result.best("axios"), " ms")
  ]
}

const server = await serve()
const rows = [
  ...await overhead(),
  ...await overUndici(server.baseUrl),
  ...await overFetch(server.baseUrl),
  ...size(),
  ...await start(server.baseUrl)
]
server.stop()
process.stdout.write(
  `Node ${process.version}, contestants interleaved, ${served.rounds} rounds of ${served.turn} ms\n\n${render(rows)}\n`
)
// What keeps sockets open must not keep the process.
process.exit(rows.some(({ verdict }) => verdict === "missed") ? 1 : 0)
