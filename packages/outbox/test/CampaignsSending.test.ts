import * as FileId from "@effect-sens/core/FileId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import type * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { outbox, pass, signer, sms, working } from "./emulated.ts"

const number = (index: number) => `010${String(index).padStart(8, "0")}`

const message = (to: string, content = "[서점] 주문하신 책이 도착했습니다."): BulkSend.SmsMessage => ({
  type: "SMS",
  from: "0212345678",
  to,
  content
})

const ad = (to: string): BulkSend.SmsMessage => ({
  ...message(to, "(광고)[서점] 신간 10% 할인\n무료수신거부 0801234567"),
  contentType: "AD"
})

const many = (count: number, of: (to: string) => BulkSend.Message = message) =>
  Stream.range(1, count).pipe(Stream.map((index) => of(number(index))))

/** With a worker. */
const layer = (emulator?: Emulator.Options) => Campaigns.layer().pipe(Layer.provideMerge(working(emulator)))

/** Without one. */
const idle = Campaigns.layer().pipe(Layer.provideMerge(outbox()))

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ to }) => to).toSorted())
)

const statuses = (campaigns: Campaigns.Service, id: string) =>
  campaigns.results(id).pipe(
    Stream.map(({ status, to, why }) =>
      [Option.getOrElse(to, () => "none"), Option.getOrElse(why, () => status)] as const
    ),
    Stream.runCollect,
    Effect.map((all) => Object.fromEntries(all))
  )

describe("a campaign", () => {
  it.effect("is sent to each once, and watched to its end", () =>
    Effect.gen(function*() {
      const { start, watch } = yield* Campaigns.Campaigns
      const { setOutcome } = yield* Emulator.Emulator
      yield* setOutcome(number(3), "2003")
      yield* start("a", Stream.concat(many(250), Stream.make(message("02"))))
      const watching = yield* Effect.forkChild(Stream.runCollect(watch("a")))
      yield* pass(30)
      const seen = yield* Fiber.join(watching)
      assert.isAbove(seen.length, 2)
      for (const { accepted, delivered, failed, open, recipients, refused, waiting } of seen) {
        assert.strictEqual(recipients, 251)
        assert.strictEqual(accepted + delivered + failed + open + refused + waiting, 251)
      }
      const tags = seen.map(({ status }) => status._tag)
      assert.deepStrictEqual(Arr.dedupe(tags), ["Sending", "Done"])
      assert.strictEqual(tags.indexOf("Done"), tags.length - 1)
      assert.deepInclude(seen.at(-1), { delivered: 249, failed: 1, refused: 1, requests: 4 })
      assert.deepStrictEqual(yield* accepted, Arr.range(1, 250).map(number))
      // Of one that is over there is one more figure.
      assert.strictEqual(yield* Stream.runCount(watch("a")), 1)
      assert.deepStrictEqual(yield* start("a", many(250)), seen.at(-1))
      assert.deepInclude(yield* Effect.flip(Stream.runDrain(watch("b"))), { _tag: "NotFound", id: "b" })
    }).pipe(Effect.provide(layer())))

  it.effect("is all that a worker acts on that is its own, whatever else waits or is open", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* campaigns.start("a", many(3))
      yield* campaigns.start("b", Stream.make(message(number(9))))
      yield* enqueue(sms(number(8)))
      // One of another campaign is open, and was not accepted: nobody is to send it again here.
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      yield* Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker({ campaign: "b" })), pass(2)))
      assert.deepInclude(yield* campaigns.progress("b"), { open: 1, waiting: 0 })
      yield* Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker({ campaign: "a" })), pass(420, 1)))
      assert.deepStrictEqual(yield* accepted, [number(1), number(2), number(3)])
      assert.deepInclude(yield* campaigns.progress("b"), { open: 1, waiting: 0 })
      yield* Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker({ campaign: "b" })), pass(30)))
      assert.deepStrictEqual(yield* accepted, [number(1), number(2), number(3), number(9)])
    }).pipe(Effect.provide(idle)))

  it.effect("is watched sooner than in a second where this process changes something", () =>
    Effect.gen(function*() {
      const { pause, start, watch } = yield* Campaigns.Campaigns
      yield* start("a", many(9))
      const seen: Array<string> = []
      yield* Effect.forkChild(Stream.runForEach(watch("a"), ({ status }) => Effect.sync(() => seen.push(status._tag))))
      yield* pass(0.25, 0.05)
      yield* pause("a")
      yield* pass(0.1, 0.05)
      assert.strictEqual(seen.at(-1), "Paused")
      const { length } = seen
      yield* pass(3)
      assert.isAtLeast(seen.length - length, 2)
    }).pipe(Effect.provide(idle)))

  it.effect("waits for its time, and is not sent after it", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const at = DateTime.makeUnsafe(60_000)
      yield* campaigns.start("a", many(3), { at })
      yield* pass(59)
      assert.deepStrictEqual(yield* accepted, [])
      yield* pass(3)
      assert.deepStrictEqual(yield* accepted, [1, 2, 3].map(number))
      yield* campaigns.start("b", many(3), { at: new Date(120_000), expiresAfter: "30 seconds" })
      yield* campaigns.pause("b")
      yield* pass(91)
      yield* campaigns.resume("b")
      yield* pass(2)
      assert.deepStrictEqual(Object.values(yield* statuses(campaigns, "b")), ["Expired", "Expired", "Expired"])
      assert.strictEqual((yield* campaigns.progress("b")).status._tag, "Done")
    }).pipe(Effect.provide(layer())))

  it.effect("goes on after a pause in the middle, and reaches each once", () =>
    Effect.gen(function*() {
      const { pause, progress, resume, start } = yield* Campaigns.Campaigns
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", Infinity, Fault.slow({ before: "1 second" }))
      yield* start("a", many(5000))
      yield* pass(0.5)
      yield* pause("a")
      yield* pass(10)
      const paused = yield* progress("a")
      assert.strictEqual(paused.status._tag, "Paused")
      // What was being sent has gone to its end.
      assert.strictEqual(paused.open, 0)
      const before = (yield* accepted).length
      assert.isAbove(before, 0)
      assert.isBelow(before, 5000)
      yield* pass(30, 1)
      assert.strictEqual((yield* accepted).length, before)
      yield* resume("a")
      yield* pass(60, 1)
      assert.deepStrictEqual(yield* accepted, Arr.range(1, 5000).map(number))
      assert.strictEqual((yield* progress("a")).delivered, 5000)
    }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))))

  it.effect("closes its books where it is cancelled in the middle, with lost answers", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 3, Fault.reset({ accepted: true }))
      yield* faults.next("send", 3, Fault.reset({ accepted: false }))
      yield* faults.next("send", Infinity, Fault.slow({ before: "1 second" }))
      yield* campaigns.start("a", many(5000))
      yield* pass(0.5)
      assert.isAbove((yield* campaigns.progress("a")).open, 0)
      yield* campaigns.cancel("a")
      yield* pass(15 * 60, 1)
      const { delivered, notSent, status, waiting, ...rest } = yield* campaigns.progress("a")
      assert.deepInclude({ ...rest, waiting }, { open: 0, accepted: 0, held: 0, refused: 0, waiting: 0 })
      assert.strictEqual(status._tag, "Cancelled")
      assert.strictEqual(delivered + notSent, 5000)
      // What is said to be delivered was accepted, and nothing else.
      const all = yield* statuses(campaigns, "a")
      const said = Object.keys(all).filter((to) => all[to] === "Delivered")
      assert.deepStrictEqual(said.toSorted(), yield* accepted)
      // Those that were proved not to have been accepted are not sent again.
      assert.isAtLeast(notSent, 300)
    }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))), 60_000)

  it.effect("tells that the quota of its service is used up, and goes on by itself", () =>
    Effect.gen(function*() {
      const { progress, start, watch } = yield* Campaigns.Campaigns
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", Infinity, Fault.tooManyRequests({ code: "400" }))
      yield* start("a", many(500))
      const watching = yield* Effect.forkChild(Stream.runCollect(watch("a")))
      yield* pass(10)
      const { status, waiting } = yield* progress("a")
      assert.strictEqual(waiting, 500)
      assert.strictEqual(status._tag, "Waiting")
      if (status._tag === "Waiting") {
        assert.deepStrictEqual([status.why, status.reason._tag], ["Quota", "QuotaExceeded"])
        const until = status.until.epochMilliseconds
        assert.isAbove(until, 10_000)
        assert.isAtMost(until, 130_000)
      }
      yield* faults.clear
      yield* pass(15 * 60, 1)
      const tags = Arr.dedupe((yield* Fiber.join(watching)).map(({ status }) => status._tag))
      assert.sameMembers(tags, ["Sending", "Waiting", "Done"])
      assert.strictEqual((yield* accepted).length, 500)
    }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))), 60_000)

  it.effect("is overtaken by what is transactional", () =>
    Effect.gen(function*() {
      const { pause, progress, start } = yield* Campaigns.Campaigns
      const { await: awaited, enqueue } = yield* Outbox.Outbox
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", Infinity, Fault.slow({ before: "1 second" }))
      yield* start("a", many(100_000))
      yield* pass(1)
      for (let index = 0; index < 3; index++) {
        const id = yield* enqueue(sms(undefined, `인증번호 ${index}`))
        const taken = yield* Effect.forkChild(awaited(id, "accepted"))
        yield* pass(2, 0.1)
        assert.strictEqual((yield* Fiber.join(taken))._tag, "Accepted")
      }
      assert.isAbove((yield* progress("a")).waiting, 10_000)
      // What is being sent goes to its end before the worker ends.
      yield* pause("a")
      yield* pass(2)
    }).pipe(Effect.provide(layer({ completedAfter: "1 hour" }))), 60_000)
})

describe("an advertisement", () => {
  it.effect("is not sent to numbers of the block list", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { unsubscribes } = yield* Sens.Sens
      yield* unsubscribes.register([number(2), number(150)])
      // What is none is sent to all.
      const messages = Stream.concat(many(200, ad), Stream.make(message(number(2), "배송 안내")))
      assert.deepInclude(yield* campaigns.start("a", messages), { notSent: 2, waiting: 199 })
      yield* pass(5)
      const got = yield* accepted
      assert.deepStrictEqual(got, Arr.range(1, 200).filter((index) => index !== 150).map(number))
      const refused = (yield* Stream.runCollect(campaigns.results("a", { final: true })))
        .filter(({ status }) => status === "NotSent")
      assert.deepStrictEqual(
        refused.map(({ to, why }) => [Option.getOrNull(to), Option.getOrNull(why)]),
        [[number(2), "OptedOut"], [number(150), "OptedOut"]]
      )
      yield* campaigns.start("b", many(3, ad), { optOuts: "keep" })
      yield* pass(5)
      assert.strictEqual((yield* accepted).length, got.length + 3)
    }).pipe(Effect.provide(layer())))

  it.effect(
    "is looked up once more where it has waited for more than an hour, and a lost answer is found all the same",
    () =>
      Effect.gen(function*() {
        const campaigns = yield* Campaigns.Campaigns
        const { faults, ledger, optOut } = yield* Emulator.Emulator
        yield* campaigns.start("soon", many(3, ad), { at: DateTime.makeUnsafe(59 * 60_000) })
        yield* campaigns.start("late", many(120, ad), { at: DateTime.makeUnsafe(2 * 3_600_000) })
        yield* campaigns.start("none", many(1, ad), { at: DateTime.makeUnsafe(2 * 3_600_000) })
        yield* pass(30 * 60, 30)
        for (const index of [1, 7, 120]) yield* optOut(number(index))
        yield* pass(40 * 60, 30)
        // Within the hour the list is not read once more; SENS itself keeps back what goes to a number on it.
        const reads = Effect.map(
          ledger,
          (entries) => entries.filter(({ operation }) => operation?.includes("nsubscribe")).length
        )
        const before = yield* reads
        assert.strictEqual(
          (yield* campaigns.progress("soon")).delivered + (yield* campaigns.progress("soon")).failed,
          3
        )
        yield* faults.next("send", 2, Fault.reset({ accepted: true }))
        yield* pass(60 * 60, 5)
        // Once for all that was due.
        assert.strictEqual((yield* reads) - before, 1)
        const late = yield* statuses(campaigns, "late")
        const optedOut = Object.keys(late).filter((to) => late[to] === "OptedOut")
        assert.deepStrictEqual(optedOut, [number(1), number(7), number(120)].toSorted())
        assert.deepInclude(yield* campaigns.progress("late"), { recipients: 120, delivered: 117, notSent: 3 })
        assert.deepStrictEqual(Object.values(yield* statuses(campaigns, "none")), ["OptedOut"])
        const sent = yield* accepted
        assert.strictEqual(sent.length, 3 + 117)
      }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))),
    60_000
  )

  it.effect("is looked up by the worker where the process that imports has no keys", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { optOut } = yield* Emulator.Emulator
      yield* optOut(number(2))
      const started = yield* campaigns.start("a", many(3, ad), { service: Account.serviceId })
      assert.strictEqual(started.waiting, 3)
      yield* pass(5)
      assert.deepStrictEqual(yield* accepted, [number(1), number(3)])
      assert.strictEqual((yield* statuses(campaigns, "a"))[number(2)], "OptedOut")
      assert.deepInclude(yield* Effect.flip(campaigns.start("b", many(3))), { _tag: "SensError" })
    }).pipe(Effect.provide(
      Outbox.layerWorker().pipe(
        Layer.provide(Sens.layer(Account.options)),
        Layer.provideMerge(Campaigns.layer()),
        Layer.provideMerge(Outbox.layer()),
        Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
        Layer.provideMerge(signer),
        Layer.provideMerge(EmulatorClient.layer()),
        Layer.fresh
      )
    )))

  it.effect(
    "waits where the block list cannot be read, and is not written down where it cannot be at the start",
    () =>
      Effect.gen(function*() {
        const { progress, start } = yield* Campaigns.Campaigns
        const { faults } = yield* Emulator.Emulator
        yield* start("a", many(3, ad), { at: DateTime.makeUnsafe(2 * 3_600_000) })
        yield* faults.next("unsubscribesSearch", Infinity, Fault.serverError())
        const failing = yield* Effect.forkChild(Effect.flip(start("b", many(3, ad))))
        yield* pass(60, 1)
        assert.deepInclude(yield* Fiber.join(failing), { _tag: "SensError" })
        assert.deepInclude(yield* Effect.flip(progress("b")), { _tag: "NotFound" })
        yield* pass(3 * 3600, 30)
        assert.deepStrictEqual(yield* accepted, [])
        yield* faults.clear
        yield* pass(120, 1)
        assert.strictEqual((yield* accepted).length, 3)
      }).pipe(Effect.provide(layer())),
    60_000
  )
})

describe("files", () => {
  const mms = (to: string): BulkSend.MmsMessage => ({
    type: "MMS",
    from: "0212345678",
    content: "매장 약도입니다.",
    to,
    files: [{ fileId: FileId.make("a136000074f7") }]
  })
  const day = 86_400_000
  const one = { ...mms(""), messages: [{ to: number(1) }] }
  const request = { type: one.type, from: one.from, content: one.content, files: one.files, messages: one.messages }

  it.effect("are not sent after they have expired", () =>
    Effect.gen(function*() {
      const campaigns = yield* Campaigns.Campaigns
      const { enqueue, status } = yield* Outbox.Outbox
      const filesExpireAt = new Date(3_600_000)
      const early = yield* enqueue(request, { filesExpireAt })
      const late = yield* enqueue(request)
      // It has no files that could expire.
      const text = yield* enqueue(sms(), { filesExpireAt })
      yield* campaigns.start("a", many(2, mms), { filesExpireAt })
      yield* pass(3601, 60)
      while ((yield* Outbox.drain()).acted > 0) yield* pass(1)
      assert.deepStrictEqual(yield* status(early), Outbox.Status.NotSent({ why: "FilesExpired" }))
      assert.notStrictEqual((yield* status(late))._tag, "NotSent")
      assert.strictEqual((yield* status(text))._tag, "Accepted")
      assert.deepStrictEqual(Object.values(yield* statuses(campaigns, "a")), ["FilesExpired", "FilesExpired"])
    }).pipe(Effect.provide(idle)))

  it.effect("are refused for a time when they have expired, two days from now unless somebody says when", () =>
    Effect.gen(function*() {
      const { list, start } = yield* Campaigns.Campaigns
      const { enqueue } = yield* Outbox.Outbox
      const issues = (error: unknown) => Object(error).reason.issues.map(({ path }: { path: unknown }) => path)
      const late = { at: new Date(2 * day + 1) }
      const both = { at: new Date(1001), filesExpireAt: new Date(1000) }
      for (const options of [late, both]) {
        assert.deepStrictEqual(issues(yield* Effect.flip(enqueue(request, options))), [["options", "at"]])
        assert.deepStrictEqual(issues(yield* Effect.flip(start("a", many(2, mms), options))), [["options", "at"]])
      }
      assert.deepStrictEqual(yield* list, [])
      assert.deepStrictEqual(issues(yield* Effect.flip(enqueue(request, { at: new Date(Number.NaN) }))), [[
        "options",
        "at"
      ]])
      yield* enqueue(request, { at: new Date(2 * day) })
      yield* enqueue(request, { at: new Date(9 * day), filesExpireAt: new Date(10 * day) })
      yield* start("a", many(2, mms), { at: new Date(2 * day) })
      yield* start("b", many(2), late)
    }).pipe(Effect.provide(idle)))
})

describe("retryFailed", () => {
  it.effect(
    "sends once more to those who did not get it and may another time, and once alone",
    () =>
      Effect.gen(function*() {
        const { purge, results, retryFailed, retryable, start } = yield* Campaigns.Campaigns
        const { allMessages, setOutcome } = yield* Emulator.Emulator
        // Switched off; may have arrived all the same; no such number.
        for (const [index, code] of [[1, "2003"], [2, "2000"], [3, "3001"], [104, "2003"]] as const) {
          yield* setOutcome(number(index), code)
        }
        const messages = Stream.range(1, 150).pipe(
          Stream.map((index): BulkSend.LmsMessage => ({
            ...message(number(index), `본문 ${index}`),
            type: "LMS",
            ...index % 2 === 0 ? { subject: `제목 ${index}` } : {}
          }))
        )
        yield* start("a", messages)
        yield* pass(10)
        for (const index of [1, 104]) yield* setOutcome(number(index), "0")
        const before = (yield* allMessages).length
        // Nobody gets another message whom nobody has agreed to, and the id stays free.
        assert.deepInclude(yield* Effect.flip(retryFailed("a", "a/2", { maxRecipients: 0 })), {
          _tag: "TooManyRecipients",
          limit: 0
        })
        assert.strictEqual(yield* retryable("a"), 2)
        const first = yield* retryFailed("a", "a/2")
        assert.strictEqual(first.recipients, 2)
        yield* pass(10)
        const again = (yield* allMessages).slice(before)
        assert.sameDeepMembers(
          again.map(({ content, subject, to, type }) => [to, content, subject ?? "", type]),
          [[number(1), "본문 1", "", "LMS"], [number(104), "본문 104", "제목 104", "LMS"]]
        )
        const second = yield* retryFailed("a", "a/2")
        assert.deepInclude(second, { id: "a/2", delivered: 2, status: Campaigns.Status.Done() })
        yield* pass(5)
        assert.strictEqual((yield* allMessages).length, before + 2)
        assert.deepInclude(yield* Effect.flip(retryFailed("a", "a/2", { codes: ["3001"] })), {
          _tag: "KeyConflict",
          id: "a/2"
        })
        assert.deepInclude(yield* Effect.flip(retryFailed("a", "a")), { _tag: "KeyConflict", id: "a" })
        assert.deepInclude(yield* Effect.flip(retryFailed("b", "b/2")), { _tag: "NotFound", id: "b" })
        // Whom another retry has got, or has, is left to that.
        assert.strictEqual(yield* retryable("a"), 0)
        assert.strictEqual((yield* retryFailed("a", "a/3", { includeUncertain: true })).recipients, 1)
        assert.strictEqual((yield* retryFailed("a", "a/4", { codes: ["3001", "2000"] })).recipients, 1)
        assert.strictEqual((yield* retryFailed("a", "a/5", { advice: ["fixRecipient"] })).recipients, 0)
        yield* purge("a", "texts")
        assert.strictEqual((yield* retryFailed("a", "a/2")).delivered, 2)
        assert.deepInclude(yield* Effect.flip(retryFailed("a", "a/6")), { _tag: "TextsPurged", campaign: "a" })
        const kept = yield* Stream.runCollect(results("a"))
        assert.strictEqual(kept.filter(({ status }) => status === "Failed").length, 4)
      }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))),
    60_000
  )

  it.effect("sends to nobody twice where several retry a campaign at once", () =>
    Effect.gen(function*() {
      const { retryFailed, start } = yield* Campaigns.Campaigns
      const { setOutcome } = yield* Emulator.Emulator
      for (const index of [1, 2, 3]) yield* setOutcome(number(index), "2003")
      yield* start("a", many(5))
      yield* pass(10)
      for (const index of [1, 2, 3]) yield* setOutcome(number(index), "0")
      const before = (yield* accepted).length
      const retries = yield* Effect.forkChild(
        Effect.forEach(["a/2", "a/3", "a/4"], (as) => retryFailed("a", as), { concurrency: 3 })
      )
      yield* pass(10)
      const found = yield* Fiber.join(retries)
      assert.deepStrictEqual(found.map(({ recipients }) => recipients).sort(), [0, 0, 3])
      assert.strictEqual((yield* accepted).length, before + 3)
    }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))))

  it.effect("waits for a retry that was begun before and is being written down", () =>
    Effect.gen(function*() {
      const { retryFailed, start } = yield* Campaigns.Campaigns
      const { setOutcome } = yield* Emulator.Emulator
      const client = yield* SqlClient.SqlClient
      yield* setOutcome(number(1), "2003")
      yield* start("a", many(2))
      yield* Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker()), pass(20)))
      yield* retryFailed("a", "a/2")
      // As another process has it that writes it down still.
      yield* client`UPDATE sens_campaign SET sealed_at = NULL, importer = 'another', importer_until = 86400000
        WHERE name = 'a/2'`
      const retry = yield* Effect.forkChild(retryFailed("a", "a/3"))
      yield* pass(60)
      assert.isUndefined(retry.pollUnsafe())
      yield* client`UPDATE sens_campaign SET sealed_at = 1, importer = NULL WHERE name = 'a/2'`
      yield* pass(2)
      assert.strictEqual((yield* Fiber.join(retry)).recipients, 0)
    }).pipe(Effect.provide(idle)))

  it.effect("leaves whom another retry has to that, as long as it may send to them", () =>
    Effect.gen(function*() {
      const { cancel, retryFailed, retryable, start } = yield* Campaigns.Campaigns
      const { setOutcome } = yield* Emulator.Emulator
      yield* setOutcome(number(1), "2003")
      yield* start("a", many(2))
      yield* Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker()), pass(20)))
      assert.strictEqual(yield* retryable("a"), 1)
      assert.strictEqual((yield* retryFailed("a", "a/2")).waiting, 1)
      assert.strictEqual(yield* retryable("a"), 0)
      assert.strictEqual((yield* retryFailed("a", "a/3")).recipients, 0)
      yield* cancel("a/2")
      assert.strictEqual(yield* retryable("a"), 1)
      assert.strictEqual((yield* retryFailed("a", "a/4")).waiting, 1)
    }).pipe(Effect.provide(idle)))

  const work = (seconds: number) => Effect.scoped(Effect.andThen(Layer.build(Outbox.layerWorker()), pass(seconds)))

  /** A campaign whose payloads are written as slowly as a test wants. */
  const gated = (gate: { open: Effect.Effect<void> }) =>
    Campaigns.layer().pipe(
      Layer.provideMerge(outbox({ completedAfter: "1 second" }, {}, {
        payload: { encode: (text) => Effect.as(Effect.suspend(() => gate.open), text), decode: Effect.succeed }
      }))
    )

  const threeFailed = Effect.gen(function*() {
    const { start } = yield* Campaigns.Campaigns
    const { setOutcome } = yield* Emulator.Emulator
    for (const index of [1, 2, 3]) yield* setOutcome(number(index), "2003")
    yield* start("a", many(5))
    yield* work(20)
    return (yield* accepted).length
  })

  /** Both end, and those who failed get it once. */
  const once = Effect.fnUntraced(function*<E>(
    before: number,
    retries: ReadonlyArray<Fiber.Fiber<Campaigns.Progress, E>>
  ) {
    yield* pass(30)
    const found = yield* Effect.forEach(retries, Fiber.join)
    assert.deepStrictEqual(found.map(({ recipients }) => recipients).sort(), [0, 3])
    yield* work(20)
    assert.strictEqual((yield* accepted).length, before + 3)
  })

  const gate: { open: Effect.Effect<void> } = { open: Effect.void }
  it.effect("sends to nobody twice where one that was cut off is taken up again beside a later one", () =>
    Effect.gen(function*() {
      const { retryFailed } = yield* Campaigns.Campaigns
      const before = yield* threeFailed
      gate.open = Effect.never
      const cut = yield* Effect.forkChild(retryFailed("a", "a/2"), { startImmediately: true })
      yield* pass(1)
      yield* Fiber.interrupt(cut)
      const opened = yield* Deferred.make<void>()
      gate.open = Deferred.await(opened)
      const later = yield* Effect.forkChild(retryFailed("a", "a/3"), { startImmediately: true })
      yield* pass(1)
      const again = yield* Effect.forkChild(retryFailed("a", "a/2"), { startImmediately: true })
      yield* pass(1)
      yield* Deferred.succeed(opened, undefined)
      yield* once(before, [again, later])
    }).pipe(Effect.provide(gated(gate))))

  const still: { open: Effect.Effect<void> } = { open: Effect.void }
  it.effect("sends to nobody twice where the process of one stood still for longer than its lease", () =>
    Effect.gen(function*() {
      const { retryFailed } = yield* Campaigns.Campaigns
      const client = yield* SqlClient.SqlClient
      const before = yield* threeFailed
      const opened = yield* Deferred.make<void>()
      still.open = Deferred.await(opened)
      const first = yield* Effect.forkChild(retryFailed("a", "a/2"), { startImmediately: true })
      yield* pass(1)
      yield* client`UPDATE sens_campaign SET importer_until = 1 WHERE name = 'a/2'`
      still.open = Effect.void
      const later = yield* Effect.forkChild(retryFailed("a", "a/3"), { startImmediately: true })
      yield* pass(1)
      yield* Deferred.succeed(opened, undefined)
      yield* once(before, [first, later])
    }).pipe(Effect.provide(gated(still))))

  it.effect("takes up again one that was cut off before its end", () =>
    Effect.gen(function*() {
      const { retryFailed, retryable } = yield* Campaigns.Campaigns
      const client = yield* SqlClient.SqlClient
      yield* threeFailed
      yield* retryFailed("a", "a/2")
      yield* client`UPDATE sens_campaign SET sealed_at = NULL, importer = 'dead', importer_until = 1 WHERE name = 'a/2'`
      assert.strictEqual(yield* retryable("a"), 3)
      assert.strictEqual((yield* retryFailed("a", "a/2", { maxRecipients: 3 })).recipients, 3)
      assert.strictEqual(yield* retryable("a"), 0)
    }).pipe(Effect.provide(idle)))

  it.effect("leaves whom it was given up for to a person, since they may have got it", () =>
    Effect.gen(function*() {
      const { held, retryFailed, retryable } = yield* Campaigns.Campaigns
      const { settle } = yield* Outbox.Outbox
      const client = yield* SqlClient.SqlClient
      const before = yield* threeFailed
      yield* retryFailed("a", "a/2")
      yield* work(20)
      // As where the log could not tell.
      yield* client`UPDATE sens_send SET state = 'Held', due = NULL
        WHERE campaign = (SELECT number FROM sens_campaign WHERE name = 'a/2')`
      for (const { id } of yield* Stream.runCollect(held("a/2"))) yield* settle(id, Outbox.Verdict.GiveUp())
      assert.strictEqual(yield* retryable("a"), 0)
      assert.strictEqual((yield* retryFailed("a", "a/3")).recipients, 0)
      assert.strictEqual((yield* accepted).length, before + 3)
    }).pipe(Effect.provide(idle)))

  it.effect("knows no retries of an earlier campaign of the same id", () =>
    Effect.gen(function*() {
      const { purge, retryFailed, retryable } = yield* Campaigns.Campaigns
      yield* threeFailed
      yield* retryFailed("a", "a/2")
      yield* work(20)
      yield* purge("a", "everything")
      yield* threeFailed
      assert.strictEqual(yield* retryable("a"), 3)
      assert.strictEqual((yield* retryFailed("a", "a/new")).recipients, 3)
    }).pipe(Effect.provide(idle)))
})

it.effect("numbers and texts are in no table but one, and in no error", () =>
  Effect.gen(function*() {
    const client = yield* SqlClient.SqlClient
    const { results, retryFailed, start } = yield* Campaigns.Campaigns
    const { optOut, setOutcome } = yield* Emulator.Emulator
    const secret = "01098765432"
    yield* setOutcome(secret, "2003")
    yield* optOut("01098765431")
    yield* start(
      "a",
      Stream.make<Array<BulkSend.Message>>(
        message(secret),
        message(`${secret}9`),
        message(secret, "가".repeat(60)),
        Object.assign(message(secret), { "98765432": "서점" }),
        ad(secret),
        ad("01098765431")
      )
    )
    yield* pass(10)
    yield* retryFailed("a", "b")
    yield* pass(10)
    const errors = [
      yield* Effect.flip(start("a", many(3), { expiresAfter: 7 })),
      yield* Effect.flip(start("c", Stream.make(message(secret), message(secret)), { maxRecipients: 1 })),
      ...(yield* Stream.runCollect(results("a"))).map(({ reason }) => reason)
    ]
    const tables = yield* client`SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sens_payload'`.values
    const rows = yield* Effect.forEach(tables, ([name]) => client`SELECT * FROM ${client(String(name))}`)
    const all = [JSON.stringify(rows), JSON.stringify(errors), errors.map(String).join()].join()
    assert.notMatch(all, /9876543|서점|가가|광고/)
    assert.match(JSON.stringify(yield* client`SELECT * FROM sens_payload`), /9876543/)
  }).pipe(Effect.provide(layer({ completedAfter: "1 second" }))))
