import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"

// A job at night has time to wait for the proof: either accepted once, or proved not to be.
export const sendOnce = (request: SendRequest.SendRequest) =>
  Sens.Sens.use((sens) =>
    sens.messages.send(request, { onAmbiguous: "reconcile", callTimeout: "10 minutes", signatureLifetime: "1 minute" })
  )
