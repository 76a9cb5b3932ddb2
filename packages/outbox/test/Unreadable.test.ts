import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { outbox, pass, sms, working } from "./emulated.ts"

const accepted = Emulator.Emulator.use(({ allMessages }) => Effect.map(allMessages, ({ length }) => length))

const isSent = ({ _tag }: Outbox.Status): boolean => _tag === "Accepted" || _tag === "Final"

describe("what stands in the database and cannot be read", () => {
  const damages = {
    "a number that is not whole": (id: number) =>
      SqlClient.SqlClient.use((sql) => sql`UPDATE sens_send SET expires_at = 1e15 + 0.5 WHERE id = ${id}`),
    "a text in the place of a number": (id: number) =>
      SqlClient.SqlClient.use((sql) => sql`UPDATE sens_send SET intent_at = 'soon' WHERE id = ${id}`)
  }
  for (const [what, damage] of Object.entries(damages)) {
    it.effect(`keeps no other entry from being sent: ${what}`, () =>
      Effect.gen(function*() {
        const { enqueue, status } = yield* Outbox.Outbox
        const bad = yield* enqueue(sms("01012345678"))
        yield* damage(bad)
        const good = yield* enqueue(sms("01087654321"))
        yield* pass(2)
        assert.isTrue(isSent(yield* status(good)))
        const later = yield* enqueue(sms("01011112222"))
        yield* pass(15)
        assert.isTrue(isSent(yield* status(later)))
      }).pipe(Effect.provide(working())))
  }

  it.effect("keeps no worker from its work: the reason of a hold", () =>
    Effect.gen(function*() {
      const { enqueue, holds, status } = yield* Outbox.Outbox
      const sql = yield* SqlClient.SqlClient
      yield* sql`INSERT INTO sens_hold VALUES (${Account.serviceId}, 'Quota', '{"_tag":"Later"}', 0, 5000, 0)`
      const id = yield* enqueue(sms())
      yield* pass(4)
      assert.strictEqual((yield* status(id))._tag, "Waiting")
      assert.strictEqual((yield* holds).length, 1)
      yield* pass(4)
      assert.strictEqual((yield* status(id))._tag, "Accepted")
      assert.strictEqual((yield* holds).length, 0)
    }).pipe(Effect.provide(working())))
})

it.effect("a codec that is interrupted keeps its entry, and no room of the worker", () => {
  const decode = (text: string) => text.includes("01099999999") ? Effect.interrupt : Effect.succeed(text)
  return Effect.gen(function*() {
    const { enqueue, status } = yield* Outbox.Outbox
    for (let index = 0; index < 4; index++) yield* enqueue(sms("01099999999", `${index}`))
    yield* pass(1)
    const id = yield* enqueue(sms())
    yield* pass(11)
    assert.isTrue(isSent(yield* status(id)))
  }).pipe(
    Effect.provide(
      working(undefined, undefined, { payload: { encode: Effect.succeed, decode }, worker: { concurrency: 2 } })
    )
  )
})

it.effect("a codec that is interrupted ends no pass", () => {
  const decode = (text: string) => text.includes("01099999999") ? Effect.interrupt : Effect.succeed(text)
  return Effect.gen(function*() {
    const { enqueue } = yield* Outbox.Outbox
    yield* enqueue(sms("01099999999"))
    yield* enqueue(sms())
    assert.strictEqual((yield* Outbox.drain()).acted, 2)
    assert.strictEqual(yield* accepted, 1)
  }).pipe(Effect.provide(outbox(undefined, undefined, { payload: { encode: Effect.succeed, decode } })))
})

it.effect("the status of what somebody has settled by hand", () =>
  Effect.gen(function*() {
    const { enqueue, status } = yield* Outbox.Outbox
    const sql = yield* SqlClient.SqlClient
    const id = yield* enqueue(sms())
    yield* sql`UPDATE sens_send SET state = 'NotSent', reason = 'by hand', due = NULL`
    assert.deepStrictEqual(yield* status(id), Outbox.Status.NotSent({ why: "GivenUp" }))
    yield* sql`UPDATE sens_send SET state = 'Refused'`
    const refused = yield* status(id)
    assert.isTrue(refused._tag === "Refused" && refused.reason._tag === "InvalidRequest")
    yield* sql`UPDATE sens_send SET state = 'Final', request_id = 'a'`
    yield* sql`UPDATE sens_payload SET result = '[0]'`
    const final = yield* status(id)
    assert.isTrue(final._tag === "Final" && final.results.length === 0)
  }).pipe(Effect.provide(outbox())))

describe("options that nobody checked", () => {
  it.effect("an entry that never expires is sent", () =>
    Effect.gen(function*() {
      const { enqueue, status } = yield* Outbox.Outbox
      const id = yield* enqueue(sms(), { expiresAfter: Duration.infinity })
      yield* pass(2)
      assert.strictEqual((yield* status(id))._tag, "Accepted")
    }).pipe(Effect.provide(working())))

  const wrong: Record<string, object> = {
    "a duration that is none": { expiresAfter: "soon" },
    "NaN": { expiresAfter: Number.NaN },
    "a negative duration": { expiresAfter: -1 },
    "a priority that is none": { priority: "high" },
    "a service that is none": { service: "demo" },
    "a key that is no text": { key: 12 },
    "an empty key": { key: "" },
    "a time that is none": { at: "2026-01-01" }
  }
  for (const [what, options] of Object.entries(wrong)) {
    it.effect(`is an invalid request: ${what}`, () =>
      Effect.gen(function*() {
        const { enqueue } = yield* Outbox.Outbox
        const error = yield* Effect.flip(enqueue(sms(), options))
        assert.instanceOf(error, SensError.SensError)
        assert.strictEqual(error.reason._tag, "InvalidRequest")
      }).pipe(Effect.provide(outbox())))
  }

  const wrongOfCampaign: Record<string, object> = {
    "a duration that is none": { expiresAfter: "soon" },
    "a service that is none": { service: "demo" },
    "a word that is none": { optOuts: "drop" },
    "a number that is none": { maxRecipients: Number.NaN }
  }
  for (const [what, options] of Object.entries(wrongOfCampaign)) {
    it.effect(`is a campaign that does not start: ${what}`, () =>
      Effect.gen(function*() {
        const { list, start } = yield* Campaigns.make()
        const error = yield* Effect.flip(start("a", Stream.empty, options))
        assert.strictEqual(error._tag === "SensError" && error.reason._tag, "InvalidRequest")
        assert.strictEqual((yield* list).length, 0)
      }).pipe(Effect.provide(outbox())))
  }

  it.effect("a campaign that never expires is sent", () =>
    Effect.gen(function*() {
      const { progress, start } = yield* Campaigns.make()
      const messages = Stream.make({ type: "SMS", from: "0212345678", to: "01012345678", content: "a" } as const)
      yield* start("a", messages, { expiresAfter: Duration.infinity })
      yield* pass(2)
      assert.strictEqual((yield* progress("a")).accepted, 1)
    }).pipe(Effect.provide(working())))

  for (const concurrency of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 2.5]) {
    it.effect(`a worker sends with a concurrency of ${concurrency}`, () =>
      Effect.gen(function*() {
        const { enqueue, status } = yield* Outbox.Outbox
        const id = yield* enqueue(sms())
        yield* pass(2)
        assert.strictEqual((yield* status(id))._tag, "Accepted")
      }).pipe(Effect.provide(working(undefined, undefined, { worker: { concurrency } }))))
  }

  for (const limit of [Number.NaN, 0, -1, 2.5, Number.POSITIVE_INFINITY]) {
    it.effect(`a pass with a limit of ${limit}`, () =>
      Effect.gen(function*() {
        const { enqueue } = yield* Outbox.Outbox
        yield* enqueue(sms())
        const { acted } = yield* Outbox.drain({ limit })
        assert.strictEqual(acted, limit <= 0 ? 0 : 1)
        assert.strictEqual(yield* accepted, limit <= 0 ? 0 : 1)
      }).pipe(Effect.provide(outbox())))
  }

  it.effect("a lag that is no number is not none at all", () =>
    Effect.gen(function*() {
      const { enqueue, settle } = yield* Outbox.Outbox
      const sql = yield* SqlClient.SqlClient
      const id = yield* enqueue(sms())
      // Refused by the gateway for 20 seconds by now.
      yield* sql`UPDATE sens_send SET state = 'Held', intent_at = 0, intent_time = 0, intent_from = 0, intent_to = -30000`
      const error = yield* Effect.flip(settle(id, Outbox.Verdict.SendAgain()))
      assert.deepInclude(error, { _tag: "WrongState", why: "TooEarly" })
      yield* pass(41)
      yield* settle(id, Outbox.Verdict.SendAgain())
    }).pipe(Effect.provide(outbox(undefined, undefined, { visibilityLag: Number.NaN }))))

  for (const olderThan of [Number.NaN, Number.POSITIVE_INFINITY]) {
    it.effect(`purge older than ${olderThan} takes nothing away`, () =>
      Effect.gen(function*() {
        const { cancel, enqueue, purge, status } = yield* Outbox.Outbox
        const id = yield* enqueue(sms())
        yield* cancel(id)
        yield* pass(1)
        assert.strictEqual(yield* purge({ olderThan, what: "everything" }), 0)
        assert.strictEqual((yield* status(id))._tag, "NotSent")
      }).pipe(Effect.provide(outbox())))
  }
})
