import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as Template from "@effect-sens/core/Template"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as CheckReport from "../../src/lists/CheckReport.ts"
import * as ListCheck from "../../src/lists/ListCheck.ts"
import * as ListFile from "../../src/lists/ListFile.ts"
import * as ListPlan from "../../src/lists/ListPlan.ts"
import * as ListText from "../../src/lists/ListText.ts"
import { cp949, disk, now, onDisk, outcomes, settings, utf16, utf8 } from "./fixtures.ts"

const why = <A>(effect: Effect.Effect<A, ListPlan.ReadError, FileSystem.FileSystem | Stdio.Stdio>) =>
  Effect.map(
    Effect.flip(effect),
    (error) => error._tag === "InvalidList" || error._tag === "ListFileError" ? error.why : error._tag
  )

const atNight = DateTime.makeUnsafe("2026-03-02T14:30:00Z")

// What people have on their disks, and what becomes of it.
const odd: ReadonlyArray<readonly [name: string, file: Uint8Array, expected: ReadonlyArray<string>]> = [
  ["a short row", utf8("이름,전화번호\n홍,010-1111-2222\n김\n"), ["2 SMS 01011112222 홍님, 안녕하세요", "3 Ragged"]],
  ["a trailing comma", utf8("이름,전화번호,\n홍,010-1111-2222,\n"), ["2 SMS 01011112222 홍님, 안녕하세요"]],
  ["empty lines", utf8("\n\n이름,전화번호\n\n,\n홍,010-1111-2222\n\n"), ["6 SMS 01011112222 홍님, 안녕하세요"]],
  ["a stray quote", utf8("이름,전화번호\n홍\"길,010-1111-2222\n김,010-1111-2223\n"), [
    "2 Quote",
    "3 SMS 01011112223 김님, 안녕하세요"
  ]],
  ["a line break in a cell", utf8("이름,전화번호\n\"홍\n길동\",010-1111-2222\n김,010-1111-2223"), [
    "2 SMS 01011112222 홍 길동님, 안녕하세요",
    "4 SMS 01011112223 김님, 안녕하세요"
  ]],
  ["semicolons, as Excel saves them elsewhere", utf8("\ufeff이름;전화번호\n홍;010-1111-2222\n"), [
    "2 SMS 01011112222 홍님, 안녕하세요"
  ]],
  ["a line that says what divides", utf8("sep=\t\n이름\t전화번호\n홍\t010-1111-2222\n"), [
    "3 SMS 01011112222 홍님, 안녕하세요"
  ]],
  ["Excel's Unicode text", utf16("이름\t전화번호\r\n홍\t010-1111-2222\r\n"), ["2 SMS 01011112222 홍님, 안녕하세요"]],
  ["Excel's CSV", cp949("이름,전화번호\r\n홍,010-1111-2222\r\n"), ["2 SMS 01011112222 홍님, 안녕하세요"]],
  ["lines of an old Mac", utf8("이름,전화번호\r홍,010-1111-2222\r김,010-1111-2223"), [
    "2 SMS 01011112222 홍님, 안녕하세요",
    "3 SMS 01011112223 김님, 안녕하세요"
  ]],
  ["names with decorations", utf8(" *이름 ,휴대폰 번호(필수)\n홍,010-1111-2222\n"), []],
  ["a number in a formula", utf8("이름,전화번호\n홍,\"=\"\"01011112222\"\"\"\n"), [
    "2 SMS 01011112222 홍님, 안녕하세요"
  ]]
]

describe("lists", () => {
  it.effect.each(odd.filter(([, , expected]) => expected.length > 0))(
    "%s",
    ([, file, expected]) =>
      Effect.gen(function*() {
        for (const size of [1, 2, 3, file.length]) {
          assert.deepStrictEqual(yield* Effect.provide(Effect.scoped(outcomes("list.csv")), disk(file, size)), [
            ...expected
          ])
        }
      })
  )

  it.effect("a column that the text names otherwise is told, with the nearest name", () =>
    Effect.gen(function*() {
      const [, file = utf8("")] = odd.find(([, , expected]) => expected.length === 0) ?? []
      const error = yield* Effect.flip(Effect.provide(Effect.scoped(outcomes("list.csv")), disk(file)))
      assert.strictEqual(error._tag, "InvalidTemplate")
      assert.include(String("message" in error ? error.message : ""), "no column \"이름\", perhaps \"*이름\"")
    }))

  it.effect("what is no list is told by name", () =>
    Effect.gen(function*() {
      const of = (file: Uint8Array, given?: Partial<ListPlan.Settings>) =>
        why(Effect.scoped(outcomes("list.csv", given))).pipe(Effect.provide(disk(file)))
      assert.strictEqual(yield* of(utf8("")), "Empty")
      assert.strictEqual(yield* of(utf8("\n,\n")), "Empty")
      assert.strictEqual(yield* of(utf8("홍,010-1111-2222\n")), "NoHeader")
      assert.strictEqual(yield* of(utf8("이름,주소\n")), "NoNumberColumn")
      assert.strictEqual(yield* of(utf8("전화번호,휴대폰\n")), "SeveralNumberColumns")
      assert.strictEqual(yield* of(utf8("전화번호\n"), { to: "phone" }), "UnknownColumn")
      assert.strictEqual(yield* of(utf8("이름,이름,전화번호\n")), "RepeatedColumn")
      assert.strictEqual(yield* of(utf16("이름,전화번호\n").slice(2)), "NotText")
      assert.strictEqual(yield* of(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0)), "OldWorkbook")
      assert.strictEqual(yield* of(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0)), "BadWorkbook")
    }))

  const Name = Schema.Literals(["홍길동", "천호", "뷁", "José", "", "a,b", "말\"말", "긴".repeat(45)])
  const Number = Schema.Literals([
    "010-1111-2222",
    "01033334444",
    "1033334444",
    "1033334444.0",
    "+82 10 5555 6666",
    "010-1111-2222/010-3333-4444",
    "1.01E+09",
    "",
    "2026-01-02",
    "010-1111-222"
  ])
  const Rows = Arbitrary.schema(Schema.Array(Schema.Tuple([Name, Number, Schema.Boolean])))
  const quoted = (cell: string) => /[",\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell
  const listOf = (rows: ReadonlyArray<readonly [string, string, boolean]>): string =>
    [
      "이름,전화번호",
      ...rows.map(([name, number, isWhole]) => [name, number].slice(0, isWhole ? 2 : 1).map(quoted).join(","))
    ].join(
      "\r\n"
    )

  it.effect.prop(
    "whatever the encoding, and wherever it is cut, its rows are the same",
    [Rows, Schema.Literals([1, 2, 3])],
    ([rows, size]) =>
      Effect.gen(function*() {
        const text = listOf(rows.map(([name, ...rest]) => [name.replace("José", "호세"), ...rest]))
        const expected = yield* Effect.provide(Effect.scoped(outcomes("list.csv")), disk(utf8(text)))
        for (const bytes of [utf8(text), utf8(`\ufeff${text}`), cp949(text), utf16(text)]) {
          assert.deepStrictEqual(
            yield* Effect.provide(Effect.scoped(outcomes("list.csv")), disk(bytes, size)),
            expected
          )
        }
      }),
    { arbitrary: { runs: 60 } }
  )

  // A row of each kind, and what it is called.
  const damages: ReadonlyArray<readonly [row: string, of: CheckReport.Reason["of"], kind: string]> = [
    ["홍길동,", "number", "Empty"],
    ["홍길동,010x99998888", "number", "Character"],
    ["홍길동,010-9999-8888 / 010-9999-8887", "number", "Several"],
    ["홍길동,02-312-3456~7", "number", "Extension"],
    ["홍길동,1.01235E+09", "number", "Decimal"],
    ["홍길동,2026-01-02", "number", "Date"],
    ["홍길동,02-312-34567", "number", "Groups"],
    ["홍길동,1099998888", "number", "LostZero"],
    ["홍길동,010-9999-888", "number", "TooShort"],
    ["홍길동,010-9999-88888", "number", "TooLong"],
    ["홍길동,1335", "number", "SenderOnly"],
    ["홍길동,+81 90-9999-8888", "number", "Foreign"],
    ["홍길동,+81", "number", "Country"],
    ["홍길동,999999999", "number", "Prefix"],
    [`홍길동,${"9".repeat(61)}`, "number", "Length"],
    [" ,010-0000-0001", "value", "Missing"],
    ["홍\u0007길동,010-0000-0002", "value", "ControlCharacter"],
    ["#N/A,010-0000-0003", "value", "SpreadsheetError"],
    ["홍\ufffd동,010-0000-0004", "row", "Broken"],
    ["홍\"길동,010-0000-0005", "row", "Quote"],
    ["홍길동,010-0000-0006,남음", "row", "Ragged"],
    ["홍길동", "row", "Ragged"],
    ["뷁,010-0000-0007", "message", "NotEncodable"],
    [`${"길".repeat(1000)},010-0000-0008`, "message", "TooLong"],
    ["김,010-0000-0000", "row", "OtherText"]
  ]

  it.effect("each damage is counted under its name, in every encoding, and said in both languages", () =>
    Effect.gen(function*() {
      const text = ["이름,전화번호", "홍길동,010-0000-0000", ...damages.map(([row]) => row)].join("\r\n")
      const expected = damages.map(([, of, kind], index) => `${of} ${kind} ${index + 3}`).toSorted()
      // What CP949 cannot say would not be in such a file.
      const encodings = [utf8(text), utf8(`\ufeff${text}`), utf16(text), cp949(text.replace("\ufffd", "\u0001"))]
      for (const file of encodings) {
        const { report } = yield* Effect.provide(Effect.scoped(check("list.csv")), disk(file, 1000))
        const { reasons, rows } = report.refused
        const isCp949 = report.file.encoding === "CP949"
        assert.deepStrictEqual(
          reasons.flatMap(({ kind, lines, of }) => lines.map((line) => `${of} ${kind} ${line}`)).toSorted(),
          isCp949
            ? expected.map((said) =>
              said.startsWith("row Broken") ? said.replace("row Broken", "value ControlCharacter") : said
            )
              .toSorted()
            : expected
        )
        assert.strictEqual(rows, damages.length)
        assert.strictEqual(report.send.messages, 1)
        for (const language of ["en", "ko"] as const) {
          for (const { kind, of } of reasons) assert.notStrictEqual(ListText.reason(of, kind, language).what, kind)
        }
        assert.notMatch(JSON.stringify(report), /9999|길동/)
      }
    }))

  it.effect("the encoding is what all of a file says, and where it is broken is told", () =>
    Effect.gen(function*() {
      // ASCII for longer than any look at its beginning, then one name.
      const rows = Array.from(
        { length: 20_000 },
        (_, index) => `a,010-0000-${String(index).padStart(4, "0").slice(-4)}`
      )
      const file = cp949(["이름,전화번호".replace("이름", "name"), ...rows, "천호,010-1111-2222"].join("\n"))
      const opened = yield* Effect.provide(Effect.scoped(ListFile.open("list.csv")), disk(file, 4096))
      assert.deepStrictEqual(opened.encoding, { encoding: "CP949", bom: 0, broken: 0, index: undefined })
      assert.strictEqual(opened.sha256, createHash("sha256").update(file).digest("hex"))

      const broken = Uint8Array.from([
        ...cp949("이름,전화번호\n뷁,010-1111-2222\n홍"),
        0xff,
        ...cp949(",010-1111-2223\n")
      ])
      const { encoding } = yield* Effect.provide(Effect.scoped(ListFile.open("list.csv")), disk(broken, 3))
      assert.deepStrictEqual([encoding.encoding, encoding.broken, encoding.index], ["CP949", 1, broken.indexOf(0xff)])
      assert.deepStrictEqual(
        yield* Effect.provide(Effect.scoped(outcomes("list.csv", { charset: "CP949" })), disk(broken)),
        [
          "2 SMS 01011112222 뷁님, 안녕하세요",
          "3 Broken"
        ]
      )
    }))

  it.effect("an encoding that is given is taken at its word", () =>
    Effect.gen(function*() {
      const file = utf8("name,전화번호\n홍,010-1111-2222\n")
      const read = Effect.scoped(outcomes("list.csv", { content: "안내", to: "전화번호" }, { encoding: "CP949" }))
      assert.strictEqual(yield* Effect.provide(why(read), disk(file)), "UnknownColumn")
    }))

  it.effect("repair, repeats, LMS and columns of texts are as the settings say", () =>
    Effect.gen(function*() {
      const file = utf8(
        `이름,전화번호,문안,제목\n홍,1011112222,가,\n홍,010-1111-2222,나,제목\n${"긴".repeat(50)},010-1111-2223,다,\n`
      )
      const of = (given: Partial<ListPlan.Settings>) =>
        Effect.provide(Effect.scoped(outcomes("list.csv", { content: "{이름}님", ...given })), disk(file))
      const long = `4 LMS 01011112223 ${"긴".repeat(50)}님`
      assert.deepStrictEqual(yield* of({}), ["2 LostZero", "3 SMS 01011112222 홍님", long])
      assert.deepStrictEqual(yield* of({ repair: true }), ["2 SMS 01011112222 홍님", "3 Repeat", long])
      assert.deepStrictEqual(yield* of({ repair: true, keepRepeats: true }), [
        "2 SMS 01011112222 홍님",
        "3 SMS 01011112222 홍님",
        long
      ])
      assert.deepStrictEqual(yield* of({ noLms: true }), ["2 LostZero", "3 SMS 01011112222 홍님", "4 TooLong"])
      const own = { content: Template.column("문안"), subject: Template.column("제목", { default: "" }), repair: true }
      assert.deepStrictEqual(yield* of(own), ["2 SMS 01011112222 가", "3 OtherText", "4 SMS 01011112223 다"])
      assert.deepStrictEqual(yield* of({ ...own, keepRepeats: true }), [
        "2 SMS 01011112222 가",
        "3 LMS 01011112222 나",
        "4 SMS 01011112223 다"
      ])
    }))

  it.effect("of advertisements the law is asked", () =>
    Effect.gen(function*() {
      const file = utf8("전화번호\n010-1111-2222\n")
      const of = (given: Partial<ListPlan.Settings>, isSending = false, hour = 12) =>
        Effect.provide(
          Effect.scoped(
            outcomes("list.csv", { ad: true, ...given }, {
              isSending,
              now: hour === 12 ? now : atNight
            })
          ),
          disk(file)
        )
      const legal = "(광고)[서점] 신간\n무료수신거부 080-123-4567"
      assert.deepStrictEqual(yield* of({ content: "신간" }), ["2 AdWithoutMark"])
      assert.deepStrictEqual(yield* of({ content: "(광고) 신간" }), ["2 AdWithoutOptOut"])
      assert.deepStrictEqual(yield* of({ content: "(광고) 신간", ignore: ["AdWithoutOptOut"] }), [
        "2 SMS 01011112222 (광고) 신간"
      ])
      assert.deepStrictEqual(yield* of({ content: legal }), [`2 SMS 01011112222 ${legal}`])
      assert.deepStrictEqual(yield* of({ content: legal }, false, 23), [`2 SMS 01011112222 ${legal}`])
      assert.deepStrictEqual(yield* of({ content: legal }, true, 23), ["2 AdAtNight"])
      assert.deepStrictEqual(yield* of({ content: legal, ignore: ["AdAtNight"] }, true, 23), [
        `2 SMS 01011112222 ${legal}`
      ])
      const blockList = { size: 1, has: (number: string) => number === "01011112222" }
      assert.deepStrictEqual(
        yield* Effect.provide(
          Effect.scoped(outcomes("list.csv", { ad: true, content: legal }, { blockList })),
          disk(file)
        ),
        ["2 OptedOut"]
      )
      assert.deepStrictEqual(
        yield* Effect.provide(Effect.scoped(outcomes("list.csv", { content: legal }, { blockList })), disk(file)),
        [`2 SMS 01011112222 ${legal}`]
      )
    }))
})

const check = (source: string, given: Partial<ListPlan.Settings> = {}, options: Partial<ListCheck.Options> = {}) =>
  ListCheck.check(source, {
    settings: { ...settings, ...given },
    isSending: false,
    language: "en",
    at: now,
    ...options
  })

describe("what was checked is what is sent", () => {
  const Cell = Schema.Literals([
    "홍길동",
    "뷁",
    "천호 ①",
    "",
    "긴 이름 ".repeat(20),
    "{이름}",
    "a\nb",
    "말\"말",
    "👍",
    "가\u0007",
    "#N/A"
  ])
  const Part = Schema.Literals([
    "{이름}",
    "{이름|고객}",
    "{메모|없음}",
    "님, ",
    "안녕 {{ }}",
    "\n",
    "①",
    "(광고)",
    "글".repeat(20)
  ])
  const Text = Arbitrary.map(Arbitrary.schema(Schema.NonEmptyArray(Part)), (parts) => parts.join(""))
  const quoted = (cell: string) => `"${cell.replaceAll("\"", "\"\"")}"`

  it.effect.prop(
    "each message of a check is in the store of the emulator, with its text, and nothing else is",
    [
      Arbitrary.schema(Schema.Array(Schema.Tuple([Cell, Cell]))),
      Text,
      Schema.Boolean,
      Schema.Literals(["EUC-KR", "CP949"])
    ],
    ([cells, content, noLms, charset]) =>
      Effect.gen(function*() {
        const checked = yield* check("list.csv", { content, noLms, charset })
        const rows = yield* Stream.runCollect(ListPlan.outcomes(checked.file, checked.settings, checked.options))
        const expected = rows.flatMap((row) => row._tag === "Message" ? [row] : [])
        assert.strictEqual(checked.report.send.messages, expected.length)
        assert.strictEqual(checked.report.file.rows, cells.length)
        // Said independently: the template by the library, the bytes by the codec.
        const template = Result.getOrThrow(Template.parse(content))
        for (const { message } of expected) {
          assert.strictEqual(message.content, Result.getOrThrow(Template.render(template, message.cells)))
          const { length } = Result.getOrThrow(EucKrCodec.encode(message.content, { charset }))
          assert.strictEqual(EucKr.byteLength(message.content), length)
          const { maxBytes = 0, minBytes = 0 } = checked.report.send[message.type === "SMS" ? "SMS" : "LMS"] ?? {}
          assert.isTrue(minBytes <= length && length <= maxBytes)
          assert.strictEqual(message.type, length > 90 ? "LMS" : "SMS")
        }
        const emulator = yield* Emulator.Emulator
        yield* emulator.reset
        yield* ListPlan.messages(checked.file, checked.settings, checked.options).pipe(
          BulkSend.send(),
          Stream.runForEach((outcome) => Effect.sync(() => assert.strictEqual(outcome._tag, "Accepted")))
        )
        const sent = yield* emulator.allMessages
        const told = (
          { content, to, type }: { readonly content: string; readonly to: string; readonly type: string }
        ) => `${type} ${to} ${content}`
        assert.deepStrictEqual(sent.map(told).toSorted(), expected.map(({ message }) => told(message)).toSorted())
      }).pipe(
        Effect.scoped,
        Effect.provide(disk(utf8(
          [
            "전화번호,이름,메모",
            ...cells.map(([name, memo], index) =>
              `010${String(index % 7).padStart(8, "0")},${quoted(name)},${quoted(memo)}`
            )
          ].join("\n")
        ))),
        Effect.provide(
          Sens.layer({ ...Account.options, preflight: { charset } }).pipe(
            Layer.provideMerge(EmulatorClient.layer({ switches: { charset } }))
          )
        )
      ),
    { arbitrary: { runs: 40 } }
  )

  it.effect("a file that changed since is not sent", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const path = `${folder}/명단.csv`
        yield* fs.writeFileString(path, "이름,전화번호\n홍,010-1111-2222\n")
        const { file, options, settings } = yield* check(path)
        const send = Stream.runCollect(ListPlan.messages(file, settings, options))
        assert.deepStrictEqual((yield* send).map(({ to }) => String(to)), ["01011112222"])
        // The same bytes are the same list, whenever they were written.
        yield* fs.writeFileString(path, "이름,전화번호\n홍,010-1111-2222\n")
        assert.strictEqual((yield* send).length, 1)
        yield* fs.writeFileString(path, "이름,전화번호\n홍,010-1111-2223\n")
        assert.strictEqual((yield* Effect.flip(send))._tag, "FileChanged")
        yield* fs.remove(path)
        assert.strictEqual(yield* why(send), "NotFound")
      })
    ))
})

describe("a list that is no file", () => {
  it.effect("is checked as one is, and is sent as it was checked", () =>
    Effect.gen(function*() {
      const rows = [
        { 이름: "홍길동", 전화번호: "010-1111-2222" },
        { 이름: "", 전화번호: "010-1111-2223" },
        { 이름: "김영희", phone: "010-1111-2224" }
      ]
      const file = ListFile.inline(rows)
      const { options, report, settings: used } = yield* ListCheck.checkFile("inline", file, {
        settings: { ...settings, to: "전화번호" },
        isSending: false,
        language: "en",
        at: now
      })
      assert.deepStrictEqual([report.file.format, report.file.rows, report.send.messages], ["rows", 3, 1])
      assert.deepStrictEqual(report.refused.reasons.map(({ kind, lines }) => [kind, ...lines]), [["Missing", 3], [
        "Empty",
        4
      ]])
      const messages = yield* Stream.runCollect(ListPlan.messages(file, used, options))
      assert.deepStrictEqual(messages.map(({ content }) => content), ["홍길동님, 안녕하세요"])
      assert.strictEqual(ListFile.inline(rows).sha256, file.sha256)
      assert.notStrictEqual(ListFile.inline(rows.slice(1)).sha256, file.sha256)
      assert.strictEqual(
        yield* why(
          ListCheck.checkFile("inline", ListFile.inline([]), {
            settings,
            isSending: false,
            language: "en"
          }).pipe(Effect.scoped)
        ),
        "Empty"
      )
    }).pipe(Effect.scoped, Effect.provide(disk(utf8("")))))
})

describe("a list that can be read once", () => {
  const stdin = (bytes: Stream.Stream<Uint8Array>) => Effect.provide(Stdio.layerTest({ stdin: bytes }))

  it.effect("is kept in a file of its owner's, and goes with the scope", () =>
    onDisk(() =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const bytes = utf8("이름,전화번호\n홍,010-1111-2222\n")
        const path = yield* Effect.scoped(Effect.gen(function*() {
          const { file, options, report, settings } = yield* check("-")
          assert.strictEqual(report.send.messages, 1)
          assert.strictEqual(report.file.name, "-")
          // As often as it is asked for.
          for (const _ of [1, 2]) {
            assert.strictEqual((yield* Stream.runCollect(ListPlan.messages(file, settings, options))).length, 1)
          }
          assert.strictEqual((yield* fs.stat(file.path)).mode & 0o777, 0o600)
          return file.path
        })).pipe(stdin(Stream.make(bytes.slice(0, 7), bytes.slice(7))))
        assert.isFalse(yield* fs.exists(path))
      })
    ))

  it.effect.skipIf(process.platform === "win32")(
    "may be a pipe with a name, as a shell's <(...) is",
    () =>
      onDisk((folder) =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const path = `${folder}/pipe`
          execFileSync("mkfifo", [path])
          const writing = yield* Effect.forkChild(fs.writeFileString(path, "이름,전화번호\n홍,010-1111-2222\n"))
          const { file, options, report, settings } = yield* check(path)
          yield* Fiber.join(writing)
          assert.strictEqual(report.send.messages, 1)
          assert.strictEqual((yield* Stream.runCollect(ListPlan.messages(file, settings, options))).length, 1)
        })
      )
  )

  it.effect("has an end, however long it is", () =>
    onDisk(() =>
      Effect.gen(function*() {
        let taken = 0
        const endless = Stream.forever(Stream.sync(() => {
          taken += 1
          return utf8("x".repeat(1000))
        }))
        const error = yield* Effect.scoped(check("-", {}, { mostSpooled: 100_000 })).pipe(stdin(endless), Effect.flip)
        assert.deepStrictEqual(error, new ListFile.ListFileError({ why: "TooLarge", limit: 100_000 }))
        assert.isBelow(taken, 200)
      })
    ))

  it.effect("what is no file is told", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        assert.strictEqual(yield* why(Effect.scoped(outcomes(folder))), "Directory")
        assert.strictEqual(yield* why(Effect.scoped(outcomes(`${folder}/nothing.csv`))), "NotFound")
      })
    ))
})

describe("the report of a check", () => {
  const file = utf8([
    "이름,전화번호",
    "홍길동,010-1111-2222",
    "홍길동,01011112222",
    `${"길".repeat(60)},010-1111-2223`,
    "비밀,1099998888",
    "비밀,1099998887.0",
    "비밀,299998888",
    "비밀,010-9999-8888 010-9999-8889",
    "비뷁밀,010-9999-8886",
    "비밀👍,010-9999-8885",
    ",010-9999-8884",
    "비밀,010-9999-8883,남음",
    "비\ufffd밀,010-9999-8882",
    "김영희,010-1111-2222"
  ].join("\n"))

  it.effect("counts every row once, and holds no number and no text", () =>
    Effect.gen(function*() {
      const { report } = yield* check("명단.csv", {}, { prices: { SMS: 9, LMS: 27 } })
      assert.deepStrictEqual(report.file, {
        name: "명단.csv",
        format: "csv",
        sha256: createHash("sha256").update(file).digest("hex"),
        bytes: file.length,
        rows: 13,
        columns: ["이름", "전화번호"],
        to: "전화번호",
        encoding: "UTF-8",
        delimiter: ","
      })
      assert.isFalse(report.ok)
      assert.deepStrictEqual(report.send, {
        messages: 2,
        SMS: { messages: 1, minBytes: 20, maxBytes: 20 },
        LMS: { messages: 1, minBytes: 134, maxBytes: 134 },
        longestColumn: "이름"
      })
      assert.deepStrictEqual(report.price, { total: 36, SMS: 9, LMS: 27 })
      assert.deepStrictEqual(report.repeats, { rows: 1, lines: [3] })
      assert.deepStrictEqual(
        report.refused.reasons.map(({ kind, of, ...rest }) => [of, kind, rest]).toSorted((one, other) =>
          String(one[1]).localeCompare(String(other[1]))
        ),
        [
          ["row", "Broken", { rows: 1, lines: [13] }],
          ["number", "Decimal", { rows: 1, lines: [6], column: "전화번호", repairable: 1 }],
          ["number", "LostZero", { rows: 2, lines: [5, 7], column: "전화번호", repairable: 1 }],
          ["value", "Missing", { rows: 1, lines: [11], column: "이름" }],
          ["message", "NotEncodable", {
            rows: 2,
            lines: [9, 10],
            characters: [
              { character: "뷁", codePoint: "U+BDC1", line: 9, column: "이름" },
              { character: "👍", codePoint: "U+1F44D", suggestion: "", line: 10, column: "이름" }
            ]
          }],
          ["row", "OtherText", { rows: 1, lines: [14] }],
          ["row", "Ragged", { rows: 1, lines: [12] }],
          ["number", "Several", { rows: 1, lines: [8], column: "전화번호" }]
        ]
      )
      const all = report.send.messages + report.refused.rows + report.repeats.rows
      assert.strictEqual(all, report.file.rows)
      const json = JSON.stringify(report)
      assert.notMatch(json, /비밀|길동|9999|1111/)
      assert.deepStrictEqual(Schema.decodeUnknownSync(CheckReport.CheckReport)(JSON.parse(json)), report)
    }).pipe(Effect.scoped, Effect.provide(disk(file))))
})
