/**
 * `docs/benchmarks.md`: written by a full run, and checked for its shape, since its figures are of one machine and one day.
 *
 * @since 0.1.0
 */
import { audit, type Goal, parse, render, renderMissed, type Row, text } from "./rows.ts"

/**
 * Where and when a run was made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances {
  readonly date: string
  readonly machine: string
  readonly minutes: number
  /** By name, in the order of the page. */
  readonly versions: ReadonlyArray<readonly [name: string, version: string]>
}

const before = `<!-- Written by \`npm run bench\`. Do not edit. -->

# Benchmarks

What it costs to use this library, beside others that do the same and beside the goals that were set before it was written.

## What a figure means

- Figures are ratios. Contestants run in one process, in turn, round after round, so that whatever else the machine does
  hits all of them; of work without waiting the best turns are compared, and where a server answers, the median of the
  ratios within each round. A ratio \`to\` somebody is a speed, and more is better; a time, a size or memory \`in\` or \`of\`
  somebody's is a cost, and less is better.
- A row with a goal says whether it is met. A row without one (\`↳\`) shows what the figure above it is made of.
- The server is a process of its own on the same machine, over plain HTTP, and does next to nothing. On a real link a call
  waits tens of milliseconds: the figures are cost of processor, not time to an answer.
- \`by processor time\` counts all threads of the process, and not what it waited. It is the figure to believe where a server
  shares the processor.
- The "straightforward program" is what one writes with Effect after its manual: \`schemaBodyJson\`, \`filterStatusOk\`,
  \`retryTransient\`, \`Effect.fn\`. "On Effect alone" is the same without this library.
- solapi is a client of another service. It has no setting for the address, so its requests are led to the local server
  through the global \`fetch\`. What it sends and gets is of its own service, and a little longer.
- Contestants have to agree, or the run fails: the same bytes, the same answer, all records.

`

const run = (minutes: number): string =>
  `## How to run it

\`\`\`sh
npm run bench                    # everything, and writes this page: about ${minutes} minutes
npm run bench -- http --quick    # one of euckr, http, streams, emulator; --quick for a first look
npm run bench -- guard           # what CI runs: a few ratios against the recorded ones, under a minute
\`\`\`

A missed goal is a result and not a failure. The guard fails when a ratio is worse than twice the one recorded in
\`packages/benchmarks/baseline.json\` (5 % for the size of a bundle), also at a second try.
`

const table = (cells: ReadonlyArray<readonly [string, string]>): string => {
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)))
  const line = (row: ReadonlyArray<string>) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`
  const [head, ...rest] = cells.map(line)
  return [head, line(widths.map((width) => "-".repeat(width))), ...rest].join("\n")
}

const missedTitle = "## Missed goals"

const missedSection = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>): string => {
  const { missed } = audit(goals, rows)
  return `${missedTitle}\n\n${missed.length === 0 ? "None." : renderMissed(missed)}\n`
}

/**
 * The whole page.
 *
 * @category writing
 * @since 0.1.0
 */
export const write = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>, circumstances: Circumstances): string => {
  const { date, machine, minutes, versions } = circumstances
  const met = rows.filter(({ verdict }) => verdict === "met").length
  const where = table([["", ""], ["date", date], ["machine", machine], ...versions])
  return [
    `${before}${run(minutes)}`,
    `## Where and when\n\n${where}\n`,
    `## Figures\n\n${met} of ${goals.length} goals are met.\n\n${render(rows)}\n`,
    missedSection(goals, rows)
  ].join("\n")
}

/**
 * The page with the reasons as they are in the code now.
 *
 * @category writing
 * @since 0.1.0
 */
export const withReasons = (page: string, goals: ReadonlyArray<Goal>): string =>
  `${page.slice(0, page.indexOf(missedTitle))}${missedSection(goals, parse(page))}`

/**
 * What is wrong with a page: goals that it does not have, or has otherwise than the code, and missed ones that it does not explain.
 *
 * @category checking
 * @since 0.1.0
 */
export const check = (page: string, goals: ReadonlyArray<Goal>): ReadonlyArray<string> => {
  const rows = parse(page)
  const { unexplained } = audit(goals, rows)
  return [
    ...goals.flatMap((goal) => {
      const row = rows.find(({ measure }) => measure === goal.measure)
      if (row === undefined) return [`not on the page: ${goal.measure}`]
      return row.goal === text(goal) ? [] : [`${goal.measure}: ${row.goal} on the page, ${text(goal)} in the code`]
    }),
    ...rows.filter(({ goal, measure }) => goal !== "" && !goals.some((_) => _.measure === measure)).map(({ measure }) =>
      `not in the code: ${measure}`
    ),
    ...unexplained.map(({ measure }) => `missed for no reason: ${measure}`),
    ...page.endsWith(missedSection(goals, rows)) ? [] : ["the reasons are not those of the code"]
  ]
}
