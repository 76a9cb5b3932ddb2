/**
 * Messages as text for files and pipes: NDJSON and CSV, by `effect/encoding`.
 *
 * The texts hold phone numbers, and NDJSON holds what was sent: they are for whoever may see that.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Csv from "effect/encoding/Csv"
import * as Ndjson from "effect/encoding/Ndjson"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

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

// A spreadsheet takes what begins so for a formula, and a text is whatever somebody wrote.
const formula = /^[=+\-@\t\r]/

const cell = (value: string | number | null | undefined): string => {
  const text = value === null || value === undefined ? "" : String(value)
  return formula.test(text) ? `'${text}` : text
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
  readonly delimiter?: string | undefined
}

/**
 * A CSV record for each message (RFC 4180). Times are as SENS wrote them, in Korean time; what SENS leaves out is empty. Each
 * piece of the output is a page.
 *
 * **Gotchas**
 *
 * A cell that a spreadsheet would run as a formula (one that begins with `=`, `+`, `-`, `@`, a tab or a carriage return) has an
 * apostrophe before it. Excel takes a file for UTF-8 if it begins with `\ufeff`.
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
export const csv = (options: CsvOptions = {}) =>
<E, R>(
  records: Stream.Stream<MessageRecord.MessageRecord, E, R>
): Stream.Stream<string, E, R> => {
  const chosen = options.columns ?? columns
  const delimiter = options.delimiter ?? ","
  const rows = Stream.map(
    records,
    (record) => Object.fromEntries(chosen.map((column) => [column, cell(record[column])]))
  )
  return Stream.pipeThroughChannel(
    rows,
    Csv.encodeString<E>({ columns: chosen, headers: options.headers ?? true, delimiter })
  )
}
