/**
 * The tables, as migrations of `effect/sql`. Numbers and texts stand in `sens_payload` alone. What is there is never changed: a
 * new form of the tables is another migration.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import type * as Statement from "effect/sql/Statement"
import * as Persist from "./persist.ts"

// A row of `sens_send` is of the campaign `number`. Its counts are read out of the index alone.
const campaigns = Effect.fnUntraced(function*(id: Statement.Fragment) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE sens_campaign (
    number ${id},
    name TEXT NOT NULL UNIQUE,
    options TEXT NOT NULL,
    service TEXT NOT NULL,
    at BIGINT,
    expires_after BIGINT,
    files_until BIGINT NOT NULL,
    opt_outs TEXT NOT NULL,
    importer TEXT,
    importer_until BIGINT,
    steps INTEGER NOT NULL DEFAULT 0,
    paused SMALLINT NOT NULL DEFAULT 0,
    cancelled SMALLINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    sealed_at BIGINT
  )`
  yield* sql`CREATE INDEX sens_send_campaign ON sens_send (campaign, state, recipients, delivered, failed)
    WHERE campaign IS NOT NULL`
})

const first = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const id = sql.literal(sql.onDialectOrElse({
    pg: () => "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    // Never an id that was given before: a program may still ask for it.
    orElse: () => "INTEGER PRIMARY KEY AUTOINCREMENT"
  }))
  // Rows are rewritten several times, and each time their `due`, which is in an index.
  const room = sql.literal(sql.onDialectOrElse({ pg: () => "WITH (fillfactor = 70)", orElse: () => "" }))

  yield* sql`CREATE TABLE sens_send (
    id ${id},
    key TEXT UNIQUE,
    digest TEXT NOT NULL,
    service TEXT NOT NULL,
    priority SMALLINT NOT NULL,
    recipients SMALLINT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    looks INTEGER NOT NULL DEFAULT 0,
    due BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    cancelled SMALLINT NOT NULL DEFAULT 0,
    intent_at BIGINT,
    intent_time BIGINT,
    intent_from BIGINT,
    intent_to BIGINT,
    unread SMALLINT NOT NULL DEFAULT 0,
    twin TEXT,
    adopted SMALLINT NOT NULL DEFAULT 0,
    request_id TEXT UNIQUE,
    request_time BIGINT,
    changed_at BIGINT NOT NULL,
    reason TEXT,
    campaign BIGINT,
    paused SMALLINT NOT NULL DEFAULT 0,
    files_until BIGINT,
    checked_at BIGINT,
    delivered SMALLINT,
    failed SMALLINT
  ) ${room}`
  // In two, so that what waits for its turn does not stand before what is asked for.
  yield* sql`CREATE INDEX sens_send_waiting ON sens_send (service, priority, due) WHERE state = 'Waiting'`
  yield* sql`CREATE INDEX sens_send_sent ON sens_send (service, priority, due) WHERE state IN ('Open', 'Accepted')`
  yield* sql`CREATE INDEX sens_send_twin ON sens_send (twin) WHERE twin IS NOT NULL`
  yield* sql`CREATE INDEX sens_send_held ON sens_send (id) WHERE state = 'Held'`
  yield* sql`CREATE TABLE sens_payload (
    id BIGINT PRIMARY KEY REFERENCES sens_send (id) ON DELETE CASCADE,
    request TEXT,
    result TEXT
  )`
  yield* campaigns(id)
  yield* sql`CREATE TABLE sens_hold (
    service TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    probes INTEGER NOT NULL
  )`
  yield* sql`CREATE TABLE sens_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)`

  yield* sql`CREATE TABLE sens_rate (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    level DOUBLE PRECISION NOT NULL,
    mark DOUBLE PRECISION NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL,
    answer DOUBLE PRECISION NOT NULL,
    wait DOUBLE PRECISION NOT NULL,
    adaptive TEXT,
    PRIMARY KEY (kind, key)
  ) ${room}`
  // A feed of a service, and what of the delivery log it has handed over: the messages that a search may show once more.
  yield* sql`CREATE TABLE sens_feed (
    id ${id},
    name TEXT NOT NULL,
    service TEXT NOT NULL,
    cursor TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    held_until BIGINT NOT NULL DEFAULT 0,
    UNIQUE (name, service)
  ) ${room}`
  yield* sql`CREATE TABLE sens_feed_seen (
    feed BIGINT NOT NULL REFERENCES sens_feed (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    completed_at BIGINT NOT NULL,
    PRIMARY KEY (feed, message_id)
  )`
  yield* sql`CREATE INDEX sens_feed_seen_at ON sens_feed_seen (feed, completed_at)`
})

const migrate = Migrator.make({})({
  loader: Migrator.fromRecord({ "1_first": first }),
  table: "sens_migration"
})

const databaseFailure = (error: unknown): ReadonlyArray<SqlError.SqlError> =>
  SqlError.isSqlError(error)
    ? [error]
    : error instanceof Migrator.MigrationError && SqlError.isSqlError(error.cause)
    ? [error.cause]
    : []

/**
 * A migration that the database did not do fails with what the database said. Where the connection is lost in the middle of it, the
 * migrator fails, dies, or both.
 *
 * @internal
 */
export const failing = <A, R>(
  effect: Effect.Effect<A, Migrator.MigrationError | SqlError.SqlError, R>
): Effect.Effect<A, SqlError.SqlError, R> =>
  Effect.catchCause(effect, (cause) => {
    const [failure] = cause.reasons.flatMap((reason) =>
      databaseFailure(Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined)
    )
    return failure === undefined || Cause.hasInterrupts(cause)
      ? Effect.orDie(Effect.failCause(cause))
      : Effect.fail(failure)
  })

/**
 * Makes the tables, or what of them is not there yet. Any number of processes may do so at once.
 *
 * @internal
 */
export const make = (
  schedule: Schedule.Schedule<unknown>
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  migrate.pipe(
    failing,
    Persist.retrying(schedule),
    Effect.asVoid
  )
