/**
 * All statements about campaigns. Each that changes a campaign begins with its row in `sens_campaign`, so that of those that come at
 * once one waits for the other.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import type * as Statement from "effect/sql/Statement"
import * as Changes from "./changes.ts"
import * as Decoding from "./decoding.ts"
import * as Machine from "./machine.ts"
import * as Row from "./row.ts"
import type * as Store from "./store.ts"
import * as Transaction from "./transaction.ts"

const Campaign = Schema.Struct({
  number: Row.Int,
  name: Schema.String,
  options: Schema.String,
  service: Schema.String,
  at: Schema.NullOr(Row.Int),
  expires_after: Schema.NullOr(Row.Int),
  files_until: Row.Int,
  opt_outs: Schema.Literals(["remove", "keep"]),
  paused: Row.Flag,
  cancelled: Row.Flag,
  created_at: Row.Int,
  sealed_at: Schema.NullOr(Row.Int)
})

/**
 * @internal
 */
export interface Campaign extends Schema.Schema.Type<typeof Campaign> {}

const campaigns = Decoding.all(Campaign)

const Counted = Schema.Struct({
  ...Campaign.fields,
  state: Schema.NullOr(Machine.State),
  requests: Row.Int,
  recipients: Schema.NullOr(Row.Int),
  delivered: Schema.NullOr(Row.Int),
  failed: Schema.NullOr(Row.Int)
})

/**
 * A campaign, and its rows in one state; without a state where it has none.
 *
 * @internal
 */
export interface Counted extends Schema.Schema.Type<typeof Counted> {}

const counted = Decoding.all(Counted)

const Retry = Schema.Struct({ ...Campaign.fields, importing: Row.Flag })

/**
 * A retry of a campaign, and whether somebody writes it down at this moment.
 *
 * @internal
 */
export interface Retry extends Schema.Schema.Type<typeof Retry> {}

const retries = Decoding.all(Retry)

const decodeRetry = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ retries: Schema.String })))

const isRetryOf = (options: string, name: string): boolean =>
  Option.exists(decodeRetry(options), ({ retries }) => retries === name)

const identified = Decoding.all(Schema.Struct({ id: Row.Int }))
const inserted = Decoding.all(Schema.Struct({ id: Row.Int, digest: Schema.String }))
const imports = Decoding.all(Schema.Struct({ steps: Row.Int, importer_until: Row.Int }))
const Entry = Schema.Struct({
  id: Row.Int,
  state: Machine.State,
  recipients: Row.Int,
  request_id: Schema.NullOr(RequestId.RequestId),
  reason: Schema.NullOr(Schema.String),
  request: Schema.NullOr(Schema.String),
  result: Schema.NullOr(Schema.String)
})

/**
 * A row of a campaign, with what it is about.
 *
 * @internal
 */
export interface Entry extends Schema.Schema.Type<typeof Entry> {}

const entries = Decoding.all(Entry)

/**
 * @internal
 */
export interface Made {
  readonly name: string
  /** What tells it from another one of the same name. */
  readonly options: string
  readonly service: string
  /** Milliseconds since 1970; none: at once. */
  readonly at: number | undefined
  readonly expiresAfter: number | undefined
  /** Milliseconds since 1970; none: so many from now. */
  readonly filesUntil: number | undefined
  readonly filesLast: number
  readonly optOuts: "remove" | "keep"
}

/**
 * A row that is imported.
 *
 * @internal
 */
export interface Imported {
  readonly state: "Waiting" | "Refused" | "NotSent"
  readonly recipients: number
  readonly twin: string | null
  readonly reason: string | null
  readonly request: string
  readonly filesUntil: number | null
  /** When its numbers were looked up in the block list, or that they were not; none where they need not be. */
  readonly checkedAt: number | null
}

/**
 * Who imports, and what was written down so far.
 *
 * @internal
 */
export interface Import {
  readonly campaign: Campaign
  readonly token: string
  /** How many steps were written. */
  steps: number
}

/** For how many milliseconds nobody else imports, unless it is renewed. */
const lease = 10_000

/** How often it is renewed. */
export const renewal = lease / 4

// No statement keeps others waiting for long.
const batch = 1000

const active = "('Waiting', 'Open', 'Held')"

/**
 * @internal
 */
export const make = (client: SqlClient.SqlClient, store: Store.Store) => {
  const { integer, now, sql } = store
  const changes = Changes.of(client)
  const own = sql.literal(Object.keys(Campaign.fields).join(", "))
  const all = sql.literal(Object.keys(Campaign.fields).map((column) => `c.${column}`).join(", "))
  const maybe = (value: number | null | undefined): Statement.Fragment =>
    value === null || value === undefined ? sql.literal("NULL") : integer(value)

  const inTransaction = Transaction.within(sql)

  /** What others may watch. */
  const told = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.tap(effect, () => Effect.sync(changes.tell))

  const find = (name: string): Effect.Effect<Option.Option<Campaign>, SqlError.SqlError> =>
    Effect.map(
      campaigns(sql`SELECT ${all} FROM sens_campaign c WHERE c.name = ${name}`),
      ([found]) => Option.fromUndefinedOr(found)
    )

  /** Its retries. Those of an earlier campaign of the same name came before it. */
  const retriesOf = Effect.fnUntraced(function*({ name, number, service }: Campaign) {
    const present = yield* now
    const later = yield* retries(sql`
      SELECT ${all}, CASE WHEN c.sealed_at IS NULL AND c.cancelled = 0 AND c.importer IS NOT NULL
        AND c.importer_until > ${present} THEN 1 ELSE 0 END AS importing
      FROM sens_campaign c WHERE c.service = ${service} AND c.number > ${integer(number)}`)
    return later.filter(({ options }) => isRetryOf(options, name))
  })

  /** The new campaign, or the one that has the name; none where that was taken away at this moment. */
  const create = Effect.fnUntraced(
    function*({ at, expiresAfter, filesLast, filesUntil, name, options, optOuts, service }: Made) {
      const present = yield* now
      const files = filesUntil === undefined ? sql`${present} + ${integer(filesLast)}` : integer(filesUntil)
      yield* sql`
      INSERT INTO sens_campaign (name, options, service, at, expires_after, files_until, opt_outs, created_at)
      VALUES (${name}, ${options}, ${service}, ${maybe(at)}, ${maybe(expiresAfter)}, ${files}, ${optOuts}, ${present})
      ON CONFLICT (name) DO NOTHING`
      return yield* find(name)
    },
    told
  )

  // ---------------------------------------------------------------------------
  // Importing
  // ---------------------------------------------------------------------------

  const mine = ({ campaign, token }: Pick<Import, "campaign" | "token">) =>
    sql`number = ${integer(campaign.number)} AND importer = ${token} AND sealed_at IS NULL AND cancelled = 0`

  /** Makes this the one that imports, where nobody else does. */
  const claimAlone = Effect.fnUntraced(function*(campaign: Campaign, token: string) {
    const present = yield* now
    const [won] = yield* imports(sql`
      UPDATE sens_campaign SET importer = ${token}, importer_until = ${present} + ${integer(lease)}
      WHERE number = ${integer(campaign.number)} AND sealed_at IS NULL AND cancelled = 0
        AND (importer IS NULL OR importer_until <= ${present})
      RETURNING steps, importer_until`)
    return Option.map(Option.fromUndefinedOr(won), ({ steps }): Import => ({ campaign, token, steps }))
  })

  /**
   * Makes this the one that imports, where nobody else does, and no other retry of the campaign that this is one of: each has to see
   * whom the other has. One whose importer is gone begins anew when it is taken up again.
   */
  const claim = (campaign: Campaign, token: string, retried?: Campaign) =>
    retried === undefined ? claimAlone(campaign, token) : inTransaction(Effect.gen(function*() {
      // Of retries that come at once one waits here for the other.
      yield* sql`UPDATE sens_campaign SET paused = paused WHERE number = ${integer(retried.number)}`
      const others = (yield* retriesOf(retried)).filter(({ cancelled, number, sealed_at }) =>
        number !== campaign.number && sealed_at === null && !cancelled
      )
      if (others.some(({ importing }) => importing)) return Option.none<Import>()
      const gone = others.map(({ number }) => number)
      if (gone.length > 0) {
        yield* sql`UPDATE sens_campaign SET importer = NULL WHERE ${sql.in("number", gone)} AND sealed_at IS NULL`
      }
      return yield* claimAlone(campaign, token)
    }))

  /** Whether this is still the one that imports. */
  const renew = Effect.fnUntraced(function*(importing: Import) {
    const present = yield* now
    const renewed = yield* imports(sql`
      UPDATE sens_campaign SET importer_until = ${present} + ${integer(lease)} WHERE ${mine(importing)}
      RETURNING steps, importer_until`)
    return renewed.length > 0
  })

  /** Lets somebody else import at once. */
  const leave = (importing: Import) =>
    sql`UPDATE sens_campaign SET importer = NULL WHERE ${mine(importing)}`.pipe(Effect.asVoid)

  /** Takes some of what was imported away. None where somebody else imports by now. */
  const wipe = Effect.fnUntraced(function*(importing: Import) {
    if (!(yield* renew(importing))) return Option.none()
    const gone = yield* identified(sql`
      SELECT id FROM sens_send WHERE campaign = ${integer(importing.campaign.number)} LIMIT ${integer(batch)}`)
    if (gone.length === 0) return Option.some(0)
    const ids = gone.map(({ id }) => id)
    yield* sql`DELETE FROM sens_payload WHERE ${sql.in("id", ids)}`
    yield* sql`DELETE FROM sens_send WHERE ${sql.in("id", ids)}`
    return Option.some(gone.length)
  }, inTransaction)

  /** Takes all of it away. False where somebody else imports by now. */
  const clear = Effect.fnUntraced(function*(importing: Import): Effect.fn.Return<boolean, SqlError.SqlError> {
    while (true) {
      const gone = yield* wipe(importing)
      if (Option.isNone(gone)) return false
      if (gone.value === 0) return true
    }
  })

  /** As if there had never been such a campaign. */
  const abandon = Effect.fnUntraced(function*(importing: Import) {
    if (yield* clear(importing)) yield* sql`DELETE FROM sens_campaign WHERE ${mine(importing)}`
  }, told)

  /** Writes some rows down, once. False where somebody else imports by now. */
  const step = Effect.fnUntraced(
    function*(importing: Import, rows: Arr.NonEmptyReadonlyArray<Imported>) {
      const { campaign, steps } = importing
      const present = yield* now
      const [taken] = yield* imports(sql`
        UPDATE sens_campaign SET importer_until = ${present} + ${integer(lease)}, steps = steps + 1
        WHERE ${mine(importing)} AND steps = ${integer(steps)} RETURNING steps, importer_until`)
      if (taken === undefined) {
        // It was written before, and the answer to the commit was lost.
        const [before] = yield* imports(
          sql`SELECT steps, coalesce(importer_until, 0) AS importer_until FROM sens_campaign WHERE ${mine(importing)}`
        )
        return before?.steps === steps + 1
      }
      const at = taken.importer_until - lease
      const added = yield* inserted(
        sql`INSERT INTO sens_send ${
          sql.insert(Arr.map(rows, ({ checkedAt, filesUntil, reason, recipients, state, twin }, index) => ({
            campaign: campaign.number,
            // By this a row is known again: in which order their ids come back is not promised.
            digest: String(index),
            twin,
            service: campaign.service,
            priority: 1,
            recipients,
            state,
            paused: 1,
            files_until: filesUntil,
            checked_at: checkedAt,
            reason,
            created_at: at,
            changed_at: at
          })))
        } RETURNING id, digest`
      )
      const payloads = added.map(({ digest, id }) => ({ id, request: rows[Number(digest)]?.request ?? null }))
      if (Arr.isArrayNonEmpty(payloads)) yield* sql`INSERT INTO sens_payload ${sql.insert(payloads)}`
      return true
    },
    inTransaction
  )

  /** When its rows are due. */
  const from = ({ at }: Campaign, present: Statement.Fragment): Statement.Fragment =>
    at === null ? present : sql`CASE WHEN ${integer(at)} > ${present} THEN ${integer(at)} ELSE ${present} END`

  /** Lets all rows go at once, unless it is paused. False where somebody else imports by now. */
  const seal = Effect.fnUntraced(
    function*(importing: Import) {
      const { campaign } = importing
      const present = yield* now
      const [sealed] = yield* campaigns(sql`
      UPDATE sens_campaign SET sealed_at = ${present}, importer = NULL, importer_until = NULL
      WHERE ${mine(importing)} RETURNING ${own}`)
      if (sealed === undefined) return false
      const due = from(campaign, present)
      const expires = campaign.expires_after === null
        ? sql.literal("NULL")
        : sql`${due} + ${integer(campaign.expires_after)}`
      yield* sql`
      UPDATE sens_send SET expires_at = ${expires}, paused = ${integer(sealed.paused ? 1 : 0)},
        due = ${sealed.paused ? sql.literal("NULL") : due}
      WHERE campaign = ${integer(campaign.number)} AND state = 'Waiting'`
      return true
    },
    inTransaction,
    told
  )

  // ---------------------------------------------------------------------------
  // Pause, resume, cancel
  // ---------------------------------------------------------------------------

  const pause = Effect.fnUntraced(
    function*(campaign: Campaign) {
      const [changed] = yield* campaigns(sql`
      UPDATE sens_campaign SET paused = 1 WHERE number = ${integer(campaign.number)} AND cancelled = 0 AND paused = 0
      RETURNING ${own}`)
      if (changed === undefined || changed.sealed_at === null) return
      // What is open goes to its end; if that is another attempt, it waits.
      yield* sql`
      UPDATE sens_send SET paused = 1, due = CASE WHEN state = 'Waiting' THEN NULL ELSE due END
      WHERE campaign = ${integer(campaign.number)} AND state IN ${sql.literal(active)}`
    },
    inTransaction,
    told
  )

  const resume = Effect.fnUntraced(
    function*(campaign: Campaign) {
      const present = yield* now
      const [changed] = yield* campaigns(sql`
      UPDATE sens_campaign SET paused = 0 WHERE number = ${integer(campaign.number)} AND cancelled = 0 AND paused = 1
      RETURNING ${own}`)
      if (changed === undefined || changed.sealed_at === null) return
      yield* sql`
      UPDATE sens_send SET paused = 0, due = CASE WHEN state = 'Waiting' THEN ${from(campaign, present)} ELSE due END
      WHERE campaign = ${integer(campaign.number)} AND state IN ${sql.literal(active)} AND paused = 1`
    },
    inTransaction,
    told
  )

  const cancel = Effect.fnUntraced(
    function*(campaign: Campaign) {
      const [changed] = yield* campaigns(sql`
      UPDATE sens_campaign SET cancelled = 1, importer = NULL WHERE number = ${
        integer(campaign.number)
      } AND cancelled = 0
      RETURNING ${own}`)
      if (changed === undefined) return
      yield* store.cancelWhere(sql`campaign = ${integer(campaign.number)}`)
    },
    inTransaction,
    told
  )

  // ---------------------------------------------------------------------------
  // Out
  // ---------------------------------------------------------------------------

  const counts = (where: Statement.Fragment) =>
    counted(sql`
      SELECT ${all}, s.state AS state, count(s.state) AS requests, sum(s.recipients) AS recipients,
        sum(s.delivered) AS delivered, sum(s.failed) AS failed
      FROM sens_campaign c LEFT JOIN sens_send s ON s.campaign = c.number
      ${where} GROUP BY c.number, s.state ORDER BY c.number DESC`)

  /** How many requests and recipients of it are in each state. */
  const countsOf = (name: string) => counts(sql`WHERE c.name = ${name}`)

  /** Of all, from the newest on. */
  const allCounts = counts(sql.literal(""))

  /** Its rows after an id, up to another one. The sum keeps the database from its index, which is not in their order. */
  const page = (number: number, after: number, upTo: number) =>
    entries(sql`
      SELECT s.id, s.state, s.recipients, s.request_id, s.reason, p.request, p.result
      FROM sens_send s LEFT JOIN sens_payload p ON p.id = s.id
      WHERE s.id > ${integer(after)} AND s.id <= ${integer(upTo)} AND s.campaign + 0 = ${integer(number)}
      ORDER BY s.id`)

  // ---------------------------------------------------------------------------
  // Purging
  // ---------------------------------------------------------------------------

  /** Takes a campaign away of which no row is left. */
  const forget = Effect.fnUntraced(function*(campaign: Campaign) {
    yield* sql`
      DELETE FROM sens_campaign WHERE number = ${integer(campaign.number)}
        AND (sealed_at IS NOT NULL OR cancelled = 1)
        AND NOT EXISTS (SELECT 1 FROM sens_send s WHERE s.campaign = ${integer(campaign.number)})`
  }, told)

  return {
    retriesOf,
    find,
    create,
    claim,
    renew,
    leave,
    clear,
    abandon,
    step,
    seal,
    pause,
    resume,
    cancel,
    countsOf,
    allCounts,
    span: store.span,
    page,
    forget
  }
}

/**
 * @internal
 */
export type CampaignStore = ReturnType<typeof make>
