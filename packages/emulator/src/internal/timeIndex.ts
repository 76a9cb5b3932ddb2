/**
 * Messages, or whatever else is accepted, in the order of a time of theirs; those of equal time in the order of their acceptance.
 */
export interface Accepted {
  /** The order of acceptance. */
  readonly sequence: number
}

export interface Position {
  readonly time: number
  readonly sequence: number
}

export type Time<A> = (item: A) => number

// A class, since there is one of these for every recipient, and closures would be several times as large.
export class TimeIndex<A extends Accepted> {
  readonly items: Array<A> = []
  readonly time: Time<A>

  constructor(time: Time<A>) {
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

  insert(message: A): void {
    const { items, time } = this
    const last = items[items.length - 1]
    const at = time(message)
    // Time goes forward but for a clock that a test has set back.
    if (last === undefined || time(last) <= at) items.push(message)
    else items.splice(this.upTo({ time: at, sequence: message.sequence }), 0, message)
  }

  /** Leaves out all others; the order stays. */
  keep(stays: (message: A) => boolean): void {
    const { items } = this
    let kept = 0
    for (const item of items) if (stays(item)) items[kept++] = item
    items.length = kept
  }
}

export const make = <A extends Accepted>(time: Time<A>): TimeIndex<A> => new TimeIndex(time)

/** Sorts what an index of another order has selected. */
export const from = <A extends Accepted>(time: Time<A>) => (messages: Iterable<A>): TimeIndex<A> => {
  const index = make(time)
  for (const message of Array.from(messages).sort((a, b) => time(a) - time(b) || a.sequence - b.sequence)) {
    index.insert(message)
  }
  return index
}
