// @effect-diagnostics asyncFunction:off
/**
 * The goals of what a user meets, P1 to P9, and of what a contributor waits for, P12: `npm run bench -- goals`, `--quick` for a first look,
 * `--write` to put the figures on the page.
 *
 * @since 0.1.0
 */
import { main, rowsOf } from "./internal/program.ts"
import type { Row } from "./internal/rows.ts"

const rows = async ({ quick }: { readonly quick: boolean }): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const name of ["http", "streams", "bulk", "gates"]) rows.push(...await rowsOf(name, quick ? ["--quick"] : []))
  return rows
}

await main({ rows, section: "P1 to P12" })
