/**
 * Messages that a handset got twice.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { InboxMessage } from "./InboxMessage.ts"

/**
 * Messages from one sender to one number with the same type, subject and text, in the order they were accepted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Duplicate = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  content: Schema.String,
  messages: Schema.Array(InboxMessage)
})

/**
 * Messages that a handset got twice.
 *
 * @category models
 * @since 0.1.0
 */
export type Duplicate = typeof Duplicate.Type

/**
 * How far apart two equal messages may be, unless told otherwise, to be one that was sent twice: an hour.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultWindow: Duration.Duration = Duration.hours(1)

/**
 * The duplicates among messages in the order of their acceptance. Each is no further than the window from the one before it.
 *
 * **Example** (Nothing twice)
 *
 * ```ts import.meta.vitest
 * import * as Duplicate from "@effect-sens/emulator/Duplicate"
 *
 * Duplicate.find({ messages: [] }) // => []
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const find = (options: {
  /** The messages, in the order of their acceptance. */
  readonly messages: ReadonlyArray<InboxMessage>
  /** How far apart two may be; {@link defaultWindow}, an hour, unless given. */
  readonly window?: Duration.Input | undefined
}): ReadonlyArray<Duplicate> => {
  const window = Duration.toMillis(Duration.fromInputUnsafe(options.window ?? defaultWindow))
  const latest = new Map<string, Array<InboxMessage>>()
  const found: Array<Array<InboxMessage>> = []
  for (const message of options.messages) {
    const { content, countryCode, from, subject, to, type } = message
    const key = JSON.stringify([from, countryCode, to, type, subject ?? "", content])
    const group = latest.get(key)
    const last = group?.[group.length - 1]
    if (
      group === undefined || last === undefined ||
      DateTime.toEpochMillis(message.requestTime) - DateTime.toEpochMillis(last.requestTime) > window
    ) {
      latest.set(key, [message])
      continue
    }
    group.push(message)
    if (group.length === 2) found.push(group)
  }
  return found.map((group) => {
    const [first] = group
    return { from: first!.from, to: first!.to, content: first!.content, messages: group }
  })
}
