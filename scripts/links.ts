import { existsSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { type Page, pages } from "./documentation/markdown.ts"

// Checks the links between the pages, and from them into the repository, in Markdown and in HTML: the file is there, and so is
// the anchor. Links of the form https://github.com/effect-sens/effect-sens/blob/main/…, which the pages of packages on npm need,
// are read as the same. The index, docs/README.md, has to name every page of docs/. Other sites are not asked.

const home = /^https:\/\/github\.com\/effect-sens\/effect-sens(?:\/(?:blob|tree)\/main)?(?=[/#]|$)/

const root = "."
const all = new Map(pages(root).map((page) => [page.path, page]))
const problems: Array<string> = []
let checked = 0

const resolve = (page: Page, target: string): string =>
  home.test(target)
    ? target.replace(home, "").replace(/^\//, "")
    : posix.join(posix.dirname(page.path), target)

for (const page of all.values()) {
  for (const { line, target } of page.undefinedLabels) {
    problems.push(`${page.path}:${line}: [${target}]: no such definition`)
  }
  for (const { line, target } of page.links) {
    const [path = "", hash] = target.split("#")
    if (/^[a-z]+:/.test(target) && !home.test(target)) continue
    checked++
    const report = (what: string) => problems.push(`${page.path}:${line}: ${target}: ${what}`)
    const file = path === "" ? page.path : resolve(page, path) || "README.md"
    if (!existsSync(join(root, file))) {
      report("no such file")
      continue
    }
    if (hash === undefined) continue
    const directory = statSync(join(root, file)).isDirectory()
    const anchors = all.get(directory ? posix.join(file, "README.md") : file)?.anchors
    // The page of the repository itself ends with its README, under an anchor of GitHub's own.
    if (file === "README.md" && hash === "readme") continue
    if (anchors === undefined) report("not a page with headings")
    else if (!anchors.has(decodeURIComponent(hash))) report("no such heading")
  }
}

const index = all.get("docs/README.md")
const named = new Set(index?.links.map(({ target }) => posix.join("docs", target.split("#")[0] ?? "")))
for (const { path } of all.values()) {
  if (posix.dirname(path) !== "docs" || path === "docs/README.md" || named.has(path)) continue
  problems.push(`docs/README.md: does not name ${path}`)
}

for (const problem of problems) console.error(problem)
console.log(`${checked} links in ${all.size} pages`)
process.exitCode = problems.length > 0 ? 1 : 0
