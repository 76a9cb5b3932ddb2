/**
 * What callers write, made into what the schemas take: numbers as digits, dates as instants, and no field that is `undefined` or
 * the caller's own.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as PhoneNumber from "../PhoneNumber.ts"
import { strip } from "./numberText.ts"

/** @internal */
export type Input = { readonly [key: string]: unknown }

/** @internal */
export const isObject = (value: unknown): value is Input =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * The fields of an object that are there.
 *
 * @internal
 */
export const defined = (input: Input): { [key: string]: unknown } => {
  const fields: { [key: string]: unknown } = {}
  for (const key of Object.keys(input)) if (input[key] !== undefined) fields[key] = input[key]
  return fields
}

/**
 * Those of the named fields that are there; all others are the caller's own.
 *
 * @internal
 */
export const pick = (input: Input, keys: ReadonlyArray<string>): { [key: string]: unknown } => {
  const fields: { [key: string]: unknown } = {}
  for (const key of keys) if (input[key] !== undefined) fields[key] = input[key]
  return fields
}

/**
 * An instant, whatever tells it; what is none stays as it is.
 *
 * @internal
 */
export const instant = (value: unknown): unknown => {
  if (DateTime.isDateTime(value)) return DateTime.toUtc(value)
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return value
  return DateTime.makeUnsafe(value.getTime())
}

/**
 * Start and end as instants.
 *
 * @internal
 */
export const window = (value: unknown): unknown => {
  if (!isObject(value)) return value
  const { end, start, ...rest } = defined(value)
  return { ...rest, start: instant(start), end: instant(end) }
}

// Of these what is left without separators may be sent all the same, where the caller says so.
const shapes: ReadonlySet<PhoneNumber.InvalidPhoneNumber["why"]> = new Set([
  "LostZero",
  "TooShort",
  "TooLong",
  "SenderOnly",
  "Prefix"
])

/**
 * A number, and what is wrong with it: `shape` where it is digits, but none that anybody in Korea has.
 *
 * @internal
 */
export interface NumberRead {
  readonly digits: string | undefined
  readonly wrong: { readonly isShape: boolean; readonly message: string } | undefined
}

/**
 * Reads a Korean number.
 *
 * @internal
 */
export const korean = (text: string, role: "recipient" | "sender"): NumberRead => {
  const read = role === "sender" ? PhoneNumber.normalizeSender(text) : PhoneNumber.normalize(text)
  if (Result.isSuccess(read)) return { digits: read.success, wrong: undefined }
  const { message, why } = read.failure
  const isShape = shapes.has(why)
  return { digits: isShape ? strip(text).replace("+", "") : undefined, wrong: { isShape, message } }
}

/**
 * Reads the number of a recipient abroad: what stands behind the calling code, which may be there with a `+`.
 *
 * @internal
 */
export const foreign = (text: string, countryCode: string): NumberRead => {
  const rest = strip(text)
  const digits = rest.startsWith(`+${countryCode}`) ? rest.slice(1 + countryCode.length) : rest
  if (/^\d{1,25}$/.test(digits)) return { digits, wrong: undefined }
  const message = digits.startsWith("+")
    ? "A number of another country than countryCode says"
    : "A phone number is 1-25 digits, and what separates them"
  return { digits: undefined, wrong: { isShape: false, message } }
}

/**
 * Reads a number to look for: as a Korean one where it is one, else whatever digits it has.
 *
 * @internal
 */
export const filter = (text: string): NumberRead => {
  const read = korean(text, "sender")
  if (read.wrong === undefined) return read
  return read.digits === undefined && /^\d{1,25}$/.test(strip(text))
    ? { digits: strip(text), wrong: undefined }
    : { ...read, wrong: read.wrong.isShape ? undefined : read.wrong }
}
