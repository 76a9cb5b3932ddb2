/**
 * The page of a report: one file that asks nobody for anything. First the figures, then what to do, then when, why, where and how long,
 * each as a chart with its table.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as Telco from "@effect-sens/core/Telco"
import type * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Language } from "../../Language.ts"
import type * as Range from "../../records/Range.ts"
import * as Text from "../../Text.ts"
import * as Figures from "../Figures.ts"
import * as ReportText from "../ReportText.ts"
import type * as Rows from "../Rows.ts"
import * as Sums from "../Sums.ts"
import * as Charts from "./Charts.ts"
import { html, type Markup, render, trusted } from "./Html.ts"
import { texts } from "./PageText.ts"
import * as Style from "./Style.ts"

export interface Facts {
  readonly sums: Sums.Sums
  readonly language: Language
  readonly selection: Pick<Range.Selection, "start" | "end">
  readonly made: DateTime.Utc
  readonly serviceId: string
  /** What narrows the report. */
  readonly filters: ReadonlyArray<string>
  /** What makes it again. */
  readonly command: string
  readonly unreadable: number
  /** What was asked for by `--by`, where no section has it. */
  readonly chosen: Rows.Chosen | undefined
  /** Whether there may be a phone number in it, masked or not. */
  readonly hasNumbers: boolean
}

/** What the sections have in common. */
interface On extends Facts {
  readonly all: Counts
  readonly times: DeliverySink.DeliveryTimes | undefined
}

interface Counts {
  readonly messages: number
  readonly delivered: number
  readonly failed: number
  readonly pending: number
}

const none: Counts = { messages: 0, delivered: 0, failed: 0, pending: 0 }

const count = Text.count

// -----------------------------------------------------------------------------
// Pieces
// -----------------------------------------------------------------------------

const bars = ["var(--okbar)", "url(#hatch)", "var(--waitbar)"] as const

const key = ({ all, language }: On): Markup => {
  const shown = [
    [bars[0], texts.delivered[language], true],
    [bars[1], texts.failed[language], all.failed > 0],
    [bars[2], texts.pending[language], all.pending > 0]
  ] as const
  return html`<p class="key">${
    shown.filter(([, , isThere]) => isThere).map(([fill, name]) =>
      html`<span><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" fill="${fill}"/></svg>${name}</span>`
    )
  }</p>`
}

interface Cell {
  readonly head: string | Markup
  /** The first is the head of its row. */
  readonly cells: ReadonlyArray<string | Markup>
}

interface Column {
  readonly name: string
  readonly isNumber?: boolean
  /** Left out on a phone. */
  readonly isWide?: boolean
}

const classOf = ({ isNumber, isWide }: Column): Markup | undefined => {
  const names = [isNumber === true ? "r" : "", isWide === true ? "wide" : ""].filter((name) => name !== "")
  return names.length === 0 ? undefined : html` class="${names.join(" ")}"`
}

const table = ({ caption, columns, foot, rows }: {
  readonly caption: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<Cell>
  readonly foot?: Cell | undefined
}): Markup => {
  const line = ({ cells, head }: Cell) =>
    html`<tr><th scope="row">${head}</th>${
      cells.map((cell, index) => html`<td${classOf(columns[index + 1] ?? { name: "" })}>${cell}</td>`)
    }</tr>`
  return html`<table><caption>${caption}</caption><thead><tr>${
    columns.map((column) => html`<th scope="col"${classOf(column)}>${column.name}</th>`)
  }</tr></thead><tbody>${rows.map(line)}</tbody>${
    foot === undefined ? undefined : html`<tfoot>${line(foot)}</tfoot>`
  }</table>`
}

const section = (id: string, title: string, ...content: ReadonlyArray<Markup | undefined>): Markup =>
  html`<section id="${id}"><h2>${title}</h2>${content.filter((each) => each !== undefined)}</section>`

const small = (...sentences: ReadonlyArray<string | undefined>): Markup | undefined => {
  const said = sentences.filter((sentence) => sentence !== undefined && sentence !== "")
  return said.length === 0 ? undefined : html`<p class="dim small">${said.join(" ")}</p>`
}

const ofCounts = ({ delivered, failed, messages, pending }: Counts): ReadonlyArray<string> => [
  count(messages),
  count(delivered),
  count(failed),
  count(pending),
  Figures.share(failed, messages)
]

const countColumns = (language: Language, first: string): ReadonlyArray<Column> => [
  { name: first },
  { name: texts.all[language], isNumber: true },
  { name: texts.delivered[language], isNumber: true },
  { name: texts.failed[language], isNumber: true },
  { name: texts.pending[language], isNumber: true, isWide: true },
  { name: texts.rate[language], isNumber: true }
]

const titleOf = (name: string, { delivered, failed, pending }: Counts, language: Language): string =>
  [
    `${name}: ${texts.delivered[language]} ${count(delivered)}`,
    `${texts.failed[language]} ${count(failed)}`,
    ...(pending === 0 ? [] : [`${texts.pending[language]} ${count(pending)}`])
  ].join(", ")

const compact = (language: Language) => {
  const format = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 })
  return (n: number): string => n < 10_000 ? count(n) : format.format(n)
}

const stacked = (
  { language }: On,
  options: {
    readonly label: string
    readonly height: number
    readonly columns: ReadonlyArray<
      { readonly counts: Counts; readonly name: string; readonly label?: ReadonlyArray<string> | undefined }
    >
  }
): Markup =>
  html`<div class="axis">${
    Charts.columns({
      label: options.label,
      height: options.height,
      fills: bars,
      isWhole: true,
      say: compact(language),
      columns: options.columns.map(({ counts, label, name }) => ({
        parts: [counts.delivered, counts.failed, counts.pending],
        title: titleOf(name, counts, language),
        label
      }))
    })
  }</div>`

const missing = (
  rows: ReadonlyArray<Sums.Row>,
  isKnown: (row: Sums.Row) => boolean,
  language: Language
): string | undefined => {
  const without = rows.reduce((sum, row) => isKnown(row) ? sum : sum + row.messages, 0)
  return without === 0 ? undefined : texts.timeless[language](count(without))
}

// -----------------------------------------------------------------------------
// Sections
// -----------------------------------------------------------------------------

const figures = ({ all, language, sums, times }: On): Markup => {
  const types = sums.type.toSorted((a, b) => b.messages - a.messages).slice(0, 4)
    .map(({ key: { type }, messages }) => html`<span class="nb">${type ?? "-"} ${count(messages)}</span> `)
  const time = (rank: number) => {
    const seconds = times === undefined ? undefined : Figures.percentile(times, rank)
    return seconds === undefined ? "-" : Figures.duration(seconds, language)
  }
  const one = (name: string, big: string, more: string | Markup | ReadonlyArray<Markup>) =>
    html`<div><dt>${name}</dt><dd class="big">${big}</dd><dd class="small dim">${more}</dd></div>`
  return html`<dl class="kpi">${[
    one(texts.all[language], count(all.messages), types.length === 0 ? "-" : types),
    one(
      texts.delivered[language],
      Figures.share(all.delivered, all.messages),
      texts.messages[language](count(all.delivered))
    ),
    one(
      texts.failed[language],
      Figures.share(all.failed, all.messages),
      texts.failedAndWaiting[language](count(all.failed), count(all.pending))
    ),
    one(
      texts.median[language],
      time(50),
      html`<span class="nb">p90 ${time(90)}</span> <span class="nb">p99 ${time(99)}</span>`
    )
  ]}</dl>`
}

interface Failure {
  readonly told: ReportText.Told
  readonly failed: number
}

/** What failed, by code, the most first. */
const failures = ({ sums }: On): ReadonlyArray<Failure> =>
  sums.code.flatMap(({ failed, key }) => {
    const told = ReportText.told(key)
    return failed === 0 || told === undefined ? [] : [{ told, failed }]
  }).toSorted((a, b) => b.failed - a.failed || (a.told.code < b.told.code ? -1 : 1))

const mostCodes = 6

const todo = (on: On): Markup => {
  const { all, language } = on
  // What may have arrived is no matter of sending it again, whatever the advice is.
  const groups = Map.groupBy(failures(on), ({ told }) => told.long[language])
  const items = Array.from(groups, ([sentence, group]) => ({
    sentence,
    failed: group.reduce((sum, { failed }) => sum + failed, 0),
    codes: group.map(({ told }) => told.code === "" ? "-" : told.code)
  })).sort((a, b) => b.failed - a.failed)
  const rest = (codes: ReadonlyArray<string>) =>
    codes.length > mostCodes ? `, ${texts.more[language](codes.length - mostCodes)}` : ""
  return section(
    "do",
    texts.todo[language],
    all.messages === 0
      ? small(texts.noMessage[language])
      : all.failed === 0
      ? small(texts.noFailure[language])
      : small(texts.todoSays[language](count(all.failed))),
    items.length === 0 ?
      undefined :
      html`<ul class="do">${
        items.map(({ codes, failed, sentence }) =>
          html`<li><b>${count(failed)}</b><span>${sentence}. <span class="dim mono">${
            codes.slice(0, mostCodes).join(", ")
          }</span><span class="dim small">${rest(codes)}</span></span></li>`
        )
      }</ul>`,
    all.pending === 0 ? undefined : html`<p class="small warn">${texts.waiting[language](count(all.pending))}</p>`
  )
}

const two = (n: number): string => String(n).padStart(2, "0")

const hours = (on: On): Markup => {
  const { all, language, sums } = on
  const byHour = new Map(sums.hour.map((row) => [row.key.hour, row]))
  const rows = Array.from({ length: 24 }, (_, hour) => ({ name: two(hour), counts: byHour.get(two(hour)) ?? none }))
  const label = (hour: number) => hour % 3 === 0 ? [two(hour)] : undefined
  // An hour with hardly any messages says nothing by its rate.
  const enough = Math.max(20, all.messages / 100)
  const [worst] = rows.filter(({ counts }) => counts.failed > 0 && counts.messages >= enough)
    .toSorted((a, b) => b.counts.failed / b.counts.messages - a.counts.failed / a.counts.messages)
  const rate = ({ failed, messages }: Counts) => messages === 0 ? 0 : failed / messages
  const half = (from: number) =>
    table({
      caption: texts.halves[language][from === 0 ? 0 : 1],
      columns: countColumns(language, texts.hour[language]),
      rows: rows.slice(from, from + 12).map(({ counts, name }) => ({ head: name, cells: ofCounts(counts) }))
    })
  return section(
    "hour",
    texts.hours[language],
    small(
      texts.kst[language],
      worst === undefined
        ? undefined
        : texts.worst[language](worst.name, Figures.share(worst.counts.failed, worst.counts.messages)),
      missing(sums.hour, ({ key: { hour } }) => hour !== undefined, language)
    ),
    html`<figure>${
      stacked(on, {
        label: texts.hoursChart[language],
        height: 210,
        columns: rows.map((row, hour) => ({ ...row, label: label(hour) }))
      })
    }${key(on)}${
      all.failed === 0 ? undefined : html`<h3>${texts.failureRate[language]}</h3><div class="axis">${
        Charts.columns({
          label: texts.rateChart[language],
          height: 100,
          fills: ["var(--badbar)"],
          isWhole: false,
          say: (tick) => `${Math.round(tick * 1000) / 10}%`,
          columns: rows.map(({ counts, name }, hour) => ({
            parts: [rate(counts)],
            title: `${name}: ${Figures.share(counts.failed, counts.messages)}`,
            label: label(hour)
          }))
        })
      }</div>`
    }</figure><h3>${texts.table[language]}</h3><div class="two">${half(0)}${half(12)}</div>`
  )
}

const aDay = 86_400_000

/** Each day of the range, whether there is anything of it or not. */
const daysOf = ({ selection: { end, start }, sums }: On): ReadonlyArray<string> => {
  const dateOf = (millis: number) => KstDateTime.formatMinutes(DateTime.makeUnsafe(millis)).slice(0, 10)
  const days = new Set(sums.day.flatMap(({ key: { day } }) => day === undefined ? [] : [day]))
  const last = dateOf(Math.max(start.epochMilliseconds, end.epochMilliseconds - 1))
  for (let at = start.epochMilliseconds; dateOf(at) <= last; at += aDay) days.add(dateOf(at))
  return Array.from(days).sort()
}

const weekday = (day: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(
    DateTime.makeUnsafe(`${day}T00:00:00Z`).epochMilliseconds
  )

const midnight = "00:00"

const partial = ({ language, selection: { end, start } }: On, days: number): string => {
  const [from, until] = [start, end].map((at) => KstDateTime.formatMinutes(at).slice(11))
  const [isFirst, isLast] = [from !== midnight, until !== midnight]
  if (from === undefined || until === undefined || (!isFirst && !isLast)) return ""
  if (days === 1) return texts.partialOnly[language](from, until)
  return isFirst && isLast
    ? texts.partial[language](from, until)
    : isFirst
    ? texts.partialFirst[language](from)
    : texts.partialLast[language](until)
}

const days = (on: On): Markup => {
  const { all, language, sums } = on
  const byDay = new Map(sums.day.map((row) => [row.key.day, row]))
  const found = daysOf(on)
  const rows = found.map((day) => ({ name: day, counts: byDay.get(day) ?? none }))
  // As many as a phone has room for.
  const step = found.length <= 8 ? 1 : found.length <= 16 ? 2 : found.length <= 45 ? 7 : 14
  const label = (day: string, index: number): ReadonlyArray<string> | undefined =>
    index % step !== 0
      ? undefined
      : step <= 2
      ? [String(Number(day.slice(8))), weekday(day, language)]
      : [`${Number(day.slice(5, 7))}/${Number(day.slice(8))}`]
  const named = found.map((day) => `${day.slice(5)} (${weekday(day, language)})`)
  const columns = countColumns(language, texts.day[language])
  const lines = rows.map(({ counts }, index) => ({ head: named[index] ?? "", cells: ofCounts(counts) }))
  const foot: Cell = { head: texts.total[language], cells: ofCounts(all) }
  const caption = partial(on, found.length)
  const half = Math.ceil(lines.length / 2)
  const captionOf = (from: number, until: number) => `${found[from] ?? ""} – ${found[until - 1] ?? ""}`
  return section(
    "day",
    texts.days[language],
    small(missing(sums.day, ({ key: { day } }) => day !== undefined, language), lines.length > 16 ? caption : ""),
    rows.length < 2 ? undefined : html`<figure>${
      stacked(on, {
        label: texts.daysChart[language],
        height: step <= 2 ? 205 : 187,
        columns: rows.map((row, index) => ({ ...row, label: label(row.name, index) }))
      })
    }${key(on)}</figure>`,
    html`<h3>${texts.table[language]}</h3>`,
    lines.length > 16
      ? html`<div class="two">${table({ caption: captionOf(0, half), columns, rows: lines.slice(0, half) })}${
        table({ caption: captionOf(half, lines.length), columns, rows: lines.slice(half), foot })
      }</div>`
      : table({
        caption: caption === "" ? captionOf(0, lines.length) : caption,
        columns,
        rows: lines,
        foot
      })
  )
}

const mostBars = 12

const wide = (part: number, most: number): string => `${Math.round((part / most) * 10_000) / 100}%`

const codes = (on: On): Markup | undefined => {
  const { all, language } = on
  const rows = failures(on)
  const most = rows[0]?.failed ?? 0
  if (most === 0) return undefined
  const codeOf = ({ code }: ReportText.Told) =>
    // One of the tables is short; whatever else a log has may be long, and is to be broken.
    html`<span class="${code.length <= 8 ? "mono code" : "mono"}">${code === "" ? "-" : code}</span>`
  return section(
    "code",
    texts.codes[language],
    small(texts.codesSays[language]),
    html`<div class="side"><figure><ul class="bars">${
      rows.slice(0, mostBars).map(({ failed, told }) =>
        html`<li><div class="l">${codeOf(told)}<span>${told.meaning[language]}</span><span>${
          count(failed)
        } <span class="dim">${
          Figures.share(failed, all.failed)
        }</span></span></div><svg aria-hidden="true"><rect fill="var(--badbar)" width="${
          wide(failed, most)
        }" height="12"/></svg><p class="small dim">${told.long[language]}.</p></li>`
      )
    }</ul>${
      rows.length > mostBars
        ? html`<p class="small dim key">${texts.codesMore[language](rows.length - mostBars)}</p>`
        : undefined
    }</figure><div><h3>${texts.table[language]}</h3>${
      table({
        caption: texts.withoutDelivered[language],
        columns: [
          { name: texts.code[language] },
          { name: texts.meaning[language] },
          { name: texts.count[language], isNumber: true },
          { name: texts.share[language], isNumber: true, isWide: true },
          { name: texts.advice[language] }
        ],
        rows: rows.map(({ failed, told }) => ({
          head: codeOf(told),
          cells: [told.meaning[language], count(failed), Figures.share(failed, all.failed), told.short[language]]
        })),
        foot: { head: texts.total[language], cells: ["", count(all.failed), "100%", ""] }
      })
    }</div></div>`
  )
}

const telcos = (on: On): Markup | undefined => {
  const { all, language, sums, times } = on
  const rows = sums.telco.toSorted((a, b) => b.messages - a.messages)
  const most = rows[0]?.messages ?? 0
  if (most === 0) return undefined
  const name = (row: Sums.Row, without: string) => row.key.telco === undefined ? without : Telco.nameOf(row.key.telco)
  const ranks = [50, 90, 99] as const
  const timed = (of: DeliverySink.DeliveryTimes | undefined) =>
    ranks.map((rank) => {
      const seconds = of === undefined ? undefined : Figures.percentile(of, rank)
      return seconds === undefined ? "-" : count(seconds)
    })
  const bar = ({ delivered, failed, pending }: Counts) => {
    let at = 0
    return [delivered, failed, pending].map((part, kind) => {
      const from = at
      at += part
      return part === 0
        ? html``
        : html`<rect fill="${bars[kind]}" x="${wide(from, most)}" width="${wide(part, most)}" height="12"/>`
    })
  }
  return section(
    "telco",
    texts.telcos[language],
    html`<div class="side"><figure><ul class="bars">${
      rows.slice(0, mostBars).map((row) =>
        html`<li><div class="l"><span>${name(row, texts.noTelco[language])}</span><span>${
          count(row.messages)
        } <span class="dim">${Figures.share(row.messages, all.messages)}</span></span></div><svg aria-hidden="true">${
          bar(row)
        }</svg></li>`
      )
    }</ul>${key(on)}${
      rows.length > mostBars
        ? html`<p class="small dim">${texts.telcosMore[language](rows.length - mostBars)}</p>`
        : undefined
    }</figure><div><h3>${texts.table[language]}</h3>${
      table({
        caption: texts.inSeconds[language],
        columns: [
          { name: texts.telco[language] },
          { name: texts.all[language], isNumber: true },
          { name: texts.failed[language], isNumber: true },
          { name: texts.rate[language], isNumber: true },
          { name: "p50", isNumber: true },
          { name: "p90", isNumber: true, isWide: true },
          { name: "p99", isNumber: true }
        ],
        rows: rows.map((row) => ({
          head: name(row, texts.noTelcoShort[language]),
          cells: [count(row.messages), count(row.failed), Figures.share(row.failed, row.messages), ...timed(row.times)]
        })),
        foot: {
          head: texts.total[language],
          cells: [count(all.messages), count(all.failed), Figures.share(all.failed, all.messages), ...timed(times)]
        }
      })
    }</div></div>`
  )
}

const minute = 60
const hour = 3600
const day = 86_400
const fine = [
  1,
  2,
  3,
  4,
  5,
  7,
  10,
  15,
  20,
  30,
  minute,
  2 * minute,
  5 * minute,
  15 * minute,
  hour,
  6 * hour,
  day,
  7 * day,
  31 * day
]
const coarse = [2, 3, 4, 5, 7, 10, 20, minute, 5 * minute, 15 * minute, hour, 6 * hour, day, 31 * day]
const coarsest = [5, 10, 20, minute, 5 * minute, 15 * minute, hour, 6 * hour, day, 7 * day, 31 * day]

interface Interval {
  readonly from: number
  readonly until: number
  readonly count: number
}

/** The intervals from the shortest to the longest time, no more of them than a phone has room for. */
const intervals = (distribution: DeliverySink.DeliveryTimes["distribution"]): ReadonlyArray<Interval> => {
  const times = distribution.map(([time, count]) => ({ seconds: Duration.toSeconds(time), count }))
  const cut = (bounds: ReadonlyArray<number>): ReadonlyArray<Interval> => {
    const all = bounds.map((until, index) => {
      const from = bounds[index - 1] ?? 0
      const within = times.filter(({ seconds }) =>
        (index === 0 || seconds > from) && (seconds <= until || index === bounds.length - 1)
      )
      return { from, until, count: within.reduce((sum, { count }) => sum + count, 0) }
    })
    const first = all.findIndex(({ count }) => count > 0)
    return all.slice(Math.max(0, first), all.findLastIndex(({ count }) => count > 0) + 1)
  }
  return [fine, coarse].map(cut).find((found) => found.length <= 11) ?? cut(coarsest)
}

const interval = ({ from, until }: Interval, language: Language): string => {
  const unit = { en: " s", ko: "초" }[language]
  return until < minute
    ? `${from}–${until}${unit}`
    : `${Figures.bound(from, language)}${from < minute ? unit : ""}–${Figures.bound(until, language)}`
}

const times = (on: On): Markup => {
  const { language, times } = on
  const median = times === undefined ? undefined : Figures.percentile(times, 50)
  if (times === undefined || median === undefined) {
    return section("time", texts.times[language], small(texts.noTimes[language]))
  }
  const rows = intervals(times.distribution)
  const took = (seconds: number | undefined) => seconds === undefined ? "-" : Figures.duration(seconds, language)
  // Ranks with one time are one line.
  const ranks = Map.groupBy([50, 90, 99] as const, (rank) => Figures.percentile(times, rank))
  const lines = Array.from(ranks, ([seconds = 0, ranks]) => {
    const index = Math.max(0, rows.findIndex(({ until }) => seconds <= until))
    const { from, until } = rows[index] ?? { from: 0, until: 1 }
    return {
      at: index + (seconds - from) / (until - from),
      text: `${ranks.map((rank) => `p${rank}`).join(", ")} ${took(seconds)}`
    }
  })
  let counted = 0
  return section(
    "time",
    texts.times[language],
    small(texts.timesSays[language](count(times.count))),
    html`<figure><div class="axis">${
      Charts.distribution({
        label: texts.timesChart[language](lines.map(({ text }) => text).join(", ")),
        say: compact(language),
        lines,
        columns: rows.map((row) => ({
          count: row.count,
          title: `${interval(row, language)}: ${count(row.count)}`,
          end: Figures.tick(row.until, language)
        }))
      })
    }</div><p class="small dim">${texts.across[language]}</p></figure><h3>${
      texts.table[language]
    }</h3><div class="two">${
      table({
        caption: texts.percentiles[language],
        columns: [{ name: texts.rank[language] }, { name: texts.time[language], isNumber: true }],
        rows: [
          ...Sums.percentiles.map((rank) => ({ head: `p${rank}`, cells: [took(Figures.percentile(times, rank))] })),
          { head: texts.longest[language], cells: [took(Figures.longest(times))] }
        ]
      })
    }${
      table({
        caption: texts.intervals[language],
        columns: [
          { name: texts.time[language] },
          { name: texts.count[language], isNumber: true },
          { name: texts.share[language], isNumber: true },
          { name: texts.upTo[language], isNumber: true }
        ],
        rows: rows.map((row) => {
          counted += row.count
          return {
            head: interval(row, language),
            cells: [count(row.count), Figures.share(row.count, times.count), Figures.share(counted, times.count)]
          }
        })
      })
    }</div>`
  )
}

const chosen = ({ all, chosen, language }: On): Markup | undefined => {
  if (chosen === undefined) return undefined
  const { heads, left, rows } = chosen
  return section(
    "rows",
    texts.chosen[language](heads[0] === undefined ? "" : heads.join(", ")),
    table({
      caption: left === 0 ? texts.chosenSays[language] : texts.chosenMore[language](count(left)),
      columns: [
        ...heads.map((name) => ({ name })),
        { name: texts.all[language], isNumber: true },
        { name: texts.share[language], isNumber: true, isWide: true },
        { name: texts.failed[language], isNumber: true },
        { name: texts.pending[language], isNumber: true, isWide: true },
        { name: texts.rate[language], isNumber: true }
      ],
      rows: rows.map(({ cells: [head = "-", ...cells], row }) => ({
        head,
        cells: [
          ...cells,
          count(row.messages),
          Figures.share(row.messages, all.messages),
          count(row.failed),
          count(row.pending),
          Figures.share(row.failed, row.messages)
        ]
      }))
    })
  )
}

// -----------------------------------------------------------------------------
// The page
// -----------------------------------------------------------------------------

const hatch = trusted(
  `<svg width="0" height="0" aria-hidden="true" class="defs"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--badbar)"/><path d="M0 0V5" stroke="var(--card)" stroke-width="1.6"/></pattern></defs></svg>`
)

const policy = "default-src 'none'; style-src 'unsafe-inline'"

const at = (instant: DateTime.Utc): string => `${KstDateTime.formatMinutes(instant)} KST`

/** The page, as it is written. */
export const make = (facts: Facts): string => {
  const { command, filters, hasNumbers, language, made, selection: { end, start }, serviceId, sums, unreadable } = facts
  const total = Sums.total(sums)
  const on: On = { ...facts, all: total ?? none, times: total?.times }
  const span = end.epochMilliseconds - start.epochMilliseconds
  const parts: ReadonlyArray<readonly [id: string, name: string, content: Markup | undefined]> = [
    ["do", texts.todo[language], todo(on)],
    ...(on.all.messages === 0 ? [] : [
      ["hour", texts.hours[language], hours(on)],
      ["day", texts.days[language], days(on)],
      ["code", texts.codes[language], codes(on)],
      ["telco", texts.telcos[language], telcos(on)],
      ["time", texts.times[language], times(on)],
      ["rows", texts.rows[language], chosen(on)]
    ] as const)
  ]
  const there = parts.filter(([, , content]) => content !== undefined)
  const until = KstDateTime.formatMinutes(end)
  return render(html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><meta http-equiv="Content-Security-Policy" content="${
    trusted(policy)
  }"><title>${texts.title[language]} ${KstDateTime.formatMinutes(start).slice(0, 10)} – ${until.slice(0, 10)}</title>
<style>${trusted(Style.css)}</style></head><body>
${hatch}
<header><h1>${texts.title[language]}</h1><p class="meta"><span>${KstDateTime.formatMinutes(start)} – ${
    at(end)
  }</span><span>${
    texts.span[language](Math.round(span / aDay), Math.max(1, Math.round(span / 3_600_000)))
  }</span><span>${texts.byRequest[language]}</span><span class="mono">${serviceId}</span></p>${
    filters.length === 0
      ? undefined
      : html`<ul class="chips" aria-label="${texts.filters[language]}">${
        filters.map((filter) => html`<li>${filter}</li>`)
      }</ul>`
  }${
    unreadable === 0 ? undefined : html`<p class="warn small">${texts.unreadableSays[language](count(unreadable))}</p>`
  }${
    there.length < 2
      ? undefined
      : html`<nav aria-label="${texts.contents[language]}">${
        there.map(([id, name]) => html`<a href="#${id}">${name}</a>`)
      }</nav>`
  }</header>
<main>${figures(on)}
${there.map(([, , content]) => html`${content}\n`)}</main>
<footer><p>${texts[hasNumbers ? "noText" : "nothingOfPeople"][language]} ${
    texts.unreadable[language](count(unreadable))
  }</p><p>${texts.made[language](at(made))} <span class="mono">${command}</span></p></footer>
</body></html>
`)
}
