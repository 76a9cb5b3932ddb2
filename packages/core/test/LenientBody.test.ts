import * as LenientBody from "@effect-sens/core/LenientBody"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("LenientBody", () => {
  it.prop("leaves a documented body as it is", [SearchResponse.SearchResponse], ([page]) => {
    const body: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(SearchResponse.SearchResponse)(page)))
    const decode = Schema.decodeUnknownSync(SearchResponse.SearchResponse)
    const asText = (value: unknown) =>
      JSON.stringify(value, (_, inner) => typeof inner === "number" ? String(inner) : inner)
    assert.strictEqual(asText(decode(LenientBody.normalize(body))), asText(decode(body)))
  })

  it("leaves alone what it does not know, and what cannot be written otherwise", () => {
    const body = {
      x: 1,
      pageIndex: "many",
      hasMore: "perhaps",
      telcoCode: {},
      to: null,
      __proto__: { y: 1 },
      constructor: 5
    }
    assert.deepStrictEqual(LenientBody.normalize(body), { ...body })
    for (const body of [null, undefined, 5, "x", true]) assert.strictEqual(LenientBody.normalize(body), body)
  })

  it("reads what is within", () => {
    assert.deepStrictEqual(LenientBody.normalize({ files: [{ fileId: 5 }, "x"] }), { files: [{ fileId: "5" }, "x"] })
    assert.deepStrictEqual(LenientBody.normalize({ files: { fileId: 5 } }), { files: [{ fileId: "5" }] })
    assert.deepStrictEqual(LenientBody.normalize([{ clientTelNo: 5 }]), [{ clientTelNo: "5" }])
  })
})
