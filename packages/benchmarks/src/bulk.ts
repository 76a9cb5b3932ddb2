// @effect-diagnostics asyncFunction:off
/**
 * Bulk sends: `node packages/benchmarks/src/bulk.ts`, `--quick` for a first look.
 *
 * To 100,000 recipients, with texts of their own and all checks on, to a server that answers at once, against a loop by hand that checks
 * nothing. Each runs in a process of its own, with few and with many recipients. Goal P9.
 *
 * @since 0.1.0
 */
import type { Cost } from "./internal/baseline.ts"
import type * as Contestant from "./internal/bulk-contestant.ts"
import * as Goals from "./internal/goals.ts"
import { median } from "./internal/http-race.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"
import * as Turns from "./internal/turns.ts"

/** By processor time, in that of the loop: of all recipients, and of each further one, in microseconds as well. */
const race = async (rounds: number, few: number, many: number) => {
  const { port, stop } = await Turns.serve("http-server")
  const once = async (who: Contestant.Who, recipients: number): Promise<number> => {
    const args = [`http://127.0.0.1:${port}`, who, String(recipients)]
    return (await Turns.run<Contestant.Cost>("bulk-contestant", args)).cpu
  }
  const cost = async (who: Contestant.Who) => {
    const [short, long] = [await once(who, few), await once(who, many)]
    return { all: long, each: (long - short) / (many - few) }
  }
  const found: Array<{ readonly all: number; readonly further: number; readonly each: number }> = []
  for (let round = 0; round < rounds; round++) {
    // In an order that changes.
    const first = round % 2 === 0 ? await cost("ours") : undefined
    const byHand = await cost("byHand")
    const ours = first ?? await cost("ours")
    found.push({ all: ours.all / byHand.all, further: ours.each / byHand.each, each: ours.each })
  }
  stop()
  return {
    all: median(found.map(({ all }) => all)),
    further: median(found.map(({ further }) => further)),
    each: median(found.map(({ each }) => each))
  }
}

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  progress("P9")
  const { all, each, further } = await race(quick ? 1 : 7, 20_000, 100_000)
  return [
    row(Goals.bulk.all, all),
    row(Goals.bulk.further, further),
    note("↳ processor time of each further recipient", each, " us")
  ]
}

const costs = async (): Promise<ReadonlyArray<Cost>> => {
  const { all } = await race(3, 2000, 20_000)
  return [{ measure: "P9 a bulk send to 20,000 recipients, in a loop by hand", ratio: all, allowed: 2 }]
}

if (import.meta.main) await main({ rows, costs })
