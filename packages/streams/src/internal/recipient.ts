/**
 * By what a number is known again, whatever way it is written.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as Result from "effect/Result"

// What most lists and all programs have. Two zeros are how a number begins that has its country before it.
const plain = /^0[1-9]\d{7,10}$/

/**
 * The digits of a Korean number.
 *
 * @internal
 */
export const digits = (number: string): string =>
  plain.test(number)
    ? number
    : Result.getOrElse(PhoneNumber.normalizeSender(number), () => number.replaceAll(/\D/g, ""))

/**
 * The number of a sender as it goes out, in a list where it is none that can be read: then it is that text and no other.
 *
 * @internal
 */
export const sender = (number: string): string | readonly [string] =>
  plain.test(number) ? number : Result.getOrElse(PhoneNumber.normalizeSender(number), () => [number] as const)

const foreign = /^\d{1,25}$/

/** The number of a recipient as the client puts it into a request; what is none stays as it is. */
const sent = (number: string, country: string): string => {
  if (country !== "82") return foreign.test(number) ? number : asked(number, country)
  return plain.test(number) ? number : Result.getOrElse(PhoneNumber.normalize(number), () => asked(number, country))
}

const asked = (to: string, countryCode: string): string => {
  const { value } = Preflight.normalize({
    type: "SMS",
    from: "0212345678",
    content: "-",
    countryCode,
    messages: [{ to }]
  })
  return value?.messages[0]?.to ?? to
}

/**
 * By this a recipient is known again: those of different countries are different ones.
 *
 * @internal
 */
export const key = (number: string, country: string): string => {
  const to = sent(number, country)
  return country === "82" && foreign.test(to) ? to : `${country}/${to}`
}
