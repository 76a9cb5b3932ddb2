/**
 * What is said of a list on the command line, as settings: the same for `check` and for `campaign start`.
 */
import type * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as Preflight from "@effect-sens/core/Preflight"
import * as Template from "@effect-sens/core/Template"
import type * as Recipients from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type * as CheckReport from "./CheckReport.ts"
import * as ListPlan from "./ListPlan.ts"

/**
 * Arguments that say nothing, or too much.
 *
 * - `NoText`: neither a text, nor a file, nor a column of one
 * - `SeveralTexts`: more than one of them
 * - `SeveralSubjects`: a subject and a column of one
 * - `SubjectOfSms`: a subject where all are to be SMS, which have none
 * - `TextFile`: the file of the text cannot be read, or is no text
 * - `EmptyText`: there is nothing in the text
 * - `Price`: a price is no `sms=9,lms=27`
 * - `Rule`: a rule of `--ignore` is none
 * - `OnlineWithoutAd`: the block list says nothing of messages that are no advertisements
 * - `Stdin`: both the list and the text are to come by stdin
 */
export class ListUsageError extends Schema.TaggedError<ListUsageError>("effect-sens/ListUsageError")("ListUsageError", {
  why: Schema.Literals([
    "NoText",
    "SeveralTexts",
    "SeveralSubjects",
    "SubjectOfSms",
    "TextFile",
    "EmptyText",
    "Price",
    "Rule",
    "OnlineWithoutAd",
    "Stdin"
  ]),
  /** What was written, where that is no text of a message. */
  given: Schema.optionalKey(Schema.String)
}) {}

/** What is said on the command line. */
export interface ListArguments {
  /** The list: a file, or `-` for stdin. */
  readonly list: string
  readonly text?: string | undefined
  readonly textFile?: string | undefined
  readonly textColumn?: string | undefined
  readonly subject?: string | undefined
  readonly subjectColumn?: string | undefined
  readonly from?: string | undefined
  readonly ad?: boolean | undefined
  readonly noLms?: boolean | undefined
  readonly charset?: EucKr.Charset | undefined
  readonly ignore?: ReadonlyArray<string> | undefined
  readonly toColumn?: string | undefined
  readonly delimiter?: Recipients.Options["delimiter"]
  readonly repairNumbers?: boolean | undefined
  readonly keepRepeats?: boolean | undefined
  readonly online?: boolean | undefined
}

const wrong = (why: ListUsageError["why"], given?: string) =>
  new ListUsageError({ why, ...given === undefined ? {} : { given } })

/** A text as editors save it: in UTF-8 or CP949, with a mark or without, and with a line break at its end. */
export const readText = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<string, ListUsageError, FileSystem.FileSystem | Stdio.Stdio> {
  const fs = yield* FileSystem.FileSystem
  const { stdin } = yield* Stdio.Stdio
  const noText = wrong("TextFile", path)
  const read = path === "-"
    ? Effect.map(Stream.runCollect(stdin), (pieces) => Buffer.concat(pieces))
    : fs.readFile(path)
  const bytes = yield* Effect.mapError(read, () => noText)
  const { bom, encoding } = EucKrCodec.detect(bytes)
  const decoded = encoding === "CP949"
    ? EucKrCodec.decode(bytes, { charset: "CP949" })
    : Result.try(() => new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(bom)))
  if (Result.isFailure(decoded) || decoded.success.includes("\0")) return yield* noText
  return decoded.success.replaceAll("\r\n", "\n").replace(/\n$/, "")
})

const isRule = (text: string): text is Preflight.Rule => Object.hasOwn(Preflight.severities, text)

/** What a template says of itself is told with the columns of the list. */
const contentOf = Effect.fnUntraced(function*(
  { list, text, textColumn, textFile }: ListArguments
): Effect.fn.Return<Recipients.Text, ListUsageError, FileSystem.FileSystem | Stdio.Stdio> {
  const given = [text, textColumn, textFile].filter((value) => value !== undefined)
  if (given.length === 0) return yield* wrong("NoText")
  if (given.length > 1) return yield* wrong("SeveralTexts")
  if (textColumn !== undefined) return Template.column(textColumn)
  if (textFile === "-" && list === "-") return yield* wrong("Stdin")
  const content = text ?? (yield* readText(textFile ?? ""))
  return content.trim() === "" ? yield* wrong("EmptyText") : content
})

/**
 * The settings that arguments say. Fails with `ListUsageError`.
 */
export const settings = Effect.fnUntraced(function*(
  given: ListArguments
): Effect.fn.Return<ListPlan.Settings, ListUsageError, FileSystem.FileSystem | Stdio.Stdio> {
  const { ad = false, charset, ignore = [], noLms = false, subject, subjectColumn } = given
  const content = yield* contentOf(given)
  if (subject !== undefined && subjectColumn !== undefined) return yield* wrong("SeveralSubjects")
  if (noLms && (subject ?? subjectColumn) !== undefined) return yield* wrong("SubjectOfSms")
  const unknown = ignore.find((rule) => !isRule(rule))
  if (unknown !== undefined) return yield* wrong("Rule", unknown)
  if (given.online === true && !ad) return yield* wrong("OnlineWithoutAd")
  return {
    content,
    // Who has nothing there has none.
    subject: subjectColumn === undefined ? subject : Template.column(subjectColumn, { default: "" }),
    from: given.from ?? ListPlan.anySender,
    ad,
    noLms,
    charset: charset ?? "EUC-KR",
    ignore: ignore.filter(isRule),
    to: given.toColumn,
    delimiter: given.delimiter,
    repair: given.repairNumbers === true,
    keepRepeats: given.keepRepeats === true
  }
})

const price = /^(sms|lms|mms)=(\d+(?:\.\d+)?)$/i

/**
 * Prices as `sms=9,lms=27`, in KRW a message. Fails with `ListUsageError`.
 */
export const prices = (text: string): Result.Result<CheckReport.Prices, ListUsageError> => {
  const found: { SMS?: number; LMS?: number } = {}
  for (const part of text.split(",")) {
    const said = price.exec(part.trim())
    if (said === null) return Result.fail(wrong("Price", text))
    const type = said[1]?.toUpperCase()
    // A list has no pictures.
    if (type === "SMS" || type === "LMS") found[type] = Number(said[2])
  }
  return Result.succeed(found)
}
