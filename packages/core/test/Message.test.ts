import * as EucKr from "@effect-sens/core/EucKr"
import * as Message from "@effect-sens/core/Message"
import { assert, describe, it } from "@effect/vitest"
import { pipe } from "effect/Function"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const kinds = (result: Result.Result<Message.Fit, Message.DoesNotFit>) =>
  Result.match(result, {
    onFailure: ({ issues }) => issues.map(({ kind, path }) => `${path.join(".")} ${kind}`),
    onSuccess: ({ type, why }) => `${type} ${why}`
  })

describe("Message.fit", () => {
  it("an SMS up to 90 bytes, an LMS up to 2,000, nothing beyond", () => {
    assert.deepStrictEqual(Message.fit(""), Result.succeed({ type: "SMS", why: "Fits", bytes: 0, limit: 90 }))
    assert.deepStrictEqual(
      Message.fit("a".repeat(90)),
      Result.succeed({ type: "SMS", why: "Fits", bytes: 90, limit: 90 })
    )
    assert.deepStrictEqual(
      Message.fit("a".repeat(91)),
      Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 91, limit: 2000 })
    )
    assert.deepStrictEqual(
      Message.fit("가".repeat(1000)),
      Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 2000, limit: 2000 })
    )
    assert.deepStrictEqual(kinds(Message.fit("가".repeat(1000) + "a")), ["content TooLong"])
  })

  it("a subject makes an LMS, of at most 40 bytes", () => {
    assert.deepStrictEqual(
      Message.fit("a", { subject: "가".repeat(20) }),
      Result.succeed({ type: "LMS", why: "HasSubject", bytes: 1, limit: 2000 })
    )
    assert.strictEqual(kinds(Message.fit("a", { subject: "" })), "SMS Fits")
    assert.deepStrictEqual(kinds(Message.fit("a", { subject: "가".repeat(20) + "a" })), ["subject TooLong"])
  })

  it("says all that stands against a text, without the text", () => {
    const result = Message.fit(`홍길동${"😀".repeat(1000)}`, { subject: "비밀\ud800" })
    assert.isTrue(Result.isFailure(result))
    if (Result.isSuccess(result)) return
    const found = new Set(kinds(result))
    assert.deepStrictEqual(found, new Set(["content TooLong", "content NotEncodable", "subject BrokenText"]))
    for (const form of [result.failure.message, JSON.stringify(result.failure), String(result.failure)]) {
      assert.notInclude(form, "홍길동")
      assert.notInclude(form, "비밀")
    }
    assert.include(result.failure.message, "2006 bytes")
  })

  it("asks the charset that it is told, data first and data last", () => {
    assert.deepStrictEqual(kinds(Message.fit("뷁")), ["content NotEncodable"])
    assert.strictEqual(kinds(Message.fit("뷁", { charset: "CP949" })), "SMS Fits")
    assert.strictEqual(kinds(pipe("뷁", Message.fit({ charset: "CP949" }))), "SMS Fits")
    assert.strictEqual(kinds(pipe("a", Message.fit())), "SMS Fits")
  })

  it("takes what is odd but can be sent", () => {
    assert.strictEqual(kinds(Message.fit("a\u0007b\u00ad\u3164")), "SMS Fits")
  })

  it.prop("fits exactly what can be encoded in 2,000 bytes", [Schema.String], ([text]) => {
    const result = Message.fit(text)
    assert.strictEqual(Result.isSuccess(result), EucKr.isEncodable(text) && EucKr.fits(text, 2000))
    if (Result.isSuccess(result)) {
      assert.strictEqual(result.success.type === "SMS", EucKr.fits(text, 90))
      assert.strictEqual(result.success.bytes, EucKr.byteLength(text))
    }
  })
})
