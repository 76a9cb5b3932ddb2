import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn, spawnSync } from "node:child_process"
import { folder } from "./folder.ts"
import * as Ports from "./ports.ts"

/** Whether there is a Redis on this machine. */
export const isThere = spawnSync("redis-server", ["--version"]).status === 0

/** A server of its own, on a free port and in a temporary folder, which is gone when the scope ends. */
export class Redis extends Context.Service<Redis, { readonly url: string }>()("Redis") {
  static readonly layer = Layer.effect(
    Redis,
    Effect.gen(function*() {
      const dir = yield* folder
      const port = yield* Ports.free
      const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", dir]
      yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof spawn>>((resume) => {
          const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] })
          let output = ""
          child.stdout.setEncoding("utf8").on("data", (text: string) => {
            output += text
            if (output.includes("Ready to accept connections")) resume(Effect.succeed(child))
          })
          child.once("exit", () => resume(Effect.die(new Error(`Redis has ended:\n${output}`))))
        }),
        (child) =>
          Effect.callback<void>((resume) => {
            child.once("exit", () => resume(Effect.void))
            child.kill("SIGKILL")
          })
      )
      return { url: `redis://127.0.0.1:${port}` }
    })
  )
}
