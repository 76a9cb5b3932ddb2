/**
 * All statements. Each that changes a row says which state and which attempt it was read in, and changes nothing where that is no
 * more so: of all that act on a row at once, one does.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import type * as Statement from "effect/sql/Statement"
import * as Changes from "./changes.ts"
import * as Counting from "./counting.ts"
import * as Decoding from "./decoding.ts"
import * as Dialect from "./dialect.ts"
import * as Machine from "./machine.ts"
import * as Row from "./row.ts"
import * as Transaction from "./transaction.ts"

const ReasonJson = Schema.fromJsonString(Schema.toCodecJson(SensError.Reason))

const readReason = Schema.decodeUnknownOption(ReasonJson)

/**
 * What is said of a row or a hold that somebody has changed by hand, or a program of another version has written.
 *
 * @internal
 */
export const unreadable = new SensError.InvalidRequest({
  issues: [{ path: [], kind: "Schema", message: "What stands in the database cannot be read" }]
})

/**
 * The reason of a row that was refused.
 *
 * @internal
 */
export const decodeReason = (text: string | null): SensError.Reason =>
  Option.getOrElse(readReason(text), () => unreadable)

/**
 * The same, as it is kept.
 *
 * @internal
 */
export const encodeReason = (reason: SensError.Reason) => Effect.orDie(Schema.encodeEffect(ReasonJson)(reason))

const readWhy = Schema.decodeUnknownOption(Machine.NotSent)

/**
 * Why a row is not sent. Where nobody has written it down, somebody has settled it by hand.
 *
 * @internal
 */
export const decodeWhy = (text: string | null): typeof Machine.NotSent.Type =>
  Option.getOrElse(readWhy(text), () => "GivenUp" as const)

const rows = Decoding.all(Row.Row)
const readable = Decoding.readable(Row.Row)
const identified = Decoding.all(Schema.Struct({ id: Row.Int }))
const taken = Decoding.all(Schema.Struct({ id: Row.Int, digest: Schema.String }))
const owners = Decoding.all(Schema.Struct({ id: Row.Int, request_id: RequestId.RequestId }))
const payloads = Decoding.all(Schema.Struct({ id: Row.Int, request: Schema.NullOr(Schema.String) }))
const metas = Decoding.all(Schema.Struct({ value: Schema.String }))
const dues = Decoding.all(Schema.Struct({ wait: Schema.NullOr(Row.Int) }))
const counts = Decoding.all(Schema.Struct({
  service: Schema.String,
  state: Schema.Literals(["Waiting", "Open", "Accepted", "Held"]),
  count: Row.Int,
  wait: Schema.NullOr(Row.Int)
}))
const waiting = Decoding.all(Schema.Struct({ service: Schema.String, since: Row.Int }))
const cancelled = Decoding.all(Schema.Struct({ state: Machine.State }))
const spans = Decoding.all(Schema.Struct({ first: Schema.NullOr(Row.Int), last: Schema.NullOr(Row.Int) }))
const twinned = Decoding.all(Schema.Struct({ twin: Schema.NullOr(Schema.String) }))
const probing = Decoding.all(Schema.Struct({ probes: Row.Int }))
const Hold = Schema.Struct({
  service: Schema.String,
  kind: Schema.Literals(["Quota", "Paused"]),
  reason: Schema.String,
  since: Row.Int,
  until: Row.Int,
  probes: Row.Int,
  wait: Row.Int
})
const holds = Decoding.readable(Hold)

/**
 * A service that does not send, and in how many milliseconds one row may try whether it can again.
 *
 * @internal
 */
export interface Hold extends Omit<typeof Hold.Type, "reason"> {
  readonly reason: SensError.Reason
}

/**
 * @internal
 */
export interface Inserted {
  readonly key: string | null
  readonly digest: string
  readonly twin: string
  readonly service: string
  readonly priority: number
  readonly recipients: number
  /** Milliseconds since 1970; none: now. */
  readonly at: number | undefined
  /** Counted from `at`. */
  readonly expiresAfter: number | undefined
  /** When SENS has its files no more; none where it has none. */
  readonly filesUntil?: number | undefined
  readonly request: string
}

/**
 * @internal
 */
export interface Picking {
  readonly services: Arr.NonEmptyReadonlyArray<string>
  /** How many rows at the most. */
  readonly limit: number
  /** How many of them may be bulk. */
  readonly bulk: number
  /** How many of a service may be bulk and not sent yet. */
  readonly turns: (service: string) => number
  /** For how many milliseconds nobody else acts on them. */
  readonly lease: number
  /** The campaign that they are of; any row where there is none. */
  readonly campaign?: string | undefined
}

/**
 * Some recipients of a row.
 *
 * @internal
 */
export interface Part {
  readonly twin: string
  readonly recipients: number
  readonly request: string
}

/**
 * What a look has seen of the twins, to tell whether there are others by now.
 *
 * @internal
 */
export interface Seen {
  twins: ReadonlyArray<Pick<Row.Row, "id" | "attempt">>
}

/**
 * A part of the rows that are swept, of all or of a campaign.
 *
 * @internal
 */
export interface Sweeping {
  readonly after: number
  readonly upTo: number
  readonly campaign?: number | undefined
}

// No statement keeps others waiting for long.
const batch = 1000

/**
 * @internal
 */
export const make = (client: SqlClient.SqlClient) => {
  const sql = client.withoutTransforms()
  const changes = Changes.of(client)
  const inTransaction = Transaction.within(sql)
  const columns = sql.literal(Row.columns.join(", "))
  const { integer, now, skipLocked } = Dialect.make(sql)

  // What nobody can tell from the row in the delivery log: equal rows that are open, held, given up, or have their id from the log.
  const areTwins = sql.literal(
    `t.twin = sens_send.twin AND t.id <> sens_send.id AND t.intent_to IS NOT NULL
     AND (t.state IN ('Open', 'Held') OR t.adopted = 1 OR (t.state = 'NotSent' AND t.reason = 'GivenUp'))`
  )

  // When the gateway refuses what was sent of a row, by its own clock and by that of the machine that sent it, and ten seconds.
  const latest = (row: string) =>
    sql.literal(
      `(CASE WHEN ${row}.intent_at > ${row}.intent_time
        THEN ${row}.intent_at - ${row}.intent_time ELSE 0 END + ${row}.intent_to + 10000)`
    )

  const isSent = sql.literal("state IN ('Open', 'Accepted')")

  // ---------------------------------------------------------------------------
  // In
  // ---------------------------------------------------------------------------

  /** The new row, or the one that has the key. */
  const insert = Effect.fnUntraced(function*(
    { at, digest, expiresAfter, filesUntil, key, priority, recipients, request, service, twin }: Inserted
  ) {
    const present = yield* now
    const due = at === undefined ? present : integer(at)
    const expires = expiresAfter === undefined ? sql.literal("NULL") : sql`${due} + ${integer(expiresAfter)}`
    const [added] = yield* identified(sql`
      INSERT INTO sens_send
        (key, digest, twin, service, priority, recipients, state, due, expires_at, files_until, created_at, changed_at)
      VALUES (${key}, ${digest}, ${twin}, ${service}, ${integer(priority)}, ${integer(recipients)}, 'Waiting',
        ${due}, ${expires}, ${maybe(filesUntil ?? null)}, ${present}, ${present})
      ON CONFLICT (key) DO NOTHING RETURNING id`)
    if (added === undefined) {
      const [owner] = yield* taken(sql`SELECT id, digest FROM sens_send WHERE key = ${key}`)
      // In an isolated transaction it may be one that this transaction does not see.
      if (owner !== undefined) return { ...owner, isNew: false }
      return yield* new SqlError.SqlError({
        reason: new SqlError.SerializationError({ cause: undefined, message: "Another transaction has taken the key" })
      })
    }
    yield* sql`INSERT INTO sens_payload (id, request) VALUES (${integer(added.id)}, ${request})`
    return { id: added.id, digest, isNew: true }
  }, inTransaction)

  /** A value that is the same for all programs on this database: the first that one of them offers. */
  const meta = Effect.fnUntraced(function*(name: string, offer: string) {
    yield* sql`INSERT INTO sens_meta (name, value) VALUES (${name}, ${offer}) ON CONFLICT (name) DO NOTHING`
    const [found] = yield* metas(sql`SELECT value FROM sens_meta WHERE name = ${name}`)
    return found?.value ?? offer
  })

  // ---------------------------------------------------------------------------
  // Out
  // ---------------------------------------------------------------------------

  const row = (id: number) =>
    Effect.map(
      rows(sql`SELECT ${columns} FROM sens_send WHERE id = ${integer(id)}`),
      ([row]) => Option.fromUndefinedOr(row)
    )

  const requests = (ids: Arr.NonEmptyReadonlyArray<number>) =>
    Effect.map(
      payloads(sql`SELECT id, request FROM sens_payload WHERE ${sql.in("id", ids)}`),
      (found) => new Map(found.map(({ id, request }) => [id, request]))
    )

  const result = (id: number) =>
    Effect.map(
      payloads(sql`SELECT id, result AS request FROM sens_payload WHERE id = ${integer(id)}`),
      ([found]) => Option.fromNullishOr(found?.request)
    )

  const ofCampaign = (campaign: string | undefined): Statement.Fragment =>
    campaign === undefined
      ? sql.literal("")
      : sql`AND campaign = (SELECT number FROM sens_campaign WHERE name = ${campaign})`

  /** Takes rows that are due, the transactional ones first, and keeps others away from them for a while. */
  const pick = Effect.fnUntraced(function*({ bulk, campaign, lease, limit, services, turns }: Picking) {
    const present = yield* now
    // Of a service that is held, rows that were sent are looked at all the same.
    const of = {
      waiting: (service: string) =>
        sql`state = 'Waiting' AND NOT EXISTS (
          SELECT 1 FROM sens_hold h WHERE h.service = ${service} AND h.until > ${present})`,
      sent: () => isSent
    }
    const some = (service: string, which: keyof typeof of, priority: number, most: number) =>
      most <= 0 ? [] : [sql`SELECT id, priority, due FROM (
        SELECT id, priority, due FROM sens_send
        WHERE service = ${service} AND priority = ${integer(priority)} AND due <= ${present} AND ${of[which](service)}
          ${ofCampaign(campaign)}
        ORDER BY due LIMIT ${integer(most)} ${skipLocked}
      ) AS p`]
    const first = (parts: ReadonlyArray<Statement.Fragment>, most: number) =>
      parts.length === 0 ? [] : [sql`SELECT id, priority, due FROM (
        SELECT id, priority, due FROM (${sql.join(" UNION ALL ", false)(parts)}) AS f
        ORDER BY due LIMIT ${integer(most)}
      ) AS q`]
    const parts = [
      ...first(
        services.flatMap((service) => [
          ...some(service, "waiting", 0, limit),
          ...some(service, "sent", 0, limit)
        ]),
        limit
      ),
      // Of these together there are no more than that, whatever is to be done with them.
      ...first(
        services.flatMap((service) => [
          ...some(service, "waiting", 1, Math.min(bulk, turns(service))),
          ...some(service, "sent", 1, bulk)
        ]),
        bulk
      )
    ]
    if (parts.length === 0) return []
    const picked = yield* readable(sql`
      WITH due_rows AS MATERIALIZED (
        SELECT id FROM (${sql.join(" UNION ALL ", false)(parts)}) AS found
        ORDER BY priority, due LIMIT ${integer(limit)}
      )
      UPDATE sens_send SET due = ${present} + ${integer(lease)}
      WHERE id IN (SELECT id FROM due_rows) RETURNING ${columns}`)
    return picked.toSorted((a, b) => a.priority - b.priority || a.id - b.id)
  })

  /**
   * In how many milliseconds a row is due, none where none ever will be. What waits for the end of a hold is due then, and a bulk row
   * for which there is no turn in `untilTurn` milliseconds.
   */
  const untilDue = Effect.fnUntraced(function*(
    services: Arr.NonEmptyReadonlyArray<string>,
    untilTurn: (service: string) => number,
    campaign?: string
  ) {
    const present = yield* now
    const first = (service: string, priority: number, of: Statement.Fragment) =>
      sql`SELECT min(due) AS due FROM sens_send WHERE service = ${service} AND priority = ${integer(priority)}
        AND due IS NOT NULL AND ${of} ${ofCampaign(campaign)}`
    const held = new Map((yield* allHolds).map(({ service, until }) => [service, until]))
    // What is due before a time is due then.
    const notBefore = (time: Statement.Fragment | undefined, rows: Statement.Fragment) =>
      time === undefined
        ? rows
        : sql`SELECT CASE WHEN due < ${time} THEN ${time} ELSE due END AS due FROM (${rows}) AS w`
    const parts = services.flatMap((service) => {
      const until = held.get(service)
      const turn = untilTurn(service)
      return [0, 1].flatMap((priority) => [
        first(service, priority, isSent),
        notBefore(
          priority > 0 && turn > 0 ? sql`${present} + ${integer(turn)}` : undefined,
          notBefore(
            until === undefined ? undefined : integer(until),
            first(service, priority, sql.literal("state = 'Waiting'"))
          )
        )
      ])
    })
    const found = yield* dues(
      sql`SELECT due - ${present} AS wait FROM (${sql.join(" UNION ALL ", false)(parts)}) AS parts`
    )
    const waits = found.flatMap(({ wait }) => wait === null ? [] : [Math.max(0, wait)])
    return waits.length === 0 ? Option.none() : Option.some(Math.min(...waits))
  })

  // ---------------------------------------------------------------------------
  // Changes
  // ---------------------------------------------------------------------------

  const assignments = Effect.fnUntraced(function*(change: Machine.Change, present: Statement.Fragment) {
    const due = (delay: number) => sql`due = ${present} + ${integer(delay)}`
    // A row of a campaign that is paused is never due.
    const waits = (delay: number) => sql`due = CASE WHEN paused = 1 THEN NULL ELSE ${present} + ${integer(delay)} END`
    const settled = (state: Machine.State) => sql`state = ${state}, due = NULL, changed_at = ${present}`
    const accepted = (response: Pick<SendResponse.SendResponse, "requestId" | "requestTime">, adopted: number) =>
      sql`state = 'Accepted', ${due(Machine.following(0))}, looks = 0, changed_at = ${present}, unread = 0,
        adopted = ${integer(adopted)}, request_id = ${response.requestId}, request_time = ${
        maybe(Machine.millis(response.requestTime))
      }`
    switch (change._tag) {
      case "Claim": {
        const { intent } = change
        return sql`state = 'Open', attempt = attempt + 1, looks = 0, unread = 0, ${due(Machine.firstLook)},
          changed_at = ${present}, intent_at = ${integer(intent.preparedAt)}, intent_time = ${
          integer(intent.timestamp)
        },
          intent_from = ${integer(intent.notBefore)}, intent_to = ${integer(intent.expires)}`
      }
      case "PutOff":
        return waits(change.delay)
      case "Lapse":
        return sql`${settled("NotSent")}, reason = CASE WHEN cancelled = 1 THEN 'Cancelled'
          WHEN expires_at <= ${present} THEN 'Expired' ELSE 'FilesExpired' END`
      case "Reject":
      case "Refuse":
        return sql`${settled("Refused")}, reason = ${yield* encodeReason(change.reason)}`
      case "Accept":
        return accepted(change.response, 0)
      case "Adopt":
        return accepted(change.response, 1)
      case "GiveBack":
        return sql`state = 'Waiting', looks = 0, ${waits(change.delay)}, changed_at = ${present}`
      case "Prove": {
        // A 2xx that could not be read says more than an empty log, unless a twin got a record of its interval: then the two
        // have changed places.
        const isHeld = change.isHeld ?
          sql.literal("1 = 1") :
          sql`unread = 1 AND NOT EXISTS (SELECT 1 FROM sens_send t WHERE ${areTwins} AND t.adopted = 1
          AND t.request_time BETWEEN sens_send.intent_from AND sens_send.intent_to + 2000)`
        return sql`state = CASE WHEN ${isHeld} THEN 'Held' ELSE 'Waiting' END,
          due = CASE WHEN paused = 1 OR (${isHeld}) THEN NULL ELSE ${present} END, looks = 0, changed_at = ${present}`
      }
      case "StayOpen":
        return sql`looks = looks + 1, ${due(change.delay)}${sql.literal(change.isUnread ? ", unread = 1" : "")}`
      case "Hold":
        return settled("Held")
      case "Assign":
        return accepted({ requestId: change.requestId }, 1)
      case "SendAgain":
        return sql`state = 'Waiting', looks = 0, ${waits(0)}, changed_at = ${present}`
      case "GiveUp":
        return sql`${settled("NotSent")}, reason = 'GivenUp'`
      case "Follow":
        return sql`looks = looks + 1, ${due(change.delay)}`
      case "Finish":
        return sql`${settled("Final")}, delivered = ${integer(change.delivered)}, failed = ${integer(change.failed)}`
    }
  })

  const maybe = (value: number | null): Statement.Fragment => value === null ? sql.literal("NULL") : integer(value)

  const conditions = (change: Machine.Change, present: Statement.Fragment, seen: Seen): Statement.Fragment => {
    switch (change._tag) {
      // All that may have come up while `prepare` waited.
      case "Claim":
        return sql`AND cancelled = 0 AND paused = 0 AND (expires_at IS NULL OR expires_at > ${present})
          AND (files_until IS NULL OR files_until > ${present}) ${
          sql.literal(
            change.isProbe ? "" : "AND NOT EXISTS (SELECT 1 FROM sens_hold h WHERE h.service = sens_send.service)"
          )
        }`
      case "Lapse":
        return sql`AND (cancelled = 1 OR expires_at <= ${present} OR files_until <= ${present})`
      // Its bytes, or those of a twin, may still be on their way, or be accepted and not yet in the log.
      case "SendAgain": {
        const over = (row: string) => sql`${latest(row)} + ${integer(change.lag)} < ${present}`
        return sql`AND ${over("sens_send")} AND NOT EXISTS (
          SELECT 1 FROM sens_send t WHERE ${areTwins} AND NOT (${over("t")}))`
      }
      // A twin that came up since the look began may have got what the log shows, or may have left the log empty.
      case "Prove": {
        const known = seen.twins.map(({ attempt, id }) => `${id}/${attempt}`)
        const isKnown = known.length === 0
          ? sql.literal("")
          : sql`AND t.id || '/' || t.attempt NOT IN ${sql.in(known)}`
        return sql`AND NOT EXISTS (SELECT 1 FROM sens_send t WHERE ${areTwins} ${isKnown})`
      }
      default:
        return sql.literal("")
    }
  }

  const update = Effect.fnUntraced(function*(row: Row.Row, change: Machine.Change, seen: Seen) {
    const present = yield* now
    const { from } = Machine.transitions[change._tag]
    const [changed] = yield* rows(sql`
      UPDATE sens_send SET ${yield* assignments(change, present)}
      WHERE id = ${integer(row.id)} AND attempt = ${integer(row.attempt)} AND ${sql.in("state", from)}
        ${conditions(change, present, seen)}
      RETURNING ${columns}`)
    return Option.fromUndefinedOr(changed)
  })

  const counted = (row: Row.Row, change: Machine.Change) => <E>(written: Effect.Effect<Option.Option<Row.Row>, E>) =>
    Effect.tap(written, (written) => Option.isSome(written) ? Counting.count(row.service, change._tag) : Effect.void)

  const finish = Effect.fnUntraced(function*(row: Row.Row, change: Machine.Change, result: string) {
    const changed = yield* update(row, change, { twins: [] })
    if (Option.isSome(changed)) {
      yield* sql`UPDATE sens_payload SET result = ${result} WHERE id = ${integer(row.id)}`
    }
    return changed
  }, inTransaction)

  const told = Effect.sync(changes.tell)

  const written = (row: Row.Row, change: Machine.Change, seen: Seen) => {
    const count = counted(row, change)
    switch (change._tag) {
      case "Finish":
        return count(finish(row, change, change.result))
      case "Accept":
      case "Adopt":
      case "Assign":
        return count(Effect.catchIf(
          update(row, change, seen),
          ({ reason }) => reason._tag === "UniqueViolation",
          () => Effect.succeedNone
        ))
      default:
        return count(update(row, change, seen))
    }
  }

  /** Writes a change, where the row is still as it was read. None where it is not, or where another has its id. */
  const write = (
    row: Row.Row,
    change: Machine.Change,
    seen: Seen = { twins: [] }
  ): Effect.Effect<Option.Option<Row.Row>, SqlError.SqlError> => Effect.tap(written(row, change, seen), told)

  /**
   * An answer's id is another row's. Where that row got it from the log, the two have changed places: this one looks on for what
   * the other would have got. Else it is as a 2xx that could not be read.
   */
  const yields = (row: Row.Row, requestId: RequestId.RequestId) =>
    sql`UPDATE sens_send SET unread = 1 WHERE id = ${integer(row.id)} AND attempt = ${integer(row.attempt)}
      AND state = 'Open' AND NOT EXISTS (
        SELECT 1 FROM sens_send t WHERE t.request_id = ${requestId} AND t.adopted = 1)`

  /**
   * Cancels rows. What waits is over. What may have been accepted is over if that is proved not to be so, and does not wait for the end of
   * a pause. In one statement: a row that changes meanwhile is one or the other.
   */
  const cancelWhere = Effect.fnUntraced(
    function*(rows: Statement.Fragment, returning: Statement.Fragment = sql.literal("")) {
      const present = yield* now
      const waiting = (then: Statement.Fragment, column: string) =>
        sql`${sql.literal(column)} = CASE WHEN state = 'Waiting' THEN ${then} ELSE ${sql.literal(column)} END`
      return yield* sql`
      UPDATE sens_send SET cancelled = 1, paused = 0, ${waiting(sql.literal("'NotSent'"), "state")},
        ${waiting(sql.literal("'Cancelled'"), "reason")}, ${waiting(sql.literal("NULL"), "due")},
        ${waiting(present, "changed_at")}
      WHERE ${rows} AND state IN ('Waiting', 'Open', 'Held') ${returning}`
    }
  )

  /** Whether it is certain that it will not be sent. */
  const cancel = (id: number) =>
    Effect.map(
      cancelled(cancelWhere(sql`id = ${integer(id)}`, sql.literal("RETURNING state"))),
      ([row]) => row?.state === "NotSent"
    )

  // ---------------------------------------------------------------------------
  // What a look asks
  // ---------------------------------------------------------------------------

  const ownersOf = (row: Row.Row) => (ids: Arr.NonEmptyReadonlyArray<RequestId.RequestId>) =>
    Effect.map(
      owners(sql`SELECT id, request_id FROM sens_send WHERE ${sql.in("request_id", ids)}`),
      (found) =>
        new Map(
          found.map(({ id, request_id }): [RequestId.RequestId, SendIntent.Owner] => [
            request_id,
            id === row.id ? "this" : "another"
          ])
        )
    )

  const twinsOf = (row: Row.Row) =>
    rows(sql`
      SELECT ${sql.literal(Row.columns.map((column) => `t.${column}`).join(", "))}
      FROM sens_send t, sens_send WHERE sens_send.id = ${integer(row.id)} AND ${areTwins}`)

  /** In how many milliseconds neither the row nor a twin can be accepted any more, nor be missing in the log. */
  const untilSafe = Effect.fnUntraced(function*(row: Row.Row, lag: number) {
    const present = yield* now
    const found = yield* dues(sql`
      SELECT max(${latest("t")}) + ${integer(lag)} - ${present} AS wait FROM sens_send t, sens_send
      WHERE sens_send.id = ${integer(row.id)} AND (t.id = sens_send.id OR (${areTwins}))`)
    return Math.max(0, ...found.map(({ wait }) => wait ?? 0))
  })

  /** Rows that a person has to settle, by their ids: all, or those of a campaign. */
  const heldAfter = (id: number, campaign?: number) => {
    const of = campaign === undefined ? sql.literal("") : sql`AND campaign = ${integer(campaign)}`
    return rows(
      sql`SELECT ${columns} FROM sens_send WHERE state = 'Held' AND id > ${integer(id)} ${of} ORDER BY id LIMIT 100`
    )
  }

  /** How many rows of a service are in a state that is no end, and in how many milliseconds the first of them is due. */
  const health = Effect.gen(function*() {
    const present = yield* now
    const some = (state: string) =>
      sql`SELECT service, ${sql.literal(state)} AS state, count(*) AS count, min(due) - ${present} AS wait
        FROM sens_send WHERE state = ${sql.literal(state)} GROUP BY service`
    const sent = sql`SELECT service, state, count(*) AS count, min(due) - ${present} AS wait
      FROM sens_send WHERE ${isSent} GROUP BY service, state`
    return yield* counts(sql`${some("'Waiting'")} UNION ALL ${sent} UNION ALL ${some("'Held'")}`)
  })

  // ---------------------------------------------------------------------------
  // Sweeping
  // ---------------------------------------------------------------------------

  const isOver = sql.literal("state IN ('Final', 'Refused', 'NotSent')")
  // What is known of a row is needed as long as an equal one may ask whose a record is.
  const isAlone = sql.literal(
    `NOT EXISTS (SELECT 1 FROM sens_send t WHERE t.twin = sens_send.twin AND t.state IN ('Open', 'Held'))`
  )

  // A sweep goes over the rows once, in the order of their ids, a part at a time: what it looks for may be anywhere. The sum keeps the
  // database from its index of campaigns, which is not in that order.
  const isIn = ({ after, campaign, upTo }: Sweeping) => {
    const of = campaign === undefined ? sql.literal("") : sql`AND sens_send.campaign + 0 = ${integer(campaign)}`
    return sql`sens_send.id > ${integer(after)} AND sens_send.id <= ${integer(upTo)} ${of}`
  }

  /** Between which ids rows are: all, or those of a campaign. The sums keep PostgreSQL from looking through the rows of all others. */
  const span = (campaign?: number) =>
    Effect.map(
      spans(
        campaign === undefined
          ? sql`SELECT min(id) AS first, max(id) AS last FROM sens_send`
          : sql`SELECT min(id + 0) AS first, max(id + 0) AS last FROM sens_send WHERE campaign = ${integer(campaign)}`
      ),
      ([found]) => ({ first: found?.first ?? 0, last: found?.last ?? -1 })
    )

  /** The id of the last of the next rows. */
  const nextPart = (after: number, last: number) =>
    Effect.map(
      spans(sql`
        SELECT min(id) AS first, max(id) AS last FROM (
          SELECT id FROM sens_send WHERE id > ${integer(after)} AND id <= ${integer(last)} ORDER BY id LIMIT ${
        integer(batch)
      }
        ) AS w`),
      ([found]) => found?.last ?? last
    )

  /** The same of those that know whom they are equal to, in the order of that. */
  const nextTwins = (after: string) =>
    Effect.map(
      twinned(sql`
        SELECT max(twin) AS twin FROM (
          SELECT twin FROM sens_send WHERE twin > ${after} ORDER BY twin LIMIT ${integer(batch)}
        ) AS w`),
      ([found]) => Option.fromNullishOr(found?.twin)
    )

  /** Takes numbers and texts out of some rows that are over, and says of how many. */
  const purgeTexts = Effect.fnUntraced(function*(age: number, part: Sweeping) {
    const present = yield* now
    return (yield* identified(sql`
      UPDATE sens_payload SET request = NULL WHERE id IN (
        SELECT p.id FROM sens_payload p JOIN sens_send ON sens_send.id = p.id
        WHERE ${isIn(part)} AND p.request IS NOT NULL AND ${isOver}
          AND sens_send.changed_at <= ${present} - ${integer(age)}
      ) RETURNING id`)).length
  })

  /** Takes some rows away that are over, and says how many. */
  const purgeRows = Effect.fnUntraced(function*(age: number, part: Sweeping) {
    const present = yield* now
    const gone = yield* identified(sql`
      SELECT id FROM sens_send WHERE ${isIn(part)} AND ${isOver} AND ${isAlone}
        AND changed_at <= ${present} - ${integer(age)}`)
    if (gone.length === 0) return 0
    const ids = gone.map(({ id }) => id)
    yield* sql`DELETE FROM sens_payload WHERE ${sql.in("id", ids)}`
    yield* sql`DELETE FROM sens_send WHERE ${sql.in("id", ids)}`
    return gone.length
  }, inTransaction)

  /** Takes campaigns away that were over so long ago and have no row left. */
  const purgeCampaigns = Effect.fnUntraced(function*(age: number) {
    const present = yield* now
    yield* sql`
      DELETE FROM sens_campaign WHERE sealed_at <= ${present} - ${integer(age)}
        AND NOT EXISTS (SELECT 1 FROM sens_send s WHERE s.campaign = sens_campaign.number)`
  })

  // ---------------------------------------------------------------------------
  // Opting out
  // ---------------------------------------------------------------------------

  /**
   * Takes recipients out of a row who refuse advertisements: they are another row, which is not sent. None are left where nobody is
   * `kept`. False where the row is not as it was read, and whoever has read it before finds another attempt.
   */
  const optOut = Effect.fnUntraced(function*(row: Row.Row, kept: Part | undefined, refused: Omit<Part, "twin">) {
    const present = yield* now
    const rest = kept === undefined
      ? sql`state = 'NotSent', reason = 'OptedOut', due = NULL`
      : sql`attempt = attempt + 1, twin = ${kept.twin}, recipients = ${integer(kept.recipients)},
          due = CASE WHEN paused = 1 THEN NULL ELSE ${present} END`
    const changed = yield* identified(sql`
      UPDATE sens_send SET ${rest}, checked_at = ${present}, changed_at = ${present}
      WHERE id = ${integer(row.id)} AND attempt = ${integer(row.attempt)} AND state = 'Waiting' RETURNING id`)
    if (changed.length === 0) return false
    if (kept === undefined) return true
    yield* sql`UPDATE sens_payload SET request = ${kept.request} WHERE id = ${integer(row.id)}`
    const [added] = yield* identified(sql`
      INSERT INTO sens_send
        (campaign, digest, service, priority, recipients, state, reason, created_at, changed_at)
      SELECT campaign, digest, service, priority, ${
      integer(refused.recipients)
    }, 'NotSent', 'OptedOut', ${present}, ${present}
      FROM sens_send WHERE id = ${integer(row.id)} RETURNING id`)
    if (added !== undefined) {
      yield* sql`INSERT INTO sens_payload (id, request) VALUES (${integer(added.id)}, ${refused.request})`
    }
    return true
  }, inTransaction)

  // ---------------------------------------------------------------------------
  // Holds
  // ---------------------------------------------------------------------------

  const allHolds = Effect.gen(function*() {
    const present = yield* now
    const found = yield* holds(
      sql`SELECT service, kind, reason, since, until, probes, until - ${present} AS wait FROM sens_hold`
    )
    return found.map((hold): Hold => ({ ...hold, reason: decodeReason(hold.reason) }))
  })

  /** Keeps a service from sending, for `delay` milliseconds; counts the probe that came to this. */
  const hold = Effect.fnUntraced(function*(
    service: string,
    { kind, reason }: Machine.Obstacle,
    delay: number
  ) {
    const present = yield* now
    const text = yield* encodeReason(reason)
    const until = sql`${present} + ${integer(delay)}`
    yield* sql`
      INSERT INTO sens_hold (service, kind, reason, since, until, probes)
      VALUES (${service}, ${kind}, ${text}, ${present}, ${until}, ${integer(0)})
      ON CONFLICT (service) DO UPDATE SET kind = ${kind}, reason = ${text}, until = ${until}`
  })

  /** Says that somebody has clients of these services. */
  const served = Effect.fnUntraced(function*(services: Arr.NonEmptyReadonlyArray<string>) {
    const present = yield* now
    for (const service of services) {
      yield* sql`INSERT INTO sens_meta (name, value) VALUES (${`served/${service}`}, CAST(${present} AS TEXT))
        ON CONFLICT (name) DO UPDATE SET value = CAST(${present} AS TEXT)`
    }
  })

  /** The services with rows that are due and that nobody has had a client of for an hour, and since when. */
  const unserved = Effect.gen(function*() {
    const present = yield* now
    return yield* waiting(sql`
      SELECT w.service AS service, w.since AS since FROM (
        SELECT service, min(due) AS since FROM sens_send WHERE state = 'Waiting' AND due IS NOT NULL GROUP BY service
      ) AS w
      WHERE w.since <= ${present} - ${integer(60_000)}
        AND NOT EXISTS (SELECT 1 FROM sens_hold h WHERE h.service = w.service)
        AND NOT EXISTS (SELECT 1 FROM sens_meta m WHERE m.name = 'served/' || w.service
          AND CASE WHEN m.name = 'served/' || w.service THEN CAST(m.value AS BIGINT) ELSE 0 END
            > ${present} - ${integer(3_600_000)})`)
  })

  const holdOf = (service: string) =>
    Effect.map(allHolds, (all) => Option.fromUndefinedOr(all.find((hold) => hold.service === service)))

  /** Whether this is the one row that may try whether a hold is over. The next may after `delay` milliseconds. */
  const probe = Effect.fnUntraced(function*(service: string, delay: number) {
    const present = yield* now
    const won = yield* probing(sql`
      UPDATE sens_hold SET until = ${present} + ${integer(delay)}, probes = probes + 1
      WHERE service = ${service} AND until <= ${present} RETURNING probes`)
    return won.length > 0
  })

  /** Lets a service that is paused be tried at once: its keys may have been mended. */
  const unpause = Effect.fnUntraced(function*(services: Arr.NonEmptyReadonlyArray<string>) {
    const present = yield* now
    yield* sql`UPDATE sens_hold SET until = ${present} WHERE kind = 'Paused' AND ${sql.in("service", services)}`
  })

  const release = (service: string) => sql`DELETE FROM sens_hold WHERE service = ${service}`

  /**
   * Forgets whom some rows that are over are equal to, where no look can ask for it any more: `age` milliseconds after the gateway
   * refuses what was sent of them, and where no equal row is open or held. Says of how many.
   */
  const forgetTwins = Effect.fnUntraced(function*(
    services: Arr.NonEmptyReadonlyArray<string>,
    age: number,
    { after, upTo }: { readonly after: string; readonly upTo: string }
  ) {
    const present = yield* now
    return (yield* identified(sql`
      UPDATE sens_send SET twin = NULL WHERE id IN (
        SELECT id FROM sens_send WHERE twin > ${after} AND twin <= ${upTo} AND ${sql.in("service", services)}
          AND ${isOver} AND ${isAlone} AND (intent_to IS NULL OR ${latest("sens_send")} + ${integer(age)} < ${present})
      ) RETURNING id`)).length
  })

  return {
    sql,
    now,
    integer,
    insert,
    meta,
    row,
    requests,
    result,
    pick,
    untilDue,
    write,
    yields,
    cancel,
    cancelWhere,
    ownersOf,
    twinsOf,
    holds: allHolds,
    served,
    unserved,
    hold,
    holdOf,
    probe,
    unpause,
    untilSafe,
    heldAfter,
    health,
    span,
    nextPart,
    nextTwins,
    purgeTexts,
    purgeRows,
    forgetTwins,
    purgeCampaigns,
    optOut,
    release
  }
}

/**
 * @internal
 */
export type Store = ReturnType<typeof make>
