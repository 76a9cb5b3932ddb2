import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

// Plain JavaScript for the host's own Node, which may be 20 and cannot run TypeScript.

export const root = fileURLToPath(new URL("..", import.meta.url))

const windows = process.platform === "win32"
const bin = join(root, "node_modules", ".bin")

/** The Node of the dev dependency `node`: what everything but this launcher runs on. */
export const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node")

/** The environment in which `node`, `tsc`, `vitest` … are the workspace's own. */
export const environment = () => {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH"
  const path = process.env[key] ?? ""
  return path.split(delimiter)[0] === bin ? process.env : { ...process.env, [key]: `${bin}${delimiter}${path}` }
}

/**
 * Runs a program to its end. A Ctrl-C in a terminal reaches every process of the group, so there it is not passed on a
 * second time; any other signal is passed on, once, since `npm` and `timeout` repeat theirs.
 */
export const execute = (command, args, options) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options })
    const sent = new Set()
    const terminal = windows || [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
    const onSignal = (signal) => {
      if (sent.has(signal) || (signal === "SIGINT" && terminal)) return
      sent.add(signal)
      child.kill(signal)
    }
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
    for (const signal of signals) process.on(signal, onSignal)
    const settle = (done, value) => {
      for (const signal of signals) process.off(signal, onSignal)
      done(value)
    }
    child.once("error", (error) => settle(reject, error))
    child.once("close", (code, signal) => settle(resolve, { code, signal }))
    options?.onSpawn?.(child)
  })

/** Ends this process the way a child ended. */
export const endLike = ({ code, signal }) => {
  if (signal === null || windows) process.exit(code ?? 1)
  process.kill(process.pid, signal)
}

const manifests = () => [
  join(root, "package.json"),
  ...["packages", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder)).sort()
      .map((name) => join(root, folder, name, "package.json"))
      .filter((file) => existsSync(file))
  )
]

const stampFile = join(root, "node_modules", ".setup")

const unfinished = "unfinished"

const readStamp = () => existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined

const writeStamp = (text) => {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, text)
}

/** What `node_modules` was installed from, and for which machine: a copied folder has another one's binaries. */
const fingerprint = () => {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`)
  for (const file of [join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml"), ...manifests()]) {
    hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file))
  }
  return hash.digest("hex")
}

/** The first thing that is missing, or `undefined`. */
const missing = () => {
  if (!existsSync(node) || !(windows || existsSync(join(bin, "node")))) return "node"
  for (const file of manifests()) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"))
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!existsSync(join(dirname(file), "node_modules", name, "package.json"))) return name
    }
  }
  return undefined
}

const purge = () => {
  for (const file of manifests()) {
    rmSync(join(dirname(file), "node_modules"), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** npm's own `npx`, so that no shell is needed on Windows and no other program of that name is met. */
const npx = () => {
  const { npm_execpath: npm, npm_node_execpath: host = process.execPath } = process.env
  const candidates = [
    npm !== undefined && basename(npm) === "npm-cli.js" ? join(dirname(npm), "npx-cli.js") : "",
    join(dirname(process.execPath), "node_modules", "npm", "bin", "npx-cli.js"),
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npx-cli.js")
  ]
  const found = candidates.find((file) => file !== "" && existsSync(file))
  return found === undefined ? { command: "npx", args: [], shell: windows } : { command: host, args: [found] }
}

// The host's Node is older than what some tools want, but none of them runs on it.
const noise = /Unsupported engine|^npm warn|^\s*$/i

// One such line for each of 250 packages says no more than the first.
const retry = /^\[WARN\] (?:GET|Request) |^Will retry in /

const echo = (stream, seen) => {
  let rest = ""
  const print = (line) => {
    if (noise.test(line)) return
    const again = retry.test(line)
    if (!again) process.stderr.write(`${line}\n`)
    else if (!seen.some((text) => retry.test(text))) {
      process.stderr.write("The registry does not answer; trying again for a minute or two …\n")
    }
    seen.push(line)
  }
  stream.setEncoding("utf8")
  stream.on("data", (text) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ""
    for (const line of lines) print(line)
  })
  stream.on("end", () => print(rest))
}

const offline =
  /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|META_FETCH_FAIL|ERR_SOCKET|dns error|error sending request|fetch failed/i

const lockfile = /OUTDATED_LOCKFILE|pnpm-lock\.yaml is not up/

const advice = (lines, pnpm) => {
  const text = lines.join("\n")
  if (lockfile.test(text)) {
    return `pnpm-lock.yaml does not match a package.json. Bring it up to date with: npx -y ${pnpm} install`
  }
  if (offline.test(text)) {
    return "The npm registry could not be reached. The first run needs it (or the one that your .npmrc names); later runs do not."
  }
  if (/ENOSPC/.test(text)) return "The disk is full. The dependencies take about 600 MB."
  return "If the reason is not clear from the lines above, delete node_modules and try again."
}

const install = async (pnpm) => {
  const before = readStamp()
  writeStamp(unfinished)
  const { args, command, shell } = npx()
  const seen = []
  const result = await execute(command, [
    ...args,
    "-y",
    "--fetch-retries=1",
    pnpm,
    "install",
    "--frozen-lockfile",
    "--reporter=append-only",
    "--config.confirm-modules-purge=false"
  ], {
    shell,
    stdio: ["ignore", "pipe", "pipe"],
    onSpawn: (child) => {
      echo(child.stdout, seen)
      echo(child.stderr, seen)
    }
  })
  if (result.signal !== null || [129, 130, 143].includes(result.code)) {
    console.error("\nThe installation was interrupted; the next run starts it again.")
    endLike(result)
  }
  if (result.code === 0) return
  // This is found out before anything is touched.
  if (lockfile.test(seen.join("\n")) && before !== undefined) writeStamp(before)
  console.error(`\nInstalling the dependencies failed (exit ${result.code}). ${advice(seen, pnpm)}`)
  process.exit(1)
}

/** Installs the dependencies if `node_modules` is not what the lockfile says. Silent, and quick, if it is. */
export const setup = async () => {
  const stamp = readStamp()
  const wanted = fingerprint()
  if (stamp === wanted && missing() === undefined) return
  const pnpm = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager
  console.error(`Setting up: installing the dependencies with ${pnpm} …`)
  // pnpm believes its own records, so what was cut short or taken away is installed anew.
  if (stamp === unfinished || stamp === wanted) purge()
  await install(pnpm)
  if (missing() !== undefined) {
    purge()
    await install(pnpm)
  }
  const absent = missing()
  if (absent !== undefined) {
    console.error(
      `The installation ended without an error, but ${absent} is not there. Delete node_modules and try again.`
    )
    process.exit(1)
  }
  writeStamp(wanted)
}
