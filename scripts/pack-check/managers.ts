import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pnpm, root, run } from "../packages.ts"
import { binaryOf } from "../runtimes.ts"

// The package managers of our users, each with a project of its own. pnpm and Bun link a package to what it declares
// and nothing else.

export type Manager = "npm" | "pnpm" | "bun"

const add: Record<Manager, (cwd: string, packages: ReadonlyArray<string>) => Promise<string>> = {
  npm: (cwd, packages) => run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages], { cwd }),
  // pnpm lets packages reach into a shared folder for what they forgot to declare, unless it is told not to.
  pnpm: (cwd, packages) => run("npx", ["-y", pnpm, "add", "--config.hoist=false", ...packages], { cwd }),
  bun: async (cwd, packages) => {
    const cache = join(root, "node_modules/.cache/bun")
    // Bun takes a version that it has seen for the same for ever; ours differs with every build.
    rmSync(join(cache, "@effect-sens"), { recursive: true, force: true })
    return run(await binaryOf("bun"), ["add", "--linker=isolated", "--no-progress", ...packages], {
      cwd,
      env: { BUN_INSTALL_CACHE_DIR: cache }
    })
  }
}

/** Makes a project in `folder` and installs packages by their names, as their READMEs say. */
export const install = async (
  manager: Manager,
  folder: string,
  npmrc: string,
  packages: ReadonlyArray<string>
): Promise<string> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  writeFileSync(join(folder, ".npmrc"), npmrc)
  await add[manager](folder, packages)
  return folder
}
