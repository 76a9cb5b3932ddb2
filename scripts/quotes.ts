import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fenceAt, hidesFence, pages } from "./documentation/markdown.ts"

// Code in the documents is quoted from packages/examples, where it is type-checked
// and run. A fence preceded by
//
//     <!-- quote: packages/examples/src/send.ts -->
//
// holds that file, and is rewritten from it; `--check` only compares, for CI. A
// fence of TypeScript without such a comment is an error, and so is a fence that
// nothing tries: in a language other than those below, or in none. The files that
// a reader of docs/in-your-project.md saves need packages of others, so they stand
// in that page alone: scripts/documentation.ts compiles and runs them.
const check = process.argv.includes("--check")

const quoted = /^packages\/examples\/src\/[\w./-]+\.ts$/
// What an example tells the compiler is none of the reader's.
const directive = /^\/\/ @effect-diagnostics /
const comment = /^<!-- quote: (\S+) -->$/

const isOnWebhooks = (document: string): boolean => /^docs\/webhooks(?:\.ko)?\.md$/.test(document)

const isOnDoctor = (document: string): boolean => /^docs\/doctor(?:\.ko)?\.md$/.test(document)

const isOnMcp = (document: string): boolean => /^docs\/mcp(?:\.ko)?\.md$/.test(document)

/** Who sees to it that a fence without a comment is right, by its language. */
const checkedElsewhere: Record<string, (document: string) => boolean> = {
  // scripts/documentation.ts runs it.
  sh: () => true,
  // scripts/architecture.ts compares it.
  mermaid: (document) => document === "docs/architecture.md",
  // scripts/cli-docs.ts writes it, or a test compares it.
  text: (document) => /^docs\/cli(?:\.ko)?\.md$/.test(document) || isOnDoctor(document),
  // Tests of the command line read every line behind a prompt, and run what stands in the pages on webhooks.
  console: () => true,
  ini: isOnWebhooks,
  json: (document) => isOnWebhooks(document) || isOnMcp(document),
  python: isOnWebhooks,
  yaml: isOnWebhooks
}

const problems: Array<string> = []

const fenceBehind = (lines: ReadonlyArray<string>, index: number) =>
  fenceAt(lines, lines.findIndex((other, i) => i > index && other.trim() !== ""))

for (const { path: document, steps } of pages(".")) {
  const saved = document === "docs/in-your-project.md"
    ? steps.flatMap((step) => step._tag === "Save" ? [step.line] : [])
    : []
  const lines = readFileSync(document, "utf8").split("\n")
  const out: Array<string> = []
  const report = (index: number, what: string) => problems.push(`${document}:${index + 1}: ${what}`)

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ""
    const fence = fenceAt(lines, i)
    if (fence === undefined) {
      if (hidesFence(line)) report(i, "a fence in a list or a quotation is not seen: put it on lines of its own")
      out.push(line)
      continue
    }
    const { body, end, language, marks } = fence
    const start = i
    if (end === undefined) {
      report(start, "the fence is not closed")
      out.push(...lines.slice(start))
      break
    }
    i = end
    // dprint keeps a blank line between the comment and the fence where a writer left one.
    const before = out.findLast((other) => other.trim() !== "") ?? ""
    const source = comment.exec(before.trim())?.[1]
    if (source === undefined) {
      if (saved.includes(start + 1)) {
        // It is run as it stands.
      } else if (language === "ts") {
        report(start, "TypeScript that is not quoted: put <!-- quote: packages/examples/src/….ts --> before it")
      } else if (checkedElsewhere[language]?.(document) !== true) {
        report(start, `nothing checks a fence of ${language === "" ? "no language" : language} here`)
      }
      out.push(line, ...body, lines[end] ?? marks)
      continue
    }
    if (!quoted.test(source) || !existsSync(source)) {
      report(start, `${source} is not a file of packages/examples/src`)
      out.push(line, ...body, lines[end] ?? marks)
      continue
    }
    const content = readFileSync(source, "utf8").trimEnd().split("\n").filter((each) => !directive.test(each))
    if (language !== "ts" || body.join("\n") !== content.join("\n")) {
      if (check) report(start, `differs from ${source}: run node scripts/quotes.ts`)
    }
    out.push("```ts", ...content, "```")
  }

  // A comment with no fence behind it quotes nothing.
  for (const [index, line] of lines.entries()) {
    if (comment.test(line.trim()) && fenceBehind(lines, index) === undefined) {
      report(index, "no fence follows the comment")
    }
  }

  const text = out.join("\n")
  if (!check && text !== lines.join("\n")) writeFileSync(document, text)
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
