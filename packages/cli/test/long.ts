// @effect-diagnostics asyncFunction:off
// What takes longer than CI has time for: `node packages/cli/test/long.ts`, or some of it by name, such as `start`. Each is a program in
// `long/` that prints its figures with their goals and ends with 0 where all of them hold. The last line counts them.
import { spawnSync } from "node:child_process"
import { globSync } from "node:fs"
import { basename, join } from "node:path"
import bundle from "./support/bundle.ts"

const folder = join(import.meta.dirname, "long")
const all = globSync("*.ts", { cwd: folder }).map((file) => basename(file, ".ts")).sort()
const named = process.argv.slice(2)
const unknown = named.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`no ${unknown.join(", ")}; there are: ${all.join(", ")}`)
  process.exit(2)
}

const clean = await bundle()
let failed = 0
const chosen = named.length === 0 ? all : named
for (const name of chosen) {
  console.log(`\n=== ${name}`)
  const { status } = spawnSync(process.execPath, [join(folder, `${name}.ts`)], { stdio: "inherit" })
  if (status !== 0) failed++
}
clean()
console.log(`\n${chosen.length - failed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1
