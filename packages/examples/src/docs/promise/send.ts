import * as SensError from "@effect-sens/core/SensError"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { env, stderr, stdout } from "node:process"

const sens = SensPromise.make({
  accessKey: env["SENS_ACCESS_KEY"] ?? "",
  secretKey: env["SENS_SECRET_KEY"] ?? "",
  serviceId: env["SENS_SERVICE_ID"] ?? "",
  baseUrl: env["SENS_BASE_URL"]
})

const request = {
  type: "SMS",
  from: "0212345678",
  content: "안녕하세요",
  messages: [{ to: "01012345678" }]
} as const

try {
  const { requestId } = await sens.messages.send(request, { onAmbiguous: "reconcile" }, AbortSignal.timeout(90_000))
  stdout.write(`accepted as ${requestId}\n`)
} catch (error) {
  if (!(error instanceof SensError.SensError)) throw error
  const outcome = error.isAmbiguous ? "perhaps accepted" : "not accepted"
  stderr.write(`${outcome}: ${error.message}\n`)
} finally {
  await sens.dispose()
}
