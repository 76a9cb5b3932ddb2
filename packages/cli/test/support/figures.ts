/** The one in the middle. */
export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export interface Figure {
  readonly what: string
  readonly is: number
  /** The goal: not more than this, */
  readonly most?: number
  /** or not less. */
  readonly least?: number
}

const said = (value: number): string =>
  value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 })

const holds = ({ is, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Figure): boolean =>
  is >= least && is <= most

/** Prints figures beside their goals, and tells whether all of them are met. */
export const table = (figures: ReadonlyArray<Figure>): boolean => {
  for (const figure of figures) {
    const goal = figure.most === undefined ? `>= ${said(figure.least ?? Number.NaN)}` : `<= ${said(figure.most)}`
    console.log(
      `${figure.what.padEnd(52)} ${said(figure.is).padStart(12)}   ${goal.padEnd(14)} ${
        holds(figure) ? "met" : "missed"
      }`
    )
  }
  return figures.every(holds)
}
