/**
 * What an emulator writes down, so that another can go on where it stopped.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Store from "./internal/store.ts"

/**
 * Something that changed what an emulator holds: a send, a reservation, a file, the block list.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = Store.Event

/**
 * Where an emulator writes its events.
 *
 * **Details**
 *
 * `events` is what was written before, in order; `append` is run before the request that caused the events is answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Storage {
  readonly events: ReadonlyArray<Event>
  readonly append: (events: ReadonlyArray<Event>) => Effect.Effect<void>
}
