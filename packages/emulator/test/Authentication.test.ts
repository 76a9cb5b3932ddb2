import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as SignatureLog from "@effect-sens/emulator/SignatureLog"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"
import { base, call, send, sign, sms } from "./support.ts"

const missing = {
  error: {
    errorCode: "200",
    message: "Authentication Failed",
    details: "Authentication information are missing."
  }
}
const invalid = {
  error: { errorCode: "200", message: "Authentication Failed", details: "Invalid authentication information." }
}

// Every transport encodes an apostrophe in a query (WHATWG URL, special-query percent-encode set).
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", "%27")

const lastProblem = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  const log = yield* emulator.signatureLog
  return log[log.length - 1]!
})

describe("Authentication", () => {
  it.effect("a request without a signature is told by its operation, however its path and method are written", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      for (
        const [method, target] of [["GET", `${base}/messages`], ["HEAD", `${base}/messages`], [
          "GET",
          `${base}/%6dessages`
        ]] as const
      ) {
        assert.strictEqual(
          (yield* HttpClient.execute(HttpClientRequest.make(method)(`https://sens.test${target}`))).status,
          401
        )
      }
      assert.deepStrictEqual((yield* emulator.ledger).map(({ operation }) => operation), ["search", "search", "search"])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("public vectors", () => {
    const account = (accessKey: string, secretKey: string, serviceId: string) =>
      EmulatorClient.layer({ accounts: [{ accessKey, secretKey: Redacted.make(secretKey), serviceIds: [serviceId] }] })

    const literal = (timestamp: number, signature: string) => ({
      "x-ncp-apigw-timestamp": String(timestamp),
      "x-ncp-iam-access-key": "test-access-key",
      "x-ncp-apigw-signature-v2": signature
    })

    it.effect("connectfit-team/naverapi", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(856_915_200_000)
        const answer = yield* call({
          target: "/sms/v2/services/ncp:sms:kr:273248310490:sms_service/messages",
          body: sms(),
          headers: literal(856_915_200_000, "fNdhE7DMQ3QT2Ev3GxZxSpzg3vJmHNBMjAPG78IqBX8=")
        })
        assert.strictEqual(answer.status, 202, answer.text)
      }).pipe(
        Effect.provide(account("test-access-key", "test-secret-key", "ncp:sms:kr:273248310490:sms_service"))
      ))

    const service = "/sms/v2/services/ncp:sms:kr:123456789012:demo"
    const query = (space: string) =>
      `requestStartTime=2020-01-01${space}00%3A00%3A00&requestEndTime=2020-01-02${space}00%3A00%3A00` +
      "&pageSize=100&pageIndex=0"
    for (
      const [method, target, signature, status] of [
        ["POST", `${service}/messages`, "FSWAc7xgFlFkr6ND0xFm2evfUiHwXcqyH5t4VHss3GI=", 202],
        ["GET", `${service}/messages?${query("%20")}`, "6vCugHq8DlR5FLapYXS31Wcl3O+6HaJCbaQZZYvRS5U=", 200],
        ["GET", `${service}/messages?${query("+")}`, "i7NcHwMh4IrhvMNGf6OQ8BHwwozHDFI07MBLy1tOWKU=", 200],
        [
          "GET",
          `${service}/messages/132597da-68ab-499b-b509-174d06143b9e`,
          "xCtcXEwLZ3eF8Xl0I85zpd6wgoiXHNO9Ni3CBploJlY=",
          404
        ]
      ] as const
    ) {
      it.effect(`${method} ${target}`, () =>
        Effect.gen(function*() {
          yield* TestClock.setTime(1_700_000_000_000)
          const answer = yield* call({
            method,
            target,
            ...(method === "POST" ? { body: sms() } : undefined),
            headers: literal(1_700_000_000_000, signature)
          })
          assert.strictEqual(answer.status, status, answer.text)
        }).pipe(Effect.provide(account("test-access-key", "test-secret-key", "ncp:sms:kr:123456789012:demo"))))
    }
  })

  it.effect.prop(
    "agrees with Node's HMAC for keys and targets of any length",
    [
      Arbitrary.schema(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))),
      Arbitrary.schema(Schema.String.check(Schema.isMaxLength(300)))
    ],
    ([secretKey, requestId]) =>
      Effect.gen(function*() {
        const account = { ...Account.emulatorAccount, secretKey: secretKey.toWellFormed() }
        const target = `${base}/messages?requestId=${encode(`a${requestId.toWellFormed()}`)}`
        const answer = yield* call({ target, signed: { secretKey: account.secretKey } }).pipe(
          Effect.provide(EmulatorClient.layer({ accounts: [account] }))
        )
        assert.strictEqual(answer.status, 200, answer.text)
      }),
    { arbitrary: { runs: 150 } }
  )

  it.effect("agrees with Node's HMAC where a block ends, in the key and in the text", () =>
    Effect.gen(function*() {
      for (const length of [1, 55, 56, 63, 64, 65, 119, 120, 128, 1000]) {
        const account = { ...Account.emulatorAccount, secretKey: "k".repeat(length) }
        const answers = yield* Effect.forEach(
          Array.from({ length: 65 }, (_, more) => `${base}/messages?requestId=${"x".repeat(more + 1)}`),
          (target) => call({ target, signed: { secretKey: account.secretKey } })
        ).pipe(Effect.provide(EmulatorClient.layer({ accounts: [account] })))
        for (const answer of answers) assert.strictEqual(answer.status, 200, String(length))
      }
    }))

  it.effect("tells which headers are missing, to the log alone", () =>
    Effect.gen(function*() {
      for (
        const names of [
          ["x-ncp-apigw-timestamp"],
          ["x-ncp-apigw-timestamp", "x-ncp-iam-access-key"],
          ["x-ncp-apigw-signature-v2"]
        ]
      ) {
        const answer = yield* send(sms(), { headers: Object.fromEntries(names.map((name) => [name, undefined])) })
        assert.strictEqual(answer.status, 401)
        assert.deepStrictEqual(answer.body, missing)
        assert.deepStrictEqual((yield* lastProblem).problem, { _tag: "HeadersMissing", headers: names })
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("an unknown access key", () =>
    Effect.gen(function*() {
      const answer = yield* send(sms(), { signed: { accessKey: "nobody" } })
      assert.strictEqual(answer.status, 401)
      assert.deepStrictEqual(answer.body, invalid)
      assert.deepStrictEqual((yield* lastProblem).problem, { _tag: "UnknownAccessKey", accessKey: "nobody" })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  for (const [tolerance, millis] of [[undefined, 300_000], ["2 seconds", 2000]] as const) {
    it.effect(`a timestamp ${millis} ms off is the last that is good, either way`, () =>
      Effect.gen(function*() {
        const now = 1_700_000_000_000
        yield* TestClock.setTime(now)
        for (const offset of [millis, -millis]) {
          assert.strictEqual((yield* send(sms(), { timestamp: now + offset })).status, 202)
          const beyond = offset + Math.sign(offset)
          const refused = yield* send(sms(), { timestamp: now + beyond })
          assert.strictEqual(refused.status, 401)
          assert.deepStrictEqual(refused.body, invalid)
          assert.deepStrictEqual((yield* lastProblem).problem, {
            _tag: "TimestampRefused",
            timestamp: String(now + beyond),
            offsetMillis: beyond,
            toleranceMillis: millis
          })
        }
        const emulator = yield* Emulator.Emulator
        assert.lengthOf(yield* emulator.allMessages, 2)
      }).pipe(Effect.provide(EmulatorClient.layer({ timestampTolerance: tolerance }))))
  }

  it.effect("a timestamp that is no number", () =>
    Effect.gen(function*() {
      const answer = yield* send(sms(), { timestamp: "2026-01-01" })
      assert.strictEqual(answer.status, 401)
      assert.deepStrictEqual((yield* lastProblem).problem, { _tag: "TimestampMalformed", timestamp: "2026-01-01" })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("the log says what was signed in place of the target", () => {
    const target = `${base}/messages?requestId=a%20b&type=SMS`
    const encoded = `${base.replaceAll(":", "%3A")}/messages?requestId=x`
    for (
      const [name, sent, signed, mistake] of [
        ["decoded", target, { target: `${base}/messages?requestId=a b&type=SMS` }, "decoded target"],
        ["without the query", target, { target: `${base}/messages` }, "query string was left out"],
        ["a + for the space", target, { target: `${base}/messages?requestId=a+b&type=SMS` }, "as + and sent as %20"],
        [
          "%20 for the +",
          `${base}/messages?requestId=a+b`,
          { target: `${base}/messages?requestId=a%20b` },
          "as %20 and sent as +"
        ],
        ["sorted", `${base}/messages?type=SMS&requestId=a`, {
          target: `${base}/messages?requestId=a&type=SMS`
        }, "sorted"],
        ["raw colons", encoded, { target: `${base}/messages?requestId=x` }, "decoded target"],
        ["encoded colons", `${base}/messages?requestId=x`, { target: encoded }, "path was signed encoded"],
        ["with the host", target, { target: `https://sens.apigw.ntruss.com${target}` }, "host"],
        ["another method", target, { method: "POST" }, "another method"],
        ["a lower-case method", target, { method: "get" }, "lower case"]
      ] as const
    ) {
      it.effect(name, () =>
        Effect.gen(function*() {
          const answer = yield* call({ target: sent, signed })
          assert.strictEqual(answer.status, 401)
          assert.deepStrictEqual(answer.body, invalid)
          const { at: _, ...entry } = yield* lastProblem
          assert.strictEqual(entry.method, "GET")
          assert.strictEqual(entry.target, sent)
          const problem = entry.problem
          assert(problem._tag === "SignatureMismatch")
          const toSign = (over: { readonly method?: string; readonly target?: string }) =>
            `${over.method ?? "GET"} ${over.target ?? sent}\n0\n${Account.accessKey}`
          assert.strictEqual(problem.expectedToSign, toSign({}))
          assert.strictEqual(problem.signedInstead, toSign(signed))
          assert.include(problem.mistake, mistake)
          const right = sign({ method: "GET", target: sent, timestamp: 0 })
          assert.strictEqual(problem.expectedSignature, right["x-ncp-apigw-signature-v2"])
          const said = SignatureLog.explain(problem)
          assert.include(said, JSON.stringify(toSign({})))
          assert.include(said, JSON.stringify(toSign(signed)))
        }).pipe(Effect.provide(EmulatorClient.layer())))
    }

    it.effect("hexadecimal, a line feed at the end, and what nothing explains", () =>
      Effect.gen(function*() {
        const text = `GET ${target}\n0\n${Account.accessKey}`
        const hmac = (text: string, encoding: "hex" | "base64") =>
          createHmac("sha256", Account.secretKey).update(text).digest(encoding)
        for (
          const [signature, mistake] of [
            [hmac(text, "hex"), "hexadecimal"],
            [hmac(`${text}\n`, "base64"), "line feed"],
            [hmac("something else", "base64"), undefined],
            ["not base64!", undefined]
          ] as const
        ) {
          const answer = yield* call({ target, headers: { "x-ncp-apigw-signature-v2": signature } })
          assert.strictEqual(answer.status, 401)
          const { problem } = yield* lastProblem
          assert(problem._tag === "SignatureMismatch")
          assert.strictEqual(problem.receivedSignature, signature)
          if (mistake === undefined) assert.isUndefined(problem.mistake)
          else assert.include(problem.mistake, mistake)
        }
      }).pipe(Effect.provide(EmulatorClient.layer())))
  })

  it.effect("a service of another account is forbidden, whatever the body", () =>
    Effect.gen(function*() {
      const answer = yield* call({ target: "/sms/v2/services/ncp:sms:kr:1:other/messages", body: {} })
      assert.strictEqual(answer.status, 403)
      assert.deepStrictEqual(answer.body, {
        status: 403,
        error: "Forbidden",
        message: "Do not have access to this 'serviceId'"
      })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("accounts do not see each other's messages", () =>
    Effect.gen(function*() {
      const other = "/sms/v2/services/ncp:sms:kr:2:two/messages"
      const sent = yield* send(sms())
      const signed = { accessKey: "two", secretKey: "second" }
      const own = yield* call({ target: `${base}/messages?requestId=${sent.body.requestId}` })
      assert.strictEqual(own.body.itemCount, 1)
      const seen = yield* call({ target: `${other}?requestId=${sent.body.requestId}`, signed })
      assert.strictEqual(seen.status, 200)
      assert.strictEqual(seen.body.itemCount, 0)
      const result = yield* call({ target: `${other}/${own.body.messages[0].messageId}`, signed })
      assert.strictEqual(result.status, 404)
      assert.strictEqual((yield* call({ target: `${base}/messages`, body: sms(), signed })).status, 403)
    }).pipe(
      Effect.provide(EmulatorClient.layer({
        accounts: [
          Account.emulatorAccount,
          { accessKey: "two", secretKey: "second", serviceIds: ["ncp:sms:kr:2:two"] }
        ]
      }))
    ))
})
