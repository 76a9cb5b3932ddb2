import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Switches from "@effect-sens/emulator/Switches"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { assertRefused, base, call, list, send, sms } from "./support.ts"

const badReceiver = "The receiver(to) must be numeric and cannot exceed 25 characters."
const noReceiver = "The receiver(to) cannot be empty."
const noContent = "The content cannot be empty. (root content is mandatory)"

const recipients = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ to: `010${String(i).padStart(8, "0")}` }))

const finalCode = Effect.fnUntraced(function*(body: unknown) {
  const sent = yield* send(body)
  assert.strictEqual(sent.status, 202, sent.text)
  yield* TestClock.adjust("5 seconds")
  const listed = yield* list(`requestId=${sent.body.requestId}`)
  return listed.body.messages[0].statusCode as string
})

describe("send", () => {
  describe("answers with the observed bodies", () => {
    it.effect("one bad recipient refuses the whole request", () =>
      Effect.gen(function*() {
        for (const to of ["010-0000-0001", "+821000000001", "1".repeat(26), "０１０", "010 "]) {
          const answer = yield* send(sms({ messages: [{ to: "01000000001" }, { to }] }))
          assert.strictEqual(
            answer.text,
            `{"errors":["${badReceiver}"],"errorMessage":"Validation failed. 1 error(s)","status":400}`
          )
        }
        const emulator = yield* Emulator.Emulator
        assert.lengthOf(yield* emulator.allMessages, 0)
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("two problems", () =>
      Effect.gen(function*() {
        for (const nothing of ["", null, undefined]) {
          const answer = yield* send(sms({ content: nothing, messages: [{ to: nothing }] }))
          assert.strictEqual(
            answer.text,
            `{"errors":["${noContent}","${noReceiver}"],"errorMessage":"Validation failed. 2 error(s)","status":400}`
          )
        }
      }).pipe(Effect.provide(EmulatorClient.layer())))
  })

  it.effect("names every problem at once, in the order of the fields", () =>
    Effect.gen(function*() {
      assertRefused(yield* send({}), [
        "The type cannot be empty.",
        "The sender(from) cannot be empty.",
        noContent,
        "The messages cannot be empty."
      ])
      assertRefused(
        yield* send({
          type: "KMS",
          contentType: "ADS",
          countryCode: [],
          from: "02-123",
          subject: 1,
          content: {},
          messages: {},
          files: "x"
        }),
        [
          "The type must be one of SMS, LMS, MMS.",
          "The contentType must be one of COMM, AD.",
          "The countryCode must be numeric.",
          "The sender(from) must be numeric and cannot exceed 25 characters.",
          "The subject must be a string.",
          "The content must be a string.",
          "The messages must be an array.",
          "The files must be an array."
        ]
      )
      for (const body of [null, [], "text", 1]) {
        assertRefused(yield* send(body, { rawBody: JSON.stringify(body) }), [
          "The request body must be a JSON object."
        ])
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("takes 1 to 100 recipients, of 1 to 25 digits", () =>
    Effect.gen(function*() {
      assertRefused(yield* send(sms({ messages: [] })), ["The messages cannot be empty."])
      assertRefused(yield* send(sms({ messages: recipients(101) })), ["The messages cannot exceed 100."])
      const sent = yield* send(sms({ messages: recipients(100) }))
      assert.strictEqual(sent.status, 202)
      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.deepStrictEqual(
        listed.body.messages.map(({ to }: { to: string }) => ({ to })),
        recipients(100)
      )
      assert.lengthOf(new Set(listed.body.messages.map((item: { messageId: string }) => item.messageId)), 100)
      for (const to of ["1", "1".repeat(25)]) {
        assert.strictEqual((yield* send(sms({ messages: [{ to }] }))).status, 202)
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("accepts what eleven real clients put on the wire", () => {
    const accepted = {
      "type in any letter case": sms({ type: "sMs" }),
      "contentType in any letter case": sms({ contentType: "comm" }),
      "a null subject on an SMS": sms({ subject: null }),
      "nulls for all that may be absent": sms({
        contentType: null,
        countryCode: null,
        subject: null,
        files: null,
        reserveTime: null,
        reserveTimeZone: null,
        messages: [{ to: "01000000001", subject: null, content: null }]
      }),
      "a blank content with a text for each recipient": sms({
        content: " ",
        messages: [{ to: "01000000001", content: "안녕" }]
      }),
      "a number for the country code": sms({ countryCode: 82 }),
      "fields nobody knows": sms({ scheduleCode: "x", extra: { deep: [] } }),
      "the empty list of files": sms({ files: [] })
    }
    for (const [name, body] of Object.entries(accepted)) {
      it.effect(name, () =>
        Effect.gen(function*() {
          const sent = yield* send(body)
          assert.strictEqual(sent.status, 202, sent.text)
          const listed = yield* list(`requestId=${sent.body.requestId}`)
          const item = listed.body.messages[0]
          assert.deepInclude(item, { type: "SMS", contentType: "COMM", countryCode: "82" })
          assert.notProperty(item, "subject")
        }).pipe(Effect.provide(EmulatorClient.layer())))
    }

    it.effect("headers and escapes in any spelling", () =>
      Effect.gen(function*() {
        const raw =
          "{\"type\":\"SMS\",\"from\":\"021\",\"content\":\"\\uc548\\uB155\",\"messages\":[{\"to\":\"0101\"}]}"
        for (
          const contentType of [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;Charset=UTF-8",
            undefined
          ]
        ) {
          const sent = yield* send(undefined, {
            rawBody: raw,
            headers: { "content-type": contentType, "X-Whatever": "1", "User-Agent": "x/1" }
          })
          assert.strictEqual(sent.status, 202, sent.text)
          const listed = yield* call({
            target: `${base}/messages?requestId=${sent.body.requestId}`,
            headers: { "content-type": "application/json", "content-length": "0" }
          })
          assert.strictEqual(listed.body.messages[0].content, "안녕")
        }
      }).pipe(Effect.provide(EmulatorClient.layer())))
  })

  describe("texts", () => {
    const fits = "가".repeat(45)
    const over = `${"가".repeat(44)}ab가나`

    it.effect("over the limit: accepted, a cut copy delivered, the result shows the original", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* finalCode(sms({ content: over })), "0")
        const emulator = yield* Emulator.Emulator
        const [message] = yield* emulator.messages("01000000001")
        assert.strictEqual(message?.content, over)
        assert.strictEqual(message?.bytes, 94)
        assert.strictEqual(message?.delivered.content, `${"가".repeat(44)}ab`)
        // 89 bytes and a character of two: it is left out, not split.
        yield* send(sms({ content: `a${"가".repeat(45)}`, messages: [{ to: "2" }] }))
        assert.strictEqual((yield* emulator.messages("2"))[0]?.delivered.content, `a${"가".repeat(44)}`)
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("over the limit, strictly: refused, counting each recipient's own text", () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* send(sms({ content: fits }))).status, 202)
        assertRefused(yield* send(sms({ content: over })), ["The content cannot exceed 90 bytes."])
        assertRefused(yield* send(sms({ messages: [{ to: "1" }, { to: "2", content: over }] })), [
          "The content cannot exceed 90 bytes."
        ])
        // Nobody gets the common text.
        assert.strictEqual((yield* send(sms({ content: over, messages: [{ to: "1", content: fits }] }))).status, 202)
        assert.strictEqual((yield* send(sms({ type: "LMS", content: over }))).status, 202)
        assertRefused(yield* send(sms({ type: "LMS", content: "a".repeat(2001), subject: "가".repeat(21) })), [
          "The subject cannot exceed 40 bytes.",
          "The content cannot exceed 2000 bytes."
        ])
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: Switches.strict }))))

    it.effect("characters the charset lacks: accepted, then 3022, for those who get them", () =>
      Effect.gen(function*() {
        for (const content of ["👍", "뷁", "café", "\u1112\u1161\u11ab", "\ud800", "—"]) {
          assert.strictEqual(yield* finalCode(sms({ content })), "3022", content)
        }
        assert.strictEqual(yield* finalCode(sms({ content: "㈜ ★ ♥ ① ￦" })), "0")
        assert.strictEqual(yield* finalCode(sms({ type: "LMS", subject: "👍" })), "3022")
        const sent = yield* send(sms({ messages: [{ to: "1" }, { to: "2", content: "👍" }] }))
        yield* TestClock.adjust("5 seconds")
        const listed = yield* list(`requestId=${sent.body.requestId}`)
        assert.deepStrictEqual(
          listed.body.messages.map((item: Record<string, string>) => [item["statusCode"], item["statusName"]]),
          [["0", "success"], ["3022", "fail"]]
        )
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("charset CP949 has all Hangul syllables", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* finalCode(sms({ content: "뷁" })), "0")
        assert.strictEqual(yield* finalCode(sms({ content: "👍" })), "3022")
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { charset: "CP949" } }))))

    it.effect("characters the charset lacks can be refused", () =>
      Effect.gen(function*() {
        assertRefused(yield* send(sms({ content: "👍" })), ["The content has characters that cannot be sent."])
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { unencodable: "reject" } }))))

    it.effect("abroad any text goes, unless the switch says otherwise", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* finalCode(sms({ countryCode: "81", content: "café 👍" })), "0")
        const strict = EmulatorClient.layer({ switches: { foreignText: "charset" } })
        const code = yield* Effect.provide(finalCode(sms({ countryCode: "81", content: "café" })), strict)
        assert.strictEqual(code, "3022")
      }).pipe(Effect.provide(EmulatorClient.layer())))
  })

  it.effect("LMS and MMS go to Korea only", () =>
    Effect.gen(function*() {
      for (const type of ["LMS", "MMS"]) {
        assertRefused(yield* send(sms({ type, countryCode: "1" })), ["The type must be SMS for the countryCode."])
      }
      const abroad = yield* send(sms({ countryCode: "1" }))
      yield* TestClock.adjust("5 seconds")
      const listed = yield* list(`requestId=${abroad.body.requestId}`)
      assert.deepInclude(listed.body.messages[0], { countryCode: "1", telcoCode: "ETC" })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("an MMS without a file is kept as an LMS; a file nobody uploaded fails", () =>
    Effect.gen(function*() {
      const sent = yield* send(sms({ type: "MMS", subject: "제목" }))
      assert.match(sent.body.requestId, /^RSLA-/)
      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.deepInclude(listed.body.messages[0], { type: "LMS", subject: "제목" })
      const unknown = sms({ type: "MMS", files: [{ fileId: "a136000074f7" }] })
      assert.match((yield* send(unknown)).body.requestId, /^RSMA-/)
      assert.strictEqual(yield* finalCode(unknown), "S006")
      assertRefused(yield* send(sms({ type: "MMS", files: [{ name: "a.jpg", body: "AAAA" }] })), [
        "The fileId cannot be empty. (files.0.fileId)",
        "The emulator takes files in the send itself with inlineFiles \"accept\" (--inline-files accept)."
      ])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a sender that is not registered: 400, or 3023 by switch", () =>
    Effect.gen(function*() {
      const accounts = [{ ...Account.emulatorAccount, senders: ["0212345678"] }]
      yield* Effect.gen(function*() {
        assert.strictEqual((yield* send(sms())).status, 202)
        assertRefused(yield* send(sms({ from: "0299999999" })), ["The sender(from) is not registered."])
      }).pipe(Effect.provide(EmulatorClient.layer({ accounts })))
      for (const sender of ["02-1234-5678", "+82 2 1234 5678", "02)1234-5678"]) {
        const written = EmulatorClient.layer({ accounts: [{ ...Account.emulatorAccount, senders: [sender] }] })
        assert.strictEqual((yield* Effect.provide(send(sms({ from: "0212345678" })), written)).status, 202)
      }
      const later = EmulatorClient.layer({ accounts, switches: { unregisteredSender: "fail" } })
      assert.strictEqual(yield* Effect.provide(finalCode(sms({ from: "0299999999" })), later), "3023")
    }))

  it.effect("a recipient's own subject and text come before the common ones", () =>
    Effect.gen(function*() {
      const sent = yield* send(sms({
        type: "LMS",
        subject: "모두",
        content: "모두에게",
        messages: [{ to: "1" }, { to: "2", subject: "너", content: "너에게" }, { to: "3", subject: "", content: "" }]
      }))
      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.deepStrictEqual(
        listed.body.messages.map((item: Record<string, string>) => [item["subject"], item["content"]]),
        [["모두", "모두에게"], ["너", "너에게"], ["모두", "모두에게"]]
      )
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("bodies that are no JSON text", () => {
    it.effect("get the error of their layer", () =>
      Effect.gen(function*() {
        assertRefused(yield* send(undefined, { rawBody: "{" }), ["The request body is not JSON."])
        assertRefused(yield* send(undefined, { rawBody: "" }), ["The request body is not JSON."])
        // A body in EUC-KR, as a client that encodes the whole request sends it.
        assertRefused(
          yield* send(undefined, { rawBody: Uint8Array.of(0x7b, 0x22, 0xb3, 0xbb, 0xbf, 0xeb, 0x22, 0x7d) }),
          ["The request body is not UTF-8."]
        )
        const form = yield* send(undefined, { rawBody: "a=1", headers: { "content-type": "text/plain" } })
        assert.strictEqual(form.status, 415)
        assert.deepStrictEqual(form.body, {
          status: 415,
          error: "Unsupported Media Type",
          message: "Content type 'text/plain' not supported"
        })
        const large = yield* send(sms({ content: "a".repeat(10_000) }))
        assert.strictEqual(large.status, 413)
        assert.deepStrictEqual(large.body, {
          error: {
            errorCode: "430",
            message: "Request Entity Too Large",
            details: "The request body is too large."
          }
        })
      }).pipe(Effect.provide(EmulatorClient.layer({ maxBodyBytes: 8192 }))))

    it.effect.prop(
      "whatever the bytes, the answer is a refusal in the shape of the service",
      [Schema.Union([Schema.Uint8Array, Schema.String, Schema.Json])],
      ([input]) =>
        Effect.gen(function*() {
          const rawBody = input instanceof Uint8Array ? input : JSON.stringify(input)
          const answer = yield* send(undefined, { rawBody })
          assert.strictEqual(answer.status, 400, answer.text)
          assert.isAbove(answer.body.errors.length, 0)
          assert.strictEqual(answer.body.errorMessage, `Validation failed. ${answer.body.errors.length} error(s)`)
        }).pipe(Effect.provide(EmulatorClient.layer())),
      { arbitrary: { runs: 300 } }
    )
  })
})
