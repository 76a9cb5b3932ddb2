// @effect-diagnostics newPromise:off
// A gateway on a port that counts the POSTs that reach it, whole, and breaks off as the name of the service says:
//
// - `kept`: answers the first request of a connection, and breaks the connection under the next
// - `fault`: accepts, and answers 500
// - `misdirected`: answers 421
// - `gone`: as `kept`, and then nobody listens any more, on a port of its own that `GET /gone` opens and tells
//
// `GET /counts/<service id>` tells what came.
import { createServer, type Server, type Socket } from "node:net"

export interface Count {
  readonly posts: number
  /** How many of them did not tell their length, or were chunked. */
  readonly unframed: number
}

interface Request {
  readonly method: string
  readonly target: string
  readonly headers: string
}

const nothing: Count = { posts: 0, unframed: 0 }

/** Cuts whole requests off what has come in. */
const requests = (socket: Socket, use: (request: Request) => void): void => {
  let data = ""
  socket.setEncoding("latin1")
  socket.on("error", () => {})
  socket.on("data", (chunk) => {
    data += String(chunk)
    while (true) {
      const end = data.indexOf("\r\n\r\n")
      if (end < 0) return
      const headers = data.slice(0, end)
      const chunked = /^transfer-encoding:/im.test(headers)
      const length = Number(/^content-length: *(\d+)/im.exec(headers)?.[1] ?? 0)
      const rest = end + 4 + length
      if (data.length < rest || (chunked && !data.endsWith("0\r\n\r\n"))) return
      const [line = ""] = headers.split("\r\n")
      const [method = "", target = ""] = line.split(" ")
      data = chunked ? "" : data.slice(rest)
      use({ method, target, headers })
    }
  })
}

export const listen = (): Promise<{ readonly baseUrl: string; readonly close: () => void }> => {
  const counts = new Map<string, Count>()
  const sockets = new Set<Socket>()
  const others = new Set<Server>()
  let accepted = 0
  const portOf = (server: Server): number => {
    const address = server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }
  const connected = (leave: () => void) => (socket: Socket): void => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    let served = 0
    const answer = (status: string, body: unknown): void => {
      const text = JSON.stringify(body)
      socket.write(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`
      )
    }
    requests(socket, ({ headers, method, target }) => {
      if (target === "/gone") {
        const gone = createServer(connected(() => gone.close()))
        others.add(gone)
        gone.listen(0, "127.0.0.1", () => answer("200 OK", { port: portOf(gone) }))
        return
      }
      const service = decodeURIComponent(/^\/sms\/v2\/services\/([^/]+)\//.exec(target)?.[1] ?? target.slice(8))
      if (method === "GET") return answer("200 OK", counts.get(service) ?? nothing)
      const { posts, unframed } = counts.get(service) ?? nothing
      const isFramed = /^content-length: *\d+\r?$/im.test(headers) && !/^transfer-encoding:/im.test(headers)
      counts.set(service, { posts: posts + 1, unframed: unframed + (isFramed ? 0 : 1) })
      served++
      if (service.includes("fault")) return answer("500 Internal Server Error", { error: "x" })
      if (service.includes("misdirected")) return answer("421 Misdirected Request", {})
      if (served > 1) {
        leave()
        socket.destroy()
        return
      }
      answer("202 Accepted", { requestId: `R-${++accepted}`, statusCode: "202", statusName: "success" })
    })
  }
  const server = createServer(connected(() => {}))
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        baseUrl: `http://127.0.0.1:${portOf(server)}`,
        close: () => {
          for (const socket of sockets) socket.destroy()
          for (const other of [server, ...others]) other.close()
        }
      })
    })
  })
}
