/**
 * Messages in the order of a time of theirs; those of equal time in the order of their acceptance.
 */
import type { StoredMessage } from "./store.ts"

export interface Position {
  readonly time: number
  readonly sequence: number
}

export interface TimeIndex {
  readonly items: ReadonlyArray<StoredMessage>
  readonly time: (message: StoredMessage) => number
  readonly insert: (message: StoredMessage) => void
  /** How many stand before the position, or at it. */
  readonly upTo: (position: Position) => number
}

export const make = (time: (message: StoredMessage) => number): TimeIndex => {
  const items: Array<StoredMessage> = []
  const upTo = (position: Position): number => {
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const item = items[middle]!
      const itemTime = time(item)
      if (itemTime < position.time || (itemTime === position.time && item.sequence <= position.sequence)) {
        low = middle + 1
      } else high = middle
    }
    return low
  }
  return {
    items,
    time,
    upTo,
    insert: (message) => {
      const last = items[items.length - 1]
      const at = time(message)
      // Time goes forward but for a clock that a test has set back.
      if (last === undefined || time(last) <= at) items.push(message)
      else items.splice(upTo({ time: at, sequence: message.sequence }), 0, message)
    }
  }
}

/** Sorts what an index of another order has selected. */
export const from = (
  time: (message: StoredMessage) => number
): (messages: Iterable<StoredMessage>) => TimeIndex =>
(messages) => {
  const index = make(time)
  for (const message of Array.from(messages).sort((a, b) => time(a) - time(b) || a.sequence - b.sequence)) {
    index.insert(message)
  }
  return index
}
