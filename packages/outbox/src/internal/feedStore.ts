/**
 * The statements of a feed. Whoever has the lease may move the cursor; that it has it, and that nobody has moved it since it was
 * read, stands in the statement itself.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Decoding from "./decoding.ts"
import * as Dialect from "./dialect.ts"
import * as Row from "./row.ts"

/**
 * A feed as whoever has its lease has found it.
 *
 * @internal
 */
export const Feed = Schema.Struct({ id: Row.Int, cursor: Schema.String, version: Row.Int })

/**
 * @internal
 */
export interface Feed extends Schema.Schema.Type<typeof Feed> {}

/**
 * @internal
 */
export interface Key {
  readonly name: string
  readonly service: string
  /** Who asks. */
  readonly holder: string
  /** For how many milliseconds nobody else takes over. */
  readonly lease: number
}

/**
 * A message that was handed over, and when it was completed.
 *
 * @internal
 */
export interface Seen {
  readonly messageId: string
  readonly completedAt: number
}

const feeds = Decoding.all(Feed)
const cursors = Decoding.all(Schema.Struct({ cursor: Schema.String }))
const identified = Decoding.all(Schema.Struct({ id: Row.Int }))
const messages = Decoding.all(Schema.Struct({ message_id: Schema.String }))

// More than a page brings, so that what is too old goes away faster than it comes, and no statement keeps others waiting for long.
const forgotten = 1000

/**
 * @internal
 */
export const make = (client: SqlClient.SqlClient, { holder, lease, name, service }: Key) => {
  const sql = client.withoutTransforms()
  const { integer, isPostgres, now, skipLocked } = Dialect.make(sql)

  // A transaction of a process that is frozen, or cut off, keeps the row from all others. The server ends it when the lease is over.
  const bounded = sql.literal(
    isPostgres
      ? `, set_config('idle_in_transaction_session_timeout', '${Math.max(1, Math.ceil(lease))}', true) AS bound`
      : ""
  )
  const locking = sql.literal(isPostgres ? "FOR UPDATE" : "")

  const isMine = (feed: Pick<Feed, "id" | "version">) =>
    sql`id = ${integer(feed.id)} AND holder = ${holder} AND version = ${integer(feed.version)}`

  /** Makes the feed where it is not there. */
  const create = (cursor: string) =>
    sql`INSERT INTO sens_feed (name, service, cursor)
      VALUES (${name}, ${service}, ${cursor}) ON CONFLICT (name, service) DO NOTHING`

  /** Where the feed stands, whoever has it. */
  const cursor = Effect.map(
    cursors(sql`SELECT cursor FROM sens_feed WHERE name = ${name} AND service = ${service}`),
    ([found]) => Option.fromNullishOr(found?.cursor)
  )

  /** Takes the lease, unless somebody else has it. One that is in its transaction has the row, however long that takes. */
  const take = Effect.gen(function*() {
    const present = yield* now
    const taken = yield* feeds(sql`
      UPDATE sens_feed SET holder = ${holder}, held_until = ${present} + ${integer(lease)}
      WHERE id = (
        SELECT id FROM sens_feed WHERE name = ${name} AND service = ${service}
          AND (holder IS NULL OR holder = ${holder} OR held_until <= ${present}) ${skipLocked}
      ) RETURNING id, cursor, version`)
    return Option.fromUndefinedOr(taken[0])
  })

  /** Keeps the lease, and says whether it was still there. */
  const renew = Effect.fnUntraced(function*(id: number) {
    const present = yield* now
    const kept = yield* identified(sql`
      UPDATE sens_feed SET held_until = ${present} + ${integer(lease)}
      WHERE id = ${integer(id)} AND holder = ${holder} RETURNING id`)
    return kept.length > 0
  })

  const release = (id: number) =>
    sql`UPDATE sens_feed SET holder = NULL, held_until = 0 WHERE id = ${integer(id)} AND holder = ${holder}`

  /** Keeps everybody else away from the feed until the transaction ends, and says whether it is as it was read. */
  const lock = (feed: Pick<Feed, "id" | "version">) =>
    Effect.map(
      identified(sql`SELECT id ${bounded} FROM sens_feed WHERE ${isMine(feed)} ${locking}`),
      (found) => found.length > 0
    )

  /** Which of some messages were handed over. */
  const known = (id: number, messageIds: Arr.NonEmptyReadonlyArray<string>) =>
    Effect.map(
      messages(
        sql`SELECT message_id FROM sens_feed_seen WHERE feed = ${integer(id)} AND ${sql.in("message_id", messageIds)}`
      ),
      (found) => new Set(found.map(({ message_id }) => message_id))
    )

  const remember = (id: number, seen: Arr.NonEmptyReadonlyArray<Seen>) =>
    sql`INSERT INTO sens_feed_seen ${
      sql.insert(Arr.map(seen, ({ completedAt, messageId }) => ({
        feed: id,
        message_id: messageId,
        completed_at: completedAt
      })))
    }`

  /** Moves the cursor, in a transaction that has the lock, and forgets what the log does not show again: it shows what is from then on. */
  const move = Effect.fnUntraced(function*(feed: Pick<Feed, "id" | "version">, cursor: string, showsFrom: number) {
    const present = yield* now
    const moved = yield* identified(sql`
      UPDATE sens_feed SET cursor = ${cursor}, version = version + 1,
        held_until = ${present} + ${integer(lease)}
      WHERE ${isMine(feed)} RETURNING id`)
    if (moved.length === 0) return false
    yield* sql`DELETE FROM sens_feed_seen WHERE feed = ${integer(feed.id)} AND message_id IN (
      SELECT message_id FROM sens_feed_seen
      WHERE feed = ${integer(feed.id)} AND completed_at < ${integer(showsFrom)} LIMIT ${integer(forgotten)})`
    return true
  })

  return { sql, create, cursor, take, renew, release, lock, known, remember, move }
}

/**
 * @internal
 */
export type FeedStore = ReturnType<typeof make>
