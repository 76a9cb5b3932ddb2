import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { sep } from "node:path"

// Code in the documents is quoted from packages/examples, where it is type-checked
// and run. A fence preceded by
//
//     <!-- quote: packages/examples/src/send.ts -->
//
// holds that file, and is rewritten from it; `--check` only compares, for CI. A
// fence of TypeScript without such a comment is an error.
const check = process.argv.includes("--check")

const documents = [
  ...globSync(["*.md", "docs/**/*.md", "packages/*/*.md"], { exclude: (path) => path.includes("node_modules") })
].map((path) => path.split(sep).join("/")).filter((path) => !path.endsWith("CHANGELOG.md")).sort()

const quoted = /^packages\/examples\/src\/[\w./-]+\.ts$/
const comment = /^<!-- quote: (\S+) -->$/
const opening = /^( *)(`{3,}|~{3,})\s*(\S*)/
const typescript = new Set(["ts", "typescript", "tsx", "mts", "cts"])

const problems: Array<string> = []

for (const document of documents) {
  const lines = readFileSync(document, "utf8").split("\n")
  const out: Array<string> = []
  const report = (index: number, what: string) => problems.push(`${document}:${index + 1}: ${what}`)

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ""
    const match = opening.exec(line)
    if (match === null) {
      out.push(line)
      continue
    }
    const [, , ticks = "", language = ""] = match
    const start = i
    const end = lines.findIndex((other, j) => j > start && other.trim() === ticks)
    if (end === -1) {
      report(start, "the fence is not closed")
      out.push(...lines.slice(start))
      break
    }
    const body = lines.slice(start + 1, end)
    i = end
    // dprint keeps a blank line between the comment and the fence where a writer left one.
    const before = out.findLast((other) => other.trim() !== "") ?? ""
    const source = comment.exec(before.trim())?.[1]
    if (source === undefined) {
      if (typescript.has(language.toLowerCase())) {
        report(start, "TypeScript that is not quoted: put <!-- quote: packages/examples/src/….ts --> before it")
      }
      out.push(line, ...body, ticks)
      continue
    }
    if (!quoted.test(source) || !existsSync(source)) {
      report(start, `${source} is not a file of packages/examples/src`)
      out.push(line, ...body, ticks)
      continue
    }
    const content = readFileSync(source, "utf8").trimEnd().split("\n")
    if (language !== "ts" || body.join("\n") !== content.join("\n")) {
      if (check) report(start, `differs from ${source}: run node scripts/quotes.ts`)
    }
    out.push("```ts", ...content, "```")
  }

  // A comment with no fence behind it quotes nothing.
  for (const [index, line] of lines.entries()) {
    if (comment.test(line.trim()) && !opening.test(lines.slice(index + 1).find((other) => other.trim() !== "") ?? "")) {
      report(index, "no fence follows the comment")
    }
  }

  const text = out.join("\n")
  if (!check && text !== lines.join("\n")) writeFileSync(document, text)
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
