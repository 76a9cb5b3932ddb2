import * as MessageId from "@effect-sens/core/MessageId"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("MessageId", () => {
  it("is opaque and not empty", () => {
    assert.strictEqual(
      String(MessageId.make("132597da-68ab-499b-b509-174d06143b9e")),
      "132597da-68ab-499b-b509-174d06143b9e"
    )
    assert.isTrue(Schema.is(MessageId.MessageId)("0-ESA 가/?"))
    assert.throws(() => MessageId.make(""))
  })

  it.prop("decodes what it encodes", [MessageId.MessageId], ([id]) => {
    assert.strictEqual(Schema.decodeUnknownSync(MessageId.MessageId)(Schema.encodeSync(MessageId.MessageId)(id)), id)
  })
})
