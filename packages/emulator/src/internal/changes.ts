/**
 * Waking those who wait for something to happen.
 */
import * as Effect from "effect/Effect"

export interface Changes {
  readonly notify: () => void
  /** Ends with the next change after the version. */
  readonly after: (version: number) => Effect.Effect<void>
  readonly version: () => number
}

export const make = (): Changes => {
  const waiting = new Set<() => void>()
  let version = 0
  return {
    version: () => version,
    notify: () => {
      version++
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
