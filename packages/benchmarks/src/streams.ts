// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * Reading the delivery log: `node packages/benchmarks/src/streams.ts`, `--quick` for a first look, with a tenth of the records.
 *
 * Decoding of a page against `JSON.parse` and zod; a million records to a file, and counted, every one validated, against a loop by hand that
 * validates nothing; and what memory it takes. Each contestant is a process of its own, in turn, and what is reported is the median of the ratios
 * of processor time within a round; the server is a process of its own on loopback. Goals P4, P5 and P6.
 *
 * @since 0.1.0
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type * as Baseline from "./internal/baseline.ts"
import type * as Contestant from "./internal/export-contestant.ts"
import * as Goals from "./internal/goals.ts"
import * as Race from "./internal/http-race.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"
import type * as Read from "./internal/streams-read.ts"
import * as Turns from "./internal/turns.ts"

// The end of the log: in the past, so that every run reads the same, and near enough that all of it is there.
const now = Math.floor(Date.now() / 1000) * 1000 - 3_600_000

const serve = async (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> => {
  const { port, stop } = await Turns.serve("streams-server", [String(now)])
  return { baseUrl: `http://127.0.0.1:${port}`, stop }
}

// --- P4 ---------------------------------------------------------------------

const decode = (who: string, size: number): Turns.Program => ({
  program: "streams-decode",
  args: [who, String(size)]
})

const decoding = async (quick: boolean): Promise<ReadonlyArray<Row>> => {
  progress("P4")
  const options: Race.Options = quick
    ? { rounds: 5, turn: 60, warm: 500 }
    : { rounds: 15, turn: 100, warm: 1500 }
  const { best, ratio } = await Turns.race({
    parse: decode("parse", 100),
    ours: decode("ours", 100),
    unreadable: decode("unreadable", 100),
    zod: decode("zod", 100),
    zodInterpreted: decode("zodInterpreted", 100)
  }, options)
  const large = await Turns.race({ parse: decode("parse", 1000), ours: decode("ours", 1000) }, options)
  return [
    row(Goals.streams.page, ratio("ours", "parse").cpu),
    row(Goals.streams.zod, ratio("ours", "zod").cpu),
    row(Goals.streams.unreadable, ratio("unreadable", "parse").cpu),
    row(Goals.streams.interpreted, ratio("ours", "zodInterpreted").cpu),
    note("↳ zod 4, in JSON.parse", ratio("zod", "parse").cpu, "x"),
    note("↳ a page of 1,000 as the log reads it, in JSON.parse", large.ratio("ours", "parse").cpu, "x"),
    note("↳ JSON.parse of a page of 100", best("parse"), " us")
  ]
}

// --- P5, P6 -----------------------------------------------------------------

type Who = Contestant.Who

const whos = ["ours", "byHand"] as const

// In such a heap the engine cannot put off collecting: what a program holds is seen.
const small = ["--max-old-space-size=48", "--max-semi-space-size=4"]

/** Exports to a file that is removed at the end; `look` sees it before. */
const exported = async (
  where: Read.Where,
  what: Contestant.What,
  who: Who,
  { flags = [], look = () => {}, warm = true }: {
    readonly flags?: ReadonlyArray<string>
    readonly look?: (text: string) => void
    /** Whether all is compiled, and connected, before it counts. */
    readonly warm?: boolean
  } = {}
): Promise<Contestant.Cost> => {
  const folder = mkdtempSync(join(tmpdir(), "export-"))
  try {
    const file = join(folder, "log")
    const args = [JSON.stringify(where), what, who, file, ...warm ? ["warm"] : []]
    const cost = await Turns.run<Contestant.Cost>("export-contestant", args, { flags })
    if (what !== "count") look(readFileSync(file, "utf8"))
    return cost
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Who writes another file has no place in the table. By hand, the second that two windows have in common comes twice. */
const agree = async (where: Read.Where): Promise<void> => {
  const lines = { ours: new Set<string>(), byHand: new Set<string>() }
  for (const who of whos) {
    const look = (text: string) => {
      lines[who] = new Set(text.split("\n"))
    }
    await exported(where, "csv", who, { look, warm: false })
  }
  const { byHand, ours } = lines
  if (ours.size < where.count || ours.size !== byHand.size || Array.from(ours).some((line) => !byHand.has(line))) {
    throw new Error("Not the same lines")
  }
}

const exporting = async (baseUrl: string, quick: boolean): Promise<ReadonlyArray<Row>> => {
  const where = (count: number): Read.Where => ({ baseUrl, count, now, pageSize: 100 })
  const all = where(quick ? 100_000 : 1_000_000)
  await agree(where(20_000))
  // So that the server has made its pages.
  await exported(all, "count", "byHand", { warm: false })
  const race = (what: Contestant.What) => {
    progress(`P5 ${what} of ${all.count.toLocaleString("en")} records`)
    return Race.inTurn(whos, 3, (who) => exported(all, what, who))
  }
  const csv = await race("csv")
  const count = await race("count")
  progress("P6")
  const { few } = Goals.growths.request
  const [less, more] = [
    await exported(where(few), "csv", "ours", { flags: small, warm: false }),
    await exported(all, "csv", "ours", { flags: small, warm: false })
  ]
  const seconds = Math.min(...csv.map(({ ours }) => ours.wall)) / 1000
  return [
    row(Goals.streams.csv, Race.compare(csv).ratio("ours", "byHand").cpu),
    note("↳ the same by the clock", Race.compare(csv).ratio("ours", "byHand").wall, "x"),
    note("↳ records a second", all.count / seconds, ""),
    row(Goals.streams.count, Race.compare(count).ratio("ours", "byHand").cpu),
    note("↳ the same by the clock", Race.compare(count).ratio("ours", "byHand").wall, "x"),
    row(Goals.streams.memory, Race.median(csv.map(({ byHand, ours }) => ours.peak / byHand.peak))),
    note("↳ peak memory", Race.median(csv.map(({ ours }) => ours.peak)), " MB"),
    row(Goals.streams.small, more.peak / less.peak),
    note("↳ peak memory", more.peak, " MB")
  ]
}

const left = async (baseUrl: string, quick: boolean): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const by of ["request", "completion"] as const) {
    progress(`P6 by ${by}`)
    const held = async (count: number): Promise<number> => {
      const where: Read.Where = { baseUrl, count, now, pageSize: 100 }
      const flags = ["--expose-gc", ...small]
      return (await Turns.run<{ readonly heap: number }>("streams-memory", [JSON.stringify(where), by], { flags })).heap
    }
    const { few, many } = Goals.growths[by]
    rows.push(row(Goals.streams.heap[by], await held(quick ? many / 10 : many) / await held(few)))
  }
  return rows
}

// --- the run ----------------------------------------------------------------

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const decoded = await decoding(quick)
  const { baseUrl, stop } = await serve()
  const rows = [...decoded, ...await exporting(baseUrl, quick), ...await left(baseUrl, quick)]
  stop()
  return rows
}

const costs = async (): Promise<ReadonlyArray<Baseline.Cost>> => {
  const { ratio } = await Turns.race({
    parse: decode("parse", 100),
    ours: decode("ours", 100),
    unreadable: decode("unreadable", 100)
  }, { rounds: 9, turn: 60, warm: 1000 })
  const { baseUrl, stop } = await serve()
  const where: Read.Where = { baseUrl, count: 20_000, now, pageSize: 100 }
  const csv = Race.compare(await Race.inTurn(whos, 5, (who) => exported(where, "csv", who)))
  stop()
  return [
    { measure: Goals.streams.page.measure, ratio: ratio("ours", "parse").cpu, allowed: 2 },
    {
      measure: Goals.streams.unreadable.measure,
      ratio: ratio("unreadable", "parse").cpu,
      // Of at most twice.
      allowed: 1.1
    },
    {
      measure: "P5 20,000 records to a CSV file, every one validated, in a loop by hand",
      ratio: csv.ratio("ours", "byHand").cpu,
      allowed: 2
    }
  ]
}

if (import.meta.main) await main({ rows, costs })
