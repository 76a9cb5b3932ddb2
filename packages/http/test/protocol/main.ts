/**
 * Explores the protocol of a send with the real deciding function in it, in two processes.      node packages/http/test/protocol/main.ts
 *
 *   (nothing)                        all worlds with all rules, and each rule switched off in turn
 *   --limits                         what breaks where the assumptions about the service do not hold
 *   --world NAME [--off RULE] [--trace]   a question of your own
 *
 * The last line is `N passed, N failed, N skipped`.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { parseArgs } from "node:util"
import type { Exploration } from "./explore.ts"
import { properties, type Property, type Rule, rules } from "./rules.ts"
import { assumed, controlled, isAsExpected, type Task, verdict, whole } from "./task.ts"
import { worldOf } from "./worlds.ts"

interface Answer {
  readonly exploration: Exploration
  readonly seconds: number
}

const { values } = parseArgs({
  options: {
    limits: { type: "boolean", default: false },
    world: { type: "string" },
    off: { type: "string" },
    trace: { type: "boolean", default: false }
  }
})

const isRule = (name: string): name is Rule => name in rules

const asked = (name: string): ReadonlyArray<Task> => {
  const off = values.off?.split(",") ?? []
  for (const rule of off) if (!isRule(rule)) throw new Error(`no rule ${rule}: ${Object.keys(rules).join(", ")}`)
  const world = worldOf(name)
  return [{ title: name, world, off: off.filter(isRule), must: undefined, limits: world.limits }]
}

const tasks = values.world !== undefined ? asked(values.world) : values.limits ? assumed : [...whole, ...controlled]

// -----------------------------------------------------------------------------
// The table
// -----------------------------------------------------------------------------

const widest = Math.max(...tasks.map(({ title }) => title.length))

const row = (title: string, states: string, time: string, said: string): string =>
  `${title.padEnd(widest)}  ${states.padStart(7)}  ${time.padStart(6)}  ${said}`

const traceOf = ([property, steps]: readonly [Property, ReadonlyArray<string>]): ReadonlyArray<string> => [
  `    ${property}: ${properties[property]}`,
  ...steps.map((step) => `      ${step}`)
]

const report = (task: Task, { exploration, seconds }: Answer): void => {
  console.log(row(task.title, String(exploration.states), `${seconds.toFixed(1)} s`, verdict(task, exploration)))
  for (const violation of exploration.found) {
    if (values.trace || !task.limits.includes(violation[0])) console.log(traceOf(violation).join("\n"))
  }
  for (const wrong of exploration.comparison.wrong.slice(0, 3)) console.log(`    against the reference: ${wrong}`)
}

// -----------------------------------------------------------------------------
// The work
// -----------------------------------------------------------------------------

const answers: Array<Answer | undefined> = tasks.map(() => undefined)
let begun = 0
let reported = 0

const work = async (): Promise<void> => {
  const child = fork(new URL("./child.ts", import.meta.url), {
    serialization: "advanced",
    // States are made, named and dropped.
    execArgv: ["--max-semi-space-size=64"]
  })
  const gone = new AbortController()
  child.on("exit", () => gone.abort())
  while (begun < tasks.length) {
    const mine = begun++
    const start = performance.now()
    child.send(tasks[mine]!)
    const [exploration]: Array<Exploration> = await once(child, "message", { signal: gone.signal })
    answers[mine] = { exploration: exploration!, seconds: (performance.now() - start) / 1000 }
    for (let answer = answers[reported]; answer !== undefined; answer = answers[reported]) {
      report(tasks[reported++]!, answer)
    }
  }
  child.disconnect()
}

console.log(row("configuration", "states", "time", "properties"))
await Promise.all([work(), work()])

const explorations = answers.flatMap((answer) => answer === undefined ? [] : [answer.exploration])
const compared = explorations.map(({ comparison }) => comparison)
const total = (of: (comparison: Exploration["comparison"]) => number) => compared.reduce((sum, one) => sum + of(one), 0)
const cautious = new Map<string, number>()
for (const comparison of compared) {
  for (const [kind, times] of comparison.cautious) cautious.set(kind, (cautious.get(kind) ?? 0) + times)
}
console.log(`
${explorations.reduce((sum, { states }) => sum + states, 0)} states, ${total(({ looks }) => looks)} looks judged
${total(({ distinct }) => distinct)} different ones compared with the reference: ${
  total(({ agreed }) => agreed)
} agree, ${total(({ moot }) => moot)} asked after the send had its id, ${total(({ wrong }) => wrong.length)} are wrong${
  [...cautious].map(([kind, times]) => `\n  ${times} more cautious: ${kind}`).join("")
}
which twins count: ${total(({ twins }) => twins.same)} the same, ${total(({ twins }) => twins.more)} with more, ${
  total(({ twins }) => twins.fewer)
} with fewer of them
`)

const failed = tasks.filter((task, at) => !isAsExpected(task, answers[at]!.exploration)).length
console.log(`${tasks.length - failed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1
