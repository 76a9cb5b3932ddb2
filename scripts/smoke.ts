import { execFile } from "node:child_process"
import { globSync, mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { listen } from "../packages/http/test/countingServer.ts"
import { buildSync } from "./esbuild.ts"
import { binaryOf } from "./runtimes.ts"

// Runs the programs of scripts/smoke in Node, Bun, Deno and workerd: `node scripts/smoke.ts`, or in some of them:
// `node scripts/smoke.ts node deno`. Each program is bundled to one file that imports nothing, so it holds no built-in of Node.

const out = resolve("node_modules/.cache/smoke")
mkdirSync(out, { recursive: true })

// A program may ask it what reached it, so it is not waited for in a way that keeps it from answering.
const server = await listen()

const start = async (command: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: out,
    timeout: 60_000,
    encoding: "utf8",
    env: { ...process.env, DENO_DIR: join(out, "deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
  })
  return stdout.trim()
}

const bundle = (name: string): void => {
  const outfile = join(out, `${name}.mjs`)
  const { metafile } = buildSync({
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
    `import { run } from "./${name}.mjs"\nconsole.log(await run(...(globalThis.Deno?.args ?? process.argv.slice(2))))\n`
  )
  writeFileSync(
    join(out, `${name}.worker.mjs`),
    `import { run } from "./${name}.mjs"\nexport default { async test() { console.log(await run("${server.baseUrl}", "workerd")) } }\n`
  )
  writeFileSync(
    join(out, `${name}.capnp`),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["private", "public"]))]
);
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

const runtimes: Record<string, (name: string) => Promise<string>> = {
  node: async (name) => start(process.execPath, `${name}.main.mjs`, server.baseUrl, "node"),
  bun: async (name) => start(await binaryOf("bun"), `${name}.main.mjs`, server.baseUrl, "bun"),
  deno: async (name) =>
    start(
      await binaryOf("deno"),
      "run",
      "--no-prompt",
      "--no-config",
      "--allow-net",
      `${name}.main.mjs`,
      server.baseUrl,
      "deno"
    ),
  workerd: async (name) => start(await binaryOf("workerd"), "test", `${name}.capnp`)
}

const others = ["node 22.19", "node 26"] as const
for (const version of others) {
  runtimes[version] = async (name) => start(await binaryOf(version), `${name}.main.mjs`, server.baseUrl, version)
}

/** What depends on the version of Node, and so is run in others too. */
const dependent = new Set(["transport"])

const programs = globSync("scripts/smoke/*.ts").map((file) => file.replace(/^.*[/\\]|\.ts$/g, "")).sort()
const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => runtimes[name] === undefined)
if (unknown.length > 0) {
  throw new Error(`no runtime ${unknown.join(", ")}; the runtimes: ${Object.keys(runtimes).join(" ")}`)
}

let failed = 0
for (const program of programs) {
  bundle(program)
  for (const [name, runtime] of Object.entries(runtimes)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    if (others.some((other) => other === name) && !dependent.has(program)) continue
    try {
      const checks = Number(await runtime(program))
      if (!(checks > 0)) throw new Error("it did not say how many checks it made")
      console.log(`${program} in ${name}: ${checks} checks passed`)
    } catch (error) {
      failed++
      console.error(`${program} in ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
server.close()
process.exitCode = failed > 0 ? 1 : 0
