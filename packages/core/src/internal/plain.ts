/**
 * What callers write, made into what the schemas take: numbers as digits, dates as instants, and no field that is `undefined` or
 * the caller's own.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as abroad from "./numberAbroad.ts"
import { hasTrunkZero } from "./numberPlan.ts"
import { strip, written } from "./numberText.ts"

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
 * A number, and what is wrong with it by which rule: `NumberShape` where it is digits, but none that anybody in Korea has;
 * `ForeignNumber` where it may be another one abroad than is meant.
 *
 * @internal
 */
export interface NumberRead {
  readonly digits: string | undefined
  readonly wrong:
    | { readonly rule: "PhoneNumber" | "NumberShape" | "ForeignNumber"; readonly message: string }
    | undefined
}

const bare = (text: string): string => strip(written(text) ?? "")

/**
 * Reads a Korean number.
 *
 * @internal
 */
export const korean = (text: string, role: "recipient" | "sender"): NumberRead => {
  const read = role === "sender" ? PhoneNumber.normalizeSender(text) : PhoneNumber.normalize(text)
  if (Result.isSuccess(read)) return { digits: read.success, wrong: undefined }
  const { message, why } = read.failure
  return shapes.has(why)
    ? { digits: bare(text).replace("+", ""), wrong: { rule: "NumberShape", message } }
    : { digits: undefined, wrong: { rule: "PhoneNumber", message } }
}

/**
 * Reads the number of a recipient abroad: what stands behind the calling code, which may be there.
 *
 * @internal
 */
export const foreign = (text: string, countryCode: string): NumberRead => {
  const seen = written(text)
  const read = seen === undefined ? Result.fail("Length" as const) : abroad.read(seen, countryCode)
  if (Result.isFailure(read)) {
    const { message } = new PhoneNumber.InvalidPhoneNumber({ why: read.failure })
    return { digits: undefined, wrong: { rule: "PhoneNumber", message } }
  }
  const digits = read.success
  const isBare = seen !== undefined && !/^\+|^00/.test(strip(seen))
  const doubt = hasTrunkZero(countryCode, digits)
    ? "A number abroad begins with a zero, which most countries leave out behind the calling code"
    : isBare && abroad.mayBeDated(digits)
    ? "A number abroad has the digits of a date: write a + and the calling code before it where it is none"
    : isBare && abroad.mayHaveCode(digits, countryCode)
    ? "A number abroad begins with its calling code: write a + before it where it is the code, and again where it is not"
    : undefined
  return { digits, wrong: doubt === undefined ? undefined : { rule: "ForeignNumber", message: doubt } }
}

/**
 * Reads a number to look for: as a Korean one where it is one, else whatever digits it is written with.
 *
 * @internal
 */
export const filter = (text: string): NumberRead => {
  const read = korean(text, "sender")
  if (read.wrong?.rule !== "PhoneNumber") return { ...read, wrong: undefined }
  return /^\d{1,25}$/.test(text) ? { digits: text, wrong: undefined } : read
}
