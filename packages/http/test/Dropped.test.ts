// A host that drops packets: nothing can have left the machine, and with the settings as they are that is told.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { spawn } from "node:child_process"
import { connect, type Socket } from "node:net"
import { options } from "./answering.ts"
import { signer } from "./emulated.ts"

const program =
  `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function() { console.log(this.address().port) })`

// A process that was stopped while it listens accepts nothing, and once its queue is full the kernel drops what comes.
const dropping = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] })
    const sockets: Array<Socket> = []
    child.stdout.once("data", (text) => {
      const port = Number(String(text))
      child.kill("SIGSTOP")
      for (let queued = 0; queued < 4; queued++) sockets.push(connect(port, "127.0.0.1").on("error", () => {}))
      const close = () => {
        for (const socket of sockets) socket.destroy()
        child.kill("SIGKILL")
      }
      resume(Effect.as(Effect.sleep("200 millis"), { port, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

describe("a host that drops packets", () => {
  const transports = {
    NodeTransport: NodeTransport.layer(),
    fetch: FetchHttpClient.layer,
    undici: NodeHttpClient.layerUndici
  }

  it.live.each(["NodeTransport", "fetch", "undici"] as const)("%s", (transport) =>
    Effect.gen(function*() {
      const { port } = yield* dropping
      const { messages } = yield* Sens.make({
        ...options,
        baseUrl: `http://127.0.0.1:${port}`,
        onAmbiguous: "reconcile"
      })
      const error = yield* Effect.flip(messages.send(sms))
      assert.deepStrictEqual([error.reason._tag, error.isAmbiguous], ["ConnectionFailed", false])
    }).pipe(
      Effect.scoped,
      Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never),
      Effect.provide([transports[transport], signer])
    ), 30_000)
})
