/**
 * A log that keeps the newest entries.
 */
export interface Ring<A> {
  /** How many were ever written. */
  readonly total: () => number
  readonly push: (entry: A) => void
  /** From the oldest kept to the newest. */
  readonly entries: () => ReadonlyArray<A>
  readonly clear: () => void
}

/** `onPush` is run after each entry. */
export const make = <A>(capacity: number, onPush: () => void = () => {}): Ring<A> => {
  let kept: Array<A> = []
  let start = 0
  let total = 0
  return {
    total: () => total,
    push: (entry) => {
      total++
      if (kept.length < capacity) kept.push(entry)
      else if (capacity > 0) {
        kept[start] = entry
        start = (start + 1) % capacity
      }
      onPush()
    },
    entries: () => [...kept.slice(start), ...kept.slice(0, start)],
    clear: () => {
      kept = []
      start = 0
      total = 0
    }
  }
}
