/**
 * Records of a CSV file that people made, each with the line on which it starts.
 *
 * `effect/encoding/Csv` does not tell the lines of records, and a stray quote is the end of all of a file there. Here it is the end of
 * its line.
 */

/** @internal */
export interface CsvRecord {
  readonly cells: ReadonlyArray<string>
  /** The line of the file on which it starts, from 1. */
  readonly line: number
  /** Whether a quote stands where none may: then only this line is taken for the record, and is its only cell. */
  readonly isBroken: boolean
}

/** @internal */
export interface Options {
  readonly delimiter: string
  /** Whether these are as many cells as a record has, as soon as that is known. */
  readonly isWhole?: ((cells: ReadonlyArray<string>) => boolean) | undefined
  /**
   * Whether a line that stands inside of quotes is a record from the cell `index` on: then the quote before it was not meant for it, and
   * others would be swallowed. `isFirst` says that the quote stands in the line itself.
   */
  readonly isRecord?: ((line: string, index: number, isFirst: boolean) => boolean) | undefined
}

const CR = 13
const LF = 10
const QUOTE = 34
const EQUALS = 61

// A quote that nobody closed must not take all of a file with it.
const longest = 65_536

interface Found {
  readonly cells: ReadonlyArray<string>
  readonly isBroken: boolean
  /** Where the next record starts. */
  readonly end: number
  /** How many line breaks it has, the last one included. */
  readonly breaks: number
}

const countBreaks = (text: string, from: number, to: number): number => {
  let count = 0
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    if (unit === LF || unit === CR && text.charCodeAt(i + 1) !== LF) count++
  }
  return count
}

/** Where a line ends that something stands on, and where the next one starts; none while the rest of it has not come. */
const endOfLine = (text: string, from: number, isLast: boolean): readonly [end: number, next: number] | undefined => {
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === LF) return [i, i + 1]
    if (unit !== CR) continue
    if (i + 1 === text.length && !isLast) return undefined
    return [i, text.charCodeAt(i + 1) === LF ? i + 2 : i + 1]
  }
  return isLast ? [text.length, text.length] : undefined
}

const broken = (text: string, start: number, isLast: boolean): Found | undefined => {
  const line = endOfLine(text, start, isLast)
  return line === undefined
    ? text.length - start > longest
      ? { cells: [text.slice(start)], isBroken: true, end: text.length, breaks: 0 }
      : undefined
    : { cells: [text.slice(start, line[0])], isBroken: true, end: line[1], breaks: 1 }
}

/** The record that starts somewhere in a text; none while the rest of it has not come. */
const recordAt = (text: string, start: number, options: Options, isLast: boolean): Found | undefined => {
  const { isRecord, isWhole } = options
  const delimiter = options.delimiter.charCodeAt(0)
  const length = text.length
  const cells: Array<string> = []
  let isMultiline = false
  let hasRecord = false
  let i = start
  for (;;) {
    let cell: string
    if (text.charCodeAt(i) === QUOTE) {
      let from = i + 1
      cell = ""
      for (;;) {
        const quote = text.indexOf("\"", from)
        if (quote === -1 || quote - start > longest) {
          return isLast || length - start > longest ? broken(text, start, isLast) : undefined
        }
        cell += text.slice(from, quote)
        from = quote + 1
        if (from === length && !isLast) return undefined
        if (text.charCodeAt(from) !== QUOTE) break
        cell += "\""
        from++
      }
      if (/[\r\n]/.test(cell)) {
        isMultiline = true
        if (isRecord !== undefined) {
          hasRecord ||= cell.split(/\r\n|\r|\n/).some((line, index) =>
            isRecord(line, index === 0 ? cells.length : 0, index === 0)
          )
        }
      }
      i = from
    } else {
      const from = i
      // ="010…" tells a spreadsheet that it is a text.
      const isFormula = text.charCodeAt(i) === EQUALS && text.charCodeAt(i + 1) === QUOTE
      for (; i < length; i++) {
        const unit = text.charCodeAt(i)
        if (unit === delimiter || unit === LF || unit === CR) break
        if (unit === QUOTE && !isFormula) return broken(text, start, isLast)
      }
      if (i === length && !isLast) return length - start > longest ? broken(text, start, isLast) : undefined
      cell = text.slice(from, i)
      if (isFormula) {
        const inside = /^="([^"]*)"$/.exec(cell)?.[1]
        if (inside === undefined) return broken(text, start, isLast)
        cell = inside
      }
    }
    const unit = text.charCodeAt(i)
    if (i < length && unit !== delimiter && unit !== LF && unit !== CR) return broken(text, start, isLast)
    cells.push(cell)
    if (unit !== delimiter) break
    i++
  }
  const line = endOfLine(text, i, isLast)
  if (line === undefined) return undefined
  // Lines of others inside of quotes: the quote was not meant for them.
  if (isMultiline && (hasRecord || isWhole?.(cells) === false)) return broken(text, start, isLast)
  const end = line[1]
  return { cells, isBroken: false, end, breaks: isMultiline ? countBreaks(text, start, end) : 1 }
}

/**
 * Reads records of a text that comes in pieces. Lines end with CR, LF or both.
 *
 * @internal
 */
export class CsvReader {
  /** May be changed between two records. */
  options: Options
  private text = ""
  private more: Array<string> = []
  private waiting = 0
  private line: number
  // Inside of a line that is too long to be read.
  private isSkipping = false

  constructor(options: Options, line = 1) {
    this.options = options
    this.line = line
  }

  push(text: string): ReadonlyArray<CsvRecord> {
    this.more.push(text)
    this.waiting += text.length
    // A long record is not looked at again for each of many small pieces.
    return this.waiting < this.text.length ? [] : this.read(false)
  }

  end(): ReadonlyArray<CsvRecord> {
    return this.read(true)
  }

  private read(isLast: boolean): ReadonlyArray<CsvRecord> {
    const text = this.text + this.more.join("")
    this.more = []
    this.waiting = 0
    const records: Array<CsvRecord> = []
    let start = 0
    while (start < text.length) {
      if (this.isSkipping) {
        const line = endOfLine(text, start, isLast)
        // A CR at the end may have its LF in the next piece.
        if (line === undefined) {
          start = text.endsWith("\r") ? text.length - 1 : text.length
          break
        }
        this.isSkipping = false
        this.line++
        start = line[1]
        continue
      }
      const found = recordAt(text, start, this.options, isLast)
      if (found === undefined) break
      const { breaks, cells, end, isBroken } = found
      records.push({ cells, line: this.line, isBroken })
      this.line += breaks
      this.isSkipping = breaks === 0
      start = end
    }
    this.text = text.slice(start)
    return records
  }
}

/**
 * The first records of a text, however it goes on.
 *
 * @internal
 */
export const peek = (text: string, delimiter: string, count: number): ReadonlyArray<CsvRecord> => {
  const records: Array<CsvRecord> = []
  let start = 0
  let line = 1
  while (start < text.length && records.length < count) {
    const found = recordAt(text, start, { delimiter }, true)
    if (found === undefined) break
    records.push({ cells: found.cells, line, isBroken: found.isBroken })
    line += found.breaks
    start = found.end
  }
  return records
}
