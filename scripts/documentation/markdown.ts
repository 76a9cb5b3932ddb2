import { globSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"

// What a page tells its reader to do, read from its Markdown as `dprint` leaves it: commands in fences of `sh` and in code
// spans, files to save, links, and the anchors of its headings.

/** A command as it is written, a file to save, or a link. */
export type Step =
  | { readonly _tag: "Command"; readonly line: number; readonly text: string }
  | { readonly _tag: "Save"; readonly line: number; readonly name: string; readonly text: string }

export interface Link {
  readonly line: number
  readonly target: string
}

export interface Page {
  /** Its path from the root of the repository, with slashes. */
  readonly path: string
  readonly steps: ReadonlyArray<Step>
  readonly links: ReadonlyArray<Link>
  /** Labels of `[text][label]` that the page does not define. */
  readonly undefinedLabels: ReadonlyArray<Link>
  readonly anchors: ReadonlySet<string>
  /** The bodies of fences in a language, such as `mermaid`. */
  readonly fences: (language: string) => ReadonlyArray<string>
}

/** The paths of all pages that people write, from the root of a repository. */
export const paths = (root: string): ReadonlyArray<string> =>
  globSync(["*.md", "docs/**/*.md", "packages/*/*.md", ".changeset/README.md"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules")
  }).map((path) => path.split(sep).join("/"))
    .filter((path) => !path.endsWith("CHANGELOG.md"))
    .sort()

export const pages = (root: string): ReadonlyArray<Page> =>
  paths(root).map((path) => parse(path, readFileSync(join(root, path), "utf8")))

export interface Fence {
  /** All that stands behind the opening marks. */
  readonly language: string
  readonly marks: string
  readonly body: ReadonlyArray<string>
  /** The index of the line that closes it; undefined where none does. */
  readonly end: number | undefined
}

const opening = /^ *(`{3,}|~{3,})(.*)$/

/** The fence that begins with a line. */
export const fenceAt = (lines: ReadonlyArray<string>, start: number): Fence | undefined => {
  const [, marks, language = ""] = opening.exec(lines[start] ?? "") ?? []
  if (marks === undefined) return undefined
  const end = lines.findIndex((other, i) => i > start && other.trim() === marks)
  const body = lines.slice(start + 1, end === -1 ? lines.length : end)
  return { language: language.trim(), marks, body, end: end === -1 ? undefined : end }
}

/** Whether a line has a fence behind the mark of a list or a quotation, where `fenceAt` does not see it. */
export const hidesFence = (line: string): boolean => /^\s*(?:>|[-*+]\s|\d+[.)]\s).*(?:`{3}|~{3})/.test(line)

/** A code span that begins with one of these, and goes on, is a command. */
const command = /^(?:npm|npx|pnpm|bun|bunx|deno|node|bash|curl|git) \S/

const definition = /^ {0,3}\[([^\]]+)\]:\s*<?([^\s>]+)/gm

const save = [/[Ss]ave (?:this|it) as `([\w./-]+)`/, /`([\w./-]+)`(?:으로|로|이라는 이름으로|라는 이름으로) 저장/]

const parse = (path: string, source: string): Page => {
  const lines = source.split("\n")
  const steps: Array<Step> = []
  const links: Array<Link> = []
  const anchors = new Set<string>()
  const fences: Array<{ readonly language: string; readonly body: string }> = []
  const labels: Array<Link> = []
  const defined = new Set<string>()
  let before = ""

  const paragraph = (start: number, text: string) => {
    const at = (offset: number) => start + text.slice(0, offset).split("\n").length
    for (const { 2: span = "", index } of text.matchAll(/(`+)(.+?)\1(?!`)/gs)) {
      const one = span.replaceAll(/\s+/g, " ").trim()
      if (command.test(one)) steps.push({ _tag: "Command", line: at(index), text: one })
    }
    // Code holds no links.
    const prose = text.replaceAll(/(`+)(.+?)\1(?!`)/gs, (code) => code.replaceAll(/[^\n]/g, "_"))
    for (const { 1: target = "", index } of prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)) {
      links.push({ line: at(index), target })
    }
    for (const { 1: label = "", 2: target = "", index } of prose.matchAll(definition)) {
      defined.add(label.toLowerCase())
      links.push({ line: at(index), target })
    }
    for (const { 1: shown = "", 2: label = "", index } of prose.matchAll(/\[([^\][]+)\]\[([^\][]*)\]/g)) {
      labels.push({ line: at(index), target: label === "" ? shown : label })
    }
    for (const { 0: tag, index } of prose.matchAll(/<[a-z][^>]*>/gi)) {
      for (const { 1: value = "" } of tag.matchAll(/\s(?:href|src)\s*=\s*(["'][^"']*["']|[^\s>]+)/gi)) {
        links.push({ line: at(index), target: value.replaceAll(/["']/g, "") })
      }
    }
  }

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ""
    const fence = fenceAt(lines, i)
    if (fence !== undefined) {
      const { body, end, language } = fence
      fences.push({ language, body: body.join("\n") })
      const name = save.map((pattern) => pattern.exec(before)?.[1]).find((name) => name !== undefined)
      if (language === "sh") steps.push(...commands(body, i + 2))
      else if (name !== undefined) steps.push({ _tag: "Save", line: i + 1, name, text: `${body.join("\n")}\n` })
      i = end ?? lines.length
      before = ""
      continue
    }
    // The comment that names what a fence quotes stands between the fence and what is said of it.
    if (line.trim() === "" || /^<!--.*-->$/.test(line.trim())) continue
    const end = lines.findIndex((other, j) => j >= i && (other.trim() === "" || opening.test(other)))
    const text = lines.slice(i, end === -1 ? lines.length : end)
    paragraph(i, text.join("\n"))
    for (const heading of text) {
      const title = /^#{1,6} (.*)$/.exec(heading)?.[1]
      if (title !== undefined) anchors.add(anchor(title, anchors))
    }
    before = text.join(" ")
    i += text.length - 1
  }

  return {
    path,
    steps,
    links,
    undefinedLabels: labels.filter(({ target }) => !defined.has(target.toLowerCase())),
    anchors,
    fences: (language) => fences.filter((fence) => fence.language === language).map(({ body }) => body)
  }
}

const commands = (body: ReadonlyArray<string>, first: number): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  for (let i = 0; i < body.length; i++) {
    const start = i
    while (body[i]?.endsWith("\\") === true) i++
    const text = body.slice(start, i + 1).join("\n")
    if (text.trim() !== "" && !text.trim().startsWith("#")) {
      steps.push({ _tag: "Command", line: first + start, text: text.trim() })
    }
  }
  return steps
}

/** The anchor that GitHub gives to a heading. */
const anchor = (title: string, taken: ReadonlySet<string>): string => {
  const slug = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-")
  for (let n = 0;; n++) {
    const name = n === 0 ? slug : `${slug}-${n}`
    if (!taken.has(name)) return name
  }
}
