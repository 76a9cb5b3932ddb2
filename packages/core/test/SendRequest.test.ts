import * as FileId from "@effect-sens/core/FileId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as SendRequest from "@effect-sens/core/SendRequest"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const options = { errors: "all", onExcessProperty: "error" } as const
const decode = Schema.decodeUnknownSync(SendRequest.SendRequest, options)
const encode = Schema.encodeUnknownSync(SendRequest.SendRequest, options)
const tryEncode = Schema.encodeUnknownResult(SendRequest.SendRequest, options)
const tryDecode = Schema.decodeUnknownResult(SendRequest.SendRequest, options)

const number = PhoneNumber.make("01012345678")
const sms: typeof SendRequest.Sms.Type = { type: "SMS", from: number, content: "text", messages: [{ to: number }] }

// The wire knows minutes alone.
const toMinutes = (request: SendRequest.Normalized): SendRequest.Normalized =>
  request.reserve === undefined ? request : {
    ...request,
    reserve: {
      ...request.reserve,
      at: DateTime.makeUnsafe(Math.floor(request.reserve.at.epochMilliseconds / 60_000) * 60_000)
    }
  }

describe("SendRequest", () => {
  describe("the documented examples", () => {
    for (const [name, body] of Object.entries(bodies.sendRequests)) {
      it(`${name}: decodes, encodes to the same JSON, and passes preflight`, () => {
        const request = decode(JSON.parse(body))
        assert.deepStrictEqual(encode(request), JSON.parse(body))
        const now = DateTime.makeUnsafe("2025-12-31T03:00:00Z")
        assert.deepStrictEqual(Preflight.check(request, { now }), { errors: [], warnings: [] })
      })
    }
  })

  it.prop("decodes what it encodes", [SendRequest.SendRequest], ([generated]) => {
    const request = toMinutes(generated)
    const body: unknown = JSON.parse(JSON.stringify(encode(request)))
    const decoded = decode(body)
    assert.strictEqual(decoded.reserve?.at.epochMilliseconds, request.reserve?.at.epochMilliseconds)
    assert.deepStrictEqual(encode(decoded), body)
    // The zone may change in the hour that happens twice, nothing else may.
    assert.deepStrictEqual({ ...decoded, reserve: undefined }, { ...request, reserve: undefined })
  })

  it.prop("toWire is what encoding gives", [SendRequest.SendRequest], ([request]) => {
    assert.deepStrictEqual(SendRequest.toWire(request), encode(request))
    // Nothing is copied where nothing changes.
    if (request.reserve === undefined) assert.strictEqual<unknown>(SendRequest.toWire(request), request)
  })

  it("a reservation is two fields on the wire and an instant in the domain", () => {
    const body = encode({
      ...sms,
      reserve: { at: DateTime.makeUnsafe("2026-01-01T00:00:30Z"), timeZone: "Europe/Paris" }
    })
    assert.deepStrictEqual(body, {
      type: "SMS",
      from: "01012345678",
      content: "text",
      messages: [{ to: "01012345678" }],
      reserveTime: "2026-01-01 01:00",
      reserveTimeZone: "Europe/Paris"
    })
    assert.strictEqual(decode(body).reserve?.at.epochMilliseconds, Date.UTC(2026, 0, 1))
    assert.isFalse("reserveTime" in decode(body))
  })

  it.each(["SMS", "LMS", "MMS"])("refuses a reservation of %s that is no time, without repeating it", (type) => {
    const result = tryDecode({ ...encode(sms), type, reserveTime: "0101234567890" })
    assert.isTrue(Result.isFailure(result))
    if (Result.isFailure(result)) {
      assert.include(result.failure.message, "Expected yyyy-MM-dd HH:mm")
      assert.include(result.failure.message, "at [\"reserveTime\"]")
      assert.notInclude(result.failure.message, "0101234567890")
    }
  })

  const lms = { ...sms, type: "LMS" as const }
  const mms = { ...sms, type: "MMS" as const }

  it.each([
    ["a subject on an SMS", { ...sms, subject: "subject" }],
    ["a subject for one recipient of an SMS", { ...sms, messages: [{ to: number, subject: "subject" }] }],
    ["a file on an SMS", { ...sms, files: [{ fileId: "1" }] }],
    ["a file on an LMS", { ...lms, files: [{ fileId: "1" }] }],
    ["an inline file, as in 2019", { ...mms, files: [{ name: "a.jpg", body: "" }] }],
    ["a schedule code, as in 2019", { ...sms, scheduleCode: "1" }],
    ["no text for all", { ...sms, content: undefined }],
    ["an empty text for all", { ...sms, content: "" }],
    ["no recipients", { ...sms, messages: [] }],
    ["101 recipients", { ...sms, messages: Array.from({ length: 101 }, () => ({ to: number })) }],
    ["a number with a hyphen", { ...sms, messages: [{ to: "010-1234-5678" }] }],
    ["a sender with a plus", { ...sms, from: "+8210" }],
    ["a number of 26 digits", { ...sms, messages: [{ to: "1".repeat(26) }] }],
    ["a country with a plus", { ...sms, countryCode: "+82" }],
    ["another kind of content", { ...sms, contentType: "SPAM" }],
    ["another type", { ...sms, type: "RCS" }]
  ])("does not send %s", (_, request) => {
    assert.isTrue(Result.isFailure(tryEncode(request)))
  })

  it("sends up to 100 recipients, numbers of 25 digits, subjects and files where they belong", () => {
    const messages = Array.from({ length: 100 }, () => ({ to: "1".repeat(25) }))
    assert.isTrue(Result.isSuccess(tryEncode({ ...sms, messages })))
    assert.isTrue(Result.isSuccess(tryEncode({ ...lms, subject: "a", messages: [{ to: number, subject: "b" }] })))
    assert.isTrue(Result.isSuccess(tryEncode({ ...mms, subject: "a", files: [{ fileId: FileId.make("1") }] })))
  })

  it("is told apart by its type", () => {
    const describe = (request: SendRequest.Normalized) =>
      SendRequest.SendRequest.match(request, {
        SMS: () => "short",
        LMS: ({ subject }) => `long ${subject}`,
        MMS: ({ files }) => `${files?.length} files`
      })
    assert.strictEqual(describe(sms), "short")
    assert.strictEqual(describe({ ...lms, subject: "s" }), "long s")
    assert.strictEqual(describe({ ...mms, files: [] }), "0 files")
  })
})
