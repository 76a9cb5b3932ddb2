import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, sep } from "node:path"

// Turns every JSDoc fence "```ts import.meta.vitest" under packages/*/src into
// a test file under packages/*/.doctest, which is type-checked and run like any
// other test. A trailing `// => value` asserts with Effect's equality.
//
// An example that asserts nothing, or asserts where it would not be seen, becomes
// a test that fails and says so.

interface Snippet {
  readonly line: number
  readonly runs: boolean
  readonly code: string
}

interface Example {
  readonly target: string
  readonly text: string
  readonly problem: string | undefined
}

const fence = /^[ \t]*\* ```(ts|typescript)\b([^\n]*)\n([\s\S]*?)^[ \t]*\* ```$/gm

const extract = (source: string): ReadonlyArray<Snippet> =>
  Array.from(source.matchAll(fence), (match) => ({
    line: source.slice(0, match.index).split("\n").length,
    runs: match[1] === "ts" && match[2] === " import.meta.vitest",
    code: (match[3] ?? "").replace(/^[ \t]*\* ?/gm, "")
  }))

// Snippets are formatted, so a statement starts at column 0 and everything up
// to the next one is indented or starts with a closing bracket.
const statements = (code: string): ReadonlyArray<string> =>
  code.split(/\n(?=[^\s)\]}])/).map((statement) => statement.trimEnd()).filter((statement) => statement !== "")

const assertion = /^([\s\S]*\S)[ \t]*\/\/ => (.+)$/

const body = (statement: string): string => {
  const match = assertion.exec(statement)
  // Without semicolons these would continue the line before.
  if (match === null) return /^[([`+\-/](?!\/)/.test(statement) ? `;${statement}` : statement
  const [, subject = "", expected = ""] = match
  const name = /^const (\w+)/.exec(subject)?.[1]
  return name === undefined
    ? `assertEquals(${subject}, ${expected})`
    : `${subject}\nassertEquals(${name}, ${expected})`
}

const marks = (code: string): number => code.match(/\/\/ ?=>/g)?.length ?? 0

const problemOf = ({ code, runs }: Snippet): string | undefined => {
  if (!runs) return "the fence must be \"```ts import.meta.vitest\", so that the example is run"
  const asserted = statements(code).filter((statement) => assertion.test(statement))
  if (asserted.length === 0) return "the example asserts nothing: end a statement with `// => value`"
  if (asserted.length !== marks(code)) return "a `// => value` stands elsewhere than at the end of a statement"
  if (asserted.some((statement) => /^(?:let|var|const (?!\w)|import|\/\/)/.test(statement))) {
    return "a `// => value` stands behind what has no value"
  }
  return undefined
}

const render = (title: string, snippet: Snippet, problem: string | undefined): string => {
  const head = [`// Generated from ${title}`, `import { it } from "vitest"`]
  if (problem !== undefined) {
    const failure = `${title}: ${problem}`
    return [
      ...head,
      "",
      `it(${JSON.stringify(title)}, () => {`,
      `throw new Error(${JSON.stringify(failure)})`,
      "})",
      ""
    ]
      .join("\n")
  }
  const all = statements(snippet.code)
  const imports = all.filter((statement) => statement.startsWith("import "))
  const rest = all.filter((statement) => !statement.startsWith("import "))
  return [
    ...head,
    `import { assertEquals } from "../../../scripts/doctest/assertEquals.ts"`,
    ...imports,
    "",
    `it(${JSON.stringify(title)}, async () => {`,
    ...rest.map(body),
    "})",
    ""
  ].join("\n")
}

const examples = (): ReadonlyArray<Example> =>
  globSync("packages/*/src/**/*.ts").sort().flatMap((path) => {
    const file = path.split(sep).join("/")
    const [root = "", inside = ""] = file.split("/src/")
    return extract(readFileSync(file, "utf8")).map((snippet) => {
      const problem = problemOf(snippet)
      const name = inside.slice(0, -".ts".length).replaceAll("/", ".")
      return {
        target: `${root}/.doctest/${name}.L${snippet.line}.test.ts`,
        text: render(`${file}:${snippet.line}`, snippet, problem),
        problem: problem === undefined ? undefined : `${file}:${snippet.line}: ${problem}`
      }
    })
  })

/**
 * Writes what differs and removes what is left over, so that two runs at a time do not disturb each other. Returns the
 * problems found.
 */
export const generate = (): ReadonlyArray<string> => {
  const wanted = new Map(examples().map((example) => [example.target, example]))
  for (const file of globSync("packages/*/.doctest/*")) {
    if (!wanted.has(file.split(sep).join("/"))) rmSync(file, { force: true })
  }
  for (const { target, text } of wanted.values()) {
    if (existsSync(target) && readFileSync(target, "utf8") === text) continue
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
  return [...wanted.values()].flatMap(({ problem }) => problem ?? [])
}

if (import.meta.main) {
  const problems = generate()
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
