/**
 * The worlds that are explored: who sends when, and how the service, the log and the processes may misbehave.
 *
 * Time is scaled: one tick is the 10 seconds in which a time of the log may be off, `F` ticks are the 5 minutes of the fence, `L`
 * the visibility lag. All that can happen within a tick happens in any order.
 */
import type { Property, Rule } from "./rules.ts"

export interface Send {
  /** Sends with one journal know of each other; another number is a stranger's program. */
  readonly journal: number
  /** The first tick at which it may be claimed, and the last one for its first claim. */
  readonly from: number
  readonly until: number
  /** Timestamp minus gateway time. Only a client that does not know the gateway's time has one. */
  readonly skew?: number
  /** The process died, so what it would have learned from later answers is lost: only the intent is left. */
  readonly resumed?: boolean
  /** How little of the gateway's time is known; all that there is to know, if it does not say so. */
  readonly learned?: "nothing" | "one Date"
  readonly attempts?: number
  /** How many may ask about it at once. */
  readonly lookers?: number
}

export interface World {
  readonly name: string
  readonly sends: ReadonlyArray<Send>
  readonly F: number
  readonly L: number
  /** The last tick at which the world misbehaves; after it everything is answered and shown. */
  readonly end: number
  readonly attempts: number
  /** By how many ticks a time of the log may be off. */
  readonly errors: ReadonlyArray<number>
  /** The log may show a text or number in another form. */
  readonly changed: boolean
  /** A 2xx may be unreadable. */
  readonly unreadable: boolean
  /** 429, connection refused, skewed 401. */
  readonly refusals: boolean
  /** A look takes time: twins are read, then the log, then owners, then the send is written. */
  readonly steps: boolean
  readonly lookers: number
  /** Sends may be held and settled by hand. */
  readonly hold: boolean
  /** A journal in memory: what a caller was told cannot be taken back. */
  readonly memory: boolean
  /** A process may be frozen for so long between taking the time and the claim. */
  readonly stale: number
  /** Ticks by which the log may be later than the lag: an assumption violated. */
  readonly late: number
  /** Ticks by which the gateway may accept after the fence: an assumption violated. */
  readonly soft: number
  /** Violations that the documentation states for this world. */
  readonly limits: ReadonlyArray<Property>
}

const base: Omit<World, "name" | "sends" | "end"> = {
  F: 2,
  L: 1,
  attempts: 2,
  errors: [0],
  changed: false,
  unreadable: false,
  refusals: false,
  steps: false,
  lookers: 1,
  hold: false,
  memory: false,
  stale: 0,
  late: 0,
  soft: 0,
  limits: []
}
const mine = (from: number, until: number): Send => ({ journal: 0, from, until })
const stranger = (from: number, until: number): Send => ({ journal: 1, from, until, attempts: 1 })

const one: World = {
  ...base,
  name: "one",
  sends: [mine(0, 1)],
  F: 3,
  L: 2,
  end: 13,
  unreadable: true,
  refusals: true,
  steps: true,
  lookers: 2
}

export const worlds: ReadonlyArray<World> = [
  one,
  {
    ...base,
    name: "one, frozen between prepare and claim",
    sends: [mine(2, 3)],
    F: 3,
    L: 2,
    end: 14,
    refusals: true,
    steps: true,
    stale: 2
  },
  {
    ...base,
    name: "one, log off by 10 s, other forms",
    sends: [mine(0, 1)],
    F: 3,
    L: 2,
    end: 13,
    errors: [-1, 0, 1],
    changed: true,
    unreadable: true,
    refusals: true,
    steps: true,
    limits: ["S5"]
  },
  {
    ...base,
    name: "one, no offset known, machine ahead",
    sends: [{ ...mine(0, 1), skew: 2 }],
    F: 3,
    L: 2,
    end: 14,
    steps: true
  },
  {
    ...base,
    name: "one, no offset known, machine behind",
    sends: [{ ...mine(0, 1), skew: -2 }],
    F: 3,
    L: 2,
    end: 14,
    steps: true
  },
  {
    ...base,
    name: "one, no offset known, machine ahead, resumed",
    sends: [{ ...mine(0, 1), skew: 2, resumed: true }],
    F: 3,
    L: 2,
    end: 14,
    steps: true
  },
  {
    ...base,
    name: "one, no offset known, machine behind, resumed",
    sends: [{ ...mine(0, 1), skew: -2, resumed: true }],
    F: 3,
    L: 2,
    end: 13,
    steps: true
  },
  {
    ...base,
    name: "one, nothing learned, machine ahead, resumed",
    sends: [{ ...mine(0, 1), skew: 2, resumed: true, learned: "nothing" }],
    F: 3,
    L: 2,
    end: 14,
    steps: true,
    limits: ["S5"]
  },
  {
    ...base,
    name: "one, a single Date seen, machine ahead",
    sends: [{ ...mine(0, 1), skew: 2, learned: "one Date" }],
    F: 3,
    L: 2,
    end: 14,
    steps: true,
    limits: ["S5"]
  },
  {
    ...base,
    name: "one, held and settled by hand",
    sends: [mine(0, 1)],
    F: 3,
    L: 2,
    end: 13,
    unreadable: true,
    steps: true,
    hold: true
  },
  { ...base, name: "twins", sends: [mine(0, 4), mine(0, 4)], F: 3, L: 2, end: 10, refusals: true },
  { ...base, name: "twins, looks take time", sends: [mine(0, 0), mine(1, 4)], end: 8, steps: true },
  {
    ...base,
    name: "twins, looks take time, two ask",
    sends: [mine(0, 0), { ...mine(0, 1), lookers: 1 }],
    F: 1,
    L: 1,
    end: 3,
    steps: true,
    lookers: 2
  },
  { ...base, name: "twins, far apart or near", sends: [mine(0, 0), mine(0, 8)], end: 12, unreadable: true },
  {
    ...base,
    name: "twins, far apart or near, looks take time",
    sends: [mine(0, 0), mine(4, 6)],
    end: 8,
    steps: true
  },
  {
    ...base,
    name: "twins, two machines, no offset known",
    sends: [{ ...mine(0, 2), skew: 2 }, { ...mine(0, 2), skew: -1 }],
    end: 9
  },
  { ...base, name: "twins, unreadable 2xx", sends: [mine(0, 2), mine(0, 2)], end: 8, unreadable: true },
  {
    ...base,
    name: "twins, journal in memory",
    sends: [mine(0, 2), mine(0, 2)],
    end: 8,
    memory: true,
    unreadable: true
  },
  {
    ...base,
    name: "twins, held and settled by hand",
    sends: [mine(0, 2), mine(0, 2)],
    end: 8,
    hold: true,
    unreadable: true
  },
  {
    ...base,
    name: "twins, frozen between prepare and claim",
    sends: [mine(2, 4), mine(2, 5)],
    end: 9,
    stale: 2
  },
  {
    ...base,
    name: "twins, log off by 10 s, other forms",
    sends: [mine(0, 2), mine(0, 2)],
    end: 7,
    errors: [-1, 0, 1],
    changed: true,
    limits: ["S5"]
  },
  { ...base, name: "triplets", sends: [mine(0, 2), mine(0, 2), mine(0, 2)], end: 7 },
  {
    ...base,
    name: "three in a row, of which the outer ones do not touch",
    sends: [mine(0, 0), { ...mine(3, 3), attempts: 1 }, { ...mine(4, 6), attempts: 1 }],
    F: 1,
    L: 1,
    end: 8
  },
  {
    ...base,
    name: "a stranger's equal message 20 s and more before",
    sends: [mine(4, 5), stranger(0, 0)],
    end: 10,
    unreadable: true,
    steps: true
  },
  {
    ...base,
    name: "the same, no offset known, resumed",
    sends: [{ ...mine(4, 5), skew: -2, resumed: true }, stranger(0, 0)],
    end: 10,
    steps: true
  },
  {
    ...base,
    name: "the same, nothing learned, resumed",
    sends: [{ ...mine(4, 5), skew: -2, resumed: true, learned: "nothing" }, stranger(0, 0)],
    end: 10,
    steps: true,
    limits: ["S5"]
  },
  {
    ...base,
    name: "a stranger's equal message at any time",
    sends: [mine(1, 3), stranger(0, 4)],
    end: 9,
    limits: ["S5", "S8"]
  },
  {
    ...base,
    name: "the same, with a twin",
    sends: [mine(0, 2), mine(0, 2), stranger(0, 2)],
    end: 7,
    attempts: 1,
    limits: ["S5", "S8"]
  }
]

/** A rule that is switched off, the world in which that matters, and what it must break there. */
export const controls: ReadonlyArray<readonly [off: Rule, world: string, breaks: Property]> = [
  ["ownership", "twins", "S2"],
  ["twinFence", "twins", "S1"],
  ["adopted", "twins", "S1"],
  ["adoptedKept", "twins", "S1"],
  ["openKept", "twins", "S5"],
  ["reach", "three in a row, of which the outer ones do not touch", "S1"],
  ["recheck", "twins, looks take time", "S1"],
  ["exchange", "twins", "S4"],
  ["exchange", "twins, journal in memory", "S2"],
  ["unreadExchange", "twins, unreadable 2xx", "S5"],
  ["notBefore", "a stranger's equal message 20 s and more before", "S8"],
  ["learnFirst", "one, no offset known, machine ahead, resumed", "S5"],
  ["learnFirst", "the same, no offset known, resumed", "S8"],
  ["lag", "one", "S1"],
  ["dateLag", "one, no offset known, machine ahead", "S1"],
  ["undecided", "one, log off by 10 s, other forms", "S1"],
  ["window", "one, log off by 10 s, other forms", "S1"],
  ["resolveFirst", "one", "S1"],
  ["cas", "one", "S1"],
  ["signedOnce", "one", "S1"],
  ["handFence", "twins, held and settled by hand", "S1"]
]

/** What breaks where an assumption about the service does not hold: for the reader, not for the gate. */
export const limits: ReadonlyArray<readonly [what: string, world: World, off?: Rule]> = [
  ["the log shows it later than the lag", { ...one, late: 1 }],
  ["the gateway accepts after the fence", { ...one, soft: 3 }],
  ["requestTime is off by more than 10 s", { ...one, errors: [-3, 3] }],
  ["the log shows it later, but nothing is sent again", { ...one, late: 1, attempts: 1 }],
  ["policies \"prompt\" and \"resend\"", one, "resolveFirst"]
]

export const worldOf = (name: string): World => {
  const world = worlds.find((world) => world.name === name)
  if (world === undefined) throw new Error(`no world ${name}`)
  return world
}
