/**
 * What lies below an answer: the failures of a connection, and bodies of a bounded size.
 */
import * as SensError from "@effect-sens/core/SensError"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import * as Exchange from "./exchange.ts"
import * as Fetch from "./fetch.ts"

/**
 * The code of a request that was not sent, since its timestamp is for one request, which has gone out.
 *
 * @internal
 */
export const alreadySigned = "AlreadySigned"

// Codes of Node (dns, net, tls, http), undici and Bun that can only arise before a request is written.
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
  // What cannot be written is refused before it is tried.
  "UND_ERR_INVALID_ARG",
  "ERR_INVALID_CHAR",
  "ERR_INVALID_HTTP_TOKEN",
  "ERR_HTTP_INVALID_HEADER_VALUE",
  "ERR_UNESCAPED_CHARACTERS",
  "ERR_INVALID_PROTOCOL",
  // Our own: what must not be signed again does not go out.
  alreadySigned
])

// Steps of Node that come before a connection is there, whatever went wrong in them.
const before = new Set(["connect", "getaddrinfo"])

// The words of those that have no code for it: Node's `fetch` and its TLS, the proxies of undici, Deno, Bun, workerd.
const words: ReadonlyArray<readonly [pattern: RegExp, code: string]> = [
  [/^bad port$|^Fetch failed: Requests to port \d+ are blocked$/, "BlockedPort"],
  [
    /^unknown scheme$|^Url scheme '[^']*' not supported$|^protocol must be http:, https: or s3:$|^Fetch API cannot load: /,
    "UnsupportedScheme"
  ],
  [/^Client network socket disconnected before secure TLS connection was established/, "TlsHandshake"],
  [/^EPROTO: The TLS handshake failed/, "TlsHandshake"],
  [/^Proxy response \(\d+\) !== 200 when HTTP Tunneling/, "ProxyTunnel"]
]

// Deno's, of a connection that could not be made. Its `fetch` sends a request again by itself when a kept connection breaks under it,
// so it may be that of the second try.
const notConnected = /: client error \(Connect\)(?::|$)/

interface Leaf {
  readonly code: string | undefined
  /** Whether it proves that nothing was sent. */
  readonly isProof: boolean
}

const leaf = (error: object, isOnce: boolean): Leaf | undefined => {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined
  const message = "message" in error && typeof error.message === "string" ? error.message : ""
  const said = words.find(([pattern]) => pattern.test(message))
  if (said !== undefined) return { code: code ?? said[1], isProof: true }
  if (code === undefined && notConnected.test(message)) return { code: "Connect", isProof: isOnce }
  if (code === undefined) return undefined
  const step = "syscall" in error && typeof error.syscall === "string" ? error.syscall : ""
  return { code, isProof: nothingSent.has(code) || before.has(step) }
}

// `fetch` hides the error of the socket in `cause`, and an attempt at several addresses in `errors`.
const leaves = (error: unknown, isOnce = false, depth = 0): ReadonlyArray<Leaf> => {
  if (typeof error !== "object" || error === null || depth > 5) return []
  const once = isOnce || Fetch.wasTriedOnce(error)
  if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) {
    // An error without a code proves nothing for its address.
    return error.errors.flatMap((inner) => {
      const found = leaves(inner, once, depth + 1)
      return found.length === 0 ? [{ code: "unknown", isProof: false }] : found
    })
  }
  const found = leaf(error, once)
  return found !== undefined ? [found] : "cause" in error ? leaves(error.cause, once, depth + 1) : []
}

// RFC 9110, sections 5.1 and 5.5; `fetch` takes white space off the ends of a value.
const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/
const unwritable = /\p{Cc}|[^\0-\xFF]/u

// What runtimes say of a header that they do not write: Node (undici, WebIDL), Bun, Deno, workerd.
const refusesHeader = new RegExp([
  "^Headers\\.append: [^]* is an invalid header (?:name|value)\\.$",
  "^Cannot convert argument to a ByteString because the character at index \\d+ has a value of \\d+ which is greater than 255\\.$",
  "^Header '[^']*' has invalid value$",
  "^Invalid header (?:name|value)(?:: [^]*|\\.)$",
  "^Failed to construct 'Request': 'headers' of 'RequestInit' \\(Argument 2\\) is not a valid ByteString$",
  "^failed to parse header value$"
].join("|"))

/**
 * Whether a transport says of a header that cannot be written that it does not write it. That it cannot be written is no proof by
 * itself: workerd sends Korean in a header, as UTF-8.
 */
const isHeaderRefused = (error: unknown, { headers }: HttpClientRequest.HttpClientRequest): boolean =>
  error instanceof Error && refusesHeader.test(error.message) &&
  Object.entries(headers).some(([name, value]) => !token.test(name) || unwritable.test(value.trim()))

// It stands in messages, and is that of whatever transport there is.
const shown = (code: string): string =>
  /^[\w.-]{1,40}$/.test(code) && code.replace(/\D/g, "").length < 4 ? code : "unknown"

/**
 * Nothing was sent where the transport knows that the request was not begun. Of one that does not know, only where it is proved for every address that was tried, or where the transport does not write the request;
 * anything else may have been.
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
      const found = leaves(failed.cause)
      const code = found[0]?.code
      // An answer that breaks off has come to a request that was sent, whatever it broke off for.
      if (failed._tag !== "TransportError") {
        return new SensError.ConnectionLost(code === undefined ? {} : { code: shown(code) })
      }
      // A transport that knows needs no proof.
      const isBegun = Exchange.wasBegun(error)
      if (isBegun !== undefined) {
        return isBegun
          ? new SensError.ConnectionLost(code === undefined ? {} : { code: shown(code) })
          : new SensError.ConnectionFailed({ code: code === undefined ? "NotBegun" : shown(code) })
      }
      if (code === undefined) {
        return isHeaderRefused(failed.cause, failed.request)
          ? new SensError.ConnectionFailed({ code: "InvalidHeader" })
          : new SensError.ConnectionLost({})
      }
      return found.every(({ isProof }) => isProof)
        ? new SensError.ConnectionFailed({ code: shown(code) })
        : new SensError.ConnectionLost({ code: shown(code) })
    }
  }
}

/**
 * What a transport came to that died, as `node:http` does of a header that it refuses.
 *
 * @internal
 */
export const defect = (error: unknown): SensError.Reason => {
  const found = leaves(error)
  const code = found[0]?.code
  return code !== undefined && found.every(({ isProof }) => isProof)
    ? new SensError.ConnectionFailed({ code: shown(code) })
    : new SensError.ConnectionLost({ code: "Defect" })
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
  if (Exchange.Collected in response) {
    return response[Exchange.Collected] === "cut" ? Effect.fail(new TooLarge()) : response.text
  }
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
