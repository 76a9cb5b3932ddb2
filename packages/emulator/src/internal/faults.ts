/**
 * The faults that wait for requests, and what was made of them.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Fault from "../Fault.ts"
import type * as Ledger from "../Ledger.ts"
import { words } from "./ids.ts"

/** Faults of different channels can hit the same request. */
type Channel = "answer" | "slow" | "date"

const channelOf = (fault: Fault.Fault): Channel => {
  switch (fault._tag) {
    case "Slow":
      return "slow"
    case "WrongDate":
    case "NoDate":
      return "date"
    default:
      return "answer"
  }
}

type Of<Tag extends Fault.Fault["_tag"]> = Extract<Fault.Fault, { readonly _tag: Tag }>

/** What one request gets. */
export interface Taken {
  readonly answer: Exclude<Fault.Fault, Of<"Slow" | "WrongDate" | "NoDate">> | undefined
  readonly slow: Of<"Slow"> | undefined
  readonly date: Of<"WrongDate" | "NoDate"> | undefined
  readonly tags: ReadonlyArray<string>
}

export const nothing: Taken = { answer: undefined, slow: undefined, date: undefined, tags: [] }

export interface Registry extends Fault.Faults {
  readonly take: (operation: Ledger.Operation | undefined) => Taken
  readonly reset: () => void
}

const sort = (faults: ReadonlyArray<Fault.Fault>): Taken => {
  let answer: Taken["answer"]
  let slow: Taken["slow"]
  let date: Taken["date"]
  for (const fault of faults) {
    if (fault._tag === "Slow") slow = fault
    else if (fault._tag === "WrongDate" || fault._tag === "NoDate") date = fault
    else answer = fault
  }
  return { answer, slow, date, tags: faults.map(({ _tag }) => _tag) }
}

/** `changed` is run whenever what waits is no longer the same. */
export const make = (changed: () => void): Registry => {
  let waiting: Array<
    { readonly id: number; readonly operation: Fault.Scope; count: number; readonly fault: Fault.Fault }
  > = []
  let lastId = 0
  let chance: { readonly draw: () => number; readonly random: Fault.Random } | undefined
  const counters = new Map<string, { operation: Ledger.Operation; fault: string; count: number }>()

  const clear = () => {
    waiting = []
    chance = undefined
    changed()
  }

  const scripted = (operation: Ledger.Operation): ReadonlyArray<Fault.Fault> => {
    const found = new Map<Channel, Fault.Fault>()
    for (const entry of waiting) {
      const channel = channelOf(entry.fault)
      if (found.has(channel) || (entry.operation !== "any" && entry.operation !== operation)) continue
      found.set(channel, entry.fault)
      entry.count--
    }
    if (found.size > 0) {
      waiting = waiting.filter(({ count }) => count > 0)
      changed()
    }
    return Array.from(found.values())
  }

  const atRandom = (operation: Ledger.Operation): ReadonlyArray<Fault.Fault> => {
    if (chance === undefined) return []
    const drawn = chance.draw() / 2 ** 32
    let sum = 0
    for (const entry of chance.random.rates) {
      if (entry.operation !== undefined && entry.operation !== "any" && entry.operation !== operation) continue
      sum += entry.rate
      if (drawn < sum) return [entry.fault]
    }
    return []
  }

  return {
    next: (operation, count, fault) =>
      Effect.sync(() => {
        if (count <= 0) return
        waiting.push({ id: ++lastId, operation, count, fault })
        changed()
      }),
    random: (random) =>
      Effect.sync(() => {
        chance = { draw: words(`${random.seed}/faults`), random }
        changed()
      }),
    atRandom: Effect.sync(() => Option.map(Option.fromUndefinedOr(chance), ({ random }) => random)),
    remove: (id) =>
      Effect.sync(() => {
        const before = waiting.length
        waiting = waiting.filter((entry) => entry.id !== id)
        if (waiting.length === before) return false
        changed()
        return true
      }),
    clear: Effect.sync(clear),
    pending: Effect.sync(() =>
      waiting.map(({ count, fault, id, operation }) => ({
        id,
        operation,
        count: Number.isFinite(count) ? count : null,
        fault
      }))
    ),
    applied: Effect.sync(() => Array.from(counters.values(), (counter) => ({ ...counter }))),
    take: (operation) => {
      if (operation === undefined) return nothing
      let faults = scripted(operation)
      if (faults.length === 0) faults = atRandom(operation)
      if (faults.length === 0) return nothing
      for (const { _tag } of faults) {
        const counter = counters.get(`${operation} ${_tag}`)
        if (counter === undefined) counters.set(`${operation} ${_tag}`, { operation, fault: _tag, count: 1 })
        else counter.count++
      }
      return sort(faults)
    },
    reset: () => {
      clear()
      counters.clear()
    }
  }
}
