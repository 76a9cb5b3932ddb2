import { execFileSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

// Packs every public package, lints the tarballs, then installs them into an
// empty project and imports every export with plain Node.
const run = (command: string, args: ReadonlyArray<string>, cwd = process.cwd()) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" })

const out = mkdtempSync(join(tmpdir(), "pack-"))
const names: Array<string> = []
const tarballs: Array<string> = []

for (const file of globSync("packages/*/package.json").sort()) {
  const { name, private: hidden } = JSON.parse(readFileSync(file, "utf8")) as { name: string; private?: boolean }
  if (hidden === true) continue
  const directory = resolve(file, "..")
  const packed = JSON.parse(run("pnpm", ["pack", "--json", "--pack-destination", out], directory)) as {
    filename: string
  }
  names.push(name)
  tarballs.push(packed.filename)
  run("publint", ["run", "--strict", packed.filename])
  run("attw", ["--profile", "esm-only", packed.filename])
  console.log(`${name}: ok`)
}

writeFileSync(join(out, "package.json"), JSON.stringify({ private: true, type: "module" }))
run("npm", ["install", "--no-audit", "--no-fund", "--silent", "effect", "@effect/platform-node", ...tarballs], out)
const code = names.map((name) =>
  `console.log(${JSON.stringify(name)}, Object.keys(await import(${JSON.stringify(name)})))`
)
console.log(run(process.execPath, ["--input-type=module", "--eval", code.join("\n")], out))
rmSync(out, { recursive: true })
