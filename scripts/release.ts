import { execFileSync } from "node:child_process"
import { existsSync, globSync, readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import { checkPackages } from "./pack-check.ts"
import { changeset, changesetAtTerminal, publicPackages, root } from "./packages.ts"
import { withRegistry } from "./registry.ts"

// `npm run release` publishes what the tag at this commit stands for; CI runs it for a pushed tag, so that the packages
// bear an attestation of where they come from. The packages are packed once, published to a throw-away registry,
// checked there as a user installs them, and those very tarballs go out.
//
// `--dry-run` does all but that last step, on any branch, and only tells what is in the way of a release from here.

const { values: { "dry-run": dryRun } } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } })

const git = (...args: ReadonlyArray<string>): string =>
  execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim()

const versions = [...new Set(publicPackages.map(({ manifest }) => manifest.version))]
const [version = ""] = versions

/** What is wrong with the tree, released or not. */
const faults: Array<string> = []
if (versions.length > 1) faults.push(`the packages are out of step: ${versions.join(", ")}`)
for (const { directory, manifest } of publicPackages) {
  const file = join(directory, "CHANGELOG.md")
  const changelog = existsSync(file) ? readFileSync(file, "utf8") : ""
  const entry = changelog.split(/^## /m).find((section) => section.startsWith(`${manifest.version}\n`))
  if (entry === undefined || !/^- \S/m.test(entry)) {
    faults.push(`${manifest.name}: CHANGELOG.md says nothing about ${manifest.version}: npm run changeset:version`)
  }
}

/** What a release has to wait for. */
const obstacles = (): ReadonlyArray<string> => {
  const found: Array<string> = []
  const waiting = globSync(".changeset/*.md", { cwd: root }).filter((file) => basename(file) !== "README.md")
  if (waiting.length > 0) found.push(`changesets without a version: ${waiting.length}: npm run changeset:version`)
  if (git("status", "--porcelain") !== "") found.push("the tree is not clean: commit or stash what git status shows")
  const branch = git("branch", "--show-current")
  // A tag that CI checks out is on no branch, but has to be a commit of main.
  const containing = git("branch", "--all", "--contains", "HEAD", "--format=%(refname)").split("\n")
  const onMain = containing.some((ref) => /^refs\/(?:heads|remotes\/[^/]+)\/main$/.test(ref))
  if (branch === "" ? !onMain : branch !== "main") found.push(`${branch || "this commit"} is not on main`)
  if (!git("tag", "--points-at", "HEAD").split("\n").includes(`v${version}`)) {
    found.push(`this commit bears no tag v${version}: git tag v${version}`)
  }
  return found
}

const stop = (problems: ReadonlyArray<string>): never => {
  for (const problem of problems) console.error(problem)
  process.exit(1)
}

const waitFor = obstacles()
if (faults.length > 0 || (!dryRun && waitFor.length > 0)) stop([...faults, ...waitFor])

await withRegistry(async (registry) => {
  const problems = await checkPackages(registry)
  if (problems.length > 0) return stop(problems)
  console.log(`${dryRun ? "would publish" : "publishing"} version ${version}:`)
  for (const tarball of registry.tarballs) {
    console.log(`  ${basename(tarball)}, ${Math.round(statSync(tarball).size / 1024)} kB`)
  }
  if (dryRun) {
    for (const obstacle of waitFor) console.log(`in the way of a release: ${obstacle}`)
    return
  }
  const inCi = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] !== undefined
  if (!inCi) {
    console.log("Outside of CI there is nobody to attest where the packages come from: they get no provenance.")
  }
  // pnpm does not read this setting in `publishConfig`, which is for npm.
  const env = { pnpm_config_provenance: String(inCi) }
  const args = ["publish", "--from-pack-dir", registry.packed, "--no-git-tag"]
  if (inCi) console.log(await changeset(args, { env }))
  // npm asks a person for a second factor.
  else changesetAtTerminal(args, env)
})
