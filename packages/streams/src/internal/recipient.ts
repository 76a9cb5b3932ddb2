/**
 * By what a recipient is known again, whatever way its number is written.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Result from "effect/Result"

// What most lists and all programs have.
const plain = /^0\d{8,11}$/

/**
 * The digits of a Korean number.
 *
 * @internal
 */
export const digits = (number: string): string =>
  plain.test(number)
    ? number
    : Result.getOrElse(PhoneNumber.normalizeSender(number), () => number.replaceAll(/\D/g, ""))
