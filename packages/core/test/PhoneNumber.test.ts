import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const normalized = (text: string): string =>
  Result.match(PhoneNumber.normalize(text), { onSuccess: String, onFailure: ({ why }) => why })

const parsed = (text: string): string =>
  Result.match(PhoneNumber.parse(text), {
    onSuccess: ({ countryCode, number }) => `${countryCode} ${number}`,
    onFailure: ({ why }) => why
  })

const digits = (pattern: RegExp) => Arbitrary.schema(Schema.String.check(Schema.isPattern(pattern)))

describe("PhoneNumber", () => {
  it.each([
    ["010-1234-5678", "01012345678"],
    ["010 1234 5678", "01012345678"],
    ["01012345678", "01012345678"],
    ["(02) 123.4567", "021234567"],
    ["1588-0000", "15880000"],
    ["+82 10 1234 5678", "01012345678"],
    ["+82-10-1234-5678", "01012345678"],
    ["+82 (0)10-1234-5678", "01012345678"],
    ["  +821012345678 ", "01012345678"],
    ["+81 90 1234 5678", "Foreign"],
    ["+1 415 555 0100", "Foreign"],
    ["+8", "Country"],
    ["+82", "Country"],
    ["+0 10 1234", "Country"],
    ["+", "Empty"],
    ["", "Empty"],
    ["()-", "Empty"],
    ["010-1234-567a", "Character"],
    ["010+1234", "Character"],
    ["++82 10", "Character"],
    ["０１０１２３４５６７８", "Character"],
    ["0".repeat(25), "0".repeat(25)],
    ["0".repeat(26), "Length"]
  ])("normalize(%j) is %j", (text, expected) => {
    assert.strictEqual(normalized(text), expected)
  })

  it.each([
    ["010-1234-5678", "82 01012345678"],
    ["+82 2 123 4567", "82 021234567"],
    ["+81 90-1234-5678", "81 9012345678"],
    ["+1 (415) 555-0100", "1 4155550100"],
    ["+7 900 000 00 00", "7 9000000000"],
    ["+886 900 000 000", "886 900000000"],
    ["+852 0000 0000", "852 00000000"],
    ["+380 00 000 0000", "380 000000000"]
  ])("parse(%j) is %j", (text, expected) => {
    assert.strictEqual(parsed(text), expected)
  })

  it.prop(
    "separators never change a number",
    [digits(/^0\d{8,10}$/), digits(/^[-. ()]{0,4}$/)],
    ([number, separators]) => {
      const written = separators + [...number].join(separators) + separators
      assert.strictEqual(normalized(written), number)
    }
  )

  it.prop("what normalize gives is a PhoneNumber, and normalizes to itself", [Schema.String], ([text]) => {
    const once = PhoneNumber.normalize(text)
    if (Result.isFailure(once)) return
    assert.isTrue(Schema.is(PhoneNumber.PhoneNumber)(once.success))
    assert.strictEqual(normalized(once.success), once.success)
  })

  it.each([
    ["", ""],
    ["123456", "******"],
    ["1234567", "1****67"],
    ["12345678", "1*****78"],
    ["123456789", "123***789"],
    ["1234567890", "123****890"],
    ["12345678901", "123****8901"]
  ])("masks %j as %j", (number, masked) => {
    assert.strictEqual(PhoneNumber.mask(number), masked)
  })

  it.prop("mask hides at least a third, and keeps the length", [digits(/^\d{1,25}$/)], ([number]) => {
    const masked = PhoneNumber.mask(number)
    assert.strictEqual(masked.length, number.length)
    assert.isTrue(masked.split("*").length - 1 >= number.length / 3)
    assert.isFalse(masked.includes(number))
  })

  it("an error never holds the text", () => {
    const error = Result.getOrThrow(Result.flip(PhoneNumber.normalize("+81 90 1234 5678")))
    assert.isFalse(/1234/.test(`${String(error)}${JSON.stringify(error)}${error.stack}`))
  })

  it("says why a text is no number, without the text", () => {
    for (
      const [text, says] of [
        ["", "No digit"],
        ["+", "No digit"],
        ["010x99998888", "separators"],
        ["9".repeat(26), "25 digits"],
        ["+81 90 9999 8888", "another country"],
        ["+81", "calling code"]
      ] as const
    ) {
      const message = Result.match(PhoneNumber.normalize(text), {
        onFailure: ({ message }) => message,
        onSuccess: () => ""
      })
      assert.include(message, says)
      assert.notInclude(message, "9999")
    }
  })
})
