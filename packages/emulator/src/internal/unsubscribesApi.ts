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
import * as Schema from "effect/Schema"
import * as Authentication from "./authentication.ts"
import * as ServiceError from "./serviceError.ts"

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
  clientTelNo: Schema.String
    .annotate({ message: noNumber })
    .check(
      Schema.isMinLength(1, { message: noNumber }).abort(),
      Schema.isPattern(/^\d{1,25}$/, {
        message: "The clientTelNo must be numeric and cannot exceed 25 characters."
      })
    )
    .annotateKey({ messageMissingKey: noNumber })
}).annotate({ message: noNumber })

/**
 * 1 to 1,000 numbers, as a bare array.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Numbers = Schema.Array(Number)
  .annotate({ message: "The request body must be a JSON array." })
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
export const Entries = Schema.Array(Schema.Struct({
  clientTelNo: Schema.String,
  registerType: RegisterType,
  registerTime: Schema.String
}))

const parameter = (name: string) =>
  Schema.optionalKey(Schema.String.annotate({ message: `The ${name} can be given once.` }))

/**
 * The query of the list, as it comes. `startTime` and `endTime` are milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribesQuery = Schema.Struct({
  clientTelNo: parameter("clientTelNo"),
  startTime: parameter("startTime"),
  endTime: parameter("endTime"),
  pageIndex: parameter("pageIndex"),
  pageSize: parameter("pageSize")
})

const unsubscribes = "/sms/v2/services/:serviceId/unsubscribes"

const params = { serviceId: Schema.String }

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
  }),
  HttpApiEndpoint.post("unsubscribesRegister", unsubscribes, {
    params,
    payload: Numbers,
    success: Entries,
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  }),
  HttpApiEndpoint.delete("unsubscribesRemove", unsubscribes, {
    params,
    payload: Numbers,
    success: HttpApiSchema.NoContent,
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  })
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication) {}
