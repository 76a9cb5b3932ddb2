import * as Signature from "@effect-sens/http/Signature"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"

const service = "/sms/v2/services/ncp:sms:kr:123456789012:demo"
const window =
  "requestStartTime=2020-01-01%2000%3A00%3A00&requestEndTime=2020-01-02%2000%3A00%3A00&pageSize=100&pageIndex=0"

// The first three are public: NaverCloudPlatform/ncp-iam-authenticator and connectfit-team/naverapi. The others were
// computed apart from this project.
const vectors: ReadonlyArray<
  readonly [method: string, target: string, timestamp: number, accessKey: string, secretKey: string, signature: string]
> = [
  ["GET", "/cluster/kubeconfig", 1668407407855, "access", "secret", "LTJli9+OKT2KvUXxiKslMfu5FIOmDN83avehOvgUFp0="],
  [
    "GET",
    "/iam/krs-v1/user?clusterUuid=D11328F1-ECA9-4F1B-BA22-921F61D9C5FF",
    1668407407855,
    "access",
    "secret",
    "emeahfW4CmzsxIQ5ip0cd9yqERXJ+ZJsRfQpGNmKdXk="
  ],
  [
    "POST",
    "/sms/v2/services/ncp:sms:kr:273248310490:sms_service/messages",
    856915200000,
    "test-access-key",
    "test-secret-key",
    "fNdhE7DMQ3QT2Ev3GxZxSpzg3vJmHNBMjAPG78IqBX8="
  ],
  ...[
    ["POST", `${service}/messages`, "FSWAc7xgFlFkr6ND0xFm2evfUiHwXcqyH5t4VHss3GI="],
    ["POST", `${service}/files`, "1u1a4f/V3Nj4QjHqSFi0q7VZNohoFcDWzluduiAA35Q="],
    ["GET", `${service}/messages?${window}`, "6vCugHq8DlR5FLapYXS31Wcl3O+6HaJCbaQZZYvRS5U="],
    ["GET", `${service}/messages?${window.replaceAll("%20", "+")}`, "i7NcHwMh4IrhvMNGf6OQ8BHwwozHDFI07MBLy1tOWKU="],
    [
      "GET",
      `${service}/messages/132597da-68ab-499b-b509-174d06143b9e`,
      "xCtcXEwLZ3eF8Xl0I85zpd6wgoiXHNO9Ni3CBploJlY="
    ],
    ["DELETE", `${service}/unsubscribes`, "j7n2BwqvYxOWzpO4R0Lh4vhhMJSdtdgkJ8R+t7tnO1A="],
    ["GET", "/photos/puppy.jpg?query1=&query2", "+nDG58c1/1uJWneISmiEtw2E/B4Iqc1mRm5Oe4S30qU="]
  ].map(([method = "", target = "", signature = ""]) =>
    [method, target, 1700000000000, "test-access-key", "test-secret-key", signature] as const
  )
]

// Records what reaches the transport, and when.
const recorder = () => {
  const seen: Array<{ readonly request: HttpClientRequest.HttpClientRequest; readonly url: URL; readonly at: number }> =
    []
  const client = HttpClient.make((request, url) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      seen.push({ request, url, at })
      return HttpClientResponse.fromWeb(request, new Response(null, { status: 204 }))
    })
  )
  return { client, seen }
}

const credentials = { accessKey: Redacted.make("test-access-key"), secretKey: Redacted.make("test-secret-key") }

// node:crypto, the oracle.
const expected = (method: string, target: string, timestamp: string) =>
  createHmac("sha256", "test-secret-key").update(`${method} ${target}\n${timestamp}\ntest-access-key`).digest("base64")

describe("Signature", () => {
  it.effect.each(vectors)(
    "%s %s",
    ([method, target, timestamp, accessKey, secretKey, signature]) =>
      Effect.gen(function*() {
        const options = {
          method,
          target,
          timestamp,
          accessKey: Redacted.make(accessKey),
          secretKey: Redacted.make(secretKey)
        }
        assert.strictEqual(yield* Signature.sign(options), signature)
        assert.strictEqual(yield* Effect.provide(Signature.sign(options), NodeSigner), signature)
      })
  )

  it.effect.prop(
    "signs what node:crypto signs",
    [Schema.NonEmptyString, Schema.String],
    ([secretKey, target]) =>
      Effect.gen(function*() {
        const signature = yield* Signature.sign({
          method: "get",
          target,
          timestamp: 1,
          accessKey: Redacted.make("access"),
          secretKey: Redacted.make(secretKey)
        })
        const oracle = createHmac("sha256", secretKey).update(`GET ${target}\n1\naccess`).digest("base64")
        assert.strictEqual(signature, oracle)
      })
  )

  it.effect("covers path and query byte for byte as they go over the wire", () =>
    Effect.gen(function*() {
      const { client, seen } = recorder()
      const signed = yield* Signature.withSignature(client, credentials)
      const base = "https://sens.invalid"
      yield* signed.get(`${base}/a%20b/%2F%2B%25/ncp:sms?x=%20y+z&한글='"`)
      yield* signed.get(`${base}/list`, { urlParams: { time: "2026-01-01 09:00:00", plus: "+" }, hash: "fragment" })
      yield* signed.post(`${base}/messages`)
      assert.strictEqual(seen.length, 3)
      for (const { request, url } of seen) {
        const timestamp = request.headers["x-ncp-apigw-timestamp"] ?? ""
        assert.strictEqual(request.headers["x-ncp-iam-access-key"], "test-access-key")
        assert.strictEqual(
          request.headers["x-ncp-apigw-signature-v2"],
          expected(request.method, url.href.slice(base.length).split("#")[0] ?? "", timestamp)
        )
      }
    }))

  it.effect("a request that waited ten minutes in a rate limiter bears a fresh timestamp", () =>
    Effect.gen(function*() {
      const { client, seen } = recorder()
      const limiter = yield* RateLimiter.RateLimiter
      const signed = yield* Signature.withSignature(client, credentials)
      const limited = signed.pipe(
        HttpClient.withRateLimiter({ limiter, key: "sens", window: "10 minutes", limit: 1, times: 0 })
      )
      yield* limited.get("https://sens.invalid/first")
      const fiber = yield* Effect.forkChild(limited.get("https://sens.invalid/second"))
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(seen.length, 1)
      yield* TestClock.adjust("1 minutes")
      yield* Fiber.join(fiber)
      const [, second] = seen
      assert.isTrue(second !== undefined && second.at === 600_000)
      assert.strictEqual(second?.request.headers["x-ncp-apigw-timestamp"], String(second?.at))
    }).pipe(Effect.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)))))

  it.effect("never shows a key", () =>
    Effect.gen(function*() {
      const signed = yield* Signature.withSignature(HttpClient.make(() => Effect.never), credentials)
      assert.notMatch(JSON.stringify([signed, credentials]) + String(credentials.secretKey), /test-(access|secret)-key/)
    }))
})

const NodeSigner = Signer.layer.pipe(Layer.provide(NodeCrypto.layer))
