// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off
/**
 * The client against others, and what it costs: `node packages/benchmarks/src/http.ts`, `--quick` for a first look.
 *
 * Contestants run interleaved, and what is reported are ratios: of the best turns where nothing waits (P1), and otherwise the median of the
 * ratios within each round. The server is a process of its own on loopback. Goals P1, P2, P3 and P8, and the size of P7.
 *
 * @since 0.1.0
 */
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Cost } from "./internal/baseline.ts"
import * as Goals from "./internal/goals.ts"
import * as Bundle from "./internal/http-bundle.ts"
import * as Contestants from "./internal/http-effect.ts"
import { isAnswered } from "./internal/http-message.ts"
import * as Plain from "./internal/http-plain.ts"
import * as Race from "./internal/http-race.ts"
import * as Refusal from "./internal/http-refusal.ts"
import * as Start from "./internal/http-start.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

interface Turns {
  /** Short turns without waiting: the best of many has the processor for itself. */
  readonly alone: Race.Options
  /** Longer ones where a server answers. */
  readonly served: Race.Options
  readonly starts: number
}
const full: Turns = { alone: { rounds: 101, turn: 10 }, served: { rounds: 21, turn: 120 }, starts: 21 }
const first: Turns = { alone: { rounds: 25, turn: 10 }, served: { rounds: 7, turn: 60 }, starts: 7 }

const serve = (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./internal/http-server.ts", import.meta.url)))
    child.once("error", reject)
    child.once("message", (port) =>
      resolve({ baseUrl: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() }))
  })

const sends = async (layer: Layer.Layer<HttpClient.HttpClient>, baseUrl: string) => {
  const runtime = ManagedRuntime.make(layer)
  const [ours, straightforward, transport, client] = await runtime.runPromise(
    Effect.all([
      Contestants.ours(baseUrl),
      Contestants.straightforward(baseUrl),
      Contestants.transportAlone(baseUrl),
      Contestants.clientAlone(baseUrl)
    ])
  )
  // Who does not get the answer has no place in the table.
  const ids = await runtime.runPromise(Effect.all([ours, straightforward]))
  if (!ids.every((id) => isAnswered(id))) throw new Error("The contestants do not get the answer")
  return { ours, straightforward, transport, client, dispose: () => runtime.dispose() }
}

// --- P1 ---------------------------------------------------------------------

const overhead = async ({ alone }: Turns): Promise<ReadonlyArray<Row>> => {
  progress("P1")
  const { dispose, ours, straightforward, transport } = await sends(Contestants.layerNull, "http://sens.test")
  const result = await Race.race({
    ours: Contestants.repeat(ours, 1),
    straightforward: Contestants.repeat(straightforward, 1),
    transport: Contestants.repeat(transport, 1),
    floor: Plain.floor
  }, alone)
  await dispose()
  const best = (name: "ours" | "straightforward" | "transport" | "floor") => result.best(name)
  return [
    row(Goals.http.overhead, best("ours") - best("transport")),
    row(Goals.http.ofStraightforward, best("ours") / best("straightforward")),
    note("↳ the straightforward program", best("straightforward"), " us"),
    note("↳ body, HMAC and answer by hand, without Effect", best("floor"), " us"),
    note("↳ a signed send in times of that", best("ours") / best("floor"), "x")
  ]
}

// --- P2, P3 -----------------------------------------------------------------

const overNode = async (baseUrl: string, { served }: Turns): Promise<ReadonlyArray<Row>> => {
  const { client, dispose, ours } = await sends(NodeTransport.layer(), baseUrl)
  const undici = await sends(NodeHttpClient.layerUndici, baseUrl)
  const solapi = Plain.solapi(baseUrl)
  const rows: Array<Row> = []
  for (const concurrency of Goals.concurrencies) {
    const at = `over NodeTransport, ${concurrency} at a time`
    progress(`P2 ${at}`)
    const result = await Race.race({
      ours: Contestants.repeat(ours, concurrency),
      client: Contestants.repeat(client, concurrency),
      overUndici: Contestants.repeat(undici.ours, concurrency),
      undici: Plain.repeat(Plain.undici(baseUrl), concurrency),
      fetch: Plain.repeat(Plain.fetched(baseUrl), concurrency),
      axios: Plain.repeat(Plain.axiosPost(baseUrl), concurrency),
      solapi: Plain.repeat(solapi.send, concurrency)
    }, served)
    rows.push(row(Goals.http.node[concurrency], result.ratio("ours", "undici").cpu))
    if (concurrency !== 1) {
      rows.push(
        row(Goals.http.nodeToFetch[concurrency], result.ratio("fetch", "ours").cpu),
        row(Goals.http.nodeToAxios[concurrency], result.ratio("axios", "ours").cpu),
        row(Goals.http.nodeToSolapi[concurrency], result.ratio("solapi", "ours").cpu)
      )
    }
    rows.push(
      note(
        `↳ over undici by Effect's client, ${concurrency} at a time, in undici.request`,
        result.ratio("overUndici", "undici").cpu,
        "x"
      ),
      note(`↳ fetch by hand, ${concurrency} at a time, in undici.request`, result.ratio("fetch", "undici").cpu, "x"),
      note(`↳ Effect's client alone ${at}, in undici.request`, result.ratio("client", "undici").cpu, "x"),
      note(`↳ by the clock ${at}, in undici.request`, result.ratio("ours", "undici").wall, "x")
    )
  }
  solapi.restore()
  await undici.dispose()
  await dispose()
  return rows
}

const overUndici = async (baseUrl: string, { served }: Turns): Promise<ReadonlyArray<Row>> => {
  const { client, dispose, ours, straightforward } = await sends(NodeHttpClient.layerUndici, baseUrl)
  const rows: Array<Row> = []
  for (const concurrency of Goals.concurrencies) {
    const at = `over undici, ${concurrency} at a time`
    progress(`P2 ${at}`)
    const result = await Race.race({
      ours: Contestants.repeat(ours, concurrency),
      straightforward: Contestants.repeat(straightforward, concurrency),
      client: Contestants.repeat(client, concurrency),
      undici: Plain.repeat(Plain.undici(baseUrl), concurrency),
      axios: Plain.repeat(Plain.axiosPost(baseUrl), concurrency)
    }, served)
    rows.push(
      row(Goals.http.undici[concurrency], result.ratio("undici", "ours").wall),
      row(Goals.http.axios[concurrency], result.ratio("axios", "ours").wall),
      note(`↳ Effect's client alone ${at}, to undici.request`, result.ratio("undici", "client").wall, "x"),
      note(`↳ straightforward program ${at}, to undici.request`, result.ratio("undici", "straightforward").wall, "x"),
      note(`↳ by processor time ${at}, to undici.request`, result.ratio("undici", "ours").cpu, "x"),
      note(
        `↳ Effect's client alone by processor time ${at}, to undici.request`,
        result.ratio("undici", "client").cpu,
        "x"
      ),
      note(`↳ by processor time ${at}, to axios`, result.ratio("axios", "ours").cpu, "x")
    )
  }
  await dispose()
  return rows
}

const overFetch = async (baseUrl: string, { served }: Turns): Promise<ReadonlyArray<Row>> => {
  const { client, dispose, ours, straightforward } = await sends(FetchHttpClient.layer, baseUrl)
  const solapi = Plain.solapi(baseUrl)
  const rows: Array<Row> = []
  for (const concurrency of Goals.concurrencies) {
    const at = `over fetch, ${concurrency} at a time`
    progress(`P3 ${at}`)
    const result = await Race.race({
      ours: Contestants.repeat(ours, concurrency),
      straightforward: Contestants.repeat(straightforward, concurrency),
      client: Contestants.repeat(client, concurrency),
      fetch: Plain.repeat(Plain.fetched(baseUrl), concurrency),
      solapi: Plain.repeat(solapi.send, concurrency)
    }, served)
    rows.push(
      row(Goals.http.fetch[concurrency], result.ratio("fetch", "ours").wall),
      note(`↳ Effect's client alone ${at}, to fetch`, result.ratio("fetch", "client").wall, "x"),
      note(`↳ straightforward program ${at}, to fetch`, result.ratio("fetch", "straightforward").wall, "x"),
      note(`↳ by processor time ${at}, to fetch`, result.ratio("fetch", "ours").cpu, "x"),
      note(`↳ Effect's client alone by processor time ${at}, to fetch`, result.ratio("fetch", "client").cpu, "x"),
      note(`↳ ${at}, to solapi`, result.ratio("solapi", "ours").wall, "x"),
      note(`↳ by processor time ${at}, to solapi`, result.ratio("solapi", "ours").cpu, "x")
    )
  }
  solapi.restore()
  await dispose()
  return rows
}

// --- P7 ---------------------------------------------------------------------

const size = (): ReadonlyArray<Row> => {
  progress("P7")
  const total = Bundle.kilobytes(Bundle.ours("effect/http/FetchHttpClient", "layer"))
  const bare = Bundle.kilobytes(Bundle.bare(true))
  return [
    // A guard watches over it; there is no goal: a secret key is never in a browser.
    note("P7 a program that sends, bundled, gzip", total, " KB"),
    note("↳ the same program on Effect alone", bare, " KB"),
    note("↳ on Effect alone, without a schema", Bundle.kilobytes(Bundle.bare(false)), " KB"),
    // Both are made for Node alone.
    note("↳ in the size of solapi", total / Bundle.kilobytes(Bundle.solapi, "node"), "x"),
    note("↳ in the size of twilio", total / Bundle.kilobytes(Bundle.twilio, "node"), "x"),
    note("↳ solapi for a browser, without the modules of Node it needs", Bundle.kilobytes(Bundle.solapi), " KB")
  ]
}

// --- bodies of failures --------------------------------------------------------

/** What a large answer costs, in the `JSON.parse` of its body. */
const answer = async (
  what: string,
  call: Effect.Effect<Effect.Effect<string>>,
  { body, rounds, told, turn }: {
    readonly body: string
    readonly rounds: number
    readonly told: string
    readonly turn: number
  }
): Promise<number> => {
  progress(what)
  const ours = await Effect.runPromise(call)
  const found = await Effect.runPromise(ours)
  if (found !== told) throw new Error(`${found} instead of ${told} were told`)
  const result = await Race.race({
    ours: Contestants.repeat(ours, 1),
    parse: (calls) => {
      for (let call = 0; call < calls; call++) JSON.parse(body)
      return Promise.resolve()
    }
  }, { rounds, turn })
  return result.best("ours") / result.best("parse")
}

/** A service may say as much as it likes: what is looked at is bounded. */
const refusal = (rounds: number): Promise<number> =>
  answer("A refusal", Refusal.refused, { body: Refusal.body, rounds, told: "20", turn: 10 })

/** Each is told. */
const unreadable = (rounds: number): Promise<number> =>
  answer("Records that cannot be read", Refusal.searched, { body: Refusal.page, rounds, told: "20000", turn: 1 })

// --- P8 ---------------------------------------------------------------------

const start = async (baseUrl: string, { starts }: Turns): Promise<ReadonlyArray<Row>> => {
  progress("P8")
  const result = await Start.race(
    {
      axios: Bundle.axios,
      fetch: Bundle.ours("effect/http/FetchHttpClient", "layer", true),
      node: Bundle.ours("@effect-sens/http/NodeTransport", "layer()", true),
      undici: Bundle.ours("@effect/platform-node/NodeHttpClient", "layerUndici", true),
      bare: Bundle.bare(true),
      request: Bundle.undici,
      solapi: Bundle.solapi
    },
    baseUrl,
    starts
  )
  return [
    row(Goals.http.startNode, result.ratio("node", "axios")),
    row(Goals.http.startFetch, result.ratio("fetch", "axios")),
    row(Goals.http.startUndici, result.ratio("undici", "axios")),
    note("↳ on Effect alone over fetch, in that of axios", result.ratio("bare", "axios"), "x"),
    note("↳ undici.request without Effect, in that of axios", result.ratio("request", "axios"), "x"),
    note("↳ solapi, in that of axios", result.ratio("solapi", "axios"), "x"),
    note("↳ axios", result.best("axios"), " ms")
  ]
}

// --- the run ----------------------------------------------------------------

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const turns = quick ? first : full
  const server = await serve()
  const rows = [
    ...await overhead(turns),
    ...await overNode(server.baseUrl, turns),
    ...await overUndici(server.baseUrl, turns),
    ...await overFetch(server.baseUrl, turns),
    note("A refusal with 200,000 texts (4 MB), in its JSON.parse", await refusal(21), "x"),
    note("A page of 20,000 records that cannot be read, in its JSON.parse", await unreadable(21), "x"),
    ...size(),
    ...await start(server.baseUrl, turns)
  ]
  server.stop()
  return rows
}

/** By the best turns, since what else the machine does only adds, or by processor time. */
const costs = async (): Promise<ReadonlyArray<Cost>> => {
  const alone = await sends(Contestants.layerNull, "http://sens.test")
  const p1 = await Race.race({
    ours: Contestants.repeat(alone.ours, 1),
    straightforward: Contestants.repeat(alone.straightforward, 1)
  }, { rounds: 101, turn: 4 })
  await alone.dispose()
  const server = await serve()
  const served = await sends(NodeHttpClient.layerUndici, server.baseUrl)
  const p2 = await Race.race({
    ours: Contestants.repeat(served.ours, 16),
    undici: Plain.repeat(Plain.undici(server.baseUrl), 16)
  }, { rounds: 15, turn: 60 })
  await served.dispose()
  server.stop()
  return [
    {
      measure: "P1 a signed send on a null transport, in a straightforward Effect program",
      ratio: p1.best("ours") / p1.best("straightforward"),
      allowed: 2
    },
    {
      measure: "P2 processor time over undici, 16 at a time, in undici.request",
      ratio: p2.ratio("ours", "undici").user,
      allowed: 2
    },
    {
      measure: "A refusal with 200,000 texts, in its JSON.parse",
      ratio: await refusal(15),
      // Of at most twice.
      allowed: 1.6
    },
    {
      measure: "A page of 20,000 records that cannot be read, in its JSON.parse",
      ratio: await unreadable(9),
      allowed: 2
    },
    // The same on every machine.
    {
      measure: "P7 a program that sends, bundled, gzip, KB",
      ratio: Bundle.kilobytes(Bundle.ours("effect/http/FetchHttpClient", "layer")),
      allowed: 1.05
    }
  ]
}

if (import.meta.main) await main({ rows, costs })
