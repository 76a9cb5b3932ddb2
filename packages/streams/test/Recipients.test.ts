import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as Template from "@effect-sens/core/Template"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Recipients from "@effect-sens/streams/Recipients"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { emulated, inVirtualTime, random } from "./emulated.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)

const cp949 = (text: string): Uint8Array => Result.getOrThrow(EucKrCodec.encode(text, { charset: "CP949" }))

const utf16 = (text: string): Uint8Array =>
  Uint8Array.from(`\ufeff${text}`.split("").flatMap((unit) => [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >> 8]))

/** Cut into pieces of up to so many bytes. */
const cut = (bytes: Uint8Array, most: number, next = random(most)) => {
  const pieces: Array<Uint8Array> = []
  for (let at = 0; at < bytes.length;) {
    const size = 1 + next(most)
    pieces.push(bytes.slice(at, at + size))
    at += size
  }
  return Stream.rechunk(Stream.fromIterable(pieces), 1)
}

const template = { type: "SMS", from: "02-1234-5678", content: "{이름}님, 안녕하세요" } as const

/** What becomes of each row, in words. */
const words = (row: Recipients.Row<Recipients.Message>): string =>
  row._tag === "Message"
    ? `${row.line} ${row.message.to} ${row.message.content}`
    : `${row.line} ${row.column ?? "-"} ${"why" in row.reason ? row.reason.why : ""}`

const read = (file: string | Uint8Array, options?: Recipients.Options) =>
  Recipients.fromCsv(typeof file === "string" ? utf8(file) : file, template, options).pipe(
    Stream.map(words),
    Stream.runCollect
  )

const failure = (file: string | Uint8Array, options?: Recipients.Options) =>
  Effect.flip(Stream.runCollect(Recipients.fromCsv(typeof file === "string" ? utf8(file) : file, template, options)))

const lists = (file: string, options?: Recipients.Options) =>
  Effect.map(
    failure(file, options),
    (error) => error._tag === "InvalidList" ? [error.why, ...error.columns] : error.problems.map(({ why }) => why)
  )

describe("Recipients.fromCsv", () => {
  // A program in plain JavaScript gives anything.
  it.effect.each<readonly [string, ReadonlyArray<unknown>, ReadonlyArray<string>]>([
    ["a text for a file", ["phone\n010-1234-5678\n", template], ["bytes"]],
    ["a buffer", [utf8("phone\n010-1234-5678\n").buffer, template], ["bytes"]],
    ["no template", [utf8("phone\n"), null], ["template"]],
    ["a template of another type", [utf8("phone\n"), { ...template, type: "sms" }], ["template.type"]],
    ["a template without a text", [utf8("phone\n"), { type: "LMS", from: "1", subject: 5 }], [
      "template.content",
      "template.subject"
    ]],
    // Its numbers would be somebody else's.
    ["a template for another country", [utf8("phone\n"), { ...template, countryCode: "81" }], ["template.countryCode"]],
    ["wrong options", [utf8("phone\n"), template, { to: 5, delimiter: "", encoding: "latin1", column: "phone" }], [
      "to",
      "delimiter",
      "encoding",
      "column"
    ]],
    ["no options", [utf8("phone\n"), undefined, null], ["options"]]
  ])("%s is a TypeError that says so", ([, given, names]) =>
    Effect.gen(function*() {
      const call: (...given: ReadonlyArray<unknown>) => Stream.Stream<unknown, Error> = Recipients.fromCsv as never
      const exit = yield* Effect.exit(Stream.runCollect(call(...given)))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.instanceOf(defect, TypeError)
      assert.deepStrictEqual(
        String(defect).replace(/^TypeError: /, "").split("\n").map((line) =>
          /^Recipients\.fromCsv: (\S+) is /.exec(line)?.[1]
        ),
        [...names]
      )
    }))

  it.effect("reads what spreadsheets save: columns in any order, any divider, any line break, any encoding", () =>
    Effect.gen(function*() {
      const expected = ["2 01012345678 홍길동님, 안녕하세요", "3 0212345678 김영희님, 안녕하세요"]
      const rows = [["주소", "전화 번호", "이름"], ["서울", "010-1234-5678", "홍길동"], [
        "부산",
        "02-1234-5678",
        "김영희"
      ]]
      for (const delimiter of [",", "\t", ";"]) {
        for (const newline of ["\r\n", "\n", "\r"]) {
          for (const last of ["", newline]) {
            const text = rows.map((cells) => cells.join(delimiter)).join(newline) + last
            for (const bytes of [utf8(text), utf8(`\ufeff${text}`), cp949(text), utf16(text)]) {
              assert.deepStrictEqual(yield* read(bytes), expected)
            }
          }
        }
      }
      const swapped = utf16(rows.map((cells) => cells.join("\t")).join("\n"))
      for (let i = 0; i < swapped.length; i += 2) swapped.subarray(i, i + 2).reverse()
      assert.deepStrictEqual(yield* read(swapped), expected)
    }))

  it.effect("a quote that nobody meant swallows no row of a list of numbers alone", () =>
    Effect.gen(function*() {
      const numbers = Array.from({ length: 1000 }, (_, index) => `0101234${String(index).padStart(4, "0")}`)
      const last = numbers.length - 1
      const file = [
        "phone",
        ...numbers.map((number, index) => index === 0 ? `"${number}` : index === last ? `${number}"` : number)
      ].join("\n")
      const rows = yield* Stream.runCollect(Recipients.fromCsv(utf8(file)))
      assert.deepStrictEqual(
        rows.map((row) => row._tag === "Message" ? `${row.line} ${row.message.to}` : `${row.line}`),
        numbers.map((number, index) => index === 0 || index === last ? `${index + 2}` : `${index + 2} ${number}`)
      )
      // As spreadsheets save what was typed with a line break behind it.
      const [only] = yield* Stream.runCollect(Recipients.fromCsv(utf8("phone\n\"010-1234-5678\n\"\n")))
      assert.strictEqual(only?._tag, "Message")
    }))

  it.effect.prop(
    "cells are those that were written, and lines those on which their rows start, wherever the bytes are cut",
    [
      Schema.Array(Schema.Array(
        Schema.Literals(["가", "뷁", "a", "\"", ",", "\r\n", "\n", "\r", " ", "", "홍길동", "\t", ";", "'"])
      )).check(Schema.isMaxLength(12)),
      Schema.Literals([",", "\t", ";"]),
      Schema.Literals([1, 2, 3, 7, 100_000]),
      Schema.Literals(["utf8", "cp949", "utf16"])
    ],
    ([memos, delimiter, most, encoding]) =>
      Effect.gen(function*() {
        const rows = memos.map((
          memo,
          index
        ) => [`x${index}`, `0101234${String(index).padStart(4, "0")}`, memo.join("")])
        const text = yield* Stream.fromIterable([["이름", "휴대폰", "메모"], ...rows]).pipe(
          Stream.pipeThroughChannel(Csv.encodeString({ delimiter })),
          Stream.mkString
        )
        const bytes = { utf8, cp949, utf16 }[encoding](text)
        const found = yield* Recipients.fromCsv(cut(bytes, most)).pipe(
          Stream.map((row) =>
            row._tag === "Message" ? [row.line, row.message.cells, row.message.line] : assert.fail(row.message)
          ),
          Stream.runCollect
        )
        let line = 2
        const expected = rows.map(([name = "", to = "", memo = ""]) => {
          const own = [line, { 이름: name, 휴대폰: to, 메모: memo }, line]
          line += 1 + (memo.match(/\r\n|\r|\n/g) ?? []).length
          return own
        })
        assert.deepStrictEqual(found, expected)
      })
  )

  it.effect.prop(
    "whatever a file has, its rows are the same wherever it is cut, in the order of their lines, and nobody gets what is not a number",
    [
      Schema.Array(Schema.Literals(
        [
          "\"",
          "\"\"",
          ",",
          "\n",
          "\r\n",
          "\r",
          "홍",
          "01012345678",
          "1012345678",
          "#N/A",
          " ",
          "\n홍,01012345678,\n",
          "x"
        ]
      )).check(Schema.isMaxLength(60)),
      Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))).check(Schema.isMaxLength(6)),
      Schema.Literals([1, 2, 5])
    ],
    ([parts, noise, most]) =>
      Effect.gen(function*() {
        const text = utf8(`이름,전화번호,메모\n${parts.slice(0, 20).join("")}`)
        const bytes = Uint8Array.from([...text, ...noise, ...utf8(parts.slice(20).join(""))])
        const rows = yield* Stream.runCollect(Recipients.fromCsv(bytes, template))
        assert.deepStrictEqual(
          (yield* Stream.runCollect(Recipients.fromCsv(cut(bytes, most), template))).map(words),
          rows.map(words)
        )
        const breaks = new TextDecoder("latin1").decode(bytes).split(/\r\n|\r|\n/).length
        let last = 1
        for (const row of rows) {
          assert.isAbove(row.line, last)
          assert.isAtMost(row.line, breaks)
          last = row.line
          if (row._tag === "Message") assert.strictEqual(row.message.to, "01012345678")
        }
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect("a list of plain ASCII that goes on in Korean after many kilobytes is read, whatever it is encoded in", () =>
    Effect.gen(function*() {
      const head = `name,phone\n${"a,01012345678\n".repeat(12_000)}`
      for (const encode of [utf8, cp949]) {
        const bytes = encode(`${head}홍길동,01012345678\n`)
        for (const source of [bytes, cut(bytes, 9000)]) {
          const rows = yield* Stream.runCollect(
            Recipients.fromCsv(source, { type: "SMS", from: "0212345678", content: "{name}" })
          )
          assert.strictEqual(rows.length, 12_001)
          assert.strictEqual(words(rows.at(-1) ?? assert.fail("no row")), "12002 01012345678 홍길동")
        }
      }
    }))

  it.effect("the first characters alone do not say what a file is encoded in", () =>
    Effect.gen(function*() {
      // Two syllables whose bytes are valid UTF-8 as well.
      const file = cp949("phone,name\n01012345678,탁탁\n01087654321,홍길동\n")
      for (const source of [file, cut(file, 1), cut(file, 40)]) {
        const rows = Recipients.fromCsv(source, { type: "SMS", from: "0212345678", content: "{name}" })
        assert.deepStrictEqual(yield* Stream.runCollect(Stream.map(rows, words)), [
          "2 01012345678 탁탁",
          "3 01087654321 홍길동"
        ])
      }
      // Unless there is nothing else: then it can be said.
      const alone = cp949("phone,name\n01012345678,탁탁\n")
      const template = { type: "SMS", from: "0212345678", content: "{name}" } as const
      const rows = Recipients.fromCsv(alone, template, { encoding: "CP949" })
      assert.deepStrictEqual(yield* Stream.runCollect(Stream.map(rows, words)), ["2 01012345678 탁탁"])
    }))

  it.effect("numbers that were damaged are refused with their line and their reason", () =>
    Effect.gen(function*() {
      const damaged: ReadonlyArray<readonly [string, PhoneNumber.InvalidPhoneNumber["why"]]> = [
        ["1012345678", "LostZero"],
        ["1012345678.0", "Decimal"],
        ["1.01235E+09", "Decimal"],
        ["\"1,012,345,678\"", "Decimal"],
        ["010-1234-5678 010-8765-4321", "Several"],
        ["\"010-1234-5678\n010-8765-4321\"", "Several"],
        ["", "Empty"],
        ["-", "Empty"],
        ["없음", "Character"],
        ["#N/A", "Character"],
        ["010-1234-567", "TooShort"],
        ["010-1234-56789", "TooLong"],
        ["2026-01-02", "Date"],
        ["1335", "SenderOnly"],
        ["+81 90-1234-5678", "Foreign"],
        ["010****5678", "Character"]
      ]
      for (const [cell, why] of damaged) {
        assert.deepStrictEqual(yield* read(`이름,전화번호\n홍길동,${cell}\n`), [`2 전화번호 ${why}`], cell)
      }
      const whole = [
        "01012345678",
        "\"010-1234-5678\"",
        "+82 10 1234 5678",
        "０１０－１２３４－５６７８",
        " 010.1234.5678 ",
        "'01012345678",
        "=\"01012345678\"",
        "=\"010-1234-5678\"",
        "\"=\"\"01012345678\"\"\""
      ]
      for (const cell of whole) {
        assert.deepStrictEqual(
          yield* read(`이름,전화번호\n홍길동,${cell}\n`),
          ["2 01012345678 홍길동님, 안녕하세요"],
          cell
        )
      }
    }))

  it.effect("rows whose cells are shifted, or whose quotes do not close, take no others with them", () =>
    Effect.gen(function*() {
      const good = (line: number) => `${line} 01012345678 홍님, 안녕하세요`
      const after = "홍,01012345678\n홍,01012345678\n"
      const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["홍\n", ["2 - Ragged", good(3), good(4)]],
        ["홍,서울,01012345678\n", ["2 - Ragged", good(3), good(4)]],
        ["홍,01012345678,,\n", [good(2), good(3), good(4)]],
        [",\n\n \n,,,\n", [good(6), good(7)]],
        ["\"홍,01012345678\n", ["2 - Quote", good(3), good(4)]],
        ["홍\"길\"동,01012345678\n", ["2 - Quote", good(3), good(4)]],
        ["\"홍\"길동,01012345678\n", ["2 - Quote", good(3), good(4)]],
        ["=\"홍,01012345678\n", ["2 - Quote", good(3), good(4)]],
        ["=\"홍\"길동,01012345678\n", ["2 - Quote", good(3), good(4)]],
        ["=\"홍\",=\"01012345678\"\n", [good(2), good(3), good(4)]],
        ["홍,\"01012345678\n\"홍,01012345678\n", ["2 - Quote", "3 - Quote", good(4), good(5)]],
        ["\"홍,01012345678\n홍,01012345678\n홍\",01012345678\n", ["2 - Quote", good(3), "4 - Quote", good(5), good(6)]],
        ["\"홍,01012345678\n홍\",01012345678\n", ["2 - Quote", "3 - Quote", good(4), good(5)]],
        ["\"홍\n길동\",01012345678\n", ["2 01012345678 홍 길동님, 안녕하세요", good(4), good(5)]]
      ]
      for (const [rows, expected] of cases) {
        for (const last of ["\n", ""]) {
          const text = `이름,전화번호\n${rows}${after}`
          const file = last === "" ? text.trimEnd() : text
          assert.deepStrictEqual(yield* read(file), expected, rows)
          const pieces = Recipients.fromCsv(cut(cp949(file), 3), template)
          assert.deepStrictEqual(yield* Stream.runCollect(Stream.map(pieces, words)), expected, rows)
        }
      }
      // A number inside of a text is none of a row.
      const memo = "이름,전화번호,메모\n홍,01012345678,\"예약\n문의, 02-312-3456\n,\"\n홍,01012345678,\n"
      assert.deepStrictEqual(yield* read(memo), [good(2), good(5)])
      // Also where it is far to the next quote, and a line does not end.
      const many = "홍,01012345678\n".repeat(10_000)
      const rows = yield* read(`이름,전화번호\n"홍,01012345678\n${many}`)
      assert.deepStrictEqual([rows.length, rows[0], rows.at(-1)], [10_001, "2 - Quote", good(10_002)])
      const endless = cut(utf8(`이름,전화번호\n"${"가".repeat(100_000)}\r\n홍,01012345678\n`), 5000)
      assert.deepStrictEqual(
        yield* Stream.runCollect(Stream.map(Recipients.fromCsv(endless, template), words)),
        ["2 - Quote", good(3)]
      )
    }))

  it.effect("cells that were damaged, or are empty, are refused; those that no text needs are not looked at", () =>
    Effect.gen(function*() {
      const header = "이름,전화번호,메모\n"
      assert.deepStrictEqual(yield* read(`${header}홍\ufffd동,01012345678,\n`), ["2 이름 Broken"])
      assert.deepStrictEqual(yield* read(`${header}홍길동,0101234\ufffd5678,\n`), ["2 전화번호 Broken"])
      assert.deepStrictEqual(yield* read(`${header}홍,01012345678,\ufffd\n`), ["2 01012345678 홍님, 안녕하세요"])
      assert.deepStrictEqual(yield* read(`${header} ,01012345678,\n`), ["2 이름 Missing"])
      assert.deepStrictEqual(yield* read(`${header}#REF!,01012345678,\n`), ["2 이름 SpreadsheetError"])
      const all = yield* Stream.runCollect(Recipients.fromCsv(utf8(`${header}홍,01012345678,\ufffd\n`)))
      assert.deepInclude(all[0], { _tag: "Refused", line: 2, column: "메모" })
      // A byte that is none takes its row, and no more.
      for (const encode of [utf8, cp949]) {
        const bytes = encode("이름,전화번호\n홍길동,01012345678\n김영희,01012345678\n대한민국,01012345678\n")
        bytes[bytes.indexOf(0x0a) + 1] = 0xff
        assert.deepStrictEqual(yield* read(bytes), [
          "2 이름 Broken",
          "3 01012345678 김영희님, 안녕하세요",
          "4 01012345678 대한민국님, 안녕하세요"
        ])
      }
    }))

  it.effect("finds the column of the numbers, or says which columns there are", () =>
    Effect.gen(function*() {
      const names = [
        "전화번호",
        " 휴대폰 ",
        "휴대전화",
        "핸드폰번호",
        "연락처",
        "수신번호",
        "Phone",
        "휴대폰 번호(- 없이)",
        "* 연락처",
        "phone_number",
        "MOBILE",
        "to",
        "Number"
      ]
      for (const name of [...names, "\ufeff전화번호", "전화번호".normalize("NFD")]) {
        assert.deepStrictEqual(
          yield* read(`${name},이름\n01012345678,홍\n`),
          ["2 01012345678 홍님, 안녕하세요"],
          name
        )
      }
      assert.deepStrictEqual(yield* lists("이름,주소\n홍,서울\n"), ["NoNumberColumn", "이름", "주소"])
      assert.deepStrictEqual(yield* lists("이름,휴대폰,연락처\n"), ["SeveralNumberColumns", "휴대폰", "연락처"])
      assert.deepStrictEqual(yield* lists("이름,전화번호,전화번호\n"), ["SeveralNumberColumns", "전화번호", "전화번호"])
      assert.deepStrictEqual(yield* lists("이름,전화번호,이름\n"), ["RepeatedColumn", "이름"])
      assert.deepStrictEqual(yield* lists("이름,휴대폰\n", { to: "연락처" }), ["UnknownColumn", "이름", "휴대폰"])
      assert.deepStrictEqual(yield* lists("이름,집,집\n", { to: "집" }), ["RepeatedColumn", "집", "집"])
      assert.deepStrictEqual(yield* lists(""), ["Empty"])
      assert.deepStrictEqual(yield* lists("\ufeff\r\n,,\r\n \r\n"), ["Empty"])
      assert.deepStrictEqual(yield* lists("전화번호,성명\n"), ["UnknownColumn"])
      assert.deepStrictEqual(
        yield* read("이름;휴대폰;연락처\n홍;01012345678;0212345678\n", { to: "연락처" }),
        ["2 0212345678 홍님, 안녕하세요"]
      )
      // Who it is may be called what a number may be called.
      assert.deepStrictEqual(
        yield* Stream.runCollect(
          Stream.map(
            Recipients.fromCsv(utf8("수신자,연락처\n홍,01012345678\n"), { ...template, content: "{수신자}" }),
            words
          )
        ),
        ["2 01012345678 홍"]
      )
      const [row] = yield* Stream.runCollect(
        Recipients.fromCsv(utf8("메모,메모,메모 (2),to,메모\n가,나,다,01012345678,라\n"))
      )
      assert.deepStrictEqual(row?._tag === "Message" ? row.message.cells : row, {
        메모: "가",
        "메모 (3)": "나",
        "메모 (2)": "다",
        to: "01012345678",
        "메모 (4)": "라"
      })
      // Something that is no name at all does not have to be one.
      assert.deepStrictEqual(yield* read("이름,전화번호,,\n홍,01012345678,,\n"), ["2 01012345678 홍님, 안녕하세요"])
      assert.deepStrictEqual(yield* read("이름,전화번호,,\n\"홍\n길동\",01012345678\n홍,01012345678,\n"), [
        "2 01012345678 홍 길동님, 안녕하세요",
        "4 01012345678 홍님, 안녕하세요"
      ])
      assert.deepStrictEqual(yield* read("\n\n이름,전화번호\n홍,01012345678\n"), ["4 01012345678 홍님, 안녕하세요"])
      assert.deepStrictEqual(yield* read("sep=|\r\n이름|전화번호\r\n홍|01012345678"), [
        "3 01012345678 홍님, 안녕하세요"
      ])
      assert.deepStrictEqual(yield* read("이름,전화번호\n"), [])
      assert.deepStrictEqual(
        yield* Stream.runCollect(
          Stream.map(Recipients.fromCsv(utf8("전화번호\n01012345678\n\n"), { ...template, content: "안녕" }), words)
        ),
        ["2 01012345678 안녕"]
      )
    }))

  it.effect("a file without names of columns is refused, and shows nobody", () =>
    Effect.gen(function*() {
      for (
        const file of ["홍길동,010-1234-5678\n", "홍길동,1012345678\n", "홍길동,8210-1234-5678,\n\n", "\"홍길동,1\n"]
      ) {
        const error = yield* failure(file)
        assert.deepInclude(error, { _tag: "InvalidList", why: "NoHeader", columns: [] })
        assert.notInclude(JSON.stringify(error) + error.message + String(error), "홍길동")
      }
    }))

  it.effect(
    "as many columns as a sheet has are read at once, though all have one name; more are refused",
    () =>
      Effect.gen(function*() {
        const file = (count: number) =>
          utf8(`전화번호${",가".repeat(count - 1)}\n01012345678${",나".repeat(count - 1)}\n`)
        const rows = yield* Stream.runCollect(Recipients.fromCsv(file(16_384)))
        const [row] = rows
        if (row?._tag !== "Message") return assert.fail("no message")
        const names = Object.keys(row.message.cells)
        assert.strictEqual(names.length, 16_384)
        assert.deepStrictEqual([names[1], names[2], names.at(-1)], ["가", "가 (2)", "가 (16383)"])
        const error = yield* failure(file(16_385))
        assert.deepInclude(error, { _tag: "InvalidList", why: "TooManyColumns", columns: [] })
        assert.include(error.message, "16,384")
        // Cells without a name behind the last are no columns.
        const padded = utf8(`전화번호${",".repeat(20_000)}\n01012345678${",".repeat(20_000)}\n`)
        assert.strictEqual((yield* Stream.runCollect(Recipients.fromCsv(padded))).length, 1)
      }),
    5_000
  )

  it.effect("a workbook is told from a list", () =>
    Effect.gen(function*() {
      for (const magic of [[0x50, 0x4b, 3, 4, 20, 0], [0xd0, 0xcf, 0x11, 0xe0, 0xa1]]) {
        const bytes = Uint8Array.from(magic)
        assert.deepInclude(yield* failure(bytes), { why: "Workbook" })
        assert.deepInclude(yield* Effect.flip(Stream.runCollect(Recipients.fromCsv(cut(bytes, 1)))), {
          why: "Workbook"
        })
      }
    }))

  it.effect("a template with mistakes fails before a row is read", () =>
    Effect.gen(function*() {
      const file = utf8("이름,전화번호\n홍,01012345678\n")
      const wrong = (content: string, subject = "") =>
        Effect.flip(Stream.runCollect(Recipients.fromCsv(file, { from: "0212345678", subject, content })))
      assert.strictEqual(
        (yield* wrong("{이릅}님")).message,
        "The template is wrong: no column \"이릅\", perhaps \"이름\" (index 0)"
      )
      assert.deepInclude(yield* wrong("안녕", "{이름"), { _tag: "InvalidTemplate" })
      assert.deepInclude(yield* wrong("안녕}", ""), { _tag: "InvalidTemplate" })
    }))

  it.effect("the type follows the text where the template has none", () =>
    Effect.gen(function*() {
      const file = utf8(`이름,전화번호\n홍,01012345678\n${"가".repeat(44)},01012345678\n`)
      const types = (template: Recipients.MessageTemplate) =>
        Recipients.fromCsv(file, template).pipe(
          Stream.map((row) => row._tag === "Message" ? row.message : assert.fail(row.message)),
          Stream.map((message) => [message.type, "subject" in message ? message.subject : undefined]),
          Stream.runCollect
        )
      assert.deepStrictEqual(yield* types({ from: "0212345678", content: "{이름}님" }), [
        ["SMS", undefined],
        ["SMS", undefined]
      ])
      assert.deepStrictEqual(yield* types({ from: "0212345678", content: "{이름}님." }), [
        ["SMS", undefined],
        ["LMS", undefined]
      ])
      assert.deepStrictEqual(yield* types({ from: "0212345678", subject: "{이름}", content: "안녕" }), [
        ["LMS", "홍"],
        ["LMS", "가".repeat(44)]
      ])
    }))

  it.effect("may be run again, fails as its bytes do, and reads only as it is asked to", () =>
    Effect.gen(function*() {
      const file = cut(utf8("이름,전화번호\n홍,01012345678\n"), 4)
      const rows = Stream.map(Recipients.fromCsv(file, template), words)
      assert.deepStrictEqual(yield* Stream.runCollect(rows), yield* Stream.runCollect(rows))
      const failing = Recipients.fromCsv(Stream.concat(file, Stream.fail("gone" as const)), template)
      assert.strictEqual(yield* Effect.flip(Stream.runCollect(failing)), "gone")
      let taken = 0
      const endless = utf8("홍,01012345678\n".repeat(8000))
      const long = Stream.make(utf8("이름,전화번호\n")).pipe(
        Stream.concat(Stream.tap(Stream.forever(Stream.make(endless)), () => Effect.sync(() => taken++)))
      )
      assert.strictEqual(yield* Stream.runCount(Stream.take(Recipients.fromCsv(long, template), 20_000)), 20_000)
      assert.isAtMost(taken, 5)
    }))

  it.effect("refusals hold neither numbers nor words of the rows, and survive JSON", () =>
    Effect.gen(function*() {
      const rows = yield* Stream.runCollect(Recipients.fromCsv(
        utf8("이름,전화번호\n홍길동,010-1234-56789\n홍\u0007길동,010-1234-5678\n\"홍길동,010-1234-5678\n홍길동\n"),
        template
      ))
      const codec = Schema.toCodecJson(Recipients.Refused)
      assert.deepStrictEqual(rows.map(words), [
        "2 전화번호 TooLong",
        "3 이름 ControlCharacter",
        "4 - Quote",
        "5 - Ragged"
      ])
      for (const row of rows) {
        if (row._tag === "Message") return assert.fail("not refused")
        const json = JSON.stringify(Schema.encodeSync(codec)(row))
        assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(JSON.parse(json)), row)
        for (const text of [json, row.message, String(row), JSON.stringify(row)]) {
          assert.notMatch(text, /1234|길동/)
        }
      }
    }))
})

// -----------------------------------------------------------------------------
// A whole list, on its way to the emulator
// -----------------------------------------------------------------------------

interface Kind {
  /** What the row looks like in the file: a name and a number, however they were treated. */
  readonly row: (name: string, number: string) => string
  /** Why it is refused; none where it is whole. */
  readonly why?: string
  /** What the text says, where it is not the name. */
  readonly says?: (name: string) => string
}

const grouped = (number: string) => number.replace(/^(\d{3})(\d{4})(\d{4})$/, "$1-$2-$3")

const whole: ReadonlyArray<Kind> = [
  { row: (name, number) => `${name},서울,${number}` },
  { row: (name, number) => `${name},부산,${grouped(number)}` },
  { row: (name, number) => `"${name}","서울, 종로구 ""1층""",${grouped(number)}` },
  { row: (name, number) => `${name},"서울\n종로",+82 ${grouped(number).slice(1)}` },
  { row: (name, number) => ` ${name} ,,"${number}"` },
  { row: (name, number) => `"${name},\n부장",,${number}`, says: (name) => `${name}, 부장` }
]

const damaged: ReadonlyArray<Kind> = [
  { row: (name, number) => `${name},서울,${number.slice(1)}`, why: "LostZero" },
  { row: (name, number) => `${name},서울,${number.slice(1)}.0`, why: "Decimal" },
  { row: (name) => `${name},서울,1.01235E+09`, why: "Decimal" },
  { row: (name, number) => `${name},서울,${number} ${number}`, why: "Several" },
  { row: (name) => `${name},서울,`, why: "Empty" },
  { row: (name, number) => `${name},서울,${number.slice(0, -1)}`, why: "TooShort" },
  { row: (name, number) => `${name},서울,${number}0`, why: "TooLong" },
  { row: (name) => `${name},서울,#N/A`, why: "Character" },
  { row: (name) => `${name},서울,2026-01-02`, why: "Date" },
  { row: (name) => `${name},서울,+81 90-1234-5678`, why: "Foreign" },
  { row: (name, number) => `${name},${number}`, why: "Ragged" },
  { row: (name, number) => `${name},서울,종로,${number}`, why: "Ragged" },
  { row: (_, number) => `,서울,${number}`, why: "Missing" },
  { row: (_, number) => `#REF!,서울,${number}`, why: "SpreadsheetError" },
  { row: (name, number) => `"${name},서울,${number}`, why: "Quote" },
  // Stands for bytes that are no character.
  { row: (name, number) => `${name}※,서울,${number}`, why: "Broken" }
]

describe("a list of 5,000 rows in CP949, a third of them damaged", () => {
  const next = random(5000)
  const names = ["홍길동", "김영희", "이순신", "유관순", "박하사탕", "최고", "정"]
  const sent = new Map<string, string>()
  const outcomes = new Map<number, string>()
  let text = "이름,주소,휴대폰번호\r\n"
  let line = 2
  for (let index = 0; index < 5000; index++) {
    const kinds = next(3) === 0 ? damaged : whole
    const kind = kinds[next(kinds.length)]
    const name = names[next(names.length)]
    if (kind === undefined || name === undefined) throw new Error("no such kind")
    const number = `010${String(10_000_000 + index * 7).padStart(8, "0")}`
    const row = kind.row(name, number)
    outcomes.set(line, kind.why ?? number)
    if (kind.why === undefined) sent.set(number, `${kind.says?.(name) ?? name}님, 회원 기한이 곧 끝납니다.`)
    text += `${row}\r\n${next(50) === 0 ? "\r\n,,\r\n" : ""}`
    line = text.split("\r\n").length + (text.match(/[^\r]\n/g) ?? []).length
  }
  const file = cp949(text)
  // A lead byte with a trail byte that it cannot have.
  for (let i = 0; i + 1 < file.length; i++) if (file[i] === 0xa1 && file[i + 1] === 0xd8) file[i + 1] = 0xff

  const bulk = (source: Uint8Array | Stream.Stream<Uint8Array>) =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const found = new Map<number, string>()
      const add = (line: number, outcome: string) => {
        assert.isFalse(found.has(line), `line ${line} has two outcomes`)
        found.set(line, outcome)
      }
      yield* Recipients.fromCsv(source, { from: "0212345678", content: "{이름}님, 회원 기한이 곧 끝납니다." }).pipe(
        Recipients.messages(({ line, reason }) => Effect.sync(() => add(line, reason.why))),
        BulkSend.send(),
        Stream.runForEach((outcome) =>
          Effect.sync(() => {
            assert.strictEqual(outcome._tag, "Accepted")
            add(outcome.message.line, outcome.message.to)
          })
        )
      )
      // Every row has an outcome with its line, and it is the right one.
      assert.deepStrictEqual(new Map(Array.from(found).toSorted(([a], [b]) => a - b)), outcomes)
      // What went out is what was whole, each once, with its own text.
      const messages = yield* emulator.allMessages
      assert.strictEqual(messages.length, sent.size)
      assert.deepStrictEqual(new Map(messages.map(({ content, to }) => [to, content])), sent)
      const ledger = yield* emulator.ledger
      const accepted = ledger.map(({ verdict }) => verdict._tag === "Accepted" ? verdict.recipients : 0)
      assert.strictEqual(accepted.reduce((sum, count) => sum + count, 0), sent.size)
      assert.strictEqual(ledger.length, Math.ceil(sent.size / 100))
    })

  it.effect("every row has an outcome with its line, and nothing that is damaged goes out", () =>
    Effect.gen(function*() {
      assert.strictEqual(outcomes.size, 5000)
      assert.isAbove(sent.size, 3000)
      assert.isBelow(sent.size, 3600)
      assert.strictEqual(new Set(damaged.map(({ why }) => why)).size, 14)
      yield* Effect.provide(inVirtualTime(bulk(file)), emulated())
    }))

  it.effect("the same, read in pieces", () =>
    Effect.gen(function*() {
      for (const most of [5, 4096]) yield* Effect.provide(inVirtualTime(bulk(cut(file, most))), emulated())
    }), { timeout: 60_000 })
})

/** Rows as a workbook has them. */
const sheet = (...rows: ReadonlyArray<ReadonlyArray<string>>) =>
  Stream.fromIterable(rows.map((cells, index): Recipients.Cells => ({ line: index + 1, cells })))

const collect = <A, E>(stream: Stream.Stream<A, E>) => Effect.map(Stream.runCollect(stream), (rows) => Array.from(rows))

describe("Recipients.fromRows", () => {
  it.effect("reads rows as fromCsv reads those of a file", () =>
    Effect.gen(function*() {
      const rows = [
        ["", ""],
        ["이름", "전화번호", "메모", ""],
        ["홍길동", "010-1234-5678", "=1", "", ""],
        [" ", ""],
        ["김영희", "1012345678", "", ""],
        ["", "010-8765-4321", "", ""],
        ["이름\ufffd", "010-8765-4321", "", ""],
        ["박철수", "010-8765-4321"],
        ["최", "010-8765-4321", "메모", "남은 것"]
      ]
      const file = rows.map((cells) => cells.join(",")).join("\n")
      const expected = yield* collect(Recipients.fromCsv(utf8(file), template))
      assert.deepStrictEqual(yield* collect(Recipients.fromRows(sheet(...rows), template)), expected)
      // One by one.
      assert.deepStrictEqual(yield* collect(Recipients.fromRows(Stream.rechunk(sheet(...rows), 1), template)), expected)
      assert.deepStrictEqual(expected.map(words), [
        "3 01012345678 홍길동님, 안녕하세요",
        "5 전화번호 LostZero",
        "6 이름 Missing",
        "7 이름 Broken",
        "8 - Ragged",
        "9 - Ragged"
      ])
    }))

  it.effect("a list that is none is told", () =>
    Effect.gen(function*() {
      const why = (rows: Stream.Stream<Recipients.Cells>, options?: Recipients.RowOptions) =>
        Effect.map(
          Effect.flip(Stream.runCollect(Recipients.fromRows(rows, undefined, options))),
          (error) => error.why
        )
      assert.strictEqual(yield* why(sheet()), "Empty")
      assert.strictEqual(yield* why(sheet(["", " "])), "Empty")
      assert.strictEqual(yield* why(sheet(["홍길동", "010-1234-5678"])), "NoHeader")
      assert.strictEqual(yield* why(sheet(["이름"])), "NoNumberColumn")
      assert.strictEqual(yield* why(sheet(["이름"]), { to: "phone" }), "UnknownColumn")
      const unknown = Recipients.fromRows(sheet(["phone", "이릅"]), template)
      assert.strictEqual((yield* Effect.flip(Stream.runCollect(unknown)))._tag, "InvalidTemplate")
      const call: (...given: ReadonlyArray<unknown>) => Stream.Stream<unknown> = Recipients.fromRows as never
      for (const given of [[["phone"]], [sheet(), {}], [sheet(), undefined, { delimiter: "," }]]) {
        const exit = yield* Effect.exit(Stream.runCollect(call(...given)))
        assert.instanceOf(Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined, TypeError)
      }
    }))
})

describe("what Recipients says of a list", () => {
  it.effect("a header is told once, before the first row", () =>
    Effect.gen(function*() {
      const told: Array<Recipients.Header | string> = []
      const onHeader = (header: Recipients.Header) => Effect.sync(() => told.push(header))
      const run = (bytes: Uint8Array | Stream.Stream<Uint8Array>) =>
        Effect.suspend(() => {
          told.length = 0
          return Stream.runForEach(
            Recipients.fromCsv(bytes, undefined, { onHeader }),
            ({ line }) => Effect.sync(() => told.push(String(line)))
          )
        })
      const text = "\nsep=;\n메모;전화번호 ;;메모;\n가;010-1234-5678;;나;\n"
      const header = { line: 2, columns: ["메모", "전화번호", "", "메모 (2)"], to: "전화번호", delimiter: ";" }
      yield* run(utf8(text.slice(1)))
      assert.deepStrictEqual(told, [header, "3"])
      yield* run(cut(utf8(text.slice(1)), 1))
      assert.deepStrictEqual(told, [header, "3"])
      yield* run(utf8("\n\nphone\n"))
      assert.deepStrictEqual(told, [{ line: 3, columns: ["phone"], to: "phone", delimiter: "," }])
      yield* Stream.runDrain(Recipients.fromRows(sheet(["phone"]), undefined, { onHeader }))
      assert.deepStrictEqual(told.at(-1), { line: 1, columns: ["phone"], to: "phone", delimiter: undefined })
    }))

  it.effect("a repaired number says so, and nothing is repaired unasked", () =>
    Effect.gen(function*() {
      const file = utf8("phone\n010-1234-5678\n1012345678\n1012345678.0\n821012345678\n1.01235E+09\n")
      const marks = (options?: Recipients.Options) =>
        Effect.map(
          collect(Recipients.fromCsv(file, undefined, options)),
          (rows) => rows.map((row) => row._tag === "Message" ? row.repaired === true ? "repaired" : "read" : "refused")
        )
      assert.deepStrictEqual(yield* marks(), ["read", "refused", "refused", "read", "refused"])
      assert.deepStrictEqual(yield* marks({ repair: true }), ["read", "repaired", "repaired", "read", "refused"])
    }))

  it.effect("a refusal has the cells of its row for whoever asks, and shows them nowhere", () =>
    Effect.gen(function*() {
      const rows = yield* collect(
        Recipients.fromCsv(
          utf8("이름,phone\n비밀,1099998888\n비\"밀,1099998888\n비밀,010-9999-8888,가\n뷁비밀,010-9999-8888\n"),
          {
            from: "0212345678",
            content: "{이름}"
          }
        ).pipe(Recipients.check({ now: DateTime.makeUnsafe(0) }))
      )
      assert.deepStrictEqual(rows.map((row) => row._tag === "Refused" ? Redacted.value(row.cells) : []), [
        ["비밀", "1099998888"],
        ["비\"밀,1099998888"],
        ["비밀", "010-9999-8888", "가"],
        ["뷁비밀", "010-9999-8888"]
      ])
      for (const row of rows) {
        const shown = `${String(row)}${JSON.stringify(row)}${"message" in row ? String(row.message) : ""}`
        assert.notMatch(shown, /비밀|9999/)
      }
    }))

  it.effect("a column may have the whole text, and another the subject", () =>
    Effect.gen(function*() {
      const file = utf8(
        "phone,문안,제목\n010-1234-5678,\"안녕\n{이름}님\",\n010-1234-5678,안녕,제목\n010-1234-5678, ,\n"
      )
      const rows = yield* collect(Recipients.fromCsv(file, {
        from: "0212345678",
        content: Template.column("문안"),
        subject: Template.column("제목", { default: "" })
      }))
      const said = rows.map((row) =>
        row._tag === "Refused"
          ? [row.line, row.reason.why]
          : [row.message.type, row.message.content, Reflect.get(row.message, "subject")]
      )
      assert.deepStrictEqual(said, [["SMS", "안녕\n{이름}님", undefined], ["LMS", "안녕", "제목"], [5, "Missing"]])
      assert.deepStrictEqual(
        (yield* Effect.flip(Stream.runCollect(
          Recipients.fromCsv(file, { from: "0212345678", content: Template.column("문구") })
        )))._tag,
        "InvalidTemplate"
      )
    }))

  it.effect("what is no text is told", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* lists("ph\0one\n\0\0\n"), ["NotText"])
      assert.deepStrictEqual(yield* lists("\u00ff\u00d8\u00ff\u0010JFIF,phone\n"), ["NotText"])
      // A cell may have a line break, also in the header.
      assert.deepStrictEqual(
        yield* lists("\"이\n름\",\"전화\t번호\"\n").pipe(Effect.map((said) => said[0])),
        "UnknownColumn"
      )
      // UTF-16 without its mark.
      assert.deepStrictEqual(
        yield* failure(utf16("phone\n010-1234-5678\n").slice(2)),
        new Recipients.InvalidList({
          why: "NotText",
          columns: []
        })
      )
    }))
})

describe("Recipients.check", () => {
  const now = DateTime.makeUnsafe("2026-01-01T13:00:00Z")
  const Cell = Schema.Literals([
    "홍길동",
    "뷁",
    "긴".repeat(46),
    "긴".repeat(1001),
    "①",
    "\u00ad",
    "👍",
    "(광고)무료거부 080-123-4567",
    ""
  ])

  it.effect.prop(
    "says of each row what the client would say of its message alone",
    [
      Arbitrary.schema(Schema.Array(Schema.Tuple([Cell, Schema.Literals(["", "제목", "뷁", "긴".repeat(21)])]))),
      Schema.Literals(["SMS", "LMS", "MMS", "fit"]),
      Schema.Boolean,
      Schema.Boolean,
      Schema.Literals(["0212345678", "0"])
    ],
    ([cells, kind, isAd, isShared, from]) =>
      Effect.gen(function*() {
        const text = [
          "phone,text,title",
          ...cells.map(([text, title], index) => `0101234${String(index).padStart(4, "0")},${text},${title}`)
        ]
        const content = isShared ? "모두에게" : Template.column("text", { default: "기본" })
        const subject = Template.column("title", { default: "" })
        const common = { from, content, ...isAd ? { contentType: "AD" as const } : {} }
        const rows = yield* collect(
          Recipients.fromCsv(
            utf8(text.join("\n")),
            kind === "SMS"
              ? { ...common, type: kind }
              : kind === "fit"
              ? { ...common, subject }
              : { ...common, type: kind, subject }
          )
        )
        const options = { now, charset: "EUC-KR", severity: { AdWithoutMark: "error" } } as const
        const checked = yield* collect(Stream.fromIterable(rows).pipe(Recipients.check(options)))
        const expected = rows.map((row) => {
          if (row._tag === "Refused") return row.reason.why
          const { cells: _, line: __, to, ...message } = row.message
          const { errors, warnings } = Preflight.check({ ...message, messages: [{ to }] }, options)
          return [errors, warnings].map((issues) =>
            issues.map(({ kind, path }) => `${kind} ${path.join(".")}`).toSorted()
          )
        })
        const said = checked.map((row) => {
          const named = (issues: Preflight.Report["errors"] = []) =>
            issues.map(({ kind, path }) => `${kind} ${path.join(".")}`).toSorted()
          if (row._tag === "Message") return [[], named(row.warnings)]
          const { reason } = row
          return reason._tag === "InvalidMessage" ? named(reason.issues) : reason.why
        })
        assert.deepStrictEqual(
          said,
          expected.map((what) => typeof what === "string" || what[0]?.length === 0 ? what : what[0])
        )
      })
  )

  it.effect("keeps what was refused before, and whoever is told the same number twice", () =>
    Effect.gen(function*() {
      const file = utf8("phone\n010-1234-5678\n1\n010-1234-5678\n")
      const rows = yield* collect(
        Recipients.fromCsv(file, { from: "0212345678", content: "안녕" }).pipe(Recipients.check({ now }))
      )
      assert.deepStrictEqual(rows.map(({ _tag }) => _tag), ["Message", "Refused", "Message"])
      assert.deepStrictEqual(rows.map((row) => Reflect.get(row, "warnings")), [undefined, undefined, undefined])
    }))

  it.effect("a message with what its type does not have is refused as the client does", () =>
    Effect.gen(function*() {
      const message = { type: "SMS", from: "0212345678", to: "01012345678", content: "안녕", subject: "제목" } as const
      const row = { _tag: "Message", line: 2, message, cells: [] } as const
      const rows = yield* collect(Stream.make(row).pipe(Recipients.check({ now })))
      assert.deepStrictEqual(rows.map((row) => Reflect.get(row, "_tag")), ["Refused"])
    }))

  it.effect("the length that it tells is that of the bytes", () =>
    Effect.gen(function*() {
      const text = "가".repeat(1001)
      const [row] = yield* collect(
        Recipients.fromCsv(utf8("phone\n010-1234-5678\n"), { from: "0212345678", content: text }).pipe(
          Recipients.check({ now })
        )
      )
      const issues = row?._tag === "Refused" && row.reason._tag === "InvalidMessage" ? row.reason.issues : []
      assert.deepStrictEqual(issues.map(({ actual, kind }) => [kind, actual]), [["TooLong", EucKr.byteLength(text)]])
    }))
})

describe("Recipients.once", () => {
  const Who = Schema.Literals(["010-1111-1111", "01011111111", "+82 10 1111 1111", "010-2222-2222", "02-123-4567", "1"])

  it.effect.prop(
    "each number once, and nobody two texts",
    [
      Schema.Array(Schema.Tuple([Who, Schema.Literals(["가", "나"])])),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))
    ],
    ([people, size]) =>
      Effect.gen(function*() {
        const file = ["phone,이름", ...people.map((cells) => cells.join(","))].join("\n")
        const rows = Recipients.fromCsv(cut(utf8(file), size), { ...template, content: "{이름}" })
        const before = yield* collect(rows)
        const after = yield* collect(Recipients.once(rows))
        const first = new Map<string, string>()
        const expected = before.map((row) => {
          if (row._tag === "Refused") return row.reason.why
          const { content, to } = row.message
          const known = first.get(to)
          if (known === undefined) first.set(to, content)
          return known === undefined ? "Message" : known === content ? "Repeat" : "OtherText"
        })
        assert.deepStrictEqual(after.map((row) => row._tag === "Refused" ? row.reason.why : row._tag), expected)
        // And once more: it remembers nothing.
        assert.deepStrictEqual(yield* collect(Recipients.once(rows)), after)
        const sent = yield* Recipients.once(rows).pipe(Recipients.messages(() => Effect.void), Stream.runCollect)
        assert.deepStrictEqual(new Map(Array.from(sent, ({ content, to }) => [to, content])), first)
      })
  )

  it.effect("of twenty thousand numbers, and as many texts", () =>
    Effect.gen(function*() {
      const count = 20_000
      const row = (index: number, text: string) => {
        const to = PhoneNumber.make(`010${String(index).padStart(8, "0")}`)
        const message = {
          line: index,
          cells: {},
          to,
          content: `${text} ${index}`,
          type: "SMS",
          from: "0212345678"
        } as const
        return { _tag: "Message", line: index, cells: [], message } as const
      }
      const rows: Stream.Stream<Recipients.Row<Recipients.Message>> = Stream.concat(
        Stream.map(Stream.range(1, count), (index) => row(index, "안녕")),
        Stream.map(Stream.range(1, count), (index) => row(index, index % 2 === 0 ? "안녕" : "다른"))
      )
      const counts = new Map<string, number>()
      yield* Stream.runForEach(Recipients.once(rows), ({ _tag }) =>
        Effect.sync(() => counts.set(_tag, (counts.get(_tag) ?? 0) + 1)))
      assert.deepStrictEqual(Array.from(counts), [["Message", count], ["Refused", count / 2], ["Repeat", count / 2]])
    }))
})
