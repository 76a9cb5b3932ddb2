/**
 * Phone numbers as they are written.
 */

// No number is written with so many characters; what is longer is not looked at.
const longest = 60

// Digits and signs as East Asian keyboards write them, and the point that stands for one of a row of points.
const wide = /[\uFF0B\uFF0E\uFF10-\uFF19]/g
const narrow = (text: string): string =>
  text.replace(wide, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replaceAll("\u2024", ".")

// They cannot be seen, and come with what is copied from a page.
const invisible = /\p{Cf}/gu
// How a file tells a spreadsheet that a number is a text.
const guarded = /^(?:="([^"]*)"|'([^']*))$/

// Dashes of every kind, those included that Unicode takes for a letter (U+30FC) or a sign (U+2212); spaces; points; brackets.
const separators = /[\p{Z}\p{Pd}\s.()\u00B7\u2212\u30FC\uFF08\uFF09\uFF70]/gu

/**
 * A text as it is read: with digits, `+` and `.` of one kind, and without what cannot be seen or is no part of it. None where it is
 * longer than a number is.
 *
 * @internal
 */
export const written = (text: string): string | undefined => {
  const trimmed = text.trim()
  if (trimmed.length > longest) return undefined
  const seen = narrow(trimmed).replace(invisible, "").trim()
  const inside = guarded.exec(seen)
  return inside === null ? seen : (inside[1] ?? inside[2] ?? "").trim()
}

/**
 * What is {@link written}, without what separates the digits.
 *
 * @internal
 */
export const strip = (text: string): string => text.replace(separators, "")

/**
 * How many digits stand before each place at which something separates them.
 *
 * @internal
 */
export const breaks = (text: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  let digits = 0
  for (const run of text.match(/\d+/g) ?? []) {
    if (digits > 0) found.push(digits)
    digits += run.length
  }
  return found
}

// A decimal, with or without an exponent; an amount with its thousands divided, or below zero.
const amount =
  /^[-+]?(?:\d+\.\d*|\.\d+)(?:e[-+]?\d+)?$|^\d+e\+?\d+$|^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$|^[-\u2212][1-9]\d*$/i
// The only point, and behind it what a number does not end with.
const fraction = /^[^.]*\d\s*\.\s*(?:\d{1,2}|0+)$/

const year = "(?:19|20)\\d\\d"
const twelve = "(?:0?[1-9]|1[0-2])"
const dayOfMonth = "(?:[12]\\d|3[01]|0?[1-9])"
const between = "[-./\\s\\u00B7\\p{Pd}]{1,3}"
const date = new RegExp(
  [
    `${year}(?:${between}|\\s*년\\s*)${twelve}(?:${between}|\\s*월\\s*)${dayOfMonth}(?!\\d)`,
    "(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:$|[T\\s])",
    `${dayOfMonth}${between}${twelve}${between}${year}(?!\\d)`,
    `${twelve}${between}${dayOfMonth}${between}${year}(?!\\d)`,
    "\\d{1,2}[-\\s][a-z]{3}(?:$|[-\\s])"
  ].map((pattern) => `^${pattern}`).join("|"),
  "iu"
)

/**
 * What a spreadsheet made of a number, or took for one, whatever its digits are.
 *
 * @internal
 */
export const damage = (text: string): "Decimal" | "Date" | undefined =>
  amount.test(text) || fraction.test(text) ? "Decimal" : date.test(text) ? "Date" : undefined

/**
 * Whether nothing but digits stands behind the only point of a text.
 *
 * @internal
 */
export const isFraction = (text: string): boolean => /^[^.]*\d\s*\.\s*\d+$/.test(text)

// Few digits, behind another separator or in brackets.
const tail = /^(.*\d)\)?[\s.,/~\u00B7\u301C\uFF5E\u2212\p{Pd}(]+\d{1,4}\)?$/su

/**
 * What stands before the few digits that a text ends with.
 *
 * @internal
 */
export const beforeTail = (text: string): string | undefined => tail.exec(text)?.[1]
