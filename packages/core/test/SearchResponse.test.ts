import * as SearchResponse from "@effect-sens/core/SearchResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(SearchResponse.SearchResponse))

describe("SearchResponse", () => {
  it("reads the documented page", () => {
    const page = decode(bodies.searchResponse)
    assert.strictEqual(SearchResponse.messages(page).length, 1)
    assert.isFalse(SearchResponse.hasMore(page))
    assert.deepStrictEqual(SearchResponse.nextToken(page), Option.some("string"))
    assert.isFalse(SearchResponse.isReserved(page))
  })

  it("reads a reservation that waits, which has no messages", () => {
    for (const body of [bodies.searchReserved, "{\"statusName\":\"RESERVED\",\"messages\":[]}"]) {
      const page = decode(body)
      assert.isTrue(SearchResponse.isReserved(page))
      assert.deepStrictEqual(SearchResponse.messages(page), [])
      assert.isFalse(SearchResponse.hasMore(page))
    }
  })

  it("null, blank and absent are the same", () => {
    for (const nothing of [null, "", undefined]) {
      const page = decode(JSON.stringify({
        statusCode: nothing,
        statusName: nothing,
        pageIndex: nothing,
        pageSize: nothing,
        itemCount: nothing,
        hasMore: nothing,
        nextToken: nothing
      }))
      assert.isFalse(SearchResponse.hasMore(page))
      assert.deepStrictEqual(SearchResponse.nextToken(page), Option.none())
      assert.isFalse(SearchResponse.isReserved(page))
    }
    assert.deepStrictEqual(SearchResponse.messages(decode("{\"messages\":null}")), [])
  })

  it("believes hasMore, and the token where it is left out", () => {
    assert.isTrue(SearchResponse.hasMore({ hasMore: true }))
    assert.isTrue(SearchResponse.hasMore({ nextToken: "a" }))
    assert.isTrue(SearchResponse.hasMore({ hasMore: null, nextToken: "a" }))
    assert.isFalse(SearchResponse.hasMore({ hasMore: false, nextToken: "a" }))
    assert.isFalse(SearchResponse.hasMore({ nextToken: "" }))
  })

  it("an empty page has nothing behind it", () => {
    assert.deepStrictEqual(SearchResponse.messages(SearchResponse.empty), [])
    assert.isFalse(SearchResponse.hasMore(SearchResponse.empty))
  })

  it.prop("decodes what it encodes", [SearchResponse.SearchResponse], ([page]) => {
    const text = JSON.stringify(Schema.encodeSync(SearchResponse.SearchResponse)(page))
    assert.strictEqual(JSON.stringify(decode(text)), text)
  })
})
