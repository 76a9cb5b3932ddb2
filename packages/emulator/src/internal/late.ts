/**
 * The requests that are on their way still, though whoever sent them waits no longer.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Ledger from "../Ledger.ts"

/** What is known of a request before anything of it is looked at. */
export interface Incoming {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly target: string
  readonly operation: Ledger.Operation | undefined
  readonly faults: ReadonlyArray<string>
}

/** A request that is on its way, by the clock of whoever runs the emulator. */
export interface Late extends Incoming {
  readonly due: number
}

export const make = () => {
  let waiting: Array<Late> = []
  let busy = false
  return {
    isEmpty: () => waiting.length === 0 && !busy,
    add: (job: Late) => {
      const after = waiting.findIndex(({ due }) => due > job.due)
      waiting.splice(after === -1 ? waiting.length : after, 0, job)
    },
    firstDue: () => waiting[0]?.due,
    next: (now: number): Late | undefined => {
      const first = waiting[0]
      busy = first !== undefined && first.due <= now
      return busy ? waiting.shift() : undefined
    },
    reset: () => {
      waiting = []
    }
  }
}
