import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { checkContents, treeShakingProblems } from "./pack-check/contents.ts"
import { buildImage } from "./pack-check/image.ts"
import { install, type Manager } from "./pack-check/managers.ts"
import { checkProgram } from "./pack-check/program.ts"
import { programs, runPrograms, writePrograms } from "./pack-check/programs.ts"
import { type Manifest, program, publicPackages, run } from "./packages.ts"
import { type Registry, withRegistry } from "./registry.ts"
import { binaryOf, versionOf } from "./runtimes.ts"

// What a user gets: every public package is packed and published to a throw-away registry, its tarball linted,
// installed from there with npm, pnpm and Bun, beside the newest and the lowest `effect` that it allows, type-checked,
// imported and used in the programs of the READMEs on each supported Node.

interface Ends {
  readonly lowest: string
  readonly newest: string
}

/** The lowest and the newest published version that a range allows; `npm view` sorts by nothing in particular. */
const endsOf = async (name: string, range: string): Promise<Ends> => {
  const answer = JSON.parse(await run("npm", ["view", `${name}@${range}`, "version", "--json"])) as
    | string
    | ReadonlyArray<string>
  const versions = [answer].flat().sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  const [lowest, newest] = [versions[0], versions.at(-1)]
  if (lowest === undefined || newest === undefined) throw new Error(`no version of ${name} is in ${range}`)
  return { lowest, newest }
}

/** The range that all packages allow for a dependency that a program has to share with them. */
const rangeOf = (manifests: ReadonlyArray<Manifest>, name: string): string => {
  const ranges = new Set(
    manifests.flatMap(({ dependencies, peerDependencies }) => peerDependencies?.[name] ?? dependencies?.[name] ?? [])
  )
  if (ranges.size === 0) throw new Error(`no package needs ${name}`)
  return [...ranges].join(" ")
}

/** What the registry says about a package, which is what a package manager goes by. */
const published = async (url: string, name: string): Promise<Manifest> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}${name}/latest`)
  if (!answer.ok) throw new Error(`${name} is not on the registry (${answer.status})`)
  return await answer.json() as Manifest
}

/**
 * Imports every entry, and every closed one in vain. `sideEffects: []` is a promise, too: beside what `effect` and Node do,
 * an import leaves no trace on the global object or the process.
 */
const importAll = (entries: ReadonlyArray<string>, closed: ReadonlyArray<string>): string =>
  `let wrong = 0
await Promise.all([import("effect"), import("@effect/platform-node"), import("node:http")])
const traces = () => [...Reflect.ownKeys(globalThis), ...process.eventNames()].map(String)
const before = traces()
for (const name of ${JSON.stringify(entries)}) {
  const problem = await import(name).then(
    (module) => Object.keys(module).length > 0 ? "" : "exports nothing",
    (error) => \`cannot be imported: \${error.message}\`
  )
  if (problem === "") continue
  console.error(\`\${name} \${problem}\`)
  wrong++
}
for (const name of ${JSON.stringify(closed)}) {
  const code = await import(name).then(() => "none", (error) => error.code)
  if (code === "ERR_PACKAGE_PATH_NOT_EXPORTED") continue
  console.error(\`\${name} can be imported (\${code})\`)
  wrong++
}
const left = traces().filter((trace) => !before.includes(trace))
if (left.length > 0) {
  console.error(\`an import leaves \${left.join(", ")} behind\`)
  wrong++
}
process.exitCode = wrong > 0 ? 1 : 0
`

/**
 * What a user's compiler makes of the declarations, without our settings. Not with pnpm, but with npm and Bun it reads
 * all of them: those of @effect/platform-node and of undici need @types/node and do not depend on it, and pnpm alone
 * lets a package see only what it depends on.
 */
const typeCheck = async (project: string, manager: Manager, entries: ReadonlyArray<string>): Promise<void> => {
  writeFileSync(
    join(project, "imports.ts"),
    entries.map((name, index) => `import * as _${index} from "${name}"\nexport { _${index} }\n`).join("")
  )
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: "ES2022",
    module: "NodeNext",
    noEmit: true,
    skipLibCheck: manager === "pnpm",
    types: []
  }
  const files = ["imports.ts", ...programs.map(({ file }) => file)]
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }))
  await run("tsc", ["-p", join(project, "tsconfig.json")])
}

/** Checks what a registry holds; the answer is what is wrong with it. */
export const checkPackages = async ({ npmrc, tarballs, url }: Registry): Promise<ReadonlyArray<string>> => {
  const folder = mkdtempSync(join(tmpdir(), "pack-"))
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once("exit", clean)
  const problems: Array<string> = []
  const note = (where: string, found: ReadonlyArray<string>) =>
    problems.push(...found.map((problem) => `${where}: ${problem}`))
  const caught = (where: string) => (error: unknown) =>
    note(where, [error instanceof Error ? error.message : String(error)])

  // Nothing of it is imported, so it has no types.
  const isProgram = (tarball: string) => new RegExp(`^${program}-\\d`).test(basename(tarball))

  const lint = async () => {
    for (const tarball of tarballs) {
      await Promise.all([
        run("publint", ["run", "--strict", tarball]).catch(caught("publint")),
        isProgram(tarball) ? undefined : run("attw", ["--profile", "esm-only", tarball]).catch(caught("attw"))
      ])
    }
  }

  const names = publicPackages.map(({ manifest }) => manifest.name).filter((name) => name !== program)

  try {
    const linted = lint()
    const manifests = await Promise.all(names.map((name) => published(url, name)))
    const range = rangeOf(manifests, "effect")
    const [effect, platformNode] = await Promise.all([
      endsOf("effect", range),
      endsOf("@effect/platform-node", rangeOf(manifests, "@effect/platform-node"))
    ])
    const projects: Array<{ readonly label: string; readonly manager: Manager; readonly project: string }> = []
    const add = async (manager: Manager, end: "lowest" | "newest") => {
      const peers = [`effect@${effect[end]}`, `@effect/platform-node@${platformNode[end]}`]
      const project = join(folder, `${manager}-${end}`)
      await install(manager, project, npmrc, [...peers, ...names])
      projects.push({ label: `${manager}, ${peers.join(", ")}`, manager, project })
      return project
    }
    // One after another, since the managers share what they have fetched.
    const first = await add("npm", "newest")
    await add("pnpm", "newest")
    await add("bun", "newest")
    if (effect.lowest === effect.newest && platformNode.lowest === platformNode.newest) {
      console.log(`effect ${range}: ${effect.newest} is both the lowest and the newest version`)
    } else {
      console.log(`effect ${range}: ${effect.lowest} is the lowest, ${effect.newest} the newest version`)
      await add("npm", "lowest")
    }
    await linted

    console.log(`programs of the READMEs: ${programs.map(({ source }) => source).join(", ")}`)
    const contents = names.map((name) => checkContents(first, name))
    for (const [index, { files, problems: found }] of contents.entries()) {
      problems.push(...found)
      if (found.length === 0) console.log(`${names[index]}: ${files} files`)
    }
    const entries = contents.flatMap((content) => content.entries)
    const closed = contents.flatMap((content) => content.closed)
    problems.push(...await treeShakingProblems(first, entries))
    problems.push(...await buildImage(join(first, "node_modules/@effect-sens/emulator"), npmrc, folder))

    const nodes = [
      [versionOf("node 22.19"), await binaryOf("node 22.19")],
      [versionOf("node 22"), await binaryOf("node 22")],
      [process.versions.node, process.execPath]
    ] as const
    const tarball = tarballs.find(isProgram)
    if (tarball === undefined) problems.push(`${program} was not packed`)
    else await checkProgram(tarball, folder, nodes).then((found) => note(program, found), caught(program))
    for (const { label, manager, project } of projects) {
      writePrograms(project)
      writeFileSync(join(project, "imports.mjs"), importAll(entries, closed))
      await typeCheck(project, manager, entries).catch(caught(label))
      await Promise.all(nodes.map(async ([version, node]) => {
        const where = `${label}, Node ${version}`
        const before = problems.length
        await run(node, ["imports.mjs"], { cwd: project }).catch(caught(where))
        await runPrograms(project, node).then((found) => note(where, found), caught(where))
        if (problems.length === before) {
          console.log(`${where}: ${entries.length} entries, ${programs.length} programs`)
        }
      }))
    }
  } finally {
    process.off("exit", clean)
    clean()
  }
  return problems
}

if (import.meta.main) {
  const problems = await withRegistry(checkPackages)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
