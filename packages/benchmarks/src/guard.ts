// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * Guards against a halving of speed: a few ratios against those recorded in `baseline.json`, which `--record` records anew.
 *
 * What is worse is measured once more, in a new process, and the better figure counts.
 *
 * @since 0.1.0
 */
import { readFileSync, writeFileSync } from "node:fs"
import { type Baseline, better, type Cost, judge, render } from "./internal/baseline.ts"
import { baseline, costsOf, guarded, progress, recorded } from "./internal/program.ts"

const measure = async (before: Baseline, name: string): Promise<ReadonlyArray<Cost>> => {
  const costs = await costsOf(name)
  const worse = judge(before, costs).filter(({ verdict }) => verdict === "worse")
  if (worse.length === 0) return costs
  progress(`Measured again:\n${render(worse)}`)
  return better(costs, await costsOf(name))
}

const guard = async (): Promise<void> => {
  const before: Baseline = JSON.parse(readFileSync(baseline, "utf8"))
  const costs: Array<Cost> = []
  for (const name of guarded) costs.push(...await measure(before, name))
  const judgements = judge(before, costs)
  process.stdout.write(`Cost in that of another, or in KB\n\n${render(judgements)}\n`)
  if (judgements.some(({ verdict }) => verdict !== "ok")) process.exitCode = 1
}

if (process.argv.includes("--record")) writeFileSync(baseline, await recorded())
else await guard()
