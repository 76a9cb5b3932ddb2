import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Sens from "@effect-sens/http/Sens"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/** A client, and an emulator on a free port that it talks to over a real socket. */
export const layer = Sens.layer({
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId)
}).pipe(
  Layer.provideMerge(EmulatorServer.layerTest({ completedAfter: "100 millis", outcomes: { "01000000001": "3001" } }))
)
