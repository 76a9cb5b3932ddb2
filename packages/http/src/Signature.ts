/**
 * NAVER Cloud's API Gateway signature, version 2.
 *
 * The signed text is `METHOD SP target LF timestamp LF accessKey`, its HMAC-SHA256 goes into a header as Base64. The
 * target is path and query byte for byte as they go over the wire. NAVER docs, "Ncloud API", section "Create signature".
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Url from "effect/http/Url"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Signer from "./Signer.ts"

/**
 * The names of the three headers.
 *
 * @category constants
 * @since 0.1.0
 */
export const headers = {
  timestamp: "x-ncp-apigw-timestamp",
  accessKey: "x-ncp-iam-access-key",
  signature: "x-ncp-apigw-signature-v2"
} as const

/**
 * The keys of a NAVER Cloud account, or of a sub account.
 *
 * @category models
 * @since 0.1.0
 */
export interface Credentials {
  /** Names the account; it goes along with every request. */
  readonly accessKey: Redacted.Redacted
  /** Signs; it never leaves the program. */
  readonly secretKey: Redacted.Redacted
}

/**
 * What a signature covers. `target` is the request target on the wire (RFC 9112, section 3.2.1): the path, and `?` with
 * the query where there is one, already percent-encoded. `timestamp` is in milliseconds since 1970. The body is not signed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signed {
  /** The HTTP method; it is signed in capitals. */
  readonly method: string
  /** Path and query as they go over the wire, percent-encoded. */
  readonly target: string
  /** Milliseconds since 1970, by the clock of the gateway. */
  readonly timestamp: number
}

/**
 * The text that is signed.
 *
 * **Example** (Three lines)
 *
 * ```ts import.meta.vitest
 * import * as Signature from "@effect-sens/http/Signature"
 *
 * Signature.stringToSign({ method: "GET", target: "/photos/puppy.jpg?query1=&query2", timestamp: 1, accessKey: "key" }) // => "GET /photos/puppy.jpg?query1=&query2\n1\nkey"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const stringToSign = (options: Signed & { readonly accessKey: string }): string =>
  `${options.method.toUpperCase()} ${options.target}\n${options.timestamp}\n${options.accessKey}`

/**
 * Computes a signature, by the {@link Signer.Signer} of the fiber: HMAC-SHA256 in Base64, 44 characters. An empty secret key
 * is a defect.
 *
 * **Example** (A public test vector)
 *
 * ```ts import.meta.vitest
 * import * as Signature from "@effect-sens/http/Signature"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const signature = await Effect.runPromise(Signature.sign({
 *   method: "GET",
 *   target: "/cluster/kubeconfig",
 *   timestamp: 1668407407855,
 *   accessKey: Redacted.make("access"),
 *   secretKey: Redacted.make("secret")
 * }))
 *
 * signature // => "LTJli9+OKT2KvUXxiKslMfu5FIOmDN83avehOvgUFp0="
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const sign = Effect.fnUntraced(function*(options: Signed & Credentials): Effect.fn.Return<string> {
  const signer = yield* Signer.Signer
  const sign = yield* signer.withKey(options.secretKey)
  return yield* sign(stringToSign({ ...options, accessKey: Redacted.value(options.accessKey) }))
})

/**
 * Where the timestamp of a signature comes from, in milliseconds since 1970: by default the clock of this machine. It is read at the moment of
 * signing, so it can also tell when that was, and refuse by failing: then the request is not signed, and does not go out.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentTimestamp: Context.Reference<Effect.Effect<number, HttpClientError.HttpClientError>> = Context
  .Reference<Effect.Effect<number, HttpClientError.HttpClientError>>(
    "@effect-sens/http/Signature/CurrentTimestamp",
    { defaultValue: () => Clock.currentTimeMillis }
  )

const currentTimestamp = Effect.flatten(CurrentTimestamp)

/**
 * Makes a client sign every request, at the moment of sending and for every attempt, so that a request which waited or is
 * repeated bears a fresh timestamp. Works for every API behind NAVER Cloud's gateway, not for SENS alone.
 *
 * **Gotchas**
 *
 * Give it the transport itself. What waits or repeats (a rate limiter, a retry) belongs around the signed client:
 * put inside, it would send a signature of the past.
 *
 * A request whose URL is none fails with the `HttpClientError` of the client, whose reason is `InvalidUrlError`. An empty secret
 * key is a defect.
 *
 * **Example** (Headers that are made as the request goes out)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Signature from "@effect-sens/http/Signature"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* Signature.withSignature(yield* HttpClient.HttpClient, Account.options)
 *   const path = `/sms/v2/services/${Account.serviceId}/unsubscribes?pageSize=10`
 *   const response = yield* client.get(`https://sens.apigw.ntruss.com${path}`)
 *   const emulator = yield* Emulator.Emulator
 *   return [response.status, yield* emulator.signatureLog]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, EmulatorClient.layer())) // => [200, []]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withSignature: {
  /**
   * Makes a client sign every request, at the moment of sending and for every attempt.
   *
   * @category combinators
   * @since 0.1.0
   */
  (credentials: Credentials): (client: HttpClient.HttpClient) => Effect.Effect<HttpClient.HttpClient>
  /**
   * Makes a client sign every request, at the moment of sending and for every attempt.
   *
   * @category combinators
   * @since 0.1.0
   */
  (client: HttpClient.HttpClient, credentials: Credentials): Effect.Effect<HttpClient.HttpClient>
} = dual(
  2,
  Effect.fnUntraced(function*(
    client: HttpClient.HttpClient,
    credentials: Credentials
  ): Effect.fn.Return<HttpClient.HttpClient> {
    const signer = yield* Signer.Signer
    const hmac = yield* signer.withKey(credentials.secretKey)
    const accessKey = Redacted.value(credentials.accessKey)
    // Most requests of a client go to the same few places; the last is enough.
    let last = { url: "", target: "" }
    const signRequest = (request: HttpClientRequest.HttpClientRequest) => {
      let target = last.target
      const isPlain = request.urlParams.params.length === 0
      if (!isPlain || request.url !== last.url) {
        const url = Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash))
        if (Result.isFailure(url)) {
          return Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.InvalidUrlError({ request, cause: url.failure })
            })
          )
        }
        target = url.success.pathname + url.success.search
        if (isPlain) last = { url: request.url, target }
      }
      return Effect.flatMap(
        currentTimestamp,
        (timestamp) =>
          Effect.map(
            hmac(stringToSign({ method: request.method, target, timestamp, accessKey })),
            (signature) =>
              HttpClientRequest.setHeaders(request, {
                [headers.timestamp]: String(timestamp),
                [headers.accessKey]: accessKey,
                [headers.signature]: signature
              })
          )
      )
    }
    return HttpClient.makeWith(
      (request: Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.HttpClientError>) =>
        client.postprocess(Effect.flatMap(request, signRequest)),
      client.preprocess
    )
  })
)
