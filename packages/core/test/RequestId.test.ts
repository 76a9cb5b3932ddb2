import * as RequestId from "@effect-sens/core/RequestId"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("RequestId", () => {
  it("is opaque and not empty", () => {
    assert.strictEqual(
      String(RequestId.make("RSSA-1678195573358-3988-57284298-AbCdEfGh")),
      "RSSA-1678195573358-3988-57284298-AbCdEfGh"
    )
    assert.isTrue(Schema.is(RequestId.RequestId)("0-ESA 가/?"))
    assert.throws(() => RequestId.make(""))
  })

  it.prop("decodes what it encodes", [RequestId.RequestId], ([id]) => {
    assert.strictEqual(Schema.decodeUnknownSync(RequestId.RequestId)(Schema.encodeSync(RequestId.RequestId)(id)), id)
  })
})
