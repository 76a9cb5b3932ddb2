import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { NumberSet } from "../../src/internal/numberSet.ts"

const small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 }))
const Entry = Schema.Union([
  small,
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999_999_999 })),
  Schema.Literals(["", "0", "00", "010", "0100000000000000", "1/1000", "１２", "+82", " 1"]),
  Schema.String
])

describe("NumberSet", () => {
  it.prop("is a set of texts", [Schema.Array(Entry)], ([entries]) => {
    const texts = entries.map((entry) => typeof entry === "number" && entry <= 300 ? `010${entry}` : String(entry))
    const [ours, theirs] = [new NumberSet(), new Set<string>()]
    for (const text of texts) {
      assert.strictEqual(ours.has(text), theirs.has(text))
      assert.strictEqual(ours.add(text), !theirs.has(text))
      theirs.add(text)
      assert.isTrue(ours.has(text))
    }
    assert.strictEqual(ours.size, theirs.size)
  })

  it("tells numbers apart of which there are many", () => {
    const set = new NumberSet()
    const number = (index: number) => `010${String(index * 997 % 100_000_000).padStart(8, "0")}`
    for (let index = 0; index < 50_000; index++) assert.isTrue(set.add(number(index)))
    for (let index = 0; index < 50_000; index++) assert.isFalse(set.add(number(index)))
    for (let index = 50_000; index < 60_000; index++) assert.isFalse(set.has(number(index)))
    assert.isFalse(set.has(number(3).slice(1)))
  })
})
