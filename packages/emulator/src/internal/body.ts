/**
 * Reading a JSON body with the errors of the service.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Ledger from "../Ledger.ts"
import type { Notes } from "./exchange.ts"
import * as ServiceError from "./serviceError.ts"

const tooLarge = () =>
  new ServiceError.EntityTooLarge({
    error: ServiceError.gatewayBody({ code: "430", details: "The request body is too large." })
  })

const unreadable = (problem: string) => ServiceError.validationFailed([problem])

const isJson = (contentType: string): boolean => {
  const mediaType = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? ""
  return mediaType === "" || mediaType === "application/json" || /^application\/[\w.-]+\+json$/.test(mediaType)
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    const wrongType = issue._tag === "InvalidType" ? issue.ast.annotations?.["wrongType"] : undefined
    // Where there is nothing the answer is that of an empty field.
    return typeof wrongType === "string" && SchemaIssue.hasInput(issue) && issue.input !== null
      ? wrongType
      : SchemaIssue.defaultLeafHook(issue)
  }
})

/** `messages.3.to`; outside of a list the sentence says enough. */
const placeOf = (path: ReadonlyArray<unknown> = []): string | undefined => {
  const parts = path.map((part) => Predicate.hasProperty(part, "key") ? part.key : part)
  return parts.some(Predicate.isNumber) ? parts.map(String).join(".") : undefined
}

/**
 * What is wrong with a value, in the order of its fields. A sentence tells where inside of a list the first one is that it is
 * about, and how many more there are; the sentences that SENS was seen to answer stay as they were seen.
 */
export const problems = (issue: SchemaIssue.Issue): ReadonlyArray<string> => {
  const found = new Map<string, { readonly place: string | undefined; more: number }>()
  for (const { message, path } of format(issue).issues) {
    const before = found.get(message)
    if (before === undefined) found.set(message, { place: placeOf(path), more: 0 })
    else before.more++
  }
  return Array.from(found, ([message, { more, place }]) =>
    place === undefined || ServiceError.observed.has(message)
      ? message
      : more === 0
      ? `${message} (${place})`
      : `${message} (${place} and ${more} more)`)
}

/** A copy, since a slice would keep all of the text it is of. */
const beginning = (text: string): string => {
  if (text.length <= Ledger.bodyLimit) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(Ledger.bodyLimit - 1)) ? Ledger.bodyLimit - 1 : Ledger.bodyLimit
  return new TextDecoder().decode(new TextEncoder().encode(text.slice(0, end)))
}

export const read = <S extends Schema.Decoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", reportInput: true })
  return Effect.fnUntraced(function*(options: {
    readonly request: HttpServerRequest.HttpServerRequest
    readonly maxBodyBytes: number
    readonly notes: Notes
  }): Effect.fn.Return<
    S["Type"],
    ServiceError.EntityTooLarge | ServiceError.UnsupportedMediaType | ServiceError.ValidationFailed
  > {
    const { maxBodyBytes, notes, request } = options
    const contentType = request.headers["content-type"] ?? ""
    if (!isJson(contentType)) {
      return yield* new ServiceError.UnsupportedMediaType({
        status: 415,
        error: "Unsupported Media Type",
        message: `Content type '${contentType}' not supported`
      })
    }
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return yield* tooLarge()
    const buffer = yield* Effect.mapError(
      request.arrayBuffer,
      (error) =>
        error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
          ? tooLarge()
          : unreadable("The request body cannot be read.")
    )
    if (buffer.byteLength > maxBodyBytes) return yield* tooLarge()

    const text = yield* Effect.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(buffer),
      catch: () => unreadable("The request body is not UTF-8.")
    })
    notes.body = beginning(text)
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => unreadable("The request body is not JSON.")
    })
    const decoded = decode(json)
    return Result.isSuccess(decoded)
      ? decoded.success
      : yield* ServiceError.validationFailed(problems(decoded.failure.issue))
  })
}
