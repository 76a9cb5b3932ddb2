import { spawn } from "node:child_process"
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { executable } from "../executable.ts"
import { type Manifest, manifest, program, root, run } from "../packages.ts"

// The command line as a user gets it: installed from its tarball with npm alone, which is not to ask any registry, and run.

/** How large it may be, packed. */
const limit = 2_000_000

const allowed = /^(?:dist\/[\w.-]+\.(?:js|txt)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/

/** What asks the emulator, in the form for programs: each writes a document, or lines of which the last says that it is. */
const asked: ReadonlyArray<ReadonlyArray<string>> = [
  ["send", "--to", "010-0000-0001", "--from", "02-1234-5678", "--text", "hello", "--json"],
  ["check", "list.csv", "--text", "Hello {name}", "--json"],
  ["unsubscribes", "list", "--json"],
  ["log", "--last", "1h", "--json"],
  ["report", "--last", "1h", "--json"],
  ["doctor", "--online", "--json"],
  ["settle", "--json"]
]

/** Runs them all against an emulator that is the program itself; the answer is what is wrong. */
const ask = async (
  file: string,
  folder: string,
  env: Readonly<Record<string, string>>
): Promise<ReadonlyArray<string>> => {
  writeFileSync(join(folder, "list.csv"), "name,phone\nKim,010-0000-0001\n")
  const emulator = spawn(file, ["emulate", "--port", "0", "--env"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"]
  })
  try {
    let said = ""
    for await (const piece of emulator.stdout.setEncoding("utf8")) {
      said += piece
      if (/SENS_BASE_URL=.*\n/.test(said)) break
    }
    const keys = Object.fromEntries(
      Array.from(said.matchAll(/^(\w+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value])
    )
    const problems: Array<string> = []
    for (const args of asked) {
      const wrong = await run(file, args, { cwd: folder, env: { ...env, ...keys, HOME: folder } }).then((stdout) => {
        const lines = stdout.trim().split("\n").map((line) => JSON.parse(line) as { readonly command?: string })
        return lines.every(({ command }) => command === args[0] || command?.startsWith(`${args[0]} `))
          ? undefined
          : stdout
      }, String)
      if (wrong !== undefined) problems.push(`Bun, as one file: ${args.join(" ")}: ${wrong.slice(0, 300)}`)
    }
    return problems
  } finally {
    emulator.kill()
  }
}

interface Outcome {
  readonly stdout: string
  readonly problem: string | undefined
}

/** What a command line says of it. */
const trials: ReadonlyArray<
  { readonly args: ReadonlyArray<string>; readonly is: (stdout: string, version: string) => boolean }
> = [
  { args: ["--version"], is: (stdout, version) => stdout === `${version}\n` },
  { args: ["bytes", "안녕", "--json"], is: (stdout) => (JSON.parse(stdout) as { readonly bytes: number }).bytes === 4 },
  { args: ["code", "3001", "--lang", "ko"], is: (stdout) => stdout.includes("3001") },
  { args: ["emulate", "--help"], is: (stdout) => stdout.includes("--clock-offset") }
]

/** Checks a tarball; the answer is what is wrong with it. */
export const checkProgram = async (
  tarball: string,
  folder: string,
  nodes: ReadonlyArray<readonly [version: string, node: string]>
): Promise<ReadonlyArray<string>> => {
  const problems: Array<string> = []
  const demand = (condition: boolean, what: string) => {
    if (!condition) problems.push(what)
  }
  const { size } = statSync(tarball)
  demand(size <= limit, `it is ${size} bytes packed, ${limit} are allowed`)

  const project = join(folder, "program")
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true }))
  // It needs nothing that is not in it.
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball], { cwd: project })
  const installed = globSync("node_modules/{*,@*/*}/package.json", { cwd: project })
  demand(installed.length === 1, `npm installs ${installed.join(", ")}`)

  const home = join(project, "node_modules", program)
  const packed: Manifest = manifest(join(home, "package.json"))
  demand(Object.keys(packed.dependencies ?? {}).length === 0, "it has dependencies")
  demand(Object.keys(packed.peerDependencies ?? {}).length === 0, "it has peer dependencies")
  demand(packed.engines?.node === ">=22.19.0", "package.json does not say which Node it needs (engines.node)")
  demand(
    packed.repository?.directory === "packages/cli",
    "package.json does not name its folder (repository.directory)"
  )
  demand(
    !/"(?:workspace|catalog):/.test(readFileSync(join(home, "package.json"), "utf8")),
    "it has a specifier of the workspace"
  )
  const files = globSync("**/*", { cwd: home, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1).replaceAll("\\", "/"))
  for (const file of files) {
    demand(allowed.test(file), `${file} is packed`)
    demand(!readFileSync(join(home, file), "utf8").includes(root), `${file} holds a path of this machine`)
  }
  for (const file of ["README.md", "CHANGELOG.md", "LICENSE", "dist/bin.js", "dist/LICENSES.txt"]) {
    demand(files.includes(file), `no ${file}`)
  }

  const outcome = (running: Promise<string>): Promise<Outcome> =>
    running.then(
      (stdout) => ({ stdout, problem: undefined }),
      (error: unknown) => ({ stdout: "", problem: error instanceof Error ? error.message : String(error) })
    )
  const env = { LANG: "C", NO_COLOR: "1", npm_config_offline: "true" }
  const tries: Array<
    { readonly where: string; readonly start: (args: ReadonlyArray<string>) => Promise<string> }
  > = [
    ...nodes.map(([version, node]) => ({
      where: `Node ${version}`,
      start: (args: ReadonlyArray<string>) => run(node, [join(home, "dist/bin.js"), ...args], { cwd: project, env })
    })),
    // As it is there, and out of the file that was downloaded.
    { where: "npx", start: (args: ReadonlyArray<string>) => run("npx", [program, ...args], { cwd: project, env }) },
    {
      where: `npx ${basename(tarball)}`,
      start: (args: ReadonlyArray<string>) =>
        run("npx", ["-y", "--package", tarball, program, ...args], { cwd: folder, env })
    }
  ]
  // Bun makes one file of it that needs no Node.js; nothing is to be lost on the way.
  const file = join(folder, "executable")
  const made = await executable(file, { bin: join(home, "dist/bin.js") }).then(() => undefined, String)
  if (made === undefined) {
    tries.push({ where: "Bun, as one file", start: (args) => run(file, args, { cwd: folder, env }) })
    problems.push(...await ask(file, folder, env))
  } else problems.push(made)
  for (const { start, where } of tries) {
    for (const { args, is } of trials) {
      const { problem, stdout } = await outcome(start(args))
      if (problem !== undefined) problems.push(`${where}: ${problem}`)
      else {demand(
          is(stdout, packed.version),
          `${where}: ${args.join(" ")} says ${JSON.stringify(stdout.slice(0, 200))}`
        )}
    }
  }
  if (problems.length === 0) {
    console.log(
      `${program}: ${files.length} files, ${Math.round(size / 1000)} kB packed, runs on ${
        tries.map(({ where }) => where).join(", ")
      }`
    )
  }
  return problems
}
