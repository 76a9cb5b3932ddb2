/**
 * A part of the log as a file, which may be cut off anywhere and gone on with: a page is written, then how far the file is, in that order.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type { Both } from "../Language.ts"
import * as StateDir from "../StateDir.ts"
import type * as Range from "./Range.ts"

/** How the messages are written. */
export type Form =
  | { readonly _tag: "Ndjson" }
  | {
    readonly _tag: "Csv"
    readonly columns: ReadonlyArray<DeliveryExport.ExcelColumn>
    readonly encoding: "utf-8-bom" | "utf-8" | "cp949"
    readonly headers: "ko" | "en" | "raw"
    readonly numbers: "hyphen" | "digits"
    readonly strict: boolean
  }

/** How far a file is. */
export interface Counts {
  readonly messages: number
  /** Messages that cannot be read, and so are not in it. */
  readonly unreadable: number
  /** Characters that CP949 lacks, written otherwise. */
  readonly replaced: number
}

const Checkpoint = Schema.fromJsonString(Schema.Struct({
  v: Schema.Literal(1),
  /** What the file is of, as it was asked for. */
  of: Schema.String,
  /** The range, as it was meant then: `--last 7d` means another when it is run again. */
  start: Schema.DateTimeUtcFromString,
  end: Schema.DateTimeUtcFromString,
  /** How long it is. What stands behind that was written by a run that could not say so any more. */
  bytes: Schema.Natural,
  messages: Schema.Natural,
  unreadable: Schema.Natural,
  replaced: Schema.Natural,
  /** Where to read on; `null` where all of it is written. */
  cursor: Schema.NullOr(Schema.toCodecJson(DeliveryLog.Cursor))
}))

type Checkpoint = typeof Checkpoint.Type

const texts = {
  other: {
    en: "the checkpoint is of another export: run what it was made by, or remove it",
    ko: "다른 내보내기의 체크포인트입니다. 그때와 같은 명령을 실행하거나 지우십시오"
  },
  unreadable: {
    en: "the checkpoint cannot be read: remove it to begin anew",
    ko: "체크포인트를 읽을 수 없습니다. 지우면 처음부터 합니다"
  },
  gone: {
    en: "what the checkpoint is of is gone: remove it to begin anew",
    ko: "체크포인트가 가리키는 파일이 없습니다. 체크포인트를 지우면 처음부터 합니다"
  },
  lacking: {
    en: (id: string, column: string) => `message ${id}: ${column} has characters that CP949 lacks`,
    ko: (id: string, column: string) => `메시지 ${id}: ${column} 열에 CP949에 없는 글자가 있습니다`
  }
} as const

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

/** How often it is written down how far the file is: what came after that is read again. */
const interval = 1000

/** So many messages are written at a time: a write for each page would take as long as all else. */
const batch = 1000

const raw = (columns: ReadonlyArray<DeliveryExport.ExcelColumn>): ReadonlyArray<DeliveryExport.Column> =>
  columns.filter((column) => column !== "meaning" && column !== "advice")

/** Messages as the bytes of a file, with its head or without. Numbers and texts stand in it. */
export const encode = (form: Form, options: {
  readonly headers: boolean
  readonly onReplaced: (characters: number) => void
}) =>
<E, R>(
  records: Stream.Stream<MessageRecord.MessageRecord, E, R>
): Stream.Stream<Uint8Array, E | Failure.Refused, R> => {
  if (form._tag === "Ndjson") {
    // What was read as JSON can be written as such.
    return Stream.encodeText(Stream.catchTag(DeliveryExport.ndjson(records), "NdjsonError", Stream.die))
  }
  const { columns, encoding, headers, numbers, strict } = form
  if (headers === "raw") {
    return Stream.encodeText(DeliveryExport.csv({ columns: raw(columns), headers: options.headers })(records))
  }
  const bytes = DeliveryExport.excel<Failure.Refused>({
    columns,
    language: headers,
    headers: options.headers,
    numbers: numbers === "digits" ? "digits" : "hyphens",
    encoding: encoding === "cp949" ? "CP949" : "UTF-8",
    onReplaced: ({ characters, column, record }) => {
      options.onReplaced(characters)
      return strict
        ? Effect.fail(refuse("Unencodable", {
          en: texts.lacking.en(record.messageId, column),
          ko: texts.lacking.ko(record.messageId, column)
        }))
        : Effect.void
    }
  })(records)
  return encoding === "utf-8" && options.headers
    // Without the mark by which Excel knows it.
    ? Stream.drop(bytes, 1)
    : bytes
}

export interface Options {
  readonly file: string
  readonly form: Form
  readonly selection: Range.Selection
  /** What was asked for: a checkpoint is of this and of nothing else. */
  readonly of: string
  readonly checkpoint: Option.Option<string>
  /** Is told how many messages are written, from time to time. */
  readonly onProgress: (counts: Counts) => Effect.Effect<void>
}

const decode = Schema.decodeEffect(Checkpoint)

const encodeCheckpoint = Schema.encodeEffect(Checkpoint)

/** What an earlier run wrote down. */
const begun = Effect.fnUntraced(function*(path: Option.Option<string>, of: string) {
  const fs = yield* FileSystem.FileSystem
  if (Option.isNone(path) || !(yield* fs.exists(path.value))) return undefined
  const found = yield* Effect.mapError(
    Effect.flatMap(fs.readFileString(path.value), decode),
    () => refuse("InvalidCheckpoint", texts.unreadable)
  )
  return found.of === of ? found : yield* refuse("InvalidCheckpoint", texts.other)
})

/** Writes the file. Run again with the same checkpoint, it goes on with what an earlier run left. */
export const write = Effect.fnUntraced(function*({ checkpoint, file, form, of, onProgress, selection }: Options) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const target = path.resolve(file)
  // Where nothing can be written, nothing is asked.
  for (const each of [target, ...Option.toArray(checkpoint)]) {
    yield* fs.access(path.dirname(path.resolve(each)), { writable: true })
  }
  const part = `${target}.part`
  const before = yield* begun(checkpoint, of)
  const { end, start } = before ?? selection
  const counts = {
    messages: before?.messages ?? 0,
    unreadable: before?.unreadable ?? 0,
    replaced: before?.replaced ?? 0
  }
  const finish = Effect.gen(function*() {
    yield* fs.rename(part, target)
    if (Option.isSome(checkpoint)) yield* fs.remove(checkpoint.value, { force: true })
    return { ...counts, start, end, resumed: before !== undefined }
  })
  const size = (yield* fs.exists(part)) ? Number((yield* fs.stat(part)).size) : undefined
  if (before !== undefined && (size === undefined || size < before.bytes)) {
    // It had its name already, and nothing was left to do but to remove the checkpoint.
    if (before.cursor !== null || size !== undefined || !(yield* fs.exists(target))) {
      return yield* refuse("InvalidCheckpoint", texts.gone)
    }
    if (Option.isSome(checkpoint)) yield* fs.remove(checkpoint.value)
    return { ...counts, start, end, resumed: true }
  }
  if (before?.cursor === null) return yield* finish
  if (before === undefined) yield* fs.remove(part, { force: true })
  const handle = yield* fs.open(part, before === undefined ? { flag: "wx", mode: 0o600 } : { flag: "r+" })
  let bytes = before?.bytes ?? 0
  if (before !== undefined) {
    yield* handle.truncate(bytes)
    yield* handle.seek(BigInt(bytes), "start")
  }
  const put = Effect.fnUntraced(function*(records: ReadonlyArray<MessageRecord.MessageRecord>, headers: boolean) {
    const pieces = yield* Stream.fromArray(records).pipe(
      encode(form, {
        headers,
        onReplaced: (characters) => {
          counts.replaced += characters
        }
      }),
      Stream.runCollect
    )
    for (const piece of pieces) {
      yield* handle.writeAll(piece)
      bytes += piece.length
    }
    counts.messages += records.length
  })
  const note = Effect.fnUntraced(function*(cursor: DeliveryLog.Cursor | null) {
    if (Option.isNone(checkpoint)) return
    // A checkpoint that reaches further than the file would be a lie after a power cut.
    yield* handle.sync
    const text = yield* Effect.orDie(encodeCheckpoint({ v: 1, of, start, end, bytes, ...counts, cursor }))
    yield* StateDir.writeFile(checkpoint.value, text)
  })
  let last = yield* Clock.currentTimeMillis
  let waiting: Array<MessageRecord.MessageRecord> = []
  const flush = Effect.suspend(() => {
    const records = waiting
    waiting = []
    return records.length === 0 ? Effect.void : put(records, false)
  })
  const take = Effect.fnUntraced(function*({ cursor, records, unreadable }: DeliveryLog.Page) {
    for (const record of records) if (selection.keeps(record)) waiting.push(record)
    counts.unreadable += (unreadable satisfies ReadonlyArray<UnreadableRecord.UnreadableRecord>).length
    const now = yield* Clock.currentTimeMillis
    const isTime = now - last >= interval
    if (isTime || waiting.length >= batch) yield* flush
    if (!isTime) return
    last = now
    yield* note(cursor)
    yield* onProgress(counts)
  })
  yield* (before === undefined ? put([], true) : Effect.void).pipe(
    Effect.andThen(
      Stream.runForEach(
        before === undefined || before.cursor === null
          ? DeliveryLog.pages(selection.query)
          : DeliveryLog.resume(before.cursor),
        take
      )
    ),
    Effect.andThen(flush),
    // Half a file that nobody can go on with helps nobody.
    Effect.onError(() => Option.isNone(checkpoint) ? Effect.ignore(fs.remove(part, { force: true })) : Effect.void)
  )
  yield* note(null)
  return yield* finish
})
