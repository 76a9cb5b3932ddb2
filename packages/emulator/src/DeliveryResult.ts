/**
 * What becomes of a message: the result code it ends with, scripted by recipient number or by text.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Schema from "effect/Schema"

/**
 * How a message ends, as the list and the result report it.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeliveryResult {
  /** The result code, such as `2003`. */
  readonly statusCode: string
  /** Whether the handset has it. */
  readonly statusName: "success" | "fail"
  /** What the code means, in Korean. */
  readonly statusMessage: string
}

/**
 * Messages whose text includes a phrase end with a code.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ByContent = Schema.Struct({
  includes: Schema.String.check(Schema.isMinLength(1)),
  code: Schema.String.check(Schema.isMinLength(1))
})

/**
 * Messages whose text includes a phrase end with a code.
 *
 * @category models
 * @since 0.1.0
 */
export type ByContent = typeof ByContent.Type

/**
 * The code of a delivered message.
 *
 * @category constants
 * @since 0.1.0
 */
export const delivered = "0"

/**
 * How a message with this result code ends.
 *
 * **Details**
 *
 * Only the code `0` is a success. A code of none of the three tables is kept, as the service may add codes.
 *
 * **Example** (A handset that is off)
 *
 * ```ts import.meta.vitest
 * import * as DeliveryResult from "@effect-sens/emulator/DeliveryResult"
 *
 * DeliveryResult.fromCode("2003").statusName // => "fail"
 * DeliveryResult.fromCode("0") // => { statusCode: "0", statusName: "success", statusMessage: "성공" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromCode = (code: string): DeliveryResult => {
  const known = DeliveryCode.fromString(code)
  return {
    statusCode: code,
    statusName: DeliveryCode.isSuccess(known) ? "success" : "fail",
    statusMessage: known.meaningKo
  }
}
