import * as MessageId from "@effect-sens/core/MessageId"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { answering, once } from "../answering.ts"

const gateway = (errorCode: string | number, message = "") => ({ error: { errorCode, message } })
const nginx =
  "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body><center><h1>429 Too Many Requests</h1></center></body></html>"

describe("a 429 is told apart", () => {
  it.effect.each([
    // By the code of the gateway, whatever else is said.
    [gateway("410"), {}, "Throttled"],
    [gateway(420, "Quota Exceeded"), {}, "Throttled"],
    [gateway("400", "rate limit"), { "retry-after": "1" }, "QuotaExceeded"],
    [{ errorCode: "410", errorMessage: "x" }, {}, "Throttled"],
    // By Retry-After.
    ["", { "retry-after": "3" }, "Throttled"],
    [{ errorMessage: "The quota of the day is used up" }, { "retry-after": "3" }, "Throttled"],
    // By what is said.
    [nginx, {}, "Throttled"],
    ["<html><body>Rate limit exceeded, slow down</body></html>", {}, "Throttled"],
    [`<html><style>${"x".repeat(3000)}</style><body>You are being rate limited</body></html>`, {}, "Throttled"],
    ["API calls are throttled", {}, "Throttled"],
    [{ message: "API rate limit exceeded" }, {}, "Throttled"],
    [{ errors: ["초당 요청 수를 초과했습니다"] }, {}, "Throttled"],
    [{ errorMessage: "초당 호출 한도를 초과했습니다" }, {}, "Throttled"],
    [{ message: "Quota exceeded: requests per minute" }, {}, "Throttled"],
    [{ message: "RateLimitExceeded" }, {}, "Throttled"],
    [{ error: "slow_down" }, {}, "Throttled"],
    [{ message: "요청이 너무 많습니다" }, {}, "Throttled"],
    // Else it is the quota, of which NAVER speaks.
    ["", {}, "QuotaExceeded"],
    [{}, {}, "QuotaExceeded"],
    [{ status: 429, error: "Too Many Requests", message: "The quota of the day is used up" }, {}, "QuotaExceeded"],
    [{ statusCode: "429", statusName: "fail", statusMessage: "Too Many Requests" }, {}, "QuotaExceeded"],
    ["<html><body>Your daily quota was exceeded at this rate</body></html>", {}, "QuotaExceeded"],
    [{ errorMessage: "일일 발송 한도를 초과했습니다" }, {}, "QuotaExceeded"],
    [{ errorMessage: "A corporate account is needed" }, {}, "QuotaExceeded"]
  ] as ReadonlyArray<readonly [unknown, Record<string, string>, string]>)(
    "%j %j: %s",
    ([body, headers, expected]) =>
      Effect.gen(function*() {
        const sens = yield* answering(429, body, headers)
        const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
        assert.strictEqual(reason._tag, expected)
      })
  )
})

describe("what a body says", () => {
  it.effect.each([
    ["123", "123"],
    [200, "200"],
    ["010-1234-5678", undefined],
    ["E_SECRET", undefined],
    [{}, undefined]
  ] as ReadonlyArray<readonly [unknown, string | undefined]>)(
    "a code of the gateway is one of its codes: %j",
    ([errorCode, expected]) =>
      Effect.gen(function*() {
        const sens = yield* answering(400, { error: { errorCode, message: "x" } })
        const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
        assert.strictEqual("gatewayCode" in reason ? reason.gatewayCode : undefined, expected)
      })
  )
})
