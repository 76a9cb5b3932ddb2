/**
 * Phone numbers as they are written.
 */

// Digits and signs as East Asian keyboards write them.
const wide = /[\uFF0B\uFF10-\uFF19]/g
/** @internal */
export const narrow = (text: string): string =>
  text.replace(wide, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))

// Format characters cannot be seen, and come with what is copied from a page; dashes of every kind, those included that Unicode
// takes for a letter (U+30FC) or a sign (U+2212); spaces; points; brackets.
const separators = /[\p{Cf}\p{Z}\p{Pd}\s.()\u00B7\u2024\u2212\u30FC\uFF08\uFF09\uFF0E\uFF70]/gu

/**
 * Without what separates the digits.
 *
 * @internal
 */
export const strip = (text: string): string => narrow(text).replace(separators, "")
