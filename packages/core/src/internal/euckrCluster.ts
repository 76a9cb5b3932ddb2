// @effect-diagnostics missingPipeableSignature:off

/**
 * What a reader sees as one character, as far as it matters here: no more of UAX #29 than what occurs around characters
 * that neither charset has. A charset character is followed by nothing of the kind, except the LF of a CRLF.
 */

const pictographic = /^\p{Extended_Pictographic}$/u
const mark = /^[\p{M}\uff9e\uff9f]$/u

/**
 * @internal
 */
export const isPictographic = (code: number): boolean =>
  code > 0xa8 && !isHangulOrHanja(code) && pictographic.test(String.fromCodePoint(code))

/**
 * Combining marks; variation selectors and the enclosing keycap are among them, and so are here the half-width voicing marks of Katakana.
 *
 * @internal
 */
export const isMark = (code: number): boolean =>
  code >= 0x300 && !isHangulOrHanja(code) && !isPictograph(code) && mark.test(String.fromCodePoint(code))

const control = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]$/u

/** What nothing joins onto. */
const isControl = (code: number): boolean =>
  code < 0x20 ||
  code > 0x7e && !isHangulOrHanja(code) && !isPictograph(code) && code !== 0x200c && code !== 0x200d && !isTag(code) &&
    control.test(String.fromCodePoint(code))

// The two commonest neighbours of a problem are known without a regular expression.

const isHangulOrHanja = (code: number) => code >= 0x3400 && code < 0xa000 || code >= 0xac00 && code < 0xe000

/**
 * The blocks from Mahjong Tiles on, which have nothing but pictographs and symbols.
 *
 * @internal
 */
export const isPictograph = (code: number): boolean => code >= 0x1f000 && code < 0x1fb00

/**
 * @internal
 */
export const isVariationSelector = (code: number): boolean =>
  code >= 0xfe00 && code < 0xfe10 || code >= 0xe0100 && code < 0xe01f0

/**
 * @internal
 */
export const isSkinTone = (code: number): boolean => code >= 0x1f3fb && code <= 0x1f3ff

/**
 * @internal
 */
export const isRegionalIndicator = (code: number): boolean => code >= 0x1f1e6 && code <= 0x1f1ff

/**
 * @internal
 */
export const isTag = (code: number): boolean => code >= 0xe0000 && code < 0xe0080

/**
 * @internal
 */
export const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800

/**
 * @internal
 */
export const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00

/**
 * Conjoining jamo, by their place in a syllable.
 *
 * @internal
 */
export const isInitial = (code: number): boolean => code >= 0x1100 && code < 0x1160 || code >= 0xa960 && code < 0xa97d

/**
 * @internal
 */
export const isVowel = (code: number): boolean => code >= 0x1160 && code < 0x11a8 || code >= 0xd7b0 && code < 0xd7c7

/**
 * @internal
 */
export const isFinal = (code: number): boolean => code >= 0x11a8 && code < 0x1200 || code >= 0xd7cb && code < 0xd7fc

/**
 * @internal
 */
export const isSyllable = (code: number): boolean => code >= 0xac00 && code < 0xd7a4

/**
 * A syllable that a final would complete.
 *
 * @internal
 */
export const isOpenSyllable = (code: number): boolean => isSyllable(code) && (code - 0xac00) % 28 === 0

/** The code point that ends before `index`; a lone surrogate counts as one. */
const codePointBefore = (text: string, index: number): number => {
  const unit = text.charCodeAt(index - 1)
  if (index > 1 && isLowSurrogate(unit)) {
    const high = text.charCodeAt(index - 2)
    if (isHighSurrogate(high)) return text.codePointAt(index - 2) ?? unit
  }
  return unit
}

/** The code point before an index and before all that joins onto it. */
const baseBefore = (text: string, index: number): number => {
  let at = index
  let code = codePointBefore(text, at)
  while (at > 0 && (code === 0x200d || isMark(code) || isSkinTone(code))) {
    at -= width(code)
    code = codePointBefore(text, at)
  }
  return code
}

const width = (code: number) => code > 0xffff ? 2 : 1

const joinsJamo = (before: number, after: number): boolean =>
  isVowel(after) && (isInitial(before) || isVowel(before) || isOpenSyllable(before)) ||
  isFinal(after) && (isVowel(before) || isFinal(before) || isSyllable(before)) ||
  isInitial(before) && (isInitial(after) || isSyllable(after))

/**
 * Whether a text may be cut at an index: not within a surrogate pair, a CRLF, or what a reader sees as one character.
 *
 * @internal
 */
export const isBoundary = (text: string, index: number): boolean => {
  if (index <= 0 || index >= text.length) return true
  const unit = text.charCodeAt(index)
  const unitBefore = text.charCodeAt(index - 1)
  if (unit === 0x0a) return unitBefore !== 0x0d
  if (unit < 0x300) return true
  if (isSyllable(unit)) return !isInitial(unitBefore)
  if (isLowSurrogate(unit) && isHighSurrogate(unitBefore)) return false
  const code = text.codePointAt(index) ?? unit
  const before = codePointBefore(text, index)
  if (isControl(before)) return true
  if (isMark(code) || isTag(code) || code === 0x200c || code === 0x200d) return false
  if (isSkinTone(code)) return !isPictographic(before) && !isVariationSelector(before)
  if (before === 0x200d) return !isPictographic(code) || !isPictographic(baseBefore(text, index))
  if (isRegionalIndicator(code)) {
    let count = 0
    for (let at = index; isRegionalIndicator(codePointBefore(text, at)); at -= 2) count++
    return count % 2 === 0
  }
  return !joinsJamo(before, code)
}

/**
 * The end of the character that starts at an index.
 *
 * @internal
 */
export const endOfCharacter = (text: string, index: number): number => {
  let end = index + width(text.codePointAt(index) ?? 0)
  while (!isBoundary(text, end)) end += width(text.codePointAt(end) ?? 0)
  return end
}
