/**
 * Where reservations stand, and what happens when their time has come.
 */
import * as Effect from "effect/Effect"
import { NotWritten } from "./event.ts"
import type { ReserveStatus } from "./reservationsApi.ts"
import * as Sending from "./sending.ts"
import type { State } from "./state.ts"
import type { StoredReservation } from "./store.ts"

export const status = (
  reservation: StoredReservation,
  now: number,
  state: { readonly submittedAfter: number }
): ReserveStatus => {
  if (reservation.canceled) return "CANCELED"
  if (now < reservation.reserveAt) return "READY"
  return now < reservation.reserveAt + state.submittedAfter ? "PROCESSING" : reservation.outcome
}

/** Sends what is due, each at its own time; nobody has to look for that to happen. */
export const submitUntil = Effect.fnUntraced(function*(state: State, now: number): Effect.fn.Return<void> {
  const next = state.commit(Effect.sync(() => {
    const due = state.store.nextReservation()
    if (due === undefined || due.reserveAt + state.submittedAfter > now) return { value: false, events: [] }
    const { plan, requestId, reserveAt, serviceId } = due
    return {
      value: true,
      events: [Sending.accepted(state, { requestId, serviceId, plan, at: reserveAt + state.submittedAfter })]
    }
  }))
  while (yield* next);
  // The storage has told why; they stay due, and whoever comes next tries again.
}, (self) => Effect.catchDefect(self, (defect) => defect instanceof NotWritten ? Effect.void : Effect.die(defect)))
