/**
 * What the client of a campaign checks: nothing. The list was checked by the settings of its owner, who may have lowered a rule or chosen a
 * charset, and neither is known any more where a campaign goes on.
 */
import * as Preflight from "@effect-sens/core/Preflight"
import * as Record from "effect/Record"

export const none: Preflight.Options = {
  charset: "CP949",
  severity: Record.map(Preflight.severities, () => "off" as const),
  senderShape: "off"
}
