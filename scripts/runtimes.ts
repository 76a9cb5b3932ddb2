import { existsSync, globSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { manifest, root, run } from "./packages.ts"

// Runtimes that the scripts try the packages in, in pinned versions. They are npm packages of 100 MB and more each, so
// they are no dev dependencies: each is installed when it is first asked for, into a folder of its own beside other
// caches.

interface Runtime {
  readonly version: string
  /** Where its package keeps the binary of this machine. */
  readonly binary: string
  /** Only Node's own package fetches its binary in an install script. */
  readonly scripts?: boolean
}

const node = "node/bin/node{,.exe}"

const runtimes = {
  bun: { version: "1.4.5", binary: "@oven/*/bin/bun{,.exe}" },
  deno: { version: "2.9.6", binary: "@deno/*/deno{,.exe}" },
  workerd: { version: "1.20261117.1", binary: "@cloudflare/workerd-*/bin/workerd{,.exe}" },
  // The lowest version that the packages support, the newest of that line, and the newest of all.
  "node 22.19": { version: "22.19.0", binary: node, scripts: true },
  "node 22": { version: "22.23.3", binary: node, scripts: true },
  "node 26": { version: "26.10.0", binary: node, scripts: true }
} satisfies Record<string, Runtime>

export type Name = keyof typeof runtimes

export const versionOf = (name: Name): string => runtimes[name].version

/** The path of a runtime's binary, which is installed if it is not there. */
export const binaryOf = async (name: Name): Promise<string> => {
  const { binary, scripts = false, version }: Runtime = runtimes[name]
  const packageName = name.replace(/ .*/, "")
  const folder = join(root, "node_modules/.cache/runtimes", `${packageName}-${version}`)
  const find = () => globSync(join(folder, "node_modules", binary)).sort()[0]
  const file = join(folder, "node_modules", packageName, "package.json")
  if (!existsSync(file) || manifest(file).version !== version || find() === undefined) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }))
    const flags = ["--no-audit", "--no-fund", "--loglevel=error", ...(scripts ? [] : ["--ignore-scripts"])]
    await run("npm", ["install", ...flags, `${packageName}@${version}`], { cwd: folder, timeout: 600_000 })
  }
  const found = find()
  if (found === undefined) throw new Error(`${packageName} ${version} has no binary for this machine`)
  return found
}
