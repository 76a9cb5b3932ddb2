import * as Effect from "effect/Effect"
import { createServer } from "node:net"

// Above these the kernel takes ports for connections that go out.
const ports = { lowest: 20_000, highest: 32_767 }

/** A port of this machine that nobody listens at. */
export const free: Effect.Effect<number> = Effect.gen(function*() {
  while (true) {
    const port = ports.lowest + Math.floor(Math.random() * (ports.highest - ports.lowest))
    const isFree = yield* Effect.callback<boolean>((resume) => {
      const server = createServer()
      server.once("error", () => resume(Effect.succeed(false)))
      server.listen(port, "127.0.0.1", () => server.close(() => resume(Effect.succeed(true))))
    })
    if (isFree) return port
  }
})
