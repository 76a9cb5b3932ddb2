/**
 * The rows of a report: for programs, for a terminal, and for spreadsheets.
 *
 * @since 0.1.0
 */
import * as Telco from "@effect-sens/core/Telco"
import type * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Failure from "../Failure.ts"
import type { Language } from "../Language.ts"
import type * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import * as Figures from "./Figures.ts"
import * as ReportText from "./ReportText.ts"
import * as Sums from "./Sums.ts"

/** Seconds from request to completion, of what was delivered. */
export const Times = Schema.Struct({
  count: Schema.Int,
  p50: Schema.Finite,
  p90: Schema.Finite,
  p95: Schema.Finite,
  p99: Schema.Finite,
  max: Schema.Finite
})

const counts = {
  messages: Schema.Int,
  delivered: Schema.Int,
  failed: Schema.Int,
  /** Not final yet: neither delivered nor failed. */
  pending: Schema.Int
}

const said = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A row, by what `--by` names; null where the messages do not say. */
export const Row = Schema.Struct({
  code: said,
  telco: said,
  hour: said,
  day: said,
  type: said,
  sender: said,
  advice: said,
  /** What the code means, where there is one. */
  meaning: said,
  meaningKo: said,
  /** Whether messages that failed with this code may have arrived all the same. */
  isUncertain: Schema.optionalKey(Schema.Boolean),
  ...counts,
  /** Of all messages of the report, from 0 to 1. */
  share: Schema.Finite,
  /** With `--percentiles`; null where nothing was delivered. */
  times: Schema.optionalKey(Schema.NullOr(Times))
})

export const Total = Schema.Struct({ ...counts, times: Schema.NullOr(Times) })

const none = { messages: 0, delivered: 0, failed: 0, pending: 0 }

export const times = (of: DeliverySink.DeliveryTimes): typeof Times.Type | null => {
  const [p50, p90, p95, p99] = [50, 90, 95, 99].map((rank) => Figures.percentile(of, rank))
  const max = Figures.longest(of)
  return p50 === undefined || p90 === undefined || p95 === undefined || p99 === undefined || max === undefined
    ? null
    : { count: of.count, p50, p90, p95, p99, max }
}

const countsOf = ({ delivered, failed, messages, pending }: Omit<typeof none, never>) => ({
  messages,
  delivered,
  failed,
  pending
})

export const total = (sums: Sums.Sums): typeof Total.Type => {
  const all = Sums.total(sums)
  return all === undefined ? { ...none, times: null } : { ...countsOf(all), times: times(all.times) }
}

/** Time goes on; all else by how many there are, and then by name, so that two runs look alike. */
const ordered = (rows: ReadonlyArray<Sums.Row>, by: ReadonlyArray<Sums.Name>): ReadonlyArray<Sums.Row> => {
  const times = (["day", "hour"] as const).filter((name) => by.includes(name))
  const at = ({ key }: Sums.Row): string => times.map((name) => key[name] ?? "~").join(" ")
  const name = ({ key }: Sums.Row): string => JSON.stringify([...by, "advice" as const].map((name) => key[name] ?? ""))
  const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
  return rows.toSorted((a, b) => compare(at(a), at(b)) || b.messages - a.messages || compare(name(a), name(b)))
}

export interface Options {
  readonly by: ReadonlyArray<Sums.Name>
  readonly percentiles: boolean
}

export const documents = (
  sums: Sums.Sums,
  { by, percentiles }: Options,
  { number }: Output.Service
): ReadonlyArray<typeof Row.Type> => {
  const { messages } = total(sums)
  return ordered(sums.rows, by).map((row): typeof Row.Type => {
    const told = ReportText.told(row.key)
    const { sender } = row.key
    return {
      ...Object.fromEntries(by.map((name) => [name, row.key[name] ?? null])),
      ...(by.includes("sender") ? { sender: sender === undefined ? null : number(sender) } : undefined),
      ...(by.includes("code")
        ? {
          advice: told?.advice ?? null,
          meaning: told?.meaning.en ?? null,
          meaningKo: told?.meaning.ko ?? null,
          isUncertain: told?.isUncertain ?? false
        }
        : undefined),
      ...countsOf(row),
      share: row.messages / messages,
      ...(percentiles ? { times: times(row.times) } : undefined)
    }
  })
}

const valueOf = (
  { key }: Sums.Row,
  name: Sums.Name,
  language: Language,
  number: (number: string) => string
): string => {
  const value = key[name]
  if (name === "advice") return ReportText.advice(key, language)
  if (value === undefined || value === "") return "-"
  // What the service says goes to a terminal, whose cursor it is not to move.
  return Failure.oneLine(name === "sender" ? number(value) : name === "telco" ? Telco.nameOf(value) : value)
}

const ranks = [50, 90, 99] as const

const timeCells = (times: DeliverySink.DeliveryTimes | undefined, show: (seconds: number) => string) =>
  [
    ...ranks.map((rank) => times === undefined ? undefined : Figures.percentile(times, rank)),
    times === undefined ? undefined : Figures.longest(times)
  ].map((seconds) => seconds === undefined ? "-" : show(seconds))

const timeHeads = (language: Language) => [...ranks.map((rank) => `p${rank}`), ReportText.heads.longest[language]]

/** What stands in a table beside the counts. */
const columns = (by: ReadonlyArray<Sums.Name>, language: Language): ReadonlyArray<string> =>
  by.flatMap((name) =>
    name === "code"
      ? [ReportText.heads.code[language], ReportText.heads.meaning[language]]
      : [ReportText.heads[name][language]]
  )

const cells = (
  row: Sums.Row,
  by: ReadonlyArray<Sums.Name>,
  language: Language,
  number: (number: string) => string
): ReadonlyArray<string> =>
  by.flatMap((name) => {
    const value = valueOf(row, name, language, number)
    return name === "code" ? [value, ReportText.meaning(row.key, language)] : [value]
  })

/** For people: under the rows what all of them come to, and how long delivery took. */
export const table = (sums: Sums.Sums, { by, percentiles }: Options, { language, number }: Output.Service): string => {
  const { heads, texts } = ReportText
  const all = Sums.total(sums)
  const { failed, messages, pending } = all ?? none
  const own = columns(by, language)
  // A code says already whether its messages failed.
  const hasAdvice = by.includes("code")
  const show = (seconds: number) => Figures.duration(seconds, language)
  const timed = (times: DeliverySink.DeliveryTimes | undefined) => percentiles ? timeCells(times, show) : []
  const right = (heads: ReadonlyArray<string>) => heads.map((): Table.Align => "right")
  const counted = [
    heads.messages[language],
    heads.share[language],
    ...(hasAdvice ? [] : [heads.failed[language], heads.rate[language], heads.pending[language]]),
    ...(percentiles ? timeHeads(language) : [])
  ]
  const countedOf = (sums: typeof none, times: DeliverySink.DeliveryTimes | undefined, share: string) => [
    Text.count(sums.messages),
    share,
    ...(hasAdvice
      ? []
      : [Text.count(sums.failed), Figures.share(sums.failed, sums.messages), Text.count(sums.pending)]),
    ...timed(times)
  ]
  const rows = ordered(sums.rows, by).map((row) => [
    ...cells(row, by, language, number),
    ...countedOf(row, row.times, Figures.share(row.messages, messages)),
    ...(hasAdvice && !by.includes("advice") ? [ReportText.advice(row.key, language)] : [])
  ])
  const rate = failed === 0 ? "" : ` (${Figures.share(failed, messages)})`
  const last = [
    ...own.slice(1).map(() => ""),
    texts.total[language],
    ...countedOf(all ?? none, all?.times, ""),
    ...(hasAdvice ? [texts.summary[language](Text.count(pending), Text.count(failed), rate)] : [])
  ]
  const rendered = Table.render({
    heads: [
      ...own,
      ...counted,
      ...(hasAdvice && !by.includes("advice") ? [heads.advice[language]] : [])
    ],
    rows: [...rows, last],
    align: [...own.map((): Table.Align => "left"), ...right(counted)]
  })
  if (all === undefined || Option.isNone(all.times.max)) return rendered
  const took = timeHeads(language).map((head, index) => `${head} ${timeCells(all.times, show)[index] ?? "-"}`)
  return `${rendered}\n${[texts.times[language], ...took].join("   ")}`
}

/** What a page has of rows that were asked for, the first of them. */
export interface Chosen {
  readonly heads: ReadonlyArray<string>
  readonly rows: ReadonlyArray<{ readonly cells: ReadonlyArray<string>; readonly row: Sums.Row }>
  readonly left: number
}

const mostChosen = 100

export const chosen = (
  sums: Sums.Sums,
  by: ReadonlyArray<Sums.Name>,
  { language, number }: Output.Service
): Chosen => ({
  heads: columns(by, language),
  rows: ordered(sums.rows, by).slice(0, mostChosen).map((row) => ({ cells: cells(row, by, language, number), row })),
  left: Math.max(0, sums.rows.length - mostChosen)
})

/** For spreadsheets: figures without their units. Who sees it decides how a sender is written. */
export const csv = (
  sums: Sums.Sums,
  { by, percentiles }: Options,
  language: Language,
  number: (number: string) => string
): ReadonlyArray<ReadonlyArray<string>> => {
  const { heads } = ReportText
  const { messages } = total(sums)
  const hasAdvice = by.includes("code") && !by.includes("advice")
  const seconds = { en: " (s)", ko: "(초)" }[language]
  return [
    [
      ...columns(by, language),
      heads.messages[language],
      `${heads.share[language]}(%)`,
      heads.delivered[language],
      heads.failed[language],
      heads.pending[language],
      ...(percentiles ? timeHeads(language).map((head) => `${head}${seconds}`) : []),
      ...(hasAdvice ? [heads.advice[language]] : [])
    ],
    ...ordered(sums.rows, by).map((row) => [
      ...cells(row, by, language, number),
      String(row.messages),
      ((row.messages / messages) * 100).toFixed(2),
      String(row.delivered),
      String(row.failed),
      String(row.pending),
      ...(percentiles ? timeCells(row.times, String) : []),
      ...(hasAdvice ? [ReportText.told(row.key)?.long[language] ?? "-"] : [])
    ])
  ]
}
