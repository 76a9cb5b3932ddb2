import { execFileSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, resolve } from "node:path"

// Runs the programs of scripts/smoke in Node, Bun, Deno and workerd: `node scripts/smoke.ts`, or some of them:
// `node scripts/smoke.ts node deno`. Each program is bundled to one file that imports nothing, so it holds no built-in of Node.
//
// The runtimes are npm packages of 350 MB together, so they are no dev dependencies: they are installed once, in these
// versions, beside other caches. Their install scripts are not run; the binaries are in the packages themselves.
const versions = { bun: "1.4.5", deno: "2.9.6", workerd: "1.20261117.1" }

const cache = resolve("node_modules/.cache/smoke")
const out = join(cache, "out")
mkdirSync(out, { recursive: true })

const run = (command: string, args: ReadonlyArray<string>, cwd = out, timeout = 60_000): string =>
  execFileSync(command, args, {
    cwd,
    timeout,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DENO_DIR: join(cache, "deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
  }).trim()

const binary = (pattern: string): string => {
  const find = () => globSync(join(cache, "node_modules", pattern)).sort()[0]
  if (find() === undefined || !isInstalled()) install()
  const found = find()
  if (found === undefined) throw new Error(`no ${pattern} for this machine`)
  return found
}

const isInstalled = (): boolean =>
  Object.entries(versions).every(([name, version]) => {
    const file = join(cache, "node_modules", name, "package.json")
    return existsSync(file) && createRequire(file)(file).version === version
  })

const install = (): void => {
  writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true }))
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`)
  const npm = process.platform === "win32" ? "npm.cmd" : "npm"
  run(npm, ["install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", ...packages], cache, 600_000)
}

const esbuild: {
  buildSync: (options: object) => { metafile: { outputs: Record<string, { imports: Array<unknown> }> } }
} = createRequire(resolve("packages/benchmarks/package.json"))("esbuild")

const bundle = (name: string): void => {
  const outfile = join(out, `${name}.mjs`)
  const { metafile } = esbuild.buildSync({
    entryPoints: [`scripts/smoke/${name}.ts`],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    outfile,
    metafile: true,
    logLevel: "warning"
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  if (imports.length > 0) throw new Error(`${name} imports ${JSON.stringify(imports)}`)
  writeFileSync(
    join(out, `${name}.main.mjs`),
    `import { run } from "./${name}.mjs"\nconsole.log(await run())\n`
  )
  writeFileSync(
    join(out, `${name}.worker.mjs`),
    `import { run } from "./${name}.mjs"\nexport default { async test() { console.log(await run()) } }\n`
  )
  writeFileSync(
    join(out, `${name}.capnp`),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  modules = [
    (name = "${name}.worker.mjs", esModule = embed "${name}.worker.mjs"),
    (name = "${name}.mjs", esModule = embed "${name}.mjs")
  ],
  compatibilityDate = "2026-01-01"
);
`
  )
}

const runtimes: Record<string, (name: string) => string> = {
  node: (name) => run(process.execPath, [`${name}.main.mjs`]),
  bun: (name) => run(binary("@oven/*/bin/bun{,.exe}"), [`${name}.main.mjs`]),
  deno: (name) => run(binary("@deno/*/deno{,.exe}"), ["run", "--no-prompt", "--no-config", `${name}.main.mjs`]),
  workerd: (name) => run(binary("@cloudflare/workerd-*/bin/workerd{,.exe}"), ["test", `${name}.capnp`])
}

const programs = globSync("scripts/smoke/*.ts").map((file) => file.replace(/^.*[/\\]|\.ts$/g, "")).sort()
const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => runtimes[name] === undefined)
if (unknown.length > 0) {
  throw new Error(`no runtime ${unknown.join(", ")}; the runtimes: ${Object.keys(runtimes).join(" ")}`)
}

let failed = 0
for (const program of programs) {
  bundle(program)
  for (const [name, start] of Object.entries(runtimes)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    try {
      const checks = Number(start(program))
      if (!(checks > 0)) throw new Error("it did not say how many checks it made")
      console.log(`${program} in ${name}: ${checks} checks passed`)
    } catch (error) {
      failed++
      console.error(`${program} in ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
process.exitCode = failed > 0 ? 1 : 0
