/**
 * What lies below an answer: the failures of a connection, and bodies of a bounded size.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

/**
 * The code of a request that was not sent, since its timestamp is for one request, which has gone out.
 *
 * @internal
 */
export const alreadySigned = "AlreadySigned"

// Codes of Node (dns, net, tls), undici and Bun that can only arise before a request is written.
const nothingSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  // Our own: what must not be signed again does not go out.
  alreadySigned
])

// `fetch` hides the code of the socket in `cause`, and an attempt at several addresses in `errors`.
const codes = (error: unknown, depth = 0): ReadonlyArray<string> => {
  if (typeof error !== "object" || error === null || depth > 5) return []
  if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) {
    // An error without a code proves nothing for its address.
    return error.errors.flatMap((inner) => {
      const found = codes(inner, depth + 1)
      return found.length === 0 ? ["unknown"] : found
    })
  }
  if ("code" in error && typeof error.code === "string") return [error.code]
  return "cause" in error ? codes(error.cause, depth + 1) : []
}

/**
 * Nothing was sent only where a known code proves it for every address that was tried; anything else may have been.
 *
 * @internal
 */
export const reason = (error: HttpClientError.HttpClientError): SensError.Reason => {
  const failed = error.reason
  switch (failed._tag) {
    case "InvalidUrlError":
    case "EncodeError":
      return new SensError.InvalidRequest({
        issues: [{ path: [], kind: failed._tag, message: "The request cannot be written as an HTTP request" }]
      })
    default: {
      const found = codes(failed.cause)
      const [code] = found
      if (code === undefined) return new SensError.ConnectionLost({})
      return found.every((code) => nothingSent.has(code))
        ? new SensError.ConnectionFailed({ code })
        : new SensError.ConnectionLost({ code })
    }
  }
}

/** @internal */
export class TooLarge {
  readonly _tag = "TooLarge"
}

const utf8 = new TextDecoder()

/**
 * Reads a body of at most `limit` bytes. A length that the server tells spares the counting.
 *
 * @internal
 */
export const text = (
  response: HttpClientResponse.HttpClientResponse,
  headers: Headers.Headers,
  limit: number
): Effect.Effect<string, HttpClientError.HttpClientError | TooLarge> => {
  if (response.status === 204) return Effect.succeed("")
  const length = Number(headers["content-length"])
  if (length > limit) return Effect.fail(new TooLarge())
  // The length of an encoded body is not that of its text.
  if (length <= limit && headers["content-encoding"] === undefined) return response.text
  return Stream.runFoldEffect(
    response.stream,
    () => ({ chunks: [] as Array<Uint8Array>, size: 0 }),
    (read, chunk) => {
      read.size += chunk.length
      if (read.size > limit) return Effect.fail(new TooLarge())
      read.chunks.push(chunk)
      return Effect.succeed(read)
    }
  ).pipe(
    Effect.map(({ chunks, size }) => {
      const bytes = new Uint8Array(size)
      let offset = 0
      for (const chunk of chunks) {
        bytes.set(chunk, offset)
        offset += chunk.length
      }
      return utf8.decode(bytes)
    }),
    // An empty body is an answer like any other.
    Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed(""))
  )
}
