/**
 * Messages as text for files and pipes: NDJSON and CSV for programs, and CSV for people who open it in Excel. A page becomes one text.
 *
 * The texts hold phone numbers, and NDJSON holds what was sent: they are for whoever may see that.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Ndjson from "effect/encoding/Ndjson"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as CsvLines from "./internal/csvLines.ts"
import { hyphens } from "./internal/hyphens.ts"

/**
 * A line of JSON for each message, as SENS wrote it (RFC 8259; one value a line, each with its line feed). Each piece of the
 * output is a page. Fails with `NdjsonError` where a message has something that JSON cannot say.
 *
 * **Example** (A line)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const records = Stream.make({ messageId: MessageId.make("1"), to: "01012345678", status: "READY" })
 *
 * await Effect.runPromise(Stream.mkString(DeliveryExport.ndjson(records))) // => '{"messageId":"1","to":"01012345678","status":"READY"}\n'
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const ndjson = <E, R>(
  records: Stream.Stream<MessageRecord.MessageRecord, E, R>
): Stream.Stream<string, E | Ndjson.NdjsonError, R> => Stream.pipeThroughChannel(records, Ndjson.encodeString<E>())

/**
 * Reads NDJSON back, each line a message.
 *
 * Empty lines are passed over. Fails with `NdjsonError` at a line that is no JSON, and with `SchemaError` at one that is no
 * message.
 *
 * **Example** (There and back)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "READY" }
 * const back = Stream.make(record).pipe(DeliveryExport.ndjson, DeliveryExport.fromNdjson, Stream.runCollect)
 *
 * await Effect.runPromise(back) // => [record]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromNdjson = <E, R>(
  text: Stream.Stream<string, E, R>
): Stream.Stream<MessageRecord.MessageRecord, E | Ndjson.NdjsonError | Schema.SchemaError, R> =>
  Stream.pipeThroughChannel(text, Ndjson.decodeSchemaString(MessageRecord.MessageRecord)<E>({ ignoreEmptyLines: true }))

/**
 * A field of a message that CSV can have.
 *
 * @category models
 * @since 0.1.0
 */
export type Column = Exclude<keyof MessageRecord.MessageRecord, "files">

/**
 * The columns of a CSV file unless others are asked for: all but the text, the subject and the files.
 *
 * @category constants
 * @since 0.1.0
 */
export const columns: ReadonlyArray<Column> = [
  "requestId",
  "messageId",
  "requestTime",
  "completeTime",
  "type",
  "contentType",
  "countryCode",
  "from",
  "to",
  "status",
  "statusCode",
  "statusName",
  "telcoCode"
]

// A spreadsheet takes what begins so for a formula, and a text is whatever somebody wrote. Those of full width are keyed in by East
// Asian keyboards, and Excel takes them for the others.
const formula = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/

/**
 * A text as a cell that no spreadsheet runs: where it begins as a formula does (`=`, `+`, `-`, `@`, those of full width, a tab or a line
 * break), it gets an apostrophe before it. For files that are written otherwise.
 *
 * **Example** (What somebody wrote)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 *
 * DeliveryExport.guard("=HYPERLINK(A1)") // => "'=HYPERLINK(A1)"
 * DeliveryExport.guard("안녕하세요") // => "안녕하세요"
 * ```
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 * @category converting
 * @since 0.1.0
 */
export const guard = (text: string): string => formula.test(text) ? `'${text}` : text

const textOf = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value)

/**
 * What may stand between two cells.
 *
 * @category models
 * @since 0.1.0
 */
export type Delimiter = "," | ";" | "\t" | "|"

const delimiters: ReadonlySet<string> = new Set<Delimiter>([",", ";", "\t", "|"])

/** For callers without types: any other would have to be quoted somewhere, or is found in numbers and times. */
const checked = (delimiter: Delimiter | undefined): Delimiter => {
  if (delimiter === undefined) return ","
  if (delimiters.has(delimiter)) return delimiter
  throw new TypeError(`DeliveryExport: the delimiter has to be one of , ; | and tab, not ${JSON.stringify(delimiter)}`)
}

/**
 * How a CSV file looks.
 *
 * @category options
 * @since 0.1.0
 */
export interface CsvOptions {
  /**
   * The columns, in order.
   *
   * @default {@link columns}
   */
  readonly columns?: ReadonlyArray<Column> | undefined
  /**
   * Whether the names of the columns come first.
   *
   * @default true
   */
  readonly headers?: boolean | undefined
  /**
   * What stands between two cells.
   *
   * @default ","
   */
  readonly delimiter?: Delimiter | undefined
}

/**
 * A CSV record for each message (RFC 4180). Times are as SENS wrote them, in Korean time; what SENS leaves out is empty. Each
 * piece of the output is a page.
 *
 * **Gotchas**
 *
 * A cell that a spreadsheet would run as a formula has an apostrophe before it: see {@link guard}. For people who open the file in
 * Excel, which takes numbers for amounts and UTF-8 for another encoding, there is {@link excel}. A delimiter that is none makes it throw a
 * `TypeError`.
 *
 * **Example** (Two columns)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const text = Stream.make({ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }).pipe(
 *   DeliveryExport.csv({ columns: ["messageId", "status"] }),
 *   Stream.mkString
 * )
 *
 * await Effect.runPromise(text) // => "messageId,status\r\n1,READY\r\n"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const csv = (options: CsvOptions = {}) => {
  const { columns: chosen = columns, headers = true } = options
  const delimiter = checked(options.delimiter)
  const quote = CsvLines.quoting(delimiter)
  // Most cells need neither an apostrophe nor quotes, and one look is enough to know.
  const special = new RegExp(`[\\${delimiter}"\\r\\n\\uFEFF]|${formula.source}`)
  const written = (value: string | number | null | undefined): string => {
    const text = textOf(value)
    return special.test(text) ? quote(guard(text)) : text
  }
  const isAlone = chosen.length === 1
  /** With what stands before it, so that a line is its cells. */
  const cell = (value: string | number | null | undefined, at: number): string =>
    isAlone ? CsvLines.line([written(value)], delimiter) : at === 0 ? written(value) : delimiter + written(value)
  const head = headers ? CsvLines.page([CsvLines.line(chosen.map(quote), delimiter)]) : undefined
  const writer = () => {
    // Much of a message is as it was in the one before, and so is its cell.
    const values: Array<string | number | null | undefined> = chosen.map(() => undefined)
    const cells = chosen.map((_, at) => cell(undefined, at))
    return (records: Arr.NonEmptyReadonlyArray<MessageRecord.MessageRecord>): string => {
      let text = ""
      for (const record of records) {
        for (let at = 0; at < chosen.length; at++) {
          const value = record[chosen[at]!]
          if (value !== values[at]) {
            values[at] = value
            cells[at] = cell(value, at)
          }
          text += cells[at]!
        }
        text += CsvLines.newline
      }
      return text
    }
  }
  return <E, R>(
    records: Stream.Stream<MessageRecord.MessageRecord, E, R>
  ): Stream.Stream<string, E, R> =>
    Stream.transformPull(records, (upstream) =>
      Effect.sync(() => {
        const write = writer()
        const pages = Effect.map(upstream, (records) => Arr.of(write(records)))
        let first = head
        return Effect.suspend((): typeof pages => {
          if (first === undefined) return pages
          const text = first
          first = undefined
          return Effect.succeed(Arr.of(text))
        })
      }))
}

// -----------------------------------------------------------------------------
// Excel
// -----------------------------------------------------------------------------

/**
 * A column of a file for Excel: a field of a message, what its result means, or what to do about it.
 *
 * @category models
 * @since 0.1.0
 */
export type ExcelColumn = Column | "meaning" | "advice"

/**
 * The columns of a file for Excel unless others are asked for: all but the text and the subject.
 *
 * @category constants
 * @since 0.1.0
 */
export const excelColumns: ReadonlyArray<ExcelColumn> = [
  "to",
  "from",
  "type",
  "requestTime",
  "completeTime",
  "status",
  "statusCode",
  "meaning",
  "advice",
  "telcoCode",
  "requestId",
  "messageId"
]

/**
 * The name of each column, in Korean.
 *
 * **Example** (A header)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 *
 * DeliveryExport.excelHeaders.to // => "수신번호"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const excelHeaders: { readonly [C in ExcelColumn]: string } = {
  requestId: "요청 ID",
  messageId: "메시지 ID",
  requestTime: "요청 시각",
  completeTime: "완료 시각",
  type: "종류",
  contentType: "용도",
  countryCode: "국가번호",
  from: "발신번호",
  to: "수신번호",
  subject: "제목",
  content: "내용",
  status: "상태",
  statusCode: "결과 코드",
  statusName: "결과",
  statusMessage: "결과 메시지",
  telcoCode: "통신사",
  meaning: "결과 설명",
  advice: "조치"
}

/**
 * The name of each column, in English.
 *
 * **Example** (A header)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 *
 * DeliveryExport.excelHeadersEn.to // => "To"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const excelHeadersEn: { readonly [C in ExcelColumn]: string } = {
  requestId: "Request ID",
  messageId: "Message ID",
  requestTime: "Requested at (KST)",
  completeTime: "Completed at (KST)",
  type: "Type",
  contentType: "Purpose",
  countryCode: "Country code",
  from: "From",
  to: "To",
  subject: "Subject",
  content: "Text",
  status: "Status",
  statusCode: "Result code",
  statusName: "Result",
  statusMessage: "Result message",
  telcoCode: "Carrier",
  meaning: "Meaning",
  advice: "Advice"
}

/**
 * A cell that had something CP949 lacks, and that was written otherwise. It shows what stands in the message: it is for whoever may
 * see that.
 *
 * @category models
 * @since 0.1.0
 */
export interface Replaced {
  /** The message. */
  readonly record: MessageRecord.MessageRecord
  /** The column. */
  readonly column: ExcelColumn
  /** How many characters were written otherwise, an emoji of several code points as one. */
  readonly characters: number
}

/**
 * How a file for Excel looks.
 *
 * @category options
 * @since 0.1.0
 */
export interface ExcelOptions<E = never, R = never> {
  /**
   * The columns, in order.
   *
   * @default {@link excelColumns}
   */
  readonly columns?: ReadonlyArray<ExcelColumn> | undefined
  /**
   * What the names of the columns, the meaning and the advice are written in.
   *
   * @default "ko"
   */
  readonly language?: "ko" | "en" | undefined
  /**
   * `hyphens`, by which Excel keeps the zeros of a number, or `digits` for a program that wants no others: Excel takes the zero off those.
   *
   * @default "hyphens"
   */
  readonly numbers?: "hyphens" | "digits" | undefined
  /**
   * Whether the names of the columns come first, and before them the byte order mark of UTF-8. Not where rows are added to a file that
   * has them.
   *
   * @default true
   */
  readonly headers?: boolean | undefined
  /**
   * `UTF-8`, with the byte order mark by which Excel knows it, or `CP949`, which old programs want. What CP949 lacks is written as
   * something like it (`EucKr.repair`), or as `?`.
   *
   * @default "UTF-8"
   */
  readonly encoding?: "UTF-8" | "CP949" | undefined
  /**
   * What stands between two cells. Excel in Korea takes commas.
   *
   * @default ","
   */
  readonly delimiter?: Delimiter | undefined
  /**
   * Is run for each cell that CP949 cannot write as it is. Where it fails, so does the export. By default nothing is run.
   */
  readonly onReplaced?: ((replaced: Replaced) => Effect.Effect<unknown, E, R>) | undefined
}

// What Excel reads as something else than a text, and does not give back as it was. Only a short number without zeros before it stays so.
const plain = /^(?:0|[1-9]\d{0,10})$/
const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
  + "|nov(?:ember)?|dec(?:ember)?)"
const date = [
  String.raw`\d{1,4} ?[-/.] ?\d{1,2}(?: ?[-/.] ?\d{1,4}\.?)?`,
  String.raw`\d{1,2}[-/](?:19|[2-9]\d)\d\d`,
  String.raw`\d{1,2}[- /]?${month}(?:[- /,]{1,2}\d{1,4})?`,
  String.raw`${month}[- /]?\d{1,4}(?:[- /,]{1,2}\d{1,4})?`,
  String.raw`\d{1,4}년(?: ?\d{1,2}월)?(?: ?\d{1,2}일)?`,
  String.raw`\d{1,2}월(?: ?\d{1,2}일)?`
].join("|")
const time = String
  .raw`(?:오전|오후|am|pm)? ?\d{1,4}(?::\d{1,4}(?::\d{1,2}(?:\.\d+)?)?|시(?: ?\d{1,2}분)?(?: ?\d{1,2}초)?)(?: ?[ap]m?)?`
const misread = new RegExp(
  `^(?:${
    [
      // Amounts: signs, currencies, percents, separators and exponents, and what accountants put into brackets.
      String.raw`[-+(]{0,2} ?[$₩\\€£¥]? ?[-+]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)? ?%?\)?`,
      String.raw`\d+ \d+/\d+`,
      `(?:${date})(?: (?:${time}))?`,
      time,
      String.raw`\d{1,2} ?[ap]m?`,
      String.raw`true|false|#(?:n/a|n/a!|ref!|name\?|value!|div/0!|null!|num!)`
    ].join("|")
  })$`,
  "i"
)

// No date, time or amount that people write is longer.
const longest = 64

// What is written so is read so.
const simple = /^[!-~]*$/

/** As Excel reads it, which takes digits and signs of full width for the others. */
const asRead = (text: string): string =>
  simple.test(text)
    ? text
    : (text.length > longest ? text : text.normalize("NFKC")).replaceAll(/\s+/g, " ").trim()

const isMisread = (text: string): boolean => !plain.test(text) && misread.test(asRead(text))

const kept = (text: string): string => isMisread(text) ? `'${text}` : guard(text)

// A number of digits alone is an amount to Excel, however short it is.
const keptNumber = (text: string): string => plain.test(text) || isMisread(text) ? `'${text}` : guard(text)

interface Said {
  readonly meaning: string
  readonly advice: string
}

const languages = {
  ko: {
    headers: excelHeaders,
    pending: "처리 중",
    uncertain: " (이미 도착했을 수 있으니 확인하십시오)",
    said: ({ adviceKo, meaningKo }: DeliveryCode.DeliveryCode): Said => ({ meaning: meaningKo, advice: adviceKo })
  },
  en: {
    headers: excelHeadersEn,
    pending: "Under way",
    uncertain: " (it may have arrived all the same: look first)",
    said: ({ advice, meaning }: DeliveryCode.DeliveryCode): Said => ({ meaning, advice: DeliveryCode.adviceEn[advice] })
  }
} as const

const resultOf = (record: MessageRecord.MessageRecord, language: keyof typeof languages): Said => {
  const { pending, said, uncertain } = languages[language]
  const outcome = MessageRecord.outcome(record)
  if (outcome._tag === "Pending") return { meaning: pending, advice: "" }
  const { advice, meaning } = said(outcome.code)
  return { meaning, advice: `${advice}${DeliveryCode.isUncertain(outcome.code) ? uncertain : ""}` }
}

/** The same, worked out once for each of a few: carriers, types and results come over and over. */
const remembered = <A>(work: (text: string) => A): (text: string) => A => {
  const known = new Map<string, A>()
  let last: { readonly text: string; readonly made: A } | undefined
  return (text) => {
    if (last?.text === text) return last.made
    const made = known.get(text) ?? work(text)
    if (known.size === 256) known.clear()
    known.set(text, made)
    last = { text, made }
    return made
  }
}

/** What a result means. Mostly it is that of the message before. */
const resulting = (language: keyof typeof languages): (record: MessageRecord.MessageRecord) => Said => {
  let last: { readonly record: MessageRecord.MessageRecord; readonly said: Said } | undefined
  return (record) => {
    if (
      last !== undefined && last.record.status === record.status && last.record.statusCode === record.statusCode &&
      last.record.statusName === record.statusName
    ) return last.said
    const said = resultOf(record, language)
    last = { record, said }
    return said
  }
}

/** What a cell is of, before anything is done to it. */
const reading = (column: ExcelColumn): (record: MessageRecord.MessageRecord, result: Said) => string => {
  switch (column) {
    case "meaning":
    case "advice":
      return (_, result) => result[column]
    default:
      return (record) => textOf(record[column])
  }
}

// A number with hyphens, the most frequent cell of all: no date or amount is written so.
const hyphenated = /^0\d{1,3}-\d{3,4}-\d{4}$/

/** A cell that Excel does not take for another. Times may be read as such. */
const keeping = (column: ExcelColumn, isPlain: boolean): (text: string) => string => {
  switch (column) {
    case "to":
    case "from":
      return isPlain ? guard : (text) => hyphenated.test(text) ? text : keptNumber(text)
    case "requestTime":
    case "completeTime":
      return guard
    default:
      return kept
  }
}

/** What differs from message to message, so that there is nothing to remember. */
const ownOfEach: ReadonlySet<ExcelColumn> = new Set<ExcelColumn>([
  "messageId",
  "to",
  "requestTime",
  "completeTime",
  "subject",
  "content"
])

const cp949 = { charset: "CP949" } as const

/** As CP949 can write it, and how many characters that took. */
const written = (text: string): readonly [text: string, characters: number] => {
  if (EucKr.isEncodable(text, cp949)) return [text, 0]
  const { changes, remaining, text: repaired } = EucKr.repair(text, cp949)
  const errors = [...changes, ...remaining].filter(({ severity }) => severity === "error")
  return [repaired, errors.length]
}

const bom = Uint8Array.of(0xef, 0xbb, 0xbf)

/**
 * The bytes of a CSV file for people who open it in Excel in Korea: names of columns, what each result means and what to do about it in
 * Korean (or in English, by `language`), times as SENS wrote them. A message counts as delivered only where `MessageRecord.outcome` says so.
 *
 * **Details**
 *
 * Numbers stay whole: they are written with hyphens, so that Excel takes them for texts and keeps their zeros; `PhoneNumber.normalize` and
 * `Recipients.fromCsv` read them back. A foreign number has its country before it, as in `(+81) 9012345678`; one that has no such shape
 * has an apostrophe before it. So has any other cell that Excel would take for what it does not keep: an amount (`007`, `1,234`, `.5`,
 * `50%`, `(1234)`, `1e5`, more than 11 digits), a date (`3월 5일`, `Jan-5`, `2024-01-02 10:00`), a time, `TRUE` and `#N/A`; and one that
 * it would run as a formula: see {@link guard}. A whole number of up to 11 digits stays one, and the times of SENS stay times. It fails as its records do, or as `onReplaced` does. A delimiter that is none makes it throw a `TypeError`.
 *
 * **Example** (A row)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const record = { messageId: MessageId.make("1"), to: "01012345678", status: "COMPLETED", statusCode: "3001", statusName: "fail" }
 * const text = Stream.make(record).pipe(
 *   DeliveryExport.excel({ columns: ["to", "meaning", "advice"] }),
 *   Stream.decodeText,
 *   Stream.mkString
 * )
 *
 * await Effect.runPromise(text) // => "수신번호,결과 설명,조치\r\n010-1234-5678,가입자 없음,수신번호를 확인하십시오\r\n"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const excel = <E2 = never, R2 = never>(options: ExcelOptions<E2, R2> = {}) => {
  const chosen = options.columns ?? excelColumns
  const delimiter = checked(options.delimiter)
  const quote = CsvLines.quoting(delimiter)
  const isUtf8 = options.encoding !== "CP949"
  const { headers = true, language = "ko", onReplaced } = options
  const isPlain = options.numbers === "digits"
  const hasResult = chosen.some((column) => column === "meaning" || column === "advice")
  const encode = (text: string): Uint8Array =>
    isUtf8
      ? new TextEncoder().encode(text)
      // CP949 has all that is left, and the question mark.
      : Result.getOrThrow(EucKrCodec.encode(text, { ...cp949, replace: "?" }))
  const makeLine = () => {
    const resultIn = resulting(language)
    const cells = chosen.map((column) => {
      const keep = keeping(column, isPlain)
      const work = (said: string): { readonly text: string; readonly characters: number } => {
        if (isUtf8) return { text: quote(keep(said)), characters: 0 }
        // First: what is written otherwise may begin as a formula.
        const [text, characters] = written(said)
        return { text: quote(keep(text)), characters }
      }
      const read = reading(column)
      if (column === "to" && !isPlain) {
        return {
          column,
          cell: (record: MessageRecord.MessageRecord) => work(hyphens(record.to, textOf(record.countryCode)))
        }
      }
      const finished = column === "from" && !isPlain ? (said: string) => work(hyphens(said, "82")) : work
      const finish = ownOfEach.has(column) ? finished : remembered(finished)
      return { column, cell: (record: MessageRecord.MessageRecord, result: Said) => finish(read(record, result)) }
    })
    return (record: MessageRecord.MessageRecord, replaced: Array<Replaced>): string => {
      const result = hasResult ? resultIn(record) : { meaning: "", advice: "" }
      const texts = cells.map(({ cell, column }) => {
        const { characters, text } = cell(record, result)
        if (characters > 0) replaced.push({ record, column, characters })
        return text
      })
      return CsvLines.line(texts, delimiter)
    }
  }
  return <E, R>(
    records: Stream.Stream<MessageRecord.MessageRecord, E, R>
  ): Stream.Stream<Uint8Array, E | E2, R | R2> =>
    Stream.suspend(() => {
      const line = makeLine()
      const page = (records: Arr.NonEmptyReadonlyArray<MessageRecord.MessageRecord>) => {
        const replaced: Array<Replaced> = []
        const text = CsvLines.page(records.map((record) => line(record, replaced)))
        const bytes = Effect.succeed(Arr.of(encode(text)))
        return replaced.length === 0 || onReplaced === undefined
          ? bytes
          : Effect.andThen(Effect.forEach(replaced, onReplaced, { discard: true }), bytes)
      }
      const pages = Stream.mapArrayEffect(records, page)
      if (!headers) return pages
      const names = chosen.map((column) => quote(languages[language].headers[column]))
      const head = encode(CsvLines.page([CsvLines.line(names, delimiter)]))
      return Stream.concat(isUtf8 ? Stream.make(bom, head) : Stream.make(head), pages)
    })
}
