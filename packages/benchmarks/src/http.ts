// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * Sending, against others who send: `node packages/benchmarks/src/http.ts`, `--quick` for a first look.
 *
 * Each contestant is a process of its own, and what is reported is the median of the ratios of processor time within a round. The server is a
 * process of its own on loopback. Goals P1, P2, P3 and P8, and the guard of P7.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import type { Baseline, Cost } from "./internal/baseline.ts"
import * as Goals from "./internal/goals.ts"
import * as Bundle from "./internal/http-bundle.ts"
import * as Contestants from "./internal/http-effect.ts"
import * as Race from "./internal/http-race.ts"
import * as Refusal from "./internal/http-refusal.ts"
import * as Start from "./internal/http-start.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"
import * as Turns from "./internal/turns.ts"

interface Lengths {
  /** Where nothing waits. */
  readonly alone: Race.Options
  /** Where a server answers. */
  readonly served: Race.Options
  readonly starts: number
}
const full: Lengths = {
  alone: { rounds: 15, turn: 100, warm: 1000 },
  served: { rounds: 7, turn: 250, warm: 2000 },
  starts: 15
}
const first: Lengths = {
  alone: { rounds: 5, turn: 50, warm: 500 },
  served: { rounds: 3, turn: 150, warm: 1000 },
  starts: 5
}

const send = (who: string, baseUrl: string, concurrency: number): Turns.Program => ({
  program: "http-contestant",
  args: [who, baseUrl, String(concurrency)]
})

const alone = (who: string) => send(who, "http://sens.test", 1)

const serve = async (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> => {
  const { port, stop } = await Turns.serve("http-server")
  return { baseUrl: `http://127.0.0.1:${port}`, stop }
}

// --- P1 ---------------------------------------------------------------------

const overhead = async (lengths: Lengths): Promise<ReadonlyArray<Row>> => {
  progress("P1")
  const { best, ratio } = await Turns.race({
    ours: alone("oursNowhere"),
    straightforward: alone("straightforwardNowhere"),
    transport: alone("nowhere"),
    floor: alone("floor")
  }, lengths.alone)
  return [
    row(Goals.http.signed, best("ours")),
    note("↳ of that, the transport", best("transport"), " us"),
    note("↳ in a straightforward Effect program", ratio("ours", "straightforward").cpu, "x"),
    note("↳ in body, HMAC and answer by hand, without Effect", ratio("ours", "floor").cpu, "x")
  ]
}

// --- P2 ---------------------------------------------------------------------

const overNode = async (baseUrl: string, { served }: Lengths): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const n of Goals.concurrencies) {
    progress(`P2 ${n} at a time`)
    const { ratio } = await Turns.race({
      ours: send("ours", baseUrl, n),
      undici: send("undici", baseUrl, n),
      fetch: send("fetch", baseUrl, n),
      axios: send("axios", baseUrl, n),
      solapi: send("solapi", baseUrl, n),
      twilio: send("twilio", baseUrl, n),
      client: send("client", baseUrl, n),
      overUndici: send("oursOverUndici", baseUrl, n)
    }, served)
    rows.push(row(Goals.http.node[n], ratio("ours", "undici").cpu))
    if (n !== 1) {
      rows.push(
        row(Goals.http.toFetch[n], ratio("fetch", "ours").cpu),
        row(Goals.http.toAxios[n], ratio("axios", "ours").cpu),
        row(Goals.http.toSolapi[n], ratio("solapi", "ours").cpu)
      )
    }
    rows.push(
      note(Goals.rival("fetch by hand", n), ratio("fetch", "undici").cpu, "x"),
      note(Goals.rival("axios", n), ratio("axios", "undici").cpu, "x"),
      note(Goals.rival("solapi", n), ratio("solapi", "undici").cpu, "x"),
      note(Goals.rival("twilio", n), ratio("twilio", "undici").cpu, "x"),
      note(Goals.rival("a request made beforehand over NodeTransport", n), ratio("client", "undici").cpu, "x"),
      note(Goals.rival("a send over Effect's layerUndici", n), ratio("overUndici", "undici").cpu, "x"),
      note(Goals.rival("by the clock, a send over NodeTransport", n), ratio("ours", "undici").wall, "x")
    )
  }
  return rows
}

// --- P3 ---------------------------------------------------------------------

const overFetch = async (baseUrl: string, { served }: Lengths): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const n of Goals.concurrencies) {
    progress(`P3 ${n} at a time`)
    const { ratio } = await Turns.race({
      ours: send("oursOverFetch", baseUrl, n),
      fetch: send("fetch", baseUrl, n),
      client: send("clientOverFetch", baseUrl, n)
    }, served)
    rows.push(
      row(Goals.http.overFetch[n], ratio("ours", "fetch").cpu),
      note(
        `↳ a request made beforehand over FetchHttpClient, ${n} at a time, in fetch by hand`,
        ratio("client", "fetch").cpu,
        "x"
      ),
      note(
        `↳ by the clock, a send over FetchHttpClient, ${n} at a time, in fetch by hand`,
        ratio("ours", "fetch").wall,
        "x"
      )
    )
  }
  return rows
}

// --- P7 ---------------------------------------------------------------------

const recorded = "P7 a program that sends, bundled, gzip, KB"

const size = (): ReadonlyArray<Row> => {
  progress("P7")
  const baseline: Baseline = JSON.parse(readFileSync(new URL("../baseline.json", import.meta.url), "utf8"))
  const total = Bundle.kilobytes(Bundle.ours("effect/http/FetchHttpClient", "layer"))
  return [
    // No goal: a secret key is never in a browser, and a function of a cloud may have ten times that.
    row(Goals.http.size, total / (baseline[recorded] ?? Number.NaN)),
    note("↳ its size", total, " KB"),
    note("↳ the same program on Effect alone", Bundle.kilobytes(Bundle.bare(true)), " KB"),
    note("↳ on Effect alone, without a schema", Bundle.kilobytes(Bundle.bare(false)), " KB"),
    // Both are made for Node alone.
    note("↳ in the size of solapi", total / Bundle.kilobytes(Bundle.solapi, "node"), "x"),
    note("↳ in the size of twilio", total / Bundle.kilobytes(Bundle.twilio, "node"), "x")
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
    ours: Race.here(Contestants.repeat(ours, 1)),
    parse: Race.here((calls) => {
      for (let call = 0; call < calls; call++) JSON.parse(body)
      return Promise.resolve()
    })
  }, { rounds, turn, warm: 0 })
  return result.best("ours") / result.best("parse")
}

/** A service may say as much as it likes: what is looked at is bounded. */
const refusal = (rounds: number): Promise<number> =>
  answer("A refusal", Refusal.refused, { body: Refusal.body, rounds, told: "20", turn: 10 })

/** Each is told. */
const unreadable = (rounds: number): Promise<number> =>
  answer("Records that cannot be read", Refusal.searched, { body: Refusal.page, rounds, told: "20000", turn: 1 })

// --- P8 ---------------------------------------------------------------------

const start = async (baseUrl: string, { starts }: Lengths): Promise<ReadonlyArray<Row>> => {
  progress("P8")
  const { best, ratio } = await Start.race(
    {
      node: Bundle.ours("@effect-sens/http/NodeTransport", "layer()", true),
      axios: Bundle.axios,
      undici: Bundle.undici,
      solapi: Bundle.solapi,
      bare: Bundle.bare(true),
      overUndici: Bundle.ours("@effect/platform-node/NodeHttpClient", "layerUndici", true)
    },
    baseUrl,
    starts
  )
  return [
    row(Goals.http.start, ratio("node", "axios").cpu),
    note(Goals.starter("by the clock, a send over NodeTransport"), ratio("node", "axios").wall, "x"),
    note(Goals.starter("solapi"), ratio("solapi", "axios").cpu, "x"),
    note(Goals.starter("undici.request"), ratio("undici", "axios").cpu, "x"),
    note(Goals.starter("Effect alone over fetch"), ratio("bare", "axios").cpu, "x"),
    note(Goals.starter("a send over Effect's layerUndici"), ratio("overUndici", "axios").cpu, "x"),
    note("↳ axios, by the clock", best("axios"), " ms")
  ]
}

// --- the run ----------------------------------------------------------------

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const lengths = quick ? first : full
  const { baseUrl, stop } = await serve()
  const rows = [
    ...await overhead(lengths),
    ...await overNode(baseUrl, lengths),
    note("↳ a refusal with 200,000 texts (4 MB), in its JSON.parse", await refusal(21), "x"),
    note("↳ a page of 20,000 records that cannot be read, in its JSON.parse", await unreadable(21), "x"),
    ...await overFetch(baseUrl, lengths),
    ...size(),
    ...await start(baseUrl, lengths)
  ]
  stop()
  return rows
}

const costs = async (): Promise<ReadonlyArray<Cost>> => {
  const p1 = await Turns.race(
    { ours: alone("oursNowhere"), straightforward: alone("straightforwardNowhere") },
    { rounds: 9, turn: 60, warm: 1000 }
  )
  const { baseUrl, stop } = await serve()
  const p2 = await Turns.race(
    { ours: send("ours", baseUrl, 16), undici: send("undici", baseUrl, 16) },
    { rounds: 9, turn: 150, warm: 2500 }
  )
  stop()
  return [
    {
      measure: "P1 a signed send on a null transport, in a straightforward Effect program",
      ratio: p1.ratio("ours", "straightforward").cpu,
      allowed: 2
    },
    {
      measure: "P2 a send over NodeTransport, 16 at a time, in undici.request",
      ratio: p2.ratio("ours", "undici").cpu,
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
      measure: recorded,
      ratio: Bundle.kilobytes(Bundle.ours("effect/http/FetchHttpClient", "layer")),
      allowed: 1.05
    }
  ]
}

if (import.meta.main) await main({ rows, costs })
