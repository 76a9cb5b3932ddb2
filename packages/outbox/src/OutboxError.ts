/**
 * What may go wrong with an entry of the outbox itself.
 *
 * **Example** (What a person reads)
 *
 * ```ts import.meta.vitest
 * import * as EntryId from "@effect-sens/outbox/EntryId"
 * import * as OutboxError from "@effect-sens/outbox/OutboxError"
 *
 * new OutboxError.NotFound({ id: EntryId.EntryId.make(7) }).message // => "There is no entry 7."
 * ```
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as EntryId from "./EntryId.ts"

/** Entries have numbers, campaigns have names. */
const named = (id: EntryId.EntryId | string): string =>
  typeof id === "string" ? `campaign ${JSON.stringify(id)}` : `entry ${id}`

/**
 * The key belongs to an entry with another request, or the id to a campaign with other options. `id` is that entry, or that campaign.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyConflict extends Schema.TaggedError<KeyConflict>("@effect-sens/outbox/OutboxError/KeyConflict")(
  "KeyConflict",
  {
    /** The entry that has the key, or the campaign. */
    id: Schema.Union([EntryId.EntryId, Schema.String])
  }
) {
  override get message(): string {
    return typeof this.id === "string"
      ? `There is a campaign ${JSON.stringify(this.id)} with other options. Give each campaign an id of its own.`
      : `The key belongs to entry ${this.id}, which has another request. Give each message a key of its own.`
  }
}

/**
 * There is no such entry or campaign, or it was purged.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-sens/outbox/OutboxError/NotFound")("NotFound", {
  /** What was asked for: an entry, or a campaign. */
  id: Schema.Union([EntryId.EntryId, Schema.String])
}) {
  override get message(): string {
    return `There is no ${named(this.id)}.`
  }
}

/**
 * The entry cannot be settled so: it is not held, its request id is another entry's, or what was sent of it may still be accepted.
 * `until` is when that is over.
 *
 * @category errors
 * @since 0.1.0
 */
export class WrongState
  extends Schema.TaggedError<WrongState>("@effect-sens/outbox/OutboxError/WrongState")("WrongState", {
    /** The entry. */
    id: EntryId.EntryId,
    /** What stands against it. */
    why: Schema.Literals(["NotHeld", "IdTaken", "TooEarly"]),
    /** When it can be sent again, where it is too early; else absent. */
    until: Schema.optionalKey(Schema.DateTimeUtc)
  })
{
  override get message(): string {
    switch (this.why) {
      case "NotHeld":
        return `Entry ${this.id} is not held, so there is nothing to settle.`
      case "IdTaken":
        return `The request id belongs to another entry than ${this.id}.`
      case "TooEarly":
        return `What was sent of entry ${this.id}, or of an equal one, may still be accepted` +
          (this.until === undefined ? "." : ` until ${DateTime.formatIso(this.until)}.`)
    }
  }
}

/**
 * The stream of messages has more of them than the campaign may have recipients. Nothing was sent, and nothing of it is kept.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooManyRecipients
  extends Schema.TaggedError<TooManyRecipients>("@effect-sens/outbox/OutboxError/TooManyRecipients")(
    "TooManyRecipients",
    {
      /** The campaign. */
      campaign: Schema.String,
      /** How many recipients it may have. */
      limit: Schema.Int
    }
  )
{
  override get message(): string {
    return `Campaign ${
      JSON.stringify(this.campaign)
    } may have ${this.limit} recipients, and there are more. Nothing was sent.`
  }
}

/**
 * The numbers and texts of the campaign were taken out of the database, so that they cannot be sent once more.
 *
 * @category errors
 * @since 0.1.0
 */
export class TextsPurged
  extends Schema.TaggedError<TextsPurged>("@effect-sens/outbox/OutboxError/TextsPurged")("TextsPurged", {
    /** The campaign. */
    campaign: Schema.String
  })
{
  override get message(): string {
    return `The numbers and texts of campaign ${
      JSON.stringify(this.campaign)
    } were purged, so nothing of it can be sent once more.`
  }
}
