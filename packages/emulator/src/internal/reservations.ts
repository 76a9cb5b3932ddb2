/**
 * Where reservations stand, and what happens when their time has come.
 */
import * as Effect from "effect/Effect"
import type { ReserveStatus } from "../ReservationsApi.ts"
import type { NotWritten } from "../Storage.ts"
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
export const submitUntil = Effect.fnUntraced(function*(state: State, now: number): Effect.fn.Return<void, NotWritten> {
  for (
    let due = state.store.nextReservation();
    due !== undefined && due.reserveAt + state.submittedAfter <= now;
    due = state.store.nextReservation()
  ) {
    yield* state.commit([Sending.accepted(state, {
      requestId: due.requestId,
      serviceId: due.serviceId,
      plan: due.plan,
      at: due.reserveAt + state.submittedAfter
    })])
  }
  // The storage has told why; they stay due, and whoever comes next tries again.
}, (self) => Effect.ignore(self))
