import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Switches from "@effect-sens/emulator/Switches"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { assertRefused, base, base64, call, jpeg, list, send, sms, upload } from "./support.ts"

const mms = (...fileIds: ReadonlyArray<string>) =>
  sms({ type: "MMS", subject: "제목", files: fileIds.map((fileId) => ({ fileId })) })

const finalItem = Effect.fnUntraced(function*(body: unknown) {
  const sent = yield* send(body)
  assert.strictEqual(sent.status, 202, sent.text)
  yield* TestClock.adjust("5 seconds")
  return (yield* list(`requestId=${sent.body.requestId}`)).body.messages[0]
})

describe("files", () => {
  it.effect("an uploaded picture goes out with an MMS and is named in the result", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_764_033_167_520)
      const uploaded = yield* upload("사진.JPG", jpeg())
      assert.strictEqual(uploaded.status, 200, uploaded.text)
      assert.deepStrictEqual(uploaded.body, {
        fileId: uploaded.body.fileId,
        createTime: "2025-11-25T10:12:47.520",
        expireTime: "2025-12-01T10:12:47.520"
      })
      assert.match(uploaded.body.fileId, /^[\da-f]{12}$/)
      const item = yield* finalItem(mms(uploaded.body.fileId))
      assert.deepInclude(item, { type: "MMS", subject: "제목", statusCode: "0" })
      assert.match(item.requestId, /^RSMA-/)
      assert.deepStrictEqual(item.files, [{ fileId: uploaded.body.fileId, name: "사진.JPG" }])
      const emulator = yield* Emulator.Emulator
      assert.deepStrictEqual((yield* emulator.allMessages)[0]?.fileIds, [uploaded.body.fileId])
      const kept = yield* emulator.file(uploaded.body.fileId)
      assert(kept._tag === "Some")
      assert.deepStrictEqual(kept.value.body, jpeg())
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("the same name and size is the same file, whatever the picture, until it expires", () =>
    Effect.gen(function*() {
      const other = jpeg()
      other[50] = 7
      const first = yield* upload("a.jpg", jpeg())
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual((yield* upload("a.jpg", other)).body, first.body)
      const emulator = yield* Emulator.Emulator
      const kept = yield* emulator.file(first.body.fileId)
      assert(kept._tag === "Some")
      // The old picture.
      assert.deepStrictEqual(kept.value.body, jpeg())
      for (const another of [yield* upload("b.jpg", jpeg()), yield* upload("a.jpg", jpeg({ bytes: 101 }))]) {
        assert.notStrictEqual(another.body.fileId, first.body.fileId)
      }
      yield* TestClock.adjust("5 days")
      assert.notStrictEqual((yield* upload("a.jpg", other)).body.fileId, first.body.fileId)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("by switch every upload is a file of its own", () =>
    Effect.gen(function*() {
      const first = yield* upload("a.jpg", jpeg())
      assert.notStrictEqual((yield* upload("a.jpg", jpeg())).body.fileId, first.body.fileId)
    }).pipe(Effect.provide(EmulatorClient.layer({ switches: { fileReuse: "never" } }))))

  it.effect("names, sizes, and what is no JPEG", () =>
    Effect.gen(function*() {
      const target = `${base}/files`
      const limits = yield* upload(`${"가".repeat(36)}.jpg`, jpeg({ width: 1500, height: 1440, bytes: 307_200 }))
      assert.strictEqual(limits.status, 200, limits.text)
      assertRefused(yield* upload(`${"가".repeat(37)}.jpg`, jpeg()), ["The fileName cannot exceed 40 characters."])
      assertRefused(yield* upload("a.png", jpeg()), ["The fileName must end in .jpg or .jpeg."])
      assertRefused(yield* upload("a.jpeg", jpeg({ bytes: 307_201 })), ["The fileBody cannot exceed 300 KB."])
      const tooLarge = "The picture cannot exceed 1500 x 1440 pixels."
      assertRefused(yield* upload("a.jpg", jpeg({ width: 1501, height: 1 })), [tooLarge])
      assertRefused(yield* upload("a.jpg", jpeg({ width: 1, height: 1441 })), [tooLarge])
      assertRefused(yield* call({ target, body: {} }), [
        "The fileName cannot be empty.",
        "The fileBody cannot be empty."
      ])
      const fileBody = `data:image/jpeg;base64,${base64(jpeg())}`
      assertRefused(yield* call({ target, body: { fileName: "a.jpg", fileBody } }), [
        "The fileBody must be in Base64."
      ])
      const cut = jpeg()
      for (
        const bytes of [
          new Uint8Array(100),
          Buffer.from("\x89PNG\r\n\x1a\n"),
          cut.subarray(0, 98),
          cut.subarray(0, 20),
          Uint8Array.of(0xff, 0xd8, 0xff, 0xd9),
          Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 1, 0, 0)
        ]
      ) assertRefused(yield* upload("a.jpg", bytes), ["The fileBody must be a JPEG."])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a file that nobody uploaded or that has expired: S006 and S007, or 400 by switch", () =>
    Effect.gen(function*() {
      const uploaded = yield* upload("a.jpg", jpeg())
      assert.strictEqual((yield* finalItem(mms("a136000074f7"))).statusCode, "S006")
      yield* TestClock.adjust("6 days")
      assert.strictEqual((yield* finalItem(mms(uploaded.body.fileId))).statusCode, "S007")
      yield* Effect.gen(function*() {
        const uploaded = yield* upload("a.jpg", jpeg())
        assertRefused(yield* send(mms("a136000074f7")), ["The fileId does not exist."])
        yield* TestClock.adjust("1 hour")
        assertRefused(yield* send(mms(uploaded.body.fileId)), ["The fileId has expired."])
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: Switches.strict, fileExpiry: "1 hour" })))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("at most three files, of an MMS alone; an MMS of blanks fails as the carriers let it", () =>
    Effect.gen(function*() {
      const ids = yield* Effect.forEach(
        ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
        (name) => Effect.map(upload(name, jpeg()), ({ body }) => body.fileId as string)
      )
      assert.lengthOf((yield* finalItem(mms(...ids.slice(0, 3)))).files, 3)
      assertRefused(yield* send(mms(...ids)), ["The files cannot exceed 3."])
      const item = yield* finalItem({ ...mms(ids[0]!), type: "LMS" })
      assert.notProperty(item, "files")
      const strict = EmulatorClient.layer({ switches: Switches.strict })
      assertRefused(yield* Effect.provide(send({ ...mms(ids[0]!), type: "LMS" }), strict), [
        "The files are for MMS only."
      ])
      assert.strictEqual((yield* finalItem({ ...mms(ids[0]!), content: " " })).statusCode, "3009")
      assert.strictEqual((yield* finalItem(sms({ content: " " }))).statusCode, "0")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("files in the send itself only by switch", () =>
    Effect.gen(function*() {
      const inline = { ...mms(), files: [{ name: "a.jpg", body: base64(jpeg()) }] }
      const refusal = [
        "The fileId cannot be empty. (files.0.fileId)",
        "The emulator takes files in the send itself with inlineFiles \"accept\" (--inline-files accept)."
      ]
      assertRefused(yield* send(inline), refusal)
      assertRefused(yield* send({ ...inline, files: [{ body: "AAAA", name: "a.jpg" }] }), refusal)
      assertRefused(yield* send({ ...inline, files: [{}] }), ["The fileId cannot be empty. (files.0.fileId)"])
      yield* Effect.gen(function*() {
        const item = yield* finalItem(inline)
        assert.deepInclude(item, { type: "MMS", statusCode: "0" })
        assert.strictEqual(item.files[0].name, "a.jpg")
        assert.strictEqual((yield* upload("a.jpg", jpeg())).body.fileId, item.files[0].fileId)
        assertRefused(yield* send({ ...inline, files: [{ name: "a.gif", body: "AAAA" }] }), [
          "The fileName must end in .jpg or .jpeg.",
          "The fileBody must be a JPEG."
        ])
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { inlineFiles: "accept" } })))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("files are their service's own", () => {
    const other = { accessKey: "two", secretKey: "second" }
    const service = "/sms/v2/services/ncp:sms:kr:2:two"
    return Effect.gen(function*() {
      const uploaded = yield* upload("a.jpg", jpeg())
      const theirs = yield* call({
        target: `${service}/files`,
        body: { fileName: "a.jpg", fileBody: base64(jpeg()) },
        signed: other
      })
      assert.strictEqual(theirs.status, 200, theirs.text)
      assert.notStrictEqual(theirs.body.fileId, uploaded.body.fileId)
    }).pipe(Effect.provide(EmulatorClient.layer({
      accounts: [
        { accessKey: "emulator-access-key", secretKey: "emulator-secret-key", serviceIds: [base.split("/")[4]!] },
        { ...other, serviceIds: ["ncp:sms:kr:2:two"] }
      ]
    })))
  })
})
