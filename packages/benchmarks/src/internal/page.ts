/**
 * `docs/benchmarks.md`: written by a full run, and checked for its shape, since its figures are of one machine and one day.
 *
 * @since 0.1.0
 */
import * as Chart from "./chart.ts"
import { audit, type Goal, parse, render, renderMissed, type Row, text, unmeasured } from "./rows.ts"

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

What it costs to use this library, beside others that do the same and beside the goals that were set for it.

`

const meaning = `## What a figure means

- Goals are costs that a user meets: a send between reads and writes of sockets, a bulk send, a log written to a file, a start of a process. A
  \`guard\` is a bound of what costs no user anything: it says what a figure is not to become.
- A figure is a ratio of the processor time of two contestants (\`process.cpuUsage\`: all threads, and not what was waited), unless it says
  \`by the clock\`. Each contestant is a process of its own, warm before it counts. They take turns, round after round, in an order that changes, so that
  whatever else the machine does hits all of them; the figure is the median of the ratios within each round. Absolute times say nothing of another machine.
- What is measured \`in\` somebody's is a cost, and less is better; \`to\` somebody it is a speed, and more is better. \`fetch, in a send of ours\` is how many
  times ours is as cheap.
- A row without a goal (\`↳\`) shows what the figure above it is made of, or who else does it at what cost.
- The server is a process of its own on the same machine, and does next to nothing. It is asked over plain HTTP, but for the rows \`TLS\` and
  \`Link\`. Those pass through a proxy that holds back what either side says for 10 ms, as a link of 20 ms does: a send waits for it, whoever sends, and the
  rows by the clock show what is left of the differences.
- "By hand" is what anybody would write: a body, a signature by \`node:crypto\`, the answer parsed. It checks and validates nothing, sets no time
  limit, tells no metrics, and does not know whether what failed was sent.
- \`undici.request\` is that of npm's undici. \`NodeTransport\` sends by the dispatcher of Node.js itself, whose undici is an older and cheaper one; over an
  \`Agent\` of npm's undici a send costs more than these figures say.
- "A request made beforehand" is the transport alone, under Effect: made and signed once, its answer not looked at.
- The "straightforward program" is what one writes with Effect after its manual: \`schemaBodyJson\`, \`filterStatusOk\`, \`retryTransient\`, \`Effect.fn\`.
- solapi and twilio are clients of other services, and are led to the local server. What they send and get is of their own service, and a little longer.
- Of EUC-KR, where nothing waits, the best turns in one process are compared.
- Durable sending is measured against the emulator, in a process of its own, and the commits of its databases wait for the disk.
  A job of the queues beside it is one message by the same client; they do less with it: a job of a worker that died is sent again.
- Contestants have to agree, or the run fails: the same bytes, the same answer, all records.

`

const run = `## How to run it

\`npm run bench\` measures everything, ends with the table and writes this page and its picture, in about half an hour on two cores.
\`npm run bench -- goals\` measures P1 to P12 alone, in less than ten minutes, and \`--write\` puts them on the page; what P12 tells is from the last whole
\`bash .ci/run\`. The other parts are \`link\`, \`outbox\`, \`cli\`, \`emulator\` and \`euckr\`, each with \`--write\` as well, and of the goals \`http\`,
\`streams\`, \`bulk\` and \`gates\`. \`--quick\` is for a first look. \`outbox\` sends to a million people only where it is told \`--million\`, and leaves out what
needs PostgreSQL where there is none. A missed goal is a result and not a failure.

CI runs the part \`guard\`, which takes about a minute: a few ratios against those recorded in \`packages/benchmarks/baseline.json\`. It fails when one
is worse than twice that (5 % for the size of a bundle), also at a second try. \`npm run bench -- guard --record\` records them anew.

`

const table = (cells: ReadonlyArray<readonly [string, string]>): string => {
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)))
  const line = (row: ReadonlyArray<string>) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`
  const [head, ...rest] = cells.map(line)
  return [head, line(widths.map((width) => "-".repeat(width))), ...rest].join("\n")
}

const where = (cells: ReadonlyArray<readonly [string, string]>): string =>
  `${whereTitle}\n\n${table([["", ""], ...cells])}\n\n`

const parseWhere = (page: string): ReadonlyArray<readonly [string, string]> =>
  page.slice(page.indexOf(whereTitle), page.indexOf(figuresTitle)).split("\n").flatMap((line) => {
    const [name, value, ...rest] = line.split("|").slice(1, -1).map((cell) => cell.trim())
    return name === undefined || value === undefined || name === "" || name.startsWith("-") || rest.length > 0
      ? []
      : [[name, value] as const]
  })

const missedTitle = "## Missed goals"
const whereTitle = "## Where and when"
const figuresTitle = "## Figures"

const missedSection = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>): string => {
  const { missed, unexplained } = audit(goals, rows)
  const lines = [
    ...missed,
    ...unexplained.map((row) => ({ row, why: "Why is not known yet." }))
  ]
  return `${missedTitle}\n\n${lines.length === 0 ? "None." : renderMissed(lines)}\n`
}

/** A row that is of none of them stands with the row above it. */
const sections = [
  ["Sending, reading, starting", /^P\d/],
  ["Over TLS, and over a link of 20 ms", /^(?:TLS|Link) /],
  ["Durable sending", /^O\d/],
  ["The command line", /^L\d/],
  ["The emulator", /^Emulator /],
  ["EUC-KR", /^EUC-KR /]
] as const

const divide = (rows: ReadonlyArray<Row>): ReadonlyMap<string, ReadonlyArray<Row>> => {
  const parts = new Map<string, Array<Row>>(sections.map(([title]) => [title, []]))
  let current = ""
  for (const row of rows) {
    current = sections.find(([, pattern]) => pattern.test(row.measure))?.[0] ?? current
    const part = parts.get(current) ?? []
    parts.set(current, [...part, row])
  }
  return parts
}

const tables = (rows: ReadonlyArray<Row>): string =>
  Array.from(divide(rows)).flatMap(([title, part]) =>
    part.length === 0 ? [] : [`${title === "" ? "" : `### ${title}\n\n`}${render(part)}\n\n`]
  ).join("")

/**
 * Where the picture is, from the page.
 *
 * @category writing
 * @since 0.1.0
 */
export const picture = "images/benchmarks.svg"

const chart = (rows: ReadonlyArray<Row>): string => {
  const words = Chart.words(rows)
  return words === "" ? "" : `![${words}](./${picture})\n\n`
}

const count = (role: Goal["role"], goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>): string => {
  const those = goals.filter((goal) => goal.role === role)
  const met = those.filter(({ measure }) => rows.some((row) => row.measure === measure && row.verdict === "met"))
  return `${met.length} of ${those.length}`
}

const compose = (
  goals: ReadonlyArray<Goal>,
  rows: ReadonlyArray<Row>,
  circumstances: ReadonlyArray<readonly [string, string]>
): string =>
  [
    before,
    chart(rows),
    meaning,
    run,
    where(circumstances),
    `${figuresTitle}\n\n${count("goal", goals, rows)} goals are met, and ${
      count("guard", goals, rows)
    } guards hold.\n\n`,
    tables(rows),
    missedSection(goals, rows)
  ].join("")

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
  compose(goals, rows, [
    ["date", date],
    ["machine", machine],
    ["the run took", `${minutes} minutes`],
    ...versions
  ])

/**
 * The page with a part of it measured anew: those of its tables that have new rows, and what is said of where and when.
 *
 * @category writing
 * @since 0.1.0
 */
export const put = (
  page: string,
  goals: ReadonlyArray<Goal>,
  rows: ReadonlyArray<Row>,
  [part, when]: readonly [part: string, when: string]
): string => {
  const [before, now] = [divide(parse(page)), divide(rows)]
  const figures = Array.from(before).flatMap(([title, old]) => {
    const fresh = now.get(title) ?? []
    if (fresh.length === 0) return old
    // What was not measured this time is as it was.
    return fresh.map((row) =>
      row.goal !== "" && row.verdict === "" ? old.find(({ measure }) => measure === row.measure) ?? row : row
    )
  })
  return compose(goals, figures, [...parseWhere(page).filter(([name]) => name !== part), [part, when]])
}

/** Without goals that are no more, and what stands below them; what is new is not measured yet. */
const known = (goals: ReadonlyArray<Goal>, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  let gone = false
  const kept = rows.filter(({ goal, measure }) => {
    if (goal !== "") gone = !goals.some((_) => _.measure === measure)
    return !gone
  }).map((row) => {
    const goal = goals.find(({ measure }) => measure === row.measure)
    // Whether it is a goal or a guard makes no other verdict.
    return goal !== undefined && text(goal).endsWith(row.goal.replace("guard ", ""))
      ? { ...row, goal: text(goal) }
      : row
  })
  const fresh = goals.filter(({ measure }) => !kept.some((row) => row.measure === measure)).map(unmeasured)
  return Array.from(divide([...fresh, ...kept]).values()).flat()
}

/**
 * The page with the figures that it has, and all else as the code has it now.
 *
 * @category writing
 * @since 0.1.0
 */
export const rewrite = (page: string, goals: ReadonlyArray<Goal>): string =>
  compose(goals, known(goals, parse(page)), parseWhere(page))

/**
 * The picture of a page.
 *
 * @category writing
 * @since 0.1.0
 */
export const draw = (page: string): string => Chart.draw(parse(page))

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
