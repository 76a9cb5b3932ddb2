/**
 * Numbers of other countries, whose shape is not known: what can be told all the same.
 */
import * as Result from "effect/Result"
import { longestAbroad, mayBeDate } from "./numberPlan.ts"
import { breaks, damage, strip } from "./numberText.ts"

/** @internal */
export type Why = "Empty" | "Character" | "Several" | "Decimal" | "Date" | "Foreign" | "Country" | "Length"

// Where all national numbers have ten digits, so that an eleventh before them is the calling code: the zones 1 and 7.
const tenDigits: ReadonlySet<string> = new Set(["1", "7"])
// One with a trunk zero is told of elsewhere.
const isTooLong = (number: string, code: string): boolean =>
  tenDigits.has(code) ? number.replace(/^0/, "").length > 10 : number.length > longestAbroad - code.length

/**
 * Whether digits that came without a `+` may still have the calling code before them.
 *
 * @internal
 */
export const mayHaveCode = (digits: string, code: string): boolean => !tenDigits.has(code) && digits.startsWith(code)

/** What is written behind so many digits, and what separates it from them. */
const behind = (written: string, digits: number): string => {
  let rest = written
  for (let left = digits; left > 0; left--) rest = rest.replace(/^\D*\d/, "")
  return rest.replace(/^\D+/, "")
}

/**
 * Whether digits that came without a calling code may be a date that somebody took for a number.
 *
 * @internal
 */
export const mayBeDated = (digits: string): boolean => damage(digits) === "Date"

/**
 * What stands behind the calling code, which may be there: behind a `+` or `00`, by itself, or where it can be nothing else.
 *
 * @internal
 */
export const read = (written: string, code: string): Result.Result<string, Why> => {
  const rest = strip(written)
  const damaged = damage(written)
  if (damaged !== undefined && !(mayBeDate(code) && /^\d+$/.test(written))) return Result.fail(damaged)
  if (!/^\+?\d*$/.test(rest)) return Result.fail("Character")
  if (!/\d/.test(rest)) return Result.fail("Empty")
  if (/[\r\n\t]/.test(written)) return Result.fail("Several")
  const prefix = rest.startsWith("+") ? "+" : rest.startsWith("00") ? "00" : ""
  const digits = rest.slice(prefix.length)
  const isCoded = digits.startsWith(code) &&
    (prefix !== "" || (tenDigits.has(code) ? digits.length === 11 : breaks(written)[0] === code.length))
  if (prefix !== "" && !isCoded) return Result.fail("Foreign")
  const number = isCoded ? digits.slice(code.length) : digits
  if (number === "") return Result.fail("Country")
  // What goes out is read as itself: a date that stood apart is one. Where numbers look like dates, it is one only as it is written.
  if (mayBeDated(number)) {
    const own = behind(written, isCoded ? prefix.replace("+", "").length + code.length : 0)
    if (!mayBeDate(code) || (/\D/.test(own) && damage(own) !== undefined)) return Result.fail("Date")
  }
  return isTooLong(number, code) ? Result.fail("Length") : Result.succeed(number)
}
