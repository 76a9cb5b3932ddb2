import * as CountryCode from "@effect-sens/core/CountryCode"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("CountryCode", () => {
  it("is 1-3 digits that do not begin with zero", () => {
    const is = Schema.is(CountryCode.CountryCode)
    const texts = ["1", "82", "886", "", "0", "082", "+82", "8200", "82 "]
    assert.deepStrictEqual(texts.filter((text) => is(text)), ["1", "82", "886"])
    assert.throws(() => CountryCode.make("+82"))
  })

  it("the list has each country once, and Cambodia by its own code", () => {
    const codes = CountryCode.listed()
    assert.strictEqual(codes.length, 78)
    assert.strictEqual(new Set(codes).size, codes.length)
    assert.isTrue(codes.every((code) => CountryCode.isListed(code)))
    assert.isTrue(CountryCode.isListed("855"))
    for (const code of ["885", "999", "", "8", "82 84", "350"]) assert.isFalse(CountryCode.isListed(code))
    assert.match(CountryCode.listedAsOf, /^\d{4}/)
  })

  it.prop("decodes what it encodes", [CountryCode.CountryCode], ([code]) => {
    const { CountryCode: schema } = CountryCode
    assert.strictEqual(Schema.decodeUnknownSync(schema)(Schema.encodeSync(schema)(code)), code)
  })
})
