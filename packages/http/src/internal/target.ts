/**
 * The request target, built once: what is signed is, byte for byte, what goes over the wire.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as Result from "effect/Result"

const root = "/sms/v2/services/"

/**
 * The path of an operation, for people and dashboards: `segments` are those behind the service id, with names in braces in
 * place of ids.
 *
 * @internal
 */
export const template = (segments: ReadonlyArray<string>): string => `${root}{serviceId}/${segments.join("/")}`

/**
 * The path of an operation. Ids are opaque: they are percent-encoded, but for the colons of a service id, which the
 * documents leave as they are. `.` and `..` would name another resource (RFC 3986, section 5.2.4), and a lone surrogate
 * cannot be written at all.
 *
 * @internal
 */
export const path = (segments: ReadonlyArray<string>): Result.Result<string, SensError.InvalidRequest> => {
  const encoded = segments.map((segment) => segment === "." || segment === ".." ? Result.failVoid : encode(segment))
  return Result.mapError(
    Result.map(Result.all(encoded), (parts) => `${root}${parts.join("/").replaceAll("%3A", ":")}`),
    () =>
      new SensError.InvalidRequest({
        issues: [{ path: [], kind: "Id", message: "An id that cannot stand in a path: \".\", \"..\" or broken text" }]
      })
  )
}

/**
 * A query, with `%20` for a space (never `+`), in the order given.
 *
 * @internal
 */
export const query = (
  params: ReadonlyArray<readonly [name: string, value: string]>
): Result.Result<string, SensError.InvalidRequest> =>
  Result.mapError(
    Result.map(
      Result.all(params.map(([name, value]) => Result.map(encode(value), (encoded) => `${name}=${encoded}`))),
      (parts) => parts.length === 0 ? "" : `?${parts.join("&")}`
    ),
    () =>
      new SensError.InvalidRequest({
        issues: [{ path: [], kind: "Query", message: "A parameter holds broken text (a lone surrogate)" }]
      })
  )

const encode = (text: string): Result.Result<string, void> =>
  text.isWellFormed() ? Result.succeed(encodeURIComponent(text)) : Result.failVoid
