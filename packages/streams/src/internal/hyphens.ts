/**
 * Phone numbers as people write them in Korea.
 */

// 02 is Seoul; 030x and 050x have four digits; all others three. Firms have eight digits without a zero.
const parts = /^(02|0[35]0\d|0\d{2})(\d{3,4})(\d{4})$|^(1[568]\d{2})(\d{4})$/

/**
 * A number with hyphens, so that a spreadsheet takes it for a text: `010-1234-5678`. One of another country has its calling code before
 * it; what is no such number stays as it is.
 *
 * @internal
 */
export const hyphens = (number: string, countryCode: string): string => {
  if (countryCode !== "" && countryCode !== "82") return /^\d+$/.test(number) ? `(+${countryCode}) ${number}` : number
  const found = parts.exec(number)
  return found === null ? number : found.slice(1).filter((part) => part !== undefined).join("-")
}
