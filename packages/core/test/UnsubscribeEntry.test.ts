import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const Entries = Schema.Array(UnsubscribeEntry.UnsubscribeEntry)
const decode = (json: string) => Option.getOrThrow(UnsubscribeResponse.read(JSON.parse(json))).entries

describe("UnsubscribeEntry", () => {
  it("reads the documented answer, masked number included", () => {
    const [entry] = decode(bodies.unsubscribes)
    assert.isDefined(entry)
    if (entry === undefined) return
    assert.strictEqual(entry.clientTelNo, "010********")
    assert.deepStrictEqual(UnsubscribeEntry.registeredBy(entry), Option.some("hand"))
    assert.deepStrictEqual(
      Option.map(UnsubscribeEntry.registerTime(entry), DateTime.formatIso),
      Option.some("2025-11-26T01:11:59.271Z")
    )
  })

  it.each([["C", "call"], ["c", "call"], ["M", "hand"], ["m", "hand"], ["X", "none"], ["", "none"]])(
    "registered by %j is %s",
    (registerType, expected) => {
      const by = UnsubscribeEntry.registeredBy({ clientTelNo: "1", registerType })
      assert.strictEqual(Option.getOrElse(by, () => "none"), expected)
    }
  )

  it("needs the number alone", () => {
    for (const nothing of [undefined, null, ""]) {
      const [entry] = decode(JSON.stringify([{ clientTelNo: "1", registerTime: nothing, registerType: nothing }]))
      assert.isDefined(entry)
      if (entry === undefined) return
      assert.deepStrictEqual(UnsubscribeEntry.registerTime(entry), Option.none())
      assert.deepStrictEqual(UnsubscribeEntry.registeredBy(entry), Option.none())
    }
    assert.deepStrictEqual(decode("[]"), [])
  })

  it.prop("decodes what it encodes", [Entries], ([entries]) => {
    const text = JSON.stringify(Schema.encodeSync(Entries)(entries))
    assert.strictEqual(JSON.stringify(decode(text)), text)
  })
})
