/**
 * The program as a process among others: in the background, at its parent's end, and where its log finds no room.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { spawn } from "node:child_process"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { readFileSync } from "node:fs"

const variable = "EFFECT_SENS_EMULATOR_DETACHED"

/** Whether another process of the program has started this one, and waits for word of it. */
// @effect-diagnostics-next-line processEnv:off
export const isDetached = process.env[variable] === "1" && process.send !== undefined

/** What keeps the program from running. */
export const Why = Schema.Literals(["Argument", "Port", "Host", "DataFile", "NoEmulator", "Background"])

export type Why = typeof Why.Type

const Word = Schema.Struct({
  _tag: Schema.Literals(["Listens", "Failed"]),
  text: Schema.String,
  why: Schema.optionalKey(Why)
})

const decodeWord = Schema.decodeUnknownResult(Word)

/** Tells it to who waits, and lets go of him. */
export const tell = (word: typeof Word.Type): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const done = () => {
      if (process.connected) process.disconnect()
      resume(Effect.void)
    }
    if (process.send === undefined || !process.connected) return done()
    process.send(word, done)
  })

/** Starts the program again in the background, and gives what it says of itself. */
export const detach: Effect.Effect<typeof Word.Type & { readonly pid: number }> = Effect.callback(
  (resume) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, ...process.argv.slice(1)],
      { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"], env: { ...process.env, [variable]: "1" } }
    )
    const say = (word: typeof Word.Type) => {
      child.removeAllListeners()
      if (child.connected) child.disconnect()
      child.unref()
      resume(Effect.succeed({ ...word, pid: child.pid ?? 0 }))
    }
    child.once(
      "message",
      (message) =>
        say(
          Result.getOrElse(decodeWord(message), () => ({ _tag: "Failed", text: "It says nothing readable." } as const))
        )
    )
    child.once("error", (error) => say({ _tag: "Failed", text: `It cannot be started: ${error.message}` }))
    child.once("exit", (code) => say({ _tag: "Failed", text: `It ended before it listened, with exit code ${code}.` }))
    return Effect.sync(() => {
      child.kill()
    })
  }
)

/** The parent of a process, and whether it is a shell, where the system tells. */
const statOf = (pid: number): { readonly parent: number; readonly isShell: boolean } | undefined => {
  try {
    const stat = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))
    return stat === null ? undefined : { parent: Number(stat[2]), isShell: /^(?:ba|da|z|k)?sh$/.test(stat[1] ?? "") }
  } catch {
    return undefined
  }
}

/** `npx` starts a shell that starts the program, and neither of them is waited for by a kill of the first. */
const parents = (): string => {
  const stat = statOf(process.ppid)
  return stat?.isShell === true ? `${process.ppid} ${stat.parent}` : String(process.ppid)
}

/** Ends the program when whoever started it by `npx` is no more. */
export const endWithParent: Effect.Effect<void> = Effect.gen(function*() {
  if (process.env["npm_command"] !== "exec" && process.env["npm_lifecycle_event"] !== "npx") return
  const first = parents()
  while (parents() === first) yield* Effect.sleep("250 millis")
  process.kill(process.pid, "SIGTERM")
})

const roomless = new Set(["ENOSPC", "EDQUOT", "EFBIG"])

/** Lines that find no room, as on a full disk, are lost; they end the program no more than the messages that find none do. */
export const outliveLog: Effect.Effect<void, never, Scope.Scope> = Effect.gen(function*() {
  const told = (error: NodeJS.ErrnoException) => {
    if (!roomless.has(error.code ?? "")) throw error
  }
  for (const stream of [process.stdout, process.stderr]) {
    yield* Effect.acquireRelease(
      Effect.sync(() => stream.on("error", told)),
      () => Effect.sync(() => stream.off("error", told))
    )
  }
})
