import { globSync, rmSync } from "node:fs"

for (const path of ["coverage", "docs/api", "node_modules/.cache", ...globSync("packages/*/dist")]) {
  rmSync(path, { recursive: true, force: true })
}
