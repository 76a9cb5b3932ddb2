/**
 * What nobody can tell about, some at a time.
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as EntryId from "../EntryId.ts"
import type * as Outbox from "../Outbox.ts"
import type * as Store from "./store.ts"

/**
 * All of them, or those of a campaign, from the oldest on.
 *
 * @internal
 */
export const make = (store: Store.Store, campaign?: number): Stream.Stream<Outbox.Held, SqlError.SqlError> =>
  Stream.paginate(0, (after: number) =>
    Effect.map(store.heldAfter(after, campaign), (rows) => [
      rows.map(({ id, intent_at, recipients, service }): Outbox.Held => ({
        id: EntryId.EntryId.make(id),
        service,
        intentAt: DateTime.makeUnsafe(intent_at ?? 0),
        recipients
      })),
      Option.map(Arr.last(rows), ({ id }) => id)
    ]))
