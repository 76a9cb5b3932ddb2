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
 * **Example** (Two kinds, in capitals)
 *
 * ```ts import.meta.vitest
 * import * as ContentType from "@effect-sens/core/ContentType"
 * import * as Schema from "effect/Schema"
 *
 * const isContentType = Schema.is(ContentType.ContentType)
 *
 * isContentType("AD") // => true
 * isContentType("ad") // => false
 * ```
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
