// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * Guards against a halving of speed: a few ratios, by the best of many rounds, against those recorded in `baseline.json`.
 *
 * What is worse is measured once more, in a new process, and the better figure counts.
 *
 * @since 0.1.0
 */
import { readFileSync } from "node:fs"
import { type Baseline, better, type Cost, judge, render } from "./internal/baseline.ts"
import { costsOf, guarded, progress } from "./internal/program.ts"

const baseline: Baseline = JSON.parse(readFileSync(new URL("../baseline.json", import.meta.url), "utf8"))

const measure = async (name: string): Promise<ReadonlyArray<Cost>> => {
  const costs = await costsOf(name)
  const worse = judge(baseline, costs).filter(({ verdict }) => verdict === "worse")
  if (worse.length === 0) return costs
  progress(`Measured again:\n${render(worse)}`)
  return better(costs, await costsOf(name))
}

const costs: Array<Cost> = []
for (const name of guarded) costs.push(...await measure(name))
const judgements = judge(baseline, costs)
process.stdout.write(`Cost in that of another, or in KB\n\n${render(judgements)}\n`)
if (judgements.some(({ verdict }) => verdict !== "ok")) process.exitCode = 1
