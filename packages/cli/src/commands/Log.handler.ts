/**
 * `effect-sens log`, once it is asked for.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Instant from "../Instant.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as LogFile from "../records/LogFile.ts"
import * as Range from "../records/Range.ts"
import * as RecordLine from "../records/RecordLine.ts"
import * as Text from "../Text.ts"
import * as Times from "../Times.ts"
import type * as Log from "./Log.ts"

const Line = Output.document("log", { message: MessageView.Message })

const End = Output.document("log", {
  end: Schema.Literal(true),
  /** The range that was read, in Korean time; `until` is null where it was followed. */
  from: Schema.String,
  until: Schema.NullOr(Schema.String),
  messages: Schema.Int,
  /** Messages that cannot be read, and so were left out. */
  unreadable: Schema.Int,
  /** The file that they are in, where one was named. */
  out: Schema.NullOr(Schema.String),
  /** Characters that CP949 lacks and that were written otherwise. */
  replaced: Schema.Int
})

/** A message on each line, and a last line that says that it is the last. */
export const Document = Schema.Union([Line, End])

const messages = (count: number): string => count === 1 ? "1 message" : `${Text.count(count)} messages`

const texts = {
  followWith: {
    en: (flag: string) => `--follow never ends: it cannot be meant together with ${flag}`,
    ko: (flag: string) => `--follow는 끝나지 않습니다. ${flag}와 함께 쓸 수 없습니다`
  },
  needsOut: {
    en: (flag: string) => `${flag} is of a file: name one by --out`,
    ko: (flag: string) => `${flag}는 파일에 대한 것입니다. --out으로 파일을 주십시오`
  },
  csvOnly: {
    en: (flag: string) => `${flag} is of CSV`,
    ko: (flag: string) => `${flag}는 CSV에 대한 것입니다`
  },
  extension: { en: "--out is to be a .csv or .ndjson file", ko: "--out은 .csv나 .ndjson 파일이어야 합니다" },
  columns: {
    en: (name: string, all: string) => `--columns: there is no ${name}; there are ${all}`,
    ko: (name: string, all: string) => `--columns: ${name} 열이 없습니다. 있는 것은 ${all}`
  },
  rawColumns: {
    en: "--columns: meaning and advice are none of SENS; leave out --headers raw",
    ko: "--columns: meaning과 advice는 SENS의 열이 아닙니다. --headers raw를 빼십시오"
  },
  textColumns: {
    en: "--columns: texts are shown with --show-texts, or written into a file by --out",
    ko: "--columns: 내용은 --show-texts를 주면 보여 주고, --out으로는 파일에 씁니다"
  },
  rawWith: {
    en: (flag: string) => `--headers raw is what SENS wrote, in UTF-8: it cannot be meant together with ${flag}`,
    ko: (flag: string) => `--headers raw는 SENS가 쓴 그대로이고 UTF-8입니다. ${flag}와 함께 쓸 수 없습니다`
  },
  strict: { en: "--strict is of --encoding cp949", ko: "--strict는 --encoding cp949에 대한 것입니다" },
  count: {
    en: (count: number, from: string, until: string) => `${messages(count)}, ${from} to ${until}`,
    ko: (count: number, from: string, until: string) => `${from} ~ ${until}, ${Text.count(count)}건`
  },
  written: {
    en: (count: number, file: string) => `${messages(count)} in ${file}`,
    ko: (count: number, file: string) => `${file}에 ${Text.count(count)}건을 썼습니다`
  },
  resumed: { en: "an earlier run was gone on with", ko: "앞서 끊긴 것에 이어서 썼습니다" },
  progress: {
    en: messages,
    ko: (count: number) => `${Text.count(count)}건`
  },
  unreadable: {
    en: (count: number) => `left out, since the answer could not be read: ${messages(count)}`,
    ko: (count: number) => `읽을 수 없는 메시지 ${Text.count(count)}건을 뺐습니다`
  },
  replaced: {
    en: (count: number) => `characters that CP949 lacks, written otherwise: ${Text.count(count)}`,
    ko: (count: number) => `CP949에 없는 글자 ${Text.count(count)}개를 바꾸어 썼습니다`
  },
  following: { en: "Waiting for messages. ^C ends it.", ko: "메시지를 기다립니다. ^C로 끝냅니다." },
  outage: {
    en: (why: string) => `The service does not answer (${why}); it is asked again.`,
    ko: (why: string) => `서비스가 답하지 않습니다(${why}). 계속 물어봅니다.`
  },
  back: { en: "The service answers again.", ko: "서비스가 다시 답합니다." }
} as const

type Flagged = { readonly en: (flag: string) => string; readonly ko: (flag: string) => string }

const usage = (text: Flagged, flag: string) => Failure.usage({ en: text.en(flag), ko: text.ko(flag) })

const isColumn = (name: string): name is DeliveryExport.ExcelColumn => Object.hasOwn(DeliveryExport.excelHeaders, name)

const columnsOf = Effect.fnUntraced(function*(said: Option.Option<string>, isRaw: boolean) {
  if (Option.isNone(said)) return isRaw ? DeliveryExport.columns : DeliveryExport.excelColumns
  const columns: Array<DeliveryExport.ExcelColumn> = []
  for (const name of said.value.split(",").map((name) => name.trim())) {
    if (!isColumn(name)) {
      const all = Object.keys(DeliveryExport.excelHeaders).join(", ")
      return yield* Failure.usage({ en: texts.columns.en(name, all), ko: texts.columns.ko(name, all) })
    }
    if (isRaw && (name === "meaning" || name === "advice")) return yield* Failure.usage(texts.rawColumns)
    columns.push(name)
  }
  return columns
})

/** How it is written, by what was said of it. Whatever says nothing here is refused, so that nobody believes in it. */
const formOf = Effect.fnUntraced(function*(input: Log.Input, form: "csv" | "ndjson" | "table", language: "en" | "ko") {
  const given = [
    ["--encoding", Option.isSome(input.encoding)],
    ["--strict", input.strict],
    ["--columns", Option.isSome(input.columns)],
    ["--headers", Option.isSome(input.headers)],
    ["--numbers", Option.isSome(input.numbers)]
  ] as const
  if (form !== "csv") {
    for (const [flag, isGiven] of given) if (isGiven) return yield* usage(texts.csvOnly, flag)
    return { _tag: "Ndjson" } satisfies LogFile.Form
  }
  const headers = Option.getOrElse(input.headers, () => language)
  const encoding = Option.getOrElse(input.encoding, () => "utf-8-bom" as const)
  if (headers === "raw") {
    const others = [
      [`--encoding ${encoding}`, Option.isSome(input.encoding) && encoding !== "utf-8"],
      ["--numbers hyphen", Option.contains(input.numbers, "hyphen")],
      ["--strict", input.strict]
    ] as const
    for (const [flag, isGiven] of others) if (isGiven) return yield* usage(texts.rawWith, flag)
  }
  if (input.strict && encoding !== "cp949") return yield* Failure.usage(texts.strict)
  const csv: LogFile.Form = {
    _tag: "Csv",
    columns: yield* columnsOf(input.columns, headers === "raw"),
    encoding,
    headers,
    numbers: Option.getOrElse(input.numbers, () => headers === "raw" ? "digits" as const : "hyphen" as const),
    strict: input.strict
  }
  return csv
})

const tellLosses = Effect.fnUntraced(function*({ replaced, unreadable }: Omit<LogFile.Counts, "messages">) {
  const { language, say } = yield* Output.Output
  if (replaced > 0) yield* say(texts.replaced[language](replaced))
  if (unreadable === 0) return
  yield* say(texts.unreadable[language](unreadable))
  yield* Ending.exit(ExitCode.table.part.code)
})

const extension = /\.(csv|ndjson)$/i

const toFile = Effect.fnUntraced(function*(input: Log.Input, file: string, selection: Range.Selection) {
  const output = yield* Output.Output
  const globals = yield* Globals.Globals
  const { language } = output
  const found = extension.exec(file)?.[1]?.toLowerCase()
  if (found !== "csv" && found !== "ndjson") return yield* Failure.usage(texts.extension)
  const form = yield* formOf(input, found, language)
  const said = Option.getOrNull
  const counts = yield* Effect.provide(
    Effect.flatMap(Client.Account, ({ serviceId }) =>
      LogFile.write({
        file,
        form,
        selection,
        // As it was said: `--last 7d` means another time when it is run again, and the cursor knows which was meant.
        of: JSON.stringify([
          serviceId,
          [input.last, input.from, input.until, input.to, input.fromNumber, input.type, input.status].map(said),
          [input.by, input.failed, input.code, input.telco],
          form
        ]),
        checkpoint: input.checkpoint,
        onProgress: ({ messages }) =>
          output.err.canRedraw
            ? output.draw(`\r${texts.progress[language](messages)}\u001B[K`)
            : Effect.void
      })),
    Client.layer
  )
  if (output.err.canRedraw) yield* output.draw("\r\u001B[K")
  if (counts.resumed) yield* output.note(texts.resumed[language])
  yield* tellLosses(counts)
  const end = End.make({
    end: true,
    from: Instant.iso(counts.start),
    until: Instant.iso(counts.end),
    messages: counts.messages,
    unreadable: counts.unreadable,
    out: file,
    replaced: counts.replaced
  })
  if (globals.format === "csv") return
  yield* Output.line({
    document: End,
    value: end,
    table: () => texts.written[language](counts.messages, file)
  })
})

/** A message as it may be shown: its numbers masked unless they are asked for. */
const shown = (record: MessageRecord.MessageRecord, { number }: Output.Service): MessageRecord.MessageRecord => ({
  ...record,
  to: number(record.to),
  ...(record.from === undefined || record.from === null ? undefined : { from: number(record.from) })
})

const toCsv = Effect.fnUntraced(function*(input: Log.Input, selection: Range.Selection) {
  const output = yield* Output.Output
  const globals = yield* Globals.Globals
  for (const [flag, isGiven] of [["--encoding", Option.isSome(input.encoding)], ["--strict", input.strict]] as const) {
    if (isGiven) return yield* usage(texts.needsOut, flag)
  }
  const form = yield* formOf(input, "csv", output.language)
  if (
    !globals.showTexts && form._tag === "Csv" &&
    form.columns.some((column) => column === "content" || column === "subject")
  ) return yield* Failure.usage(texts.textColumns)
  let unreadable = 0
  yield* DeliveryLog.records(selection.query, {
    onUnreadable: () =>
      Effect.sync(() => {
        unreadable++
      })
  }).pipe(
    Stream.filter(selection.keeps),
    Stream.map((record) => shown(record, output)),
    LogFile.encode(form, { headers: true, onReplaced: () => {} }),
    // The mark of a file is none of a stream's.
    Stream.decodeText,
    Stream.runForEach(output.write),
    Effect.provide(Client.layer)
  )
  yield* tellLosses({ unreadable, replaced: 0 })
})

const toLines = Effect.fnUntraced(function*<E, R>(
  by: Range.By,
  selection: Pick<Range.Selection, "start" | "keeps">,
  pages: Stream.Stream<DeliveryLog.Page, E, R>,
  until: DateTime.Utc | undefined
) {
  const output = yield* Output.Output
  const { language } = output
  const isTable = output.format === "table"
  let [told, unreadable] = [0, 0]
  if (isTable) yield* output.note(RecordLine.head(language))
  yield* Stream.runForEach(pages, (page) => {
    const kept = page.records.filter(selection.keeps).map((record) => MessageView.make(record, output))
    told += kept.length
    unreadable += page.unreadable.length
    if (kept.length === 0) return Effect.void
    // A page in one piece: a write a message would take as long as all else.
    const lines = isTable
      ? kept.map((message) => RecordLine.make(message, { by, language }))
      : kept.map((message) => JSON.stringify(Line.make({ message })))
    return output.write(`${lines.join("\n")}\n`)
  })
  if (isTable) {
    const [from, to] = [selection.start, until ?? (yield* DateTime.now)].map(Instant.people)
    yield* output.note(texts.count[language](told, from ?? "", to ?? ""))
    return yield* tellLosses({ unreadable, replaced: 0 })
  }
  yield* Output.line({
    document: End,
    value: End.make({
      end: true,
      from: Instant.iso(selection.start),
      until: until === undefined ? null : Instant.iso(until),
      messages: told,
      unreadable,
      out: null,
      replaced: 0
    }),
    table: () => ""
  })
  yield* tellLosses({ unreadable, replaced: 0 })
})

const follow = Effect.fnUntraced(function*(input: Log.Input) {
  const output = yield* Output.Output
  const { language } = output
  const never = [
    ["--last", Option.isSome(input.last)],
    ["--until", Option.isSome(input.until)],
    ["--out", Option.isSome(input.out)],
    ["--checkpoint", Option.isSome(input.checkpoint)],
    ["--format csv", output.format === "csv"]
  ] as const
  for (const [flag, isGiven] of never) if (isGiven) return yield* usage(texts.followWith, flag)
  yield* formOf(input, "table", language)
  const start = Option.isSome(input.from) ? yield* Times.parse(input.from.value, "--from") : yield* DateTime.now
  const selection = yield* Range.resolve({ ...input, from: Option.none() }, input.by)
  let isOut = false
  const pages = DeliveryLog.tailPages({
    ...selection.filters,
    by: input.by,
    start,
    onOutage: (error) => {
      if (isOut) return Effect.void
      isOut = true
      return output.note(texts.outage[language](Text.reasons[error.reason._tag][language]))
    }
  }).pipe(Stream.tap(() => {
    if (!isOut) return Effect.void
    isOut = false
    return output.note(texts.back[language])
  }))
  yield* output.note(texts.following[language])
  yield* Effect.provide(toLines(input.by, { start, keeps: selection.keeps }, pages, undefined), Client.layer)
})

export const run = Effect.fnUntraced(function*(input: Log.Input) {
  const output = yield* Output.Output
  if (input.follow) return yield* follow(input)
  const selection = yield* Range.resolve(input, input.by)
  if (Option.isSome(input.out)) return yield* toFile(input, input.out.value, selection)
  if (Option.isSome(input.checkpoint)) return yield* usage(texts.needsOut, "--checkpoint")
  if (output.format === "csv") return yield* toCsv(input, selection)
  yield* formOf(input, "table", output.language)
  yield* Effect.provide(toLines(input.by, selection, DeliveryLog.pages(selection.query), selection.end), Client.layer)
})
