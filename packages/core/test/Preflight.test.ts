// @effect-diagnostics globalDate:off
// A caller may write a `Date`.
import * as CountryCode from "@effect-sens/core/CountryCode"
import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as FileId from "@effect-sens/core/FileId"
import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

// Noon in Korea.
const now = DateTime.makeUnsafe("2026-01-01T03:00:00Z")
const later = (millis: number) => DateTime.makeUnsafe(now.epochMilliseconds + millis)
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]

const number = PhoneNumber.make("01012345678")
const to = { to: number }
const afar = { messages: [{ to: "9012345678" }] }
const sms: SendRequest.Sms = { type: "SMS", from: number, content: "안녕", messages: [to] }
const lms: SendRequest.Lms = { ...sms, type: "LMS" }
const mms: SendRequest.Mms = { ...sms, type: "MMS", files: [{ fileId: FileId.make("1") }] }
const ad = { contentType: "AD", content: "(광고) 책\n무료수신거부 0801234567" } as const

// One number stands for many here, so that it may come again.
const repeating = (options?: Preflight.Options): Preflight.TimedOptions => ({
  now,
  ...options,
  severity: { DuplicateNumber: "off", ...options?.severity }
})

const check = (request: SendRequest.SendRequest, options?: Preflight.Options) =>
  Preflight.check(request, repeating(options))

// What a program without a compiler may pass.
const checkAny = (request: unknown, options?: Preflight.Options): Preflight.Report =>
  Preflight.check(request as SendRequest.SendRequest, repeating(options))

const clean: Preflight.Report = { errors: [], warnings: [] }
const line = ({ kind, path }: RequestIssue.RequestIssue) => `${path.join(".")} ${kind}`
const lines = ({ errors, warnings }: Preflight.Report) => ({
  errors: errors.map(line),
  warnings: warnings.map(line)
})
const only = (severity: "errors" | "warnings", ...found: ReadonlyArray<string>) => ({
  errors: [],
  warnings: [],
  [severity]: found
})
const figures = (report: Preflight.Report) =>
  [...report.errors, ...report.warnings].map(({ kind: _, message: __, path: ___, ...rest }) => rest)

/** What the charset has of a text. */
const encode = (text: string) => Array.from(text).filter((char) => EucKr.inspect(char).length === 0).join("")

const korean = (number: string) => PhoneNumber.make(`010${number.padStart(8, "0").slice(-8)}`)

const repeat = <A>(
  value: A,
  count: number
): [A, ...Array<A>] => [value, ...Array.from({ length: count - 1 }, () => value)]

describe("what cannot be read is told in words of the request", () => {
  const now = DateTime.makeUnsafe("2026-03-02T03:00:00Z")
  const base = { type: "SMS", from: "0212345678", content: "안녕하세요", messages: [{ to: "01012345678" }] }
  const told = (request: object) =>
    Preflight.check(request as never, { now }).errors.map(({ message, path }) => `${path.join(".")}: ${message}`)

  it.each([
    [{ reserve: { at: "2026-12-01T09:00:00" } }, "reserve.at: Expected a Date or a DateTime"],
    [{ reserve: { at: new Date("x") } }, "reserve.at: Expected a Date or a DateTime"],
    [{ reserve: { at: now, timezone: "Asia/Seoul" } }, "reserve.timezone: There is no such field: write timeZone"],
    [{ reserve: { at: now, every: "day" } }, "reserve.every: There is no such field: leave it out"],
    [{ content: 5 }, "content: Expected a text"],
    [{ "010-1234-5678": 1 }, "***: Not a field of a send request"],
    [{ "홍길동 인증번호 738201": 1 }, "***: Not a field of a send request"]
  ])("%o", (change, expected) => {
    assert.include(told({ ...base, ...change }), expected)
  })

  it.each([
    [{ requestTime: { start: "2026-03-01", end: now } }, "requestTime.start: Expected a Date or a DateTime"],
    [{ requestId: "x", too: "01012345678" }, "too: There is no such field: write to"]
  ])("%o", (query, expected) => {
    const { errors } = Preflight.checkSearch(query as never, { now })
    assert.include(errors.map(({ message, path }) => `${path.join(".")}: ${message}`), expected)
  })
})

describe("Preflight.check", () => {
  it("finds nothing wrong with what is right", () => {
    for (
      const request of [sms, lms, mms, { ...lms, subject: "제목" }, { ...sms, ...ad }, {
        ...sms,
        countryCode: CountryCode.make("82")
      }]
    ) {
      assert.deepStrictEqual(check(request), clean)
    }
  })

  it("finds seven different faults at once, each with its path", () => {
    const report = checkAny({
      type: "SMS",
      from: "+8210",
      subject: "an SMS has none",
      content: "가".repeat(46),
      messages: [to, { to: "010-1234-567a" }, { to: number, content: "뷁" }, { to: number, content: "\ud800" }],
      reserve: { at: later(-minute) }
    })
    assert.deepStrictEqual(lines(report), {
      errors: [
        "subject Schema",
        "from NumberShape",
        "messages.1.to PhoneNumber",
        "content TooLong",
        "messages.2.content NotEncodable",
        "messages.3.content BrokenText",
        "reserve.at ReserveInPast"
      ],
      warnings: []
    })
    for (const { message } of report.errors) assert.isAbove(message.length, 10)
  })

  describe("text", () => {
    const text = (bytes: number) => "a".repeat(bytes % 2) + "가".repeat(Math.floor(bytes / 2))

    it.each(
      [
        ["SMS", sms, 90],
        ["LMS", lms, 2000],
        ["MMS", mms, 2000]
      ] as const
    )("the text of an %s", (_, request, limit) => {
      assert.deepStrictEqual(check({ ...request, content: text(limit) }), clean)
      const report = check({ ...request, content: text(limit + 1) })
      assert.deepStrictEqual(lines(report), only("errors", "content TooLong"))
      assert.deepStrictEqual(figures(report), [{ actual: limit + 1, limit, index: text(limit).length }])
      const name = request.type === "SMS" ? "an SMS" : request.type === "LMS" ? "an LMS" : "an MMS"
      assert.include(report.errors[0]?.message, `${limit + 1} bytes in EUC-KR, 1 more than ${name} may have`)
    })

    it("the text of one recipient alone", () => {
      const own = (bytes: number) => ({ ...to, content: text(bytes) })
      assert.deepStrictEqual(check({ ...sms, messages: [to, own(90)] }), clean)
      assert.deepStrictEqual(
        lines(check({ ...sms, messages: [to, own(91), own(92)] })),
        only("errors", "messages.1.content TooLong", "messages.2.content TooLong")
      )
    })

    it("a text for all that nobody gets is not counted", () => {
      const long = { ...sms, content: text(91) }
      const own = { ...to, content: "own" }
      assert.deepStrictEqual(check({ ...long, messages: [own] }), clean)
      assert.deepStrictEqual(lines(check({ ...long, messages: [own, to] })), only("errors", "content TooLong"))
      assert.deepStrictEqual(
        lines(checkAny({ ...long, messages: [] })).errors,
        ["messages Recipients", "content TooLong"]
      )
    })

    it("is told about once, however many get it", () => {
      assert.deepStrictEqual(
        lines(check({ ...sms, content: text(91), messages: repeat(to, 100) })),
        only("errors", "content TooLong")
      )
    })

    it.each([["LMS", lms], ["MMS", mms]] as const)("the subject of an %s, for all and for one", (_, request) => {
      assert.deepStrictEqual(
        check({ ...request, subject: text(40), messages: [{ ...to, subject: text(40) }, to] }),
        clean
      )
      const report = check({ ...request, subject: text(41), messages: [{ ...to, subject: text(41) }, to] })
      assert.deepStrictEqual(lines(report), only("errors", "subject TooLong", "messages.0.subject TooLong"))
      assert.deepStrictEqual(figures(report), [
        { actual: 41, limit: 40, index: 20 },
        { actual: 41, limit: 40, index: 20 }
      ])
      assert.deepStrictEqual(check({ ...request, subject: text(41), messages: [{ ...to, subject: "own" }] }), clean)
    })

    it("truncate: \"server\" lets it pass, and says so", () => {
      const report = check({ ...sms, content: text(91) }, { truncate: "server" })
      assert.deepStrictEqual(lines(report), only("warnings", "content TooLong"))
      const subject = check({ ...lms, subject: text(41) }, { truncate: "server" })
      assert.deepStrictEqual(lines(subject), only("warnings", "subject TooLong"))
    })

    it("characters that the charset lacks", () => {
      const report = check({ ...sms, content: "가격 ₩1,000 👨‍👩‍👧" })
      assert.deepStrictEqual(lines(report), only("errors", "content NotEncodable", "content NotEncodable"))
      assert.deepStrictEqual(figures(report), [
        { index: 3, length: 1, character: "unsupported", codePoints: [0x20a9] },
        { index: 10, length: 8, character: "emoji", codePoints: [0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467] }
      ])
      for (const { message } of report.errors) assert.include(message, "see EucKr.repair")
      assert.deepStrictEqual(
        lines(check({ ...lms, subject: "뷁", messages: [{ ...to, subject: "뷁" }, to] })),
        only("errors", "subject NotEncodable", "messages.0.subject NotEncodable")
      )
    })

    it("asks the charset that it is told", () => {
      assert.deepStrictEqual(lines(check({ ...sms, content: "뷁" })), only("errors", "content NotEncodable"))
      assert.deepStrictEqual(check({ ...sms, content: "뷁" }, { charset: "CP949" }), clean)
      const report = check({ ...sms, content: "뷁".repeat(46) }, { charset: "CP949" })
      assert.include(report.errors[0]?.message, "in CP949")
    })

    it("broken text", () => {
      for (const broken of ["a\ud800", "\udc00b", "\ufffd"]) {
        const report = check({ ...sms, content: broken })
        assert.deepStrictEqual(lines(report), only("errors", "content BrokenText"))
        assert.match(report.errors[0]?.message ?? "", /find out where the text was (?:cut|decoded wrongly)/)
      }
    })

    it("abroad, what the charset lacks is a warning", () => {
      const abroad = { ...sms, ...afar, countryCode: CountryCode.make("81") }
      assert.deepStrictEqual(
        lines(check({ ...abroad, content: "é\ud800" })),
        only("warnings", "content NotEncodable", "content BrokenText")
      )
      assert.deepStrictEqual(lines(check({ ...abroad, content: "a".repeat(91) })), only("errors", "content TooLong"))
    })

    it("control and invisible characters that the charset has", () => {
      assert.deepStrictEqual(check({ ...sms, content: "a\tb\r\nc" }), clean)
      const report = check({ ...sms, content: "a\u0007\u00ad\u3164" })
      assert.deepStrictEqual(
        lines(report),
        only("warnings", "content ControlCharacter", "content InvisibleCharacter", "content InvisibleCharacter")
      )
      assert.deepStrictEqual(figures(report).map(({ index }) => index), [1, 2, 3])
      for (const { message } of report.warnings) assert.notInclude(message, "EucKr.repair")
    })

    it("of a word in jamo, which may be a whole text, not even the code points are told", () => {
      const [issue] = check({ ...sms, content: "홍길동".normalize("NFD") }).errors
      assert.strictEqual(issue?.character, "jamo")
      assert.isFalse(issue !== undefined && "codePoints" in issue)
    })
  })

  describe("recipients", () => {
    it("1 to 100", () => {
      assert.deepStrictEqual(check({ ...sms, messages: repeat(to, 100) }), clean)
      const report = check({ ...sms, messages: repeat(to, 101) })
      assert.deepStrictEqual(lines(report), only("errors", "messages Recipients"))
      assert.deepStrictEqual(figures(report), [{ actual: 101, limit: 100 }])
      assert.include(report.errors[0]?.message, "Divide")
      const none = checkAny({ ...sms, messages: [] })
      assert.deepStrictEqual(lines(none), only("errors", "messages Recipients"))
      assert.include(none.errors[0]?.message, "Add one")
    })

    const numbered = (text: string, options?: Partial<Preflight.TimedOptions>) =>
      Preflight.check({ ...sms, from: text, messages: [{ to: text }] }, { now, ...options })

    it("numbers as people write them, the sender's too", () => {
      for (
        const right of ["01012345678", "010-1234-5678", "+82 10 1234 5678", "０１０-１２３４-５６７８", "1588-1234"]
      ) {
        assert.deepStrictEqual(numbered(right), clean)
      }
      for (const wrong of ["", "010-1234-567a", "+81 90 1234 5678", "1.01235E+09", "010-1234-5678 010-8765-4321"]) {
        assert.deepStrictEqual(lines(numbered(wrong)), only("errors", "from PhoneNumber", "messages.0.to PhoneNumber"))
      }
      for (const wrong of ["1012345678", "010-1234-567", "5551234"]) {
        assert.deepStrictEqual(lines(numbered(wrong)), only("errors", "from NumberShape", "messages.0.to NumberShape"))
      }
      assert.deepStrictEqual(lines(numbered("1335")), only("errors", "messages.0.to NumberShape"))
    })

    it("the shape of a number can be lowered, for senders and recipients apart", () => {
      const sender = numbered("5551234", { senderShape: "off" })
      assert.deepStrictEqual(lines(sender), only("errors", "messages.0.to NumberShape"))
      const both = numbered("5551234", { severity: { NumberShape: "warning" } })
      assert.deepStrictEqual(lines(both), only("warnings", "from NumberShape", "messages.0.to NumberShape"))
      const request = { ...sms, from: "555-1234", messages: [{ to: "(555) 1234" }] }
      const own = numbered("5551234", { senderShape: "off", severity: { NumberShape: "warning" } })
      assert.deepStrictEqual(lines(own), only("warnings", "messages.0.to NumberShape"))
      // What is no number at all is no matter of shape.
      const none = numbered("1.01235E+09", { senderShape: "off", severity: { NumberShape: "off" } })
      assert.deepStrictEqual(lines(none), only("errors", "from PhoneNumber", "messages.0.to PhoneNumber"))
      const { value } = Preflight.read(request, { now, severity: { NumberShape: "off" } })
      assert.deepStrictEqual([value?.from, value?.messages], ["5551234", [{ to: "5551234" }]])
    })

    it("says what is wrong with a number, and never the number", () => {
      const [issue] = numbered("1012345678").errors
      assert.include(issue?.message, "zero at the beginning is missing")
      assert.notInclude(JSON.stringify(issue), "1012345678")
    })
  })

  describe("country", () => {
    const abroad = { ...afar, countryCode: CountryCode.make("81") }

    it("an SMS goes abroad, nothing else", () => {
      assert.deepStrictEqual(check({ ...sms, ...abroad }), clean)
      assert.deepStrictEqual(lines(check({ ...lms, ...abroad })), only("errors", "type ForeignType"))
      assert.deepStrictEqual(lines(check({ ...mms, ...abroad })), only("errors", "type ForeignType"))
    })

    it("a country that is not listed", () => {
      const report = check({ ...sms, ...afar, countryCode: CountryCode.make("999") })
      assert.deepStrictEqual(lines(report), only("warnings", "countryCode UnlistedCountry"))
      assert.include(report.warnings[0]?.message, CountryCode.listedAsOf)
    })
  })

  describe("reservation", () => {
    const reserved = (millis: number) => check({ ...sms, reserve: { at: later(millis) } })

    it("is not in the past", () => {
      const report = reserved(-1)
      assert.deepStrictEqual(lines(report), only("errors", "reserve.at ReserveInPast"))
      assert.deepStrictEqual(figures(report), [{ actual: -1, limit: 10 }])
      assert.deepStrictEqual(lines(reserved(0)), only("warnings", "reserve.at ReserveSoon"))
    })

    it("is at least 10 minutes ahead, by the minute that SENS is told", () => {
      assert.deepStrictEqual(reserved(10 * minute), clean)
      assert.deepStrictEqual(reserved(10 * minute + 59 * second), clean)
      const report = reserved(10 * minute - 1)
      assert.deepStrictEqual(lines(report), only("warnings", "reserve.at ReserveSoon"))
      assert.deepStrictEqual(figures(report), [{ actual: 9, limit: 10 }])
    })

    it("names a zone that exists", () => {
      assert.deepStrictEqual(
        lines(check({ ...sms, reserve: { at: later(day), timeZone: "Asia/Nowhere" } })),
        only("errors", "reserve.timeZone Schema")
      )
    })
  })

  describe("one number twice", () => {
    const sent = (...numbers: ReadonlyArray<string>) =>
      lines(Preflight.check({ ...sms, messages: numbers.map((to) => ({ to })) }, { now }))

    it("is told at each that came before, however it is written", () => {
      assert.deepStrictEqual(sent("01012345678", "01087654321"), lines(clean))
      assert.deepStrictEqual(
        sent("01012345678", "010-1234-5678", "01087654321", "+82 10 1234 5678"),
        only("warnings", "messages.1.to DuplicateNumber", "messages.3.to DuplicateNumber")
      )
    })

    it("what is no number is none twice", () => {
      assert.deepStrictEqual(
        lines(Preflight.check({ ...sms, messages: [{}, {}] } as unknown as SendRequest.Sms, { now })),
        only("errors", "messages.0.to Schema", "messages.1.to Schema")
      )
    })

    it("is not told by its digits", () => {
      const { warnings } = Preflight.check({ ...sms, messages: [to, to] }, { now })
      assert.strictEqual(warnings.length, 1)
      assert.notMatch(JSON.stringify(warnings), /\d{4}/)
    })

    const numbers = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))).check(
      Schema.isBetweenLength(1, 40)
    )

    it.prop("leaves as many as there are numbers", [numbers], ([numbers]) => {
      const { warnings } = Preflight.check(
        { ...sms, messages: numbers.map((number) => ({ to: korean(String(number)) })) },
        { now }
      )
      assert.strictEqual(numbers.length - warnings.length, new Set(numbers).size)
    })
  })

  describe("an MMS with a blank text", () => {
    const blank = (content: string) => lines(check({ ...mms, content }))

    it("white space, and what looks like it", () => {
      for (const content of [" ", "\n", " \t\r\n"]) {
        assert.deepStrictEqual(blank(content), only("warnings", "content BlankText"))
      }
      assert.include(blank("\u3164").warnings, "content BlankText")
      assert.include(blank("\u00ad ").warnings, "content BlankText")
      assert.deepStrictEqual(blank("."), lines(clean))
      assert.deepStrictEqual(lines(check({ ...lms, content: " " })), lines(clean))
      assert.deepStrictEqual(lines(check({ ...sms, content: " " })), lines(clean))
    })

    it("of those who get it", () => {
      const own = { ...to, content: "안녕" }
      assert.deepStrictEqual(check({ ...mms, content: " ", messages: [own] }), clean)
      assert.deepStrictEqual(
        lines(check({ ...mms, content: " ", messages: [own, to] })),
        only("warnings", "content BlankText")
      )
      assert.deepStrictEqual(
        lines(check({ ...mms, messages: [own, { ...to, content: " " }, { ...to, content: "" }] })),
        only("warnings", "messages.1.content BlankText")
      )
    })
  })

  describe("a wrong charset", () => {
    const told = (content: string, charset: EucKr.Charset = "EUC-KR") =>
      Preflight.check({ ...lms, content }, { now, charset }).warnings.filter(({ kind }) => kind === "WrongCharset")
    const isTold = (content: string) => told(content).length > 0

    const windows1252 = new TextDecoder("windows-1252")
    const readings: ReadonlyArray<readonly [name: string, read: (bytes: Uint8Array) => string]> = [
      ["Latin-1", (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")],
      ["Windows-1252", (bytes) => windows1252.decode(bytes)]
    ]
    const utf8 = new TextEncoder()
    const cp949 = (text: string) => Result.getOrThrow(EucKrCodec.encode(text, { charset: "CP949" }))

    it.each([
      "안녕하세요",
      "[서점] 주문하신 책이 도착했습니다.",
      "감사합니다 · 10,000원",
      "“안녕”",
      "가나다",
      "A 님께"
    ])(
      "%s, read as Latin-1 or Windows-1252",
      (text) => {
        for (const [name, read] of readings) {
          for (const bytes of [utf8.encode(text), cp949(text)]) assert.isTrue(isTold(read(bytes)), name)
        }
      }
    )

    it("is what the errors of its characters speak of, too", () => {
      const { errors } = check({ ...lms, content: "é 안녕 ¾È³çÇÏ¼¼¿ä" })
      assert.include(errors[0]?.message, "see EucKr.repair")
      assert.isAbove(errors.length, 2)
      for (const { message } of errors.slice(1)) assert.include(message, "read in a wrong charset")
    })

    it("of other languages too, and what there is of it inside a good text", () => {
      for (const text of ["It’s", "café", "20 °C – 30 °C", "😀", "日本語", "…"]) {
        assert.isTrue(isTold(windows1252.decode(utf8.encode(text))), text)
      }
      assert.deepStrictEqual(told("안녕 ¾È³çÇÏ¼¼¿ä 님").map(({ index, length }) => [index, length]), [[3, 10]])
      assert.deepStrictEqual(
        told(`가격 10,000${windows1252.decode(utf8.encode("원"))}`).map(({ index, length }) => [index, length]),
        [[9, 3]]
      )
    })

    it("what is left of the replacement character, which looks like Korean", () => {
      for (const text of ["占쏙옙", "안녕占쏙옙하세요", "占쏙", "쏙옙", "占싼요", "占싶다"]) {
        assert.deepStrictEqual(told(text).length, 1, text)
      }
      assert.deepStrictEqual(lines(check({ ...sms, content: "占쏙옙" })), only("warnings", "content WrongCharset"))
      assert.isFalse(isTold("占星術, 쏙 들어온 옙"))
    })

    it("every C1 control", () => {
      for (let code = 0x80; code < 0xa0; code++) {
        assert.deepStrictEqual(told(`가${String.fromCharCode(code)}나`).map(({ index, length }) => [index, length]), [[
          1,
          1
        ]])
      }
    })

    it("U+FFFD is broken text, whatever the charset was", () => {
      assert.deepStrictEqual(lines(check({ ...sms, content: "안녕\ufffd" })), only("errors", "content BrokenText"))
    })

    it.each([
      "L’été à Besançon, où l’œuvre coûte 10 € — déjà « forêt » « été\u00a0» …",
      "Île-de-France, naïve façade, Übergröße, ÄÖÜäöüß",
      "PROMOÇÃO: ATENÇÃO, CRÉÉE À L’ÎLE",
      "«así…» «aquí\u00a0» ¿qué? ¡olé!",
      "Það er Áður, příliš žluťoučký kůň, “É”–“À”",
      "·········· é",
      "°±²³ é",
      "½½½½ é",
      "»»»» é",
      "——……—— 뷁",
      "2×½ é",
      "Здравствуйте, Ελλάδα é",
      "日本語 é",
      "뷁 😀 ₩1,000 ☑ – •"
    ])("not what people write: %s", (text) => {
      assert.deepStrictEqual(told(text), [])
    })

    const syllable = Arbitrary.map(
      Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 11_171 }))),
      (index) => String.fromCharCode(0xac00 + index)
    )
    // A word of what KS X 1001 has, between what may be around it.
    const word = Arbitrary.map(
      Arbitrary.array(syllable, { minLength: 2, maxLength: 12 }),
      (syllables) => syllables.join("")
    )
    const ascii = Schema.String.check(Schema.isPattern(/^[ -~]{0,12}$/))

    it.prop("tells Korean in UTF-8", [ascii, word, ascii], ([before, word, after]) => {
      for (const [name, read] of readings) assert.isTrue(isTold(read(utf8.encode(before + word + after))), name)
    }, { arbitrary: { runs: 300 } })

    const common = (word: string) => Array.from(word).filter((syllable) => EucKr.isEncodable(syllable)).join("")

    it.prop(
      "tells Korean in EUC-KR and CP949, unless the charset has all of it",
      [ascii, word, ascii],
      ([before, word, after]) => {
        const text = common(word)
        for (const [name, read] of readings) {
          const wrong = read(cp949(before + text + after))
          if (text.length > 1) assert.strictEqual(isTold(wrong), !EucKr.isEncodable(wrong), name)
        }
      },
      { arbitrary: { runs: 300 } }
    )

    it.prop("says nothing of what the charset has", [Schema.String, word, ascii], ([text, word, ascii]) => {
      const encodable = encode(text + word + ascii).replace(/[\u00ad占쏙옙]/g, "")
      assert.deepStrictEqual(told(encodable), [])
    })

    const latin = Schema.String.check(
      Schema.isPattern(/^(?:[a-z]{1,6}[àâäçéèêëîïôöùûüÿñáíóúìò]?[a-z]{0,4}[ ,.!?]){1,12}$/)
    )

    it.prop("says nothing of words with accents", [latin], ([text]) => {
      assert.deepStrictEqual(told(text), [])
      assert.deepStrictEqual(told(text.toUpperCase()), [])
    })

    it.prop("repair leaves it, and never makes it sendable", [ascii, word, ascii], ([before, word, after]) => {
      for (const [name, read] of readings) {
        for (const text of [utf8.encode(before + word + after), cp949(before + common(word) + after)].map(read)) {
          if (!isTold(text)) continue
          for (const charset of ["EUC-KR", "CP949"] as const) {
            const repaired = EucKr.repair(text, { charset })
            assert.isAbove(repaired.remaining.length, 0, name)
            assert.isAbove(told(repaired.text, charset).length, 0, name)
            assert.deepStrictEqual(EucKr.repair(repaired.text, { charset }).text, repaired.text)
          }
        }
      }
    }, { arbitrary: { runs: 200 } })

    it("repair goes on with what is beside it", () => {
      const { changes, remaining, text } = EucKr.repair("✅ ₩1,000 ì•ˆë…• 😊")
      assert.strictEqual(text, "[v] ￦1,000 ì•ˆë…• ^^")
      assert.strictEqual(changes.length, 3)
      assert.isAbove(remaining.length, 0)
    })

    it("of a text of any length", () => {
      for (const text of ["·".repeat(200_000), "é".repeat(200_000), "ì•ˆ".repeat(70_000), `é${"a".repeat(200_000)}`]) {
        assert.isAtMost(told(text).length, 1)
      }
    })
  })

  it("files of an MMS: one to three", () => {
    const files = (count: number) => ({
      ...mms,
      files: Array.from({ length: count }, () => ({ fileId: FileId.make("1") }))
    })
    assert.deepStrictEqual(check(files(1)), clean)
    assert.deepStrictEqual(check(files(3)), clean)
    assert.deepStrictEqual(lines(check(files(0))), only("warnings", "files NoFile"))
    assert.deepStrictEqual(figures(check(files(4))), [{ actual: 4, limit: 3 }])
    assert.deepStrictEqual(lines(check(files(4))), only("warnings", "files TooManyFiles"))
    const { files: _, ...without } = mms
    assert.deepStrictEqual(lines(check(without)), only("warnings", "files NoFile"))
  })

  describe("advertisement", () => {
    const advert = { ...lms, ...ad }

    it("begins with the mark, in the text and in the subject where there is one", () => {
      const bare = { ...advert, content: "책\n무료수신거부 0801234567" }
      assert.deepStrictEqual(lines(check(bare)), only("warnings", "content AdWithoutMark"))
      assert.deepStrictEqual(
        lines(check({ ...bare, subject: "(광고) 책" })),
        only("warnings", "content AdWithoutMark")
      )
      assert.deepStrictEqual(lines(check({ ...advert, subject: "책" })), only("warnings", "subject AdWithoutMark"))
      assert.deepStrictEqual(
        lines(check({ ...bare, subject: "책" })),
        only("warnings", "content AdWithoutMark", "subject AdWithoutMark")
      )
      assert.deepStrictEqual(check({ ...advert, subject: "(광고) 책" }), clean)
      assert.deepStrictEqual(check({ ...advert, subject: "" }), clean)
      assert.deepStrictEqual(check({ ...advert, content: ` \n${ad.content}` }), clean)
      for (const mark of ["[광고]", "(광 고)", "책 (광고)"]) {
        assert.deepStrictEqual(
          lines(check({ ...bare, content: `${mark} 무료거부 0801234567` })),
          only("warnings", "content AdWithoutMark")
        )
      }
    })

    it("names a free number to opt out by", () => {
      for (
        const way of [
          "무료수신거부 0801234567",
          "[무료 수신거부] 080-1234-5678",
          "무료거부080-123-4567",
          "무료 수신 거부: 080.123.4567",
          "수신거부(무료) 080) 123-4567",
          "수신거부 무료전화 080 123 4567"
        ]
      ) {
        assert.deepStrictEqual(check({ ...advert, content: `(광고) ${way}` }), clean)
      }
      for (
        const way of [
          "",
          "수신거부 0801234567",
          "무료 상담 0801234567",
          "무료거부",
          "[무료 수신거부]",
          "무료수신거부 010-1234-5678",
          "무료수신거부 080-12-4567",
          "무료수신거부 10801234567",
          "무료수신거부 080123456789"
        ]
      ) {
        assert.deepStrictEqual(
          lines(check({ ...advert, content: `(광고) ${way}` })),
          only("warnings", "content AdWithoutOptOut")
        )
      }
    })

    it("to each recipient", () => {
      const both = ["AdWithoutMark", "AdWithoutOptOut"]
      const report = check({
        ...advert,
        content: "책",
        messages: [to, { ...to, content: "책" }, { ...to, content: ad.content }, to]
      })
      assert.deepStrictEqual(
        lines(report),
        only(
          "warnings",
          ...both.map((kind) => `content ${kind}`),
          ...both.map((kind) => `messages.1.content ${kind}`)
        )
      )
      // The text for all reaches nobody.
      assert.deepStrictEqual(check({ ...advert, content: "책", messages: [{ ...to, content: ad.content }] }), clean)
      // A recipient's subject takes the place of that for all.
      const marked = { ...advert, subject: "(광고)" }
      assert.deepStrictEqual(check({ ...marked, messages: [to, { ...to, subject: "(광고) 2" }] }), clean)
      assert.deepStrictEqual(
        lines(check({ ...marked, messages: [to, { ...to, subject: "책" }] })),
        only("warnings", "messages.1.subject AdWithoutMark")
      )
      assert.deepStrictEqual(
        lines(check({ ...marked, messages: [{ ...to, content: "책 무료거부 0801234567" }, { ...to, subject: "책" }] })),
        only("warnings", "messages.0.content AdWithoutMark", "messages.1.subject AdWithoutMark")
      )
      assert.deepStrictEqual(lines(checkAny({ ...marked, messages: [] })), only("errors", "messages Recipients"))
      assert.deepStrictEqual(
        lines(checkAny({ ...marked, subject: "책", messages: [] })).warnings,
        ["subject AdWithoutMark"]
      )
    })

    it("a subject for all that nobody gets is not looked at", () => {
      const request = { ...advert, messages: repeat({ ...to, subject: "(광고) 2" }, 2) }
      assert.deepStrictEqual(check(request), clean)
      assert.deepStrictEqual(check({ ...request, subject: "책" }), clean)
      assert.deepStrictEqual(
        lines(check({ ...request, subject: "책", messages: [...request.messages, to] })),
        only("warnings", "subject AdWithoutMark")
      )
    })

    it("not between 21:00 and 08:00 Korean time, at once or reserved", () => {
      const at = (iso: string) => DateTime.makeUnsafe(iso)
      const atOnce = (iso: string) => lines(Preflight.check(advert, { now: at(iso) })).warnings
      assert.deepStrictEqual(atOnce("2026-01-01T20:59:59.999+09:00"), [])
      assert.deepStrictEqual(atOnce("2026-01-01T21:00:00+09:00"), [" AdAtNight"])
      assert.deepStrictEqual(atOnce("2026-01-01T07:59:59.999+09:00"), [" AdAtNight"])
      assert.deepStrictEqual(atOnce("2026-01-01T08:00:00+09:00"), [])
      const reserved = (iso: string) =>
        lines(Preflight.check({ ...advert, reserve: { at: at(iso) } }, { now: at("2026-01-01T23:00:00+09:00") }))
          .warnings
      assert.deepStrictEqual(reserved("2026-01-02T08:00:00+09:00"), [])
      assert.deepStrictEqual(reserved("2026-01-02T20:59:59+09:00"), [])
      assert.deepStrictEqual(reserved("2026-01-02T21:00:00+09:00"), ["reserve.at AdAtNight"])
      assert.deepStrictEqual(reserved("2026-01-02T07:59:59+09:00"), ["reserve.at AdAtNight"])
      assert.strictEqual(check(advert).warnings.length, 0)
    })

    it("nothing is asked of a message that is none", () => {
      const comm = { ...lms, contentType: "COMM" as const, content: "책" }
      assert.deepStrictEqual(Preflight.check(comm, { now: DateTime.makeUnsafe("2026-01-01T23:00:00+09:00") }), clean)
    })
  })

  describe("options", () => {
    // Each rule of a send with a request that breaks it and no other.
    const broken: ReadonlyArray<readonly [rule: Preflight.Rule, request: unknown]> = [
      ["TooLong", { ...sms, content: "a".repeat(91) }],
      ["NotEncodable", { ...sms, content: "뷁" }],
      ["BrokenText", { ...sms, content: "\ufffd" }],
      ["ControlCharacter", { ...sms, content: "\u0007" }],
      ["InvisibleCharacter", { ...sms, content: "\u00ad" }],
      ["Recipients", { ...sms, messages: Array.from({ length: 101 }, (_, i) => ({ to: korean(String(i)) })) }],
      ["PhoneNumber", { ...sms, from: "+82" }],
      ["ForeignType", { ...lms, ...afar, countryCode: "81" }],
      ["UnlistedCountry", { ...sms, ...afar, countryCode: "999" }],
      ["ReserveInPast", { ...sms, reserve: { at: later(-hour) } }],
      ["ReserveSoon", { ...sms, reserve: { at: later(minute) } }],
      ["NoFile", { ...mms, files: [] }],
      ["TooManyFiles", { ...mms, files: repeat({ fileId: "1" }, 4) }],
      ["WrongCharset", { ...sms, content: "占쏙옙" }],
      ["DuplicateNumber", { ...sms, messages: [to, to] }],
      ["BlankText", { ...mms, content: " " }],
      ["NumberShape", { ...sms, from: "5551234" }],
      ["ForeignNumber", { ...sms, countryCode: "81", messages: [{ to: "090-1234-5678" }] }],
      ["AdWithoutMark", { ...sms, ...ad, content: "무료거부 0801234567" }],
      ["AdWithoutOptOut", { ...sms, ...ad, content: "(광고)" }],
      ["AdAtNight", { ...sms, ...ad, reserve: { at: DateTime.makeUnsafe("2026-01-02T22:00:00+09:00") } }]
    ]

    it.each(broken)("%s has a severity that can be changed", (rule, request) => {
      const kinds = (severity?: Preflight.Severity) => {
        const options = severity === undefined ? {} : { severity: { [rule]: severity } }
        const { errors, warnings } = Preflight.check(request as SendRequest.SendRequest, { now, ...options })
        return { errors: errors.map(({ kind }) => kind), warnings: warnings.map(({ kind }) => kind) }
      }
      const asError = { errors: [rule], warnings: [] }
      const asWarning = { errors: [], warnings: [rule] }
      assert.deepStrictEqual(kinds(), Preflight.severities[rule] === "error" ? asError : asWarning)
      assert.deepStrictEqual(kinds("error"), asError)
      assert.deepStrictEqual(kinds("warning"), asWarning)
      assert.deepStrictEqual(kinds("off"), { errors: [], warnings: [] })
    })

    it("a severity of one's own wins over truncate and country", () => {
      const severity = { TooLong: "error", NotEncodable: "error" } as const
      const abroad = { ...sms, ...afar, countryCode: CountryCode.make("81"), content: `é${"a".repeat(90)}` }
      assert.deepStrictEqual(
        lines(check(abroad, { truncate: "server", severity })),
        only("errors", "content TooLong", "content NotEncodable")
      )
    })

    it("undefined changes nothing", () => {
      assert.deepStrictEqual(
        lines(
          check({ ...sms, content: "뷁" }, {
            charset: undefined,
            truncate: undefined,
            severity: { NotEncodable: undefined }
          })
        ),
        only("errors", "content NotEncodable")
      )
    })
  })

  describe("without a compiler", () => {
    it.each([
      [null, [" Schema"]],
      ["SMS", [" Schema"]],
      [[], [" Schema"]],
      [{ ...sms, type: "RCS" }, ["type Schema"]],
      [{ type: "SMS" }, ["from Schema", "content Schema", "messages Schema"]],
      [{ ...sms, content: "" }, ["content Schema"]],
      [{ ...sms, content: 1, messages: [null, 1, {}] }, [
        "content Schema",
        "messages.0 Schema",
        "messages.1 Schema",
        "messages.2.to Schema"
      ]],
      [{ ...sms, messages: {} }, ["messages Schema"]],
      [{ ...sms, files: [] }, ["files Schema"]],
      [{ ...lms, files: [] }, ["files Schema"]],
      [{ ...sms, messages: [{ ...to, subject: 1 }] }, []],
      [{ ...lms, messages: [{ ...to, subject: 1 }] }, ["messages.0.subject Schema"]],
      [{ ...sms, messages: [{ to: 1012345678 }] }, ["messages.0.to Schema"]],
      [{ ...sms, messages: [{ to: null }] }, ["messages.0.to Schema"]],
      [{ ...sms, countryCode: 81 }, ["countryCode Schema"]],
      [{ ...sms, contentType: "ad" }, ["contentType Schema"]],
      [{ ...sms, reserve: { at: "2026-01-01 09:00" } }, ["reserve.at Schema"]],
      [{ ...sms, reserve: { at: DateTime.makeUnsafe("9999-01-01T00:00:00Z") } }, ["reserve.at Schema"]],
      [{ ...mms, files: [{ fileId: "" }] }, ["files.0.fileId Schema"]],
      [{ ...mms, files: {} }, ["files Schema"]],
      [{ ...sms, scheduleCode: "1" }, ["scheduleCode Schema"]]
    ])("%j", (request, expected) => {
      assert.deepStrictEqual(lines(checkAny(request)).errors.sort(), [...expected].sort())
    })

    it("of what is no text it says that alone", () => {
      assert.deepStrictEqual(
        lines(checkAny({ ...sms, contentType: "AD", content: 1 })),
        only("errors", "content Schema")
      )
    })

    it("a path has numbers for places in a list", () => {
      const [issue] = checkAny({ ...sms, messages: [{ ...to, content: 1 }] }).errors
      assert.deepStrictEqual(issue?.path, ["messages", 0, "content"])
    })

    it.each([
      ["reserveTime", "`reserve`"],
      ["recipients", "`messages`"],
      ["text", "`content`"],
      ["contenttype", "`contentType`"],
      ["conutryCode", "`countryCode`"],
      ["subject", "send an LMS"],
      ["files", "send an MMS"]
    ])("a field that the request does not have: %s", (key, says) => {
      const [issue, ...others] = checkAny({ ...sms, [key]: "1" }).errors
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(issue?.path, [key])
      assert.include(issue?.message, says)
    })

    it("a key that is a number is not repeated", () => {
      const text = JSON.stringify(checkAny({ ...sms, "01012345678": 1, ["k".repeat(99)]: 1 }))
      assert.notInclude(text, "01012345678")
      assert.notInclude(text, "k".repeat(61))
    })

    const anything = Schema.Struct({
      type: Schema.Literals(["SMS", "LMS", "MMS", "X"]),
      contentType: Schema.optionalKey(Schema.Union([Schema.Literal("AD"), Schema.Json])),
      countryCode: Schema.Json,
      from: Schema.Json,
      subject: Schema.Json,
      content: Schema.Json,
      messages: Schema.Union([Schema.Json, Schema.Array(Schema.Struct({ to: Schema.Json, content: Schema.Json }))]),
      files: Schema.Json,
      reserve: Schema.Json
    })

    it.prop("never throws", [anything], ([request]) => {
      assert.isArray(checkAny(request).errors)
    })
  })

  it("an issue holds no text and no number", () => {
    const secret = "비밀번호"
    const report = checkAny({
      type: "LMS",
      contentType: "AD",
      from: "+8201099998888a",
      subject: `${secret}😀${"가".repeat(40)}`,
      content: `${secret}\ud800\u0007${secret}${"가".repeat(1000)}`,
      messages: [{ to: "010-9999-8888", content: `${secret}뷁`, subject: secret, [secret]: secret }, {
        to: "010-9999-8888"
      }]
    })
    const text = JSON.stringify({
      ...report,
      errors: report.errors.filter(({ message }) => !message.includes("excess"))
    })
    assert.isAbove(report.errors.length, 4)
    assert.notInclude(text, secret)
    assert.notInclude(text, "9999")
    assert.notInclude(text, "뷁")
  })

  const encodable = (text: string, bytes: number) => EucKr.truncate(encode(text), bytes)

  const generated = Arbitrary.map(
    Arbitrary.schema(SendRequest.SendRequest),
    (request): SendRequest.Normalized => {
      const from = korean(request.from)
      return request.type === "SMS"
        ? {
          ...request,
          from,
          messages: Arr.map(request.messages, (message) => ({ ...message, to: korean(message.to) }))
        }
        : {
          ...request,
          from,
          messages: Arr.map(request.messages, (message) => ({ ...message, to: korean(message.to) }))
        }
    }
  )

  const sendable = Arbitrary.map(generated, (request): SendRequest.Normalized => {
    const limit = SendRequest.maxBytes[request.type]
    const { countryCode, ...rest } = request
    const content = encodable(`${request.content}안녕`, limit)
    if (rest.type === "SMS") {
      return {
        ...rest,
        ...countryCode === undefined ? {} : { countryCode },
        content,
        messages: Arr.map(
          rest.messages,
          (message) =>
            message.content === undefined ? message : { ...message, content: encodable(message.content, limit) }
        )
      }
    }
    return {
      ...rest,
      ...rest.subject === undefined ? {} : { subject: encodable(rest.subject, 40) },
      content,
      messages: Arr.map(rest.messages, ({ content, subject, to }) => ({
        to,
        ...content === undefined ? {} : { content: encodable(content, limit) },
        ...subject === undefined ? {} : { subject: encodable(subject, 40) }
      }))
    }
  })

  it.prop("passes generated requests that are right", [sendable], ([request]) => {
    const { errors, value } = Preflight.read(request, { now: DateTime.makeUnsafe(0) })
    assert.deepStrictEqual(errors, [])
    assert.isTrue(Schema.is(SendRequest.SendRequest)(value))
    assert.deepStrictEqual(value, request)
  }, { arbitrary: { runs: 300 } })

  it.prop("finds no errors exactly where all texts fit and can be encoded", [generated], ([request]) => {
    const { errors } = Preflight.check(request, { now: DateTime.makeUnsafe(0) })
    const abroad = request.countryCode !== undefined && request.countryCode !== "82"
    const fits = (text: string | undefined, limit: number) =>
      text === undefined || (EucKr.fits(text, limit) && (abroad || EucKr.isEncodable(text)))
    const subjects = request.type === "SMS" ? [] : request.messages.map((message) => message.subject || request.subject)
    const right = subjects.every((subject) => fits(subject, 40)) &&
      request.messages.every((message) => fits(message.content || request.content, SendRequest.maxBytes[request.type]))
    assert.strictEqual(errors.length === 0, right && (request.type === "SMS" || !abroad))
  }, { arbitrary: { runs: 300 } })
})

describe("plain values", () => {
  const person = { name: "홍길동", phone: "010-1234-5678", to: "010-1234-5678", subject: undefined, content: undefined }

  const picture = { fileId: "a1", name: "a.jpg" }

  it("what is undefined, and what is the caller's own, is not sent", () => {
    const at = new Date(later(60 * minute).epochMilliseconds)
    const { errors, value } = Preflight.read({
      type: "MMS",
      from: "02-1234-5678",
      content: "안녕하세요",
      subject: undefined,
      contentType: undefined,
      countryCode: undefined,
      messages: [person],
      files: [picture],
      reserve: { at, timeZone: undefined }
    }, { now })
    assert.deepStrictEqual(errors, [])
    assert.deepStrictEqual(value, {
      type: "MMS",
      from: PhoneNumber.make("0212345678"),
      content: "안녕하세요",
      messages: [{ to: PhoneNumber.make("01012345678") }],
      files: [{ fileId: FileId.make("a1") }],
      reserve: { at: DateTime.makeUnsafe(at) }
    })
  })

  it("a Date, a DateTime and one of a zone are the same instant", () => {
    const utc = later(60 * minute)
    const zoned = DateTime.makeZonedUnsafe(utc, { timeZone: "America/New_York" })
    for (const at of [utc, zoned, new Date(utc.epochMilliseconds)]) {
      assert.deepStrictEqual(Preflight.read({ ...sms, reserve: { at } }, { now }).value?.reserve, { at: utc })
    }
    assert.deepStrictEqual(lines(check({ ...sms, reserve: { at: new Date(Number.NaN) } })).errors, [
      "reserve.at Schema"
    ])
  })

  it("a request is copied", () => {
    const messages = [{ to: "01012345678" }]
    const { value } = Preflight.read({ ...sms, messages }, { now })
    messages[0] = { to: "01099998888" }
    assert.deepStrictEqual(value?.messages, [{ to: PhoneNumber.make("01012345678") }])
  })

  it("of a recipient abroad, the digits behind the calling code", () => {
    const to = (number: string) => Preflight.read({ ...sms, countryCode: "81", messages: [{ to: number }] }, { now })
    for (
      const number of [
        "9012345678",
        "90-1234-5678",
        "+81 90 1234 5678",
        "(+81) 9012345678",
        "0081 90 1234 5678",
        "81 90-1234-5678",
        "\u202D+81 90\u20111234\u20115678"
      ]
    ) {
      assert.deepStrictEqual([to(number).value?.messages[0].to, lines(to(number))], ["9012345678", clean])
    }
    for (
      const wrong of [
        "+82 10 1234 5678",
        "0082 10 1234 5678",
        "9012345678.0",
        "+81 9012345678.0",
        "9.01234E+09",
        "9012345678 9012345679",
        "90-1234-5678\n90-1234",
        "90 1234 567x",
        "2024-01-15",
        "15.01.2024",
        "+81",
        "",
        "12345678901234",
        "9".repeat(100_000)
      ]
    ) {
      assert.deepStrictEqual(lines(to(wrong)), only("errors", "messages.0.to PhoneNumber"), wrong)
    }
    // It may be another one: what goes out is what is written.
    for (
      const [doubtful, digits] of [["+81 090-1234-5678", "09012345678"], ["819012345678", "819012345678"]] as const
    ) {
      assert.deepStrictEqual(lines(to(doubtful)), only("warnings", "messages.0.to ForeignNumber"))
      assert.strictEqual(String(to(doubtful).value?.messages[0].to), digits)
    }
    const zone = (countryCode: string) => (number: string) => {
      const { value, warnings } = Preflight.read({ ...sms, countryCode, messages: [{ to: number }] }, { now })
      return [String(value?.messages[0].to), warnings.length]
    }
    assert.deepStrictEqual(
      ["14155550100", "1 415 555 0100", "+1 (415) 555-0100", "4155550100"].map(zone("1")),
      repeat(["4155550100", 0], 4)
    )
    // There a number begins with what is its calling code, too.
    assert.deepStrictEqual(
      ["77012345678", "7 701 234 56 78", "+7 7012345678", "7012345678"].map(zone("7")),
      repeat(["7012345678", 0], 4)
    )
    assert.deepStrictEqual(zone("49")("+49 4921 12345"), ["492112345", 0])
    assert.deepStrictEqual(zone("49")("492112345"), ["492112345", 1])
  })

  it.prop(
    "what was read is read as itself, at home and abroad",
    [
      Schema.Literals(["82", "81", "1", "7", "39", "49", "45"]),
      Schema.Literals(["", "+", "00"]),
      Schema.Literals(["", "82", "81", "1", "7", "39", "49", "45"]),
      Schema.String.check(Schema.isPattern(/^[0-9][-. 0-9]{4,14}$/))
    ],
    ([countryCode, prefix, code, rest]) => {
      const send = (to: string) => Preflight.read({ ...sms, countryCode, messages: [{ to }] }, { now }).value
      const once = send(`${prefix}${code}${rest}`)?.messages[0].to
      // No number of any country begins with two zeros: by themselves they lead abroad.
      if (once === undefined || once.startsWith("00")) return
      assert.strictEqual(send(once)?.messages[0].to, once)
    },
    { arbitrary: { runs: 1000 } }
  )

  it.each(["194612-01", "1946-12-01", "19461201"])("%s abroad is a date, however it is divided", (to) => {
    const { errors } = Preflight.check({ ...sms, countryCode: "7", messages: [{ to }] }, { now })
    assert.deepStrictEqual(errors.map(({ kind, path }) => [kind, path]), [["PhoneNumber", ["messages", 0, "to"]]])
  })

  it("where numbers look like dates, one is a date only as it is written, and what is in doubt is told", () => {
    const read = (countryCode: string, to: string) => {
      const { errors, value, warnings } = Preflight.read({ ...sms, countryCode, messages: [{ to }] }, { now })
      return [value?.messages[0].to, ...errors.map(({ kind }) => kind), ...warnings.map(({ kind }) => kind)]
    }
    for (
      const [code, to] of [
        ["45", "+4520121231"],
        ["45", "+45 20 12 12 31"],
        ["371", "00371 2012 1231"],
        ["855", "+855 19 99 12 31"],
        ["45", "0045-20121231"]
      ] as const
    ) assert.deepStrictEqual(read(code, to), [to.replace(/\D/g, "").slice(-8)], to)
    for (const to of ["20121231", "20 12 12 31"]) assert.deepStrictEqual(read("45", to), ["20121231", "ForeignNumber"])
    for (const to of ["2012-12-31", "+45 2012-12-31", "+452012.12.31", "2012/12/31", "20121231 10:00"]) {
      assert.deepStrictEqual(read("45", to), [undefined, "PhoneNumber"], to)
    }
    // Elsewhere no number looks so.
    for (const to of ["20121231", "+81 20121231"]) {
      assert.deepStrictEqual(read("81", to), [undefined, "PhoneNumber"], to)
    }
  })

  it("what was checked once is normalised again, whatever the time", () => {
    const request = { ...sms, from: "5551234", messages: [person], reserve: { at: later(-60 * minute) } }
    assert.isAbove(check(request).errors.length, 1)
    assert.strictEqual(Preflight.normalize(request).value?.from, "5551234")
    assert.strictEqual(Preflight.normalize({ ...request, messages: [{ to: "x" }] }).value, undefined)
    // A request that was checked with another severity.
    assert.deepStrictEqual(
      Preflight.normalize({ ...request, messages: [{ to: "555-1234" }] }).value?.messages.length,
      1
    )
  })
})

describe("an empty text for one recipient", () => {
  it("replaces nothing: the text for all is checked", () => {
    const to = PhoneNumber.make("01012345678")
    const { errors } = Preflight.check(
      { type: "SMS", from: to, content: `${"가".repeat(60)}뷁`, messages: [{ to, content: "" }] },
      { now: DateTime.makeUnsafe("2026-01-01T03:00:00Z") }
    )
    assert.sameMembers(errors.map(({ kind, path }) => `${kind} ${path.join(".")}`), [
      "TooLong content",
      "NotEncodable content"
    ])
  })
})

describe("Preflight.checkUpload", () => {
  const SOF0 = (
    width: number,
    height: number
  ) => [0xff, 0xc0, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]
  const jpeg = (width: number, height: number, size = 0) => {
    const head = [0xff, 0xd8, ...SOF0(width, height), 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]
    const bytes = new Uint8Array(Math.max(size, head.length + 2))
    bytes.set(head)
    bytes.set([0xff, 0xd9], bytes.length - 2)
    return bytes
  }
  const upload = (bytes: Uint8Array, fileName = "a.jpg") =>
    Preflight.checkUpload({ fileName, fileBody: Base64.encode(bytes) }, {})
  const uploadAny = (request: unknown, options: Preflight.Options = {}) =>
    Preflight.checkUpload(request as UploadRequest.UploadRequest, options)

  it("1500 x 1440 pixels", () => {
    assert.deepStrictEqual(upload(jpeg(1500, 1440)), clean)
    assert.deepStrictEqual(lines(upload(jpeg(1501, 1440))), only("errors", "fileBody PictureTooLarge"))
    assert.deepStrictEqual(figures(upload(jpeg(1501, 1440))), [{ actual: 1501, limit: 1500 }])
    assert.deepStrictEqual(figures(upload(jpeg(1500, 1441))), [{ actual: 1441, limit: 1440 }])
    assert.strictEqual(upload(jpeg(1501, 1441)).errors.length, 2)
  })

  it("300 KB", () => {
    assert.deepStrictEqual(upload(jpeg(1, 1, 307_200)), clean)
    assert.deepStrictEqual(lines(upload(jpeg(1, 1, 307_201))), only("errors", "fileBody FileTooLarge"))
    assert.deepStrictEqual(figures(upload(jpeg(1, 1, 307_201))), [{ actual: 307_201, limit: 307_200 }])
  })

  it("a name of 40 characters that ends as a JPEG's does", () => {
    assert.deepStrictEqual(upload(jpeg(1, 1), `${"a".repeat(36)}.jpg`), clean)
    for (const name of [`${"a".repeat(37)}.jpg`, "a.png", ".jpg", "a/b.jpg"]) {
      const report = upload(jpeg(1, 1), name)
      assert.deepStrictEqual(lines(report), only("errors", "fileName FileName"))
      assert.deepStrictEqual(figures(report), [{ actual: name.length, limit: 40 }])
    }
  })

  it.each([
    ["another format", Base64.encode(new Uint8Array([0x89, 0x50])), "no other format"],
    ["half a picture", Base64.encode(jpeg(1, 1).subarray(0, 26)), "cut off"],
    ["a picture without a picture", Base64.encode(new Uint8Array([0xff, 0xd8, 0xff, 0xd9])), "without a picture"],
    ["something else inside", Base64.encode(new Uint8Array([0xff, 0xd8, 1])), "broken"],
    ["a data: URL of text", "data:text/plain,안녕", "Not Base64"],
    ["what is not Base64", "a", "Not Base64"],
    ["nothing", "", "empty"],
    ["a data: URL of nothing", "data:image/jpeg;base64,", "empty"]
  ])("%s", (_, fileBody, says) => {
    const report = uploadAny({ fileName: "a.jpg", fileBody })
    assert.deepStrictEqual(lines(report), only("errors", "fileBody NotJpeg"))
    assert.include(report.errors[0]?.message, says)
  })

  const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

  it.each([
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG"],
    ["GIF89a", "a GIF"],
    ["GIF87a", "a GIF"],
    ["%PDF-1.7\n", "a PDF"],
    ["RIFF\x24\0\0\0WEBPVP8 ", "a WebP"],
    ["RIFF\x24\n\r\0WEBPVP8 ", "a WebP"],
    ["\0\0\0\x18ftypheic\0\0\0\0mif1heic", "an HEIC"],
    ["\0\0\0\x18ftypmif1\0\0\0\0", "an HEIC"],
    ["\0\0\0\nftypheix\0\0\0\0", "an HEIC"],
    ["\0\0\0\x18ftypavif\0\0\0\0", "an AVIF"],
    ["\0\0\0\x18ftypqt  \0\0\0\0", "a video"],
    ["\0\0\0\x18ftypmp42\0\0\0\0", "a video"],
    ["II*\0\b\0\0\0", "a TIFF"],
    ["MM\0*\0\0\0\b", "a TIFF"],
    ["BM\x36\0", "a BMP"],
    ["8BPS\0\x01", "a PSD of Photoshop"],
    ["\xff\x0a\xfa\x1f", "a JPEG XL"],
    ["\0\0\0\x0cJXL \r\n", "a JPEG XL"],
    ["\0\0\0\x0cjP  \r\n", "a JPEG 2000"],
    ["PK\x03\x04\x14", "a ZIP or an Office document"],
    ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an HWP or an old Office document"],
    ["<?xml version=\"1.0\"?><svg/>", "an SVG"],
    ["<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "an SVG"],
    ["\xef\xbb\xbf\n<!DOCTYPE html>", "a web page"]
  ])("says what a file is that is no JPEG: %j", (start, kind) => {
    const report = upload(latin1(`${start}${"\0".repeat(40)}`))
    assert.deepStrictEqual(lines(report), only("errors", "fileBody NotJpeg"))
    assert.strictEqual(report.errors[0]?.message, `The file is ${kind}, not a JPEG; save it as a JPEG`)
  })

  it("of what it does not know it says that it is no JPEG", () => {
    for (const start of ["hello", "RIFF\0\0\0\0WAVE", "\0", "\xff\xd9"]) {
      assert.include(upload(latin1(start)).errors[0]?.message, "not a JPEG; SENS takes no other format")
    }
  })

  it("a JPEG that handsets may not show", () => {
    const cmyk = jpeg(1, 1)
    // The number of components in SOF0.
    cmyk[11] = 4
    const report = upload(cmyk)
    assert.deepStrictEqual(lines(report), only("warnings", "fileBody UnusualJpeg"))
    assert.include(report.warnings[0]?.message, "CMYK")
    for (const marker of [0xc3, 0xc9, 0xcb]) {
      const bytes = jpeg(1, 1)
      bytes[3] = marker
      assert.deepStrictEqual(lines(upload(bytes)), only("warnings", "fileBody UnusualJpeg"))
    }
    // Progressive.
    const bytes = jpeg(1, 1)
    bytes[3] = 0xc2
    assert.deepStrictEqual(upload(bytes), clean)
    const severity = { UnusualJpeg: "error" } as const
    assert.deepStrictEqual(
      lines(uploadAny({ fileName: "a.jpg", fileBody: Base64.encode(cmyk) }, { severity })),
      only("errors", "fileBody UnusualJpeg")
    )
  })

  it("a name that was typed on a Mac is composed, and counted so", () => {
    // 40 characters, and 112 as a Mac has them.
    const name = `${"각".repeat(36)}.jpg`
    const fileBody = Base64.encode(jpeg(1, 1))
    const { errors, value } = Preflight.readUpload({ fileName: name.normalize("NFD"), fileBody }, {})
    assert.deepStrictEqual(errors, [])
    assert.deepStrictEqual(value, { fileName: name, fileBody })
    const long = upload(jpeg(1, 1), `각${name}`.normalize("NFD"))
    assert.deepStrictEqual(figures(long), [{ actual: 41, limit: 40 }])
  })

  it("Base64 of any spelling goes out as one", () => {
    const fileBody = Base64.encode(Uint8Array.from([...jpeg(1, 1), 0xff, 0xfe]))
    assert.match(fileBody, /[+/].*=$/)
    const url = fileBody.replace(/\+/g, "-").replace(/\//g, "_")
    for (
      const spelling of [
        fileBody,
        fileBody.replace(/=/g, ""),
        url,
        url.replace(/=/g, ""),
        `data:image/jpeg;base64,${fileBody}`,
        `data:image/jpeg;base64,${encodeURIComponent(fileBody)}`,
        ` ${fileBody.slice(0, 9)}\r\n${fileBody.slice(9)}\n`
      ]
    ) {
      const { errors, value } = Preflight.readUpload({ fileName: "a.jpg", fileBody: spelling }, {})
      assert.deepStrictEqual(errors, [])
      assert.deepStrictEqual(value, { fileName: "a.jpg", fileBody })
    }
    assert.strictEqual(Preflight.readUpload({ fileName: "a.jpg", fileBody: "!" }, {}).value, undefined)
  })

  it("all at once, and as severe as one likes", () => {
    const request = { fileName: "a.png", fileBody: Base64.encode(new Uint8Array(307_201)) }
    assert.deepStrictEqual(lines(uploadAny(request)).errors, [
      "fileName FileName",
      "fileBody FileTooLarge",
      "fileBody NotJpeg"
    ])
    const severity = { FileName: "off", FileTooLarge: "warning", NotJpeg: "off" } as const
    assert.deepStrictEqual(lines(uploadAny(request, { severity })), only("warnings", "fileBody FileTooLarge"))
  })

  it("without a compiler", () => {
    assert.deepStrictEqual(lines(uploadAny(null)), only("errors", " Schema"))
    assert.deepStrictEqual(
      lines(uploadAny({ fileName: 1, fileBody: 2 })),
      only("errors", "fileName Schema", "fileBody Schema")
    )
  })

  it.effect("what UploadRequest.make makes of a picture passes", () =>
    Effect.gen(function*() {
      const bytes = jpeg(640, 480, 1000)
      assert.deepStrictEqual(Preflight.checkUpload(yield* UploadRequest.make(bytes), {}), clean)
      const dataUrl = `data:image/jpeg;base64,${Base64.encode(bytes)}`
      assert.deepStrictEqual(Preflight.checkUpload(yield* UploadRequest.make(dataUrl), {}), clean)
    }))
})

describe("Preflight.checkSearch", () => {
  const search = (query: SearchQuery.SearchQuery, options?: Preflight.Options) =>
    Preflight.checkSearch(query, { now, ...options })
  const searchAny = (query: unknown) => search(query as SearchQuery.SearchQuery)
  const modes = [
    ["requestTime", (range: SearchQuery.Range): SearchQuery.SearchQuery => ({ requestTime: range }), 30 * day],
    ["completeTime", (range: SearchQuery.Range): SearchQuery.SearchQuery => ({ completeTime: range }), day]
  ] as const

  it.each(modes)("%s: the window", (kind, make, limit) => {
    const start = later(-40 * day)
    const end = (millis: number) => DateTime.makeUnsafe(start.epochMilliseconds + millis)
    assert.deepStrictEqual(search(make({ start, end: end(limit) })), clean)
    const report = search(make({ start, end: end(limit + 1) }))
    assert.deepStrictEqual(lines(report), only("errors", `${kind}.end WindowTooLong`))
    assert.deepStrictEqual(figures(report), [{ actual: limit / 1000 + 1, limit: limit / 1000 }])
    // Rounded to whole seconds on the wire, this is a second more.
    const inside = { start: DateTime.makeUnsafe(start.epochMilliseconds + 1), end: end(limit + 1) }
    assert.deepStrictEqual(lines(search(make(inside))), only("errors", `${kind}.end WindowTooLong`))
    assert.deepStrictEqual(search(make({ start, end: start })), clean)
    assert.deepStrictEqual(lines(search(make({ start, end: end(-1) }))), only("errors", `${kind}.end WindowReversed`))
  })

  it.each(modes)("%s: 90 days back", (kind, make) => {
    const from = (millis: number) => search(make({ start: later(-millis), end: later(-millis + hour) }))
    assert.deepStrictEqual(from(90 * day), clean)
    assert.deepStrictEqual(lines(from(90 * day + 1)), only("warnings", `${kind}.start WindowTooOld`))
    assert.deepStrictEqual(figures(from(91 * day)), [{ actual: 91, limit: 90 }])
  })

  it("the size of a page", () => {
    const start = later(-hour)
    const windowed = (pageSize: number) =>
      modes.map(([, make]) => lines(search({ ...make({ start, end: now }), pageSize })))
    const byId = (pageSize: number) => lines(search({ requestId: RequestId.make("r"), pageSize }))
    const wrong = only("errors", "pageSize PageSize")
    for (const size of [1, 100]) assert.deepStrictEqual(windowed(size), [lines(clean), lines(clean)])
    for (const size of [0, 101]) assert.deepStrictEqual(windowed(size), [wrong, wrong])
    for (const size of [1, 1000]) assert.deepStrictEqual(byId(size), lines(clean))
    for (const size of [0, 1001]) assert.deepStrictEqual(byId(size), wrong)
    assert.deepStrictEqual(byId(1.5), only("errors", "pageSize Schema"))
    assert.deepStrictEqual(
      figures(search({ requestId: RequestId.make("r"), pageSize: 1001 })),
      [{ actual: 1001, limit: 1000 }]
    )
  })

  it("all at once, and as severe as one likes", () => {
    const query = { completeTime: { start: later(-100 * day), end: now }, pageSize: 101 }
    assert.deepStrictEqual(lines(search(query)), {
      errors: ["pageSize PageSize", "completeTime.end WindowTooLong"],
      warnings: ["completeTime.start WindowTooOld"]
    })
    const severity = { PageSize: "off", WindowTooLong: "warning", WindowTooOld: "error" } as const
    assert.deepStrictEqual(lines(search(query, { severity })), {
      errors: ["completeTime.start WindowTooOld"],
      warnings: ["completeTime.end WindowTooLong"]
    })
  })

  it.each([
    [null, [" Schema"]],
    [{}, [" Schema"]],
    [{ requestId: "" }, ["requestId Schema"]],
    [{ day: now }, [" Schema"]],
    [{ requestTime: { start: now, end: now }, requestId: "r" }, [" Schema"]],
    [{ requestTime: { start: now, end: now }, completeTime: { start: now, end: now } }, [" Schema"]],
    [{ requestTime: { start: now } }, ["requestTime.end Schema"]],
    [{ requestTime: { start: "2026-01-01", end: now } }, ["requestTime.start Schema"]],
    [{ requestId: "r", page: 1 }, ["page Schema"]],
    [{ completeTime: { start: now, end: DateTime.makeUnsafe("9999-01-01T00:00:00Z") } }, [
      "completeTime.end Schema",
      "completeTime.end WindowTooLong"
    ]],
    [{ requestId: "r", to: "010x" }, ["to PhoneNumber"]],
    [{ requestId: "r", to: "1012345678.0" }, ["to PhoneNumber"]],
    [{ requestId: "r", to: "1.01E+09" }, ["to PhoneNumber"]],
    [{ requestId: "r", to: "2024-01-15" }, ["to PhoneNumber"]],
    [{ requestId: "r", to: "02-312-3456-7" }, ["to PhoneNumber"]],
    [{ requestId: "r", to: "9".repeat(50_000) }, ["to PhoneNumber"]]
  ])("without a compiler: %j", (query, expected) => {
    assert.deepStrictEqual(lines(searchAny(query)), only("errors", ...expected))
  })

  it("plain values: numbers as people write them, dates, and what is undefined", () => {
    const at = new Date(now.epochMilliseconds)
    const { errors, value } = Preflight.readSearch({
      requestTime: { start: at, end: DateTime.makeZonedUnsafe(now, { timeZone: "America/New_York" }) },
      to: "+82 10-1234-5678",
      from: "5551234",
      type: undefined,
      messageId: "m"
    }, { now })
    assert.deepStrictEqual(errors, [])
    assert.isTrue(Schema.is(SearchQuery.SearchQuery)(value))
    assert.deepStrictEqual({ ...value }, {
      requestTime: { start: now, end: now },
      to: PhoneNumber.make("01012345678"),
      from: PhoneNumber.make("5551234"),
      messageId: MessageId.make("m")
    })
  })
})

describe("Preflight.checkUnsubscribes", () => {
  const numbers = (numbers: ReadonlyArray<unknown>, options: Preflight.Options = {}) =>
    Preflight.checkUnsubscribes(numbers as ReadonlyArray<PhoneNumber.PhoneNumber>, options)

  it("1 to 1,000 numbers", () => {
    assert.deepStrictEqual(numbers(repeat(number, 1000)), clean)
    assert.deepStrictEqual(lines(numbers(repeat(number, 1001))), only("errors", " BlockNumbers"))
    assert.deepStrictEqual(figures(numbers(repeat(number, 1001))), [{ actual: 1001, limit: 1000 }])
    assert.include(numbers(repeat(number, 1001)).errors[0]?.message, "Divide")
    assert.deepStrictEqual(lines(numbers([])), only("errors", " BlockNumbers"))
    assert.include(numbers([]).errors[0]?.message, "Add one")
    assert.deepStrictEqual(numbers([], { severity: { BlockNumbers: "off" } }), clean)
  })

  it("of 1-25 digits", () => {
    assert.deepStrictEqual(lines(numbers([number, "+82", 1])), only("errors", "2 Schema", "1 PhoneNumber"))
    assert.deepStrictEqual(lines(numbers({} as ReadonlyArray<unknown>)), only("errors", " Schema"))
  })
})

describe("Preflight.checkUnsubscribeSearch", () => {
  const search = (query: object) => lines(Preflight.checkUnsubscribeSearch(query, {}))

  it("the size of a page: 0 to 100", () => {
    for (const pageSize of [0, 100]) assert.deepStrictEqual(search({ pageSize }), lines(clean))
    for (const pageSize of [-1, 101]) assert.deepStrictEqual(search({ pageSize }), only("errors", "pageSize PageSize"))
  })

  it("the window and the number", () => {
    assert.deepStrictEqual(search({ start: now, end: now, clientTelNo: number }), lines(clean))
    assert.deepStrictEqual(search({ start: later(1), end: now }), only("errors", "end WindowReversed"))
    assert.deepStrictEqual(search({ start: later(1) }), lines(clean))
    assert.deepStrictEqual(search({ clientTelNo: "+82" }), only("errors", "clientTelNo PhoneNumber"))
    assert.deepStrictEqual(search({ pageIndex: -1 }), only("errors", "pageIndex Schema"))
    assert.deepStrictEqual(
      // As a caller without a compiler may.
      lines(Preflight.checkUnsubscribeSearch(null as unknown as object, {})),
      only("errors", " Schema")
    )
  })
})

it("the table of severities is the documented one", () => {
  const warnings = Object.entries(Preflight.severities).filter(([, severity]) => severity === "warning")
  assert.deepStrictEqual(warnings.map(([rule]) => rule).sort(), [
    "AdAtNight",
    "AdWithoutMark",
    "AdWithoutOptOut",
    "BlankText",
    "ControlCharacter",
    "DuplicateNumber",
    "ForeignNumber",
    "InvisibleCharacter",
    "NoFile",
    "ReserveSoon",
    "TooManyFiles",
    "UnlistedCountry",
    "UnusualJpeg",
    "WindowTooOld",
    "WrongCharset"
  ])
})
