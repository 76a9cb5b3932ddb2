import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { pages } from "./documentation/markdown.ts"
import { publicPackages, scope } from "./packages.ts"

// Checks that the diagrams of docs/architecture.md are true: the arrows of the first are the dependencies of the packages
// (dotted: of their tests), all of them; in the second an arrow between two modules is an import (dotted: the other way
// around, where a module is handed in), and each internal module of `http` is there.

interface Arrow {
  readonly from: string
  readonly to: string
  readonly dotted: boolean
}

interface Diagram {
  readonly nodes: ReadonlyMap<string, string>
  readonly arrows: ReadonlyArray<Arrow>
}

const problems: Array<string> = []

/** Of Mermaid's flowcharts: `a["label"] -- text --> b & c --> d`, and `-. text .->`. */
const parse = (source: string): Diagram => {
  const nodes = new Map<string, string>()
  const arrows: Array<Arrow> = []
  const arrow = /\s+(-->|-- .+? -->|-\.->|-\. .+? \.->)\s+/
  for (const line of source.split("\n").slice(1)) {
    const [first = "", ...rest] = line.trim().split(arrow)
    const ids = (side: string) =>
      side.split(" & ").map((node) => {
        const [, id = "", label] = /^(\w+)(?:\(?\["?(.+?)"?\]\)?)?$/.exec(node.trim()) ?? []
        if (id === "") problems.push(`the diagram has a line that is not read: ${line.trim()}`)
        if (label !== undefined) nodes.set(id, label)
        return id
      })
    let from = ids(first)
    for (let i = 0; i < rest.length; i += 2) {
      const to = ids(rest[i + 1] ?? "")
      const dotted = (rest[i] ?? "").startsWith("-.")
      arrows.push(...from.flatMap((a) => to.map((b) => ({ from: a, to: b, dotted }))))
      from = to
    }
  }
  return { nodes, arrows }
}

const text = ({ dotted, from, to }: Arrow) => `${from} ${dotted ? "-.->" : "-->"} ${to}`

const page = pages(".").find(({ path }) => path === "docs/architecture.md")
const [packages, modules, ...more] = (page?.fences("mermaid") ?? []).map(parse)
if (packages === undefined || modules === undefined || more.length > 0) throw new Error("not two diagrams")

const real = publicPackages.flatMap(({ directory }) => {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8")
  ) as Record<string, Record<string, string> | undefined>
  const ours = (record: Record<string, string> | undefined) =>
    Object.keys(record ?? {}).filter((name) => name.startsWith(`${scope}/`)).map((name) => basename(name))
  const from = basename(directory)
  const needed = new Set([...ours(dependencies), ...ours(peerDependencies)])
  return [
    ...[...needed].map((to) => text({ from, to, dotted: false })),
    ...ours(devDependencies).filter((to) => !needed.has(to)).map((to) => text({ from, to, dotted: true }))
  ]
})
const drawn = new Set(packages.arrows.map(text))
for (const arrow of real) if (!drawn.has(arrow)) problems.push(`the first diagram lacks ${arrow}`)
for (const arrow of drawn) if (!real.includes(arrow)) problems.push(`the first diagram has ${arrow}, which is not so`)

const source = "packages/http/src"
const files = new Map<string, string>()
for (const [id, label] of modules.nodes) {
  const name = /^(?:\w+\/)?\w+\.ts/.exec(label)?.[0]
  if (name !== undefined) {
    files.set(id, name.startsWith("core/") ? `packages/core/src/${name.slice(5)}` : `${source}/${name}`)
  }
}
for (const file of files.values()) {
  if (!existsSync(file)) problems.push(`the second diagram names ${file}, which is not there`)
}

const imports = (from: string, to: string): boolean => {
  const name = basename(to, ".ts")
  const wanted = to.startsWith(source)
    ? new RegExp(`from "\\.{1,2}/(?:internal/)?${name}\\.ts"`)
    : `from "${scope}/core/${name}"`
  const content = existsSync(from) ? readFileSync(from, "utf8") : ""
  return typeof wanted === "string" ? content.includes(wanted) : wanted.test(content)
}
for (const arrow of modules.arrows) {
  const [from, to] = arrow.dotted ? [arrow.to, arrow.from] : [arrow.from, arrow.to]
  const [user, used] = [files.get(from), files.get(to)]
  if (user !== undefined && used !== undefined && !imports(user, used)) {
    problems.push(`the second diagram has ${text(arrow)}, but ${user} does not import ${used}`)
  }
}
const shown = new Set(files.values())
for (const file of globSync(`${source}/internal/*.ts`)) {
  if (!shown.has(file)) problems.push(`the second diagram lacks ${file}`)
}

for (const problem of problems) console.error(`docs/architecture.md: ${problem}`)
console.log(`${packages.arrows.length + modules.arrows.length} arrows`)
process.exitCode = problems.length > 0 ? 1 : 0
