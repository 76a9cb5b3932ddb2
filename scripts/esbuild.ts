// esbuild is a dependency of the benchmarks alone; the scripts that bundle take it from there.

export { build, buildSync } from "../packages/benchmarks/node_modules/esbuild/lib/main.js"
