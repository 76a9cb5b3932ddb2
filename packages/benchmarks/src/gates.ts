// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * What a contributor waits for: `npm test` and all gates, as the last `bash .ci/run` took them. Goal P12.
 *
 * @since 0.1.0
 */
import { existsSync, readFileSync } from "node:fs"
import * as Goals from "./internal/goals.ts"
import { main, progress } from "./internal/program.ts"
import { type Row, row, unmeasured } from "./internal/rows.ts"

const times = new URL("../../../.ci/times", import.meta.url)

const rows = (): Promise<ReadonlyArray<Row>> => {
  if (!existsSync(times)) {
    progress("P12 is not measured: bash .ci/run measures it")
    return Promise.resolve(Object.values(Goals.gates).map(unmeasured))
  }
  const found = new Map(
    readFileSync(times, "utf8").trim().split("\n").map((line) => {
      const [name = "", value] = line.split(" ")
      return [name, Number(value)] as const
    })
  )
  const milliseconds = (name: string) => found.get(name) ?? Number.NaN
  if (found.get("failed") !== 0) progress("P12: something failed in the run of .ci/run that is told of")
  return Promise.resolve([
    row(Goals.gates.tests, milliseconds("tests") / 1000),
    row(Goals.gates.all, milliseconds("total") / 60_000)
  ])
}

if (import.meta.main) await main({ rows })
