/**
 * What there is to explore, and what is expected of it.
 */
import type { Exploration } from "./explore.ts"
import { properties, type Property, type Rule } from "./rules.ts"
import { controls, limits, type World, worldOf, worlds } from "./worlds.ts"

export interface Task {
  readonly title: string
  readonly world: World
  readonly off: ReadonlyArray<Rule>
  /** What has to be violated; otherwise nothing may be that is no limit. */
  readonly must: Property | undefined
  readonly limits: ReadonlyArray<Property>
}

const all = Object.keys(properties) as ReadonlyArray<Property>

/** The protocol with all of its rules. */
export const whole: ReadonlyArray<Task> = worlds.map((world) => ({
  title: world.name,
  world,
  off: [],
  must: undefined,
  limits: world.limits
}))

/** Each rule switched off in turn: what it is for has to be found. */
export const controlled: ReadonlyArray<Task> = controls.map(([rule, name, must]) => ({
  title: `without ${rule}: ${name}`,
  world: worldOf(name),
  off: [rule],
  must,
  limits: all
}))

/** What breaks where the assumptions about the service do not hold. */
export const assumed: ReadonlyArray<Task> = limits.map(([title, world, rule]) => ({
  title,
  world,
  off: rule === undefined ? [] : [rule],
  must: undefined,
  limits: all
}))

export const isAsExpected = ({ limits, must }: Task, { comparison, found }: Exploration): boolean =>
  must === undefined
    ? comparison.wrong.length === 0 && [...found.keys()].every((property) => limits.includes(property))
    : found.has(must)

/** What is to be said of each property. */
export const verdict = ({ limits, must }: Task, { found }: Exploration): string => {
  if (must !== undefined) return found.has(must) ? `${must} found, as it must` : `${must} NOT FOUND`
  return all.map((property) =>
    `${property} ${found.has(property) ? limits.includes(property) ? "limit" : "BROKEN" : "ok"}`
  ).join("  ")
}
