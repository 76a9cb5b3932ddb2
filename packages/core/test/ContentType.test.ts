import * as ContentType from "@effect-sens/core/ContentType"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("ContentType", () => {
  it("is COMM or AD, in capitals on the way out", () => {
    const is = Schema.is(ContentType.ContentType)
    assert.deepStrictEqual(["COMM", "AD", "comm", "ad", "SPAM", ""].filter((text) => is(text)), ["COMM", "AD"])
  })
})
