/**
 * The one check of the options of a client and of a call, whoever hands them over: a program in plain JavaScript may pass
 * anything. All problems are told at once, and none shows a key.
 */
import * as Preflight from "@effect-sens/core/Preflight"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Region from "../Region.ts"
import type * as Sens from "../Sens.ts"
import type * as Calls from "./calls.ts"
import * as Flaw from "./flaw.ts"
import { nearest } from "./nearest.ts"

/**
 * The options as somebody has them: those that may come from settings may still be anything.
 *
 * @internal
 */
export interface Given extends Omit<Sens.Options, keyof Sens.ConfigOptions> {
  readonly accessKey?: unknown
  readonly secretKey?: unknown
  readonly serviceId?: unknown
  readonly baseUrl?: unknown
  readonly attemptTimeout?: unknown
  readonly callTimeout?: unknown
}

/**
 * The options that a client runs by.
 *
 * @internal
 */
export interface Settled {
  readonly accessKey: Redacted.Redacted
  readonly secretKey: Redacted.Redacted
  readonly serviceId: ServiceId.ServiceId
  /** Without a slash at its end, and without `/sms/v2`. */
  readonly baseUrl: string
  readonly limits: { readonly call: Calls.Limits; readonly upload: Calls.Limits }
  readonly preflight: Preflight.Options
  readonly onAmbiguous: Sens.OnAmbiguous
  readonly settleTime: Duration.Duration
  readonly visibilityLag: Duration.Duration
  readonly timestampTolerance: Duration.Duration
  readonly signatureLifetime: Duration.Duration | undefined
  readonly retryBudget: NonNullable<Sens.Options["retryBudget"]>
  readonly maxAnswerBytes: number
  readonly rateLimit: Sens.Options["rateLimit"]
  readonly circuitBreaker: Sens.Options["circuitBreaker"]
  readonly onInterrupted: Sens.Options["onInterrupted"]
  readonly transformClient: Sens.Options["transformClient"]
}

/**
 * What is wrong with an option, and what to do. The three make a {@link sentence}.
 *
 * @internal
 */
export interface Problem {
  /** The name of the option, `upload.callTimeout` where it is in a group; empty for the options as a whole. */
  readonly option: string
  readonly what: string
  readonly cure: string
}

/** @internal */
export const sentence = ({ cure, option, what }: Problem): string =>
  `${option === "" ? "options" : option} ${what}: ${cure}`

/**
 * The problem, told of the variable that the option comes from.
 *
 * @internal
 */
export const ofVariable = (problem: Problem, variable: string): Problem => ({
  ...problem,
  option: variable,
  what: problem.what === missing ? "is not set" : problem.what
})

/**
 * What a program that builds a client so wrongly gets.
 *
 * @internal
 */
export const typeError = (sentences: ReadonlyArray<string>): TypeError => new TypeError(sentences.join("\n"))

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

/** Finds what is wrong with a value that is there. */
type Rule = (value: unknown) => ReadonlyArray<Problem>

interface Rules {
  readonly [option: string]: Rule
}

const says = (what: string, cure: string): ReadonlyArray<Problem> => [{ option: "", what, cure }]

const fine: ReadonlyArray<Problem> = []

const missing = "is missing"

const leave = "leave it out, or"

// A name may be anything, a number or a text of a person too. What looks like no name of an option is not repeated.
const shown = (name: string): string => /^[a-z][a-z_-]{0,23}$/i.test(name) ? name : "a name that is not one word"

const inside = (group: string) => (problem: Problem): Problem => ({
  ...problem,
  option: problem.option === "" ? group : `${group}.${problem.option}`
})

/** The rule of an object: each of its options by its own, and none besides. `undefined` is as good as absent. */
const group = (rules: Rules, required: { readonly [option: string]: string } = {}): Rule => {
  const names = Object.keys(rules)
  return (value) => {
    if (!Predicate.isObject(value)) return says("is not an object", `write { ${names.slice(0, 2).join(", ")}, ... }`)
    const problems: Array<Problem> = []
    for (const name of names) {
      const given = value[name]
      if (given !== undefined) problems.push(...(rules[name]?.(given) ?? fine).map(inside(name)))
      else if (Object.hasOwn(required, name)) problems.push({ option: name, what: missing, cure: required[name] ?? "" })
    }
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(rules, name) || value[name] === undefined) continue
      const cure = Option.match(nearest(name, names), {
        onSome: (known) => `write ${known}`,
        onNone: () => `leave it out (known: ${names.join(", ")})`
      })
      problems.push({ option: shown(name), what: "is no option", cure })
    }
    return problems
  }
}

/** The rule, and then one for what its options say together. */
const together =
  (rule: Rule, next: (value: { readonly [option: string]: unknown }) => ReadonlyArray<Problem>): Rule => (value) => {
    const problems = rule(value)
    return problems.length === 0 && Predicate.isObject(value) ? next(value) : problems
  }

const aBoolean: Rule = (value) =>
  typeof value === "boolean" ? fine : says("is not true or false", `${leave} write false`)

const aFunction: Rule = (value) =>
  typeof value === "function" ? fine : says("is not a function", `${leave} give a function`)

/** What has such a method, since what made it may be another copy of `effect`. */
const having = (method: string, what: string): Rule => (value) =>
  Predicate.hasProperty(value, method) && typeof value[method] === "function"
    ? fine
    : says(`is not ${what}`, `${leave} give ${what} of effect/persistence`)

const oneOf = (values: ReadonlyArray<string>): Rule => (value) => {
  if (typeof value === "string" && values.includes(value)) return fine
  const known = values.map((value) => JSON.stringify(value))
  return says(
    `is none of ${known.join(", ")}`,
    Option.match(typeof value === "string" ? nearest(value, values) : Option.none(), {
      onSome: (value) => `write ${JSON.stringify(value)}`,
      onNone: () => "write one of them"
    })
  )
}

const number = (isRight: (value: number) => boolean, what: string): Rule => (value) =>
  typeof value === "number" && isRight(value) ? fine : says(`is not ${what}`, `write ${what}`)

// ---- Durations

const units = ["weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"] as const

const fromText = Schema.decodeUnknownOption(Schema.DurationFromString)

/** As `Duration.fromInput`, which takes an object without a unit, and `NaN`, for no time at all. */
const toDuration = (value: unknown): Option.Option<Duration.Duration> => {
  if (typeof value === "string") return fromText(value)
  if (typeof value === "number") return Number.isNaN(value) ? Option.none() : Option.some(Duration.millis(value))
  if (typeof value === "bigint") return Option.some(Duration.nanos(value))
  if (Duration.isDuration(value)) return Option.some(value)
  if (Array.isArray(value)) {
    const [seconds, nanos, ...more]: ReadonlyArray<unknown> = value
    return isReal(seconds) && isReal(nanos) && more.length === 0 ? Duration.fromInput([seconds, nanos]) : Option.none()
  }
  if (!Predicate.isObject(value)) return Option.none()
  const fields = units.flatMap((unit) => value[unit] === undefined ? [] : [[unit, value[unit]] as const])
  return fields.length > 0 && fields.every(([, amount]) => isReal(amount)) &&
      Object.keys(value).every((name) => units.some((unit) => unit === name))
    ? Duration.fromInput(Object.fromEntries(fields.map(([unit, amount]) => [unit, Number(amount)])))
    : Option.none()
}

const isReal = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value)

const spelled = new Map([
  ["ms", "millis"],
  ["msec", "millis"],
  ["milliseconds", "millis"],
  ["", "seconds"],
  ["s", "seconds"],
  ["sec", "seconds"],
  ["secs", "seconds"],
  ["m", "minutes"],
  ["min", "minutes"],
  ["mins", "minutes"],
  ["h", "hours"],
  ["hr", "hours"],
  ["d", "days"],
  ...["millis", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days"].map((unit) =>
    [unit, unit] as const
  )
])

/** What somebody meant who wrote `90`, `90s` or `1.5 min`. */
const meant = (text: string): Option.Option<string> => {
  const [, amount, unit = ""] = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const known = spelled.get(unit.toLowerCase())
  if (amount === undefined || known === undefined || Number(amount) === 0) return Option.none()
  // Who leaves the unit out of a large number has milliseconds in mind.
  return Option.some(unit === "" && Number(amount) >= 1000 ? `${amount} millis` : `${amount} ${known}`)
}

// A timer of a runtime holds a signed number of 32 bits, in milliseconds.
const longest = Duration.days(24)

/** Whether both are given, and the first is the longer one. */
const isLonger = (one: unknown, other: unknown): boolean => {
  const [left, right] = [toDuration(one), toDuration(other)]
  return Option.isSome(left) && Option.isSome(right) && Duration.isGreaterThan(left.value, right.value)
}

const duration = (example: string, least: "positive" | "zero" = "positive"): Rule => (value) => {
  const decoded = toDuration(value)
  if (Option.isNone(decoded)) {
    const text = Option.getOrElse(typeof value === "string" ? meant(value) : Option.none(), () => example)
    return says(
      typeof value !== "string"
        ? "is not a duration"
        : value.trim() === ""
        ? "is empty"
        : "is not a duration with its unit",
      `${typeof value === "string" && value.trim() === "" ? `${leave} ` : ""}write ${JSON.stringify(text)}`
    )
  }
  if (!Duration.isFinite(decoded.value)) return says("does not end", `write a finite duration, such as "${example}"`)
  if (Duration.isGreaterThan(decoded.value, longest)) {
    return says("is longer than a timer can wait", `write a duration of at most 24 days, such as "${example}"`)
  }
  if (Duration.isNegative(decoded.value)) return says("is negative", `write a duration such as "${example}"`)
  return least === "positive" && Duration.isZero(decoded.value)
    ? says("is no time at all", `write a longer duration, such as "${example}"`)
    : fine
}

// ---- Keys, ids, addresses

const text =
  (isAllowed: (character: string) => boolean, cure: string, next: (value: string) => ReadonlyArray<Problem>) =>
  (value: unknown): ReadonlyArray<Problem> => {
    if (typeof value !== "string") return says("is not a text", cure)
    if (value.trim() === "") return says(value === "" ? "is empty" : "is blank", cure)
    const placeholder = Flaw.placeholder(value)
    if (placeholder !== undefined) return says(placeholder, cure)
    const flaw = Flaw.flaw(value, isAllowed)
    return flaw === undefined ? next(value) : says(flaw.what, flaw.cure)
  }

const key = (of: string): Rule => {
  const check = text(Flaw.isPlain, `give ${of}`, () => fine)
  return (value) => {
    if (!Redacted.isRedacted(value)) return check(value)
    const revealed = Result.try(() => Redacted.value(value))
    if (Result.isFailure(revealed)) return says("was wiped", `give ${of}`)
    // Of an environment, hidden before anybody looked.
    return revealed.success === undefined ? says(missing, `give ${of}`) : check(revealed.success)
  }
}

const itsAccessKey = "the access key of the account, from the console of NAVER Cloud"
const itsSecretKey = "the secret key of the account, from the console of NAVER Cloud"
const itsServiceId =
  "the id of the SMS service, such as ncp:sms:kr:000000000000:demo, from the project in the SENS console"

const products: ReadonlyArray<readonly [prefix: string, product: string]> = [
  ["ncp:kkobizmsg:", "an AlimTalk service (KakaoTalk Biz Message)"],
  ["ncp:push:", "a Push service"],
  ["ncp:", "another service than SMS"]
]

const isServiceId = Schema.is(ServiceId.ServiceId)

// What follows the id in a URL. Other characters are the project's own: the path has them percent-encoded.
const urlTail = /\/(?:messages|files|reservations|unsubscribes)?(?:[/?#].*)?$/

// A segment that is encoded already would be so twice.
const encoded = /%[0-9a-f]{2}/i

const serviceId: Rule = text(Flaw.isVisible, `give ${itsServiceId}`, (value) => {
  if (isServiceId(value)) {
    return urlTail.test(value)
      ? says("goes on as the URL of a call does", "take off what begins at the slash")
      : /\{[^{}]+\}|<[^<>]+>/.test(value)
      ? says("has a placeholder in it that nobody filled in", `give ${itsServiceId}`)
      : encoded.test(value)
      ? says("is percent-encoded", "decode it: the id is as the console shows it")
      : fine
  }
  const product = value.startsWith("ncp:sms:") ? undefined : products.find(([prefix]) => value.startsWith(prefix))?.[1]
  return says(
    product === undefined ? "is not the id of an SMS service" : `is the id of ${product}`,
    `give ${itsServiceId}`
  )
})

const itsBaseUrl = `leave it out for ${Region.baseUrls.public}, or write an address such as http://127.0.0.1:8080`

// What is surely an address, so that it may be shown: a key that was put here by mistake has capitals, and no port.
const local =
  /^(?!\d{4,}(?::|\/|$))(?:localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:))(?::\d{1,5})?(?=\/|$)/

const gateways = Object.values(Region.baseUrls)

// SENS's documents call the gateway with `/sms/v2` the API URL, which is part of every path already.
const apiPath = /\/sms\/v2$/i

/** The path before that of the API, as a program in front of the gateway may have one. */
const prefix = (pathname: string): string => {
  let path = pathname.replace(/\/{2,}/g, "/")
  for (let last = ""; last !== path;) {
    last = path
    path = path.replace(/\/$/, "").replace(apiPath, "")
  }
  return path
}

// The path of an API of SENS, and nothing before it.
const apiOfSens = /^\/(?:sms|alimtalk|friendtalk|push|common)\/v\d+(?:\/ncp:[^/]*)?$/i

const schemeless = (value: string): ReadonlyArray<Problem> => {
  const rest = value.replace(/^\/+/, "")
  const gateway = gateways.find((url) => rest.toLowerCase().startsWith(url.slice("https://".length)))
  const host = local.exec(rest)?.[0]
  return says(
    "does not begin with http:// or https://",
    gateway !== undefined
      ? `write ${gateway}`
      : host !== undefined
      ? `write http://${host}`
      : /^https?:/i.test(value)
      ? "write two slashes after the colon"
      : value.startsWith("/")
      ? "write https: before it"
      : "put https:// before it"
  )
}

const baseUrl: Rule = text(Flaw.isVisible, itsBaseUrl, (value) => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return schemeless(value)
  const parsed = Result.try(() => new URL(value))
  // A parser takes what follows more slashes, or a backslash, for the host.
  if (Result.isFailure(parsed) || !/^[a-z][a-z0-9+.-]*:\/\/[^/\\]/i.test(value)) {
    return says("is not an address", itsBaseUrl)
  }
  const { hash, hostname, origin, password, pathname, port, protocol, search, username } = parsed.success
  if (protocol !== "http:" && protocol !== "https:") {
    return says("has a scheme that is neither http nor https", itsBaseUrl)
  }
  if (username !== "" || password !== "") {
    return says("holds a user name or a password", "take off what is before the @, with it")
  }
  if (search !== "" || hash !== "") return says("has a query or a fragment", "take off what begins at ? or #")
  if (port === "0") return says("has the port 0, which is none", "write the port that the server listens on")
  if (/\/sms\/v\d+\/+services(?:\/|$)/i.test(pathname)) {
    return says("is the URL of a call, not of the gateway", "take off /sms/v2/services and all that follows")
  }
  if (/[\\{}]|%2f/i.test(value)) return says("has a brace, a backslash or an encoded slash in it", itsBaseUrl)
  const before = prefix(pathname)
  if (before === "") return fine
  // What stands before the gateway may have whatever path it likes, but for one that SENS's documents show.
  if (apiOfSens.test(before)) return says("is the address of another API than SMS v2", `write ${origin}`)
  return gateways.some((url) => new URL(url).hostname === hostname)
    ? says("has a path, and the gateway has none", `write ${origin}`)
    : fine
})

/** The address without a slash at its end, and without the path that all calls begin with. */
const withoutPath = (value: unknown): string => {
  if (typeof value !== "string") return Region.baseUrls.public
  const { origin, pathname } = new URL(value)
  return origin + prefix(pathname)
}

// -----------------------------------------------------------------------------
// Tables
// -----------------------------------------------------------------------------

const policies = ["reconcile", "prompt", "fail", "resend"] as const satisfies ReadonlyArray<Sens.OnAmbiguous>

const attemptTimeout = duration("15 seconds")
const callTimeout = duration("60 seconds")
const signatureLifetime = duration("30 seconds")

const severity = oneOf(["error", "warning", "off"])

const client = {
  accessKey: key(itsAccessKey),
  secretKey: key(itsSecretKey),
  serviceId,
  baseUrl,
  callTimeout,
  attemptTimeout,
  upload: group({ callTimeout: duration("180 seconds"), attemptTimeout: duration("60 seconds") }),
  preflight: group({
    charset: oneOf(["EUC-KR", "CP949"]),
    truncate: oneOf(["server"]),
    severity: group(Object.fromEntries(Object.keys(Preflight.severities).map((rule) => [rule, severity]))),
    senderShape: severity
  }),
  onAmbiguous: oneOf(policies),
  reconcile: group({
    settleTime: duration("5 seconds", "zero"),
    visibilityLag: duration("60 seconds", "zero"),
    timestampTolerance: duration("5 minutes")
  }),
  signatureLifetime,
  retryBudget: group(
    {
      capacity: number((value) => value >= 0, "a number from 0"),
      refillPerSecond: number((value) => value >= 0 && value < Infinity, "a number from 0")
    },
    { capacity: "write a number from 0", refillPerSecond: "write a number from 0" }
  ),
  maxAnswerBytes: number((value) => Number.isSafeInteger(value) && value > 0, "a whole number from 1"),
  rateLimit: group(
    {
      limiter: having("consume", "a RateLimiter"),
      limit: number((value) => Number.isSafeInteger(value) && value > 0, "a whole number from 1"),
      window: duration("1 second"),
      key: (value) => typeof value === "string" ? fine : says("is not a text", "write a text, or leave it out")
    },
    {
      limiter: "give a RateLimiter of effect/persistence",
      limit: "write how many requests may go out in a window",
      window: "write a duration, such as \"1 second\""
    }
  ),
  circuitBreaker: having("execute", "a CircuitBreaker"),
  onInterrupted: aFunction,
  transformClient: aFunction
} satisfies { readonly [Name in keyof Sens.Options]-?: Rule }

/**
 * The options of a client, wherever the object has them from.
 *
 * @internal
 */
export const taken = (given: Given): Partial<Sens.Options> =>
  Object.fromEntries(Object.keys(client).map((name) => [name, Reflect.get(given, name)]))

const required = {
  accessKey: `give ${itsAccessKey}`,
  secretKey: `give ${itsSecretKey}`,
  serviceId: `give ${itsServiceId}`
}

const httpClient: Rule = (value) =>
  Layer.isLayer(value) ? fine : says("is not a Layer", `${leave} give one such as FetchHttpClient.layer`)

// -----------------------------------------------------------------------------
// Of a client
// -----------------------------------------------------------------------------

const lifetimes = (given: { readonly [option: string]: unknown }): ReadonlyArray<Problem> => {
  const group = given["reconcile"]
  const most = Predicate.isObject(group) ? group["timestampTolerance"] ?? tolerance : tolerance
  return isLonger(given["signatureLifetime"], most)
    ? [{
      option: "signatureLifetime",
      what: "is longer than the gateway takes a timestamp for",
      cure: "leave it out, or write a shorter one"
    }]
    : fine
}

const ofClient = together(group(client, required), lifetimes)
const ofPromise = together(group({ ...client, httpClient }, required), lifetimes)

const seconds = (value: unknown): Option.Option<Duration.Duration> =>
  value === undefined ? Option.none() : toDuration(value)

const durationOr = (value: unknown, orElse: Duration.Duration): Duration.Duration =>
  Option.getOrElse(seconds(value), () => orElse)

const redacted = (value: unknown): Redacted.Redacted => {
  const label = Redacted.isRedacted(value) ? value.label : undefined
  const text = String(Redacted.isRedacted(value) ? Redacted.value(value) : value)
  return Redacted.make(text, label === undefined ? undefined : { label })
}

/**
 * The limits that are given, which are right, and others for what is not said.
 *
 * @internal
 */
export const limits = (
  given: { readonly attemptTimeout?: unknown; readonly callTimeout?: unknown } | undefined,
  { attemptTimeout, callTimeout }: Calls.Limits
): Calls.Limits => ({
  attemptTimeout: durationOr(given?.attemptTimeout, attemptTimeout),
  callTimeout: durationOr(given?.callTimeout, callTimeout)
})

const tolerance = Duration.minutes(5)

// An attempt is longer than the 10.5 seconds after which Node's `fetch` and undici say by themselves that there is no
// connection: before that, nobody can tell whether the message has left.
const callLimits: Calls.Limits = { attemptTimeout: Duration.seconds(15), callTimeout: Duration.seconds(60) }
const uploadLimits: Calls.Limits = { attemptTimeout: Duration.seconds(60), callTimeout: Duration.seconds(180) }

/**
 * The options of a client, or all that is wrong with them.
 *
 * @internal
 */
export const settle = (
  given: Given | undefined,
  door: "effect" | "promise" = "effect"
): Result.Result<Settled, Arr.NonEmptyReadonlyArray<Problem>> => {
  const problems = (door === "promise" ? ofPromise : ofClient)(given ?? {})
  return Arr.isReadonlyArrayNonEmpty(problems) ? Result.fail(problems) : Result.succeed(settled(given ?? {}))
}

const settled = (given: Given): Settled => ({
  accessKey: redacted(given.accessKey),
  secretKey: redacted(given.secretKey),
  serviceId: ServiceId.make(String(given.serviceId)),
  baseUrl: withoutPath(given.baseUrl),
  limits: { call: limits(given, callLimits), upload: limits(given.upload, uploadLimits) },
  preflight: given.preflight ?? {},
  onAmbiguous: given.onAmbiguous ?? "reconcile",
  settleTime: durationOr(given.reconcile?.settleTime, Duration.seconds(5)),
  visibilityLag: durationOr(given.reconcile?.visibilityLag, Duration.seconds(60)),
  timestampTolerance: durationOr(given.reconcile?.timestampTolerance, tolerance),
  signatureLifetime: Option.getOrUndefined(seconds(given.signatureLifetime)),
  retryBudget: given.retryBudget ?? { capacity: 100, refillPerSecond: 10 },
  maxAnswerBytes: given.maxAnswerBytes ?? 16 * 1024 * 1024,
  rateLimit: given.rateLimit,
  circuitBreaker: given.circuitBreaker,
  onInterrupted: given.onInterrupted,
  transformClient: given.transformClient
})

// -----------------------------------------------------------------------------
// Of a call
// -----------------------------------------------------------------------------

const anEffect: Rule = (value) => Effect.isEffect(value) ? fine : says("is not an Effect", `${leave} give an Effect`)

const itsOwners = "give a function that tells whose ids are, which gives an empty Map where nobody owns any"

const steps = {
  send: group(
    {
      callTimeout,
      attemptTimeout,
      onAmbiguous: oneOf(policies),
      signatureLifetime,
      onInterrupted: aFunction,
      onIntent: aFunction
    } satisfies { readonly [Name in keyof Sens.SendOptions]-?: Rule }
  ),
  reconcile: group({ callTimeout }),
  resolve: group({ owners: aFunction, twins: anEffect }, { owners: itsOwners }),
  resolvePromise: group({ owners: aFunction, twins: aFunction }, { owners: itsOwners }),
  prepare: group({ lifetime: signatureLifetime, wait: aBoolean }),
  submit: group({ attemptTimeout })
}

/** @internal */
export type Step = keyof typeof steps

/**
 * What is wrong with the options of one call.
 *
 * @internal
 */
export const refused = (step: Step, given: unknown): SensError.InvalidRequest | undefined => {
  const problems = isSignal(given)
    ? says("is an AbortSignal", "give it as the last argument, after the options")
    : steps[step](given)
  return problems.length === 0 ? undefined : new SensError.InvalidRequest({
    issues: problems.map(({ cure, option, what }) => ({
      path: ["options", ...option === "" ? [] : option.split(".")],
      kind: "Option",
      message: `It ${what}: ${cure}`
    }))
  })
}

const isSignal = (value: unknown): boolean => Predicate.hasProperty(value, "aborted")
