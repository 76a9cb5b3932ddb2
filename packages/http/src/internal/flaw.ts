/**
 * What does not belong into a text that was copied from somewhere (a key, an id, an address), in words that show nothing of it.
 */

/**
 * A flaw, as what a sentence says of its text, and how it goes away.
 *
 * @internal
 */
export interface Flaw {
  readonly what: string
  readonly cure: string
}

/**
 * The first flaw of a text: quotes around it, else the first character that may not be in it.
 *
 * @internal
 */
export const flaw = (text: string, isAllowed: (character: string) => boolean): Flaw | undefined => {
  const characters = Array.from(text)
  const first = characters[0] ?? ""
  const last = characters.at(-1) ?? ""
  if (characters.length > 1 && quotes.test(first) && quotes.test(last)) {
    return { what: "is in quotes", cure: "take them off" }
  }
  const index = characters.findIndex((character) => !isAllowed(character))
  if (index < 0) return undefined
  if (index === 0) return { what: `begins with ${name(first)}`, cure: "take it off" }
  if (!isAllowed(last)) return { what: `ends in ${name(last)}`, cure: "take it off" }
  return {
    what: `holds ${name(characters[index] ?? "")} (at position ${index + 1})`,
    cure: "take it out, or copy the whole again"
  }
}

const quotes = /^["'`\u2018\u2019\u201C\u201D]$/u

/**
 * What a text is that stands where a value was to be filled in, which a template or a shell left as it was.
 *
 * @internal
 */
export const placeholder = (text: string): string | undefined => {
  const word = text.trim()
  if (/^(?:undefined|null|none|nil|nan|true|false|\[object .*\])$/i.test(word)) {
    return `is the text ${JSON.stringify(word.slice(0, 20))}, which stands for nothing`
  }
  return /\$\{|\$\(|\{\{|^<.*>$|^\$[a-z_]\w*$|^%\w+%$|^(?:process\.)?env\.|^(.)\1{2,}$/i.test(word)
    ? "is a placeholder that nobody filled in"
    : undefined
}

/**
 * Printable ASCII, but for white space and quotes.
 *
 * @internal
 */
export const isPlain = (character: string): boolean => /^[!-~]$/.test(character) && !quotes.test(character)

/**
 * What can be seen, but for quotes: letters of any script, too.
 *
 * @internal
 */
export const isVisible = (character: string): boolean => !/[\s\p{C}]/u.test(character) && !quotes.test(character)

const names = new Map([
  ["\n", "a line feed"],
  ["\r", "a carriage return"],
  ["\t", "a tab"],
  [" ", "a space"],
  ["\u00A0", "a no-break space"],
  ["\u00AD", "a soft hyphen"],
  ["\u200B", "a zero-width space"],
  ["\u200C", "a zero-width non-joiner"],
  ["\u200D", "a zero-width joiner"],
  ["\u2060", "a zero-width word joiner"],
  ["\u3000", "a wide space"],
  ["\uFEFF", "a byte order mark"]
])

const kinds: ReadonlyArray<readonly [RegExp, string]> = [
  [quotes, "a quote"],
  [/\s/u, "a white space that is not ASCII"],
  [/\p{Cc}/u, "a control character"],
  [/\p{Cf}/u, "an invisible character"],
  [/\p{Cs}/u, "half of a character"],
  [/\p{Script=Hangul}/u, "a Korean letter"]
]

const name = (character: string): string =>
  names.get(character) ?? kinds.find(([pattern]) => pattern.test(character))?.[1] ?? "a character that is not ASCII"
