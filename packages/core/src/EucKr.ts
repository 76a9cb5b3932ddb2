/**
 * Length, limits and repair of message texts in the charset of SENS.
 *
 * SENS takes a message as UTF-8, counts its bytes in EUC-KR, refuses what EUC-KR cannot say (most emoji) and cuts off what is too long. This module knows which
 * characters a charset has; it never makes the bytes. For those see `EucKrCodec`.
 *
 * **Details**
 *
 * | charset | code points | what it is |
 * | --- | --- | --- |
 * | `EUC-KR` (default) | 8,354 | ASCII and KS X 1001 with the euro and registered signs: 2,350 Hangul syllables, 4,888 Hanja, 988 symbols |
 * | `CP949` | 17,176 | all of that and the other 8,822 Hangul syllables (UHC, windows-949; the WHATWG's "euc-kr") |
 *
 * @see SENS API v2, "Send message", field `content`
 * @since 0.1.0
 */
import { isBoundary, isHighSurrogate, isLowSurrogate } from "./internal/euckrCluster.ts"
import { NotCp949, NotEucKr, unitClasses } from "./internal/euckrSet.ts"
import { unitAt } from "./internal/euckrUnit.ts"

/**
 * A charset: KS X 1001 (`EUC-KR`), or that and the rest of the Hangul syllables (`CP949`).
 *
 * @category models
 * @since 0.1.0
 */
export type Charset = "EUC-KR" | "CP949"

/**
 * What the functions of this module take besides a text.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** `"EUC-KR"` unless given. */
  readonly charset?: Charset | undefined
}

const notIn = (options: Options | undefined): number => options?.charset === "CP949" ? NotCp949 : NotEucKr

/**
 * The length of a text in bytes: 1 for each ASCII character, 2 for every other code point.
 *
 * **Details**
 *
 * Total: a code point that the charset lacks counts 2, and so does a lone surrogate. So the charset does not matter here; it may be given so that one
 * options value serves all functions. For a text that {@link isEncodable} it is exactly the number of bytes that `EucKrCodec.encode` makes.
 *
 * **Example** (Counting)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 *
 * EucKr.byteLength("안녕 SENS") // => 9
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export function byteLength(options?: Options): (text: string) => number
export function byteLength(text: string, options?: Options): number
export function byteLength(first?: string | Options): number | ((text: string) => number) {
  return typeof first === "string" ? measure(first) : measure
}

const measure = (text: string): number => {
  const length = text.length
  const unrolled = length - 3
  let bytes = length
  let surrogates = 0
  let i = 0
  // One more byte for a unit above 7F; a negative number if it is a surrogate. Four at a time, and without a branch, it is as fast as the engine's own
  // count of UTF-8.
  for (; i < unrolled; i += 4) {
    const a = unitAt(text, i)
    const b = unitAt(text, i + 1)
    const c = unitAt(text, i + 2)
    const d = unitAt(text, i + 3)
    bytes += ((a + 0xff80) >>> 16) + ((b + 0xff80) >>> 16) + ((c + 0xff80) >>> 16) + ((d + 0xff80) >>> 16)
    surrogates |= ((a ^ 0xd800) - 0x800) | ((b ^ 0xd800) - 0x800) | ((c ^ 0xd800) - 0x800) | ((d ^ 0xd800) - 0x800)
  }
  for (; i < length; i++) {
    const a = unitAt(text, i)
    bytes += (a + 0xff80) >>> 16
    surrogates |= (a ^ 0xd800) - 0x800
  }
  return surrogates < 0 ? bytes - 2 * countPairs(text) : bytes
}

const countPairs = (text: string): number => {
  let pairs = 0
  for (let i = 1; i < text.length; i++) {
    if (isLowSurrogate(unitAt(text, i)) && isHighSurrogate(unitAt(text, i - 1))) pairs++
  }
  return pairs
}

/**
 * Whether a text is at most so many bytes long, as {@link byteLength} counts them.
 *
 * **Details**
 *
 * Of a text with more UTF-16 units than bytes allowed no character is looked at.
 *
 * **Example** (The limit of an SMS)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 *
 * EucKr.fits("가".repeat(45), 90) // => true
 * EucKr.fits("가".repeat(46), 90) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export function fits(maxBytes: number, options?: Options): (text: string) => boolean
export function fits(text: string, maxBytes: number, options?: Options): boolean
export function fits(first: string | number, second?: number | Options): boolean | ((text: string) => boolean) {
  if (typeof first === "string") return fitsIn(first, typeof second === "number" ? second : 0)
  return (text) => fitsIn(text, first)
}

const fitsIn = (text: string, maxBytes: number): boolean => {
  if (text.length > maxBytes) return false
  return text.length * 2 <= maxBytes || measure(text) <= maxBytes
}

/**
 * The longest prefix of a text that is at most so many bytes long, as {@link byteLength} counts them.
 *
 * **Details**
 *
 * It never ends within a code point, with the CR of a CRLF, or within what a reader sees as one character (a letter without its combining mark, half
 * of an emoji sequence or of a decomposed Hangul syllable). A limit that is not a positive number leaves nothing.
 *
 * **Example** (Cutting to the limit of an SMS)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 *
 * EucKr.truncate("가".repeat(46), 90) // => "가".repeat(45)
 * EucKr.truncate("가\r\n나", 3) // => "가"
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export function truncate(maxBytes: number, options?: Options): (text: string) => string
export function truncate(text: string, maxBytes: number, options?: Options): string
export function truncate(first: string | number, second?: number | Options): string | ((text: string) => string) {
  if (typeof first === "string") return cut(first, typeof second === "number" ? second : 0)
  return (text) => cut(text, first)
}

const cut = (text: string, maxBytes: number): string => {
  const length = text.length
  if (length * 2 <= maxBytes) return text
  let bytes = 0
  for (let i = 0; i < length; i++) {
    const unit = unitAt(text, i)
    if (unit < 0x80) bytes++
    else if (!isLowSurrogate(unit) || i === 0 || !isHighSurrogate(unitAt(text, i - 1))) bytes += 2
    // Written so that NaN leaves nothing.
    if (bytes <= maxBytes) continue
    let end = i
    while (!isBoundary(text, end)) end--
    return text.slice(0, end)
  }
  return text
}

/**
 * Whether the charset has every character of a text.
 *
 * **Example** (A syllable that KS X 1001 lacks)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 *
 * EucKr.isEncodable("안녕하세요") // => true
 * EucKr.isEncodable("뷁") // => false
 * EucKr.isEncodable("뷁", { charset: "CP949" }) // => true
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export function isEncodable(options?: Options): (text: string) => boolean
export function isEncodable(text: string, options?: Options): boolean
export function isEncodable(first?: string | Options, options?: Options): boolean | ((text: string) => boolean) {
  if (typeof first === "string") return (classOf(first) & notIn(options)) === 0
  const mask = notIn(first)
  return (text) => (classOf(text) & mask) === 0
}

/** The union of the classes of all code units. */
const classOf = (text: string): number => {
  const classes = unitClasses()
  const length = text.length
  let union = 0
  for (let i = 0; i < length; i++) union |= classes[unitAt(text, i)] ?? 0
  return union
}
