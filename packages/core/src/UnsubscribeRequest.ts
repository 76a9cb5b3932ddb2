/**
 * Numbers to put on the block list, or to take off it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as PhoneNumber from "./PhoneNumber.ts"

/**
 * The most numbers that one request may name.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxNumbers = 1000

const Item = Schema.Struct({ clientTelNo: PhoneNumber.PhoneNumber }).pipe(
  Schema.decodeTo(
    Schema.toType(PhoneNumber.PhoneNumber),
    SchemaTransformation.transform({
      decode: ({ clientTelNo }) => clientTelNo,
      encode: (clientTelNo) => ({ clientTelNo })
    })
  )
)

/**
 * 1-1,000 numbers. Its encoded form is the JSON body of both requests, a bare array. SENS docs, "Register opt-out numbers"
 * and "Delete opt-out numbers", request body.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeRequest = Schema.Array(Item).check(Schema.isMinLength(1), Schema.isMaxLength(maxNumbers))

/**
 * Numbers to put on the block list, or to take off it, as people and lists write them.
 *
 * @category models
 * @since 0.1.0
 */
export type UnsubscribeRequest = ReadonlyArray<string>

/**
 * Such numbers as they go out: digits.
 *
 * @category models
 * @since 0.1.0
 */
export type Normalized = typeof UnsubscribeRequest.Type

/**
 * The JSON body of a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Encoded = typeof UnsubscribeRequest.Encoded

/**
 * The JSON body, without validating it once more. For numbers that `Preflight.checkUnsubscribes` has passed.
 *
 * **Example** (A bare array)
 *
 * ```ts import.meta.vitest
 * import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
 * import * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
 *
 * UnsubscribeRequest.toWire([PhoneNumber.make("01012345678")]) // => [{ clientTelNo: "01012345678" }]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toWire = (numbers: Normalized): Encoded => numbers.map((clientTelNo) => ({ clientTelNo }))
