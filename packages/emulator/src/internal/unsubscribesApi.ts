/**
 * The wire definitions of the list of numbers that take no advertising (080 opt-out).
 *
 * Source: SENS API v2, "SMS unsubscribe list", "create", "delete".
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
import * as Wire from "./wire.ts"

/**
 * How a number came to be on the list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RegisterType = Schema.Literals(["C", "M"])

/**
 * How a number came to be on the list: by a call to the 080 number (`C`), or by hand (`M`).
 *
 * @category models
 * @since 0.1.0
 */
export type RegisterType = typeof RegisterType.Type

const noNumber = "The clientTelNo cannot be empty."

const Number = Schema.Struct({
  clientTelNo: Wire.text({
    description: "Digits alone.",
    empty: noNumber,
    wrongType: "The clientTelNo must be a string."
  })
    .check(
      Schema.isMinLength(1, { message: noNumber }).abort(),
      Schema.isPattern(Wire.digits, {
        message: "The clientTelNo must be numeric and cannot exceed 25 characters."
      })
    )
    .annotateKey({ messageMissingKey: noNumber })
}).annotate({ identifier: "UnsubscribeNumber", message: "The request body must hold objects." })

/**
 * 1 to 1,000 numbers, as a bare array.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Numbers = Schema.Array(Number)
  .annotate({ description: "1 to 1,000 numbers.", message: "The request body must be a JSON array." })
  .check(
    Schema.isMinLength(1, { message: "The request body cannot be empty." }),
    Schema.isMaxLength(1000, { message: "The request body cannot exceed 1000 items." })
  )

/**
 * The numbers on the list, as a bare array. The stamps are KST without a zone.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entries = Schema.Array(
  Schema.Struct({
    clientTelNo: Schema.String.annotate({ description: "The number." }),
    registerType: RegisterType.annotate({ description: "C: by a call to the 080 number. M: by hand." }),
    registerTime: Wire.Millis("Since when.")
  }).annotate({ identifier: "Unsubscribe" })
).annotate({ description: "Numbers that are on the list." })

const time = (what: string) => ({
  description: `${what}: milliseconds since 1970.`,
  type: "integer",
  minimum: 0,
  maximum: 999_999_999_999_999
})

/**
 * The query of the list, as it comes. `startTime` and `endTime` are milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribesQuery = Schema.Struct({
  clientTelNo: Wire.parameter("clientTelNo", { description: "This number alone.", pattern: Wire.digits.source }),
  startTime: Wire.parameter("startTime", time("Registered from here on")),
  endTime: Wire.parameter("endTime", time("Registered up to here")),
  pageIndex: Wire.parameter("pageIndex", {
    description: "Which page, from 0.",
    type: "integer",
    minimum: 0,
    maximum: 999_999_999,
    default: 0
  }),
  pageSize: Wire.parameter("pageSize", {
    description: "How many on a page.",
    type: "integer",
    minimum: 1,
    maximum: 100,
    default: 100
  })
})

const unsubscribes = "/sms/v2/services/:serviceId/unsubscribes"

const params = { serviceId: Authentication.ServiceId }

const examples = { "two numbers": [{ clientTelNo: "01000000001" }, { clientTelNo: "01000000002" }] }

/**
 * The three operations on the list.
 *
 * @category models
 * @since 0.1.0
 */
export class UnsubscribesApi extends HttpApiGroup.make("unsubscribes").add(
  HttpApiEndpoint.get("unsubscribesSearch", unsubscribes, {
    params,
    query: UnsubscribesQuery,
    success: Entries,
    error: ServiceError.NothingFoundNoContent
  }).annotateMerge(Document.operation({
    summary: "List block numbers",
    description: "The numbers that take no advertising, oldest first."
  })),
  HttpApiEndpoint.post("unsubscribesRegister", unsubscribes, {
    params,
    payload: Numbers,
    success: Entries,
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  }).annotateMerge(Document.operation({
    summary: "Register block numbers",
    description: "No advertising goes to these numbers any more. One that is on the list stays as it is.",
    examples
  })),
  HttpApiEndpoint.delete("unsubscribesRemove", unsubscribes, {
    params,
    payload: Numbers,
    success: HttpApiSchema.NoContent.annotate({ description: "None of them is on the list." }),
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  }).annotateMerge(Document.operation({
    summary: "Remove block numbers",
    description: "Advertising goes to these numbers again. The numbers are the body of the DELETE.",
    examples
  }))
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication).annotateMerge(
  OpenApi.annotations({ description: "The numbers that take no advertising (080 opt-out)." })
) {}
