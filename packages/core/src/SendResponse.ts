/**
 * What SENS answers to a send request.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as wire from "./internal/wire.ts"
import * as KstDateTime from "./KstDateTime.ts"
import * as RequestId from "./RequestId.ts"

/**
 * The answer to a send request, as it stands on the wire: the id to search by, and no data about recipients. SENS docs,
 * "Send message", response body. Only `requestId` has to be there: an answer must not be lost over a stamp.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendResponse = Schema.Struct({
  /** The request, to find it by in the delivery log. */
  requestId: RequestId.RequestId,
  /** When SENS took it, a stamp of Korean time: see {@link requestTime}. */
  requestTime: wire.text,
  /** The code of the answer: `202`. */
  statusCode: wire.code,
  /** `success`: an answer that says `fail` is an error, `Rejected`. */
  statusName: wire.text
})

/**
 * The answer to a send request.
 *
 * @category models
 * @since 0.1.0
 */
export interface SendResponse extends Schema.Schema.Type<typeof SendResponse> {}

/**
 * When SENS took the request.
 *
 * **Example** (A stamp of Korean time)
 *
 * ```ts import.meta.vitest
 * import * as RequestId from "@effect-sens/core/RequestId"
 * import * as SendResponse from "@effect-sens/core/SendResponse"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const response: SendResponse.SendResponse = {
 *   requestId: RequestId.make("RSSA-1678195573358-3988-57284298-AbCdEfGh"),
 *   requestTime: "2023-03-07T22:26:13.358",
 *   statusCode: "202",
 *   statusName: "success"
 * }
 *
 * Option.map(SendResponse.requestTime(response), DateTime.formatIso) // => Option.some("2023-03-07T13:26:13.358Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const requestTime = (self: SendResponse): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.requestTime), KstDateTime.parse)
