import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import type * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it, layer, type Vitest } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/encoding/Base64"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as CampaignStore from "../src/internal/campaignStore.ts"
import * as Machine from "../src/internal/machine.ts"
import * as Store from "../src/internal/store.ts"
import * as Postgres from "./postgres.ts"

const service = Account.serviceId
const options = { service }

const number = (index: number) => `010${String(index).padStart(8, "0")}`

const sms = (to: string, content = "[서점] 주문하신 책이 도착했습니다."): BulkSend.SmsMessage => ({
  type: "SMS",
  from: "0212345678",
  to,
  content
})

const many = (count: number) => Stream.range(1, count).pipe(Stream.map((index) => sms(number(index))))

// So much text that more than one transaction writes it down.
const long = (count: number) =>
  Stream.range(1, count).pipe(
    Stream.map((index): BulkSend.Message => ({
      ...sms(number(index), `${index} ${"가".repeat(900)}`),
      type: "LMS"
    }))
  )

const opened = Effect.gen(function*() {
  const client = yield* SqlClient.SqlClient
  const store = Store.make(client)
  const picked = store.pick({ services: [service], limit: 100, bulk: 100, turns: () => 100, lease: 1 })
  return { client, store, picked, ...yield* Campaigns.Campaigns }
})

const recipients = (campaigns: Campaigns.Service, id: string) =>
  campaigns.results(id).pipe(
    Stream.map(({ to }) => Option.getOrElse(to, () => "none")),
    Stream.runCollect
  )

type Client<R> = Layer.Layer<SqlClient.SqlClient, SqlError.SqlError, R>

/** What the database alone decides, on each of them. No worker, no client of SENS. */
const suite = <R>(it: Pick<Vitest.MethodsNonLive<R>, "effect">, client: Client<R>) => {
  const fresh = Campaigns.layer().pipe(
    Layer.provideMerge(Outbox.layer()),
    Layer.provideMerge(client),
    Layer.fresh
  )

  it.effect("sends nothing before all messages are written down, and then all of them", () =>
    Effect.gen(function*() {
      const { client, picked, progress, start } = yield* opened
      const gate = yield* Deferred.make<void>()
      const messages = Stream.concat(
        long(4650),
        Stream.fromEffect(Effect.as(Deferred.await(gate), sms(number(4651))))
      )
      const fiber = yield* Effect.forkChild(start("a", messages, options))
      const imported = Effect.map(client`SELECT count(*) FROM sens_send`.values, ([row]) => Number(row?.[0]))
      yield* Effect.repeat(Effect.yieldNow, { until: () => Effect.map(imported, (count) => count > 0) })
      const during = yield* progress("a")
      assert.strictEqual(during.status._tag, "Importing")
      assert.isAbove(during.waiting, 0)
      assert.deepStrictEqual(yield* picked, [])
      yield* Deferred.succeed(gate, undefined)
      const after = yield* Fiber.join(fiber)
      assert.deepInclude(after, { id: "a", service, requests: 48, recipients: 4651, waiting: 4651 })
      assert.strictEqual(after.status._tag, "Sending")
      assert.strictEqual((yield* picked).length, 48)
    }).pipe(Effect.provide(fresh)), 60_000)

  it.effect("keeps each recipient once, in requests that are right", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { client } = yield* opened
      // Not all of them go together.
      const messages = Stream.range(1, 2345).pipe(
        Stream.map((index) => ({ ...sms(number(index), `본문 ${index % 3}`), from: `021234567${index % 4}` }))
      )
      yield* campaigns.start("a", messages, options)
      const found = yield* recipients(campaigns, "a")
      assert.deepStrictEqual(found.toSorted(), Arr.range(1, 2345).map(number))
      const rows = yield* client`
        SELECT s.recipients, p.request FROM sens_send s JOIN sens_payload p ON p.id = s.id`.values
      for (const [count, request] of rows) {
        const { messages } = JSON.parse(String(request))
        assert.strictEqual(messages.length, Number(count))
      }
      assert.isBelow(rows.length, 30)
    }).pipe(Effect.provide(fresh)))

  it.effect("joins a campaign that is complete, whatever its stream is now, and refuses other options", () =>
    Effect.gen(function*() {
      const { client, start } = yield* opened
      const first = yield* start("a", many(150), options)
      assert.deepStrictEqual(yield* start("a", Stream.die("read once more"), options), first)
      const conflict = yield* Effect.flip(start("a", many(150), { ...options, expiresAfter: "1 hour" }))
      assert.deepInclude(conflict, { _tag: "KeyConflict", id: "a" })
      assert.include(String(conflict), "other options")
      assert.deepInclude(yield* Effect.flip(start("a", many(150), { service: "ncp:sms:kr:1:other" })), {
        _tag: "KeyConflict"
      })
      assert.deepStrictEqual((yield* client`SELECT id FROM sens_send`.values).length, 2)
    }).pipe(Effect.provide(fresh)))

  it.effect("joins one of the same source, and refuses another list or text under its id", () =>
    Effect.gen(function*() {
      const { start } = yield* opened
      const first = yield* start("a", many(150), { ...options, source: "list 1" })
      assert.deepStrictEqual(yield* start("a", Stream.die("read once more"), { ...options, source: "list 1" }), first)
      for (const other of [{ source: "list 2" }, {}]) {
        const conflict = yield* Effect.flip(start("a", many(150), { ...options, ...other }))
        assert.deepInclude(conflict, { _tag: "KeyConflict", id: "a" })
      }
    }).pipe(Effect.provide(fresh)))

  it.effect("tells what it comes from and from when on it is sent, and which of its entries are held", () =>
    Effect.gen(function*() {
      const { client, held, start } = yield* opened
      const at = new Date(86_400_000)
      const told = yield* start("a", many(250), { ...options, source: "list 1", at })
      assert.deepStrictEqual([told.source, Option.map(told.at, DateTime.toEpochMillis)], [
        Option.some("list 1"),
        Option.some(86_400_000)
      ])
      const plain = yield* start("b", many(1), options)
      assert.deepStrictEqual([plain.source, plain.at], [Option.none(), Option.none()])
      const all = (id: string) => Stream.runCollect(held(id))
      assert.deepStrictEqual(yield* all("a"), [])
      yield* client`UPDATE sens_send SET state = 'Held', due = NULL, intent_at = ${1000}`
      assert.deepStrictEqual((yield* all("a")).map(({ recipients }) => recipients), [100, 100, 50])
      assert.deepStrictEqual((yield* all("b")).map(({ recipients }) => recipients), [1])
      assert.deepInclude(yield* Effect.flip(all("c")), { _tag: "NotFound", id: "c" })
    }).pipe(Effect.provide(fresh)))

  it.effect("reads one stream where several start at once", () =>
    Effect.gen(function*() {
      const { client, start } = yield* opened
      let reads = 0
      const counting = Stream.unwrap(Effect.sync(() => {
        reads += 1
        return many(250)
      }))
      const all = yield* Effect.forEach(Arr.range(1, 5), () => start("a", counting, options), {
        concurrency: "unbounded"
      })
      assert.strictEqual(reads, 1)
      for (const { recipients, status } of all) assert.deepStrictEqual([recipients, status._tag], [250, "Sending"])
      assert.strictEqual((yield* client`SELECT id FROM sens_send`.values).length, 3)
    }).pipe(Effect.provide(fresh)))

  it.effect("begins anew where an import was interrupted", () =>
    Effect.gen(function*() {
      const { client, picked, progress, start } = yield* opened
      const fiber = yield* Effect.forkChild(start("a", Stream.concat(long(9000), Stream.never), options))
      const written = Effect.map(progress("a"), ({ recipients }) => recipients > 0)
      yield* Effect.repeat(Effect.yieldNow, { until: () => Effect.orElseSucceed(written, () => false) })
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* progress("a")).status._tag, "Importing")
      assert.deepStrictEqual(yield* picked, [])
      const { recipients, status } = yield* start("a", many(110), options)
      assert.deepStrictEqual([recipients, status._tag], [110, "Sending"])
      assert.strictEqual((yield* client`SELECT id FROM sens_payload`.values).length, 2)
    }).pipe(Effect.provide(fresh)), 60_000)

  it.effect(
    "is imported by the second where the first stood still for too long, and the first joins",
    () =>
      Effect.gen(function*() {
        const { client, start } = yield* opened
        const written = Effect.map(client`SELECT id FROM sens_send`.values, ({ length }) => length > 0)
        const first = yield* Effect.forkChild(start("a", Stream.concat(long(4550), Stream.never), options))
        yield* Effect.repeat(Effect.yieldNow, { until: () => written })
        yield* client`UPDATE sens_campaign SET importer_until = 0`
        assert.strictEqual((yield* start("a", many(170), options)).recipients, 170)
        assert.strictEqual((yield* Fiber.join(first)).recipients, 170)
        assert.strictEqual((yield* client`SELECT id FROM sens_payload`.values).length, 2)
      }).pipe(Effect.provide(fresh)),
    60_000
  )

  it.effect("writes a step once, though the answer to its commit was lost, and none of somebody else's import", () =>
    Effect.gen(function*() {
      const { client, store } = yield* opened
      const campaigns = CampaignStore.make(client, store)
      const made = Option.getOrThrow(
        yield* campaigns.create({
          name: "a",
          options: "{}",
          service,
          at: undefined,
          expiresAfter: undefined,
          filesUntil: undefined,
          filesLast: 1,
          optOuts: "keep"
        })
      )
      const one = Option.getOrThrow(yield* campaigns.claim(made, "one"))
      assert.isTrue(Option.isNone(yield* campaigns.claim(made, "two")))
      const row = {
        state: "Waiting",
        recipients: 1,
        twin: "t",
        reason: null,
        request: "{}",
        filesUntil: null,
        checkedAt: null
      } as const
      assert.deepStrictEqual([yield* campaigns.step(one, [row, row]), yield* campaigns.step(one, [row, row])], [
        true,
        true
      ])
      assert.isFalse(yield* campaigns.step({ ...one, steps: 7 }, [row]))
      assert.isFalse(yield* campaigns.step({ ...one, token: "two" }, [row]))
      assert.isFalse(yield* campaigns.seal({ ...one, token: "two" }))
      assert.isFalse(yield* campaigns.clear({ ...one, token: "two" }))
      const rows = Effect.map(client`SELECT id FROM sens_payload`.values, ({ length }) => length)
      assert.strictEqual(yield* rows, 2)
      assert.deepStrictEqual([yield* campaigns.seal(one), yield* campaigns.seal(one)], [true, false])
      // It is over, so nothing of it is taken away.
      assert.isFalse(yield* campaigns.clear(one))
      yield* campaigns.abandon(one)
      assert.strictEqual(yield* rows, 2)
      assert.isTrue(Option.isNone(yield* campaigns.claim(made, "two")))
    }).pipe(Effect.provide(fresh)))

  it.effect("of retries of one campaign, one alone is imported at a time, and one whose importer is gone begins anew", () =>
    Effect.gen(function*() {
      const { client, store } = yield* opened
      const campaigns = CampaignStore.make(client, store)
      const made = (name: string, options: string) =>
        Effect.map(
          campaigns.create({
            name,
            options,
            service,
            at: undefined,
            expiresAfter: undefined,
            filesUntil: undefined,
            filesLast: 1,
            optOuts: "keep"
          }),
          Option.getOrThrow
        )
      const source = yield* made("a", "{}")
      const retries = yield* Effect.forEach(["a/2", "a/3", "a/4"], (name) => made(name, `{"retries":"a"}`))
      const another = yield* made("b", "{}")
      const other = yield* made("b/2", `{"retries":"b"}`)
      const claimedAtOnce = (retries: ReadonlyArray<CampaignStore.Campaign>, source: CampaignStore.Campaign) =>
        Effect.map(
          Effect.forEach(retries, (retry) => campaigns.claim(retry, retry.name, source), { concurrency: "unbounded" }),
          (claims) => claims.flatMap(Option.toArray)
        )
      const [won, ...more] = yield* claimedAtOnce(retries, source)
      if (won === undefined) return yield* Effect.die("none was claimed")
      assert.deepStrictEqual(more, [])
      // Over connections that are open by now, so that they do come at once.
      for (let round = 0; round < 20; round++) {
        const retried = yield* made(`c/${round}`, "{}")
        const names = [1, 2, 3, 4].map((index) => `c/${round}/${index}`)
        const each = yield* Effect.forEach(names, (name) => made(name, JSON.stringify({ retries: retried.name })))
        assert.strictEqual((yield* claimedAtOnce(each, retried)).length, 1)
      }
      assert.isTrue(Option.isSome(yield* campaigns.claim(other, "other", another)))
      // Asked again, the same; and the next, once its process stood still for too long.
      const next = retries.find(({ name }) => name !== won.campaign.name) ?? source
      assert.isTrue(Option.isNone(yield* campaigns.claim(next, "next", source)))
      yield* client`UPDATE sens_campaign SET importer_until = 1 WHERE number = ${won.campaign.number}`
      assert.isTrue(Option.isSome(yield* campaigns.claim(next, "next", source)))
      assert.isFalse(yield* campaigns.renew(won))
      assert.isFalse(yield* campaigns.seal(won))
    }).pipe(Effect.provide(fresh)))

  it.effect("is as if it had never been where the stream fails, or has too many", () =>
    Effect.gen(function*() {
      const { client, list, progress, start } = yield* opened
      const failing = Stream.concat(long(4550), Stream.fail("the file ends too early" as const))
      assert.strictEqual(yield* Effect.flip(start("a", failing, options)), "the file ends too early")
      const guarded = { ...options, maxRecipients: 149 }
      const error = yield* Effect.flip(start("a", many(150), guarded))
      assert.deepInclude(error, { _tag: "TooManyRecipients", campaign: "a", limit: 149 })
      assert.deepInclude(yield* Effect.flip(progress("a")), { _tag: "NotFound", id: "a" })
      assert.deepStrictEqual(yield* list, [])
      for (const table of ["sens_send", "sens_payload", "sens_campaign"]) {
        assert.deepStrictEqual(yield* client`SELECT * FROM ${client(table)}`.values, [])
      }
      assert.strictEqual((yield* start("a", many(149), guarded)).recipients, 149)
      const wrong = yield* Effect.flip(start("b", many(1), { ...options, maxRecipients: Number.NaN }))
      assert.deepInclude(wrong, { _tag: "SensError" })
      assert.deepInclude(yield* Effect.flip(start("", many(1), options)), { _tag: "SensError" })
    }).pipe(Effect.provide(fresh)), 60_000)

  it.effect("is empty and done where there are no messages", () =>
    Effect.gen(function*() {
      const { start } = yield* opened
      const empty = yield* start("a", Stream.empty, options)
      assert.deepStrictEqual([empty.recipients, empty.requests, empty.status._tag], [0, 0, "Done"])
      assert.deepStrictEqual(yield* start("a", many(9), options), empty)
    }).pipe(Effect.provide(fresh)))

  it.effect("refuses what is wrong, alone, and says why without saying what", () =>
    Effect.gen(function*() {
      const { client, results, start } = yield* opened
      const wrong: ReadonlyArray<BulkSend.Message> = [
        sms("01012"),
        sms(number(7), "가".repeat(46)),
        // What no compiler lets pass.
        Object.assign(sms(number(8)), { subject: "제목" }),
        JSON.parse("7"),
        { ...sms(number(9)), reserve: { at: new Date(Date.UTC(2030, 0)) } }
      ]
      const all = yield* start("a", Stream.concat(Stream.fromIterable(wrong), many(120)), options)
      assert.deepInclude(all, { recipients: 125, refused: 5, waiting: 120 })
      const refused = (yield* Stream.runCollect(results("a"))).filter(({ status }) => status === "Refused")
      const kinds = refused.map(({ reason, to }) => [
        Option.getOrElse(to, () => "none"),
        Option.match(reason, {
          onNone: () => [],
          onSome: (reason) =>
            reason._tag === "InvalidRequest" ? reason.issues.map(({ kind, path }) => [kind, path.join(".")]) : []
        })
      ])
      assert.sameDeepMembers(kinds, [
        ["01012", [["NumberShape", "messages.0.to"]]],
        [number(7), [["TooLong", "content"]]],
        [number(8), [["Schema", "subject"]]],
        [number(9), [["Reserve", "reserve"]]],
        ["none", [["Schema", ""]]]
      ])
      const dump = JSON.stringify(
        yield* client`SELECT * FROM sens_send, sens_campaign`,
        (_, value: unknown) => typeof value === "bigint" ? Number(value) : value
      )
      assert.notMatch(dump, /01012|가가|제목|서점|01000000/)
    }).pipe(Effect.provide(fresh)))

  it.effect("pauses and resumes, also twice, and what is paused is never picked", () =>
    Effect.gen(function*() {
      const { client, pause, picked, progress, resume, start, store } = yield* opened
      yield* start("a", many(250), options)
      const [row] = yield* picked
      assert.isDefined(row)
      for (const _ of [1, 2]) assert.strictEqual((yield* pause("a")).status._tag, "Paused")
      assert.deepStrictEqual(yield* picked, [])
      assert.isTrue(Option.isNone(yield* store.untilDue([service], () => 100)))
      // It was prepared when the pause came.
      const intent = { serviceId: row!.service, timestamp: 10, preparedAt: 11, notBefore: 8, expires: 300_010 }
      assert.isTrue(Option.isNone(yield* store.write(row!, { _tag: "Claim", intent, isProbe: false })))
      yield* store.write(row!, { _tag: "PutOff", delay: 0 })
      assert.deepStrictEqual(yield* picked, [])
      const { waiting } = yield* progress("a")
      assert.strictEqual(waiting, 250)
      for (const _ of [1, 2]) assert.strictEqual((yield* resume("a")).status._tag, "Sending")
      assert.strictEqual((yield* picked).length, 3)
      assert.deepStrictEqual(yield* client`SELECT id FROM sens_send WHERE paused <> 0`.values, [])
    }).pipe(Effect.provide(fresh)))

  it.effect("lets what is open come back to a pause, and never back from a cancellation", () =>
    Effect.gen(function*() {
      const { cancel, client, pause, picked, progress, resume, start, store } = yield* opened
      yield* start("a", many(400), options)
      const rows = yield* picked
      const intent = { serviceId: rows[0]!.service, timestamp: 10, preparedAt: 11, notBefore: 8, expires: 300_010 }
      const open = (index: number) =>
        Effect.map(store.write(rows[index]!, { _tag: "Claim", intent, isProbe: false }), Option.getOrThrow)
      const [one, two, three] = [yield* open(0), yield* open(1), yield* open(2)]
      yield* pause("a")
      assert.deepInclude(yield* progress("a"), { open: 300, waiting: 100 })
      yield* store.write(one, { _tag: "GiveBack", delay: 0 })
      yield* store.write(two, { _tag: "Hold" })
      assert.deepStrictEqual(yield* picked, [])
      yield* resume("a")
      assert.sameMembers((yield* picked).map(({ id }) => id), [one.id, rows[3]!.id])
      yield* pause("a")
      for (const _ of [1, 2]) assert.strictEqual((yield* cancel("a")).status._tag, "Cancelled")
      assert.deepInclude(yield* progress("a"), { open: 100, held: 100, notSent: 200 })
      // Proved not to have been accepted, it is due, so that somebody sees that it is not wanted any more.
      yield* store.write(three, { _tag: "Prove", isHeld: false })
      const due = yield* picked
      assert.deepStrictEqual(due.map(({ id }) => id), [three.id])
      assert.isTrue(Option.isNone(yield* store.write(due[0]!, { _tag: "Claim", intent, isProbe: false })))
      assert.isTrue(Option.isSome(yield* store.write(due[0]!, { _tag: "Lapse" })))
      for (const change of [pause, resume]) assert.strictEqual((yield* change("a")).status._tag, "Cancelled")
      assert.strictEqual((yield* start("a", many(9), options)).status._tag, "Cancelled")
      assert.deepStrictEqual(yield* picked, [])
      assert.deepStrictEqual(
        yield* client`SELECT DISTINCT reason FROM sens_send WHERE state = 'NotSent'`.values,
        [["Cancelled"]]
      )
    }).pipe(Effect.provide(fresh)))

  it.effect("can be paused and cancelled while it is imported", () =>
    Effect.gen(function*() {
      const { cancel, pause, picked, progress, resume, start } = yield* opened
      const gate = yield* Deferred.make<void>()
      const late = Stream.concat(long(4550), Stream.fromEffectDrain(Deferred.await(gate)))
      const written = (id: string) =>
        Effect.repeat(Effect.yieldNow, {
          until: () => Effect.orElseSucceed(Effect.map(progress(id), ({ recipients }) => recipients > 0), () => false)
        })
      const one = yield* Effect.forkChild(start("a", late, options))
      yield* written("a")
      assert.strictEqual((yield* pause("a")).status._tag, "Importing")
      const two = yield* Effect.forkChild(start("b", late, options))
      yield* written("b")
      assert.strictEqual((yield* cancel("b")).status._tag, "Cancelled")
      yield* Deferred.succeed(gate, undefined)
      assert.deepInclude(yield* Fiber.join(one), { waiting: 4550, status: Campaigns.Status.Paused() })
      assert.deepInclude(yield* Fiber.join(two), { waiting: 0, status: Campaigns.Status.Cancelled() })
      assert.deepStrictEqual(yield* picked, [])
      yield* resume("a")
      assert.strictEqual((yield* picked).length, 46)
    }).pipe(Effect.provide(fresh)), 60_000)

  it.effect("tells of each what became of it, and of all together", () =>
    Effect.gen(function*() {
      const { client, list, progress, results, start } = yield* opened
      yield* start("other", many(120), options)
      yield* start("a", many(760), options)
      yield* start("b", Stream.empty, options)
      const ids = (yield* client`
        SELECT s.id FROM sens_send s JOIN sens_campaign c ON c.number = s.campaign WHERE c.name = 'a' ORDER BY s.id`
        .values)
        .map(([id]) => Number(id))
      const set = (index: number, state: string, reason: string | null = null) =>
        client`UPDATE sens_send SET state = ${state}, due = NULL, reason = ${reason} WHERE id = ${ids[index]!}`
      yield* set(0, "Open")
      yield* set(1, "Accepted")
      yield* set(2, "Held")
      yield* set(3, "NotSent", "Expired")
      yield* set(4, "Final")
      yield* client`UPDATE sens_send SET delivered = 97, failed = 2 WHERE id = ${ids[4]!}`
      const kept = Arr.makeBy(100, (index) =>
        index < 97 ? ["D", "0", 0] : index < 99 ? ["F", "2003", 5] : ["?", null, null])
      yield* client`UPDATE sens_payload SET result = ${JSON.stringify([1000, kept])} WHERE id = ${ids[4]!}`
      const now = yield* progress("a")
      assert.deepInclude(now, {
        requests: 8,
        recipients: 760,
        open: 100,
        accepted: 100,
        held: 100,
        notSent: 100,
        delivered: 97,
        failed: 2,
        unknown: 1,
        waiting: 260,
        refused: 0
      })
      const all = yield* Stream.runCollect(results("a"))
      assert.deepStrictEqual(
        all.map(({ to }) =>
          Option.getOrNull(to)
        ),
        Arr.range(1, 760).map(number)
      )
      const statuses = new Map<string, number>()
      for (const { status } of all) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      assert.deepStrictEqual(Object.fromEntries(statuses), {
        Open: 100,
        Accepted: 100,
        Held: 100,
        NotSent: 100,
        Delivered: 97,
        Failed: 2,
        Unknown: 1,
        Waiting: 260
      })
      const failed = all.find(({ status }) => status === "Failed")!
      assert.deepStrictEqual(Option.map(failed.code, ({ code }) => code), Option.some("2003"))
      assert.deepStrictEqual(
        Option.map(failed.completedAt, ({ epochMilliseconds }) => epochMilliseconds),
        Option.some(1005)
      )
      const final = yield* Stream.runCollect(results("a", { final: true }))
      assert.strictEqual(final.length, 200)
      assert.deepStrictEqual((yield* list).map(({ id, recipients, status }) => [id, recipients, status._tag]), [
        ["b", 0, "Done"],
        ["a", 760, "Sending"],
        ["other", 120, "Sending"]
      ])
      for (const ask of [progress("c"), Stream.runDrain(results("c"))]) {
        assert.deepInclude(yield* Effect.flip(ask), { _tag: "NotFound", id: "c" })
      }
    }).pipe(Effect.provide(fresh)))

  it.effect("purges texts, then all, and sets the id free", () =>
    Effect.gen(function*() {
      const { cancel, client, progress, purge, results, start } = yield* opened
      yield* start("a", many(150), options)
      yield* start("b", many(150), options)
      assert.strictEqual(yield* purge("a", "everything"), 0)
      yield* cancel("a")
      yield* cancel("b")
      assert.deepStrictEqual([yield* purge("a", "texts"), yield* purge("a", "texts")], [2, 0])
      const all = yield* Stream.runCollect(results("a"))
      assert.deepStrictEqual([all.length, all.filter(({ to }) => Option.isSome(to)).length], [150, 0])
      assert.strictEqual((yield* progress("a")).notSent, 150)
      assert.strictEqual((yield* client`SELECT id FROM sens_payload WHERE request IS NULL`.values).length, 2)
      assert.deepStrictEqual(yield* purge("a", "everything"), 2)
      assert.deepInclude(yield* Effect.flip(purge("a", "everything")), { _tag: "NotFound", id: "a" })
      assert.strictEqual((yield* progress("b")).notSent, 150)
      assert.strictEqual((yield* start("a", many(7), options)).waiting, 7)
      const outbox = yield* Outbox.Outbox
      assert.strictEqual(yield* outbox.purge({ olderThan: 0, what: "everything" }), 2)
      assert.deepInclude(yield* Effect.flip(progress("b")), { _tag: "NotFound", id: "b" })
    }).pipe(Effect.provide(fresh)))
}

describe("on SQLite", () => {
  // Those who wait for each other do so in real time.
  suite({ effect: it.live }, NodeSqlite.layer({ filename: ":memory:" }))
})

describe.skipIf(!Postgres.isThere)("on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    suite(it, Postgres.layer)
  })
})

describe("any sequence of changes", () => {
  const fresh = Campaigns.layer().pipe(
    Layer.provideMerge(Outbox.layer()),
    Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
    Layer.fresh
  )
  const Step = Schema.Literals([
    "start",
    "pause",
    "resume",
    "cancel",
    "Claim",
    "PutOff",
    "GiveBack",
    "Prove",
    "Hold",
    "SendAgain",
    "Lapse",
    "Reject"
  ])
  const intent = { serviceId: ServiceId.make(service), timestamp: 10, preparedAt: 11, notBefore: -99, expires: -90 }
  const changes: { readonly [Tag in string]: Machine.Change } = {
    Claim: Machine.Change.Claim({ intent, isProbe: false }),
    PutOff: Machine.Change.PutOff({ delay: 0 }),
    GiveBack: Machine.Change.GiveBack({ delay: 0 }),
    Prove: Machine.Change.Prove({ isHeld: false }),
    Hold: Machine.Change.Hold(),
    SendAgain: Machine.Change.SendAgain({ lag: 0 }),
    Lapse: Machine.Change.Lapse(),
    Reject: Machine.Change.Reject({ reason: new SensError.BadRequest({ status: 400, errors: [] }) })
  }

  it.effect.prop(
    "loses nobody, sends nothing that is paused or cancelled, and leaves nothing behind that never comes up",
    [
      Arbitrary.array(Arbitrary.schema(Schema.Tuple([Step, Schema.Literals([0, 1, 2])])), { maxLength: 25 })
    ],
    ([steps]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(1_000_000)
        const { cancel, client, pause, picked, progress, resume, start, store } = yield* opened
        yield* start("a", many(300), options)
        const ids = (yield* client`SELECT id FROM sens_send ORDER BY id`.values).map(([id]) => Number(id))
        let isPaused = false
        let isCancelled = false
        for (const [step, index] of steps) {
          const row = Option.getOrThrow(yield* store.row(ids[index]!))
          if (step === "start") yield* start("a", many(300), options)
          else if (step === "pause") {
            yield* pause("a")
            isPaused = !isCancelled
          } else if (step === "resume") {
            yield* resume("a")
            isPaused = false
          } else if (step === "cancel") {
            yield* cancel("a")
            isCancelled = true
            isPaused = false
          } else {
            const written = yield* store.write(row, changes[step]!)
            if (step === "Claim") assert.isFalse(Option.isSome(written) && (isPaused || isCancelled))
          }
          yield* TestClock.adjust(20)
          const due = yield* picked
          yield* TestClock.adjust(20)
          const now = yield* progress("a")
          assert.strictEqual(now.open + now.waiting + now.held + now.refused + now.notSent, 300)
          const waiting = (yield* client`SELECT id FROM sens_send WHERE state = 'Waiting'`.values).map(([id]) =>
            Number(id)
          )
          // What waits is due, but for a pause.
          assert.sameMembers(
            due.filter(({ state }) => state === "Waiting").map(({ id }) => id),
            isPaused ? [] : waiting
          )
          // Of what was cancelled only that waits which was open, and it cannot be sent.
          if (isCancelled) assert.isTrue(due.every(({ cancelled }) => cancelled))
        }
      }).pipe(Effect.provide(fresh)),
    { arbitrary: { runs: 40 }, timeout: 120_000 }
  )
})

describe("messages of any kind", () => {
  const Kind = Schema.Struct({
    isLong: Schema.Boolean,
    subject: Schema.optionalKey(Schema.Literals(["가", "나", ""])),
    content: Schema.Literals(["다", "라", "", "가".repeat(46)]),
    contentType: Schema.optionalKey(Schema.Literals(["COMM", "AD"])),
    to: Schema.Literals(["01012345678", "010-1234-5679", "+82 10 1234 5680", "0101234567899", "", "hello"])
  })
  const fresh = Campaigns.layer().pipe(
    Layer.provideMerge(Outbox.layer()),
    Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
    Layer.fresh
  )

  it.effect.prop("are each waiting or refused, and those that wait are those that enqueue takes", [
    Arbitrary.array(Arbitrary.schema(Kind), { maxLength: 30 })
  ], ([kinds]) =>
    Effect.gen(function*() {
      const { start } = yield* opened
      const { enqueue } = yield* Outbox.Outbox
      const messages = kinds.map(({ isLong, subject, ...kind }): BulkSend.Message => ({
        ...kind,
        from: "0212345678",
        ...isLong ? { type: "LMS" as const, ...subject === undefined ? {} : { subject } } : { type: "SMS" as const }
      }))
      const taken = yield* Effect.forEach(messages, ({ to, ...rest }) =>
        Effect.isSuccess(enqueue({ ...rest, messages: [{ to }] } as Parameters<typeof enqueue>[0], options)))
      const wanted = taken.filter(Boolean).length
      const { refused, waiting } = yield* start("a", Stream.fromIterable(messages), options)
      assert.deepStrictEqual([waiting, refused], [wanted, messages.length - wanted])
    }).pipe(Effect.provide(fresh)), { arbitrary: { runs: 40 }, timeout: 120_000 })
})

describe("a campaign whose texts are encoded", () => {
  it.effect("holds none that can be read, and tells and retries as any other", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const campaigns = yield* Campaigns.Campaigns
      yield* campaigns.start("encoded", Stream.make(sms(number(1)), sms("0101234567890"), sms(number(2))), options)
      const kept = (yield* sql`SELECT request FROM sens_payload`.values).flat().map(String)
      assert.strictEqual(kept.length, 2)
      for (const text of kept) {
        assert.isTrue(text.startsWith("encoded:"))
        assert.notMatch(text, /010|서점/)
      }
      const results = yield* Stream.runCollect(campaigns.results("encoded"))
      assert.deepStrictEqual(
        results.map(({ status, to }) => [Option.getOrNull(to), status]).toSorted(),
        [["01000000001", "Waiting"], ["01000000002", "Waiting"], ["0101234567890", "Refused"]]
      )
      const { picked } = yield* opened
      const [row] = yield* picked
      assert.strictEqual(row?.recipients, 2)
    }).pipe(Effect.provide(
      Campaigns.layer().pipe(
        Layer.provideMerge(Outbox.layer({
          payload: {
            encode: (text) => Effect.succeed(`encoded:${Encoding.encode(text)}`),
            decode: (text) => Effect.fromResult(Encoding.decodeString(text.slice("encoded:".length)))
          }
        })),
        Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" }))
      )
    )))
})
