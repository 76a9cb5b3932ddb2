/**
 * What a database gives, as it was written.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

type Rows<A> = <E, R>(rows: Effect.Effect<ReadonlyArray<unknown>, E, R>) => Effect.Effect<ReadonlyArray<A>, E, R>

/**
 * All rows of a statement, which dies of one that cannot be read: what would be done without it might be wrong.
 *
 * @internal
 */
export const all = <A>(schema: Schema.Decoder<A>): Rows<A> => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
  return (rows) => Effect.flatMap(rows, (rows) => Effect.orDie(decode(rows)))
}

/**
 * Those rows of a statement that can be read. One that somebody has changed by hand keeps no other from what is done with it.
 *
 * @internal
 */
export const readable = <A>(schema: Schema.Decoder<A>): Rows<A> => {
  const decode = Schema.decodeUnknownOption(schema)
  const one = Effect.fnUntraced(function*(row: unknown) {
    const decoded = decode(row)
    if (Option.isNone(decoded)) {
      // No more of it.
      const id = Predicate.hasProperty(row, "id") ? String(row.id) : undefined
      yield* Effect.logError("a row of the outbox cannot be read", { id })
    }
    return decoded
  })
  return (rows) => Effect.flatMap(rows, (rows) => Effect.map(Effect.forEach(rows, one), Arr.getSomes))
}
