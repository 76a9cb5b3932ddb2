import * as Template from "@effect-sens/core/Template"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as ListArguments from "../../src/lists/ListArguments.ts"
import * as ListText from "../../src/lists/ListText.ts"
import { cp949, onDisk, settings, utf16, utf8 } from "./fixtures.ts"

const read = (given: Partial<ListArguments.ListArguments>) => ListArguments.settings({ list: "명단.csv", ...given })

describe("arguments of a list", () => {
  it.effect("are settings, whatever is left out", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* read({ text: "{이름}님" }), {
        ...settings,
        content: "{이름}님",
        subject: undefined,
        to: undefined,
        delimiter: undefined
      })
      const all = yield* read({
        textColumn: "문안",
        subjectColumn: "제목",
        from: "02-1234-5678",
        ad: true,
        charset: "CP949",
        ignore: ["AdAtNight"],
        toColumn: "연락처",
        delimiter: ";",
        repairNumbers: true,
        keepRepeats: true,
        online: true
      })
      assert.deepStrictEqual(all, {
        content: Template.column("문안"),
        subject: Template.column("제목", { default: "" }),
        from: "02-1234-5678",
        ad: true,
        noLms: false,
        charset: "CP949",
        ignore: ["AdAtNight"],
        to: "연락처",
        delimiter: ";",
        repair: true,
        keepRepeats: true
      })
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect.each<readonly [Partial<ListArguments.ListArguments>, ListArguments.ListUsageError["why"]]>([
    [{}, "NoText"],
    [{ text: "가", textColumn: "나" }, "SeveralTexts"],
    [{ text: "가", textFile: "나" }, "SeveralTexts"],
    [{ text: " \n" }, "EmptyText"],
    [{ text: "가", subject: "나", subjectColumn: "다" }, "SeveralSubjects"],
    [{ text: "가", subject: "나", noLms: true }, "SubjectOfSms"],
    [{ text: "가", subjectColumn: "나", noLms: true }, "SubjectOfSms"],
    [{ textFile: "/nothing/there.txt" }, "TextFile"],
    [{ list: "-", textFile: "-" }, "Stdin"],
    [{ text: "가", ignore: ["TooLong", "toString"] }, "Rule"],
    [{ text: "가", online: true }, "OnlineWithoutAd"]
  ])("%j are refused: %s", ([given, why]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(read(given))
      assert.strictEqual(error.why, why)
      for (const language of ["en", "ko"] as const) {
        assert.isAbove(ListText.failure(error, "명단.csv", language).length, 5)
      }
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect("a text is read as an editor saved it", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const textFile = `${folder}/문안.txt`
        for (const encode of [utf8, cp949, utf16, (text: string) => utf8(`\ufeff${text}`)]) {
          yield* fs.writeFile(textFile, encode("{이름}님,\r\n안녕하세요\r\n"))
          assert.strictEqual((yield* read({ textFile })).content, "{이름}님,\n안녕하세요")
        }
        const typed = read({ textFile: "-" }).pipe(
          Effect.provide(Stdio.layerTest({ stdin: Stream.make(utf8("안녕"), utf8("하세요\n")) }))
        )
        assert.strictEqual((yield* typed).content, "안녕하세요")
        for (const bytes of [Uint8Array.of(0, 1, 2), Uint8Array.of(0xff, 0xff, 0x41)]) {
          yield* fs.writeFile(textFile, bytes)
          assert.strictEqual((yield* Effect.flip(read({ textFile }))).why, "TextFile")
        }
        yield* fs.writeFile(textFile, new Uint8Array(0))
        assert.strictEqual((yield* Effect.flip(read({ textFile }))).why, "EmptyText")
      })
    ))

  it("prices are read, and what is none is refused", () => {
    const of = (text: string) => Result.getOrElse(ListArguments.prices(text), ({ why }) => why)
    assert.deepStrictEqual(of("sms=9,lms=27,mms=85"), { SMS: 9, LMS: 27 })
    assert.deepStrictEqual(of("SMS=8.4"), { SMS: 8.4 })
    for (const text of ["", "9", "sms", "sms=", "sms=-1", "sms=9;lms=27", "sms=9,kakao=1", "sms=1e3"]) {
      assert.strictEqual(of(text), "Price")
    }
  })
})
