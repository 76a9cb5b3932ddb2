import * as SensPromise from "@effect-sens/http/SensPromise"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type * as Emulator from "../support/emulator.ts"
import { bin, environment } from "../support/program.ts"

/** A listener in a process of its own. */
export const listener = (
  args: ReadonlyArray<string>,
  options: { readonly home: string; readonly env: Readonly<Record<string, string>> }
) => {
  const child: ChildProcess = spawn(process.execPath, [bin, "listen", ...args], {
    cwd: options.home,
    env: { ...environment(options.home), ...options.env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const shown = { stdout: "", stderr: "" }
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (shown.stdout += text))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (shown.stderr += text))
  const closed = once(child, "close")
  return {
    shown,
    /** Ends it, and tells how it ended. */
    end: async (signal: NodeJS.Signals): Promise<number | null> => {
      child.kill(signal)
      await closed
      return child.exitCode
    },
    ended: async (): Promise<number | null> => {
      await closed
      return child.exitCode
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL")
      await closed
    }
  }
}

/** A client of the emulator. */
export const client = ({ env, url }: Emulator.Emulator): SensPromise.SensPromise =>
  SensPromise.make({
    accessKey: env["SENS_ACCESS_KEY"] ?? "",
    secretKey: env["SENS_SECRET_KEY"] ?? "",
    serviceId: env["SENS_SERVICE_ID"] ?? "",
    baseUrl: url
  })

/** Sends so many, to numbers that are made up. */
export const send = async (sens: SensPromise.SensPromise, count: number, first = 0): Promise<string> => {
  const [head = { to: "01000000000" }, ...rest] = Array.from(
    { length: count },
    (_, index) => ({ to: `010${String(first + index).padStart(8, "0")}` })
  )
  const { requestId } = await sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "hello",
    messages: [head, ...rest]
  })
  return requestId
}
