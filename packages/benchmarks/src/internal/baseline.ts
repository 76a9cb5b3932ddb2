/**
 * Costs in times of somebody else's, against what they were when the page was written.
 *
 * @since 0.1.0
 */

/**
 * A cost as a ratio, so that it hardly depends on the machine; smaller is better.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  readonly measure: string
  readonly ratio: number
  /** How many times its baseline it may be: 2 is a halving of speed. */
  readonly allowed: number
}

/**
 * @category models
 * @since 0.1.0
 */
export type Baseline = Readonly<Record<string, number>>

/**
 * @category models
 * @since 0.1.0
 */
export interface Judgement {
  readonly measure: string
  readonly ratio: number | undefined
  readonly limit: number | undefined
  readonly verdict: "ok" | "worse" | "not measured" | "no baseline"
}

/**
 * Judges what was measured; what only the baseline has is missing, and what only was measured cannot be judged.
 *
 * @category judging
 * @since 0.1.0
 */
export const judge = (baseline: Baseline, costs: ReadonlyArray<Cost>): ReadonlyArray<Judgement> => [
  ...costs.map(({ allowed, measure, ratio }): Judgement => {
    const before = baseline[measure]
    if (before === undefined) return { measure, ratio, limit: undefined, verdict: "no baseline" }
    const limit = before * allowed
    // Written so that what is no number is worse.
    return { measure, ratio, limit, verdict: ratio <= limit ? "ok" : "worse" }
  }),
  ...Object.keys(baseline).filter((measure) => !costs.some((cost) => cost.measure === measure)).map((
    measure
  ): Judgement => ({ measure, ratio: undefined, limit: undefined, verdict: "not measured" }))
]

/**
 * Of two measurements, the better figure of each measure: what disturbs a measurement only makes it worse.
 *
 * @category judging
 * @since 0.1.0
 */
export const better = (first: ReadonlyArray<Cost>, second: ReadonlyArray<Cost>): ReadonlyArray<Cost> =>
  first.map((cost) => {
    const again = second.find(({ measure }) => measure === cost.measure)
    return again !== undefined && again.ratio < cost.ratio ? again : cost
  })

/**
 * The baseline of several measurements: of each measure the worst figure, so that a guard does not fail for what is only luck.
 *
 * @category judging
 * @since 0.1.0
 */
export const record = (measurements: ReadonlyArray<ReadonlyArray<Cost>>): Baseline => {
  const worst: Record<string, number> = {}
  for (const { measure, ratio } of measurements.flat()) {
    worst[measure] = Math.max(worst[measure] ?? 0, Number(ratio.toPrecision(3)))
  }
  return worst
}

/**
 * One line for each.
 *
 * @category judging
 * @since 0.1.0
 */
export const render = (judgements: ReadonlyArray<Judgement>): string => {
  const number = (value: number | undefined) => value === undefined ? "-" : value.toPrecision(3)
  const width = Math.max(0, ...judgements.map(({ measure }) => measure.length))
  return judgements.map(({ limit, measure, ratio, verdict }) =>
    `${measure.padEnd(width)}  ${number(ratio).padStart(7)}  at most ${number(limit).padStart(7)}  ${verdict}`
  ).join("\n")
}
