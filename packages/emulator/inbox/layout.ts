// Where the rows of a list are: days as headings, requests, and the recipients of those that are unfolded. Only what changes the
// height stands here, so that a list of a million requests is laid out as quickly as one of ten.

/** What stands at a place of the list. `row` counts the requests from 0, `kid` the recipients of one. */
export type Item =
  | { readonly kind: "day"; readonly day: string }
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "kid"; readonly row: number; readonly kid: number }

interface Block {
  readonly kind: Item["kind"]
  /** The place of its first item. */
  readonly at: number
  readonly length: number
  readonly y: number
  readonly height: number
  readonly row: number
  readonly day: string
}

export interface Layout {
  /** How many items there are. */
  readonly length: number
  readonly height: number
  /** What stands at a place. */
  readonly item: (place: number) => Item | undefined
  readonly top: (place: number) => number
  /** The place at a height. */
  readonly placeAt: (y: number) => number
  /** The place of a request, or of a recipient. */
  readonly placeOf: (row: number, kid?: number) => number
}

const dayHeight = 30

/** The heights: of a request and a recipient the same, of a day its own. `unfolded` has the recipients of each unfolded request. */
export const make = (
  days: ReadonlyArray<{ readonly day: string; readonly requests: number }>,
  unfolded: ReadonlyMap<number, number>,
  rowHeight: number
): Layout => {
  const blocks: Array<Block> = []
  let [at, y] = [0, 0]
  const add = (kind: Item["kind"], length: number, height: number, row: number, day = ""): void => {
    if (length === 0) return
    blocks.push({ kind, at, length, y, height, row, day })
    at += length
    y += length * height
  }
  const open = Array.from(unfolded).sort(([a], [b]) => a - b)
  let [row, next] = [0, 0]
  for (const { day, requests } of days) {
    add("day", 1, dayHeight, row, day)
    const end = row + requests
    for (; next < open.length; next++) {
      const [index, kids] = open[next] ?? [0, 0]
      if (index >= end) break
      add("row", index + 1 - row, rowHeight, row)
      add("kid", kids, rowHeight, index)
      row = index + 1
    }
    add("row", end - row, rowHeight, row)
    row = end
  }
  const find = (test: (block: Block) => boolean): Block | undefined => {
    let [low, high] = [0, blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const block = blocks[middle]
      if (block !== undefined && test(block)) high = middle
      else low = middle + 1
    }
    return blocks[low]
  }
  const blockAt = (place: number): Block | undefined => find((block) => place < block.at + block.length)
  return {
    length: at,
    height: y,
    item: (place) => {
      const block = place < 0 ? undefined : blockAt(place)
      if (block === undefined) return undefined
      switch (block.kind) {
        case "day":
          return { kind: "day", day: block.day }
        case "row":
          return { kind: "row", row: block.row + place - block.at }
        case "kid":
          return { kind: "kid", row: block.row, kid: place - block.at }
      }
    },
    top: (place) => {
      const block = blockAt(place)
      return block === undefined ? y : block.y + (place - block.at) * block.height
    },
    placeAt: (height) => {
      const block = find((block) => height < block.y + block.length * block.height)
      return block === undefined ? at : block.at + Math.max(0, Math.floor((height - block.y) / block.height))
    },
    placeOf: (row, kid) => {
      const found = blocks.find((block) => block.kind === "row" && row < block.row + block.length)
      if (found === undefined) return -1
      return found.at + (row - found.row) + (kid === undefined ? 0 : kid + 1)
    }
  }
}
