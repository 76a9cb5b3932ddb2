import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { writeSync } from "node:fs"

// An emulator on a port that dies by kill -9 in the middle of its second append, after so many bytes of it.

const [file = "", bytes = ""] = process.argv.slice(2)

let appends = 0

const cutting = Effect.map(FileSystem.FileSystem, (fs): FileSystem.FileSystem => ({
  ...fs,
  open: (path, options) =>
    Effect.map(fs.open(path, options), (opened) =>
      new Proxy(opened, {
        get: (target, key) => {
          const value = Reflect.get(target, key, target)
          if (key !== "writeAll" || options?.flag !== "a") {
            return typeof value === "function"
              ? value.bind(target)
              : value
          }
          return (buffer: Uint8Array) =>
            Effect.suspend(() => {
              if (++appends < 2) return target.writeAll(buffer)
              writeSync(1, `${buffer.length} bytes\n`)
              return Effect.andThen(
                target.writeAll(buffer.subarray(0, Number(bytes))),
                Effect.sync(() => process.kill(process.pid, "SIGKILL"))
              )
            })
        }
      }))
}))

const server = Layer.unwrap(
  Effect.map(Storage.file(file), (storage) => EmulatorServer.layer({ storage }))
).pipe(
  Layer.provide(Layer.provide(Layer.effect(FileSystem.FileSystem, cutting), NodeFileSystem.layer))
)

const program = Effect.gen(function*() {
  const { baseUrl } = yield* EmulatorServer.EmulatorServer
  const emulator = yield* Emulator.Emulator
  const there = yield* emulator.allMessages
  writeSync(
    1,
    `${
      JSON.stringify({
        baseUrl,
        there: there.map(({ content, messageId, requestId }) => ({ content, messageId, requestId }))
      })
    }\n`
  )
  return yield* Effect.never
})

NodeRuntime.runMain(Effect.provide(program, server))
