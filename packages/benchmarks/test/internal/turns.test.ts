// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off
import { describe, expect, it } from "@effect/vitest"
import { createHash, randomBytes } from "node:crypto"
import { connect, createServer } from "node:net"
import * as Turns from "../../src/internal/turns.ts"

const options = { rounds: 1, turn: 1, warm: 0 }

describe("race", () => {
  it("runs each in a process of its own", async () => {
    const page = (who: string): Turns.Program => ({ program: "streams-decode", args: [who, "1"] })
    const { ratio } = await Turns.race({ parse: page("parse"), ours: page("ours") }, options)
    expect(ratio("ours", "parse").cpu).toBeGreaterThan(0)
    expect(ratio("ours", "ours")).toEqual({ cpu: 1, wall: 1 })
  })

  it("fails with who fails", async () => {
    const nobody: Turns.Program = { program: "streams-decode", args: ["nobody", "1"] }
    await expect(Turns.race({ nobody }, options)).rejects.toThrow("nobody has ended with 1")
  })
})

describe("delay-proxy", () => {
  it("hands on all that either side says, in order", async () => {
    const hash = (pieces: ReadonlyArray<Uint8Array>) => createHash("sha256").update(Buffer.concat(pieces)).digest("hex")
    // An echo, which ends when it is told so.
    const server = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket))
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resolve(address !== null && typeof address === "object" ? address.port : 0)
      })
    })
    const proxy = await Turns.serve("delay-proxy", [String(port), "5"])
    const sent = Array.from({ length: 50 }, () => randomBytes(10_000))
    const received: Array<Uint8Array> = []
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true })
      socket.on("data", (piece) => received.push(piece))
      socket.on("end", resolve)
      socket.on("error", reject)
      for (const piece of sent) socket.write(piece)
      socket.end()
    })
    expect(hash(received)).toBe(hash(sent))
    proxy.stop()
    server.close()
  })
})
