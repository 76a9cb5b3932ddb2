import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Region from "@effect-sens/http/Region"
import * as Sens from "@effect-sens/http/Sens"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const keys = Config.all({
  accessKey: Config.Redacted("SENS_ACCESS_KEY"),
  secretKey: Config.Redacted("SENS_SECRET_KEY"),
  serviceId: Config.schema(ServiceId.ServiceId, "SENS_SERVICE_ID")
})

// Any option of Sens.Options may stand beside the keys.
export const layer = Layer.effect(
  Sens.Sens,
  Effect.flatMap(keys, (keys) => Sens.make({ ...keys, baseUrl: Region.baseUrls.government, onAmbiguous: "fail" }))
)
