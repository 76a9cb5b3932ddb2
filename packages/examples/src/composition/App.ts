import type * as ServiceId from "@effect-sens/core/ServiceId"
import * as Sens from "@effect-sens/http/Sens"
import * as Config from "effect/Config"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Notices from "./Notices.ts"
import * as Passwords from "./Passwords.ts"
import { Settings } from "./Settings.ts"

const Account = Config.all({
  accessKey: Config.Redacted("SENS_ACCESS_KEY"),
  secretKey: Config.Redacted("SENS_SECRET_KEY"),
  baseUrl: Config.withDefault(Config.map(Config.URL("SENS_BASE_URL"), ({ href }) => href), undefined)
})

/** A client of one of the account's services. Two of these are two clients: nothing is shared but the transport. */
const client = (
  choose: (settings: { readonly passwords: ServiceId.ServiceId; readonly notices: ServiceId.ServiceId }) => {
    readonly serviceId: ServiceId.ServiceId
    readonly onAmbiguous: Sens.OnAmbiguous
  }
) =>
  Layer.unwrap(
    Effect.map(
      Effect.all([Account, Settings]),
      ([account, settings]) => Sens.layer({ ...account, ...choose(settings) })
    )
  )

// Late is lost for a password, so it is sent again when it does not show up; a notice waits for the truth.
const passwords = client(({ passwords }) => ({ serviceId: passwords, onAmbiguous: "prompt" }))
const notices = client(({ notices }) => ({ serviceId: notices, onAmbiguous: "reconcile" }))

/** The services of the app, each on a client of its own. Needs a transport. */
export const layer = Layer.mergeAll(
  Passwords.layer.pipe(Layer.provide([passwords, SecureRandom.layerWebCrypto])),
  Notices.layer.pipe(Layer.provide(notices))
)
