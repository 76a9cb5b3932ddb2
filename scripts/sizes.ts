import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { gzipSync } from "node:zlib"
import { bundle, loadedWith } from "./bundle.ts"
import { beside, buildSync } from "./esbuild.ts"
import { manifest, root } from "./packages.ts"

// What each entry adds to a bundle, minified and compressed, beside what a program shares with the packages: `effect`
// and, for the emulator, `@effect/platform-node`. docs/sizes.md is the record; an entry that has grown by more than 5 %
// or 200 bytes, whichever is more, fails, and so does one that is not in the record. `--write` records anew.

const record = join(root, "docs/sizes.md")
const packages = ["core", "http", "streams", "outbox", "emulator"]

interface Size {
  readonly minified: number
  readonly compressed: number
}

const sizeOf = (entry: string): Size => {
  const { outputFiles } = buildSync(beside(`export * from "${entry}"`, join(root, "packages/benchmarks")))
  const [output] = outputFiles
  if (output === undefined) throw new Error(`${entry} cannot be bundled`)
  return { minified: output.contents.length, compressed: gzipSync(output.contents, { level: 9 }).length }
}

const entries = packages.flatMap((name) => {
  const { exports } = manifest(join(root, "packages", name, "package.json"))
  return [
    `@effect-sens/${name}`,
    ...globSync(`packages/${name}/src/*.ts`, { cwd: root })
      .map((file) => basename(file, ".ts"))
      .filter((module) => exports[`./${module}`] !== null)
      .sort()
      .map((module) => `@effect-sens/${name}/${module}`)
  ]
})
const sizes = new Map(entries.map((entry) => [entry, sizeOf(entry)]))

// The command line is whole: what a start of it reads, and all of it.
const folder = mkdtempSync(join(tmpdir(), "sizes-"))
try {
  const program = await bundle(folder)
  const sum = (files: Iterable<string>): Size => {
    const contents = Array.from(files, (file) => readFileSync(join(folder, file)))
    return {
      minified: contents.reduce((sum, { length }) => sum + length, 0),
      compressed: contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0)
    }
  }
  sizes.set("effect-sens:start", sum(loadedWith(program, "main.js")))
  sizes.set("effect-sens:all", sum(globSync("*.js", { cwd: folder })))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const figure = (bytes: number): string => bytes.toLocaleString("en-US")

const table = (): string => {
  const rows = [
    ["entry", "minified", "and compressed"],
    ...[...sizes].map(([entry, size]) => [`\`${entry}\``, figure(size.minified), figure(size.compressed)])
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = ([entry = "", ...figures]: ReadonlyArray<string>): string =>
    `| ${[entry.padEnd(widths[0] ?? 0), ...figures.map((cell, i) => cell.padStart(widths[i + 1] ?? 0))].join(" | ")} |`
  const [head = [], ...body] = rows.map(line)
  const [first = 0, ...others] = widths
  const rule = `| ${["-".repeat(first), ...others.map((width) => `${"-".repeat(width - 1)}:`)].join(" | ")} |`
  return [head, rule, ...body].join("\n")
}

const recorded = new Map(
  [...(existsSync(record) ? readFileSync(record, "utf8") : "").matchAll(/^\| `(\S+)` *\| *[\d,]+ \| *([\d,]+) \|$/gm)]
    .map(([, entry = "", compressed = ""]) => [entry, Number(compressed.replaceAll(",", ""))])
)

if (process.argv.includes("--write")) {
  writeFileSync(
    record,
    `# Sizes

What each entry adds to a bundle, in bytes: all modules of ours that it needs, minified and compressed (gzip), beside
\`effect\` and, for the emulator, \`@effect/platform-node\`. Entries share modules, so the sizes of two do not add up. A
bundler takes only what is used of an entry, so a program gets less.

\`effect-sens\` is a bundle with all that it needs, \`effect\` and the HTTP client included: \`start\` is what every start of it reads,
\`all\` what is downloaded, each file compressed by itself.

The table is the record that \`npm run sizes\` compares with: an entry may grow by 5 % or 200 bytes, whichever is more.
\`npm run sizes -- --write\` records anew.

${table()}
`
  )
} else {
  const problems = [...sizes].flatMap(([entry, { compressed }]) => {
    const before = recorded.get(entry)
    if (before === undefined) return [`${entry} is not in the record`]
    const allowed = before + Math.max(200, Math.floor(before * 0.05))
    return compressed <= allowed
      ? []
      : [`${entry} has grown from ${before} to ${compressed} bytes; ${allowed} are allowed`]
  })
  for (const entry of recorded.keys()) if (!sizes.has(entry)) problems.push(`${entry} is in the record, and is no more`)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) {
    console.error("If there is a reason: npm run sizes -- --write")
    process.exitCode = 1
  } else {
    const main = packages.map((name) => `${name} ${figure(sizes.get(`@effect-sens/${name}`)?.compressed ?? 0)}`)
    main.push(`the command line ${figure(sizes.get("effect-sens:all")?.compressed ?? 0)}`)
    console.log(`${sizes.size} entries are no larger than recorded; bytes of whole packages: ${main.join(", ")}`)
  }
}
