/**
 * The journal of the recipe for pg-boss: a row a job, in the database of the queue. No number and no text is in it.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Db } from "pg-boss"

/** A migration of the program. `twin` is a keyed hash, the same for equal messages. */
export const schema = `CREATE TABLE sens_send (
  job uuid PRIMARY KEY,
  twin text NOT NULL,
  state text NOT NULL DEFAULT 'waiting', -- open; and in the end accepted, refused or held
  attempt int NOT NULL DEFAULT 0,
  intent jsonb,
  unreadable boolean NOT NULL DEFAULT false,
  from_log boolean NOT NULL DEFAULT false,
  request_id text UNIQUE,
  request_time text
);
CREATE INDEX ON sens_send (twin)`

const Row = Schema.Struct({
  job: Schema.String,
  twin: Schema.String,
  state: Schema.Literals(["waiting", "open", "accepted", "refused", "held"]),
  attempt: Schema.Int,
  intent: Schema.NullOr(SendIntent.SendIntent)
})
export type Row = typeof Row.Type

const Owner = Schema.Struct({ job: Schema.String, id: RequestId.RequestId })
const Twin = Schema.Struct({
  key: Schema.String,
  intent: SendIntent.SendIntent,
  hasId: Schema.Boolean,
  requestTime: Schema.NullOr(Schema.String)
})

export class JournalError extends Data.TaggedError("JournalError")<{
  /** The id is another row's: PostgreSQL's `unique_violation`. */
  readonly isTaken: boolean
  readonly cause: unknown
}> {}

const columns = "job, twin, state, attempt, intent"

// Equal messages that the log may show in place of this one: what is open or held, and what has its id from the log.
const twinsOf = (twin: string, job: string) =>
  `FROM sens_send t WHERE t.twin = ${twin} AND t.job <> ${job} AND (t.state IN ('open', 'held') OR t.from_log)`

export const make = (db: Db) => {
  const query = <A>(schema: Schema.Decoder<A>) => {
    const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
    return (text: string, values: ReadonlyArray<unknown>) =>
      Effect.tryPromise({
        try: () => db.executeSql(text, [...values]),
        catch: (cause) => new JournalError({ isTaken: Object(cause).code === "23505", cause })
      }).pipe(Effect.flatMap(({ rows }) => decode(rows)), Effect.catchTag("SchemaError", Effect.die))
  }
  const rows = query(Row)

  /** Of all that change a row at the same time, one does. The others get none. */
  const change = (row: Row, set: string, values: ReadonlyArray<unknown> = [], condition = "true") =>
    rows(
      `UPDATE sens_send SET ${set} WHERE job = $1 AND attempt = $2 AND state = $3 AND ${condition} RETURNING ${columns}`,
      [row.job, row.attempt, row.state, ...values]
    )

  return {
    read: (job: string, twin: string) =>
      rows(
        `INSERT INTO sens_send (job, twin) VALUES ($1, $2) ON CONFLICT (job) DO UPDATE SET twin = $2 RETURNING ${columns}`,
        [job, twin]
      ),
    claim: (row: Row, intent: SendIntent.SendIntent) =>
      change(row, "state = 'open', attempt = attempt + 1, intent = $4, unreadable = false", [JSON.stringify(intent)]),
    accept: (row: Row, { requestId, requestTime = null }: SendResponse.SendResponse, isFromLog: boolean) =>
      change(row, "state = 'accepted', request_id = $4, request_time = $5, from_log = $6", [
        requestId,
        requestTime,
        isFromLog
      ]).pipe(Effect.catchIf(({ isTaken }) => isTaken, () => Effect.succeed([]))),
    unreadable: (row: Row) => change(row, "unreadable = true"),
    notAccepted: (row: Row, state: "waiting" | "refused") => change(row, "state = $4", [state]),
    /** What a look at the delivery log asks, and how it is written down that it has proved that nothing was accepted. */
    look: (row: Row) => {
      let seen: ReadonlyArray<string> = []
      return {
        owners: (ids: ReadonlyArray<RequestId.RequestId>) =>
          Effect.map(
            query(Owner)("SELECT job, request_id AS id FROM sens_send WHERE request_id = ANY($1)", [ids]),
            (owners) => new Map(owners.map(({ id, job }) => [id, job === row.job ? "this" : "another"] as const))
          ),
        twins: Effect.map(
          query(Twin)(
            `SELECT t.job || '/' || t.attempt AS key, t.intent, t.request_id IS NOT NULL AS "hasId",
               t.request_time AS "requestTime" ${twinsOf("$1", "$2")}`,
            [row.twin, row.job]
          ),
          (twins) => {
            seen = twins.map(({ key }) => key)
            return twins.map(({ hasId, intent, requestTime }) => ({ intents: [intent] as const, hasId, requestTime }))
          }
        ),
        // Not if there is a twin now that the look did not know of. And a 2xx that could not be read says more than an empty
        // log: that one is for a person to decide.
        proved: Effect.suspend(() =>
          change(
            row,
            "state = CASE WHEN unreadable THEN 'held' ELSE 'waiting' END",
            [seen],
            `NOT EXISTS (SELECT ${twinsOf("sens_send.twin", "sens_send.job")} AND t.job || '/' || t.attempt <> ALL($4))`
          )
        )
      }
    }
  }
}
