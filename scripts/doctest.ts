import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

// Turns every JSDoc fence "```ts import.meta.vitest" under packages/*/src into
// a test file under packages/*/.doctest, which is type-checked and run like any
// other test. A trailing `// => value` asserts with Effect's equality.

interface Snippet {
  readonly line: number
  readonly code: string
}

const fence = /^[ \t]*\* ```ts import\.meta\.vitest\n([\s\S]*?)^[ \t]*\* ```$/gm

const extract = (source: string): ReadonlyArray<Snippet> =>
  Array.from(source.matchAll(fence), (match) => ({
    line: source.slice(0, match.index).split("\n").length,
    code: (match[1] ?? "").replace(/^[ \t]*\* ?/gm, "")
  }))

// Snippets are formatted, so a statement starts at column 0 and everything up
// to the next one is indented or starts with a closing bracket.
const statements = (code: string): ReadonlyArray<string> =>
  code.split(/\n(?=[^\s)\]}])/).map((statement) => statement.trimEnd()).filter((statement) => statement !== "")

const assertion = /^([\s\S]*\S)[ \t]*\/\/ => (.+)$/

const body = (statement: string): string => {
  const match = assertion.exec(statement)
  if (match === null) return statement
  const [, subject, expected] = match
  const name = /^const (\w+)/.exec(subject ?? "")?.[1]
  return name === undefined
    ? `assertEquals(${subject}, ${expected})`
    : `${subject}\nassertEquals(${name}, ${expected})`
}

const render = (file: string, { code, line }: Snippet): string => {
  const all = statements(code)
  const imports = all.filter((statement) => statement.startsWith("import "))
  const rest = all.filter((statement) => !statement.startsWith("import "))
  return [
    `// Generated from ${file}:${line}`,
    `import { it } from "vitest"`,
    `import { assertEquals } from "../../../scripts/doctest/assertEquals.ts"`,
    ...imports,
    "",
    `it(${JSON.stringify(`${file}:${line}`)}, async () => {`,
    ...rest.map(body),
    "})",
    ""
  ].join("\n")
}

export const generate = (): void => {
  for (const directory of globSync("packages/*/.doctest")) rmSync(directory, { recursive: true })
  for (const file of globSync("packages/*/src/**/*.ts")) {
    for (const snippet of extract(readFileSync(file, "utf8"))) {
      const target = join(dirname(file).split("/src")[0] ?? "", ".doctest")
      mkdirSync(target, { recursive: true })
      writeFileSync(join(target, `${basename(file, ".ts")}.L${snippet.line}.test.ts`), render(file, snippet))
    }
  }
}

if (import.meta.main) generate()
