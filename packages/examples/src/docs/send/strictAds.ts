import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Sens from "@effect-sens/http/Sens"
import * as Redacted from "effect/Redacted"

export const layer = (keys: { readonly accessKey: string; readonly secretKey: string; readonly serviceId: string }) =>
  Sens.layer({
    accessKey: Redacted.make(keys.accessKey),
    secretKey: Redacted.make(keys.secretKey),
    serviceId: ServiceId.make(keys.serviceId),
    preflight: { severity: { AdWithoutMark: "error", AdWithoutOptOut: "error", AdAtNight: "error" } }
  })
