import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
import { argv, env, stdout } from "node:process"

const sens = StreamsPromise.make({
  accessKey: env["SENS_ACCESS_KEY"] ?? "",
  secretKey: env["SENS_SECRET_KEY"] ?? "",
  serviceId: env["SENS_SERVICE_ID"] ?? "",
  baseUrl: env["SENS_BASE_URL"]
})

// Why messages of a request failed, ten at the most: nothing more is read after that.
const [requestId = ""] = argv.slice(2)
let failed = 0
for await (const record of sens.records({ requestId }, {}, AbortSignal.timeout(60_000))) {
  const outcome = MessageRecord.outcome(record)
  if (outcome._tag !== "Failed") continue
  stdout.write(`${record.messageId}: ${outcome.code.meaning}\n`)
  if (++failed === 10) break
}

await sens.dispose()
