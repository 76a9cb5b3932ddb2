import * as FileId from "@effect-sens/core/FileId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as Ledger from "@effect-sens/emulator/Ledger"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, credentials, emulated, inVirtualTime, limited, mocked, number, random } from "./emulated.ts"

const now = DateTime.makeUnsafe("2026-03-31T01:00:00Z")

const setTime = TestClock.setTime(now.epochMilliseconds)

const from = PhoneNumber.make("0212345678")

const sms = (index: number, content = "안녕하세요"): BulkSend.Message => ({
  type: "SMS",
  from,
  to: number(index),
  content
})

const smsTo = (count: number, first = 0) => Array.from({ length: count }, (_, index) => sms(first + index))

type Unknown = Extract<BulkSend.Outcome, { readonly _tag: "Unknown" }>

const tally = (outcomes: ReadonlyArray<BulkSend.Outcome>) => {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const key = outcome._tag === "NotSent" ? outcome.why : outcome._tag
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** Counts what an emulator accepts. */
const accepting = () => {
  const accepted = { requests: 0, recipients: 0 }
  const onRequest = ({ verdict }: Ledger.Entry) =>
    Effect.sync(() => {
      if (verdict._tag !== "Accepted") return
      accepted.requests += 1
      accepted.recipients += verdict.recipients
    })
  return { accepted, onRequest }
}

describe("BulkSend.run", () => {
  const { accepted, onRequest } = accepting()

  const twelve = RetryPolicy.fullJitter({ base: "200 millis", cap: "5 seconds", times: 12 })

  it.effect("100,000 recipients, half with a text of their own, under random faults", () =>
    Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.random({
        seed: "bulk",
        rates: [
          Fault.serverError(),
          Fault.serverError({ status: 503, accepted: true }),
          Fault.reset(),
          Fault.reset({ accepted: true }),
          Fault.refused,
          Fault.silence({ accepted: true }),
          Fault.unreadable(),
          Fault.tooManyRequests({ code: "410" })
        ].map((fault) => ({ fault, rate: 0.01, operation: "send" as const }))
      })
      const groups = new Map<string, number>()
      const next = random(3)
      const messages = Stream.range(0, 99_999).pipe(Stream.map((index): BulkSend.Message => {
        const content = index % 2 === 0 ? "공지입니다." : `${index}번 고객님께 드리는 말씀`
        const type = next(3) === 0 ? "LMS" as const : "SMS" as const
        const contentType = next(10) === 0 ? "AD" as const : "COMM" as const
        groups.set(`${type}${contentType}`, (groups.get(`${type}${contentType}`) ?? 0) + 1)
        return { type, contentType, from, to: number(index), content }
      }))
      const seen = new Map<string, number>()
      const summary = yield* messages.pipe(
        BulkSend.send({
          concurrency: 8,
          // A proof takes six minutes, and some need several.
          send: { callTimeout: "2 hours" },
          onOutcome: ({ message }) => Effect.sync(() => void seen.set(message.to, (seen.get(message.to) ?? 0) + 1))
        }),
        Stream.run(BulkSend.summary),
        // In every order that jitter makes, none has as many faults in a row: one of twelve has, in 10^13 sends.
        Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.make({ failed: twelve, throttled: twelve })),
        inVirtualTime
      )
      const least = Array.from(groups.values()).reduce((sum, count) => sum + Math.ceil(count / 100), 0)
      const posts = yield* calls("send")
      const applied = (yield* emulator.faults.applied).reduce((sum, { count }) => sum + count, 0)
      console.log(
        `bulk: ${summary.recipients} recipients, ${summary.requests} requests, ${least} are the least; ${posts} posts, ${applied} faults`
      )
      assert.deepStrictEqual({ ...summary, requests: 0 }, {
        recipients: 100_000,
        requests: 0,
        accepted: 100_000,
        failed: 0,
        unknown: 0,
        notSent: 0,
        repeats: 0,
        failures: {},
        reasons: {}
      })
      assert.strictEqual(summary.requests, least)
      assert.strictEqual(accepted.requests, least)
      assert.strictEqual(accepted.recipients, 100_000)
      assert.strictEqual(seen.size, 100_000)
      assert.isTrue(Array.from(seen.values()).every((count) => count === 1))
      assert.isAbove(applied, 50)
      // Each has his own text.
      const delivered = yield* emulator.allMessages
      for (const { content, to } of delivered) {
        const index = Number(to.slice(3))
        assert.strictEqual(content, index % 2 === 0 ? "공지입니다." : `${index}번 고객님께 드리는 말씀`)
      }
    }).pipe(Effect.provide(emulated({ onRequest, logCapacity: 100_000 }))), 300_000)

  it.effect("totals equal the ledger's, whatever becomes of the requests", () => {
    const { accepted, onRequest } = accepting()
    return Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.random({
        seed: "open",
        rates: [
          { fault: Fault.silence({ accepted: true }), rate: 0.1, operation: "send" },
          { fault: Fault.silence({ accepted: false }), rate: 0.1, operation: "send" },
          { fault: Fault.saysFailed(), rate: 0.1, operation: "send" },
          { fault: Fault.serverError(), rate: 1, operation: "search" }
        ]
      })
      const outcomes = yield* Stream.fromIterable(smsTo(5000)).pipe(BulkSend.send(), Stream.runCollect, inVirtualTime)
      const received = new Set((yield* emulator.allMessages).map(({ to }) => to))
      assert.strictEqual(new Set(outcomes.map(({ message }) => message.to)).size, 5000)
      for (const outcome of outcomes) {
        if (outcome._tag === "Accepted") assert.isTrue(received.has(outcome.message.to))
        if (outcome._tag === "Failed" || outcome._tag === "NotSent") assert.isFalse(received.has(outcome.message.to))
      }
      const summary = yield* Stream.run(Stream.fromIterable(outcomes), BulkSend.summary)
      const open = outcomes.filter((outcome) => outcome._tag === "Unknown" && received.has(outcome.message.to)).length
      assert.strictEqual(summary.accepted + open, accepted.recipients)
      assert.strictEqual(summary.accepted + summary.failed + summary.unknown + summary.notSent, summary.recipients)
      assert.deepStrictEqual(summary.failures, { OutcomeUnknown: summary.unknown, Rejected: summary.failed })
      assert.isAbove(summary.unknown, 0)
      assert.isAbove(summary.failed, 0)
    }).pipe(Effect.provide(emulated({ onRequest })))
  }, 120_000)

  it.effect("the quota stops it, and the rest is not sent", () => {
    const { accepted, onRequest } = accepting()
    return Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      const outcomes = yield* Stream.fromIterable(smsTo(2000)).pipe(
        BulkSend.send({
          concurrency: 1,
          onOutcome: () =>
            accepted.recipients === 500
              ? emulator.faults.next("send", Infinity, Fault.tooManyRequests({ code: "400" }))
              : Effect.void
        }),
        Stream.runCollect,
        Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never),
        inVirtualTime
      )
      assert.deepStrictEqual(tally(outcomes), { Accepted: 500, Failed: 100, Quota: 1400 })
      assert.strictEqual(accepted.recipients, 500)
      assert.strictEqual(yield* calls("send"), 6)
    }).pipe(Effect.provide(emulated({ onRequest })))
  })

  it.effect("wrong keys stop it", () =>
    Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("send", Infinity, Fault.clockSkew())
      const outcomes = yield* Stream.fromIterable(smsTo(1000)).pipe(
        BulkSend.send({ concurrency: 1 }),
        Stream.runCollect,
        inVirtualTime
      )
      assert.deepStrictEqual(tally(outcomes), { Failed: 100, Stopped: 900 })
    }).pipe(Effect.provide(emulated())))

  it.effect("what another type has is refused, not left out in silence", () =>
    Effect.gen(function*() {
      yield* setTime
      const base = { from, content: "안녕하세요" }
      const files = [{ fileId: "file" }]
      const messages: ReadonlyArray<BulkSend.Message> = [
        { type: "SMS", to: number(0), ...base },
        Object.assign({ type: "SMS" as const, to: number(1), ...base }, { subject: "안내" }),
        Object.assign({ type: "SMS" as const, to: number(2), ...base }, { files }),
        Object.assign({ type: "LMS" as const, to: number(3), ...base }, { files }),
        Object.assign({ type: "SMS" as const, to: number(4), ...base }, { subject: "", files: null }),
        { type: "LMS", to: number(5), ...base, subject: "안내" }
      ]
      const outcomes = yield* inVirtualTime(Stream.runCollect(BulkSend.send(Stream.fromIterable(messages))))
      const told = new Map(outcomes.map((outcome) => [
        outcome.message.to,
        outcome._tag === "Failed" && outcome.error.reason._tag === "InvalidRequest"
          ? outcome.error.reason.issues.map(({ path }) => path.join("."))
          : outcome._tag
      ]))
      assert.deepStrictEqual(messages.map(({ to }) => told.get(to)), [
        "Accepted",
        ["subject"],
        ["files"],
        ["files"],
        "Accepted",
        "Accepted"
      ])
    }).pipe(Effect.provide(emulated())))

  it.effect("a message that SENS would refuse takes no others with it", () =>
    Effect.gen(function*() {
      yield* setTime
      const messages = smsTo(300).map((message, index) =>
        index % 3 === 0 ? { ...message, content: "가".repeat(46) } : message
      )
      const outcomes = yield* Stream.fromIterable(messages).pipe(BulkSend.send(), Stream.runCollect, inVirtualTime)
      assert.deepStrictEqual(tally(outcomes), { Accepted: 200, Failed: 100 })
      for (const outcome of outcomes) {
        if (outcome._tag === "Failed") assert.strictEqual(outcome.error.reason._tag, "InvalidRequest")
      }
      assert.strictEqual(yield* calls("send"), 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("numbers of the block list get no advertisement, but everything else", () =>
    Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      for (let index = 0; index < 250; index++) yield* emulator.optOut(number(index * 4))
      const messages = smsTo(1000).map((message) => ({ ...message, contentType: "AD" as const }))
      const ads = yield* Stream.fromIterable(messages).pipe(BulkSend.send(), Stream.runCollect, inVirtualTime)
      assert.deepStrictEqual(tally(ads), { Accepted: 750, OptedOut: 250 })
      assert.strictEqual(yield* calls("unsubscribesSearch"), 3)
      assert.strictEqual(yield* calls("send"), 8)
      const kept = yield* Stream.fromIterable(messages).pipe(BulkSend.run({ optOuts: "keep" }), inVirtualTime)
      const notices = yield* Stream.fromIterable(smsTo(1000)).pipe(BulkSend.run(), inVirtualTime)
      assert.deepStrictEqual([kept.accepted, notices.accepted], [1000, 1000])
      assert.strictEqual(yield* calls("unsubscribesSearch"), 3)
    }).pipe(Effect.provide(emulated())))

  it.effect("a number given twice is sent twice, unless dedupe is on; both are counted", () =>
    Effect.gen(function*() {
      yield* setTime
      const messages = [...smsTo(150), ...smsTo(50, 100), { ...sms(7), countryCode: undefined }, ...smsTo(1, 7)]
        .map(({ countryCode: _, ...message }): BulkSend.Message => message)
      const twice = yield* Stream.fromIterable(messages).pipe(BulkSend.run(), inVirtualTime)
      assert.deepStrictEqual([twice.accepted, twice.repeats, twice.notSent], [202, 52, 0])
      const once = yield* Stream.fromIterable(messages).pipe(BulkSend.run({ dedupe: true }), inVirtualTime)
      assert.deepStrictEqual([once.accepted, once.repeats, once.reasons], [150, 52, { Duplicate: 52 }])
    }).pipe(Effect.provide(emulated())))

  it.effect("each message is checked as the client checks it", () =>
    Effect.gen(function*() {
      const message = (index: number, content: string) => sms(index, content)
      const run = (options: Partial<Sens.Options>, ...contents: ReadonlyArray<string>) =>
        Stream.fromIterable(contents.map((content, index) => message(index, content))).pipe(
          BulkSend.run(),
          Effect.provide(emulated({}, options))
        )
      const cp949 = yield* run({ preflight: { charset: "CP949" } }, "뷁", "안녕")
      assert.deepInclude(cp949, { accepted: 2, failed: 0, requests: 1 })
      assert.deepInclude(yield* run({}, "뷁", "안녕"), { accepted: 1, failed: 1 })
    }))

  it.effect("what the client warns of comes with the outcomes", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      const ad = (index: number) => ({ ...sms(index, "[서점] 신간"), contentType: "AD" as const })
      const outcomes = yield* Stream.runCollect(BulkSend.send(Stream.make(ad(1), ad(2), sms(3))))
      assert.deepStrictEqual(
        outcomes.map(({ _tag, message, warnings }) => [_tag, message.to, warnings.map(({ kind }) => kind)]),
        [
          ["Accepted", number(1), ["AdWithoutMark", "AdWithoutOptOut"]],
          ["Accepted", number(2), ["AdWithoutMark", "AdWithoutOptOut"]],
          ["Accepted", number(3), []]
        ]
      )
    }).pipe(Effect.provide(emulated({}))))

  it.effect("an advertisement without its mark takes no others of its request with it", () =>
    Effect.gen(function*() {
      const ad = (index: number, content: string) => ({ ...sms(index, content), contentType: "AD" as const })
      const right = "(광고)[서점] 신간\n무료수신거부 0801234567"
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      const summary = yield* Stream.make(ad(1, right), ad(2, "[서점] 신간"), ad(3, right)).pipe(BulkSend.run())
      assert.deepInclude(summary, { accepted: 2, failed: 1, failures: { InvalidRequest: 1 } })
    }).pipe(
      Effect.provide(emulated({}, { preflight: { severity: { AdWithoutMark: "error", AdWithoutOptOut: "error" } } }))
    ))

  it.effect("requests go out no faster than the client's rate limit, which all of them share", () =>
    Effect.gen(function*() {
      yield* setTime
      const limiter = yield* RateLimiter.RateLimiter
      const emulator = yield* Emulator.Emulator
      const sens = yield* Sens.make({ ...credentials, rateLimit: { limiter, limit: 2, window: "1 second" } })
      const send = (first: number) => BulkSend.run(Stream.fromIterable(smsTo(1000, first)), { concurrency: 10 })
      const summaries = yield* Effect.all([send(0), send(1000)], { concurrency: 2 }).pipe(
        Effect.provideService(Sens.Sens, sens),
        (effect) => inVirtualTime(effect, 100)
      )
      assert.deepStrictEqual(summaries.map(({ accepted }) => accepted), [1000, 1000])
      const times = (yield* emulator.ledger).map(({ at }) => at.epochMilliseconds)
      assert.strictEqual(times.length, 20)
      for (let index = 4; index < times.length; index++) assert.isAtLeast(times[index]! - times[index - 2]!, 900)
      assert.isAtLeast(times[19]! - times[0]!, 8500)
    }).pipe(Effect.provide(limited())))

  it.effect("what was sent can be followed", () =>
    Effect.gen(function*() {
      yield* setTime
      const final = yield* Stream.fromIterable(smsTo(730)).pipe(
        BulkSend.send(),
        BulkSend.accepted,
        Delivery.trackAll(),
        Stream.filter((change) => change._tag === "Message" && change.record.status === "COMPLETED"),
        Stream.runCount,
        inVirtualTime
      )
      assert.strictEqual(final, 730)
    }).pipe(Effect.provide(emulated())))
})

describe("BulkSend.reconcile", () => {
  const lost = Fault.reset({ accepted: true })
  const refused = Fault.reset({ accepted: false })

  /** A request of four for each fault, and what is not known after it. */
  const left = Effect.fnUntraced(function*(...faults: ReadonlyArray<Fault.Fault>) {
    const emulator = yield* Emulator.Emulator
    const unknown: Array<Unknown> = []
    for (const [index, fault] of faults.entries()) {
      yield* emulator.faults.next("send", 1, fault)
      const outcomes = yield* Stream.fromIterable(smsTo(4, 4 * index)).pipe(
        BulkSend.send({ send: { onAmbiguous: "fail" } }),
        Stream.runCollect,
        inVirtualTime
      )
      unknown.push(...outcomes.filter((outcome) => outcome._tag === "Unknown"))
    }
    assert.strictEqual(unknown.length, 4 * faults.length)
    return unknown
  })

  const settle = <M extends BulkSend.Message>(
    outcomes: Iterable<BulkSend.Outcome<M>>,
    options?: BulkSend.ReconcileOptions
  ) => inVirtualTime(Stream.runCollect(BulkSend.reconcile(outcomes, options)))

  const tenMinutes = { callTimeout: "10 minutes" } as const

  /** What each message got, in the order of numbers. */
  const answers = (outcomes: ReadonlyArray<BulkSend.Outcome>) =>
    outcomes.map((outcome) => {
      const { _tag, message } = outcome
      return `${message.to} ${_tag} ${_tag === "Accepted" ? outcome.requestId : _tag === "NotSent" ? outcome.why : ""}`
    }).toSorted()

  const accepted = Effect.map(
    Effect.flatMap(Emulator.Emulator, ({ ledger }) => ledger),
    (entries) => entries.flatMap(({ verdict }) => verdict._tag === "Accepted" ? [verdict.requestId] : [])
  )

  const ids = (outcomes: ReadonlyArray<BulkSend.Outcome>) =>
    Array.from(new Set(outcomes.flatMap((outcome) => outcome._tag === "Accepted" ? [String(outcome.requestId)] : [])))

  /** An emulator, and a client of it that counts the questions. */
  const counting = () => {
    const asked = { all: 0 }
    const counted = Layer.effect(
      Sens.Sens,
      Effect.map(Sens.Sens, (sens) =>
        Sens.Sens.of({
          ...sens,
          messages: {
            ...sens.messages,
            reconcile: (...args) =>
              Effect.suspend(() => {
                asked.all += 1
                return sens.messages.reconcile(...args)
              })
          }
        }))
    )
    return { asked, counted, layer: Layer.provideMerge(counted, emulated()) }
  }

  /** An intent tells another process when its request began only where the client knew the gateway's time. */
  const acquaint = inVirtualTime(Effect.flatMap(Sens.Sens, ({ messages }) => messages.learnClock))

  /** Another process: a client that knows nothing of what was sent. */
  const elsewhere = <A, E, R>(effect: Effect.Effect<A, E, R>, options?: Partial<Sens.Options>) =>
    Effect.provide(
      effect,
      Layer.fresh(Sens.layer({ ...credentials, ...options })).pipe(
        Layer.provide(Signer.layer.pipe(Layer.provide(NodeCrypto.layer)))
      )
    )

  it.effect("a lost answer: all messages of the request are accepted, under one id, by one question", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* setTime
      const unknown = yield* left(lost)
      assert.strictEqual(yield* calls("search"), 0)
      const settled = yield* settle(unknown)
      assert.deepStrictEqual(tally(settled), { Accepted: 4 })
      assert.deepStrictEqual(ids(settled), yield* accepted)
      assert.strictEqual(asked.all, 1)
      // The first recipient, the last, and the record by its id.
      assert.isAtMost(yield* calls("search"), 3)
      assert.strictEqual(yield* calls("send"), 1)
      const summary = yield* Stream.run(Stream.fromIterable(settled), BulkSend.summary)
      assert.deepInclude(summary, { recipients: 4, requests: 1, accepted: 4, unknown: 0, notSent: 0 })
      const tracked = yield* Stream.runCollect(BulkSend.accepted(Stream.fromIterable(settled)))
      assert.deepStrictEqual(tracked.map(({ recipients }) => recipients), [4])
    }).pipe(Effect.provide(layer))
  })

  it.effect("not accepted: on proof, each is not sent, and the summary says why", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* setTime
      const settled = yield* settle(yield* left(refused), tenMinutes)
      assert.deepStrictEqual(tally(settled), { NotAccepted: 4 })
      assert.strictEqual(asked.all, 1)
      assert.deepStrictEqual(yield* Stream.run(Stream.fromIterable(settled), BulkSend.summary), {
        recipients: 4,
        requests: 0,
        accepted: 0,
        failed: 0,
        unknown: 0,
        notSent: 4,
        repeats: 0,
        failures: {},
        reasons: { NotAccepted: 4 }
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("where the log does not tell it stays unknown, can be asked again, and is found then", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* setTime
      const { faults } = yield* Emulator.Emulator
      const unknown = yield* left(lost, refused)
      yield* faults.next("search", Infinity, Fault.serverError())
      const still = yield* settle([...unknown, ...unknown], { callTimeout: "1 minute" })
      assert.deepStrictEqual(tally(still), { Unknown: 16 })
      assert.strictEqual(asked.all, 2)
      for (const outcome of still) {
        const before = unknown.find(({ message }) => message === outcome.message)
        assert.strictEqual(outcome._tag === "Unknown" && outcome.request, before?.request)
        assert.deepStrictEqual(outcome._tag === "Unknown" && outcome.error, before?.error)
      }
      const summary = yield* Stream.run(Stream.fromIterable(still), BulkSend.summary)
      assert.deepInclude(summary, { unknown: 16, failures: { OutcomeUnknown: 16 } })
      yield* faults.clear
      assert.deepStrictEqual(tally(yield* settle(still, tenMinutes)), { Accepted: 8, NotAccepted: 8 })
      assert.strictEqual(asked.all, 4)
    }).pipe(Effect.provide(layer))
  })

  it.effect("asked twice, at once or one after another, by this client or others, the answers agree", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* setTime
      yield* acquaint
      const unknown = yield* left(lost, refused, lost)
      const twice = yield* settle([...unknown, ...unknown], tenMinutes)
      assert.strictEqual(asked.all, 3)
      const expected = answers(twice)
      assert.strictEqual(new Set(expected).size, 12)
      const [one, other] = yield* inVirtualTime(
        Effect.all([Stream.runCollect(BulkSend.reconcile(unknown)), Stream.runCollect(BulkSend.reconcile(unknown))], {
          concurrency: 2
        })
      )
      assert.deepStrictEqual(answers([...one, ...other]), expected)
      assert.deepStrictEqual(
        answers([...yield* settle(unknown), ...yield* elsewhere(settle(unknown, tenMinutes))]),
        expected
      )
      assert.strictEqual(ids(twice).length, 2)
      assert.sameMembers(ids(twice), yield* accepted)
    }).pipe(Effect.provide(layer))
  })

  it.effect("scattered over the stream, one by one, those of a request get one answer by one question", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* setTime
      const unknown = yield* left(lost, refused, lost)
      // One of each request at a time.
      const scattered = unknown.toSorted((one, other) => Number(one.message.to) % 4 - Number(other.message.to) % 4)
      assert.notStrictEqual(scattered[0]?.request, scattered[1]?.request)
      const settled = yield* Stream.fromIterable(scattered).pipe(
        Stream.rechunk(1),
        BulkSend.reconcile(tenMinutes),
        Stream.runCollect,
        inVirtualTime
      )
      assert.strictEqual(asked.all, 3)
      assert.deepStrictEqual(tally(settled), { Accepted: 8, NotAccepted: 4 })
      assert.deepStrictEqual(answers(settled), answers(yield* settle(unknown)))
      // Each request counts once, although its outcomes do not come together.
      const again = settled.toSorted((one, other) => Number(one.message.to) % 4 - Number(other.message.to) % 4)
      const summary = yield* Stream.run(Stream.fromIterable(again), BulkSend.summary)
      assert.deepInclude(summary, { requests: 2, accepted: 8, reasons: { NotAccepted: 4 } })
      assert.strictEqual(yield* Stream.runCount(BulkSend.accepted(Stream.fromIterable(again))), 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("from JSON, by a client that did not send them, with no object in common", () =>
    Effect.gen(function*() {
      yield* setTime
      const { asked, counted } = counting()
      yield* acquaint
      const Kept = Schema.fromJsonString(Schema.toCodecJson(SensError.OutcomeUnknown))
      const unknown = yield* left(lost, refused)
      const kept = yield* Effect.forEach(
        unknown,
        Effect.fnUntraced(function*(outcome) {
          const { error: { reason }, message, request } = outcome
          if (reason._tag !== "OutcomeUnknown") return assert.fail(reason._tag)
          const restored = yield* Schema.decodeEffect(Kept)(yield* Schema.encodeEffect(Kept)(reason))
          assert.notStrictEqual(restored, reason)
          return BulkSend.Outcome.Unknown({
            message: structuredClone(message),
            repeat: false,
            warnings: [],
            error: new SensError.SensError({ operation: "messages.send", reason: restored }),
            request: structuredClone(request)
          })
        })
      )
      const settled = yield* elsewhere(Effect.provide(settle(kept, tenMinutes), counted))
      assert.deepStrictEqual(tally(settled), { Accepted: 4, NotAccepted: 4 })
      assert.deepStrictEqual(ids(settled), yield* accepted)
      const summary = yield* Stream.run(Stream.fromIterable(settled), BulkSend.summary)
      assert.deepInclude(summary, { requests: 1, accepted: 4, notSent: 4 })
      assert.strictEqual(asked.all, 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("what is no question goes past those that wait", () =>
    Effect.gen(function*() {
      yield* setTime
      const [first, ...rest] = yield* left(refused)
      const others: ReadonlyArray<BulkSend.Outcome> = [
        ...yield* Stream.fromIterable(smsTo(3, 10)).pipe(BulkSend.send(), Stream.runCollect, inVirtualTime),
        BulkSend.Outcome.NotSent({ message: sms(20), repeat: true, warnings: [], why: "Duplicate" }),
        BulkSend.Outcome.Failed({
          message: sms(21),
          repeat: false,
          warnings: [],
          error: new SensError.SensError({
            operation: "messages.send",
            reason: new SensError.ConnectionFailed({ code: "x" })
          })
        }),
        // No client leaves this behind.
        BulkSend.Outcome.Unknown({
          message: sms(22),
          repeat: false,
          warnings: [],
          error: new SensError.SensError({ operation: "messages.send", reason: new SensError.ConnectionLost({}) }),
          request: { type: "SMS", from, content: "안녕하세요", messages: [{ to: number(22) }] }
        })
      ]
      const given = [first, ...rest.slice(0, 1), ...others, ...rest.slice(1)].filter((outcome) => outcome !== undefined)
      const settled = yield* settle(given, tenMinutes)
      assert.strictEqual(settled.length, 10)
      for (const [index, outcome] of others.entries()) assert.strictEqual(settled[index], outcome)
      assert.deepStrictEqual(tally(settled.slice(6)), { NotAccepted: 4 })
    }).pipe(Effect.provide(emulated())))

  it.effect("behind a send, in one stream", () =>
    Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.random({
        seed: "settle",
        rates: [
          { fault: lost, rate: 0.2, operation: "send" },
          { fault: refused, rate: 0.2, operation: "send" }
        ]
      })
      const outcomes = yield* Stream.fromIterable(smsTo(3000)).pipe(
        BulkSend.send({ send: { onAmbiguous: "fail" } }),
        BulkSend.reconcile(tenMinutes),
        Stream.runCollect,
        inVirtualTime
      )
      const received = new Set((yield* emulator.allMessages).map(({ to }) => to))
      assert.strictEqual(new Set(outcomes.map(({ message }) => message.to)).size, 3000)
      for (const { _tag, message } of outcomes) assert.strictEqual(_tag === "Accepted", received.has(message.to))
      const summary = yield* Stream.run(Stream.fromIterable(outcomes), BulkSend.summary)
      assert.strictEqual(summary.requests, (yield* accepted).length)
      assert.deepStrictEqual(summary.reasons, { NotAccepted: summary.notSent })
      assert.isAbove(summary.notSent, 0)
      assert.strictEqual(yield* calls("send"), 30)
    }).pipe(Effect.provide(emulated())))

  it.effect("another request or other keys: it stays as it is, and a warning without numbers says why", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${String(message)}`)
    })
    return Effect.gen(function*() {
      yield* setTime
      const unknown = yield* left(lost)
      const keys = { secretKey: Redacted.make("another-secret-key") }
      assert.deepStrictEqual(yield* elsewhere(settle(unknown), keys), unknown)
      const changed = unknown.map((outcome) => ({
        ...outcome,
        request: { ...outcome.request, content: "another text" }
      }))
      assert.deepStrictEqual(yield* settle(changed), changed)
      assert.strictEqual(lines.length, 2)
      for (const line of lines) {
        assert.match(line, /^Warn BulkSend.reconcile: .* Not the request whose outcome is unknown/)
      }
      assert.notMatch(lines.join(), /010\d{8}|another text|Nothing was sent/)
      // Nothing has become of the question.
      assert.deepStrictEqual(tally(yield* settle(unknown)), { Accepted: 4 })
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provide(emulated()))
  })

  /** Unknown outcomes of requests that were never made, one each. */
  const unasked = (index: number, milli = index) =>
    BulkSend.Outcome.Unknown({
      message: sms(index),
      repeat: false,
      warnings: [],
      request: { type: "SMS", from, content: "안녕하세요", messages: [{ to: number(index) }] },
      error: new SensError.SensError({
        operation: "messages.send",
        reason: new SensError.OutcomeUnknown({
          attempts: [{
            intent: {
              serviceId: ServiceId.make(credentials.serviceId),
              timestamp: milli,
              preparedAt: milli,
              notBefore: milli,
              expires: milli
            },
            reason: "TimedOut",
            isAccepted: false
          }],
          recipients: 1,
          maskedRecipients: [],
          fingerprint: String(index)
        })
      })
    })

  const answering = (reconcile: Sens.Service["messages"]["reconcile"]) =>
    Layer.effect(
      Sens.Sens,
      Effect.map(Sens.Sens, (sens) => Sens.Sens.of({ ...sens, messages: { ...sens.messages, reconcile } }))
    ).pipe(Layer.provide(mocked({})))

  const response = (request: SendRequest.SendRequest) =>
    Effect.succeedSome({
      requestId: RequestId.make(request.messages[0]?.to ?? "none"),
      statusCode: "202",
      statusName: "success"
    })

  it.effect("no more are taken in than are asked about, however many there are", () => {
    let taken = 0
    let given = 0
    let asking = 0
    let most = 0
    const layer = answering((_, request) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          asking += 1
          most = Math.max(most, asking)
        }),
        () => Effect.andThen(Effect.sleep("1 second"), response(request)),
        () => Effect.sync(() => void (asking -= 1))
      )
    )
    return Stream.range(0, 199).pipe(
      Stream.rechunk(1),
      Stream.map((index) => {
        taken += 1
        assert.isAtMost(taken - given, 3 + 4)
        return unasked(index)
      }),
      BulkSend.reconcile({ concurrency: 3 }),
      Stream.runForEach((outcome) =>
        Effect.sync(() => {
          given += 1
          assert.strictEqual(outcome._tag === "Accepted" && String(outcome.requestId), outcome.message.to)
        })
      ),
      inVirtualTime,
      Effect.map(() => {
        assert.deepStrictEqual([taken, given, most], [200, 200, 3])
      }),
      Effect.provide(layer)
    )
  })

  it.effect("the answers of the last 10,000 requests are remembered", () => {
    let asked = 0
    const layer = answering((_, request) => Effect.andThen(Effect.sync(() => void (asked += 1)), response(request)))
    const count = 10_001
    const indices = [...Array.from({ length: count }, (_, index) => index), count - 1, 1, 0, 1]
    return Stream.fromIterable(indices).pipe(
      Stream.map((index) => unasked(index)),
      BulkSend.reconcile(),
      Stream.runCollect,
      Effect.map((settled) => {
        assert.deepStrictEqual(tally(settled), { Accepted: count + 4 })
        for (const outcome of settled) {
          assert.strictEqual(outcome._tag === "Accepted" && String(outcome.requestId), outcome.message.to)
        }
        // The first was forgotten.
        assert.strictEqual(asked, count + 1)
      }),
      Effect.provide(layer)
    )
  })

  it.effect("requests that two processes prepared in the same millisecond are two questions", () => {
    const outcomes = [unasked(1, 7), unasked(2, 7)]
    return Effect.gen(function*() {
      assert.deepStrictEqual(ids(yield* settle(outcomes)).toSorted(), [String(number(1)), String(number(2))])
    }).pipe(Effect.provide(answering((_, request) => response(request))))
  })

  it.effect("outcomes that fail end the stream, after the answers to what was asked; a client that dies, too", () => {
    const settled: Array<BulkSend.Outcome> = []
    const run = <E>(outcomes: Stream.Stream<BulkSend.Outcome, E>) =>
      BulkSend.reconcile(outcomes).pipe(
        Stream.runForEach((outcome) => Effect.sync(() => void settled.push(outcome))),
        inVirtualTime,
        Effect.exit
      )
    return Effect.gen(function*() {
      const failing = Stream.concat(Stream.make(unasked(1), unasked(2)), Stream.fail("no more"))
      const slow = answering((_, request) => Effect.andThen(Effect.sleep("1 minute"), response(request)))
      assert.deepStrictEqual(yield* Effect.provide(run(failing), slow), Exit.fail("no more"))
      assert.deepStrictEqual(tally(settled), { Accepted: 2 })
      const dying = answering(() => Effect.die("broken"))
      assert.deepStrictEqual(yield* Effect.provide(run(Stream.make(unasked(1))), dying), Exit.die("broken"))
    })
  })

  it.effect("whoever takes no more ends the questions", () => {
    let ended = 0
    const layer = answering((_, request) =>
      request.messages[0]?.to === number(0)
        ? response(request)
        : Effect.onInterrupt(Effect.never, () => Effect.sync(() => void (ended += 1)))
    )
    return Stream.range(1, 4).pipe(
      Stream.map((index) => unasked(index % 4)),
      BulkSend.reconcile(),
      Stream.take(1),
      Stream.runCollect,
      Effect.map((settled) => {
        assert.deepStrictEqual(tally(settled), { Accepted: 1 })
        assert.strictEqual(ended, 3)
      }),
      Effect.provide(layer)
    )
  })
})

describe("backpressure", () => {
  it.effect("who takes one a second never has more than the documented number in flight", () => {
    const { accepted, onRequest } = accepting()
    const concurrency = 3
    let consumed = 0
    let taken = 0
    let most = 0
    return Effect.gen(function*() {
      yield* setTime
      const source = Stream.range(0, 2999).pipe(
        Stream.rechunk(1),
        Stream.map((index) => {
          taken += 1
          return sms(index)
        })
      )
      yield* source.pipe(
        BulkSend.send({ concurrency }),
        Stream.runForEach(() =>
          Effect.andThen(
            Effect.sleep("1 second"),
            Effect.sync(() => {
              consumed += 1
              most = Math.max(most, accepted.recipients - consumed)
              // Nor are more taken in than those, the group that waits for its turn and the one that is being filled.
              assert.isAtMost(taken - consumed, 100 * (concurrency + 1) + 200)
            })
          )
        ),
        inVirtualTime
      )
      assert.strictEqual(consumed, 3000)
      assert.isAtMost(most, 100 * (concurrency + 1))
      // Nor is it slower than it has to be.
      assert.isAbove(most, 100 * concurrency - 1)
      console.log(`bulk, one a second: ${most} in flight at the most, ${100 * (concurrency + 1)} are documented`)
    }).pipe(Effect.provide(emulated({ onRequest })))
  }, 120_000)

  it.effect("no more wait for their request to be full than they are told", () => {
    let taken = 0
    let sent = 0
    return Effect.gen(function*() {
      yield* setTime
      const requests: Array<SendRequest.SendRequest> = []
      const layer = mocked({
        send: (request) =>
          Effect.sync(() => {
            requests.push(request)
            sent += request.messages.length
            return { requestId: RequestId.make(String(requests.length)) }
          })
      })
      // Each sender has a group of its own.
      const messages = Stream.range(0, 999).pipe(
        Stream.rechunk(1),
        Stream.map((index): BulkSend.Message => {
          taken += 1
          assert.isAtMost(taken - sent, 50 + 100)
          return { ...sms(index), from: number(index % 40) }
        })
      )
      const summary = yield* messages.pipe(BulkSend.run({ maxWaiting: 50 }), Effect.provide(layer), inVirtualTime)
      assert.strictEqual(summary.accepted, 1000)
    })
  })
})

describe("interruption", () => {
  it.effect("every recipient is sent, not sent, or reported, whenever it comes", () =>
    Effect.gen(function*() {
      const next = random(5)
      for (let run = 0; run < 12; run++) {
        yield* Effect.gen(function*() {
          yield* setTime
          const emulator = yield* Emulator.Emulator
          yield* emulator.faults.random({
            seed: String(run),
            rates: [
              { fault: Fault.slow({ before: "2 seconds", after: "3 seconds" }), rate: 0.7, operation: "send" },
              { fault: Fault.silence({ accepted: true }), rate: 0.1, operation: "send" },
              { fault: Fault.silence({ accepted: false }), rate: 0.1, operation: "send" }
            ]
          })
          const reported = new Map<string, BulkSend.Outcome>()
          const streamed: Array<BulkSend.Outcome> = []
          const fiber = yield* Stream.fromIterable(smsTo(1500)).pipe(
            BulkSend.send({
              concurrency: 3,
              onOutcome: (outcome) =>
                Effect.sync(() => {
                  assert.isFalse(reported.has(outcome.message.to))
                  reported.set(outcome.message.to, outcome)
                })
            }),
            Stream.runForEach((outcome) => Effect.sync(() => void streamed.push(outcome))),
            Effect.forkChild({ startImmediately: true })
          )
          const interruptedAt = next(20_000)
          yield* TestClock.adjust(interruptedAt)
          const before = yield* DateTime.now
          yield* inVirtualTime(Fiber.interrupt(fiber))
          // Within the time that a call may take.
          assert.isAtMost((yield* DateTime.now).epochMilliseconds - before.epochMilliseconds, 62_000)
          const received = new Set((yield* emulator.allMessages).map(({ to }) => to))
          for (let index = 0; index < 1500; index++) {
            const outcome = reported.get(number(index))
            switch (outcome?._tag) {
              case "Accepted":
                assert.isTrue(received.has(number(index)))
                break
              case "Unknown":
                break
              case "NotSent":
                assert.strictEqual(outcome.why, "Interrupted")
                assert.isFalse(received.has(number(index)))
                break
              default:
                assert.fail(`${index}: ${outcome?._tag}`)
            }
          }
          for (const outcome of streamed) assert.strictEqual(reported.get(outcome.message.to), outcome)
          // Nothing is sent afterwards.
          yield* TestClock.adjust("2 minutes")
          assert.strictEqual((yield* emulator.allMessages).length, received.size)
        }).pipe(Effect.provide(emulated({ seed: String(run) })))
      }
    }), 120_000)

  it.effect("so it is while requests wait for their turn, or are written down", () =>
    Effect.gen(function*() {
      const next = random(11)
      for (let run = 0; run < 20; run++) {
        yield* Effect.gen(function*() {
          yield* setTime
          const limiter = yield* RateLimiter.RateLimiter
          const emulator = yield* Emulator.Emulator
          const sens = yield* Sens.make({ ...credentials, rateLimit: { limiter, limit: 1, window: "1 second" } })
          const reported = new Map<string, BulkSend.Outcome>()
          const written = new Set<string>()
          const fiber = yield* Stream.fromIterable(smsTo(1000)).pipe(
            Stream.rechunk(1 + next(300)),
            BulkSend.send({
              concurrency: 3,
              onRequest: ({ messages }) =>
                Effect.andThen(
                  Effect.sleep(next(2000)),
                  Effect.sync(() => {
                    for (const { to } of messages) written.add(to)
                  })
                ),
              onOutcome: (outcome) =>
                Effect.sync(() => {
                  assert.isFalse(reported.has(outcome.message.to))
                  reported.set(outcome.message.to, outcome)
                })
            }),
            Stream.runDrain,
            Effect.provideService(Sens.Sens, sens),
            Effect.forkChild({ startImmediately: true })
          )
          yield* TestClock.adjust(next(16_000))
          yield* inVirtualTime(Fiber.interrupt(fiber), 100)
          const received = new Set((yield* emulator.allMessages).map(({ to }) => to))
          for (const outcome of reported.values()) {
            assert.isTrue(outcome._tag === "Accepted" || outcome._tag === "NotSent", outcome._tag)
            assert.strictEqual(received.has(outcome.message.to), outcome._tag === "Accepted")
            if (outcome._tag === "Accepted") assert.isTrue(written.has(outcome.message.to))
          }
          // Whatever was taken in.
          const taken = Array.from(reported.keys(), (to) => Number(to.slice(3)))
          assert.strictEqual(taken.length === 0 ? 0 : Math.max(...taken) + 1, taken.length)
          assert.isTrue(Array.from(received).every((to) => reported.has(to)))
          yield* TestClock.adjust("2 minutes")
          assert.strictEqual((yield* emulator.allMessages).length, received.size)
        }).pipe(Effect.provide(limited({ seed: String(run) })))
      }
    }), 120_000)

  it.effect("so it is when nobody takes any more, and when the recipients fail", () =>
    Effect.gen(function*() {
      yield* setTime
      const reported: Array<BulkSend.Outcome> = []
      const onOutcome = (outcome: BulkSend.Outcome) => Effect.sync(() => void reported.push(outcome))
      yield* Stream.fromIterable(smsTo(1000)).pipe(
        BulkSend.send({ concurrency: 2, onOutcome }),
        Stream.take(150),
        Stream.runDrain,
        inVirtualTime
      )
      assert.strictEqual(new Set(reported.map(({ message }) => message.to)).size, 1000)
      assert.strictEqual(reported.length, 1000)
      reported.length = 0
      const streamed: Array<BulkSend.Outcome> = []
      const error = yield* Stream.concat(Stream.fromIterable(smsTo(130)), Stream.fail("no more")).pipe(
        BulkSend.send({ onOutcome }),
        Stream.runForEach((outcome) => Effect.sync(() => void streamed.push(outcome))),
        inVirtualTime,
        Effect.flip
      )
      assert.strictEqual(error, "no more")
      assert.deepStrictEqual(tally(reported), { Accepted: 100, Interrupted: 30 })
      assert.deepStrictEqual(tally(streamed), { Accepted: 100, Interrupted: 30 })
    }).pipe(Effect.provide(emulated())))
})

describe("grouping", () => {
  const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))
  const Draft = Schema.Struct({
    type: Schema.Literals(["SMS", "LMS", "MMS"]),
    contentType: Schema.Literals(["COMM", "AD", "none"]),
    from: small(1),
    country: small(1),
    content: small(2),
    subject: small(2),
    reserve: small(2),
    files: small(1)
  })
  const reserveAt = DateTime.makeUnsafe("2030-01-01T00:00:00Z")

  const toMessage = (draft: typeof Draft.Type, index: number): BulkSend.Message => {
    const common = {
      from: number(draft.from),
      to: number(index),
      content: `text ${draft.content}`,
      ...draft.contentType === "none" ? {} : { contentType: draft.contentType },
      ...draft.country === 0 ? {} : { countryCode: "82" as never },
      ...draft.reserve === 0 ? {} : { reserve: { at: DateTime.add(reserveAt, { hours: draft.reserve }) } }
    }
    const subject = draft.subject === 0 ? {} : { subject: `subject ${draft.subject}` }
    switch (draft.type) {
      case "SMS":
        return { type: "SMS", ...common }
      case "LMS":
        return { type: "LMS", ...common, ...subject }
      case "MMS":
        return { type: "MMS", ...common, ...subject, files: [{ fileId: FileId.make(`f${draft.files}`) }] }
    }
  }

  it.effect.prop(
    "takes the fewest requests, and gives each recipient what he is to get",
    [Schema.Array(Draft).check(Schema.isBetweenLength(1, 400))],
    ([drafts]) =>
      Effect.gen(function*() {
        yield* setTime
        const requests: Array<SendRequest.SendRequest> = []
        const layer = mocked({
          send: (request) =>
            Effect.sync(() => {
              requests.push(request)
              return { requestId: RequestId.make(String(requests.length)) }
            }),
          unsubscribes: () => Effect.succeed({ entries: [], unreadable: [] })
        })
        const messages = drafts.map(toMessage)
        const summary = yield* Stream.fromIterable(messages).pipe(BulkSend.run(), Effect.provide(layer), inVirtualTime)
        assert.strictEqual(summary.accepted, messages.length)
        const keys = new Map<string, number>()
        for (const { contentType, files, from, reserve, type } of drafts) {
          const key = [type, contentType === "AD", from, reserve, type === "MMS" && files].join()
          keys.set(key, (keys.get(key) ?? 0) + 1)
        }
        const least = Array.from(keys.values()).reduce((sum, count) => sum + Math.ceil(count / 100), 0)
        assert.strictEqual(requests.length, least)
        for (const request of requests) {
          for (const recipient of request.messages) {
            const message = messages[Number(recipient.to.slice(3))]!
            assert.strictEqual(recipient.content ?? request.content, message.content)
            assert.strictEqual(request.type, message.type)
            assert.strictEqual(request.contentType ?? "COMM", message.contentType ?? "COMM")
            assert.deepStrictEqual(request.reserve, message.reserve)
            if (request.type === "SMS" || message.type === "SMS" || !("to" in recipient)) continue
            const subject: unknown = "subject" in recipient ? recipient.subject : request.subject
            assert.strictEqual(subject, message.subject)
          }
        }
      }),
    { arbitrary: { runs: 60 } }
  )
})

describe("what may not be lost", () => {
  const outcomes = (messages: Stream.Stream<BulkSend.Message>, options?: BulkSend.Options) =>
    messages.pipe(BulkSend.send(options), Stream.runCollect)

  it.effect("an empty subject is none, and never another recipient's", () =>
    Effect.gen(function*() {
      yield* setTime
      const lms = (index: number, subject: string): BulkSend.Message => ({
        type: "LMS",
        from,
        to: number(index),
        subject,
        content: "안녕하세요"
      })
      yield* outcomes(Stream.make(lms(0, "김철수님 대출 안내"), lms(1, ""))).pipe(inVirtualTime)
      const { messages } = yield* Emulator.Emulator
      const [second] = yield* messages(number(1))
      assert.notInclude(JSON.stringify(second), "김철수")
    }).pipe(Effect.provide(emulated())))

  it.effect("recipients that end by an interruption end the stream, with every outcome", () =>
    Effect.gen(function*() {
      yield* setTime
      const seen: Array<string> = []
      const messages = Stream.concat(Stream.fromIterable(smsTo(150)), Stream.fromEffect(Effect.interrupt))
      const exit = yield* Effect.exit(
        outcomes(messages, {
          onOutcome: ({ _tag, message }) => Effect.sync(() => void seen.push(`${_tag} ${message.to}`))
        })
      ).pipe(inVirtualTime)
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(new Set(seen).size, 150)
    }).pipe(Effect.provide(emulated())))

  it.effect("an onOutcome that dies once is told all the others", () =>
    Effect.gen(function*() {
      yield* setTime
      let told = 0
      const exit = yield* Effect.exit(outcomes(Stream.fromIterable(smsTo(250)), {
        concurrency: 1,
        onOutcome: () => Effect.suspend(() => ++told === 30 ? Effect.die("once") : Effect.void)
      })).pipe(inVirtualTime)
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(told, 250)
    }).pipe(Effect.provide(emulated())))

  it.effect("a client that dies leaves an unknown outcome for each of its recipients", () =>
    Effect.gen(function*() {
      yield* setTime
      const seen: Record<string, number> = {}
      const exit = yield* Effect.exit(outcomes(Stream.fromIterable(smsTo(150)), {
        onOutcome: ({ _tag }) => Effect.sync(() => void (seen[_tag] = (seen[_tag] ?? 0) + 1))
      })).pipe(inVirtualTime)
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(Object.values(seen).reduce((sum, count) => sum + count, 0), 150)
      assert.isTrue((seen["Unknown"] ?? 0) >= 100)
    }).pipe(Effect.provide(mocked({ send: () => Effect.die("broken") }))))

  it.effect("a number is a duplicate only of what goes out", () =>
    Effect.gen(function*() {
      yield* setTime
      const results = yield* outcomes(Stream.make(sms(0, "가".repeat(46)), sms(0, "안녕하세요"), sms(0, "또")), {
        dedupe: true
      }).pipe(inVirtualTime)
      assert.deepStrictEqual(tally(results), { Failed: 1, Accepted: 1, Duplicate: 1 })
    }).pipe(Effect.provide(emulated())))
})

/** What a program without a compiler gives. */
const anything = (value: unknown) => value as BulkSend.Message

const throwing = new Proxy({}, {
  get: () => {
    throw new Error("not for you")
  }
})

const kinds = (issues: ReadonlyArray<RequestIssue.RequestIssue>) =>
  issues.map(({ kind, path }) => `${path.join(".")} ${kind}`)

const issuesOf = ({ reason }: SensError.SensError) =>
  reason._tag === "InvalidRequest" ? kinds(reason.issues) : assert.fail(reason._tag)

describe("whatever a message holds", () => {
  const mms = {
    type: "MMS",
    contentType: "COMM",
    countryCode: "82",
    from: "0212345678",
    to: "01012345678",
    subject: "제목",
    content: "안녕하세요",
    reserve: { at: DateTime.add(now, { hours: 1 }) },
    files: [{ fileId: "f1" }]
  }
  const never = DateTime.toDate(now)
  never.setTime(Number.NaN)
  const odd: ReadonlyArray<unknown> = [
    null,
    undefined,
    true,
    5,
    Number.NaN,
    10n,
    Symbol("odd"),
    "odd",
    [],
    [null],
    [{}],
    {},
    { at: null },
    { at: never },
    { at: DateTime.toDate(now), timeZone: 9 },
    { at: DateTime.toDate(now), more: "of it" },
    () => "odd"
  ]
  const fields = Object.keys(mms).flatMap((field) => odd.map((value) => ({ ...mms, [field]: value })))
  const wholes = [
    null,
    undefined,
    5,
    "odd",
    [],
    [mms],
    {},
    throwing,
    { ...mms, to: throwing },
    { ...mms, reserve: throwing },
    { ...mms, files: [throwing] }
  ]

  it.effect(
    "one that the client refuses fails, all others are sent, and the stream ends",
    () =>
      Effect.gen(function*() {
        yield* setTime
        const sens = yield* Sens.Sens
        const odds = [...fields, ...wholes]
        const messages = odds.flatMap((message, index) => [sms(2 * index), anything(message), sms(2 * index + 1)])
        const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send({ dedupe: false }), Stream.runCollect)
        assert.strictEqual(outcomes.length, messages.length)
        const of = new Map(outcomes.map((outcome) => [outcome.message, outcome]))
        let failed = 0
        for (const [index, message] of odds.entries()) {
          for (const good of messages.filter((_, at) => at === 3 * index || at === 3 * index + 2)) {
            assert.strictEqual(of.get(good)?._tag, "Accepted")
          }
          const outcome = of.get(anything(message))
          if (outcome?._tag === "Failed") {
            failed += 1
            assert.isNotEmpty(issuesOf(outcome.error))
          } else assert.strictEqual(outcome?._tag, "Accepted")
        }
        for (const message of fields) {
          const { to, ...request } = message
          const { errors } = yield* sens.messages.check(
            { ...request, messages: [{ to }] } as unknown as SendRequest.SendRequest
          )
          const outcome = of.get(anything(message))
          assert.strictEqual(outcome?._tag, errors.length > 0 ? "Failed" : "Accepted")
          if (outcome?._tag === "Failed") assert.deepStrictEqual(issuesOf(outcome.error), kinds(errors))
        }
        assert.isAtLeast(failed, 100)
      }).pipe(Effect.provide(emulated())),
    20_000
  )

  it.effect(
    "what was not looked at has its outcome too, when the recipients fail or nobody takes any more",
    () =>
      Effect.gen(function*() {
        yield* setTime
        const seen: Array<string> = []
        const onOutcome = ({ _tag }: BulkSend.Outcome) => Effect.sync(() => void seen.push(_tag))
        const odds = wholes.map(anything)
        const failing = Stream.concat(Stream.fromArray(odds), Stream.fail("no more"))
        const exit = yield* Effect.exit(failing.pipe(BulkSend.send({ onOutcome }), Stream.runDrain))
        assert.deepStrictEqual(exit, Exit.fail("no more"))
        assert.deepStrictEqual(tallied(seen), { Failed: odds.length })
        const many = Stream.fromArray([...smsTo(500), ...odds])
        yield* many.pipe(BulkSend.send({ concurrency: 1, onOutcome }), Stream.take(1), Stream.runDrain)
        assert.strictEqual(seen.length, 500 + 2 * odds.length)
      }).pipe(Effect.provide(emulated())),
    20_000
  )

  const tallied = (tags: ReadonlyArray<string>) => {
    const counts: Record<string, number> = {}
    for (const tag of tags) counts[tag] = (counts[tag] ?? 0) + 1
    return counts
  }

  it.effect("it is no message of another type", () =>
    Effect.gen(function*() {
      yield* setTime
      const { type: _, ...untyped } = sms(1)
      const [outcome] = yield* Stream.make(anything(untyped)).pipe(BulkSend.send(), Stream.runCollect)
      assert.deepStrictEqual(outcome?._tag === "Failed" && issuesOf(outcome.error), ["type Schema"])
      assert.strictEqual(yield* calls("send"), 0)
    }).pipe(Effect.provide(emulated())))
})

describe("numbers as they go out", () => {
  it.effect("a sender that is no number is not taken for the one before", () =>
    Effect.gen(function*() {
      yield* setTime
      const senders = [
        "02-1234-5678",
        "02x1234x5678",
        "홍 0212345678",
        "+82 2 1234 5678",
        "0212345678 (본사)",
        "０２-1234-5678",
        "02-1234-5678"
      ]
      const messages = senders.map((from, index): BulkSend.Message => ({ ...sms(index), from }))
      const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send(), Stream.runCollect)
      const tags = new Map(outcomes.map((outcome) => [outcome.message.from, outcome]))
      const sens = yield* Sens.Sens
      for (const message of messages) {
        const { to, ...request } = message
        const { errors } = yield* sens.messages.check({ ...request, type: "SMS", messages: [{ to }] })
        assert.strictEqual(tags.get(message.from)?._tag, errors.length > 0 ? "Failed" : "Accepted", message.from)
      }
      for (const from of ["02x1234x5678", "홍 0212345678"]) assert.strictEqual(tags.get(from)?._tag, "Failed")
      // However it is written, one sender has one request.
      assert.strictEqual(yield* calls("send"), 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a number abroad is known again, however it is written", () =>
    Effect.gen(function*() {
      yield* setTime
      const abroad = (countryCode: string, ...numbers: ReadonlyArray<string>) =>
        numbers.map((to): BulkSend.Message => ({ type: "SMS", from, content: "hello", countryCode, to }))
      const messages = [
        ...abroad("81", "9012345678", "+81 90-1234-5678", "90-1234-5678", "９０12345678", "(90) 1234.5678"),
        ...abroad("1", "9012345678", "+1 901 234 5678"),
        // Another number: what stands before it is no calling code without its plus.
        ...abroad("81", "819012345678")
      ]
      const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send({ dedupe: true }), Stream.runCollect)
      assert.deepStrictEqual(tally(outcomes), { Accepted: 3, Duplicate: 5 })
      assert.strictEqual(outcomes.filter(({ repeat }) => repeat).length, 5)
      const again = yield* Stream.fromArray(messages).pipe(BulkSend.run())
      assert.deepStrictEqual([again.accepted, again.repeats], [8, 5])
      const { allMessages } = yield* Emulator.Emulator
      const sent = (yield* allMessages).map(({ to }) => to)
      assert.deepStrictEqual([...new Set(sent)].sort(), ["819012345678", "9012345678"])
    }).pipe(Effect.provide(emulated())))

  it.effect("a number abroad that is wrong takes no others with it, and what is in doubt is told of each", () =>
    Effect.gen(function*() {
      yield* setTime
      const wrong = ["12345678901234567", "20241231", 9_012_345_670 as unknown as string]
      const doubtful = ["09012345670", "819012345678"]
      const messages = ["9012345678", ...wrong, ...doubtful, "9012345679"].map((to): BulkSend.Message => ({
        type: "SMS",
        from,
        content: "hello",
        countryCode: "81",
        to
      }))
      const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send(), Stream.runCollect)
      for (const { _tag, message, warnings } of outcomes) {
        const said = warnings.map(({ kind }) => kind)
        const expected = wrong.includes(message.to) ? "Failed" : "Accepted"
        assert.strictEqual(_tag, expected, message.to)
        assert.deepStrictEqual(said, doubtful.includes(message.to) ? ["ForeignNumber"] : [], message.to)
      }
      assert.strictEqual(outcomes.length, 7)
      assert.strictEqual(yield* calls("send"), 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a number in Korea is known again, however it is written, and what is none is never a repeat of one", () =>
    Effect.gen(function*() {
      yield* setTime
      const to = (...numbers: ReadonlyArray<string>) => numbers.map((to): BulkSend.Message => ({ ...sms(0), to }))
      const messages = to(
        "021234567",
        "+82 2-123-4567",
        "008221234567",
        "０２-123-4567",
        "홍 02-123-4567",
        "02x1234567"
      )
      const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send({ dedupe: true }), Stream.runCollect)
      assert.deepStrictEqual(tally(outcomes), { Accepted: 1, Duplicate: 3, Failed: 2 })
      assert.strictEqual(outcomes.filter(({ repeat }) => repeat).length, 3)
    }).pipe(Effect.provide(emulated())))

  it.effect("what is said of a number is not said of the next with the same text; what is said of the text is", () =>
    Effect.gen(function*() {
      yield* setTime
      const messages = ["1012345678", "01012345678", "10-1234-5679", "01012345679"].map((to): BulkSend.Message => ({
        ...sms(0, "a\u00ADb"),
        to
      }))
      const outcomes = yield* Stream.fromArray(messages).pipe(BulkSend.send(), Stream.runCollect)
      const warned = new Map(outcomes.map(({ message, warnings }) => [message.to, kinds(warnings)]))
      const text = "content InvisibleCharacter"
      assert.deepStrictEqual(Object.fromEntries(warned), {
        "1012345678": ["messages.0.to NumberShape", text],
        "01012345678": [text],
        "10-1234-5679": ["messages.0.to NumberShape", text],
        "01012345679": [text]
      })
    }).pipe(Effect.provide(emulated({}, { preflight: { severity: { NumberShape: "warning" } } }))))
})

describe("options", () => {
  const options = (value: unknown) => value as BulkSend.Options

  it.effect.each<readonly [string, unknown, ReadonlyArray<string>]>([
    ["no number", { concurrency: Number.NaN }, ["options.concurrency Option"]],
    ["none at a time", { concurrency: 0 }, ["options.concurrency Option"]],
    ["a text", { concurrency: "4", maxWaiting: "many" }, ["options.concurrency Option", "options.maxWaiting Option"]],
    ["half a message", { maxWaiting: 0.5 }, ["options.maxWaiting Option"]],
    ["options that are none", { rate: 3, concurrencyy: 2 }, ["options.rate Option", "options.concurrencyy Option"]],
    ["null", { dedupe: null, send: null }, ["options.dedupe Option", "options.send Option"]],
    ["another choice", { optOuts: "drop" }, ["options.optOuts Option"]],
    ["no functions", { onRequest: "log", onOutcome: {}, onUnreadableOptOut: 1 }, [
      "options.onRequest Option",
      "options.onOutcome Option",
      "options.onUnreadableOptOut Option"
    ]],
    ["no object", null, ["options Option"]],
    ["a signal", new AbortController().signal, ["options Option"]]
  ])("%s is refused before anything is sent", ([, given, issues]) =>
    Effect.gen(function*() {
      yield* setTime
      for (const send of [BulkSend.send(options(given)), BulkSend.send(options(given))]) {
        const error = yield* Effect.flip(Stream.runDrain(send(Stream.fromArray(smsTo(3)))))
        assert.deepStrictEqual<unknown>(error._tag === "SensError" && issuesOf(error), issues)
      }
      assert.strictEqual(yield* calls("send"), 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("undefined is as good as absent, and no number is too large", () =>
    Effect.gen(function*() {
      yield* setTime
      const absent = { concurrency: undefined, dedupe: undefined, send: undefined, onOutcome: undefined }
      const given = [absent, { concurrency: Infinity, maxWaiting: Infinity }, { maxWaiting: 0 }]
      for (const options of given) {
        const { accepted } = yield* Stream.fromArray(smsTo(3)).pipe(BulkSend.run(options))
        assert.strictEqual(accepted, 3)
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("those of batch and reconcile are, too", () =>
    Effect.gen(function*() {
      const batched = yield* Effect.exit(Stream.runDrain(BulkSend.batch(Stream.empty, options({ maxWaiting: "1" }))))
      const reconciled = yield* Effect.exit(
        Stream.runDrain(BulkSend.reconcile([], options({ concurrency: Number.NaN, callTimeout: "soon", more: 1 })))
      )
      const sentences = [batched, reconciled].map((exit) =>
        Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : assert.fail("It did not fail")
      )
      assert.deepStrictEqual(sentences, [
        "TypeError: BulkSend.batch: maxWaiting is not a whole number from 0: leave it out, or write one",
        [
          "TypeError: BulkSend.reconcile: concurrency is not a whole number from 1: leave it out, or write one",
          "BulkSend.reconcile: callTimeout is not a duration: leave it out, or write one such as \"5 seconds\"",
          "BulkSend.reconcile: more is no option: leave it out (known: concurrency, callTimeout)"
        ].join("\n")
      ])
    }).pipe(Effect.provide(emulated())))
})
