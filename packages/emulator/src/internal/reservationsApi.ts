/**
 * The wire definitions of looking after a reserved send.
 *
 * Source: SENS API v2, "SMS reservation status get", "SMS reservation delete".
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Authentication from "./authentication.ts"
import * as ServiceError from "./serviceError.ts"

/**
 * How a reservation can end when its time has come.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReservationOutcome = Schema.Literals(["DONE", "FAIL", "STALE", "SKIP"])

/**
 * How a reservation can end: submitted, failed, timed out, or no such service any more.
 *
 * @category models
 * @since 0.1.0
 */
export type ReservationOutcome = typeof ReservationOutcome.Type

/**
 * Where a reservation stands.
 *
 * @category models
 * @since 0.1.0
 */
export type ReserveStatus = "READY" | "PROCESSING" | "CANCELED" | ReservationOutcome

/**
 * Where a reservation stands, and when it is due, by the clock of its own zone.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReservationStatusResponse = Schema.Struct({
  reserveId: Schema.String,
  reserveTimeZone: Schema.String,
  reserveTime: Schema.String,
  reserveStatus: Schema.String
})

const reservation = "/sms/v2/services/:serviceId/reservations/:reserveId"

const params = { serviceId: Schema.String, reserveId: Schema.String }

/**
 * The operations on reservations. A reservation goes by the request id of its send.
 *
 * @category models
 * @since 0.1.0
 */
export class ReservationsApi extends HttpApiGroup.make("reservations").add(
  HttpApiEndpoint.get("reservationStatus", `${reservation}/reserve-status`, {
    params,
    success: ReservationStatusResponse,
    error: ServiceError.NothingFoundNoContent
  }),
  HttpApiEndpoint.delete("reservationCancel", reservation, {
    params,
    success: HttpApiSchema.NoContent,
    error: ServiceError.NothingFoundNoContent
  })
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication) {}
