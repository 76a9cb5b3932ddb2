import { execFile, execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"

// What the scripts about packing and publishing share: the public packages, and how commands are run.

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly packageManager?: string
  readonly license?: string
  readonly repository?: { readonly url?: string; readonly directory?: string }
  readonly engines?: { readonly node?: string }
  readonly publishConfig?: { readonly provenance?: boolean }
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | null>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export const root = resolve(import.meta.dirname, "..")

export const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest

/** The scope of all packages. */
export const scope = "@effect-sens"

/** The pnpm of the workspace, as `npx` takes it: nothing but npm has to be on the machine. */
export const pnpm = manifest(join(root, "package.json")).packageManager ?? "pnpm"

/** The command line, which is published as a bundle: nothing of it is imported, and it depends on nothing. */
export const program = "effect-sens"

/** What is published, by directory. */
export const publicPackages: ReadonlyArray<{ readonly directory: string; readonly manifest: Manifest }> = globSync(
  "packages/*/package.json",
  { cwd: root }
).sort()
  .map((file) => ({ directory: join(root, dirname(file)), manifest: manifest(join(root, file)) }))
  .filter((entry) => entry.manifest.private !== true)

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly timeout?: number
}

/** Runs a program to its end and gives what it printed; a failure says what it printed too. */
export const run = (command: string, args: ReadonlyArray<string>, options: RunOptions = {}): Promise<string> =>
  // @effect-diagnostics-next-line newPromise:off
  new Promise((succeed, fail) => {
    const child = execFile(
      command,
      args,
      {
        cwd: options.cwd ?? root,
        env: { ...process.env, ...options.env },
        timeout: options.timeout ?? 300_000,
        maxBuffer: 100_000_000,
        // On Windows npm, npx and the tools in node_modules/.bin are command files.
        shell: process.platform === "win32"
      },
      (error, stdout, stderr) => {
        if (error === null) return succeed(stdout)
        const how = error.killed === true ? "did not end in time" : `failed (${error.code ?? error.signal})`
        fail(new Error(`${basename(command)} ${args.join(" ")} ${how}\n${stdout}${stderr}`.trimEnd()))
      }
    )
    child.stdin?.end()
  })

// Changesets calls the package manager of the workspace, and there need not be a `pnpm` on the machine.
const npxArgs = ["-y", "--package", pnpm, "--", "changeset"]

export const changeset = (args: ReadonlyArray<string>, options?: RunOptions): Promise<string> =>
  run("npx", [...npxArgs, ...args], options)

/** The same with the terminal at hand, where it can ask for what only a person has. */
export const changesetAtTerminal = (args: ReadonlyArray<string>, env: RunOptions["env"] = {}): void => {
  execFileSync("npx", [...npxArgs, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
    shell: process.platform === "win32"
  })
}
