import * as RequestId from "@effect-sens/core/RequestId"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import { assert, describe, it, layer, type Vitest } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { join } from "node:path"
import * as Machine from "../src/internal/machine.ts"
import * as Persist from "../src/internal/persist.ts"
import * as Store from "../src/internal/store.ts"
import * as Sweep from "../src/internal/sweep.ts"
import * as Tables from "../src/internal/tables.ts"
import { folder } from "./folder.ts"
import * as Postgres from "./postgres.ts"

const service = ServiceId.make(Account.serviceId)

const entry = {
  key: null,
  digest: "d",
  twin: "t",
  service,
  priority: 0,
  recipients: 1,
  at: undefined,
  expiresAfter: undefined,
  request: "{}"
}

const intent = { serviceId: service, timestamp: 10, preparedAt: 11, notBefore: 8, expires: 300_010 }
const response = (id: string) => ({ requestId: RequestId.make(id), requestTime: "2026-01-01T09:00:00.000" })
const reason = new SensError.BadRequest({ status: 400, errors: [] })

const changes: { readonly [Tag in Machine.Change["_tag"]]: Machine.Change } = {
  Claim: Machine.Change.Claim({ intent, isProbe: false }),
  PutOff: Machine.Change.PutOff({ delay: 1 }),
  Lapse: Machine.Change.Lapse(),
  Reject: Machine.Change.Reject({ reason }),
  Accept: Machine.Change.Accept({ response: response("a") }),
  Adopt: Machine.Change.Adopt({ response: response("b") }),
  GiveBack: Machine.Change.GiveBack({ delay: 1 }),
  Refuse: Machine.Change.Refuse({ reason }),
  Prove: Machine.Change.Prove({ isHeld: false }),
  StayOpen: Machine.Change.StayOpen({ delay: 1, isUnread: false }),
  Hold: Machine.Change.Hold(),
  Assign: Machine.Change.Assign({ requestId: RequestId.make("c") }),
  SendAgain: Machine.Change.SendAgain({ lag: 0 }),
  GiveUp: Machine.Change.GiveUp(),
  Follow: Machine.Change.Follow({ delay: 1 }),
  Finish: Machine.Change.Finish({ result: "[]", delivered: 1, failed: 0 })
}

const opened = Effect.gen(function*() {
  yield* Tables.make(Persist.atStart)
  const sql = yield* SqlClient.SqlClient
  return Store.make(sql)
})

const read = (store: Store.Store, id: number) => Effect.map(store.row(id), Option.getOrThrow)

type Client<R> = Layer.Layer<SqlClient.SqlClient, SqlError.SqlError, R>

// With clients of an empty database each.
const suite = <R>(it: Vitest.MethodsNonLive<R>, fresh: Client<R>) => {
  it.effect("changes a row in the state and the attempt that were read, and in no other", () =>
    Effect.gen(function*() {
      const store = yield* opened
      for (const [tag, change] of Object.entries(changes)) {
        for (const state of Machine.State.literals) {
          const { id } = yield* store.insert({ ...entry, twin: `${tag} ${state}` })
          // Cancelled, so that it may lapse; not, so that it may be claimed.
          const cancelled = tag === "Lapse" ? 1 : 0
          yield* store.sql`UPDATE sens_send SET state = ${state}, attempt = 2, cancelled = ${cancelled},
            intent_at = 0, intent_time = 0, intent_from = 0, intent_to = -20000 WHERE id = ${id}`
          const row = yield* read(store, id)
          const stale = yield* store.write({ ...row, attempt: 1 }, change)
          assert.isTrue(Option.isNone(stale), `${tag} of another attempt`)
          assert.deepStrictEqual(yield* read(store, id), row)
          const written = yield* store.write(row, change)
          const { from, to } = Machine.transitions[change._tag]
          assert.strictEqual(Option.isSome(written), from.includes(state), `${tag} from ${state}`)
          const after = yield* read(store, id)
          assert.isTrue(Option.isSome(written) ? to.includes(after.state) : after.state === state)
          assert.strictEqual(after.due === null, Option.isSome(written) && !Machine.active.has(after.state))
          // The same once more, as it was read.
          const attempt = change._tag === "Claim" ? 3 : 2
          assert.strictEqual(after.attempt, Option.isSome(written) ? attempt : 2)
          yield* store.sql`DELETE FROM sens_send WHERE id = ${id}`
        }
      }
    }).pipe(Effect.provide(fresh)))

  it.effect("gives an id to one row, and lets who adopted it keep it", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const open = Effect.gen(function*() {
        const { id } = yield* store.insert(entry)
        return Option.getOrThrow(yield* store.write(yield* read(store, id), changes.Claim))
      })
      const [one, two, three] = [yield* open, yield* open, yield* open]
      assert.isTrue(Option.isSome(yield* store.write(one, Machine.Change.Adopt({ response: response("x") }))))
      assert.isTrue(Option.isNone(yield* store.write(two, Machine.Change.Accept({ response: response("x") }))))
      assert.isTrue(Option.isNone(yield* store.write(two, Machine.Change.Adopt({ response: response("x") }))))
      // The two have changed places: an empty log licenses the second one.
      yield* store.yields(two, response("x").requestId)
      const twins = yield* store.twinsOf(two)
      const proved = yield* store.write(two, changes.Prove, { twins })
      assert.deepStrictEqual(Option.map(proved, ({ state }) => state), Option.some("Waiting"))
      // By its own answer somebody else's: that is as good as an answer that cannot be read.
      assert.isTrue(Option.isSome(yield* store.write(three, Machine.Change.Accept({ response: response("y") }))))
      const four = yield* open
      yield* store.yields(four, response("y").requestId)
      yield* store.sql`UPDATE sens_send SET adopted = 0`
      const held = yield* store.write(four, changes.Prove, { twins: yield* store.twinsOf(four) })
      assert.deepStrictEqual(Option.map(held, ({ state }) => state), Option.some("Held"))
      assert.deepStrictEqual(
        yield* store.ownersOf(one)([response("x").requestId, response("y").requestId, RequestId.make("z")]),
        new Map([[response("x").requestId, "this"], [response("y").requestId, "another"]])
      )
    }).pipe(Effect.provide(fresh)))

  it.effect("writes no proof where a twin has come up, or has been sent again, since the look began", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const open = Effect.gen(function*() {
        const { id } = yield* store.insert(entry)
        return Option.getOrThrow(yield* store.write(yield* read(store, id), changes.Claim))
      })
      const one = yield* open
      const early = yield* store.twinsOf(one)
      assert.deepStrictEqual(early, [])
      const two = yield* open
      const prove = (twins: ReadonlyArray<{ readonly id: number; readonly attempt: number }>) =>
        Effect.map(store.write(one, changes.Prove, { twins }), Option.isSome)
      assert.isFalse(yield* prove(early))
      const seen = yield* store.twinsOf(one)
      assert.deepStrictEqual(seen.map(({ id }) => id), [two.id])
      yield* store.write(two, Machine.Change.GiveBack({ delay: 0 }))
      yield* store.write(yield* read(store, two.id), changes.Claim)
      assert.isFalse(yield* prove(seen))
      assert.isTrue(yield* prove(yield* store.twinsOf(one)))
    }).pipe(Effect.provide(fresh)))

  it.effect("hands each row that is due to one of many that ask at once", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const ids = yield* Effect.forEach(
        Arr.range(1, 200),
        (index) => Effect.map(store.insert({ ...entry, priority: index % 2 }), ({ id }) => id)
      )
      const picked = yield* Effect.forEach(
        Arr.range(1, 20),
        () => store.pick({ services: [service], limit: 20, bulk: 10, turns: () => 10, lease: 60_000 }),
        { concurrency: "unbounded" }
      )
      const rest = yield* store.pick({ services: [service], limit: 200, bulk: 200, turns: () => 200, lease: 60_000 })
      const all = [...picked.flat(), ...rest].map(({ id }) => id)
      assert.deepStrictEqual(all.toSorted((a, b) => a - b), ids)
      assert.isTrue(picked.every((rows) => rows.length <= 20))
      assert.deepStrictEqual(
        yield* store.pick({ services: [service], limit: 9, bulk: 9, turns: () => 9, lease: 1 }),
        []
      )
      const wait = Option.getOrThrow(yield* store.untilDue([service], () => 0))
      assert.isTrue(wait > 30_000 && wait <= 60_000)
      assert.isTrue(Option.isNone(yield* store.untilDue(["ncp:sms:kr:1:other"], () => 0)))
    }).pipe(Effect.provide(fresh)))

  it.effect("takes no more bulk rows than it is told to, of all that is to be done with them together", () =>
    Effect.gen(function*() {
      const store = yield* opened
      for (let index = 0; index < 20; index++) yield* store.insert({ ...entry, priority: 1 })
      yield* store
        .sql`UPDATE sens_send SET state = 'Accepted' WHERE id IN (SELECT id FROM sens_send ORDER BY id LIMIT 10)`
      for (const turns of [0, 2, 6]) {
        const picked = yield* store.pick({ services: [service], limit: 9, bulk: 6, turns: () => turns, lease: 1 })
        assert.strictEqual(picked.length, 6)
        assert.isAtMost(picked.filter(({ state }) => state === "Waiting").length, turns)
      }
    }).pipe(Effect.provide(fresh)))

  it.effect("claims nothing that has expired or was cancelled while it was prepared", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const expired = yield* store.insert({ ...entry, at: 0, expiresAfter: 0 })
      const cancelled = yield* store.insert(entry)
      yield* store.sql`UPDATE sens_send SET cancelled = 1 WHERE id = ${cancelled.id}`
      for (const { id } of [expired, cancelled]) {
        const row = yield* read(store, id)
        assert.isTrue(Option.isNone(yield* store.write(row, changes.Claim)))
        assert.isTrue(Option.isSome(yield* store.write(row, changes.Lapse)))
      }
      const wanted = yield* store.insert({ ...entry, expiresAfter: 60_000 })
      const row = yield* read(store, wanted.id)
      assert.isTrue(Option.isNone(yield* store.write(row, changes.Lapse)))
      assert.isTrue(Option.isSome(yield* store.write(row, changes.Claim)))
    }).pipe(Effect.provide(fresh)))

  it.effect("takes the first of several rows with one key, also at once", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const inserted = yield* Effect.forEach(
        Arr.range(1, 10),
        (index) => store.insert({ ...entry, key: "k", digest: `d${index}` }),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(inserted.map(({ digest, id }) => `${id} ${digest}`)).size, 1)
      assert.strictEqual((yield* store.sql`SELECT id FROM sens_payload`.values).length, 1)
    }).pipe(Effect.provide(fresh)))

  it.effect("takes recipients out of a row once, and leaves nothing to whoever read it before", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const { id } = yield* store.insert({ ...entry, recipients: 2 })
      const row = yield* read(store, id)
      const split = store.optOut(row, { twin: "u", recipients: 1, request: "{}" }, { recipients: 1, request: "{}" })
      const splits = yield* Effect.all([split, split], { concurrency: "unbounded" })
      // Which of them comes first, the database decides.
      assert.deepStrictEqual(splits.filter((isDone) => isDone), [true])
      const rows = yield* store.sql`SELECT state, recipients FROM sens_send ORDER BY id`.values
      assert.deepStrictEqual(rows.map(([state, recipients]) => [state, Number(recipients)]), [
        ["Waiting", 1],
        ["NotSent", 1]
      ])
      // It would be sent to all that it was read with.
      assert.isTrue(Option.isNone(yield* store.write(row, changes.Claim)))
      assert.isTrue(Option.isSome(yield* store.write(yield* read(store, id), changes.Claim)))
    }).pipe(Effect.provide(fresh)))

  it.effect("cancels a row that a person may give back, and one whose answer comes at that moment", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const open = Effect.gen(function*() {
        const { id } = yield* store.insert(entry)
        return Option.getOrThrow(yield* store.write(yield* read(store, id), changes.Claim))
      })
      const held = yield* open
      yield* store.write(held, changes.Hold)
      assert.isFalse(yield* store.cancel(held.id))
      assert.isTrue((yield* read(store, held.id)).cancelled)
      for (let index = 0; index < 20; index++) {
        const row = yield* open
        const [isCancelled] = yield* Effect.all([
          store.cancel(row.id),
          store.write(row, changes.GiveBack)
        ], { concurrency: "unbounded" })
        const { cancelled, state } = yield* read(store, row.id)
        assert.isTrue(cancelled)
        assert.strictEqual(state, isCancelled ? "NotSent" : "Waiting")
      }
    }).pipe(Effect.provide(fresh)))

  it.effect("sweeps all that is over, in parts, wherever it stands, and nothing else", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const { sql } = store
      const { id } = yield* store.insert(entry)
      // Of 3,000 every third waits, 1,500 are of a campaign, and 1,500 are equal.
      yield* sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO sens_send (digest, twin, service, priority, recipients, state, created_at, changed_at, campaign)
        SELECT digest, CASE WHEN i <= 1500 THEN 'equal' ELSE 'twin ' || i END, service, priority, recipients,
          CASE WHEN i % 3 = 0 THEN 'Waiting' ELSE 'Refused' END, created_at, changed_at,
          CASE WHEN i % 2 = 0 THEN 1 ELSE NULL END
        FROM sens_send, n WHERE id = ${id}`
      yield* sql`INSERT INTO sens_payload (id, request) SELECT id, 'text' FROM sens_send WHERE id > ${id}`
      const count = (statement: string) =>
        Effect.map(sql`SELECT count(*) AS count FROM ${sql.literal(statement)}`.values, ([row]) => Number(row?.[0]))
      assert.strictEqual(yield* Sweep.purge(store, Duration.zero, "texts", 1), 1000)
      assert.strictEqual(yield* Sweep.purge(store, Duration.zero, "texts"), 1000)
      assert.strictEqual(yield* Sweep.purge(store, Duration.zero, "texts"), 0)
      assert.strictEqual(yield* count("sens_payload WHERE request = 'text'"), 1000)
      assert.strictEqual(yield* Sweep.forget(store, [service], 0), 2000)
      assert.strictEqual(yield* count("sens_send WHERE twin IS NULL"), 2000)
      assert.strictEqual(yield* Sweep.purge(store, Duration.zero, "everything", 1), 1000)
      assert.strictEqual(yield* Sweep.purge(store, Duration.zero, "everything"), 1000)
      assert.strictEqual(yield* count("sens_send"), 1001)
      assert.strictEqual(yield* count("sens_send WHERE state = 'Waiting'"), 1001)
    }).pipe(Effect.provide(fresh)))

  it.effect("says when something is due, past holds and turns, how many there are, and whom to forget", () =>
    Effect.gen(function*() {
      const store = yield* opened
      const services = [service, "ncp:sms:kr:1:other"] as const
      const due = (turn: number) => Effect.map(store.untilDue(services, () => turn), Option.getOrThrow)
      yield* store.insert({ ...entry, priority: 1 })
      assert.strictEqual(yield* due(0), 0)
      const turn = yield* due(40_000)
      assert.isTrue(turn > 30_000 && turn <= 40_000)
      const quota = {
        kind: "Quota",
        reason: new SensError.QuotaExceeded({ status: 429 }),
        retryAfter: undefined
      } as const
      yield* store.hold(service, quota, 60_000)
      const held = yield* due(0)
      assert.isTrue(held > 50_000 && held <= 60_000)
      const { id } = yield* store.insert(entry)
      yield* store.sql`UPDATE sens_send SET state = 'Open', due = 0 WHERE id = ${id}`
      assert.strictEqual(yield* due(40_000), 0)
      const counts = (yield* store.health).map(({ count, state }) => [state, count]).toSorted()
      assert.deepStrictEqual(counts, [["Open", 1], ["Waiting", 1]])
      yield* store.sql`UPDATE sens_send SET state = 'Refused', due = NULL, intent_at = 0, intent_time = 0, intent_to = 0
        WHERE id = ${id}`
      yield* store.sql`UPDATE sens_send SET twin = 'other' WHERE id <> ${id}`
      // Under a clock that begins at 0 nothing is over yet.
      const now = Number((yield* store.sql`SELECT max(changed_at) FROM sens_send`.values)[0]?.[0])
      assert.strictEqual(yield* Sweep.forget(store, services, now + 60_000), 0)
      yield* store.sql`UPDATE sens_send SET intent_to = -100000 WHERE id = ${id}`
      assert.strictEqual(yield* Sweep.forget(store, services, 0), 1)
      assert.strictEqual(yield* Sweep.forget(store, services, 0), 0)
    }).pipe(Effect.provide(fresh)))

  it.effect("has one key for all programs, and lets one row probe a hold", () =>
    Effect.gen(function*() {
      const store = yield* opened
      assert.deepStrictEqual([yield* store.meta("key", "a"), yield* store.meta("key", "b")], ["a", "a"])
      const quota = new SensError.QuotaExceeded({ status: 429 })
      const obstacle = { kind: "Quota", reason: quota, retryAfter: undefined } as const
      yield* store.hold(service, obstacle, 60_000)
      assert.isFalse(yield* store.probe(service, 1))
      const { id } = yield* store.insert(entry)
      assert.deepStrictEqual(
        yield* store.pick({ services: [service], limit: 9, bulk: 9, turns: () => 9, lease: 1 }),
        []
      )
      assert.isTrue(Option.isNone(yield* store.write(yield* read(store, id), changes.Claim)))
      yield* store.hold(service, obstacle, 0)
      const won = yield* Effect.forEach([1, 2, 3, 4], () => store.probe(service, 60_000), { concurrency: "unbounded" })
      assert.deepStrictEqual(won.filter(Boolean), [true])
      assert.deepInclude((yield* store.holds)[0], { service, kind: "Quota", probes: 1, reason: quota })
      yield* store.release(service)
      assert.isTrue(Option.isSome(yield* store.write(yield* read(store, id), changes.Claim)))
    }).pipe(Effect.provide(fresh)))
}

const together = Effect.fnUntraced(function*(client: Client<never>) {
  const starts = Effect.provide(Tables.make(Persist.atStart), client, { local: true })
  yield* Effect.all(Arr.makeBy(6, () => starts), { concurrency: "unbounded" })
  yield* starts
  const migrations = SqlClient.SqlClient.use((sql) => sql`SELECT name FROM sens_migration`.values)
  assert.deepStrictEqual(yield* Effect.provide(migrations, client, { local: true }), [["first"]])
})

describe("SQLite", () => {
  suite(it, Layer.fresh(NodeSqlite.layer({ filename: ":memory:" })))

  it.live("several programs start at once", () =>
    Effect.gen(function*() {
      yield* together(Layer.fresh(NodeSqlite.layer({ filename: join(yield* folder, "outbox.db") })))
    }))
})

describe.skipIf(!Postgres.isThere)("PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    suite(it, Postgres.layer)

    it.effect("several programs start at once", () =>
      Effect.gen(function*() {
        yield* together(Postgres.layerAt(yield* Postgres.database))
      }))
  })
})
