import * as CountryCode from "@effect-sens/core/CountryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchQuery from "@effect-sens/core/SearchQuery"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const start = DateTime.makeUnsafe("2026-01-01T00:00:00.900Z")
const end = DateTime.makeUnsafe("2026-01-01T01:00:00.100Z")

const filters: typeof SearchQuery.Filters.Type = {
  messageId: MessageId.make("m"),
  type: "LMS",
  contentType: "AD",
  countryCode: CountryCode.make("82"),
  from: PhoneNumber.make("0212345678"),
  to: PhoneNumber.make("01012345678"),
  status: "COMPLETED",
  statusName: "fail"
}

const filterParams: SearchQuery.Params = [
  ["messageId", "m"],
  ["type", "LMS"],
  ["contentType", "AD"],
  ["countryCode", "82"],
  ["from", "0212345678"],
  ["to", "01012345678"],
  ["status", "COMPLETED"],
  ["statusName", "fail"]
]

describe("SearchQuery", () => {
  it("writes every parameter of the documents, by request id", () => {
    const query = { requestId: RequestId.make("r"), ...filters, pageSize: 1000 }
    assert.deepStrictEqual(SearchQuery.toParams(query), [["requestId", "r"], ...filterParams, ["pageSize", "1000"]])
  })

  it("by the time of the request, in Korean time, widened to whole seconds", () => {
    const query = { requestTime: { start, end }, ...filters, pageSize: 100 }
    assert.deepStrictEqual(SearchQuery.toParams(query), [
      ["requestStartTime", "2026-01-01 09:00:00"],
      ["requestEndTime", "2026-01-01 10:00:01"],
      ...filterParams,
      ["pageSize", "100"]
    ])
  })

  it("by the time of completion", () => {
    assert.deepStrictEqual(SearchQuery.toParams({ completeTime: { start, end } }), [
      ["completeStartTime", "2026-01-01 09:00:00"],
      ["completeEndTime", "2026-01-01 10:00:01"]
    ])
  })

  it("names a page by number or by token", () => {
    assert.deepStrictEqual(SearchQuery.pageParams(undefined), [])
    assert.deepStrictEqual(SearchQuery.pageParams({ pageIndex: 2 }), [["pageIndex", "2"]])
    assert.deepStrictEqual(SearchQuery.pageParams({ nextToken: "t" }), [["nextToken", "t"]])
  })

  it("holds page sizes to what the service takes", () => {
    const is = Schema.is(SearchQuery.SearchQuery)
    for (
      const [pageSize, byId, inWindow] of [
        [0, false, false],
        [1, true, true],
        [100, true, true],
        [101, true, false],
        [1000, true, false],
        [1001, false, false],
        [1.5, false, false]
      ] as const
    ) {
      assert.strictEqual(is({ requestId: "r", pageSize }), byId)
      assert.strictEqual(is({ requestTime: { start, end }, pageSize }), inWindow)
      assert.strictEqual(is({ completeTime: { start, end }, pageSize }), inWindow)
    }
  })

  it.prop("survives JSON", [SearchQuery.SearchQuery], ([query]) => {
    const codec = Schema.toCodecJson(SearchQuery.SearchQuery)
    const text = JSON.stringify(Schema.encodeSync(codec)(query))
    assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(JSON.parse(text)), query)
  })

  it.prop("names each parameter once", [SearchQuery.SearchQuery], ([query]) => {
    const names = SearchQuery.toParams(query).map(([name]) => name)
    assert.strictEqual(new Set(names).size, names.length)
    const modes = names.filter((name) => /^requestId$|StartTime$/.test(name))
    assert.strictEqual(modes.length, 1)
  })
})
