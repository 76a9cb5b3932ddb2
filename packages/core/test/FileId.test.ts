import * as FileId from "@effect-sens/core/FileId"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("FileId", () => {
  it("is opaque and not empty", () => {
    assert.strictEqual(String(FileId.make("a136000074f7")), "a136000074f7")
    assert.isTrue(Schema.is(FileId.FileId)("0-ESA 가/?"))
    assert.throws(() => FileId.make(""))
  })

  it.prop("decodes what it encodes", [FileId.FileId], ([id]) => {
    assert.strictEqual(Schema.decodeUnknownSync(FileId.FileId)(Schema.encodeSync(FileId.FileId)(id)), id)
  })
})
