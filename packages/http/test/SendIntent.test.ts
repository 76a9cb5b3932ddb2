import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schedule from "effect/Schedule"
import * as Scheduler from "effect/Scheduler"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { credentials, emulated, inVirtualTime, signer, sms, valueInVirtualTime } from "./emulated.ts"

const start = TestClock.setTime(Date.UTC(2026, 0, 1))

const ledger = Effect.flatMap(Emulator.Emulator, ({ ledger }) => ledger)

const posts = Effect.map(
  ledger,
  (entries) => entries.filter(({ late, operation }) => operation === "send" && late === undefined)
)

const accepted = Effect.map(
  Effect.flatMap(Emulator.Emulator, ({ allMessages }) => allMessages),
  (messages) => [...new Set(messages.map(({ requestId }) => requestId))]
)

const fault = (...faults: ReadonlyArray<Fault.Fault>) =>
  Effect.flatMap(
    Emulator.Emulator,
    (emulator) => Effect.forEach(faults, (fault) => emulator.faults.next("send", 1, fault), { discard: true })
  )

/** A journal that knows nothing yet. */
const nobody: SendIntent.ResolveOptions = { owners: () => Effect.succeed(new Map()) }

const reason = <A>(effect: Effect.Effect<A, SensError.SensError, Sens.Sens>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const issue = (reason: SensError.Reason): string | undefined =>
  reason._tag === "InvalidRequest" ? reason.issues[0]?.kind : undefined

const messages = Effect.map(Sens.Sens, ({ messages }) => messages)

describe("prepare", () => {
  it.effect("sends nothing, and says when the POST is and until when it can be accepted", () =>
    Effect.gen(function*() {
      yield* start
      const { messages, serviceId } = yield* Sens.Sens
      const intent = yield* messages.prepare(sms())
      assert.deepStrictEqual(yield* ledger, [])
      const now = Date.UTC(2026, 0, 1)
      assert.deepStrictEqual(intent, {
        serviceId,
        timestamp: now,
        preparedAt: now,
        // Of the gateway's time nothing is known: as early as a timestamp can be accepted.
        notBefore: now - 302_000,
        expires: now + 300_000
      })
      yield* valueInVirtualTime(messages.learnClock)
      const known = yield* messages.prepare(sms())
      assert.isTrue(Math.abs(known.timestamp - known.notBefore - 2000) <= 1000)
    }).pipe(Effect.provide(emulated())))

  it.effect("refuses what is wrong", () =>
    Effect.gen(function*() {
      const { prepare } = yield* messages
      assert.strictEqual((yield* reason(prepare(sms("01012345678", "가".repeat(46)))))._tag, "InvalidRequest")
    }).pipe(Effect.provide(emulated())))

  it.effect("intents of one millisecond are told apart", () =>
    Effect.gen(function*() {
      const { prepare } = yield* messages
      const intents = yield* Effect.forEach(Array.from({ length: 50 }), () => prepare(sms()))
      const keys = new Set(intents.map(({ preparedAt, timestamp }) => `${timestamp}/${preparedAt}`))
      assert.strictEqual(keys.size, 50)
    }).pipe(Effect.provide(emulated())))

  it.effect("intents of different lifetimes are told apart, and of a clock that was set back", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const requests = [sms("01000000001"), sms("01000000002"), sms("01000000003")] as const
      const lifetimes = ["30 seconds", "5 minutes", "30 seconds"] as const
      const intents = yield* Effect.forEach(
        requests,
        (request, index) => prepare(request, { lifetime: lifetimes[index] ?? "5 minutes" })
      )
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const back = yield* prepare(sms())
      const keys = new Set([...intents, back].map(({ preparedAt, timestamp }) => `${timestamp}/${preparedAt}`))
      assert.strictEqual(keys.size, 4)
      for (const [index, intent] of intents.entries()) yield* submit(intent, requests[index] ?? sms())
      assert.strictEqual((yield* accepted).length, 3)
    }).pipe(Effect.provide(emulated())))

  it.effect("waits for the turn of the rate limit, so that submit does not", () =>
    Effect.gen(function*() {
      yield* start
      const limiter = yield* RateLimiter.RateLimiter
      const sens = yield* Sens.make({
        ...credentials,
        callTimeout: "1 hours",
        rateLimit: { limiter, limit: 1, window: "10 minutes" }
      })
      yield* sens.messages.prepare(sms())
      const { elapsed, value: intent } = yield* valueInVirtualTime(sens.messages.prepare(sms()), 1000)
      assert.isAtLeast(elapsed, 590_000)
      const before = yield* Clock.currentTimeMillis
      // Both are submitted without a turn of their own.
      const { elapsed: submitted } = yield* valueInVirtualTime(sens.messages.submit(intent, sms()))
      assert.isAtMost(submitted, 100)
      assert.isAtMost(before - intent.timestamp, 1000)
    }).pipe(Effect.provide([
      signer,
      EmulatorClient.layer(),
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    ])))

  it.effect("that does not wait says how long it is until its turn, and takes none from who waits", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const { messages } = yield* Sens.make({
        ...credentials,
        callTimeout: "1 hours",
        rateLimit: { limiter, limit: 2, window: "2 minutes" }
      })
      yield* messages.prepare(sms(), { wait: false })
      yield* messages.prepare(sms())
      for (let times = 0; times < 3; times++) {
        const error = yield* Effect.flip(messages.prepare(sms(), { wait: false }))
        assert.strictEqual(error.reason._tag, "Throttled")
        assert.isFalse(error.isAmbiguous)
        assert.isTrue(error.isRetryable)
        assert.deepStrictEqual(error.reason._tag === "Throttled" && error.reason.retryAfter, Duration.minutes(1))
      }
      const { elapsed } = yield* valueInVirtualTime(messages.prepare(sms()), 1000)
      assert.isAtMost(elapsed, 61_000)
      // Calls of a group of their own are counted apart.
      yield* messages.prepare(sms(), { wait: false }).pipe(Effect.provideService(Sens.CurrentRateLimitGroup, "other"))
      assert.strictEqual((yield* Effect.flip(messages.prepare(sms(), { wait: false }))).reason._tag, "Throttled")
      yield* TestClock.adjust("1 minute")
      yield* messages.prepare(sms(), { wait: false })
    }).pipe(Effect.provide([
      signer,
      EmulatorClient.layer(),
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    ])))

  it.effect("does not wait where there is no limit, and says what it goes by", () =>
    Effect.gen(function*() {
      const { messages, settings } = yield* Sens.make({
        ...credentials,
        preflight: { charset: "CP949" },
        reconcile: { visibilityLag: "5 seconds", timestampTolerance: "20 seconds" }
      })
      yield* messages.prepare(sms(), { wait: false })
      assert.deepStrictEqual(settings, {
        preflight: { charset: "CP949" },
        visibilityLag: Duration.seconds(5),
        timestampTolerance: Duration.seconds(20)
      })
    }).pipe(Effect.provide([signer, EmulatorClient.layer()])))

  it.effect("gives up where its turn does not come in time, and nothing was sent", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const { messages } = yield* Sens.make({
        ...credentials,
        rateLimit: { limiter, limit: 1, window: "10 minutes" }
      })
      yield* messages.prepare(sms())
      const { exit } = yield* inVirtualTime(messages.prepare(sms()), 1000)
      const error = Option.getOrThrow(Exit.findErrorOption(exit))
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.isFalse(error.isAmbiguous)
    }).pipe(Effect.provide([
      signer,
      EmulatorClient.layer(),
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    ])))
})

describe("submit", () => {
  it.effect.each(
    [
      ["a 429", Fault.tooManyRequests({ code: "410" }), "Throttled"],
      ["no connection", Fault.refused, "ConnectionFailed"],
      ["a 500", Fault.serverError(), "ServerFault"],
      ["a reset", Fault.reset(), "ConnectionLost"]
    ] as const
  )("makes one POST, whatever the policy says, after %s", ([, failing, tag]) =>
    Effect.gen(function*() {
      const { prepare, submit } = yield* messages
      yield* fault(failing)
      assert.strictEqual((yield* reason(submit(yield* prepare(sms()), sms())))._tag, tag)
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(emulated({ onAmbiguous: "resend" }))))

  it.effect("signs with the timestamp of the intent, however old that is", () =>
    Effect.gen(function*() {
      yield* start
      const { prepare, submit } = yield* messages
      const intent = yield* prepare(sms())
      yield* TestClock.adjust("6 minutes")
      const late = yield* reason(submit(intent, sms()))
      assert.isTrue(late._tag === "AuthenticationFailed" && late.why === "ClockSkew")
      yield* submit(yield* prepare(sms()), sms())
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("of a machine whose clock is off corrects the clock, so that the next intent is right", () =>
    Effect.gen(function*() {
      yield* start
      const { setClockOffset } = yield* Emulator.Emulator
      yield* setClockOffset("20 minutes")
      const { prepare, submit } = yield* messages
      const refused = yield* Effect.flip(submit(yield* prepare(sms()), sms()))
      assert.isFalse(refused.isAmbiguous)
      yield* submit(yield* prepare(sms()), sms())
      assert.strictEqual((yield* posts).length, 2)
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("refuses an intent that was submitted, in whatever form it comes back, and one of another service", () =>
    Effect.gen(function*() {
      const { prepare, submit } = yield* messages
      const intent = yield* prepare(sms())
      yield* submit(intent, sms())
      const json = Schema.fromJsonString(SendIntent.SendIntent)
      const kept = yield* Schema.decodeEffect(json)(yield* Schema.encodeEffect(json)(intent))
      assert.strictEqual(issue(yield* reason(submit(kept, sms()))), "Submitted")
      const serviceId = ServiceId.make("ncp:sms:kr:000000000000:other")
      assert.strictEqual(issue(yield* reason(submit({ ...(yield* prepare(sms())), serviceId }, sms()))), "ServiceId")
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("is made once, whatever the program's own client tries again", () =>
    Effect.gen(function*() {
      const { prepare, resolve, submit } = yield* messages
      yield* fault(Fault.reset({ accepted: true }))
      const intent = yield* prepare(sms())
      const error = yield* Effect.flip(submit(intent, sms()))
      assert.isTrue(error.isAmbiguous)
      assert.strictEqual((yield* posts).length, 1)
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "Found")
    }).pipe(
      Effect.provide(emulated({ transformClient: (client) => HttpClient.retry(client, Schedule.recurs(3)) }))
    ))

  it.effect("does not succeed with an id that another send of the client has", () =>
    Effect.gen(function*() {
      const client = HttpClient.make((request) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(request, new Response(JSON.stringify({ requestId: "R-1" }), { status: 202 }))
        )
      )
      const { messages } = yield* Effect.provideService(
        Sens.make({ ...credentials, onAmbiguous: "fail" }),
        HttpClient.HttpClient,
        client
      )
      assert.strictEqual(String((yield* messages.send(sms())).requestId), "R-1")
      const { reason } = yield* Effect.flip(messages.send(sms()))
      assert.isTrue(reason._tag === "OutcomeUnknown" && reason.attempts[0].isAccepted)
      const submitted = yield* Effect.flip(messages.submit(yield* messages.prepare(sms()), sms()))
      assert.isTrue(submitted.reason._tag === "UnexpectedResponse" && submitted.isAmbiguous)
    }))
})

describe("resolve", () => {
  it.effect("finds what was accepted, also in another process, and again", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      yield* fault(Fault.reset({ accepted: true }))
      const intent = yield* prepare(sms())
      yield* reason(submit(intent, sms()))
      const [id] = yield* accepted
      const other = yield* Effect.provide(Sens.make(credentials), signer)
      for (const one of [resolve, resolve, other.messages.resolve]) {
        const resolution = yield* one([intent], sms(), nobody)
        assert.isTrue(resolution._tag === "Found" && resolution.responses[0].requestId === id, resolution._tag)
      }
      const mine = yield* resolve([intent], sms(), {
        owners: (ids) => Effect.succeed(new Map(ids.map((id) => [id, "this"] as const)))
      })
      assert.isTrue(mine._tag === "Found")
      const others = yield* resolve([intent], sms(), {
        owners: (ids) => Effect.succeed(new Map(ids.map((id) => [id, "another"] as const)))
      })
      assert.isTrue(others._tag === "Open" && others.why === "Early")
    }).pipe(Effect.provide(emulated())))

  it.effect("is open until fence and lag have passed, and says until when", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      yield* fault(Fault.reset())
      const intent = yield* prepare(sms())
      yield* reason(submit(intent, sms()))
      const early = yield* resolve([intent], sms(), nobody)
      if (early._tag !== "Open") return assert.fail(early._tag)
      assert.strictEqual(early.why, "Early")
      yield* TestClock.adjust(Duration.subtract(early.again, Duration.seconds(5)))
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "Open")
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "NotAccepted")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))

  it.effect("of a client that has just started proves nothing before it knows the gateway's time", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const intent = yield* prepare(sms())
      yield* TestClock.adjust("1 hours")
      const { messages: other } = yield* Effect.provide(Sens.make(credentials), signer)
      const first = yield* other.resolve([intent], sms(), nobody)
      assert.isTrue(first._tag === "Open" && first.why === "Early")
      assert.strictEqual((yield* other.resolve([intent], sms(), nobody))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))

  it.effect("adopts nothing for an intent that was prepared without the gateway's time", () =>
    Effect.gen(function*() {
      yield* start
      const { prepare } = yield* messages
      const stranger = yield* Effect.provide(Sens.make(credentials), signer)
      yield* stranger.messages.send(sms())
      yield* TestClock.adjust("2 minutes")
      // The process dies between the intent and its POST.
      const intent = yield* prepare(sms())
      const { messages: other } = yield* Effect.provide(Sens.make(credentials), signer)
      yield* valueInVirtualTime(other.learnClock)
      const resolution = yield* other.resolve([intent], sms(), nobody)
      assert.isTrue(resolution._tag === "Open" && resolution.why === "Undecided")
    }).pipe(Effect.provide(emulated())))

  it.effect("never adopts an equal message from before the attempt", () =>
    Effect.gen(function*() {
      yield* start
      const stranger = yield* Effect.provide(Sens.make(credentials), signer)
      yield* stranger.messages.send(sms())
      yield* TestClock.adjust("2 minutes")
      const { learnClock, prepare } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const intent = yield* prepare(sms())
      const { messages: other } = yield* Effect.provide(Sens.make(credentials), signer)
      yield* valueInVirtualTime(other.learnClock)
      assert.strictEqual((yield* other.resolve([intent], sms(), nobody))._tag, "Open")
      yield* TestClock.adjust("7 minutes")
      assert.strictEqual((yield* other.resolve([intent], sms(), nobody))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))

  it.effect("is not misled by a Date that lies, where the process that asks is another one", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const intent = yield* prepare(sms())
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("search", Infinity, Fault.wrongDate("1 hours"))
      const { messages: other } = yield* Effect.provide(Sens.make(credentials), signer)
      yield* valueInVirtualTime(other.learnClock)
      for (let look = 0; look < 3; look++) {
        assert.strictEqual((yield* other.resolve([intent], sms(), nobody))._tag, "Open")
        yield* TestClock.adjust("1 minutes")
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("an intent of 91 days is open, and so is a reserved send", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const intent = yield* prepare(sms())
      const reserved = { ...sms(), reserve: { at: DateTime.makeUnsafe(Date.UTC(2026, 0, 2)) } }
      const waiting = yield* prepare(reserved)
      yield* TestClock.adjust("1 hours")
      const open = yield* resolve([waiting], reserved, nobody)
      assert.isTrue(open._tag === "Open" && open.why === "Undecided")
      yield* TestClock.adjust("91 days")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "Open")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "Open")
    }).pipe(Effect.provide(emulated())))

  it.effect("a log that cannot be read is open, and a journal that fails is its own failure", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      yield* fault(Fault.reset({ accepted: true }))
      const intent = yield* prepare(sms())
      yield* reason(submit(intent, sms()))
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("search", 1, Fault.serverError())
      const unread = yield* resolve([intent], sms(), nobody)
      assert.isTrue(unread._tag === "Open" && unread.why === "Unread")
      assert.strictEqual(
        yield* Effect.flip(resolve([intent], sms(), { owners: () => Effect.fail("no database" as const) })),
        "no database"
      )
    }).pipe(Effect.provide(emulated())))

  it.effect("a signature that lives for thirty seconds is settled after them and the lag", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve } = yield* messages
      const unknown = yield* prepare(sms(), { lifetime: "30 seconds" })
      assert.strictEqual(unknown.expires - unknown.preparedAt, 300_000)
      yield* valueInVirtualTime(learnClock)
      const intent = yield* prepare(sms(), { lifetime: "30 seconds" })
      yield* TestClock.adjust("85 seconds")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "Open")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* resolve([intent], sms(), nobody))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))
})

describe("twins", () => {
  const two = Effect.gen(function*() {
    yield* start
    const { learnClock, prepare } = yield* messages
    yield* valueInVirtualTime(learnClock)
    const first = yield* prepare(sms())
    yield* TestClock.adjust("1 minutes")
    return [first, yield* prepare(sms())] as const
  })

  const beside = (
    intent: SendIntent.SendIntent,
    hasId: boolean,
    owned: ReadonlyArray<string> = []
  ): SendIntent.ResolveOptions => ({
    owners: (ids) => Effect.succeed(new Map(ids.flatMap((id) => owned.includes(id) ? [[id, "another"] as const] : []))),
    twins: Effect.succeed([{ intents: [intent], hasId }])
  })

  it.effect("as many records as there are twins without an id are theirs, and one more is undecided", () =>
    Effect.gen(function*() {
      const [first, second] = yield* two
      const { resolve, submit } = yield* messages
      yield* fault(Fault.reset({ accepted: true }), Fault.reset({ accepted: true }))
      yield* reason(submit(first, sms()))
      yield* reason(submit(second, sms()))
      const ids = yield* accepted
      const found = yield* resolve([first], sms(), beside(second, false))
      assert.isTrue(found._tag === "Found" && found.responses.length === 2)
      const left = yield* resolve([second], sms(), beside(first, true, ids.slice(0, 1)))
      assert.isTrue(left._tag === "Found" && left.responses.length === 1 && left.responses[0].requestId === ids[1])
      const alone = yield* resolve([first], sms(), beside(second, true))
      assert.isTrue(alone._tag === "Open" && alone.why === "Undecided")
    }).pipe(Effect.provide(emulated())))

  it.effect("the proof waits for the fence of the twin", () =>
    Effect.gen(function*() {
      const [first, second] = yield* two
      const { resolve } = yield* messages
      yield* TestClock.adjust("335 seconds")
      const alone = yield* resolve([first], sms(), nobody)
      assert.strictEqual(alone._tag, "NotAccepted")
      const early = yield* resolve([first], sms(), beside(second, false))
      assert.isTrue(early._tag === "Open" && early.why === "Early")
      yield* TestClock.adjust("1 minutes")
      assert.strictEqual((yield* resolve([first], sms(), beside(second, false)))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))

  it.effect("one that comes up while a look is made keeps it open", () =>
    Effect.gen(function*() {
      const [first, second] = yield* two
      const { resolve } = yield* messages
      yield* TestClock.adjust("1 hours")
      let reads = 0
      const resolution = yield* resolve([first], sms(), {
        ...nobody,
        twins: Effect.sync(() => reads++ === 0 ? [] : [{ intents: [second], hasId: false }])
      })
      assert.strictEqual(resolution._tag, "Open")
      assert.strictEqual(reads, 2)
    }).pipe(Effect.provide(emulated())))

  it.effect("one far away does not keep anything open", () =>
    Effect.gen(function*() {
      const [first] = yield* two
      const { prepare, resolve } = yield* messages
      yield* TestClock.adjust("1 hours")
      const later = yield* prepare(sms())
      assert.strictEqual((yield* resolve([first], sms(), beside(later, false)))._tag, "NotAccepted")
    }).pipe(Effect.provide(emulated())))

  it.effect("one that comes up and touches over another keeps it open as well", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve } = yield* messages
      yield* valueInVirtualTime(learnClock)
      const first = yield* prepare(sms())
      yield* TestClock.adjust("5 minutes")
      const second = yield* prepare(sms())
      yield* TestClock.adjust("5 minutes")
      const third = yield* prepare(sms())
      yield* TestClock.adjust("1 hours")
      let reads = 0
      const resolution = yield* resolve([first], sms(), {
        ...nobody,
        twins: Effect.sync(() =>
          (reads++ === 0 ? [second] : [second, third]).map((intent) => ({ intents: [intent] as const, hasId: false }))
        )
      })
      assert.strictEqual(resolution._tag, "Open")
    }).pipe(Effect.provide(emulated())))

  it.effect("one that got the record of a third reaches as far as that", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, resolve, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      // The first is accepted, and the third has got its record: over a second, which has got an answer of its own since.
      yield* fault(Fault.reset({ accepted: true }))
      const first = yield* prepare(sms())
      yield* reason(submit(first, sms()))
      yield* TestClock.adjust("10 minutes")
      yield* fault(Fault.reset({ accepted: true }))
      const third = yield* prepare(sms())
      yield* reason(submit(third, sms()))
      yield* TestClock.adjust("1 hours")
      const [id = "", left] = yield* accepted
      const found = yield* resolve([first], sms(), nobody)
      if (found._tag !== "Found") return assert.fail(found._tag)
      const [{ requestTime }] = found.responses
      const exchanged = yield* resolve([first], sms(), {
        owners: (ids) => Effect.succeed(new Map(ids.flatMap((one) => one === id ? [[one, "another"] as const] : []))),
        twins: Effect.succeed([{ intents: [third], hasId: true, requestTime }])
      })
      assert.isTrue(exchanged._tag === "Found" && exchanged.responses[0].requestId === left, exchanged._tag)
    }).pipe(Effect.provide(emulated())))

  it.effect("a 202 whose id the twin got from the log is an exchange: two are wanted, two are accepted", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, send } = yield* messages
      yield* valueInVirtualTime(learnClock)
      // The first is accepted at once and answered late; the second is lost, and finds the first's record.
      yield* fault(Fault.slow({ after: "8 seconds" }), Fault.reset())
      const both = Effect.all([
        send(sms(), { callTimeout: "20 minutes" }),
        Effect.delay(send(sms(), { callTimeout: "20 minutes" }), "1 seconds")
      ], { concurrency: 2 })
      const { value } = yield* valueInVirtualTime(both, 500)
      const ids = value.map(({ requestId }) => String(requestId))
      assert.sameMembers(ids, yield* accepted)
      assert.strictEqual(new Set(ids).size, 2)
    }).pipe(Effect.provide(emulated())))
})

describe("an answer without a Date", () => {
  it.effect("a proof counts from the POST, not from the wait for the rate limit before it", () =>
    Effect.gen(function*() {
      yield* start
      const limiter = yield* RateLimiter.RateLimiter
      const { messages } = yield* Sens.make({
        ...credentials,
        callTimeout: "40 minutes",
        rateLimit: { limiter, limit: 1, window: "4 minutes" }
      })
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", Infinity, Fault.noDate)
      yield* messages.prepare(sms())
      yield* faults.clear
      yield* faults.next("send", 1, Fault.reset())
      yield* faults.next("search", Infinity, Fault.noDate)
      yield* valueInVirtualTime(messages.send(sms()), 1000)
      const [first, second] = yield* posts
      const apart = (second?.at.epochMilliseconds ?? 0) - (first?.at.epochMilliseconds ?? 0)
      assert.isAtLeast(apart, 660_000)
    }).pipe(Effect.provide([
      signer,
      EmulatorClient.layer(),
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    ])))
})

describe("learnClock", () => {
  it.effect("reads until five answers agree, and then no more", () =>
    Effect.gen(function*() {
      const { learnClock } = yield* messages
      yield* learnClock
      assert.strictEqual((yield* ledger).length, 5)
      yield* learnClock
      assert.strictEqual((yield* ledger).length, 5)
    }).pipe(Effect.provide(emulated())))

  it.effect("fails where no answer tells the time", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("search", Infinity, Fault.noDate)
      const { learnClock } = yield* messages
      assert.strictEqual((yield* reason(learnClock))._tag, "UnexpectedResponse")
    }).pipe(Effect.provide(emulated())))
})

describe("reconcile", () => {
  it.effect("takes a bare intent, and several", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, reconcile, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      yield* fault(Fault.reset({ accepted: true }))
      const intent = yield* prepare(sms())
      yield* reason(submit(intent, sms()))
      const { value: one } = yield* valueInVirtualTime(reconcile(intent, sms()))
      const { value: more } = yield* valueInVirtualTime(reconcile([intent], sms()))
      assert.deepStrictEqual(Option.map(one, ({ requestId }) => [String(requestId)]), Option.some(yield* accepted))
      assert.deepStrictEqual(more, one)
      const unlike = yield* reason(reconcile(intent, sms("01012345678", "다른 문자")))
      assert.strictEqual(issue(unlike), "Fingerprint")
    }).pipe(Effect.provide(emulated())))

  it.effect("a further intent is looked for, whatever was proved of the first", () =>
    Effect.gen(function*() {
      yield* start
      const { learnClock, prepare, reconcile, submit } = yield* messages
      yield* valueInVirtualTime(learnClock)
      yield* fault(Fault.reset())
      const first = yield* prepare(sms())
      yield* reason(submit(first, sms()))
      const { value: none } = yield* valueInVirtualTime(reconcile(first, sms(), { callTimeout: "10 minutes" }), 1000)
      assert.isTrue(Option.isNone(none))
      yield* fault(Fault.reset({ accepted: true }))
      const second = yield* prepare(sms())
      yield* reason(submit(second, sms()))
      const { value: some } = yield* valueInVirtualTime(reconcile([first, second], sms()), 1000)
      assert.deepStrictEqual(Option.map(some, ({ requestId }) => [String(requestId)]), Option.some(yield* accepted))
    }).pipe(Effect.provide(emulated())))

  it.effect("no intent is no question", () =>
    Effect.gen(function*() {
      const { reconcile, resolve } = yield* messages
      const none: ReadonlyArray<SendIntent.SendIntent> = []
      // @ts-expect-error A program without types may ask all the same.
      assert.strictEqual(issue(yield* reason(reconcile(none, sms()))), "Intent")
      // @ts-expect-error As above.
      assert.strictEqual(issue(yield* reason(resolve(none, sms(), nobody))), "Intent")
    }).pipe(Effect.provide(emulated())))

  it.effect("an answer that said \"accepted\" without an id is never proved away", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* fault(Fault.unreadable({ accepted: false }))
      yield* faults.next("search", Infinity, Fault.serverError())
      const { reconcile, send } = yield* messages
      const { value } = yield* valueInVirtualTime(reason(send(sms())))
      if (value._tag !== "OutcomeUnknown") return assert.fail(value._tag)
      assert.isTrue(value.attempts[0].isAccepted)
      yield* faults.clear
      yield* TestClock.adjust("1 hours")
      const { value: again } = yield* valueInVirtualTime(reason(reconcile(value, sms())), 1000)
      assert.strictEqual(again._tag, "OutcomeUnknown")
    }).pipe(Effect.provide(emulated())))
})

describe("a send that is interrupted", () => {
  const interrupted = Effect.fnUntraced(function*(
    failing: Fault.Fault,
    onInterrupted: Sens.OnInterrupted,
    after: Duration.Input = "2 seconds"
  ) {
    yield* start
    const { send } = yield* messages
    yield* fault(failing)
    const sending = yield* Effect.forkChild(send(sms(), { onInterrupted }))
    yield* TestClock.adjust(after)
    const stopping = yield* Effect.forkChild(Fiber.interrupt(sending))
    let elapsed = 0
    while (stopping.pollUnsafe() === undefined) {
      yield* TestClock.adjust(100)
      elapsed += 100
    }
    return { exit: yield* Fiber.await(sending), elapsed }
  })

  it.effect("hands over what can be asked about, before the interruption goes on", () =>
    Effect.gen(function*() {
      const told: Array<readonly [SensError.OutcomeUnknown, string]> = []
      const { exit } = yield* interrupted(Fault.silence({ accepted: true }), (unknown, { content }) =>
        Effect.sync(() => told.push([unknown, content])))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      const [[unknown, content] = []] = told
      assert.strictEqual(content, sms().content)
      if (unknown === undefined) {
        return assert.fail("nothing was handed over")
      }
      assert.strictEqual(unknown.attempts[0].reason, "Interrupted")
      const { reconcile } = yield* messages
      const { value } = yield* valueInVirtualTime(reconcile(unknown, sms()))
      assert.deepStrictEqual(Option.map(value, ({ requestId }) => [String(requestId)]), Option.some(yield* accepted))
    }).pipe(Effect.provide(emulated())))

  it.effect("wherever it is interrupted, what may have been accepted is handed over or told", () =>
    Effect.gen(function*() {
      yield* start
      const { send } = yield* messages
      for (let operations = 5; operations <= 40; operations++) {
        const before = (yield* accepted).length
        const told: Array<SensError.OutcomeUnknown> = []
        const fiber = yield* Effect.forkChild(
          send(sms("01012345678", `text ${operations}`), { onInterrupted: (unknown) => void told.push(unknown) }).pipe(
            Effect.provideService(Scheduler.MaxOpsBeforeYield, operations)
          )
        )
        // As soon as it is accepted.
        for (let turns = 0; turns < 1000 && (yield* accepted).length === before; turns++) yield* Effect.yieldNow
        assert.isAbove((yield* accepted).length, before)
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        assert.isTrue(Exit.isSuccess(exit) || told.length === 1, `${operations}`)
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("a client of the program's own that dies leaves the outcome open", () =>
    Effect.gen(function*() {
      yield* start
      const { send } = yield* messages
      const { value } = yield* valueInVirtualTime(send(sms()))
      assert.deepStrictEqual([String(value.requestId)], yield* accepted)
    }).pipe(Effect.provide(emulated({
      transformClient: HttpClient.transform((response, { method }) =>
        method === "POST" ? Effect.andThen(response, Effect.die(new Error("boom"))) : response
      )
    }))))

  it.effect("waits a second for that, and no longer", () =>
    Effect.gen(function*() {
      const { elapsed } = yield* interrupted(Fault.silence({ accepted: true }), () => Effect.never)
      assert.isTrue(elapsed >= 1000 && elapsed <= 1200, `${elapsed}`)
    }).pipe(Effect.provide(emulated())))

  it.effect("takes a promise, and goes on where that fails", () =>
    Effect.gen(function*() {
      const failing = () => Promise.reject(new Error("01012345678"))
      const { exit } = yield* interrupted(Fault.silence({ accepted: true }), failing)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    }).pipe(Effect.provide(emulated())))

  it.effect("hands over nothing where nothing can have been accepted", () =>
    Effect.gen(function*() {
      let told = 0
      // It waits to try again.
      yield* interrupted(Fault.tooManyRequests({ code: "410", retryAfter: 20 }), () => void (told += 1))
      assert.strictEqual(told, 0)
    }).pipe(Effect.provide(emulated())))
})
