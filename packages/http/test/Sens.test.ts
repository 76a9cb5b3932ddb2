import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Inspectable from "effect/Inspectable"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import { signer } from "./emulated.ts"

const accessKey = "made-up-access-key"
const secretKey = "made-up-secret-key"
const text = "인증번호 738201"

const options: Sens.Options = {
  accessKey: Redacted.make(accessKey),
  secretKey: Redacted.make(secretKey),
  serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
  onAmbiguous: "fail"
}

// Each call made once: what is made again is the matter of Retry.test.ts and Reconcile.test.ts.
const once = ({ messages, ...others }: Sens.Service): Sens.Service => ({
  ...others,
  messages: {
    ...messages,
    send: (request, options) => Effect.provideService(messages.send(request, options), ...never),
    search: (query, page) => Effect.provideService(messages.search(query, page), ...never),
    result: (messageId) => Effect.provideService(messages.result(messageId), ...never)
  }
})

const never = [RetryPolicy.CurrentRetryPolicy, RetryPolicy.never] as const

const sms: SendRequest.SendRequest = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: text,
  messages: [{ to: PhoneNumber.make("01012345678") }, { to: PhoneNumber.make("01087654321"), content: "다른 문자" }]
}

const byRequestId = { requestId: RequestId.make("RSSA-1") }

type Transport = (
  request: HttpClientRequest.HttpClientRequest,
  url: URL
) => Effect.Effect<Response, HttpClientError.HttpClientError>

// A client on a transport of its own, and all that reached the transport.
const over = Effect.fnUntraced(function*(transport: Transport, overrides?: Partial<Sens.Options>) {
  const seen: Array<{ readonly request: HttpClientRequest.HttpClientRequest; readonly url: URL }> = []
  const client = HttpClient.make((request, url) =>
    Effect.suspend(() => {
      seen.push({ request, url })
      return Effect.map(transport(request, url), (response) => HttpClientResponse.fromWeb(request, response))
    })
  )
  const sens = yield* Effect.provideService(
    Sens.make({ ...options, ...overrides }),
    HttpClient.HttpClient,
    client
  )
  return { sens: once(sens), seen }
})

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  over(() => Effect.succeed(new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })))

const failing = (cause: unknown) =>
  over((request) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
  )

// What a POST came to: `send` would go on from there.
const sendReason = ({ sens: { messages } }: { readonly sens: Sens.Service }) =>
  Effect.flatMap(messages.prepare(sms), (intent) => messages.submit(intent, sms)).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason)
  )

const gateway = (errorCode: string | number, message = "message", details?: string) => ({
  error: { errorCode, message, ...details === undefined ? {} : { details } }
})

const accepted = {
  statusCode: "202",
  statusName: "success",
  requestId: "RSSA-1678195573358-3988-57284298-AbCdEfGh",
  requestTime: "2023-03-07T22:26:13.358"
}

describe("Sens.messages.send", () => {
  it.effect("posts the request, once, to the documented path", () =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(202, accepted)
      const response = yield* sens.messages.send(sms)
      assert.strictEqual(response.requestId, RequestId.make(accepted.requestId))
      assert.strictEqual(seen.length, 1)
      const [first] = seen
      assert.strictEqual(first?.request.method, "POST")
      assert.strictEqual(
        first?.url.href,
        "https://sens.apigw.ntruss.com/sms/v2/services/ncp:sms:kr:000000000000:demo/messages"
      )
      assert.strictEqual(first?.request.headers["content-type"], "application/json; charset=utf-8")
      assert.isUndefined(first?.request.headers["traceparent"])
      assert.isUndefined(first?.request.headers["b3"])
      assert.isTrue(first?.request.body._tag === "Uint8Array")
      if (first?.request.body._tag !== "Uint8Array") return
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(first.request.body.body)), {
        type: "SMS",
        from: "0212345678",
        content: text,
        messages: [{ to: "01012345678" }, { to: "01087654321", content: "다른 문자" }]
      })
    }))

  it.effect("takes an answer that holds no more than the id", () =>
    Effect.gen(function*() {
      const { sens } = yield* answering(202, { requestId: "1", requestTime: null, statusCode: 202, added: [] })
      assert.strictEqual((yield* sens.messages.send(sms)).requestId, RequestId.make("1"))
    }))

  it.effect("refuses a wrong request before anything is sent, with every problem and no value", () =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(202, accepted)
      const wrong = JSON.parse(JSON.stringify({
        ...sms,
        subject: "제목",
        from: "02-1234-56",
        content: "",
        messages: [{ to: "+81901234567890" }]
      }))
      const { reason } = yield* Effect.flip(sens.messages.send(wrong))
      assert.strictEqual(seen.length, 0)
      assert.isTrue(reason._tag === "InvalidRequest")
      if (reason._tag !== "InvalidRequest") return
      assert.sameMembers(reason.issues.map(({ path }) => path.join(".")), [
        "subject",
        "from",
        "content",
        "messages.0.to"
      ])
      assert.notMatch(JSON.stringify(reason) + reason.message, /제목|1234|8190/)
    }))

  it.effect.each([0, 101])("refuses %i recipients", (count) =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(202, accepted)
      const messages = Array.from({ length: count }, () => ({ to: "01012345678" }))
      const request = JSON.parse(JSON.stringify({ ...sms, messages }))
      const error = yield* Effect.flip(sens.messages.send(request))
      assert.strictEqual(error.reason._tag, "InvalidRequest")
      assert.strictEqual(seen.length, 0)
    }))
})

describe("answers that are no success", () => {
  const rows: ReadonlyArray<
    readonly [status: number, body: unknown, headers: Record<string, string>, expected: Record<string, unknown>]
  > = [
    [400, gateway("100"), {}, { _tag: "BadRequest", gatewayCode: "100" }],
    [
      400,
      {
        errors: ["The receiver(to) must be numeric and cannot exceed 25 characters."],
        errorMessage: "Validation failed. 1 error(s)",
        status: 400
      },
      {},
      {
        _tag: "BadRequest",
        errors: ["The receiver(to) must be numeric and cannot exceed 25 characters."],
        detail: "Validation failed. 1 error(s)"
      }
    ],
    [401, gateway("200"), {}, { _tag: "AuthenticationFailed", why: "Unknown" }],
    [401, gateway(200), { date: "Thu, 01 Jan 1970 00:04:00 GMT" }, { _tag: "AuthenticationFailed", why: "Signature" }],
    [401, gateway("210", "Permission Denied"), {}, { _tag: "PermissionDenied", detail: "Permission Denied" }],
    [403, gateway("230"), {}, { _tag: "PermissionDenied" }],
    [
      403,
      { status: 403, error: "Forbidden", message: "Do not have access to this 'serviceId'" },
      {},
      { _tag: "PermissionDenied", detail: "Forbidden: Do not have access to this 'serviceId'" }
    ],
    [404, gateway("300", "Not Found Exception", "URL not found."), {}, {
      _tag: "NotFound",
      gatewayCode: "300",
      detail: "Not Found Exception: URL not found."
    }],
    [404, "", {}, { _tag: "NotFound" }],
    [405, "", {}, { _tag: "BadRequest", status: 405 }],
    [413, gateway("430"), {}, { _tag: "PayloadTooLarge" }],
    [415, "", {}, { _tag: "BadRequest", status: 415 }],
    [418, "", {}, { _tag: "BadRequest", status: 418 }],
    [429, gateway("400"), {}, { _tag: "QuotaExceeded" }],
    [429, gateway("400"), { "retry-after": "3" }, { _tag: "QuotaExceeded", retryAfter: Duration.seconds(3) }],
    [429, gateway("410"), {}, { _tag: "Throttled" }],
    [429, gateway("420"), { "retry-after": "7" }, { _tag: "Throttled", retryAfter: Duration.seconds(7) }],
    [429, "", { "retry-after": "7" }, { _tag: "Throttled" }],
    [429, { statusCode: "429", statusName: "fail", statusMessage: "quota" }, {}, {
      _tag: "QuotaExceeded",
      detail: "quota"
    }],
    [408, "", {}, { _tag: "ServerFault", status: 408 }],
    [500, gateway("900"), {}, { _tag: "ServerFault", gatewayCode: "900" }],
    [502, "<html><body>Bad Gateway</body></html>", {}, { _tag: "ServerFault", status: 502 }],
    [503, gateway("500"), { "retry-after": "2" }, { _tag: "ServerFault", retryAfter: Duration.seconds(2) }],
    [504, gateway("510"), {}, { _tag: "ServerFault", gatewayCode: "510" }],
    [301, "", { location: "https://other.invalid/" }, { _tag: "UnexpectedResponse", status: 301 }],
    [307, "", { location: "https://other.invalid/" }, { _tag: "UnexpectedResponse", status: 307 }],
    [202, { statusCode: "500", statusName: "fail", statusMessage: "no" }, {}, {
      _tag: "Rejected",
      statusCode: "500",
      statusName: "fail",
      detail: "no"
    }],
    [202, { ...accepted, statusName: "FAIL" }, {}, { _tag: "Rejected", statusCode: "202" }],
    [202, "{\"requestId\":", {}, { _tag: "UnexpectedResponse", detail: "not JSON" }],
    [202, "", {}, { _tag: "UnexpectedResponse", detail: "not JSON" }],
    [202, { statusCode: "202", statusName: "success" }, {}, {
      _tag: "UnexpectedResponse",
      detail: "not the documented shape"
    }],
    [200, "[]", {}, { _tag: "UnexpectedResponse" }]
  ]

  it.effect.each(rows)("%i %j %j", ([status, body, headers, expected]) =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(status, body, { ...headers, "x-ncp-trace-id": "4f0c8a1d93be6725" })
      const reason = yield* sendReason({ sens })
      assert.deepInclude({ ...reason, _tag: reason._tag }, { status, traceId: "4f0c8a1d93be6725", ...expected })
      assert.strictEqual(seen.length, 1)
    }))
})

describe("transports that fail", () => {
  const nested = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code }) })

  it.effect.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED"])(
    "%s proves that nothing was sent",
    (code) =>
      Effect.gen(function*() {
        assert.deepInclude(yield* sendReason(yield* failing(nested(code))), { _tag: "ConnectionFailed", code })
      })
  )

  it.effect.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ETIMEDOUT", "EHOSTUNREACH", "SOMETHING_NEW"])(
    "%s proves nothing",
    (code) =>
      Effect.gen(function*() {
        const reason = yield* sendReason(yield* failing(nested(code)))
        assert.deepInclude(reason, { _tag: "ConnectionLost", code })
        assert.isTrue(reason.isAmbiguous)
      })
  )

  it.effect("several addresses prove it only together", () =>
    Effect.gen(function*() {
      const aggregate = (...codes: ReadonlyArray<string>) =>
        new TypeError("fetch failed", {
          cause: new AggregateError(codes.map((code) => Object.assign(new Error("no"), { code })))
        })
      const refused = yield* sendReason(yield* failing(aggregate("ECONNREFUSED", "ECONNREFUSED")))
      const mixed = yield* sendReason(yield* failing(aggregate("ECONNREFUSED", "ECONNRESET")))
      assert.strictEqual(refused._tag, "ConnectionFailed")
      assert.strictEqual(mixed._tag, "ConnectionLost")
    }))

  it.effect("one address without a code proves nothing for all", () =>
    Effect.gen(function*() {
      const errors = [Object.assign(new Error("no"), { code: "ECONNREFUSED" }), new Error("no")]
      const reason = yield* sendReason(
        yield* failing(new TypeError("fetch failed", { cause: new AggregateError(errors) }))
      )
      assert.strictEqual(reason._tag, "ConnectionLost")
    }))

  it.effect("an error without a code proves nothing", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* sendReason(yield* failing(new Error("no"))))._tag, "ConnectionLost")
    }))
})

describe("bounds", () => {
  it.effect("an attempt ends after its limit, and interrupts the transport", () =>
    Effect.gen(function*() {
      let interrupted = 0
      const { sens } = yield* over(() => Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++)))
      const fiber = yield* Effect.forkChild(sendReason({ sens }))
      yield* TestClock.adjust("14999 millis")
      assert.strictEqual(interrupted, 0)
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(yield* Fiber.join(fiber), {
        _tag: "TimedOut",
        limit: "attempt",
        after: Duration.seconds(15)
      })
      assert.strictEqual(interrupted, 1)
    }))

  it.effect("a call ends after its limit, also while something of the program's own waits", () =>
    Effect.gen(function*() {
      const { seen, sens } = yield* over(() => Effect.succeed(new Response()), {
        attemptTimeout: "5 minutes",
        callTimeout: "1 minutes",
        transformClient: HttpClient.transformResponse(Effect.delay("2 minutes"))
      })
      const fiber = yield* Effect.forkChild(sendReason({ sens }))
      yield* TestClock.adjust("1 minutes")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "TimedOut", limit: "call", after: Duration.minutes(1) })
      assert.strictEqual(seen.length, 0)
    }))

  it.effect.each([{ "content-length": "1000001" }, {}])(
    "an answer over the size limit is not read: %j",
    (headers) =>
      Effect.gen(function*() {
        let pulled = 0
        const body = () =>
          new ReadableStream({
            pull(controller) {
              pulled += 1
              controller.enqueue(new Uint8Array(100_000))
            }
          })
        const { sens } = yield* over(() => Effect.succeed(new Response(body(), { status: 202, headers })), {
          maxAnswerBytes: 1_000_000
        })
        assert.deepInclude(yield* sendReason({ sens }), { _tag: "UnexpectedResponse", status: 202 })
        assert.isTrue(pulled < 15, `${pulled} chunks were pulled`)
      })
  )

  it.effect.each(
    [[500, "ServerFault"], [502, "ServerFault"], [401, "AuthenticationFailed"], [429, "QuotaExceeded"]] as const
  )(
    "a failure whose body is too large is that failure all the same: %i",
    ([status, tag]) =>
      Effect.gen(function*() {
        const { sens } = yield* over(() => Effect.succeed(new Response("<html>".repeat(500), { status })), {
          maxAnswerBytes: 1024
        })
        assert.strictEqual((yield* sendReason({ sens }))._tag, tag)
      })
  )

  it.effect("an answer without a length is read to its end", () =>
    Effect.gen(function*() {
      const { sens } = yield* over(() =>
        Effect.succeed(new Response(new Blob([JSON.stringify(accepted)]).stream(), { status: 202 }))
      )
      assert.strictEqual((yield* sens.messages.send(sms)).requestId, RequestId.make(accepted.requestId))
    }))
})

describe("Sens.messages.search", () => {
  it.effect("writes the query once, with %20, and signs it", () =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(200, { messages: [] })
      yield* sens.messages.search(
        { requestId: RequestId.make("a b+c/d%한글"), pageSize: 40 },
        { pageIndex: 2 }
      )
      assert.strictEqual(
        seen[0]?.url.search,
        "?requestId=a%20b%2Bc%2Fd%25%ED%95%9C%EA%B8%80&pageSize=40&pageIndex=2"
      )
      // As good as absent.
      const absent = { nextToken: undefined }
      yield* sens.messages.search(byRequestId, { pageIndex: 2, ...absent })
      assert.strictEqual(seen.pop()?.url.search, "?requestId=RSSA-1&pageIndex=2")
      yield* sens.messages.search(byRequestId, { nextToken: "t=&" })
      assert.strictEqual(seen[1]?.url.search, "?requestId=RSSA-1&nextToken=t%3D%26")
    }))

  it.effect("an empty 404 is an empty page, another 404 is not", () =>
    Effect.gen(function*() {
      const empty = yield* answering(404, "")
      assert.deepStrictEqual(yield* empty.sens.messages.search(byRequestId), SearchResponse.empty)
      const unknown = yield* answering(404, gateway("300"))
      const error = yield* Effect.flip(unknown.sens.messages.search(byRequestId))
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.strictEqual(error.operation, "messages.search")
    }))

  it.effect.each([0, 1001, 1.5])("refuses a page size of %d", (pageSize) =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(200, { messages: [] })
      const error = yield* Effect.flip(
        sens.messages.search({ requestId: RequestId.make("1"), pageSize })
      )
      assert.strictEqual(error.reason._tag, "InvalidRequest")
      assert.strictEqual(seen.length, 0)
    }))
})

describe("Sens.messages.result", () => {
  it.effect("encodes the id into one segment", () =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(200, {
        messages: [{ messageId: "1", to: "01012345678", status: "READY" }]
      })
      yield* sens.messages.result(MessageId.make("a b+c/d%?#한"))
      assert.strictEqual(
        seen[0]?.url.href,
        "https://sens.apigw.ntruss.com/sms/v2/services/ncp:sms:kr:000000000000:demo/messages/a%20b%2Bc%2Fd%25%3F%23%ED%95%9C"
      )
    }))

  it.effect.each([".", "..", "\ud800"])(
    "refuses the id %j, which would name something else",
    (id) =>
      Effect.gen(function*() {
        const { seen, sens } = yield* answering(200, {})
        const error = yield* Effect.flip(sens.messages.result(MessageId.make(id)))
        assert.strictEqual(error.reason._tag, "InvalidRequest")
        assert.strictEqual(seen.length, 0)
      })
  )

  it.effect("an answer without a message is none", () =>
    Effect.gen(function*() {
      const { sens } = yield* answering(200, { statusCode: "200", statusName: "success", messages: [] })
      const error = yield* Effect.flip(sens.messages.result(MessageId.make("1")))
      assert.strictEqual(error.reason._tag, "NotFound")
    }))
})

describe("redaction", () => {
  const secrets = [accessKey, secretKey, "0212345678", "01012345678", "010-1234-5678", "01087654321", text, "다른 문자"]

  // A service that hands back whatever it got, in every place of an answer that an error keeps.
  const echoing = (status: number) =>
    over((request, url) => {
      const echo = `${secrets.join(" ")} ${request.headers["x-ncp-apigw-signature-v2"]}`
      return Effect.succeed(
        new Response(
          JSON.stringify({
            error: { errorCode: "100", message: echo, details: JSON.stringify(echo) },
            errors: [echo],
            errorMessage: echo,
            statusCode: echo,
            statusName: echo,
            statusMessage: echo
          }),
          { status, headers: { "x-ncp-trace-id": url.host } }
        )
      )
    })

  const plain = (status: number) => over(() => Effect.succeed(new Response(secrets.join(" ").repeat(3), { status })))

  const leaks = (error: unknown, signature: string | undefined) => {
    const shown = [
      JSON.stringify(error),
      String(error),
      error instanceof Error ? error.stack ?? "" : "",
      inspect(error, { depth: 20, showHidden: true }),
      Inspectable.toStringUnknown(error),
      error instanceof SensError.SensError
        ? JSON.stringify(Schema.encodeSync(Schema.toCodecJson(SensError.SensError))(error))
        : ""
    ].join("\n")
    return [...secrets, ...signature === undefined ? [] : [signature]].filter((secret) => shown.includes(secret))
  }

  const statuses = [202, 307, 400, 401, 403, 404, 413, 429, 500]

  it.effect.each(statuses.flatMap((status) => [[status, echoing], [status, plain]] as const))(
    "nothing that was sent comes back in an error: %i",
    ([status, service]) =>
      Effect.gen(function*() {
        const { seen, sens } = yield* service(status)
        const error = yield* Effect.flip(sens.messages.send(sms))
        assert.deepStrictEqual(leaks(error, seen[0]?.request.headers["x-ncp-apigw-signature-v2"]), [])
      })
  )

  it.effect("nor out of a transport's own error", () =>
    Effect.gen(function*() {
      const { sens } = yield* failing(Object.assign(new Error(secrets.join(" ")), { code: "ECONNRESET" }))
      assert.deepStrictEqual(leaks(yield* Effect.flip(sens.messages.send(sms)), undefined), [])
    }))

  it.effect.each([202, 500])(
    "what a log holds of others does not come back either: %i",
    (status) =>
      Effect.gen(function*() {
        for (const body of [{ messages: text, content: text }, [text], text]) {
          const { sens } = yield* answering(status, JSON.stringify(body))
          const error = yield* Effect.flip(sens.messages.search(byRequestId))
          assert.deepStrictEqual(leaks(error, undefined), [])
          const broken = yield* answering(status, `${JSON.stringify(body).slice(0, -1)}`)
          assert.deepStrictEqual(leaks(yield* Effect.flip(broken.sens.messages.search(byRequestId)), undefined), [])
        }
      })
  )

  it.effect("nor the rest of a text that a cut left over", () =>
    Effect.gen(function*() {
      const long = "가나다라".repeat(250)
      const { sens } = yield* over(() => Effect.succeed(new Response(`echo ${long.repeat(80)}`, { status: 400 })))
      const request = { ...sms, type: "LMS" as const, content: long, messages: [{ to: "01012345678" }] }
      const error = yield* Effect.flip(sens.messages.send(request))
      assert.notInclude(JSON.stringify(error), "가나다라")
    }))

  it("nor out of the client or its options", () => {
    assert.deepStrictEqual(leaks(options, undefined), [])
  })
})

describe("Sens.layerConfig", () => {
  const client = (env: Record<string, string>) =>
    Sens.Sens.pipe(
      Effect.provide(Sens.layerConfig()),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env))
    )

  const complete = {
    SENS_ACCESS_KEY: accessKey,
    SENS_SECRET_KEY: secretKey,
    SENS_SERVICE_ID: "ncp:sms:kr:000000000000:demo",
    SENS_BASE_URL: "http://127.0.0.1:8080/",
    SENS_ATTEMPT_TIMEOUT: "3 seconds"
  }

  it.effect("reads the settings", () =>
    Effect.gen(function*() {
      const urls: Array<string> = []
      const transport = HttpClient.make((_, url) => {
        urls.push(url.href)
        return Effect.never
      })
      const sens = yield* Effect.provideService(client(complete), HttpClient.HttpClient, transport).pipe(
        Effect.provide(signer)
      )
      const start = yield* Clock.currentTimeMillis
      const fiber = yield* Effect.forkChild(Effect.flip(once(sens).messages.result(MessageId.make("1"))))
      yield* TestClock.adjust("3 seconds")
      const { reason } = yield* Fiber.join(fiber)
      assert.strictEqual((yield* Clock.currentTimeMillis) - start, 3000)
      assert.strictEqual(reason._tag, "TimedOut")
      assert.deepStrictEqual(urls, [
        "http://127.0.0.1:8080/sms/v2/services/ncp:sms:kr:000000000000:demo/messages/1"
      ])
    }))

  // What is told, by how the layer ends, without a call.
  const told = (env: Record<string, string>, options?: object) =>
    Sens.Sens.pipe(
      Effect.provide(Sens.layerConfig({ ...options })),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)),
      Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.die("sent"))),
      Effect.flip,
      Effect.map((error) => {
        assert.notInclude(inspect(error, { depth: 20 }), secretKey)
        assert.notInclude(error.message, "Expected")
        return error.message.replace(/^SchemaError\((.*)\)$/s, "$1").split("\n")
      })
    )

  it.effect.each(
    [
      ["SENS_ACCESS_KEY", undefined, "SENS_ACCESS_KEY is not set: give the access key of the account"],
      ["SENS_SECRET_KEY", undefined, "SENS_SECRET_KEY is not set: give the secret key of the account"],
      ["SENS_SERVICE_ID", undefined, "SENS_SERVICE_ID is not set: give the id of the SMS service"],
      ["SENS_ACCESS_KEY", "", "SENS_ACCESS_KEY is empty: give"],
      ["SENS_SECRET_KEY", `${secretKey}\n`, "SENS_SECRET_KEY ends in a line feed: take it off"],
      ["SENS_SECRET_KEY", `${secretKey} `, "SENS_SECRET_KEY ends in a space: take it off"],
      ["SENS_SECRET_KEY", `${secretKey}키`, "SENS_SECRET_KEY ends in a Korean letter: take it off"],
      ["SENS_SECRET_KEY", `"${secretKey}"`, "SENS_SECRET_KEY is in quotes: take them off"],
      ["SENS_SERVICE_ID", secretKey, "SENS_SERVICE_ID is not the id of an SMS service: give"],
      ["SENS_SERVICE_ID", "ncp:kkobizmsg:kr:1:x", "SENS_SERVICE_ID is the id of an AlimTalk service"],
      ["SENS_BASE_URL", "", "SENS_BASE_URL is empty: leave it out"],
      [
        "SENS_BASE_URL",
        "localhost:8080",
        "SENS_BASE_URL does not begin with http:// or https://: write http://localhost:8080"
      ],
      ["SENS_BASE_URL", "ftp://x", "SENS_BASE_URL has a scheme that is neither http nor https: leave it out"],
      ["SENS_BASE_URL", secretKey, "SENS_BASE_URL does not begin with http:// or https://: put https:// before it"],
      ["SENS_CALL_TIMEOUT", "90", "SENS_CALL_TIMEOUT is not a duration with its unit: write \"90 seconds\""],
      ["SENS_SERVICE_ID", "", "SENS_SERVICE_ID is empty: give"],
      ["SENS_ATTEMPT_TIMEOUT", "soon", "SENS_ATTEMPT_TIMEOUT is not a duration with its unit: write \"15 seconds\""]
    ] as const
  )("%s=%j is told in a sentence", ([name, value, expected]) =>
    Effect.gen(function*() {
      const { [name]: _, ...others } = { SENS_CALL_TIMEOUT: "60 seconds", ...complete }
      const lines = yield* told(value === undefined ? others : { ...others, [name]: value })
      assert.strictEqual(lines.length, 1)
      assert.isTrue(lines[0]?.startsWith(expected), lines[0])
    }))

  it.effect("an address that is empty is no address, however the settings are kept", () =>
    Effect.gen(function*() {
      const env = { ...complete, SENS_BASE_URL: "" }
      const providers = [
        ConfigProvider.fromUnknown(env),
        ConfigProvider.fromUnknown(env, { preserveEmptyStrings: true }),
        ConfigProvider.fromEnvRecord(env, { preserveEmptyStrings: true }),
        ConfigProvider.fromEnv({ env }),
        ConfigProvider.fromDotEnvContents(Object.entries(env).map(([name, value]) => `${name}="${value}"`).join("\n")),
        ConfigProvider.nested(ConfigProvider.fromUnknown({ app: env }), "app"),
        ConfigProvider.nested(
          ConfigProvider.fromEnvRecord(
            Object.fromEntries(Object.entries(env).map(([name, value]) => [`APP_${name}`, value]))
          ),
          "APP"
        ),
        ConfigProvider.orElse(ConfigProvider.fromEnvRecord(env), ConfigProvider.fromUnknown({ OTHER: "x" }))
      ]
      for (const provider of providers) {
        const error = yield* Sens.Sens.pipe(
          Effect.provide(Sens.layerConfig()),
          Effect.provideService(ConfigProvider.ConfigProvider, provider),
          Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.die("sent"))),
          Effect.flip
        )
        assert.include(error.message, "SENS_BASE_URL is empty")
      }
    }))

  it.effect("one that is not set, the name of a group, and an empty timeout are fine", () =>
    Effect.gen(function*() {
      const { SENS_BASE_URL: _, ...others } = complete
      const env = { ...others, SENS_BASE: "x", SENS_CALL_TIMEOUT_OF_TESTS: "x", SENS_CALL_TIMEOUT: "" }
      const none = HttpClient.make(() => Effect.never)
      const sens = yield* Effect.provideService(client(env), HttpClient.HttpClient, none)
      assert.strictEqual(String(sens.serviceId), complete.SENS_SERVICE_ID)
    }))

  it.effect("beside the name of a group an empty one looks like one that is not set, and both are refused", () =>
    Effect.gen(function*() {
      const { SENS_BASE_URL: _, ...others } = complete
      for (const env of [{ ...others }, { ...others, SENS_BASE_URL: "" }]) {
        for (const name of ["SENS_BASE_URL_OF_TESTS", "SENS_BASE_URL_0"]) {
          const lines = yield* told({ ...env, [name]: "x" })
          assert.strictEqual(lines.length, 1)
          assert.match(
            lines[0] ?? "",
            /^SENS_BASE_URL may be empty, .* begins with SENS_BASE_URL_: write https:\/\/sens\.apigw\.ntruss\.com into it/
          )
        }
      }
      // The environment itself can tell the two apart.
      const inEnvironment = (env: Record<string, string>) => {
        const kept = process.env
        process.env = { ...kept, ...env }
        const provider = ConfigProvider.fromEnv()
        return Sens.Sens.pipe(
          Effect.provide(Sens.layerConfig()),
          Effect.provideService(ConfigProvider.ConfigProvider, provider),
          Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.never)),
          Effect.exit,
          Effect.ensuring(Effect.sync(() => {
            process.env = kept
          }))
        )
      }
      assert.isTrue(Exit.isSuccess(yield* inEnvironment({ ...others, SENS_BASE_URL_OF_TESTS: "x" })))
      const empty = yield* inEnvironment({ ...others, SENS_BASE_URL: "", SENS_BASE_URL_OF_TESTS: "x" })
      assert.include(String(Exit.isFailure(empty) ? Cause.squash(empty.cause) : ""), "SENS_BASE_URL is empty")
      // It is there, so nothing has to be told.
      const env = { ...complete, SENS_BASE_URL_OF_TESTS: "x" }
      const none = HttpClient.make(() => Effect.never)
      const sens = yield* Effect.provideService(client(env), HttpClient.HttpClient, none)
      assert.strictEqual(String(sens.serviceId), complete.SENS_SERVICE_ID)
    }))

  it.effect("where nothing is set all three are told", () =>
    Effect.map(told({}), (lines) => {
      assert.deepStrictEqual(lines.map((line) => line.slice(0, 26)), [
        "SENS_ACCESS_KEY is not set",
        "SENS_SECRET_KEY is not set",
        "SENS_SERVICE_ID is not set"
      ])
    }))

  it.effect("what is missing and what is wrong are told together", () =>
    Effect.gen(function*() {
      const lines = yield* told({ SENS_SECRET_KEY: `${secretKey}\n`, SENS_BASE_URL: "", SENS_CALL_TIMEOUT: "90" })
      assert.deepStrictEqual(lines.map((line) => line.split(" ")[0]), [
        "SENS_ACCESS_KEY",
        "SENS_SECRET_KEY",
        "SENS_SERVICE_ID",
        "SENS_BASE_URL",
        "SENS_CALL_TIMEOUT"
      ])
    }))

  it.effect("a Config of the program's own goes before the variable, and what it gives is checked by the option's name", () =>
    Effect.gen(function*() {
      const env = { ...complete, TEXT_KEY: `${secretKey}\n`, SENS_SECRET_KEY: "" }
      assert.deepStrictEqual(yield* told(env, { secretKey: Config.Redacted("TEXT_KEY") }), [
        "secretKey ends in a line feed: take it off"
      ])
      const { serviceId } = yield* Sens.Sens.pipe(
        Effect.provide(Sens.layerConfig({ serviceId: Config.schema(ServiceId.ServiceId, "TEXT_SERVICE") })),
        Effect.provideService(
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromEnvRecord({ ...complete, TEXT_SERVICE: "ncp:sms:kr:1:other" })
        ),
        Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.never))
      )
      assert.strictEqual(String(serviceId), "ncp:sms:kr:1:other")
    }))

  it.effect("one that fails is told as it tells it, beside the others", () =>
    Effect.gen(function*() {
      const provider = ConfigProvider.fromEnvRecord({ SENS_SECRET_KEY: secretKey })
      const error = yield* Sens.Sens.pipe(
        Effect.provide(Sens.layerConfig({ callTimeout: Config.Duration("TEXT_TIMEOUT") })),
        Effect.provideService(ConfigProvider.ConfigProvider, provider),
        Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.never)),
        Effect.flip
      )
      for (const name of ["SENS_ACCESS_KEY", "SENS_SERVICE_ID", "TEXT_TIMEOUT"]) assert.include(error.message, name)
      assert.notInclude(error.message, "SENS_SECRET_KEY")
    }))

  it.effect("settings that cannot be read at all are told as that", () =>
    Effect.gen(function*() {
      const cause = new ConfigProvider.SourceError({ message: "no such file" })
      const error = yield* Sens.Sens.pipe(
        Effect.provide(Sens.layerConfig()),
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.make(() => Effect.fail(cause))),
        Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.never)),
        Effect.flip
      )
      assert.strictEqual(error.cause, cause)
    }))

  it.effect("what stands in the program, and is wrong, is a defect as without settings", () =>
    Effect.gen(function*() {
      const options = { accessKey, timeout: 5 }
      const exit = yield* Effect.exit(told({ SENS_SERVICE_ID: "x" }, options))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      if (!(defect instanceof TypeError)) return assert.fail(String(exit))
      assert.deepStrictEqual(defect.message.split("\n"), [
        "accessKey is not a Config: write Config.succeed(...) around it, or use Sens.layer",
        "timeout is no option: write callTimeout",
        "SENS_SECRET_KEY is not set: give the secret key of the account, from the console of NAVER Cloud",
        "SENS_SERVICE_ID is not the id of an SMS service: give the id of the SMS service, such as ncp:sms:kr:000000000000:demo, from the project in the SENS console"
      ])
    }))

  it.live("the API URL of the documents is taken as the gateway's address", () =>
    Effect.gen(function*() {
      const urls: Array<string> = []
      const recording: typeof fetch = (input) => {
        urls.push(String(input))
        return Promise.resolve(new Response(JSON.stringify(accepted), { status: 202 }))
      }
      const env = { ...complete, SENS_BASE_URL: "https://sens.apigw.ntruss.com/sms/v2" }
      const sens = yield* client(env).pipe(
        Effect.provide(FetchHttpClient.layer),
        Effect.provideService(FetchHttpClient.Fetch, recording)
      )
      yield* Effect.provideService(once(sens).messages.send(sms), FetchHttpClient.Fetch, recording)
      assert.deepStrictEqual(urls, [
        "https://sens.apigw.ntruss.com/sms/v2/services/ncp:sms:kr:000000000000:demo/messages"
      ])
    }))
})

describe("Sens.make", () => {
  const defect = (given: Sens.Options) =>
    Sens.make(given).pipe(
      Effect.provideService(HttpClient.HttpClient, HttpClient.make(() => Effect.never)),
      Effect.exit,
      Effect.map((exit) => Exit.isFailure(exit) ? Cause.squash(exit.cause) : assert.fail("built"))
    )

  it.effect("options that are wrong are a defect, which tells all of them and no key", () =>
    Effect.gen(function*() {
      const error = yield* defect({ ...options, secretKey: Redacted.make(`${secretKey}\n`), baseUrl: "" })
      if (!(error instanceof TypeError)) return assert.fail(String(error))
      assert.deepStrictEqual(error.message.split("\n").map((line) => line.split(":")[0]), [
        "secretKey ends in a line feed",
        "baseUrl is empty"
      ])
      assert.notInclude(inspect(error), secretKey)
    }))

  const wrong: Array<[string, (sens: Sens.Service, options: object) => Effect.Effect<unknown, SensError.SensError>]> = [
    ["send", ({ messages }, options) => messages.send(sms, options)],
    ["prepare", ({ messages }, options) => messages.prepare(sms, options)],
    [
      "submit",
      ({ messages }, options) =>
        Effect.flatMap(messages.prepare(sms), (intent) => messages.submit(intent, sms, options))
    ],
    [
      "reconcile",
      ({ messages }, options) =>
        Effect.flatMap(messages.prepare(sms), (intent) => messages.reconcile(intent, sms, options))
    ]
  ]

  it.effect.each(wrong)("the options of %s are checked before anything is sent", ([, call]) =>
    Effect.gen(function*() {
      const { seen, sens } = yield* answering(202, accepted)
      for (const given of [{ timeout: "5 seconds" }, { callTimeout: "90", attemptTimeout: 0, lifetime: {} }]) {
        const { reason } = yield* Effect.flip(Effect.asVoid(call(sens, given)))
        if (!(reason instanceof SensError.InvalidRequest)) return assert.fail(reason._tag)
        for (const { kind, message, path } of reason.issues) {
          assert.strictEqual(kind, "Option")
          assert.strictEqual(path[0], "options")
          assert.match(message, /^It .+: .+/)
        }
        assert.strictEqual(reason.issues.length, Object.keys(given).length)
      }
      assert.strictEqual(seen.length, 0)
    }))
})

describe("composition", () => {
  it.effect("two clients of two services live side by side", () =>
    Effect.gen(function*() {
      class Notices extends Context.Service<Notices, Sens.Service>()("test/Notices") {}
      class Codes extends Context.Service<Codes, Sens.Service>()("test/Codes") {}
      const hosts: Array<string> = []
      const client = HttpClient.make((request, url) =>
        Effect.sync(() => {
          hosts.push(url.pathname.split("/")[4] ?? "")
          return HttpClientResponse.fromWeb(request, new Response(JSON.stringify(accepted), { status: 202 }))
        })
      )
      const serviceId = (name: string) => ServiceId.make(`ncp:sms:kr:000000000000:${name}`)
      const program = Effect.gen(function*() {
        yield* Notices.use(({ messages }) => messages.send(sms))
        yield* Codes.use(({ messages }) => messages.send(sms))
      })
      yield* program.pipe(
        Effect.provideServiceEffect(Notices, Sens.make({ ...options, serviceId: serviceId("notices") })),
        Effect.provideServiceEffect(Codes, Sens.make({ ...options, serviceId: serviceId("codes") })),
        Effect.provideService(HttpClient.HttpClient, client)
      )
      assert.deepStrictEqual(hosts, [serviceId("notices"), serviceId("codes")].map(String))
    }))
})
