import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const is = Schema.is(UnsubscribeQuery.UnsubscribeQuery)

describe("UnsubscribeQuery", () => {
  it("writes every parameter, instants as milliseconds", () => {
    const query: UnsubscribeQuery.Normalized = {
      clientTelNo: PhoneNumber.make("01012345678"),
      start: DateTime.makeUnsafe(1763721600000),
      end: DateTime.makeUnsafe(1763808000000),
      pageSize: 0,
      pageIndex: 3
    }
    assert.deepStrictEqual(UnsubscribeQuery.toParams(query), [
      ["clientTelNo", "01012345678"],
      ["pageSize", "0"],
      ["pageIndex", "3"],
      ["startTime", "1763721600000"],
      ["endTime", "1763808000000"]
    ])
    assert.deepStrictEqual(UnsubscribeQuery.toParams({}), [])
  })

  it("holds page size and index to what the service takes", () => {
    const sizes = [-1, 0, 1, 100, 101, 1.5]
    assert.deepStrictEqual(sizes.filter((pageSize) => is({ pageSize })), [0, 1, 100])
    assert.deepStrictEqual([-1, 0, 1, 1.5].filter((pageIndex) => is({ pageIndex })), [0, 1])
    assert.isFalse(is({ clientTelNo: "010-1234-5678" }))
  })

  it.prop("survives JSON", [UnsubscribeQuery.UnsubscribeQuery], ([query]) => {
    const codec = Schema.toCodecJson(UnsubscribeQuery.UnsubscribeQuery)
    const text = JSON.stringify(Schema.encodeSync(codec)(query))
    assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(JSON.parse(text)), query)
  })
})
