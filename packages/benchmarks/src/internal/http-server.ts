// @effect-diagnostics nodeBuiltinImport:off
/**
 * The least that can answer a send: reads the body, checks nothing. A process of its own, on loopback, over TLS if it is told `tls`; it tells
 * its port and ends with the process that started it.
 *
 * @since 0.1.0
 */
import { createServer, type RequestListener } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { cert, key } from "./http-certificate.ts"
import { answer, path, solapiAnswer, twilioAccount, twilioAnswer } from "./http-message.ts"

const answers = new Map([
  [path, answer],
  ["/messages/v4/send-many/detail", () => solapiAnswer],
  [`/2010-04-01/Accounts/${twilioAccount}/Messages.json`, () => twilioAnswer]
])

const listener: RequestListener = (request, response) => {
  const body = (answers.get(request.url ?? "") ?? answer)()
  request.on("data", () => {})
  request.on("end", () => {
    response.writeHead(202, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    response.end(body)
  })
}
const server = process.argv.includes("tls") ? createTlsServer({ cert, key }, listener) : createServer(listener)
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(address.port)
})
process.on("disconnect", () => process.exit())
