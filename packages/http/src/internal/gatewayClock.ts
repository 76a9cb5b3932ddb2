/**
 * The time of the gateway, learned from the `Date` of its answers.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/**
 * What the answers of the gateway tell about its clock. All times in milliseconds; `mono` is monotonic time, so a
 * correction of this machine's clock does not move what was learned.
 *
 * @internal
 */
export interface GatewayClock {
  /** Notes the `Date` of an answer, read at `wall` and `mono`; gives its instant. */
  readonly observe: (date: string | undefined, wall: number, mono: number) => number | undefined
  /** From now on, timestamps are what the last answer says. */
  readonly correct: () => void
  /** The timestamp to sign with at `wall`, made older by `age` where the gateway's time is known. */
  readonly timestamp: (wall: number, mono: number, age: number) => number
  /** The gateway's time at `mono`, as most of the last answers have it; undefined before the first. */
  readonly at: (mono: number) => number | undefined
  /** Whether several answers agree on the time, the last one among them. */
  readonly isSettled: () => boolean
  /** The gateway's time at `mono`, as the most cautious of the last answers has it. */
  readonly earliest: (mono: number) => number | undefined
}

// One answer with a wrong `Date` must not decide over a proof, so several are kept.
const kept = 9

// How many have to agree.
const enough = 5

// How far answers that agree may be apart: the fraction of a second that a `Date` leaves out, and their time on the way.
const agreement = 3000

/** @internal */
export const make = (): GatewayClock => {
  // The gateway's time at monotonic zero, by each of the last answers, oldest first.
  const origins: Array<number> = []
  // Those since the last correction: a gateway whose clock stepped is not asked about the time before. In order of time, and of
  // size.
  let recent: Array<number> = []
  let sorted: Array<number> = []
  let offset: number | undefined
  let applied = 0
  // Answers of the same second bear the same text.
  let known: { readonly text: string; readonly instant: number } | undefined
  const parse = (text: string): number | undefined => {
    if (known?.text === text) return known.instant
    const parsed = Option.getOrUndefined(DateTime.make(text))
    if (parsed === undefined) return undefined
    known = { text, instant: parsed.epochMilliseconds }
    return known.instant
  }
  const median = (): number | undefined => sorted[Math.floor(sorted.length / 2)]
  const at = (mono: number): number | undefined => {
    const origin = median()
    return origin === undefined ? undefined : origin + mono
  }
  // One that came late, or that is wrong, does not make the others wrong.
  const isSettled = (): boolean => {
    const middle = median()
    const last = recent.at(-1)
    if (middle === undefined || last === undefined || Math.abs(last - middle) > agreement) return false
    for (let first = 0; first + enough <= sorted.length; first++) {
      if ((sorted[first + enough - 1] ?? Infinity) - (sorted[first] ?? 0) <= agreement) return true
    }
    return false
  }
  // At every answer, so in place: the newest takes the oldest's place, and moves from there.
  const add = (origin: number): void => {
    recent.push(origin)
    const oldest = recent.length > kept ? recent.shift() : undefined
    let place = oldest === undefined ? sorted.length : sorted.indexOf(oldest)
    for (; place > 0 && (sorted[place - 1] ?? 0) > origin; place--) sorted[place] = sorted[place - 1] ?? 0
    for (; place + 1 < sorted.length && (sorted[place + 1] ?? 0) < origin; place++) {
      sorted[place] = sorted[place + 1] ?? 0
    }
    sorted[place] = origin
  }
  return {
    observe: (date, wall, mono) => {
      const instant = date === undefined ? undefined : parse(date)
      if (instant === undefined) return undefined
      // A `Date` leaves out the fraction of its second; half of one is closest.
      offset = instant + 500 - wall
      origins.push(instant - mono)
      if (origins.length > kept) origins.shift()
      add(instant - mono)
      return instant
    },
    correct: () => {
      applied = offset ?? applied
      recent = recent.slice(-1)
      sorted = [...recent]
    },
    timestamp: (wall, mono, age) => {
      const gateway = age === 0 ? undefined : at(mono)
      return Math.round(gateway === undefined ? wall + applied : gateway - age)
    },
    at,
    isSettled,
    earliest: (mono) => origins.length === 0 ? undefined : Math.min(...origins) + mono
  }
}
