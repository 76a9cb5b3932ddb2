/**
 * Text that went through a wrong charset: UTF-8, EUC-KR or CP949 that was read as Latin-1 or Windows-1252, and what is left of
 * the replacement character where its UTF-8 was read as EUC-KR.
 */

// What Windows-1252 shows for the bytes 0x80 to 0x9F; Latin-1 has control characters there.
const high = "\u0080-\u009F€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"

/** What a byte above 0x7F looks like; U+FFFD is one that Windows-1252 lacks. */
const byte = `[\u0080-\u00FF${high}\uFFFD]`

// The second and later bytes of a character in UTF-8, and those of them that no language puts right behind a letter.
const next = `[\u0080-\u00BF${high}\uFFFD]`
const odd =
  "[\u0080-\u009F\u00A2-\u00A6\u00A8\u00A9\u00AC\u00AD\u00AF\u00B1\u00B4-\u00B6\u00B8\u00BC-\u00BE€†‡ˆ‰•˜\uFFFD]"
const [two, three, four] = [
  `[\u00C2\u00C3]${next}`,
  `[\u00E2-\u00EF]${next}{2}`,
  `[\u00F0-\u00F4]${next}{3}`
]

// A syllable of KS X 1001 is two bytes, and so is one that CP949 adds; of the latter only what ends in a letter is told.
const syllable = "[\u00B0-\u00C8][\u00A1-\u00FE]"
const added = `(?!\u00A0)[\u0080-\u00AF${high}][\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FE]`
// Those of Latin-1 that EUC-KR lacks: a row of `·` or of `½` is a text as good as any.
const lacking =
  "[\u00A2\u00A3\u00A5\u00A6\u00A9\u00AB\u00AC\u00AF\u00B5\u00BB\u00C0-\u00C5\u00C7-\u00CF\u00D1-\u00D6\u00D9-\u00DD" +
  "\u00E0-\u00E5\u00E7-\u00EF\u00F1-\u00F6\u00F9-\u00FD]"

/**
 * What no text has that was read rightly. One pair of bytes may be anything (`ÇÃ` is a part of a Portuguese word), two in a row
 * are not.
 */
const seeds = [
  "[\u0080-\u009F]",
  `[\u00C2\u00C3]${odd}`,
  `[\u00E2-\u00EF](?:${odd}${next}|${next}${odd})`,
  `[\u00F0-\u00F4](?:${odd}${next}{2}|${next}${odd}${next}|${next}{2}${odd})`,
  `(?:${two}|${three}|${four}){2}`,
  `(?!(.)\\1{3})(?=${byte}{0,3}${lacking})(?:${syllable}|${added}){2}`,
  // The replacement character is EF BF BD in UTF-8: 占, and a syllable of the row BD of EUC-KR.
  "占[숯-쐰]",
  "쏙옙"
]

const seed = new RegExp(seeds.join("|"), "gsu")
const neighbour = new RegExp(`${byte}|[占쏙옙]`)

// What looks like Korean to a charset.
const left = /占[숯-쐰]|쏙옙/

/** @internal */
export interface Run {
  readonly index: number
  readonly length: number
}

/**
 * The runs of a text that went through a wrong charset, as far as they can be told, each with the bytes around what tells it.
 *
 * @internal
 */
export const runs = (text: string): ReadonlyArray<Run> => {
  const found: Array<Run> = []
  let end = 0
  for (const { 0: core, index: at } of text.matchAll(seed)) {
    if (at < end) continue
    let index = at
    while (index > end && neighbour.test(text.charAt(index - 1))) index--
    end = at + core.length
    while (end < text.length && neighbour.test(text.charAt(end))) end++
    found.push({ index, length: end - index })
  }
  return found
}

/**
 * Whether a place of the text is in one of them.
 *
 * @internal
 */
export const isIn = (runs: ReadonlyArray<Run>, at: number): boolean =>
  runs.some(({ index, length }) => at >= index && at < index + length)

/**
 * Whether a text of which the charset has everything may be one of those.
 *
 * @internal
 */
export const mayBe = (text: string): boolean => left.test(text)
