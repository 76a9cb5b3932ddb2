import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as Recipients from "@effect-sens/streams/Recipients"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const Row = Schema.Struct({
  code: Schema.Literals(["0", "2003", "3001", "S004", "4321", "", "pending"]),
  telco: Schema.Literals(["SKT", "KTF", "", "LGT"]),
  text: Schema.Union([
    Schema.String,
    Schema.Literals([
      "=1+1",
      "+82",
      "-",
      "@a",
      "\t",
      "\n",
      "＝1",
      "뷁",
      "₩1,000",
      "😊",
      "010",
      "1-2",
      "가\n나, \"다\"",
      "\ud83d"
    ])
  ])
})

const Rows = Schema.Array(Row).check(Schema.isMaxLength(100))

const toRecord = ({ code, telco, text }: typeof Row.Type, index: number): MessageRecord.MessageRecord => ({
  messageId: MessageId.make(`m${index}`),
  to: "01012345678",
  requestTime: "2026-01-01 09:00:00",
  content: text,
  ...code === "pending" ? { status: "PROCESSING" } : {
    status: "COMPLETED",
    statusCode: code,
    statusName: code === "0" ? "success" : "fail",
    completeTime: "2026-01-01 09:00:05",
    telcoCode: telco === "" ? null : telco
  }
})

// -----------------------------------------------------------------------------
// The bytes
// -----------------------------------------------------------------------------

// So many cases; more take longer, and say more.
const runs = Number(process.env["EXPORT_RUNS"] ?? 1000)

const every = Object.keys(DeliveryExport.excelHeaders).filter((name): name is DeliveryExport.Column =>
  name !== "meaning" && name !== "advice"
)

/** What may stand in a field; few enough of them that a message often has what the one before it had. */
const Value = Schema.Union([
  Schema.Literals([
    "",
    "SKT",
    "01012345678",
    "2026-01-01 09:00:00",
    "=1+1",
    "+82",
    "-",
    "@a",
    "＝1",
    "－",
    "\t",
    "\r",
    "\n",
    "가\r\n나",
    "\"",
    "다 \"라\"",
    "a,b",
    "a;b",
    "a\tb",
    "a|b",
    "\uFEFF",
    "\uFEFF=1",
    "a\uFEFFb",
    "'",
    " ",
    "😊",
    "\ud83d",
    "\udc00,",
    "\\",
    "null",
    "undefined",
    "0",
    0,
    3001,
    -1
  ]),
  Schema.Null,
  Schema.Undefined,
  Schema.String
])

const needed: ReadonlySet<string> = new Set(["messageId", "to", "status"])

// What a message has in its fields in turn; of a list that is empty only what every message has.
const Fields = Schema.Array(Schema.Struct({ value: Value, isLeftOut: Schema.Boolean }))

const withFields = (fields: typeof Fields.Type): MessageRecord.MessageRecord => {
  const values = every.flatMap((name, index) => {
    const field = fields[index % fields.length]
    if (field === undefined || field.isLeftOut) return []
    const isText = Predicate.isString(field.value) && field.value.trim() !== ""
    return isText || !needed.has(name) ? [[name, field.value] as const] : []
  })
  return { messageId: MessageId.make("1"), to: "01012345678", status: "READY", ...Object.fromEntries(values) }
}

const Look = Schema.Struct({
  columns: Schema.optionalKey(Schema.Array(Schema.Literals(every)).check(Schema.isMaxLength(20))),
  headers: Schema.optionalKey(Schema.Boolean),
  delimiter: Schema.optionalKey(Schema.Literals([",", ";", "\t", "|"]))
})

const textIn = (record: MessageRecord.MessageRecord, column: DeliveryExport.Column): string => {
  const value = record[column]
  const text = value === undefined || value === null ? "" : `${value}`
  return text !== "" && "=+-@\t\r\n＝＋－＠".includes(text.charAt(0)) ? `'${text}` : text
}

/** By RFC 4180 and what the module says, a message after the other. */
const csvOf = (
  records: ReadonlyArray<MessageRecord.MessageRecord>,
  { columns = DeliveryExport.columns, delimiter = ",", headers = true }: typeof Look.Type
): string => {
  const cell = (text: string) =>
    [delimiter, "\"", "\r", "\n"].some((special) => text.includes(special)) || text.startsWith("\uFEFF")
      ? `"${text.split("\"").join("\"\"")}"`
      : text
  const row = (texts: ReadonlyArray<string>) =>
    texts.length === 1 && texts[0] === "" ? "\"\"\r\n" : `${texts.map(cell).join(delimiter)}\r\n`
  let text = headers ? row(columns) : ""
  for (const record of records) text += row(columns.map((column) => textIn(record, column)))
  return text
}

const join = (chunks: ReadonlyArray<Uint8Array>) => Uint8Array.from(chunks.flatMap((chunk) => Array.from(chunk)))

/** The pieces that come, until it ends or fails. */
const piecesOf = <A, E>(stream: Stream.Stream<A, E>) =>
  Effect.gen(function*() {
    const pieces: Array<A> = []
    const exit = yield* Effect.exit(Stream.runForEach(stream, (piece) => Effect.sync(() => void pieces.push(piece))))
    return { pieces, exit }
  })

const Pages = Schema.Array(Schema.NonEmptyArray(Fields).check(Schema.isMaxLength(7))).check(Schema.isMaxLength(5))

const pagesOf = (pages: typeof Pages.Type) => {
  const made = pages.map((page) => page.map(withFields))
  return {
    records: made.flat(),
    pages: made,
    stream: Stream.flattenIterable(Stream.rechunk(Stream.fromIterable(made), 1))
  }
}

describe("the bytes of an export", () => {
  it.effect.prop(
    "CSV is what it is written message by message, whatever stands in them; each page is one piece",
    [Pages, Look, Schema.Boolean],
    ([given, look, hasFailed]) =>
      Effect.gen(function*() {
        const { pages, records, stream } = pagesOf(given)
        const source = hasFailed ? Stream.concat(stream, Stream.fail("broken")) : stream
        const { exit, pieces } = yield* piecesOf(DeliveryExport.csv(look)(source))
        assert.strictEqual(pieces.join(""), csvOf(records, look))
        assert.strictEqual(pieces.length, pages.length + (look.headers === false ? 0 : 1))
        // And as it was: an object for each message, written by Effect.
        const { columns = DeliveryExport.columns, delimiter = ",", headers = true } = look
        const objects = Stream.map(
          source,
          (record) => Object.fromEntries(columns.map((column) => [column, textIn(record, column)]))
        )
        const before = yield* piecesOf(
          Stream.pipeThroughChannel(objects, Csv.encodeString<string>({ columns, delimiter, headers }))
        )
        assert.strictEqual(pieces.join(""), before.pieces.join(""))
        assert.deepStrictEqual(exit, before.exit)
      }),
    { arbitrary: { runs } }
  )

  it.effect.prop(
    "NDJSON is a line for each message; each page is one piece",
    [Pages],
    ([given]) =>
      Effect.gen(function*() {
        const { pages, stream } = pagesOf(given)
        const { exit, pieces } = yield* piecesOf(DeliveryExport.ndjson(stream))
        assert.deepStrictEqual(exit, Exit.void)
        let lines = ""
        for (const record of pages.flat()) lines += `${JSON.stringify(record)}\n`
        assert.strictEqual(pieces.join(""), lines)
        assert.strictEqual(pieces.length, pages.length)
      }),
    { arbitrary: { runs } }
  )

  it.effect.prop(
    "a file for Excel is as Effect writes the cells that it reads from it",
    [
      Pages,
      Schema.Array(Schema.Literals([...every, "meaning", "advice"])),
      Look.fields.delimiter.schema,
      Schema.Boolean
    ],
    ([given, columns, delimiter, isUtf8]) =>
      Effect.gen(function*() {
        const { pages, stream } = pagesOf(given)
        const { exit, pieces } = yield* piecesOf(
          DeliveryExport.excel({ columns, delimiter, encoding: isUtf8 ? "UTF-8" : "CP949" })(stream)
        )
        assert.deepStrictEqual(exit, Exit.void)
        // The mark, the names of the columns, and the pages.
        assert.strictEqual(pieces.length, pages.length + (isUtf8 ? 2 : 1))
        const bytes = join(pieces)
        const text = isUtf8
          ? new TextDecoder().decode(bytes)
          : Result.getOrThrow(EucKrCodec.decode(bytes, { charset: "CP949" }))
        const rows = yield* Stream.runCollect(
          Stream.pipeThroughChannel(Stream.make(text), Csv.decodeString({ delimiter }))
        )
        assert.strictEqual(rows.length, pages.flat().length + 1)
        if (columns.length > 0) { for (const row of rows) assert.strictEqual(row.length, columns.length) }
        assert.strictEqual(
          yield* Stream.mkString(Stream.pipeThroughChannel(Stream.fromIterable(rows), Csv.encodeString({ delimiter }))),
          columns.length > 0 ? text : text.replaceAll("\r\n", "\"\"\r\n")
        )
      }),
    { arbitrary: { runs } }
  )
})

describe("DeliveryExport", () => {
  it.effect.prop("NDJSON reads back as it was, whatever the text", [Rows], ([results]) =>
    Effect.gen(function*() {
      const records = results.map(toRecord)
      const text = yield* Stream.fromIterable(records).pipe(Stream.rechunk(7), DeliveryExport.ndjson, Stream.mkString)
      assert.strictEqual(text.split("\n").length, records.length + 1)
      // Cut anywhere, as files and pipes do.
      const pieces = text.match(/[^]{1,13}/g) ?? []
      assert.deepStrictEqual(
        yield* Stream.runCollect(DeliveryExport.fromNdjson(Stream.fromIterable(pieces))),
        records
      )
    }))

  it.effect.prop(
    "CSV reads back as it was, but for what a spreadsheet would run",
    [Rows],
    ([results]) =>
      Effect.gen(function*() {
        const records = results.map(toRecord)
        const columns = ["messageId", "content", "telcoCode", "statusCode"] as const
        const text = Stream.fromIterable(records).pipe(Stream.rechunk(9), DeliveryExport.csv({ columns }))
        const rows = yield* Stream.runCollect(Stream.pipeThroughChannel(text, Csv.decodeString()))
        assert.deepStrictEqual(rows, [
          columns,
          ...records.map((record) =>
            columns.map((column) => {
              const value = record[column] ?? ""
              return `${/^[=+\-@\t\r\n＝＋－＠]/.test(String(value)) ? "'" : ""}${value}`
            })
          )
        ])
      })
  )

  it.effect("the columns, the headers and the delimiter are up to the caller; a text is not in it unasked", () =>
    Effect.gen(function*() {
      const records = Stream.make(toRecord({ code: "0", telco: "SKT", text: "=1+1" }, 1))
      assert.strictEqual(
        yield* Stream.mkString(DeliveryExport.csv()(records)),
        "requestId,messageId,requestTime,completeTime,type,contentType,countryCode,from,to,status,statusCode,statusName,telcoCode\r\n" +
          ",m1,2026-01-01 09:00:00,2026-01-01 09:00:05,,,,,01012345678,COMPLETED,0,success,SKT\r\n"
      )
      assert.strictEqual(
        yield* Stream.mkString(
          DeliveryExport.csv({ columns: ["to", "content"], headers: false, delimiter: ";" })(records)
        ),
        "01012345678;'=1+1\r\n"
      )
    }))

  it("a delimiter that is none is refused where it is said, also without types", () => {
    const wrong = [
      "",
      "ab",
      ",,",
      "\"",
      "\r",
      "\n",
      "\r\n",
      "\ud83d",
      "\ude0a",
      "😊",
      "1",
      "-",
      ".",
      " ",
      "=",
      44,
      null,
      [","]
    ]
    for (const delimiter of wrong) {
      const options = Schema.decodeUnknownSync(Schema.Any)({ delimiter })
      for (const make of [DeliveryExport.csv, DeliveryExport.excel]) {
        assert.throws(() => make(options), TypeError, "has to be one of , ; | and tab")
      }
    }
  })

  it.prop("nothing that is guarded begins as a formula does, and nothing else changes", [Row], ([{ text }]) => {
    const guarded = DeliveryExport.guard(text)
    assert.notMatch(guarded, /^[=+\-@\t\r\n＝＋－＠]/)
    assert.isTrue(guarded === text || guarded === `'${text}`)
    assert.strictEqual(DeliveryExport.guard(guarded), guarded)
  })
})

// -----------------------------------------------------------------------------
// Excel
// -----------------------------------------------------------------------------

const bytesOf = <E = never>(
  options: DeliveryExport.ExcelOptions<E>,
  records: ReadonlyArray<MessageRecord.MessageRecord>
) =>
  Stream.fromIterable(records).pipe(
    Stream.rechunk(7),
    DeliveryExport.excel(options),
    Stream.runCollect,
    Effect.map(join)
  )

const textOf = (bytes: Uint8Array) =>
  bytes[0] === 0xef
    ? new TextDecoder().decode(bytes)
    : Result.getOrThrow(EucKrCodec.decode(bytes, { charset: "CP949" }))

const rowsOf = (bytes: Uint8Array, delimiter = ",") =>
  Stream.runCollect(Stream.pipeThroughChannel(Stream.make(textOf(bytes)), Csv.decodeString({ delimiter })))

/** Every kind of number that there is in Korea, by shape. */
const Digits = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999_999 }))
const Dialled = Schema.Tuple([
  Schema.Literals([
    "010",
    "011",
    "019",
    "012",
    "02",
    "031",
    "051",
    "064",
    "0303",
    "0505",
    "0507",
    "060",
    "070",
    "080",
    "1588",
    "1600",
    "1899"
  ]),
  Schema.Literals([4, 7, 8]),
  Digits
])

const columnSets: ReadonlyArray<ReadonlyArray<DeliveryExport.ExcelColumn>> = [
  DeliveryExport.excelColumns,
  ["content", "to", "subject"],
  ["to"],
  ["advice", "content", "messageId", "from", "meaning", "to"]
]

describe("DeliveryExport.excel", () => {
  it.effect.prop(
    "what it writes Recipients reads: every number comes back whole",
    [
      Schema.Array(Schema.Struct({ number: Dialled, text: Row.fields.text, name: Schema.String })),
      Schema.Literals(["UTF-8", "CP949"]),
      Schema.Literals([",", ";", "\t"]),
      Schema.Literals([0, 1, 2, 3])
    ],
    ([items, encoding, delimiter, set]) =>
      Effect.gen(function*() {
        const columns = columnSets[set] ?? DeliveryExport.excelColumns
        const records = items.flatMap(({ name, number: [prefix, length, digits], text }) => {
          const to = prefix + String(digits).padStart(8, "0").slice(8 - length)
          return Result.isFailure(PhoneNumber.normalize(to))
            ? []
            : [{ ...toRecord({ code: "3001", telco: "SKT", text }, 1), to, from: to, subject: name }]
        })
        const bytes = yield* bytesOf({ encoding, delimiter, columns }, records)
        const read = yield* Recipients.fromCsv(bytes, { type: "SMS", from: "0212345678", content: "안녕" }).pipe(
          Stream.map((row) => row._tag === "Message" ? row.message.to : assert.fail(row.message)),
          Stream.runCollect
        )
        assert.deepStrictEqual(read.map(String), records.map(({ to }) => to))
        // As Excel would have them: neither a number nor a date.
        const [, ...rows] = yield* rowsOf(bytes, delimiter)
        for (const row of rows) {
          assert.match(row[columns.indexOf("to")] ?? "", /^(?:\d{2,4}-\d{3,4}-\d{4}|1\d{3}-\d{4})$/)
        }
      })
  )

  it.effect("says in Korean what became of each message, and what to do", () =>
    Effect.gen(function*() {
      const codes = ["0", "3001", "2000", "4321", "pending"] as const
      const records = codes.map((code, index) => ({
        ...toRecord({ code: "pending", telco: "SKT", text: "" }, index),
        ...code === "pending" ? {} : {
          status: "COMPLETED",
          statusCode: code,
          statusName: code === "0" ? "success" : "fail"
        }
      }))
      const contradicting = { ...toRecord({ code: "0", telco: "SKT", text: "" }, 1), statusName: "fail" }
      assert.deepStrictEqual(
        yield* rowsOf(yield* bytesOf({ columns: ["statusCode", "meaning", "advice"] }, [...records, contradicting])),
        [
          ["결과 코드", "결과 설명", "조치"],
          ["0", "성공", "조치할 것이 없습니다"],
          ["3001", "가입자 없음", "수신번호를 확인하십시오"],
          ["2000", "전송 시간 초과", "나중에 다시 보내 보십시오 (이미 도착했을 수 있으니 확인하십시오)"],
          ["4321", "알 수 없는 결과 코드", "중계 과정의 장애입니다. 계속되면 고객 지원에 문의하십시오"],
          ["", "처리 중", ""],
          [
            "0",
            "성공 코드인데 실패로 표시됨",
            "중계 과정의 장애입니다. 계속되면 고객 지원에 문의하십시오 (이미 도착했을 수 있으니 확인하십시오)"
          ]
        ]
      )
    }))

  it.effect("is known to Excel by its mark, and is whole without a message", () =>
    Effect.gen(function*() {
      const header = DeliveryExport.excelColumns.map((column) => DeliveryExport.excelHeaders[column])
      const utf8 = yield* bytesOf({}, [])
      assert.deepStrictEqual(EucKrCodec.detect(utf8), { encoding: "UTF-8", bom: 3 })
      const cp949 = yield* bytesOf({ encoding: "CP949" }, [])
      assert.deepStrictEqual(EucKrCodec.detect(cp949), { encoding: "CP949", bom: 0 })
      for (const bytes of [utf8, cp949]) {
        assert.deepStrictEqual(yield* rowsOf(bytes), [header])
        assert.isTrue(textOf(bytes).endsWith("\r\n"))
      }
      assert.strictEqual(new Set(Object.values(DeliveryExport.excelHeaders)).size, 18)
      // Not all of the log: it has texts of people.
      assert.notInclude(DeliveryExport.excelColumns, "content")
    }))

  it.effect("says it in English where that is wanted", () =>
    Effect.gen(function*() {
      const failed = {
        ...toRecord({ code: "3001", telco: "SKT", text: "" }, 1),
        statusCode: "2000",
        statusName: "fail"
      }
      const pending = toRecord({ code: "pending", telco: "SKT", text: "" }, 2)
      assert.deepStrictEqual(
        yield* rowsOf(yield* bytesOf({ language: "en", columns: ["to", "meaning", "advice"] }, [failed, pending])),
        [
          ["To", "Meaning", "Advice"],
          [
            PhoneNumber.hyphenate(failed.to),
            "Delivery timed out",
            "Send it again later (it may have arrived all the same: look first)"
          ],
          [PhoneNumber.hyphenate(pending.to), "Under way", ""]
        ]
      )
      assert.strictEqual(new Set(Object.values(DeliveryExport.excelHeadersEn)).size, 18)
    }))

  it.effect("leaves numbers as digits for a program", () =>
    Effect.gen(function*() {
      const record = { ...toRecord({ code: "0", telco: "SKT", text: "" }, 1), to: "01000000001", from: "15880000" }
      assert.deepStrictEqual(
        (yield* rowsOf(yield* bytesOf({ numbers: "digits", columns: ["to", "from"] }, [record])))[1],
        ["01000000001", "15880000"]
      )
    }))

  it.effect("a message is written the same, whatever came before it", () =>
    Effect.gen(function*() {
      const values = <A>(...values: ReadonlyArray<A>) => (index: number): A | undefined => values[index % values.length]
      // More carriers, codes and texts than are remembered, and results that look alike.
      const name = values("success", "fail", null, "null", "", undefined, "SUCCESS ")
      const code = values<string | number | null | undefined>("0", 0, "00", null, "null", "", undefined, "3001", "2000")
      const status = values("COMPLETED", "PROCESSING", "completed", "READY")
      const records = Array.from({ length: 3 * 7 * 9 * 4 }, (_, index): MessageRecord.MessageRecord => ({
        ...toRecord({ code: "0", telco: "SKT", text: "=😊" }, index),
        from: `0${index % 300}`,
        telcoCode: index % 11 === 0 ? "SKT" : `=가😊${index % 500}`,
        status: status(index) ?? "",
        statusName: name(Math.floor(index / 4)),
        statusCode: code(Math.floor(index / 28))
      }))
      for (const encoding of ["UTF-8", "CP949"] as const) {
        const columns = [...DeliveryExport.excelColumns, "statusName", "content"] as const
        const told: Array<readonly [string, string, number]> = []
        const rows = (records: ReadonlyArray<MessageRecord.MessageRecord>) =>
          Stream.fromIterable(records).pipe(
            DeliveryExport.excel({
              columns,
              encoding,
              headers: false,
              onReplaced: ({ characters, column, record }) =>
                Effect.sync(() => void told.push([record.messageId, column, characters]))
            }),
            Stream.runCollect,
            Effect.map((pieces) => Buffer.concat(pieces).toString("latin1"))
          )
        const together = yield* rows(records)
        const toldTogether = told.splice(0)
        const apart = yield* Effect.forEach(records, (record) => rows([record]))
        assert.strictEqual(together, apart.join(""))
        assert.deepStrictEqual(toldTogether, told)
        assert.strictEqual(told.length > 0, encoding === "CP949")
      }
    }))

  it.effect.prop(
    "rows that are added to a file make it what it is when written at once",
    [
      Schema.Array(Row),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })),
      Schema.Literals(["UTF-8", "CP949"])
    ],
    ([items, at, encoding]) =>
      Effect.gen(function*() {
        const records = items.map(toRecord)
        const begun = yield* bytesOf({ encoding }, records.slice(0, at))
        const added = yield* bytesOf({ encoding, headers: false }, records.slice(at))
        assert.deepStrictEqual(join([begun, added]), yield* bytesOf({ encoding }, records))
      })
  )

  it.effect("keeps what Excel would take for something else", () =>
    Effect.gen(function*() {
      const record = toRecord({ code: "0", telco: "", text: "" }, 1)
      const cell = (fields: Partial<MessageRecord.MessageRecord>, column: DeliveryExport.ExcelColumn) =>
        Effect.map(Effect.flatMap(bytesOf({ columns: [column] }, [{ ...record, ...fields }]), rowsOf), ([, row]) =>
          row?.[0])
      for (
        const content of [
          "010",
          "1234567890123",
          "12E5",
          "1.5e10",
          "1-2",
          "2026-01-02",
          "3/4",
          "09:30",
          "10:30:05",
          "12:30 PM",
          "오후 3:00",
          "오후 3시 20분",
          "3 pm",
          "3월 5일",
          "3월",
          "2024년 1월 2일",
          "2024. 1. 2.",
          "15.03.2024",
          "2024-01-02 10:00",
          "10/2024",
          "Jan-5",
          "5 Mar",
          "January 5, 2024",
          "5-Sept-24",
          "1/2",
          "1 1/2",
          "1,234",
          "1.50",
          ".5",
          "5.",
          "50%",
          "(1234)",
          "$5",
          "₩1,000",
          "￦1,000",
          "\\1,000",
          "１２３",
          "１，２３４",
          " 10 ",
          "\u00a0010",
          "9".repeat(100),
          "TRUE",
          "#N/A",
          "=1+1",
          "+1",
          "-",
          "@a"
        ]
      ) {
        assert.strictEqual(yield* cell({ content }, "content"), `'${content}`)
      }
      for (
        const content of [
          "안녕",
          "10",
          "1,000원",
          "010-1234-5678",
          "1-2-3-4",
          "12E",
          "a=b",
          " ",
          "0",
          "12345678901",
          "3월 5일에 뵙겠습니다",
          "5 Marks",
          "May I?",
          "50% 할인",
          "오후",
          "()",
          ".",
          "%"
        ]
      ) {
        assert.strictEqual(yield* cell({ content }, "content"), content)
      }
      assert.strictEqual(yield* cell({ messageId: MessageId.make("000123") }, "messageId"), "'000123")
      assert.strictEqual(yield* cell({ to: "9012345678", countryCode: "81" }, "to"), "(+81) 9012345678")
      assert.strictEqual(yield* cell({ to: "010****5678" }, "to"), "010****5678")
      assert.strictEqual(yield* cell({ to: "=1" }, "to"), "'=1")
      // A number is a text, whatever its shape.
      for (
        const number of [
          "1335",
          "012345",
          "141234",
          "00821012345678",
          "821012345678",
          "12345678901234",
          "1012345678",
          "1e5",
          "3/4",
          "1-2",
          "+821012345678"
        ]
      ) {
        assert.strictEqual(yield* cell({ from: number }, "from"), `'${number}`)
        assert.strictEqual(yield* cell({ to: number }, "to"), `'${number}`)
      }
      assert.strictEqual(yield* cell({ from: "15881234" }, "from"), "1588-1234")
      assert.strictEqual(yield* cell({ to: "050712345678" }, "to"), "0507-1234-5678")
      for (const requestTime of ["2026-03-31T10:00:00", "2026-03-31 10:00"]) {
        assert.strictEqual(yield* cell({ requestTime }, "requestTime"), requestTime)
      }
      assert.strictEqual(yield* cell({ from: null }, "from"), "")
      // A foreign number is not taken for one of Korea.
      const foreign = yield* bytesOf({ columns: ["to"] }, [{ ...record, to: "212345678", countryCode: "44" }])
      const [row] = yield* Stream.runCollect(Recipients.fromCsv(foreign))
      assert.deepInclude(row, { _tag: "Refused", line: 2, column: "수신번호" })
      assert.deepStrictEqual(
        Result.map(PhoneNumber.parse("(+81) 9012345678"), ({ countryCode, number }) =>
          `${countryCode} ${number}`),
        Result.succeed("81 9012345678")
      )
    }))

  it.effect.prop(
    "CP949 tells of every cell that it writes otherwise, and of no other",
    [Rows],
    ([rows]) =>
      Effect.gen(function*() {
        const records = rows.map(toRecord)
        const told: Array<readonly [string, string, number]> = []
        const columns = ["messageId", "content"] as const
        const bytes = yield* bytesOf({
          columns,
          encoding: "CP949",
          onReplaced: ({ characters, column, record }) =>
            Effect.sync(() => told.push([record.messageId, column, characters]))
        }, records)
        const [, ...cells] = yield* rowsOf(bytes)
        assert.strictEqual(cells.length, records.length)
        const lacking = records.filter(({ content }) => !EucKr.isEncodable(content ?? "", { charset: "CP949" }))
        assert.deepStrictEqual(
          told.map(([messageId, column]) => [messageId, column]),
          lacking.map(({ messageId }) => [messageId, "content"])
        )
        for (const [, , characters] of told) assert.isAbove(characters, 0)
        const [, ...whole] = yield* rowsOf(yield* bytesOf({ columns }, records))
        for (const [index, record] of records.entries()) {
          if (!lacking.includes(record)) assert.deepStrictEqual(cells[index], whole[index])
        }
      })
  )

  it.effect("what is written otherwise becomes no formula by it", () =>
    Effect.gen(function*() {
      const texts = ["👍=1+1", "\u200b=1+1", "−1", "\ufeff@a", "\u200b0100"]
      const records = texts.map((text, index) => toRecord({ code: "0", telco: "SKT", text }, index))
      const [, ...rows] = yield* rowsOf(yield* bytesOf({ columns: ["content"], encoding: "CP949" }, records))
      assert.deepStrictEqual(rows, [["'=1+1"], ["'=1+1"], ["'-1"], ["'@a"], ["'0100"]])
    }))

  it.effect("may be made to fail where CP949 lacks something", () =>
    Effect.gen(function*() {
      const records = ["뷁", "₩1,000 👍🏽 \ud83d"].map((text, index) =>
        toRecord({ code: "0", telco: "SKT", text }, index)
      )
      const strict = bytesOf(
        {
          columns: ["content"],
          encoding: "CP949",
          onReplaced: ({ characters, record }) => Effect.fail(`${record.messageId}: ${characters}`)
        },
        records
      )
      assert.strictEqual(yield* Effect.flip(strict), "m1: 3")
      assert.deepStrictEqual(yield* rowsOf(yield* bytesOf({ columns: ["content"], encoding: "CP949" }, records)), [
        ["내용"],
        ["뷁"],
        ["￦1,000  ?"]
      ])
    }))
})
