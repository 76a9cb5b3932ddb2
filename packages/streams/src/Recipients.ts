/**
 * Lists of people, as spreadsheets save them, made into messages for `BulkSend`.
 *
 * Every row has an outcome with its line: a message, or a refusal that says why. A number that a spreadsheet damaged, a cell that is
 * empty, a row that is shifted: none of them goes out, and none of them stops the others.
 *
 * @since 0.1.0
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as RequestIssue from "@effect-sens/core/RequestIssue"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Template from "@effect-sens/core/Template"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as BulkSend from "./BulkSend.ts"
import * as Batching from "./internal/batch.ts"
import { CsvReader, type CsvRecord, peek } from "./internal/csv.ts"
import { NumberTexts } from "./internal/numberTexts.ts"
import * as Given from "./internal/options.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Where a message comes from. It goes along with the message, and so comes back with its outcome.
 *
 * @category models
 * @since 0.1.0
 */
export interface Origin {
  /** The line of the file on which its row starts, from 1. */
  readonly line: number
  /** What the row has, by the names of the columns; a name that comes again has a number: `메모`, `메모 (2)`. */
  readonly cells: { readonly [column: string]: string }
}

/**
 * A row without a template: who it is, and what the row has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recipient extends Origin {
  /** The number, in digits. */
  readonly to: PhoneNumber.PhoneNumber
}

/**
 * A message of a row, as `BulkSend` takes it.
 *
 * @category models
 * @since 0.1.0
 */
export type Message = BulkSend.Message & Recipient

/**
 * A template as a text, or one that was read; `Template.column` makes one of a column that has the whole text.
 *
 * @category models
 * @since 0.1.0
 */
export type Text = string | Template.Template

/**
 * An SMS to everybody in a list; its `content` is a template.
 *
 * @category models
 * @since 0.1.0
 */
export interface SmsTemplate extends Omit<SendRequest.Sms, "messages" | "countryCode" | "content"> {
  /** The text. */
  readonly content: Text
}

/**
 * An LMS to everybody in a list; its `content` and `subject` are templates.
 *
 * @category models
 * @since 0.1.0
 */
export interface LmsTemplate extends Omit<SendRequest.Lms, "messages" | "countryCode" | "content" | "subject"> {
  /** The text. */
  readonly content: Text
  /** The subject; a row whose subject is empty has none. */
  readonly subject?: Text | undefined
}

/**
 * An MMS to everybody in a list; its `content` and `subject` are templates.
 *
 * @category models
 * @since 0.1.0
 */
export interface MmsTemplate extends Omit<SendRequest.Mms, "messages" | "countryCode" | "content" | "subject"> {
  /** The text. */
  readonly content: Text
  /** The subject; a row whose subject is empty has none. */
  readonly subject?: Text | undefined
}

/**
 * The smallest message that holds each text: an SMS, or an LMS where it is longer than 90 bytes or has a subject. Its `content` and
 * `subject` are templates.
 *
 * @category models
 * @since 0.1.0
 */
export interface FittingTemplate extends Omit<LmsTemplate, "type"> {
  /** None: the text decides. */
  readonly type?: undefined
}

/**
 * A message to everybody in a list, whose `content` and `subject` are templates: `{이름}` stands for what a row has in the column `이름`.
 * Without a `type` each text gets the smallest that holds it.
 *
 * @category models
 * @since 0.1.0
 */
export type MessageTemplate = SmsTemplate | LmsTemplate | MmsTemplate | FittingTemplate

/**
 * A row that makes no message, and is not sent to.
 *
 * - `Quote`: a quote stands where none may, so it is not clear where its cells end
 * - `Ragged`: it has more or fewer cells than there are columns, so they may stand under the wrong names
 * - `Broken`: a cell was damaged before it came here (U+FFFD), or has bytes that are no character
 * - `OtherText`: its number came before, with another text; see {@link once}
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRow extends Schema.TaggedError<InvalidRow>("@effect-sens/streams/InvalidRow")("InvalidRow", {
  /** What is wrong. */
  why: Schema.Literals(["Quote", "Ragged", "Broken", "OtherText"]),
  /** How many cells it has, where that is what is wrong. */
  cells: Schema.optionalKey(Schema.Int),
  /** How many columns there are. */
  columns: Schema.optionalKey(Schema.Int)
}) {
  override get message(): string {
    switch (this.why) {
      case "Quote":
        return "A quote stands where none may: write two for one that is meant"
      case "Ragged":
        return `The row has ${this.cells} cells, and there are ${this.columns} columns`
      case "Broken":
        return "A character was damaged: save the file anew, as CSV UTF-8"
      case "OtherText":
        return "Its number came before, with another text: nobody gets both"
    }
  }
}

/**
 * A row whose message {@link check} refuses. It holds nothing of its text.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidMessage extends Schema.TaggedError<InvalidMessage>("@effect-sens/streams/InvalidMessage")(
  "InvalidMessage",
  {
    /** What keeps it from being sent, by the field of the message: `["content"]`. */
    issues: Schema.NonEmptyArray(RequestIssue.RequestIssue)
  }
) {
  /** The rule that is broken first, such as `NotEncodable`. */
  get why(): string {
    return this.issues[0].kind
  }

  override get message(): string {
    return RequestIssue.formatAll(this.issues)
  }
}

// Beside the refusals, so that neither their JSON nor what prints or compares them has it.
const refusedCells = new WeakMap<object, Redacted.Redacted<ReadonlyArray<string>>>()

const noCells = Redacted.make<ReadonlyArray<string>>([])

/**
 * A row that is not sent to: where it is, and why. It holds the name of a column, and nothing of what the row has; `cells` has that,
 * redacted.
 *
 * @category errors
 * @since 0.1.0
 */
export class Refused extends Schema.TaggedError<Refused>("@effect-sens/streams/Refused")("Refused", {
  /** The line of the file on which the row starts, from 1. */
  line: Schema.Int,
  /** The column that is wrong, where it is one. */
  column: Schema.optionalKey(Schema.String),
  /** Why: the number, a value that the template needs, the row itself, or the message that it makes. */
  reason: Schema.Union([PhoneNumber.InvalidPhoneNumber, Template.InvalidValue, InvalidRow, InvalidMessage])
}) {
  /**
   * The cells of the row as they stand in the file, for whoever writes down what has to be mended. Where it is not clear where they end,
   * its first line is one. Nothing shows them, and the JSON of a refusal leaves them out.
   */
  get cells(): Redacted.Redacted<ReadonlyArray<string>> {
    return refusedCells.get(this) ?? noCells
  }

  override get message(): string {
    // A value that a template needs says its column itself.
    const column = this.column === undefined || this.reason._tag === "InvalidValue"
      ? ""
      : `, column "${short(this.column)}"`
    return `Line ${this.line}${column}: ${this.reason.message}`
  }
}

const refusal = (
  cells: ReadonlyArray<string>,
  fields: { readonly line: number; readonly column?: string; readonly reason: Refused["reason"] }
): Refused => {
  const refused = new Refused(fields)
  refusedCells.set(refused, Redacted.make(cells))
  return refused
}

/**
 * A row that can be sent to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Read<M = Recipient> {
  readonly _tag: "Message"
  /** The line of the file on which the row starts, from 1. */
  readonly line: number
  /** The message; without a template, the recipient. */
  readonly message: M
  /** The cells of the row as they stand in the file, in the order of its columns. */
  readonly cells: ReadonlyArray<string>
  /** That its number was damaged, and is repaired. */
  readonly repaired?: true
  /** What {@link check} warns of. */
  readonly warnings?: ReadonlyArray<RequestIssue.RequestIssue>
}

/**
 * What became of a row that was read: a message, or a refusal.
 *
 * @category models
 * @since 0.1.0
 */
export type Row<M = Recipient> = Read<M> | Refused

/**
 * A row whose number came before, with the same text; see {@link once}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repeat<M = Recipient> {
  readonly _tag: "Repeat"
  /** The line of the file on which the row starts, from 1. */
  readonly line: number
  /** The message that it would be; without a template, the recipient. */
  readonly message: M
  /** The cells of the row as they stand in the file, in the order of its columns. */
  readonly cells: ReadonlyArray<string>
}

/**
 * A file that is no list of people. No row of it was read.
 *
 * - `Empty`: nothing stands in it
 * - `Workbook`: it is a workbook of Excel, and not CSV
 * - `NotText`: its first row has control characters, so it is no text, or UTF-16 without its mark
 * - `TooManyColumns`: the first row has more than 16,384 cells, which is what a sheet of Excel has
 * - `NoHeader`: the first row has a number in it, so the columns have no names
 * - `NoNumberColumn`: no column has a name that says it holds numbers, such as `전화번호` or `phone`: name it by `to`
 * - `SeveralNumberColumns`: more than one has: choose by `to`
 * - `UnknownColumn`: there is no column of the name that `to` says
 * - `RepeatedColumn`: a column that is needed comes twice
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidList extends Schema.TaggedError<InvalidList>("@effect-sens/streams/InvalidList")("InvalidList", {
  /** What is wrong. */
  why: Schema.Literals([
    "Empty",
    "Workbook",
    "NotText",
    "TooManyColumns",
    "NoHeader",
    "NoNumberColumn",
    "SeveralNumberColumns",
    "UnknownColumn",
    "RepeatedColumn"
  ]),
  /** The columns of the file; of several, those that it may be. */
  columns: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const columns = this.columns.slice(0, mostShown).map((name) => `"${short(name)}"`).join(", ")
    const more = this.columns.length > mostShown ? " …" : ""
    return `${sentences[this.why]}${columns === "" ? "" : `: ${columns}${more}`}`
  }
}

const mostShown = 20
const short = (name: string): string => name.length > 40 ? `${name.slice(0, 40)}…` : name

const sentences: Record<InvalidList["why"], string> = {
  Empty: "The file is empty",
  Workbook: "The file is a workbook of Excel: save it as CSV UTF-8 (comma delimited)",
  NotText: "The file is no text: save it as CSV UTF-8 (comma delimited)",
  TooManyColumns:
    "The first row has more than 16,384 cells, as many as a sheet of Excel has columns: take off what is no column",
  NoHeader: "The first row has a number in it: put a row with the names of the columns before it",
  NoNumberColumn:
    "No column is named as one with phone numbers is, such as 전화번호 or phone. Say by `to` which one it is",
  SeveralNumberColumns: "Several columns are named as one with phone numbers is. Say by `to` which one it is",
  UnknownColumn: "The file has no column of the name that `to` says. It has",
  RepeatedColumn: "A column that is needed comes more than once"
}

/**
 * Why a list cannot be read at all: the file, or the template.
 *
 * @category errors
 * @since 0.1.0
 */
export type ListError = InvalidList | Template.InvalidTemplate

/**
 * What the first row says, before any other is read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Header {
  /** The line of the file on which it starts, from 1. */
  readonly line: number
  /** The names of the columns, in their order; one that comes again has a number, and one without a name is empty. */
  readonly columns: ReadonlyArray<string>
  /** The column that has the numbers. */
  readonly to: string
  /** What stands between two cells; none of rows that are divided already. */
  readonly delimiter: string | undefined
}

/**
 * How rows are read.
 *
 * @category options
 * @since 0.1.0
 */
export interface RowOptions {
  /**
   * The name of the column that has the numbers.
   *
   * @default the one whose name says so: `전화번호`, `휴대폰`, `연락처`, `phone`, `mobile`, …
   */
  readonly to?: string | undefined
  /**
   * Whether numbers are read by `PhoneNumber.repair`, which undoes some of the damage that spreadsheets do. A row whose number was
   * repaired says so.
   *
   * @default false
   */
  readonly repair?: boolean | undefined
  /** Is run once, when the first row was read. By default nothing is run. */
  readonly onHeader?: ((header: Header) => Effect.Effect<unknown>) | undefined
}

/**
 * How a file is read.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends RowOptions {
  /**
   * What stands between two cells.
   *
   * @default what fits the first rows: a comma, a tab or a semicolon
   */
  readonly delimiter?: "," | "\t" | ";" | undefined
  /**
   * How its text is encoded.
   *
   * @default what `EucKrCodec.detect` finds
   */
  readonly encoding?: EucKrCodec.Encoding | undefined
}

// -----------------------------------------------------------------------------
// Bytes to text
// -----------------------------------------------------------------------------

interface Decoder {
  readonly push: (bytes: Uint8Array) => string
  readonly end: () => string
}

const broken = "\uFFFD"

const decoderOf = (encoding: EucKrCodec.Encoding): Decoder => {
  if (encoding === "CP949") {
    // What means nothing is replaced, so it cannot fail.
    const decoder = EucKrCodec.makeDecoder({ charset: "CP949", replace: broken })
    const text = Result.getOrElse(() => broken)
    return { push: (bytes) => text(decoder.push(bytes)), end: () => text(decoder.end()) }
  }
  const decoder = new TextDecoder(encoding.toLowerCase(), { ignoreBOM: true })
  return { push: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}

// How much of a file is looked at, from its first character that is not ASCII, and to find out how its cells are divided.
const window = 65_536

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  const joined = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}

const startsWith = (bytes: Uint8Array, ...magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

/** A ZIP archive, as .xlsx is, and what .xls is. */
const isWorkbook = (bytes: Uint8Array): boolean =>
  startsWith(bytes, 0x50, 0x4b, 3, 4) || startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)

/** Decodes a file whose encoding shows with its first character that is not ASCII; until then all encodings agree. */
class TextReader {
  private decoder: Decoder | undefined
  private held: Uint8Array = new Uint8Array(0)
  private isStarted = false

  constructor(encoding: EucKrCodec.Encoding | undefined) {
    this.decoder = encoding === undefined ? undefined : decoderOf(encoding)
  }

  push(bytes: Uint8Array): string | InvalidList {
    if (this.isStarted && this.decoder !== undefined) return this.decoder.push(bytes)
    this.held = this.held.length === 0 ? bytes : concat([this.held, bytes])
    // A mark, and the beginning of a workbook, have up to four bytes.
    return this.isStarted || this.held.length > 3 ? this.read(false) : ""
  }

  end(): string | InvalidList {
    const text = this.held.length === 0 ? "" : this.read(true)
    return typeof text === "string" ? text + (this.decoder?.end() ?? "") : text
  }

  private read(isLast: boolean): string | InvalidList {
    const bytes = this.held
    if (!this.isStarted && isWorkbook(bytes)) return new InvalidList({ why: "Workbook", columns: [] })
    if (this.decoder !== undefined) return this.take(this.decoder.push(bytes))
    const other = bytes.findIndex((byte) => byte > 0x7f)
    if (other === -1) return this.take(ascii.decode(bytes))
    const { bom, encoding } = EucKrCodec.detect(bytes)
    const isMarked = !this.isStarted && bom > 0
    if (!isMarked && !isLast && bytes.length - other < window) return ""
    // What looks like a mark in the middle of a file is none.
    this.decoder = decoderOf(isMarked || bom === 0 ? encoding : EucKrCodec.detect(bytes.subarray(bom)).encoding)
    return this.take(this.decoder.push(bytes))
  }

  private take(text: string): string {
    const isFirst = !this.isStarted
    this.held = new Uint8Array(0)
    this.isStarted = true
    return isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text
  }
}

const ascii = new TextDecoder()

// -----------------------------------------------------------------------------
// Text to rows
// -----------------------------------------------------------------------------

const clean = (name: string): string => name.replaceAll("\uFEFF", "").normalize("NFC").trim()

/** As names of columns are compared: without what people write them with, such as `*` or `(필수)`. */
const plain = (name: string): string =>
  clean(name).toLowerCase().replace(/\([^)]*\)|\[[^\]]*\]/g, "").replace(/[\s_\-./·*:]/g, "")

const numberNames: ReadonlySet<string> = new Set([
  "전화번호",
  "전화",
  "휴대폰",
  "휴대폰번호",
  "휴대전화",
  "휴대전화번호",
  "휴대번호",
  "핸드폰",
  "핸드폰번호",
  "모바일",
  "연락처",
  "수신번호",
  "수신자번호",
  "수신자전화번호",
  "수신자연락처",
  "수신전화번호",
  "받는번호",
  "받는사람번호",
  "받는사람전화번호",
  "받는사람연락처",
  "받는분전화번호",
  "받는분연락처",
  "phone",
  "phoneno",
  "phonenumber",
  "mobile",
  "mobileno",
  "mobilenumber",
  "mobilephone",
  "mobilephonenumber",
  "cell",
  "cellphone",
  "cellphonenumber",
  "tel",
  "telno",
  "telephone",
  "telephonenumber",
  "to"
])

// What may be that, or a number of something else: only where nothing says it better.
const vagueNames: ReadonlySet<string> = new Set(["number", "recipient", "수신자"])

const numberColumns = (header: ReadonlyArray<string>): ReadonlyArray<number> => {
  const named = (names: ReadonlySet<string>) => header.flatMap((name, index) => names.has(plain(name)) ? [index] : [])
  const clear = named(numberNames)
  return clear.length > 0 ? clear : named(vagueNames)
}

const isBlank = (cell: string): boolean => {
  const first = cell.charCodeAt(0)
  // What nearly all cells begin with.
  if (first > 0x20 && first < 0x7f || first >= 0xac00 && first <= 0xd7a3) return false
  return /^[\p{Cf}\p{Z}\s]*$/u.test(cell)
}

const isBlankRecord = ({ cells, isBroken }: CsvRecord): boolean => !isBroken && cells.every(isBlank)

const delimiters = [",", "\t", ";"] as const

const depth = 50

/** How well a delimiter divides the first rows: whether the column is found, and how many rows have as many cells as the first. */
const score = (text: string, delimiter: string, to: string | undefined): number => {
  const [header, ...rows] = peek(text, delimiter, depth).filter((record) => !isBlankRecord(record))
  if (header === undefined || header.cells.length < 2) return 0
  const names = header.cells.map(clean)
  const isFound = to === undefined ? numberColumns(names).length > 0 : names.includes(clean(to))
  return (isFound ? depth : 0) + 1 + rows.filter(({ cells }) => cells.length === header.cells.length).length
}

const delimiterOf = (text: string, to: string | undefined): string => {
  let best = ","
  let most = 0
  for (const delimiter of delimiters) {
    const points = score(text, delimiter, to)
    if (points > most) {
      best = delimiter
      most = points
    }
  }
  return best
}

/** Excel says it in the first line where it is asked to. */
const directive = /^sep=([^"\r\n])(?:\r\n|\r|\n|$)/i

interface Columns {
  readonly names: ReadonlyArray<string>
  /** The names, of which those that come again have a number. */
  readonly keys: ReadonlyArray<string>
  readonly to: number
}

/** The columns, and what is made of a row that has them. */
interface Layout extends Columns {
  /** A row that has nothing: all of them are copies of one. */
  readonly blank: { readonly [column: string]: string }
  /** The columns that have names, and those that a text needs, by their places. */
  readonly named: ReadonlyArray<number>
  readonly needed: ReadonlyArray<number>
}

// As many as a sheet of Excel has.
const mostColumns = 16_384

const distinct = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(names)
  // The last number of each name that came again.
  const counts = new Map<string, number>()
  return names.map((name) => {
    let count = counts.get(name)
    if (count === undefined) {
      counts.set(name, 1)
      return name
    }
    let key: string
    do key = `${name} (${++count})`
    while (taken.has(key))
    counts.set(name, count)
    taken.add(key)
    return key
  })
}

const hasNumber = (cell: string): boolean =>
  cell.replace(/\D/g, "").length > 6 || Result.isSuccess(PhoneNumber.normalize(cell))

// What no program that writes text puts into the name of a column.
// oxlint-disable-next-line no-control-regex
const binary = /[\0-\x08\x0E-\x1F]/

const columnsOf = (header: CsvRecord, to: string | undefined): Result.Result<Columns, InvalidList> => {
  const last = header.cells.findLastIndex((name) => !isBlank(name))
  const names = header.cells.slice(0, last + 1).map(clean)
  const failing = (why: InvalidList["why"], columns: ReadonlyArray<string> = []) =>
    Result.fail(new InvalidList({ why, columns: columns.filter((name) => name !== "") }))
  if (names.length > mostColumns) return failing("TooManyColumns")
  if (header.cells.some((name) => binary.test(name))) return failing("NotText")
  // Before anything that shows the names: they may be somebody's.
  if (header.isBroken || names.some(hasNumber)) return failing("NoHeader")
  const found = to === undefined
    ? numberColumns(names)
    : names.flatMap((name, index) => name === clean(to) ? [index] : [])
  const [first, ...others] = found
  if (first === undefined) return failing(to === undefined ? "NoNumberColumn" : "UnknownColumn", names)
  if (others.length === 0) return Result.succeed({ names, keys: distinct(names), to: first })
  return failing(to === undefined ? "SeveralNumberColumns" : "RepeatedColumn", found.map((index) => names[index] ?? ""))
}

// -----------------------------------------------------------------------------
// Rows to messages
// -----------------------------------------------------------------------------

type Make<M> = (recipient: Recipient) => Result.Result<M, Template.InvalidValue>

interface Prepared<M, X> {
  /** The columns that a text needs; all of them where that is not known. */
  readonly columns: ReadonlyArray<string> | undefined
  /** Whether a list with these columns has what a text needs. */
  readonly check: (columns: ReadonlyArray<string>) => Result.Result<unknown, X>
  readonly make: Make<M>
}

const recipients: Prepared<Recipient, never> = {
  columns: undefined,
  check: Result.succeed,
  make: Result.succeed
}

const toTemplate = (text: Text): Result.Result<Template.Template, Template.InvalidTemplate> =>
  typeof text === "string" ? Template.parse(text) : Result.succeed(text)

const prepareTemplate = (
  template: MessageTemplate
): Result.Result<Prepared<Message, Template.InvalidTemplate>, Template.InvalidTemplate> => {
  const read = Result.all({
    content: toTemplate(template.content),
    subject: toTemplate(template.type === "SMS" ? "" : template.subject ?? "")
  })
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const { content: contents, subject: subjects } = read.success
  const message = maker(template)
  return Result.succeed({
    columns: [...contents.columns, ...subjects.columns],
    check: (columns) => Result.all([Template.check(contents, columns), Template.check(subjects, columns)]),
    make: (recipient) => {
      const content = Template.render(contents, recipient.cells)
      if (Result.isFailure(content)) return Result.fail(content.failure)
      const subject = Template.render(subjects, recipient.cells)
      return Result.isFailure(subject)
        ? Result.fail(subject.failure)
        : Result.succeed(message(recipient, content.success, subject.success))
    }
  })
}

/** What is made of a rendered text; an empty subject is none. */
const maker = (template: MessageTemplate) => {
  switch (template.type) {
    case "SMS": {
      const { content: _, ...common } = template
      return (recipient: Recipient, content: string): Message => ({ ...common, ...recipient, content })
    }
    case "LMS": {
      const { content: _, subject: __, ...common } = template
      return (recipient: Recipient, content: string, subject: string): Message =>
        subject === "" ? { ...common, ...recipient, content } : { ...common, ...recipient, subject, content }
    }
    case "MMS": {
      const { content: _, subject: __, ...common } = template
      return (recipient: Recipient, content: string, subject: string): Message =>
        subject === "" ? { ...common, ...recipient, content } : { ...common, ...recipient, subject, content }
    }
    case undefined: {
      const { content: _, subject: __, type: ___, ...common } = template
      return (recipient: Recipient, content: string, subject: string): Message =>
        subject !== ""
          ? { ...common, ...recipient, type: "LMS", subject, content }
          : { ...common, ...recipient, type: EucKr.fits(content, SendRequest.maxBytes.SMS) ? "SMS" : "LMS", content }
    }
  }
}

/** Whether each cell stands under a name; spreadsheets save empty cells behind the last. */
const isWhole = (cells: ReadonlyArray<string>, { names }: Columns): boolean =>
  cells.length === names.length || cells.length > names.length && cells.slice(names.length).every(isBlank)

const layoutOf = (columns: Columns, needed: ReadonlyArray<string> | undefined): Layout => {
  const { keys, names, to } = columns
  const places = Array.from(names.keys())
  const named = places.filter((index) => names[index] !== "")
  return {
    ...columns,
    blank: Object.fromEntries(named.map((index) => [keys[index] ?? "", ""])),
    named,
    needed: places.filter((index) => needed === undefined || index === to || needed.includes(names[index] ?? ""))
  }
}

const rowOf = <M>({ cells, isBroken, line }: CsvRecord, layout: Layout, make: Make<M>, repair: boolean): Row<M> => {
  const { blank, keys, named, names, needed, to } = layout
  const no = (reason: Refused["reason"], column?: string) =>
    refusal(cells, { line, ...column === undefined ? {} : { column }, reason })
  if (isBroken) return no(new InvalidRow({ why: "Quote" }))
  if (!isWhole(cells, layout)) {
    return no(new InvalidRow({ why: "Ragged", cells: cells.length, columns: names.length }))
  }
  for (const index of needed) {
    if (cells[index]?.includes(broken) === true) return no(new InvalidRow({ why: "Broken" }), names[index] ?? "")
  }
  const written = cells[to] ?? ""
  const number = PhoneNumber.normalize(written)
  const mended = Result.isFailure(number) && repair ? PhoneNumber.repair(written) : number
  if (Result.isFailure(mended)) return no(mended.failure, names[to] ?? "")
  const own: { [column: string]: string } = { ...blank }
  for (const index of named) own[keys[index] ?? ""] = cells[index] ?? ""
  const message = make({ to: mended.success, line, cells: own })
  if (Result.isFailure(message)) return no(message.failure, message.failure.column)
  return mended === number
    ? { _tag: "Message", line, message: message.success, cells }
    : { _tag: "Message", line, message: message.success, cells, repaired: true }
}

/** Whether a line inside of quotes is a row of its own, or the rest of one: as many cells as it needs, and a number where it belongs. */
const isRow =
  (delimiter: string, { names, to }: Columns) => (line: string, index: number, isFirst: boolean): boolean => {
    const cells = line.split(delimiter)
    // In a list of numbers alone, a cell may end with a line break.
    const isLong = names.length === 1 ? !isFirst : cells.length > 1
    return isLong && cells.length === names.length - index &&
      Result.isSuccess(PhoneNumber.normalize(cells[to - index] ?? ""))
  }

type Rows<M, X> = Result.Result<ReadonlyArray<Row<M>>, InvalidList | X>

/** Makes messages of records, the first of which names the columns. */
class RowReader<M, X> {
  /** What the first row said. */
  header: Header | undefined
  private readonly prepared: Prepared<M, X>
  private readonly options: RowOptions
  private layout: Layout | undefined

  constructor(prepared: Prepared<M, X>, options: RowOptions) {
    this.prepared = prepared
    this.options = options
  }

  /** Takes the names of the columns. */
  begin(record: CsvRecord, delimiter?: string): Result.Result<Columns, InvalidList | X> {
    const columns = this.check(record)
    if (Result.isFailure(columns)) return columns
    const { keys, names, to } = columns.success
    this.layout = layoutOf(columns.success, this.prepared.columns)
    this.header = {
      line: record.line,
      columns: keys.map((key, index) => names[index] === "" ? "" : key),
      to: keys[to] ?? "",
      delimiter
    }
    return columns
  }

  /** What becomes of the records; those without anything in them are passed over. */
  rows(records: ReadonlyArray<CsvRecord>): ReadonlyArray<Row<M>> {
    const rows: Array<Row<M>> = []
    const { layout } = this
    if (layout === undefined) return rows
    for (const record of records) {
      if (!isBlankRecord(record)) {
        rows.push(rowOf(record, layout, this.prepared.make, this.options.repair === true))
      }
    }
    return rows
  }

  private check(header: CsvRecord): Result.Result<Columns, InvalidList | X> {
    const found = columnsOf(header, this.options.to)
    if (Result.isFailure(found)) return Result.fail(found.failure)
    const { names } = found.success
    const checked = this.prepared.check(names)
    if (Result.isFailure(checked)) return Result.fail(checked.failure)
    const repeated = (this.prepared.columns ?? []).filter((column) =>
      names.indexOf(column) !== names.lastIndexOf(column)
    )
    return repeated.length > 0
      ? Result.fail(new InvalidList({ why: "RepeatedColumn", columns: Array.from(new Set(repeated)) }))
      : Result.succeed(found.success)
  }
}

/** Reads what comes in pieces. */
interface Reader<A, M, X> {
  readonly header: Header | undefined
  readonly push: (pieces: Arr.NonEmptyReadonlyArray<A>) => Rows<M, X>
  readonly end: () => Rows<M, X>
}

const empty = Result.fail(new InvalidList({ why: "Empty", columns: [] }))

/** Reads a file that comes in pieces. */
class ListReader<M, X> implements Reader<Uint8Array, M, X> {
  private readonly options: Options
  private readonly text: TextReader
  private readonly reader: RowReader<M, X>
  private head = ""
  private csv: CsvReader | undefined
  private isPastHeader = false

  constructor(prepared: Prepared<M, X>, options: Options, encoding: EucKrCodec.Encoding | undefined) {
    this.options = options
    this.text = new TextReader(encoding)
    this.reader = new RowReader(prepared, options)
  }

  get header(): Header | undefined {
    return this.reader.header
  }

  push(chunks: Arr.NonEmptyReadonlyArray<Uint8Array>): Rows<M, X> {
    return this.take(this.text.push(concat(chunks)), false)
  }

  end(): Rows<M, X> {
    return this.take(this.text.end(), true)
  }

  private take(text: string | InvalidList, isLast: boolean): Rows<M, X> {
    if (typeof text !== "string") return Result.fail(text)
    if (this.csv !== undefined) return this.rows(this.csv, text, isLast)
    this.head += text
    if (!isLast && this.head.length < window) return Result.succeed([])
    const said = directive.exec(this.head)
    const body = said === null ? this.head : this.head.slice(said[0].length)
    this.head = ""
    const delimiter = this.options.delimiter ?? said?.[1] ?? delimiterOf(body, this.options.to)
    const header = peek(body, delimiter, depth).find((record) => !isBlankRecord(record))
    if (header === undefined) return empty
    const first = said === null ? 1 : 2
    const columns = this.reader.begin({ ...header, line: header.line + first - 1 }, delimiter)
    if (Result.isFailure(columns)) return Result.fail(columns.failure)
    this.csv = new CsvReader(
      { delimiter, isWhole: (cells) => isWhole(cells, columns.success), isRecord: isRow(delimiter, columns.success) },
      first
    )
    return this.rows(this.csv, body, isLast)
  }

  private rows(csv: CsvReader, text: string, isLast: boolean): Rows<M, X> {
    const records = isLast ? [...csv.push(text), ...csv.end()] : csv.push(text)
    if (this.isPastHeader) return Result.succeed(this.reader.rows(records))
    const header = records.findIndex((record) => !isBlankRecord(record))
    this.isPastHeader = header !== -1
    return Result.succeed(this.isPastHeader ? this.reader.rows(records.slice(header + 1)) : [])
  }
}

/** Reads rows that are divided already. */
class CellsReader<M, X> implements Reader<Cells, M, X> {
  private readonly reader: RowReader<M, X>

  constructor(prepared: Prepared<M, X>, options: RowOptions) {
    this.reader = new RowReader(prepared, options)
  }

  get header(): Header | undefined {
    return this.reader.header
  }

  push(rows: ReadonlyArray<Cells>): Rows<M, X> {
    const records = rows.map(({ cells, line }): CsvRecord => ({ cells, line, isBroken: false }))
    if (this.header !== undefined) return Result.succeed(this.reader.rows(records))
    const at = records.findIndex((record) => !isBlankRecord(record))
    const header = records[at]
    if (header === undefined) return Result.succeed([])
    const columns = this.reader.begin(header)
    return Result.isFailure(columns)
      ? Result.fail(columns.failure)
      : Result.succeed(this.reader.rows(records.slice(at + 1)))
  }

  end(): Rows<M, X> {
    return this.header === undefined ? empty : Result.succeed([])
  }
}

const notBytes: Given.Problem = {
  option: "bytes",
  what: "is neither a Uint8Array nor a Stream of them: give the file as it is, not its text"
}

const ofTemplate = ({ option, what }: Given.Problem): Given.Problem => ({
  option: option === undefined ? "template" : `template.${option}`,
  what
})

const isBytes = <E, R>(source: Uint8Array | Stream.Stream<Uint8Array, E, R>): source is Uint8Array =>
  // Of another realm it is one as well.
  ArrayBuffer.isView(source) && Reflect.get(source, Symbol.toStringTag) === "Uint8Array"

const pieces = (bytes: Uint8Array): Stream.Stream<Uint8Array> =>
  Stream.rechunk(
    Stream.fromIterable(
      Array.from({ length: Math.ceil(bytes.length / window) }, (_, index) =>
        bytes.subarray(index * window, (index + 1) * window))
    ),
    1
  )

const reading = <A, M, X, E, R>(
  source: Stream.Stream<A, E, R>,
  make: () => Reader<A, M, X>,
  { onHeader }: RowOptions
): Stream.Stream<Row<M>, E | InvalidList | X, R> =>
  Stream.transformPull(source, (upstream) =>
    Effect.sync(() => {
      type Pulled = Pull.Pull<Arr.NonEmptyReadonlyArray<Row<M>>, E | InvalidList | X>
      const reader = make()
      let isDone = false
      let isTold = false
      const give = (rows: Rows<M, X>): Pulled => {
        if (Result.isFailure(rows)) return Effect.fail(rows.failure)
        const given: Pulled = Arr.isReadonlyArrayNonEmpty(rows.success) ? Effect.succeed(rows.success) : pull
        if (isTold || reader.header === undefined) return given
        isTold = true
        return onHeader === undefined ? given : Effect.andThen(onHeader(reader.header), given)
      }
      const pull: Pulled = Effect.suspend(() =>
        isDone ? Cause.done() : Pull.matchEffect(upstream, {
          onSuccess: (pieces) => give(reader.push(pieces)),
          onFailure: Effect.failCause,
          onDone: () => {
            isDone = true
            return give(reader.end())
          }
        })
      )
      return pull
    }))

const readingCsv = <M, X, E, R>(
  source: Uint8Array | Stream.Stream<Uint8Array, E, R>,
  prepared: Prepared<M, X>,
  options: Options
): Stream.Stream<Row<M>, E | InvalidList | X, R> =>
  reading(
    isBytes(source) ? pieces(source) : source,
    () => {
      // All of it is there, so all of it decides.
      const encoding = options.encoding ?? (isBytes(source) ? EucKrCodec.detect(source).encoding : undefined)
      return new ListReader(prepared, options, encoding)
    },
    options
  )

/**
 * Reads a list of people: the bytes of a CSV file, all at once or as they come. Each row becomes a message of the template, or a refusal
 * with its line; without a template, the recipient and what its row has. Rows without anything in them are passed over.
 *
 * **Details**
 *
 * - Encoding: UTF-8, UTF-16 with its mark, or CP949, as `EucKrCodec.detect` tells them apart. Of a stream it looks at 64 kB from the
 *   first character that is not ASCII.
 * - Cells are divided by commas, tabs or semicolons, whatever fits the first rows, or as a first line `sep=;` says; lines end with CR, LF
 *   or both, and a quoted cell may have line breaks.
 * - The first row names the columns, in any order. The numbers are in the one that is called `전화번호`, `휴대폰`, `연락처`, `phone`, `mobile`
 *   or alike, unless `to` says which.
 * - Numbers are read by `PhoneNumber.normalize`, so what a spreadsheet damaged is refused: a lost zero, a decimal, two in a cell.
 *
 * It fails with {@link InvalidList} where the file has no such column, or is none, and with `InvalidTemplate` where a template names a
 * column that the file does not have. Then nothing was read. A stream of bytes also fails as it does. What is no file, no template or no
 * option is a defect, a `TypeError`; so is a template for another country, since the numbers of a list are Korean.
 *
 * **Example** (A list with damaged rows)
 *
 * ```ts import.meta.vitest
 * import * as Recipients from "@effect-sens/streams/Recipients"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const file = new TextEncoder().encode("이름,전화번호\r\n홍길동,010-1234-5678\r\n김철수,1012345678\r\n,010-8765-4321\r\n")
 * const rows = Recipients.fromCsv(file, { type: "SMS", from: "02-1234-5678", content: "{이름}님, 안녕하세요" }).pipe(
 *   Stream.map((row) => row._tag === "Message" ? `${row.message.to} ${row.message.content}` : row.message)
 * )
 *
 * const [first, second, third] = await Effect.runPromise(Stream.runCollect(rows))
 *
 * first // => "01012345678 홍길동님, 안녕하세요"
 * second // => 'Line 3, column "전화번호": The zero at the beginning is missing: read the number again from where it came, as text'
 * third // => 'Line 4: The column "이름" is empty, and the template has no default for it'
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function fromCsv<E = never, R = never>(
  bytes: Uint8Array | Stream.Stream<Uint8Array, E, R>,
  template?: undefined,
  options?: Options
): Stream.Stream<Row, E | InvalidList, R>
export function fromCsv<E = never, R = never>(
  bytes: Uint8Array | Stream.Stream<Uint8Array, E, R>,
  template: MessageTemplate,
  options?: Options
): Stream.Stream<Row<Message>, E | ListError, R>
export function fromCsv<E, R>(
  bytes: Uint8Array | Stream.Stream<Uint8Array, E, R>,
  template?: MessageTemplate,
  options: Options = {}
): Stream.Stream<Row<Message>, E | ListError, R> | Stream.Stream<Row, E | ListError, R> {
  const wrong = [
    ...isBytes(bytes) || Stream.isStream(bytes) ? [] : [notBytes],
    ...template === undefined ? [] : Given.templateProblems(template).map(ofTemplate),
    ...Given.problems(options, Given.csv)
  ]
  if (wrong.length > 0) return Stream.die(Given.typeError("Recipients.fromCsv", wrong))
  if (template === undefined) {
    return readingCsv(bytes, recipients, options)
  }
  return Stream.suspend((): Stream.Stream<Row<Message>, E | ListError, R> =>
    Result.match(prepareTemplate(template), {
      onFailure: (error) => Stream.fail(error),
      onSuccess: (prepared) => readingCsv(bytes, prepared, options)
    })
  )
}

/**
 * A row that is divided into cells already, as a workbook has it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cells {
  /** Which row it is, from 1. */
  readonly line: number
  /** What stands in its cells, as text. */
  readonly cells: ReadonlyArray<string>
}

const notRows: Given.Problem = {
  option: "rows",
  what: "is no Stream: give one of { line, cells }"
}

/**
 * As {@link fromCsv}, for rows that are divided into cells already: those of a workbook, a database or a form. The first that has
 * something in it names the columns.
 *
 * It fails with {@link InvalidList} and `InvalidTemplate` as `fromCsv` does, and as its rows do.
 *
 * **Example** (Rows of a workbook, where a number has lost its zero)
 *
 * ```ts import.meta.vitest
 * import * as Recipients from "@effect-sens/streams/Recipients"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const rows = Stream.make(
 *   { line: 1, cells: ["이름", "전화번호"] },
 *   { line: 2, cells: ["홍길동", "1012345678"] }
 * )
 * const template = { from: "02-1234-5678", content: "{이름}님, 안녕하세요" }
 * const messages = Recipients.fromRows(rows, template, { repair: true }).pipe(
 *   Stream.map((row) => row._tag === "Message" ? `${row.message.to} ${row.repaired}` : row.message)
 * )
 *
 * await Effect.runPromise(Stream.runCollect(messages)) // => ["01012345678 true"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function fromRows<E = never, R = never>(
  rows: Stream.Stream<Cells, E, R>,
  template?: undefined,
  options?: RowOptions
): Stream.Stream<Row, E | InvalidList, R>
export function fromRows<E = never, R = never>(
  rows: Stream.Stream<Cells, E, R>,
  template: MessageTemplate,
  options?: RowOptions
): Stream.Stream<Row<Message>, E | ListError, R>
export function fromRows<E, R>(
  rows: Stream.Stream<Cells, E, R>,
  template?: MessageTemplate,
  options: RowOptions = {}
): Stream.Stream<Row<Message>, E | ListError, R> | Stream.Stream<Row, E | ListError, R> {
  const wrong = [
    ...Stream.isStream(rows) ? [] : [notRows],
    ...template === undefined ? [] : Given.templateProblems(template).map(ofTemplate),
    ...Given.problems(options, Given.rows)
  ]
  if (wrong.length > 0) return Stream.die(Given.typeError("Recipients.fromRows", wrong))
  if (template === undefined) return reading(rows, () => new CellsReader(recipients, options), options)
  return Stream.suspend((): Stream.Stream<Row<Message>, E | ListError, R> =>
    Result.match(prepareTemplate(template), {
      onFailure: (error) => Stream.fail(error),
      onSuccess: (prepared) => reading(rows, () => new CellsReader(prepared, options), options)
    })
  )
}

// -----------------------------------------------------------------------------
// Messages to be sent
// -----------------------------------------------------------------------------

/** Messages that are checked together, and their places. */
interface Group<M> {
  readonly rows: Arr.NonEmptyArray<readonly [index: number, row: Read<M>]>
  readonly isAlone: boolean
}

const isLike = (one: BulkSend.Message, other: BulkSend.Message): boolean =>
  one.type === other.type && one.from === other.from && one.contentType === other.contentType &&
  one.countryCode === other.countryCode && one.reserve === other.reserve && one.content !== "" &&
  other.content !== "" && (one.type !== "MMS" || other.type !== "MMS" || one.files === other.files)

/** The messages of some rows, as few requests as can be made of them. */
const groupsOf = <M extends BulkSend.Message>(rows: ReadonlyArray<Row<M>>): ReadonlyArray<Group<M>> => {
  const groups: Array<Group<M>> = []
  let open: Array<Group<M>> = []
  for (const [index, row] of rows.entries()) {
    if (row._tag !== "Message") continue
    const isAlone = Batching.isMixed(row.message)
    const group = isAlone ? undefined : open.find(({ rows: [[, first]] }) => isLike(first.message, row.message))
    if (group === undefined) {
      const begun: Group<M> = { rows: [[index, row]], isAlone }
      groups.push(begun)
      if (!isAlone) open.push(begun)
    } else {
      group.rows.push([index, row])
      if (group.rows.length === SendRequest.maxRecipients) open = open.filter((other) => other !== group)
    }
  }
  return groups
}

const noIssues: ReadonlyArray<RequestIssue.RequestIssue> = []

/** Of what was found in a request, what concerns one of its messages. */
const issuesOf = (
  issues: ReadonlyArray<RequestIssue.RequestIssue>,
  request: SendRequest.SendRequest,
  message: BulkSend.Message,
  index: number
): ReadonlyArray<RequestIssue.RequestIssue> =>
  issues.length === 0 ? noIssues : issues.flatMap((issue) => {
    const [field, place, ...path] = issue.path
    if (field === "messages" && place !== undefined) return place === index ? [{ ...issue, path }] : []
    const isOfOthers = field === "content" && message.content !== request.content ||
      field === "subject" && request.type !== "SMS" && Batching.subjectOf(message) !== request.subject
    return isOfOthers ? [] : [issue]
  })

/**
 * Checks the message of each row, as a client with these options does before it sends: a text that is too long, characters that cannot
 * go, what the law asks of an advertisement. A row whose message would be refused becomes a refusal, and one that is warned about bears
 * its warnings. So what passes here passes there.
 *
 * **Example** (A character that EUC-KR lacks)
 *
 * ```ts import.meta.vitest
 * import * as Recipients from "@effect-sens/streams/Recipients"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const file = new TextEncoder().encode("이름,전화번호\n뷁,010-1234-5678\n홍길동,010-8765-4321\n")
 * const program = Effect.flatMap(DateTime.now, (now) =>
 *   Recipients.fromCsv(file, { from: "02-1234-5678", content: "{이름}님" }).pipe(
 *     Recipients.check({ now }),
 *     Stream.map((row) => row._tag === "Message" ? row.message.content : [row.line, row.reason._tag]),
 *     Stream.runCollect
 *   ))
 *
 * await Effect.runPromise(program) // => [[2, "InvalidMessage"], "홍길동님"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const check = (options: Preflight.TimedOptions) =>
<M extends BulkSend.Message, E, R>(
  rows: Stream.Stream<Row<M>, E, R>
): Stream.Stream<Row<M>, E, R> => {
  // Together in a request of this check they say nothing: each row is a message of its own.
  const alone = { ...options, severity: { ...options.severity, DuplicateNumber: "off" } } as const
  return Stream.mapArray(rows, (rows) => {
    const checked = Arr.copy(rows)
    for (const { isAlone, rows: members } of groupsOf(rows)) {
      const messages = Arr.map(members, ([, { message }]) => message)
      const request = isAlone ? Batching.toCheck(messages[0]) : Batching.toRequest(messages)
      const { errors, warnings } = Preflight.check(request, alone)
      if (errors.length === 0 && warnings.length === 0) continue
      for (const [place, [index, row]] of members.entries()) {
        const { message } = row
        const issues = issuesOf(errors, request, message, place)
        const warned = issuesOf(warnings, request, message, place)
        if (Arr.isReadonlyArrayNonEmpty(issues)) {
          checked[index] = refusal(row.cells, {
            line: row.line,
            reason: new InvalidMessage({ issues })
          })
        } else if (warned.length > 0) checked[index] = { ...row, warnings: warned }
      }
    }
    return checked
  })
}

/**
 * Each number once: a row whose number came before with the same text becomes a {@link Repeat}, and one whose number came before with
 * another text a refusal, since nobody knows which of the two is meant. It takes 32-64 bytes a number.
 *
 * **Example** (Three rows of one number)
 *
 * ```ts import.meta.vitest
 * import * as Recipients from "@effect-sens/streams/Recipients"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const file = new TextEncoder().encode("이름,전화번호\n홍길동,010-1234-5678\n홍길동,01012345678\n김영희,010-1234-5678\n")
 * const rows = Recipients.fromCsv(file, { from: "02-1234-5678", content: "{이름}님" }).pipe(
 *   Recipients.once,
 *   Stream.map(({ _tag, line }) => `${line} ${_tag}`)
 * )
 *
 * await Effect.runPromise(Stream.runCollect(rows)) // => ["2 Message", "3 Repeat", "4 Refused"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const once = <M extends Said, E, R>(
  rows: Stream.Stream<Row<M>, E, R>
): Stream.Stream<Row<M> | Repeat<M>, E, R> =>
  Stream.suspend(() => {
    const seen = new NumberTexts()
    return Stream.mapArray(rows, (rows) =>
      Arr.map(rows, (row): Row<M> | Repeat<M> => {
        if (row._tag !== "Message") return row
        const { cells, line, message } = row
        switch (seen.add(message.to, message.subject ?? "", message.content ?? "")) {
          case "New":
            return row
          case "Same":
            return { _tag: "Repeat", line, message, cells }
          case "Other":
            return refusal(cells, { line, reason: new InvalidRow({ why: "OtherText" }) })
        }
      }))
  })

/**
 * What {@link once} looks at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Said extends Recipient {
  /** Its text; none of a recipient. */
  readonly content?: string | undefined
  /** Its subject, where it has one. */
  readonly subject?: string | undefined
}

/**
 * The messages of a list, for `BulkSend`. What to do with a refusal has to be said, so that none is lost. Repeats are passed over.
 *
 * **Example** (From a file to requests)
 *
 * ```ts import.meta.vitest
 * import * as Recipients from "@effect-sens/streams/Recipients"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const file = new TextEncoder().encode("phone\n010-1234-5678\n10-1234-5678\n")
 * const lines: Array<number> = []
 * const messages = Recipients.fromCsv(file, { type: "SMS", from: "02-1234-5678", content: "안녕하세요" }).pipe(
 *   Recipients.messages((refused) => Effect.sync(() => lines.push(refused.line)))
 * )
 *
 * await Effect.runPromise(Stream.runCount(messages)) // => 1
 * lines // => [3]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const messages = <X, E2, R2>(onRefused: (refused: Refused) => Effect.Effect<X, E2, R2>) =>
<M, E, R>(
  rows: Stream.Stream<Row<M> | Repeat<M>, E, R>
): Stream.Stream<M, E | E2, R | R2> =>
  Stream.mapAccumArrayEffect(
    rows,
    () => undefined,
    Effect.fnUntraced(function*(_, rows) {
      const messages: Array<M> = []
      for (const row of rows) {
        if (row._tag === "Message") messages.push(row.message)
        else if (row._tag === "Refused") yield* onRefused(row)
      }
      return [undefined, messages] as const
    })
  )
