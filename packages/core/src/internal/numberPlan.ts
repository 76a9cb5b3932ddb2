/**
 * Which digits are a number in Korea, by shape.
 *
 * The numbering plan of Korea (전기통신번호관리세칙, and what carriers give out), as of 2026-11. It says how long a number is behind
 * its prefix, not whether anybody has it.
 */

/** @internal */
export type Role = "recipient" | "sender"

// Mobile: 010 has 8 digits behind it; 011 and 016-019, which were given out before 2004, have 7 or 8; 012 is for machines.
const mobile = "010\\d{8}|01[16-9]\\d{7,8}|012\\d{8}"
// Seoul is 02, the provinces are 03x to 06x.
const landline = "02\\d{7,8}|0[3-6][1-9]\\d{7,8}"
// 030x: fax and messages in one; 050x: numbers for life and numbers that hide another; 060: paid; 070: over the Internet; 080: the
// callee pays.
const service = "0[35]0\\d{8,9}|0[678]0\\d{7,8}"
// Of a firm, all over the country: 15xx, 16xx, 18xx. They have no trunk zero.
const nationwide = "1[568]\\d{6}"
// Public bodies send from 3 or 4 digits, and from 14 with 4. Nobody gets a message there.
const special = "1\\d{2,3}|14\\d{4}"

const recipient = new RegExp(`^(?:${mobile}|${landline}|${service}|${nationwide})$`)
const sender = new RegExp(`^(?:${mobile}|${landline}|${service}|${nationwide}|${special})$`)

/** @internal */
export const isKorean = (digits: string, role: Role): boolean => (role === "sender" ? sender : recipient).test(digits)

// How long a number is that begins so, by the same plan.
const lengths: ReadonlyArray<readonly [prefix: RegExp, shortest: number, longest: number]> = [
  [/^01[02]/, 11, 11],
  [/^01[16-9]/, 10, 11],
  [/^02/, 9, 10],
  [/^0[3-6][1-9]/, 10, 11],
  [/^0[35]0/, 11, 12],
  [/^0[678]0/, 10, 11],
  [/^1[568]/, 8, 8]
]

/**
 * Whether digits that are no number in Korea begin as one does, and are too short or too long for it.
 *
 * @internal
 */
export const length = (digits: string): "TooShort" | "TooLong" | undefined => {
  const found = lengths.find(([prefix]) => prefix.test(digits))
  if (found === undefined) return undefined
  return digits.length < found[1] ? "TooShort" : digits.length > found[2] ? "TooLong" : undefined
}

/**
 * Where a number in Korea is divided: behind its prefix, and before its last four digits.
 *
 * @internal
 */
export const places = (number: string): ReadonlyArray<number> => {
  if (number.startsWith("14")) return [2]
  if (number.startsWith("1")) return [4]
  const prefix = number.startsWith("02") ? 2 : /^0[35]0/.test(number) ? 4 : 3
  return [prefix, number.length - 4]
}

// National numbers that begin with a zero even behind the calling code: of Italy, San Marino, Ivory Coast, Burkina Faso, Benin, the
// Congo and Tajikistan. ITU, national numbering plans; the metadata of libphonenumber; as of 2026-11.
const zeroStays: ReadonlySet<string> = new Set(["39", "378", "225", "226", "229", "242", "992"])

/**
 * Whether a number abroad begins with a zero that most countries leave out behind a calling code.
 *
 * @internal
 */
export const hasTrunkZero = (countryCode: string, number: string): boolean =>
  number.startsWith("0") && !zeroStays.has(countryCode)

// Mobile numbers of eight digits that begin with 19 or 20: of Denmark, Tunisia, Mauritania, Latvia and Cambodia. The same sources.
const eightDigits: ReadonlySet<string> = new Set(["45", "216", "222", "371", "855"])

/**
 * Whether a number of a country may have the digits of a date.
 *
 * @internal
 */
export const mayBeDate = (countryCode: string): boolean => eightDigits.has(countryCode)

/**
 * The most digits of a calling code and the number behind it (ITU-T E.164).
 *
 * @internal
 */
export const longestAbroad = 15
