/**
 * What `check` found, as data: what will be sent, what will not and why, without a number and without a text.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import * as Template from "@effect-sens/core/Template"
import type * as Recipients from "@effect-sens/streams/Recipients"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Output from "../Output.ts"
import type * as ListFile from "./ListFile.ts"
import type * as ListPlan from "./ListPlan.ts"

// -----------------------------------------------------------------------------
// Schema
// -----------------------------------------------------------------------------

const Lines = Schema.Array(Schema.Int)

const Rows = Schema.Struct({
  /** How many rows. */
  rows: Schema.Int,
  /** The lines of the first of them. */
  lines: Lines
})

const Type = Schema.Struct({ messages: Schema.Int, minBytes: Schema.Int, maxBytes: Schema.Int })

const Character = Schema.Struct({
  /** The character that cannot be sent. */
  character: Schema.String,
  /** As `U+BDC1`. */
  codePoint: Schema.String,
  /** What says nearly the same, and can be sent; an empty text says: leave it out. */
  suggestion: Schema.optionalKey(Schema.String),
  /** The line of the first row that has it, and the column. */
  line: Schema.optionalKey(Schema.Int),
  column: Schema.optionalKey(Schema.String)
})

const Reason = Schema.Struct({
  ...Rows.fields,
  /** What is wrong: the number, a value that the text needs, the row, or the message that it makes. */
  of: Schema.Literals(["number", "value", "row", "message"]),
  /** Its name, as the library has it. */
  kind: Schema.String,
  /** The column, where it is one. */
  column: Schema.optionalKey(Schema.String),
  /** How many of the rows `--repair-numbers` would make right. */
  repairable: Schema.optionalKey(Schema.Int),
  /** Characters that cannot be sent, each once. */
  characters: Schema.optionalKey(Schema.Array(Character)),
  /** The most bytes of a text that is too long, and how many it may have. */
  maxBytes: Schema.optionalKey(Schema.Int),
  limit: Schema.optionalKey(Schema.Int)
})

const Warning = Schema.Struct({ kind: Schema.String, ...Rows.fields })

/**
 * The JSON of `check`.
 */
export const CheckReport = Output.document("check", {
  /** Whether every row is sent to, or left out for no fault of its own. */
  ok: Schema.Boolean,
  /** When, in Korean time. */
  checkedAt: Schema.String,
  /** Whether it is an advertisement. */
  isAd: Schema.Boolean,
  file: Schema.Struct({
    name: Schema.String,
    format: Schema.Literals(["csv", "xlsx", "rows"]),
    sha256: Schema.String,
    bytes: Schema.Int,
    /** How many rows it has, without the header and those that are empty. */
    rows: Schema.Int,
    columns: Schema.Array(Schema.String),
    /** The column that has the numbers. */
    to: Schema.String,
    encoding: Schema.optionalKey(Schema.Literals(["UTF-8", "UTF-16LE", "UTF-16BE", "CP949"])),
    delimiter: Schema.optionalKey(Schema.String),
    sheet: Schema.optionalKey(Schema.String),
    /** Sheets that are not read. */
    otherSheets: Schema.optionalKey(Schema.Array(Schema.String)),
    /** Places that are no character of the encoding, and where the first one is, in bytes from 0. */
    broken: Schema.optionalKey(Schema.Struct({ places: Schema.Int, firstByte: Schema.Int }))
  }),
  /** What will be sent. */
  send: Schema.Struct({
    messages: Schema.Int,
    SMS: Schema.optionalKey(Type),
    LMS: Schema.optionalKey(Type),
    /** The column that makes the longest LMS so long. */
    longestColumn: Schema.optionalKey(Schema.String)
  }),
  /** Rows that cannot be sent to. */
  refused: Schema.Struct({ rows: Schema.Int, reasons: Schema.Array(Reason) }),
  /** Characters of the text itself that cannot be sent. */
  text: Schema.optionalKey(Schema.Struct({ characters: Schema.Array(Character) })),
  /** Numbers that came before, with the same text. */
  repeats: Rows,
  /** Numbers that were repaired. */
  repaired: Rows,
  /** Numbers that refused advertisements; only where that was asked. */
  optedOut: Schema.optionalKey(Rows),
  warnings: Schema.Array(Warning),
  /** What it costs by the prices that were given, in KRW. */
  price: Schema.optionalKey(Schema.Struct({ total: Schema.Finite, SMS: Schema.Finite, LMS: Schema.Finite })),
  /** The file of the rows that are left out, where one was asked for. */
  rejects: Schema.optionalKey(Schema.String)
})

export interface CheckReport extends Schema.Schema.Type<typeof CheckReport> {}

export type Reason = CheckReport["refused"]["reasons"][number]

export type Character = typeof Character.Type

// -----------------------------------------------------------------------------
// Counting
// -----------------------------------------------------------------------------

const korea = DateTime.zoneMakeOffset(9 * 60 * 60 * 1000)

/** How many lines are named. */
const mostLines = 10

/** How many characters are named. */
const mostCharacters = 10

class Counted {
  rows = 0
  readonly lines: Array<number> = []

  add(line: number): void {
    this.rows += 1
    if (this.lines.length < mostLines) this.lines.push(line)
  }

  get report(): typeof Rows.Type {
    return { rows: this.rows, lines: this.lines }
  }
}

class CountedReason extends Counted {
  readonly of: Reason["of"]
  readonly kind: string
  readonly column: string | undefined
  repairable = 0
  maxBytes = 0
  limit = 0
  readonly characters = new Map<string, Character>()

  constructor(of: Reason["of"], kind: string, column: string | undefined) {
    super()
    this.of = of
    this.kind = kind
    this.column = column
  }

  get reason(): Reason {
    const { characters, column, kind, limit, maxBytes, of, repairable } = this
    return {
      of,
      kind,
      ...this.report,
      ...column === undefined ? {} : { column },
      ...repairable === 0 ? {} : { repairable },
      ...characters.size === 0 ? {} : { characters: Array.from(characters.values()) },
      ...maxBytes === 0 ? {} : { maxBytes, limit }
    }
  }
}

const codePointOf = (codePoints: ReadonlyArray<number>): string =>
  codePoints.map((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`).join(" ")

/** A character that cannot be sent, and what can in its place. */
const characterOf = (character: string, charset: EucKr.Charset): Character | undefined => {
  const issue = EucKr.inspect(character, { charset }).find(({ severity }) => severity === "error")
  return issue === undefined ? undefined : {
    character: issue.text,
    codePoint: codePointOf(issue.codePoints),
    ...Option.match(issue.suggestion, { onNone: () => ({}), onSome: (suggestion) => ({ suggestion }) })
  }
}

const charactersIn = (text: string, charset: EucKr.Charset): ReadonlyArray<Character> => {
  const found = new Map<string, Character>()
  for (const { severity, text: character } of EucKr.inspect(text, { charset })) {
    if (severity !== "error" || found.has(character) || found.size === mostCharacters) continue
    const said = characterOf(character, charset)
    if (said !== undefined) found.set(character, said)
  }
  return Array.from(found.values())
}

const parsed = (text: Recipients.Text): Template.Template =>
  typeof text === "string"
    ? Result.getOrElse(Template.parse(text), () => ({ parts: [], columns: [] }))
    : text

const literals = (template: Template.Template): string =>
  template.parts.filter((part) => typeof part === "string").join(" ")

/** Prices have two decimals at most; what is behind them is how a double says so. */
const won = (sum: number): number => Math.round(sum * 100) / 100

/** What prices are for a message of each type, in KRW. */
export interface Prices {
  readonly SMS?: number | undefined
  readonly LMS?: number | undefined
}

/** Of what the counts are. */
export interface Subject {
  readonly name: string
  readonly file: ListFile.ListFile
  readonly settings: ListPlan.Settings
  readonly now: DateTime.Utc
  readonly isOnline: boolean
  readonly prices: Prices | undefined
}

/**
 * Counts what becomes of rows, as they come.
 */
export class Counter {
  header: Recipients.Header | undefined
  sheet: { readonly sheet: string; readonly others: ReadonlyArray<string> } | undefined
  private readonly subject: Subject
  private readonly columns: ReadonlySet<string>
  private readonly content: Template.Template
  private rows = 0
  private readonly types = new Map<string, { messages: number; minBytes: number; maxBytes: number }>()
  private longestColumn: string | undefined
  private readonly reasons = new Map<string, CountedReason>()
  private readonly repeats = new Counted()
  private readonly repaired = new Counted()
  private readonly optedOut = new Counted()
  private readonly warnings = new Map<string, Counted>()

  constructor(subject: Subject) {
    this.subject = subject
    const { content, subject: title } = subject.settings
    this.content = parsed(content)
    this.columns = new Set([...this.content.columns, ...title === undefined ? [] : parsed(title).columns])
  }

  add(outcome: ListPlan.Outcome): void {
    this.rows += 1
    switch (outcome._tag) {
      case "Message":
        return this.addMessage(outcome)
      case "Refused":
        return this.addRefused(outcome)
      case "Repeat":
        return this.repeats.add(outcome.line)
      case "OptedOut":
        return this.optedOut.add(outcome.line)
    }
  }

  private addMessage({ line, message, repaired, warnings }: Recipients.Read<Recipients.Message>): void {
    if (repaired === true) this.repaired.add(line)
    for (const kind of new Set(warnings?.map(({ kind }) => kind))) {
      const counted = this.warnings.get(kind) ?? new Counted()
      counted.add(line)
      this.warnings.set(kind, counted)
    }
    const bytes = EucKr.byteLength(message.content)
    const type = this.types.get(message.type)
    if (type === undefined) {
      this.types.set(message.type, { messages: 1, minBytes: bytes, maxBytes: bytes })
    } else {
      type.messages += 1
      if (bytes < type.minBytes) type.minBytes = bytes
      if (bytes <= type.maxBytes) return
      type.maxBytes = bytes
    }
    if (message.type === "LMS") this.longestColumn = this.longest(message.cells)
  }

  /** The column that has the most to say of a text. */
  private longest(cells: Recipients.Origin["cells"]): string | undefined {
    let most = 0
    let found: string | undefined
    for (const column of this.content.columns) {
      const bytes = EucKr.byteLength(cells[column] ?? "")
      if (bytes > most) {
        most = bytes
        found = column
      }
    }
    return found
  }

  private addRefused(refused: Recipients.Refused): void {
    const { line, reason } = refused
    switch (reason._tag) {
      case "InvalidPhoneNumber": {
        const counted = this.reason("number", reason.why, refused.column)
        counted.add(line)
        const written = this.cell(refused, refused.column)
        if (!this.subject.settings.repair && Result.isSuccess(PhoneNumber.repair(written))) counted.repairable += 1
        return
      }
      case "InvalidValue":
        return this.reason("value", reason.why, reason.column).add(line)
      case "InvalidRow":
        return this.reason("row", reason.why, undefined).add(line)
      case "InvalidMessage": {
        const counted = this.reason("message", reason.why, undefined)
        counted.add(line)
        for (const issue of reason.issues) if (issue.kind === reason.why) this.tell(counted, issue, refused)
      }
    }
  }

  private reason(of: Reason["of"], kind: string, column: string | undefined): CountedReason {
    const key = `${of} ${kind} ${column ?? ""}`
    const counted = this.reasons.get(key) ?? new CountedReason(of, kind, column)
    this.reasons.set(key, counted)
    return counted
  }

  private cell(refused: Recipients.Refused, column: string | undefined): string | undefined {
    const index = this.header?.columns.indexOf(column ?? "") ?? -1
    return Redacted.value(refused.cells)[index]
  }

  private tell(
    counted: CountedReason,
    { actual, codePoints, kind, limit }: RequestIssue.RequestIssue,
    refused: Recipients.Refused
  ): void {
    if (kind === "TooLong" && (actual ?? 0) > counted.maxBytes) {
      counted.maxBytes = actual ?? 0
      counted.limit = limit ?? 0
    }
    if (kind !== "NotEncodable" || codePoints === undefined || counted.characters.size === mostCharacters) return
    const character = String.fromCodePoint(...codePoints)
    if (counted.characters.has(character)) return
    const said = characterOf(character, this.subject.settings.charset)
    if (said === undefined) return
    const column = Array.from(this.columns).find((name) => this.cell(refused, name)?.includes(character) === true)
    counted.characters.set(character, { ...said, line: refused.line, ...column === undefined ? {} : { column } })
  }

  private price(): CheckReport["price"] {
    const { prices } = this.subject
    if (prices === undefined) return undefined
    const of = (type: "SMS" | "LMS") => won((this.types.get(type)?.messages ?? 0) * (prices[type] ?? 0))
    const [SMS, LMS] = [of("SMS"), of("LMS")]
    return { total: won(SMS + LMS), SMS, LMS }
  }

  /** What was found so far. */
  report(rejects?: string): CheckReport {
    const { file, isOnline, name, now, settings } = this.subject
    const { broken, encoding, index } = file.encoding
    const [SMS, LMS] = [this.types.get("SMS"), this.types.get("LMS")]
    const messages = (SMS?.messages ?? 0) + (LMS?.messages ?? 0)
    const reasons = Array.from(this.reasons.values(), ({ reason }) => reason).toSorted((one, other) =>
      other.rows - one.rows
    )
    const refused = reasons.reduce((sum, { rows }) => sum + rows, 0)
    const title = settings.subject === undefined ? "" : literals(parsed(settings.subject))
    const characters = charactersIn(`${literals(this.content)} ${title}`, settings.charset)
    const price = this.price()
    const { header, longestColumn, sheet } = this
    return {
      v: 1,
      command: "check",
      ok: refused === 0 && messages > 0,
      checkedAt: DateTime.formatIsoOffset(DateTime.setZone(now, korea)),
      isAd: settings.ad,
      file: {
        name,
        format: file.format,
        sha256: file.sha256,
        bytes: file.bytes,
        rows: this.rows,
        columns: header?.columns.filter((column) => column !== "") ?? [],
        to: header?.to ?? "",
        ...file.format === "csv" ? { encoding } : {},
        ...header?.delimiter === undefined ? {} : { delimiter: header.delimiter },
        ...sheet === undefined ? {} : { sheet: sheet.sheet, otherSheets: sheet.others },
        ...file.format === "csv" && index !== undefined ? { broken: { places: broken, firstByte: index } } : {}
      },
      send: {
        messages,
        ...SMS === undefined ? {} : { SMS },
        ...LMS === undefined ? {} : { LMS },
        ...longestColumn === undefined ? {} : { longestColumn }
      },
      refused: { rows: refused, reasons },
      ...characters.length === 0 ? {} : { text: { characters } },
      repeats: this.repeats.report,
      repaired: this.repaired.report,
      ...isOnline ? { optedOut: this.optedOut.report } : {},
      warnings: Array.from(this.warnings, ([kind, counted]) => ({ kind, ...counted.report })),
      ...price === undefined ? {} : { price },
      ...rejects === undefined ? {} : { rejects }
    }
  }
}
