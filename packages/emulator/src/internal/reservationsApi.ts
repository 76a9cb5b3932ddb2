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
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as Authentication from "./authentication.ts"
import * as Document from "./document.ts"
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
  reserveId: Schema.String.annotate({ description: "The id of the request." }),
  reserveTimeZone: Schema.String.annotate({ description: "A name of the tz database." }),
  reserveTime: Schema.String.annotate({
    description:
      "When it is due, by the clock of its zone: yyyy-MM-ddTHH:mm:ss with an offset, or yyyy-MM-dd HH:mm as it was."
  }).check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}| \d{2}:\d{2})$/u)),
  reserveStatus: Schema.Literals(["READY", "PROCESSING", "CANCELED", "DONE", "FAIL", "STALE", "SKIP"]).annotate({
    description:
      "READY waits, PROCESSING is being sent, DONE was sent; FAIL, STALE (too late) and SKIP (no such service) " +
      "were not."
  })
}).annotate({ identifier: "ReservationStatus", description: "Where the reservation stands." })

const reservation = "/sms/v2/services/:serviceId/reservations/:reserveId"

const params = {
  serviceId: Authentication.ServiceId,
  reserveId: Schema.String.annotate({ description: "The id of the request that was reserved." })
}

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
  }).annotateMerge(Document.operation({
    summary: "Get a reservation",
    description: "Where a reserved request stands, and when it is due."
  })),
  HttpApiEndpoint.delete("reservationCancel", reservation, {
    params,
    success: HttpApiSchema.NoContent.annotate({ description: "It is cancelled." }),
    error: ServiceError.NothingFoundNoContent
  }).annotateMerge(Document.operation({
    summary: "Cancel a reservation",
    description: "Cancels a reserved request that is still READY, and not within ten minutes of its time."
  }))
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication).annotateMerge(
  OpenApi.annotations({ description: "Requests that are to be sent at a time." })
) {}
