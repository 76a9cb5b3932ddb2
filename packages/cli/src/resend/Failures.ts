/**
 * Which messages of the log are sent once more, and which are not and why.
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type * as Range from "../records/Range.ts"

/** Why one is left out. `Mms`: its pictures are gone. `NotFound`: the log does not know it. The others are of `BulkSend.fromRecord`. */
export const Why = Schema.Literals([
  "Delivered",
  "Pending",
  "Uncertain",
  "Advice",
  "Mms",
  "NotFound",
  "Unreadable",
  "UnknownType",
  "Foreign",
  "NoSender",
  "NoRecipient",
  "NoText",
  "NoFile"
])

export interface Chosen {
  readonly messageId: string
  readonly requestId: Option.Option<string>
  readonly message: BulkSend.Message
}

export interface Found {
  readonly chosen: ReadonlyArray<Chosen>
  readonly left: ReadonlyMap<typeof Why.Type, number>
}

export interface Options {
  /** Whose failure has one of these; all where none is named. */
  readonly advice: ReadonlyArray<DeliveryCode.Advice>
  readonly includeUncertain: boolean
}

const add = (left: Map<typeof Why.Type, number>, why: typeof Why.Type, by = 1): void => {
  left.set(why, (left.get(why) ?? 0) + by)
}

const texts = {
  noIds: {
    en: (file: string) => `${file} has no column of message ids`,
    ko: (file: string) => `${file}에 메시지 ID 열이 없습니다`
  },
  unreadable: {
    en: (file: string) => `${file} cannot be read as CSV or NDJSON`,
    ko: (file: string) => `${file}: CSV나 NDJSON으로 읽을 수 없습니다`
  }
} as const

/** What becomes of a record. The text may be missing in a list of the log, and stands in the message itself then. */
const choose = Effect.fnUntraced(function*(record: MessageRecord.MessageRecord, options: Options) {
  const outcome = MessageRecord.outcome(record)
  if (outcome._tag !== "Failed") return Result.fail(outcome._tag)
  if (options.advice.length > 0 && !options.advice.includes(outcome.code.advice)) return Result.fail("Advice" as const)
  if (record.type === "MMS") return Result.fail("Mms" as const)
  const make = (record: MessageRecord.MessageRecord) =>
    BulkSend.fromRecord(record, { allow: options.includeUncertain ? ["Uncertain"] : [] })
  const made = make(record)
  const isWithoutText = Result.isFailure(made) && made.failure.why === "NoText"
  const whole = isWithoutText
    ? Result.match(yield* Effect.result(Sens.Sens.use(({ messages }) => messages.result(record.messageId))), {
      onFailure: () => made,
      onSuccess: make
    })
    : made
  return Result.mapBoth(whole, {
    onFailure: ({ why }): typeof Why.Type => why,
    onSuccess: (message): Chosen => ({
      messageId: record.messageId,
      requestId: MessageRecord.requestId(record),
      message
    })
  })
})

const all = <E, R>(records: Stream.Stream<MessageRecord.MessageRecord, E, R>, options: Options) =>
  Effect.gen(function*() {
    const left = new Map<typeof Why.Type, number>()
    const chosen = new Map<string, Chosen>()
    yield* records.pipe(
      Stream.mapEffect((record) => choose(record, options), { concurrency: 4 }),
      Stream.runForEach((choice) =>
        Effect.sync(() => {
          if (Result.isFailure(choice)) add(left, choice.failure)
          else chosen.set(choice.success.messageId, choice.success)
        })
      )
    )
    return { chosen, left }
  })

/** Of a part of the log. */
export const ofRange = Effect.fnUntraced(function*(selection: Range.Selection, options: Options) {
  let unreadable = 0
  const records = DeliveryLog.records(selection.query, {
    onUnreadable: () =>
      Effect.sync(() => {
        unreadable++
      })
  })
  const { chosen, left } = yield* all(Stream.filter(records, selection.keeps), options)
  if (unreadable > 0) add(left, "Unreadable", unreadable)
  const found: Found = { chosen: Array.from(chosen.values()), left }
  return found
})

const headers = new Set(
  ["messageId", DeliveryExport.excelHeaders.messageId, DeliveryExport.excelHeadersEn.messageId].map((name) =>
    name.toLowerCase()
  )
)

const ofJson = (text: string): Option.Option<string> => {
  const parsed = Result.try((): unknown => JSON.parse(text))
  if (Result.isFailure(parsed)) return Option.none()
  const of = (value: unknown): Option.Option<string> =>
    Predicate.hasProperty(value, "messageId") && typeof value.messageId === "string"
      ? Option.some(value.messageId)
      : Option.none()
  const inner = Predicate.hasProperty(parsed.success, "message") ? of(parsed.success.message) : Option.none()
  return Option.orElse(of(parsed.success), () => inner)
}

/** The ids of a file, each once. */
const idsOf = Effect.fnUntraced(function*(file: string) {
  const refuse = (text: typeof texts.noIds | typeof texts.unreadable) =>
    Failure.refuse("InvalidFile", ExitCode.table.refused.code, { en: text.en(file), ko: text.ko(file) })
  const bytes = yield* FileSystem.FileSystem.use((fs) => fs.readFile(file))
  const { bom, encoding } = EucKrCodec.detect(bytes)
  const decoded = encoding === "CP949"
    ? EucKrCodec.decode(bytes, { charset: "CP949" })
    : Result.try(() => new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(bom)))
  if (Result.isFailure(decoded)) return yield* refuse(texts.unreadable)
  const text = decoded.success
  if (/\.ndjson$/i.test(file)) {
    const ids = text.split(/\r?\n/).flatMap((line) => Option.toArray(ofJson(line)))
    return ids.length === 0 ? yield* refuse(texts.noIds) : Array.from(new Set(ids))
  }
  const rows = yield* Stream.succeed(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ ignoreEmptyLines: true })),
    Stream.runCollect,
    Effect.mapError(() => refuse(texts.unreadable))
  )
  const column = rows[0]?.findIndex((name) => headers.has(name.trim().toLowerCase())) ?? -1
  if (column === -1) return yield* refuse(texts.noIds)
  const ids = rows.slice(1).map((row) => row[column]?.trim() ?? "").filter((id) => id !== "")
  return Array.from(new Set(ids))
})

/** Of a file with ids: what the log says of them now is what counts. */
export const ofFile = Effect.fnUntraced(function*(file: string, options: Options) {
  const ids = yield* idsOf(file)
  const { messages } = yield* Sens.Sens
  let absent = 0
  const records = Stream.fromIterable(ids).pipe(
    Stream.mapEffect((id) =>
      messages.result(id).pipe(
        Effect.asSome,
        Effect.catchIf(
          ({ reason }) => reason._tag === "NotFound",
          () =>
            Effect.sync(() => {
              absent++
              return Option.none<MessageRecord.MessageRecord>()
            })
        )
      ), { concurrency: 4 }),
    Stream.map(Option.toArray),
    Stream.flattenIterable
  )
  const { chosen, left } = yield* all(records, options)
  if (absent > 0) add(left, "NotFound", absent)
  const found: Found = { chosen: Array.from(chosen.values()), left }
  return found
})
