/**
 * From an HTTP answer to a value or a reason: the one place that knows what a status and a body mean.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
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
  readonly redact: Redact.Redact
  readonly at: number
  readonly signedAt: number | undefined
  readonly date: number | undefined
  readonly tolerance: number
}

/** @internal */
export type Read<A> = (answer: Answer, seen: Seen) => Result.Result<A, SensError.Reason>

// -----------------------------------------------------------------------------
// Bodies of failures, in the order in which they are told apart
// -----------------------------------------------------------------------------

const code = Schema.Union([Schema.String, Schema.Int])
const texts = Schema.Union([Schema.String, Schema.Array(Schema.String)])

const Gateway = Schema.Struct({
  error: Schema.Struct({
    errorCode: code,
    message: Schema.optional(Schema.NullOr(Schema.String)),
    details: Schema.optional(Schema.NullOr(Schema.String))
  })
})

const Flat = Schema.Struct({
  errorCode: Schema.optional(code),
  errorMessage: Schema.optional(Schema.NullOr(Schema.String)),
  errors: Schema.optional(Schema.NullOr(texts)),
  error: Schema.optional(Schema.NullOr(Schema.String)),
  message: Schema.optional(Schema.NullOr(Schema.String)),
  statusMessage: Schema.optional(Schema.NullOr(Schema.String))
})

const decodeGateway = Schema.decodeUnknownOption(Schema.fromJsonString(Gateway))
const decodeFlat = Schema.decodeUnknownOption(Schema.fromJsonString(Flat))

interface Details {
  readonly gatewayCode?: string
  readonly detail?: string
  readonly errors: ReadonlyArray<string>
}

const nonEmpty = (texts: ReadonlyArray<string | null | undefined>) =>
  texts.filter((text): text is string => typeof text === "string" && text !== "")

const describe = (body: string, redact: Redact.Redact): Details => {
  const detail = (texts: ReadonlyArray<string>) =>
    texts.length === 0 ? {} : { detail: redact(texts.join(": ")).slice(0, 200) }
  const gateway = decodeGateway(body)
  if (Option.isSome(gateway)) {
    const { details, errorCode, message } = gateway.value.error
    return { gatewayCode: String(errorCode), ...detail(nonEmpty([message, details])), errors: [] }
  }
  const flat = decodeFlat(body)
  if (Option.isSome(flat)) {
    const { error, errorCode, errorMessage, errors, message, statusMessage } = flat.value
    return {
      ...errorCode === undefined ? {} : { gatewayCode: String(errorCode) },
      ...detail(nonEmpty([errorMessage, error, message, statusMessage])),
      errors: nonEmpty(typeof errors === "string" ? [errors] : errors ?? []).map((text) => redact(text).slice(0, 200))
    }
  }
  return { ...detail(nonEmpty([Redact.excerpt(redact, body)])), errors: [] }
}

// -----------------------------------------------------------------------------
// Headers
// -----------------------------------------------------------------------------

const traceId = (answer: Answer): { readonly traceId?: string } => {
  const id = answer.headers["x-ncp-trace-id"]
  return id === undefined || id === "" ? {} : { traceId: id.slice(0, 200) }
}

const retryAfter = (answer: Answer, at: number) =>
  Option.match(
    Option.flatMap(
      Option.fromUndefinedOr(answer.headers["retry-after"]),
      (header) => Result.getSuccess(Headers.parseRetryAfter(header))
    ),
    { onNone: () => ({}), onSome: (parsed) => ({ retryAfter: Headers.retryAfterDelay(parsed, at) }) }
  )

// What counts is the timestamp that was signed: the clock may have been set right since. A `Date` leaves out the fraction
// of its second, and the answer took a while.
const authentication = ({ date, signedAt, tolerance }: Seen): SensError.AuthenticationFailed["why"] =>
  date === undefined || signedAt === undefined
    ? "Unknown"
    : Math.abs(date + 500 - signedAt) > tolerance - 1000
    ? "ClockSkew"
    : "Signature"

// -----------------------------------------------------------------------------
// Reasons
// -----------------------------------------------------------------------------

/**
 * Why an answer that is no success failed. API Gateway errors and the statuses of every operation in the SENS docs.
 *
 * @internal
 */
export const reason = (answer: Answer, seen: Seen): SensError.Reason => {
  const { errors, ...details } = describe(answer.body, seen.redact)
  const answered = { status: answer.status, ...details, ...traceId(answer) }
  switch (answer.status) {
    case 400:
    case 405:
    case 415:
      return new SensError.BadRequest({ ...answered, errors })
    case 401:
      return details.gatewayCode === "210"
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
      const throttled = details.gatewayCode === "410" || details.gatewayCode === "420" ||
        (details.gatewayCode !== "400" && "retryAfter" in waiting)
      return throttled
        ? new SensError.Throttled({ ...answered, ...waiting })
        : new SensError.QuotaExceeded({ ...answered, ...waiting })
    }
  }
  if (answer.status === 408 || answer.status >= 500) {
    return new SensError.ServerFault({ ...answered, ...retryAfter(answer, seen.at) })
  }
  return answer.status >= 400
    ? new SensError.BadRequest({ ...answered, errors })
    : unexpected(
      answer,
      seen,
      answer.status >= 300 || answer.status === 0 ? "a redirect, which is never followed" : undefined
    )
}

/**
 * An answer that the documents do not allow.
 *
 * @internal
 */
export const unexpected = (answer: Answer, { redact }: Seen, detail: string | undefined): SensError.Reason => {
  const excerpt = Redact.excerpt(redact, answer.body)
  return new SensError.UnexpectedResponse({
    status: answer.status,
    ...traceId(answer),
    ...detail === undefined ? {} : { detail },
    ...excerpt === "" ? {} : { excerpt }
  })
}

const parse = Option.liftThrowable((body: string): unknown => JSON.parse(body))

const field = (body: unknown, name: string): string => {
  const value: unknown = typeof body === "object" && body !== null && name in body ? Reflect.get(body, name) : undefined
  return typeof value === "string" || typeof value === "number" ? String(value) : ""
}

/**
 * Reads the body of a success. A body that says failed is `Rejected`, one that cannot be read `UnexpectedResponse`.
 *
 * @internal
 */
export const decode = <A>(schema: Schema.Decoder<A>) => {
  const decodeBody = Schema.decodeUnknownOption(schema)
  return (answer: Answer, seen: Seen): Result.Result<A, SensError.Reason> => {
    const { redact } = seen
    const body = parse(answer.body)
    if (Option.isNone(body)) return Result.fail(unexpected(answer, seen, "not JSON"))
    const statusCode = field(body.value, "statusCode")
    const statusName = field(body.value, "statusName")
    if (statusName.toLowerCase() === "fail" || !/^(?:2\d\d)?$/.test(statusCode)) {
      const statusMessage = field(body.value, "statusMessage")
      return Result.fail(
        new SensError.Rejected({
          status: answer.status,
          ...traceId(answer),
          ...statusMessage === "" ? {} : { detail: redact(statusMessage).slice(0, 200) },
          statusCode: redact(statusCode).slice(0, 20),
          statusName: redact(statusName).slice(0, 40)
        })
      )
    }
    return Option.match(decodeBody(body.value), {
      onNone: () => Result.fail(unexpected(answer, seen, "not the documented shape")),
      onSome: (value) => Result.succeed(value)
    })
  }
}
