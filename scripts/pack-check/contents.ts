import { validate } from "dockerfile-utils"
import { existsSync, globSync, readFileSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { beside, build } from "../esbuild.ts"
import { type Manifest, manifest, publicPackages, root } from "../packages.ts"

// What an installed package is made of: its files, its entries, its maps, and what a bundler leaves of it.

export interface Contents {
  /** What can be imported. */
  readonly entries: ReadonlyArray<string>
  /** What is in the package and must not be imported. */
  readonly closed: ReadonlyArray<string>
  readonly files: number
  readonly problems: ReadonlyArray<string>
}

const forbidden = /(?:^|\/)(?:test|tests|typetest|node_modules|\.doctest)\/|\.(?:test|tst)\.|tsbuildinfo|tsconfig/

const filesOf = (home: string): ReadonlyArray<string> =>
  globSync("**/*", { cwd: home, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1).replaceAll("\\", "/"))

/** Where the maps of a package lead: an editor goes to the source that is in the package. */
const mapProblems = (home: string, files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.filter((file) => file.startsWith("dist/") && !file.endsWith(".map")).flatMap((file) => {
    const map = `${file}.map`
    if (!files.includes(map)) return [`${file} has no map`]
    const link = /^\/\/# sourceMappingURL=(.+)$/m.exec(readFileSync(join(home, file), "utf8"))?.[1]
    if (link !== posix.basename(map)) return [`${file} does not name its map`]
    const { sourceRoot = "", sources } = JSON.parse(readFileSync(join(home, map), "utf8")) as {
      readonly sourceRoot?: string
      readonly sources: ReadonlyArray<string>
    }
    const found = sources.map((source) => posix.join(posix.dirname(file), sourceRoot, source))
    return found.length > 0 && found.every((source) => source.startsWith("src/") && files.includes(source))
      ? []
      : [`${map} leads to ${found.join(", ") || "nothing"}, which is not in the package`]
  })

/**
 * What the code and the declarations import has to be declared. No layout shows that: whatever the program itself depends
 * on is found from anywhere below it.
 */
const importProblems = (home: string, files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { dependencies, name, peerDependencies }: Manifest = manifest(join(home, "package.json"))
  const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
  return files.filter((file) => /^dist\/.*\.(?:js|ts)$/.test(file)).flatMap((file) => {
    const code = readFileSync(join(home, file), "utf8").replace(/^\s*\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(["'])([@\w./:-]+)\1/g)]
      .flatMap(([, , specifier = ""]) => /^((?:@[^/]+\/)?[^/.][^/]*)/.exec(specifier)?.[1] ?? [])
      .filter((imported) => !imported.startsWith("node:") && !declared.has(imported))
      .map((imported) => `${file} imports ${imported}, which package.json does not declare`)
  })
}

/**
 * A Dockerfile has to be one, and what it copies into its image has to be in the package that it is built from. `image.ts` builds it
 * where that can be done.
 */
const imageProblems = (home: string, files: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (!files.includes("Dockerfile")) return []
  const text = readFileSync(join(home, "Dockerfile"), "utf8")
  const copies = [...text.matchAll(/^(?:COPY|ADD)\s+(.+)$/gm)]
    .flatMap(([, line = ""]) => line.split(/\s+/).filter((word) => !word.startsWith("--")).slice(0, -1))
  return [
    ...validate(text).map(({ message, range }) => `Dockerfile:${range.start.line + 1}: ${message}`),
    ...copies.length === 0 ? ["Dockerfile copies nothing"] : [],
    ...copies
      .filter((path) => !files.some((file) => path.endsWith("/") ? file.startsWith(path) : file === path))
      .map((path) => `Dockerfile copies ${path}, which is not in the package`)
  ]
}

/**
 * What an attestation is checked against, and what a user or a package manager reads first. pnpm need not leave
 * `publishConfig` in what it packs, so that is read where it stands.
 */
const manifestProblems = (packed: Manifest): ReadonlyArray<string> => {
  const source = publicPackages.find(({ manifest }) => manifest.name === packed.name)
  const folder = relative(root, source?.directory ?? root).replaceAll("\\", "/")
  const { engines, license, repository = {} } = packed
  const demands: ReadonlyArray<readonly [boolean, string]> = [
    [Boolean(license), "package.json names no license"],
    [Boolean(engines?.node), "package.json does not say which Node it needs (engines.node)"],
    [
      /^git\+https:\/\/github\.com\/[^/]+\/[^/]+\.git$/.test(repository.url ?? ""),
      `package.json names no repository on GitHub, but ${repository.url ?? "nothing"} (repository.url)`
    ],
    [
      repository.directory === folder,
      `package.json has ${repository.directory ?? "nothing"} for its folder ${folder} (repository.directory)`
    ],
    [source?.manifest.publishConfig?.provenance === true, "package.json asks for no provenance (publishConfig)"]
  ]
  return demands.filter(([met]) => !met).map(([, what]) => what)
}

/** Checks the package `name` as it is installed in `project`. */
export const checkContents = (project: string, name: string): Contents => {
  const problems: Array<string> = []
  const demand = (condition: boolean, what: string) => {
    if (!condition) problems.push(`${name}: ${what}`)
  }
  const home = join(project, "node_modules", name)
  const packed: Manifest = manifest(join(home, "package.json"))
  const { bin, exports, version } = packed
  const files = filesOf(home)

  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "package.json"]) {
    demand(files.includes(file), `no ${file}`)
  }
  if (files.includes("CHANGELOG.md")) {
    const changelog = readFileSync(join(home, "CHANGELOG.md"), "utf8")
    demand(changelog.includes(`## ${version}\n`), `CHANGELOG.md has no entry for ${version}`)
  }
  for (const file of files) {
    demand(!forbidden.test(file), `${file} is packed`)
    demand(!readFileSync(join(home, file), "utf8").includes(root), `${file} holds a path of this machine`)
    const source = /^dist\/(.+?)(?:\.d)?\.(?:js|ts)(?:\.map)?$/.exec(file)?.[1]
    if (source !== undefined) {
      demand(files.includes(`src/${source}.ts`), `${file} has no source: run node scripts/clean.ts`)
    }
  }
  for (const file of files.filter((file) => file.startsWith("src/"))) {
    const target = file.replace(/^src\//, "dist/").replace(/\.ts$/, "")
    for (const extension of [".js", ".d.ts"]) demand(files.includes(target + extension), `no ${target}${extension}`)
  }
  const found = [
    manifestProblems(packed),
    mapProblems(home, files),
    importProblems(home, files),
    imageProblems(home, files)
  ]
  for (const problem of found.flat()) demand(false, problem)
  demand(
    !/"(?:workspace|catalog):/.test(readFileSync(join(home, "package.json"), "utf8")),
    "package.json has a specifier of the workspace"
  )
  for (const [command, target] of Object.entries(bin ?? {})) {
    demand(existsSync(join(home, target)), `no ${target}`)
    demand(existsSync(join(project, "node_modules", ".bin", command)), `no command ${command}`)
  }

  const blocked = Object.entries(exports).filter(([, target]) => target === null).map(([key]) => key.slice(2))
  const modules = files.flatMap((file) => /^dist\/([^/]+)\.js$/.exec(file)?.[1] ?? []).sort()
  return {
    entries: [name, ...modules.filter((module) => !blocked.includes(module)).map((module) => `${name}/${module}`)],
    closed: [
      ...blocked.filter((key) => !key.includes("*")).map((key) => `${name}/${key}`),
      ...files.flatMap((file) => /^dist\/(internal\/.+)\.js$/.exec(file)?.[1] ?? []).map((key) => `${name}/${key}`)
    ],
    files: files.length,
    problems
  }
}

const bundle = async (project: string, contents: string): Promise<string> => {
  const { outputFiles } = await build(beside(contents, project))
  return outputFiles.map(({ text }) => text).join("").trim()
}

/** What a bundler keeps unasked: of an entry that is imported for nothing, and of the other modules of a barrel. */
export const treeShakingProblems = async (
  project: string,
  entries: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  const problemsOf = async (entry: string): Promise<ReadonlyArray<string>> => {
    const rest = await bundle(project, `import "${entry}"`)
    if (rest !== "") return [`${entry}: a bare import leaves ${rest.length} bytes in a bundle`]
    const [, barrel = "", module] = /^(@[^/]+\/[^/]+)(?:\/(.+))?$/.exec(entry) ?? []
    if (module === undefined) return []
    const index = readFileSync(join(project, "node_modules", barrel, "dist/index.js"), "utf8")
    if (!index.includes(`export * as ${module} from`)) return []
    const [alone, fromBarrel] = await Promise.all([
      bundle(project, `import * as It from "${entry}"\nconsole.log(It)`),
      bundle(project, `import { ${module} as It } from "${barrel}"\nconsole.log(It)`)
    ])
    // Names of minified variables may differ in length; a module of its own is far more.
    return fromBarrel.length <= alone.length + 64
      ? []
      : [`${entry}: ${alone.length} bytes in a bundle, but ${fromBarrel.length} by way of ${barrel}`]
  }
  // An entry that is not there must not hide what is wrong with the others.
  const noted = (entry: string) => (error: unknown) => [
    `${entry}: ${error instanceof Error ? error.message : String(error)}`
  ]
  return (await Promise.all(entries.map((entry) => problemsOf(entry).catch(noted(entry))))).flat()
}
