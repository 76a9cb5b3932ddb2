/**
 * Messages in the order of a time of theirs; those of equal time in the order of their acceptance.
 */
import type { StoredMessage } from "./store.ts"

export interface Position {
  readonly time: number
  readonly sequence: number
}

export type Time = (message: StoredMessage) => number

// A class, since there is one of these for every recipient, and closures would be several times as large.
export class TimeIndex {
  readonly items: Array<StoredMessage> = []
  readonly time: Time

  constructor(time: Time) {
    this.time = time
  }

  /** How many stand before the position, or at it. */
  upTo(position: Position): number {
    const { items, time } = this
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

  insert(message: StoredMessage): void {
    const { items, time } = this
    const last = items[items.length - 1]
    const at = time(message)
    // Time goes forward but for a clock that a test has set back.
    if (last === undefined || time(last) <= at) items.push(message)
    else items.splice(this.upTo({ time: at, sequence: message.sequence }), 0, message)
  }

  /** Leaves out all others; the order stays. */
  keep(stays: (message: StoredMessage) => boolean): void {
    const { items } = this
    let kept = 0
    for (const item of items) if (stays(item)) items[kept++] = item
    items.length = kept
  }
}

export const make = (time: Time): TimeIndex => new TimeIndex(time)

/** Sorts what an index of another order has selected. */
export const from = (time: Time): (messages: Iterable<StoredMessage>) => TimeIndex => (messages) => {
  const index = make(time)
  for (const message of Array.from(messages).sort((a, b) => time(a) - time(b) || a.sequence - b.sequence)) {
    index.insert(message)
  }
  return index
}
