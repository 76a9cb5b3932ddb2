import type { BuildOptions } from "../packages/benchmarks/node_modules/esbuild/lib/main.js"

// esbuild is a dependency of the benchmarks alone; the scripts that bundle take it from there.

export { build, buildSync } from "../packages/benchmarks/node_modules/esbuild/lib/main.js"

/** A module of ours as a program bundles it, beside what the program shares with the packages; kept in memory. */
export const beside = (contents: string, resolveDir: string) =>
  ({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2022",
    external: ["effect", "@effect/platform-node"],
    logLevel: "silent"
  }) satisfies BuildOptions & { readonly write: false }
