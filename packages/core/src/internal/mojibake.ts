/**
 * Text that went through a wrong charset: Korean in UTF-8 or EUC-KR that was read as Latin-1 or Windows-1252, and what is left of
 * EUC-KR that was read as UTF-8.
 */

// What Windows-1252 shows for the bytes 0x80 to 0x9F; Latin-1 has control characters there.
const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ"
const continuation = `[\u0080-\u00BF${high}]`

// Three bytes of UTF-8 are a syllable; of EUC-KR two are, and one pair may be anything.
const patterns = [
  `(?:[\u00E1-\u00EF]${continuation}{2}(?:[\u0000-\u007F]*))+`,
  "(?:[\u00B0-\u00C8][\u00A1-\u00FE]){2,}",
  "[\u0080-\u009F]+",
  "(?:占쏙옙|占쏙|쏙옙|占싼|占싶)+"
]
const any = new RegExp(patterns.join("|"), "g")

// The replacement character in UTF-8, read as EUC-KR: it looks like Korean to a charset.
const left = /占쏙|쏙옙|占싼|占싶/

/** @internal */
export interface Run {
  readonly index: number
  readonly length: number
}

/**
 * The runs of a text that went through a wrong charset, as far as they can be told.
 *
 * @internal
 */
export const runs = (text: string): ReadonlyArray<Run> =>
  Array.from(text.matchAll(any), ({ 0: { length }, index }) => ({ index, length }))

/**
 * Whether a text of which the charset has everything may be one of those.
 *
 * @internal
 */
export const mayBe = (text: string): boolean => left.test(text)
