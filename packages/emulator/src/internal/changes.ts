/**
 * Waking those who wait for something to happen, and telling what has happened since they looked.
 */
import * as Effect from "effect/Effect"

/** What changes by what is done; messages and requests are counted by those who keep them. */
export type Topic = "reservations" | "controls"

export interface Changes {
  readonly notify: (topic?: Topic) => void
  /** Ends with the next change after the version. */
  readonly after: (version: number) => Effect.Effect<void>
  readonly version: () => number
  /** How often something of a topic has changed. */
  readonly of: (topic: Topic) => number
}

export const make = (): Changes => {
  const waiting = new Set<() => void>()
  const topics: Record<Topic, number> = { reservations: 0, controls: 0 }
  let version = 0
  return {
    version: () => version,
    of: (topic) => topics[topic],
    notify: (topic) => {
      version++
      if (topic !== undefined) topics[topic]++
      if (waiting.size === 0) return
      const woken = Array.from(waiting)
      waiting.clear()
      for (const wake of woken) wake()
    },
    after: (seen) =>
      Effect.callback<void>((resume) => {
        if (version !== seen) return resume(Effect.void)
        const wake = () => resume(Effect.void)
        waiting.add(wake)
        return Effect.sync(() => waiting.delete(wake))
      })
  }
}
