/**
 * Lines of text that are searched all at once: a hundred thousand short strings are found in one long one far sooner than one by one.
 */

/** A text on one line. */
export const oneLine = (text: string): string => /[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, " ") : text

/** As texts are compared: composed, and of one case. */
const folded = (text: string): string => text.normalize("NFC").toLowerCase()

/** A text as it is compared, with one space for whatever is white. */
export const fold = (text: string): string => folded(oneLine(text))

interface Chunk {
  /** Each line stands between two line feeds. */
  readonly text: string
  /** Where the line feeds are. */
  readonly ends: ReadonlyArray<number>
  /** How many lines stand in the chunks before. */
  readonly first: number
}

// Long enough for a search to be one, short enough to be made anew whenever a line is added.
const chunkLength = 100_000

const makeChunk = (lines: ReadonlyArray<string>, first: number, plain: boolean): Chunk => {
  const joined = `\n${lines.join("\n")}\n`
  const text = plain ? joined.toLowerCase() : folded(joined)
  const ends: Array<number> = []
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) ends.push(at)
  return { text, ends, first }
}

export interface Haystack {
  /** How many lines there are. */
  readonly size: () => number
  readonly add: (text: string) => void
  /** The numbers of the lines that hold a text that is folded. With a line feed before it they begin with it, with one behind they end with it. */
  readonly find: (text: string, found: (line: number) => void) => void
}

/** `plain` is what is known to be ASCII without white space. */
export const make = ({ plain }: { readonly plain: boolean }): Haystack => {
  const closed: Array<Chunk> = []
  let open: Array<string> = []
  let first = 0
  let length = 0
  let last: Chunk | undefined

  const search = ({ ends, first, text }: Chunk, needle: string, found: (line: number) => void) => {
    const skip = needle.startsWith("\n") ? 1 : 0
    let line = 0
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, ends[line]!)) {
      while (ends[line]! < at + skip) line++
      found(first + line - 1)
    }
  }

  return {
    size: () => first + open.length,
    add: (text) => {
      const line = plain ? text : oneLine(text)
      open.push(line)
      length += line.length
      last = undefined
      if (length < chunkLength) return
      closed.push(makeChunk(open, first, plain))
      first += open.length
      open = []
      length = 0
    },
    find: (text, found) => {
      for (const chunk of closed) search(chunk, text, found)
      if (open.length > 0) search(last ??= makeChunk(open, first, plain), text, found)
    }
  }
}
