/**
 * What a list becomes: one function of a file and settings, for `check`, which counts it, and for `campaign`, which sends it. So what was
 * checked is what is sent: the same rows, the same texts, in the same order; and of another file nothing.
 */
import type * as EucKr from "@effect-sens/core/EucKr"
import * as Preflight from "@effect-sens/core/Preflight"
import type * as Template from "@effect-sens/core/Template"
import * as Recipients from "@effect-sens/streams/Recipients"
import type * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Arr from "effect/Array"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as ListFile from "./ListFile.ts"
import * as Workbook from "./Workbook.ts"

/** How a list is read, and what is sent to it. All of it decides what goes out, so all of it is the same in a check and a campaign. */
export interface Settings {
  /** The text: a template, or a column that has it. */
  readonly content: Recipients.Text
  /** The subject, where there is one: then all are LMS, but for rows where it is empty. */
  readonly subject?: Recipients.Text | undefined
  /** Who sends it; a check without a sender takes {@link anySender}. */
  readonly from: string
  /** Whether it is an advertisement. */
  readonly ad: boolean
  /** Whether a text that is too long for an SMS is refused, in place of becoming an LMS. */
  readonly noLms: boolean
  readonly charset: EucKr.Charset
  /** Rules that are lowered: an error becomes a warning, and a warning nothing. */
  readonly ignore: ReadonlyArray<Preflight.Rule>
  /** The column that has the numbers, where its name does not say so. */
  readonly to?: string | undefined
  readonly delimiter?: Recipients.Options["delimiter"]
  /** Whether damaged numbers are repaired where no doubt is left. */
  readonly repair: boolean
  /** Whether a number that comes twice gets two messages. */
  readonly keepRepeats: boolean
}

/** A sender that every rule takes, for a check that sends nothing. */
export const anySender = "0212345678"

/** An advertisement to a number that refused such. */
export interface OptedOut {
  readonly _tag: "OptedOut"
  readonly line: number
  readonly message: Recipients.Message
  readonly cells: ReadonlyArray<string>
}

/** What becomes of a row. */
export type Outcome = Recipients.Row<Recipients.Message> | Recipients.Repeat<Recipients.Message> | OptedOut

export type ReadError =
  | ListFile.ListFileError
  | ListFile.FileChanged
  | Recipients.InvalidList
  | Template.InvalidTemplate

export interface Options {
  /** When it is sent. */
  readonly now: DateTime.Utc
  /** Whether the law about advertisements at night is a matter of errors, as where something is sent now. */
  readonly isSending: boolean
  readonly onHeader?: Recipients.RowOptions["onHeader"]
  /** Is run once for a workbook, when it was read. */
  readonly onWorkbook?: ((workbook: Workbook.Workbook) => Effect.Effect<unknown>) | undefined
  /** Who refused advertisements, where that was asked. */
  readonly blockList?: Unsubscribes.List | undefined
}

const lowered = { error: "warning", warning: "off", off: "off" } as const

/**
 * The rules by which messages are checked. What the law asks of an advertisement is no advice here: whoever sends from a terminal reads
 * no debug log.
 */
export const rules = ({ charset, ignore }: Settings, { isSending, now }: Options): Preflight.TimedOptions => {
  const severity: { [R in Preflight.Rule]: Preflight.Severity } = {
    ...Preflight.severities,
    AdWithoutMark: "error",
    AdWithoutOptOut: "error",
    ...isSending ? { AdAtNight: "error" as const } : {}
  }
  for (const rule of ignore) severity[rule] = lowered[severity[rule]]
  return { charset, now, severity }
}

const templateOf = ({ ad, content, from, noLms, subject }: Settings): Recipients.MessageTemplate => {
  const common = { from, content, ...ad ? { contentType: "AD" as const } : {} }
  return noLms
    ? { type: "SMS", ...common }
    : { ...common, ...subject === undefined ? {} : { subject } }
}

const read = (
  file: ListFile.ListFile,
  settings: Settings,
  { onHeader, onWorkbook }: Options
): Stream.Stream<Recipients.Row<Recipients.Message>, ReadError, FileSystem.FileSystem> => {
  const template = templateOf(settings)
  const { delimiter, repair, to } = settings
  const options: Recipients.RowOptions = { repair, to, onHeader }
  if (file.format === "csv") {
    const { encoding } = file.encoding
    return Recipients.fromCsv(ListFile.bytes(file), template, { ...options, delimiter, encoding })
  }
  if (file.format === "rows") return Recipients.fromRows(Stream.fromIterable(file.rows ?? []), template, options)
  return Stream.unwrap(Effect.gen(function*() {
    const workbook = yield* Workbook.read(file)
    if (onWorkbook !== undefined) yield* onWorkbook(workbook)
    return Recipients.fromRows(Stream.fromIterable(workbook.rows), template, options)
  }))
}

/**
 * What becomes of each row, in the order of the file.
 */
export const outcomes = (
  file: ListFile.ListFile,
  settings: Settings,
  options: Options
): Stream.Stream<Outcome, ReadError, FileSystem.FileSystem> => {
  const checked = read(file, settings, options).pipe(Recipients.check(rules(settings, options)))
  const distinct: Stream.Stream<Exclude<Outcome, OptedOut>, ReadError, FileSystem.FileSystem> = settings.keepRepeats
    ? checked
    : Recipients.once(checked)
  const { blockList } = options
  if (blockList === undefined || !settings.ad) return distinct
  return Stream.mapArray(
    distinct,
    (rows) =>
      Arr.map(rows, (row): Outcome =>
        row._tag === "Message" && blockList.has(row.message.to)
          ? { _tag: "OptedOut", line: row.line, message: row.message, cells: row.cells }
          : row)
  )
}

/**
 * The messages of a list, as a campaign takes them. Fails with `FileChanged` after the last of them where the file is no longer the one
 * that was opened; a campaign is not begun then.
 */
export const messages = (
  file: ListFile.ListFile,
  settings: Settings,
  options: Options
): Stream.Stream<Recipients.Message, ReadError, FileSystem.FileSystem> =>
  Stream.mapAccumArray(
    outcomes(file, settings, options),
    () => undefined,
    (state, rows) => [state, rows.flatMap((row) => row._tag === "Message" ? [row.message] : [])] as const
  )
