import * as UploadRequest from "@effect-sens/core/UploadRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import * as bodies from "./fixtures/bodies.ts"

const decode = Schema.decodeUnknownSync(UploadRequest.UploadRequest)
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

describe("UploadRequest", () => {
  it.effect.prop("names a picture after its content", [Schema.Uint8Array], ([bytes]) =>
    Effect.gen(function*() {
      const request = yield* UploadRequest.make(bytes)
      assert.strictEqual(request.fileName, `${sha256(bytes).slice(0, 32)}.jpg`)
      assert.isTrue(Schema.is(UploadRequest.FileName)(request.fileName))
      assert.strictEqual(request.fileBody, Base64.encode(bytes))
    }))

  it.effect("another picture of equal size has another name, the same picture the same, however it is given", () =>
    Effect.gen(function*() {
      const bytes = new Uint8Array([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9])
      const other = new Uint8Array([0xff, 0xd8, 1, 2, 4, 0xff, 0xd9])
      const text = Base64.encode(bytes)
      const { fileName } = yield* UploadRequest.make(bytes)
      assert.notStrictEqual((yield* UploadRequest.make(other)).fileName, fileName)
      for (
        const spelling of [
          text,
          `data:image/jpeg;base64,${text}`,
          `DATA:image/jpeg;charset=x;base64,${text}`,
          ` \n${text.slice(0, 4)}\r\n${text.slice(4)}\n`,
          text.replace(/=/g, ""),
          text.replace(/\//g, "_").replace(/=/g, ""),
          `data:image/jpeg;base64,${encodeURIComponent(text)}`
        ]
      ) {
        assert.deepStrictEqual(yield* UploadRequest.make(spelling), { fileName, fileBody: text })
      }
    }))

  it.effect.prop(
    "one picture has one name and one body, however it is spelled",
    [Schema.Uint8Array],
    ([bytes]) =>
      Effect.gen(function*() {
        const request = yield* UploadRequest.make(bytes)
        const text = Base64.encode(bytes)
        for (
          const spelling of [text, text.replace(/=/g, ""), Base64Url.encode(bytes), `data:image/jpeg;base64,${text}`]
        ) {
          assert.deepStrictEqual(yield* UploadRequest.make(spelling), request)
        }
      })
  )

  it.effect("the bits that Base64 leaves over are not part of a picture", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* UploadRequest.make("AR=="), yield* UploadRequest.make("AQ=="))
    }))

  it.effect("composes a name that was typed on a Mac", () =>
    Effect.gen(function*() {
      const { fileName } = yield* UploadRequest.make(new Uint8Array([1]), { fileName: "약도.jpg".normalize("NFD") })
      assert.strictEqual(fileName, "약도.jpg")
    }))

  it.effect("keeps a name that it is given, and text that is no Base64 for preflight to find", () =>
    Effect.gen(function*() {
      const named = yield* UploadRequest.make(new Uint8Array([1]), { fileName: "a.jpeg" })
      assert.deepStrictEqual(named, { fileName: "a.jpeg", fileBody: "AQ==" })
      assert.strictEqual((yield* UploadRequest.make("AQ data:a,BQ==")).fileBody, "AQdata:a,BQ==")
      const broken = yield* UploadRequest.make("!")
      assert.strictEqual(broken.fileBody, "!")
      assert.strictEqual(broken.fileName, `${sha256(new Uint8Array([0x21])).slice(0, 32)}.jpg`)
    }))

  it.effect("hashes with the program's own Digest where it has one", () =>
    Effect.gen(function*() {
      const asked: Array<string> = []
      const digest: Digest.Digest["Service"] = {
        digest: ({ name }) => {
          asked.push(name)
          return Effect.succeed(new Uint8Array(32).fill(0xab))
        },
        digestHex: () => Effect.die("not used")
      }
      const request = yield* UploadRequest.make(new Uint8Array([1])).pipe(
        Effect.provideService(Digest.Digest, digest)
      )
      assert.strictEqual(request.fileName, `${"ab".repeat(16)}.jpg`)
      assert.deepStrictEqual(asked, ["SHA-256"])
    }))

  it.each(["a.jpg", "a.JPG", "사진.jpeg", "a.Jpeg", `${"a".repeat(36)}.jpg`, `${"a".repeat(35)}.jpeg`])(
    "takes the name %s",
    (name) => {
      assert.isTrue(Schema.is(UploadRequest.FileName)(name))
    }
  )

  it.each([
    "",
    ".jpg",
    "a.png",
    "a.jpg.exe",
    "a",
    "a/b.jpg",
    "a\\b.jpg",
    "a\nb.jpg",
    `${"a".repeat(37)}.jpg`,
    `${"a".repeat(36)}.jpeg`
  ])(
    "refuses the name %j",
    (name) => {
      assert.isFalse(Schema.is(UploadRequest.FileName)(name))
    }
  )

  it("reads the documented body", () => {
    assert.deepStrictEqual(decode(JSON.parse(bodies.uploadRequest)), JSON.parse(bodies.uploadRequest))
    assert.throws(() => decode({ fileName: "a.jpg", fileBody: "data:image/jpeg;base64,AQ==" }))
    assert.throws(() => decode({ fileName: "a.jpg", fileBody: "" }))
  })

  it.prop("decodes what it encodes", [UploadRequest.UploadRequest], ([request]) => {
    const text = JSON.stringify(Schema.encodeSync(UploadRequest.UploadRequest)(request))
    assert.deepStrictEqual(decode(JSON.parse(text)), request)
  })
})
