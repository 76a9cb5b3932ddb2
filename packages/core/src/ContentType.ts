/**
 * Whether a message is an advertisement.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * `COMM` for a regular message (the default of SENS), `AD` for an advertisement, which needs an 080 opt-out service and is
 * not delivered to numbers on the block list. SENS docs, "Send message", field `contentType`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ContentType = Schema.Literals(["COMM", "AD"])

/**
 * Whether a message is an advertisement.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentType = typeof ContentType.Type
