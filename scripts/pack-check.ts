import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"

// Packs every public package, lints the tarballs, installs them into an empty
// project, imports every export with plain Node, type-checks the imports, and
// runs a program that sends a message through the emulator.

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly packageManager?: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | null>>
}

const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest

const isFailure = (error: unknown): error is { readonly stdout: string; readonly stderr: string } =>
  error instanceof Error && "stdout" in error && "stderr" in error

const run = (command: string, args: ReadonlyArray<string>, cwd = process.cwd()): string => {
  try {
    return execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" })
  } catch (error) {
    if (isFailure(error)) console.error(error.stdout + error.stderr)
    throw new Error(`${basename(command)} ${args.join(" ")} failed`, { cause: error })
  }
}

const problems: Array<string> = []
const demand = (condition: boolean, what: string) => {
  if (!condition) problems.push(what)
}

const root = resolve(".")
const out = mkdtempSync(join(tmpdir(), "pack-"))
process.on("exit", () => rmSync(out, { recursive: true, force: true }))

const pnpm = manifest("package.json").packageManager ?? "pnpm"
const directories = globSync("packages/*/package.json").sort().map((file) => dirname(file))
  .filter((directory) => manifest(join(directory, "package.json")).private !== true)

run("tsc", ["-b", "tsconfig.packages.json"])

const tarballs = directories.map((directory) => {
  const packed = JSON.parse(
    run("npx", ["-y", pnpm, "pack", "--json", "--pack-destination", out], resolve(directory))
  ) as {
    readonly filename: string
  }
  run("publint", ["run", "--strict", packed.filename])
  run("attw", ["--profile", "esm-only", packed.filename])
  return packed.filename
})

// Installed beside the versions that the workspace itself is tested with.
const versionOf = (name: string, directory: string) =>
  `${name}@${manifest(join(directory, "node_modules", name, "package.json")).version}`
const peers = [versionOf("effect", "."), versionOf("@effect/platform-node", "packages/emulator")]
writeFileSync(join(out, "package.json"), JSON.stringify({ private: true, type: "module" }))
run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...peers, ...tarballs], out)

const forbidden = /(?:^|\/)(?:test|tests|typetest|node_modules|\.doctest)\/|\.(?:test|tst)\.|tsbuildinfo|tsconfig/
const entries: Array<string> = []
const closed: Array<string> = []

for (const directory of directories) {
  const { name } = manifest(join(directory, "package.json"))
  const home = join(out, "node_modules", name)
  const { bin, exports } = manifest(join(home, "package.json"))
  const files = globSync("**/*", { cwd: home, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))

  for (const file of ["README.md", "LICENSE", "package.json"]) demand(files.includes(file), `${name}: no ${file}`)
  for (const file of files) {
    demand(!forbidden.test(file), `${name}: ${file} is packed`)
    demand(!readFileSync(join(home, file), "utf8").includes(root), `${name}: ${file} holds a path of this machine`)
    const source = /^dist\/(.+?)(?:\.d)?\.(?:js|ts)(?:\.map)?$/.exec(file)?.[1]
    if (source !== undefined) {
      demand(files.includes(`src/${source}.ts`), `${name}: ${file} has no source: run node scripts/clean.ts`)
    }
  }
  for (const file of files.filter((file) => file.startsWith("src/"))) {
    const target = file.replace(/^src\//, "dist/").replace(/\.ts$/, "")
    for (const extension of [".js", ".d.ts"]) {
      demand(files.includes(target + extension), `${name}: no ${target}${extension}`)
    }
  }
  demand(
    !/"(?:workspace|catalog):/.test(readFileSync(join(home, "package.json"), "utf8")),
    `${name}: package.json has a specifier of the workspace`
  )
  for (const target of Object.values(bin ?? {})) {
    demand(existsSync(join(home, target)), `${name}: no ${target}`)
  }
  for (const [command, target] of Object.entries(bin ?? {})) {
    if (existsSync(join(home, target))) run(process.execPath, [join(home, target), "--help"], out)
    demand(existsSync(join(out, "node_modules", ".bin", command)), `${name}: no command ${command}`)
  }

  const blocked = Object.entries(exports).filter(([, target]) => target === null).map(([key]) => key.slice(2))
  entries.push(name)
  for (const module of files.flatMap((file) => /^dist\/([^/]+)\.js$/.exec(file)?.[1] ?? []).sort()) {
    if (!blocked.includes(module)) entries.push(`${name}/${module}`)
  }
  closed.push(
    ...blocked.filter((key) => !key.includes("*")).map((key) => `${name}/${key}`),
    ...files.flatMap((file) => /^dist\/(internal\/.+)\.js$/.exec(file)?.[1] ?? []).slice(0, 1).map((key) =>
      `${name}/${key}`
    )
  )
  console.log(`${name}: ${files.length} files, publint and attw have nothing to say`)
}

writeFileSync(
  join(out, "imports.mjs"),
  `let empty = 0
for (const name of ${JSON.stringify(entries)}) {
  if (Object.keys(await import(name)).length > 0) continue
  console.error(\`\${name} exports nothing\`)
  empty++
}
for (const name of ${JSON.stringify(closed)}) {
  const code = await import(name).then(() => "none", (error) => error.code)
  if (code === "ERR_PACKAGE_PATH_NOT_EXPORTED") continue
  console.error(\`\${name} can be imported (\${code})\`)
  empty++
}
process.exitCode = empty > 0 ? 1 : 0
`
)
run(process.execPath, ["imports.mjs"], out)

// What a user's compiler makes of the declarations, without our settings.
writeFileSync(
  join(out, "imports.ts"),
  entries.map((name, index) => `import * as _${index} from "${name}"\nexport { _${index} }\n`).join("")
)
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: "ES2022",
      module: "NodeNext",
      noEmit: true,
      skipLibCheck: true,
      types: []
    },
    files: ["imports.ts"]
  })
)
run("tsc", ["-p", join(out, "tsconfig.json")])
console.log(`${entries.length} entries can be imported, ${closed.length} closed ones cannot`)

copyFileSync("scripts/pack-check/program.mjs", join(out, "program.mjs"))
process.stdout.write(run(process.execPath, ["program.mjs"], out))

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
