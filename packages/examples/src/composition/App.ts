import * as Sens from "@effect-sens/http/Sens"
import * as Config from "effect/Config"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Layer from "effect/Layer"
import * as Notices from "./Notices.ts"
import * as Passwords from "./Passwords.ts"
import { Settings } from "./Settings.ts"

// Clients of two services of one account. Nothing is shared but the transport, and the variables of the account.
// Late is lost for a password, so it is sent again when it does not show up; a notice waits for the truth.
const passwords = Sens.layerConfig({
  serviceId: Config.map(Settings, ({ passwords }) => passwords),
  onAmbiguous: "prompt"
})
const notices = Sens.layerConfig({
  serviceId: Config.map(Settings, ({ notices }) => notices),
  onAmbiguous: "reconcile"
})

/** The services of the app, each on a client of its own. Needs a transport. */
export const layer = Layer.mergeAll(
  Passwords.layer.pipe(Layer.provide([passwords, SecureRandom.layerWebCrypto])),
  Notices.layer.pipe(Layer.provide(notices))
)
