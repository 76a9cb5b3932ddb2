import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import type * as SensPromise from "@effect-sens/http/SensPromise"

type Keep = (intent: SendIntent.SendIntent) => Promise<void>

/** Writes the intent down, then makes the one POST. Undefined where its answer was lost. */
export const send = (sens: SensPromise.SensPromise) => (request: SendRequest.SendRequest, keep: Keep) =>
  sens.messages.learnClock()
    .then(() => sens.messages.prepare(request))
    .then((intent) => keep(intent).then(() => sens.messages.submit(intent, request)))
    .catch((error: unknown) => {
      if (error instanceof SensError.SensError && error.isAmbiguous) return undefined
      throw error
    })

/** What became of it: one look at the log. No two messages of this program are equal, so none of its ids is another's. */
export const look =
  (sens: SensPromise.SensPromise) => (request: SendRequest.SendRequest, intent: SendIntent.SendIntent) =>
    sens.messages.resolve([intent], request, { owners: () => new Map() })
