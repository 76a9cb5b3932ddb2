// @effect-diagnostics asyncFunction:off
/**
 * Bulk sends: `node packages/benchmarks/src/bulk.ts`, `--quick` for a first look.
 *
 * To 100,000 recipients, with texts of their own and all checks on, to a server that answers at once, against a loop by hand that checks
 * nothing. Goal P9.
 *
 * @since 0.1.0
 */
import type { Cost } from "./internal/baseline.ts"
import * as Bulk from "./internal/bulk-race.ts"
import * as Goals from "./internal/goals.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  progress("P9")
  const { all, each, further } = await Bulk.race(quick ? 1 : 7)
  return [
    row(Goals.bulk.all, all),
    row(Goals.bulk.further, further),
    note("↳ processor time of each further recipient", each, " us")
  ]
}

const costs = async (): Promise<ReadonlyArray<Cost>> => {
  const { all } = await Bulk.race(3, 2000, 20_000)
  return [{ measure: "P9 a bulk send to 20,000 recipients, in a loop by hand", ratio: all, allowed: 2 }]
}

if (import.meta.main) await main({ rows, costs })
