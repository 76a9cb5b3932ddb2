/**
 * A record of the delivery log that cannot be read.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as MessageRecord from "./MessageRecord.ts"

/**
 * A record of a page that lacks what every record has (`messageId`, `to` or `status`), or has a field that is not what it should
 * be. The others of its page are read all the same.
 *
 * - `index`: its place in the page, counted from 0
 * - `why`: which fields are missing, or are of another JSON type; it holds no value of a field
 * - `fields`: those fields that can be read
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnreadableRecord = Schema.Struct({
  /** Its place in the page, counted from 0. */
  index: Schema.Natural,
  /** Which fields are missing, or of another JSON type. It holds no value of a field. */
  why: Schema.String,
  /** Those fields that can be read. */
  fields: MessageRecord.MessageRecord.mapFields((fields) => ({
    ...fields,
    messageId: Schema.optionalKey(fields.messageId),
    to: Schema.optionalKey(fields.to),
    status: Schema.optionalKey(fields.status)
  }))
})

/**
 * A record of the delivery log that cannot be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnreadableRecord extends Schema.Schema.Type<typeof UnreadableRecord> {}

/**
 * Whether a record is one that cannot be read.
 *
 * **Example** (What can be read)
 *
 * ```ts import.meta.vitest
 * import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
 *
 * const records = [{ messageId: "1", to: "01012345678", status: "READY" }, { index: 1, why: "status is missing", fields: {} }]
 *
 * records.map(UnreadableRecord.is) // => [false, true]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (value: object): value is UnreadableRecord => "why" in value && "index" in value && "fields" in value
