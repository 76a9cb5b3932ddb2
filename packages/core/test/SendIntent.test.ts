import * as SendIntent from "@effect-sens/core/SendIntent"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const json = Schema.fromJsonString(SendIntent.SendIntent)

describe("SendIntent", () => {
  it.prop("survives JSON, and holds nothing but a service id and four times", [SendIntent.SendIntent], ([intent]) => {
    const text = Schema.encodeSync(json)(intent)
    const decoded = Schema.decodeUnknownSync(json)(text)
    assert.strictEqual(Schema.encodeSync(json)(decoded), text)
    const { serviceId, ...times } = decoded
    assert.strictEqual(serviceId, intent.serviceId)
    assert.isTrue(Object.values(times).every((time) => Number.isInteger(time)))
    assert.strictEqual(Object.keys(times).length, 4)
  })

  it("is refused where a time is none", () => {
    const intent = { serviceId: "ncp:sms:kr:000000000000:demo", timestamp: 1, preparedAt: 1, notBefore: 1, expires: 1 }
    for (const expires of [undefined, "1", 1.5, Number.NaN, 1e17]) {
      assert.isFalse(Schema.is(SendIntent.SendIntent)({ ...intent, expires }))
    }
  })
})
