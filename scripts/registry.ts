import { type ChildProcess, fork } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundle } from "./bundle.ts"
import { changeset, manifest, program, publicPackages, root, run, scope } from "./packages.ts"

// A throw-away npm registry on the loopback interface that holds the packages of this tree and nothing else, so that a
// script can install them exactly as a user does. Everything outside of the scope still comes from the registry that
// npm is set up with.
//
//     import { withRegistry } from "./registry.ts"
//
//     await withRegistry(async ({ npmrc }) => {
//       writeFileSync(join(project, ".npmrc"), npmrc)
//       execFileSync("npm", ["install", "effect", "@effect-sens/core"], { cwd: project })
//     })
//
// The packages are built, packed and published on the way in, as a release does it (`changeset pack`, `changeset publish`),
// and the registry, its process and its folder are gone on the way out, however this process ends.
// `node scripts/registry.ts` keeps one until Ctrl-C.
//
// Bun keeps what it has installed by name, version and host. Another build of the same version is new to it only with a
// cache of its own: give it `BUN_INSTALL_CACHE_DIR`.

/** The registry itself: no dev dependency, for its 320 packages, but installed once beside other caches. */
const verdaccio = "6.10.4"

const cache = join(root, "node_modules/.cache/registry")

const install = async (): Promise<void> => {
  const file = join(cache, "node_modules/verdaccio/package.json")
  if (existsSync(file) && manifest(file).version === verdaccio) return
  mkdirSync(cache, { recursive: true })
  // One of its plugins asks for `node-fetch` by a tag, which may move: the range is what it needs.
  writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true, overrides: { "node-fetch": "^2.7.0" } }))
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", `verdaccio@${verdaccio}`]
  await run("npm", args, { cwd: cache, timeout: 600_000 })
}

export interface Registry {
  /** Ends with a slash. */
  readonly url: string
  /** The `.npmrc` of a project that takes the scope from here. npm, pnpm and Bun read it. */
  readonly npmrc: string
  /** The tarballs that were published, as `changeset pack` made them. */
  readonly tarballs: ReadonlyArray<string>
  /** The folder with them and the plan of publishing, for `changeset publish --from-pack-dir`. */
  readonly packed: string
}

const listening = (child: ChildProcess): Promise<number> =>
  // @effect-diagnostics-next-line newPromise:off
  new Promise((succeed, fail) => {
    let said = ""
    child.stdout?.on("data", (chunk: Buffer) => said += chunk.toString())
    child.stderr?.on("data", (chunk: Buffer) => said += chunk.toString())
    child.once("message", (port) => succeed(Number(port)))
    child.once("exit", (code) => fail(new Error(`the registry ended (${code})\n${said}`)))
  })

/** Builds, packs and publishes the packages of this tree to a registry of its own, for as long as `use` runs. */
export const withRegistry = async <A>(use: (registry: Registry) => Promise<A>): Promise<A> => {
  await install()
  const folder = mkdtempSync(join(tmpdir(), "registry-"))
  const child = fork(join(import.meta.dirname, "registry/server.ts"), [cache, folder, scope, program], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: []
  })
  try {
    const [port] = await Promise.all([listening(child), run("tsc", ["-b", "tsconfig.packages.json"]), bundle()])
    const url = `http://127.0.0.1:${port}/`
    const npmrc = `${scope}:registry=${url}\n`
    const userconfig = join(folder, "publish.npmrc")
    // Clients publish with a token alone; this registry takes any.
    writeFileSync(userconfig, `${npmrc}//127.0.0.1:${port}/:_authToken=none\n`)
    const env = {
      pnpm_config_npmrc_auth_file: userconfig,
      // Nothing that is published here may ever go elsewhere.
      pnpm_config_registry: url,
      // An attestation is for what the world gets, and pnpm must not show this registry who CI is.
      pnpm_config_provenance: "false",
      ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined
    }
    const packed = join(folder, "packed")
    await changeset(["pack", "--out-dir", packed], { env })
    await changeset(["publish", "--from-pack-dir", packed, "--no-git-tag"], { env })
    const plan = JSON.parse(readFileSync(join(packed, "publish-plan.json"), "utf8")) as {
      readonly plan: ReadonlyArray<ReadonlyArray<{ readonly tarball: { readonly path: string } }>>
    }
    const tarballs = plan.plan.flat().map(({ tarball }) => join(packed, tarball.path))
    if (tarballs.length !== publicPackages.length) throw new Error(`only ${tarballs.join(", ")} were packed`)
    return await use({ url, npmrc, tarballs, packed })
  } finally {
    child.removeAllListeners("exit")
    if (child.connected) child.disconnect()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

if (import.meta.main) {
  await withRegistry(async ({ npmrc, url }) => {
    console.log(
      `${
        publicPackages.map(({ manifest }) => manifest.name).join(", ")
      } are at ${url}; the .npmrc of a project:\n\n${npmrc}`
    )
    // @effect-diagnostics-next-line newPromise:off
    await new Promise<void>((stop) => process.once("SIGINT", () => stop()))
  })
}
