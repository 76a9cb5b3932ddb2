/**
 * The id of an entry of the outbox.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The id of an entry: a whole number above zero, never given twice in one database.
 *
 * **Example** (From a URL)
 *
 * ```ts import.meta.vitest
 * import * as EntryId from "@effect-sens/outbox/EntryId"
 * import * as Schema from "effect/Schema"
 *
 * Schema.decodeUnknownSync(Schema.toCodecStringTree(EntryId.EntryId))("12") // => 12
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const EntryId = Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.brand("EntryId"))

/**
 * The id of an entry.
 *
 * @category models
 * @since 0.1.0
 */
export type EntryId = typeof EntryId.Type
