/**
 * The numbers that whoever runs an emulator names.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Result from "effect/Result"

/**
 * A number as it stands in a request: digits as they are, and the digits of one that is written otherwise.
 *
 * @internal
 */
export const digits = (number: string): string =>
  /^\d*$/.test(number) ? number : Result.getOrElse(PhoneNumber.normalizeSender(number), () => number)
