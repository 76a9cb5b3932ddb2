/**
 * The rows of a workbook of Excel (.xlsx), as the rows of a list.
 *
 * A number keeps its digits and nothing else: what Excel showed of it, such as the zero of a phone number, is not in the file's cell.
 */
import type * as Recipients from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Iterable from "effect/Iterable"
import * as Stream from "effect/Stream"
import * as ListFile from "./ListFile.ts"

/** A sheet of a workbook. */
export interface Workbook {
  /** The name of the sheet that is read: the first one with anything in it. */
  readonly sheet: string
  /** The names of others with something in them. */
  readonly others: ReadonlyArray<string>
  /** Made as they are asked for: the sheet alone takes enough room. */
  readonly rows: Iterable<Recipients.Cells>
}

/** The most rows that are read, with the header. */
export const mostRows = 100_001

/** The most bytes that a workbook may unpack to. */
export const mostBytes = 536_870_912

const bad = new ListFile.ListFileError({ why: "BadWorkbook" })

/**
 * How many bytes an archive unpacks to, as its directory says; none where it has no directory. (PKWARE, APPNOTE 4.3.12 and 4.3.16.)
 */
const unpacked = (bytes: Uint8Array): number | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // It stands at the end, before a comment of up to 65,535 bytes.
  for (let end = bytes.length - 22; end >= 0 && end >= bytes.length - 65_557; end--) {
    if (view.getUint32(end, true) !== 0x06054b50) continue
    let at = view.getUint32(end + 16, true)
    let sum = 0
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) return undefined
      sum += view.getUint32(at + 24, true)
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    }
    return sum
  }
  return undefined
}

const two = (number: number): string => String(number).padStart(2, "0")

/** As it would be read in a CSV file. */
const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  if (typeof value === "string") return value
  // Excel has fifteen digits; what is behind them is how a double says them.
  if (typeof value === "number") return String(Number(value.toPrecision(15)))
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE"
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return String(value)
  const day = `${value.getUTCFullYear()}-${two(value.getUTCMonth() + 1)}-${two(value.getUTCDate())}`
  const [hours, minutes] = [value.getUTCHours(), value.getUTCMinutes()]
  return hours + minutes === 0 ? day : `${day} ${two(hours)}:${two(minutes)}`
}

/**
 * Reads a workbook. Fails with `ListFileError` where it is none, or too large, and with `FileChanged`.
 */
export const read = Effect.fnUntraced(function*(
  file: ListFile.ListFile
): Effect.fn.Return<Workbook, ListFile.ListFileError | ListFile.FileChanged, FileSystem.FileSystem> {
  const tooLarge = new ListFile.ListFileError({ why: "TooLarge", limit: mostBytes })
  if (file.bytes > mostBytes) return yield* tooLarge
  const packed = Buffer.concat(yield* Stream.runCollect(ListFile.bytes(file)))
  const size = unpacked(packed)
  if (size === undefined) return yield* bad
  if (size > mostBytes) return yield* tooLarge
  const sheets = yield* Effect.tryPromise({
    try: () => import("read-excel-file/node").then(({ default: readSheets }) => readSheets(packed, { trim: false })),
    // It says what was wrong in its own words, which may show what is in the file.
    catch: () => bad
  })
  const filled = sheets.filter(({ data }) => data.some((row) => row.some((cell) => cell !== null)))
  const [first, ...others] = filled
  const { data, sheet } = first ?? { data: [], sheet: sheets[0]?.sheet ?? "" }
  if (data.length > mostRows) {
    return yield* new ListFile.ListFileError({ why: "TooManyRows", limit: mostRows - 1 })
  }
  return {
    sheet,
    others: others.map(({ sheet }) => sheet),
    rows: Iterable.map(data, (row, index): Recipients.Cells => ({ line: index + 1, cells: row.map(textOf) }))
  }
})
