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
- \`by processor time\` counts all threads of the process, and not what it waited. Verdicts go by the clock,
  as the goals do; where a server shares the processor, the processor time tells more.
- The "straightforward program" is what one writes with Effect after its manual: \`schemaBodyJson\`, \`filterStatusOk\`,
  \`retryTransient\`, \`Effect.fn\`. "On Effect alone" is the same without this library.
- solapi is a client of another service. It has no setting for the address, so its requests are led to the local server
  through the global \`fetch\`. What it sends and gets is of its own service, and a little longer.
- Durable sending is measured against the emulator, in a process of its own, and the commits of its databases wait for the disk.
  A job of the queues beside it is one message by the same client; they do less with it: a job of a worker that died is sent again.
- Contestants have to agree, or the run fails: the same bytes, the same answer, all records.

`

const run = `## How to run it

\`npm run bench\` measures everything, ends with the table and writes this page, in about half an hour on two cores.
\`npm run bench -- euckr --quick\` measures one part; the others are \`http\`, \`streams\`, \`emulator\`, \`outbox\` and \`cli\`, and \`--quick\` is
for a first look. \`outbox\` sends to a million people only where it is told \`--million\`, and leaves out what needs PostgreSQL where there is
none. A missed goal is a result and not a failure.

CI runs the part \`guard\`, which takes less than a minute: a few ratios, by the best of many rounds or by processor time,
against those recorded in \`packages/benchmarks/baseline.json\` when this page was written. It fails when one is worse than
twice that (5 % for the size of a bundle), also at a second try.

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

const whereTitle = "## Where and when"
const figuresTitle = "## Figures"

const compose = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>, where: string): string => {
  const met = rows.filter(({ verdict }) => verdict === "met").length
  return [
    `${before}${run}${where}`,
    `${figuresTitle}\n\n${met} of ${goals.length} goals are met.\n\n${render(rows)}\n\n`,
    missedSection(goals, rows)
  ].join("")
}

/**
 * The whole page.
 *
 * @category writing
 * @since 0.1.0
 */
export const write = (
  goals: ReadonlyArray<Goal>,
  rows: ReadonlyArray<Row>,
  { date, machine, minutes, versions }: Circumstances
): string =>
  compose(
    goals,
    rows,
    `${whereTitle}\n\n${
      table([["", ""], ["date", date], ["machine", machine], ["the run took", `${minutes} minutes`], ...versions])
    }\n\n`
  )

/**
 * The page with the figures that it has, and all else as the code has it now.
 *
 * @category writing
 * @since 0.1.0
 */
export const rewrite = (page: string, goals: ReadonlyArray<Goal>): string =>
  compose(goals, parse(page), page.slice(page.indexOf(whereTitle), page.indexOf(figuresTitle)))

/**
 * What is wrong with a page: goals that it does not have, or has otherwise than the code, missed ones that it does not explain, and words that
 * the code would write otherwise.
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
    ...rewrite(page, goals) === page ? [] : ["not as the code writes it: npm run bench -- --rewrite"]
  ]
}
