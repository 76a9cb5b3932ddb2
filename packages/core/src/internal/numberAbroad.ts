/**
 * Numbers of other countries, whose shape is not known: what can be told all the same.
 */
import * as Result from "effect/Result"
import { longestAbroad } from "./numberPlan.ts"
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

/**
 * What stands behind the calling code, which may be there: behind a `+` or `00`, by itself, or where it can be nothing else.
 *
 * @internal
 */
export const read = (written: string, code: string): Result.Result<string, Why> => {
  const rest = strip(written)
  const damaged = damage(written)
  if (damaged !== undefined) return Result.fail(damaged)
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
  // What goes out is read as itself: a date that stood apart is one.
  const date = damage(number)
  if (date !== undefined) return Result.fail(date)
  return isTooLong(number, code) ? Result.fail("Length") : Result.succeed(number)
}
