import { spawnSync } from "node:child_process"
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { changeset, manifest, publicPackages, root } from "./packages.ts"

// Checks that the changesets and their configuration are valid, and that they become what they should: one more
// changeset has to give all packages the same next version, and its sentence a place in the changelog. `changeset
// status` compares with the branch `main`, which a clone need not have, and asks for a changeset where a package has
// changed; so all this is done to a copy that has nothing else. `version` as an argument does it to the tree itself.
if (process.argv.includes("version")) {
  console.log(await changeset(["version"]))
  process.exit()
}

const copy = mkdtempSync(join(tmpdir(), "changesets-"))
process.on("exit", () => rmSync(copy, { recursive: true, force: true }))

for (
  const path of [
    "package.json",
    "pnpm-workspace.yaml",
    ".changeset",
    ...globSync("{packages,scripts}/*/{package.json,CHANGELOG.md}")
  ]
) {
  cpSync(path, join(copy, path), { recursive: true })
}
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction")
writeFileSync(join(copy, ".gitignore"), "node_modules\n")

const run = (command: string, ...args: ReadonlyArray<string>) =>
  spawnSync(command, args, { cwd: copy, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

const identity = ["-c", "user.name=none", "-c", "user.email=none", "-c", "commit.gpgsign=false"]
run("git", "init", "--quiet", "--initial-branch=main")
run("git", "add", "--all")
run("git", ...identity, "commit", "--quiet", "--message=copy")

const { status, stderr, stdout } = run("changeset", "status")
console.log(stdout + stderr)

const problems: Array<string> = []
if (status !== 0 || stdout.includes("Found issues in your config")) problems.push("the changesets are not valid")

const [first] = publicPackages
const sentence = "A sentence that a user reads."
writeFileSync(join(copy, ".changeset/made-up.md"), `---\n"${first?.manifest.name}": minor\n---\n\n${sentence}\n`)
await changeset(["version"], { cwd: copy })
const results = publicPackages.map(({ directory, manifest: before }) => {
  const home = join(copy, relative(root, directory))
  const { version } = manifest(join(home, "package.json"))
  const changelog = readFileSync(join(home, "CHANGELOG.md"), "utf8")
  if (version === before.version) problems.push(`${before.name} kept its version`)
  const places = [`# ${before.name}\n`, `\n## ${version}\n`, `\n## ${before.version}\n`].map((text) =>
    changelog.indexOf(text)
  )
  if (places.includes(-1) || places.join() !== places.toSorted((a, b) => a - b).join()) {
    problems.push(`${before.name}: the changelog does not have ${version} before ${before.version}:\n${changelog}`)
  }
  if (before.name === first?.manifest.name && !changelog.includes(sentence)) {
    problems.push(`${before.name}: the changelog does not have the changeset's sentence:\n${changelog}`)
  }
  return version
})
if (new Set(results).size !== 1) problems.push(`the packages are out of step: ${results.join(", ")}`)

for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log(`One more changeset would make ${results[0]} of all packages`)
process.exitCode = problems.length > 0 ? 1 : 0
