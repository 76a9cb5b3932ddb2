import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Damage = Schema.Struct({
  at: Schema.Natural,
  field: Schema.Literals(["messageId", "to", "status", "content", "requestTime", "files"]),
  by: Schema.Literals(["missing", "null", "object"])
})

const Records = Schema.Array(MessageRecord.MessageRecord).check(Schema.isMinLength(1), Schema.isMaxLength(20))

const encode = Schema.encodeSync(MessageRecord.MessageRecord)

describe("UnreadableRecord", () => {
  it.prop(
    "one odd record hides none of the others, and is told with its place",
    [Records, Damage],
    ([records, damage]) => {
      const at = damage.at % records.length
      const bodies = records.map((record): Record<string, unknown> => ({ ...encode(record) }))
      const { [damage.field]: _, ...rest } = bodies[at] ?? {}
      bodies[at] = damage.by === "missing" ? rest : { ...rest, [damage.field]: damage.by === "null" ? null : {} }
      const page = Option.getOrThrow(SearchResponse.read({ messages: JSON.parse(JSON.stringify(bodies)) }))
      const unreadable = SearchResponse.unreadable(page)
      const needed = ["messageId", "to", "status"].includes(damage.field)
      const isOdd = damage.by === "object" ? damage.field !== "files" : needed
      assert.strictEqual(SearchResponse.messages(page).length, records.length - (isOdd ? 1 : 0))
      assert.deepStrictEqual(
        unreadable.map(({ index, why }) => [index, why.startsWith(damage.field)]),
        isOdd ? [[at, true]] : []
      )
      const others = records.filter((_, index) => index !== at).map(({ messageId }) => messageId)
      const read = SearchResponse.messages(page).map(({ messageId }) => messageId)
      assert.deepStrictEqual(isOdd ? read : read.filter((_, index) => index !== at), others)
    }
  )

  it("survives JSON, page and all", () => {
    const page = Option.getOrThrow(SearchResponse.read({ messages: [{ to: 1012345678 }, 5] }))
    const codec = Schema.toCodecJson(SearchResponse.SearchResponse)
    assert.deepStrictEqual(Schema.decodeSync(codec)(Schema.encodeSync(codec)(page)), page)
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ fields }) => fields), [{ to: "1012345678" }, {}])
  })

  it("says nothing of the values", () => {
    const page = Option.getOrThrow(
      SearchResponse.read({ messages: [{ content: "인증번호 738201", to: ["01012345678"] }] })
    )
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ why }) => why), [
      "messageId is missing, to is an array, status is missing"
    ])
  })

  it("is told from a record that can be read", () => {
    assert.isFalse(UnreadableRecord.is({ messageId: "1", to: "1", status: "READY" }))
    assert.isTrue(UnreadableRecord.is({ index: 0, why: "x", fields: {} }))
  })

  it.each(["", " ", null])("a state that is blank is none: %j", (status) => {
    const page = Option.getOrThrow(SearchResponse.read({ messages: [{ messageId: "1", to: "01012345678", status }] }))
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ index }) => index), [0])
    assert.deepStrictEqual(SearchResponse.messages(page), [])
  })
})
