/**
 * Everything that is wrong with a request, before it is sent.
 *
 * SENS cuts a text that is too long, drops a message whose characters it cannot say, sends a picture-less MMS as an LMS, and
 * tells nobody. The checks of this module find all of that at once. Each problem has a path, a kind, figures, and says what to
 * do; none holds message text or a phone number. {@link Rule} lists the kinds, {@link severities} what each is by default.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CountryCode from "./CountryCode.ts"
import type * as EucKr from "./EucKr.ts"
import * as picture from "./internal/picture.ts"
import * as plain from "./internal/plain.ts"
import * as sendShape from "./internal/sendShape.ts"
import * as shape from "./internal/shape.ts"
import { kstOffset } from "./internal/stamp.ts"
import { suggestion } from "./internal/suggestion.ts"
import * as text from "./internal/text.ts"
import * as Jpeg from "./Jpeg.ts"
import * as RequestId from "./RequestId.ts"
import type * as RequestIssue from "./RequestIssue.ts"
import * as Reservation from "./Reservation.ts"
import * as SearchQuery from "./SearchQuery.ts"
import * as SendRequest from "./SendRequest.ts"
import * as UnsubscribeQuery from "./UnsubscribeQuery.ts"
import * as UnsubscribeRequest from "./UnsubscribeRequest.ts"
import * as UploadRequest from "./UploadRequest.ts"

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

/**
 * The rules. The `kind` of an issue is the name of its rule, or `Schema` where a value is not what its type says, which
 * cannot be switched off.
 *
 * | rule | what it finds |
 * | --- | --- |
 * | `TooLong` | a recipient's effective text over 90 (SMS) or 2,000 bytes (LMS, MMS), or a subject over 40 |
 * | `NotEncodable` | characters that the charset lacks |
 * | `BrokenText` | a lone surrogate or U+FFFD |
 * | `ControlCharacter` | control characters other than TAB, LF, CR |
 * | `InvisibleCharacter` | invisible characters that the charset has (U+00AD, U+3164) |
 * | `Recipients` | none, or more than 100 |
 * | `PhoneNumber` | what is no number: two, a decimal, a date, one of another country |
 * | `BlockNumbers` | none, or more than 1,000 numbers for the block list |
 * | `ForeignType` | an LMS or MMS to a country other than Korea |
 * | `UnlistedCountry` | a country that SENS was not known to send to |
 * | `ReserveInPast` | a reservation for a time that has passed |
 * | `ReserveSoon` | a reservation less than 10 minutes ahead |
 * | `NoFile` | an MMS without a file, which SENS sends as an LMS |
 * | `TooManyFiles` | an MMS with more than 3 files |
 * | `FileName` | a name over 40 characters, or not ending in .jpg or .jpeg |
 * | `BlankText` | an MMS whose text is white space alone, which carriers refuse |
 * | `DuplicateNumber` | one number twice in a request |
 * | `WrongCharset` | a text that was read in a wrong charset, as far as that can be told |
 * | `NotJpeg` | a file that is not a whole JPEG in Base64; it says what it is instead |
 * | `UnusualJpeg` | a JPEG in CMYK, of 12 bits, lossless, hierarchical or in arithmetic coding, which handsets may not show |
 * | `NumberShape` | digits that are no number in Korea: a lost zero, one too many or too few, a special number as recipient |
 * | `ForeignNumber` | a number abroad that may keep a zero or the calling code before it, or be a date, and so be another one |
 * | `FileTooLarge` | a file over 300 KB |
 * | `PictureTooLarge` | a picture over 1500 x 1440 pixels |
 * | `WindowTooLong` | a search over 30 days of requests, or 24 hours of completions |
 * | `WindowReversed` | a search that ends before it starts |
 * | `WindowTooOld` | a search that starts more than 90 days ago |
 * | `PageSize` | a page size outside 1-100 (1-1,000 by request id, 0-100 for the block list) |
 * | `AdWithoutMark` | an advertisement whose text, or subject where there is one, does not begin with `(광고)` |
 * | `AdWithoutOptOut` | an advertisement that names no free number (080) to opt out by |
 * | `AdAtNight` | an advertisement between 21:00 and 08:00 Korean time |
 *
 * @category models
 * @since 0.1.0
 */
export type Rule =
  | text.TextRule
  | "AdAtNight"
  | "AdWithoutMark"
  | "AdWithoutOptOut"
  | "BlankText"
  | "BlockNumbers"
  | "DuplicateNumber"
  | "FileName"
  | "FileTooLarge"
  | "ForeignNumber"
  | "ForeignType"
  | "NoFile"
  | "NotJpeg"
  | "NumberShape"
  | "PageSize"
  | "PhoneNumber"
  | "PictureTooLarge"
  | "Recipients"
  | "ReserveInPast"
  | "ReserveSoon"
  | "TooManyFiles"
  | "UnlistedCountry"
  | "UnusualJpeg"
  | "WindowReversed"
  | "WindowTooLong"
  | "WindowTooOld"

/**
 * What becomes of a finding: an error keeps the request from being sent, a warning does not.
 *
 * @category models
 * @since 0.1.0
 */
export type Severity = "error" | "warning" | "off"

/**
 * What each rule is unless an option says otherwise. `NotEncodable` and `BrokenText` are warnings where the country is not
 * Korea: nothing is known about the charset abroad.
 *
 * @category constants
 * @since 0.1.0
 */
export const severities: { readonly [R in Rule]: Severity } = {
  TooLong: "error",
  NotEncodable: "error",
  BrokenText: "error",
  ControlCharacter: "warning",
  InvisibleCharacter: "warning",
  WrongCharset: "warning",
  DuplicateNumber: "warning",
  BlankText: "warning",
  Recipients: "error",
  PhoneNumber: "error",
  NumberShape: "error",
  ForeignNumber: "warning",
  BlockNumbers: "error",
  ForeignType: "error",
  UnlistedCountry: "warning",
  ReserveInPast: "error",
  ReserveSoon: "warning",
  NoFile: "warning",
  TooManyFiles: "warning",
  FileName: "error",
  NotJpeg: "error",
  UnusualJpeg: "warning",
  FileTooLarge: "error",
  PictureTooLarge: "error",
  WindowTooLong: "error",
  WindowReversed: "error",
  WindowTooOld: "warning",
  PageSize: "error",
  AdWithoutMark: "warning",
  AdWithoutOptOut: "warning",
  AdAtNight: "warning"
}

/**
 * What may be changed.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * The charset that SENS is taken to have.
   *
   * @default "EUC-KR"
   */
  readonly charset?: EucKr.Charset | undefined
  /**
   * `"server"` lets a text pass that is too long, for SENS to cut it; the finding becomes a warning. Without it, such a text
   * is an error.
   */
  readonly truncate?: "server" | undefined
  /**
   * Other severities than the defaults, {@link severities}.
   */
  readonly severity?: { readonly [R in Rule]?: Severity | undefined } | undefined
  /**
   * Another severity of `NumberShape` for the sender alone. Public bodies and tests send from numbers that nobody else has.
   *
   * @default that of {@link Options.severity}
   */
  readonly senderShape?: Severity | undefined
}

/**
 * The options of a check that compares with the present.
 *
 * @category options
 * @since 0.1.0
 */
export interface TimedOptions extends Options {
  /** What counts as the present for reservations, windows and advertisements at night. */
  readonly now: DateTime.Utc
}

/**
 * All that was found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  /** What keeps the request from being sent. */
  readonly errors: ReadonlyArray<RequestIssue.RequestIssue>
  /** What does not. */
  readonly warnings: ReadonlyArray<RequestIssue.RequestIssue>
}

type Finding = Omit<RequestIssue.RequestIssue, "kind">

interface Findings {
  readonly errors: Array<RequestIssue.RequestIssue>
  readonly warnings: Array<RequestIssue.RequestIssue>
  /** `severity` is what the rule is by default, `own` what it is here whatever the options say of the rule. */
  readonly add: (rule: Rule, finding: Finding, severity?: Severity, own?: Severity) => void
}

const findings = (options: Options, schema: ReadonlyArray<RequestIssue.RequestIssue>): Findings => {
  const errors = [...schema]
  const warnings: Array<RequestIssue.RequestIssue> = []
  return {
    errors,
    warnings,
    add: (rule, finding, severity = severities[rule], own) => {
      const chosen = own ?? options.severity?.[rule] ?? severity
      if (chosen !== "off") (chosen === "error" ? errors : warnings).push({ ...finding, kind: rule })
    }
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

const array = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** The number as it is to go out; what is none stays as it is. */
const readNumber = (
  found: Findings,
  path: Finding["path"],
  value: unknown,
  read: (text: string) => plain.NumberRead,
  shape?: Severity
): unknown => {
  if (typeof value !== "string") return value
  const { digits, wrong } = read(value)
  if (wrong !== undefined) {
    const { message, rule } = wrong
    found.add(rule, { path, message }, undefined, rule === "NumberShape" ? shape : undefined)
  }
  return digits ?? value
}

const asRecipient = (text: string): plain.NumberRead => plain.korean(text, "recipient")
const asSender = (text: string): plain.NumberRead => plain.korean(text, "sender")

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

/**
 * What is wrong with a request, and the request as it goes out, where nothing is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reading<A> extends Report {
  /** Digits for numbers, instants for dates, and no field that is not sent; `undefined` where there are errors. */
  readonly value: A | undefined
}

const reading = <A>({ errors, warnings }: Findings, value: A): Reading<A> => ({
  errors,
  warnings,
  value: errors.length === 0 ? value : undefined
})

/**
 * A reading of what a caller wrote.
 *
 * @category models
 * @since 0.1.0
 */
export interface Read<Given, Options, A> {
  (given: Given, options: Options): Reading<A>
}

/**
 * A check of what a caller wrote.
 *
 * @category models
 * @since 0.1.0
 */
export interface Check<Given, Options> {
  (given: Given, options: Options): Report
}

const checkBy = <Given, Options>(read: Read<Given, Options, unknown>): Check<Given, Options> => (given, options) => {
  const { errors, warnings } = read(given, options)
  return { errors, warnings }
}

const rootKeys: ReadonlySet<string> = new Set([
  "type",
  "contentType",
  "countryCode",
  "from",
  "content",
  "messages",
  "reserve",
  "subject",
  "files"
])

// What a field is called elsewhere: on the wire, by other services, in the parts of a request.
const otherNames: { readonly [name: string]: string } = {
  reserveTime: "reserve",
  reserveTimeZone: "reserve",
  scheduledAt: "reserve",
  to: "messages",
  recipients: "messages",
  receivers: "messages",
  text: "content",
  body: "content",
  message: "content",
  sender: "from",
  callback: "from",
  title: "subject"
}

const missing = { subject: "an SMS has no subject: send an LMS", files: "only an MMS shows files: send an MMS" }

/** Fields that the request does not have; its own are left. */
const checkRoot = (found: Findings, input: plain.Input): { [key: string]: unknown } => {
  const request = plain.defined(input)
  const { type } = request
  for (const key of Object.keys(request)) {
    const isMissing = (key === "files" && (type === "SMS" || type === "LMS")) || (key === "subject" && type === "SMS")
    if (rootKeys.has(key) && !isMissing) continue
    const name = shape.name(key)
    const meant = Object.hasOwn(otherNames, key) ? otherNames[key] : suggestion(key, rootKeys)
    found.errors.push({
      path: [name],
      kind: "Schema",
      message: isMissing && (key === "files" || key === "subject")
        ? `Not a field of this type: ${missing[key]}`
        : `Not a field of a send request${meant === undefined ? "" : `; is \`${meant}\` meant?`}`
    })
    delete request[key]
  }
  return request
}

/** The fields of a recipient of this type that are there; all others are the caller's own. */
const ownRecipient = (recipient: plain.Input, type: SendRequest.SendRequest["type"]): { [key: string]: unknown } => {
  const { content, to } = recipient
  const own: { [key: string]: unknown } = to === undefined ? {} : { to }
  if (type !== "SMS") {
    const { subject } = recipient
    if (subject !== undefined) own["subject"] = subject
  }
  if (content !== undefined) own["content"] = content
  return own
}

const fileKeys = ["fileId"] as const

const isType = (type: unknown): type is SendRequest.SendRequest["type"] =>
  type === "SMS" || type === "LMS" || type === "MMS"

/** The request with its parts as they go out, as far as they can be read. */
const parts = (found: Findings, given: plain.Input, options: Options): { [key: string]: unknown } => {
  const request = checkRoot(found, given)
  const { countryCode, files, messages, reserve, type } = request
  if ("from" in request) {
    request["from"] = readNumber(found, ["from"], request["from"], asSender, options.senderShape)
  }
  const readTo = typeof countryCode === "string" && countryCode !== "82"
    ? (text: string) => plain.foreign(text, countryCode)
    : asRecipient
  if (Array.isArray(messages) && isType(type)) {
    request["messages"] = messages.map((recipient: unknown, index) => {
      if (!plain.isObject(recipient)) return recipient
      const own = ownRecipient(recipient, type)
      own["to"] = readNumber(found, ["messages", index, "to"], own["to"], readTo)
      return own
    })
  }
  if (Array.isArray(files)) {
    request["files"] = files.map((file: unknown) => plain.isObject(file) ? plain.pick(file, fileKeys) : file)
  }
  if (plain.isObject(reserve)) {
    const { at, ...rest } = plain.defined(reserve)
    request["reserve"] = { ...rest, at: plain.instant(at) }
  }
  return request
}

/** The request as it goes out, and whether it has the shape of one. */
const shaped = (found: Findings, given: plain.Input, options: Options): { [key: string]: unknown } => {
  const input = parts(found, given, options)
  for (const issue of sendShape.check(input)) found.errors.push(issue)
  return input
}

/**
 * The request as it goes out, whatever the rules say of it: for one that was checked before, when other times or other rules may
 * have held. What is no send request at all has errors.
 *
 * **Example** (As it goes out)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * const { value } = Preflight.normalize({
 *   type: "SMS",
 *   from: "02-1234-5678",
 *   content: "가".repeat(46),
 *   messages: [{ to: "010-1234-5678" }]
 * })
 *
 * String(value?.from) // => "0212345678"
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const normalize = (request: SendRequest.SendRequest): Reading<SendRequest.Normalized> => {
  const given: unknown = request
  const found = findings(lenient, [])
  if (!plain.isObject(given)) {
    found.errors.push({ path: [], kind: "Schema", message: "Expected a send request" })
    return reading(found, request as SendRequest.Normalized)
  }
  // As {@link read}: all that its schema asks for has been looked at.
  return reading(found, shaped(found, given, lenient) as unknown as SendRequest.Normalized)
}

const lenient: Options = { severity: { NumberShape: "off" } }

/**
 * Reads a send request: what {@link check} finds, and the request as it goes out.
 *
 * **Example** (Numbers as people write them)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const rows = [{ name: "홍길동", to: "010-1234-5678" }, { name: "김철수", to: "+82 10 8765 4321" }]
 * const { value } = Preflight.read(
 *   { type: "SMS", from: "02-1234-5678", content: "안녕하세요", messages: rows },
 *   { now: DateTime.makeUnsafe(0) }
 * )
 *
 * JSON.stringify(value?.messages) // => '[{"to":"01012345678"},{"to":"01087654321"}]'
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const read: Read<SendRequest.SendRequest, TimedOptions, SendRequest.Normalized> = (
  request,
  options
) => {
  // Callers without a compiler may pass anything, so that what follows asks for every value what it is.
  const given: unknown = request
  const found = findings(options, [])
  if (!plain.isObject(given)) {
    found.errors.push({ path: [], kind: "Schema", message: "Expected a send request" })
    return reading(found, request as SendRequest.Normalized)
  }
  const input = shaped(found, given, options)
  const recipients = array(input["messages"])
  checkRecipients(found, input, recipients)
  checkCountry(found, input)
  checkTexts(found, input, recipients, options)
  checkReservation(found, input, options)
  checkFiles(found, input)
  checkBlank(found, input, recipients)
  if (input["contentType"] === "AD") checkAd(found, input, recipients, options)
  // All that its schema asks for has been looked at.
  return reading(found, input as unknown as SendRequest.Normalized)
}

/**
 * Checks a send request: its shape, each recipient's effective text and subject, numbers, country, reservation, files, and
 * what the law asks of an advertisement. `Sens` does so before it sends.
 *
 * **Details**
 *
 * A clean request costs one pass over its shape and two over its texts.
 *
 * **Example** (Two syllables too many)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const number = "01012345678"
 * const { errors } = Preflight.check(
 *   { type: "SMS", from: number, content: "가".repeat(47), messages: [{ to: number }] },
 *   { now: DateTime.makeUnsafe("2026-01-01T03:00:00Z") }
 * )
 *
 * errors.map(({ actual, index, kind, limit, path }) => ({ path, kind, actual, limit, index })) // => [{ path: ["content"], kind: "TooLong", actual: 94, limit: 90, index: 45 }]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const check: Check<SendRequest.SendRequest, TimedOptions> = checkBy(read)

const field = (recipient: unknown, key: string): unknown => plain.isObject(recipient) ? recipient[key] : undefined

const checkRecipients = (found: Findings, input: plain.Input, recipients: ReadonlyArray<unknown>): void => {
  if (Array.isArray(input["messages"]) && (recipients.length === 0 || recipients.length > SendRequest.maxRecipients)) {
    found.add("Recipients", {
      path: ["messages"],
      message: `${recipients.length} recipients; a request has 1-${SendRequest.maxRecipients}. ${
        recipients.length === 0 ? "Add one" : "Divide them among several requests"
      }`,
      actual: recipients.length,
      limit: SendRequest.maxRecipients
    })
  }
  if (recipients.length < 2) return
  const seen = new Set<unknown>()
  for (let index = 0; index < recipients.length; index++) {
    const to = field(recipients[index], "to")
    if (typeof to !== "string") continue
    const { size } = seen
    if (seen.add(to).size > size) continue
    found.add("DuplicateNumber", {
      path: ["messages", index, "to"],
      message: "This number came before in the request; it would get the message twice"
    })
  }
}

const isForeign = (input: plain.Input): boolean =>
  typeof input["countryCode"] === "string" && input["countryCode"] !== "82"

const checkCountry = (found: Findings, input: plain.Input): void => {
  if (!isForeign(input)) return
  if (input["type"] === "LMS" || input["type"] === "MMS") {
    found.add("ForeignType", { path: ["type"], message: "Only an SMS goes abroad; send it as one" })
  }
  if (!CountryCode.isListed(String(input["countryCode"]))) {
    found.add("UnlistedCountry", {
      path: ["countryCode"],
      message: `A country that SENS was not known to send to (list of ${CountryCode.listedAsOf}); look in the console`
    })
  }
}

const checkTexts = (
  found: Findings,
  input: plain.Input,
  recipients: ReadonlyArray<unknown>,
  options: Options
): void => {
  const abroad = isForeign(input)
  const isSms = input["type"] === "SMS"
  const charset = options.charset ?? "EUC-KR"
  const add = (rule: text.TextRule, finding: Finding): void =>
    found.add(
      rule,
      finding,
      rule === "TooLong"
        ? options.truncate === "server" ? "warning" : "error"
        : abroad && (rule === "NotEncodable" || rule === "BrokenText")
        ? "warning"
        : severities[rule]
    )
  const checkText = (path: Finding["path"], content: string): void =>
    text.check(content, {
      path,
      what: isSms ? "an SMS" : `an ${input["type"] === "MMS" ? "MMS" : "LMS"}`,
      limit,
      todo: isSms ? "Shorten it, or send an LMS (see SendRequest.fit)" : "Shorten it, or divide it",
      charset,
      add
    })
  const limit = isSms ? SendRequest.maxBytes.SMS : SendRequest.maxBytes.LMS
  const checkSubject = (path: Finding["path"], subject: string): void =>
    text.check(subject, {
      path,
      what: "a subject",
      limit: SendRequest.maxBytes.subject,
      todo: "Shorten it",
      charset,
      add
    })

  // A text that every recipient replaces reaches nobody; an empty one replaces nothing.
  const reaches = (key: string): boolean =>
    recipients.length === 0 || recipients.some((recipient) => !isText(field(recipient, key)))
  if (typeof input["content"] === "string" && reaches("content")) checkText(["content"], input["content"])
  if (!isSms && typeof input["subject"] === "string" && reaches("subject")) checkSubject(["subject"], input["subject"])
  for (let index = 0; index < recipients.length; index++) {
    const own = field(recipients[index], "content")
    // Nearly all are clean: nothing is made for those.
    if (isText(own) && !text.isClean(own, limit, charset)) checkText(["messages", index, "content"], own)
    const title = isSms ? undefined : field(recipients[index], "subject")
    if (isText(title)) checkSubject(["messages", index, "subject"], title)
  }
}

const isReservation = Schema.is(Schema.toType(Reservation.Reservation))

const minute = 60_000

const checkReservation = (found: Findings, input: plain.Input, { now }: TimedOptions): void => {
  if (!isReservation(input["reserve"])) return
  const ahead = Reservation.minute(input["reserve"]).epochMilliseconds - now.epochMilliseconds
  const finding = { path: ["reserve", "at"], actual: Math.floor(ahead / minute), limit: 10 }
  if (ahead < 0) {
    found.add("ReserveInPast", {
      ...finding,
      message: "The time of the reservation has passed; leave it out to send at once"
    })
  } else if (ahead < 10 * minute) {
    found.add("ReserveSoon", {
      ...finding,
      message:
        "SENS takes reservations from 10 minutes ahead, and does not cancel them later than that; choose a later time"
    })
  }
}

// White space, and what looks like it.
const blank = /^[\s\u00AD\u115F\u1160\u200B-\u200F\u2060\u3164\uFFA0]*$/
const isBlank = (text: unknown): boolean => typeof text === "string" && blank.test(text)

// Carriers answer 3009 to an MMS without a text.
const checkBlank = (found: Findings, input: plain.Input, recipients: ReadonlyArray<unknown>): void => {
  if (input["type"] !== "MMS") return
  const add = (path: Finding["path"]): void =>
    found.add("BlankText", { path, message: "An MMS needs a text that is not blank: carriers refuse it" })
  const isForAll = recipients.length === 0 || recipients.some((recipient) => !isText(field(recipient, "content")))
  if (isForAll && input["content"] !== "" && isBlank(input["content"])) add(["content"])
  for (const [index, recipient] of recipients.entries()) {
    const own = field(recipient, "content")
    if (isText(own) && isBlank(own)) add(["messages", index, "content"])
  }
}

const maxFiles = 3

const checkFiles = (found: Findings, input: plain.Input): void => {
  if (input["type"] !== "MMS") return
  const count = array(input["files"]).length
  if (count === 0) {
    found.add("NoFile", {
      path: ["files"],
      message: "SENS sends and bills an MMS without a file as an LMS; upload one, or send an LMS",
      actual: 0
    })
  } else if (count > maxFiles) {
    found.add("TooManyFiles", {
      path: ["files"],
      message: `${count} files; handsets are known to take ${maxFiles}`,
      actual: count,
      limit: maxFiles
    })
  }
}

// Information and Communications Network Act, article 50, and its decree: the mark first (in the title where there is
// one), a free way to opt out, nothing from 21:00 to 08:00 without consent to it.
const mark = /^\s*\(광고\)/
const hasMark = (text: unknown): boolean => typeof text === "string" && mark.test(text)
// A free number, and that it is one to opt out by.
const optOut = /무료\s*(?:수신\s*)?(?:거부|거절|차단)|(?:수신\s*)?(?:거부|거절|차단)\s*\(?무료/
const freeNumber = /(?:^|\D)080[-\s).]*\d{3,4}[-\s.]*\d{4}(?!\d)/

const checkAd = (
  found: Findings,
  input: plain.Input,
  recipients: ReadonlyArray<unknown>,
  { now }: TimedOptions
): void => {
  const checkMark = (path: Finding["path"], text: unknown): void => {
    if (typeof text !== "string" || hasMark(text)) return
    found.add("AdWithoutMark", { path, message: "An advertisement has to begin with (광고); put it first" })
  }
  const checkText = (path: Finding["path"], content: unknown): void => {
    if (typeof content !== "string") return
    checkMark(path, content)
    if (!optOut.test(content) || !freeNumber.test(content)) {
      found.add("AdWithoutOptOut", {
        path,
        message:
          "An advertisement has to name a free number to opt out by; add a line such as 무료수신거부 080-000-0000"
      })
    }
  }
  // What is for all is told about once, whatever the number of those who get it.
  const isForAll = (key: string): boolean =>
    recipients.length === 0 || recipients.some((recipient) => !isText(field(recipient, key)))
  if (isForAll("content")) checkText(["content"], input["content"])
  if (isText(input["subject"]) && isForAll("subject")) checkMark(["subject"], input["subject"])
  for (const [index, recipient] of recipients.entries()) {
    const [content, subject] = [field(recipient, "content"), field(recipient, "subject")]
    if (isText(content)) checkText(["messages", index, "content"], content)
    if (isText(subject)) checkMark(["messages", index, "subject"], subject)
  }
  const at = isReservation(input["reserve"]) ? Reservation.minute(input["reserve"]) : now
  const hour = Math.floor((at.epochMilliseconds + kstOffset) / (60 * minute)) % 24
  if (hour >= 21 || hour < 8) {
    found.add("AdAtNight", {
      path: isReservation(input["reserve"]) ? ["reserve", "at"] : [],
      message:
        "An advertisement between 21:00 and 08:00 Korean time needs the recipient's own consent to it; reserve it for the day",
      actual: hour
    })
  }
}

// -----------------------------------------------------------------------------
// Uploading
// -----------------------------------------------------------------------------

const uploadShape = shape.check(Schema.Struct({ fileName: Schema.String, fileBody: Schema.String }))
const isFileName: (text: string) => boolean = Schema.is(UploadRequest.FileName)

const jpegMessages: Record<Jpeg.InvalidJpeg["why"], string> = {
  NoStart: "The file is not a JPEG; SENS takes no other format",
  NoPicture: "The file is a JPEG without a picture",
  NoEnd: "The JPEG was cut off; upload the whole file",
  Malformed: "The JPEG is broken; save the picture anew"
}

/**
 * Reads a picture and its name: what {@link checkUpload} finds, and the two as they go out: the name composed (Unicode NFC, as
 * names typed on a Mac are not), the picture in plain Base64.
 *
 * **Example** (As it goes out)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * const upload = { fileName: "약도.jpg".normalize("NFD"), fileBody: "data:image/jpeg;base64,_9j_2Q" }
 * const { value } = Preflight.readUpload(upload, { severity: { NotJpeg: "off" } })
 *
 * value // => { fileName: "약도.jpg", fileBody: "/9j/2Q==" }
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const readUpload: Read<UploadRequest.UploadRequest, Options, UploadRequest.UploadRequest> = (
  request,
  options
) => {
  const given: unknown = request
  const found = findings(options, uploadShape(given))
  if (!plain.isObject(given)) return reading(found, request)
  const fileName = typeof given["fileName"] === "string" ? given["fileName"].normalize("NFC") : ""
  if (typeof given["fileName"] === "string") checkFileName(found, fileName)
  if (typeof given["fileBody"] !== "string") return reading(found, request)
  const fileBody = picture.base64(given["fileBody"])
  checkPicture(found, fileBody)
  return reading(found, { fileName, fileBody })
}

const checkFileName = (found: Findings, fileName: string): void => {
  const { nameLength } = UploadRequest.limits
  if (isFileName(fileName)) return
  found.add("FileName", {
    path: ["fileName"],
    message: `A file name has at most ${nameLength} characters, no slash, and ends in .jpg or .jpeg`,
    actual: fileName.length,
    limit: nameLength
  })
}

const checkPicture = (found: Findings, fileBody: string): void => {
  const path = ["fileBody"]
  const { bytes: maxBytes, height, width } = UploadRequest.limits
  const bytes = fileBody === "" ? undefined : picture.bytes(fileBody)
  if (bytes === undefined) {
    found.add("NotJpeg", {
      path,
      message: fileBody === "" ? "The file is empty" : "Not Base64; give its bytes to UploadRequest.make"
    })
    return
  }
  if (bytes.length > maxBytes) {
    found.add("FileTooLarge", {
      path,
      message: `${bytes.length} bytes; a file has at most ${maxBytes} (300 KB). Save it smaller`,
      actual: bytes.length,
      limit: maxBytes
    })
  }
  const jpeg = Jpeg.parse(bytes)
  if (Result.isFailure(jpeg)) {
    const { why } = jpeg.failure
    const kind = why === "NoStart" ? picture.kind(bytes) : undefined
    const message = kind === undefined ? jpegMessages[why] : `The file is ${kind}, not a JPEG; save it as a JPEG`
    found.add("NotJpeg", { path, message })
    return
  }
  const tooLarge = (what: string, actual: number, limit: number) => {
    if (actual <= limit) return
    found.add("PictureTooLarge", {
      path,
      message: `${actual} pixels ${what}; a picture has at most ${width} x ${height}. Scale it down`,
      actual,
      limit
    })
  }
  tooLarge("wide", jpeg.success.width, width)
  tooLarge("high", jpeg.success.height, height)
  const unusual = Jpeg.unusual(jpeg.success)
  if (unusual.length > 0) {
    found.add("UnusualJpeg", {
      path,
      message: `A JPEG that handsets may not show: ${unusual.join(", ")}. Save it as an ordinary one, in RGB`
    })
  }
}

/**
 * Checks a picture and its name.
 *
 * **Example** (A picture in another format)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * const { errors } = Preflight.checkUpload({ fileName: "logo.png", fileBody: "iVBORw0KGgo=" }, {})
 *
 * errors.map(({ kind, message }) => [kind, message])[1] // => ["NotJpeg", "The file is a PNG, not a JPEG; save it as a JPEG"]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const checkUpload: Check<UploadRequest.UploadRequest, Options> = checkBy(readUpload)

// -----------------------------------------------------------------------------
// Searching
// -----------------------------------------------------------------------------

const filters = {
  ...SearchQuery.Filters.fields,
  from: Schema.optionalKey(Schema.String),
  to: Schema.optionalKey(Schema.String),
  pageSize: Schema.optionalKey(Schema.Int)
}

const searchShapes = {
  requestId: shape.check(Schema.Struct({ requestId: RequestId.RequestId, ...filters })),
  requestTime: shape.check(Schema.Struct({ requestTime: SearchQuery.Range, ...filters })),
  completeTime: shape.check(Schema.Struct({ completeTime: SearchQuery.Range, ...filters }))
}

const kinds = ["requestId", "requestTime", "completeTime"] as const

const hour = 60 * minute
const day = 24 * hour

const spans = {
  requestTime: { limit: 30 * day, text: "30 days of requests" },
  completeTime: { limit: day, text: "24 hours of completions" }
}

const checkPageSize = (found: Findings, pageSize: unknown, minimum: number, maximum: number): void => {
  if (typeof pageSize !== "number" || (pageSize >= minimum && pageSize <= maximum)) return
  found.add("PageSize", {
    path: ["pageSize"],
    message: `A page of ${pageSize}; here a page has ${minimum}-${maximum}`,
    actual: pageSize,
    limit: maximum
  })
}

const checkOrder = (
  found: Findings,
  path: Finding["path"],
  start: DateTime.DateTime,
  end: DateTime.DateTime
): void => {
  if (end.epochMilliseconds >= start.epochMilliseconds) return
  found.add("WindowReversed", {
    path: [...path, "end"],
    message: "The search ends before it starts; exchange start and end"
  })
}

/**
 * Reads a search of the delivery log: what {@link checkSearch} finds, and the search as it goes out.
 *
 * **Example** (As it goes out)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as DateTime from "effect/DateTime"
 *
 * const { value } = Preflight.readSearch(
 *   { requestId: "RSSA-1", to: "+82 10 1234 5678" },
 *   { now: DateTime.makeUnsafe(0) }
 * )
 *
 * JSON.stringify(value) // => '{"requestId":"RSSA-1","to":"01012345678"}'
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const readSearch: Read<SearchQuery.SearchQuery, TimedOptions, SearchQuery.Normalized> = (given, options) => {
  const query: unknown = given
  const found = findings(options, [])
  const input = plain.isObject(query) ? plain.defined(query) : {}
  const asked = kinds.filter((kind) => kind in input)
  const [kind] = asked
  if (kind === undefined || asked.length > 1) {
    const message = "A search is by one of requestId, requestTime and completeTime"
    found.errors.push({ path: [], kind: "Schema", message })
  } else {
    for (const name of ["requestTime", "completeTime"]) if (name in input) input[name] = plain.window(input[name])
    for (const name of ["from", "to"]) {
      if (name in input) input[name] = readNumber(found, [name], input[name], plain.filter)
    }
    found.errors.push(...searchShapes[kind](input))
  }
  checkPageSize(found, input["pageSize"], 1, kind === "requestId" ? 1000 : 100)
  if (kind === "requestTime" || kind === "completeTime") checkRange(found, kind, input[kind], options)
  // All that its schema asks for has been looked at.
  return reading(found, input as unknown as SearchQuery.Normalized)
}

const checkRange = (
  found: Findings,
  kind: keyof typeof spans,
  range: unknown,
  { now }: TimedOptions
): void => {
  if (!plain.isObject(range)) return
  const { end, start } = range
  if (!DateTime.isDateTime(start) || !DateTime.isDateTime(end)) return
  checkOrder(found, [kind], start, end)
  const seconds = Math.ceil(end.epochMilliseconds / 1000) - Math.floor(start.epochMilliseconds / 1000)
  const { limit, text } = spans[kind]
  if (seconds * 1000 > limit) {
    found.add("WindowTooLong", {
      path: [kind, "end"],
      message:
        `${seconds} seconds; one search covers at most ${text}. DeliveryLog.pages and records of @effect-sens/streams take any range`,
      actual: seconds,
      limit: limit / 1000
    })
  }
  const age = now.epochMilliseconds - start.epochMilliseconds
  if (age > 90 * day) {
    found.add("WindowTooOld", {
      path: [kind, "start"],
      message: "The delivery log goes back 90 days; what is older is not found",
      actual: Math.floor(age / day),
      limit: 90
    })
  }
}

/**
 * Checks a search of the delivery log.
 *
 * **Details**
 *
 * A window is measured as it goes over the wire: its start rounded down and its end rounded up to the second.
 *
 * **Example** (A second more than a day)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as SearchQuery from "@effect-sens/core/SearchQuery"
 * import * as DateTime from "effect/DateTime"
 *
 * const query = { completeTime: { start: DateTime.makeUnsafe("2026-01-01T00:00:00Z"), end: DateTime.makeUnsafe("2026-01-02T00:00:01Z") } }
 * const { errors } = Preflight.checkSearch(query, { now: DateTime.makeUnsafe("2026-01-03T00:00:00Z") })
 *
 * errors.map(({ actual, kind, limit }) => ({ kind, actual, limit })) // => [{ kind: "WindowTooLong", actual: 86401, limit: 86400 }]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const checkSearch: Check<SearchQuery.SearchQuery, TimedOptions> = checkBy(readSearch)

// -----------------------------------------------------------------------------
// The block list
// -----------------------------------------------------------------------------

const numbersShape = shape.check(Schema.Array(Schema.String))

/**
 * Reads numbers for the block list: what {@link checkUnsubscribes} finds, and their digits.
 *
 * **Example** (As it goes out)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * const { value } = Preflight.readUnsubscribes(["010-1234-5678"], {})
 *
 * value?.map(String) // => ["01012345678"]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const readUnsubscribes: Read<UnsubscribeRequest.UnsubscribeRequest, Options, UnsubscribeRequest.Normalized> = (
  given,
  options
) => {
  const found = findings(options, numbersShape(given))
  const numbers: ReadonlyArray<unknown> = array(given)
  const { maxNumbers } = UnsubscribeRequest
  if (Array.isArray(given) && (numbers.length === 0 || numbers.length > maxNumbers)) {
    found.add("BlockNumbers", {
      path: [],
      message: `${numbers.length} numbers; a request has 1-${maxNumbers}. ${
        numbers.length === 0 ? "Add one" : "Divide them among several requests"
      }`,
      actual: numbers.length,
      limit: maxNumbers
    })
  }
  const digits = numbers.map((number, index) => readNumber(found, [index], number, asRecipient))
  // All that its schema asks for has been looked at.
  return reading(found, digits as unknown as UnsubscribeRequest.Normalized)
}

/**
 * Checks numbers to put on the block list, or to take off it.
 *
 * **Example** (No numbers)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * Preflight.checkUnsubscribes([], {}).errors.map(({ kind }) => kind) // => ["BlockNumbers"]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const checkUnsubscribes: Check<UnsubscribeRequest.UnsubscribeRequest, Options> = checkBy(readUnsubscribes)

const unsubscribeShape = shape.check(Schema.Struct({
  ...UnsubscribeQuery.UnsubscribeQuery.fields,
  clientTelNo: Schema.optionalKey(Schema.String),
  pageSize: Schema.optionalKey(Schema.Int)
}))

/**
 * Reads a search of the block list: what {@link checkUnsubscribeSearch} finds, and the search as it goes out.
 *
 * **Example** (As it goes out)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * const { value } = Preflight.readUnsubscribeSearch({ clientTelNo: "010-1234-5678" }, {})
 *
 * String(value?.clientTelNo) // => "01012345678"
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const readUnsubscribeSearch: Read<UnsubscribeQuery.UnsubscribeQuery, Options, UnsubscribeQuery.Normalized> = (
  given,
  options
) => {
  const query: unknown = given
  const input = plain.isObject(query) ? plain.defined(query) : undefined
  if (input !== undefined) {
    if ("start" in input) input["start"] = plain.instant(input["start"])
    if ("end" in input) input["end"] = plain.instant(input["end"])
  }
  const found = findings(options, unsubscribeShape(input ?? query))
  if (input !== undefined) {
    if ("clientTelNo" in input) {
      input["clientTelNo"] = readNumber(found, ["clientTelNo"], input["clientTelNo"], plain.filter)
    }
    checkPageSize(found, input["pageSize"], 0, UnsubscribeQuery.maxPageSize)
    const { end, start } = input
    if (DateTime.isDateTime(start) && DateTime.isDateTime(end)) checkOrder(found, [], start, end)
  }
  // All that its schema asks for has been looked at.
  return reading(found, input as unknown as UnsubscribeQuery.Normalized)
}

/**
 * Checks a search of the block list.
 *
 * **Example** (A page that is too large)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 *
 * Preflight.checkUnsubscribeSearch({ pageSize: 101 }, {}).errors.map(({ kind }) => kind) // => ["PageSize"]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const checkUnsubscribeSearch: Check<UnsubscribeQuery.UnsubscribeQuery, Options> = checkBy(readUnsubscribeSearch)
