import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as ResultResponse from "@effect-sens/core/ResultResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ResultResponse.ResultResponse))

const item = { messageId: "1", to: "01012345678", status: "READY" }
const filesOf = (body: unknown) =>
  ResultResponse.message(decode(JSON.stringify(body))).pipe(
    Option.map((message) => MessageRecord.files(message).map(({ fileId }) => String(fileId)))
  )

describe("ResultResponse", () => {
  it("reads the observed answer", () => {
    const message = Option.getOrThrow(ResultResponse.message(decode(bodies.resultResponse)))
    assert.strictEqual(MessageRecord.outcome(message)._tag, "Delivered")
  })

  it("finds the files inside the message or beside it", () => {
    assert.deepStrictEqual(filesOf({ messages: [{ ...item, files: [{ fileId: "a" }] }] }), Option.some(["a"]))
    for (const nothing of [undefined, null, ""]) {
      assert.deepStrictEqual(
        filesOf({ messages: [{ ...item, files: nothing }], files: [{ fileId: "b", name: "b.jpg" }] }),
        Option.some(["b"])
      )
      assert.deepStrictEqual(filesOf({ messages: [{ ...item, files: nothing }], files: nothing }), Option.some([]))
    }
    assert.deepStrictEqual(
      filesOf({ messages: [{ ...item, files: [{ fileId: "a" }] }], files: [{ fileId: "b" }] }),
      Option.some(["a"])
    )
  })

  it("has no message where the answer has none", () => {
    for (const messages of [undefined, null, []]) assert.deepStrictEqual(filesOf({ messages }), Option.none())
  })

  it.prop("decodes what it encodes", [ResultResponse.ResultResponse], ([response]) => {
    const text = JSON.stringify(Schema.encodeSync(ResultResponse.ResultResponse)(response))
    assert.strictEqual(JSON.stringify(decode(text)), text)
  })
})
