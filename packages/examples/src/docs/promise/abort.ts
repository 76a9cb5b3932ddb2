import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import type * as SensPromise from "@effect-sens/http/SensPromise"

/** The id of the request, or a question to keep where nobody can tell yet. Where nothing was sent, it rejects. */
export const send = (sens: SensPromise.SensPromise) => (request: SendRequest.SendRequest, signal: AbortSignal) =>
  sens.messages.send(request, undefined, signal).then(
    ({ requestId }) => ({ requestId }),
    (error: unknown) => {
      // An aborted signal ends here, too: then `error.cause` is its reason.
      if (error instanceof SensError.SensError && error.reason._tag === "OutcomeUnknown") return { ask: error.reason }
      throw error
    }
  )
