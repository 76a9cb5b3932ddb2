import * as EucKr from "@effect-sens/core/EucKr"
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

const kinds = (result: Result.Result<SendRequest.Fit, SendRequest.DoesNotFit>) =>
  Result.match(result, {
    onFailure: ({ issues }) => issues.map(({ kind, path }) => `${path.join(".")} ${kind}`),
    onSuccess: ({ type, why }) => `${type} ${why}`
  })

describe("SendRequest.fit", () => {
  it("an SMS up to 90 bytes, an LMS up to 2,000, nothing beyond", () => {
    assert.deepStrictEqual(SendRequest.fit(""), Result.succeed({ type: "SMS", why: "Fits", bytes: 0, limit: 90 }))
    assert.deepStrictEqual(
      SendRequest.fit("a".repeat(90)),
      Result.succeed({ type: "SMS", why: "Fits", bytes: 90, limit: 90 })
    )
    assert.deepStrictEqual(
      SendRequest.fit("a".repeat(91)),
      Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 91, limit: 2000 })
    )
    assert.deepStrictEqual(
      SendRequest.fit("가".repeat(1000)),
      Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 2000, limit: 2000 })
    )
    assert.deepStrictEqual(kinds(SendRequest.fit("가".repeat(1000) + "a")), ["content TooLong"])
  })

  it("a subject makes an LMS, of at most 40 bytes", () => {
    assert.deepStrictEqual(
      SendRequest.fit("a", { subject: "가".repeat(20) }),
      Result.succeed({ type: "LMS", why: "HasSubject", bytes: 1, limit: 2000 })
    )
    assert.strictEqual(kinds(SendRequest.fit("a", { subject: "" })), "SMS Fits")
    assert.deepStrictEqual(kinds(SendRequest.fit("a", { subject: "가".repeat(20) + "a" })), ["subject TooLong"])
  })

  it("says all that stands against a text, without the text", () => {
    const result = SendRequest.fit(`홍길동${"😀".repeat(1000)}`, { subject: "비밀\ud800" })
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

  it("asks the charset that it is told", () => {
    assert.deepStrictEqual(kinds(SendRequest.fit("뷁")), ["content NotEncodable"])
    assert.strictEqual(kinds(SendRequest.fit("뷁", { charset: "CP949" })), "SMS Fits")
  })

  it("takes what is odd but can be sent", () => {
    assert.strictEqual(kinds(SendRequest.fit("a\u0007b\u00ad\u3164 占쏙옙")), "SMS Fits")
  })

  it.prop("fits exactly what can be encoded in 2,000 bytes", [Schema.String], ([text]) => {
    const result = SendRequest.fit(text)
    assert.strictEqual(Result.isSuccess(result), EucKr.isEncodable(text) && EucKr.fits(text, 2000))
    if (Result.isSuccess(result)) {
      assert.strictEqual(result.success.type === "SMS", EucKr.fits(text, 90))
      assert.strictEqual(result.success.bytes, EucKr.byteLength(text))
    }
  })
})

describe("SendRequest.advertisement", () => {
  const book: SendRequest.Advertisement = { brand: "서점", text: "신간 10% 할인", optOut: "080-123-4567" }
  const framed = "(광고)[서점] 신간 10% 할인\n무료수신거부 0801234567"
  const told = (of: Partial<Record<keyof SendRequest.Advertisement, unknown>>) =>
    Result.match(SendRequest.advertisement({ ...book, ...of } as SendRequest.Advertisement), {
      onFailure: ({ issues }) => issues.map(({ path }) => path.join(".")),
      onSuccess: (text) => text
    })

  it("the mark and who sends it first, a free number to opt out by last", () => {
    assert.strictEqual(told({}), framed)
    assert.strictEqual(told({ brand: " [서점] ", text: "\n신간 10% 할인 " }), framed)
    for (const optOut of ["0801234567", "080 123 4567", "+82 80-123-4567", "０８０-１２３-４５６７"]) {
      assert.strictEqual(told({ optOut }), framed)
    }
    assert.strictEqual(told({ optOut: "080-1234-5678" }), "(광고)[서점] 신간 10% 할인\n무료수신거부 08012345678")
  })

  it("what is framed is not framed twice", () => {
    assert.strictEqual(told({ text: framed }), framed)
    assert.strictEqual(told({ text: "(광고) 신간 10% 할인" }), framed)
    assert.strictEqual(told({ text: "[서점] 신간 10% 할인" }), framed)
    // However its number is written.
    for (const end of ["무료수신거부 080-123-4567", "무료 수신거부: 080 123 4567", "무료수신거부080)123-4567"]) {
      assert.strictEqual(told({ text: `(광고)[서점] 신간 10% 할인\n${end}` }), framed)
    }
    const another = told({ text: "신간 10% 할인\n무료수신거부 080-765-4321" })
    assert.strictEqual(another, "(광고)[서점] 신간 10% 할인\n무료수신거부 080-765-4321\n무료수신거부 0801234567")
  })

  it("says all that is wrong with it, and none of it", () => {
    assert.deepStrictEqual(told({ brand: " ", text: "", optOut: "" }), ["brand", "optOut", "text"])
    for (const brand of ["", "[]", "서점\n2층", null]) assert.deepStrictEqual(told({ brand }), ["brand"])
    for (const text of ["", " \n", "(광고)", "[서점]", "무료수신거부 0801234567", undefined]) {
      assert.deepStrictEqual(told({ text }), ["text"])
    }
    for (
      const optOut of [
        "",
        "02-312-3456",
        "1588-1234",
        "080-123-456",
        "080",
        "0801234567 0807654321",
        "0801234567.0",
        801234567
      ]
    ) {
      assert.deepStrictEqual(told({ optOut }), ["optOut"])
    }
    const failed = SendRequest.advertisement({ brand: "비밀\n상점", text: "", optOut: "010-9999-8888" })
    assert.isTrue(Result.isFailure(failed))
    if (Result.isSuccess(failed)) return
    for (const form of [failed.failure.message, JSON.stringify(failed.failure), String(failed.failure)]) {
      assert.notMatch(form, /비밀|상점|9999/)
    }
  })

  const digits = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999_999 }))
  const noon = DateTime.makeUnsafe("2026-01-01T03:00:00Z")

  it.prop(
    "passes what Preflight asks of an advertisement, and is its own frame",
    [Schema.String, Schema.String, digits],
    ([brand, text, number]) => {
      const optOut = `080${String(number).padStart(8, "0")}`
      const made = SendRequest.advertisement({
        brand: `${brand}서점`.replace(/[\r\n\u2028\u2029]/g, ""),
        text: `${text}책`,
        optOut
      })
      const content = Result.getOrThrow(made)
      assert.include(content, text.trim())
      const request = {
        type: "LMS",
        contentType: "AD",
        from: "02-312-3456",
        content,
        messages: [{ to: "010-1234-5678" }]
      } as const
      const { errors, warnings } = Preflight.check(request, { now: noon })
      assert.deepStrictEqual([...errors, ...warnings].filter(({ kind }) => kind.startsWith("Ad")), [])
      const again = SendRequest.advertisement({
        brand: `${brand}서점`.replace(/[\r\n\u2028\u2029]/g, ""),
        text: content,
        optOut
      })
      assert.strictEqual(Result.getOrThrow(again), content)
    },
    { arbitrary: { runs: 300 } }
  )
})
