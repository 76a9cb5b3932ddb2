import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { build } from "./esbuild.ts"
import { manifest, root } from "./packages.ts"

// The command line as it is published: ES modules without a dependency, a chunk for each command, which is loaded when it is
// asked for. `node scripts/bundle.ts` writes packages/cli/dist, or a folder that is named: what tries the command line has its own.

const home = join(root, "packages/cli")

interface PluginBuild {
  readonly onResolve: (
    options: { readonly filter: RegExp },
    callback: (found: { readonly importer: string }) => { readonly path: string } | undefined
  ) => void
}

/** The page of the API's documents is 3 MB of a script of others: here a link to the document itself stands in its place. */
const withoutScalar = {
  name: "without-scalar",
  setup: ({ onResolve }: PluginBuild) => {
    onResolve(
      { filter: /^\.\/docs\.ts$/ },
      ({ importer }) =>
        /emulator[\\/]src[\\/]internal[\\/]\w+\.ts$/.test(importer)
          ? { path: join(home, "src/emulate/docs.ts") }
          : undefined
    )
  }
}

// CommonJS that a bundle takes in asks for built-in modules by `require`.
const banner = {
  js: "import{createRequire as effectSensRequire}from\"node:module\";const require=effectSensRequire(import.meta.url);"
}

/** What `ws` and `linkedom` do without where it is not there. */
const optional = new Set(["bufferutil", "canvas", "utf-8-validate"])

export interface Output {
  readonly bytes: number
  readonly inputs: Readonly<Record<string, unknown>>
  readonly imports: ReadonlyArray<{ readonly path: string; readonly kind: string; readonly external?: boolean }>
  readonly entryPoint?: string
}

/** What was written, by file, and what each file is made of. */
export interface Bundle {
  readonly outputs: Readonly<Record<string, Output>>
}

/** The folder of a package that a file belongs to, and its name. */
const packageOf = (file: string): { readonly folder: string; readonly name: string } | undefined => {
  const [, folder, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(file) ?? []
  return folder === undefined || name === undefined ? undefined : { folder, name }
}

/** The licences of all that is in the bundle and not ours, each with its text. */
const licences = (inputs: ReadonlyArray<string>): string => {
  const found = new Map<string, string>()
  for (const input of inputs) {
    const of = packageOf(input.replaceAll("\\", "/"))
    if (of === undefined || found.has(of.name)) continue
    const folder = resolve(root, of.folder)
    const { author, license, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly author?: string | { readonly name?: string }
      readonly license?: string
      readonly version: string
    }
    if (license === undefined) throw new Error(`${of.name} ${version} does not say how it is licensed`)
    const [file] = globSync("{LICENSE,LICENCE,license,licence}{,.md,.txt}", { cwd: folder }).sort()
    const by = typeof author === "string" ? author : author?.name ?? "its authors"
    const text = file === undefined
      ? `Copyright ${by}. Its package holds no text of the licence.`
      : readFileSync(join(folder, file), "utf8").trim()
    found.set(of.name, `${of.name} ${version} (${license})\n\n${text}\n`)
  }
  return [...found.keys()].sort().map((name) => found.get(name)).join(`\n${"-".repeat(80)}\n\n`)
}

/** Bundles the command line into a folder, of which nothing else is left. */
export const bundle = async (out = join(home, "dist")): Promise<Bundle> => {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const shared = {
    absWorkingDir: root,
    platform: "node",
    format: "esm",
    target: "node22",
    minify: true,
    charset: "utf8",
    legalComments: "linked",
    logLevel: "warning"
  } as const
  const { metafile } = await build({
    ...shared,
    entryPoints: { main: join(home, "src/main.ts") },
    bundle: true,
    splitting: true,
    outdir: out,
    chunkNames: "[name]-[hash]",
    banner,
    define: { EFFECT_SENS_VERSION: JSON.stringify(manifest(join(home, "package.json")).version) },
    metafile: true,
    plugins: [withoutScalar]
  })
  // It stands alone, so that an old Node can read it.
  await build({ ...shared, target: "node16", entryPoints: [join(home, "src/bin.ts")], outfile: join(out, "bin.js") })
  const bin = join(out, "bin.js")
  writeFileSync(bin, readFileSync(bin, "utf8").replace("./main.ts", "./main.js"), { mode: 0o755 })
  const written: Record<string, Output> = Object.fromEntries(
    Object.entries(metafile.outputs).map(([file, output]) => [relative(out, resolve(root, file)), output])
  )
  // A chunk stands for each `import()` of a module, those of the code that was left out as well: Effect's client for undici.
  const needed = reached(written, "main.js", ["import-statement", "dynamic-import"])
  for (const file of Object.keys(written)) {
    if (file.endsWith(".js") && !needed.has(file)) {
      rmSync(join(out, file))
      rmSync(join(out, `${file}.LEGAL.txt`), { force: true })
    }
  }
  const outputs: Record<string, Output> = Object.fromEntries(
    Object.entries(written).filter(([file]) => needed.has(file.replace(/\.LEGAL\.txt$/, "")))
  )
  for (const [file, { imports }] of Object.entries(outputs)) {
    for (const { external, path } of imports) {
      if (external === true && !isBuiltin(path) && !optional.has(path)) {
        throw new Error(`${file} imports ${path}, which nobody installs`)
      }
    }
  }
  writeFileSync(
    join(out, "LICENSES.txt"),
    licences(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)))
  )
  return { outputs }
}

const reached = (outputs: Bundle["outputs"], file: string, kinds: ReadonlyArray<string>): ReadonlySet<string> => {
  const found = new Set<string>()
  const follow = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const { external, kind, path } of outputs[file]?.imports ?? []) {
      if (kinds.includes(kind) && external !== true) follow(join(dirname(file), path.split("/").at(-1) ?? ""))
    }
  }
  follow(file)
  return found
}

/** The files that are loaded with one of them, before anything is asked for. */
export const loadedWith = ({ outputs }: Bundle, file: string): ReadonlySet<string> =>
  reached(outputs, file, ["import-statement"])

if (import.meta.main) {
  const [out = join(home, "dist")] = process.argv.slice(2)
  const result = await bundle(out)
  const size = (files: ReadonlyArray<string>) => files.reduce((sum, file) => sum + statSync(join(out, file)).size, 0)
  const all = globSync("**/*.js", { cwd: out })
  const first = loadedWith(result, "main.js")
  const kB = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString("en-US")} kB`
  console.log(`${all.length} files, ${kB(size(all))}; ${first.size} of them, ${kB(size([...first]))}, at every start`)
}
