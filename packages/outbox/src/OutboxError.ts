/**
 * What may go wrong with an entry of the outbox itself.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as EntryId from "./EntryId.ts"

/**
 * The key belongs to an entry with another request. `id` is that entry.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyConflict extends Schema.TaggedError<KeyConflict>("@effect-sens/outbox/OutboxError/KeyConflict")(
  "KeyConflict",
  {
    /** The entry that has the key. */
    id: EntryId.EntryId
  }
) {
  override get message(): string {
    return `The key belongs to entry ${this.id}, which has another request. Give each message a key of its own.`
  }
}

/**
 * There is no such entry, or it was purged.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-sens/outbox/OutboxError/NotFound")("NotFound", {
  /** What was asked for. */
  id: EntryId.EntryId
}) {
  override get message(): string {
    return `There is no entry ${this.id}.`
  }
}
