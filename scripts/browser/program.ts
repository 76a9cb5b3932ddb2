// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// The emulator as its users start it, and a client with nothing of this project in it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { createHmac } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

export const serviceId = "ncp:sms:kr:000000000000:emulator"

export const base = `/sms/v2/services/${serviceId}`

interface Program {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
}

const source = (): Program => ({
  command: process.execPath,
  args: [resolve("packages/emulator/src/bin.ts")],
  cwd: process.cwd()
})

const tarball = (): Program => {
  const cwd = mkdtempSync(join(tmpdir(), "emulator-"))
  process.on("exit", () => rmSync(cwd, { recursive: true, force: true }))
  const run = (command: string, args: ReadonlyArray<string>, where: string) =>
    execFileSync(command, args, { cwd: where, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly packageManager: string }
  run("tsc", ["-b", "packages/emulator"], ".")
  const files = ["core", "emulator"].map((name) => {
    const packed = run("npx", ["-y", packageManager, "pack", "--json", "--pack-destination", cwd], `packages/${name}`)
    return (JSON.parse(packed) as { readonly filename: string }).filename
  })
  const { version } = JSON.parse(readFileSync("node_modules/effect/package.json", "utf8")) as {
    readonly version: string
  }
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `effect@${version}`, ...files], cwd)
  return { command: "npx", args: ["--no-install", "effect-sens-emulator"], cwd }
}

/** How the program is started: from its tarball, installed in an empty folder, or from the source. */
export const program = (packed: boolean): Program => packed ? tarball() : source()

/** An emulator that runs. */
export interface Running {
  readonly url: string
  readonly stop: () => void
}

export const start = async (
  { args, command, cwd }: Program,
  flags: ReadonlyArray<string> = []
): Promise<Running> => {
  const child: ChildProcess = spawn(
    command,
    [...args, "--port=0", ...flags],
    // A group of its own, so that what `npx` starts ends with it.
    { cwd, detached: true, stdio: ["ignore", "pipe", "inherit"] }
  )
  const url = await new Promise<string>((found, failed) => {
    let output = ""
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (match !== null) found(match[0])
    })
    child.once("exit", () => failed(new Error(output)))
  })
  return {
    url,
    stop: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM")
    }
  }
}

/** The headers of a signed request; `toSign` is what is signed in place of what has to be. */
export const headers = (
  method: string,
  target: string,
  options: { readonly timestamp?: number; readonly toSign?: (text: string) => string } = {}
): Readonly<Record<string, string>> => {
  const timestamp = String(options.timestamp ?? Date.now())
  const text = `${method} ${target}\n${timestamp}\nemulator-access-key`
  return {
    "content-type": "application/json",
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": "emulator-access-key",
    "x-ncp-apigw-signature-v2": createHmac("sha256", "emulator-secret-key")
      .update(options.toSign?.(text) ?? text)
      .digest("base64")
  }
}

/** What a test does beside the browser. */
export interface Client {
  readonly url: string
  /** A signed request to the service. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    options?: Parameters<typeof headers>[2]
  ) => Promise<Response>
  /** A send of one message, told from the usual one by what is given. */
  readonly send: (over?: Readonly<Record<string, unknown>>) => Promise<{ readonly requestId: string }>
  /** A request to the control API, which has to succeed. */
  readonly control: <A = unknown>(method: string, path: string, body?: unknown) => Promise<A>
}

export const client = (url: string): Client => {
  const call: Client["call"] = (method, path, body, options) =>
    fetch(url + base + path, {
      method,
      headers: headers(method, base + path, options),
      ...(body === undefined ? undefined : { body: JSON.stringify(body) })
    })
  return {
    url,
    call,
    send: async (over = {}) => {
      const response = await call("POST", "/messages", {
        type: "SMS",
        from: "0212345678",
        content: "안녕하세요",
        messages: [{ to: "01000000001" }],
        ...over
      })
      if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
      return await response.json() as { readonly requestId: string }
    },
    control: async <A>(method: string, path: string, body?: unknown) => {
      const response = await fetch(`${url}/__emulator${path}`, {
        method,
        ...(body === undefined
          ? undefined
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return (text === "" ? undefined : JSON.parse(text)) as A
    }
  }
}

/** Waits until every message has its result. */
export const complete = async ({ control }: Client): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    const { states } = await control<{ readonly states: { readonly waiting: number } }>("GET", "/inbox?limit=0")
    if (states.waiting === 0) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error("not all messages are completed")
}
