import { globSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname } from "node:path"

// Rewrites what follows the `// @barrel` line of every package's index.ts.
// `--check` only compares, for CI.
const check = process.argv.includes("--check")
const marker = /^\/\/ @barrel.*$/m
let stale = 0

for (const barrel of globSync("packages/*/src/index.ts").sort()) {
  const current = readFileSync(barrel, "utf8")
  const match = marker.exec(current)
  if (match === null) throw new Error(`${barrel}: no @barrel line`)
  const directory = dirname(barrel)
  const modules = globSync(`${directory}/*.ts`)
    .map((file) => basename(file, ".ts"))
    .filter((name) => /^[A-Z]/.test(name))
    .sort()
  const exports = modules.map((name) => {
    const header = /^\s*(\/\*\*[\s\S]*?\*\/)/.exec(readFileSync(`${directory}/${name}.ts`, "utf8"))?.[1]
    const since = header?.match(/@since (\S+)/)?.[1]
    if (since === undefined) throw new Error(`${directory}/${name}.ts: no module JSDoc with @since`)
    return `/**\n * @since ${since}\n */\nexport * as ${name} from "./${name}.ts"\n`
  })
  const head = current.slice(0, match.index + match[0].length)
  const next = `${head}\n\n${exports.join("\n")}`
  if (next === current) continue
  stale++
  if (check) console.error(`${barrel} is out of date: run pnpm codegen`)
  else writeFileSync(barrel, next)
}

process.exitCode = check && stale > 0 ? 1 : 0
