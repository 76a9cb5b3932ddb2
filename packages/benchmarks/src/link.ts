// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * What is left of the differences over TLS, and over a link of 20 ms: `node packages/benchmarks/src/link.ts`, `--quick` for a first look.
 *
 * The link is a proxy in a process of its own that holds back what either side says for 10 ms. There are no goals.
 *
 * @since 0.1.0
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type * as Bulk from "./internal/bulk-contestant.ts"
import type * as Export from "./internal/export-contestant.ts"
import * as Goals from "./internal/goals.ts"
import * as Bundle from "./internal/http-bundle.ts"
import { cert } from "./internal/http-certificate.ts"
import * as Race from "./internal/http-race.ts"
import * as Start from "./internal/http-start.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row } from "./internal/rows.ts"
import type * as Read from "./internal/streams-read.ts"
import * as Turns from "./internal/turns.ts"

/** How the servers are reached. */
interface Way {
  readonly name: "TLS" | "Link"
  readonly sends: string
  readonly log: string
  readonly env: Readonly<Record<string, string>>
}

const delay = 10

// The end of the log: in the past, and near enough that all of it is there.
const now = Math.floor(Date.now() / 1000) * 1000 - 3_600_000

const folder = mkdtempSync(join(tmpdir(), "link-"))
const file = (name: string) => join(folder, name)
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

const withServers = async <A>(
  name: Way["name"],
  use: (way: Way) => Promise<A>
): Promise<A> => {
  const args = name === "TLS" ? ["tls"] : []
  const servers = [await Turns.serve("http-server", args), await Turns.serve("streams-server", [String(now), ...args])]
  const proxies = name === "Link"
    ? await Promise.all(servers.map(({ port }) => Turns.serve("delay-proxy", [String(port), String(delay)])))
    : []
  const [sends, log] = (name === "Link" ? proxies : servers).map(({ port }) =>
    `${name === "TLS" ? "https" : "http"}://127.0.0.1:${port}`
  )
  // Whatever it is that checks a certificate, Node.js tells it of this one.
  const env: Readonly<Record<string, string>> = name === "TLS" ? { NODE_EXTRA_CA_CERTS: file("cert.pem") } : {}
  try {
    return await use({ name, sends: sends ?? "", log: log ?? "", env })
  } finally {
    for (const { stop } of [...proxies, ...servers]) stop()
  }
}

const sending = async ({ env, name, sends }: Way, quick: boolean): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const whos = ["fetch", "axios", "solapi", "twilio"] as const
  for (const n of Goals.concurrencies) {
    progress(`${name}, ${n} at a time`)
    const contestant = (who: string): Turns.Program => ({
      program: "http-contestant",
      args: [who, sends, String(n)],
      env
    })
    const { best, ratio } = await Turns.race({
      ours: contestant("ours"),
      undici: contestant("undici"),
      fetch: contestant("fetch"),
      axios: contestant("axios"),
      solapi: contestant("solapi"),
      twilio: contestant("twilio")
    }, { rounds: quick ? 3 : 5, turn: quick ? 150 : 250, warm: quick ? 500 : 1500 })
    const measure = (who: string) => `${name}, ${who}, ${n} at a time, in undici.request`
    // Over TLS the processor is what there is to pay, over a link it is the wait.
    const paid = name === "TLS" ? "cpu" : "wall"
    const said = name === "TLS" ? "" : "by the clock, "
    rows.push(
      note(`${name} a send over NodeTransport, ${n} at a time, in undici.request`, ratio("ours", "undici").cpu, "x"),
      note(`↳ ${measure("by the clock")}`, ratio("ours", "undici").wall, "x"),
      ...whos.map((who) => note(`↳ ${measure(`${said}${who}`)}`, ratio(who, "undici")[paid], "x")),
      note(`↳ ${name}, by the clock, ${n} at a time: one send each`, best("ours") / 1000, " ms")
    )
  }
  return rows
}

const starting = async ({ env, name, sends }: Way, quick: boolean): Promise<ReadonlyArray<Row>> => {
  progress(`${name}, starts`)
  const { ratio } = await Start.race(
    {
      node: Bundle.ours("@effect-sens/http/NodeTransport", "layer()", true),
      axios: Bundle.axios,
      undici: Bundle.undici,
      solapi: Bundle.solapi
    },
    sends,
    quick ? 3 : 9,
    env
  )
  return [
    note(`${name} start to first answered send over NodeTransport, bundled, in axios`, ratio("node", "axios").cpu, "x"),
    ...(["node", "undici", "solapi"] as const).map((who) =>
      note(`↳ ${name}, by the clock, ${who === "node" ? "of that" : who}, in axios`, ratio(who, "axios").wall, "x")
    )
  ]
}

const whos = ["ours", "byHand"] as const

/** Both by the processor and by the clock; in whatever unit each is told. */
const beside = (
  measure: string,
  costs: ReadonlyArray<Readonly<Record<(typeof whos)[number], Pick<Race.Cost, "cpu" | "wall">>>>
): ReadonlyArray<Row> => {
  const by = (what: "cpu" | "wall") => Race.median(costs.map(({ byHand, ours }) => ours[what] / byHand[what]))
  return [
    note(`${measure}, in a loop by hand`, by("cpu"), "x"),
    note("↳ the same by the clock", by("wall"), "x"),
    note("↳ by the clock", Race.median(costs.map(({ ours }) => ours.wall)) / 1000, " s")
  ]
}

const many = async ({ env, log, name, sends }: Way, quick: boolean): Promise<ReadonlyArray<Row>> => {
  const recipients = quick ? 2000 : 20_000
  const records = quick ? 2000 : 20_000
  const rounds = quick ? 1 : 3
  progress(`${name}, bulk`)
  const bulk = await Race.inTurn(
    whos,
    rounds,
    (who) => Turns.run<Bulk.Cost>("bulk-contestant", [sends, who, String(recipients)], { env })
  )
  progress(`${name}, export`)
  const where: Read.Where = { baseUrl: log, count: records, now, pageSize: 100 }
  const csv = await Race.inTurn(
    whos,
    rounds,
    (who) =>
      Turns.run<Export.Cost>("export-contestant", [JSON.stringify(where), "csv", who, file("log.csv"), "warm"], { env })
  )
  return [
    ...beside(`${name} a bulk send of texts of their own to ${recipients.toLocaleString("en")} recipients`, bulk),
    ...beside(`${name} ${records.toLocaleString("en")} records to a CSV file, every one validated`, csv)
  ]
}

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  writeFileSync(file("cert.pem"), cert)
  const rows: Array<Row> = []
  for (const name of ["TLS", "Link"] as const) {
    rows.push(
      ...await withServers(name, async (way) => [
        ...await sending(way, quick),
        ...await starting(way, quick),
        ...await many(way, quick)
      ])
    )
  }
  return rows
}

if (import.meta.main) await main({ rows, section: "TLS, and a link of 20 ms" })
