/**
 * From an HTTP answer to a value or a reason: the one place that knows what a status and a body mean.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Redact from "./redact.ts"

/**
 * An answer whose body was read, or left where it is larger than it may be.
 *
 * @internal
 */
export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: string
  readonly tooLarge?: boolean
}

/**
 * How an answer is looked at. Times in milliseconds since 1970: `at` and `signedAt` by the clock of this machine, `date` by
 * the gateway's; `tolerance` is how far the gateway lets the two differ.
 *
 * @internal
 */
export interface Seen {
  readonly at: number
  readonly signedAt: number | undefined
  readonly date: number | undefined
  readonly tolerance: number
}

/** @internal */
export type Read<A> = (answer: Answer, seen: Seen) => Result.Result<A, SensError.Reason>

// -----------------------------------------------------------------------------
// Bodies of failures
// -----------------------------------------------------------------------------

// So much of what a body says is looked at, however much it is: of texts that are listed, and of one that is no JSON.
const mostTexts = 20
const mostOfPage = 10_000

const parse = Option.liftThrowable((body: string): unknown => JSON.parse(body))

const get = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined

const texts = (...values: ReadonlyArray<unknown>): Array<string> =>
  values.map(text).filter((text) => text !== undefined)

interface Details {
  readonly gatewayCode?: string
  readonly detail: ReadonlyArray<string>
  readonly errors: ReadonlyArray<string>
  /** The beginning of a body that is no JSON. */
  readonly page: string
}

/** In the order in which the bodies of the gateway and of SENS are told apart. */
const details = (body: string): Details => {
  const json = parse(body)
  const parsed = Option.getOrUndefined(json)
  const page = Option.isNone(json) ? body.slice(0, mostOfPage).trim() : ""
  const gateway = get(parsed, "error")
  const code = text(get(gateway, "errorCode")) ?? text(get(parsed, "errorCode"))
  // A code that is none of the gateway's may be anything.
  const gatewayCode = code !== undefined && /^\d{1,3}$/.test(code) ? { gatewayCode: code } : {}
  const listed = get(parsed, "errors")
  const errors = Array.isArray(listed) ? texts(...listed.slice(0, mostTexts)) : texts(listed)
  const detail = texts(
    get(gateway, "message"),
    get(gateway, "details"),
    get(parsed, "errorMessage"),
    gateway,
    get(parsed, "message"),
    get(parsed, "statusMessage")
  )
  // What is no JSON, or none of these.
  if (detail.length === 0 && errors.length === 0) detail.push(...texts(page || body.slice(0, mostOfPage).trim()))
  return { ...gatewayCode, detail, errors, page }
}

/** What may be shown, and the texts themselves for whoever wants to look. */
const told = <R extends SensError.Reason>(reason: R, texts: ReadonlyArray<string>): R =>
  SensError.withServiceText(reason, texts.slice(0, mostTexts).map((text) => text.slice(0, Redact.longest)))

const joined = (texts: ReadonlyArray<string>, show: (text: string) => string): string =>
  texts.map(show).join(": ").slice(0, Redact.longest)

// Codes that the documents have tell nothing of anybody; any other counts as a number of the answer.
const documented = new Set(["100", "200", "210", "230", "300", "400", "410", "420", "430", "500", "510", "900"])
const statuses = /^(?:200|20[1-6]|30[0-8]|40[0-9]|41[0-7]|42[1-9]|431|451|50[0-8]|51[01])$/

// -----------------------------------------------------------------------------
// Headers
// -----------------------------------------------------------------------------

const traceId = (answer: Answer): { readonly traceId?: string } => {
  const id = answer.headers["x-ncp-trace-id"]
  return id === undefined || !Redact.isId(id) ? {} : { traceId: id }
}

const retryAfter = (answer: Answer, at: number) =>
  Option.match(
    Option.flatMap(
      Option.fromUndefinedOr(answer.headers["retry-after"]),
      (header) => Result.getSuccess(Headers.parseRetryAfter(header))
    ),
    {
      onNone: () => ({}),
      onSome: (parsed) => {
        const delay = Headers.retryAfterDelay(parsed, at)
        // Nobody is told to wait for longer than a day: it is some other number.
        return Duration.isLessThanOrEqualTo(delay, Duration.days(1)) ? { retryAfter: delay } : {}
      }
    }
  )

// What counts is the timestamp that was signed: the clock may have been set right since. A `Date` leaves out the fraction
// of its second, and the answer took a while.
const authentication = ({ date, signedAt, tolerance }: Seen): SensError.AuthenticationFailed["why"] =>
  date === undefined || signedAt === undefined
    ? "Unknown"
    : Math.abs(date + 500 - signedAt) > tolerance - 1000
    ? "ClockSkew"
    : "Signature"

const speaksOfDay = /daily|per.day|일일|하루/i
const speaksOfRate =
  /\brate\b|rate.?limit|throttl|too fast|slow.?down|per.(?:second|minute)|초당|분당|속도|잠시 후|너무 많/i
// In JSON that is but the name of the status; a proxy that limits the rate has no other words for it.
const pageOfRate = /too many requests/i

/** What a 429 is: the code of the gateway, then `Retry-After`, then a body that speaks of rate, else the quota. */
const isThrottled = ({ detail, errors, gatewayCode, page }: Details, hasDelay: boolean): boolean => {
  if (gatewayCode === "410" || gatewayCode === "420") return true
  if (gatewayCode === "400") return false
  if (hasDelay) return true
  const said = [...detail, ...errors, page].map((text) => text.slice(0, mostOfPage))
  if (said.some((text) => speaksOfDay.test(text))) return false
  return said.some((text) => speaksOfRate.test(text)) || pageOfRate.test(page)
}

// -----------------------------------------------------------------------------
// Reasons
// -----------------------------------------------------------------------------

/**
 * Why an answer that is no success failed. API Gateway errors and the statuses of every operation in the SENS docs.
 *
 * @internal
 */
export const reason = (answer: Answer, seen: Seen): SensError.Reason => {
  const said = details(answer.body)
  return told(classified(answer, seen, said), [...said.errors, ...said.detail])
}

const classified = (answer: Answer, seen: Seen, said: Details): SensError.Reason => {
  const { detail, errors, gatewayCode } = said
  const digits = Redact.digits()
  // That many stand beside it.
  const counted = `Validation failed. ${errors.length} error(s)`
  const show = (text: string) => text === counted ? text : Redact.known(text, digits)
  const isCode = gatewayCode !== undefined && (documented.has(gatewayCode) || Redact.take(digits, gatewayCode.length))
  const shown = joined(detail, show)
  const answered = {
    status: answer.status,
    ...isCode ? { gatewayCode } : {},
    ...shown === "" ? {} : { detail: shown },
    ...traceId(answer)
  }
  const refused = () => new SensError.BadRequest({ ...answered, errors: errors.map(show) })
  switch (answer.status) {
    case 401:
      return gatewayCode === "210"
        ? new SensError.PermissionDenied(answered)
        : new SensError.AuthenticationFailed({ ...answered, why: authentication(seen) })
    case 403:
      return new SensError.PermissionDenied(answered)
    case 404:
      return new SensError.NotFound(answered)
    case 413:
      return new SensError.PayloadTooLarge(answered)
    case 429: {
      const waiting = retryAfter(answer, seen.at)
      return isThrottled(said, "retryAfter" in waiting)
        ? new SensError.Throttled({ ...answered, ...waiting })
        : new SensError.QuotaExceeded({ ...answered, ...waiting })
    }
  }
  if (answer.status === 408 || answer.status >= 500) {
    return new SensError.ServerFault({ ...answered, ...retryAfter(answer, seen.at) })
  }
  if (answer.status >= 400) return refused()
  return unexpected(
    answer,
    answer.status >= 300 || answer.status === 0 ? "a redirect, which is never followed" : undefined
  )
}

/**
 * An answer that the documents do not allow.
 *
 * @internal
 */
export const unexpected = (answer: Answer, detail: string | undefined): SensError.Reason => {
  const beginning = answer.body.slice(0, mostOfPage).trim()
  const excerpt = Redact.known(beginning)
  return told(
    new SensError.UnexpectedResponse({
      status: answer.status,
      ...traceId(answer),
      ...detail === undefined ? {} : { detail },
      ...excerpt === "" ? {} : { excerpt }
    }),
    beginning === "" ? [] : [beginning]
  )
}

/**
 * A success of which nothing is there.
 *
 * @internal
 */
export const notFound = (answer: Answer): SensError.Reason =>
  new SensError.NotFound({ status: answer.status, ...traceId(answer) })

// A code may come with its words, or as a fraction: "202 ACCEPTED", "202.0".
const isSuccess = (statusCode: string | undefined): boolean =>
  statusCode === undefined || /^\s*2\d\d(?![\p{L}\d])/u.test(statusCode)

/**
 * Reads the body of a success. A body that says failed is `Rejected`, one that cannot be read `UnexpectedResponse`: by its
 * `statusCode`, or as `isFailure` has it of the name in lower case. Where that is given, what can be read is the answer to a send, and
 * bears its id: then a code that is none of success does not say that nothing was accepted.
 *
 * @internal
 */
export const decode = <A>(
  read: (body: unknown) => Option.Option<A>,
  isFailure?: (statusName: string) => boolean
): Read<A> =>
(answer) => {
  const body = parse(answer.body)
  if (Option.isNone(body)) return Result.fail(unexpected(answer, "not JSON"))
  const statusCode = text(get(body.value, "statusCode"))
  const statusName = text(get(body.value, "statusName")) ?? ""
  const hasFailed = isFailure?.(statusName.trim().toLowerCase()) ?? false
  if (!hasFailed && isSuccess(statusCode)) {
    return Result.fromOption(read(body.value), () => unexpected(answer, "not the documented shape"))
  }
  if (!hasFailed && isFailure !== undefined && Option.isSome(read(body.value))) {
    return Result.fail(unexpected(answer, "an id, with a statusCode that is none of success"))
  }
  const said = texts(get(body.value, "statusMessage"))
  const digits = Redact.digits()
  const show = (text: string) => Redact.known(text, digits)
  const shownCode = statusCode !== undefined && statuses.test(statusCode)
    ? statusCode
    : show((statusCode ?? "").slice(0, 20))
  const shown = joined(said, show)
  return Result.fail(told(
    new SensError.Rejected({
      status: answer.status,
      ...traceId(answer),
      ...shown === "" ? {} : { detail: shown },
      statusCode: shownCode,
      statusName: show(statusName.slice(0, 40))
    }),
    said
  ))
}
