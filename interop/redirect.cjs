// For clients whose host is fixed: what they send to SENS goes to the emulator, byte for byte, with the Host header as it was.
// Anything else is refused, so that no test can reach the world.
const http = require("node:http")
const https = require("node:https")

const emulator = new URL(process.env.SENS_EMULATOR)
const sens = "sens.apigw.ntruss.com"

https.request = (options, callback) => {
  const host = options.hostname ?? options.host
  if (host !== sens) throw new Error(`a request to ${host}`)
  const { agent: _, agents: __, ...rest } = options
  return http.request(
    {
      ...rest,
      protocol: "http:",
      host: emulator.hostname,
      hostname: emulator.hostname,
      port: emulator.port,
      headers: { ...options.headers, Host: sens }
    },
    callback
  )
}
