import { assert, describe, it } from "@effect/vitest"
import { explore } from "./explore.ts"
import { type Rule, rules } from "./rules.ts"
import { controlled, isAsExpected, verdict, whole } from "./task.ts"
import { controls } from "./worlds.ts"

// All of them take half a minute: that is the gate `protocol`.
const quick = new Set([
  "one, no offset known, machine ahead",
  "one, a single Date seen, machine ahead",
  "twins, journal in memory",
  "a stranger's equal message at any time",
  "without exchange: twins, journal in memory",
  "without notBefore: a stranger's equal message 20 s and more before",
  "without lag: one"
])

describe("what a look may conclude, in every order of events", () => {
  const tasks = [...whole, ...controlled].filter(({ title }) => quick.has(title))

  it.each(tasks)("$title", (task) => {
    const exploration = explore(task.world, task.off, task.must)
    assert.isTrue(isAsExpected(task, exploration), verdict(task, exploration))
  })

  it("the quick ones are there", () => assert.strictEqual(tasks.length, quick.size))

  it("each rule has a world that breaks without it, but for those that are there for other reasons", () => {
    const controlled = new Set<string>(controls.map(([rule]) => rule))
    // A window that stays short; what a person would otherwise have to do.
    const others: ReadonlyArray<Rule> = ["touching", "unreadHeld", "heldToo"]
    assert.deepStrictEqual(Object.keys(rules).filter((rule) => !controlled.has(rule)), [...others])
  })
})
