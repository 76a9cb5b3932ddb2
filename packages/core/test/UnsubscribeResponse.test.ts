import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Entries = Schema.Array(UnsubscribeEntry.UnsubscribeEntry).check(Schema.isMaxLength(20))
const Odd = Schema.Literals(["missing", "null", "blank", "object", "array", "no entry"])

const odd: Record<typeof Odd.Type, unknown> = {
  missing: { registerType: "M" },
  null: { clientTelNo: null },
  blank: { clientTelNo: " " },
  object: { clientTelNo: {} },
  array: { clientTelNo: [] },
  "no entry": 5
}

describe("UnsubscribeResponse", () => {
  it.prop("an odd entry hides none of the others, and is told with its place", [Entries, Odd, Schema.Natural], ([
    entries,
    kind,
    natural
  ]) => {
    const at = natural % (entries.length + 1)
    const body = [...entries.slice(0, at), odd[kind], ...entries.slice(at)]
    const read = Option.getOrThrow(UnsubscribeResponse.read(JSON.parse(JSON.stringify(body))))
    assert.deepStrictEqual(read.entries, JSON.parse(JSON.stringify(entries)))
    assert.deepStrictEqual(read.unreadable.map(({ index }) => index), [at])
    const codec = Schema.toCodecJson(UnsubscribeResponse.UnsubscribeResponse)
    assert.deepStrictEqual(Schema.decodeSync(codec)(Schema.encodeSync(codec)(read)), read)
  })

  it("is none where there is no array", () => {
    for (const body of [{}, null, "[]", 5, undefined]) assert.isTrue(Option.isNone(UnsubscribeResponse.read(body)))
    assert.deepStrictEqual(UnsubscribeResponse.read([]), Option.some(UnsubscribeResponse.empty))
  })
})
