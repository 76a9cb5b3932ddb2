import * as FileId from "@effect-sens/core/FileId"
import * as LenientBody from "@effect-sens/core/LenientBody"
import * as MessageId from "@effect-sens/core/MessageId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

describe("LenientBody", () => {
  it.prop("leaves a documented body as it is", [SearchResponse.SearchResponse], ([read]) => {
    // What is put beside the messages is none of SENS.
    const page = Struct.omit(read, ["unreadable"])
    const body: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(SearchResponse.SearchResponse)(page)))
    const decode = Schema.decodeUnknownSync(SearchResponse.SearchResponse)
    const asText = (value: unknown) =>
      JSON.stringify(value, (_, inner) => typeof inner === "number" ? String(inner) : inner)
    assert.strictEqual(asText(decode(LenientBody.normalize(body))), asText(decode(body)))
  })

  it("leaves out what it does not know, and alone what cannot be written otherwise", () => {
    const body = {
      pageIndex: "many",
      hasMore: "perhaps",
      telcoCode: {},
      to: null
    }
    assert.deepStrictEqual(LenientBody.normalize({ ...body, x: 1, __proto__: { y: 1 }, constructor: 5 }), body)
    assert.deepStrictEqual(LenientBody.normalize(JSON.parse("{\"__proto__\":{\"to\":1}}")), {})
    assert.deepStrictEqual(LenientBody.normalize({ files: [{ x: 1, name: 2 }] }), { files: [{ name: "2" }] })
    for (const body of [null, undefined, 5, "x", true]) assert.strictEqual(LenientBody.normalize(body), body)
  })

  // A body may have a million names: going through them costs many times what reading its JSON does.
  it("a name that it does not know costs nothing", () => {
    const unlisted = (part: object): object =>
      new Proxy(part, { ownKeys: () => assert.fail("all its names were asked for") })
    const file = unlisted({ fileId: 5, name: "x" })
    assert.deepStrictEqual(LenientBody.normalize(unlisted({ requestId: 5, files: [file] })), {
      requestId: "5",
      files: [{ fileId: "5", name: "x" }]
    })
    const record = { messageId: 1, to: "01012345678", status: "READY" }
    const page = SearchResponse.read(unlisted({
      hasMore: "false",
      messages: [
        unlisted({ ...record, files: [file] }),
        unlisted({ ...record, status: 5, to: [], files: [] }),
        unlisted({
          messageId: "2",
          files: [unlisted({ fileId: "6" })]
        })
      ]
    }))
    const { messages, unreadable } = Option.getOrThrow(page)
    assert.deepStrictEqual(messages, [{
      messageId: MessageId.make("1"),
      to: "01012345678",
      status: "READY",
      files: [{ fileId: FileId.make("5"), name: "x" }]
    }])
    assert.deepStrictEqual(unreadable?.map(({ fields }) => fields.files), [[], [{ fileId: FileId.make("6") }]])
  })

  it("reads what is within", () => {
    assert.deepStrictEqual(LenientBody.normalize({ files: [{ fileId: 5 }, "x"] }), { files: [{ fileId: "5" }, "x"] })
    assert.deepStrictEqual(LenientBody.normalize({ files: { fileId: 5 } }), { files: [{ fileId: "5" }] })
    assert.deepStrictEqual(LenientBody.normalize([{ clientTelNo: 5 }]), [{ clientTelNo: "5" }])
  })
})
