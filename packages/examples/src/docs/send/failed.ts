import * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const send = (request: SendRequest.SendRequest) =>
  Sens.Sens.use((sens) => sens.messages.send(request)).pipe(
    Effect.map(({ requestId }) => `accepted as ${requestId}`),
    Effect.catchReasons("SensError", {
      InvalidRequest: ({ issues }) => Effect.succeed(`not sent: ${RequestIssue.formatAll(issues)}`),
      QuotaExceeded: () => Effect.succeed("not sent: try again tomorrow"),
      OutcomeUnknown: () => Effect.succeed("perhaps sent: ask again later, do not send again")
    })
  )
