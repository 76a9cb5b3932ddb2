// Reads a range of the log to nowhere, as the library reads it, and counts: `node nowhere.ts <from> <until>`.
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

const [start, end] = process.argv.slice(2).map((time) => DateTime.toUtc(DateTime.makeUnsafe(time)))
if (start === undefined || end === undefined) throw new Error("a range is two times")

const sens = Sens.layer({
  accessKey: Redacted.make("access"),
  secretKey: Redacted.make("secret"),
  serviceId: ServiceId.make(process.env["SENS_SERVICE_ID"] ?? ""),
  baseUrl: process.env["SENS_BASE_URL"] ?? ""
}).pipe(Layer.provide(NodeHttpClient.layerUndici))

const count = await Effect.runPromise(
  Effect.provide(Stream.runCount(DeliveryLog.records({ requestTime: { start, end } })), sens)
)
console.log(count)
process.exit(0)
