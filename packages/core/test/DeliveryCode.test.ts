import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"

// The tables are transcribed from the documents, not made from the source: `sens-error-codes.txt` holds the three tables of
// the English page as they stand there, `sens-error-codes.ko.tsv` the wording of the Korean page.
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8")

interface Documented {
  readonly _tag: "Report" | "Response" | "Emma"
  readonly code: string
  readonly classification: string | undefined
  readonly meaning: string
}

const headings = {
  "IB G/W Report Code": "Report",
  "IB G/W Response Code": "Response",
  "IB EMMA": "Emma"
} as const

const isHeading = (line: string): line is keyof typeof headings => line in headings

const documented: ReadonlyArray<Documented> = (() => {
  const rows: Array<Documented> = []
  let tag: Documented["_tag"] | undefined
  for (const line of fixture("sens-error-codes.txt").split("\n")) {
    if (isHeading(line.trim())) tag = headings[line.trim() as keyof typeof headings]
    const cells = line.split("|").map((cell) => cell.trim())
    const [code = ""] = cells
    if (tag === undefined || !/^(?:\d{1,4}|[SE]\d{3})$/.test(code)) continue
    rows.push({
      _tag: tag,
      code,
      classification: tag === "Report" ? cells[1]?.toLowerCase() : undefined,
      meaning: (tag === "Report" ? cells[2] : cells[1]) ?? ""
    })
  }
  return rows
})()

const korean = new Map(
  fixture("sens-error-codes.ko.tsv").trim().split("\n").map((line): [string, string] => {
    const [code = "", meaning = ""] = line.split("\t")
    return [code, meaning]
  })
)

// Words that say the same in our English and in that of the documents.
const synonyms: ReadonlyArray<readonly [documented: string, ours: string]> = [
  ["Succeeded", "Delivered"],
  ["Delivery timeout", "Delivery timed out"],
  ["Delivery failure", "Delivery failed"],
  ["device", "handset"],
  ["Device", "Handset"],
  ["power off", "switched off"],
  ["Delivery unavailable", "Cannot be delivered"],
  ["Adult authentication", "Adult verification"],
  ["Called number", "Recipient number"],
  ["called number", "Recipient number"],
  ["temporarily unavailable", "suspended"],
  ["call processing", "busy with a call"],
  ["Call denied", "refuses messages"],
  ["Phone", "Handset"],
  ["spam", "spam"],
  ["SPAM", "spam"],
  ["Spam", "spam"],
  ["Others", "Other"],
  ["path", "route"],
  ["Caller ID", "Sender number"],
  ["Individual mobile phone subscriber number", "Sender number"],
  ["Calling number", "Sender number"],
  ["Charset", "charset"],
  ["not registered", "not pre-registered"],
  ["No. of use exceeded", "Usage count exceeded"],
  ["Over quota", "Quota exceeded"],
  ["No delivery permission", "No permission"],
  ["TTL", "Time to live"],
  ["No Invalid-IB transfer key", "Transfer key"],
  ["Attachment size is 0", "zero bytes"],
  ["delivery time limit", "permitted sending hours"],
  ["restricted characters", "restricted character"],
  ["auth server", "authentication server"],
  ["customer DB", "customer database"],
  ["USER CALLBACK", "USER CALLBACK"],
  ["No callback number", "Callback number"],
  ["No order of called numbers", "Order of the recipient number"],
  ["broadcast messages status", "Broadcast flag"],
  ["delivery request time", "Send request time"],
  ["saving failure", "could not be saved"],
  ["Attachment", "Attachment"],
  ["attachment", "ttachment"],
  ["Expired", "expired"],
  ["Relay company", "relay company"],
  ["File group keys in the message table when", "with a file group key in the message table"],
  ["No file group keys", "without a file group key"],
  ["no data in the file table", "without rows in the file table"]
]

describe("DeliveryCode", () => {
  it("has every code of the documents, in their order, and no other", () => {
    assert.strictEqual(documented.length, 90)
    assert.deepStrictEqual(
      DeliveryCode.all.map(({ _tag, code }) => ({ _tag, code: String(code) })),
      documented.map(({ _tag, code }) => ({ _tag, code }))
    )
    const count = (tag: string) => DeliveryCode.all.filter(({ _tag }) => _tag === tag).length
    assert.deepStrictEqual([count("Report"), count("Response"), count("Emma")], [31, 35, 24])
  })

  it.each(documented)("$code is what the documents say", ({ _tag, classification, code, meaning }) => {
    const found = DeliveryCode.fromString(code)
    assert.strictEqual(found._tag, _tag)
    assert.strictEqual(found.code, code)
    assert.strictEqual(found._tag === "Report" ? found.classification : undefined, classification)
    assert.strictEqual(found.meaningKo, korean.get(code))
    const words = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[a-z_]{4,}/g) ?? []
    const shared = words(meaning).some((word) => words(found.meaning).includes(word)) ||
      synonyms.some(([theirs, ours]) => meaning.includes(theirs) && found.meaning.includes(ours))
    assert.isTrue(shared, `"${found.meaning}" is not "${meaning}"`)
  })

  it("looks up one code of each kind", () => {
    assert.deepStrictEqual(DeliveryCode.fromString("3018"), {
      _tag: "Report",
      code: "3018",
      classification: "invalid",
      advice: "fixSender",
      meaning: "Sender number is enrolled in caller ID spoofing protection",
      meaningKo: "발신 번호 변작 방지 서비스에 가입된 휴대폰 개인가입자 번호",
      adviceKo: "발신번호를 확인하십시오"
    })
    assert.strictEqual(DeliveryCode.fromString("S004")._tag, "Response")
    assert.strictEqual(DeliveryCode.fromString("E915")._tag, "Emma")
    assert.deepInclude(DeliveryCode.fromString("4321"), { _tag: "Unknown", code: "4321" })
    assert.isTrue(Option.isSome(DeliveryCode.known("S004")))
    assert.isTrue(Option.isNone(DeliveryCode.known("4321")))
  })

  it("knows one success", () => {
    assert.deepStrictEqual(DeliveryCode.all.filter(DeliveryCode.isSuccess).map(({ code }) => String(code)), ["0"])
    assert.deepStrictEqual(
      DeliveryCode.all.filter(({ advice }) => advice === "delivered").map(({ code }) => String(code)),
      ["0"]
    )
  })

  it("never advises another try for a duplicate", () => {
    assert.strictEqual(DeliveryCode.fromString("E915").advice, "never")
  })

  it("says each advice in Korean, once, whichever code it comes with", () => {
    const korean = new Map<string, string>()
    for (const { advice, adviceKo } of DeliveryCode.all) {
      assert.strictEqual(korean.get(advice) ?? adviceKo, adviceKo)
      korean.set(advice, adviceKo)
    }
    assert.deepStrictEqual(Object.fromEntries(korean), DeliveryCode.adviceKo)
    assert.strictEqual(new Set(korean.values()).size, 10)
    for (const text of korean.values()) assert.match(text, /^[가-힣 ,.]+$/)
    for (const code of ["4321", "2999", "", "constructor"]) {
      const unknown = DeliveryCode.fromString(code)
      assert.strictEqual(unknown.adviceKo, DeliveryCode.adviceKo[unknown.advice])
    }
  })

  it("after two codes, and no other, the message may have arrived", () => {
    assert.deepStrictEqual(
      DeliveryCode.all.filter(DeliveryCode.isUncertain).map(({ code }) => String(code)),
      ["2000", "1019"]
    )
    assert.isFalse(DeliveryCode.isUncertain(DeliveryCode.fromString("2999")))
    assert.isFalse(DeliveryCode.isUncertain(DeliveryCode.fromString("0")))
  })

  it("so it may where the log says that it failed, with the code of a success", () => {
    const record = { messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusName: "fail" }
    const isUncertain = (statusCode: string) => {
      const outcome = MessageRecord.outcome({ ...record, statusCode })
      return outcome._tag === "Failed" && DeliveryCode.isUncertain(outcome.code)
    }
    assert.deepStrictEqual(["0", "2000", "2003", "4321"].map(isUncertain), [true, true, false, false])
  })

  it("matches by table", () => {
    const tag = DeliveryCode.match({
      Report: ({ _tag }) => _tag,
      Response: ({ _tag }) => _tag,
      Emma: ({ _tag }) => _tag,
      Unknown: ({ _tag }) => _tag
    })
    for (const { _tag, code } of documented) assert.strictEqual(tag(DeliveryCode.fromString(code)), _tag)
    assert.strictEqual(tag(DeliveryCode.fromString("constructor")), "Unknown")
  })

  it.prop("every text is a code, and keeps its text", [Schema.String], ([text]) => {
    const decoded = Schema.decodeSync(DeliveryCode.DeliveryCode)(text)
    assert.strictEqual(decoded.code, text)
    assert.strictEqual(Schema.encodeSync(DeliveryCode.DeliveryCode)(decoded), text)
  })

  it.prop("survives JSON", [DeliveryCode.DeliveryCode], ([code]) => {
    for (
      const codec of [
        Schema.toCodecJson(DeliveryCode.DeliveryCode),
        // As a field of something that is not decoded from the wire.
        Schema.toCodecJson(Schema.toType(DeliveryCode.DeliveryCode))
      ]
    ) {
      const encoded = Schema.encodeSync(codec)(code)
      assert.strictEqual(encoded, code.code)
      assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(encoded), code)
    }
  })
})
