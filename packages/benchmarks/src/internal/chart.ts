/**
 * The five figures that a user asks for, as a picture: what a send, a start, a bulk send and an export cost, and the memory of the export. Drawn from the
 * rows of the page, so that it says what they say.
 *
 * @since 0.1.0
 */
import * as Goals from "./goals.ts"
import type { Goal, Row } from "./rows.ts"

interface Bar {
  readonly who: string
  readonly value: number
  readonly ours: boolean
}

interface Panel {
  readonly title: string
  readonly bars: ReadonlyArray<Bar>
  readonly goal: Goal
}

/** `of` is whose cost is 1; the rest are rows, by their measures. */
interface Source {
  readonly title: string
  readonly goal: Goal
  readonly of: string
  readonly rivals: ReadonlyArray<readonly [who: string, measure: string]>
}

const sends = 16

const sources: ReadonlyArray<Source> = [
  {
    title: `A send, ${sends} at a time: processor time`,
    goal: Goals.http.node[sends],
    of: "undici.request by hand",
    rivals: ["fetch by hand", "axios", "solapi", "twilio"].map((who) => [who, Goals.rival(who, sends)])
  },
  {
    title: "From the start of a process to its first send, bundled: processor time",
    goal: Goals.http.start,
    of: "axios",
    rivals: ["undici.request", "solapi"].map((who) => [who, Goals.starter(who)])
  },
  {
    title: "A bulk send of 100,000 texts, all checks on: processor time",
    goal: Goals.bulk.all,
    of: "a loop that checks nothing",
    rivals: []
  },
  {
    title: "1,000,000 delivery records to a CSV file, all validated: processor time",
    goal: Goals.streams.csv,
    of: "a loop that checks nothing",
    rivals: []
  },
  {
    title: "Most memory of that export",
    goal: Goals.streams.memory,
    of: "a loop that checks nothing",
    rivals: []
  }
]

/** What is there to draw. */
const panels = (rows: ReadonlyArray<Row>): ReadonlyArray<Panel> => {
  const value = (measure: string): number =>
    Number.parseFloat(rows.find((row) => row.measure === measure)?.figure ?? "")
  const bar = (who: string, value: number, ours = false): ReadonlyArray<Bar> =>
    Number.isNaN(value) ? [] : [{ who, value, ours }]
  return sources.flatMap(({ goal, of, rivals, title }) => {
    const ours = bar("effect-sens", value(goal.measure), true)
    if (ours.length === 0) return []
    const others = [...bar(of, 1), ...rivals.flatMap(([who, measure]) => bar(who, value(measure)))]
    return [{ title, goal, bars: [...ours, ...others.toSorted((a, b) => a.value - b.value)] }]
  })
}

const figure = (value: number): string => `${value.toFixed(2)}x`

const width = 760
const left = 250
const right = 80
const line = 22
const heading = 44
const gap = 12
const margin = 16

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const drawPanel = ({ bars, goal, title }: Panel, top: number): string => {
  const scale = (width - left - right) / Math.max(goal.bound, ...bars.map(({ value }) => value))
  const mark = left + goal.bound * scale
  return [
    `<text class="title" x="${margin}" y="${top + 20}">${escape(title)}</text>`,
    ...bars.flatMap(({ ours, value, who }, index) => {
      const y = top + heading + index * line
      const end = left + value * scale
      // The mark of the goal must not stand in the figure.
      const at = ours && mark >= end && mark - end < 60 ? mark + 8 : end + 8
      return [
        `<text x="${left - 10}" y="${y + 12}" text-anchor="end"${ours ? ` class="title"` : ""}>${escape(who)}</text>`,
        `<rect class="${ours ? "ours" : "other"}" x="${left}" y="${y}" width="${
          (end - left).toFixed(1)
        }" height="16" rx="2"/>`,
        `<text x="${at.toFixed(1)}" y="${y + 12}">${figure(value)}</text>`
      ]
    }),
    `<line class="goal" x1="${mark.toFixed(1)}" x2="${mark.toFixed(1)}" y1="${top + heading - 4}" y2="${
      top + heading + 20
    }"/>`,
    `<text class="goal-text" x="${mark.toFixed(1)}" y="${
      top + heading - 7
    }" text-anchor="middle">goal ${goal.bound}x</text>`
  ].join("\n")
}

/**
 * What the picture shows, in words.
 *
 * @category drawing
 * @since 0.1.0
 */
export const words = (rows: ReadonlyArray<Row>): string =>
  panels(rows).map(({ bars, goal, title }) =>
    `${title}: ${bars.map(({ value, who }) => `${who} ${figure(value)}`).join(", ")} (goal ${goal.bound}x).`
  ).join(" ")

/**
 * The picture, as SVG, for light and dark pages; nothing where there are no figures to draw.
 *
 * @category drawing
 * @since 0.1.0
 */
export const draw = (rows: ReadonlyArray<Row>): string => {
  const drawn: Array<string> = []
  let top = margin
  for (const panel of panels(rows)) {
    drawn.push(drawPanel(panel, top))
    top += heading + panel.bars.length * line + gap
  }
  if (drawn.length === 0) return ""
  const height = top + margin + 10
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">What effect-sens costs beside others</title>
<desc id="d">${escape(words(rows))}</desc>
<style>
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.small, .goal-text { font-size: 11px }
.page { fill: #ffffff }
.ours { fill: #0969da }
.other { fill: #afb8c1 }
.goal { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 4 2 }
.goal-text { fill: #bc4c00 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.page { fill: #0d1117 }
.ours { fill: #4493f8 }
.other { fill: #57606a }
.goal { stroke: #f0883e }
.goal-text { fill: #f0883e }
}
</style>
<rect class="page" width="${width}" height="${height}"/>
${drawn.join("\n")}
<text class="small" x="${margin}" y="${
    height - 12
  }">Less is better. Each in the cost of the one that is 1.00x; the dashed line is the goal.</text>
</svg>
`
}
