// @effect-diagnostics nodeBuiltinImport:off globalDate:off
/**
 * The least that can answer a search: checks nothing, and makes a page of the log when it is first asked for it. A process of its own,
 * on loopback, over TLS if it is told `tls`; it tells its port and ends with the process that started it. The number of messages is the last part of the
 * service id.
 *
 * @since 0.1.0
 */
import { createServer, type RequestListener } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { cert, key } from "./http-certificate.ts"
import { log, page } from "./streams-page.ts"

const now = Number(process.argv[2])
// A search by request id has no bounds, and finds all.
const parse = (stamp: string | null, otherwise: number): number =>
  stamp === null ? otherwise : Date.parse(`${stamp.replace(" ", "T")}+09:00`)

// What is served is not what is measured: a page that is asked for again is not made again.
const made = new Map<string, Buffer>()

const listener: RequestListener = (request, response) => {
  const target = request.url ?? ""
  let body = made.get(target)
  if (body === undefined) {
    const { pathname, searchParams } = new URL(target, "http://localhost")
    const count = Number(/:(\d+)\/messages$/.exec(pathname)?.[1])
    body = Buffer.from(page(log(count, now), {
      from: parse(searchParams.get("requestStartTime") ?? searchParams.get("completeStartTime"), 0),
      to: parse(searchParams.get("requestEndTime") ?? searchParams.get("completeEndTime"), now),
      pageIndex: Number(searchParams.get("pageIndex") ?? 0),
      pageSize: Number(searchParams.get("pageSize") ?? 20)
    }))
    if (made.size < 12_000) made.set(target, body)
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
  response.end(body)
}
const server = process.argv.includes("tls") ? createTlsServer({ cert, key }, listener) : createServer(listener)
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(address.port)
})
process.on("disconnect", () => process.exit())
