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
import {
  endOfCharacter,
  isBoundary,
  isFinal,
  isHighSurrogate,
  isInitial,
  isLowSurrogate,
  isOpenSyllable,
  isPictograph,
  isPictographic,
  isRegionalIndicator,
  isSkinTone,
  isSyllable,
  isVowel
} from "./internal/euckrCluster.ts"
import { NotCp949, NotEucKr, Suspicious, unitClasses } from "./internal/euckrSet.ts"
import { codePointsOf, compatibilityJamo, isInvisible, suggestionFor } from "./internal/euckrSuggestion.ts"
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
  if (typeof first === "string") return issuesOf(first, notIn(options))
  const mask = notIn(first)
  return (text) => issuesOf(text, mask)
}

const issuesOf = (text: string, mask: number): ReadonlyArray<Issue> =>
  (classOf(text) & (mask | Suspicious)) === 0 ? [] : collect(text, mask)

const messages: { readonly [K in Kind]: string } = {
  control: "A control character; leave it out",
  emoji: "An emoji that the charset lacks; SENS does not send a message with it",
  extension: "A Hangul syllable that KS X 1001 lacks; the charset CP949 has it",
  invisible: "An invisible character; leave it out",
  jamo: "Hangul in conjoining jamo; compose it (Unicode NFC)",
  lineBreak: "A line break that the charset lacks; use LF",
  privateUse: "A private use character, which has no agreed meaning",
  replacement: "U+FFFD: the text was damaged before it came here",
  space: "A space that the charset lacks; use U+0020",
  surrogate: "Half of a surrogate pair: the text is broken",
  unsupported: "A character that the charset lacks"
}

const make = (
  text: string,
  index: number,
  end: number,
  kind: Kind,
  severity: Issue["severity"],
  suggestion: string | undefined
): Issue => {
  const piece = text.slice(index, end)
  return {
    index,
    length: end - index,
    kind,
    severity,
    message: messages[kind],
    text: piece,
    codePoints: codePointsOf(piece),
    suggestion: suggestion === undefined ? Option.none() : Option.some(suggestion)
  }
}

const collect = (text: string, mask: number): ReadonlyArray<Issue> => {
  const classes = unitClasses()
  const isClean = (piece: string) => (classOf(piece) & (mask | Suspicious)) === 0
  const issues: Array<Issue> = []
  /** Where the last issue ended: a combining character joins what stands before it only if that is no issue itself. */
  let end = 0
  for (let i = 0; i < text.length;) {
    const unit = unitAt(text, i)
    const unitClass = classes[unit] ?? 0
    if ((unitClass & (mask | Suspicious)) === 0) {
      i++
      continue
    }
    let issue: Issue
    if ((unitClass & mask) === 0) {
      issue = suspicious(text, i, unit)
    } else {
      const code = text.codePointAt(i) ?? unit
      if (isJamo(code) || (isOpenSyllable(code) && isFinal(unitAt(text, i + 1)))) {
        const start = isFinal(code) && i > end && isOpenSyllable(unitAt(text, i - 1)) ? i - 1 : i
        i = end = collectJamo(text, start, isClean, issues)
        continue
      }
      issue = unencodable(text, i > end && !isBoundary(text, i) ? i - 1 : i, i, code, isClean)
    }
    issues.push(issue)
    i = end = issue.index + issue.length
  }
  return issues
}

const suspicious = (text: string, index: number, unit: number): Issue =>
  unit === 0xad || unit === 0x3164
    ? make(text, index, index + 1, "invisible", "warning", unit === 0xad ? "" : " ")
    : make(text, index, index + 1, "control", "warning", "")

const isJamo = (code: number) => isInitial(code) || isVowel(code) || isFinal(code)

/** The syllable that starts at an index, if it is in conjoining jamo that compose, and its end. */
const composedAt = (text: string, index: number): readonly [text: string, end: number] | undefined => {
  for (let length = 3; length > 1; length--) {
    const piece = text.slice(index, index + length)
    const syllable = piece.normalize("NFC")
    if (syllable.length === 1 && isSyllable(unitAt(syllable, 0))) return [syllable, index + piece.length]
  }
  return undefined
}

/** A run of conjoining jamo: one issue for all that composes to what the charset has, and one for each syllable that it lacks. */
const collectJamo = (text: string, from: number, isClean: (text: string) => boolean, issues: Array<Issue>): number => {
  let start = from
  let suggestion = ""
  let i = from
  const flush = () => {
    if (i > start) issues.push(make(text, start, i, "jamo", "error", suggestion))
    suggestion = ""
  }
  while (i < text.length && (i === from || isJamo(unitAt(text, i)))) {
    const composed = composedAt(text, i)
    const end = composed === undefined ? i + 1 : composed[1]
    const replacement = composed === undefined ? compatibilityJamo(unitAt(text, i)) : composed[0]
    if (replacement !== undefined && isClean(replacement)) {
      suggestion += replacement
    } else {
      flush()
      issues.push(make(text, i, end, composed === undefined ? "jamo" : "extension", "error", undefined))
      start = end
    }
    i = end
  }
  flush()
  return i
}

const emojiPresentation = /^\p{Emoji_Presentation}/u
const spaceSeparator = /^\p{Zs}$/u
const privateUse = /^\p{Co}/u

const isEmoji = (piece: string, code: number): boolean =>
  isRegionalIndicator(code) || isSkinTone(code) || piece.includes("\u20e3") ||
  isPictographic(code) && (code >= 0x2600 || piece.includes("\ufe0f") || emojiPresentation.test(piece))

/** The issue of the character around an index, of which `start` is the base. */
const unencodable = (
  text: string,
  start: number,
  index: number,
  code: number,
  isClean: (text: string) => boolean
): Issue => {
  if (code >= 0xd800 && code < 0xe000) return make(text, index, index + 1, "surrogate", "error", undefined)
  if (code === 0xfffd) return make(text, index, index + 1, "replacement", "error", undefined)
  const end = endOfCharacter(text, start)
  if (
    !isPictograph(code) && isInvisible(text.slice(index, end)) &&
    (start === index || !isPictographic(unitAt(text, start)))
  ) {
    return make(text, index, end, "invisible", "error", "")
  }
  const piece = text.slice(start, end)
  const base = piece.codePointAt(0) ?? code
  if (isEmoji(piece, base)) return make(text, start, end, "emoji", "error", suggestionFor(piece, isClean))
  if (code >= 0x80 && code < 0xa0) {
    return code === 0x85
      ? make(text, start, end, "lineBreak", "error", "\n")
      : make(text, start, end, "control", "error", "")
  }
  if (code === 0x2028 || code === 0x2029) return make(text, start, end, "lineBreak", "error", "\n")
  if (privateUse.test(piece)) return make(text, start, end, "privateUse", "error", undefined)
  if (isSyllable(base) && start === index) return make(text, start, end, "extension", "error", undefined)
  const kind = spaceSeparator.test(piece) ? "space" : "unsupported"
  return make(text, start, end, kind, "error", suggestionFor(piece, isClean))
}

/**
 * Takes every suggestion of {@link inspect} for what the charset lacks.
 *
 * **Details**
 *
 * What the charset has is never touched; warnings stay, too. Hangul is composed only where it stands in conjoining jamo. Repairing a repaired text changes
 * nothing.
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
  if (typeof first === "string") return repairWith(first, notIn(options))
  const mask = notIn(first)
  return (text) => repairWith(text, mask)
}

const repairWith = (text: string, mask: number): Repaired => {
  if ((classOf(text) & mask) === 0) return { text, changes: [], remaining: [] }
  const changes: Array<Issue> = []
  let out = ""
  let from = 0
  for (const issue of collect(text, mask)) {
    if (issue.severity === "warning" || Option.isNone(issue.suggestion)) continue
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
