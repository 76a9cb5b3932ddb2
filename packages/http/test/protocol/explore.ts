/**
 * Visits every state that a world can come to, tick by tick, and within a tick in as few steps as can be.
 */
import type { Comparison } from "./decisions.ts"
import { Machine, type Said } from "./machine.ts"
import * as Naming from "./naming.ts"
import type { Property, Rule } from "./rules.ts"
import { Setting } from "./setting.ts"
import { clone, type State } from "./state.ts"
import type { World } from "./worlds.ts"

export interface Exploration {
  readonly states: number
  /** What was violated, and how it came to it. */
  readonly found: ReadonlyMap<Property, ReadonlyArray<string>>
  readonly comparison: Comparison
}

/** A state, and its place in the order in which they were found. */
interface Visit {
  readonly s: State
  readonly at: number
}

// Behind a message sent twice, an id given twice or a stranger's there is nothing more to learn.
const ends: ReadonlySet<Property> = new Set(["S1", "S2", "S8"])

/** Explores all of a world, or until a property is violated. */
export const explore = (world: World, off: ReadonlyArray<Rule>, until?: Property): Exploration => {
  const machine = new Machine(new Setting(world, off))
  const name = Naming.make(machine.setting)
  const start = machine.setting.start()
  // From which state each was found, and by which of its steps; nothing else is needed to tell how it came to it.
  const parents = [-1]
  const steps = [-1]
  const found = new Map<Property, ReadonlyArray<string>>()

  const violated = (property: Property, at: number, last: Said) => {
    if (found.has(property)) return
    const path: Array<number> = []
    for (let x = at; x > 0; x = parents[x]!) path.unshift(steps[x]!)
    const told: Array<string> = []
    let s = start
    for (const taken of path) {
      const before = s
      let step = 0
      machine.next(before, (change) => {
        if (step++ !== taken) return
        s = clone(before)
        const said = change(s)?.()
        if (said !== undefined && said !== "") told.push(`t=${s.t} ${said}`)
      })
    }
    found.set(property, [...told, `t=${s.t} ${last()}`])
  }

  let now: Array<Visit> = [{ s: start, at: 0 }]
  let named = new Set([name(start)])
  while (now.length > 0) {
    const later: Array<Visit> = []
    const namedLater = new Set<string>()
    while (now.length > 0) {
      const further: Array<Visit> = []
      for (const { at, s } of now) {
        if (s.t === world.end && !found.has("S5") && !machine.settles(s)) violated("S5", at, () => "and so it stays")
        let step = 0
        machine.next(s, (change) => {
          const taken = step++
          const to = clone(s)
          machine.broken = []
          const said = change(to)
          if (said === undefined) return
          const { broken } = machine
          for (const property of broken) violated(property, at, said)
          if (broken.some((property) => ends.has(property))) return
          const isLater = to.t > s.t
          const names = isLater ? namedLater : named
          const before = names.size
          if (names.add(name(to)).size === before) return
          const visits = isLater ? later : further
          visits.push({ s: to, at: parents.length })
          parents.push(at)
          steps.push(taken)
        })
        if (until !== undefined && found.has(until)) {
          return { states: parents.length, found, comparison: machine.decisions.comparison }
        }
      }
      now = further
    }
    now = later
    named = namedLater
  }
  return { states: parents.length, found, comparison: machine.decisions.comparison }
}
