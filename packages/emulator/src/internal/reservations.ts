/**
 * Where reservations stand, and what happens when their time has come.
 */
import * as Effect from "effect/Effect"
import type { ReserveStatus } from "../ReservationsApi.ts"
import { NotWritten } from "../Storage.ts"
import * as Sending from "./sending.ts"
import type { State } from "./state.ts"
import type { Event, StoredReservation } from "./store.ts"

export const status = (
  reservation: StoredReservation,
  now: number,
  state: { readonly submittedAfter: number }
): ReserveStatus => {
  if (reservation.canceled) return "CANCELED"
  if (now < reservation.reserveAt) return "READY"
  return now < reservation.reserveAt + state.submittedAfter ? "PROCESSING" : reservation.outcome
}

/** When the clock moves a reservation on. */
export const turns = (
  { canceled, reserveAt, submitted }: StoredReservation,
  state: { readonly submittedAfter: number }
): ReadonlyArray<number> => canceled || submitted ? [] : [reserveAt, reserveAt + state.submittedAfter]

/** Why a reservation cannot be cancelled, if it cannot. */
export const obstacle = (
  reservation: StoredReservation,
  now: number,
  state: { readonly submittedAfter: number; readonly reservationCutoff: number }
): string | undefined => {
  if (status(reservation, now, state) !== "READY") return "The reservation is not READY."
  return reservation.reserveAt - now < state.reservationCutoff
    ? `The reservation cannot be cancelled within ${state.reservationCutoff / 60_000} minutes of its time.`
    : undefined
}

export const canceled = ({ requestId, serviceId }: StoredReservation): Event => ({
  _tag: "Canceled",
  serviceId,
  requestId
})

/** What a person at the inbox does: by the rules of the service, but that what is cancelled already is no obstacle. */
export const cancel = (state: State, reservation: StoredReservation, now: number): Effect.Effect<void, string> =>
  state.commit(Effect.suspend(() => {
    if (reservation.canceled) return Effect.succeed({ value: undefined, events: [] })
    const why = obstacle(reservation, now, state)
    return why === undefined
      ? Effect.succeed({ value: undefined, events: [canceled(reservation)] })
      : Effect.fail(why)
  }))

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
