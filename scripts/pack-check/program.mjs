import { PhoneNumber, SearchQuery, ServiceId } from "@effect-sens/core"
import { Account } from "@effect-sens/emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { Sens } from "@effect-sens/http"
import { DeliveryLog } from "@effect-sens/streams"
import { Effect, Layer, Redacted, Stream } from "effect"

const { accessKey, secretKey, serviceId } = Account
const program = Effect.gen(function*() {
  const { messages } = yield* Sens.Sens
  const [from, to] = [PhoneNumber.make("0212345678"), PhoneNumber.make("01012345678")]
  const { requestId } = yield* messages.send({ type: "SMS", from, content: "안녕하세요", messages: [{ to }] })
  return yield* Stream.runCollect(DeliveryLog.records(SearchQuery.byRequestId({ requestId })))
})
const credentials = { accessKey: Redacted.make(accessKey), secretKey: Redacted.make(secretKey) }
const sens = Sens.layer({ ...credentials, serviceId: ServiceId.make(serviceId) })
const layer = Layer.provide(sens, EmulatorServer.layerTest())
const [record, ...others] = await Effect.runPromise(Effect.provide(program, layer))
if (record?.to !== "01012345678" || others.length > 0) throw new Error("The message is not in the log")
console.log(`accepted and found: ${record.messageId} ${record.status}`)
