/**
 * What has become of a reserved request.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as stamp from "./internal/stamp.ts"
import * as wire from "./internal/wire.ts"
import type * as RequestId from "./RequestId.ts"

/**
 * The documented states.
 *
 * - `READY`: it waits; it can be cancelled up to ten minutes before its time
 * - `PROCESSING`: it is being handed on
 * - `DONE`: it was handed on; its messages are in the delivery log
 * - `CANCELED`: it was cancelled
 * - `FAIL`: it could not be handed on
 * - `STALE`: it was not handed on in time
 * - `SKIP`: its service no longer exists
 *
 * @category schemas
 * @since 0.1.0
 */
export const State = Schema.Literals(["READY", "PROCESSING", "DONE", "CANCELED", "FAIL", "STALE", "SKIP"])

/**
 * The documented states.
 *
 * @category models
 * @since 0.1.0
 */
export type State = typeof State.Type

/**
 * The state of a reservation, as it stands on the wire. SENS docs, "Search reservation message status", response body. Only
 * `reserveStatus` has to be there, and it may be one that the documents do not know yet.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReservationStatus = Schema.Struct({
  /** The reservation, which is the `requestId` of the send: see {@link reserveId}. */
  reserveId: wire.nullish(wire.RequestId),
  /** The time zone of `reserveTime`, such as `Asia/Seoul`. */
  reserveTimeZone: wire.text,
  /** When it is to be sent, a stamp of that zone: see {@link reserveTime}. */
  reserveTime: wire.text,
  /** How far it is, one of {@link State}, or one that the documents do not know yet: see {@link state}. */
  reserveStatus: Schema.String
})

/**
 * The state of a reservation.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReservationStatus extends Schema.Schema.Type<typeof ReservationStatus> {}

/**
 * The id of the reservation, which is the `requestId` of the send.
 *
 * `None` where SENS leaves it out.
 *
 * **Example** (The id of the send)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 * import * as Option from "effect/Option"
 *
 * const status = { reserveId: RequestId.make("RSSA-1"), reserveStatus: "READY" }
 *
 * ReservationStatus.reserveId(status) // => Option.some(RequestId.make("RSSA-1"))
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const reserveId = (self: ReservationStatus): Option.Option<RequestId.RequestId> => wire.present(self.reserveId)

/**
 * When it is to be sent. A stamp with an offset, as newer answers have it, stands for itself; one without belongs to
 * `reserveTimeZone`, by default `Asia/Seoul`. `None` where there is no stamp, or none that can be read.
 *
 * **Example** (Both forms)
 *
 * ```ts import.meta.vitest
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const iso = (reserveTime: string, reserveTimeZone: string) =>
 *   Option.map(ReservationStatus.reserveTime({ reserveTime, reserveTimeZone, reserveStatus: "READY" }), DateTime.formatIso)
 *
 * iso("2025-11-25T13:19:00+09:00", "Asia/Seoul") // => Option.some("2025-11-25T04:19:00.000Z")
 * iso("2025-11-25 13:19", "Europe/Paris") // => Option.some("2025-11-25T12:19:00.000Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const reserveTime = (self: ReservationStatus): Option.Option<DateTime.Utc> =>
  Option.flatMap(
    wire.present(self.reserveTime),
    (time) => stamp.instantIn(time, Option.getOrUndefined(wire.present(self.reserveTimeZone)))
  )

const isState = Schema.is(State)

/**
 * The state, where the documents know it. `None` for one that SENS added later: treat it as one that may still change.
 *
 * **Example** (A state of the future)
 *
 * ```ts import.meta.vitest
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 * import * as Option from "effect/Option"
 *
 * ReservationStatus.state({ reserveStatus: "DONE" }) // => Option.some("DONE")
 * ReservationStatus.state({ reserveStatus: "PAUSED" }) // => Option.none()
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const state = (self: ReservationStatus): Option.Option<State> =>
  Option.filter(Option.some(self.reserveStatus.toUpperCase()), isState)

/**
 * Whether the state can no longer change. `DONE` says that the messages are on their way, not that anybody has got them:
 * follow them in the delivery log.
 *
 * **Example** (A service that is gone)
 *
 * ```ts import.meta.vitest
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 *
 * ReservationStatus.isFinal({ reserveStatus: "SKIP" }) // => true
 * ReservationStatus.isFinal({ reserveStatus: "PROCESSING" }) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isFinal = (self: ReservationStatus): boolean =>
  Option.exists(state(self), (state) => state !== "READY" && state !== "PROCESSING")

/**
 * Whether the reservation came to nothing, without being cancelled.
 *
 * `FAIL`, `STALE` or `SKIP`: what was asked for did not come about. `CANCELED` was asked for.
 *
 * **Example** (Cancelled is no failure)
 *
 * ```ts import.meta.vitest
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 *
 * ReservationStatus.isFailure({ reserveStatus: "STALE" }) // => true
 * ReservationStatus.isFailure({ reserveStatus: "CANCELED" }) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isFailure = (self: ReservationStatus): boolean =>
  Option.exists(state(self), (state) => state === "FAIL" || state === "STALE" || state === "SKIP")

/**
 * Whether it can be cancelled as far as its state goes. SENS also refuses in the last ten minutes before the time.
 *
 * **Example** (While it waits)
 *
 * ```ts import.meta.vitest
 * import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
 *
 * ReservationStatus.isCancelable({ reserveStatus: "READY" }) // => true
 * ReservationStatus.isCancelable({ reserveStatus: "PROCESSING" }) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isCancelable = (self: ReservationStatus): boolean =>
  Option.exists(state(self), (state) => state === "READY")
