/**
 * Columns on a terminal, where a syllable of Hangul is two wide.
 *
 * @since 0.1.0
 */
import * as CliOutput from "effect/cli/CliOutput"

const ascii = /^[ -~]*$/

/** How many columns a text takes; most cells are ASCII, which needs no segmenter. */
export const width = (text: string): number => ascii.test(text) ? text.length : CliOutput.displayWidth(text)

export const padEnd = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)))

export const padStart = (text: string, columns: number): string => " ".repeat(Math.max(0, columns - width(text))) + text

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** The text, or as much of it as fits, with an ellipsis. */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let out = ""
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const next = width(segment)
    if (used + next > columns - 1) break
    out += segment
    used += next
  }
  return `${out}…`
}

/** Lines of at most so many columns, broken at spaces; a word that is longer stays whole. */
export const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const paragraph of text.split("\n")) {
    let line = ""
    for (const word of paragraph.split(" ")) {
      if (line !== "" && width(line) + 1 + width(word) > columns) {
        lines.push(line)
        line = word
      } else line = line === "" ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines
}

export type Align = "left" | "right"

/** Rows under their heads, two spaces apart; numbers on the right where told so. */
export const render = (options: {
  readonly heads?: ReadonlyArray<string> | undefined
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly align?: ReadonlyArray<Align> | undefined
}): string => {
  const rows = options.heads === undefined ? options.rows : [options.heads, ...options.rows]
  const columns = rows.reduce((most, cells) => Math.max(most, cells.length), 0)
  const widths = Array.from(
    { length: columns },
    (_, column) => rows.reduce((most, cells) => Math.max(most, width(cells[column] ?? "")), 0)
  )
  return rows.map((cells) =>
    widths.map((columns, column) => {
      const pad = options.align?.[column] === "right" ? padStart : padEnd
      return pad(cells[column] ?? "", columns)
    }).join("  ").trimEnd()
  ).join("\n")
}
