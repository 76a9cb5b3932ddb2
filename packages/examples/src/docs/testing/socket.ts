import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Sens from "@effect-sens/http/Sens"
import * as Layer from "effect/Layer"

/** A client, and an emulator on a free port that it talks to over a real socket. */
export const layer = Sens.layer(Account.options).pipe(
  Layer.provideMerge(EmulatorServer.layerTest({ completedAfter: "100 millis", outcomes: { "01000000001": "3001" } }))
)
