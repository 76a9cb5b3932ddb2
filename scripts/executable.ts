import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { bundle } from "./bundle.ts"
import { root, run } from "./packages.ts"
import { binaryOf } from "./runtimes.ts"

// The command line as one file that needs no Node.js: `npm run executable`, for this machine, or for another by
// `npm run executable -- --target bun-windows-x64` (or bun-darwin-arm64, bun-linux-arm64, ...).

interface Options {
  /** The bundle that it is made of; it is bundled where none is named. */
  readonly bin?: string | undefined
  /** The machine that it is for, as Bun names it; this one where none is named. */
  readonly target?: string | undefined
}

/** Writes it to a file. */
export const executable = async (file: string, { bin, target }: Options = {}): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "executable-"))
  try {
    if (bin === undefined) await bundle(folder)
    const machine = target === undefined ? [] : [`--target=${target}`]
    // Bun leaves what it writes on the way in the folder that it is run in.
    await run(
      await binaryOf("bun"),
      ["build", "--compile", ...machine, bin ?? join(folder, "bin.js"), "--outfile", file],
      { cwd: folder }
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const { values: { target } } = parseArgs({ options: { target: { type: "string" } } })
  const windows = target === undefined ? process.platform === "win32" : target.includes("windows")
  const file = join(root, "packages/cli/dist", `effect-sens${windows ? ".exe" : ""}`)
  await executable(file, { target })
  console.log(file)
}
