/**
 * Phone numbers as people write them in Korea.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"

/**
 * A number with hyphens, so that a spreadsheet takes it for a text: `010-1234-5678`. One of another country has its calling code before
 * it; what is no such number stays as it is.
 *
 * @internal
 */
export const hyphens = (number: string, countryCode: string): string => {
  if (countryCode === "" || countryCode === "82") return PhoneNumber.hyphenate(number)
  return /^\d+$/.test(number) ? `(+${countryCode}) ${number}` : number
}
