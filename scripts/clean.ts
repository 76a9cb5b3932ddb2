import { globSync, rmSync } from "node:fs"

// What is built goes; the runtimes and tools that scripts have fetched into node_modules/.cache stay.
for (const path of ["coverage", ...globSync(["node_modules/.cache/*.tsbuildinfo", "packages/*/{dist,build}"])]) {
  rmSync(path, { recursive: true, force: true })
}
