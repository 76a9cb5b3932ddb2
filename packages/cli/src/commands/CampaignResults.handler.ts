/**
 * `effect-sens campaign results`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Advice from "../Advice.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Instant from "../Instant.ts"
import type { Language } from "../Language.ts"
import * as MessageView from "../MessageView.ts"
import * as OutFile from "../OutFile.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign results"

const Recipient = Schema.Struct({
  to: Schema.NullOr(Schema.String),
  status: Schema.Literals([
    "waiting",
    "open",
    "accepted",
    "delivered",
    "failed",
    "unknown",
    "refused",
    "notSent",
    "held"
  ]),
  code: Schema.NullOr(MessageView.Code),
  completedAt: Schema.NullOr(Schema.String),
  requestId: Schema.NullOr(Schema.String),
  /** Why it was refused, or was not sent. */
  why: Schema.NullOr(Schema.String)
})

const Line = Output.document(name, { recipient: Recipient })

const End = Output.document(name, {
  end: Schema.Literal(true),
  recipients: Schema.Int,
  /** The file that they are in, where one was named. */
  out: Schema.NullOr(Schema.String)
})

/** A recipient on each line, and a last line that says that it is the last. */
export const Document = Schema.Union([Line, End])

const { heads, notSent, recipient: words, results: texts } = CampaignText

const statuses = {
  Waiting: "waiting",
  Open: "open",
  Accepted: "accepted",
  Delivered: "delivered",
  Failed: "failed",
  Unknown: "unknown",
  Refused: "refused",
  NotSent: "notSent",
  Held: "held"
} as const

const failed = new Set<Campaigns.Recipient["status"]>(["Failed", "Refused", "NotSent"])

const viewOf = (recipient: Campaigns.Recipient, number: (to: string) => string): typeof Recipient.Type => ({
  to: Option.getOrNull(Option.map(recipient.to, number)),
  status: statuses[recipient.status],
  code: Option.getOrNull(Option.map(recipient.code, MessageView.code)),
  completedAt: Instant.isoOrNull(recipient.completedAt),
  requestId: Option.getOrNull(recipient.requestId),
  why: Option.getOrNull(Option.orElse(Option.map(recipient.reason, ({ _tag }) => _tag), () => recipient.why))
})

const whyOf = ({ reason, why }: Campaigns.Recipient, language: Language): string =>
  Option.match(reason, {
    onNone: () => Option.match(why, { onNone: () => "", onSome: (why) => notSent[why][language] }),
    onSome: ({ _tag }) => Text.reasons[_tag][language]
  })

/** A row for spreadsheets. */
const rowOf = (
  recipient: Campaigns.Recipient,
  language: Language,
  number: (to: string) => string
): ReadonlyArray<string> => [
  Option.match(recipient.to, { onNone: () => "", onSome: number }),
  words[recipient.status][language],
  ...Option.match(recipient.code, {
    onNone: () => ["", "", ""],
    onSome: (code) => [
      code.code,
      language === "ko" ? code.meaningKo : code.meaning,
      Advice.of(code.advice)[language]
    ]
  }),
  Option.match(recipient.completedAt, {
    onNone: () => "",
    onSome: (at) => Instant.iso(at).slice(0, 19).replace("T", " ")
  }),
  Option.getOrElse(recipient.requestId, () => ""),
  whyOf(recipient, language)
]

const csv = <E, R>(
  recipients: Stream.Stream<Campaigns.Recipient, E, R>,
  language: Language,
  number: (to: string) => string
) =>
  recipients.pipe(
    Stream.map((recipient) => rowOf(recipient, language, number)),
    (rows) => Stream.concat(Stream.succeed<ReadonlyArray<string>>(heads.results[language]), rows),
    Stream.map((row) => row.map(DeliveryExport.guard)),
    Stream.pipeThroughChannel(Csv.encodeString())
  )

const lineOf = (recipient: Campaigns.Recipient, language: Language, number: (to: string) => string): string => {
  const [to = "", status = "", code = "", meaning = "", , at = "", , why = ""] = rowOf(recipient, language, number)
  return [
    Table.padEnd(to, 14),
    Table.padEnd(status, 14),
    at === "" ? "" : `${at}  `,
    [code, meaning, why].filter((word) => word !== "").join(" ")
  ].join("").trimEnd()
}

export const run = Effect.fnUntraced(function*({ failed: isFailed, id, out }: Campaign.Results) {
  const output = yield* Output.Output
  const { format, showNumbers } = yield* Globals.Globals
  const { language } = output
  const kind = Option.map(out, (file) => /\.(csv|ndjson)$/i.exec(file)?.[1]?.toLowerCase())
  if (Option.isSome(kind) && kind.value === undefined) return yield* Failure.usage(texts.extension)
  const { campaigns, path } = yield* CampaignState.find(id)
  let count = 0
  const recipients = campaigns.results(id).pipe(
    Stream.mapError((error) => error._tag === "SqlError" ? CampaignState.failed(path)(error) : error),
    Stream.filter(({ status }) => !isFailed || failed.has(status)),
    Stream.tap(() =>
      Effect.sync(() => {
        count++
      })
    )
  )
  const json = (number: (to: string) => string) =>
    Stream.map(recipients, (recipient) => `${JSON.stringify(Line.make({ recipient: viewOf(recipient, number) }))}\n`)
  const end = () => End.make({ end: true, recipients: count, out: Option.getOrNull(out) })
  if (Option.isSome(out)) {
    const data = Option.getOrUndefined(kind) === "csv"
      ? Stream.concat(Stream.succeed("\uFEFF"), csv(recipients, language, PhoneNumber.hyphenate))
      : Stream.concat(json(String), Stream.suspend(() => Stream.succeed(`${JSON.stringify(end())}\n`)))
    yield* OutFile.bytes(out.value, Stream.encodeText(data))
    if (format === "csv") return
    return yield* Output.line({
      document: End,
      value: end(),
      table: () => texts.written[language](count, out.value)
    })
  }
  if (format === "csv") {
    const number = showNumbers ? PhoneNumber.hyphenate : output.number
    return yield* Stream.runForEach(csv(recipients, language, number), output.write)
  }
  if (format === "ndjson") {
    yield* Stream.runForEachArray(json(output.number), (lines) => output.write(lines.join("")))
    return yield* Output.line({ document: End, value: end(), table: () => "" })
  }
  yield* Stream.runForEachArray(
    Stream.map(recipients, (recipient) => `${lineOf(recipient, language, output.number)}\n`),
    (lines) => output.write(lines.join(""))
  )
  yield* output.note(texts.count[language](count))
})
