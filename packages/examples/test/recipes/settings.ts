import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"

export const journalKey = "made up for the gate"

/** The emulator refuses a timestamp after six seconds, too, so that a proof takes ten seconds and not six minutes. */
export const sensOptions = {
  accessKey: Account.accessKey,
  secretKey: Account.secretKey,
  serviceId: ServiceId.make(Account.serviceId),
  baseUrl: process.env["SENS_BASE_URL"],
  attemptTimeout: "1500 millis",
  reconcile: { timestampTolerance: "6 seconds", visibilityLag: "1500 millis" }
} as const
