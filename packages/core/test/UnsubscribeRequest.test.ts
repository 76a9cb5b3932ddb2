import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(UnsubscribeRequest.UnsubscribeRequest)
const encode = Schema.encodeSync(UnsubscribeRequest.UnsubscribeRequest)
const number = PhoneNumber.make("01012345678")

describe("UnsubscribeRequest", () => {
  it("is a bare array of objects on the wire, and of numbers in the domain", () => {
    const numbers = decode(JSON.parse(bodies.unsubscribeRequest))
    assert.deepStrictEqual(numbers.map(String), ["01012345678", "01087654321"])
    assert.deepStrictEqual(encode(numbers), JSON.parse(bodies.unsubscribeRequest))
  })

  it("has 1-1,000 numbers", () => {
    const is = Schema.is(UnsubscribeRequest.UnsubscribeRequest)
    const numbers = (length: number) => Array.from({ length }, () => number)
    assert.deepStrictEqual([0, 1, 1000, 1001].filter((length) => is(numbers(length))), [1, 1000])
    assert.isFalse(is(["010-1234-5678"]))
  })

  it.prop("decodes what it encodes, as toWire writes it", [UnsubscribeRequest.UnsubscribeRequest], ([numbers]) => {
    assert.deepStrictEqual(UnsubscribeRequest.toWire(numbers), encode(numbers))
    assert.deepStrictEqual(decode(JSON.parse(JSON.stringify(encode(numbers)))), numbers)
  })
})
