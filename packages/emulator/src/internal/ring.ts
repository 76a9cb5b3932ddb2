/**
 * A log that keeps the newest entries, as many as fit in a weight where they have one.
 */
export interface Ring<A> {
  /** How many were ever written. */
  readonly total: () => number
  readonly push: (entry: A) => void
  /** From the oldest kept to the newest. */
  readonly entries: () => ReadonlyArray<A>
  readonly clear: () => void
}

export const make = <A>(
  capacity: number,
  weight: { readonly most: number; readonly of: (entry: A) => number } = { most: 0, of: () => 0 }
): Ring<A> => {
  // The entry of number `n` is at `n` modulo the capacity.
  let slots: Array<A | undefined> = []
  let total = 0
  let kept = 0
  let heavy = 0
  const drop = () => {
    const at = (total - kept) % capacity
    const oldest = slots[at]
    if (oldest !== undefined) heavy -= weight.of(oldest)
    slots[at] = undefined
    kept--
  }
  return {
    total: () => total,
    push: (entry) => {
      if (capacity > 0) {
        heavy += weight.of(entry)
        // The newest stays, whatever its weight.
        while (kept === capacity || (kept > 0 && heavy > weight.most)) drop()
        slots[total % capacity] = entry
        kept++
      }
      total++
    },
    entries: () => {
      const out: Array<A> = []
      for (let n = total - kept; n < total; n++) {
        const entry = slots[n % capacity]
        if (entry !== undefined) out.push(entry)
      }
      return out
    },
    clear: () => {
      slots = []
      total = 0
      kept = 0
      heavy = 0
    }
  }
}
