import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type ChildProcess, spawn } from "node:child_process"

/** A process of Node.js, and what it has written so far. */
export interface Program {
  readonly child: ChildProcess
  readonly output: () => string
}

/** Starts a program, and waits until it says that it is ready; it is gone when the scope ends. */
export const started = (
  path: string,
  args: ReadonlyArray<string>
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Program>((resume) => {
      const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] })
      let output = ""
      const program = { child, output: () => output }
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
          output += chunk
          if (output.includes("ready")) resume(Effect.succeed(program))
        })
      }
      child.once("exit", () => resume(Effect.die(new Error(`a program has ended:\n${output}`))))
    }),
    killed
  )

const hasEnded = ({ child }: Program): boolean => child.exitCode !== null || child.signalCode !== null

/** Waits until a program has ended, and gives what it has written. */
export const exited = (program: Program): Effect.Effect<string> =>
  Effect.callback((resume) => {
    program.child.once("close", () => resume(Effect.sync(program.output)))
    if (hasEnded(program)) resume(Effect.sync(program.output))
  })

/** Ends a program as `kill -9` does, also one that is frozen. */
export const killed = (program: Program): Effect.Effect<void> =>
  Effect.callback((resume) => {
    program.child.once("exit", () => resume(Effect.void))
    program.child.kill("SIGKILL")
    if (hasEnded(program)) resume(Effect.void)
  })
