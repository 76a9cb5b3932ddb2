import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundle } from "../../../../scripts/bundle.ts"

/** What tests run is the bundle that is published, made once for all of them. */
export default async (): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), "effect-sens-bundle-"))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  try {
    await bundle(join(folder, "dist"))
  } catch (error) {
    clean()
    throw error
  }
  process.env.EFFECT_SENS_BIN = join(folder, "dist", "bin.js")
  return clean
}
