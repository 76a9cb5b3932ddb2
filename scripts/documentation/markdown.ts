import { globSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"

// What a page tells its reader to do, read from its Markdown as `dprint` leaves it: commands in fences of `sh` and in code spans, files to
// save, links, and the anchors of its headings.

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
  readonly anchors: ReadonlySet<string>
  /** The bodies of fences in a language, such as `mermaid`. */
  readonly fences: (language: string) => ReadonlyArray<string>
}

/** All pages that people write, from the root of a repository. */
export const pages = (root: string): ReadonlyArray<Page> =>
  globSync(["*.md", "docs/**/*.md", "packages/*/*.md", ".changeset/README.md"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules")
  }).map((path) => path.split(sep).join("/"))
    .filter((path) => !path.endsWith("CHANGELOG.md"))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), "utf8")))

const opening = /^( *)(`{3,}|~{3,})\s*(\S*)/
const shell = new Set(["sh", "bash", "shell", "console"])

/** A code span that begins with one of these, and goes on, is a command. */
const command = /^(?:npm|npx|pnpm|bun|bunx|deno|node|bash|curl|git) \S/

const save = [/[Ss]ave (?:this|it) as `([\w./-]+)`/, /`([\w./-]+)`(?:으로|로|이라는 이름으로|라는 이름으로) 저장/]

const parse = (path: string, source: string): Page => {
  const lines = source.split("\n")
  const steps: Array<Step> = []
  const links: Array<Link> = []
  const anchors = new Set<string>()
  const fences: Array<{ readonly language: string; readonly body: string }> = []
  let before = ""

  const paragraph = (start: number, text: string) => {
    const at = (offset: number) => start + text.slice(0, offset).split("\n").length
    for (const { 2: span = "", index } of text.matchAll(/(`+)(.+?)\1(?!`)/gs)) {
      const one = span.replaceAll(/\s+/g, " ").trim()
      if (command.test(one)) steps.push({ _tag: "Command", line: at(index), text: one })
    }
    // Code holds no links.
    const prose = text.replaceAll(/(`+)(.+?)\1(?!`)/gs, (code) => code.replaceAll(/[^\n]/g, "_"))
    for (const { 1: target = "", index } of prose.matchAll(/\]\(([^)\s]+)\)/g)) links.push({ line: at(index), target })
  }

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ""
    const fence = opening.exec(line)
    if (fence !== null) {
      const end = lines.findIndex((other, j) => j > i && other.trim() === fence[2])
      const body = lines.slice(i + 1, end === -1 ? lines.length : end)
      const language = (fence[3] ?? "").toLowerCase()
      fences.push({ language, body: body.join("\n") })
      const name = save.map((pattern) => pattern.exec(before)?.[1]).find((name) => name !== undefined)
      if (shell.has(language)) steps.push(...commands(body, i + 2))
      else if (name !== undefined) steps.push({ _tag: "Save", line: i + 1, name, text: `${body.join("\n")}\n` })
      i = end === -1 ? lines.length : end
      before = ""
      continue
    }
    // The comment that names what a fence quotes stands between the fence and what is said of it.
    if (line.trim() === "" || line.trim().startsWith("<!--")) continue
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
