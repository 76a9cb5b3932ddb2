import type * as SensError from "@effect-sens/core/SensError"

// What its caller can mend is a 4xx. A 401 or a 403 would speak of the caller's keys, so what is wrong with yours is a 500.
const statuses: { readonly [T in SensError.Reason["_tag"]]: number } = {
  InvalidRequest: 400,
  BadRequest: 500,
  AuthenticationFailed: 500,
  PermissionDenied: 500,
  NotFound: 404,
  PayloadTooLarge: 413,
  QuotaExceeded: 503,
  Throttled: 503,
  ServerFault: 502,
  Rejected: 502,
  ConnectionFailed: 503,
  ConnectionLost: 502,
  TimedOut: 504,
  UnexpectedResponse: 502,
  OutcomeUnknown: 202
}

/** The HTTP status of an answer to whoever asked for what failed. */
export const statusOf = (error: SensError.SensError): number =>
  // It may have been accepted: nothing that a browser, a proxy or a queue would try again by itself.
  error.isAmbiguous ? 202 : statuses[error.reason._tag]
