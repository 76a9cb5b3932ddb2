import { spawnSync } from "node:child_process"
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// Checks that the changesets and their configuration are valid. `changeset status`
// compares with the branch `main`, which a clone need not have, and asks for a
// changeset where a package has changed; so it runs on a copy that has nothing else.
const copy = mkdtempSync(join(tmpdir(), "changesets-"))
process.on("exit", () => rmSync(copy, { recursive: true, force: true }))

for (
  const path of ["package.json", "pnpm-workspace.yaml", ".changeset", ...globSync("{packages,scripts}/*/package.json")]
) {
  cpSync(path, join(copy, path), { recursive: true })
}

const run = (command: string, ...args: ReadonlyArray<string>) =>
  spawnSync(command, args, { cwd: copy, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

const identity = ["-c", "user.name=none", "-c", "user.email=none", "-c", "commit.gpgsign=false"]
run("git", "init", "--quiet", "--initial-branch=main")
run("git", "add", "--all")
run("git", ...identity, "commit", "--quiet", "--message=copy")

const { status, stderr, stdout } = run("changeset", "status")
console.log(stdout + stderr)
process.exitCode = status === 0 && !stdout.includes("Found issues in your config") ? 0 : 1
