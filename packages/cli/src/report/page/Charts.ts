/**
 * Charts as SVG: columns side by side, and the distribution of times. Plot draws them; then all that lies across becomes a share of the
 * width, so that a chart fits a phone as it fits a screen and its letters stay as large as they are.
 *
 * @since 0.1.0
 */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import * as Html from "./Html.ts"

/** So much is 100 %. */
const width = 1000

const { document } = parseHTML("<!doctype html><html><head></head><body></body></html>")

const short = (value: number): string => String(Math.round(value * 100) / 100)

const percent = (value: string): string => `${short(Number(value) / width * 100)}%`

const across = new Set(["x", "x1", "x2", "width"])

/** Only what {@link plot} asks Plot for is known here; what else it drew one day would be out of place, and is told. */
const adapt = (element: Element): void => {
  const children = Array.from(element.children)
  element.removeAttribute("aria-label")
  element.removeAttribute("aria-hidden")
  switch (element.localName) {
    case "g":
      return children.forEach(adapt)
    case "rect":
    case "line":
      if (element.getAttribute("height") === "0") return element.remove()
      for (const { name, value } of Array.from(element.attributes)) {
        element.setAttribute(
          name,
          across.has(name) ? percent(value) : /^[\d.-]+$/.test(value) ? short(Number(value)) : value
        )
      }
      return
    case "text": {
      const [, x, y] = /^translate\(([^,]+),([^)]+)\)$/.exec(element.getAttribute("transform") ?? "") ?? []
      if (x === undefined || y === undefined) throw new Error("a text without a place")
      const shift = element.getAttribute("y")
      element.removeAttribute("transform")
      if (shift !== null) element.setAttribute("dy", shift)
      element.setAttribute("x", percent(x))
      element.setAttribute("y", short(Number(y)))
      return
    }
    default:
      throw new Error(`a chart with <${element.localName}>`)
  }
}

const plot = (options: {
  readonly height: number
  readonly top: number
  readonly bottom: number
  readonly label: string
  readonly xs: number
  readonly most: number
  readonly marks: ReadonlyArray<Plot.Markish>
}): Html.Markup => {
  const svg = Plot.plot({
    document,
    width,
    height: options.height,
    margin: 0,
    marginTop: options.top,
    marginBottom: options.bottom,
    x: { domain: [0, options.xs], axis: null },
    y: { domain: [0, options.most], axis: null },
    marks: [...options.marks]
  })
  for (const child of Array.from(svg.children)) {
    if (child.localName === "style") child.remove()
    else adapt(child)
  }
  for (const { name } of Array.from(svg.attributes)) svg.removeAttribute(name)
  svg.setAttribute("height", String(options.height))
  svg.setAttribute("text-anchor", "middle")
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", options.label)
  return Html.trusted(svg.outerHTML.replaceAll(" />", "/>"))
}

/** One or two lines across, at round figures. */
const ticks = (most: number, isWhole: boolean): ReadonlyArray<number> => {
  if (most <= 0) return []
  const rough = most / 2.2
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).findLast((each) =>
    each <= rough && (!isWhole || Number.isInteger(each))
  )
  const by = step ?? (isWhole ? 1 : power)
  return Array.from({ length: Math.floor(most / by) }, (_, index) => by * (index + 1))
}

const grid = (at: ReadonlyArray<number>, say: (tick: number) => string) => [
  Plot.ruleY([0, ...at], { stroke: "var(--line)" }),
  // In the margin on the left, so that no column stands behind a figure.
  Plot.text(at, { y: (tick: number) => tick, frameAnchor: "left", text: say, textAnchor: "end", dx: -8 })
]

/** How wide a chart is on the narrowest phone, in px. */
const narrowest = 230

/** How wide a text is at the most, as a share of that. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (letter > "\u1100" ? 12.5 : 7.4), 0) / narrowest

interface Label {
  /** Its middle, as a share of the width. */
  readonly at: number
  /** One line or two. */
  readonly lines: ReadonlyArray<string>
}

/** Those that have room on a phone: where one would run into one before it, it is left out. None stands out of the chart. */
const fitting = (labels: ReadonlyArray<Label>): ReadonlyArray<Label> => {
  const shown: Array<Label & { readonly half: number }> = []
  for (const { at, lines } of labels) {
    const half = Math.max(...lines.map(widthOf)) / 2
    const middle = Math.min(at, 1.04 - half)
    if (shown.every((other) => Math.abs(other.at - middle) >= other.half + half + 3 / narrowest)) {
      shown.push({ at: middle, lines, half })
    }
  }
  return shown
}

const labels = (of: ReadonlyArray<Label>, xs: number) => {
  const shown = fitting(of)
  return [0, 1].map((line) =>
    Plot.text(shown.flatMap(({ at, lines }) => lines[line] === undefined ? [] : [{ x: at * xs, text: lines[line] }]), {
      x: "x",
      text: "text",
      frameAnchor: "bottom",
      lineAnchor: "top",
      dy: 6 + 15 * line
    })
  )
}

/** A column: parts that stand on one another, and what it says of itself. */
export interface Column {
  readonly parts: ReadonlyArray<number>
  readonly title: string
  /** Under it; one line or two, or nothing. */
  readonly label?: ReadonlyArray<string> | undefined
}

export interface Columns {
  readonly label: string
  readonly columns: ReadonlyArray<Column>
  /** The colours of the parts. */
  readonly fills: ReadonlyArray<string>
  readonly height: number
  readonly say: (tick: number) => string
  readonly isWhole: boolean
}

// A few columns are not to be as wide as a page.
const fewest = 7

export const columns = ({ columns, fills, height, isWhole, label, say }: Columns): Html.Markup => {
  const most = Math.max(...columns.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)), isWhole ? 1 : 1e-9)
  const top = 12
  const bottom = columns.some(({ label = [] }) => label.length > 1) ? 40 : 22
  const xs = Math.max(columns.length, fewest)
  // What there is of is seen, however little it is beside the rest.
  const least = most / (height - top - bottom)
  const gap = columns.length > 40 ? 0.08 : 0.13
  const stacked = columns.flatMap(({ parts }, index) => {
    let at = 0
    return parts.flatMap((part, kind) => {
      if (part === 0) return []
      const from = at
      at += Math.max(part, least)
      return [{ kind, x1: index + gap, x2: index + 1 - gap, y1: from, y2: at }]
    })
  })
  const tall = Math.max(most, ...stacked.map(({ y2 }) => y2))
  return plot({
    height,
    top,
    bottom,
    label,
    xs,
    most: tall,
    marks: [
      ...grid(ticks(most, isWhole), say),
      ...fills.map((fill, kind) =>
        Plot.rectY(stacked.filter((rect) => rect.kind === kind), { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill })
      ),
      // Over all of its height, so that a small one can be pointed at.
      Plot.rectY(
        columns.map(({ title }, index) => ({ title, x1: index, x2: index + 1 })),
        { x1: "x1", x2: "x2", y1: 0, y2: tall, fill: "transparent", title: "title" }
      ),
      ...labels(
        columns.flatMap(({ label }, index) => label === undefined ? [] : [{ at: (index + 0.5) / xs, lines: label }]),
        xs
      )
    ]
  })
}

export interface Line {
  /** Where it stands, in columns. */
  readonly at: number
  readonly text: string
}

export interface Distribution {
  readonly label: string
  readonly columns: ReadonlyArray<{ readonly count: number; readonly title: string; readonly end: string }>
  readonly lines: ReadonlyArray<Line>
  readonly say: (tick: number) => string
}

/** How many took how long, with lines at percentiles. */
export const distribution = ({ columns, label, lines, say }: Distribution): Html.Markup => {
  const most = Math.max(...columns.map(({ count }) => count), 1)
  const xs = Math.max(columns.length, fewest)
  // On the side on which there is room; texts that would run into one another stand below one another.
  const rows: Array<number> = []
  const placed = lines.map(({ at, text }) => {
    const x = at / xs
    const isLeft = x + widthOf(text) > 1.04
    const [from, until] = isLeft ? [x - widthOf(text), x] : [x, x + widthOf(text)]
    return { from, until, isLeft }
  })
  placed.forEach(({ from, until }, index) => {
    const taken = new Set(
      placed.slice(0, index).flatMap((other, before) => other.from < until && from < other.until ? [rows[before]] : [])
    )
    rows.push([0, 1, 2].find((row) => !taken.has(row)) ?? 0)
  })
  const height = 160
  const line = 18
  const top = 10 + line * (Math.max(0, ...rows) + 1)
  const bottom = 22
  const least = most / height
  return plot({
    height: height + top + bottom,
    top,
    bottom,
    label,
    xs,
    most,
    marks: [
      ...grid(ticks(most, true), say),
      Plot.rectY(
        columns.map(({ count }, index) => ({
          x1: index + 0.13,
          x2: index + 0.87,
          y: count === 0 ? 0 : Math.max(count, least)
        })),
        { x1: "x1", x2: "x2", y1: 0, y2: "y", fill: "var(--okbar)" }
      ),
      ...lines.map(({ at }, index) =>
        Plot.ruleX([at], {
          stroke: "var(--text)",
          strokeOpacity: 0.6,
          strokeDasharray: "3 3",
          y1: most,
          y2: 0,
          insetTop: 4 + line * (rows[index] ?? 0) - top
        })
      ),
      ...lines.map(({ at, text }, index) => {
        const isLeft = placed[index]?.isLeft === true
        return Plot.text([at], {
          x: (x: number) => x,
          frameAnchor: "top",
          text: () => text,
          fill: "var(--text)",
          // Where a line of another stands behind it.
          stroke: "var(--card)",
          strokeWidth: 5,
          textAnchor: isLeft ? "end" : "start",
          lineAnchor: "top",
          dx: isLeft ? -5 : 5,
          dy: 4 + line * (rows[index] ?? 0) - top
        })
      }),
      Plot.rectY(
        columns.map(({ title }, index) => ({ title, x1: index, x2: index + 1 })),
        { x1: "x1", x2: "x2", y1: 0, y2: most, fill: "transparent", title: "title" }
      ),
      // The last bound is worth more than the one before it.
      ...labels(columns.map(({ end }, index) => ({ at: (index + 0.87) / xs, lines: [end] })).toReversed(), xs)
    ]
  })
}
