import { readdirSync } from "node:fs"
import { join } from "node:path"
import { endLike, environment, execute, node, root, setup } from "./setup.mjs"

// `node scripts/run.mjs <task> [arguments]`: sets up what is missing, then runs the task on the workspace's own Node.

const [task, ...rest] = process.argv.slice(2)

const benchmarks = () =>
  readdirSync(join(root, "packages/benchmarks/src"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -".ts".length))

const bench = () => {
  const [name, ...args] = rest[0] === undefined || rest[0].startsWith("-") ? ["all", ...rest] : rest
  if (benchmarks().includes(name)) return [`packages/benchmarks/src/${name}.ts`, ...args]
  console.error(`Usage: npm run bench [-- <name>] [--quick]\nBenchmarks: ${benchmarks().join(", ")}`)
  return undefined
}

const tasks = {
  setup: () => [],
  start: () => ["packages/examples/src/demo.ts", ...rest],
  api: () => ["scripts/typedoc/api.ts"],
  test: () => [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "vitest.workspace.ts",
    ...rest.length > 0 ? rest : ["--project", "!programs", "--project", "!soak"]
  ],
  bench
}

if (task === undefined || !Object.hasOwn(tasks, task)) {
  console.error(`Usage: node scripts/run.mjs ${Object.keys(tasks).join(" | ")} [arguments]`)
  process.exit(2)
}

const args = tasks[task]()
if (args === undefined) process.exit(2)
await setup()
if (args.length > 0) {
  const end = await execute(node, args, { stdio: "inherit", env: environment() }).catch((error) => {
    console.error(`The workspace's Node cannot be started (${error.code}). Delete node_modules and try again.`)
    process.exit(1)
  })
  endLike(end)
}
