/**
 * Goals, the rows that say what became of them, and their table.
 *
 * @since 0.1.0
 */

/**
 * What a figure should be. `why` is the reason for which it is not met, if it is not: a missed goal without one fails the run. A `guard` is a bound
 * that says what a figure is not to become, of what costs no user anything.
 *
 * @category models
 * @since 0.1.0
 */
export interface Goal {
  readonly kind: "atLeast" | "atMost"
  /** Names the goal: no two have the same. */
  readonly measure: string
  readonly bound: number
  readonly unit: string
  readonly why: string | undefined
  readonly role: "goal" | "guard"
}

/**
 * One figure. One without a goal has no verdict.
 *
 * @category models
 * @since 0.1.0
 */
export interface Row {
  readonly measure: string
  readonly goal: string
  readonly figure: string
  readonly verdict: "met" | "missed" | ""
}

/**
 * @category goals
 * @since 0.1.0
 */
export const atLeast = (measure: string, bound: number, unit: string, why?: string): Goal => ({
  kind: "atLeast",
  measure,
  bound,
  unit,
  why,
  role: "goal"
})

/**
 * @category goals
 * @since 0.1.0
 */
export const atMost = (measure: string, bound: number, unit: string, why?: string): Goal => ({
  kind: "atMost",
  measure,
  bound,
  unit,
  why,
  role: "goal"
})

/**
 * The same as a guard.
 *
 * @category goals
 * @since 0.1.0
 */
export const guard = (goal: Goal): Goal => ({ ...goal, role: "guard" })

/**
 * A goal as the table has it: `>= 8x`.
 *
 * @category goals
 * @since 0.1.0
 */
export const text = ({ bound, kind, role, unit }: Goal): string =>
  `${role === "guard" ? "guard " : ""}${kind === "atLeast" ? ">=" : "<="} ${bound}${unit}`

const figure = (measure: string, value: number, unit: string): string => {
  // What was not measured must not pass for a figure.
  if (!Number.isFinite(value)) throw new Error(`No figure: ${measure}`)
  return `${Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toPrecision(3)}${unit}`
}

/**
 * What became of a goal.
 *
 * @category rows
 * @since 0.1.0
 */
export const row = (goal: Goal, value: number): Row => ({
  measure: goal.measure,
  goal: text(goal),
  figure: figure(goal.measure, value, goal.unit),
  verdict: (goal.kind === "atLeast" ? value >= goal.bound : value <= goal.bound) ? "met" : "missed"
})

/**
 * A goal of which nothing is known yet.
 *
 * @category rows
 * @since 0.1.0
 */
export const unmeasured = (goal: Goal): Row => ({
  measure: goal.measure,
  goal: text(goal),
  figure: "not measured",
  verdict: ""
})

/**
 * A figure without a goal.
 *
 * @category rows
 * @since 0.1.0
 */
export const note = (measure: string, value: number, unit: string): Row => ({
  measure,
  goal: "",
  figure: figure(measure, value, unit),
  verdict: ""
})

/**
 * The table `measure | goal | figure | verdict`.
 *
 * @category rows
 * @since 0.1.0
 */
export const render = (rows: ReadonlyArray<Row>): string => {
  const all = [{ measure: "measure", goal: "goal", figure: "figure", verdict: "verdict" }, ...rows]
  const columns = ["measure", "goal", "figure", "verdict"] as const
  const widths = columns.map((column) => Math.max(...all.map((row) => row[column].length)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`
  return [
    line(columns),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map((row) => line(columns.map((column) => row[column])))
  ].join("\n")
}

/**
 * The rows of a table, whatever stands around it.
 *
 * @category rows
 * @since 0.1.0
 */
export const parse = (table: string): ReadonlyArray<Row> =>
  table.split("\n").flatMap((line) => {
    const [measure, goal, figure, verdict, ...rest] = line.split("|").slice(1, -1).map((cell) => cell.trim())
    if (measure === undefined || goal === undefined || figure === undefined || rest.length > 0) return []
    return verdict === "met" || verdict === "missed" || (verdict === "" && figure !== "")
      ? [{ measure, goal, figure, verdict }]
      : []
  })

/**
 * What the rows say about the goals: `absent` have no row, or one without a verdict, `unexplained` are missed for no reason given, and `unused` are met but have one.
 *
 * @category rows
 * @since 0.1.0
 */
export interface Audit {
  readonly absent: ReadonlyArray<Goal>
  readonly missed: ReadonlyArray<{ readonly row: Row; readonly why: string }>
  readonly unexplained: ReadonlyArray<Row>
  readonly unused: ReadonlyArray<Goal>
}

/**
 * @category rows
 * @since 0.1.0
 */
export const audit = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>): Audit => {
  const found = goals.map((goal) => ({ goal, row: rows.find(({ measure }) => measure === goal.measure) }))
  const missed = found.flatMap(({ goal, row }) => row?.verdict === "missed" ? [{ row, why: goal.why }] : [])
  return {
    absent: found.flatMap(({ goal, row }) => row === undefined || row.verdict === "" ? [goal] : []),
    missed: missed.flatMap(({ row, why }) => why === undefined ? [] : [{ row, why }]),
    unexplained: missed.flatMap(({ row, why }) => why === undefined ? [row] : []),
    unused: found.flatMap(({ goal, row }) => row?.verdict === "met" && goal.why !== undefined ? [goal] : [])
  }
}

/**
 * A line for each missed goal, which says why.
 *
 * @category rows
 * @since 0.1.0
 */
export const renderMissed = (missed: Audit["missed"]): string =>
  missed.map(({ row, why }) => `- ${row.measure}: ${row.figure} (${row.goal}). ${why}`).join("\n")
