import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

// Rewrites what follows the `// @barrel` line of every package's index.ts.
// `--check` only compares, for CI.
//
// A module that needs Node, itself or through a relative import, is left out: the
// main entries must load in every runtime, so such a module is an entry of its own.
const check = process.argv.includes("--check")
const marker = /^\/\/ @barrel.*$/m
const specifiers = /(?:from|import|import\()\s*"([^"]+)"/g
let stale = 0

const needsNode = (file: string, seen = new Set<string>()): boolean => {
  if (seen.has(file) || !existsSync(file)) return false
  seen.add(file)
  const code = readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "")
  return Array.from(code.matchAll(specifiers), (match) => match[1] ?? "").some((name) =>
    name.startsWith("node:") || /^@effect\/platform-node(?:\/|$)/.test(name) ||
    (name.startsWith(".") && needsNode(join(dirname(file), name), seen))
  )
}

for (const barrel of globSync("packages/*/src/index.ts").sort()) {
  const current = readFileSync(barrel, "utf8")
  const match = marker.exec(current)
  if (match === null) throw new Error(`${barrel}: no @barrel line`)
  const directory = dirname(barrel)
  const modules = globSync(`${directory}/*.ts`)
    .map((file) => basename(file, ".ts"))
    .filter((name) => /^[A-Z]/.test(name) && !needsNode(join(directory, `${name}.ts`)))
    .sort()
  const exports = modules.map((name) => {
    const header = /^\s*(\/\*\*[\s\S]*?\*\/)/.exec(readFileSync(join(directory, `${name}.ts`), "utf8"))?.[1]
    const since = header?.match(/@since (\S+)/)?.[1]
    if (since === undefined) throw new Error(`${directory}/${name}.ts: no module JSDoc with @since`)
    return `/**\n * @since ${since}\n */\nexport * as ${name} from "./${name}.ts"\n`
  })
  const head = current.slice(0, match.index + match[0].length)
  const next = `${head}\n\n${exports.join("\n")}`
  if (next === current) continue
  stale++
  if (check) console.error(`${barrel} is out of date: run node scripts/barrels.ts`)
  else writeFileSync(barrel, next)
}

process.exitCode = check && stale > 0 ? 1 : 0
