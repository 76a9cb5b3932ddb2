import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createMultibyteDecoder } from "../packages/core/node_modules/@exodus/bytes/multi-byte.js"

// Writes the two generated tables of packages/core: the set of KS X 1001 and
// the order of its cells. The oracle is the WHATWG "euc-kr" decoder of
// @exodus/bytes. `--check` only compares, for CI.
const check = process.argv.includes("--check")
const directory = new URL("../packages/core/src/internal/", import.meta.url)

const decode = createMultibyteDecoder("euc-kr", true)

/** The code points of KS X 1001 by cell, 94 to a row; `undefined` for an empty cell. */
const cells: Array<number | undefined> = []
for (let lead = 0xa1; lead <= 0xfe; lead++) {
  for (let trail = 0xa1; trail <= 0xfe; trail++) {
    const text = decode(Uint8Array.of(lead, trail))
    cells.push(text.length === 1 && text !== "\ufffd" ? text.charCodeAt(0) : undefined)
  }
}

const hangulStart = (0xb0 - 0xa1) * 94
const hanjaStart = (0xca - 0xa1) * 94
const hanjaEnd = (0xfe - 0xa1) * 94
const isUnified = (code: number) => code >= 0x4e00 && code < 0xa000
const isCompatibility = (code: number) => code >= 0xf900 && code < 0xfb00

const demand = (condition: boolean, what: string) => {
  if (!condition) throw new Error(`KS X 1001 is not as expected: ${what}`)
}

const defined = (codes: ReadonlyArray<number | undefined>) => codes.filter((code) => code !== undefined)
const ascending = (codes: ReadonlyArray<number>) => codes.every((code, i) => i === 0 || code > (codes[i - 1] ?? 0))

const hangul = defined(cells.slice(hangulStart, hangulStart + 2350))
demand(hangul.length === 2350 && ascending(hangul), "2,350 syllables in code point order")
demand(hangul.every((code) => code >= 0xac00 && code <= 0xd7a3), "rows B0 to C8 are Hangul")

const hanja = defined(cells.slice(hanjaStart, hanjaEnd))
const compatibility = hanja.filter(isCompatibility)
demand(hanja.length === 4888, "rows CA to FD are full")
demand(compatibility.every((code, i) => code === 0xf900 + i), "compatibility Hanja come in code point order")
demand(hanja.every((code) => isUnified(code) || isCompatibility(code)), "rows CA to FD are Hanja")

const symbols = defined(cells.slice(0, hangulStart))
demand(defined(cells).length === symbols.length + hangul.length + hanja.length, "no character elsewhere")

// --- literals -------------------------------------------------------------

/** Digits of base 91 that need no escape in a string literal: 23 to 7E without the backslash. */
const digitText = (digit: number): string => String.fromCharCode(digit < 57 ? digit + 35 : digit + 36)

/** A bitmap, six bits to a digit; digits from 64 on repeat the one before 2, 4, 8 … times more. */
const bitmapText = (members: ReadonlyArray<number>, size: number): string => {
  const bits = new Uint8Array(Math.ceil(size / 6) * 6)
  for (const member of members) bits[member] = 1
  const digits = Array.from({ length: bits.length / 6 }, (_, i) => {
    let digit = 0
    for (let j = 0; j < 6; j++) digit |= (bits[i * 6 + j] ?? 0) << j
    return digit
  })
  let text = ""
  for (let i = 0; i < digits.length;) {
    const digit = digits[i] ?? 0
    let run = 1
    while (digits[i + run] === digit) run++
    i += run
    text += digitText(digit)
    run--
    for (let power = 26; power > 0; power--) {
      for (; run >= 2 ** power; run -= 2 ** power) text += digitText(63 + power)
    }
    if (run === 1) text += digitText(digit)
  }
  return text
}

/** An Exp-Golomb code whose shortest form has `k` bits; from none it grows by six at first, since jumps are far or none. */
const numberBits = (value: number, k: number): ReadonlyArray<number> => {
  const bits: Array<number> = []
  let rest = value
  let width = k
  while (rest >= 2 ** width) {
    rest -= 2 ** width
    width += width === 0 ? 6 : 1
    bits.push(1)
  }
  bits.push(0)
  for (let i = 0; i < width; i++) bits.push((rest >> i) & 1)
  return bits
}

/** An order of `members`: each as its cyclic distance from the last one taken, among those that are left. */
const orderBits = (members: ReadonlyArray<number>, divisor: number): ReadonlyArray<number> => {
  const left = members.toSorted((a, b) => a - b)
  let at = 0
  return members.flatMap((member) => {
    const index = left.indexOf(member)
    const bits = numberBits((index - at + left.length) % left.length, 31 - Math.clz32(left.length / divisor | 1))
    left.splice(index, 1)
    at = index
    return bits
  })
}

/** Increasing numbers: each as its distance from the one before, less one. */
const increasingBits = (numbers: ReadonlyArray<number>): ReadonlyArray<number> =>
  numbers.flatMap((number, i) => numberBits(number - (numbers[i - 1] ?? -1) - 1, 4))

/** Six bits to a digit: no more, for then the codes that gzip gives to the digits are six bits long as well. */
const bitText = (bits: ReadonlyArray<number>): string => {
  let text = ""
  for (let i = 0; i < bits.length; i += 6) {
    let value = 0
    for (let j = 0; j < 6; j++) value |= (bits[i + j] ?? 0) << j
    text += digitText(value)
  }
  return text
}

/** Finals and vowels differ much in how many syllables they have, so this order has the longest runs. */
const hangulIndex = (code: number): number => {
  const syllable = code - 0xac00
  const initial = Math.floor(syllable / 588)
  const vowel = Math.floor(syllable / 28) % 21
  return ((syllable % 28) * 21 + vowel) * 19 + initial
}

const setIndexes = [
  ...hangul.map(hangulIndex),
  ...[...symbols, ...hanja].map((code) => 11172 + code - 0x80)
]

const header = "// Generated by scripts/euckr-table.ts. Do not edit.\n"
const constant = (name: string, comment: string, text: string) =>
  `\n/**\n * ${comment}\n *\n * @internal\n */\nexport const ${name} =${text.length < 80 ? " " : "\n  "}${
    JSON.stringify(text)
  }\n`

const files = {
  "euckrSetData.ts": header +
    constant(
      "ksx1001",
      "Bitmap of KS X 1001: first the Hangul, by final, vowel and initial, then all code points from U+0080.",
      bitmapText(setIndexes, 11172 + 0x10000 - 0x80)
    ),
  "euckrTableData.ts": header +
    constant(
      "symbolCells",
      "Bitmap of the cells that hold a symbol, from A1A1.",
      bitmapText(cells.flatMap((code, i) => code !== undefined && i < hangulStart ? [i] : []), hangulStart)
    ) +
    constant(
      "order",
      "The symbols, the cells of U+F900 and what follows it, and the unified Hanja by cell, as Exp-Golomb codes.",
      bitText([
        ...orderBits(symbols, 1000),
        ...increasingBits(hanja.flatMap((code, i) => isCompatibility(code) ? [i] : [])),
        ...orderBits(hanja.filter(isUnified), 24)
      ])
    )
}

let stale = 0
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, directory)
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue
  stale++
  if (check) console.error(`${name} is out of date: run node scripts/euckr-table.ts`)
  else writeFileSync(file, text)
}
process.exitCode = check && stale > 0 ? 1 : 0
