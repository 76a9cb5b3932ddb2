import * as UploadResponse from "@effect-sens/core/UploadResponse"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(UploadResponse.UploadResponse))

describe("UploadResponse", () => {
  it("reads the documented answer", () => {
    const response = decode(bodies.uploadResponse)
    assert.strictEqual(String(response.fileId), "a136000074f7")
    assert.deepStrictEqual(
      Option.map(UploadResponse.createTime(response), DateTime.formatIso),
      Option.some("2025-11-25T01:12:47.520Z")
    )
    assert.deepStrictEqual(
      Option.map(UploadResponse.expireTime(response), DateTime.formatIso),
      Option.some("2025-11-27T01:12:47.520Z")
    )
  })

  it("needs the id alone", () => {
    for (const nothing of [undefined, null, ""]) {
      const response = decode(JSON.stringify({ fileId: "1", createTime: nothing, expireTime: nothing }))
      assert.deepStrictEqual(UploadResponse.createTime(response), Option.none())
      assert.deepStrictEqual(UploadResponse.expireTime(response), Option.none())
    }
    assert.throws(() => decode("{\"fileId\":\"\"}"))
  })

  it.prop("decodes what it encodes", [UploadResponse.UploadResponse], ([response]) => {
    const text = JSON.stringify(Schema.encodeSync(UploadResponse.UploadResponse)(response))
    assert.strictEqual(JSON.stringify(decode(text)), text)
  })
})
