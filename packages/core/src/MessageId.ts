/**
 * The id that SENS gives to the message of one recipient.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A message id: opaque and not empty. SENS docs, "Search for message delivery request", response field
 * `messages.messageId`.
 *
 * **Example** (Naming a message)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 *
 * const id = MessageId.make("132597da-68ab-499b-b509-174d06143b9e")
 *
 * String(id) // => "132597da-68ab-499b-b509-174d06143b9e"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageId = Schema.NonEmptyString.pipe(Schema.brand("MessageId"))

/**
 * The id of the message of one recipient.
 *
 * @category models
 * @since 0.1.0
 */
export type MessageId = typeof MessageId.Type

/**
 * Brands a string; throws a `SchemaError` where it is not a valid message id. For input that may be wrong, decode
 * {@link MessageId} instead.
 *
 * **Example** (What is one, and what is none)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as Result from "effect/Result"
 *
 * const isMade = (value: string) => Result.isSuccess(Result.try(() => MessageId.make(value)))
 *
 * isMade("132597da-68ab-499b-b509-174d06143b9e") // => true
 * isMade("") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): MessageId => MessageId.make(value)
