/**
 * Lines of a CSV file (RFC 4180), a page of them as one text: a text for each line and each cell is most of what a large file would cost.
 */

/**
 * The end of a line.
 *
 * @internal
 */
export const newline = "\r\n"

/**
 * A text as a cell: in quotes where it has the delimiter, a quote or a line break, or a byte order mark before it, which a reader takes for
 * that of the file.
 *
 * @internal
 */
export const quoting = (delimiter: string): (text: string) => string => {
  // What a delimiter may be means itself behind a backslash.
  const special = new RegExp(`[\\${delimiter}"\\r\\n]|^\\uFEFF`)
  return (text) => special.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text
}

/**
 * Cells as a line, but for its end. One that is alone and empty has quotes, so that it is no blank line.
 *
 * @internal
 */
export const line = (cells: ReadonlyArray<string>, delimiter: string): string =>
  cells.length === 1 && cells[0] === "" ? "\"\"" : cells.join(delimiter)

/**
 * A page of lines, as it stands in a file.
 *
 * @internal
 */
export const page = (lines: ReadonlyArray<string>): string => `${lines.join(newline)}${newline}`
