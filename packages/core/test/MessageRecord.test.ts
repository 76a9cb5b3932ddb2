import * as MessageRecord from "@effect-sens/core/MessageRecord"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(MessageRecord.MessageRecord))
const record = (fields: object) =>
  decode(JSON.stringify({ messageId: "1", to: "01012345678", status: "COMPLETED", ...fields }))
const outcome = (fields: object) => MessageRecord.outcome(record(fields))
const iso = (time: Option.Option<DateTime.Utc>) => Option.map(time, DateTime.formatIso)

describe("MessageRecord", () => {
  it("reads the observed item of 2021", () => {
    const message = decode(bodies.searchItem2021)
    assert.deepStrictEqual(MessageRecord.outcome(message), MessageRecord.Outcome.Pending({ status: "READY" }))
    assert.deepStrictEqual(iso(MessageRecord.requestTime(message)), Option.some("2021-04-18T21:41:15.000Z"))
    assert.deepStrictEqual(MessageRecord.completeTime(message), Option.none())
    assert.isFalse(MessageRecord.isFinal(message))
  })

  it.each(
    [
      ["READY", "success", "0", "Pending"],
      ["PROCESSING", undefined, undefined, "Pending"],
      ["QUEUED", undefined, undefined, "Pending"],
      ["COMPLETED", "success", "0", "Delivered"],
      ["completed", "SUCCESS", "0", "Delivered"],
      [" COMPLETED", "success ", "0", "Delivered"],
      ["COMPLETED ", "FAIL ", "2003", "Failed"],
      ["COMPLETED", undefined, "0", "Delivered"],
      ["COMPLETED", "success", undefined, "Delivered"],
      ["COMPLETED", "fail", "3018", "Failed"],
      ["COMPLETED", "fail", undefined, "Failed"],
      ["COMPLETED", "success", "3018", "Failed"],
      ["COMPLETED", "fail", "0", "Failed"],
      ["COMPLETED", undefined, "3018", "Failed"],
      ["COMPLETED", "processing", "0", "Pending"],
      ["COMPLETED", undefined, undefined, "Pending"],
      ["COMPLETED", null, null, "Pending"],
      ["COMPLETED", "", "", "Pending"]
    ] as const
  )("%s, %s, %s is %s", (status, statusName, statusCode, expected) => {
    const message = record({ status, statusName, statusCode })
    assert.strictEqual(MessageRecord.outcome(message)._tag, expected)
    assert.strictEqual(MessageRecord.isFinal(message), expected !== "Pending")
  })

  it("says when and why", () => {
    const failed = outcome({ statusCode: "2003", statusName: "fail", completeTime: "2026-01-01 09:00:05" })
    assert.strictEqual(failed._tag, "Failed")
    if (failed._tag === "Failed") {
      assert.strictEqual(failed.code.code, "2003")
      assert.deepStrictEqual(iso(failed.completeTime), Option.some("2026-01-01T00:00:05.000Z"))
    }
    const delivered = outcome({ statusCode: "0", statusName: "success", completeTime: "2026-01-01 09:00:05" })
    if (delivered._tag === "Delivered") {
      assert.strictEqual(delivered.code.code, "0")
      assert.deepStrictEqual(iso(delivered.completeTime), Option.some("2026-01-01T00:00:05.000Z"))
    }
    const unexplained = outcome({ statusName: "fail" })
    if (unexplained._tag === "Failed") assert.strictEqual(unexplained.code.code, "")
    const success = outcome({ statusName: "success" })
    if (success._tag === "Delivered") assert.strictEqual(success.code.code, "0")
  })

  it("an unknown code is kept", () => {
    const code = Option.getOrThrow(MessageRecord.deliveryCode(record({ statusCode: "9999" })))
    assert.strictEqual(code._tag, "Unknown")
    assert.strictEqual(code.code, "9999")
    assert.deepStrictEqual(
      Option.map(MessageRecord.deliveryCode(record({ statusCode: 0 })), ({ code }) => code),
      Option.some("0")
    )
  })

  it("null, blank and absent are the same for what SENS may leave out", () => {
    for (const nothing of [null, "", undefined]) {
      const message = record({
        requestId: nothing,
        requestTime: nothing,
        contentType: nothing,
        type: nothing,
        subject: nothing,
        content: nothing,
        countryCode: nothing,
        from: nothing,
        statusCode: nothing,
        statusName: nothing,
        statusMessage: nothing,
        completeTime: nothing,
        telcoCode: nothing,
        files: nothing
      })
      assert.deepStrictEqual(MessageRecord.requestId(message), Option.none())
      assert.deepStrictEqual(MessageRecord.requestTime(message), Option.none())
      assert.deepStrictEqual(MessageRecord.completeTime(message), Option.none())
      assert.deepStrictEqual(MessageRecord.telcoCode(message), Option.none())
      assert.deepStrictEqual(MessageRecord.deliveryCode(message), Option.none())
      assert.deepStrictEqual(MessageRecord.files(message), [])
    }
  })

  it("reads what is there", () => {
    const message = record({
      requestId: "RSSA-1",
      telcoCode: "SKT",
      files: [{ fileId: "a", name: "a.jpg" }],
      requestTime: "2026-01-01 09:00:00"
    })
    assert.deepStrictEqual(Option.map(MessageRecord.requestId(message), String), Option.some("RSSA-1"))
    assert.deepStrictEqual(MessageRecord.telcoCode(message), Option.some("SKT"))
    assert.deepStrictEqual(MessageRecord.files(message).map(({ name }) => name), ["a.jpg"])
    assert.deepStrictEqual(iso(MessageRecord.requestTime(message)), Option.some("2026-01-01T00:00:00.000Z"))
    assert.deepStrictEqual(MessageRecord.requestTime(record({ requestTime: "soon" })), Option.none())
  })

  it.prop("decodes what it encodes, and has an outcome", [MessageRecord.MessageRecord], ([message]) => {
    const text = JSON.stringify(Schema.encodeSync(MessageRecord.MessageRecord)(message))
    const decoded = decode(text)
    assert.strictEqual(JSON.stringify(decoded), text)
    assert.strictEqual(MessageRecord.outcome(decoded)._tag !== "Pending", MessageRecord.isFinal(message))
  })
})
