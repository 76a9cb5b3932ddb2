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
import * as Option from "effect/Option"
import { isBoundary, isHighSurrogate, isLowSurrogate } from "./internal/euckrCluster.ts"
import { classOf, issuesIn } from "./internal/euckrScan.ts"
import { notIn } from "./internal/euckrSet.ts"
import { suggestionFor } from "./internal/euckrSuggestion.ts"
import { unitAt } from "./internal/euckrUnit.ts"
import * as Mojibake from "./internal/mojibake.ts"

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

/**
 * What is wrong with a piece of text.
 *
 * **Details**
 *
 * - `extension`: a Hangul syllable that only `CP949` has
 * - `emoji`: an emoji, with all that belongs to it (skin tone, joined parts, keycap, the two halves of a flag)
 * - `jamo`: Hangul taken apart into conjoining jamo, as file names of macOS have it
 * - `space`: a space other than U+0020 and U+3000
 * - `lineBreak`: a line break other than CR and LF
 * - `invisible`: a character without a glyph: zero width, direction, variation selector, filler, soft hyphen
 * - `control`: a control character other than TAB, LF and CR
 * - `privateUse`: a character that means something else in every font
 * - `surrogate`: half of a surrogate pair, so the text is broken
 * - `replacement`: U+FFFD, so the text was damaged before it came here
 * - `unsupported`: any other character that the charset lacks
 *
 * @category models
 * @since 0.1.0
 */
export type Kind =
  | "control"
  | "emoji"
  | "extension"
  | "invisible"
  | "jamo"
  | "lineBreak"
  | "privateUse"
  | "replacement"
  | "space"
  | "surrogate"
  | "unsupported"

/**
 * One problem, as a reader would count them: an emoji sequence is one, and so is a word in conjoining jamo.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issue {
  /** Where it starts, in UTF-16 units. */
  readonly index: number
  /** How long it is, in UTF-16 units. */
  readonly length: number
  /** What is wrong with it. */
  readonly kind: Kind
  /** An `error` cannot be encoded. A `warning` can, but has no business in a message. */
  readonly severity: "error" | "warning"
  /** Says what is wrong and what to do, without any of the text. */
  readonly message: string
  /** The piece of text itself. */
  readonly text: string
  /** The code points of `text`; a lone surrogate is one. */
  readonly codePoints: ReadonlyArray<number>
  /** What to write instead of `text`; the charset has it. Empty: leave it out. None: nothing would say the same. */
  readonly suggestion: Option.Option<string>
}

/**
 * What {@link repair} makes of a text.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repaired {
  /** The text with every suggestion taken. */
  readonly text: string
  /** The issues of the original text whose suggestion was taken; `index` is a place in the original text. */
  readonly changes: ReadonlyArray<Issue>
  /** The errors that are left; `index` is a place in the repaired text. Empty exactly when the charset has all of it. */
  readonly remaining: ReadonlyArray<Issue>
}

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
  const bytes = sum(text, text.length)
  return bytes < 0 ? sumCodePoints(text) : bytes
}

/** The bytes of the first units of a text, or -1 if there is a surrogate among them. */
const sum = (text: string, length: number): number => {
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
  return surrogates < 0 ? -1 : bytes
}

const sumCodePoints = (text: string): number => {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = unitAt(text, i)
    bytes += unit < 0x80 ? 1 : 2
    if (isHighSurrogate(unit) && isLowSurrogate(unitAt(text, i + 1))) i++
  }
  return bytes
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
  // Also where it is NaN.
  if (!(maxBytes > 0)) return ""
  // So many units fit, whatever they are; and there are more.
  let i = maxBytes >> 1
  let bytes = sum(text, i)
  if (bytes < 0) i = bytes = 0
  for (; i < length; i++) {
    const unit = unitAt(text, i)
    bytes += 1 + ((unit + 0xff80) >>> 16)
    if (bytes > maxBytes) {
      while (!isBoundary(text, i)) i--
      return text.slice(0, i)
    }
    if (unit >= 0xd800 && isHighSurrogate(unit) && isLowSurrogate(unitAt(text, i + 1))) i++
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
  if (typeof first === "string") return (classOf(first) & notIn(options?.charset)) === 0
  const mask = notIn(first?.charset)
  return (text) => (classOf(text) & mask) === 0
}

/**
 * Everything that is wrong with a text, in order.
 *
 * **Details**
 *
 * Each issue says where it is, what it is and what could be written instead: replacing `[index, index + length)` by the suggestion makes the issue go away.
 * Control characters and invisible characters that the charset has are warnings.
 *
 * **Gotchas**
 *
 * An issue contains a piece of the message. Log `index`, `kind` and `message`, not the issue.
 *
 * **Example** (A won sign and a family)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 * import * as Option from "effect/Option"
 *
 * const issues = EucKr.inspect("가격 ₩1,000 👨‍👩‍👧")
 * issues.map(({ index, length, kind, text }) => ({ index, length, kind, text })) // => [{ index: 3, length: 1, kind: "unsupported", text: "₩" }, { index: 10, length: 8, kind: "emoji", text: "👨‍👩‍👧" }]
 * issues.map((issue) => issue.suggestion) // => [Option.some("￦"), Option.some("")]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export function inspect(options?: Options): (text: string) => ReadonlyArray<Issue>
export function inspect(text: string, options?: Options): ReadonlyArray<Issue>
export function inspect(
  first?: string | Options,
  options?: Options
): ReadonlyArray<Issue> | ((text: string) => ReadonlyArray<Issue>) {
  if (typeof first === "string") return issuesOf(first, notIn(options?.charset))
  const mask = notIn(first?.charset)
  return (text) => issuesOf(text, mask)
}

const issuesOf = (text: string, mask: number): ReadonlyArray<Issue> => issuesIn(text, mask, suggestionFor)

/**
 * Takes every suggestion of {@link inspect} for what the charset lacks.
 *
 * **Details**
 *
 * What the charset has is never touched; warnings stay, too, and so does what looks like a text that was read in a wrong charset.
 * Hangul is composed only where it stands in conjoining jamo. Repairing a repaired text changes nothing.
 *
 * **Example** (Repairing a notice)
 *
 * ```ts import.meta.vitest
 * import * as EucKr from "@effect-sens/core/EucKr"
 *
 * const repaired = EucKr.repair("✅ 결제 ₩1,000 – 감사합니다 😊")
 * repaired.text // => "[v] 결제 ￦1,000 - 감사합니다 ^^"
 * repaired.changes.length // => 4
 * repaired.remaining // => []
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export function repair(options?: Options): (text: string) => Repaired
export function repair(text: string, options?: Options): Repaired
export function repair(first?: string | Options, options?: Options): Repaired | ((text: string) => Repaired) {
  if (typeof first === "string") return repairWith(first, notIn(options?.charset))
  const mask = notIn(first?.charset)
  return (text) => repairWith(text, mask)
}

const repairWith = (text: string, mask: number): Repaired => {
  if ((classOf(text) & mask) === 0) return { text, changes: [], remaining: [] }
  const changes: Array<Issue> = []
  // What went through a wrong charset is not made sendable: it would be sent.
  const wrong = Mojibake.runs(text)
  let out = ""
  let from = 0
  for (const issue of issuesOf(text, mask)) {
    if (issue.severity === "warning" || Option.isNone(issue.suggestion)) continue
    if (Mojibake.isIn(wrong, issue.index)) continue
    const before = out + text.slice(from, issue.index)
    const end = issue.index + issue.length
    // Two halves that do not belong together must not become a character.
    const joinsHalves = issue.suggestion.value === "" && isHighSurrogate(unitAt(before, before.length - 1)) &&
      isLowSurrogate(unitAt(text, end))
    if (joinsHalves) continue
    out = before + issue.suggestion.value
    from = end
    changes.push(issue)
  }
  out += text.slice(from)
  return {
    text: out,
    changes,
    remaining: issuesOf(out, mask).filter((issue) => issue.severity === "error")
  }
}
