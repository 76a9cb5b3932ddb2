/**
 * The bytes of the charset, both ways: what `EucKrCodec` needs beside the set.
 */
import { digit, forEachKsx1001, forEachMember } from "./euckrBitmap.ts"
import { order, symbolCells } from "./euckrTableData.ts"

/**
 * Bytes by code point (`lead << 8 | trail`, one byte below 80, 0 where there are none) and code point by bytes.
 *
 * @internal
 */
export interface Table {
  readonly bytes: Uint16Array
  readonly codes: Uint16Array
}

let eucKrTable: Table | undefined
let cp949Table: Table | undefined

/**
 * The table of KS X 1001, built when first asked for.
 *
 * @internal
 */
export const eucKr = (): Table => eucKrTable ??= buildEucKr()

/**
 * The table of KS X 1001 and the extension, built when first asked for.
 *
 * @internal
 */
export const cp949 = (): Table => cp949Table ??= buildCp949()

const set = (table: Table, code: number, bytes: number) => {
  table.bytes[code] = bytes
  table.codes[bytes] = code
}

const cell = (start: number, index: number) => start + index + Math.floor(index / 94) * 162

const buildEucKr = (): Table => {
  const table: Table = { bytes: new Uint16Array(0x10000), codes: new Uint16Array(0x10000) }
  for (let code = 0; code < 0x80; code++) set(table, code, code)

  // A mark, until the bytes are known.
  forEachKsx1001((code) => {
    table.bytes[code] = 1
  })
  const symbols: Array<number> = []
  const hanja: Array<number> = []
  let hangul = 0
  for (let code = 0x80; code < 0x10000; code++) {
    if (table.bytes[code] === 0) continue
    if (code < 0x4e00 || code > 0xfaff) symbols.push(code)
    else if (code < 0xa000) hanja.push(code)
    else if (code < 0xe000) set(table, code, cell(0xb0a1, hangul++))
  }

  let position = 0
  let bits = 0
  let count = 0
  const bit = () => {
    if (count-- === 0) {
      bits = digit(order, position++)
      count = 5
    }
    const value = bits & 1
    bits >>= 1
    return value
  }
  const number = (k: number) => {
    let value = 0
    while (bit() === 1) {
      value += 1 << k
      k += k === 0 ? 6 : 1
    }
    for (let i = 0; i < k; i++) value += bit() << i
    return value
  }
  const fill = (from: ReadonlyArray<number>, cells: ReadonlyArray<number>, divisor: number) => {
    const left = Uint16Array.from(from)
    let at = 0
    for (let size = left.length; size > 0; size--) {
      at = (at + number(31 - Math.clz32(size / divisor | 1))) % size
      set(table, left[at] ?? 0, cells[left.length - size] ?? 0)
      left.copyWithin(at, at + 1, size)
    }
  }
  const cells: Array<number> = []
  forEachMember(symbolCells, (index) => cells.push(cell(0xa1a1, index)))
  fill(symbols, cells, 1000)
  let index = -1
  for (let code = 0xf900; code < 0xfa0c; code++) {
    index += number(4) + 1
    set(table, code, cell(0xcaa1, index))
  }
  cells.length = 0
  for (index = 0; index < 4888; index++) {
    const bytes = cell(0xcaa1, index)
    if (table.codes[bytes] === 0) cells.push(bytes)
  }
  fill(hanja, cells, 24)
  return table
}

/** The syllables that KS X 1001 lacks fill, in order, the cells from 8141 to C652 that it leaves free. */
const buildCp949 = (): Table => {
  const { bytes, codes } = eucKr()
  const table: Table = { bytes: bytes.slice(), codes: codes.slice() }
  let lead = 0x81
  let trail = 0x41
  for (let code = 0xac00; code < 0xd7a4; code++) {
    if (bytes[code] !== 0) continue
    set(table, code, lead << 8 | trail)
    trail++
    if (trail === 0x5b) trail = 0x61
    else if (trail === 0x7b) trail = 0x81
    else if (trail === (lead > 0xa0 ? 0xa1 : 0xff)) {
      lead++
      trail = 0x41
    }
  }
  return table
}
