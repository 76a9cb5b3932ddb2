import { spawn } from "node:child_process"
import { join } from "node:path"

const program = join(import.meta.dirname, "../../../emulator/src/bin.ts")

/** A handset that gets nothing, and may another time. */
export const switchedOff = "01000000031"

export interface Emulator {
  /** The settings of a client, as the environment has them. */
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  /** Under a name that does not say that it is this machine: where it is asked what costs money. */
  readonly elsewhere: string
  /** What was asked of it so far: the operations, `send` among them. */
  readonly requests: () => Promise<ReadonlyArray<string>>
  /** What goes wrong with the next request of an operation, such as `{ _tag: "Silence" }`. */
  readonly fault: (
    operation: string,
    fault: { readonly _tag: string; readonly [option: string]: unknown }
  ) => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

interface Entry {
  readonly operation?: string
}

/** Lets something go wrong with the next requests of an operation: with one, or with so many; `null` is all that come. */
export const fault = async (
  url: string | undefined,
  operation: string,
  fault: { readonly _tag: string; readonly [option: string]: unknown },
  count: number | null = 1
): Promise<void> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}/__emulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operation, count, fault })
  })
  if (!answer.ok) throw new Error(`no fault: ${answer.status} ${await answer.text()}`)
}

/** Takes back what still goes wrong with an operation. */
export const mend = async (url: string | undefined, operation: string): Promise<void> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}/__emulator/faults`)
  const { pending } = (await answer.json()) as { readonly pending: ReadonlyArray<{ id: number; operation: string }> }
  for (const { id } of pending.filter((fault) => fault.operation === operation)) {
    // @effect-diagnostics-next-line globalFetch:off
    await fetch(`${url}/__emulator/faults/${id}`, { method: "DELETE" })
  }
}

/** How many faults have not been met yet. */
export const faultsLeft = async (url: string | undefined): Promise<number> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${url}/__emulator/faults`)
  const { pending } = (await answer.json()) as { readonly pending: ReadonlyArray<unknown> }
  return pending.length
}

/** The program `effect-sens-emulator`, once it listens. */
export const start = async (...flags: ReadonlyArray<string>): Promise<Emulator> => {
  const child = spawn(
    process.execPath,
    [program, "--port", "0", "--env", "--allow-host", "0.0.0.0", "--outcome", `${switchedOff}=2003`, ...flags],
    { stdio: ["ignore", "pipe", "ignore"] }
  )
  const ended = Promise.withResolvers<void>()
  child.once("exit", () => ended.resolve())
  let text = ""
  for await (const piece of child.stdout.setEncoding("utf8")) {
    text += piece
    if (text.includes("SENS_BASE_URL=") && text.endsWith("\n")) break
  }
  const env = Object.fromEntries(
    text.trim().split("\n").map((line) => {
      const at = line.indexOf("=")
      return [line.slice(0, at), line.slice(at + 1)] as const
    })
  )
  const url = env["SENS_BASE_URL"]
  if (url === undefined) throw new Error(`the emulator did not start: ${text}`)
  return {
    env,
    url,
    elsewhere: url.replace("127.0.0.1", "0.0.0.0"),
    requests: async () => {
      // @effect-diagnostics-next-line globalFetch:off
      const answer = await fetch(`${url}/__emulator/ledger?limit=1000`)
      const entries = (await answer.json()) as ReadonlyArray<Entry>
      return entries.flatMap(({ operation }) => operation === undefined ? [] : [operation])
    },
    fault: (operation, wrong) => fault(url, operation, wrong),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM")
      await ended.promise
    }
  }
}
