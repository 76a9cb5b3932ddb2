import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Effect from "effect/Effect"
import { execFile, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

export interface Run {
  readonly status: number
  readonly output: string
}

/** Runs a program of `src` as a user does: a process of its own, with settings from the environment. */
export const run = (
  program: string,
  options: { readonly args?: ReadonlyArray<string>; readonly env?: Readonly<Record<string, string>> } = {}
): Effect.Effect<Run> =>
  Effect.callback<Run>((resume) => {
    const path = fileURLToPath(new URL(`../src/${program}.ts`, import.meta.url))
    const env = { ...process.env, ...options.env }
    const child = execFile(
      process.execPath,
      [path, ...options.args ?? []],
      { env },
      (_, stdout, stderr) => resume(Effect.succeed({ status: child.exitCode ?? -1, output: stdout + stderr }))
    )
    return Effect.sync(() => child.kill())
  })

/** The same, pointed at the emulator that listens. */
export const runOnEmulator = (
  program: string,
  options: { readonly args?: ReadonlyArray<string>; readonly env?: Readonly<Record<string, string>> } = {}
): Effect.Effect<Run, never, EmulatorServer.EmulatorServer> =>
  Effect.flatMap(EmulatorServer.EmulatorServer, ({ baseUrl }) =>
    run(program, {
      ...options,
      env: {
        SENS_ACCESS_KEY: Account.accessKey,
        SENS_SECRET_KEY: Account.secretKey,
        SENS_SERVICE_ID: Account.serviceId,
        SENS_BASE_URL: baseUrl,
        ...options.env
      }
    }))

/** Runs a program until it has printed something, and then ends it and whatever it has started by `kill -9`. */
export const runUntilKilled = (program: string, args: ReadonlyArray<string>, printed: RegExp): Effect.Effect<Run> =>
  Effect.callback<Run>((resume) => {
    const path = fileURLToPath(new URL(`../src/${program}.ts`, import.meta.url))
    const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"], detached: true })
    const kill = () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, "SIGKILL")
      }
    }
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
        if (printed.test(output)) kill()
      })
    }
    child.once("exit", (code) => resume(Effect.succeed({ status: code ?? -1, output })))
    return Effect.sync(kill)
  })
