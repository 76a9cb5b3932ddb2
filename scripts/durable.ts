// @effect-diagnostics asyncFunction:off newPromise:off globalFetch:off globalRandom:off
// What a user of durable sending gets, in an empty folder and from tarballs: the programs of docs/outbox.md send to 20,000 people and are
// killed in the middle, with the newest `effect` that the packages allow. Then the first of them runs beside the newest `effect` there
// is, whatever comes of it. The last line is `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as Servers from "../packages/examples/test/recipes/servers.ts"
import { manifest, program, publicPackages, root, run } from "./packages.ts"
import { type Registry, withRegistry } from "./registry.ts"

const count = 20_000
const longest = 120_000

const account = {
  accessKey: "durable-access",
  secretKey: "durable-secret",
  serviceId: "ncp:sms:kr:123456789012:durable"
}

// The emulator's fence is short, so that a proof can be waited for. Its client has to know that: nothing else of a program is changed.
const fence = `reconcile: { timestampTolerance: "6 seconds", visibilityLag: "1 second" }`

const quote = /<!-- quote: packages\/examples\/src\/durable\/(\S+) -->\s*```ts\n([\s\S]*?)```/g
const programs = new Map(
  [...readFileSync(join(root, "docs/outbox.md"), "utf8").matchAll(quote)].map((
    [, file = "", code = ""]
  ) => [file, code])
)

const write = (project: string, file: string): string => {
  const code = programs.get(file)
  if (code === undefined) throw new Error(`docs/outbox.md does not quote durable/${file}`)
  const fenced = code.replace("Sens.layerConfig()", `Sens.layerConfig({ ${fence} })`)
  if (fenced === code) throw new Error(`${file} has no Sens.layerConfig()`)
  writeFileSync(join(project, file), fenced)
  return join(project, file)
}

interface Emulator extends Servers.Running {
  readonly url: string
  readonly ask: (path: string, method?: string, body?: unknown) => Promise<any>
  readonly total: () => Promise<number>
}

/** The emulator as its package installs it. */
const startEmulator = async (project: string): Promise<Emulator> => {
  const port = await Servers.freePort()
  const running = await Servers.start(
    process.execPath,
    [
      join(
        project,
        "node_modules/@effect-sens/emulator",
        manifest(
          join(project, "node_modules/@effect-sens/emulator/package.json")
        ).bin?.["effect-sens-emulator"] ?? ""
      ),
      `--port=${port}`,
      "--timestamp-tolerance=6 seconds",
      "--processing-after=0 seconds",
      "--completed-after=1 second",
      `--access-key=${account.accessKey}`,
      `--secret-key=${account.secretKey}`,
      `--service-id=${account.serviceId}`
    ],
    /SENS is emulated at/,
    { cwd: project }
  )
  const url = `http://127.0.0.1:${port}`
  const ask = async (path: string, method = "GET", body?: unknown) => {
    const answer = await fetch(`${url}/__emulator${path}`, {
      method,
      ...body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  return { ...running, url, ask, total: async () => (await ask("/inbox?limit=1")).total }
}

const startProgram = (project: string, file: string, emulator: Emulator, env: Readonly<Record<string, string>>) =>
  Servers.start(process.execPath, ["--disable-warning=ExperimentalWarning", file], undefined, {
    cwd: project,
    env: {
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      SENS_ACCESS_KEY: account.accessKey,
      SENS_SECRET_KEY: account.secretKey,
      SENS_SERVICE_ID: account.serviceId,
      SENS_BASE_URL: emulator.url,
      ...env
    }
  })

/** Runs a program in several processes, kills them in the middle again and again, and gives what is wrong in the end. */
const killed = async (
  project: string,
  file: string,
  { env = {}, kills, processes }: {
    readonly env?: Readonly<Record<string, string>>
    readonly kills: number
    readonly processes: number
  }
): Promise<string> => {
  const path = write(project, file)
  const emulator = await startEmulator(project)
  const began = performance.now()
  const running: Array<Servers.Running> = []
  try {
    // Requests take their time, so that there is a middle.
    const slow = { _tag: "Slow", beforeMillis: 150, afterMillis: 150 }
    await emulator.ask("/faults", "PUT", { seed: "durable", rates: [{ operation: "send", rate: 1, fault: slow }] })
    for (let each = 0; each < processes; each++) running.push(await startProgram(project, path, emulator, env))
    const at: Array<number> = []
    for (let kill = 0; kill < kills; kill++) {
      const share = (kill + 0.1 + 0.6 * Math.random()) / kills
      const deadline = performance.now() + longest
      while (await emulator.total() < share * count && performance.now() < deadline) await sleep(20)
      const victim = running[kill % processes]!
      if (victim.child.exitCode !== null) throw new Error(`it has ended by itself:\n${victim.output()}`)
      victim.child.kill("SIGKILL")
      await victim.exited
      at.push(await emulator.total())
      running[kill % processes] = await startProgram(project, path, emulator, env)
    }
    const ends = await Promise.race([
      Promise.all(running.map(({ exited }) => exited)),
      sleep(longest, [] as ReadonlyArray<string>, { ref: false })
    ])
    const printed = running.map(({ output }) => output()).join("\n")
    if (ends.length === 0) throw new Error(`it has not come to its end in time:\n${printed}`)
    const total = await emulator.total()
    const duplicates: ReadonlyArray<unknown> = await emulator.ask("/duplicates")
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const problems = [
      ...ends.every((end) => end === "0") ? [] : [`it ended with ${ends.join(", ")}:\n${printed}`],
      ...running.every(({ output }) => output().includes(`, ${count} delivered`))
        ? []
        : [`it said: ${printed}`],
      ...total === count ? [] : [`${total} messages, not ${count}`],
      ...duplicates.length === 0 ? [] : [`${duplicates.length} recipients got it twice`],
      ...at.every((sent) => sent > 0 && sent < count) ? [] : [`killed at ${at.join(", ")}: not in the middle`]
    ]
    if (problems.length > 0) throw new Error(problems.join("\n"))
    return `${total} messages, ${duplicates.length} duplicates, killed at ${at.join(", ")}, ${seconds} s`
  } finally {
    for (const { child } of [...running, emulator]) child.kill("SIGKILL")
  }
}

// -----------------------------------------------------------------------------
// Which effect
// -----------------------------------------------------------------------------

const view = async (...args: ReadonlyArray<string>): Promise<any> =>
  JSON.parse(await run("npm", ["view", ...args, "--json"]))

/** The newest of a package's versions; without those that are not final, unless there is no other. */
const newestOf = async (name: string, matches: RegExp): Promise<string> => {
  const versions: ReadonlyArray<string> = [await view(name, "versions")].flat()
  const fitting = versions.filter((version) => matches.test(version))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  const found = fitting.findLast((version) => !version.includes("-")) ?? fitting.at(-1)
  if (found === undefined) throw new Error(`no version of ${name} is ${matches}`)
  return found
}

const install = async (
  project: string,
  npmrc: string,
  packages: ReadonlyArray<string>,
  force: boolean
): Promise<void> => {
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  writeFileSync(join(project, ".npmrc"), npmrc)
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...force ? ["--force"] : [], ...packages]
  await run("npm", args, { cwd: project })
}

let passed = 0
let failed = 0
let skipped = 0
const check = async (name: string, how: () => Promise<string>): Promise<void> => {
  try {
    console.log(`ok    ${name}: ${await how()}`)
    passed++
  } catch (error) {
    console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    failed++
  }
}

const folders: Array<string> = []
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "durable-"))
  folders.push(made)
  return made
}

const names = publicPackages.map(({ manifest }) => manifest.name).filter((name) => name !== program)

const tryAll = async ({ npmrc }: Registry): Promise<void> => {
  const project = folder()
  const effect = await newestOf("effect", /^4\.1\.\d+$/)
  const others = ["@effect/platform-node@^4.1.0", "@effect/sql-pg@^4.0.5"]
  await install(project, npmrc, [`effect@${effect}`, ...others, ...names], false)
  await check(`SQLite, one process, effect ${effect}`, () => killed(project, "sqlite.ts", { kills: 3, processes: 1 }))
  const url = await Servers.postgres()
  if (url === undefined) {
    skipped++
    console.log("SKIP  PostgreSQL: there is none on this machine")
  } else {
    await check(
      `PostgreSQL, three processes, effect ${effect}`,
      () => killed(project, "postgres.ts", { env: { DATABASE_URL: url }, kills: 3, processes: 3 })
    )
  }

  const newest = await newestOf("effect", /^(?:4|5)\./)
  if (newest === effect) {
    console.log(`effect ${newest} is the newest there is`)
    return
  }
  // It is outside of what the packages allow. What breaks is worth knowing, and no failure.
  const beyond = folder()
  const platform = await newestOf("@effect/platform-node", new RegExp(`^${newest.split(".")[0]}\\.`))
  try {
    await install(beyond, npmrc, [`effect@${newest}`, `@effect/platform-node@${platform}`, ...names], true)
    console.log(`note  effect ${newest}: ${await killed(beyond, "sqlite.ts", { kills: 1, processes: 1 })}`)
  } catch (error) {
    console.log(
      `note  effect ${newest} is not allowed yet, and breaks this:\n${
        error instanceof Error ? error.message : String(error)
      }`
    )
  }
}

await withRegistry(tryAll)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 ? 1 : 0)
