/**
 * The check of options, whoever hands them over: a program in plain JavaScript may pass anything. All that is wrong is told at once.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as BulkSend from "../BulkSend.ts"
import type * as DeliveryLog from "../DeliveryLog.ts"
import type * as Recipients from "../Recipients.ts"

/**
 * Says what is wrong with a value that is there, and what to do.
 *
 * @internal
 */
export type Rule = (value: unknown) => string | undefined

/**
 * A whole number from `least`, or `Infinity`.
 *
 * @internal
 */
export const whole = (least: number): Rule => (value) =>
  typeof value === "number" && value >= least && (Number.isInteger(value) || value === Infinity)
    ? undefined
    : `is not a whole number from ${least}: leave it out, or write one`

const aBoolean: Rule = (value) =>
  typeof value === "boolean" ? undefined : "is neither true nor false: leave it out, or write one of them"

/** @internal */
export const aFunction: Rule = (value) =>
  typeof value === "function" ? undefined : "is not a function: leave it out, or give a function"

const anObject: Rule = (value) => Predicate.isObject(value) ? undefined : "is not an object: leave it out, or give one"

/** @internal */
export const oneOf = (...values: ReadonlyArray<string>): Rule => (value) =>
  typeof value === "string" && values.includes(value)
    ? undefined
    : `is none of ${values.map((known) => JSON.stringify(known)).join(", ")}: leave it out, or write one of them`

const units = ["weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"] as const

const fromText = Schema.decodeUnknownOption(Schema.DurationFromString)

const isReal = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value)

/** As `Duration.fromInput`, which takes an object without a unit, and `NaN`, for no time at all. */
const toDuration = (value: unknown): Option.Option<Duration.Duration> => {
  if (typeof value === "string") return fromText(value)
  if (typeof value === "bigint") return Option.some(Duration.nanos(value))
  if (isReal(value)) return Option.some(Duration.millis(value))
  if (Duration.isDuration(value)) return Option.some(value)
  if (Array.isArray(value)) {
    const [seconds, nanos, ...more]: ReadonlyArray<unknown> = value
    return isReal(seconds) && isReal(nanos) && more.length === 0 ? Duration.fromInput([seconds, nanos]) : Option.none()
  }
  if (!Predicate.isObject(value)) return Option.none()
  const names = Object.keys(value)
  const isRight = names.length > 0 && names.every((name) => units.some((unit) => unit === name) && isReal(value[name]))
  return isRight ? Duration.fromInput(value) : Option.none()
}

/** @internal */
export const aDuration: Rule = (value) => {
  const read = toDuration(value)
  return Option.isSome(read) && !Duration.isNegative(read.value)
    ? undefined
    : "is not a duration: leave it out, or write one such as \"5 seconds\""
}

/** @internal */
export interface Problem {
  /** None for the options as a whole. */
  readonly option: string | undefined
  readonly what: string
}

// A name may be anything, a number or a text of a person too. What looks like no name of an option is not repeated.
const shown = (name: string): string => /^[a-z][a-z_-]{0,39}$/i.test(name) ? name : "a name that is not one word"

/**
 * What is wrong with options. `undefined` is as good as absent.
 *
 * @internal
 */
export const problems = (given: unknown, rules: { readonly [option: string]: Rule }): ReadonlyArray<Problem> => {
  const names = Object.keys(rules)
  if (Predicate.hasProperty(given, "aborted")) {
    return [{ option: undefined, what: "is an AbortSignal: give it as the last argument, after the options" }]
  }
  if (!Predicate.isObject(given)) {
    return [{ option: undefined, what: `is not an object: write { ${names.slice(0, 2).join(", ")}, ... }` }]
  }
  return Object.keys(given).flatMap((name) => {
    const value = given[name]
    if (value === undefined) return []
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) {
      return [{ option: shown(name), what: `is no option: leave it out (known: ${names.join(", ")})` }]
    }
    const what = rule(value)
    return what === undefined ? [] : [{ option: name, what }]
  })
}

/**
 * The options of `BulkSend.send`.
 *
 * @internal
 */
export const bulkSend = {
  concurrency: whole(1),
  dedupe: aBoolean,
  optOuts: oneOf("remove", "keep"),
  onUnreadableOptOut: aFunction,
  maxWaiting: whole(0),
  // What is in it is for the client to check.
  send: anObject,
  onRequest: aFunction,
  onOutcome: aFunction
} satisfies { readonly [Name in keyof BulkSend.Options]-?: Rule }

const log = {
  prefetch: whole(0),
  concurrency: whole(1),
  margin: aDuration,
  onNotCovered: aFunction
} satisfies { readonly [Name in keyof DeliveryLog.Options]-?: Rule }

/**
 * The options of `DeliveryLog.pages` and `.records`.
 *
 * @internal
 */
export const records = {
  ...log,
  onUnreadable: aFunction
} satisfies { readonly [Name in keyof DeliveryLog.RecordsOptions]-?: Rule }

// Without a pause there would be no end of calls.
const aPause: Rule = (value) => {
  const read = toDuration(value)
  return Option.isSome(read) && Duration.isGreaterThan(read.value, Duration.zero)
    ? undefined
    : "is no duration to wait for: leave it out, or write one such as \"10 seconds\""
}

/**
 * The options of `DeliveryLog.resume`.
 *
 * @internal
 */
export const resume = {
  ...log,
  interval: aPause,
  isOutage: aFunction,
  onOutage: aFunction
} satisfies { readonly [Name in keyof DeliveryLog.ResumeOptions]-?: Rule }

// A filter is read as that of any query.
const aFilter: Rule = () => undefined

/**
 * The options of `DeliveryLog.tail` and `.tailPages`.
 *
 * @internal
 */
export const tail = {
  prefetch: whole(0),
  by: oneOf("request", "completion"),
  start: (value) =>
    DateTime.isDateTime(value) || (value instanceof Date && !Number.isNaN(value.getTime()))
      ? undefined
      : "is neither a Date nor a DateTime: leave it out, or give one",
  interval: aPause,
  overlap: aDuration,
  pageSize: aFilter,
  isOutage: aFunction,
  onOutage: aFunction,
  margin: aDuration,
  onNotCovered: aFunction,
  messageId: aFilter,
  type: aFilter,
  contentType: aFilter,
  countryCode: aFilter,
  from: aFilter,
  to: aFilter,
  status: aFilter,
  statusName: aFilter
} satisfies { readonly [Name in keyof DeliveryLog.TailOptions]-?: Rule }

const aText: Rule = (value) => typeof value === "string" ? undefined : "is not a text: leave it out, or write one"

/**
 * The options of `Recipients.fromRows`.
 *
 * @internal
 */
export const rows = {
  to: aText,
  repair: aBoolean,
  onHeader: aFunction
} satisfies { readonly [Name in keyof Recipients.RowOptions]-?: Rule }

/**
 * The options of `Recipients.fromCsv`.
 *
 * @internal
 */
export const csv = {
  ...rows,
  delimiter: oneOf(",", "\t", ";"),
  encoding: oneOf("UTF-8", "UTF-16LE", "UTF-16BE", "CP949")
} satisfies { readonly [Name in keyof Recipients.Options]-?: Rule }

/** A template as a text, or one that was read. */
const isTemplate = (value: unknown): boolean =>
  typeof value === "string" ||
  Predicate.isObject(value) && Array.isArray(value["parts"]) && Array.isArray(value["columns"])

/**
 * What is wrong with a template of messages. It may have fields of the caller's own.
 *
 * @internal
 */
export const templateProblems = (given: unknown): ReadonlyArray<Problem> => {
  if (!Predicate.isObject(given)) {
    return [{ option: undefined, what: "is not an object: write { type, from, content }" }]
  }
  const { content, countryCode, subject, type } = given
  const problem = (option: string, what: string | undefined) => what === undefined ? [] : [{ option, what }]
  return [
    ...type === undefined ? [] : problem("type", oneOf("SMS", "LMS", "MMS")(type)),
    ...problem("content", isTemplate(content) ? undefined : "is not a text: write the text to send"),
    ...subject === undefined || isTemplate(subject) ? [] : problem("subject", aText(subject)),
    // The numbers of a list are read as Korean ones: with another country they would be somebody else's.
    ...countryCode === undefined || countryCode === "82"
      ? []
      : problem("countryCode", "is not that of Korea: the numbers of a list are Korean. Leave it out")
  ]
}

/** @internal */
export const invalid = (
  operation: ConstructorParameters<typeof SensError.SensError>[0]["operation"],
  problems: ReadonlyArray<Problem>
): SensError.SensError =>
  new SensError.SensError({
    operation,
    reason: new SensError.InvalidRequest({
      issues: problems.map(({ option, what }) => ({
        path: ["options", ...option === undefined ? [] : [option]],
        kind: "Option",
        message: `It ${what}`
      }))
    })
  })

/** @internal */
export const typeError = (of: string, problems: ReadonlyArray<Problem>): TypeError =>
  new TypeError(problems.map(({ option, what }) => `${of}: ${option ?? "options"} ${what}`).join("\n"))
