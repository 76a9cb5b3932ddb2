import * as SendResponse from "@effect-sens/core/SendResponse"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(SendResponse.SendResponse))

describe("SendResponse", () => {
  it("reads the observed answer, whose stamp is that of the id", () => {
    const response = decode(bodies.sendResponse)
    assert.strictEqual(String(response.requestId), "VORSSA-1678195573358-3988-57284298-VYpgGaRD")
    assert.deepStrictEqual(
      Option.map(SendResponse.requestTime(response), DateTime.toEpochMillis),
      Option.some(1678195573358)
    )
  })

  it("an accepted send is not lost over a field that is missing, blank or of another type", () => {
    for (const nothing of [undefined, null, ""]) {
      const response = decode(JSON.stringify({
        requestId: "1",
        requestTime: nothing,
        statusName: nothing,
        statusCode: nothing
      }))
      assert.deepStrictEqual(SendResponse.requestTime(response), Option.none())
    }
    assert.strictEqual(
      decode("{\"requestId\":\"1\",\"statusCode\":202,\"statusName\":\"reserved\"}").statusName,
      "reserved"
    )
    assert.throws(() => decode("{\"requestId\":\"\"}"))
  })

  it.prop("decodes what it encodes", [SendResponse.SendResponse], ([response]) => {
    const text = JSON.stringify(Schema.encodeSync(SendResponse.SendResponse)(response))
    assert.strictEqual(JSON.stringify(decode(text)), text)
  })
})
