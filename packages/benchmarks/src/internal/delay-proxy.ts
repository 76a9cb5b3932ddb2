// @effect-diagnostics nodeBuiltinImport:off globalTimers:off
/**
 * A link that is slow, as a process of its own: `delay-proxy.ts <port> <milliseconds>` takes connections to that port of this machine, and
 * what either side says arrives so much later. It tells its port and ends with the process that started it.
 *
 * @since 0.1.0
 */
import { connect, createServer, type Socket } from "node:net"

const [port, delay] = process.argv.slice(2).map(Number)

const later = (from: Socket, to: Socket): void => {
  // Timers of one length fire in the order in which they were set.
  from.on("data", (piece) => setTimeout(() => to.write(piece), delay))
  from.on("end", () => setTimeout(() => to.end(), delay))
  from.on("error", () => to.destroy())
  from.on("close", () => setTimeout(() => to.destroy(), delay))
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const target = connect({ host: "127.0.0.1", port: port ?? 0, allowHalfOpen: true, noDelay: true })
  later(client, target)
  later(target, client)
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(address.port)
})
process.on("disconnect", () => process.exit())
