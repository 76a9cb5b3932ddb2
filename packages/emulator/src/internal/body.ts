/**
 * Reading a JSON body with the errors of the service.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
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

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is wrong with a value, in the order of its fields. */
export const problems = (issue: SchemaIssue.Issue): ReadonlyArray<string> =>
  format(issue).issues.map(({ message }) => message)

export const read = <S extends Schema.Decoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
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
    notes.body = text.slice(0, Ledger.bodyLimit)
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
